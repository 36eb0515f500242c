"""Who has left is forgotten in time, wherever they stand, and every total and hash stays."""

import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from scheduler.domain.access import THE_PROGRAM
from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import BY_FILE, Contract
from scheduler.services.accounts import accounts, audit, personal_data
from scheduler.services.accounts.in_view import PERSONAL
from scheduler.services.data import calendar_feed
from scheduler.services.data.import_export import export_roster
from scheduler.services.explain.why_vacant import why_vacancies
from scheduler.services.facts.change import change
from scheduler.services.jobs.jobs import submit
from scheduler.services.jobs.order import Order
from scheduler.services.publish.publish import publish
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.repair import repair
from scheduler.services.view import look_up, roster_tables
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import StoredRoster
from tests.factories import MONDAY
from tests.scheduler.cli.conftest import call
from tests.scheduler.services.accounts.conftest import LIMITS, PRIVATE, Stored, holding

LEFT = date(2027, 3, 31)
LATER = date(2033, 4, 1)
GONE = "NB"


@pytest.fixture
def left(world: Stored) -> Stored:
    """NB is in a repair, a job and an account, has been looked at, and then has left."""
    with world.opened(THE_PROGRAM) as repository:
        sick = Sick(GONE, MONDAY, MONDAY)
        made = repair(repository, world.published, sick=[sick], since=MONDAY, limits=LIMITS)
        assert made.roster_id
        asked = {"roster_id": world.published, "away": [sick.to_json()], "since": None}
        submit(repository, Order("repair", "COL", MONDAY, repair=asked))
        repository.save_comparison(
            {
                "collaborative_id": "COL",
                "period": {"start": "2027-01-11", "days": 7},
                "note": f"{GONE} (Synthetic {GONE}) was lent; {GONE}'s hours are in it.",
            }
        )
        account = accounts.add(repository, "https://provider", "b", f"Synthetic {GONE}")
        accounts.is_staff(repository, account.id, GONE)
        calendar_feed.issue(repository, GONE)
    with world.opened(holding("operations", of=frozenset({"A", "B"}))) as repository:
        look_up.barriers(repository, GONE, "SA-0111-E-RN")
    with world.opened(THE_PROGRAM) as repository:
        ended = [
            row.model_copy(update={"to_date": LEFT})
            for row in repository.facts("contract")
            if isinstance(row, Contract) and row.staff_id == GONE
        ]
        repository.store(Dataset(contract=tuple(ended)), replace=True)
    return world


def _everything(world: Stored) -> str:
    """All that the database's file and its log hold, taken apart."""
    raw = b"".join(
        path.read_bytes() for path in world.path.parent.glob(f"{world.path.name}*")
    ).decode("latin-1")
    with closing(sqlite3.connect(world.path)) as connection:
        cells = [
            zlib.decompress(row[0]) for row in connection.execute("SELECT cells FROM snapshot")
        ]
    return raw + b"".join(cells).decode()


def _totals(stored: StoredRoster) -> tuple[object, ...]:
    lines = stored.document.assignments
    summary = stored.document.summary
    return (
        len(lines),
        sum(line.paid_minutes for line in lines),
        sum(line.cost_pence for line in lines),
        sorted((line.demand_id, line.employer_organisation_id, line.pay) for line in lines),
        summary["objective_pence"],
        summary["hours"],
        summary["cost_pence_by_pay"],
    )


def test_nobody_is_forgotten_who_has_not_left(left: Stored) -> None:
    with left.opened(THE_PROGRAM) as repository:
        for who, day in (("NA", LATER), (GONE, LEFT)):
            with pytest.raises(BadRequest, match="not over"):
                personal_data.forget(repository, who, day)
        assert [one.staff_id for one in personal_data.leavers(repository, LEFT)] == []
        [leaver] = personal_data.leavers(repository, date(2027, 4, 1))
    assert (leaver.staff_id, leaver.left, leaver.anonymous_from) == (GONE, LEFT, LATER)


def test_what_is_due_at_once_goes_when_they_have_left_and_the_rest_in_time(left: Stored) -> None:
    with left.opened(THE_PROGRAM) as repository:
        before = {
            header.id: repository.roster(header.id).document for header in repository.rosters()
        }
        done = personal_data.forget(repository, GONE, date(2033, 3, 31))
        assert done.mark == ""
        assert done.rows == {
            "leave": 1,
            "passport": 1,
            "pin": 1,
            "changed_row": 3,
            "access_grant": 1,
            "account": 1,
            "calendar_token": 1,
        }
        assert not [row for row in repository.facts("leave") if vars(row)["staff_id"] == GONE]
        for roster_id, document in before.items():
            assert repository.roster(roster_id).document == document


def test_each_kind_goes_in_its_own_time(left: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    two_years = [
        replace(kept, years=2) if kept.kind == "leave" else kept
        for kept in personal_data.retention()
    ]
    monkeypatch.setattr(personal_data, "retention", lambda: two_years)
    with left.opened(THE_PROGRAM) as repository:
        assert "leave" not in personal_data.forget(repository, GONE, date(2029, 3, 31)).rows
        assert personal_data.forget(repository, GONE, date(2029, 4, 1)).rows == {
            "leave": 1,
            "changed_row": 1,
        }


def test_in_time_nothing_is_left_and_every_total_and_hash_stays(left: Stored) -> None:
    assert f"{PRIVATE} leave of {GONE}" in _everything(left)
    with left.opened(THE_PROGRAM) as repository:
        ids = [header.id for header in repository.rosters()]
        before = {roster_id: _totals(repository.roster(roster_id)) for roster_id in ids}
        empty = {roster_id: len(why_vacancies(repository, roster_id).lines) for roster_id in ids}
        worked = {i: _who(repository, i) for i in ids}
        done = personal_data.forget(repository, GONE, LATER)
        assert done.mark
        assert audit.verify(repository).broken == ()
        for roster_id in ids:
            stored = repository.roster(roster_id)
            assert _totals(stored) == before[roster_id]
            assert len(why_vacancies(repository, roster_id).lines) == empty[roster_id]
            snapshot = repository.snapshot(roster_id)
            assert snapshot.sha256() == stored.header.snapshot_sha256
            assert _who(repository, roster_id) == [
                done.mark if who == GONE else who for who in worked[roster_id]
            ]
            names = roster_tables.roster_tables(repository, roster_id).names
            assert names("staff", done.mark) == "Somebody who left"
        assert any(GONE in who for who in worked.values())
        assert look_up.facts(repository).sha256()
        used = {header.summary["input_sha256"] for header in repository.rosters()}
        known = {header.snapshot_sha256 for header in repository.rosters()}
        assert known <= used
        marks = repository.audit.people()
        assert GONE not in marks.values()
    text = _everything(left)
    for secret in (f'Synthetic {GONE}"', f"leave of {GONE}", f'C-{GONE}"', f'"{GONE}"'):
        assert secret not in text.replace("Synthetic NB2", "")
    with closing(sqlite3.connect(left.path)) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            if table == "site":  # its name was planted here
                continue
            planted = " WHERE file != 'site'" if table == "changed_row" else ""
            for row in connection.execute(f"SELECT * FROM [{table}]{planted}"):
                words = " ".join(str(cell) for cell in row).replace("NB2", "")
                assert f"Synthetic {GONE}" not in words, table
                assert GONE not in words.replace('"', " ").replace("'", " ").split(), table


def _who(repository: Repository, roster_id: str) -> list[str | None]:
    return [line.staff_id for line in repository.roster(roster_id).document.assignments]


def test_who_is_forgotten_can_still_be_checked_published_and_exported(left: Stored) -> None:
    with left.opened(THE_PROGRAM) as repository:
        personal_data.forget(repository, GONE, LATER)
        export_roster(repository, left.published, left.path.parent / "out.xlsx")
        publish(repository, left.draft, anyway="history is tried")
        assert personal_data.leavers(repository, LATER) == []


def test_on_postgresql_too(postgresql_server: object, left: Stored) -> None:
    new: str = postgresql_server.new_database()
    with left.opened(THE_PROGRAM) as source, Repository(new) as repository:
        repository.store(source.dataset())
        stored = source.roster(left.published)
        roster_id = repository.save_roster(stored.document, source.snapshot(left.published))
        before = _totals(repository.roster(roster_id))
        done = personal_data.forget(repository, GONE, LATER)
        assert done.mark
        assert _totals(repository.roster(roster_id)) == before
        assert GONE not in _who(repository, roster_id)
    engine = sa.create_engine(new.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        cells = connection.execute(sa.text("SELECT cells FROM snapshot")).scalars()
        people = [row["id"] for one in cells for row in json.loads(zlib.decompress(one))["staff"]]
    engine.dispose()
    assert GONE not in people


def test_the_table_speaks_of_every_kind_of_personal_fact() -> None:
    kinds = {kept.kind for kept in personal_data.retention()}
    assert set(PERSONAL) <= kinds
    assert kinds - set(BY_FILE) == {
        "rosters",
        "scenarios",
        "changes",
        "source_records",
        "staff_requests",
        "notices",
        "known_endings",
        "attestations",
        "trades",
        "sign_off",
        "accounts",
        "calendar",
        "audit",
    }


def test_the_page_is_made_from_the_table() -> None:
    page = Path(__file__).parents[4] / "docs" / "personal-data.md"
    assert page.read_text(encoding="utf-8") == personal_data.page()
    assert call("people", "kept", "--markdown").out == personal_data.page()


def test_a_name_and_a_contract_of_before_any_roster_are_forgotten_in_reasons_too(
    world: Stored,
) -> None:
    with world.opened(THE_PROGRAM) as repository:
        person = next(row for row in repository.dataset().staff if row.id == GONE)
        once = person.model_copy(update={"name": "Mary Maiden"})
        change(repository, [RowChange(person, once)])
        contract = next(row for row in repository.dataset().contract if row.staff_id == GONE)
        other = contract.model_copy(update={"id": "K-77", "to_date": LEFT})
        change(repository, [RowChange(contract, None), RowChange(None, other)])
        change(repository, [RowChange(once, person)], why="Mary Maiden, K-77, has married")
        ended = other.model_copy(update={"id": "K-78"})
        change(repository, [RowChange(other, ended)], why="Mary Maiden: K-78, not K-77")
        personal_data.forget(repository, GONE, LATER)
        said = " ".join(one.why for one in repository.change_sets())
    assert "has married" in said
    for word in ("Mary Maiden", "K-77", "K-78"):
        assert word not in said
        assert word not in _everything(world)


def test_who_is_named_in_a_kept_scenario_gives_way_to_the_mark_in_every_version(
    left: Stored,
) -> None:
    with left.opened(THE_PROGRAM) as repository:
        for people in ([GONE, "NA"], [GONE]):
            tables = {"consent": [{"staff_ids": people}], "description": f"{GONE} may go"}
            repository.scenarios.add("COL", "Consent", tables, why=f"Synthetic {GONE} said so")
        done = personal_data.forget(repository, GONE, LATER)
        newest, first = repository.scenarios.versions("COL")
    assert done.rows["scenario_version"] == 4
    assert first.tables["consent"] == [{"staff_ids": [done.mark, "NA"]}]
    assert newest.tables == {
        "consent": [{"staff_ids": [done.mark]}],
        "description": f"{done.mark} may go",
    }
    assert newest.why == "Somebody who left said so"
    assert f"Synthetic {GONE} said" not in _everything(left)

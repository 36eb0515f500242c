"""The record of what was done: in the transaction of what was done, chained, and whatever byte of
it is changed, removed or inserted, it is found.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.domain.access import THE_PROGRAM
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.domain.facts import Leave, Pin
from scheduler.services.accounts import accounts, audit, personal_data
from scheduler.services.facts.stored import find_facts, remove_facts
from scheduler.services.jobs.jobs import cancel, submit
from scheduler.services.jobs.order import Order
from scheduler.services.publish.publish import publish
from scheduler.services.publish.withdraw import withdraw as withdraw_publication
from scheduler.services.rosters.pins import remove_pin
from scheduler.services.versions.versions import delete_draft, rename_version
from scheduler.services.view import look_up, roster_tables
from scheduler.storage.audit_trail import verdict
from scheduler.storage.repository import Repository
from scheduler.storage.stored_audit import AuditEntry
from tests.conftest import NewDatabase
from tests.factories import MONDAY
from tests.scheduler.cli.conftest import call
from tests.scheduler.services.accounts.conftest import Stored, holding

COL = frozenset({"A", "B"})


def _deeds(world: Stored) -> list[AuditEntry]:
    with world.opened(THE_PROGRAM) as repository:
        return repository.audit.entries()


def _documents(entries: list[AuditEntry]) -> list[tuple[str, str, dict[str, object]]]:
    return [(entry.action, entry.outcome, json.loads(entry.thing)) for entry in entries]


def test_what_is_done_is_on_record_with_who_and_from_where(world: Stored) -> None:
    before = len(_deeds(world))
    actor = replace(holding("approver", of=COL), origin="pages from 10.0.0.9", behind="os:root")
    with world.opened(actor) as repository:
        header = publish(repository, world.draft, reason="asked for").header
    [entry] = _deeds(world)[before:]
    assert (entry.action, entry.outcome) == ("publish_rosters", "done")
    # why is kept with the roster alone: whoever is forgotten can be taken out of it there
    assert json.loads(entry.thing) == {"roster": world.draft, "with_reason": True}
    assert (entry.account, entry.behind) == (actor.account, "os:root")
    assert entry.origin == "pages from 10.0.0.9"
    assert header.published_by == actor.account


def test_what_is_refused_is_on_record_too_and_changes_nothing(world: Stored) -> None:
    before = len(_deeds(world))
    for actor in (holding("operations", of=COL), holding("approver", of=frozenset({"A"}))):
        with world.opened(actor) as repository, pytest.raises(NotPermitted):
            publish(repository, world.draft)
    found = _documents(_deeds(world)[before:])
    assert found == [("publish_rosters", "refused", {"roster": world.draft})] * 2
    with world.opened(THE_PROGRAM) as repository:
        assert look_up.header(repository, world.draft).status == "draft"


def test_what_fails_leaves_no_entry_and_what_is_recorded_was_done(world: Stored) -> None:
    before = len(_deeds(world))
    sick = Leave(staff_id="NOBODY", from_date=MONDAY, to_date=MONDAY, kind="sick")
    with world.opened(THE_PROGRAM) as repository:
        with pytest.raises(BadRequest):
            publish(repository, world.published)
        with pytest.raises(Exception, match="NOBODY"):
            repository.store(Dataset(leave=(sick,)))
        assert len(repository.audit.entries()) == before


def test_a_look_at_others_people_is_on_record_once(world: Stored) -> None:
    before = len(_deeds(world))
    of_a, of_all = holding("operations", of=frozenset({"A"})), holding("operations", of=COL)
    for _ in range(2):
        with world.opened(of_a) as repository:
            roster_tables.roster_tables(repository, world.published)
            look_up.barriers(repository, "NA", "SA-0111-E-RN")  # of their own organisation
        with world.opened(of_all) as repository:
            look_up.barriers(repository, "NB", "SA-0111-E-RN")
        with world.opened(holding("staff", staff_id="NA")) as repository:
            look_up.barriers(repository, "NA", "SA-0111-E-RN")  # oneself
    entries = _deeds(world)[before:]
    found = [(entry.account, *one) for entry, one in zip(entries, _documents(entries), strict=True)]
    with world.opened(THE_PROGRAM) as repository:
        marks = {who: mark for mark, who in repository.audit.people().items()}
    assert found == [
        (of_a.account, "see_rosters", "done", {"roster": world.published}),
        (of_all.account, "see_reasons", "done", {"staff_id": marks["NB"]}),
    ]


def test_entries_name_nobody(world: Stored) -> None:
    with world.opened(holding("operations", of=COL)) as repository:
        look_up.barriers(repository, "NB", "SA-0111-E-RN")
        find_facts(repository, "leave", [])
    everything = " ".join(map(str, (vars(entry) for entry in _deeds(world))))
    assert "NB" not in everything.replace(world.published, "")
    assert "Synthetic" not in everything


def test_an_auditor_reads_what_concerns_their_organisations_alone(world: Stored) -> None:
    def seen(*of: str) -> set[str]:
        with world.opened(holding("auditor", of=frozenset(of))) as repository:
            return {
                json.loads(deed.entry.thing).get("roster", "")
                for deed in audit.deeds(repository)
                if deed.entry.action in ("build_rosters", "publish_rosters")
            }

    assert seen("A", "B") == {world.published, world.draft}
    assert seen("C") == {world.elsewhere}
    assert seen("A") == set()  # the rosters concern B as well
    with (
        world.opened(holding("operations", of=COL)) as repository,
        pytest.raises(NotPermitted, match="auditor"),
    ):
        audit.deeds(repository)


def test_deeds_are_told_with_names(world: Stored) -> None:
    with Repository(f"sqlite:///{world.path}") as repository:
        made = accounts.add(repository, "https://provider", "x", "Olive Operations")
        accounts.is_staff(repository, made.id, "NA")
        [*_, given, linked] = audit.deeds(repository)
    # linking gives the role staff with it
    assert linked.what.startswith(
        "gave Olive Operations the role staff of what is their own from 20"
    )
    assert given.what == "said that Olive Operations is person NA"
    assert given.who == "the program"


def test_every_kind_of_deed_is_told_in_words_without_an_id_of_an_account(world: Stored) -> None:
    of_all = holding("operations", "approver", "director", of=COL)
    with Repository(f"sqlite:///{world.path}") as repository:
        made = accounts.add(repository, "https://provider", "x", "Olive Operations")
        grant = accounts.give(repository, made.id, "auditor", organisation_id="A")
        accounts.withdraw(repository, grant.id)
        accounts.is_staff(repository, made.id, None)
        job = submit(repository, Order("solve", "COL", MONDAY)).job
        cancel(repository, job.id)
        remove_pin(repository, Pin(staff_id="NA", demand_id="SA-0111-E-RN"))
        repository.save_comparison(
            {"collaborative_id": "COL", "period": {"start": "2027-01-11", "days": 7}}
        )
        remove_facts(repository, "leave", ["NA"])
        repository.store(Dataset())
        rename_version(repository, world.draft, "Plan B")
        publish(repository, world.draft, reason="asked for")
        withdraw_publication(repository, world.draft, "the wrong week")
        again = repository.roster(world.draft).document, repository.snapshot(world.draft)
        delete_draft(repository, repository.save_roster(*again))
        audit.export(repository, world.path.with_suffix(".jsonl"))
    with world.opened(of_all) as repository:
        look_up.barriers(repository, "NB", "SA-0111-E-RN")
        roster_tables.roster_tables(repository, world.published)
        find_facts(repository, "leave", [])
        personal_data.export_all_of(repository, "NB", world.path.with_suffix(".json"))
        with pytest.raises(NotPermitted):
            look_up.header(repository, "Somebody typed a name")
        with pytest.raises(NotPermitted):
            audit.export(repository, world.path.with_suffix(".jsonl"))
    with Repository(f"sqlite:///{world.path}") as repository:
        told = [deed.what for deed in audit.deeds(repository)]
    for words in (
        "made an account for Olive Operations",
        "gave Olive Operations the role auditor within A from ",
        "took the role auditor from Olive Operations",
        "said that Olive Operations is no member of staff",
        "ordered job COL-2027-01-11-J1",
        "cancelled job COL-2027-01-11-J1",
        "took the pin of person NA from SA-0111-E-RN",
        "made comparison COL-2027-01-11-C1",
        "changed facts, as change ",
        "brought in facts: all were known",
        f"renamed roster {world.draft}",
        f"published roster {world.draft}, over what was published before: asked for",
        f"withdrew the publication of roster {world.draft}: the wrong week",
        f"deleted roster COL-{MONDAY}-3",
        "took away ",
        "asked why, of person NB",
        f"looked at roster {world.published}",
        "was refused to read what was done",
        "was refused to look at rosters: a roster that is not there",
        "looked at facts leave",
        "handed out what is kept of person NB",
    ):
        assert any(one.startswith(words) for one in told), words
    assert not [one for one in told if made.id in one or grant.id in one]


# --- tampering

Tampering = Callable[[sqlite3.Connection], object]


def _sql(text: str) -> Tampering:
    return lambda connection: connection.executescript(text)


FIELDS = ("at", "account", "behind", "origin", "action", "thing", "previous_hash", "hash")


@pytest.fixture
def several(world: Stored) -> Stored:
    """With at least six entries."""
    for _ in range(3):
        with world.opened(holding()) as repository, pytest.raises(NotPermitted):
            publish(repository, world.draft)
    assert len(_deeds(world)) >= 6
    return world


@pytest.mark.parametrize(
    "tamper",
    [
        *(
            _sql(f"UPDATE audit_entry SET {field} = substr({field}, 2) || 'x' WHERE number = {n}")
            for field in FIELDS
            for n in (1, 3, 6)
        ),
        _sql("UPDATE audit_entry SET outcome = 'done' WHERE outcome = 'refused'"),
        *(_sql(f"DELETE FROM audit_entry WHERE number = {n}") for n in (1, 3)),
        _sql("DELETE FROM audit_entry WHERE number = (SELECT max(number) FROM audit_entry)"),
        _sql("DELETE FROM audit_entry"),
        _sql("UPDATE audit_entry SET number = number + 100 WHERE number > 3"),
        _sql(
            "UPDATE audit_entry SET number = -1 * 0 + 99 WHERE number = 2;"
            "UPDATE audit_entry SET number = 2 WHERE number = 3;"
            "UPDATE audit_entry SET number = 3 WHERE number = 99"
        ),
        _sql(
            "INSERT INTO audit_entry SELECT number + 1000, at, account, behind, origin, action,"
            " outcome, thing, previous_hash, hash FROM audit_entry WHERE number = 2"
        ),
        _sql("UPDATE audit_head SET number = number + 1"),
        _sql("UPDATE audit_head SET hash = 'x' || hash"),
    ],
)
def test_whatever_is_changed_removed_or_inserted_is_found(
    tamper: Tampering, several: Stored
) -> None:
    with several.opened(THE_PROGRAM) as repository:
        assert audit.verify(repository).broken == ()
    with closing(sqlite3.connect(several.path)) as connection:
        tamper(connection)
        connection.commit()
    with several.opened(THE_PROGRAM) as repository:
        assert audit.verify(repository).broken


def test_a_record_that_was_written_anew_as_a_whole_does_not_fit_what_was_noted(
    several: Stored,
) -> None:
    with several.opened(THE_PROGRAM) as repository:
        noted = audit.verify(repository)
        entries = repository.audit.entries()
    forged, previous = [], "0" * 64
    for entry in entries:
        new = replace(entry, origin="elsewhere", previous_hash=previous)
        new = replace(new, hash=new.computed())
        forged.append(new)
        previous = new.hash
    assert verdict(forged).broken == ()  # by itself it holds
    assert verdict(forged, known=(noted.number, noted.hash)).broken
    assert verdict(entries, known=(noted.number, noted.hash)).broken == ()


def test_an_export_can_be_verified_by_itself(several: Stored, tmp_path: Path) -> None:
    db, to = f"sqlite:///{several.path}", tmp_path / "record.jsonl"
    assert call("audit", "export", "--to", to, db=db).code == 0
    whole = call("audit", "verify", "--file", to, "--json").json()
    assert whole["status"] == "done"
    assert whole["entries"] == len(to.read_text().splitlines()) >= 6
    assert call("audit", "verify", "--file", to, "--known", whole["last"]).code == 0
    lines = to.read_text().splitlines(keepends=True)
    for position in (0, len(lines) // 2, len(lines) - 1):
        text = lines[position].replace("0", "1", 1)
        to.write_text("".join([*lines[:position], text, *lines[position + 1 :]]))
        answer = call("audit", "verify", "--file", to)
        assert answer.code == 3
        assert "does not hold" in answer.out
    to.write_text("no entry\n")
    assert "line 1" in call("audit", "verify", "--file", to).err
    assert call("audit", "verify", "--known", "1:short", db=db).code == 2


def test_the_record_is_the_same_on_every_database(new_database: NewDatabase) -> None:
    with Repository(new_database()) as repository:
        first = accounts.add(repository, "https://provider", "one", "One")
        accounts.give(repository, first.id, "auditor")
        found = audit.verify(repository)
        assert (found.entries, found.broken) == (2, ())
        assert [json.loads(one.thing)["change"] for one in repository.audit.entries()] == [
            "made",
            "granted",
        ]

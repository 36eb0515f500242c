"""What the repository keeps, what it refuses, and what it says then."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from scheduler.domain.access import THE_PROGRAM
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound, Unavailable
from scheduler.domain.facts import Fact, Organisation, Passport, Pin, Preference
from scheduler.domain.sentence import ref, said
from scheduler.storage import stored_facts
from scheduler.storage.database import with_driver
from scheduler.storage.merging import Counts
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample


@pytest.fixture
def empty(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as repository:
        yield repository


@pytest.fixture
def repository(empty: Repository) -> Repository:
    empty.store(sample.dataset())
    return empty


def same_facts(one: Dataset, other: Dataset) -> bool:
    return one.sha256() == other.sha256()


# --- facts


def test_stored_facts_come_back(repository: Repository) -> None:
    assert same_facts(repository.dataset(), sample.dataset())
    assert repository.dataset().worked_shift == sample.dataset().worked_shift


def test_facts_come_in_the_order_of_their_keys_whatever_order_they_were_imported_in(
    empty: Repository,
) -> None:
    empty.store(Dataset.of(reversed(list(sample.dataset().facts()))))
    found = empty.dataset()
    assert [fact.id for fact in found.contract] == ["C1", "C2", "C3", "C4", "C5", "C6"]
    assert [fact.place_id for fact in found.service_host] == ["BAS", "SND"]


def test_at_one_moment_nothing_changes_and_a_file_is_read_once(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, load = [], stored_facts.load_file

    def counting(connection: Any, file: str, staff_id: str | None = None) -> list[Fact]:
        read.append(file)
        return load(connection, file, staff_id)

    monkeypatch.setattr(stored_facts, "load_file", counting)
    with repository.at_one_moment() as seen:
        before = seen.facts("organisation")
        stamp = seen.facts_stamp()
        another = Organisation(id="R1", name="Another Trust", kind="nhs_trust")
        repository.store(Dataset(organisation=(another,)), replace=True)
        read.clear()
        assert seen.acting(THE_PROGRAM).facts("organisation") is before
        assert seen.facts_stamp() == stamp
        assert not read
    assert repository.facts("organisation") != before
    assert repository.facts_stamp() != stamp


def test_the_same_facts_again_change_nothing(repository: Repository) -> None:
    counts = repository.store(sample.dataset()).arrival.counts
    assert all(
        count == Counts(0, len(sample.dataset().rows(file)), 0) for file, count in counts.items()
    )
    assert same_facts(repository.dataset(), sample.dataset())


def test_a_different_row_of_the_same_id_is_a_fault_that_names_both(repository: Repository) -> None:
    changed = Dataset(organisation=(Organisation(id="R1", name="Another Trust", kind="nhs_trust"),))
    with pytest.raises(BadInput) as caught:
        repository.store(changed, row_number=lambda file, index: 7)
    assert (
        str(caught.value.faults[0])
        == "organisation.csv, row 7, column id: 'R1': expected the stored row with id R1, which has"
        " name 'First Trust' (here 'Another Trust'); or the option to replace stored rows"
    )
    assert same_facts(repository.dataset(), sample.dataset())


def test_replace_takes_the_new_row_and_keeps_what_refers_to_it(repository: Repository) -> None:
    new = Organisation(id="R1", name="Another Trust", kind="nhs_trust")
    counts = repository.store(Dataset(organisation=(new,)), replace=True).arrival.counts
    assert counts["organisation"] == Counts(0, 0, 1)
    expected = sample.dataset()
    assert same_facts(
        repository.dataset(), expected.with_facts(organisation=[new, *expected.organisation[1:]])
    )


def test_a_row_without_id_replaces_those_of_its_key(repository: Repository) -> None:
    new = Preference(staff_id="S1", date=date(2027, 1, 11), weight=5.0)
    with pytest.raises(BadInput, match="weight '-2.5'"):
        repository.store(Dataset(preference=(new,)))
    assert repository.store(Dataset(preference=(new,)), replace=True).arrival.counts[
        "preference"
    ] == Counts(0, 0, 1)
    assert repository.dataset().preference == (new,)


def test_two_passports_of_one_key_live_side_by_side(repository: Repository) -> None:
    """A further row of a stored key is a new fact where the stored ones are still in the data."""
    passports = sample.dataset().passport
    third = Passport.model_validate({**passports[0].cells(), "status": "suspended"})
    assert repository.store(Dataset(passport=(*passports, third))).arrival.counts[
        "passport"
    ] == Counts(1, 2, 0)
    with pytest.raises(BadInput):
        repository.store(
            Dataset(passport=(Passport.model_validate({**passports[0].cells(), "checks": ""}),))
        )


def test_a_row_that_stands_twice_is_stored_once(empty: Repository) -> None:
    twice = sample.cells()
    twice["travel_time"] *= 2
    assert empty.store(Dataset.from_cells(twice)).arrival.counts["travel_time"] == Counts(1, 1, 0)


def test_new_facts_are_judged_together_with_stored_ones(repository: Repository) -> None:
    second = Dataset.from_cells(
        {"demand": [{**sample.cells()["demand"][0], "id": "D9", "site_id": "X7"}]}
    )
    with pytest.raises(BadInput) as caught:
        repository.store(second)
    assert [(f.file, f.row, f.column, f.value) for f in caught.value.faults] == [
        ("demand.csv", 2, "site_id", "X7")
    ]
    repository.store(Dataset.from_cells({"demand": [{**sample.cells()["demand"][0], "id": "D9"}]}))
    assert len(repository.dataset().demand) == 4


def test_a_replacement_must_not_break_what_is_stored(repository: Repository) -> None:
    moved = Dataset.from_cells(
        {
            "place": [{**sample.cells()["place"][0], "id": "NEW"}],
            "site": [{**sample.cells()["site"][0], "place_id": "NEW"}],
        }
    )
    with pytest.raises(BadInput) as caught:
        repository.store(moved, replace=True)
    assert {(f.file, f.row, f.column) for f in caught.value.faults} == {
        ("demand.csv (stored)", 0, "site_id"),
        ("demand_template.csv (stored)", 0, "site_id"),
    }
    assert same_facts(repository.dataset(), sample.dataset())


def test_two_collaboratives_live_side_by_side(repository: Repository) -> None:
    second = Dataset.from_cells(sample.neighbours())
    counts = repository.store(second).arrival.counts
    assert counts["collaborative"] == Counts(1, 0, 0)
    assert counts["organisation"] == Counts(2, 1, 0)
    assert [fact.id for fact in repository.collaboratives()] == ["ESX", "SFK"]


def test_pins_are_added_and_removed(repository: Repository) -> None:
    pin = Pin(staff_id="S3", demand_id="D2")
    repository.add_pin(pin)
    repository.add_pin(pin)
    assert repository.dataset().pin.count(pin) == 1
    repository.remove_pin(pin)
    assert pin not in repository.dataset().pin
    with pytest.raises(NotFound):
        repository.remove_pin(pin)


@pytest.mark.parametrize(
    ("staff_id", "demand_id", "nearest"),
    [
        ("S33", "D1", "Maybe S3"),
        ("S1", "D11", "Maybe D1"),
        ("S1", "T:UCR:X1:2027-01-14:E:RN5", "There are"),
    ],
)
def test_a_pin_to_nobody_or_nothing_is_refused(
    repository: Repository, staff_id: str, demand_id: str, nearest: str
) -> None:
    with pytest.raises(NotFound, match=nearest):
        repository.add_pin(Pin(staff_id=staff_id, demand_id=demand_id))


# --- rosters


def test_a_roster_comes_back_with_its_id_in_every_line(repository: Repository) -> None:
    roster_id = repository.save_roster(sample.document(), sample.dataset())
    assert roster_id == "ESX-2027-01-11-1"
    stored = repository.roster(roster_id)
    assert {
        line.roster_id for line in (*stored.document.assignments, *stored.document.vacancies)
    } == {roster_id}
    assert stored.document.decision() == sample.document().decision()
    assert stored.document.assignments[0].values()[1:] == sample.line().values()[1:]
    assert stored.document.summary == sample.document().summary
    assert (stored.header.status, stored.header.kind, stored.header.last) == (
        "draft",
        "roster",
        date(2027, 1, 17),
    )


def test_causes_of_vacancies_come_back_with_their_parts(repository: Repository) -> None:
    made = sample.document()
    assert made.cause(made.vacancies[0]).arguments == {}
    cause = said("{person} is away on {day}.", person=ref("person", "S1"), day=date(2027, 1, 12))
    roster_id = repository.save_roster(replace(made, causes={"D3": cause}), sample.dataset())
    stored = repository.roster(roster_id).document
    assert stored.summary == made.summary
    assert stored.cause(stored.vacancies[0]).arguments == cause.arguments
    older = repository.roster(repository.save_roster(made, sample.dataset())).document
    assert str(older.cause(older.vacancies[0])) == made.vacancies[0].cause


def test_saving_again_makes_a_new_version(repository: Repository) -> None:
    first = repository.save_roster(sample.document(), sample.dataset())
    second = repository.save_roster(sample.document(), sample.dataset(), kind="scenario")
    assert second == "ESX-2027-01-11-2"
    assert [header.id for header in repository.rosters("ESX")] == [second, first]
    assert repository.rosters("SFK") == []


def test_a_snapshot_outlives_changes_of_the_facts(repository: Repository) -> None:
    roster_id = repository.save_roster(sample.document(), repository.dataset())
    repository.store(
        Dataset(organisation=(Organisation(id="R1", name="Another Trust", kind="nhs_trust"),)),
        replace=True,
    )
    assert same_facts(repository.snapshot(roster_id), sample.dataset())


def test_publishing_supersedes_earlier_publications_that_overlap(repository: Repository) -> None:
    ids = [
        repository.save_roster(sample.document(start=start), sample.dataset())
        for start in (date(2027, 1, 11), date(2027, 1, 11), date(2027, 1, 18))
    ]
    for roster_id in (ids[0], ids[2], ids[1]):
        header = repository.publish(roster_id)
        assert (header.status, header.published_at is not None) == ("published", True)
    assert {header.id: header.status for header in repository.rosters()} == dict(
        zip(ids, ("superseded", "published", "published"), strict=True)
    )
    assert {header.id for header, _ in repository.published()} == {ids[1], ids[2]}


def test_what_cannot_be_published(repository: Repository) -> None:
    scenario = repository.save_roster(sample.document(), sample.dataset(), kind="scenario")
    first, second = (repository.save_roster(sample.document(), sample.dataset()) for _ in range(2))
    repository.publish(first)
    with pytest.raises(BadRequest, match="scenario"):
        repository.publish(scenario)
    with pytest.raises(BadRequest, match="published already"):
        repository.publish(first)
    repository.publish(second)
    with pytest.raises(BadRequest, match="superseded"):
        repository.publish(first)


def test_published_lines_by_person_and_day(repository: Repository) -> None:
    night = sample.line(
        demand_id="D2",
        staff_id="S3",
        contract_id="C3",
        start="2027-01-11T19:30",
        end="2027-01-12T07:30",
    )
    repository.publish(
        repository.save_roster(sample.document(sample.line(), night), sample.dataset())
    )
    repository.save_roster(sample.document(sample.line(staff_id="S2")), sample.dataset())

    def found(**asked: object) -> list[str | None]:
        return [line.staff_id for _, lines in repository.published(**asked) for line in lines]  # type: ignore[arg-type]

    assert found() == ["S1", "S3"]
    assert found(staff_ids={"S3"}) == ["S3"]
    assert found(first=date(2027, 1, 12)) == ["S3"]
    assert found(last=date(2027, 1, 10)) == []
    assert found(collaborative_id="SFK") == []


def test_comparisons_are_kept(repository: Repository) -> None:
    document = {
        "collaborative_id": "ESX",
        "period": {"start": "2027-01-11", "days": 7},
        "scenarios": [{"name": "Überblick", "cost_pence": 5}],
    }
    ids = [repository.save_comparison(document) for _ in range(2)]
    assert ids == ["ESX-2027-01-11-C1", "ESX-2027-01-11-C2"]
    assert repository.comparison(ids[0]) == document
    assert {header.id for header in repository.comparisons("ESX")} == set(ids)
    with pytest.raises(BadRequest):
        repository.save_comparison({"collaborative_id": "ESX"})


def test_unknown_ids_are_answered_with_the_nearest(repository: Repository) -> None:
    repository.save_roster(sample.document(), sample.dataset())
    with pytest.raises(NotFound, match="Maybe ESX-2027-01-11-1"):
        repository.roster("ESX-2027-01-11-2")
    with pytest.raises(NotFound, match="There is no comparison yet"):
        repository.comparison("x")
    with pytest.raises(NotFound, match="Maybe ESX"):
        repository.save_roster(sample.document(collaborative_id="ES"), sample.dataset())


# --- the database


def test_folders_are_made_and_facts_outlive_the_program(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'deep' / 'facts.db'}"
    with Repository(url) as repository:
        repository.store(sample.dataset())
    with Repository(url) as repository:
        assert same_facts(repository.dataset(), sample.dataset())


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is not a database, and long enough to be noticed" * 30)
    with pytest.raises(BadRequest, match="not a database"):
        Repository(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(BadRequest, match="address of a database"):
        Repository("nonsense")


def test_two_that_save_at_once_get_two_versions(new_database: NewDatabase) -> None:
    with Repository(new_database()) as repository:
        repository.store(sample.dataset())
        with ThreadPoolExecutor(4) as pool:
            ids = list(
                pool.map(
                    lambda _: repository.save_roster(sample.document(), sample.dataset()), range(8)
                )
            )
    assert sorted(ids) == [f"ESX-2027-01-11-{version}" for version in range(1, 9)]


def test_two_that_open_an_empty_database_at_once_find_its_tables(empty_database: str) -> None:
    def collaboratives(_: int) -> int:
        with Repository(empty_database) as repository:
            return len(repository.collaboratives())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(collaboratives, range(4))) == [0, 0, 0, 0]


def test_facts_come_in_the_order_of_plain_characters_however_the_server_sorts(
    repository: Repository,
) -> None:
    first = sample.dataset().organisation[0]
    ids = ["r-z", "R a", "Rb", "rA", "R_1", "É"]
    repository.store(
        Dataset(organisation=tuple(first.model_copy(update={"id": one}) for one in ids))
    )
    found = [fact.id for fact in repository.facts("organisation")]
    assert found == sorted(found)


def test_a_server_that_is_not_there_is_a_sentence_without_the_password() -> None:
    with pytest.raises(Unavailable, match="cannot be opened") as caught:
        Repository("postgresql://someone:secret@127.0.0.1:1/nothing")
    assert "secret" not in str(caught.value)


# --- for reading alone


def test_a_door_for_reading_alone_reads_and_never_writes(new_database: NewDatabase) -> None:
    url = new_database()
    with Repository(url) as repository:
        repository.store(sample.dataset())
    with Repository(url, reading_only=True) as repository:
        assert len(repository.dataset().staff) == len(sample.dataset().staff)
        with pytest.raises((Unavailable, SQLAlchemyError)):
            repository.save_roster(sample.document(), sample.dataset())
        with pytest.raises((Unavailable, SQLAlchemyError)):
            repository.jobs.add_worker("w", timedelta(seconds=5))
        assert repository.jobs.live_workers() == []


def test_a_database_without_tables_is_read_as_an_empty_one_and_stays_as_it_is(
    empty_database: str,
) -> None:
    with Repository(empty_database, reading_only=True) as repository:
        assert repository.collaboratives() == ()
    engine = sa.create_engine(with_driver(sa.make_url(empty_database)))
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()

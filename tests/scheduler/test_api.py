"""The front door says what the services say, and never a bare failure."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scheduler import api
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, NotFound
from scheduler.services.explain.why_person import WhyNot, WhyThis
from scheduler.storage.writing import write_folder
from tests.factories import MONDAY, need, person, plain_tables

PLACE = "SA-0111-E-RN"


@pytest.fixture
def scheduler() -> Iterator[api.Scheduler]:
    with api.open() as found:
        yield found


def facts(folder: Path, *people: str, pinned: tuple[str, ...] = ()) -> Path:
    tables = plain_tables()
    for staff_id in people:
        person(tables, staff_id)
    place = need(tables, 0, "E")
    tables["pin"] = [{"staff_id": staff_id, "demand_id": place} for staff_id in pinned]
    write_folder(Dataset.from_cells(tables), folder)
    return folder


def test_a_week_from_import_to_why(scheduler: api.Scheduler, tmp_path: Path) -> None:
    assert scheduler.import_data(facts(tmp_path / "data", "P1", "P2")).total.added > 0
    week = scheduler.solve("COL", MONDAY, seconds=5)
    assert week.objective_pence == week.bound_pence
    assert week.gap == 0
    shifts = scheduler.frames(week).shifts
    [who] = shifts["staff_id"]
    assert isinstance(scheduler.why(week, who, PLACE), WhyThis)
    assert isinstance(scheduler.why(week, "P1" if who == "P2" else "P2", PLACE), WhyNot)


def test_an_empty_place_has_its_reason(scheduler: api.Scheduler, tmp_path: Path) -> None:
    scheduler.import_data(facts(tmp_path / "data"))
    week = scheduler.solve("COL", MONDAY, seconds=5)
    assert (
        scheduler.why_empty(week, PLACE).missing,
        scheduler.why_empty(week.roster_id, PLACE).cleared,
    ) == (1, ())


def test_facts_that_clash_are_named_and_nothing_is_stored(
    scheduler: api.Scheduler, tmp_path: Path
) -> None:
    scheduler.import_data(facts(tmp_path / "data", "P1", "P2", pinned=("P1", "P2")))
    week = scheduler.solve("COL", MONDAY, seconds=5)
    assert (week.roster_id, week.objective_pence, week.gap) == ("", None, None)
    assert any("P1" in sentence for sentence in week.clash)


def test_what_is_wrong_is_said(scheduler: api.Scheduler, tmp_path: Path) -> None:
    scheduler.import_data(facts(tmp_path / "data", "P1"))
    with pytest.raises(NotFound, match="COL"):
        scheduler.solve("COLL", date(2027, 1, 11))
    with pytest.raises(BadInput, match="dayly_rest"):
        scheduler.solve("COL", MONDAY, policy={"dayly_rest": {}})


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/kept.db"
    with api.open(address) as first:
        first.import_data(facts(tmp_path / "data", "P1"))
        roster_id = first.solve("COL", MONDAY, seconds=5).roster_id
    with api.open(address) as again:
        assert len(again.frames(roster_id).shifts) == 1


def test_examples_come_with_the_program() -> None:
    assert (api.example("north-east-essex") / "staff.csv").is_file()
    with pytest.raises(NotFound, match="there are mid-and-south-essex, north-east-essex"):
        api.example("nowhere")

"""A pin that no roster could keep is refused when it is set, with the reason; and pins that clash
are found before any search.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Pin
from scheduler.services.rosters.pins import set_pin
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, need, on_leave, person, plain_tables


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def two_people() -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    for day in range(-1, 8):
        for shift in ("E", "L", "N"):
            need(tables, day, shift)
    return tables


def place(day: int, shift: str) -> str:
    return f"SA-{MONDAY + timedelta(days=day):%m%d}-{shift}-RN"


def pinned(repository: Repository) -> set[tuple[str, str]]:
    return {(pin.staff_id, pin.demand_id) for pin in repository.dataset().pin}


def test_a_pin_that_can_be_kept_is_set_once(repository: Repository) -> None:
    repository.store(Dataset.from_cells(two_people()))
    for _ in range(2):
        set_pin(repository, Pin(staff_id="P1", demand_id=place(2, "E")))
    assert pinned(repository) == {("P1", place(2, "E"))}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((2, "E"), (2, "L")),
        ((2, "N"), (3, "E")),
        ((6, "N"), (7, "E")),
        ((-1, "N"), (0, "L")),
    ],  # at once, without rest, over a week's edge
)
def test_pins_of_one_person_that_cannot_hold_together_are_refused_with_both(
    repository: Repository, first: tuple[int, str], second: tuple[int, str]
) -> None:
    repository.store(Dataset.from_cells(two_people()))
    set_pin(repository, Pin(staff_id="P1", demand_id=place(*first)))
    with pytest.raises(BadRequest) as caught:
        set_pin(repository, Pin(staff_id="P1", demand_id=place(*second)))
    said = str(caught.value)
    assert place(*first) in said
    assert place(*second) in said
    assert "Ways out" in said
    assert pinned(repository) == {("P1", place(*first))}
    set_pin(repository, Pin(staff_id="P2", demand_id=place(*second)))


def test_somebody_who_may_not_do_it_is_not_pinned(repository: Repository) -> None:
    tables = two_people()
    on_leave(tables, "P1", str(MONDAY), str(MONDAY))
    repository.store(Dataset.from_cells(tables))
    with pytest.raises(BadRequest, match="On leave"):
        set_pin(repository, Pin(staff_id="P1", demand_id=place(0, "E")))
    assert pinned(repository) == set()


def test_no_more_are_pinned_than_the_work_takes(repository: Repository) -> None:
    repository.store(Dataset.from_cells(two_people()))
    set_pin(repository, Pin(staff_id="P1", demand_id=place(0, "E")))
    with pytest.raises(BadRequest, match="takes 1 at most, and P1 is pinned"):
        set_pin(repository, Pin(staff_id="P2", demand_id=place(0, "E")))


def test_pins_that_clash_are_named_by_a_build_at_once_with_the_ways_out(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = two_people()
    tables["pin"] = [{"staff_id": "P1", "demand_id": place(2, shift)} for shift in ("E", "L")]
    repository.store(Dataset.from_cells(tables))
    monkeypatch.setattr(
        "scheduler.services.rosters.solve.search", lambda *_: pytest.fail("no search is needed")
    )
    outcome = solve(repository, Request("COL", MONDAY), Limits(60.0))
    assert outcome.document is None
    assert {fact.ids for fact in outcome.clash.facts} == {
        ("P1", place(2, "E")),
        ("P1", place(2, "L")),
    }
    assert len(outcome.clash.ways_out) == 2


def test_pins_that_a_further_shift_makes_possible_are_no_clash(repository: Repository) -> None:
    """Nights on Monday, Tuesday and Thursday leave 36 of 46 h of rest, unless Wednesday's is worked
    too.
    """
    repository.store(Dataset.from_cells(two_people()))
    for day in (0, 1, 3):
        set_pin(repository, Pin(staff_id="P1", demand_id=place(day, "N")))
    outcome = solve(repository, Request("COL", MONDAY), Limits(20.0, workers=2))
    assert outcome.document is not None
    own = {line.demand_id for line in outcome.document.assignments if line.staff_id == "P1"}
    assert {place(day, "N") for day in range(4)} <= own

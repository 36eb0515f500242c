"""A pin that breaks a rule: no roster, but a clash that names every fact of it and none that need
not be named.
"""

from datetime import timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Pin
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from tests.factories import (
    MONDAY,
    Tables,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)
from tests.solver.edges.solving import LIMITS, best, clash, filled, pinned


@pytest.fixture
def tables() -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    return tables


def test_a_pin_to_the_night_before_leave_says_so(tables: Tables) -> None:
    on_leave(tables, "P1", MONDAY + timedelta(days=1))
    night = need(tables, 0, "N")
    pinned(tables, "P1", night)
    outcome = best(problem_of(tables))
    assert clash(outcome) == [("pin", ("P1", night))]
    assert "Not cleared for it:" in outcome.clash.facts[0].sentence
    assert "leave" in outcome.clash.facts[0].sentence


def test_a_pin_after_a_night_worked_into_the_first_day_names_the_night_by_the_wall_clock(
    tables: Tables,
) -> None:
    worked(tables, "P1", "2027-01-09T09:00", "2027-01-09T15:00", 360)
    worked(tables, "P1", "2027-01-10T19:30", "2027-01-11T07:30", 660)
    row = need(tables, 0, "L")  # 13:30, six hours later
    pinned(tables, "P1", row)
    outcome = best(problem_of(tables))
    assert clash(outcome) == [("pin", ("P1", row)), ("worked_shift", ("P1",))]
    assert "P1 works from Sun 10 Jan 19:30 to Mon 11 Jan 07:30 (known beforehand)." in [
        fact.sentence for fact in outcome.clash.facts
    ]


def test_a_pin_on_the_seventh_day_names_the_six_before_and_not_the_week_before_them(
    tables: Tables,
) -> None:
    for back in [*range(1, 7), 9, 10]:
        day = MONDAY - timedelta(days=back)
        worked(tables, "P1", f"{day}T09:00", f"{day}T11:00", 120)
    row = need(tables, 0, "E")
    pinned(tables, "P1", row)
    outcome = best(problem_of(tables))
    assert clash(outcome) == [("pin", ("P1", row)), *[("worked_shift", ("P1",))] * 6]
    named = " ".join(fact.sentence for fact in outcome.clash.facts)
    assert all(f"{day} Jan 09:00" in named for day in range(5, 11))


def test_five_nights_in_a_row_are_named_and_four_are_possible(tables: Tables) -> None:
    """Without the rest after nights, of which fewer nights with a gap would already be too many."""
    rows = [need(tables, day, "N") for day in range(6)]
    pinned(tables, "P1", *rows[:4])
    assert {("P1", row) for row in rows[:4]} <= filled(best(problem_of(tables)))
    pinned(tables, "P1", rows[4])
    assert clash(best(problem_of(tables), rest_after_nights={"off": True})) == [
        ("pin", ("P1", row)) for row in rows[:5]
    ]


def test_a_night_off_between_two_runs_clashes_with_the_rest_after_the_first(tables: Tables) -> None:
    """Monday and Tuesday, then Thursday and Friday: working Wednesday too would make five in a row,
    not working it leaves 36 of 46 h.
    """
    rows = [need(tables, day, "N") for day in range(5)]
    pinned(tables, "P1", rows[0], rows[1], rows[3], rows[4])
    assert clash(best(problem_of(tables))) == [
        ("pin", ("P1", row)) for row in (rows[0], rows[1], rows[3], rows[4])
    ]


@pytest.mark.parametrize(("end", "clashes"), [("19:00", False), ("19:01", True)])
def test_a_week_above_48_hours_on_average_is_named_whole(
    tables: Tables, end: str, clashes: bool
) -> None:
    """Four shifts of 12 h, and of 12 h and 1 minute."""
    rows = [need(tables, day, shift(tables, "07:00", end)) for day in (0, 2, 4, 6)]
    pinned(tables, "P1", *rows)
    outcome = best(problem_of(tables))
    if clashes:
        assert clash(outcome) == [("pin", ("P1", row)) for row in rows]
    else:
        assert filled(outcome) == {("P1", row) for row in rows}


def test_two_people_pinned_to_the_only_place_are_both_named(tables: Tables) -> None:
    row = need(tables, 6, "N")
    pinned(tables, "P1", row)
    pinned(tables, "P2", row)
    assert clash(best(problem_of(tables))) == [("pin", ("P1", row)), ("pin", ("P2", row))]


def test_a_pin_on_the_last_night_and_a_shift_published_after_it_are_both_named(
    tables: Tables,
) -> None:
    worked(tables, "P1", "2027-01-18T13:00", "2027-01-18T20:00", 420)
    row = need(tables, 6, "N")  # until 07:30, five and a half hours before
    pinned(tables, "P1", row)
    assert clash(best(problem_of(tables))) == [("pin", ("P1", row)), ("worked_shift", ("P1",))]


def test_nothing_is_stored_where_facts_clash_and_without_the_pin_there_is_a_roster(
    tables: Tables,
) -> None:
    early, late = need(tables, 0, "E"), need(tables, 0, "L")
    pinned(tables, "P1", early, late)
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        outcome = solve(repository, Request("COL", MONDAY), LIMITS)
        assert clash(outcome) == [("pin", ("P1", early)), ("pin", ("P1", late))]
        assert (outcome.roster_id, repository.rosters()) == ("", [])
        repository.remove_pin(Pin(staff_id="P1", demand_id=late))
        assert filled(solve(repository, Request("COL", MONDAY), LIMITS)) == {
            ("P1", early),
            ("P2", late),
        }

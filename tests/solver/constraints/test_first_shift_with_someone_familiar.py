"""Whoever comes to a host for the first time meets somebody who knows it."""

from datetime import time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Problem
from tests.factories import (
    MONDAY,
    Tables,
    amount,
    does,
    heard_by_weekly_columns,
    joint,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    random_tables,
    shift,
    supply,
    worked,
)

Work = tuple[str, ...]


def strangers(problem: Problem, *work: Work) -> int:
    return amount(problem, "first_shift_with_someone_familiar", does(problem, *work))


def two_trusts() -> Tables:
    """P1 and P2 of trust A may work for B, whose own are Q1 and Q2."""
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    for staff_id in ("Q1", "Q2"):
        person(tables, staff_id, "B")
    lending(tables, ["P1", "P2"])
    return tables


def at(tables: Tables, day: int, shift_type_id: str, **changes: str) -> str:
    """Demand for two at site B."""
    return need(tables, day, shift_type_id, site_id="SB", minimum="2", **changes)


def test_alone_for_the_first_time() -> None:
    tables = two_trusts()
    row, home = at(tables, 0, "E"), need(tables, 1, "E")
    problem = problem_of(tables)
    assert strangers(problem, ("P1", row)) == 1
    assert strangers(problem, ("Q1", row)) == 0  # employed there
    assert strangers(problem, ("P1", home)) == 0
    assert strangers(problem, ("P1", row), ("Q1", row)) == 0
    assert strangers(problem, ("P1", row), ("P2", row)) == 2  # two strangers do not help each other


@pytest.mark.parametrize(("end", "found"), [("13:30", 1), ("13:31", 0)])
def test_somebody_familiar_is_there_at_an_overlapping_time(end: str, found: int) -> None:
    tables = two_trusts()
    late, other = at(tables, 0, "L"), at(tables, 0, shift(tables, "07:00", end))
    assert strangers(problem_of(tables), ("P1", late), ("Q1", other)) == found


def test_the_night_before_overlaps_too() -> None:
    tables = two_trusts()
    early, night = at(tables, 1, "E"), at(tables, 0, "N")  # to 07:30
    problem = problem_of(tables)
    assert strangers(problem, ("P1", early), ("Q1", night)) == 0
    assert strangers(problem, ("P1", night), ("Q1", early)) == 0


def test_another_site_and_temporary_supply_do_not_help() -> None:
    tables = two_trusts()
    tables["site"].append({**tables["site"][1], "id": "SB2", "name": "Site B2"})
    supply(tables, "AG", organisation_id="B")
    row, elsewhere = at(tables, 0, "E"), need(tables, 0, "E", site_id="SB2")
    problem = problem_of(tables)
    assert strangers(problem, ("P1", row), ("Q1", elsewhere)) == 1
    assert strangers(problem, ("P1", row), ("AG", row)) == 1


def test_only_the_first_shift_counts_and_after_it_one_is_familiar() -> None:
    tables = two_trusts()
    first, second, third = at(tables, 0, "E"), at(tables, 2, "E"), at(tables, 4, "E")
    problem = problem_of(tables)
    assert strangers(problem, ("P1", first), ("P1", second), ("P1", third)) == 1
    assert strangers(problem, ("P1", first), ("Q1", first), ("P1", second)) == 0
    # P1 was there on Monday and can show P2 round on Wednesday
    assert strangers(problem, ("P1", first), ("P1", second), ("P2", second)) == 1
    assert strangers(problem, ("P1", second), ("P2", second), ("P1", third)) == 2
    # one shift there is enough, whichever it was
    assert strangers(problem, ("P1", second), ("P1", third), ("P2", third)) == 1
    assert strangers(problem, ("P2", first), ("P1", second), ("P2", third)) == 2


def test_who_came_earlier_the_same_day_is_no_less_new() -> None:
    tables = two_trusts()
    long, late = at(tables, 0, "D"), at(tables, 0, "L")
    # at half past one P2 has been there since seven, but was never there before this shift
    assert strangers(problem_of(tables), ("P2", long), ("P1", late)) == 2


@pytest.mark.parametrize(
    ("day", "organisation_id", "host", "found"),
    [
        ("2027-01-04", "A", "B", 0),
        ("2027-01-04", "B", "", 0),  # no host recorded: the employer
        ("2027-01-04", "B", "A", 1),  # lent by B to somebody else
        ("2027-01-04", "A", "", 1),
        ("2027-01-13", "A", "B", 0),  # fixed, the day before
        ("2027-01-15", "A", "B", 1),  # fixed, the day after
    ],
)
def test_who_worked_there_before_is_familiar(
    day: str, organisation_id: str, host: str, found: int
) -> None:
    tables = two_trusts()
    worked(
        tables,
        "P1",
        f"{day}T09:00",
        f"{day}T12:00",
        180,
        organisation_id=organisation_id,
        host=host,
    )
    row = at(tables, 3, "E")
    problem = problem_of(tables)
    assert strangers(problem, ("P1", row)) == found
    assert strangers(problem, ("P1", row), ("P2", row)) == 2 * found  # and can show P2 round


def test_rostered_there_before_by_a_published_roster_is_enough() -> None:
    tables = two_trusts()
    row = at(tables, 0, "E")
    start = minute_of(MONDAY - timedelta(days=1), time(9))
    problem = problem_of(tables, known=(KnownShift(start, start + 60, 60, "P1", "A", "C-P1", "B"),))
    assert strangers(problem, ("P1", row)) == 0


@pytest.mark.parametrize(
    ("from_date", "to_date", "found"),
    [("2020-01-01", "", 0), ("2027-01-12", "", 2), ("2020-01-01", "2027-01-10", 2)],
)
def test_any_contract_with_the_host_that_is_live_that_day_is_enough(
    from_date: str, to_date: str, found: int
) -> None:
    tables = two_trusts()
    joint(tables, "P1", "B", "10", from_date=from_date, to_date=to_date)
    row = at(tables, 0, "E")
    problem = problem_of(tables)
    assert strangers(problem, ("P1", row), ("P2", row)) == found


def test_a_former_employee_is_new_only_where_no_shift_there_was_recorded() -> None:
    tables = two_trusts()
    second = joint(tables, "P1", "B", "10", to_date="2027-01-11")
    first, later = at(tables, 0, "E"), at(tables, 2, "E")
    problem = problem_of(tables)
    assert strangers(problem, ("P1", later)) == 1
    # was there on Monday, as employed
    assert strangers(problem, ("P1", first, second), ("P1", later)) == 0


def test_a_colleague_of_another_host_at_the_same_site_may_know_it_too() -> None:
    tables = two_trusts()
    tables["service"].append({"id": "VW", "collaborative_id": "COL", "name": "Virtual ward"})
    tables["service_host"].append({"service_id": "VW", "place_id": "PB", "organisation_id": "A"})
    row, other = at(tables, 1, "E"), at(tables, 1, "L", service_id="VW")
    before = at(tables, 0, "E")
    problem = problem_of(tables)
    # P2 works there for A and has never been with B
    assert strangers(problem, ("P1", row), ("P2", other)) == 1
    assert strangers(problem, ("P2", before), ("Q1", before), ("P1", row), ("P2", other)) == 0


def test_each_host_is_new_by_itself() -> None:
    tables = two_trusts()
    lending(tables, ["Q1"], "B", "A")
    there, here = at(tables, 0, "E"), need(tables, 0, "E")
    assert strangers(problem_of(tables), ("P1", there), ("Q1", here)) == 2


@pytest.mark.parametrize("crowd", [2, 3, 4])
def test_one_of_many_who_know_it_is_enough(crowd: int) -> None:
    tables = two_trusts()
    for number in range(3, crowd + 1):
        person(tables, f"Q{number}", "B")
    row, other = at(tables, 0, "E", preferred="6"), at(tables, 0, "D", preferred="6")
    problem = problem_of(tables)
    both = [("P1", row), ("P2", other)]
    assert strangers(problem, *both) == 2
    assert strangers(problem, *both, (f"Q{crowd}", other)) == 0


@pytest.mark.parametrize("crowd", [2, 3, 4])
def test_one_of_many_who_were_there_before_is_enough(crowd: int) -> None:
    tables = two_trusts()
    others = [f"P{number}" for number in range(3, crowd + 2)]
    for staff_id in others:
        person(tables, staff_id)
    lending(tables, others)
    last = f"P{crowd + 1}"
    before, row, other = (
        at(tables, day, kind, preferred="6") for day, kind in ((0, "E"), (1, "E"), (1, "D"))
    )
    problem = problem_of(tables)
    both = [("P1", row), (last, other)]
    assert strangers(problem, *both) == 2
    assert strangers(problem, *both, ("Q1", before), (last, before)) == 0
    # who returned is not on duty now
    assert strangers(problem, *both, ("Q1", before), ("P2", before)) == (2 if last != "P2" else 0)
    heard_by_weekly_columns(problem, "first_shift_with_someone_familiar")


@pytest.mark.parametrize(("last", "found"), [("2027-01-11", 0), ("2027-01-10", 2)])
def test_a_colleague_is_employed_or_not_on_the_day_of_the_own_shift(last: str, found: int) -> None:
    tables = two_trusts()
    joint(tables, "P2", "B", "10", to_date=last)
    night, early = at(tables, 0, "N"), at(tables, 1, "E")
    assert strangers(problem_of(tables), ("P2", night), ("P1", early)) == found


def test_the_search_by_weekly_columns_carries_it() -> None:
    heard_by_weekly_columns(problem_of(random_tables(3)), "first_shift_with_someone_familiar")

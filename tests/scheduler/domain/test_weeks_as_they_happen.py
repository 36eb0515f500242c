"""Long, split and sleeping duties, contracts that follow on, agreed times off, and what was
published and not worked.
"""

from datetime import date, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.domain.clock import minute_of
from scheduler.domain.conditions import barriers_of
from scheduler.domain.duty import KnownShift, hours_of
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import ShiftType
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    does,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
)

SPRING = date(2027, 3, 28)
"""The clock goes forward at 01:00."""


def kind(start: str, end: str, unpaid_break: int = 0, **more: Any) -> ShiftType:
    return ShiftType.model_validate(
        {
            "id": "X",
            "name": "X",
            "start_time": start,
            "end_time": end,
            "unpaid_break_minutes": str(unpaid_break),
            **more,
        }
    )


def at(day: date, clock: str) -> int:
    return minute_of(day, time.fromisoformat(clock))


# --- hours of a shift type


@pytest.mark.parametrize(
    ("day", "paid"),
    [(MONDAY, 1440), (SPRING - timedelta(days=1), 1380), (date(2027, 10, 30), 1500)],
)
def test_a_duty_of_24_hours_is_as_long_as_the_day_really_is(day: date, paid: int) -> None:
    found = hours_of(kind("09:00", "09:00", days="1"), day)
    assert (found.start, found.end, found.paid) == (
        at(day, "09:00"),
        at(day + timedelta(days=1), "09:00"),
        paid,
    )
    assert found.night


def test_an_end_on_the_next_day_is_meant_where_days_says_so_or_it_comes_before_the_start() -> None:
    assert hours_of(kind("09:00", "10:00"), MONDAY).paid == 60
    assert hours_of(kind("09:00", "10:00", days="1"), MONDAY).paid == 25 * 60
    assert hours_of(kind("22:00", "06:00"), MONDAY).paid == 8 * 60


def test_sleep_is_neither_paid_nor_worked_and_makes_no_night_shift() -> None:
    found = hours_of(kind("14:00", "09:00", 30, unpaid_from="23:00", unpaid_to="06:00"), MONDAY)
    assert found.paid == 19 * 60 - 7 * 60 - 30
    assert found.asleep == (at(MONDAY, "23:00"), at(MONDAY + timedelta(days=1), "06:00"))
    assert not found.night
    assert hours_of(kind("14:00", "09:00", 30), MONDAY).night
    awake = hours_of(kind("14:00", "09:00", unpaid_from="02:00", unpaid_to="06:00"), MONDAY)
    assert awake.night, "three hours from 23:00 are worked"


def test_sleep_over_the_clock_change_is_an_hour_shorter() -> None:
    found = hours_of(
        kind("14:00", "09:00", unpaid_from="23:00", unpaid_to="07:00"), SPRING - timedelta(days=1)
    )
    assert found.asleep[1] - found.asleep[0] == 7 * 60
    assert found.paid == 18 * 60 - 7 * 60


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"end_time": "09:00"}, "end_time"),
        ({"end_time": "08:00", "days": "0"}, "days"),
        ({"unpaid_from": "10:00"}, "unpaid_to"),
        ({"unpaid_from": "10:00", "unpaid_to": "18:00"}, "unpaid_from"),
        (
            {"unpaid_from": "09:00", "unpaid_to": "16:59", "unpaid_break_minutes": "1"},
            "unpaid_break_minutes",
        ),
        ({"split_with": "X"}, "split_with"),
    ],
)
def test_hours_without_a_meaning_are_refused_at_their_column(
    change: dict[str, str], column: str
) -> None:
    with pytest.raises(ValidationError, match=rf"{column}\|"):
        kind(
            "09:00",
            change.pop("end_time", "17:00"),
            int(change.pop("unpaid_break_minutes", "0")),
            **change,
        )


# --- what they are paid, and what rest they need


def slept(tables: Tables, **more: str) -> None:
    row = {
        "id": "S",
        "name": "Sleep-in",
        "start_time": "14:00",
        "end_time": "09:00",
        "unpaid_break_minutes": "0",
        **more,
    }
    tables["shift_type"].append(row)


def pence(tables: Tables, *work: tuple[str, ...]) -> dict[str, int]:
    problem = problem_of(tables)
    return {
        duty.id: parts.cost_pence
        for _, duty, parts in EvaluatedRoster(problem, does(problem, *work)).paid
    }


def test_enhancements_are_for_hours_worked_alone() -> None:
    """14:00 to 22:00 and 07:00 to 09:00 on weekdays: two of ten hours lie after 20:00; £18 an hour,
    30 %.
    """
    tables = plain_tables()
    person(tables, "P1")
    slept(tables, unpaid_from="22:00", unpaid_to="07:00")
    row = need(tables, 0, "S")
    assert pence(tables, ("P1", row)) == {row: 2 * 1800 * 30 // 100}


def test_a_break_of_a_sleeping_duty_is_spread_over_what_is_worked() -> None:
    tables = plain_tables()
    person(tables, "P1")
    slept(tables, unpaid_from="22:00", unpaid_to="07:00", unpaid_break_minutes="60")
    row = need(tables, 0, "S")
    assert pence(tables, ("P1", row)) == {row: round(2 * 0.9 * 1800 * 0.3)}


def halves(tables: Tables) -> tuple[str, str]:
    tables["shift_type"] += [
        {
            "id": "H1",
            "name": "Morning half",
            "start_time": "07:00",
            "end_time": "11:00",
            "unpaid_break_minutes": "0",
            "split_with": "H2",
        },
        {
            "id": "H2",
            "name": "Tea half",
            "start_time": "16:00",
            "end_time": "20:00",
            "unpaid_break_minutes": "0",
        },
    ]
    return need(tables, 0, "H1"), need(tables, 0, "H2")


def test_between_the_halves_of_a_split_duty_no_rest_is_due_but_after_it_there_is() -> None:
    tables = plain_tables()
    person(tables, "P1")
    first, second = halves(tables)
    other, early = need(tables, 1, "H1"), need(tables, 1, "E")
    problem, policy = problem_of(tables), alone("daily_rest")
    assert not verify(problem, policy, does(problem, ("P1", first), ("P1", second))).breaches
    assert not verify(problem, policy, does(problem, ("P1", second), ("P1", other))).breaches, (
        "eleven hours lie between"
    )
    late = need(tables, 0, "L")
    problem = problem_of(tables)
    assert verify(problem, policy, does(problem, ("P1", first), ("P1", late))).breaches
    assert verify(problem, policy, does(problem, ("P1", late), ("P1", early))).breaches


def test_a_published_half_is_known_as_one() -> None:
    tables = plain_tables()
    person(tables, "P1")
    _, second = halves(tables)
    tables["demand"] = [row for row in tables["demand"] if row["id"] == second]
    published = KnownShift(
        at(MONDAY, "07:00"), at(MONDAY, "11:00"), 240, "P1", "A", "C-P1", "A", shift_type_id="H1"
    )
    policy = alone("daily_rest")
    half = problem_of(tables, known=(published,))
    assert not verify(half, policy, does(half, ("P1", second))).breaches
    other = problem_of(
        tables,
        known=(
            KnownShift(
                published.start, published.end, 240, "P1", "A", "C-P1", "A", shift_type_id="E"
            ),
        ),
    )
    assert verify(other, policy, does(other, ("P1", second))).breaches


# --- contracts that follow on


def followed(
    hours: str = "18.75", then: str = "37.5", change: date = MONDAY + timedelta(days=3), **more: str
) -> Tables:
    tables = plain_tables()
    person(tables, "P1", hours=hours, to_date=str(change - timedelta(days=1)))
    tables["contract"].append(
        {
            **tables["contract"][0],
            "id": "C-NEW",
            "hours_per_week": then,
            "from_date": str(change),
            "to_date": "",
            **more,
        }
    )
    return tables


def test_a_night_over_the_change_is_worked_through_the_contract_of_its_first_day() -> None:
    tables = followed()
    night = need(tables, 2, "N")
    problem = problem_of(tables)
    [employment] = problem.employments
    assert employment.ids == {"C-P1", "C-NEW"}
    assert [employment.on(MONDAY + timedelta(days=day)).id for day in (0, 2, 3, 6)] == [
        "C-P1",
        "C-P1",
        "C-NEW",
        "C-NEW",
    ]
    assert len(problem.pairs_duty) == 1
    old, new = (problem.index.contracts[name] for name in ("C-P1", "C-NEW"))
    duty = problem.duty_by_id[night]
    assert barriers_of(problem.index, old, duty) == []
    assert [barrier.kind for barrier in barriers_of(problem.index, new, duty)] == ["contract"]


@pytest.mark.parametrize(
    "more",
    [
        {"from_date": str(MONDAY + timedelta(days=4))},
        {"role_id": "HCA"},
        {"organisation_id": "B"},
        {"kind": "bank", "hours_per_week": "0"},
    ],
)
def test_contracts_with_a_gap_or_of_another_employer_role_or_kind_are_two(
    more: dict[str, str],
) -> None:
    tables = followed(**more)
    night = need(tables, 2, "N")
    problem = problem_of(tables)
    assert [
        barrier.kind
        for barrier in barriers_of(
            problem.index, problem.index.contracts["C-P1"], problem.duty_by_id[night]
        )
    ] == ["contract"]


def test_hours_owed_in_the_week_of_the_change_are_those_of_both() -> None:
    tables = followed()
    need(tables, 0, "E")
    [employment] = problem_of(tables).employments
    assert employment.owed == {MONDAY: (3 * 18.75 / 5 + 2 * 37.5 / 5) * 60}


def test_in_the_week_of_the_change_overtime_begins_above_one_full_time_week() -> None:
    """Four long days, 46 h, of which 26.25 are owed: 11.25 h are extra, 8.5 h overtime, paid by the
    contract of the day.
    """
    tables = followed(hourly_pence="2000")
    work = [
        ("P1", need(tables, day, "D"), contract)
        for day, contract in ((0, "C-P1"), (1, "C-P1"), (3, "C-NEW"), (4, "C-NEW"))
    ]
    problem = problem_of(tables)
    paid = EvaluatedRoster(problem, does(problem, *work)).paid
    assert [a.contract_id for a, _, _ in paid] == ["C-P1", "C-P1", "C-NEW", "C-NEW"]
    assert [parts.minutes for _, _, parts in paid] == [
        {"contracted": 690},
        {"contracted": 690},
        {"contracted": 195, "extra": 495},
        {"extra": 180, "overtime": 510},
    ]
    assert paid[2][2].cost_pence == 2000 * 495 // 60


# --- agreed times off


@pytest.mark.parametrize(
    ("row", "barred"),
    [
        (
            {"weekday": "3"},
            {"E", "L", "N", "before"},
        ),  # Wednesday, all day: the night from Tuesday ends on it
        ({"weekday": "3", "start_time": "08:00", "end_time": "12:00"}, {"E"}),
        (
            {"weekday": "3", "start_time": "15:00", "end_time": "19:30"},
            {"L"},
        ),  # the early has ended and the night not begun
        ({"weekday": "2", "start_time": "22:00", "end_time": "02:00"}, {"before"}),  # over midnight
        ({"weekday": "3", "from_date": "2027-01-14"}, set()),
        (
            {
                "weekday": "",
                "from_date": "2027-01-13",
                "to_date": "2027-01-13",
                "start_time": "21:00",
                "end_time": "22:00",
            },
            {"L", "N"},
        ),
    ],
)
def test_any_overlap_with_an_agreed_time_off_is_a_barrier_that_the_person_lifts(
    row: dict[str, str], barred: set[str]
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    work = {shift: need(tables, 2, shift) for shift in ("E", "L", "N")} | {
        "before": need(tables, 1, "N")
    }
    tables["unavailability"] = [
        {
            "staff_id": "P1",
            "from_date": "2027-01-01",
            "to_date": "",
            "weekday": "",
            "start_time": "",
            "end_time": "",
            **row,
        }
    ]
    need(tables, 4, "E")  # so that the person is in the problem
    problem = problem_of(tables)
    contract = problem.index.contracts["C-P1"]
    found = {
        name: barriers_of(problem.index, contract, problem.duty_by_id[row_id])
        for name, row_id in work.items()
    }
    assert {name for name, barriers in found.items() if barriers} == barred
    assert all(
        (b.kind, b.lifted_by) == ("availability", "P1")
        for barriers in found.values()
        for b in barriers
    )
    able = {problem.duties[column].id for column in problem.pairs_duty.tolist()} - {"SA-0115-E-RN"}
    assert able == {row_id for name, row_id in work.items() if name not in barred}
    assert problem.employments[0].owed == {MONDAY: 2250}, "hours owed are not touched"


# --- what was published


def test_a_published_shift_that_starts_on_a_day_of_leave_was_not_worked() -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 8, "E")
    on_leave(tables, "P1", str(MONDAY), str(MONDAY))
    night = KnownShift(
        at(MONDAY - timedelta(days=1), "19:30"), at(MONDAY, "07:30"), 660, "P1", "A", "C-P1", "A"
    )
    missed = KnownShift(at(MONDAY, "07:00"), at(MONDAY, "15:00"), 450, "P1", "A", "C-P1", "A")
    assert problem_of(tables, MONDAY + timedelta(days=7), known=(night, missed)).all_known[
        "P1"
    ] == (night,), "it starts before the leave"


def test_what_starts_before_a_moment_has_begun_and_is_nobodys_to_decide() -> None:
    from scheduler.domain.dataset import Dataset
    from scheduler.domain.problem import Period, build_problem

    tables = plain_tables()
    person(tables, "P1")
    early, late = need(tables, 0, "E"), need(tables, 0, "L")
    pinned = [{"staff_id": "P1", "demand_id": early}]
    tables["pin"] = pinned
    problem = build_problem(
        Dataset.from_cells(tables), "COL", Period(MONDAY, 7), before=at(MONDAY, "07:01")
    )
    assert [duty.id for duty in problem.duties] == [late]
    assert [duty.id for duty in problem.begun] == [early]
    assert problem.pins == ()
    assert [duty.index for duty in problem.duties] == [0]

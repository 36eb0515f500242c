"""Both clock changes: hours pass, whatever the wall clock shows. London: forward on 28 March 2027,
back on 25 October 2026.
"""

from datetime import date, timedelta

import pytest

from scheduler.domain.facts import LONDON
from tests.factories import MONDAY, does, need, person, plain_tables, problem_of, shift, worked
from tests.solver.edges.solving import amounts, best, clash, filled, pinned

PLAIN, FORWARD, BACK = MONDAY, date(2027, 3, 22), date(2026, 10, 19)
"""Mondays of a week without a change, of one that ends with a Sunday of 23 hours, and of one that
ends with 25.
"""
WEEKS = [(PLAIN, 0), (FORWARD, -60), (BACK, 60)]
"""With the minutes by which Saturday's night is longer."""


@pytest.mark.parametrize(("monday", "longer"), WEEKS)
def test_every_weekly_rule_counts_the_same_minutes_of_the_night(monday: date, longer: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, monday + timedelta(days=day), "D") for day in range(3)] + [
        need(tables, monday + timedelta(days=5), "N")
    ]
    problem = problem_of(tables, monday)
    roster = does(problem, *(("P1", row) for row in rows))
    worked_minutes = 3 * 690 + 660 + longer
    found = amounts(
        problem,
        roster,
        longest_week={"hours": 40},
        average_week={"hours": 40},
        contract_hours={"hours": 1},
        overtime_hours={},
        unused_hours={},
    )
    assert found == {
        "longest_week": worked_minutes - 2400,
        "average_week": worked_minutes - 2400,
        "contract_hours": worked_minutes - 2310,
        "overtime_hours": worked_minutes - 2250,
        "unused_hours": 0,
    }


@pytest.mark.parametrize(("monday", "longer"), WEEKS)
def test_a_night_is_paid_offered_and_missed_for_the_minutes_that_pass(
    monday: date, longer: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, monday + timedelta(days=5), "N", minimum="2")
    outcome = best(problem_of(tables, monday))
    assert outcome.document is not None
    (line,) = outcome.document.assignments
    assert (line.end - line.start, line.paid_minutes) == (
        timedelta(minutes=720 + longer),
        660 + longer,
    )
    local = [at.astimezone(LONDON).strftime("%H:%M") for at in (line.start, line.end)]
    assert local == ["19:30", "07:30"], "by the wall clock it is as every night"
    assert outcome.document.summary["hours"]["missing"] == (660 + longer) / 60


@pytest.mark.parametrize(("monday", "fits"), [(PLAIN, True), (FORWARD, False), (BACK, True)])
def test_eleven_hours_by_the_wall_clock_are_ten_when_it_goes_forward(
    monday: date, fits: bool
) -> None:
    """From 00:30 on Sunday to 11:30: 11, 10 or 12 hours."""
    tables = plain_tables()
    person(tables, "P1")
    saturday, sunday = monday + timedelta(days=5), monday + timedelta(days=6)
    rows = [
        need(tables, saturday, shift(tables, "14:30", "00:30")),
        need(tables, sunday, shift(tables, "11:30", "19:30"), priority="5"),
    ]
    problem = problem_of(tables, monday)
    assert filled(best(problem)) == {("P1", row) for row in (rows if fits else rows[1:])}
    both = does(problem, *(("P1", row) for row in rows))
    assert amounts(problem, both, daily_rest={}) == {"daily_rest": 0 if fits else 60}


@pytest.mark.parametrize(("monday", "clashes"), [(PLAIN, False), (FORWARD, True), (BACK, False)])
def test_pins_that_fit_by_the_wall_clock_alone_clash(monday: date, clashes: bool) -> None:
    tables = plain_tables()
    person(tables, "P1")
    saturday, sunday = monday + timedelta(days=5), monday + timedelta(days=6)
    rows = [
        need(tables, saturday, shift(tables, "14:30", "00:30")),
        need(tables, sunday, shift(tables, "11:30", "19:30")),
    ]
    pinned(tables, "P1", *rows)
    outcome = best(problem_of(tables, monday))
    if clashes:
        assert clash(outcome) == [("pin", ("P1", row)) for row in rows]
        assert {fact.sentence.rsplit("(", 1)[1] for fact in outcome.clash.facts} == {
            "Sat 27 Mar 14:30).",
            "Sun 28 Mar 11:30).",
        }
    else:
        assert filled(outcome) == {("P1", row) for row in rows}


@pytest.mark.parametrize(
    ("monday", "start", "minutes"),
    [(PLAIN, "01:30", 480), (FORWARD, "02:30", 420), (BACK, "01:30", 540)],
)
def test_a_shift_that_starts_in_the_hour_that_is_skipped_or_comes_twice(
    monday: date, start: str, minutes: int
) -> None:
    """01:30 to 09:30: the skipped 01:30 is 02:30, of the two the first is meant."""
    tables = plain_tables()
    person(tables, "P1")
    need(tables, monday + timedelta(days=6), shift(tables, "01:30", "09:30"))
    outcome = best(problem_of(tables, monday))
    assert outcome.document is not None
    (line,) = outcome.document.assignments
    assert (line.start.astimezone(LONDON).strftime("%H:%M"), line.paid_minutes) == (start, minutes)
    assert line.start.astimezone(LONDON).date() == monday + timedelta(days=6)


@pytest.mark.parametrize(("monday", "short"), [(PLAIN, 30), (FORWARD, 30), (BACK, 30)])
def test_a_change_before_the_shifts_end_does_not_touch_the_rest_after_it(
    monday: date, short: int
) -> None:
    """A night worked before the period ends at 07:30 on the day of the change; 18:00 is ten and a
    half hours later.
    """
    tables = plain_tables()
    person(tables, "P1")
    saturday, sunday = monday + timedelta(days=5), monday + timedelta(days=6)
    worked(tables, "P1", f"{saturday}T19:30", f"{sunday}T07:30", 660, contract_id="C-P1")
    row = need(tables, sunday, shift(tables, "18:00", "22:00"))
    problem = problem_of(tables, sunday, days=1)
    assert amounts(problem, does(problem, ("P1", row)), daily_rest={}) == {"daily_rest": short}


@pytest.mark.parametrize(("monday", "late"), [(PLAIN, 0), (FORWARD, 60), (BACK, 0)])
def test_two_nights_on_either_side_of_a_change_and_the_46_hours_after_them(
    monday: date, late: int
) -> None:
    """Nights of Thursday and Friday end on Saturday at 07:30; Monday 05:30 is 46 hours later, or 45
    or 47.
    """
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, monday + timedelta(days=day), "N") for day in (3, 4)]
    rows.append(need(tables, monday + timedelta(days=7), shift(tables, "05:30", "11:30")))
    problem = problem_of(tables, monday, days=14)
    roster = does(problem, *(("P1", row) for row in rows))
    assert amounts(
        problem, roster, rest_after_nights={}, consecutive_nights={"nights": 1}, daily_rest={}
    ) == {
        "rest_after_nights": late,
        "consecutive_nights": 1,
        "daily_rest": 0,
    }

"""The first and the last day of a period, what was worked just before it, and what is published
just after.
"""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from tests.factories import MONDAY, does, need, person, plain_tables, problem_of, shift, worked
from tests.solver.edges.solving import amounts, best, filled

EVE = MONDAY - timedelta(days=1)
NEXT = MONDAY + timedelta(days=7)


def published(
    staff_id: str, day: date, start: str, end: str, paid: int, next_day: bool = False
) -> KnownShift:
    """A shift of a roster that was published before; times as on the wall."""
    until = day + timedelta(days=int(next_day))
    begin, finish = (
        minute_of(at, time.fromisoformat(text)) for at, text in ((day, start), (until, end))
    )
    return KnownShift(begin, finish, paid, staff_id, "A", f"C-{staff_id}", "A")


def test_after_a_night_worked_on_the_eve_the_first_day_begins_eleven_hours_later() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", f"{EVE}T19:30", f"{MONDAY}T07:30", 660, contract_id="C-P1")
    need(tables, 0, "E", priority="5")  # 07:00 overlaps the night
    need(tables, 0, shift(tables, "18:29", "22:30"), priority="5")  # 10:59 of rest
    evening = need(tables, 0, shift(tables, "18:30", "22:30"), priority="1")  # exactly 11 hours
    assert filled(best(problem_of(tables))) == {("P1", evening)}


def test_before_an_early_published_after_the_period_the_last_day_ends_eleven_hours_earlier() -> (
    None
):
    tables = plain_tables()
    person(tables, "P1")
    known = published("P1", NEXT, "06:00", "14:00", 450)
    need(tables, 6, "N", priority="5")
    need(tables, 6, shift(tables, "11:00", "19:01"), priority="5")
    day = need(tables, 6, shift(tables, "11:00", "19:00"), priority="1")  # 19:00 to 06:00
    assert filled(best(problem_of(tables, known=(known,)))) == {("P1", day)}


def test_a_night_on_the_last_day_counts_whole_though_it_ends_outside() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 6, "N")
    problem = problem_of(tables)
    found = amounts(
        problem,
        does(problem, ("P1", row)),
        longest_week={"hours": 10},
        minimum_cover={},
        unused_hours={},
    )
    assert found == {"longest_week": 60, "minimum_cover": 0, "unused_hours": 2250 - 660}


def test_a_night_worked_on_the_eve_counts_in_the_week_and_day_before() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", f"{EVE}T19:30", f"{MONDAY}T07:30", 660, contract_id="C-P1")
    rows = [need(tables, day, "D") for day in (1, 2, 3)]
    problem = problem_of(tables)
    roster = does(problem, *(("P1", row) for row in rows))
    found = amounts(
        problem,
        roster,
        longest_week={"hours": 34},
        contract_hours={"hours": 0},
        unused_hours={},
        average_week={"hours": 20},
        consecutive_days={"days": 3},
    )
    assert found == {
        "longest_week": 2070 - 2040,  # without the night
        "contract_hours": 0,
        "unused_hours": 2250 - 2070,
        "average_week": 660 + 2070 - 2 * 1200,  # with it: it lies in the block before
        "consecutive_days": 0,  # Monday is free
    }


def test_three_nights_before_the_period_leave_one_more_and_then_46_hours() -> None:
    """Friday to Sunday are worked. Monday is the fourth in a row; after it the next shift is on
    Thursday from 05:30.
    """
    tables = plain_tables()
    person(tables, "P1")
    for back in (3, 2, 1):
        day = MONDAY - timedelta(days=back)
        worked(
            tables,
            "P1",
            f"{day}T19:30",
            f"{day + timedelta(days=1)}T07:30",
            660,
            contract_id="C-P1",
        )
    rows = [need(tables, day, "N", priority="5" if day == 0 else "3") for day in range(4)]
    assert filled(best(problem_of(tables))) == {("P1", rows[0]), ("P1", rows[3])}


@pytest.mark.parametrize(("before", "first_day"), [(5, True), (6, False)])
def test_six_days_worked_before_leave_the_first_day_free(before: int, first_day: bool) -> None:
    tables = plain_tables()
    person(tables, "P1")
    for back in range(1, before + 1):
        day = MONDAY - timedelta(days=back)
        worked(tables, "P1", f"{day}T09:00", f"{day}T13:00", 240, contract_id="C-P1")
    monday, tuesday = need(tables, 0, "E"), need(tables, 1, "E")
    # with Monday as the sixth day, Tuesday is the seventh; the two cost the same, so Monday is made
    # the more urgent
    tables["demand"][0]["priority"] = "5"
    assert filled(best(problem_of(tables))) == {("P1", monday if first_day else tuesday)}


def test_days_on_both_sides_of_a_period_of_one_day_are_one_run_with_it() -> None:
    tables = plain_tables()
    person(tables, "P1")
    day = MONDAY + timedelta(days=3)
    around = tuple(
        published("P1", day + timedelta(days=offset), "09:00", "13:00", 240)
        for offset in (-3, -2, -1, 1, 2, 3)
    )
    row = need(tables, 3, "E")
    problem = problem_of(tables, day, 1, known=around)
    roster = does(problem, ("P1", row))
    # Monday to Sunday without a day off: seven days; 6 x 240 + 450 minutes; an average over the
    # block that ends on Thursday
    found = amounts(
        problem,
        roster,
        consecutive_days={},
        longest_week={"hours": 30},
        average_week={"hours": 18},
        unused_hours={},
    )
    assert found == {
        "consecutive_days": 1,
        "longest_week": 1890 - 1800,
        "average_week": 3 * 240 + 450 - 1080,
        "unused_hours": 0,
    }


def test_a_week_full_of_hours_on_its_other_days_leaves_no_room_on_the_day_planned_anew() -> None:
    """58 hours are published around Wednesday; of 60 two are left, so only the shift of two hours
    fits.
    """
    tables = plain_tables()
    person(tables, "P1", hours="48", wtr_opt_out="yes")
    days = [(0, 870), (1, 870), (3, 870), (4, 870)]
    known = tuple(
        published("P1", MONDAY + timedelta(days=day), "06:00", "20:30", paid) for day, paid in days
    )
    need(tables, 2, shift(tables, "09:00", "11:01"), priority="5")
    short = need(tables, 2, shift(tables, "09:00", "11:00"), priority="1")
    problem = problem_of(tables, MONDAY + timedelta(days=2), 1, known=known)
    assert filled(best(problem)) == {("P1", short)}


def test_the_first_shift_of_the_period_can_take_the_rest_of_a_week_that_began_before() -> None:
    """Ten shifts with a day off nowhere within 168 hours of the first, which lies before the
    period.
    """
    tables = plain_tables()
    person(tables, "P1")
    for back in range(6, 0, -1):
        day = MONDAY - timedelta(days=back)
        worked(tables, "P1", f"{day}T08:00", f"{day}T20:00", 600, contract_id="C-P1")
    row = need(tables, 0, shift(tables, "08:00", "20:00"))
    problem = problem_of(tables)
    # from Tuesday 08:00 the 168 hours end on the next Tuesday at 08:00, 12 hours after the last
    # shift; the 336 hours hold the rest
    assert amounts(problem, does(problem, ("P1", row)), weekly_rest={}, consecutive_days={}) == {
        "weekly_rest": 0,
        "consecutive_days": 1,
    }
    assert amounts(problem, does(problem, ("P1", row)), weekly_rest={"fortnight_hours": 336}) == {
        "weekly_rest": 1
    }

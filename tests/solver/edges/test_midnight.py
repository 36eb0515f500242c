"""Shifts over midnight, as all rules together see them."""

from datetime import date, timedelta

from scheduler.domain.facts import LONDON
from tests.factories import MONDAY, does, need, on_leave, person, plain_tables, problem_of, shift
from tests.solver.edges.solving import amounts, best, filled


def test_a_sunday_night_counts_in_its_own_week_for_every_weekly_rule() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, day, "D") for day in (1, 2, 3)] + [need(tables, 6, "N")]
    problem = problem_of(tables, days=14)
    roster = does(problem, *(("P1", row) for row in rows))
    found = amounts(
        problem,
        roster,
        longest_week={"hours": 40},
        contract_hours={"hours": 5},
        overtime_hours={},
        unused_hours={},
        average_week={"hours": 22},
    )
    # 3 x 690 + 660 = 2,730 minutes in the first week, none in the second
    assert found == {
        "longest_week": 2730 - 40 * 60,
        "contract_hours": 2730 - (2250 + 300),
        "overtime_hours": 2730 - 2250,
        "unused_hours": 2250,  # all of the second week, though half of the night lies in it
        "average_week": 2730 - 2 * 22 * 60,  # over both blocks, the second of which is idle
    }


def test_a_saturday_night_is_enhanced_by_the_minute_on_either_side_of_midnight() -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 5, "N")
    outcome = best(problem_of(tables))
    assert outcome.document is not None
    (line,) = outcome.document.assignments
    # 270 of 720 minutes on Saturday at 30 %, 450 on Sunday at 60 %, 660 paid: £18 x 11 h x (0.375 x
    # 0.3 + 0.625 x 0.6) = £96.525
    assert (line.pay, line.paid_minutes, line.cost_pence) == ("contracted", 660, 9653)
    assert (line.start.astimezone(LONDON).hour, line.end.astimezone(LONDON).date()) == (
        19,
        date(2027, 1, 17),
    )


def test_rest_runs_from_the_end_after_midnight_so_only_one_of_two_is_filled_the_more_urgent() -> (
    None
):
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, shift(tables, "14:00", "00:30"), priority="3")
    morning = need(tables, 1, "D", priority="5")  # 07:00: six and a half hours later
    evening = need(tables, 2, shift(tables, "06:30", "12:00"), priority="1")  # 11 h after 19:30
    assert filled(best(problem_of(tables))) == {("P1", morning), ("P1", evening)}


def test_a_shift_that_ends_at_midnight_touches_no_minute_of_the_next_day() -> None:
    tables = plain_tables()
    person(tables, "P1")
    evening, after = (
        need(tables, 0, shift(tables, "16:00", "00:00")),
        need(tables, 1, shift(tables, "00:00", "06:00")),
    )
    problem = problem_of(tables)
    roster = does(problem, ("P1", evening), ("P1", after))
    # they touch and do not overlap; the six hours are a night of the 12th; no rest at all lies
    # between
    assert amounts(
        problem, roster, one_place_at_a_time={}, daily_rest={}, consecutive_days={"days": 1}
    ) == {
        "one_place_at_a_time": 0,
        "daily_rest": 11 * 60,
        "consecutive_days": 1,
    }


def test_two_shifts_just_before_and_after_midnight_are_two_days_in_a_row_but_no_two_nights() -> (
    None
):
    tables = plain_tables()
    person(tables, "P1")
    late, early = (
        need(tables, 0, shift(tables, "18:00", "23:59")),
        need(tables, 1, shift(tables, "00:01", "04:00")),
    )
    problem = problem_of(tables)
    roster = does(problem, ("P1", late), ("P1", early))
    # of the first 59 minutes lie after 23:00, of the second all 239 before 06:00; between them 2
    # minutes
    found = amounts(
        problem,
        roster,
        consecutive_days={"days": 1},
        consecutive_nights={"nights": 1},
        daily_rest={},
    )
    assert found == {"consecutive_days": 1, "consecutive_nights": 0, "daily_rest": 11 * 60 - 2}


# --- a leave day after a night


def test_a_night_that_ends_in_a_leave_day_stays_empty_and_one_that_ends_at_midnight_is_filled() -> (
    None
):
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", MONDAY + timedelta(days=1))
    night = need(tables, 0, "N", priority="5")
    evening = need(tables, 0, shift(tables, "16:00", "00:00"), priority="1")
    outcome = best(problem_of(tables))
    assert filled(outcome) == {("P1", evening)}
    assert outcome.document is not None
    assert [(vacancy.demand_id, vacancy.missing) for vacancy in outcome.document.vacancies] == [
        (night, 1)
    ]
    assert "leave" in outcome.document.vacancies[0].cause


def test_the_night_before_leave_is_a_breach_and_the_leave_day_lowers_what_is_owed() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    on_leave(tables, "P1", MONDAY + timedelta(days=1))
    night, later = need(tables, 0, "N"), need(tables, 2, "N")
    problem = problem_of(tables)
    wrong = does(problem, ("P1", night), ("P2", later))
    # P1: 1,800 owed less 660; P2: 2,250 less 660
    assert amounts(problem, does(problem, ("P2", later)), deployable={}, unused_hours={}) == {
        "deployable": 0,
        "unused_hours": 1800 + 1590,
    }
    assert amounts(problem, wrong, deployable={}) == {"deployable": 1}


def test_the_night_after_a_leave_day_is_free() -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", MONDAY + timedelta(days=1))
    night = need(tables, 2, "N")
    assert filled(best(problem_of(tables))) == {("P1", night)}


def test_leave_on_the_day_after_the_period_forbids_the_last_night() -> None:
    tables = plain_tables()
    person(tables, "P1")
    on_leave(tables, "P1", MONDAY + timedelta(days=7))
    need(tables, 6, "N", priority="5")
    late = need(tables, 6, "L", priority="1")
    assert filled(best(problem_of(tables))) == {("P1", late)}

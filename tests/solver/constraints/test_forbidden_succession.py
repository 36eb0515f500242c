"""After one shift the other may not start on the next date."""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Problem
from solver.constraints.forbidden_succession import ForbiddenSuccession
from solver.evaluate.verify import verify
from solver.search.weekly_columns.statements import AtMost, StatementCollector
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    barred,
    does,
    joint,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)

RULE = "forbidden_succession"


def week(*successions: tuple[str, str]) -> Tables:
    """P1, and an evening and a night that overlap with no early shift."""
    tables = plain_tables()
    tables["shift_type"] += [
        {
            "id": "V",
            "name": "Evening",
            "start_time": "16:00",
            "end_time": "20:00",
            "unpaid_break_minutes": "0",
        },
        {
            "id": "K",
            "name": "Short night",
            "start_time": "21:00",
            "end_time": "06:00",
            "unpaid_break_minutes": "60",
        },
    ]
    person(tables, "P1")
    for one, other in successions:
        barred(tables, one, other)
    return tables


def given(tables: Tables, *work: tuple[str, ...]) -> int:
    problem = problem_of(tables, days=14)
    return amount(problem, RULE, does(problem, *work))


def stated(problem: Problem) -> list[AtMost]:
    """What the rule alone says about P1."""
    (own,) = StatementCollector(problem, alone(RULE)).own
    assert not own.clauses
    return own.at_most


def test_without_rows_the_rule_says_nothing() -> None:
    assert not ForbiddenSuccession().applies(problem_of(week()))
    assert ForbiddenSuccession().applies(problem_of(week(("K", "E"))))


@pytest.mark.parametrize(
    ("first", "then", "found"),
    [
        ((2, "K"), (3, "E"), 1),
        ((2, "K"), (4, "E"), 0),
        ((2, "E"), (3, "K"), 0),
        ((2, "K"), (3, "L"), 0),
        ((3, "K"), (2, "E"), 0),
    ],
)
def test_only_that_order_on_dates_in_a_row_counts(
    first: tuple[int, str], then: tuple[int, str], found: int
) -> None:
    tables = week(("K", "E"))
    rows = [need(tables, *first), need(tables, *then)]
    assert given(tables, *(("P1", row) for row in rows)) == found


def test_a_shift_may_be_barred_after_itself_and_each_two_dates_count() -> None:
    tables = week(("K", "K"))
    rows = [need(tables, day, "K") for day in range(4)]
    assert given(tables, *(("P1", row) for row in rows)) == 3


def test_each_of_two_shifts_on_a_date_counts() -> None:
    tables = week(("E", "E"), ("E", "L"), ("V", "E"), ("V", "L"))
    early, late, next_early, next_evening = (
        need(tables, 0, "E"),
        need(tables, 0, "V"),
        need(tables, 1, "E"),
        need(tables, 1, "V"),
    )
    assert given(tables, ("P1", early), ("P1", late), ("P1", next_early)) == 2
    assert given(tables, ("P1", early), ("P1", late)) == 0
    assert given(tables, ("P1", early), ("P1", next_early), ("P1", next_evening)) == 1
    barred(tables, "E", "V")
    assert given(tables, ("P1", early), ("P1", next_early), ("P1", next_evening)) == 2
    assert given(tables, ("P1", next_early), ("P1", next_evening)) == 0


def test_two_shifts_of_one_date_may_be_worked_though_the_same_one_bars_both() -> None:
    tables = week(("K", "E"), ("K", "V"))
    night, early, evening = need(tables, 0, "K"), need(tables, 1, "E"), need(tables, 1, "V")
    assert given(tables, ("P1", early), ("P1", evening)) == 0
    assert given(tables, ("P1", night), ("P1", evening)) == 1
    assert given(tables, ("P1", night), ("P1", early), ("P1", evening)) == 2


def test_the_same_shift_at_another_site_or_through_another_contract_counts() -> None:
    tables = week(("K", "E"))
    second = joint(tables, "P1", "B", "10")
    night, early = need(tables, 0, "K"), need(tables, 1, "E", site_id="SB")
    assert given(tables, ("P1", night), ("P1", early, second)) == 1


def test_each_person_is_alone() -> None:
    tables = week(("K", "E"))
    person(tables, "P2")
    night, early = need(tables, 0, "K"), need(tables, 1, "E")
    assert given(tables, ("P1", night), ("P2", early)) == 0


def test_of_known_shifts_nobody_knows_which_they_were() -> None:
    tables = week(("K", "E"))
    worked(tables, "P1", "2027-01-10T19:30", "2027-01-11T07:00", 660)
    assert given(tables, ("P1", need(tables, 0, "E"))) == 0


@pytest.mark.parametrize(
    ("kind", "day", "over"),
    [("K", 0, 1), ("E", 0, 0), ("", 0, 0), ("E", 2, 1), ("K", 2, 0), ("K", 3, 0)],
)
def test_a_published_shift_counts_as_what_it_was(kind: str, day: int, over: int) -> None:
    """The roster has an early on Tuesday, which may not follow a short night, nor come before
    another early.
    """
    tables = week(("K", "E"), ("E", "E"))
    if (kind, day) == ("E", 0):
        tables = week(("K", "E"))
    begin = minute_of(MONDAY + timedelta(days=day), time(8))
    known = KnownShift(begin, begin + 300, 300, "P1", "A", "C-P1", "A", shift_type_id=kind)
    tuesday = need(tables, 1, "E")
    problem = problem_of(tables, days=14, known=(known,))
    assert amount(problem, RULE, does(problem, ("P1", tuesday))) == over


def test_a_row_that_stands_twice_counts_once() -> None:
    tables = week(("K", "E"), ("K", "E"))
    assert given(tables, ("P1", need(tables, 0, "K")), ("P1", need(tables, 1, "E"))) == 1


@pytest.mark.parametrize("sunday", [date(2026, 10, 25), date(2027, 3, 28)])
def test_over_a_clock_change(sunday: date) -> None:
    tables = week(("K", "E"))
    night, early = need(tables, sunday - timedelta(days=1), "K"), need(tables, sunday, "E")
    problem = problem_of(tables, sunday - timedelta(days=6), 14)
    assert amount(problem, RULE, does(problem, ("P1", night), ("P1", early))) == 1


def test_shifts_that_overlap_are_stated_together() -> None:
    """Day shifts of a date exclude each other: one statement for all that the night bars, and one
    for all that bar the early.
    """
    tables = week(("D", "E"), ("L", "E"), ("L", "D"))
    for day in range(2):
        for shift_type in "ELD":
            need(tables, day, shift_type)
    found = {
        (tuple(sorted(pairs_named(problem_of(tables), rule))), rule.limit)
        for rule in stated(problem_of(tables))
    }
    # the early ends at 15:00, the late begins at 13:30 and the long day lasts from 7:00 to 19:30
    assert found == {(("D0", "E1", "L0"), 1), (("D1", "E1", "L0"), 1)}


def test_shifts_that_do_not_overlap_are_stated_apart() -> None:
    tables = week(("K", "E"), ("K", "V"))
    for row in ((0, "K"), (1, "E"), (1, "V")):
        need(tables, *row)
    problem = problem_of(tables)
    assert {tuple(sorted(pairs_named(problem, rule))) for rule in stated(problem)} == {
        ("E1", "K0"),
        ("K0", "V1"),
    }


def test_shifts_that_touch_do_not_overlap() -> None:
    tables = week()
    early, late = shift(tables, "07:00", "15:00"), shift(tables, "15:00", "23:00")
    barred(tables, "K", early)
    barred(tables, "K", late)
    rows = [need(tables, 0, "K"), need(tables, 1, early), need(tables, 1, late)]
    assert len(stated(problem_of(tables))) == 2
    assert given(tables, *(("P1", row) for row in rows[1:])) == 0


def pairs_named(problem: Problem, rule: AtMost) -> list[str]:
    """Shift type and day of each pair in a statement."""
    duties = [
        problem.duties[problem.pairs_duty[pair]]
        for _, literal in rule.terms
        for pair in getattr(literal, "pairs")  # noqa: B009
    ]
    return [
        f"{duty.demand.shift_type_id}{(duty.date - problem.period.first).days}" for duty in duties
    ]


def test_the_sentence() -> None:
    tables = week(("K", "E"))
    night, early = need(tables, 0, "K"), need(tables, 1, "E")
    problem = problem_of(tables)
    (breach,) = verify(problem, alone(RULE), does(problem, ("P1", night), ("P1", early))).breaches
    assert (
        breach.sentence
        == "P1 works E on 2027-01-12 after K on 2027-01-11, which it may not follow."
    )

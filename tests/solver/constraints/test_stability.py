"""What changes against a named roster: shifts lost and shifts gained, by person."""

from dataclasses import replace

import pytest

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from tests.factories import (
    amount,
    does,
    heard_by_weekly_columns,
    joint,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    supply,
)

Work = tuple[str, ...]


def changes(problem: Problem, before: list[Work], now: list[Work]) -> int:
    return amount(
        replace(problem, reference=does(problem, *before)), "stability", does(problem, *now)
    )


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ("", "", 0),
        ("1E 2L", "1E 2L", 0),
        ("1E", "", 1),
        ("", "1E", 1),
        ("1E", "1L", 2),
        ("1E", "2E", 2),
        ("1E 2L", "2E 1L", 4),
        ("1E 2E", "1E", 1),
    ],
)
def test_each_pair_that_is_in_one_of_both_counts(before: str, now: str, found: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    rows = {name: need(tables, 0 if name == "E" else 2, name) for name in "EL"}

    def work(text: str) -> list[Work]:
        return [(f"P{who}", rows[name]) for who, name in text.split()]

    assert changes(problem_of(tables), work(before), work(now)) == found


def test_the_contract_does_not_matter_and_neither_does_temporary_supply() -> None:
    tables = plain_tables()
    person(tables, "P1")
    second = joint(tables, "P1", "A", "20")
    supply(tables, "AG")
    first, other = need(tables, 0, "E"), need(tables, 1, "E", minimum="2")
    problem = problem_of(tables)
    assert changes(problem, [("P1", first)], [("P1", first, second)]) == 0
    assert changes(problem, [("AG", other)], [("P1", first)]) == 1
    assert changes(problem, [("P1", first)], [("P1", first), ("AG", other), ("AG", other)]) == 0


def test_work_that_is_gone_is_nobodys_loss_and_work_that_one_may_not_do_any_more_is() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    on_leave(tables, "P1", "2027-01-11")
    first, second = need(tables, 0, "E"), need(tables, 1, "E")
    problem = problem_of(tables)
    reference = Roster.of(
        [
            Assignment("GONE", "P1", "C-P1"),
            Assignment(first, "P1", "C-P1"),  # away now
            Assignment(second, "P1", "C-P1"),
            Assignment(first, "P9", "C-P9"),  # left
        ]
    )
    named = replace(problem, reference=reference)
    assert amount(named, "stability", does(problem, ("P1", second))) == 2
    assert amount(named, "stability", does(problem, ("P2", second))) == 4


def test_an_empty_roster_can_be_named_and_without_a_name_nothing_is_said() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert changes(problem, [], [("P1", row)]) == 1
    assert (
        "stability"
        not in verify(problem, Policy.from_tables({}), does(problem, ("P1", row))).by_rule
    )


def test_a_change_costs_25_pounds() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    named = replace(problem, reference=does(problem, ("P1", row)))
    assert verify(named, Policy.from_tables({}), Roster()).by_rule["stability"] == 2500 * 60


def test_the_search_by_weekly_columns_carries_it() -> None:
    problem = problem_of(random_tables(3))
    heard_by_weekly_columns(replace(problem, reference=Roster()), "stability")

"""Shifts at other hosts above a share of all that the group works there, by contracted hours, among
those who may be moved.
"""

from fractions import Fraction
from itertools import product
from math import floor

import pytest

from scheduler.domain.problem import Problem
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    joint,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    random_tables,
    supply,
    worked,
)


def team(*hours: str) -> Tables:
    """P1, P2 … of A at Place A with these hours, who may all work for B."""
    tables = plain_tables()
    names = [f"P{number}" for number in range(1, len(hours) + 1)]
    for name, own in zip(names, hours, strict=True):
        person(tables, name, hours=own)
    lending(tables, names)
    return tables


def away(tables: Tables, count: int) -> list[str]:
    """So many early shifts at Place B, which B hosts, each with room for all."""
    return [need(tables, day, "E", site_id="SB", minimum="9") for day in range(count)]


def above(problem: Problem, rows: list[str], **counts: int) -> int:
    """How many moves are above a share when these people work so many of the rows; `P1_B`: through
    that contract.
    """
    work = [
        (name.split("_")[0], row, f"C-{name.replace('_', '-')}")
        for name, count in counts.items()
        for row in rows[:count]
    ]
    return amount(problem, "fair_moves", does(problem, *work))


@pytest.mark.parametrize(
    ("first", "second", "over"),
    [
        (0, 0, 0),
        (1, 0, 0),
        (2, 0, 1),
        (1, 1, 0),
        (2, 1, 0),
        (3, 1, 1),
        (3, 2, 0),
        (4, 0, 2),
        (4, 4, 0),
        (0, 3, 1),
    ],
    # half of all that both work, rounded up: of 1 it is 1, of 2 it is 1, of 3 it is 2
)
def test_of_two_with_equal_hours_each_has_half_of_what_both_work(
    first: int, second: int, over: int
) -> None:
    tables = team("37.5", "37.5")
    rows = away(tables, 4)
    assert above(problem_of(tables), rows, P1=first, P2=second) == over


@pytest.mark.parametrize(
    ("first", "second", "over"),
    [
        (2, 1, 0),
        (3, 0, 1),
        (1, 2, 1),
        (0, 1, 0),
        (0, 2, 1),
        (0, 3, 2),
        (4, 2, 0),
        (4, 3, 0),
        (3, 3, 1),
        (4, 1, 0),
        (4, 0, 1),
    ],
    # 2 : 1 of what both work, each rounded up; of 7: 5 and 3; of 6: 4 and 2; of 5: 4 and 2; of 4: 3
    # and 2
)
def test_shares_go_by_contracted_hours(first: int, second: int, over: int) -> None:
    tables = team("30", "15")
    rows = away(tables, 4)
    assert above(problem_of(tables), rows, P1=first, P2=second) == over


def test_three_with_odd_hours_on_every_distribution() -> None:
    hours = ("37.5", "22.1", "11.35")
    tables = team(*hours)
    rows = away(tables, 3)
    problem = problem_of(tables)
    seen = set()
    for counts in product(range(4), repeat=3):
        shares = [sum(counts) * Fraction(own) / sum(map(Fraction, hours)) for own in hours]
        expected = sum(
            max(0, floor(count - share)) for count, share in zip(counts, shares, strict=True)
        )
        assert above(problem, rows, P1=counts[0], P2=counts[1], P3=counts[2]) == expected, counts
        seen.add(expected)
    assert seen == {0, 1, 2, 3}


def test_whoever_alone_may_be_moved_has_all_of_it() -> None:
    tables = team("37.5", "37.5")
    rows = away(tables, 3)
    tables["staff"][1]["accepts_other_hosts"] = "no"
    assert above(problem_of(tables), rows, P1=3) == 0


def test_bank_only_staff_count_neither_as_sharers_nor_in_what_is_shared() -> None:
    tables = team("37.5", "37.5", "0")
    tables["contract"][2]["kind"] = "bank"
    rows = away(tables, 4)
    problem = problem_of(tables)
    assert above(problem, rows, P3=4) == 0
    assert above(problem, rows, P1=2, P3=4) == 1  # of 2, not of 6
    assert above(problem, rows, P1=1, P3=4) == 0


def test_shifts_for_the_own_employer_are_no_moves_wherever_they_are() -> None:
    tables = team("37.5", "37.5")
    tables["service_host"][1]["organisation_id"] = "A"  # A hosts at Place B too
    rows = away(tables, 3)
    assert above(problem_of(tables), rows, P1=3) == 0


def test_a_shift_at_the_own_base_for_another_host_is_a_move() -> None:
    tables = plain_tables()
    for name in ("P1", "P2"):
        person(tables, name, "B", base_site_id="SA", home_site_id="SA")
    lending(tables, ["P1", "P2"], "B", "A")
    rows = [need(tables, day, "E", minimum="9") for day in range(2)]
    assert above(problem_of(tables), rows, P1=2) == 1


def test_groups_are_apart_by_role_and_by_place_of_the_base_not_by_employer() -> None:
    tables = team("37.5", "37.5", "37.5", "37.5")
    tables["contract"][1]["role_id"] = "HCA"
    tables["contract"][2]["base_site_id"] = "SB"
    tables["organisation"].append({"id": "C", "name": "Trust C", "kind": "nhs_trust"})
    tables["contract"][3]["organisation_id"] = "C"
    lending(tables, ["P4"], "C", "B")
    rows = away(tables, 4)
    tables["role_cover"].append({"role_id": "HCA", "covers_role_id": "RN"})
    problem = problem_of(tables)
    assert above(problem, rows, P2=4, P3=4) == 0  # each alone in the group
    assert above(problem, rows, P1=4) == 2  # with P4, of another employer
    assert above(problem, rows, P1=2, P4=2) == 0


def test_moves_through_a_second_contract_count_in_that_contracts_group() -> None:
    tables = team("20", "20")
    joint(tables, "P1", "B", "20", base_site_id="SA")  # same group, employed by B
    lending(tables, ["P1"], "B", "A")
    there = away(tables, 3)
    here = [need(tables, day, "E", minimum="9") for day in (4, 5, 6)]
    problem = problem_of(tables)
    assert above(problem, there, P1_B=3) == 0  # for its own employer: no move
    assert above(problem, here, P1_B=2) == 0  # 40 h of 60 h: 2 of 2
    work = [("P1", there[0]), ("P1", here[0], "C-P1-B"), ("P1", here[1], "C-P1-B")]
    assert amount(problem, "fair_moves", does(problem, *work)) == 1  # 2 of 3


def test_supply_and_moves_known_beforehand_do_not_count() -> None:
    tables = team("37.5", "37.5")
    rows = away(tables, 3)
    supply(tables, "AG", organisation_id="B")
    for day in (5, 6, 15, 16):
        worked(
            tables,
            "P1",
            f"2027-01-{day:02}T16:00",
            f"2027-01-{day:02}T20:00",
            240,
            contract_id="C-P1",
            host="B",
        )
    problem = problem_of(tables)
    assert above(problem, rows, P1=1) == 0
    work = [("P1", rows[0]), ("P1", rows[1]), ("AG", rows[0]), ("AG", rows[1])]
    assert amount(problem, "fair_moves", does(problem, *work)) == 1


def test_the_sentence_says_who_what_and_what_was_due() -> None:
    tables = team("37.5", "37.5")
    rows = away(tables, 3)
    problem = problem_of(tables)
    (violation,) = verify(
        problem, alone("fair_moves"), does(problem, *(("P1", row) for row in rows))
    ).priced["fair_moves"]
    assert violation.about == ("P1", "RN", "PA")
    assert (
        violation.sentence
        == "P1 works 3 shifts at other hosts as RN of PA; a fair share of the 3 that colleagues"
        " there work is 2."
    )


def test_each_move_above_costs_six_pounds_by_default() -> None:
    assert Policy.from_tables().rules["fair_moves"].price() == 600 * 60


def test_weekly_columns_hear_it_as_rows_between_people() -> None:
    problem = problem_of(random_tables(1))
    collector, without = (
        StatementCollector(problem, alone(rule_id)) for rule_id in ("fair_moves", "deployable")
    )
    assert len(collector.rows) > len(without.rows)


@pytest.mark.parametrize("seed", range(4))
def test_weekly_columns_hear_the_whole_policy(seed: int) -> None:
    assert StatementCollector(problem_of(random_tables(seed)), Policy.from_tables({})).rows

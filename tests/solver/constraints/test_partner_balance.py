"""Hours lent and borrowed by an organisation in a week: how much they differ beyond what is
tolerated.
"""

import pytest

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
    shift,
    supply,
    worked,
)


def partners() -> Tables:
    """P1 and P2 of A may work for B, Q1 of B for A."""
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    person(tables, "Q1", "B")
    lending(tables, ["P1", "P2"])
    lending(tables, ["Q1"], "B", "A")
    return tables


def beyond(tables: Tables, tolerance: float, *work: tuple[str, ...], days: int = 7) -> int:
    problem = problem_of(tables, days=days)
    return amount(problem, "partner_balance", does(problem, *work), tolerance_hours=tolerance)


@pytest.mark.parametrize(
    ("tolerance", "minutes"), [(15, 0), (14.99, 1), (14.5, 30), (7.5, 450), (0, 900)]
)
def test_what_one_lends_the_other_borrows_and_both_are_out_of_balance(
    tolerance: float, minutes: int
) -> None:
    tables = partners()
    rows = [need(tables, day, "E", site_id="SB") for day in (0, 2)]
    # A lends 15 h and borrows none, B the other way round
    assert beyond(tables, tolerance, ("P1", rows[0]), ("P2", rows[1])) == 2 * minutes


@pytest.mark.parametrize(("end", "minutes"), [("15:00", 0), ("15:01", 1)])
def test_a_minute_more_one_way_than_the_other_is_a_minute_out_of_balance(
    end: str, minutes: int
) -> None:
    tables = partners()
    there = need(tables, 0, shift(tables, "07:00", end, 30), site_id="SB")
    here = need(tables, 1, "E")
    assert beyond(tables, 0, ("P1", there), ("Q1", here)) == 2 * minutes


@pytest.mark.parametrize(("kinds", "minutes"), [("EE", 0), ("ED", 240), ("DE", 240)])
def test_hours_of_both_directions_are_set_against_each_other(kinds: str, minutes: int) -> None:
    tables = partners()
    there, here = need(tables, 0, kinds[0], site_id="SB"), need(tables, 1, kinds[1])
    assert beyond(tables, 0, ("P1", there), ("Q1", here)) == 2 * minutes
    assert beyond(tables, 3.5, ("P1", there), ("Q1", here)) == 2 * max(0, minutes - 210)


def test_each_week_is_balanced_by_itself_and_a_night_counts_in_that_in_which_it_starts() -> None:
    tables = partners()
    sunday, monday = need(tables, 6, "N", site_id="SB"), need(tables, 7, "N")
    # A lends 11 h in the first week and borrows 11 h in the second
    assert beyond(tables, 11, ("P1", sunday), ("Q1", monday), days=14) == 0
    assert beyond(tables, 10, ("P1", sunday), ("Q1", monday), days=14) == 4 * 60
    same = need(tables, 5, "N")
    assert beyond(tables, 0, ("P1", sunday), ("Q1", same), days=14) == 0


def test_shifts_for_the_own_employer_are_neither_lent_nor_borrowed() -> None:
    tables = partners()
    home, other_home = need(tables, 0, "D"), need(tables, 0, "D", site_id="SB")
    assert beyond(tables, 0, ("P1", home), ("Q1", other_home)) == 0


def test_it_is_the_host_that_borrows_not_the_place() -> None:
    tables = partners()
    tables["service_host"][1]["organisation_id"] = "A"  # A hosts at Place B too
    row = need(tables, 0, "E", site_id="SB")
    assert beyond(tables, 0, ("P1", row)) == 0
    assert beyond(tables, 0, ("Q1", row)) == 2 * 450


def test_temporary_supply_does_not_count() -> None:
    tables = partners()
    supply(tables, "AG", organisation_id="B")
    row = need(tables, 0, "E", site_id="SB", minimum="2")
    assert beyond(tables, 7.5, ("P1", row), ("AG", row)) == 0
    assert beyond(tables, 7, ("P1", row), ("AG", row)) == 2 * 30


def test_the_contract_decides_who_lends() -> None:
    tables = partners()
    joint(tables, "P1", "B", "10")
    row = need(tables, 0, "E", site_id="SB")
    assert beyond(tables, 0, ("P1", row, "C-P1-B")) == 0
    assert beyond(tables, 0, ("P1", row, "C-P1")) == 2 * 450


def test_a_bank_contracts_hours_are_lent_like_others() -> None:
    tables = partners()
    tables["contract"][0].update(kind="bank", hours_per_week="0")
    row = need(tables, 0, "E", site_id="SB")
    assert beyond(tables, 0, ("P1", row)) == 2 * 450


def test_three_organisations_each_have_a_balance_over_all_partners() -> None:
    tables = partners()
    tables["organisation"].append({"id": "C", "name": "Trust C", "kind": "nhs_trust"})
    person(tables, "R1", "C", base_site_id="SA", home_site_id="SA")
    lending(tables, ["R1"], "C", "A")
    there, here = need(tables, 0, "D", site_id="SB"), need(tables, 1, "E")
    # A lends 11.5 h and borrows 7.5 h, B borrows 11.5 h, C lends 7.5 h
    assert beyond(tables, 0, ("P1", there), ("R1", here)) == (4 + 11.5 + 7.5) * 60
    assert beyond(tables, 7.5, ("P1", there), ("R1", here)) == 4 * 60
    assert beyond(tables, 11.5, ("P1", there), ("R1", here)) == 0


def test_hours_known_beforehand_count_but_not_alone() -> None:
    tables = partners()
    worked(tables, "P1", "2027-01-14T09:00", "2027-01-14T14:00", 300, contract_id="C-P1", host="B")
    row = need(tables, 0, "E", site_id="SB")
    assert beyond(tables, 7.5, ("P1", row)) == 2 * 300
    assert beyond(tables, 12.5, ("P1", row)) == 0
    assert beyond(tables, 2, ("P1", row)) == 2 * 450  # no more than what the roster adds
    assert beyond(tables, 0) == 0


def test_nothing_to_say_where_nobody_may_lend() -> None:
    tables = partners()
    rule = alone("partner_balance").rules["partner_balance"]
    assert rule.applies(problem_of(tables))
    del tables["sharing_agreement"]
    assert not rule.applies(problem_of(tables))


def test_the_sentence_says_who_what_and_what_was_due() -> None:
    tables = partners()
    row = need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    first, second = verify(
        problem, alone("partner_balance", tolerance_hours=5), does(problem, ("P1", row))
    ).priced["partner_balance"]
    assert (first.about, first.quantity) == (("A", "2027-01-11"), 150)
    assert (
        first.sentence
        == "A lends 7.5 h and borrows 0 h in the week of 2027-01-11; they may differ by 5 h."
    )
    assert (
        second.sentence
        == "B lends 0 h and borrows 7.5 h in the week of 2027-01-11; they may differ by 5 h."
    )


def test_each_hour_beyond_forty_costs_a_pound_by_default() -> None:
    rule = Policy.from_tables().rules["partner_balance"]
    assert rule.price() == 100
    assert (rule.weight, rule.tolerance_hours) == (1, 40)


def test_weekly_columns_hear_it_as_rows_between_people() -> None:
    problem = problem_of(random_tables(1))
    collector, without = (
        StatementCollector(problem, alone(rule_id, **own))
        for rule_id, own in (("partner_balance", {"tolerance_hours": 0}), ("deployable", {}))
    )
    # both organisations, in both directions
    assert len(collector.rows) - len(without.rows) == 2 * 2

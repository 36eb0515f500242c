"""£2 a shift at another site, £6 a shift for another host; both may apply."""

import pytest

from solver.evaluate.verify import verify
from tests.factories import (
    alone,
    amount,
    does,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    supply,
)


@pytest.mark.parametrize(
    ("base", "employer", "pounds"),
    [("SA", "A", 0), ("SB", "A", 2), ("SA", "B", 6), ("SB", "B", 8)],
)
def test_another_site_and_another_host_each_cost(base: str, employer: str, pounds: int) -> None:
    tables = plain_tables()
    person(tables, "P1", employer, base_site_id=base)
    lending(tables, ["P1"], "B", "A")
    rows = [need(tables, 0, "E"), need(tables, 2, "E")]
    problem = problem_of(tables)
    assert amount(problem, "away_from_base", does(problem, ("P1", rows[0]))) == pounds * 100 * 60
    assert (
        amount(problem, "away_from_base", does(problem, *(("P1", row) for row in rows)))
        == 2 * pounds * 100 * 60
    )


def test_prices_are_the_policys() -> None:
    tables = plain_tables()
    person(tables, "P1", "B")
    lending(tables, ["P1"], "B", "A")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert (
        amount(
            problem,
            "away_from_base",
            does(problem, ("P1", row)),
            other_site_pounds=0.25,
            other_host_pounds=0.5,
        )
        == 75 * 60
    )


def test_supply_has_no_base() -> None:
    tables = plain_tables()
    supply(tables, "AG")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "away_from_base", does(problem, ("AG", row))) == 0


@pytest.mark.parametrize(
    ("base", "employer", "where"),
    [("SB", "A", "at SA"), ("SA", "B", "for A"), ("SB", "B", "for A")],
)
def test_the_sentence_names_the_host_or_else_the_site(base: str, employer: str, where: str) -> None:
    tables = plain_tables()
    person(tables, "P1", employer, base_site_id=base)
    lending(tables, ["P1"], "B", "A")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    [found] = verify(problem, alone("away_from_base", weight=1), does(problem, ("P1", row))).priced[
        "away_from_base"
    ]
    assert found.sentence == f"P1 works away from base {where} at {row}."

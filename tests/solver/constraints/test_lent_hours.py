"""Hours worked for other organisations."""

from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    amount,
    does,
    joint,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    supply,
)


def test_hours_through_a_contract_of_another_employer_count() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    own, other = need(tables, 0, "E"), need(tables, 1, "N", site_id="SB")
    problem = problem_of(tables)
    assert amount(problem, "lent_hours", does(problem, ("P1", own))) == 0
    assert amount(problem, "lent_hours", does(problem, ("P1", own), ("P1", other))) == 660


def test_a_joint_post_lends_nothing_by_the_contract_of_each() -> None:
    tables = plain_tables()
    first = person(tables, "P1", hours="18")
    second = joint(tables, "P1", "B", "18")
    lending(tables, ["P1"])
    at_b = need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    by_own = does(problem, ("P1", at_b, second))
    assert amount(problem, "lent_hours", by_own) == 0
    by_other = does(problem, ("P1", at_b, first))
    assert amount(problem, "lent_hours", by_other) == 450


def test_agency_is_nobodys_lending() -> None:
    tables = plain_tables()
    lending(tables, [])
    supply(tables, "AG")
    row = need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "lent_hours", does(problem, ("AG", row))) == 0


def test_the_default_policy_asks_nothing() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    applying = {rule.id for rule in Policy.from_tables({}).applying(problem)}
    assert "lent_hours" not in applying
    priced = {
        rule.id for rule in Policy.from_tables({"lent_hours": {"weight": 2}}).applying(problem)
    }
    assert "lent_hours" in priced


def test_weekly_columns_hear_of_it_once_it_has_a_price() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    without, priced = (
        StatementCollector(
            problem, Policy.from_tables({"lent_hours": {"weight": weight}})
        ).pair_cost
        for weight in (0, 3)
    )
    more = [now - before for before, now in zip(without, priced, strict=True)]
    assert more == [3 * 100 * 450]

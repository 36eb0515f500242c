"""A roster written down: its figures agree with each other to the penny."""

from scheduler.domain.roster import Assignment, Roster
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.factories import MONDAY, need, person, plain_tables, problem_of


def test_the_cost_by_kind_of_pay_adds_up_to_the_rows() -> None:
    tables = plain_tables()
    person(tables, "P1")
    # each 759.375 pence of enhancement on contracted hours
    demand = [need(tables, day, "L") for day in range(3)]
    roster = Roster.of(Assignment(demand_id, "P1", "C-P1") for demand_id in demand)
    made = document(
        problem_of(tables, MONDAY, 7),
        Policy.from_tables({}),
        Found("feasible", roster, None, 0),
        Limits(1.0),
        0.0,
        "",
    )
    rows = [line.cost_pence for line in made.assignments]
    assert rows == [759, 759, 759]
    assert made.summary["cost_pence_by_pay"]["contracted"] == sum(rows)
    assert sum(made.summary["cost_pence_by_pay"].values()) == sum(
        part["cost_pence"] for part in made.summary["by_organisation"].values()
    )

"""Tiny problems solved to the proven best, of which the right answer is known by construction."""

from typing import Any

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from scheduler.services.rosters.solve import Outcome, solve_problem
from solver.policy.policy import Policy
from solver.search.strategy import Limits
from tests.factories import Tables, amount

LIMITS = Limits(20.0, workers=1)


def best(problem: Problem, **rules: Any) -> Outcome:
    """Searched, verified and written down under the default policy with these rules' tables over
    it.
    """
    outcome = solve_problem(problem, Policy.from_tables(rules), LIMITS, "")
    if outcome.document is not None:
        assert outcome.document.summary["status"] == "optimal"
    return outcome


def filled(outcome: Outcome) -> set[tuple[str, str]]:
    """(staff id, demand id) of everybody who works."""
    assert outcome.document is not None, outcome.clash
    return {(line.staff_id or "", line.demand_id) for line in outcome.document.assignments}


def clash(outcome: Outcome) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and ids of the facts that clash, sorted."""
    assert outcome.document is None
    return sorted((fact.kind, fact.ids) for fact in outcome.clash.facts)


def amounts(problem: Problem, roster: Roster, **rules: dict[str, Any]) -> dict[str, int]:
    """What each of these rules finds in a roster under its parameters, both statements of each
    compared [whole quantities].
    """
    return {
        rule_id: amount(problem, rule_id, roster, **parameters)
        for rule_id, parameters in rules.items()
    }


def pinned(tables: Tables, staff_id: str, *demand_ids: str) -> None:
    tables.setdefault("pin", []).extend(
        {"staff_id": staff_id, "demand_id": demand_id} for demand_id in demand_ids
    )

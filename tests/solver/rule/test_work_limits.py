"""Whom an agreed limit concerns where cases are compared."""

import pytest
from ortools.sat.python import cp_model

from scheduler.domain.population import Population
from scheduler.domain.problem import Period, Problem, build_problem
from solver.evaluate.verify import verify
from solver.rule.work_limits import limits
from tests.factories import (
    MONDAY,
    alone,
    does,
    limit,
    model_of,
    need,
    person,
    plain_tables,
    problem_of,
)


def one_idle_here() -> Problem:
    """P1 may fill everything, P2 nothing; in another case of the comparison P2 may as well. At
    least one shift was agreed for everybody.
    """
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    need(tables, 0, "E")
    limit(tables, "total_shifts", minimum=1)
    tables["competency"] = [{"id": "C", "name": "C", "kind": "clinical"}]
    tables["service_competency"] = [{"service_id": "UCR", "role_id": "", "competency_id": "C"}]
    held = [
        {"staff_id": one, "competency_id": "C", "valid_from": "2020-01-01", "valid_to": ""}
        for one in ("P1", "P2")
    ]
    lifted = problem_of({**tables, "staff_competency": held})
    base = problem_of({**tables, "staff_competency": held[:1]})
    return build_problem(
        base.dataset, "COL", Period(MONDAY, 7), population=Population.of([base, lifted])
    )


@pytest.mark.parametrize(("hard", "concerned"), [(True, ["P1"]), (False, ["P1", "P2"])])
def test_a_hard_limit_does_not_hold_who_may_fill_nothing_in_this_case(
    hard: bool, concerned: list[str]
) -> None:
    found = limits(one_idle_here(), "total_shifts", hard=hard)
    assert [someone.id for someone, _ in found] == concerned


@pytest.mark.parametrize(("who", "broken"), [(("P1",), []), ((), [("P1",)])])
def test_a_hard_minimum_is_kept_where_those_who_may_work_keep_it(
    who: tuple[str, ...], broken: list[tuple[str]]
) -> None:
    problem, policy = one_idle_here(), alone("total_shifts", weight="hard")
    roster = does(problem, *((one, problem.duties[0].id) for one in who))
    assert [breach.about for breach in verify(problem, policy, roster).breaches] == broken
    status, _ = model_of(problem, policy, roster)
    assert status == (cp_model.INFEASIBLE if broken else cp_model.OPTIMAL)


def test_a_minimum_at_a_price_is_counted_for_everybody() -> None:
    problem, policy = one_idle_here(), alone("total_shifts", weight=1)
    roster = does(problem, ("P1", problem.duties[0].id))
    report = verify(problem, policy, roster)
    assert [(one.about, one.quantity) for one in report.priced["total_shifts"]] == [(("P2",), 1)]
    assert model_of(problem, policy, roster) == (cp_model.OPTIMAL, report.objective)

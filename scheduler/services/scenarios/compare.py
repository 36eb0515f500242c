"""A week under several scenarios, side by side with the week as it is.

The comparison document: `id`, `collaborative_id`, `period` {start, days}, `created_at`, `limits`,
`reading` (how the figures may be read), `base` (a case) and `scenarios` (cases, each with `change`
against the base). A case: `name`, `description`, `file`, `status` (optimal, feasible, clash,
no_roster, not_solved), `notes`, `facts` (that clash) and, where there is a roster, `roster_id,
seconds, objective_pence, bound_pence, gap, hours, hours_by_pay, cost_pence_by_pay,
missing_by_priority, missing_by_place, lent_hours, lent, counted_too` {people, pence}: who counts
although only another case lets them work, and what they add to the objective. Every case is counted
over the same people: all who may work in any. A change: `objective_pence` {low, high, verdict,
different_prices, would_settle} and the differences of all figures, under the same names.
`would_settle`: where nothing can be told, what would tell: {sentence, ...} (see settling).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.population import Population
from scheduler.engine.executor import TaskLost
from scheduler.services.accounts.gate import asks
from scheduler.services.limits.deadline import Deadline
from scheduler.services.limits.plan import of_comparison
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.rosters.solve_many import sweep
from scheduler.services.scenarios.read_scenarios import ScenarioFile, read_scenarios
from scheduler.services.scenarios.settle import would_settle
from scheduler.services.scenarios.solve_scenario import (
    CHECKS,
    ComparisonBase,
    SolvedCase,
    naming,
    possible,
    solve_case,
    solve_scenario,
    supply_minutes,
)
from scheduler.storage.repository import Repository
from solver.policy.policy import Policy
from solver.search.strategy import Limits, Progress

READING = (
    "Hours and pounds are those of these rosters, each the best that was found in its time: with"
    " more time they would differ. The change of the objective is the interval that both bounds"
    " allow for the best possible rosters."
)
INDISTINGUISHABLE = "not distinguishable"
STORING = 0.5
"""Storing the rosters and writing the comparison down, in times of what reading the facts and
building every case's problem took.
"""


@asks("test_scenarios", collaborative="request.collaborative_id")
def compare(
    repository: Repository,
    request: Request,
    scenario_files: Sequence[Path],
    limits: Limits,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
) -> dict[str, Any]:
    """Solve the week as it is and under every scenario, with the same limits; store rosters and
    comparison, return the document.

    The time limit is that of each search with its share of all that belongs to it, so that the
    whole takes no longer than its plan says, from now on or from when the command `began`.

    The scenarios are tasks of the engine. A wish to stop ends those that are running; those that
    have not begun are left out and say so. Raises BadInput for scenarios that do not fit,
    BadRequest where the base itself has no roster, EngineLost.
    """
    if not scenario_files:
        raise BadRequest("Name at least one scenario file to compare with.")
    plan, starts = of_comparison(len(scenario_files)), time.monotonic()
    deadline = Deadline.after(plan.seconds(limits.seconds), began)
    dataset = repository.dataset()
    solve.require_collaborative(dataset, request.collaborative_id)
    scenarios = read_scenarios(scenario_files, dataset, request.period, request.policy)
    known = tuple(solve.known_shifts(repository, request.collaborative_id, request.period))
    shared = ComparisonBase(dataset, request, known, limits, {}, frozenset())
    policy = Policy.from_tables(request.policy or {})
    own = shared.problem(dataset, policy)
    others = [shared.problem(shared.facts(scenario.scenario), policy) for scenario in scenarios]
    shared = replace(shared, population=Population.of([own, *others]))
    built = time.monotonic()
    problem = shared.problem(dataset, policy)
    storing = STORING * (time.monotonic() - starts)
    first = deadline.part(1, plan.turns, kept=storing).having_built(built, times=CHECKS)
    names = {"name": "As it is", "description": "", "file": ""}
    base = solve_case(
        problem,
        own,
        policy,
        limits,
        names,
        _named(on_progress, "base"),
        should_stop,
        deadline=first,
    )
    if base.roster is None:
        raise BadRequest(
            f"The week as it is has no roster to compare with ({base.document['status']}). Solve it"
            " first: scheduler solve says why."
        )
    shared = replace(
        shared,
        minutes=supply_minutes(base.roster.assignments),
        pins=frozenset(pin for pin in problem.pins if possible(problem, pin)),
    )
    called = [scenario.scenario.name for scenario in scenarios]
    solved = sweep(
        solve_scenario,
        shared,
        scenarios,
        called,
        on_progress,
        should_stop,
        deadline.part(1, 1, kept=storing),
    )
    base_document = _stored(repository, base, dataset)
    cases = [
        _against(base_document, policy, repository, shared, scenario, case)
        for scenario, case in zip(scenarios, solved, strict=True)
    ]
    document = {
        "collaborative_id": request.collaborative_id,
        "period": {"start": request.start.isoformat(), "days": request.days},
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "limits": asdict(limits),
        "reading": READING,
        "base": base_document,
        "scenarios": cases,
    }
    return {"id": repository.save_comparison(document), **document}


def _named(on_progress: Callable[[Progress], None], name: str) -> Callable[[Progress], None]:
    return lambda progress: on_progress(replace(progress, phase=f"{name}: {progress.phase}"))


def _against(
    base: Mapping[str, Any],
    policy: Policy,
    repository: Repository,
    shared: ComparisonBase,
    scenario: ScenarioFile,
    found: SolvedCase | TaskLost | None,
) -> dict[str, Any]:
    """A scenario's case with what it changes."""
    if found is None:
        return {
            **naming(scenario),
            "status": "not_solved",
            "notes": ["Stopped before it was its turn."],
        }
    if isinstance(found, TaskLost):
        return {**naming(scenario), "status": "not_solved", "notes": [str(found)]}
    if found.roster is None:
        return found.document
    document = _stored(repository, found, shared.facts(scenario.scenario, found.dropped))
    dearer = any(supply.hourly_percent is not None for supply in scenario.scenario.supply)
    prices = different_prices(policy, shared.policy(scenario.scenario)) or dearer
    changed = change(base, document, different_prices=prices)
    if changed["objective_pence"]["verdict"] == INDISTINGUISHABLE:
        changed["objective_pence"]["would_settle"] = would_settle(
            base["name"], base, document["name"], document, shared.limits.seconds
        )
    return {**document, "change": changed}


def _stored(repository: Repository, case: SolvedCase, facts: Dataset) -> dict[str, Any]:
    assert case.roster is not None
    return {
        **case.document,
        "roster_id": repository.save_roster(case.roster, facts, kind="scenario"),
    }


# --- changes


def different_prices(base: Policy, other: Policy) -> bool:
    """Whether two policies price anything differently, so that their objectives are in different
    money.
    """
    if base.pay != other.pay:
        return True
    for rule_id in base.rules.keys() | other.rules.keys():
        one, two = base.rules.get(rule_id), other.rules.get(rule_id)
        if one != two and any(rule is not None and not rule.hard for rule in (one, two)):
            return True
    return False


def change(
    base: Mapping[str, Any], case: Mapping[str, Any], *, different_prices: bool
) -> dict[str, Any]:
    """What a scenario changes against the base: an interval for the objective, plain differences
    for the rest.
    """
    low, high = (
        case["bound_pence"] - base["objective_pence"],
        case["objective_pence"] - base["bound_pence"],
    )
    return {
        "objective_pence": {
            "low": round(low, 4),
            "high": round(high, 4),
            "verdict": verdict(low, high),
            "different_prices": different_prices,
            "would_settle": None,
        },
        **dict(_differences(base, case)),
    }


def verdict(low: float, high: float) -> str:
    """What the interval of the change says for certain."""
    return "better" if high < 0 else "worse" if low > 0 else INDISTINGUISHABLE


def _differences(base: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in (
        "hours",
        "hours_by_pay",
        "cost_pence_by_pay",
        "missing_by_priority",
        "missing_by_place",
    ):
        names = list(dict.fromkeys([*base[name], *case[name]]))
        yield (
            name,
            {key: round(case[name].get(key, 0) - base[name].get(key, 0), 2) for key in names},
        )
    yield "lent_hours", round(case["lent_hours"] - base["lent_hours"], 2)

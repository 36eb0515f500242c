"""What each of some levers brings on the way from every organisation alone to all of them together:
in the order given, over all orders, and on average over them (Shapley).

The waterfall document: `id`, `kind` "waterfall", `collaborative_id`, `period`, `weeks`,
`created_at`, `limits`, `reading`, `levers` [{key, name, description, toml}] in the order given,
`cases` (as in a comparison, with `levers`: the keys of those that are in it; those of the order
given hold rosters and figures), `whole` {low, found, high}, and of each lever under `brings`:
{key, `step` {low, found, high}: in the order given, `share` {low, found, high}: Shapley's, `least`
and `most` {low, found, high}: over all orders, `sure`: whether it cannot make it dearer, `figures`:
what the step changes}. All pence; steps and shares are whole and add up to the whole.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scheduler.domain.errors import BadRequest
from scheduler.domain.problem import Period
from scheduler.services.accounts.answers import within_reach
from scheduler.services.accounts.gate import asks, open_to_all
from scheduler.services.limits.deadline import Deadline
from scheduler.services.limits.plan import SearchPlan, of_groups
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.coalitions import GroupCase, SolvedGroups, solve_groups
from scheduler.services.scenarios.compare import bases_of
from scheduler.services.scenarios.figures import less
from scheduler.services.scenarios.gains import (
    Group,
    Saving,
    groups_of,
    in_whole_pence,
    over_orders,
    saved,
    shapley,
)
from scheduler.services.scenarios.joining import joined, only_opens
from scheduler.services.scenarios.kept import KeptScenarios
from scheduler.services.scenarios.read_scenarios import ScenarioFile, read_scenarios
from scheduler.services.scenarios.scenario import Scenario
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.services.scenarios.so_far import OnPartial, told_to_nobody
from scheduler.services.scenarios.standard_levers import standard_levers
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits, Progress

MOST_LEVERS = 6
POOLING = "pooling"
"""The key of the lever that every waterfall begins with."""
ALONE = "Every organisation alone"
POOLED = ScenarioFile(
    "",
    Scenario(
        name="Pooling",
        description="Staff are lent under the sharing agreements as they are.",
    ),
)
READING = (
    "Each amount is by how much the best possible rosters get cheaper by the policy's prices, which"
    " count empty places, unused hours, journeys and wishes beside pay. It lies between its two"
    " ends for certain; the amount between them is that of the rosters that were found. A lever's"
    " share is what it brings on average, whichever came in first: shares, as steps, add up to the"
    " whole."
)


@open_to_all
def plan_for(levers: int, weeks: int) -> SearchPlan:
    """The searches that so many levers beside pooling take. Raises BadRequest for too many."""
    if levers + 1 > MOST_LEVERS:
        raise BadRequest(
            f"A waterfall takes pooling and at most {MOST_LEVERS - 1} more levers: each doubles the"
            " number of combinations. Join some of them into one scenario."
        )
    return of_groups(2 ** (levers + 1), weeks)


@asks("test_scenarios", collaborative="request.collaborative_id")
def waterfall(
    repository: Repository,
    request: Request,
    scenario_files: Sequence[Path],
    limits: Limits,
    *,
    weeks: int = 1,
    standard: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
    on_partial: OnPartial = told_to_nobody,
) -> dict[str, Any]:
    """Solve every combination of pooling, the `standard` levers if they are asked for, and the
    levers in these files over so many periods; store the rosters of the order given, and the
    document.

    The time limit is that of each search with its share of all that belongs to it. Raises BadInput
    for scenarios that do not fit, BadRequest for more than six levers and where a combination has
    no roster.
    """
    starts = time.monotonic()
    dataset = repository.dataset()
    solve.require_collaborative(dataset, request.collaborative_id)
    whole = Period(request.start, request.days * weeks)
    ready = standard_levers(dataset, request.collaborative_id, whole) if standard else []
    plan = plan_for(len(ready) + len(scenario_files), weeks)
    deadline = Deadline.after(plan.seconds(limits.seconds), began)
    shelf = KeptScenarios(repository, request.collaborative_id)
    files = read_scenarios(scenario_files, dataset, whole, request.policy, shelf)
    files = [*(ScenarioFile("", lever) for lever in ready), *files]
    levers = {POOLING: POOLED} | {f"lever {n}": file for n, file in enumerate(files, start=1)}
    cases = [_case(group, levers) for group in groups_of(levers)]
    bases = bases_of(
        repository,
        dataset,
        request,
        limits=limits,
        weeks=weeks,
        cases=[(case.file, case.among) for case in cases],
        on_progress=on_progress,
    )
    found = solve_groups(
        bases=bases,
        cases=cases,
        as_it_is=frozenset({POOLING}),
        widens=[key for key, file in levers.items() if only_opens(file.scenario)],
        on_progress=on_progress,
        should_stop=should_stop,
        deadline=deadline.part(1, 1, kept=time.monotonic() - starts),
        plan=plan,
        on_partial=on_partial,
    )
    order = [frozenset(list(levers)[:count]) for count in range(len(levers) + 1)]
    kept = found.kept(repository, order)
    document = {
        "kind": "waterfall",
        "collaborative_id": request.collaborative_id,
        "period": {"start": request.start.isoformat(), "days": request.days},
        "weeks": weeks,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "limits": asdict(limits),
        "reading": READING,
        "levers": [
            {
                "key": key,
                "name": file.scenario.name,
                "description": file.scenario.description,
                "toml": scenario_text(file.scenario),
            }
            for key, file in levers.items()
        ],
        "cases": [
            {
                **kept.get(case.group, {"name": case.file.scenario.name}),
                "levers": [key for key in levers if key in case.group],
                "objective_pence": found.costs[case.group].whole.found,
                "bound_pence": found.costs[case.group].whole.bound,
            }
            for case in cases
        ],
        **_brought(list(levers), order, found, kept),
    }
    return {"id": repository.save_comparison(document), **within_reach(repository, document)}


def _case(group: Group, levers: dict[str, ScenarioFile]) -> GroupCase:
    """The levers of a group as one scenario; without pooling no agreement is used."""
    inside = [levers[key].scenario for key in levers if key in group]
    name = " + ".join(one.name for one in inside) or ALONE
    among = None if POOLING in group else frozenset[str]()
    return GroupCase(group, ScenarioFile("", joined(name, inside)), among)


def _brought(
    keys: Sequence[str],
    order: Sequence[Group],
    found: SolvedGroups,
    kept: dict[Group, dict[str, Any]],
) -> dict[str, Any]:
    """`whole` and `brings` of the document."""
    costs = {group: cost.whole for group, cost in found.costs.items()}
    whole = saved(costs[order[0]], costs[order[-1]])
    shares = shapley(keys, costs, found.sure)
    pence = in_whole_pence({key: share.found for key, share in shares.items()}, round(whole.found))
    ends = over_orders(keys, costs, found.sure)
    brings = []
    for key, before, after in zip(keys, order, order[1:], strict=False):
        step = saved(costs[before], costs[after])
        least, most = ends[key]
        brings.append(
            {
                "key": key,
                "step": _rounded(step, sure=key in found.sure),
                "share": _rounded(replace(shares[key], found=pence[key])),
                "least": _rounded(least),
                "most": _rounded(most),
                "sure": key in found.sure,
                "figures": less(kept[after]["figures"], kept[before]["figures"]),
            }
        )
    return {
        "whole": _rounded(whole, sure=set(keys) <= found.sure),
        "brings": brings,
    }


def _rounded(share: Saving, *, sure: bool = False) -> dict[str, float]:
    """Found in whole pence, between ends that leave room for what that rounds."""
    low, found = max(0.0, share.low) if sure else share.low, round(share.found)
    return {
        "low": min(round(low, 4), found),
        "found": found,
        "high": max(round(share.high, 4), found),
    }

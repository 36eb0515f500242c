"""Whether working together leaves any partner worse off: what each group of partners gains, how
the gain falls today, how it could be split, and whether a split would last.

The partners document: `id`, `kind` "partners", `collaborative_id`, `period`, `weeks`, `created_at`,
`limits`, `reading`, `scenario` (name and TOML of what is changed besides; None), `partners` (ids),
`cases` (as in a comparison, with `partners`: who lends to each other; the first, alone, and the
last, all, hold rosters and figures), `whole` {low, found, high}, `any_split`: whether there is a
split that lasts; `splits` {as_it_falls, shapley, equal_profit}: of each {`pence` by partner,
`verdict`, `group`, `short_pence`}; `shares` {low, found, high} of Shapley by partner; and of each
partner under `by_partner`: {`alone`, `together`}: {`borne_pence`, `recharge_pence`, `figures`} and
`gains_pence`. All pence whole; each split adds up to the whole.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.problem import Period
from scheduler.services.accounts.gate import asks
from scheduler.services.limits.deadline import Deadline
from scheduler.services.limits.plan import SearchPlan, of_groups
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.coalitions import GroupCase, solve_groups
from scheduler.services.scenarios.compare import bases_of
from scheduler.services.scenarios.gains import (
    Cost,
    Group,
    core,
    core_of,
    equal_profit,
    groups_of,
    in_whole_pence,
    saved,
    shapley,
)
from scheduler.services.scenarios.joining import joined
from scheduler.services.scenarios.kept import KeptScenarios
from scheduler.services.scenarios.read_scenarios import ScenarioFile, read_scenarios
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.services.scenarios.so_far import OnPartial, told_to_nobody
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits, Progress

MOST_PARTNERS = 6
ALONE = "Each partner alone"
READING = (
    "What partners gain is by how much the best possible rosters get cheaper by the policy's prices"
    " when they lend to each other, against all staying alone. Each price falls to whoever employs"
    " the person or is accountable for the place; what is recharged goes from host to employer. A"
    " split lasts where no group would do better by lending among itself alone."
)


def partners_of(dataset: Dataset, request: Request, weeks: int) -> list[str]:
    """The organisations whose agreements or contracts are of this collaborative in these weeks."""
    last = Period(request.start, request.days * weeks).last
    return sorted(
        {
            row.organisation_id
            for row in dataset.membership
            if row.collaborative_id == request.collaborative_id
            and row.from_date <= last
            and (row.to_date is None or row.to_date >= request.start)
        }
    )


@asks("ask_who_gains", collaborative="collaborative_id")
def plan_for(
    repository: Repository,
    collaborative_id: str,
    start: date,
    days: int,
    weeks: int,
    *,
    changed: bool,
) -> SearchPlan:
    """The searches that it takes to ask what the partners of these weeks gain; `changed`: with
    scenarios besides. Raises NotFound, and BadRequest as `partners` does.
    """
    members = _partners(repository.dataset(), Request(collaborative_id, start, days), weeks)
    return of_groups(2 ** len(members) - len(members) + changed, weeks)


@asks("ask_who_gains", collaborative="request.collaborative_id")
def partners(
    repository: Repository,
    request: Request,
    limits: Limits,
    *,
    scenario_files: Sequence[Path] = (),
    weeks: int = 1,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
    on_partial: OnPartial = told_to_nobody,
) -> dict[str, Any]:
    """Solve every group of partners lending among itself, over so many periods, with the scenarios
    in these files or kept under these names; store the rosters of all alone and of all together,
    and the document.

    The time limit is that of each search with its share of all that belongs to it. Raises BadInput
    for scenarios that do not fit, BadRequest where there are fewer than two partners or more than
    six, and where a group has no roster.
    """
    starts = time.monotonic()
    dataset = repository.dataset()
    members = _partners(dataset, request, weeks)
    groups = [group for group in groups_of(members) if len(group) != 1]
    # with changes, the weeks as they are stand beside the groups
    plan = of_groups(len(groups) + bool(scenario_files), weeks)
    deadline = Deadline.after(plan.seconds(limits.seconds), began)
    whole_period = Period(request.start, request.days * weeks)
    shelf = KeptScenarios(repository, request.collaborative_id)
    files = read_scenarios(scenario_files, dataset, whole_period, request.policy, shelf)
    everybody = frozenset(members)
    names = {one.id: one.name for one in dataset.organisation}
    cases = [_case(group, files, names, everybody) for group in groups]
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
        as_it_is=everybody if not files and _within(dataset, everybody) else None,
        widens=members,
        on_progress=on_progress,
        should_stop=should_stop,
        deadline=deadline.part(1, 1, kept=time.monotonic() - starts),
        plan=plan,
        on_partial=on_partial,
        same={frozenset({member}): frozenset[str]() for member in members},
    )
    alone = frozenset[str]()
    kept = found.kept(repository, [alone, everybody])
    costs = {group: cost.whole for group, cost in found.costs.items()}
    falls = {
        "alone": _falls(members, kept[alone], round(costs[alone].found)),
        "together": _falls(members, kept[everybody], round(costs[everybody].found)),
    }
    document = {
        "kind": "partners",
        "collaborative_id": request.collaborative_id,
        "period": {"start": request.start.isoformat(), "days": request.days},
        "weeks": weeks,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "limits": asdict(limits),
        "reading": READING,
        "scenario": (
            {
                "name": " + ".join(file.scenario.name for file in files),
                "toml": scenario_text(joined("changes", [file.scenario for file in files])),
            }
            if files
            else None
        ),
        "partners": members,
        "cases": [
            {
                **kept.get(case.group, {"name": case.file.scenario.name}),
                "partners": sorted(case.group),
                "objective_pence": costs[case.group].found,
                "bound_pence": costs[case.group].bound,
            }
            for case in cases
        ],
        "by_partner": {
            member: {
                **{
                    when: {
                        **falls[when][member],
                        "figures": kept[group]["figures"]["by_organisation"].get(member, {}),
                    }
                    for when, group in (("alone", alone), ("together", everybody))
                },
                "gains_pence": _bears(falls["alone"][member]) - _bears(falls["together"][member]),
            }
            for member in members
        },
        **_splits(members, costs, falls, found.sure),
    }
    return {"id": repository.save_comparison(document), **document}


def _partners(dataset: Dataset, request: Request, weeks: int) -> list[str]:
    """Those of whom every group is asked. Raises NotFound, BadRequest for too few or many."""
    solve.require_collaborative(dataset, request.collaborative_id)
    members = partners_of(dataset, request, weeks)
    if not 2 <= len(members) <= MOST_PARTNERS:
        raise BadRequest(
            f"This asks what every group of partners gains, which is done for 2 to {MOST_PARTNERS}"
            f" of them; this collaborative has {len(members)} in these weeks (membership.csv)."
        )
    return members


def _within(dataset: Dataset, everybody: Group) -> bool:
    """Whether nobody but partners lends to anybody, so that all together are the weeks as they
    are.
    """
    return all(
        {one.home_organisation_id, one.host_organisation_id} <= everybody
        for one in dataset.sharing_agreement
    )


def _case(
    group: Group, files: Sequence[ScenarioFile], names: Mapping[str, str], everybody: Group
) -> GroupCase:
    if group == everybody:
        name = "All partners together"
    else:
        name = " with ".join(names[member] for member in sorted(group)) if group else ALONE
    scenario = joined(name, [file.scenario for file in files])
    # agreements with organisations that are no partners stay out, so that groups are alike
    return GroupCase(group, ScenarioFile("", scenario), group)


# --- how it falls, and how it could


def _falls(
    members: Sequence[str], case: Mapping[str, Any], whole: int
) -> dict[str, dict[str, int]]:
    """Of each partner {`borne_pence`, `recharge_pence`}: whole pence that add up to what the case
    costs and to nothing. What is nobody's alone is borne in equal parts.
    """
    borne = {name: Fraction(sixtieths, 60) for name, sixtieths in case["borne"].items()}
    shared = sum(borne[name] for name in borne if name not in members)
    parts = {
        member: float(borne.get(member, Fraction(0)) + Fraction(shared) / len(members))
        for member in members
    }
    pence = in_whole_pence(parts, whole)
    rows = case["figures"]["by_organisation"]
    return {
        member: {
            "borne_pence": pence[member],
            "recharge_pence": (
                rows[member]["recharge_out"] - rows[member]["recharge_in"] if member in rows else 0
            ),
        }
        for member in members
    }


def _bears(row: Mapping[str, int]) -> int:
    return row["borne_pence"] + row["recharge_pence"]


def _splits(
    members: Sequence[str],
    costs: Mapping[Group, Cost],
    falls: Mapping[str, Mapping[str, Mapping[str, int]]],
    sure: Group,
) -> dict[str, Any]:
    whole = saved(costs[frozenset()], costs[frozenset(members)])
    shares = shapley(members, costs, sure)
    spent = {member: float(_bears(falls["alone"][member])) for member in members}
    ways = {
        "as_it_falls": {
            member: float(_bears(falls["alone"][member]) - _bears(falls["together"][member]))
            for member in members
        },
        "shapley": {member: share.found for member, share in shares.items()},
        "equal_profit": equal_profit(members, costs, spent, whole.found),
    }
    splits: dict[str, dict[str, Any]] = {}
    for name, way in ways.items():
        pence = in_whole_pence(way, round(whole.found))
        standing = core(members, costs, way)  # whole pence may leave a group short of one
        splits[name] = {
            "pence": pence,
            "verdict": standing.verdict,
            "group": sorted(standing.group),
            "short_pence": round(standing.short_pence, 4),
        }
    return {
        "whole": _rounded(max(0.0, whole.low) if sure else whole.low, whole.found, whole.high),
        "any_split": core_of(members, costs),
        "splits": splits,
        "shares": {
            member: _rounded(share.low, splits["shapley"]["pence"][member], share.high)
            for member, share in shares.items()
        },
    }


def _rounded(low: float, found: float, high: float) -> dict[str, float]:
    """Found in whole pence, between ends that leave room for what that rounds."""
    pence = round(found)
    return {"low": min(round(low, 4), pence), "found": pence, "high": max(round(high, 4), pence)}

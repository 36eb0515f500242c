"""What lifting a barrier is worth: the week re-solved without it, against the same week with the
same time again.

The document: `kind` "value", `collaborative_id`, `period`, `created_at`, `limits`, `reading`,
`candidates` (how many barriers there are), `screened_by` ("bound", "estimate" or "nothing"), `base`
(figures of the week as it is), `lifts` (ranked) and `bundle` (or None). All weeks are counted over
the same people, those whom lifting everything would bring in among them: `counted_too` of `base`
says how many those are and what they add to every objective. A lift: `ids`, `name`, `steps`,
`lifted_by` (organisation ids; "" = each person), `people`, `at_most_pence` with `at_most_certain`,
`status` ("not_solved" where only the most is known) and, where it was solved, `gain_pence` {low,
high, found, verdict, would_settle}, `hours_filled`, `agency_hours_avoided`, `bank_hours_avoided`,
`cash_pence_saved`, `objective_pence`, `bound_pence`, `gap`, `seconds`.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.errors import NothingKeepsTheRules
from scheduler.domain.population import Population
from scheduler.domain.problem import Problem, build_problem
from scheduler.domain.roster import Roster
from scheduler.domain.wording import counted
from scheduler.engine.executor import Call, TaskLost
from scheduler.services.accounts.gate import asks
from scheduler.services.limits.deadline import Deadline
from scheduler.services.limits.plan import BATCH, SCREENING, SOLVES, of_worth
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.rosters.solve_many import Timed, sweep, telling
from scheduler.services.scenarios.bundles import sets_of
from scheduler.services.scenarios.interventions import (
    Intervention,
    named,
    possible_interventions,
    together,
)
from scheduler.services.scenarios.scenario import Scenario
from scheduler.services.scenarios.screen_interventions import Screen, screen_for
from scheduler.services.scenarios.settle import would_settle
from scheduler.services.scenarios.solve_scenario import counted_too
from scheduler.storage.repository import Repository
from solver.bounds.interventions import monotone
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.strategy import Limits, Progress

ENTRIES = 0.5
"""Working a barrier's figures out and storing them, in times of what building its problem took."""
INDISTINGUISHABLE = "not distinguishable"
READING = (
    "The gain is what the best possible objective falls by, as the interval that both proofs allow."
    " Hours and pounds are the difference of two rosters, each the best that was found in its time."
    " Pounds saved are cash; the objective has the policy's notional prices in it. Worths do not"
    " add up. Barriers that were not solved for are worth at most what is said."
)


@dataclass(frozen=True)
class ValuationBase:
    """What every solve of one valuation starts from."""

    dataset: Dataset
    request: Request
    known: tuple[KnownShift, ...]
    policy: Policy
    base: Roster
    limits: Limits
    population: Population | None = None
    """Over whom every week is counted."""
    never_dearer: bool = False
    """Whether what is possible stays possible, at the same price, when a barrier is lifted."""

    def problem(self, scenario: Scenario | None) -> Problem:
        """The period under a scenario; None: as things are."""
        dataset = (
            self.dataset if scenario is None else scenario.apply(self.dataset, self.request.period)
        )
        request, terms = self.request, self.policy.pay.terms()
        return build_problem(
            dataset,
            request.collaborative_id,
            request.period,
            known=self.known,
            terms=terms,
            population=self.population,
        )


@dataclass(frozen=True)
class ResolvedWeek:
    """One week solved again from the base's roster."""

    summary: dict[str, Any]
    roster: Roster


@asks("test_scenarios", collaborative="request.collaborative_id")
def value(
    repository: Repository,
    request: Request,
    limits: Limits,
    *,
    lift_ids: Sequence[str] = (),
    bundle: int = 1,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
) -> dict[str, Any]:
    """Value the barriers of a period; store and return the document.

    The time limit is that of each search with its share of all that belongs to it, so that the
    whole takes no longer than its plan says, from now on or from when the command `began`.

    Raises BadRequest for a barrier that is not there, NothingKeepsTheRules where the week as it is
    has no roster.
    """
    plan = of_worth(len(set(lift_ids)), bundle)
    deadline = Deadline.after(plan.seconds(limits.seconds), began)
    on_progress(Progress("reading the facts", 0.0))
    own, policy, fingerprint = solve.problem_of(repository, request)
    lifts = possible_interventions(own)
    if lift_ids:
        lifts = named(lifts, lift_ids)
    known = tuple(solve.known_shifts(repository, request.collaborative_id, request.period))
    shared = ValuationBase(own.dataset, request, known, policy, Roster.of(()), limits)
    shared = replace(
        shared, population=Population.of([own, shared.problem(together(lifts))] if lifts else [own])
    )
    built = time.monotonic()
    base_problem = shared.problem(None)
    kept = ENTRIES * (time.monotonic() - built) * sum(plan.side_by_side)
    first = deadline.part(1, plan.turns, kept=kept).having_built(built)
    outcome = solve.solve_problem(
        base_problem,
        policy,
        limits,
        fingerprint,
        on_progress=_renamed(on_progress, "as it is"),
        should_stop=should_stop,
        deadline=first,
    )
    if outcome.document is None:
        raise NothingKeepsTheRules(
            "The week as it is has no roster to compare with: no roster can keep all hard rules,"
            " for some facts clash. Solve it first: scheduler solve says why."
        )
    shared = replace(
        shared, base=outcome.document.decision(), never_dearer=monotone(base_problem, policy)
    )
    on_progress(Progress(f"screening {counted(len(lifts), 'barrier')}", 0.0))
    screening = min(
        SCREENING * limits.seconds, deadline.part(SCREENING, plan.turns - 1, kept=kept).left()
    )
    screen = screen_for(shared.problem, base_problem, lifts, policy, shared.base, seconds=screening)
    most = {lift.id: screen.at_most([lift]) for lift in lifts}
    beyond = {lift.id: most[lift.id] - _of_parts(lift, lifts, most) for lift in lifts}
    ranked = sorted(lifts, key=lambda lift: (-beyond[lift.id], lift.id))
    chosen = ranked if lift_ids else ranked[:SOLVES]
    rounds, later = plan.rounds(1 + len(chosen)), sum(map(plan.rounds, plan.side_by_side[1:]))
    singles = deadline.part(rounds, rounds + later, kept=kept)
    control, *solved = _solve_all(
        shared, [None, *(together([lift]) for lift in chosen)], on_progress, should_stop, singles
    )
    base = _tightest(ResolvedWeek(outcome.document.summary, shared.base), control)
    valued = {
        lift.id: _entry([lift], most[lift.id], screen, base, found, shared)
        for lift, found in zip(chosen, solved, strict=True)
    }
    entries = [
        valued.get(lift.id) or _entry([lift], most[lift.id], screen, base, None, shared)
        for lift in ranked
    ]
    document = {
        "kind": "value",
        "collaborative_id": request.collaborative_id,
        "period": {"start": request.start.isoformat(), "days": request.days},
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "limits": asdict(limits),
        "reading": READING,
        "candidates": len(lifts),
        "screened_by": screen.method,
        "base": {
            **_figures(base.summary),
            "counted_too": counted_too(base_problem, own, policy, base.roster),
        },
        "lifts": sorted(entries, key=_rank),
        "bundle": (
            _bundle(
                shared=shared,
                screen=screen,
                ranked=ranked,
                base=base,
                valued=valued,
                size=bundle,
                on_progress=on_progress,
                should_stop=should_stop,
                deadline=deadline.part(1, 1, kept=kept),
            )
            if bundle > 1
            else None
        ),
    }
    return {"id": repository.save_comparison(document), **document}


def _of_parts(
    lift: Intervention, lifts: Sequence[Intervention], most: Mapping[str, float]
) -> float:
    """The bound of the weightiest lift that is a part of this one: only what goes beyond it is a
    reason to look at this one.
    """
    return max((most[other.id] for other in lifts if set(other.keys) < set(lift.keys)), default=0.0)


# --- solving


def solve_lifted(
    shared: ValuationBase, timed: Timed[Scenario | None], call: Call
) -> ResolvedWeek | None:
    """One of many tasks: the week under a scenario, from the base's roster. None where it ended
    before there was any roster.
    """
    began = time.monotonic()
    deadline = timed.deadline or Deadline.after(shared.limits.seconds)
    problem = shared.problem(timed.task)
    try:
        outcome = solve.solve_problem(
            problem,
            shared.policy,
            shared.limits,
            problem.dataset.sha256(),
            on_progress=telling(call),
            should_stop=call.should_stop,
            start=shared.base,
            deadline=deadline.having_built(began),
        )
    except solve.NoRosterInTime:
        return None
    if outcome.document is None:
        return None
    return ResolvedWeek(outcome.document.summary, outcome.document.decision())


def _solve_all(
    shared: ValuationBase,
    scenarios: Sequence[Scenario | None],
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    deadline: Deadline,
) -> list[ResolvedWeek | None]:
    """In the order of the scenarios; None for those that were left out by a wish to stop."""
    names = ["as it is, again" if scenario is None else scenario.name for scenario in scenarios]
    found = []
    for solved in sweep(solve_lifted, shared, scenarios, names, on_progress, should_stop, deadline):
        if isinstance(solved, TaskLost):
            raise solved
        found.append(solved)
    return found


def _tightest(first: ResolvedWeek, again: ResolvedWeek | None) -> ResolvedWeek:
    """The better roster with the better bound of two solves of the same week."""
    if again is None:
        return first
    bound = max(first.summary["bound_pence"], again.summary["bound_pence"])
    objective = again.summary["objective_pence"]
    return replace(
        again,
        summary={
            **again.summary,
            "bound_pence": bound,
            "gap": (objective - bound) / objective if objective else 0.0,
        },
    )


def _renamed(on_progress: Callable[[Progress], None], name: str) -> Callable[[Progress], None]:
    return lambda progress: on_progress(replace(progress, phase=f"{name}: {progress.phase}"))


# --- what it comes to


def _entry(
    lifts: Sequence[Intervention],
    most: float,
    screen: Screen,
    base: ResolvedWeek,
    found: ResolvedWeek | None,
    shared: ValuationBase,
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ids": [lift.id for lift in lifts],
        "name": together(lifts).name,
        "steps": len({key for lift in lifts for key in lift.keys}),
        "lifted_by": list(dict.fromkeys(name for lift in lifts for name in lift.lifted_by)),
        "people": len({staff_id for lift in lifts for staff_id in lift.staff_ids}),
        "at_most_pence": round(most, 4),
        "at_most_certain": screen.certain,
    }
    if found is None:
        return {**entry, "status": "not_solved"}
    now = _no_worse(found, base, together(lifts), shared)
    summary, before = now.summary, base.summary
    low = before["bound_pence"] - summary["objective_pence"]
    high = before["objective_pence"] - summary["bound_pence"]
    if screen.certain:
        high = min(high, most)
    if shared.never_dearer:
        low = max(low, 0.0)
    difference = _differences(before, summary)
    return {
        **entry,
        "status": summary["status"],
        "gain_pence": {
            "low": round(low, 4),
            "high": round(high, 4),
            "found": round(before["objective_pence"] - summary["objective_pence"], 4),
            "verdict": "worth it" if low > 0 else INDISTINGUISHABLE,
            "would_settle": (
                None
                if low > 0
                else would_settle(
                    "As it is", before, "Without the barrier", summary, shared.limits.seconds
                )
            ),
        },
        **difference,
        **{key: summary[key] for key in ("objective_pence", "bound_pence", "gap", "seconds")},
    }


def _no_worse(
    found: ResolvedWeek, base: ResolvedWeek, scenario: Scenario, shared: ValuationBase
) -> ResolvedWeek:
    """What is possible with the barrier is possible without it: where the base's roster is better,
    it is the lifted one's too.
    """
    if shared.never_dearer and found.summary["objective_pence"] <= base.summary["objective_pence"]:
        return found  # the base's roster costs there what it costs as it is
    report = verify(shared.problem(scenario), shared.policy, base.roster)
    if report.breaches or report.objective_pence >= found.summary["objective_pence"]:
        return found
    figures = {
        **base.summary,
        "objective_pence": report.objective_pence,
        "bound_pence": found.summary["bound_pence"],
    }
    figures["gap"] = (report.objective_pence - figures["bound_pence"]) / report.objective_pence
    return ResolvedWeek(
        {**figures, "status": found.summary["status"], "seconds": found.summary["seconds"]},
        base.roster,
    )


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    def avoided(kind: str) -> float:
        return round(float(before["hours_by_pay"][kind]) - float(now["hours_by_pay"][kind]), 2)

    return {
        "hours_filled": round(now["hours"]["filled"] - before["hours"]["filled"], 2),
        "agency_hours_avoided": avoided("agency"),
        "bank_hours_avoided": avoided("bank"),
        "cash_pence_saved": (
            sum(before["cost_pence_by_pay"].values()) - sum(now["cost_pence_by_pay"].values())
        ),
    }


def _figures(summary: Mapping[str, Any]) -> dict[str, Any]:
    kept = (
        "status",
        "objective_pence",
        "bound_pence",
        "gap",
        "seconds",
        "hours",
        "hours_by_pay",
        "cost_pence_by_pay",
    )
    return {key: summary[key] for key in kept}


def _rank(entry: Mapping[str, Any]) -> tuple[bool, float]:
    """The solved ones by what was found, then the others as they were screened."""
    gain = entry.get("gain_pence")
    return (gain is None, -(gain["found"] if gain else 0.0))


# --- bundles


def _bundle(
    shared: ValuationBase,
    screen: Screen,
    ranked: Sequence[Intervention],
    base: ResolvedWeek,
    valued: Mapping[str, Mapping[str, Any]],
    size: int,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    deadline: Deadline,
) -> dict[str, Any] | None:
    """The best of the sets of at most `size` steps: those with the largest bound are solved until
    no other can be better.

    `others_at_most_pence`: what any other set that was looked at can be worth; `looked_at`,
    `solved`: how many sets.
    """
    by_id = {lift.id: lift for lift in ranked}
    singles = [
        entry for entry in valued.values() if "gain_pence" in entry and entry["steps"] <= size
    ]
    best = max(singles, key=lambda entry: entry["gain_pence"]["found"], default=None)
    sets = [(screen.at_most(lifts), lifts) for lifts in sets_of(_by_worth(ranked, valued), size)]
    sets.sort(key=lambda one: (-one[0], [lift.id for lift in one[1]]))
    solved = 0
    while sets and solved < SOLVES and not should_stop():
        if best is not None and screen.certain and sets[0][0] <= best["gain_pence"]["found"]:
            break
        batch, sets = sets[:BATCH], sets[BATCH:]
        due = deadline.part(BATCH, max(BATCH, SOLVES - solved))
        found = _solve_all(
            shared, [together(lifts) for _, lifts in batch], on_progress, should_stop, due
        )
        for (most, lifts), one in zip(batch, found, strict=True):
            entry = _entry(lifts, most, screen, base, one, shared)
            solved += one is not None
            if "gain_pence" in entry and (
                best is None or entry["gain_pence"]["found"] > best["gain_pence"]["found"]
            ):
                best = entry
    if best is None:
        return None
    chosen = [by_id[lift_id] for lift_id in best["ids"]]
    others = max((most for most, _ in sets), default=0.0)
    return {
        **best,
        "size": size,
        "parts": [lift.name for lift in chosen],
        "solved": solved,
        "others_at_most_pence": round(others, 4),
    }


def _by_worth(
    ranked: Sequence[Intervention], valued: Mapping[str, Mapping[str, Any]]
) -> list[Intervention]:
    """Those found to be worth most first, then by their bound."""

    def found(lift: Intervention) -> float:
        gain: Mapping[str, Any] = valued.get(lift.id, {}).get("gain_pence", {})
        return float(gain.get("found", 0.0))

    return sorted(ranked, key=found, reverse=True)

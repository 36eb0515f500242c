"""A week, or several, under scenarios, side by side with the weeks as they are.

The comparison document: `id`, `collaborative_id`, `period` {start, days}, `weeks` (how many such
periods follow on one another), `created_at`, `limits`, `reading` (how the figures may be read),
`baseline` (the comparison whose week as it is was taken over; None), `base` (a case) and
`scenarios` (cases, each with `change` against the base). A case is that of one week (see
solve_scenario) with its `toml`, `roster_id` and `roster_ids`; of several weeks it holds their sums,
the cases of each under `weeks`, and no `roster_id`. Every week is solved by itself beside what is
published, and every case of it is counted over the same people: all who may work in any. A change:
`objective_pence` {low, high, verdict, different_prices, would_settle}, the differences of all
figures, under the same names, and `impact`: who would notice (see impact). `would_settle`: where
nothing can be told, what would tell: {sentence, ...} (see settle).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NothingKeepsTheRules
from scheduler.domain.population import Population
from scheduler.domain.problem import Period, Problem
from scheduler.domain.roster import RosterDocument
from scheduler.engine.executor import TaskLost
from scheduler.services.accounts.answers import within_reach
from scheduler.services.accounts.gate import asks
from scheduler.services.limits.deadline import Deadline
from scheduler.services.limits.plan import of_comparison
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.rosters.solve_many import sweep
from scheduler.services.scenarios.impact import impact
from scheduler.services.scenarios.kept import KeptScenarios
from scheduler.services.scenarios.locked import Locked, locked_baseline
from scheduler.services.scenarios.read_scenarios import ScenarioFile, read_scenarios
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.services.scenarios.scenario_words import NOT_SOLVED, unsolved_words
from scheduler.services.scenarios.settle import would_settle
from scheduler.services.scenarios.several_weeks import case_of
from scheduler.services.scenarios.so_far import OnPartial, SoFar, told_to_nobody
from scheduler.services.scenarios.solve_scenario import (
    AS_IT_IS,
    ComparisonBase,
    SolvedCase,
    WantedCase,
    counted_again,
    naming,
    possible,
    solve_scenario,
    supply_minutes,
)
from scheduler.services.scenarios.what_changes import (
    INDISTINGUISHABLE,
    change,
    different_prices,
)
from scheduler.storage.repository import Repository
from solver.policy.policy import Policy
from solver.search.strategy import Limits, Progress

READING = (
    "Hours and pounds are those of these rosters, each the best that was found in its time: with"
    " more time they would differ. The change of the objective is the interval that both bounds"
    " allow for the best possible rosters."
)
WEEK_BY_WEEK = (
    " Each week is solved by itself, beside what is published: what one of these rosters asks of"
    " the next is not counted."
)
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
    weeks: int = 1,
    baseline: str | None = None,
    again: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
    on_partial: OnPartial = told_to_nobody,
) -> dict[str, Any]:
    """Solve the request's period, or so many of them in a row, as they are and under every
    scenario, with the same limits; store rosters and comparison, return the document.

    `baseline`: a stored comparison of the same weeks, whose facts, policy and rosters of the weeks
    as they are hold on; they are searched `again` from there, or not at all. The time limit is that
    of each search with its share of all that belongs to it, so that the whole takes no longer than
    its plan says, from now on or from when the command `began`.

    The searches are tasks of the engine; `on_partial` hears of each that is done. A wish to stop
    ends those that are running; those that have not begun are left out and say so. Raises BadInput
    for scenarios that do not fit, BadRequest where a week as it is has no roster or the baseline is
    of other weeks, NotFound, EngineLost.
    """
    if not scenario_files:
        raise BadRequest("Name at least one scenario file to compare with.")
    if weeks < 1:
        raise BadRequest("Compare over at least one week.")
    if again and baseline is None:
        raise BadRequest(
            "Searching again goes on from the rosters of a baseline: name the comparison that is"
            " to be one."
        )
    starts = time.monotonic()
    locked = locked_baseline(repository, baseline, request, weeks) if baseline else None
    searched = locked is None or again
    plan = of_comparison(len(scenario_files), weeks, as_it_is=searched)
    deadline = Deadline.after(plan.seconds(limits.seconds), began)
    dataset = repository.dataset() if locked is None else locked.dataset
    if locked is not None:
        request = replace(request, policy=locked.policy)
    solve.require_collaborative(dataset, request.collaborative_id)
    whole = Period(request.start, request.days * weeks)
    shelf = KeptScenarios(repository, request.collaborative_id)
    scenarios = read_scenarios(scenario_files, dataset, whole, request.policy, shelf)
    bases = bases_of(
        repository,
        dataset,
        request,
        limits=limits,
        weeks=weeks,
        cases=[(scenario, None) for scenario in scenarios],
        on_progress=on_progress,
    )
    storing = STORING * (time.monotonic() - starts)
    first = deadline.part(plan.first_turns, plan.turns, kept=storing)
    so_far = SoFar(on_partial)
    solved = as_they_are(
        bases, locked, on_progress, should_stop, first, searched=searched, so_far=so_far
    )
    policy = Policy.from_tables(request.policy or {})
    bases = [
        with_what_it_takes(base, case.roster) for base, case in zip(bases, solved, strict=True)
    ]
    wanted = [
        WantedCase(week, scenario, start=None if locked is None else locked.start(scenario, week))
        for scenario in scenarios
        for week in range(weeks)
    ]
    several = weeks > 1
    found = sweep(
        solve_scenario,
        bases,
        wanted,
        [called(one.file.scenario.name, bases[one.week], several=several) for one in wanted],
        on_progress=on_progress,
        should_stop=should_stop,
        deadline=deadline.part(1, 1, kept=storing),
        on_done=lambda done, case: so_far.add(case, bases[wanted[done].week].request.start),
    )
    kept = () if locked is None or searched else locked.roster_ids
    base = case_of(
        [
            {**case.document, "roster_id": kept[week]}
            if kept
            else stored(repository, case, dataset)
            for week, case in enumerate(solved)
        ],
        [one.request.start for one in bases],
    )
    cases = []
    for number, scenario in enumerate(scenarios):
        of_weeks = found[number * weeks : (number + 1) * weeks]
        cases.append(_against(base, policy, repository, bases, scenario, of_weeks))
    document = {
        "collaborative_id": request.collaborative_id,
        "period": {"start": request.start.isoformat(), "days": request.days},
        "weeks": weeks,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "limits": asdict(limits),
        "reading": READING + (WEEK_BY_WEEK if several else ""),
        "baseline": baseline,
        "base": base,
        "scenarios": cases,
    }
    return {"id": repository.save_comparison(document), **within_reach(repository, document)}


# --- the weeks


def bases_of(
    repository: Repository,
    dataset: Dataset,
    request: Request,
    limits: Limits,
    weeks: int,
    cases: Sequence[tuple[ScenarioFile, frozenset[str] | None]],
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> list[ComparisonBase]:
    """What the cases of each week start from, counted over all who may work in any of them."""
    policy, found = Policy.from_tables(request.policy or {}), []
    every = [(AS_IT_IS, None), *cases]

    def problems(base: ComparisonBase, week: int) -> Iterator[Problem]:
        for number, (file, among) in enumerate(every, start=1 + week * len(every)):
            on_progress(Progress(f"who may work: case {number} of {weeks * len(every)}", 0.0))
            yield base.problem(base.facts(file.scenario, among=among), policy)

    for week in range(weeks):
        asked = replace(request, start=request.start + timedelta(days=request.days * week))
        known = tuple(solve.known_shifts(repository, asked.collaborative_id, asked.period))
        base = ComparisonBase(dataset, asked, known, limits)
        found.append(replace(base, population=Population.of(problems(base, week))))
    return found


def called(name: str, base: ComparisonBase, *, several: bool) -> str:
    """What the search of a week is called while it runs."""
    return f"{name}, week of {base.request.start:%-d %b}" if several else name


def as_they_are(
    bases: Sequence[ComparisonBase],
    locked: Locked | None,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    deadline: Deadline,
    *,
    searched: bool = True,
    so_far: SoFar,
) -> list[SolvedCase]:
    """Every week as it is, with a roster: searched, or taken over from a locked baseline. Raises
    BadRequest where one has none.
    """
    if locked is not None and not searched:
        return [
            _taken_over(base, roster) for base, roster in zip(bases, locked.rosters, strict=True)
        ]
    wanted = [
        WantedCase(week, AS_IT_IS, start=locked.rosters[week].decision() if locked else None)
        for week in range(len(bases))
    ]
    several = len(bases) > 1
    swept = sweep(
        solve_scenario,
        bases,
        wanted,
        [called("base", base, several=several) for base in bases],
        on_progress=on_progress,
        should_stop=should_stop,
        deadline=deadline,
        on_done=lambda done, case: so_far.add(case, bases[done].request.start),
    )
    found = []
    for base, case in zip(bases, swept, strict=True):
        if not isinstance(case, SolvedCase) or case.roster is None:
            status = case.document["status"] if isinstance(case, SolvedCase) else NOT_SOLVED
            error = NothingKeepsTheRules if status == "clash" else BadRequest
            raise error(
                f"The week of {base.request.start:%-d %B %Y} as it is has no roster to compare with"
                f": {unsolved_words(status)}. Solve it first: scheduler solve says why."
            )
        found.append(case)
    return found


def _taken_over(base: ComparisonBase, stored: RosterDocument) -> SolvedCase:
    policy = Policy.from_tables(base.request.policy or {})
    case = counted_again(
        base.problem(base.dataset, policy),
        base.by_itself(base.dataset, policy),
        policy,
        stored,
        naming(AS_IT_IS),
    )
    if case is None:
        raise BadRequest(
            f"What is published around the week of {base.request.start:%-d %B %Y} has changed since"
            " that comparison: its week as it is no longer is what it was. Compare anew, without"
            " that baseline."
        )
    return case


def with_what_it_takes(base: ComparisonBase, roster: RosterDocument | None) -> ComparisonBase:
    """With what the week as it is takes from supplies, and which pins it can keep."""
    assert roster is not None
    problem = base.problem(base.dataset, Policy.from_tables(base.request.policy or {}))
    return replace(
        base,
        minutes=supply_minutes(roster.assignments),
        pins=frozenset(pin for pin in problem.pins if possible(problem, pin)),
    )


# --- the cases


def _against(
    base: Mapping[str, Any],
    policy: Policy,
    repository: Repository,
    bases: Sequence[ComparisonBase],
    scenario: ScenarioFile,
    found: Sequence[SolvedCase | TaskLost | None],
) -> dict[str, Any]:
    """A scenario's case over all weeks with what it changes."""
    weeks = [
        _of_week(repository, shared, scenario, case)
        for shared, case in zip(bases, found, strict=True)
    ]
    document = {
        **case_of(weeks, [one.request.start for one in bases]),
        "toml": scenario_text(scenario.scenario),
    }
    if "objective_pence" not in document:
        return document
    dearer = any(supply.other_price for supply in scenario.scenario.supply)
    prices = dearer or different_prices(policy, bases[0].policy(scenario.scenario))
    changed = change(base, document, different_prices=prices)
    if changed["objective_pence"]["verdict"] == INDISTINGUISHABLE:
        changed["objective_pence"]["would_settle"] = would_settle(
            base["name"], base, document["name"], document, bases[0].limits.seconds
        )
    noticed = impact(base["figures"], document["figures"])
    return {**document, "change": {**changed, "impact": noticed}}


def _of_week(
    repository: Repository,
    shared: ComparisonBase,
    scenario: ScenarioFile,
    found: SolvedCase | TaskLost | None,
) -> dict[str, Any]:
    if not isinstance(found, SolvedCase):
        why = "Stopped before it was its turn." if found is None else str(found)
        return {**naming(scenario), "status": NOT_SOLVED, "notes": [why]}
    if found.roster is None:
        return found.document
    return stored(repository, found, shared.facts(scenario.scenario, found.dropped))


def stored(repository: Repository, case: SolvedCase, facts: Dataset) -> dict[str, Any]:
    """A week's case once its roster is stored, with the facts that it was made from."""
    assert case.roster is not None
    return {
        **case.document,
        "roster_id": repository.save_roster(case.roster, facts, kind="scenario"),
    }

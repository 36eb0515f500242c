"""Every group of some players, levers or partners, solved as a case over the same weeks: what each
group's best rosters cost, between two bounds.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from scheduler.domain.errors import BadRequest, NothingKeepsTheRules
from scheduler.services.limits.deadline import Deadline
from scheduler.services.limits.plan import SearchPlan
from scheduler.services.rosters.solve_many import sweep
from scheduler.services.scenarios.compare import as_they_are, called, stored, with_what_it_takes
from scheduler.services.scenarios.gains import Cost, Group, widening
from scheduler.services.scenarios.read_scenarios import ScenarioFile
from scheduler.services.scenarios.scenario_words import unsolved_words
from scheduler.services.scenarios.several_weeks import case_of
from scheduler.services.scenarios.so_far import OnPartial, SoFar, told_to_nobody
from scheduler.services.scenarios.solve_scenario import (
    ComparisonBase,
    SolvedCase,
    WantedCase,
    naming,
    solve_scenario,
)
from scheduler.storage.repository import Repository
from solver.bounds.interventions import monotone
from solver.policy.policy import Policy
from solver.search.strategy import Progress, gap


@dataclass(frozen=True)
class GroupCase:
    """What a group of players comes to: a scenario, and among whom agreements are used (None: as
    they are).
    """

    group: Group
    file: ScenarioFile
    among: frozenset[str] | None = None


@dataclass(frozen=True)
class SolvedGroups:
    """All groups over all weeks. `weeks`: of each week the groups' solved cases; `origins`: of each
    week the group whose roster is the best that a group has: its own, or a smaller one's.
    `costs`: of each group, over all weeks. `sure`: who cannot make it dearer by coming in.
    """

    bases: tuple[ComparisonBase, ...]
    cases: Mapping[Group, GroupCase]
    weeks: tuple[Mapping[Group, SolvedCase], ...]
    origins: tuple[Mapping[Group, Group], ...]
    costs_by_week: tuple[Mapping[Group, Cost], ...]
    costs: Mapping[Group, Cost]
    sure: frozenset[str]

    def kept(self, repository: Repository, groups: Sequence[Group]) -> dict[Group, dict[str, Any]]:
        """The cases of some groups over all weeks, their rosters stored, each roster once."""
        ids: dict[tuple[int, Group], str] = {}
        documents = {}
        for group in groups:
            weeks = []
            for week, base in enumerate(self.bases):
                origin = self.origins[week][group]
                found, case = self.weeks[week][origin], self.cases[origin]
                if (week, origin) not in ids:
                    facts = base.facts(case.file.scenario, found.dropped, case.among)
                    ids[week, origin] = stored(repository, found, facts)["roster_id"]
                weeks.append(self._of_week(week, group, ids[week, origin]))
            documents[group] = case_of(weeks, [base.request.start for base in self.bases])
        return documents

    def _of_week(self, week: int, group: Group, roster_id: str) -> dict[str, Any]:
        origin, cost = self.origins[week][group], self.costs_by_week[week][group]
        found = self.weeks[week][origin].document
        notes = [] if origin == group else [f"The roster of “{found['name']}” is this case's too."]
        return {
            **found,
            **naming(self.cases[group].file),
            "status": "optimal" if cost.found == cost.bound else "feasible",
            "notes": [*found["notes"], *notes],
            "objective_pence": cost.found,
            "bound_pence": cost.bound,
            "gap": gap(cost.found, cost.bound),
            "roster_id": roster_id,
        }


def solve_groups(
    bases: Sequence[ComparisonBase],
    cases: Sequence[GroupCase],
    as_it_is: Group | None,
    widens: Collection[str],
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    deadline: Deadline,
    plan: SearchPlan,
    on_partial: OnPartial = told_to_nobody,
    same: Mapping[Group, Group] = MappingProxyType({}),
) -> SolvedGroups:
    """Solve every group over all weeks, after the weeks as they are, which one of the groups may be
    (`as_it_is`). `widens`: who opens possibilities and closes none; `same`: groups that are no
    other case than another one is.

    Raises BadRequest where some group's week has no roster: without it nothing can be said of what
    each player brings.
    """
    first = deadline.part(plan.first_turns, plan.turns)
    so_far = SoFar(on_partial)
    now = as_they_are(bases, None, on_progress, should_stop, first, so_far=so_far)
    bases = [with_what_it_takes(base, case.roster) for base, case in zip(bases, now, strict=True)]
    policy = Policy.from_tables(bases[0].request.policy or {})
    never_dearer = all(monotone(base.problem(base.dataset, policy), policy) for base in bases)
    here = {case.group: case for case in cases}
    others = [case for case in cases if case.group != as_it_is]
    wanted = [WantedCase(week, one.file, one.among) for week in range(len(bases)) for one in others]
    names = [
        called(one.file.scenario.name, bases[one.week], several=len(bases) > 1) for one in wanted
    ]
    swept = sweep(
        solve_scenario,
        bases,
        wanted,
        names,
        on_progress=on_progress,
        should_stop=should_stop,
        deadline=deadline.part(1, 1),
        on_done=lambda done, case: so_far.add(case, bases[wanted[done].week].request.start),
    )
    found = iter(swept)
    weeks: list[dict[Group, SolvedCase]] = []
    origins, costs_by_week = [], []
    for as_now in now:
        solved = {one.group: _solved(one, next(found)) for one in others}
        if as_it_is is not None:
            named = {**as_now.document, **naming(here[as_it_is].file)}
            solved[as_it_is] = replace(as_now, document=named)
        weeks.append(solved | {group: solved[other] for group, other in same.items()})
    sure = _sure(widens, weeks) if never_dearer else frozenset[str]()
    for solved in weeks:
        own = {
            group: Cost(case.document["bound_pence"], case.document["objective_pence"])
            for group, case in solved.items()
        }
        costs = widening(own, sure)
        costs_by_week.append(costs)
        origins.append({group: _origin(group, own, costs[group].found, sure) for group in own})
    return SolvedGroups(
        bases=tuple(bases),
        cases=here,
        weeks=tuple(weeks),
        origins=tuple(origins),
        costs_by_week=tuple(costs_by_week),
        costs={
            group: Cost(
                sum(costs[group].bound for costs in costs_by_week),
                sum(costs[group].found for costs in costs_by_week),
            )
            for group in [*here, *same]
        },
        sure=sure,
    )


def _sure(widens: Collection[str], weeks: Sequence[Mapping[Group, SolvedCase]]) -> frozenset[str]:
    """Those that `widens` without whom every group keeps the same pins as with them: a roster that
    leaves out a pin is none of a group that has to keep it, and may be cheaper than all of those.
    """
    return frozenset(
        member
        for member in widens
        if all(
            case.dropped == solved[group - {member}].dropped
            for solved in weeks
            for group, case in solved.items()
            if member in group and group - {member} in solved
        )
    )


def _solved(case: GroupCase, found: Any) -> SolvedCase:
    if isinstance(found, SolvedCase) and found.roster is not None:
        return found
    error, advice = BadRequest, "Give it more time, or leave that part out."
    if isinstance(found, SolvedCase):
        facts = [str(fact["sentence"]) for fact in found.document.get("facts", ())]
        words = unsolved_words(found.document["status"]) + (": " if facts else "")
        why = words + " ".join([*facts, *(() if facts else found.document["notes"])])
        if facts:
            error = NothingKeepsTheRules
            advice = "Change one of these facts, or leave that part out."
    else:
        why = "it was stopped before its turn" if found is None else str(found)
    raise error(
        f"“{case.file.scenario.name}” has no roster ({why.rstrip('.')}), and without it nothing can"
        f" be said of what each part brings. {advice}"
    )


def _origin(group: Group, own: Mapping[Group, Cost], found: float, sure: frozenset[str]) -> Group:
    """The group whose roster it is that costs so much: this one, or a smaller one's that holds for
    it.
    """
    if own[group].found <= found:
        return group
    return next(
        other
        for other, cost in own.items()
        if other < group and group - other <= sure and cost.found <= found
    )

"""What each lift can be worth at most: a bound where the search by weekly columns carries the
problem, an estimate elsewhere.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from scheduler.domain.deployability import deployable_pairs
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract
from scheduler.domain.near_misses import employed
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from scheduler.services.scenarios.interventions import Intervention, together
from scheduler.services.scenarios.scenario import Scenario
from solver.bounds.interventions import Pair, Screening, pairs_of
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import NotByWeeklyColumns

Method = Literal["bound", "estimate"]


class Screen(Protocol):
    """`certain`: whether nothing can be worth more than it says."""

    @property
    def method(self) -> Method:
        """How the most is found: a bound that was proven, or an estimate."""
        ...

    @property
    def certain(self) -> bool:
        """Whether nothing can be worth more than `at_most` says."""
        ...

    def at_most(self, lifts: Sequence[Intervention]) -> float:
        """Of the lifts together [pence]."""
        ...


def screen_for(
    problem_under: Callable[[Scenario | None], Problem],
    base: Problem,
    lifts: Sequence[Intervention],
    policy: Policy,
    roster: Roster,
    *,
    seconds: float,
) -> Screen:
    """A bound if there is one to be had, else an estimate."""
    if lifts and base.period.days <= 7:
        try:
            everything = problem_under(together(lifts))
            return _ByBound(base, Screening(base, everything, policy, roster, seconds))
        except NotByWeeklyColumns:
            pass
    return _ByEstimate(base, policy, roster)


class _New:
    """Pairs that lifts make possible."""

    def __init__(self, base: Problem) -> None:
        self.base = base
        self._old = pairs_of(base)
        self._contracts = employed(base)

    def pairs(self, lifts: Sequence[Intervention]) -> set[Pair]:
        scenario = together(lifts)
        index, contracts = (
            FactIndex(scenario.apply(self.base.dataset, self.base.period)),
            self._concerned(scenario),
        )
        rows, columns = deployable_pairs(index, contracts, self.base.duties)
        found = {
            (contracts[row].id, self.base.duties[column].id)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        }
        return found - self._old

    def _concerned(self, scenario: Scenario) -> list[Contract]:
        """Whose clearance the scenario can change: what is granted is somebody's own, an agreement
        a home's, an equivalence anybody's.
        """
        granted = (
            *scenario.passport,
            *scenario.competency,
            *scenario.sign_off,
            *scenario.consent,
            *scenario.journey,
        )
        if scenario.equivalence or any(group.staff_ids is None for group in granted):
            return self._contracts
        staff_ids = {staff_id for group in granted for staff_id in group.staff_ids or ()}
        homes = {agreement.home_organisation_id for agreement in scenario.agreement}
        return [
            contract
            for contract in self._contracts
            if contract.staff_id in staff_ids or contract.organisation_id in homes
        ]


class _ByBound:
    method: Method = "bound"
    certain = True

    def __init__(self, base: Problem, screening: Screening) -> None:
        self._new, self._screening = _New(base), screening

    def at_most(self, lifts: Sequence[Intervention]) -> float:
        return self._screening.at_most(self._new.pairs(lifts))


class _ByEstimate:
    """Prices of the empty places that the new people could fill, and of the temporary supply that
    they could replace, one for each place.
    """

    method: Method = "estimate"
    certain = False

    def __init__(self, base: Problem, policy: Policy, roster: Roster) -> None:
        self._new = _New(base)
        filled = Counter(assignment.demand_id for assignment in roster)
        supplied = Counter(assignment.demand_id for assignment in roster if assignment.supply_id)
        self._price: dict[str, list[float]] = {}
        for duty in base.duties:
            empty = policy.empty_pence(duty) or 0.0
            supplies = [supply.hourly_pence * duty.paid / 60 for supply in base.supplies_for(duty)]
            self._price[duty.id] = [empty] * max(0, duty.minimum - filled[duty.id]) + [
                max(supplies, default=0.0)
            ] * supplied[duty.id]

    def at_most(self, lifts: Sequence[Intervention]) -> float:
        people = Counter(demand_id for _, demand_id in self._new.pairs(lifts))
        return sum(
            sum(sorted(self._price[demand_id], reverse=True)[:count])
            for demand_id, count in people.items()
        )

"""Who bears what a roster costs by the policy's prices: each price falls to whoever employs the
person or is accountable for the place that it is about. Whole, so that organisations add up.
"""

from collections import defaultdict

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import Report
from solver.policy.policy import Policy
from solver.rule.constraint import Violation

TOGETHER = ""
"""Who bears what is about nobody's people or places alone: all of them together."""


def borne_by(problem: Problem, policy: Policy, roster: Roster, report: Report) -> dict[str, int]:
    """Organisation id -> sixtieths of a penny of the objective; `TOGETHER` for what is nobody's
    alone. Recharges between them are not in it.
    """
    bearers = _Bearers(problem, roster)
    found: dict[str, int] = defaultdict(int)
    for rule_id, violations in report.priced.items():
        price = policy.rules[rule_id].price()
        for violation in violations:
            found[bearers.of(violation)] += violation.quantity * price
    return dict(found)


class _Bearers:
    """Looks at what a violation is about: a contract's employer goes first, then who is employed
    where it happens, then who is accountable.
    """

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self._index, self._duties = problem.index, problem.duty_by_id
        self._employers = {
            person.id: person.employments[0].contract.organisation_id for person in problem.people
        }
        self._by_contract = {
            (a.staff_id, a.demand_id): self._index.contracts[a.contract_id].organisation_id
            for a in roster
            if a.staff_id
        }
        self._organisations = {one.id for one in problem.dataset.organisation}

    def of(self, violation: Violation) -> str:
        about = violation.about
        for name in about[1:]:
            if name in self._index.contracts:
                return self._index.contracts[name].organisation_id
        if about[:2] in self._by_contract:
            return self._by_contract[about[0], about[1]]
        if about and about[0] in self._employers:
            return self._employers[about[0]]
        for name in about:
            if name in self._duties:
                return self._duties[name].host_id
        return next((name for name in about if name in self._organisations), TOGETHER)

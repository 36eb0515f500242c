"""The independent check: a finished roster against every rule, and its objective worked out again.
No solver here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from scheduler.domain.sentence import Sentence, ref, said
from solver.policy.policy import Policy
from solver.rule.constraint import SIXTIETHS, Violation


@dataclass(frozen=True)
class Report:
    """What the check found. `objective` and `by_rule` are sixtieths of a penny; `breaches` are of
    hard rules.
    """

    breaches: tuple[Violation, ...] = ()
    by_rule: dict[str, int] = field(default_factory=dict)
    priced: dict[str, tuple[Violation, ...]] = field(default_factory=dict)
    """Soft rule -> what it was paid for."""

    @property
    def objective(self) -> int:
        """What all soft rules cost together [sixtieths of a penny]."""
        return sum(self.by_rule.values())

    @property
    def objective_pence(self) -> float:
        """What all soft rules cost together [pence]."""
        return pence(self.objective)


def pence(sixtieths: int | float) -> float:
    """Sixtieths of a penny as pence, whole where they are."""
    value = sixtieths / SIXTIETHS
    return int(value) if value == int(value) else round(value, 4)


def verify(problem: Problem, policy: Policy, roster: Roster) -> Report:
    """Check a roster against every rule of a policy. Where it does not even name what exists, only
    that is reported.
    """
    malformed = tuple(_malformed(problem, roster))
    if malformed:
        return Report(breaches=malformed)
    sheet = EvaluatedRoster(problem, roster)
    breaches: list[Violation] = []
    priced: dict[str, tuple[Violation, ...]] = {}
    by_rule: dict[str, int] = {}
    for rule in policy.applying(problem):
        found = tuple(rule.check(sheet))
        if rule.hard:
            breaches.extend(found)
        else:
            priced[rule.id] = found
            by_rule[rule.id] = sum(violation.quantity for violation in found) * rule.price()
    return Report(tuple(breaches), by_rule, priced)


def _malformed(problem: Problem, roster: Roster) -> Iterator[Violation]:
    """Assignments that name something that is not there."""
    index = problem.index
    for a in roster:
        demand = ref("demand", a.demand_id)

        def fault(sentence: Sentence, about: str = a.demand_id) -> Violation:
            return Violation("well_formed", (about,), 1, sentence)

        if a.demand_id not in problem.duty_by_id:
            first, last = problem.period.first, problem.period.last
            of = problem.collaborative_id
            yield fault(
                said(
                    "{demand} is not demand of {of} from {first} to {last}.",
                    demand=demand,
                    of=of,
                    first=first,
                    last=last,
                )
            )
        if bool(a.staff_id) == bool(a.supply_id):
            yield fault(
                said(
                    "Exactly one of staff_id and temporary_supply_id must be filled at {demand}.",
                    demand=demand,
                )
            )
        elif a.supply_id and (a.supply_id not in index.supplies or a.contract_id):
            supply = ref("supply", a.supply_id)
            yield fault(
                said(
                    "{supply} is not a temporary supply, or has a contract, at {demand}.",
                    supply=supply,
                    demand=demand,
                )
            )
        elif a.staff_id and (
            a.staff_id not in index.staff
            or getattr(index.contracts.get(a.contract_id), "staff_id", None) != a.staff_id
        ):
            contract = ref("contract", a.contract_id, a.contract_id or "no contract")
            person = ref("person", a.staff_id)
            yield fault(
                said(
                    "{contract} is not a contract of {person} at {demand}.",
                    contract=contract,
                    person=person,
                    demand=demand,
                )
            )

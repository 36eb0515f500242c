"""The rules' statements as a CP-SAT model. Here alone it is decided whether a statement is hard or priced."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ortools.sat.python import cp_model

from scheduler.domain.facts import TemporarySupply
from scheduler.domain.problem import Duty, Employment, Person, Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraint import Constraint
from solver.encoder import Called, Interval, PayCase, Slot, Term, Variable
from solver.policy import Policy
from solver.variables import GatheringEncoder


@dataclass
class Price:
    """What a soft rule adds to the objective: sum of coefficient x variable, and a constant [sixtieths of a penny]."""

    terms: list[Term] = field(default_factory=list)
    constant: int = 0


class CpSatEncoder(GatheringEncoder):
    """Builds the model of one problem under one policy.

    Variables: one literal for each deployable pair, one whole number for each (temporary supply, duty) that fits.
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        super().__init__(problem, policy)
        self.model = cp_model.CpModel()
        self.prices: dict[str, Price] = {}
        self._rule: Constraint
        self._missing: dict[int, Variable] = {}
        self._any: dict[tuple[int, ...], Variable] = {}
        self.gather()
        for rule in policy.applying(problem):
            self._rule = rule
            if not rule.hard:
                self.prices[rule.id] = Price()
            rule.encode(self)
        self._set_objective()

    def new_pair(self, index: int, person: Person, duty: Duty) -> Variable:
        return self.model.new_bool_var(f"{person.id}>{duty.id}")

    def new_call(self, supply: TemporarySupply, duty: Duty) -> Variable:
        return self.model.new_int_var(0, duty.most, f"{supply.id}>{duty.id}")

    def one_of(self, literals: list[Variable]) -> Variable:
        if len(literals) == 1:
            return literals[0]
        one = self.model.new_bool_var("")
        self.model.add(cp_model.LinearExpr.sum(literals) == one)
        return one

    def case(self, slot: Slot, earlier: Sequence[Slot], first: int, last: int) -> Variable:
        literal = self.model.new_bool_var("")
        before = cp_model.LinearExpr.weighted_sum([other.literal for other in earlier], [other.paid for other in earlier])
        self.model.add_linear_constraint(before, first, last).only_enforce_if(literal)
        return literal

    def cases_made(self, employment: Employment, week: date, slots: Sequence[Slot], cases: Sequence[PayCase]) -> None:
        """Exactly one case where the slot is worked; and no more hours contracted, or at plain rate, than there are."""
        if len(cases) == len(slots):
            return
        for slot in slots:
            own = [case.literal for case in cases if case.slot is slot]
            if len(own) > 1:
                self.model.add(cp_model.LinearExpr.sum(own) == slot.literal)
        # implied for whole rosters, but the linear relaxation would otherwise pay no hour above those owed
        owed = employment.owed[week]
        for limit in (owed, max(owed, self.problem.payroll.terms.full_time_minutes)):
            self.model.add(_sum([(min(case.slot.paid, max(0, limit - case.before)), case.literal) for case in cases]) <= limit)

    def _set_objective(self) -> None:
        terms = [term for price in self.prices.values() for term in price.terms]
        self.constant = sum(price.constant for price in self.prices.values())
        variables, coefficients = [variable for _, variable in terms], [coefficient for coefficient, _ in terms]
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, coefficients) + self.constant)

    # --- what there is -------------------------------------------------------------------------------------------

    def any_of(self, literals: Sequence[Variable]) -> Variable:
        if len(literals) == 1:
            return literals[0]
        key = tuple(sorted(literal.index for literal in literals))
        if key not in self._any:
            found = self.model.new_bool_var("")
            self.model.add_bool_or([*literals, found.negated()])
            for literal in literals:
                self.model.add_implication(literal, found)
            self._any[key] = found
        return self._any[key]

    def reaches(self, terms: Sequence[Term], least: int) -> Variable:
        found = self.model.new_bool_var("")
        self.model.add(_sum(terms) >= least).only_enforce_if(found)
        self.model.add(_sum(terms) <= least - 1).only_enforce_if(found.negated())
        return found

    def missing(self, duty: Duty) -> Variable:
        if duty.index not in self._missing:
            short = self.model.new_int_var(0, duty.minimum, f"missing {duty.id}")
            filled = self._filled(duty)
            self.model.add(filled + short >= duty.minimum)
            if duty.most == duty.minimum:
                self.model.add(filled + short <= duty.minimum)
            else:
                enough = self.model.new_bool_var("")
                self.model.add(short <= 0).only_enforce_if(enough)
                self.model.add(filled + short <= duty.minimum).only_enforce_if(enough.negated())
            self._missing[duty.index] = short
        return self._missing[duty.index]

    def _filled(self, duty: Duty) -> Variable:
        literals = [pair.literal for pair in self.pairs_for(duty)] + [call.count for call in self.called_for(duty)]
        return cp_model.LinearExpr.sum(literals)

    # --- what a rule may add -------------------------------------------------------------------------------------

    def choice(self, literal: Variable, among: int) -> Sequence[Variable]:
        literals = [self.model.new_bool_var("") for _ in range(among)]
        self.model.add(cp_model.LinearExpr.sum(literals) == literal)
        return literals

    def excluding(self, others: Iterable[Variable]) -> Variable:
        found = self.model.new_bool_var("")
        for other in others:
            self.model.add_implication(found, other.negated())
        return found

    def requiring(self, literals: Iterable[Variable]) -> Variable:
        found = self.model.new_bool_var("")
        for literal in literals:
            self.model.add_implication(found, literal)
        return found

    def implied_by(self, literals: Iterable[Variable], counts: Iterable[Called]) -> Variable:
        found = self.model.new_bool_var("")
        for literal in literals:
            self.model.add_implication(literal, found)
        for call in counts:
            self.model.add(call.count <= call.most * found)
        return found

    # --- what a rule may state -----------------------------------------------------------------------------------

    def _charge(self, terms: Sequence[Term], constant: int = 0) -> None:
        price = self.prices[self._rule.id]
        each = self._rule.price()
        price.terms.extend((coefficient * each, variable) for coefficient, variable in terms if coefficient * each)
        price.constant += constant * each

    def count(self, about: tuple[str, ...], terms: Sequence[Term], constant: int = 0) -> None:
        if self._rule.hard:
            self.model.add(_sum(terms) <= -constant)
        else:
            self._charge(terms, constant)

    def at_most(self, about: tuple[str, ...], terms: Sequence[Term], limit: int, *, per: int = 1, each: int = 1) -> None:
        most = sum(coefficient * self._largest(variable) for coefficient, variable in terms if coefficient > 0)
        if most <= limit:
            return
        if self._rule.hard:
            self.model.add(_sum(terms) <= limit)
            return
        excess = self.model.new_int_var(0, -(-(most - limit) // each), "")
        self.model.add(_sum(terms) - each * excess <= limit)
        self._charge([(per, excess)])

    def _largest(self, variable: Variable) -> int:
        return int(list(variable.proto.domain)[-1])  # the binding counts -1 wrongly

    def forbid(self, about: tuple[str, ...], together: Sequence[Variable], unless: Sequence[Variable], quantity: int) -> None:
        clause = [literal.negated() for literal in together] + list(unless)
        if not self._rule.hard:
            broken = self.model.new_bool_var("")
            clause.append(broken)
            self._charge([(quantity, broken)])
        self.model.add_bool_or(clause)

    def disjoint(self, about: tuple[str, ...], items: Sequence[Interval], quantity: Callable[[Interval, Interval], int]) -> None:
        # stable: a known interval and a slot may begin at the same minute
        ordered = sorted(items, key=lambda item: item[:2])
        if self._rule.hard:
            self._cliques(ordered)
            return
        for position, one in enumerate(ordered):
            for other in ordered[position + 1 :]:
                if other[0] < one[1] and (one[2] is not None or other[2] is not None):
                    self.forbid(about, [item[2] for item in (one, other) if item[2] is not None], [], quantity(one, other))

    def _cliques(self, ordered: list[Interval]) -> None:
        """At most one of the intervals that contain a start: of an interval graph these are all the maximal cliques."""
        starts = [item[0] for item in ordered]
        seen: set[frozenset[int]] = set()
        for start in sorted(set(starts)):
            clique = [item for item in ordered[: bisect_left(starts, start + 1)] if item[1] > start]
            literals = [item[2] for item in clique if item[2] is not None]
            if len(literals) < len(clique):
                for literal in literals:
                    self.model.add(literal == 0)
            elif len(literals) > 1:
                key = frozenset(literal.index for literal in literals)
                if key not in seen:
                    seen.add(key)
                    self.model.add_at_most_one(literals)

    # --- between model and roster --------------------------------------------------------------------------------

    def roster(self, value: Callable[[Variable], int]) -> Roster:
        """The roster of a solution; `value` gives a variable's value."""
        found = [
            Assignment(pair.duty.id, pair.person.id, pair.employment.id)
            for pairs in self._pairs_of.values()
            for pair in pairs
            if value(pair.literal)
        ]
        for called in self._called.values():
            for call in called:
                found.extend([Assignment(call.duty.id, supply_id=call.supply.id)] * value(call.count))
        return Roster.of(found)

    def decision(self, roster: Roster) -> list[tuple[Variable, int]] | None:
        """Every decision variable with its value in a roster; None where the roster uses a pair that does not exist."""
        wanted: dict[Assignment, int] = defaultdict(int)
        for assignment in roster:
            wanted[assignment] += 1
        found = []
        for pairs in self._pairs_of.values():
            found += [(pair.literal, wanted.pop(Assignment(pair.duty.id, pair.person.id, pair.employment.id), 0)) for pair in pairs]
        for called in self._called.values():
            found += [(call.count, wanted.pop(Assignment(call.duty.id, supply_id=call.supply.id), 0)) for call in called]
        return None if wanted else found


def _sum(terms: Sequence[Term]) -> Variable:
    # its type admits numpy scalars, with which comparisons would not type-check
    return cp_model.LinearExpr.weighted_sum([variable for _, variable in terms], [coefficient for coefficient, _ in terms])

"""The rules' statements as a CP-SAT model. Here alone it is decided whether a statement is hard or priced."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ortools.sat.python import cp_model

from scheduler.domain.problem import Duty, Employment, Person, Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraint import Constraint
from solver.encoder import Called, Encoder, Interval, Pair, PayCase, Slot, Term, Variable
from solver.pay_cases import ranges
from solver.policy import Policy


@dataclass
class Price:
    """What a soft rule adds to the objective: sum of coefficient x variable, and a constant [sixtieths of a penny]."""

    terms: list[Term] = field(default_factory=list)
    constant: int = 0


class CpSatEncoder(Encoder):
    """Builds the model of one problem under one policy.

    Variables: one literal for each deployable pair, one whole number for each (temporary supply, duty) that fits.
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem = problem
        self.policy = policy
        self.model = cp_model.CpModel()
        self.prices: dict[str, Price] = {}
        self._rule: Constraint
        self._pairs_of: dict[int, list[Pair]] = defaultdict(list)
        self._pairs_for: dict[int, list[Pair]] = defaultdict(list)
        self._called: dict[int, list[Called]] = {}
        self._contract_slots: dict[int, list[Slot]] = {}
        self._slots: dict[int, list[Slot]] = {}
        self._cases: dict[tuple[int, date], list[PayCase]] = {}
        self._missing: dict[int, Variable] = {}
        self._any: dict[tuple[int, ...], Variable] = {}
        self._make_pairs()
        self._make_supply()
        for rule in policy.applying(problem):
            self._rule = rule
            if not rule.hard:
                self.prices[rule.id] = Price()
            rule.encode(self)
        self._set_objective()

    def _make_pairs(self) -> None:
        owner = self.problem.person_of_employment
        pairs = zip(self.problem.pairs_employment.tolist(), self.problem.pairs_duty.tolist(), strict=True)
        for index, (employment_index, duty_index) in enumerate(pairs):
            person, duty = owner[employment_index], self.problem.duties[duty_index]
            employment = self.problem.employments[employment_index]
            pair = Pair(index, person, employment, duty, self.model.new_bool_var(f"{person.id}>{duty.id}"))
            self._pairs_of[person.index].append(pair)
            self._pairs_for[duty.index].append(pair)
        for person in self.people:
            self._make_slots(person)

    def _make_slots(self, person: Person) -> None:
        """Gather pairs of the same hours: per contract, then per person."""
        merged: dict[tuple[int, int, int], list[Variable]] = defaultdict(list)
        for employment in person.employments:
            hours: dict[tuple[int, int, int], list[Variable]] = defaultdict(list)
            for pair in self._pairs_of[person.index]:
                if pair.employment.index == employment.index:
                    hours[pair.duty.start, pair.duty.end, pair.duty.paid].append(pair.literal)
            slots = [Slot(*key, self._one_of(literals)) for key, literals in sorted(hours.items())]
            self._contract_slots[employment.index] = slots
            for slot in slots:
                merged[slot.start, slot.end, slot.paid].append(slot.literal)
        self._slots[person.index] = [Slot(*key, self._one_of(literals)) for key, literals in sorted(merged.items())]

    def _one_of(self, literals: list[Variable]) -> Variable:
        """A literal equal to the sum of these, of which therefore at most one can hold."""
        if len(literals) == 1:
            return literals[0]
        one = self.model.new_bool_var("")
        self.model.add(cp_model.LinearExpr.sum(literals) == one)
        return one

    def _make_supply(self) -> None:
        for duty in self.problem.duties:
            self._called[duty.index] = [
                Called(supply, duty, duty.most, self.model.new_int_var(0, duty.most, f"{supply.id}>{duty.id}"))
                for supply in self.problem.supplies_for(duty)
                if duty.most and supply.max_shifts_per_week != 0
            ]

    def _set_objective(self) -> None:
        terms = [term for price in self.prices.values() for term in price.terms]
        self.constant = sum(price.constant for price in self.prices.values())
        variables, coefficients = [variable for _, variable in terms], [coefficient for coefficient, _ in terms]
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, coefficients) + self.constant)

    # --- what there is -------------------------------------------------------------------------------------------

    def pairs_of(self, person: Person) -> Sequence[Pair]:
        return self._pairs_of[person.index]

    def pairs_for(self, duty: Duty) -> Sequence[Pair]:
        return self._pairs_for[duty.index]

    def called_for(self, duty: Duty) -> Sequence[Called]:
        return self._called[duty.index]

    def slots_of(self, person: Person) -> Sequence[Slot]:
        return self._slots[person.index]

    def contract_slots(self, employment: Employment, week: date) -> Sequence[Slot]:
        return [slot for slot in self._contract_slots[employment.index] if slot.week == week]

    def pay_cases(self, employment: Employment, week: date) -> Sequence[PayCase]:
        key = (employment.index, week)
        if key not in self._cases:
            self._cases[key] = self._make_cases(employment, week)
        return self._cases[key]

    def _make_cases(self, employment: Employment, week: date) -> list[PayCase]:
        """Split each slot by the paid minutes before it in the week, as far as pay depends on them."""
        slots = self.contract_slots(employment, week)
        owed = employment.owed[week]
        plain_until = max(owed, self.problem.payroll.terms.full_time_minutes)
        known = [shift for shift in self.problem.person_of_employment[employment.index].known
                 if shift.contract_id == employment.id and shift.week == week]  # fmt: skip
        split = ranges(self.problem, self.policy, employment, week, [(slot.start, slot.end, slot.paid) for slot in slots])
        found: list[PayCase] = []
        contracted: list[Term] = []
        plain: list[Term] = []
        for slot, cases in zip(slots, split, strict=True):
            literals = [slot.literal] if len(cases) == 1 else list(self.choice(slot.literal, len(cases)))
            earlier = [other for other in slots if other.start < slot.start]
            before = cp_model.LinearExpr.weighted_sum([s.literal for s in earlier], [s.paid for s in earlier])
            done = sum(shift.paid for shift in known if shift.start < slot.start)
            for (first, last), literal in zip(cases, literals, strict=True):
                if len(cases) > 1:
                    self.model.add_linear_constraint(before, first - done, last - done).only_enforce_if(literal)
                found.append(PayCase(slot, first, literal))
                contracted.append((min(slot.paid, max(0, owed - first)), literal))
                plain.append((min(slot.paid, max(0, plain_until - first)), literal))
        if len(found) > len(slots):
            # implied for whole rosters, but the linear relaxation would otherwise pay no hour above those owed
            for terms, limit in ((contracted, owed), (plain, plain_until)):
                self.model.add(_sum(terms) <= limit)
        return found

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

    def at_most(self, about: tuple[str, ...], terms: Sequence[Term], limit: int, per: int = 1) -> None:
        most = sum(coefficient * self._largest(variable) for coefficient, variable in terms if coefficient > 0)
        if most <= limit:
            return
        if self._rule.hard:
            self.model.add(_sum(terms) <= limit)
            return
        excess = self.model.new_int_var(0, most - limit, "")
        self.model.add(_sum(terms) - excess <= limit)
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

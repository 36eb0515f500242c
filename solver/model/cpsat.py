"""The rules' statements as a CP-SAT model. Here alone it is decided whether a statement is hard or
priced.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ortools.sat.python import cp_model

from scheduler.domain.duty import Duty
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.problem import Employment, Person, Problem
from scheduler.domain.roster import Assignment, Roster
from solver.model.variables import GatheringEncoder
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint
from solver.rule.encoder import Called, Interval, PayCase, Slot, Term, Variable


@dataclass
class Price:
    """What a soft rule adds to the objective: sum of coefficient x variable, and a constant
    [sixtieths of a penny].
    """

    terms: list[Term] = field(default_factory=list)
    constant: int = 0


@dataclass(frozen=True)
class Definition:
    """What an auxiliary variable is worth, from the sum of its inputs: 1 where it lies from `least`
    to `most`, or else the excess.

    `each` 0: a literal. Otherwise: max(0, sum - least) / each, rounded up. Inputs are decisions or
    defined before.
    """

    variable: int
    inputs: tuple[tuple[int, int], ...]
    least: int
    most: int = 2**40
    each: int = 0


class CpSatEncoder(GatheringEncoder):
    """Builds the model of one problem under one policy.

    Variables: one literal for each deployable pair, one whole number for each (temporary supply,
    duty) that fits.
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        super().__init__(problem, policy)
        self.model = cp_model.CpModel()
        self.prices: dict[str, Price] = {}
        self._rule: Constraint
        self._missing: dict[int, Variable] = {}
        self._any: dict[tuple[int, ...], Variable] = {}
        self._most: dict[int, int] = {}
        self.definitions: list[Definition] = []
        self.choices: list[tuple[Variable, tuple[Variable, ...]]] = []
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
        return self._new_count(duty.most, f"{supply.id}>{duty.id}")

    def _new_count(self, most: int, name: str = "") -> Variable:
        variable = self.model.new_int_var(0, most, name)
        self._most[variable.index] = most
        return variable

    def one_of(self, literals: list[Variable]) -> Variable:
        if len(literals) == 1:
            return literals[0]
        one = self.model.new_bool_var("")
        self.model.add(cp_model.LinearExpr.sum(literals) == one)
        self._define(one, [(1, literal) for literal in literals], 1)
        return one

    def _define(
        self,
        variable: Variable,
        terms: Iterable[Term],
        least: int,
        most: int = 2**40,
        *,
        each: int = 0,
    ) -> None:
        inputs = tuple((coefficient, literal.index) for coefficient, literal in terms)
        self.definitions.append(Definition(variable.index, inputs, least, most, each))

    def case(self, slot: Slot, earlier: Sequence[Slot], first: int, last: int) -> Variable:
        literal = self.model.new_bool_var("")
        before = cp_model.LinearExpr.weighted_sum(
            [other.literal for other in earlier], [other.paid for other in earlier]
        )
        self.model.add_linear_constraint(before, first, last).only_enforce_if(literal)
        beyond = sum(other.paid for other in earlier) + abs(first) + abs(last) + 1
        self._define(
            literal,
            [(beyond, slot.literal), *((other.paid, other.literal) for other in earlier)],
            beyond + first,
            beyond + last,
        )
        return literal

    def cases_made(
        self,
        employment: Employment,
        weeks: Sequence[date],
        slots: Sequence[Slot],
        cases: Sequence[PayCase],
    ) -> None:
        """Exactly one case where the slot is worked; and no more hours contracted, or at plain
        rate, than there are.
        """
        if len(cases) == len(slots):
            return
        for slot in slots:
            own = [case.literal for case in cases if case.slot is slot]
            if len(own) > 1:
                self.model.add(cp_model.LinearExpr.sum(own) == slot.literal)
        for terms, limit in self.paid_within(employment, weeks, cases):
            self.model.add(_sum(terms) <= limit)

    def _set_objective(self) -> None:
        terms = [term for price in self.prices.values() for term in price.terms]
        self.constant = sum(price.constant for price in self.prices.values())
        variables, coefficients = (
            [variable for _, variable in terms],
            [coefficient for coefficient, _ in terms],
        )
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum(variables, coefficients) + self.constant
        )

    # --- what there is ----------------------------------------------------------------------------

    def any_of(self, literals: Sequence[Variable]) -> Variable:
        if len(literals) == 1:
            return literals[0]
        key = tuple(sorted(literal.index for literal in literals))
        if key not in self._any:
            found = self.model.new_bool_var("")
            self.model.add_bool_or([*literals, found.negated()])
            for literal in literals:
                self.model.add_implication(literal, found)
            self._define(found, [(1, literal) for literal in literals], 1)
            self._any[key] = found
        return self._any[key]

    def reaches(self, terms: Sequence[Term], least: int) -> Variable:
        found = self.model.new_bool_var("")
        self.model.add(_sum(terms) >= least).only_enforce_if(found)
        self.model.add(_sum(terms) <= least - 1).only_enforce_if(found.negated())
        self._define(found, terms, least)
        return found

    def missing(self, duty: Duty) -> Variable:
        if duty.index not in self._missing:
            short = self._new_count(duty.minimum, f"missing {duty.id}")
            filled, positions = self._filled(duty), self._positions(duty)
            self.model.add(filled + short >= duty.minimum)
            self._define(short, [(-1, literal) for literal in positions], -duty.minimum, each=1)
            if duty.most == duty.minimum:
                self.model.add(filled + short <= duty.minimum)
            else:
                enough = self.model.new_bool_var("")
                self._define(enough, [(1, literal) for literal in positions], duty.minimum)
                self.model.add(short <= 0).only_enforce_if(enough)
                self.model.add(filled + short <= duty.minimum).only_enforce_if(enough.negated())
            self._missing[duty.index] = short
        return self._missing[duty.index]

    def _filled(self, duty: Duty) -> Variable:
        return cp_model.LinearExpr.sum(self._positions(duty))

    def _positions(self, duty: Duty) -> list[Variable]:
        return [pair.literal for pair in self.pairs_for(duty)] + [
            call.count for call in self.called_for(duty)
        ]

    # --- what a rule may add ----------------------------------------------------------------------

    def choice(self, literal: Variable, among: int) -> Sequence[Variable]:
        literals = [self.model.new_bool_var("") for _ in range(among)]
        self.model.add(cp_model.LinearExpr.sum(literals) == literal)
        self.choices.append((literal, tuple(literals)))
        return literals

    def excluding(self, others: Iterable[Variable]) -> Variable:
        found, others = self.model.new_bool_var(""), list(others)
        for other in others:
            self.model.add_implication(found, other.negated())
        self._define(found, [(1, other) for other in others], 0, 0)
        return found

    def requiring(self, literals: Iterable[Variable]) -> Variable:
        found, literals = self.model.new_bool_var(""), list(literals)
        for literal in literals:
            self.model.add_implication(found, literal)
        self._define(found, [(1, literal) for literal in literals], len(literals))
        return found

    def requiring_one(self, literals: Sequence[Variable]) -> Variable:
        found = self.model.new_bool_var("")
        self.model.add_bool_or([*literals, found.negated()])
        self._define(found, [(1, literal) for literal in literals], 1)
        return found

    def implied_by(self, literals: Iterable[Variable], counts: Iterable[Called]) -> Variable:
        found, literals, counts = self.model.new_bool_var(""), list(literals), list(counts)
        for literal in literals:
            self.model.add_implication(literal, found)
        for call in counts:
            self.model.add(call.count <= call.most * found)
        self._define(
            found,
            [*((1, literal) for literal in literals), *((1, call.count) for call in counts)],
            1,
        )
        return found

    # --- what a rule may state --------------------------------------------------------------------

    def _charge(self, terms: Sequence[Term], constant: int = 0) -> None:
        price = self.prices[self._rule.id]
        each = self._rule.price()
        price.terms.extend(
            (coefficient * each, variable) for coefficient, variable in terms if coefficient * each
        )
        price.constant += constant * each

    def count(self, about: tuple[str, ...], terms: Sequence[Term], constant: int = 0) -> None:
        if self._rule.hard:
            self.model.add(_sum(terms) <= -constant)
        else:
            self._charge(terms, constant)

    def at_most(
        self,
        about: tuple[str, ...],
        terms: Sequence[Term],
        limit: int,
        *,
        per: int = 1,
        each: int = 1,
    ) -> None:
        most = sum(
            coefficient * self._largest(variable)
            for coefficient, variable in terms
            if coefficient > 0
        )
        if most <= limit:
            return
        if self._rule.hard:
            self.model.add(_sum(terms) <= limit)
            return
        excess = self._new_count(-(-(most - limit) // each))
        self.model.add(_sum(terms) - each * excess <= limit)
        self._define(excess, terms, limit, each=each)
        self._charge([(per, excess)])

    def _largest(self, variable: Variable) -> int:
        return self._most.get(variable.index, 1)

    def forbid(
        self,
        about: tuple[str, ...],
        together: Sequence[Variable],
        unless: Sequence[Variable],
        quantity: int,
    ) -> None:
        clause = [literal.negated() for literal in together] + list(unless)
        if not self._rule.hard:
            broken = self.model.new_bool_var("")
            self._define(
                broken,
                [*((1, literal) for literal in together), *((-1, literal) for literal in unless)],
                len(together),
            )
            clause.append(broken)
            self._charge([(quantity, broken)])
        self.model.add_bool_or(clause)

    def disjoint(
        self,
        about: tuple[str, ...],
        items: Sequence[Interval],
        quantity: Callable[[Interval, Interval], int],
    ) -> None:
        # stable: a known interval and a slot may begin at the same minute
        ordered = sorted(items, key=lambda item: item[:2])
        if self._rule.hard:
            self._cliques(ordered)
            return
        for position, one in enumerate(ordered):
            for other in ordered[position + 1 :]:
                if other[0] < one[1] and (one[2] is not None or other[2] is not None):
                    self.forbid(
                        about,
                        [item[2] for item in (one, other) if item[2] is not None],
                        [],
                        quantity(one, other),
                    )

    def _cliques(self, ordered: list[Interval]) -> None:
        """At most one of the intervals that contain a start: of an interval graph these are all the
        maximal cliques.
        """
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

    # --- between model and roster -----------------------------------------------------------------

    def roster(self, value: Callable[[Variable], int]) -> Roster:
        """The roster of a solution; `value` gives a variable's value."""
        found = [
            Assignment(pair.duty.id, pair.person.id, pair.contract.id)
            for pairs in self._pairs_of.values()
            for pair in pairs
            if value(pair.literal)
        ]
        for called in self._called.values():
            for call in called:
                found.extend(
                    [Assignment(call.duty.id, supply_id=call.supply.id)] * value(call.count)
                )
        return Roster.of(found)

    def decision(self, roster: Roster) -> list[tuple[Variable, int]] | None:
        """Every decision variable with its value in a roster; None where the roster uses a pair
        that does not exist.
        """
        wanted: dict[Assignment, int] = defaultdict(int)
        for assignment in roster:
            wanted[assignment] += 1
        found = []
        for pairs in self._pairs_of.values():
            found += [
                (
                    pair.literal,
                    wanted.pop(Assignment(pair.duty.id, pair.person.id, pair.contract.id), 0),
                )
                for pair in pairs
            ]
        for called in self._called.values():
            found += [
                (call.count, wanted.pop(Assignment(call.duty.id, supply_id=call.supply.id), 0))
                for call in called
            ]
        return None if wanted else found


def _sum(terms: Sequence[Term]) -> Variable:
    # its type admits numpy scalars, with which comparisons would not type-check
    return cp_model.LinearExpr.weighted_sum(
        [variable for _, variable in terms], [coefficient for coefficient, _ in terms]
    )

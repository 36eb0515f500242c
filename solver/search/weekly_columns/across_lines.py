"""Which weeks of a line go with what the person works in the other weeks of the period, and what
they cost together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from solver.search.weekly_columns.enumerate import positions
from solver.search.weekly_columns.lines import RosterLine
from solver.search.weekly_columns.pricing import Week, WeekPricing
from solver.search.weekly_columns.statements import (
    AnyWorked,
    Clause,
    NoneWorked,
    PersonLiteral,
    PersonStatements,
    SlotCase,
    Threshold,
)
from solver.search.weekly_columns.week_values import Flags, Ints, WeekValues

Value = Flags | bool | None
"""By week whether a literal holds, in all or none of them, or None: not decided yet."""


class AcrossLines:
    """Looks at one line beside the others of its person. Those without a week yet are taken to
    allow everything.
    """

    def __init__(self, lines: Sequence[RosterLine], pricing: WeekPricing) -> None:
        self._lines, self._pricing = lines, pricing
        by_person: dict[int, list[int]] = defaultdict(list)
        for line in lines:
            by_person[line.person.index].append(line.index)
        self.lines_of = list(by_person.values())
        """By person, in order of time."""
        self.person_of = [line.person.index for line in lines]
        self._silent = [
            not (line.across.at_most or line.across.clauses or line.across.costs) for line in lines
        ]
        self._pairs = [frozenset(line.pairs) for line in lines]
        self._ending: dict[int, PersonStatements] = {}
        self._split: dict[tuple[int, int], tuple[AnyWorked | None, frozenset[int]]] = {}

    @property
    def binding(self) -> bool:
        """Whether anything is said across lines."""
        return not all(self._silent)

    def of(self, line: int, offered: Ints, chosen: Mapping[int, Week]) -> tuple[Flags, Ints]:
        """(which of these weeks of a line go with the person's other weeks, what each costs with
        them [sixtieths of a penny]).
        """
        kept, cost = np.ones(len(offered), dtype=bool), np.zeros(len(offered), dtype=np.int64)
        if not self._silent[line]:
            _BesideOthers(self, line, offered, chosen).apply(self._lines[line].across, kept, cost)
        return kept, cost

    def allows(self, line: int, week: int, chosen: Mapping[int, Week]) -> bool:
        """Whether a week of a line, by its position, goes with the person's other weeks."""
        return bool(self.of(line, np.array([week]), chosen)[0][0])

    def fits(self, chosen: Mapping[int, Week]) -> bool:
        """Whether everybody's weeks go with each other."""
        return all(
            self._silent[line] or self.allows(line, week, chosen)
            for line, (week, _) in chosen.items()
        )

    def cost(self, lines: Iterable[int], chosen: Mapping[int, Week]) -> int:
        """What the weeks of everybody who has one of these lines cost together beyond what each
        costs alone [sixtieths of a penny].
        """
        if all(self._silent):
            return 0
        people = {self.person_of[line] for line in lines}
        return sum(
            self._cost_of_ending(line, chosen)
            for person in people
            for line in self.lines_of[person]
            if not self._silent[line]
        )

    def _cost_of_ending(self, line: int, chosen: Mapping[int, Week]) -> int:
        """Of the statements of which a line is the last that they concern."""
        if line not in self._ending:
            own = self._lines[line].across
            later = {
                id(said)
                for other in self.lines_of[self.person_of[line]]
                if other > line
                for said in _said(self._lines[other].across)
            }
            self._ending[line] = PersonStatements(
                at_most=[rule for rule in own.at_most if rule.price and id(rule) not in later],
                clauses=[
                    clause for clause in own.clauses if clause.price and id(clause) not in later
                ],
                costs=[
                    (price, literal) for price, literal in own.costs if id(literal) not in later
                ],
            )
        kept, cost = np.ones(1, dtype=bool), np.zeros(1, dtype=np.int64)
        _BesideOthers(self, line, np.array([chosen[line][0]]), chosen).apply(
            self._ending[line], kept, cost
        )
        return int(cost[0])

    def split(self, line: int, literal: AnyWorked) -> tuple[AnyWorked | None, frozenset[int]]:
        """(the literal over this line's pairs, the pairs of others)."""
        key = line, id(literal)
        if key not in self._split:
            mine = self._pairs[line]
            here = tuple(pair for pair in literal.pairs if pair in mine)
            there = frozenset(literal.pairs).difference(here)
            self._split[key] = (
                (AnyWorked(literal.person, here, literal.exclusive) if here else None),
                there,
            )
        return self._split[key]

    def undecided(self, line: int, chosen: Mapping[int, Week]) -> frozenset[int]:
        """Pairs of those other lines of the person that have no week yet."""
        others = self.lines_of[self.person_of[line]]
        return frozenset[int]().union(
            *(self._pairs[other] for other in others if other != line and other not in chosen)
        )

    def worked(self, line: int, chosen: Mapping[int, Week]) -> frozenset[int]:
        """Pairs that the person works in the other lines' weeks."""
        others = self.lines_of[self.person_of[line]]
        return frozenset(
            pair
            for other in others
            if other != line and other in chosen
            for pair in chosen[other][1]
        )

    def values(self, line: int, offered: Ints) -> WeekValues:
        """What literals are worth in each of these weeks of a line (offered,)."""
        weeks = self._pricing.weeks[line]
        chosen = np.zeros((len(weeks.atoms) + 1, len(offered)), dtype=bool)
        chosen[weeks.atoms_of[offered].T.astype(np.intp), np.arange(len(offered))] = True
        return WeekValues(chosen[:-1], positions(weeks.atoms))


def _said(own: PersonStatements) -> Iterable[object]:
    yield from own.at_most
    yield from own.clauses
    yield from (literal for _, literal in own.costs)


class _BesideOthers:
    """Some weeks of a line, with what is known of the others."""

    def __init__(
        self, across: AcrossLines, line: int, offered: Ints, chosen: Mapping[int, Week]
    ) -> None:
        self._across, self._line = across, line
        self._values = across.values(line, offered)
        self._worked, self._undecided = across.worked(line, chosen), across.undecided(line, chosen)
        self._memory: dict[int, Value] = {}

    def apply(self, own: PersonStatements, kept: Flags, cost: Ints) -> None:
        """Strike out weeks that break something hard, and add what the others cost."""
        for rule in own.at_most:
            excess = np.maximum(self._total(rule.terms) - rule.limit, 0)
            if rule.price is None:
                kept &= excess == 0
            else:
                cost += rule.price * -(-excess // rule.each)
        for clause in own.clauses:
            broken = self._broken(clause)
            if broken is None or broken is False:
                continue
            if clause.price is None:
                kept &= ~np.asarray(broken)
            else:
                cost += clause.price * np.asarray(broken, dtype=np.int64)
        for price, literal in own.costs:
            if (holds := self._of(literal)) is not None:
                cost += price * np.asarray(holds, dtype=np.int64)

    def _total(self, terms: Iterable[tuple[int, PersonLiteral]]) -> Ints:
        """At least so much: what is not decided adds nothing, or takes all away that it may."""
        total = np.zeros((), dtype=np.int64)
        for coefficient, literal in terms:
            holds = self._of(literal)
            if holds is None:
                total = total + min(0, coefficient)
            elif holds is not False:
                total = total + coefficient * np.asarray(holds, dtype=np.int64)
        return total

    def _broken(self, clause: Clause) -> Value:
        """None where what is not decided may yet keep it."""
        broken: Flags | bool = True
        for literal, wanted in (
            *((one, True) for one in clause.together),
            *((one, False) for one in clause.unless),
        ):
            holds = self._of(literal)
            if holds is None:
                return None
            broken = _both(broken, holds if wanted else _not(holds))
            if broken is False:
                return False
        return broken

    def _of(self, literal: PersonLiteral) -> Value:
        key = id(literal)
        if key not in self._memory:
            self._memory[key] = self._found(literal)
        return self._memory[key]

    def _found(self, literal: PersonLiteral) -> Value:
        if isinstance(literal, AnyWorked):
            here, there = self._across.split(self._line, literal)
            if not there.isdisjoint(self._worked):
                return True
            if not there.isdisjoint(self._undecided):
                return None
            return False if here is None else self._values.holds(here)
        if isinstance(literal, NoneWorked):
            free: Flags | bool = True
            for other in literal.others:
                holds = self._of(other)
                if holds is None:
                    return None
                free = _both(free, _not(holds))
            return free
        if isinstance(literal, Threshold):
            if any(self._of(other) is None for _, other in literal.terms):
                return None
            return np.asarray(self._total(literal.terms) >= literal.least)
        assert isinstance(literal, SlotCase)
        slot = self._of(literal.slot)
        if slot is None or any(self._of(other) is None for _, other in literal.earlier):
            return None
        before = self._total(literal.earlier)
        return _both(slot, np.asarray((literal.first <= before) & (before <= literal.last)))


def _not(value: Flags | bool) -> Flags | bool:
    return not value if isinstance(value, bool) else ~value


def _both(one: Flags | bool, other: Flags | bool) -> Flags | bool:
    if isinstance(one, bool):
        return other if one else False
    if isinstance(other, bool):
        return one if other else False
    return one & other

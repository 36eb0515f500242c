"""What a person's literals are worth in every one of many weeks at once, and with them what the
weeks cost.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from solver.search.weekly_columns.statements import (
    AnyWorked,
    Clause,
    NoneWorked,
    PersonLiteral,
    PersonStatements,
    SlotCase,
    Threshold,
)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class WeekValues:
    """`chosen`: [atom, week], which atoms a week has; `position`: by pair, in which atom it is."""

    def __init__(self, chosen: Flags, position: dict[int, int]) -> None:
        self._chosen, self._position = chosen, position
        self._count = chosen.shape[1]
        self._memory: dict[int, Flags] = {}
        self._by_atoms: dict[tuple[int, ...], Flags] = {}
        self._minutes: dict[int, Ints] = {}
        self._last: tuple[tuple[tuple[int, AnyWorked], ...], Ints] = (
            (),
            np.zeros(self._count, dtype=np.int64),
        )

    @cached_property
    def atoms_of(self) -> npt.NDArray[np.int16]:
        """[week, slot]: positions of the chosen atoms, padded with the number of atoms."""
        atoms = len(self._chosen)
        size = self._chosen.sum(axis=0)
        padded = np.full((self._count, max(1, int(size.max(initial=0)))), atoms, dtype=np.int16)
        filled = np.zeros(self._count, dtype=np.int64)
        for atom in range(atoms):
            rows = np.flatnonzero(self._chosen[atom])
            padded[rows, filled[rows]] = atom
            filled[rows] += 1
        return padded

    @cached_property
    def _slots(self) -> npt.NDArray[np.intp]:
        """The same by slot, as numpy looks things up. [slot, week]"""
        return np.ascontiguousarray(self.atoms_of.T, dtype=np.intp)

    def kept(self, own: PersonStatements) -> Flags:
        """Which weeks keep every hard statement."""
        kept = np.ones(self._count, dtype=bool)
        for rule in own.at_most:
            if rule.price is None:
                kept &= self._total(rule.terms) <= rule.limit
        for clause in own.clauses:
            if clause.price is None:
                kept &= ~self._broken(clause)
        return kept

    def cost(self, own: PersonStatements) -> Ints:
        """g_w: what every week costs by the priced statements, without its pairs. [week]

            sum_{at most} price ceil(max(0, sum_t c_t v_t(w) - limit) / each)
          + sum_{clauses} price (all of `together` hold in w, none of `unless`)
          + sum_{costs} price v(w)

        v(w): 1 where a literal holds in week w, else 0.
        """
        cost = np.zeros(self._count, dtype=np.int64)
        for rule in own.at_most:
            if rule.price:
                excess = np.maximum(self._total(rule.terms) - rule.limit, 0)
                cost += rule.price * (excess if rule.each == 1 else -(-excess // rule.each))
        for clause in own.clauses:
            if clause.price:
                np.add(cost, clause.price, out=cost, where=self._broken(clause))
        cases: dict[tuple[int, int], list[tuple[int, SlotCase]]] = defaultdict(list)
        for price, literal in own.costs:
            if isinstance(literal, SlotCase):
                cases[id(literal.slot), id(literal.earlier)].append((price, literal))
            else:
                np.add(cost, price, out=cost, where=self.holds(literal))
        for those in cases.values():
            self._add_cases(cost, those)
        return cost

    def _add_cases(self, cost: Ints, cases: Sequence[tuple[int, SlotCase]]) -> None:
        """The cases of one slot: a price by how many minutes come before it, in the weeks that have
        it.
        """
        steps: dict[int, int] = defaultdict(int)
        for price, case in cases:
            steps[case.first] += price
            steps[case.last + 1] -= price
        since = sorted(steps)
        prices = np.cumsum([0, *(steps[minutes] for minutes in since)])
        weeks = np.flatnonzero(self.holds(cases[0][1].slot))
        cost[weeks] += prices[
            np.searchsorted(since, self._before(cases[0][1])[weeks], side="right")
        ]

    def _total(self, terms: Sequence[tuple[int, PersonLiteral]]) -> Ints:
        """sum_t c_t v_t(w); literals that are sums of pairs are summed by atom first. [week]"""
        total = np.zeros(self._count, dtype=np.int64)
        by_atom = np.zeros(len(self._chosen) + 1, dtype=np.int64)
        for coefficient, literal in terms:
            if isinstance(literal, AnyWorked) and literal.exclusive:
                by_atom[list(self._atoms(literal))] += coefficient
            else:
                np.add(total, coefficient, out=total, where=self.holds(literal))
        if by_atom.any():
            for slot in self._slots:
                total += by_atom.take(slot)
        return total

    def _broken(self, clause: Clause) -> Flags:
        """Where all of `together` hold and none of `unless` does."""
        broken = np.ones(self._count, dtype=bool)
        for literal in clause.together:
            broken &= self.holds(literal)
        for literal in clause.unless:
            broken &= ~self.holds(literal)
        return broken

    def holds(self, literal: PersonLiteral) -> Flags:
        """In which weeks a literal holds."""
        key = id(literal)
        if key not in self._memory:
            self._memory[key] = self._value(literal)
        return self._memory[key]

    def _value(self, literal: PersonLiteral) -> Flags:
        if isinstance(literal, AnyWorked):
            atoms = self._atoms(literal)
            if atoms not in self._by_atoms:  # many literals say the same of a week
                self._by_atoms[atoms] = np.logical_or.reduce(self._chosen[list(atoms)], axis=0)
            return self._by_atoms[atoms]
        if isinstance(literal, NoneWorked):
            free = np.ones(self._count, dtype=bool)
            for other in literal.others:
                free &= ~self.holds(other)
            return free
        if isinstance(literal, Threshold):
            return np.asarray(self._total(literal.terms) >= literal.least)
        before = self._before(literal)
        return self.holds(literal.slot) & (literal.first <= before) & (before <= literal.last)

    def _atoms(self, literal: AnyWorked) -> tuple[int, ...]:
        return tuple(sorted({self._position[pair] for pair in literal.pairs}))

    def _before(self, case: SlotCase) -> Ints:
        """Paid minutes before a slot; its cases share the same tuple."""
        key = id(case.earlier)
        if key not in self._minutes:
            begun, total = self._last
            if case.earlier[: len(begun)] != begun:
                begun, total = (), np.zeros(self._count, dtype=np.int64)
            total = total.copy()
            for paid, other in case.earlier[len(begun) :]:
                np.add(total, paid, out=total, where=self.holds(other))
            self._last = case.earlier, total
            self._minutes[key] = total
        return self._minutes[key]

"""The master problem's rows as matrices; and at given duals the cheapest week of each line, which
gives a bound, whatever the duals. For the symbols see the package.

Who is a person here, and in all that works with these weeks, is a line in a period of several
weeks: the person in one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.search.weekly_columns.enumerate import Weeks
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats, Ints

SCALE = 6000.0
"""Sixtieths of a penny in a pound: duals and reduced costs are in pounds."""
Week = tuple[int, tuple[int, ...]]
"""(position of the week, pair for each of its atoms in order)"""


@dataclass(frozen=True)
class WeekColumn:
    """A person's week with the pair chosen for each of its atoms."""

    person: int
    week: int
    pairs: tuple[int, ...]
    cost: float


class MasterProblem:
    """The rows A x + S y <= b (= where `equal`) as matrices: `pairs` A [R x K], `shared` S [R x J],
    `limit` b [R]; `pair_cost` c [K], `shared_cost` d [J], `constant` c_0 in pounds.
    """

    def __init__(self, collector: StatementCollector) -> None:
        rows = collector.rows
        self.limit = np.array([row.limit for row in rows], dtype=float)
        self.equal = np.array([row.equal for row in rows], dtype=bool)
        self.relaxed = np.array([row.relaxed for row in rows], dtype=bool)
        self.pairs = _sparse([row.pairs for row in rows], len(collector.pair_cost))
        self.shared = _sparse([row.shared for row in rows], len(collector.shared_cost))
        self.condition_of = np.array(
            [-1 if row.condition_of is None else row.condition_of for row in rows], dtype=np.int64
        )
        """Of each row the optional variable for which it asks a condition, or -1. [R]"""
        self.optional, self.dependent = np.zeros((2, len(collector.shared_cost)), dtype=bool)
        self.optional[list(collector.optional)] = True
        self.dependent[list(collector.dependent)] = True
        """Whether a shared variable is optional, and whether it depends on others: as the collector
        tells them apart. [J]
        """
        self.shared_by_row = self.shared.tocsr()
        self.dependent_by_row = self.shared_by_row.copy()
        """S of the dependent variables alone, without optional ones. [R x J]"""
        self.dependent_by_row.data *= (self.dependent & ~self.optional)[
            self.dependent_by_row.indices
        ]
        self.dependent_by_row.eliminate_zeros()
        self.pair_cost = np.array(collector.pair_cost, dtype=float) / SCALE
        self.shared_cost = np.array(collector.shared_cost, dtype=float) / SCALE
        self.shared_most = np.array(collector.shared_most, dtype=float)
        self.constant = collector.constant / SCALE


def _sparse(rows: Sequence[Sequence[tuple[int, int]]], columns: int) -> sparse.csc_matrix:
    numbers = [number for number, row in enumerate(rows) for _ in row]
    coefficients = [coefficient for row in rows for coefficient, _ in row]
    positions = [position for row in rows for _, position in row]
    return sparse.csc_matrix(
        (coefficients, (numbers, positions)), shape=(len(rows), columns), dtype=float
    )


class WeekPricing:
    """Reduced costs at given duals, and the cheapest week of every line.

    Atoms are counted through all lines, line after line: those of line i are `first_atom[i]` to
    `first_atom[i + 1]`. Their pairs lie in `order` [K], those of atom a from `starts[a]` on.
    `costs[i]` [W_i]: g_iw in pounds.
    """

    def __init__(self, master: MasterProblem, weeks: Sequence[Weeks]) -> None:
        self.master = master
        self.weeks = list(weeks)
        self.order = np.array(
            [pair for person in weeks for atom in person.atoms for pair in atom.pairs],
            dtype=np.int64,
        )
        sizes = [len(atom.pairs) for person in weeks for atom in person.atoms]
        self.starts = (
            np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
            if sizes
            else np.zeros(0, dtype=np.int64)
        )
        counts = [len(person.atoms) for person in weeks]
        self.first_atom = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.costs = [person.cost / SCALE for person in weeks]

    def relist(self, weeks: Weeks) -> None:
        """Other weeks for a person, of the same atoms."""
        self.weeks[weeks.line], self.costs[weeks.line] = weeks, weeks.cost / SCALE

    def pair_reduced_costs(self, duals: Floats) -> Floats:
        """q_k = c_k - u A_k of each pair. [K]"""
        return np.asarray(self.master.pair_cost - duals @ self.master.pairs)

    def atom_reduced_costs(self, pair_costs: Floats) -> Floats:
        """q_a = min_{k in a} q_k of each atom. [atoms of all]"""
        return (
            np.minimum.reduceat(pair_costs[self.order], self.starts)
            if len(self.starts)
            else np.zeros(0)
        )

    def pairs_of(self, person: int) -> tuple[Ints, Ints]:
        """(a person's pairs, atom after atom, where each atom begins among them)."""
        starts = self.starts[self.first_atom[person] : self.first_atom[person + 1]]
        if not len(starts):
            return starts, starts
        after = int(self.first_atom[person + 1])
        end = self.starts[after] if after < len(self.starts) else len(self.order)
        return self.order[starts[0] : end], starts - starts[0]

    def owners(self, pairs: int) -> list[int]:
        """Whose each pair is."""
        found = np.zeros(pairs, dtype=np.int64)
        for person in range(len(self.weeks)):
            found[self.pairs_of(person)[0]] = person
        return found.tolist()

    def atoms_of(self, person: int) -> slice:
        """Where a person's atoms are among everybody's."""
        return slice(self.first_atom[person], self.first_atom[person + 1])

    def week_reduced_costs(self, person: int, atom_costs: Floats) -> Floats:
        """q_iw = g_iw + sum_{a in w} q_a of each week of a line. [W_i]"""
        own = np.append(atom_costs[self.atoms_of(person)], 0.0)
        return np.asarray(self.costs[person] + own[self.weeks[person].atoms_of].sum(axis=1))

    def evaluate_dual(self, duals: Floats) -> tuple[list[tuple[int, float]], float, Floats]:
        """The Lagrangian subproblems of all lines, over all their weeks.

            L(u) = c_0 + u b + sum_i min_{w in W_i} q_iw(u) + sum_j m_j min(0, q_j(u))

        Returns ((cheapest week, l_i) by line, L(u), pairs' reduced costs [K]). L(u) is a lower
        bound on the whole problem for every u with u_r <= 0 where row r is no equation.
        """
        pair_costs = self.pair_reduced_costs(duals)
        atom_costs = self.atom_reduced_costs(pair_costs)
        found = []
        for person in range(len(self.weeks)):
            weeks = self.week_reduced_costs(person, atom_costs)
            week = int(weeks.argmin())
            found.append((week, float(weeks[week])))
        shared = np.asarray(self.master.shared_cost - duals @ self.master.shared)
        bound = self.master.constant + float(duals @ self.master.limit)
        bound += float(np.minimum(shared, 0.0) @ self.master.shared_most) + sum(
            value for _, value in found
        )
        return found, bound, pair_costs

    def column(self, person: int, week: int, pair_costs: Floats) -> WeekColumn:
        """The week with the pair k of least `pair_costs[k]` for each of its atoms."""
        weeks = self.weeks[person]
        atoms = [weeks.atoms[atom] for atom in weeks.atoms_of[week] if atom < len(weeks.atoms)]
        pairs = [min(atom.pairs, key=lambda pair: (pair_costs[pair], pair)) for atom in atoms]
        return WeekColumn(
            person,
            week,
            tuple(pairs),
            float(self.costs[person][week] + self.master.pair_cost[pairs].sum()),
        )

    def emptiest(self, person: int) -> Week:
        """The week with the fewest shifts, with its cheapest pairs: it fits whatever the others do,
        but for pins that clash.
        """
        weeks = self.weeks[person]
        week = int((weeks.atoms_of < len(weeks.atoms)).sum(axis=1).argmin())
        return week, self.column(person, week, self.master.pair_cost).pairs


def first_of_each(
    hits: npt.NDArray[np.bool_], starts: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The first position that is hit in each stretch; every stretch has one."""
    found = np.flatnonzero(hits)
    return np.asarray(found[np.searchsorted(found, starts)])

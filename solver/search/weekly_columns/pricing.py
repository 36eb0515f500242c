"""The rows that link people as matrices, and everybody's best week at given prices: a bound,
whatever the prices.

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
"""Prices count pounds."""
Week = tuple[int, tuple[int, ...]]
"""(position of the week, pair for each of its atoms in order)"""


@dataclass(frozen=True)
class Column:
    """A person's week with the pair chosen for each of its atoms."""

    person: int
    week: int
    pairs: tuple[int, ...]
    cost: float


class Matrix:
    """Rows of the master problem as matrices: rows x pairs, rows x shared variables."""

    def __init__(self, collector: StatementCollector) -> None:
        rows = collector.rows
        self.limit = np.array([row.limit for row in rows], dtype=float)
        self.equal = np.array([row.equal for row in rows], dtype=bool)
        self.left_out = np.array([row.left_out for row in rows], dtype=bool)
        self.pairs = _matrix([row.pairs for row in rows], len(collector.pair_cost))
        self.shared = _matrix([row.shared for row in rows], len(collector.shared_cost))
        self.claim = np.array(
            [-1 if row.claim is None else row.claim for row in rows], dtype=np.int64
        )
        """Of each row the claim for which it asks a condition, or -1."""
        self.claims, self.following = np.zeros((2, len(collector.shared_cost)), dtype=bool)
        self.claims[list(collector.claims)] = True
        self.following[list(collector.following)] = True
        """Whether a shared variable is a claim, and whether it follows from others: as the
        collector tells them apart.
        """
        self.shared_by_row = self.shared.tocsr()
        self.following_by_row = self.shared_by_row.copy()
        """Those of the shared variables that follow from others, without claims."""
        self.following_by_row.data *= (self.following & ~self.claims)[self.following_by_row.indices]
        self.following_by_row.eliminate_zeros()
        self.pair_cost = np.array(collector.pair_cost, dtype=float) / SCALE
        self.shared_cost = np.array(collector.shared_cost, dtype=float) / SCALE
        self.shared_most = np.array(collector.shared_most, dtype=float)
        self.constant = collector.constant / SCALE


def _matrix(rows: Sequence[Sequence[tuple[int, int]]], columns: int) -> sparse.csc_matrix:
    numbers = [number for number, row in enumerate(rows) for _ in row]
    coefficients = [coefficient for row in rows for coefficient, _ in row]
    positions = [position for row in rows for _, position in row]
    return sparse.csc_matrix(
        (coefficients, (numbers, positions)), shape=(len(rows), columns), dtype=float
    )


class Pricing:
    """The best week of every person at given prices."""

    def __init__(self, matrix: Matrix, weeks: Sequence[Weeks]) -> None:
        self.matrix = matrix
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

    def pair_values(self, prices: Floats) -> Floats:
        """What each pair costs after what the master pays for it."""
        return np.asarray(self.matrix.pair_cost - prices @ self.matrix.pairs)

    def atom_values(self, values: Floats) -> Floats:
        """The cheapest pair of each atom."""
        return (
            np.minimum.reduceat(values[self.order], self.starts)
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

    def week_values(self, person: int, atoms: Floats) -> Floats:
        """What each week of a person costs."""
        own = np.append(atoms[self.atoms_of(person)], 0.0)
        return np.asarray(self.costs[person] + own[self.weeks[person].atoms_of].sum(axis=1))

    def best(self, prices: Floats) -> tuple[list[tuple[int, float]], float, Floats]:
        """((week, value) by person, a lower bound on the whole problem, pair values)."""
        values = self.pair_values(prices)
        atoms = self.atom_values(values)
        found = []
        for person in range(len(self.weeks)):
            weeks = self.week_values(person, atoms)
            week = int(weeks.argmin())
            found.append((week, float(weeks[week])))
        shared = np.asarray(self.matrix.shared_cost - prices @ self.matrix.shared)
        bound = self.matrix.constant + float(prices @ self.matrix.limit)
        bound += float(np.minimum(shared, 0.0) @ self.matrix.shared_most) + sum(
            value for _, value in found
        )
        return found, bound, values

    def column(self, person: int, week: int, values: Floats) -> Column:
        """The week with its cheapest pairs at these values."""
        weeks = self.weeks[person]
        atoms = [weeks.atoms[atom] for atom in weeks.atoms_of[week] if atom < len(weeks.atoms)]
        pairs = [min(atom.pairs, key=lambda pair: (values[pair], pair)) for atom in atoms]
        return Column(
            person,
            week,
            tuple(pairs),
            float(self.costs[person][week] + self.matrix.pair_cost[pairs].sum()),
        )

    def emptiest(self, person: int) -> Week:
        """The week with the fewest shifts, with its cheapest pairs: it fits whatever the others do,
        but for pins that clash.
        """
        weeks = self.weeks[person]
        week = int((weeks.atoms_of < len(weeks.atoms)).sum(axis=1).argmin())
        return week, self.column(person, week, self.matrix.pair_cost).pairs


def first_of_each(
    hits: npt.NDArray[np.bool_], starts: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The first position that is hit in each stretch; every stretch has one."""
    found = np.flatnonzero(hits)
    return np.asarray(found[np.searchsorted(found, starts)])

"""The linear programme over weeks: prices for places, and a bound that holds whatever the prices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.math_opt.python import mathopt
from scipy import sparse

from solver.search.patterns.statements import StatementCollector
from solver.search.patterns.weeks import Weeks

Floats = npt.NDArray[np.float64]
SCALE = 6000.0
"""The linear programme counts pounds; sixtieths of a penny would be too large for it."""


MANY_WEEKS = 8000
"""Of whoever has more, most iterations look at the best quarter of so many only."""


class NoPrices(Exception):
    """The restricted programme could not be solved."""


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
        self.pair_cost = np.array(collector.pair_cost, dtype=float) / SCALE
        self.shared_cost = np.array(collector.shared_cost, dtype=float) / SCALE
        self.shared_most = np.array(collector.shared_most, dtype=float)
        self.constant = collector.constant / SCALE


def _matrix(rows: Sequence[Sequence[tuple[int, int]]], columns: int) -> sparse.csc_matrix:
    numbers = [number for number, row in enumerate(rows) for _ in row]
    coefficients = [coefficient for row in rows for coefficient, _ in row]
    positions = [position for row in rows for _, position in row]
    return sparse.csc_matrix((coefficients, (numbers, positions)), shape=(len(rows), columns), dtype=float)


class Pricing:
    """The best week of every person at given prices."""

    def __init__(self, matrix: Matrix, weeks: Sequence[Weeks]) -> None:
        self.matrix = matrix
        self.weeks = weeks
        self.order = np.array([pair for person in weeks for atom in person.atoms for pair in atom.pairs], dtype=np.int64)
        sizes = [len(atom.pairs) for person in weeks for atom in person.atoms]
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if sizes else np.zeros(0, dtype=np.int64)
        counts = [len(person.atoms) for person in weeks]
        self.first_atom = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.costs = [person.cost / SCALE for person in weeks]
        self._likely: dict[int, npt.NDArray[np.int64]] = {}

    def pair_values(self, prices: Floats) -> Floats:
        """What each pair costs after what the master pays for it."""
        return np.asarray(self.matrix.pair_cost - prices @ self.matrix.pairs)

    def atom_values(self, values: Floats) -> Floats:
        """The cheapest pair of each atom."""
        return np.minimum.reduceat(values[self.order], self.starts) if len(self.starts) else np.zeros(0)

    def week_values(self, person: int, atoms: Floats) -> Floats:
        """What each week of a person costs."""
        own = np.append(atoms[self.first_atom[person] : self.first_atom[person + 1]], 0.0)
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
            if len(weeks) > MANY_WEEKS:
                self._likely[person] = np.argpartition(weeks, MANY_WEEKS // 4)[: MANY_WEEKS // 4]
        shared = np.asarray(self.matrix.shared_cost - prices @ self.matrix.shared)
        bound = self.matrix.constant + float(prices @ self.matrix.limit)
        bound += float(np.minimum(shared, 0.0) @ self.matrix.shared_most) + sum(value for _, value in found)
        return found, bound, values

    def likely(self, prices: Floats) -> tuple[list[tuple[int, float]], Floats]:
        """As `best`, but of whoever has very many weeks only those are looked at that were good when last all were: no bound."""
        values = self.pair_values(prices)
        atoms = self.atom_values(values)
        found = []
        for person, weeks in enumerate(self.weeks):
            listed = self._likely.get(person)
            if listed is None:
                priced = self.week_values(person, atoms)
                week = int(priced.argmin())
                found.append((week, float(priced[week])))
            else:
                own = np.append(atoms[self.first_atom[person] : self.first_atom[person + 1]], 0.0)
                priced = self.costs[person][listed] + own[weeks.atoms_of[listed]].sum(axis=1)
                position = int(priced.argmin())
                found.append((int(listed[position]), float(priced[position])))
        return found, values

    def column(self, person: int, week: int, values: Floats) -> Column:
        """The week with its cheapest pairs at these values."""
        weeks = self.weeks[person]
        atoms = [weeks.atoms[atom] for atom in weeks.atoms_of[week] if atom < len(weeks.atoms)]
        pairs = [min(atom.pairs, key=lambda pair: (values[pair], pair)) for atom in atoms]
        return Column(person, week, tuple(pairs), float(self.costs[person][week] + self.matrix.pair_cost[pairs].sum()))


class Master:
    """The restricted linear programme: some weeks of each person, all shared variables. Warm-started from one solve to the next."""

    def __init__(self, matrix: Matrix, people: int) -> None:
        self.matrix = matrix
        self.columns: list[Column] = []
        self._variables: list[mathopt.Variable] = []
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self._model = mathopt.Model()
        shared = [self._model.add_variable(lb=0.0, ub=most) for most in matrix.shared_most]
        self._rows = {
            int(row): self._model.add_linear_constraint(lb=matrix.limit[row] if matrix.equal[row] else -np.inf, ub=matrix.limit[row])
            for row in np.flatnonzero(~matrix.left_out)
        }
        coordinates = matrix.shared.tocoo()
        for row, position, coefficient in zip(coordinates.row.tolist(), coordinates.col.tolist(), coordinates.data.tolist(), strict=True):
            if row in self._rows:
                self._rows[row].set_coefficient(shared[position], coefficient)
        self._one_week = [self._model.add_linear_constraint(lb=1.0, ub=1.0) for _ in range(people)]
        self._objective_terms = [(variable, cost) for variable, cost in zip(shared, matrix.shared_cost, strict=True) if cost]
        for variable, cost in self._objective_terms:
            self._model.objective.set_linear_coefficient(variable, cost)
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def add(self, column: Column) -> bool:
        """Add a week; False where it is there already."""
        key = (column.person, column.pairs)
        if key in self._known:
            return False
        self._known.add(key)
        variable = self._model.add_variable(lb=0.0)
        self.columns.append(column)
        self._variables.append(variable)
        self._model.objective.set_linear_coefficient(variable, column.cost)
        self._one_week[column.person].set_coefficient(variable, 1.0)
        rows = self.matrix.pairs[:, list(column.pairs)].sum(axis=1).A1 if column.pairs else np.zeros(0)
        for row in np.flatnonzero((rows != 0) & ~self.matrix.left_out).tolist() if len(rows) else ():
            self._rows[row].set_coefficient(variable, float(rows[row]))
        return True

    def fix(self, position: int) -> None:
        """This column is its person's week from now on."""
        self._variables[position].lower_bound = 1.0

    def solve(self) -> tuple[float, Floats, Floats]:
        """(value, prices of the rows, weights of the columns) of the restricted programme."""
        result = self._solver.solve()
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            raise NoPrices(str(result.termination.reason))
        prices = np.zeros(len(self.matrix.limit))
        prices[list(self._rows)] = result.dual_values(list(self._rows.values()))
        # a rounding error of the wrong sign would cost the bound its validity
        prices = np.where(self.matrix.equal, prices, np.minimum(prices, 0.0))
        weights = np.array(result.variable_values(self._variables), dtype=float)
        return result.objective_value() + self.matrix.constant, prices, weights

"""Some people's weeks chosen anew by CP-SAT, everybody else's kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy import sparse

from solver.search.effort import Effort
from solver.search.patterns.pricing import Floats, Matrix, Pricing
from solver.search.patterns.statements import StatementCollector
from solver.search.patterns.weeks import Ints

Week = tuple[int, tuple[int, ...]]
"""(position of the week, pair for each of its atoms in order)"""


@dataclass(frozen=True)
class Plan:
    """A whole roster: everybody's week, and the value of each shared variable of the master problem."""

    weeks: Mapping[int, Week]
    shared: Sequence[int]


@dataclass(frozen=True)
class Prices:
    """Prices of the master problem worked out for pairs, atoms and weeks, in pounds."""

    pairs: Floats
    atoms: Floats


@dataclass(frozen=True)
class Reach:
    """How much is offered to each free person: so many weeks, and pairs at most so many pounds above the cheapest."""

    weeks: int = 40
    slack: float = 60.0


class Neighbourhood:
    """The choice among good weeks of some people, as a CP-SAT model. Hours decide the week, a further literal each pair."""

    def __init__(
        self, collector: StatementCollector, matrix: Matrix, pricing: Pricing, prices: Prices, reach: Reach, effort: Effort
    ) -> None:
        self._effort = effort
        self.took = 0.0
        """What the last solve took: seconds, or deterministic units."""
        self._collector = collector
        self._matrix = matrix
        self._pricing = pricing
        self._prices = prices
        self._reach = reach

    def improve(self, plan: Plan, free: Sequence[int], *, seconds: float, seed: int, all_shared: bool = False) -> Plan | None:
        """The plan with better weeks for the free people, or None where time was too short.

        Of the shared variables those move that the free people's pairs touch; `all_shared`: all of them.
        """
        model = _Model()
        for person in free:
            self._offer(model, person, plan.weeks[person])
        self._state_rows(model, plan, all_shared)
        model.minimize()
        solver = self._effort.solver(seconds, seed=seed)
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        status = solver.solve(model.model)
        spent = self._effort.count(solver)
        self.took = spent if self._effort.limits.deterministic else solver.wall_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        weeks, shared = dict(plan.weeks), list(plan.shared)
        for person, literals in model.weeks.items():
            week = next(week for week, literal in literals.items() if solver.value(literal))
            pairs = [next(k for k in model.offered[person, atom] if solver.value(model.pairs[k])) for atom in self._atoms(person, week)]
            weeks[person] = (week, tuple(pairs))
        for position, variable in model.shared.items():
            shared[position] = solver.value(variable)
        return Plan(weeks, shared)

    def _atoms(self, person: int, week: int) -> list[int]:
        weeks = self._pricing.weeks[person]
        return [int(atom) for atom in weeks.atoms_of[week] if atom < len(weeks.atoms)]

    def _offer(self, model: "_Model", person: int, current: Week) -> None:
        """Literals for the best weeks of a person, and for the good pairs of their atoms; the current choice is the hint."""
        weeks = self._pricing.weeks[person]
        values = self._pricing.week_values(person, self._prices.atoms)
        count = min(self._reach.weeks, len(values))
        offered = sorted({*np.argpartition(values, count - 1)[:count].tolist(), current[0]})
        literals = {week: model.literal(week == current[0]) for week in offered}
        model.model.add_exactly_one(literals.values())
        model.weeks[person] = literals
        by_atom: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for week, literal in literals.items():
            model.objective.append((int(weeks.cost[week]), literal))
            for atom in self._atoms(person, week):
                by_atom[atom].append(literal)
        for atom, worked in by_atom.items():
            least = self._prices.atoms[self._pricing.first_atom[person] + atom] + self._reach.slack
            pairs = [pair for pair in weeks.atoms[atom].pairs if self._prices.pairs[pair] <= least or pair in current[1]]
            for pair in pairs:
                model.pairs[pair] = model.literal(pair in current[1])
                model.objective.append((self._collector.pair_cost[pair], model.pairs[pair]))
            model.offered[person, atom] = pairs
            model.model.add(cp_model.LinearExpr.sum([model.pairs[pair] for pair in pairs]) == cp_model.LinearExpr.sum(worked))

    def _state_rows(self, model: "_Model", plan: Plan, all_shared: bool) -> None:
        """The rows that the free choices touch, with what everybody else does taken off their limits."""
        rows, collector = self._collector.rows, self._collector
        touched = {int(row) for pair in model.pairs for row in self._rows_of(self._matrix.pairs, pair)}
        moving = {position for row in touched for _, position in rows[row].shared} if not all_shared else set(range(len(plan.shared)))
        new = moving
        while new:
            reached = {int(row) for position in new for row in self._rows_of(self._matrix.shared, position)} - touched
            touched |= reached
            new = {position for row in reached for _, position in rows[row].shared if position in collector.following} - moving
            moving = moving | new
        for position in sorted(moving):
            variable = model.model.new_int_var(0, collector.shared_most[position], "")
            model.model.add_hint(variable, plan.shared[position])
            model.shared[position] = variable
            if collector.shared_cost[position]:
                model.objective.append((collector.shared_cost[position], variable))
        used = np.zeros(self._matrix.pairs.shape[1])
        used[[pair for person, (_, pairs) in plan.weeks.items() if person not in model.weeks for pair in pairs]] = 1
        done = self._matrix.pairs @ used
        for number in sorted(touched):
            row = rows[number]
            kept = sum(coefficient * plan.shared[position] for coefficient, position in row.shared if position not in moving)
            terms = [(coefficient, model.pairs[pair]) for coefficient, pair in row.pairs if pair in model.pairs]
            terms += [(coefficient, model.shared[position]) for coefficient, position in row.shared if position in moving]
            total = cp_model.LinearExpr.weighted_sum([variable for _, variable in terms], [coefficient for coefficient, _ in terms])
            limit = row.limit - round(float(done[number])) - kept
            model.model.add_linear_constraint(total, limit if row.equal else -(2**50), limit)

    @staticmethod
    def _rows_of(matrix: sparse.csc_matrix, column: int) -> Ints:
        return np.asarray(matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]])


class _Model:
    def __init__(self) -> None:
        self.model = cp_model.CpModel()
        self.weeks: dict[int, dict[int, cp_model.IntVar]] = {}
        self.pairs: dict[int, cp_model.IntVar] = {}
        self.offered: dict[tuple[int, int], list[int]] = {}
        self.shared: dict[int, cp_model.IntVar] = {}
        self.objective: list[tuple[int, cp_model.IntVar]] = []

    def literal(self, hint: bool) -> cp_model.IntVar:
        found = self.model.new_bool_var("")
        self.model.add_hint(found, hint)
        return found

    def minimize(self) -> None:
        variables, coefficients = [variable for _, variable in self.objective], [cost for cost, _ in self.objective]
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, coefficients))

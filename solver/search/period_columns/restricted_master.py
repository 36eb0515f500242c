"""The restricted master: the linear programme over the columns made so far, which says how much of
each, and the duals of the linking rows.

    min  c_0 + sum_{p, n} c_pn z_pn + d y + ELASTIC (slacks)
    with low <= sum_{p, n} (A_p x_pn) z_pn + S y +- slacks <= high     [linking rows], duals u
         sum_n z_pn = 1                                                [P], convexity rows
"""

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp

from solver.search.period_columns.blocks import Blocks, Floats, PeriodColumn

SCALE = 6000
"""Sixtieths of a penny in a pound, in which the linear programme counts."""
ELASTIC = 10.0
"""A linking row may be broken at so many times the dearest cost, until there are periods that keep
it.
"""


@dataclass(frozen=True)
class LpSolution:
    """Of the restricted master: its value and the duals of the linking rows [sixtieths of a penny];
    `likely`: person -> (share, number) of the most taken period.
    """

    value: float
    duals: Floats
    likely: dict[int, tuple[float, int]]


class RestrictedMaster:
    """Grows by columns; solved again from where it stood."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._infinity = self._solver.infinity()
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        self._rows = [
            self._solver.Constraint(low, high)
            for low, high in zip(blocks.low.tolist(), blocks.high.tolist(), strict=True)
        ]
        self._convexity = [self._solver.Constraint(1.0, 1.0) for _ in range(blocks.people)]
        self._columns: list[pywraplp.Variable] = []
        self.periods: list[tuple[int, PeriodColumn]] = []
        """(person, period) by the number of the column."""
        self._known: list[dict[bytes, int]] = [{} for _ in range(blocks.people)]
        rows = blocks.rows
        for variable in blocks.shared.tolist():
            self._column(
                rows.least[variable],
                rows.most[variable],
                rows.cost[variable],
                blocks.linking[:, variable].toarray().ravel(),
            )
        dearest = ELASTIC * float(abs(rows.cost).max(initial=SCALE))
        for number, row in enumerate(self._rows):
            for sign in ([1.0] if np.isfinite(blocks.low[number]) else []) + (
                [-1.0] if np.isfinite(blocks.high[number]) else []
            ):
                slack = self._solver.NumVar(0.0, self._infinity, "")
                self._objective.SetCoefficient(slack, dearest / SCALE)
                row.SetCoefficient(slack, sign)

    def _column(self, least: float, most: float, cost: float, uses: Floats) -> pywraplp.Variable:
        column = self._solver.NumVar(float(least), float(most), "")
        self._objective.SetCoefficient(column, float(cost) / SCALE)
        for row in np.flatnonzero(uses).tolist():
            self._rows[row].SetCoefficient(column, float(uses[row]))
        return column

    def add(self, person: int, period: PeriodColumn) -> int:
        """Offer a period; its number, which is an old one where the others would feel
        nothing new.
        """
        own = self._blocks.variables[person]
        key = period.values[self._blocks.seen[own]].tobytes() + period.cost.to_bytes(
            8, "big", signed=True
        )
        if key not in self._known[person]:
            column = self._column(
                0.0, self._infinity, period.cost, self._blocks.linking[:, own] @ period.values
            )
            self._convexity[person].SetCoefficient(column, 1.0)
            self._known[person][key] = len(self._columns)
            self._columns.append(column)
            self.periods.append((person, period))
        return self._known[person][key]

    def fix(self, person: int, number: int) -> None:
        """From now on this person has this period: z_pn = 1."""
        for other in self._known[person].values():
            self._columns[other].SetBounds(0.0, 0.0)
        self._columns[number].SetBounds(1.0, 1.0)

    def release(self) -> None:
        """Nobody's period is fixed any more."""
        for column in self._columns:
            column.SetBounds(0.0, self._infinity)

    def solve(self) -> LpSolution | None:
        """None where the linear solver gives up."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        duals = np.array([row.dual_value() for row in self._rows]) * SCALE
        # a dual on a side that has no limit is noise
        duals[
            ((duals > 0) & ~np.isfinite(self._blocks.low))
            | ((duals < 0) & ~np.isfinite(self._blocks.high))
        ] = 0.0
        likely: dict[int, tuple[float, int]] = {}
        for number, ((person, _), column) in enumerate(
            zip(self.periods, self._columns, strict=True)
        ):
            share = column.solution_value()
            if share > likely.get(person, (-1.0, 0))[0]:
                likely[person] = (share, number)
        return LpSolution(
            self._objective.Value() * SCALE + self._blocks.rows.constant, duals, likely
        )

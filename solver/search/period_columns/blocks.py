"""A model seen as one block for each person, and what links people."""

from dataclasses import dataclass
from math import ceil, gcd

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from solver.model.cpsat import CpSatEncoder
from solver.search.direct_lns.rows import Ints, ModelRows
from solver.search.direct_lns.values import Values

Floats = npt.NDArray[np.float64]
LINKING = -1
"""Owner of what concerns several people, or nobody."""


@dataclass(frozen=True)
class PeriodColumn:
    """One person's whole period: the values of the variables of their block, and what they cost by
    themselves.
    """

    values: Values
    cost: int


class Blocks:
    """Whose each variable and each row is. A row is somebody's where all its variables are.

    `linking`: rows x variables of the rows that link people whatever else holds; those asked only
    under a condition are left to the search, which leaves every bound a bound. `low`, `high`: their
    limits, infinite where there is none.
    """

    def __init__(self, encoder: CpSatEncoder, rows: ModelRows) -> None:
        self.rows = rows
        self.people = len(encoder.problem.people)
        owner = _owners(encoder, rows.size)
        self._owner_of_row = _owners_of_rows(rows, owner)
        self.variables: list[Ints] = [
            np.flatnonzero(owner == person) for person in range(self.people)
        ]
        self.shared: Ints = np.flatnonzero(owner == LINKING)
        between = np.flatnonzero(self._owner_of_row == LINKING)
        self.seen = np.zeros(rows.size, dtype=bool)
        """Variables that stand in a row with others' or shared ones."""
        self.seen[rows.terms[between].indices] = True
        self.seen[rows.conditions[between].indices] = True
        always = between[np.diff(rows.conditions[between].indptr) == 0]
        self.linking = rows.terms[always].tocsc()
        self.low = np.where(rows.low[always] <= -(2**50), -np.inf, rows.low[always])
        self.high = np.where(rows.high[always] >= 2**50, np.inf, rows.high[always])
        self.step = max(1, gcd(*rows.cost.tolist()))
        """Costs of rosters differ by multiples of it."""

    def model(self, person: int) -> cp_model.CpModel:
        """What the rules say about one person alone; its objective is whoever prices it to set."""
        return self.rows.submodel(
            self.variables[person], np.flatnonzero(self._owner_of_row == person)
        )

    def period(self, person: int, values: Values) -> PeriodColumn:
        """`values`: of the variables of the person's block."""
        return PeriodColumn(values, int(self.rows.cost[self.variables[person]] @ values))

    def reduced_costs(self, duals: Floats, person: int) -> Floats:
        """q_p(u) = c_p - u A_p. [variables of the block]"""
        own = self.variables[person]
        return np.asarray(self.rows.cost[own] - duals @ self.linking[:, own])

    def shared_bound(self, duals: Floats) -> float:
        """L(u) without people's periods: shared variables, limits and the constant.

        c_0 + sum_{u_r > 0} u_r low_r + sum_{u_r < 0} u_r high_r
            + sum_j min((d - u S)_j y_low_j, (d - u S)_j y_high_j)
        """
        cost = self.rows.cost[self.shared] - duals @ self.linking[:, self.shared]
        shared = np.minimum(
            cost * self.rows.least[self.shared], cost * self.rows.most[self.shared]
        ).sum()
        limits = np.where(duals > 0, self.low, self.high)[duals != 0]
        return float(shared + duals[duals != 0] @ limits) + self.rows.constant

    def rounded_up(self, bound: float) -> int:
        """A bound raised to the next cost that a roster can have: costs differ by whole steps."""
        steps = (bound - self.rows.constant) / self.step
        return self.rows.constant + self.step * ceil(steps - 1e-6 * max(1.0, abs(steps)))


def _owners(encoder: CpSatEncoder, size: int) -> Ints:
    """The person of each variable, by its pair or by all that it is defined from."""
    owner = np.full(size, LINKING, dtype=np.int64)
    for person in encoder.problem.people:
        owner[[pair.literal.index for pair in encoder.pairs_of(person)]] = person.index
    for literal, group in encoder.choices:
        owner[[one.index for one in group]] = owner[literal.index]
    for definition in encoder.definitions:
        owners = {int(owner[index]) for _, index in definition.inputs}
        if len(owners) == 1:
            owner[definition.variable] = owners.pop()
    return owner


def _owners_of_rows(rows: ModelRows, owner: Ints) -> Ints:
    touching = (abs(rows.terms) + abs(rows.conditions)).tocsr()
    found = np.full(touching.shape[0], LINKING, dtype=np.int64)
    filled = np.flatnonzero(np.diff(touching.indptr))
    if len(filled):
        owners, starts = owner[touching.indices], touching.indptr[filled]
        least, most = np.minimum.reduceat(owners, starts), np.maximum.reduceat(owners, starts)
        found[filled] = np.where(least == most, least, LINKING)
    return found

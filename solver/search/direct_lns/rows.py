"""A CP-SAT model read off as rows of numbers, from which small models over some of its variables
are made at once.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model
from scipy import sparse

from solver.search.direct_lns.values import Mask, Values

Ints = npt.NDArray[np.int64]
FAR = 2**60


@dataclass(frozen=True)
class NeighbourhoodModel:
    """A model over the free variables: `variables[i]` is the whole model's index of variable i."""

    model: cp_model.CpModel
    variables: Ints


class ModelRows:
    """Every constraint as low <= sum <= high, demanded only where all literals of its condition
    hold.

    A clause is a row too: the sum of its literals is at least 1. A negated literal 1 - x is a
    coefficient of -1 with its limit moved.
    """

    def __init__(self, model: cp_model.CpModel) -> None:
        proto = model.proto
        self.size = len(proto.variables)
        bounds = [list(variable.domain) for variable in proto.variables]
        self.least = np.array([domain[0] for domain in bounds], dtype=np.int64)
        self.most = np.array([domain[-1] for domain in bounds], dtype=np.int64)
        self.cost = np.zeros(self.size, dtype=np.int64)
        np.add.at(self.cost, list(proto.objective.vars), list(proto.objective.coeffs))
        self.constant = int(proto.objective.offset)
        reader = _RowReader()
        for constraint in proto.constraints:
            reader.read(constraint)
        self.low, self.high = (
            np.array(reader.low, dtype=np.int64),
            np.array(reader.high, dtype=np.int64),
        )
        self.terms = _matrix(
            reader.rows, reader.variables, reader.coefficients, len(reader.low), self.size
        )
        self.conditions = _matrix(
            reader.condition_rows,
            reader.condition_variables,
            reader.condition_values,
            len(reader.low),
            self.size,
        )
        self._touching = (abs(self.terms) + abs(self.conditions)).tocsc()

    def objective(self, values: Values) -> int:
        """What these values cost [sixtieths of a penny]."""
        return int(self.cost @ values) + self.constant

    def excess_cost(self, values: Values) -> npt.NDArray[np.float64]:
        """c_j (v_j - v_j*) of each variable, v_j* its most where c_j < 0, else its least."""
        return np.asarray(
            self.cost * (values - np.where(self.cost < 0, self.most, self.least)), dtype=float
        )

    def violated(self, values: Values) -> Ints:
        """Rows that these values do not keep."""
        total = self.terms @ values
        return np.flatnonzero(
            ((total < self.low) | (total > self.high)) & self._demanded(self.conditions, values)
        )

    @staticmethod
    def _demanded(conditions: sparse.csr_matrix, values: Values) -> Mask:
        """Whether all literals of each condition hold: +1 asks for a true variable, -1 for a false
        one.
        """
        positive = np.asarray(conditions.maximum(0).sum(axis=1)).ravel()
        return np.asarray(conditions @ values == positive)

    def submodel(self, variables: Ints, numbers: Ints) -> cp_model.CpModel:
        """The model of these rows over these variables, which are all that the rows touch; without
        an objective.
        """
        model = cp_model.CpModel()
        _variables(model, self.least[variables], self.most[variables])
        terms, conditions = (
            self.terms[numbers][:, variables],
            self.conditions[numbers][:, variables],
        )
        _constraints(model, terms, conditions, self.low[numbers], self.high[numbers])
        return model

    def neighbourhood(self, values: Values, free: Mask) -> NeighbourhoodModel:
        """The model over the free variables F with the others N kept at their values v; the values
        are its complete hint.

            low - T_N v_N <= T_F x_F <= high - T_N v_N      [rows that F touches]

        where the row's condition holds. A row is left out where it holds anyway, x_F between its
        least and its most, or where a kept literal of its condition does not hold.
        """
        variables = np.flatnonzero(free)
        touched = np.unique(self._touching[:, variables].indices)
        kept = np.where(free, 0, values)
        terms, conditions = self.terms[touched], self.conditions[touched]
        done = terms @ kept
        low, high = self.low[touched] - done, self.high[touched] - done
        inner, asked = terms[:, variables], conditions[:, variables]
        # a condition fails for good where a kept literal does: what is reached by kept literals
        # plus all free ones is too little
        wanted = np.asarray(conditions.maximum(0).sum(axis=1)).ravel()
        possible = conditions @ kept + np.asarray(asked.maximum(0).sum(axis=1)).ravel()
        least, most = self.least[variables], self.most[variables]
        positive, negative = inner.maximum(0), inner.minimum(0)
        smallest, largest = positive @ least + negative @ most, positive @ most + negative @ least
        matter = (possible == wanted) & ((smallest < low) | (largest > high))
        model = cp_model.CpModel()
        _variables(model, least, most)
        model.proto.solution_hint.vars.extend(range(len(variables)))
        model.proto.solution_hint.values.extend(values[variables].tolist())
        _constraints(
            model,
            inner[matter],
            asked[matter],
            np.maximum(low, smallest)[matter],
            np.minimum(high, largest)[matter],
        )
        priced = np.flatnonzero(self.cost[variables])
        model.proto.objective.vars.extend(priced.tolist())
        model.proto.objective.coeffs.extend(self.cost[variables][priced].tolist())
        return NeighbourhoodModel(model, variables)


def _variables(model: cp_model.CpModel, least: Ints, most: Ints) -> None:
    for low, high in zip(least.tolist(), most.tolist(), strict=True):
        model.proto.variables.add().domain.extend([low, high])


def _constraints(
    model: cp_model.CpModel,
    terms: sparse.csr_matrix,
    conditions: sparse.csr_matrix,
    low: Ints,
    high: Ints,
) -> None:
    add = model.proto.constraints.add
    starts, indices, data = terms.indptr.tolist(), terms.indices.tolist(), terms.data.tolist()
    asked_starts, asked_indices, asked_data = (
        conditions.indptr.tolist(),
        conditions.indices.tolist(),
        conditions.data.tolist(),
    )
    for row, (least, most) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        constraint = add()
        first, last = asked_starts[row], asked_starts[row + 1]
        condition = [
            i if sign > 0 else -i - 1
            for i, sign in zip(asked_indices[first:last], asked_data[first:last], strict=True)
        ]
        if least > most:  # cannot be kept: its condition must not hold
            constraint.bool_or.literals.extend([-literal - 1 for literal in condition])
            continue
        constraint.enforcement_literal.extend(condition)
        first, last = starts[row], starts[row + 1]
        linear = constraint.linear
        linear.vars.extend(indices[first:last])
        linear.coeffs.extend(data[first:last])
        linear.domain.extend([least, most])


class _RowReader:
    """Constraints of a model as lists of row, variable and coefficient."""

    def __init__(self) -> None:
        self.low: list[int] = []
        self.high: list[int] = []
        self.rows: list[int] = []
        self.variables: list[int] = []
        self.coefficients: list[int] = []
        self.condition_rows: list[int] = []
        self.condition_variables: list[int] = []
        self.condition_values: list[int] = []

    def read(self, constraint: Any) -> None:
        condition = list(constraint.enforcement_literal)
        if constraint.has_linear():
            linear = constraint.linear
            domain = list(linear.domain)
            self._row(
                list(linear.vars),
                list(linear.coeffs),
                max(domain[0], -FAR),
                min(domain[-1], FAR),
                condition,
            )
        elif constraint.has_bool_or():
            self._literals(list(constraint.bool_or.literals), 1, FAR, condition)
        elif constraint.has_bool_and():
            for literal in constraint.bool_and.literals:
                self._literals([literal], 1, FAR, condition)
        elif constraint.has_at_most_one():
            self._literals(list(constraint.at_most_one.literals), -FAR, 1, condition)
        elif constraint.has_exactly_one():
            self._literals(list(constraint.exactly_one.literals), 1, 1, condition)
        else:
            raise TypeError(f"a constraint that rows cannot hold: {constraint}")

    def _literals(self, literals: list[int], low: int, high: int, condition: list[int]) -> None:
        negated = sum(literal < 0 for literal in literals)
        variables = [literal if literal >= 0 else -literal - 1 for literal in literals]
        self._row(
            variables,
            [1 if literal >= 0 else -1 for literal in literals],
            low - negated,
            high - negated,
            condition,
        )

    def _row(
        self,
        variables: list[int],
        coefficients: list[int],
        low: int,
        high: int,
        condition: list[int],
    ) -> None:
        row = len(self.low)
        self.low.append(low)
        self.high.append(high)
        self.rows.extend([row] * len(variables))
        self.variables.extend(variables)
        self.coefficients.extend(coefficients)
        self.condition_rows.extend([row] * len(condition))
        self.condition_variables.extend(
            literal if literal >= 0 else -literal - 1 for literal in condition
        )
        self.condition_values.extend(1 if literal >= 0 else -1 for literal in condition)


def _matrix(
    rows: list[int], columns: list[int], values: list[int], height: int, width: int
) -> sparse.csr_matrix:
    return sparse.csr_matrix(
        (np.array(values, dtype=np.int64), (rows, columns)), shape=(height, width)
    )

"""Limits on shared variables alone: their best prices against a linear programme, and prices that
went too far brought back by a plan.
"""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from solver.search.weekly_columns.supply_duals import Filling


@pytest.mark.parametrize("seed", range(20))
def test_filled_limits_cost_what_a_linear_programme_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    limits, variables = 3, 12
    of = rng.integers(limits, size=variables)
    weight, most = (
        rng.integers(1, 5, size=variables).astype(float),
        rng.integers(1, 4, size=variables).astype(float),
    )
    shared = sparse.csr_matrix((weight, (of, np.arange(variables))), shape=(limits + 1, variables))
    pairs = sparse.csr_matrix(([1.0], ([limits], [0])), shape=(limits + 1, 1))
    limit = np.append(rng.integers(0, 9, size=limits), 1).astype(float)
    filling = Filling(pairs, shared, limit, np.zeros(limits + 1, dtype=bool), most)
    values = rng.normal(size=variables) * 100
    filled = filling.fill(np.zeros(limits + 1), values)
    exact = linprog(
        values,
        A_ub=shared.toarray()[:limits],
        b_ub=limit[:limits],
        bounds=[(0, one) for one in most],
        method="highs",
    )
    alone = np.setdiff1d(
        np.arange(variables), filling.variables
    )  # a limit of one variable is not for filling
    amounts = np.zeros(variables)
    amounts[filling.variables] = filled.amounts
    amounts[alone] = exact.x[alone]
    assert amounts @ values == pytest.approx(exact.fun)
    reduced = values - filled.prices @ shared.toarray()
    bound = (
        filled.prices[filling.rows] @ limit[filling.rows]
        + np.minimum(reduced, 0)[filling.variables] @ most[filling.variables]
    )
    assert bound == pytest.approx(amounts[filling.variables] @ values[filling.variables])
    assert (filled.prices <= 0).all()

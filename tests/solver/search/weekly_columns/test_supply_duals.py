"""Limits on shared variables alone: their best duals against a linear programme, and duals that
went too far brought back by a solution.
"""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from solver.search.weekly_columns.supply_duals import SupplyDuals


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
    supply = SupplyDuals(pairs, shared, limit, np.zeros(limits + 1, dtype=bool), most)
    values = rng.normal(size=variables) * 100
    supplied = supply.solve(np.zeros(limits + 1), values)
    exact = linprog(
        values,
        A_ub=shared.toarray()[:limits],
        b_ub=limit[:limits],
        bounds=[(0, one) for one in most],
        method="highs",
    )
    # a limit of one variable is not for filling
    alone = np.setdiff1d(np.arange(variables), supply.variables)
    amounts = np.zeros(variables)
    amounts[supply.variables] = supplied.amounts
    amounts[alone] = exact.x[alone]
    assert amounts @ values == pytest.approx(exact.fun)
    reduced = values - supplied.duals @ shared.toarray()
    bound = (
        supplied.duals[supply.rows] @ limit[supply.rows]
        + np.minimum(reduced, 0)[supply.variables] @ most[supply.variables]
    )
    assert bound == pytest.approx(amounts[supply.variables] @ values[supply.variables])
    assert (supplied.duals <= 0).all()

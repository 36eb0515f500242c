"""What the duties of a plan cost above what the prices of the bound count for them: where there is
something to win.
"""

import numpy as np
from scipy import sparse

from solver.search.weekly_columns.lns_subproblem import Plan
from solver.search.weekly_columns.pricing import Matrix
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats

FEW = 4
"""A row of more duties tells nothing of where it is lost."""


class DutyLosses:
    """By duty [£]: empty places and temporary supply beyond those that the bound has, and limits
    with a price that are not used up.

    With people's regret, and little else, they make up the gap. In a dense week of 300 staff two
    thirds of it were such limits, and parts that began at people and empty places alone found
    nothing more.
    """

    def __init__(self, collector: StatementCollector, matrix: Matrix, prices: Floats) -> None:
        duties = len(collector.problem.duties)
        self._shared_price = np.asarray(matrix.shared_cost - prices @ matrix.shared)
        self._shared_least = np.minimum(self._shared_price, 0.0) * matrix.shared_most
        duty_of_shared = np.full(len(matrix.shared_cost), -1, dtype=np.int64)
        for duty, position in collector.shortfalls():
            duty_of_shared[position] = duty
        for position, call in collector.calls:
            duty_of_shared[position] = call.duty.index
        self._known = np.flatnonzero(duty_of_shared >= 0)
        self._by_shared = sparse.csr_matrix(
            (np.ones(len(self._known)), (duty_of_shared[self._known], np.arange(len(self._known)))),
            shape=(duties, len(self._known)),
        )
        priced = np.flatnonzero(~matrix.left_out & ~matrix.equal & (prices < 0))
        pairs = sparse.csr_matrix(matrix.pairs)[priced]
        pairs_duty = sparse.csr_matrix(
            (np.ones(pairs.shape[1]), (np.arange(pairs.shape[1]), collector.problem.pairs_duty)),
            shape=(pairs.shape[1], duties),
        )
        about = (abs(pairs) @ pairs_duty > 0).astype(float)
        count = about.sum(axis=1).A1
        few = np.flatnonzero((count > 0) & (count <= FEW))
        self._pairs, self._shared = pairs[few], matrix.shared_by_row[priced[few]]
        self._limit, self._prices = matrix.limit[priced[few]], prices[priced[few]]
        self._by_row = sparse.csr_matrix(about[few].T @ sparse.diags(1 / count[few]))

    def of(self, plan: Plan) -> Floats:
        """[duty], none below nothing."""
        lost = (self._shared_price * plan.shared - self._shared_least)[self._known]
        worked = np.zeros(self._pairs.shape[1])
        worked[[pair for _, pairs in plan.weeks.values() for pair in pairs]] = 1
        spare = self._limit - self._pairs @ worked - self._shared @ plan.shared
        return np.asarray(
            self._by_shared @ lost + self._by_row @ np.maximum(-self._prices * spare, 0.0)
        )

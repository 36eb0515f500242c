"""What the duties of a solution cost above what the Lagrangian bound counts for them: where there
is something to win.
"""

import numpy as np
from scipy import sparse

from solver.search.weekly_columns.lns_subproblem import MasterSolution
from solver.search.weekly_columns.pricing import MasterProblem
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats

FEW = 4
"""A row of more duties tells nothing of where the loss is."""


class DutyLosses:
    """By duty [£]: vacancies and temporary supply beyond those that the bound has, and limits with
    a dual that are not used up.

    With people's losses, and little else, they make up the gap (see `bound_tightening`). In a dense
    week of 300 staff two thirds of it were such limits, and neighbourhoods that began at people and
    vacancies alone found nothing more.
    """

    def __init__(self, collector: StatementCollector, master: MasterProblem, duals: Floats) -> None:
        duties = len(collector.problem.duties)
        self._shared_costs = np.asarray(master.shared_cost - duals @ master.shared)
        self._shared_least = np.minimum(self._shared_costs, 0.0) * master.shared_most
        duty_of_shared = np.full(len(master.shared_cost), -1, dtype=np.int64)
        for duty, position in collector.shortfalls():
            duty_of_shared[position] = duty
        for position, call in collector.calls:
            duty_of_shared[position] = call.duty.index
        self._known = np.flatnonzero(duty_of_shared >= 0)
        self._by_shared = sparse.csr_matrix(
            (np.ones(len(self._known)), (duty_of_shared[self._known], np.arange(len(self._known)))),
            shape=(duties, len(self._known)),
        )
        priced = np.flatnonzero(~master.relaxed & ~master.equal & (duals < 0))
        pairs = sparse.csr_matrix(master.pairs)[priced]
        pairs_duty = sparse.csr_matrix(
            (np.ones(pairs.shape[1]), (np.arange(pairs.shape[1]), collector.problem.pairs_duty)),
            shape=(pairs.shape[1], duties),
        )
        about = (abs(pairs) @ pairs_duty > 0).astype(float)
        count = about.sum(axis=1).A1
        few = np.flatnonzero((count > 0) & (count <= FEW))
        self._pairs, self._shared = pairs[few], master.shared_by_row[priced[few]]
        self._limit, self._duals = master.limit[priced[few]], duals[priced[few]]
        self._by_row = sparse.csr_matrix(about[few].T @ sparse.diags(1 / count[few]))

    def of(self, solution: MasterSolution) -> Floats:
        """The losses of variables and rows by duty, none below nothing [duties]:

            V (q_j y_j - m_j min(0, q_j)) + W max(0, -u_r (b_r - A_r x - S_r y))

        V [duties x J']: the duty of each call and shortfall; W [duties x R']: the rows of FEW
        duties, in equal shares.
        """
        lost = (self._shared_costs * solution.shared - self._shared_least)[self._known]
        worked = np.zeros(self._pairs.shape[1])
        worked[[pair for _, pairs in solution.weeks.values() for pair in pairs]] = 1
        spare = self._limit - self._pairs @ worked - self._shared @ solution.shared
        return np.asarray(
            self._by_shared @ lost + self._by_row @ np.maximum(-self._duals * spare, 0.0)
        )

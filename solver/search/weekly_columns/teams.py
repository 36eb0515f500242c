"""Who works together: the duties of one service at one site in one week, and who could do them."""

import numpy as np
from scipy import sparse

from solver.search.weekly_columns.pricing import MasterProblem
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats, Ints


class Teams:
    """`of_pair[k]`: the team of each pair's duty. Rows and shared variables belong to the teams of
    whose duties they speak.

    `owner[k]`: whose line each pair is.
    """

    def __init__(self, collector: StatementCollector, master: MasterProblem, owner: Ints) -> None:
        duties = collector.problem.duties
        names = [(duty.demand.service_id, duty.demand.site_id, duty.week) for duty in duties]
        number = {name: position for position, name in enumerate(dict.fromkeys(names))}
        of_duty = np.array([number[name] for name in names], dtype=np.int64)
        self.count = len(number)
        self.of_pair = of_duty[collector.problem.pairs_duty]
        by_pair = _marks(np.arange(len(self.of_pair)), self.of_pair, len(self.of_pair), self.count)
        known = {position: call.duty.index for position, call in collector.calls}
        known.update((position, duty) for duty, position in collector.shortfalls())
        variables = np.array(list(known), dtype=np.int64)
        by_shared = _marks(
            variables, of_duty[list(known.values())], master.shared.shape[1], self.count
        )
        # [R x teams], above 0 where a row speaks of a team: |A| by_pair + |S| by_shared
        rows = abs(master.pairs) @ by_pair + abs(master.shared) @ by_shared
        # a row that names no duty speaks of those of its neighbours: variables that stand in both
        # say what follows from what
        nameless = sparse.diags((np.diff(rows.tocsr().indptr) == 0).astype(float))
        rows = rows + nameless @ (abs(master.shared) @ (abs(master.shared).T @ rows))
        self._by_row = _shares(rows)
        self._by_shared = _shares(by_shared + abs(master.shared).T @ rows)
        self.able: list[list[int]] = [[] for _ in range(self.count)]
        """By team, whose lines could do any of its duties: those first who can do little else."""
        able = sparse.csr_matrix(
            (np.ones(len(owner)), (self.of_pair, owner)),
            shape=(self.count, int(owner.max(initial=-1)) + 1),
        )
        choices = np.bincount(owner, minlength=able.shape[1])
        for team in range(self.count):
            found = able.indices[able.indptr[team] : able.indptr[team + 1]]
            self.able[team] = found[np.lexsort((found, choices[found]))].tolist()

    def of_losses(self, rows: Floats, shared: Floats) -> Floats:
        """By team, what rows [R] and shared variables [J] lose [£]; what speaks of several teams is
        divided among them: rows by_row + shared by_shared, whose rows add up to one. [teams]
        """
        return np.asarray(rows @ self._by_row + shared @ self._by_shared)


def _marks(rows: Ints, columns: Ints, height: int, width: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(height, width))


def _shares(marks: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row's marks as equal shares of one."""
    found = sparse.csr_matrix(marks)
    found.data[:] = 1.0
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(1, np.diff(found.indptr))) @ found)

"""How much a search may still spend: seconds on the clock, or steps that count the same however
busy the machine is.
"""

import time

from ortools.sat.python import cp_model

from solver.search.solver_pool import LOCAL, SolverPool
from solver.search.strategy import Limits

MOST_IN_TURN = 2
"""With more workers that take turns the solver's interleaved search has ended its process."""


class Effort:
    """What was spent of the limits, and who does the work. Deterministic: CP-SAT's own count of its
    work, of which a unit is roughly a second.
    """

    def __init__(self, limits: Limits, solver_pool: SolverPool = LOCAL) -> None:
        self.limits = limits
        # how many work side by side changes the way
        self.solver_pool = LOCAL if limits.deterministic else solver_pool
        self._began = time.monotonic()
        self._counted = 0.0

    def spent(self) -> float:
        """What was spent since the search began: seconds, or CP-SAT's count of its work."""
        return self._counted if self.limits.deterministic else time.monotonic() - self._began

    def left(self) -> float:
        """What may still be spent, in the same measure; below 0 where it was too much."""
        return self.limits.seconds - self.spent()

    def solver(
        self, seconds: float, *, workers: int | None = None, seed: int | None = None
    ) -> cp_model.CpSolver:
        """A solver that may spend so much. Several workers take turns where the way must be the
        same each time.
        """
        solver = cp_model.CpSolver()
        wanted = self.limits.workers if workers is None else workers
        solver.parameters.num_workers = (
            min(wanted, MOST_IN_TURN) if self.limits.deterministic else wanted
        )
        solver.parameters.random_seed = self.limits.seed if seed is None else seed
        solver.parameters.catch_sigint_signal = (
            False  # whoever called decides what an interrupt means
        )
        if self.limits.deterministic:
            solver.parameters.max_deterministic_time = seconds
            solver.parameters.interleave_search = True
        else:
            solver.parameters.max_time_in_seconds = seconds
        return solver

    def count(self, solver: cp_model.CpSolver) -> float:
        """Count what a solver spent, and tell it."""
        spent = float(solver.response_proto.deterministic_time)
        self.add(spent)
        return spent

    def add(self, spent: float) -> None:
        """Count what was spent elsewhere, in CP-SAT's deterministic time."""
        self._counted += spent

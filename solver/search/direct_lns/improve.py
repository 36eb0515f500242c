"""The incumbent as values of the whole model's variables: started from a roster or from nothing,
improved neighbourhood by neighbourhood.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from scheduler.domain.roster import Roster
from solver.model.cpsat import CpSatEncoder
from solver.search.direct_lns.neighbourhoods import NeighbourhoodKind, Neighbourhoods
from solver.search.direct_lns.rows import ModelRows, NeighbourhoodModel
from solver.search.direct_lns.values import Definitions, Mask, Values
from solver.search.effort import Effort

EFFORT = 1.0
"""Most that is spent on one neighbourhood, in CP-SAT's deterministic time: about a second, but the
same on a busy machine.
"""


@dataclass(frozen=True)
class NeighbourhoodSolution:
    """New values of a neighbourhood's variables; None where nothing was found. `optimal`: solved to
    the end, having `spent` so much.
    """

    values: Values | None
    optimal: bool
    spent: float


class DirectLns:
    """Keeps the incumbent (`values`). With the same seed and number of threads it takes the same
    way, however busy the machine.
    """

    def __init__(self, encoder: CpSatEncoder, effort: Effort) -> None:
        self.encoder = encoder
        self.rows = ModelRows(encoder.model)
        self.definitions = Definitions(encoder)
        self.neighbourhoods = Neighbourhoods(encoder, effort.limits.seed)
        self.values: Values = np.zeros(self.rows.size, dtype=np.int64)
        self._effort = effort
        self._seed = effort.limits.seed
        self._threads = effort.solver_pool.width

    @property
    def objective(self) -> int:
        """Of the incumbent [sixtieths of a penny]."""
        return self.rows.objective(self.values)

    def start_from(self, roster: Roster) -> bool:
        """Start from a roster; False where the model does not hold it as it is."""
        decision = self.encoder.decision(roster)
        if decision is None:
            return False
        values: Values = np.zeros(self.rows.size, dtype=np.int64)
        for variable, value in decision:
            values[variable.index] = value
        self.definitions.complete(values)
        self.values = values
        if len(
            self.rows.violated(self.values)
        ):  # a roster does not say by which agreement each lent shift runs
            self._decide(self.definitions.choices)
        return not len(self.rows.violated(self.values))

    def accept(self, values: Values) -> bool:
        """Go on from these values of people's own variables, with supply decided around them, where
        that can be kept and costs less.
        """
        before, objective = self.values, self.objective
        self.definitions.complete(values)
        self.values = values
        self._decide([*self.definitions.choices, *self.neighbourhoods.calls.tolist()])
        if self.objective < objective and not len(self.rows.violated(self.values)):
            return True
        self.values = before
        return False

    def _decide(self, variables: Sequence[int]) -> None:
        """Choose these again and keep the rest."""
        if not variables:
            return
        free = np.zeros(self.rows.size, dtype=bool)
        free[variables] = True
        neighbourhood = self._neighbourhood(free)
        solution = self._solve(neighbourhood, self._next_seed(), 5 * EFFORT)
        if solution.values is not None:
            self._apply(neighbourhood, solution.values)

    def construct(self, should_stop: Callable[[], bool]) -> bool:
        """Start from nothing: one person after another gets the best that is left. False where
        somebody can keep no rule.
        """
        self.values[:] = 0
        self.definitions.complete(self.values)
        load = np.bincount(self.neighbourhoods.person, minlength=self.neighbourhoods.people)
        for person in np.argsort(load, kind="stable").tolist():
            neighbourhood = self._neighbourhood(self.neighbourhoods.of_person(person))
            solution = self._solve(neighbourhood, self._next_seed(), 5 * EFFORT)
            if should_stop() or solution.values is None:
                return False
            self._apply(neighbourhood, solution.values)
        return not len(self.rows.violated(self.values))

    def improve(self) -> bool:
        """Solve as many neighbourhoods as there are threads; True where the roster got better."""
        before = self.objective
        attributed_cost = self.definitions.attributed_cost(self.rows.excess_cost(self.values))
        chosen = [self.neighbourhoods.choose(attributed_cost) for _ in range(self._threads)]
        tasks = [(self._neighbourhood(free), self._next_seed()) for _, free in chosen]
        with ThreadPoolExecutor(self._threads) as pool:
            solutions = list(pool.map(lambda task: self._solve(task[0], task[1], EFFORT), tasks))
        self._effort.add(sum(solution.spent for solution in solutions))
        for (kind, _), (neighbourhood, _), solution in zip(chosen, tasks, solutions, strict=True):
            self._adapt(kind, neighbourhood, solution)
        return self.objective < before

    def _adapt(
        self,
        kind: NeighbourhoodKind,
        neighbourhood: NeighbourhoodModel,
        solution: NeighbourhoodSolution,
    ) -> None:
        """Keep what is better; a neighbourhood solved beside another may no longer fit."""
        old, objective = self.values.copy(), self.objective
        if solution.values is not None:
            self._apply(neighbourhood, solution.values)
            if self.objective > objective or len(self.rows.violated(self.values)):
                self.values = old
        kind.adapt(solved=solution.optimal, improved=self.objective < objective)

    def _neighbourhood(self, decisions: Mask) -> NeighbourhoodModel:
        return self.rows.neighbourhood(self.values, self.definitions.dependent(decisions))

    def _apply(self, neighbourhood: NeighbourhoodModel, values: Values) -> None:
        self.values[neighbourhood.variables] = values
        self.definitions.complete(self.values)

    def _next_seed(self) -> int:
        self._seed = (self._seed + 1) % 2**31
        return self._seed

    def _solve(
        self, neighbourhood: NeighbourhoodModel, seed: int, effort: float
    ) -> NeighbourhoodSolution:
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = seed
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = effort
        solver.parameters.linearization_level = (
            2  # runs of days are clauses: without them the relaxation says little
        )
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.catch_sigint_signal = False
        solved = self._effort.solver_pool.solve(neighbourhood.model, solver)
        values = np.array(solved.solution, dtype=np.int64) if solved.found else None
        return NeighbourhoodSolution(values, solved.status == cp_model.OPTIMAL, solved.spent)

    def roster(self) -> Roster:
        """The incumbent as a roster."""
        return self.encoder.roster(lambda variable: int(self.values[variable.index]))

"""A roster as values of the whole model's variables: started from a roster or from nothing,
improved region by region.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from scheduler.domain.roster import Roster
from solver.model.cpsat import CpSatEncoder
from solver.search.direct_lns.regions import Kind, Regions
from solver.search.direct_lns.rows import Rows, Small
from solver.search.direct_lns.values import Definitions, Mask, Values
from solver.search.effort import Effort

EFFORT = 1.0
"""Most that is spent on one region, in CP-SAT's deterministic time: about a second, but the same on
a busy machine.
"""


@dataclass(frozen=True)
class Answer:
    """New values of a region's variables; None where nothing was found. `whole`: solved to the end,
    having `spent` so much.
    """

    values: Values | None
    whole: bool
    spent: float


class Improver:
    """Keeps the best values so far. With the same seed and number of threads it takes the same way,
    however busy the machine.
    """

    def __init__(self, encoder: CpSatEncoder, effort: Effort) -> None:
        self.encoder = encoder
        self.rows = Rows(encoder.model)
        self.definitions = Definitions(encoder)
        self.regions = Regions(encoder, effort.limits.seed)
        self.values: Values = np.zeros(self.rows.size, dtype=np.int64)
        self._effort = effort
        self._seed = effort.limits.seed
        self._threads = effort.crew.width

    @property
    def objective(self) -> int:
        return self.rows.objective(self.values)

    def take(self, roster: Roster) -> bool:
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
            self.rows.broken(self.values)
        ):  # a roster does not say by which agreement each lent shift runs
            self._decide(self.definitions.choices)
        return not len(self.rows.broken(self.values))

    def settle(self, values: Values) -> bool:
        """Go on from these values of people's own variables, with supply decided around them, where
        that can be kept and costs less.
        """
        before, objective = self.values, self.objective
        self.definitions.complete(values)
        self.values = values
        self._decide([*self.definitions.choices, *self.regions.calls.tolist()])
        if self.objective < objective and not len(self.rows.broken(self.values)):
            return True
        self.values = before
        return False

    def _decide(self, variables: Sequence[int]) -> None:
        """Choose these anew and keep the rest."""
        if not variables:
            return
        free = np.zeros(self.rows.size, dtype=bool)
        free[variables] = True
        small = self._small(free)
        answer = self._solve(small, self._next_seed(), 5 * EFFORT)
        if answer.values is not None:
            self._put(small, answer.values)

    def build(self, stopped: Callable[[], bool]) -> bool:
        """Start from nothing: one person after another gets the best that is left. False where
        somebody can keep no rule.
        """
        self.values[:] = 0
        self.definitions.complete(self.values)
        load = np.bincount(self.regions.person, minlength=self.regions.people)
        for person in np.argsort(load, kind="stable").tolist():
            small = self._small(self.regions.of_person(person))
            answer = self._solve(small, self._next_seed(), 5 * EFFORT)
            if stopped() or answer.values is None:
                return False
            self._put(small, answer.values)
        return not len(self.rows.broken(self.values))

    def improve(self) -> bool:
        """Decide as many regions anew as there are threads; True where the roster became better."""
        before = self.objective
        blame = self.definitions.blame(self.rows.paid(self.values))
        chosen = [self.regions.choose(blame) for _ in range(self._threads)]
        tasks = [(self._small(free), self._next_seed()) for _, free in chosen]
        with ThreadPoolExecutor(self._threads) as pool:
            answers = list(pool.map(lambda task: self._solve(task[0], task[1], EFFORT), tasks))
        self._effort.add(sum(answer.spent for answer in answers))
        for (kind, _), (small, _), answer in zip(chosen, tasks, answers, strict=True):
            self._learn(kind, small, answer)
        return self.objective < before

    def _learn(self, kind: Kind, small: Small, answer: Answer) -> None:
        """Keep what is better; a region that was decided beside another may no longer fit."""
        old, objective = self.values.copy(), self.objective
        if answer.values is not None:
            self._put(small, answer.values)
            if self.objective > objective or len(self.rows.broken(self.values)):
                self.values = old
        kind.learn(solved=answer.whole, improved=self.objective < objective)

    def _small(self, decisions: Mask) -> Small:
        return self.rows.small(self.values, self.definitions.reached(decisions))

    def _put(self, small: Small, values: Values) -> None:
        self.values[small.variables] = values
        self.definitions.complete(self.values)

    def _next_seed(self) -> int:
        self._seed = (self._seed + 1) % 2**31
        return self._seed

    def _solve(self, small: Small, seed: int, effort: float) -> Answer:
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
        solved = self._effort.crew.solve(small.model, solver)
        values = np.array(solved.solution, dtype=np.int64) if solved.found else None
        return Answer(values, solved.status == cp_model.OPTIMAL, solved.spent)

    def roster(self) -> Roster:
        return self.encoder.roster(lambda variable: int(self.values[variable.index]))

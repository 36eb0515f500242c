"""The solver pool: who solves the many small models that a search makes, this process by itself, or
others that it sends them to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ortools.sat.python import cp_model

from solver.search.proven_bound import proven_bound


@dataclass(frozen=True)
class SolvedModel:
    """What became of a small model. `spent` is CP-SAT's count of its work, `took` the seconds of
    the solve, `bound` what is proven of its objective.
    """

    status: cp_model.CpSolverStatus
    solution: Sequence[int]
    bound: float
    spent: float
    took: float

    @property
    def found(self) -> bool:
        """Whether there is a solution."""
        return self.status in (cp_model.OPTIMAL, cp_model.FEASIBLE)


class SolverPool(Protocol):
    """Solves small models; `width` of them side by side, when so many threads ask."""

    @property
    def width(self) -> int:
        """How many models it solves side by side."""
        ...

    def solve(self, model: cp_model.CpModel, solver: cp_model.CpSolver) -> SolvedModel:
        """With the solver's parameters. Waits for the end."""
        ...


class LocalPool:
    """This process. CP-SAT works outside Python's lock, so that threads are enough."""

    width = 2

    def solve(self, model: cp_model.CpModel, solver: cp_model.CpSolver) -> SolvedModel:
        """As the solver's parameters say. Waits for the end."""
        status = solver.solve(model)
        answer = solver.response_proto
        solution = list(answer.solution) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else []
        return SolvedModel(
            status,
            solution,
            proven_bound(model, solver),
            float(answer.deterministic_time),
            float(solver.wall_time),
        )


LOCAL = LocalPool()


@dataclass(frozen=True)
class PackedModel:
    """A small model with its solver's parameters, as text that any process with the same OR-Tools
    reads.
    """

    model: str
    parameters: str

    @classmethod
    def of(cls, model: cp_model.CpModel, solver: cp_model.CpSolver) -> "PackedModel":
        """Packed up, to be sent."""
        return cls(str(model.proto), str(solver.parameters))

    def solve(self) -> SolvedModel:
        """Unpacked and solved in this process. Waits for the end."""
        model, solver = cp_model.CpModel(), cp_model.CpSolver()
        model.proto.parse_text_format(self.model)
        solver.parameters.parse_text_format(self.parameters)
        return LOCAL.solve(model, solver)

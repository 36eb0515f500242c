"""What every variable of a model is worth once the decisions are taken: its definitions, worked out
level by level.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from solver.model.cpsat import CpSatEncoder, Definition

Values = npt.NDArray[np.int64]
"""By index of the variable."""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Level:
    """Definitions whose inputs are all known once the levels before are."""

    variables: npt.NDArray[np.int64]
    inputs: sparse.csr_matrix
    share: sparse.csr_matrix
    """variables x definitions: 1 / number of inputs."""
    least: Values
    most: Values
    each: Values


class Definitions:
    """The auxiliary variables of a model: `complete` works them out, `dependent` says which of them
    depend on some decisions.
    """

    def __init__(self, encoder: CpSatEncoder) -> None:
        self.size = len(encoder.model.proto.variables)
        self._choices = [
            (literal.index, [one.index for one in group]) for literal, group in encoder.choices
        ]
        self._levels = [_level(those, self.size) for those in _by_level(encoder.definitions)]

    @property
    def choices(self) -> list[int]:
        """Variables that decisions leave open: of each group one holds where its literal does."""
        return [one for _, group in self._choices for one in group]

    def complete(self, values: Values) -> None:
        """Set every defined variable, in place. Choices already made are kept where they still
        agree, else the first is chosen. By level, with t = inputs @ values:

            ceil(max(0, t - least) / each)  where `each` is above 0,   else   least <= t <= most
        """
        for literal, group in self._choices:
            if values[group].sum() != values[literal]:
                values[group] = 0
                values[group[0]] = values[literal]
        for level in self._levels:
            total = level.inputs @ values
            inside = (total >= level.least) & (total <= level.most)
            excess = -(-np.maximum(total - level.least, 0) // np.maximum(level.each, 1))
            values[level.variables] = np.where(level.each > 0, excess, inside)

    def dependent(self, free: Mask) -> Mask:
        """The free variables, and those which these define directly or through others."""
        found = free.copy()
        for literal, group in self._choices:
            if found[literal]:
                found[group] = True
        for level in self._levels:
            found[level.variables] = (abs(level.inputs) @ found.astype(np.int64)) > 0
        return found

    def attributed_cost(self, excess_cost: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What is paid for each variable, handed down in equal parts to the decisions that it
        depends on: level by level from the last, cost += share @ cost[level]. [variables]
        """
        found = excess_cost.copy()
        for level in reversed(self._levels):
            found += level.share @ found[level.variables]
        return found


def _by_level(definitions: list[Definition]) -> list[list[Definition]]:
    depth: dict[int, int] = {}
    levels: list[list[Definition]] = []
    for definition in definitions:
        own = max((depth.get(index, 0) for _, index in definition.inputs), default=0) + 1
        depth[definition.variable] = own
        while len(levels) < own:
            levels.append([])
        levels[own - 1].append(definition)
    return levels


def _level(definitions: list[Definition], size: int) -> _Level:
    rows = [i for i, definition in enumerate(definitions) for _ in definition.inputs]
    columns = [index for definition in definitions for _, index in definition.inputs]
    coefficients = [
        coefficient for definition in definitions for coefficient, _ in definition.inputs
    ]
    equal = [1 / len(definition.inputs) for definition in definitions for _ in definition.inputs]
    return _Level(
        np.array([definition.variable for definition in definitions], dtype=np.int64),
        sparse.csr_matrix(
            (np.array(coefficients, dtype=np.int64), (rows, columns)),
            shape=(len(definitions), size),
        ),
        sparse.csr_matrix((equal, (columns, rows)), shape=(size, len(definitions))),
        np.array([definition.least for definition in definitions], dtype=np.int64),
        np.array([definition.most for definition in definitions], dtype=np.int64),
        np.array([definition.each for definition in definitions], dtype=np.int64),
    )

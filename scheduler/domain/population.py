"""Over whom the cases of one comparison are counted: in every case the same people, so that none is
worse for seeing more of them.

Somebody who may fill nothing as things are is in no roster, and owes nothing there. A passport
would bring such a person in, with the hours owed and with a share of what is shared out. What
cannot be a loss must not look like one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]
"""(employments, duties), side by side."""


class WithId(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str:
        """Its id, unlike that of any other of its kind."""
        ...


class ComparedCase(Protocol):
    """What is asked of a case's problem: people, employments and duties by their ids, and the
    positions of the pairs' employment and duty.
    """

    @property
    def people(self) -> Sequence[WithId]:
        """Everybody who may fill some of its demand."""
        ...

    @property
    def employments(self) -> Sequence[WithId]:
        """Their employments, in the order to which `pairs_employment` points."""
        ...

    @property
    def duties(self) -> Sequence[WithId]:
        """Its demand, in the order to which `pairs_duty` points."""
        ...

    @property
    def pairs_employment(self) -> npt.NDArray[np.int32]:
        """Position of each pair's employment (pairs,)."""
        ...

    @property
    def pairs_duty(self) -> npt.NDArray[np.int32]:
        """Position of each pair's duty (pairs,)."""
        ...


@dataclass(frozen=True)
class Population:
    """Everybody who may fill something in any of the cases, and what. `rows`, `columns`: positions
    of the pairs' contract and demand.
    """

    staff_ids: frozenset[str]
    contract_ids: tuple[str, ...] = field(repr=False)
    demand_ids: tuple[str, ...] = field(repr=False)
    rows: npt.NDArray[np.int64] = field(repr=False)
    columns: npt.NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, cases: Iterable[ComparedCase]) -> "Population":
        """Of all these cases of one period together, of which no more than one is held at a
        time.
        """
        row_of: dict[str, int] = {}
        column_of: dict[str, int] = {}
        staff_ids: set[str] = set()
        codes = np.zeros(0, dtype=np.int64)
        for problem in cases:
            staff_ids.update(person.id for person in problem.people)
            rows, columns = _placed(row_of, problem.employments), _placed(column_of, problem.duties)
            own = rows[problem.pairs_employment] * WIDE + columns[problem.pairs_duty]
            codes = np.union1d(codes, own)
        contract_ids, demand_ids = tuple(sorted(row_of)), tuple(sorted(column_of))
        rows, columns = np.divmod(codes, WIDE)
        rows, columns = _sorted_places(row_of)[rows], _sorted_places(column_of)[columns]
        order = np.lexsort((columns, rows))
        return cls(frozenset(staff_ids), contract_ids, demand_ids, rows[order], columns[order])

    def pairs(self, employment_of: Mapping[str, int], duty_of: Mapping[str, int]) -> Pairs:
        """The pairs by the indexes of a problem: of each contract's employment and of each demand's
        duty. Whoever is employed, or whatever is asked for, in other cases alone has none.
        """
        employments = np.array(
            [employment_of.get(contract_id, -1) for contract_id in self.contract_ids],
            dtype=np.int32,
        )
        duties = np.array([duty_of.get(demand_id, -1) for demand_id in self.demand_ids], np.int32)
        rows, columns = employments[self.rows], duties[self.columns]
        there = (rows >= 0) & (columns >= 0)
        return rows[there], columns[there]


WIDE = 1 << 32
"""More columns than there ever are."""


def _placed(places: dict[str, int], things: Sequence[WithId]) -> npt.NDArray[np.int64]:
    """The place of each, in the order in which they were first met."""
    return np.array([places.setdefault(one.id, len(places)) for one in things], dtype=np.int64)


def _sorted_places(places: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Place -> place among the sorted ids."""
    found = np.zeros(len(places), dtype=np.int64)
    for position, name in enumerate(sorted(places)):
        found[places[name]] = position
    return found

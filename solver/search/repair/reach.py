"""How far a small change may reach: whose shifts, and which, are open; all else of the roster is
kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.delta import pairs_used

Flags = npt.NDArray[np.bool_]
DAYS = (None, 0, 1, 3, 7)
"""So many days before and after what is asked for somebody may leave a shift for it: ever wider.
None: nobody leaves a shift.
"""
MOST_PAIRS = 6_000
"""With more open pairs than this there is no hope of a proof within seconds."""


@dataclass(frozen=True)
class SearchRadius:
    """`pairs`: flags over the problem's pairs that are open; `calls`: indexes of duties where
    temporary supply is; `days`: see DAYS.
    """

    pairs: Flags
    calls: frozenset[int]
    days: int | None
    people: int
    shifts: int


def radii(
    problem: Problem,
    roster: Roster,
    demand_ids: Iterable[str],
    *,
    only: str | None = None,
    most: int = MOST_PAIRS,
) -> list[SearchRadius]:
    """Who can fill the demand asked for; the shifts that these people have around it; and who can
    fill those: ever wider.

    `only`: of those who can fill what is asked for, this person and who is there now.
    """
    around = _Around(problem, roster, demand_ids, only)
    found: list[SearchRadius] = []
    for days in DAYS:
        reach = around.within(days)
        if found and (reach.pairs.sum() > most or (reach.pairs == found[-1].pairs).all()):
            continue
        found.append(reach)
    return found


def widest_radius(
    problem: Problem, roster: Roster, demand_ids: Iterable[str], *, only: str | None = None
) -> SearchRadius:
    """The last of `radii`."""
    return radii(problem, roster, demand_ids, only=only)[-1]


class _Around:
    def __init__(
        self, problem: Problem, roster: Roster, demand_ids: Iterable[str], only: str | None
    ) -> None:
        self.columns = problem.pairs_duty
        self.asked = np.array(
            sorted({problem.duty_by_id[demand_id].index for demand_id in demand_ids}),
            dtype=np.int64,
        )
        self.day = np.array([duty.date.toordinal() for duty in problem.duties], dtype=np.int64)
        self.person = np.array([p.index for p in problem.person_of_employment], dtype=np.int64)[
            problem.pairs_employment
        ]
        self.used = np.zeros(len(self.person), dtype=bool)
        self.used[pairs_used(problem, roster)] = True
        self.first = np.isin(self.columns, self.asked)
        if only is not None:
            self.first &= self.used | (self.person == problem.person_by_id[only].index)
        # through another contract the same shift would be no other shift
        place = self.person * len(problem.duties) + self.columns
        self.free = self.used | ~np.isin(place, place[self.used])
        self.callers = np.unique(self.person[self.first & ~self.used])

    def within(self, days: int | None) -> SearchRadius:
        left = np.zeros(len(self.person), dtype=bool)
        if days is not None and len(self.asked):
            near = (np.abs(self.day[:, None] - self.day[self.asked][None, :]) <= days).any(axis=1)
            left = self.used & np.isin(self.person, self.callers) & near[self.columns]
        left_duties = self.columns[left]
        pairs = self.free & (left | self.first | (np.isin(self.columns, left_duties) & ~self.used))
        duties = np.union1d(left_duties, self.asked).tolist()
        return SearchRadius(
            pairs, frozenset(duties), days, len(np.unique(self.person[pairs])), len(duties)
        )

"""How far a small change may reach: whose shifts, and which, are open; all else of the roster is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.marginal import pairs_used

Flags = npt.NDArray[np.bool_]
DAYS = (7, 3, 1, 0)
"""So many days before and after what is asked for somebody may leave a shift for it: the first that is small enough."""
MOST_PAIRS = 6_000
"""So many open pairs are solved to the end within seconds."""


@dataclass(frozen=True)
class Reach:
    """`pairs`: flags over the problem's pairs that are open; `calls`: indexes of duties where temporary supply is; `days`: see DAYS.

    `days` None: only the places asked for are filled, and nobody leaves a shift for it.
    """

    pairs: Flags
    calls: frozenset[int]
    days: int | None
    people: int
    shifts: int


def reach_around(
    problem: Problem, roster: Roster, demand_ids: Iterable[str], *, since: date = date.min, only: str | None = None, most: int = MOST_PAIRS
) -> Reach:
    """Who can fill the demand asked for; the shifts that these people have around it; and who can fill those.

    `since`: shifts before this date stay. `only`: of those who can fill what is asked for, this person and who is there now.
    """
    asked = np.array(sorted({problem.duty_by_id[demand_id].index for demand_id in demand_ids}), dtype=np.int64)
    day = np.array([duty.date.toordinal() for duty in problem.duties], dtype=np.int64)
    person = np.array([p.index for p in problem.person_of_employment], dtype=np.int64)[problem.pairs_employment]
    used = np.zeros(len(person), dtype=bool)
    used[pairs_used(problem, roster)] = True
    later = (day >= since.toordinal())[problem.pairs_duty]
    first = np.isin(problem.pairs_duty, asked) & later
    if only is not None:
        first &= used | (person == problem.person_by_id[only].index)
    # through another contract the same shift would be no other shift
    size = len(problem.duties)
    place = person * size + problem.pairs_duty
    free = later & (used | ~np.isin(place, place[used]))
    callers = person[first] if only is None else np.array([problem.person_by_id[only].index])
    for days in (*DAYS, None):
        left = np.zeros(len(person), dtype=bool)
        if days is not None and len(asked):
            near = (np.abs(day[:, None] - day[asked][None, :]) <= days).any(axis=1)
            left = used & np.isin(person, callers) & near[problem.pairs_duty]
        duties = np.union1d(problem.pairs_duty[left], asked)
        pairs = free & (left | first | np.isin(problem.pairs_duty, problem.pairs_duty[left]) & ~used)
        if pairs.sum() <= most or days is None:
            break
    later_duties = [int(index) for index in duties if day[index] >= since.toordinal()]
    return Reach(pairs, frozenset(later_duties), days, len(np.unique(person[pairs])), len(later_duties))

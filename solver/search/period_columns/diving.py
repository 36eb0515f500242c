"""Diving, from the linear programme over columns to one period for each: the surest are fixed, the
others' columns are generated again, until everybody has one.
"""

from collections.abc import Callable, Mapping

from solver.search.period_columns.blocks import PeriodColumn
from solver.search.period_columns.column_generation import ColumnGeneration
from solver.search.period_columns.restricted_master import LpSolution

SURE = 0.95
"""A period taken by so much is fixed with others of its kind, at most this SHARE of those who are
free at once.
"""
SHARE = 0.1
LEAST_ROUNDS, MOST_ROUNDS = 2, 12
"""Rounds of pricing between two steps: the more, the better the roster."""


def dive(
    generation: ColumnGeneration,
    lp_solution: LpSolution,
    should_stop: Callable[[], bool],
    budget: float,
    given: Mapping[int, PeriodColumn] | None = None,
) -> dict[int, PeriodColumn]:
    """A period for each person, from the linear programme's solution on; where time is over, for
    all who are left the likeliest. The master is released again.

    `budget`: about how much may be spent, in what the limits count. `given`: periods that the
    master has fixed already.
    """
    master, fixed = generation.master, dict(given or {})
    people = generation.blocks.people
    each = generation.round_spent / people
    # a step for each, in which half of them are priced
    rounds = int(2 * budget / max(1e-9, each * (people - len(fixed)) ** 2))
    rounds = min(max(rounds, LEAST_ROUNDS), MOST_ROUNDS)

    def fix(person: int, number: int) -> None:
        master.fix(person, number)
        fixed[person] = master.periods[number][1]

    while len(fixed) < people:
        free = sorted(
            lp_solution.likely.keys() - fixed.keys(),
            key=lambda person: (-lp_solution.likely[person][0], person),
        )
        sure = [person for person in free if lp_solution.likely[person][0] >= SURE]
        ended = should_stop()
        for person in free if ended else sure[: max(1, int(SHARE * len(free)))] or free[:1]:
            fix(person, lp_solution.likely[person][1])
        lp_solution = (
            lp_solution if ended else generation.run(fixed, most_rounds=rounds) or lp_solution
        )
    master.release()
    return fixed

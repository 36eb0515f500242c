"""From a mixture of periods to one for each: the surest are kept, the others' are priced anew,
until everybody has one.
"""

from collections.abc import Callable, Mapping

from solver.search.period_columns.blocks import Period
from solver.search.period_columns.column_generation import Generating
from solver.search.period_columns.restricted_master import Mixture

SURE = 0.95
"""A period taken by so much is kept with others of its kind, at most this SHARE of those who are
free at once.
"""
SHARE = 0.1
LEAST_ROUNDS, MOST_ROUNDS = 2, 12
"""Rounds of pricing between two steps: the more, the better the roster."""


def dive(
    generating: Generating,
    mixture: Mixture,
    over: Callable[[], bool],
    budget: float,
    given: Mapping[int, Period] | None = None,
) -> dict[int, Period]:
    """A period for each person, from the mixture on; where time is over, for all who are left the
    likeliest. The master is free again.

    `budget`: about how much may be spent, in what the limits count. `given`: periods that the
    master keeps already.
    """
    master, kept = generating.master, dict(given or {})
    people = generating.blocks.people
    each = generating.round_spent / people
    rounds = int(
        2 * budget / max(1e-9, each * (people - len(kept)) ** 2)
    )  # a step for each, in which half of them are priced
    rounds = min(max(rounds, LEAST_ROUNDS), MOST_ROUNDS)

    def keep(person: int, number: int) -> None:
        master.keep(person, number)
        kept[person] = master.periods[number][1]

    while len(kept) < people:
        free = sorted(
            mixture.likely.keys() - kept.keys(),
            key=lambda person: (-mixture.likely[person][0], person),
        )
        sure = [person for person in free if mixture.likely[person][0] >= SURE]
        ended = over()
        for person in free if ended else sure[: max(1, int(SHARE * len(free)))] or free[:1]:
            keep(person, mixture.likely[person][1])
        mixture = mixture if ended else generating.run(kept, most_rounds=rounds) or mixture
    master.free()
    return kept

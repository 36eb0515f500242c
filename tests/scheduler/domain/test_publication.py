"""Which publication counts on which date."""

from datetime import date, timedelta

import pytest

from scheduler.domain.publication import dates_in_force, stretches, stretches_text
from tests.factories import MONDAY


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


def offsets(dates: frozenset[date]) -> list[int]:
    return sorted((found - MONDAY).days for found in dates)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([(0, 6)], [[0, 1, 2, 3, 4, 5, 6]]),
        ([(0, 3), (4, 5)], [[0, 1, 2, 3], [4, 5]]),  # they only touch
        ([(0, 5), (2, 3)], [[0, 1, 4, 5], [2, 3]]),  # the later one inside the earlier
        ([(2, 3), (0, 5)], [[], [0, 1, 2, 3, 4, 5]]),  # the earlier one inside the later
        ([(0, 3), (2, 5)], [[0, 1], [2, 3, 4, 5]]),  # they overlap at an end
        ([(0, 5), (1, 2), (2, 3)], [[0, 4, 5], [1], [2, 3]]),  # each from what was before it
        (
            [(0, 2), (0, 0), (1, 1), (2, 2)],
            [[], [0], [1], [2]],
        ),  # day by day, until nothing is left
    ],
)
def test_on_each_date_the_latest_publication_that_covers_it_counts(
    periods: list[tuple[int, int]], expected: list[list[int]]
) -> None:
    found = dates_in_force([("ESX", day(first), day(last)) for first, last in periods])
    assert [offsets(dates) for dates in found] == expected


def test_publications_of_another_collaborative_say_nothing() -> None:
    found = dates_in_force([("ESX", day(0), day(2)), ("SFK", day(1), day(1))])
    assert [offsets(dates) for dates in found] == [[0, 1, 2], [1]]


def test_dates_are_told_as_stretches() -> None:
    dates = [day(offset) for offset in (15, 0, 1, 2, 13, 14, 20)]
    assert stretches(dates) == [(day(0), day(2)), (day(13), day(15)), (day(20), day(20))]
    assert stretches_text(dates) == "11 Jan to 13 Jan, 24 Jan to 26 Jan, 31 Jan"
    assert stretches_text([]) == ""

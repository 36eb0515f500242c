"""The period over which the law averages a person's hours."""

from datetime import date, timedelta

import pytest

from solver.rule.reference_period import days_present, reference_start

LAST = date(2027, 1, 17)


@pytest.mark.parametrize(
    ("first_known", "start"),
    [
        (date(2027, 1, 17), date(2027, 1, 11)),
        (date(2027, 1, 11), date(2027, 1, 11)),
        (date(2027, 1, 10), date(2027, 1, 4)),
        (LAST - timedelta(days=7 * 17 - 1), LAST - timedelta(days=7 * 17 - 1)),
        (LAST - timedelta(days=7 * 17), LAST - timedelta(days=7 * 17 - 1)),
        (date(2020, 1, 1), LAST - timedelta(days=7 * 17 - 1)),
    ],
)
def test_whole_blocks_end_with_the_period(first_known: date, start: date) -> None:
    assert reference_start(LAST, first_known, 17) == start


def test_leave_at_both_edges_is_left_out_of_the_divisor() -> None:
    first = date(2027, 1, 11)
    leave = {date(2027, 1, 10), first, LAST, date(2027, 1, 18)}
    assert days_present(first, LAST, leave) == 5

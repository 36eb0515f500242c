"""The period over which the law averages a person's hours."""

from collections.abc import Set
from datetime import date, timedelta


def reference_start(last: date, first_known: date, blocks: int) -> date:
    """First date of the seven-day blocks that end on `last`: up to so many of them, from the block
    of the person's own first known shift.
    """
    back = min(blocks - 1, (last - first_known).days // 7)
    return last - timedelta(days=7 * back + 6)


def days_present(first: date, last: date, leave: Set[date]) -> int:
    """Dates from first to last without those of leave, which the divisor of an average leaves
    out.
    """
    return (last - first).days + 1 - sum(first <= day <= last for day in leave)

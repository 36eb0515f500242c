"""How far a week's pay depends on what was worked before a shift: the few ranges of minutes that matter."""

from collections.abc import Sequence

Hours = tuple[int, int, int]
"""(start, end, paid minutes)"""


def before_values(slots: Sequence[Hours], known: Sequence[Hours], *, rest: int, most: int | None) -> list[list[int]]:
    """For each slot, every number of paid minutes that can come before it in the week, in ascending order.

    `slots` in order of time; shifts are at least `rest` minutes apart; no total above `most` (None = no limit).
    """
    found: list[set[int]] = []
    for position, (start, _, paid) in enumerate(slots):
        sums = {0}
        for earlier in range(position):
            if slots[earlier][1] + rest <= start:
                sums |= {total + slots[earlier][2] for total in found[earlier]}
        done = sum(minutes for at, _, minutes in known if at < start)
        # known minutes are added last, so that sums of slots are not counted twice
        found.append({total for total in sums if most is None or total + done + paid <= most})
    result = []
    for (start, _, _), sums in zip(slots, found, strict=True):
        done = sum(minutes for at, _, minutes in known if at < start)
        result.append(sorted(total + done for total in sums) or [done])
    return result


def cases(values: Sequence[int], paid: int, owed: int, plain_until: int) -> list[tuple[int, int]]:
    """Ranges (first, last) of the values within each of which a slot of `paid` minutes is paid the same.

    All contracted, all extra and all overtime are one range each; across a border every value is a case of its own.
    """
    ranges: list[tuple[int, int]] = []
    previous = ""
    for value in values:
        if value + paid <= owed:
            kind = "contracted"
        elif owed <= value and value + paid <= plain_until:
            kind = "extra"
        elif plain_until <= value:
            kind = "overtime"
        else:
            kind = ""
        if kind and kind == previous:
            ranges[-1] = (ranges[-1][0], value)
        else:
            ranges.append((value, value))
        previous = kind
    return ranges

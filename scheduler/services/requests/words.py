"""What somebody has told, and what became of it, in words."""

from collections import defaultdict
from collections.abc import Callable
from typing import assert_never

from scheduler.domain.clock import WEEKDAYS
from scheduler.domain.request import (
    Asked,
    ConsentAsked,
    LeaveAsked,
    PatternAsked,
    SickAsked,
    StaffRequest,
    WellAsked,
    WishAsked,
)
from scheduler.domain.version_words import span
from scheduler.domain.wording import counted

ShiftName = Callable[[str], str]
"""What a kind of shift is called, by its id."""


def asked_words(asked: Asked, shift: ShiftName) -> str:
    """`annual leave, Mon 11 to Tue 12 January`."""
    match asked:
        case SickAsked():
            return f"sickness, {span(asked.first, asked.last)}"
        case WellAsked():
            return f"well again from {span(asked.first, asked.first)}"
        case LeaveAsked():
            kind = "leave" if asked.leave == "other" else f"{asked.leave} leave"
            return f"{kind}, {span(asked.first, asked.last)}"
        case WishAsked():
            day = span(asked.day, asked.day)
            what = "any shift" if asked.shift_type_id is None else shift(asked.shift_type_id)
            if asked.weight is None:
                return f"no wish any more about {what} on {day}"
            wants = "to work" if asked.weight > 0 else "not to work"
            return f"a wish {wants} {what} on {day} ({counted(abs(int(asked.weight)), 'point')})"
        case PatternAsked():
            return _pattern(asked, shift)
        case ConsentAsked():
            most = asked.max_travel_minutes
            far = "no limit on the journey" if most is None else f"journeys up to {most:g} minutes"
            if not asked.accepts_other_hosts:
                return f"no work for other hosts, {far}"
            only = f" ({len(asked.hosts)} of them)" if asked.hosts else ""
            often = (
                ""
                if asked.most_shifts is None
                else f", at most {counted(asked.most_shifts, 'shift')} a month"
            )
            return f"work for other hosts{only}{often}, {far}"
        case _:
            assert_never(asked)


def _pattern(asked: PatternAsked, shift: ShiftName) -> str:
    begin = span(asked.from_date, asked.from_date)
    if not asked.days:
        return f"no fixed pattern any more, from {begin}"
    weeks: dict[int, list[str]] = defaultdict(list)
    for day, shift_type_id in sorted(asked.days):
        weekday = WEEKDAYS[(asked.from_date.weekday() + day - 1) % 7][:3]
        weeks[(day - 1) // 7 + 1].append(f"{weekday} {shift(shift_type_id)}")
    told = "; ".join(
        f"{f'week {week}: ' if asked.weeks > 1 else ''}{', '.join(weeks[week]) or 'off'}"
        for week in range(1, asked.weeks + 1)
    )
    return f"a pattern of {counted(asked.weeks, 'week')} from {begin}: {told}"


def state_words(request: StaffRequest) -> str:
    """What became of it: `waits for an answer`, `refused: Two are away already.`"""
    words = f": {request.words}" if request.words else ""
    match request.state:
        case "open":
            return "waits for an answer"
        case "granted":
            return "done" if request.at_once else f"granted{words}"
        case "refused":
            return f"refused{words}"
        case "taken_back":
            return "taken back"

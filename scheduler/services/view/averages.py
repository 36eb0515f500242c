"""What the law allows one person to work on average, and what they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain.duty import KnownShift
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.wording import counted
from solver.constraints.average_week import AverageWeek
from solver.constraints.night_average import NightAverage
from solver.rule.reference_period import days_present, reference_start


@dataclass(frozen=True)
class Average:
    """A legal limit on hours over whole weeks. `limit_hours` is None where it does not apply.

    `hours`: the person's own figure, in what the limit is counted in. `over`: whether they are over
    the limit. `words`: why it does not apply; `unknown`: what is not known; both empty where there
    is nothing to say.
    """

    hours: float | None
    limit_hours: float | None
    total: int
    """Worked and published over these dates [minutes]."""
    first: date
    last: date
    over: bool
    words: str
    unknown: str


def averages(
    index: FactIndex, staff_id: str, known: Sequence[KnownShift], last: date
) -> tuple[Average, Average, int, int]:
    """The average week up to a date, a night worker's average day, how many of the shifts in these
    dates are at night, and how many there are.

    `known`: the person's shifts up to the date, in order of time.
    """
    weekly, nightly = AverageWeek(), NightAverage()
    longest = reference_start(last, date.min, weekly.blocks)
    if not known:
        words = f"Not known: no shift is known of from {longest:%-d %B %Y} to {last:%-d %B %Y}."
        none = Average(None, None, 0, longest, last, over=False, words="", unknown=words)
        return none, none, 0, 0
    leave = index.leave_dates(staff_id)
    first = reference_start(last, known[0].date, weekly.blocks)
    shifts = [shift for shift in known if shift.date >= first]
    total, present = sum(shift.paid for shift in shifts), days_present(first, last, leave)
    missing = (
        f"Not known: what you worked before {known[0].date:%-d %B %Y}; the law looks at"
        f" {weekly.blocks} weeks."
        if first > longest
        else ""
    )
    opted_out = index.staff[staff_id].wtr_opt_out
    nights = sum(shift.night for shift in shifts)
    by_night = nightly.of_night_worker(nights, len(shifts))
    week = Average(
        hours=total * 7 / present / 60 if present else None,
        limit_hours=None if opted_out else weekly.hours,
        total=total,
        first=first,
        last=last,
        over=not opted_out and total > weekly.allowed(first, last, leave),
        words=f"You have opted out of the {weekly.hours:g}-hour limit." if opted_out else "",
        unknown=missing,
    )
    night = Average(
        hours=total * 7 / (6 * present) / 60 if present and by_night else None,
        limit_hours=nightly.hours if by_night else None,
        total=total,
        first=first,
        last=last,
        over=by_night and total > nightly.allowed(first, last, leave),
        words=""
        if by_night
        else (
            f"The limit for night workers does not apply to you now: {nights or 'none'} of your"
            f" {counted(len(shifts), 'shift')} {'is' if nights == 1 else 'are'} at night, fewer"
            f" than one in {nightly.one_in}."
        ),
        unknown=missing,
    )
    return week, night, nights, len(shifts)

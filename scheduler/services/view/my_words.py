"""One person's time and clearance in sentences, as they read them on their page and on the command
line: without ids, and without a word that nobody explains.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from scheduler.domain.facts import LONDON
from scheduler.domain.held_ending import HeldEnding
from scheduler.domain.wording import counted
from scheduler.services.view.averages import Average
from scheduler.services.view.my_clearance import USUAL_WEEKS, HeldThing, MyClearance
from scheduler.services.view.my_time import MyTime, OwedHours
from scheduler.services.view.openings import COMING_WEEKS, Opening
from scheduler.services.view.roster_tables import day_label

NEAR_DAYS = 365
"""How near an end is for its days to be counted."""
MOST_NAMED = 4
"""Places that one line names; of more it says how many."""


def long_day(day: date) -> str:
    """`11 January 2027`."""
    return f"{day:%-d %B %Y}"


def in_hours(minutes: float) -> str:
    """`7.5 h`."""
    return f"{round(minutes / 60, 2):g} h"


# --- time


def hours_lines(found: MyTime) -> Iterator[str]:
    """What each employer is owed, and has; and all together where there are several."""
    for one in found.employments:
        yield _owed(one, found)
    if len(found.employments) > 1:
        yield f"Together: {in_hours(found.planned)} of work, {in_hours(found.owed)} owed."
    if not found.employments:
        yield "You hold no contract in these dates, as far as is known here."


def _owed(one: OwedHours, found: MyTime) -> str:
    if not one.contract_ids:
        return f"{one.employer}: {in_hours(one.planned)}; through which contract is not known."
    if one.bank:
        return (
            f"{one.employer}, bank, as {one.role}: {in_hours(one.planned)}; a bank contract owes"
            " no hours."
        )
    part = (
        f" (this contract from {long_day(one.first)} to {long_day(one.last)})"
        if (one.first, one.last) != (found.first, found.last)
        else ""
    )
    away = (
        f" {counted(one.leave_days, 'weekday')} of leave"
        f" {'is' if one.leave_days == 1 else 'are'} taken off what is owed."
        if one.leave_days
        else ""
    )
    left = (
        f"{in_hours(-one.difference)} still to be planned"
        if one.difference < 0
        else f"{in_hours(one.difference)} more than owed"
        if one.difference
        else "exactly what is owed"
    )
    return (
        f"{one.employer}, as {one.role}{part}: {in_hours(one.planned)} of work,"
        f" {in_hours(one.owed)} owed; {left}.{away}"
    )


def pay_lines(found: MyTime) -> Iterator[str]:
    """What each published shift is paid as."""
    employers = {one.employer for one in found.employments}
    for shift in found.shifts:
        by = f", {shift.employer}" if len(employers) > 1 else ""
        yield (
            f"{day_label(shift.start.date())} {shift.start:%H:%M}–{shift.end:%H:%M}"
            f"{', night' if shift.night else ''}, {shift.site}{by}: {in_hours(shift.paid)} paid,"
            f" {shift.pay}."
        )


def average_lines(found: MyTime) -> Iterator[str]:
    """The average week and the night average against the law, and what is not known of them."""
    week, night = found.week, found.night
    if week.hours is not None:
        limit = (
            f"the law allows {week.limit_hours:g} h on average."
            if week.limit_hours is not None
            else week.words[:1].lower() + week.words[1:]
        )
        yield f"Your average week: {week.hours:.1f} h; {limit}{_over(week)}"
    if night.hours is not None and night.limit_hours is not None:
        yield (
            f"As a night worker ({found.night_shifts} of your"
            f" {counted(found.shifts_counted, 'shift')} are at night): {night.hours:.1f} h in 24"
            f" hours on average, on six days a week; the law allows {night.limit_hours:g} h, and"
            f" nobody can opt out of that.{_over(night)}"
        )
    elif night.words:
        yield night.words
    if week.hours is not None:
        yield (
            f"Worked and published, from {long_day(week.first)} to {long_day(week.last)}; days of"
            " leave are left out."
        )
    if week.unknown:
        yield week.unknown


def _over(average: Average) -> str:
    return " That is over the limit: tell your manager." if average.over else ""


def leave_lines(found: MyTime) -> Iterator[str]:
    """Leave in the leave year, taken and to come, and what is left."""
    first, last = found.leave_year
    yield (
        f"Leave year from {long_day(first)} to {long_day(last)}, as most employers in the NHS count"
        " it."
    )
    for one in found.leave:
        dates = _listed(
            [
                long_day(since) if since == until else f"{long_day(since)} to {long_day(until)}"
                for since, until in one.stretches
            ]
        )
        yield (
            f"{one.kind[:1].upper()}{one.kind[1:].replace('_', ' ')} leave:"
            f" {counted(one.taken, 'weekday')} taken, {one.planned} to come ({dates})."
        )
    if not found.leave:
        yield "No leave of yours is known in that year."
    yield found.leave_left


# --- clearance


def held_line(
    one: HeldThing, found: MyClearance, known_since: datetime | None = None, signed: str = ""
) -> tuple[str, str]:
    """One thing that is held: what it is; until when, who renews it, what needs it, since when they
    know that it ends, and whether it is `signed`, in a sentence.
    """
    version = f" ({one.version})" if one.version else ""
    known = know_since(known_since) if known_since else ""
    rest = (_ends(one, found.on), _needed(one, found), known, signed)
    return f"{thing(one.kind, one.name)}{version}.", " ".join(part for part in rest if part)


def thing(kind: str, name: str) -> str:
    """`Competency: Life support`; a contract says itself that it is one."""
    return name[:1].upper() + name[1:] if kind == "contract" else f"{kind.capitalize()}: {name}"


def ends_when(ending: HeldEnding, on: date) -> str:
    """`ends on 11 January 2027, in 10 days`."""
    days = (ending.until - on).days
    if ending.ended:
        return f"ended on {long_day(ending.until)}"
    near = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    return f"ends on {long_day(ending.until)}, {near}"


def know_since(at: datetime) -> str:
    """`You know since 30 November 2026.`"""
    return f"You know since {long_day(at.astimezone(LONDON).date())}."


def _ends(one: HeldThing, on: date) -> str:
    who = f" Renewed by {one.who}." if one.who else ""
    if one.until is None or one.days_left is None:
        return "No end." if one.since <= on else f"From {long_day(one.since)}, without an end."
    if one.days_left < 0:
        return f"Ended on {long_day(one.until)}.{who}"
    begins = f"From {long_day(one.since)}; it ends" if one.since > on else "Ends"
    days = f", in {counted(one.days_left, 'day')}" if one.days_left <= NEAR_DAYS else ""
    renewed = " It is renewed until then." if one.renewed else ""
    return f"{begins} on {long_day(one.until)}{days}.{renewed}{who}"


def _needed(one: HeldThing, found: MyClearance) -> str:
    """How many shifts need it, of those that are published and of those lately worked."""
    parts = []
    if found.coming:
        parts.append(
            f"{one.coming or 'none'} of your {counted(found.coming, 'published shift')} to come"
        )
    if found.usual:
        parts.append(f"{one.usual or 'none'} of {found.usual} in the last {USUAL_WEEKS} weeks")
    return f"Needed for {', and '.join(parts)}." if parts else ""


def opening_line(one: Opening) -> str:
    """What one thing more would open."""
    thing = {
        "competency": f"the competency {one.name}",
        "sign-off": f"a sign-off for {one.name}",
        "passport": f"a passport (leave to work there) for {one.name}",
    }[one.kind]
    head = f"Renewing {thing}" if one.again else thing[:1].upper() + thing[1:]
    weeks = f"the next {COMING_WEEKS} weeks"
    further = " and in weeks that are published" if one.shifts != one.coming else ""
    when = f"in {weeks}{further}" if one.coming else "in weeks that are published"
    published = (
        f", {one.published} of them in published weeks" if one.published and one.coming else ""
    )
    return (
        f"{head} would open {counted(one.shifts, 'shift')} to you {when}{published}:"
        f" {_listed(one.services)}; at {_listed(one.sites)}; for {_listed(one.hosts)}."
        f" Ask {one.who}."
    )


def elsewhere_lines(found: MyClearance) -> Iterator[str]:
    """Their own limit of shifts a month for other employers, and what is left of it."""
    most = found.most_elsewhere
    if most is None:
        return
    if not most:
        yield "You have said no shifts for other employers, in any month: none can be given to you."
        return
    yield f"You have said at most {counted(most, 'shift')} a month for other employers."
    for month, number in found.elsewhere:
        left = most - number
        rest = (
            f"{left} more would be possible"
            if left > 0
            else "more would be too many"
            if left == 0
            else f"that is {-left} more than you have said, and no more can be given to you"
        )
        have = counted(number, "shift") if number else "none"
        yield f"In {month:%B %Y} you have {have}: {rest}."


def opening_lines(found: MyClearance) -> Iterator[str]:
    """Each thing that alone would open something, the most first; and that there is none."""
    yield from map(opening_line, found.opens)
    if not found.opens:
        yield (
            f"No single thing more would open another shift to you in the next {COMING_WEEKS}"
            " weeks."
        )


def _listed(names: Sequence[str] | Iterable[str]) -> str:
    names = list(names)
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[: MOST_NAMED - 1])} and {len(names) - MOST_NAMED + 1} more"
    return ", ".join(names)

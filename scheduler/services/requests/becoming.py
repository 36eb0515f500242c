"""What somebody tells, as changes of facts: worked out from those of now, whenever it is asked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import assert_never

from scheduler.domain.change_set import RowChange, paired
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.errors import BadInput, BadRequest, Fault, NotFound
from scheduler.domain.facts import BasePattern, Fact, Leave, Preference, Staff
from scheduler.domain.request import (
    Asked,
    ConsentAsked,
    LeaveAsked,
    PatternAsked,
    SickAsked,
    WellAsked,
    WishAsked,
)
from scheduler.domain.version_words import span
from scheduler.services.facts.leave import LONGEST, KeptAlready, in_place_of, without
from scheduler.services.facts.words import COLUMNS
from scheduler.storage.repository import Repository

LONGEST_SICK = 28
"""Days of sickness that somebody tells by themselves; what lasts longer needs a fit note."""
LOOKING_BACK = timedelta(days=6)
"""So long ago sickness may have begun: what one may say of oneself is seven days."""
LOOKING_AHEAD = timedelta(days=LONGEST)
LONGEST_CYCLE = 364
"""Days after which a base pattern comes back at the latest."""
MOST_POINTS = 10
MOST_IN_A_MONTH = 62
"""Shifts for other hosts: two on each day are no limit any more."""


def require_sound(repository: Repository, asked: Asked, today: date) -> None:
    """Raises BadRequest with everything that is wrong with it by itself, a line each."""
    wrong = list(_wrong(asked, today, names_by_id(repository.facts("shift_type"))))
    if wrong:
        raise BadRequest("\n".join(wrong))


def _wrong(asked: Asked, today: date, shifts: dict[str, str]) -> Iterator[str]:
    match asked:
        case SickAsked():
            yield from _stretch(asked.first, asked.last, LONGEST_SICK)
            if not today - LOOKING_BACK <= asked.first <= today + timedelta(days=1):
                yield (
                    f"The first day is {_day(asked.first)}: sickness is told from a week ago until"
                    " tomorrow. Ask your manager about anything else."
                )
        case WellAsked():
            yield from _stretch(asked.first, asked.last, LONGEST_SICK)
        case LeaveAsked():
            yield from _stretch(asked.first, asked.last, LONGEST)
            yield from _ahead("The first day", asked.first, today)
        case WishAsked():
            yield from _ahead("The day", asked.day, today)
            yield from _unknown([asked.shift_type_id] if asked.shift_type_id else [], shifts)
            if asked.weight is not None and not 0 < abs(asked.weight) <= MOST_POINTS:
                yield (
                    f"A wish weighs from 1 to {MOST_POINTS} points, or from -1 to -{MOST_POINTS} to"
                    f" avoid it, not {asked.weight:g}."
                )
        case PatternAsked():
            yield from _ahead("The first day", asked.from_date, today)
            if not 1 <= asked.weeks <= LONGEST_CYCLE // 7:
                yield f"A pattern comes back after 1 to {LONGEST_CYCLE // 7} weeks."
            elif any(not 1 <= day <= asked.weeks * 7 for day, _ in asked.days):
                yield f"A day of the pattern lies beyond its {asked.weeks * 7} days."
            if len(set(asked.days)) < len(asked.days):
                yield "A shift stands twice on the same day of the pattern."
            yield from _unknown([shift for _, shift in asked.days], shifts)
        case ConsentAsked():
            most = asked.max_travel_minutes
            if most is not None and not 0 <= most <= 24 * 60:
                yield "The longest journey is a number of minutes up to a day."
            if asked.most_shifts is not None and not 0 <= asked.most_shifts <= MOST_IN_A_MONTH:
                yield f"At most so many shifts a month is a number from 0 to {MOST_IN_A_MONTH}."
        case _:
            assert_never(asked)


def _day(day: date) -> str:
    return span(day, day)


def _stretch(first: date, last: date, longest: int) -> Iterator[str]:
    if last < first:
        yield f"The last day, {_day(last)}, lies before the first, {_day(first)}."
    elif (last - first).days >= longest:
        yield f"That is longer than {longest} days: is the last day right?"


def _ahead(what: str, day: date, today: date) -> Iterator[str]:
    if day < today:
        yield f"{what}, {_day(day)}, is over."
    elif day > today + LOOKING_AHEAD:
        yield f"{what}, {day}, is more than two years away: is the year right?"


def _unknown(asked: Sequence[str], shifts: dict[str, str]) -> Iterator[str]:
    for shift in dict.fromkeys(asked):
        if shift not in shifts:
            yield f"There is no shift {shift!r}: choose one of {', '.join(sorted(shifts))}."


# --- as changes


Stored = Callable[[str], Sequence[Fact]]
"""The facts of a file: `repository.facts`, or `rows` of a dataset."""


def changes_of(stored: Stored, staff_id: str, asked: Asked) -> list[RowChange]:
    """What it would change of the facts of now. Raises NotFound, and KeptAlready."""
    match asked:
        case SickAsked() | LeaveAsked():
            kind = "sick" if isinstance(asked, SickAsked) else asked.leave
            row = Leave(staff_id=staff_id, from_date=asked.first, to_date=asked.last, kind=kind)
            return in_place_of(stored("leave"), row)
        case WellAsked():
            found = without(stored("leave"), staff_id, asked.first, asked.last, kind="sick")
            if not found:
                raise KeptAlready("There is no sickness on these days any more: nothing changes.")
            return found
        case WishAsked():
            return _wish(stored, staff_id, asked)
        case PatternAsked():
            return _pattern(stored, staff_id, asked)
        case ConsentAsked():
            return _consent(stored, staff_id, asked)
        case _:
            assert_never(asked)


def _wish(stored: Stored, staff_id: str, asked: WishAsked) -> list[RowChange]:
    own = (staff_id, asked.day, asked.shift_type_id)
    before = next(
        (
            row
            for row in stored("preference")
            if isinstance(row, Preference) and (row.staff_id, row.date, row.shift_type_id) == own
        ),
        None,
    )
    after = (
        None
        if asked.weight is None
        else Preference(
            staff_id=staff_id,
            date=asked.day,
            shift_type_id=asked.shift_type_id,
            weight=asked.weight,
        )
    )
    if before == after:
        raise KeptAlready(
            "There is no such wish to take back."
            if after is None
            else "That wish is kept already: nothing changes."
        )
    return [RowChange(before, after)]


def _pattern(stored: Stored, staff_id: str, asked: PatternAsked) -> list[RowChange]:
    """The new pattern; others end the day before it, and those that begin later do not begin."""
    gone: list[Fact] = []
    new: list[Fact] = []
    eve = asked.from_date - timedelta(days=1)
    for row in stored("base_pattern"):
        if not isinstance(row, BasePattern) or row.staff_id != staff_id:
            continue
        if row.to_date is None or row.to_date >= asked.from_date:
            gone.append(row)
            if row.from_date < asked.from_date:
                new.append(row.model_copy(update={"to_date": eve}))
    new += [
        BasePattern(
            staff_id=staff_id,
            from_date=asked.from_date,
            cycle_days=asked.weeks * 7,
            day=day,
            shift_type_id=shift,
        )
        for day, shift in sorted(asked.days)
    ]
    changes = [one for one in paired(gone, new) if one.before != one.after]
    if not changes:
        raise KeptAlready("The pattern is that already: nothing changes.")
    return changes


def _consent(stored: Stored, staff_id: str, asked: ConsentAsked) -> list[RowChange]:
    """These columns of the person's row, and no other."""
    row = next(
        (row for row in stored("staff") if isinstance(row, Staff) and row.id == staff_id), None
    )
    if row is None:
        raise NotFound(f"There is no member of staff {staff_id!r}.")
    after = row.model_copy(
        update={
            "accepts_other_hosts": asked.accepts_other_hosts,
            "max_travel_minutes": asked.max_travel_minutes,
            "agreed_hosts": "|".join(asked.hosts) or None,
            "most_shifts_elsewhere": asked.most_shifts,
        }
    )
    if after == row:
        raise KeptAlready("That is agreed already: nothing changes.")
    return [RowChange(row, after)]


# --- whether they can be made


def gone_since(stored: Stored, asked: Asked) -> str:
    """What it names that is not there any more, in a sentence; empty where all of it is."""
    match asked:
        case WishAsked(shift_type_id=str(shift)):
            named = [shift]
        case PatternAsked():
            named = [shift for _, shift in asked.days]
        case _:
            named = []
    known = names_by_id(stored("shift_type"))
    gone = [shift for shift in dict.fromkeys(named) if shift not in known]
    return " ".join(f"There is no shift {shift!r} any more." for shift in gone)


def judged_now(repository: Repository, changes: Sequence[RowChange]) -> Dataset:
    """All facts as these changes would leave them. Raises BadRequest with everything that speaks
    against it, a line each, without files and columns.
    """
    try:
        return repository.try_change(changes)
    except BadInput as error:
        raise plainly(error) from None


def plainly(error: BadInput) -> BadRequest:
    """Faults in the words of a form."""
    return BadRequest("\n".join(dict.fromkeys(_line(fault) for fault in error.faults)))


def _line(fault: Fault) -> str:
    if "meanwhile" in fault.expected or "not there yet" in fault.expected:
        return "Somebody has changed this meanwhile: look at it again."
    value = f" {fault.value}" if fault.value else ""
    return f"{COLUMNS.get(fault.column, fault.column)}{value}: it should be {fault.expected}."

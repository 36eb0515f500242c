"""What was worked before the period: weeks of shifts that kept the working time rules.

Kept by construction: 11 h of rest, 24 h of rest within any seven days, at most 6 days in a row, at
most 4 nights in a row and 46 h after two or more, at most 48 h in a week (and so on average).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.synthetic.catalogue import SHIFT_TYPE, clock_minutes
from scheduler.synthetic.shape import Shape
from scheduler.synthetic.tables import Tables
from scheduler.synthetic.workforce import SyntheticContract, SyntheticPerson

LONDON: Final = ZoneInfo("Europe/London")
HAS_HISTORY, LENT = 0.72, 0.08
REST, RUN_OF_REST, AFTER_NIGHTS, LONG_REST = 11 * 60, 6 * 24 * 60, 46 * 60, 24 * 60  # [min]
WEEK_LIMIT: Final = 48 * 60  # [min]


@dataclass(frozen=True)
class Worked:
    """A shift type on a date, in elapsed minutes from a fixed moment and as it stands in
    the file.
    """

    day: int  # ordinal of the start date
    begin: int  # [min]
    end: int  # [min]
    paid: int  # [min]
    night: bool
    start_text: str
    end_text: str


@cache
def shift_on(ordinal: int, shift_type_id: str) -> Worked:
    """A shift on a date; elapsed time counts, so a clock change makes it longer or shorter."""
    shift = SHIFT_TYPE[shift_type_id]
    begin = _at(ordinal, shift.start)
    end = _at(ordinal + (shift.end <= shift.start), shift.end)
    first, last = (int(moment.timestamp()) // 60 for moment in (begin, end))
    paid = last - first - shift.unpaid_break
    return Worked(ordinal, first, last, paid, shift.night, begin.isoformat(), end.isoformat())


def _at(ordinal: int, clock: str) -> datetime:
    day = date.fromordinal(ordinal)
    hour, minute = divmod(clock_minutes(clock), 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


class Past:
    """One person's shifts so far, and whether one more would keep the rules."""

    def __init__(self) -> None:
        self.shifts: list[Worked] = []
        self.days_in_row = 0
        self.nights_in_row = 0
        self.since_long_rest = 0  # begin of the first shift after the last rest of 24 h [min]

    def allows(self, shift: Worked) -> bool:
        """Whether one more shift, which has to start on a later date, would keep the rules."""
        if not self.shifts:
            return True
        last = self.shifts[-1]
        rest = shift.begin - last.end
        next_day = shift.day == last.day + 1
        if shift.day <= last.day or rest < REST or (next_day and self.days_in_row >= 6):
            return False
        goes_on = shift.night and last.night and next_day
        if self.nights_in_row >= 2 and not goes_on and rest < AFTER_NIGHTS:
            return False
        if goes_on and self.nights_in_row >= 4:
            return False
        return rest >= LONG_REST or shift.end - self.since_long_rest <= RUN_OF_REST

    def add(self, shift: Worked) -> None:
        """Take up one more shift, later than those so far."""
        last = self.shifts[-1] if self.shifts else None
        next_day = last is not None and shift.day == last.day + 1
        self.days_in_row = self.days_in_row + 1 if next_day else 1
        if last is None or shift.begin - last.end >= LONG_REST:
            self.since_long_rest = shift.begin
        if shift.night:
            self.nights_in_row = (
                self.nights_in_row + 1 if next_day and last is not None and last.night else 1
            )
        else:
            self.nights_in_row = 0
        self.shifts.append(shift)


def make_history(
    shape: Shape, people: list[SyntheticPerson], start: date, rng: Random, tables: Tables
) -> dict[str, Worked]:
    """Write `worked_shift`; the last shift of every person who has any comes back, by staff id."""
    last: dict[str, Worked] = {}
    for person in people:
        if rng.random() >= HAS_HISTORY:
            continue
        past = Past()
        for back in range(rng.randrange(4, 18), 0, -1):
            _work_a_week(shape, person, past, start - timedelta(days=7 * back), rng, tables)
        if past.shifts:
            last[person.id] = past.shifts[-1]
    return last


def _work_a_week(
    shape: Shape, person: SyntheticPerson, past: Past, monday: date, rng: Random, tables: Tables
) -> None:
    contracts = person.live_contracts(monday)
    if not contracts or rng.random() < 0.1:  # a week away
        return
    line = person.lines[0]
    target = _week_minutes(contracts, rng)
    done = 0
    on_nights = "NIGHT" in line.shift_type_ids and rng.random() < 0.35
    # a week of nights often begins late and so runs over the weekend into Monday morning
    for day in range(rng.choice((0, 1, 3, 4)) if on_nights else 0, 7):
        if rng.random() > (0.78 if day < 5 or on_nights else 0.42):
            continue
        shift = shift_on(
            monday.toordinal() + day, _shift_type(line.shift_type_ids, on_nights, day, rng)
        )
        if done + shift.paid > target or not past.allows(shift):
            continue
        past.add(shift)
        done += shift.paid
        contract = rng.choice(contracts)
        tables.add(
            "worked_shift",
            person.id,
            contract.organisation_id,
            shift.start_text,
            shift.end_text,
            shift.paid,
            contract.id,
            _host(shape, person, contract, rng),
        )


def _week_minutes(contracts: tuple[SyntheticContract, ...], rng: Random) -> int:
    """How much may be worked: about the contracts' hours, more with a bank contract, never above 48
    h.
    """
    hours = sum(contract.hours for contract in contracts)
    if any(contract.kind == "bank" for contract in contracts):
        hours += rng.choice((0.0, 7.5, 11.5))
    return min(WEEK_LIMIT, round((hours + rng.choice((0.0, 0.0, 4.0, 8.0))) * 60))


def _shift_type(shift_type_ids: tuple[str, ...], on_nights: bool, day: int, rng: Random) -> str:
    if on_nights:
        return "NIGHT"
    by_day = [shift for shift in shift_type_ids if shift != "NIGHT"]
    if by_day == ["DAY"] and day >= 5:
        return "HALFDAY"
    return rng.choice(by_day)


def _host(
    shape: Shape, person: SyntheticPerson, contract: SyntheticContract, rng: Random
) -> str | None:
    """Now and then a shift was lent to another host of the same service."""
    if not person.accepts_other_hosts or rng.random() >= LENT:
        return None
    service = person.lines[0].team.service_id
    others = [
        host
        for name, _, host in shape.hosts
        if name == service and host != contract.organisation_id
    ]
    return rng.choice(others) if others else None

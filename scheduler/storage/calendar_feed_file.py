"""One person's shifts and leave as the iCalendar text that their own calendar program reads again
and again: in words, without ids, and the same bytes as long as nothing has changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import icalendar

from scheduler.domain.facts import LONDON
from scheduler.storage.calendar_file import (
    PRODUCT,
    ZONE,
    CalendarEntry,
    CalendarNames,
    sequence,
    time_zone,
    wall_times,
)

READ_AGAIN = timedelta(hours=1)
"""How often a program is asked to read, which few do so often."""
LONGEST_LEAVE = timedelta(days=3653)
"""From its first day on: leave may be open-ended, and programs refuse years far away."""


@dataclass(frozen=True)
class LeaveEntry:
    """Leave from `first` to `last`, both included; why is not said. `number`: greater whenever
    anything of it was changed, at `stamp`.
    """

    uid: str
    status: Literal["CONFIRMED", "CANCELLED"]
    first: date
    last: date
    number: int
    stamp: datetime


def calendar_feed(
    shifts: Iterable[CalendarEntry],
    leave: Iterable[LeaveEntry],
    names: CalendarNames,
    title: str,
) -> bytes:
    """One VEVENT for each, with London's zone. Nothing depends on when this is called: whoever
    reads it again sees by the bytes whether anything has changed.
    """
    document = icalendar.Calendar()
    document.add("prodid", PRODUCT)
    document.add("version", "2.0")
    # no method: one is of an invitation, and would ask for an organiser
    for name in ("name", "x-wr-calname"):
        document.add(name, title)
    document.add("x-wr-timezone", ZONE)
    document.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", icalendar.vDuration(READ_AGAIN))
    document.add_component(time_zone())
    for shift in shifts:
        document.add_component(_shift(shift, names))
    for away in leave:
        document.add_component(_away(away))
    return bytes(document.to_ical())


def _begun(uid: str, status: str, number: int, stamp: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", uid)
    # programs look at one or the other of them: they move together
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", number)
    event.add("status", status)
    # what was cancelled does not take up the person's time
    event.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    return event


def _said(status: str) -> str:
    """In words too, for programs that show a cancelled event like any other."""
    return "Cancelled: " if status == "CANCELLED" else ""


def _shift(entry: CalendarEntry, names: CalendarNames) -> icalendar.Event:
    line = entry.line
    event = _begun(entry.uid, entry.status, sequence(entry.stamp), entry.stamp)
    for name, at in zip(("dtstart", "dtend"), wall_times(line), strict=True):
        event.add(name, at)
    role, service = (
        names.on_one_line("role", line.role_id),
        names.on_one_line("service", line.service_id),
    )
    event.add("summary", f"{_said(entry.status)}{role}, {service}")
    event.add("location", names.on_one_line("site", line.site_id))
    event.add("description", "\n".join(_described(entry, names)))
    return event


def _described(entry: CalendarEntry, names: CalendarNames) -> Iterable[str]:
    line, on = entry.line, f"{entry.stamp.astimezone(LONDON):%-d %B %Y}"
    host, employer = (
        names.on_one_line("organisation", one)
        for one in (line.host_organisation_id, line.employer_organisation_id)
    )
    if entry.status == "CANCELLED":
        yield f"No longer yours, by what was published or withdrawn on {on}."
        return
    yield f"Accountable for your work: {host}"
    if line.employer_organisation_id != line.host_organisation_id:
        yield f"Lent by: {employer}"
    yield f"Service: {names.on_one_line('service', line.service_id)}"
    yield f"Paid as: {line.pay.replace('_', ' ')}"
    yield f"As published on {on}. A calendar may lag: My shifts says what holds now."


def _away(entry: LeaveEntry) -> icalendar.Event:
    event = _begun(entry.uid, entry.status, entry.number, entry.stamp)
    last = min(entry.last, entry.first + LONGEST_LEAVE)
    event.add("dtstart", entry.first)
    event.add("dtend", last + timedelta(days=1))  # a day that is no longer part of it
    event.add("summary", f"{_said(entry.status)}Leave")
    return event

"""Shifts as an iCalendar file, one event for each, that a phone keeps up to date."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

import icalendar

from scheduler.domain.facts import LONDON
from scheduler.domain.roster import AssignmentLine
from scheduler.domain.wording import one_line
from scheduler.storage.stored_rosters import RosterHeader

PRODUCT = "-//workforce-deployment-scheduler//rosters//EN"
ZONE = "Europe/London"

Status = Literal["CONFIRMED", "CANCELLED", "TENTATIVE"]
"""Published and in force; published once and withdrawn since; not published."""

SEQUENCES_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
"""Sequences are seconds from here: publications lie a second apart at least, and 32 bits last
beyond 2080.
"""


@dataclass(frozen=True)
class CalendarNames:
    """What ids are called: file -> id -> name. An id without a name stands for itself."""

    by_file: Mapping[str, Mapping[str, str]]

    def of(self, file: str, fact_id: str) -> str:
        """What an id of this file is called."""
        return self.by_file.get(file, {}).get(fact_id, fact_id)

    def on_one_line(self, file: str, fact_id: str) -> str:
        """As `of`, without line breaks."""
        return one_line(self.of(file, fact_id))


@dataclass(frozen=True)
class CalendarEntry:
    """One shift of a calendar. `header`: the roster that says so; of a withdrawn shift the one in
    force now, which no longer holds it, or where there is none the one that was withdrawn. `said`:
    when, if that is later than its publication.
    """

    uid: str
    status: Status
    header: RosterHeader
    line: AssignmentLine
    said: datetime | None = None

    @property
    def stamp(self) -> datetime:
        """When what it says was said."""
        return self.said or self.header.published_at or self.header.created_at


def calendar(
    entries: Iterable[CalendarEntry], names: CalendarNames, title: str, note: str = ""
) -> bytes:
    """One VEVENT per entry, in Europe/London, with the zone's own definition.

    No more is said of a person than staff number and name.
    """
    document = icalendar.Calendar()
    document.add("prodid", PRODUCT)
    document.add("version", "2.0")
    document.add("method", "PUBLISH")
    document.add("x-wr-calname", one_line(title))
    if note:
        document.add("x-wr-caldesc", note)
    document.add_component(time_zone())
    for entry in entries:
        document.add_component(_event(entry, names))
    return bytes(document.to_ical())


def uid(who: str, demand_id: str, day: date, number: int = 1) -> str:
    """Of a person's or a temporary supply's shift, the same in every version of a roster.

    The day belongs to it: an id that is used again for another day is another shift. `number` tells
    places of one demand that one supply fills. Ids are hashed, since they may hold anything, and
    `day` stands there to be read.
    """
    return _uid(day, [who, demand_id, day.isoformat(), number])


def uid_of_leave(staff_id: str, first: date) -> str:
    """Of a person's leave, the same however long it lasts."""
    return _uid(first, ["leave", staff_id, first.isoformat()])


def _uid(day: date, parts: list[str | int]) -> str:
    program = "workforce-deployment-scheduler"
    made = uuid5(NAMESPACE_URL, f"{program}:{json.dumps(parts)}")
    return f"{day.isoformat()}-{made}@{program}"


def wall_times(line: AssignmentLine) -> tuple[datetime, datetime]:
    """When a shift begins and ends, as calendars are told: by the clocks of London, and where one
    of the two lies in the hour that comes twice in autumn, in UTC: programs do not agree which of
    the two a clock then means.
    """
    begin, end = line.start.astimezone(LONDON), line.end.astimezone(LONDON)
    if _comes_twice(begin) or _comes_twice(end):
        return begin.astimezone(UTC), end.astimezone(UTC)
    return begin, end


def _comes_twice(at: datetime) -> bool:
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()


def sequence(stamp: datetime) -> int:
    """Of an event that was said then. Not the version: rosters of other periods, with a count of
    their own, may take the place of one on some dates.
    """
    return max(0, int((stamp - SEQUENCES_BEGIN).total_seconds()))


def time_zone() -> icalendar.Timezone:
    """London's, by yearly rules, which every calendar program reads, and not as a list of dates
    that ends some day.
    """
    zone = icalendar.Timezone()
    zone.add("tzid", ZONE)
    for part, name, begin, before, after in (
        (icalendar.TimezoneStandard(), "GMT", datetime(1996, 10, 27, 2), 1, 0),
        (icalendar.TimezoneDaylight(), "BST", datetime(1996, 3, 31, 1), 0, 1),
    ):
        part.add("tzname", name)
        part.add("dtstart", begin)
        part.add("rrule", {"freq": "yearly", "bymonth": begin.month, "byday": "-1SU"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(part)
    return zone


def _event(entry: CalendarEntry, names: CalendarNames) -> icalendar.Event:
    event = icalendar.Event()
    header, line = entry.header, entry.line
    stamp = entry.stamp
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("status", entry.status)
    # what is not published takes the place of nothing that was
    event.add("sequence", 0 if entry.status == "TENTATIVE" else sequence(stamp))
    for name, at in zip(("dtstart", "dtend"), wall_times(line), strict=True):
        event.add(name, at)
    who = (
        f"{names.on_one_line('staff', line.staff_id)} ({line.staff_id})"
        if line.staff_id
        else f"{line.pay} worker ({line.temporary_supply_id})"
    )
    # in words too, for programs that show a cancelled event like any other
    said = {"CONFIRMED": "", "CANCELLED": "Cancelled: ", "TENTATIVE": "Not published: "}[
        entry.status
    ]
    event.add(
        "summary",
        f"{said}{names.on_one_line('role', line.role_id)},"
        f" {names.on_one_line('service', line.service_id)}: {who}",
    )
    event.add("location", names.on_one_line("site", line.site_id))
    roster = (
        f"No longer in the roster: {header.id}"
        if entry.status == "CANCELLED"
        else f"Roster: {header.id}"
    )
    event.add(
        "description",
        f"Host: {names.on_one_line('organisation', line.host_organisation_id)}\nDemand:"
        f" {line.demand_id}\n{roster}",
    )
    event.add("categories", [line.pay])
    if entry.status == "CANCELLED":
        event.add("transp", "TRANSPARENT")  # does not take up the person's time
    return event

"""A calendar read back as programs read it: by two libraries that share no code, and by the engine
of a real one.
"""

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
from ical.calendar_stream import IcsCalendarStream

from scheduler.services.data.calendar_feed import CalendarFeed, CalendarShelf, feed, issue
from scheduler.storage.repository import Repository
from tests.scheduler.services.data.test_calendars import MONDAY

MODULES = Path(__file__).parents[4] / "build" / "ical-js" / "node_modules"
"""Where `make calendar-engine` puts ical.js, by which Thunderbird reads calendars."""
SCRIPT = Path(__file__).with_name("read_calendar.mjs")


@dataclass(frozen=True)
class ReadEvent:
    """What a program made of one event. `start`, `end`: in UTC, or dates of one that lasts all day,
    of which `end` is no part.
    """

    status: str
    sequence: int
    start: datetime | date
    end: datetime | date
    summary: str
    description: str
    place: str


Events = Mapping[str, ReadEvent]


def by_icalendar(content: bytes) -> Events:
    """With the library that also writes them."""
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return _by_uid(
        (
            str(event["UID"]),
            ReadEvent(
                str(event["STATUS"]),
                int(event["SEQUENCE"]),
                _moment(event.decoded("DTSTART")),
                _moment(event.decoded("DTEND")),
                str(event["SUMMARY"]),
                str(event.get("DESCRIPTION", "")),
                str(event.get("LOCATION", "")),
            ),
        )
        for event in found
    )


def by_ical(content: bytes) -> Events:
    """With another library."""
    found = IcsCalendarStream.calendar_from_ics(content.decode())
    return _by_uid(
        (
            event.uid,
            ReadEvent(
                str(event.status.value),
                event.sequence,
                _moment(event.dtstart),
                _moment(event.dtend),
                event.summary,
                event.description or "",
                event.location or "",
            ),
        )
        for event in found.events
    )


def by_ical_js(content: bytes) -> Events:
    """With ical.js, and the time zone as it stands in the calendar itself."""
    said = subprocess.run(
        ["node", str(SCRIPT), str(MODULES)], input=content, capture_output=True, check=True
    )
    return _by_uid(
        (
            row["uid"],
            ReadEvent(
                row["status"],
                row["sequence"],
                _read(row["start"]),
                _read(row["end"]),
                row["summary"],
                row["description"],
                row["location"],
            ),
        )
        for row in json.loads(said.stdout)
    )


def read_twice(content: bytes) -> Events:
    """What two programs make of it, which is the same."""
    first, second = by_icalendar(content), by_ical(content)
    assert first == second
    return first


Reader = Callable[[bytes], Events]


def secret_of(repository: Repository, staff_id: str = "S1") -> str:
    """Of a new address of this person."""
    found = re.fullmatch(r"/calendar/([A-Za-z0-9_-]{43})\.ics", issue(repository, staff_id).path)
    assert found is not None
    return found[1]


def opened(
    repository: Repository, secret: str, today: date = MONDAY, shelf: CalendarShelf | None = None
) -> CalendarFeed:
    """What is found there."""
    found = feed(repository, secret, shelf, today)
    assert found is not None
    return found


def _by_uid(pairs: Any) -> Events:
    found: dict[str, ReadEvent] = {}
    for uid, event in pairs:
        assert uid not in found
        found[uid] = event
    return found


def _read(text: str) -> datetime | date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _moment(at: datetime | date) -> datetime | date:
    return at.astimezone(UTC) if isinstance(at, datetime) else at

"""A person's own calendar, read by a calendar program under an address with a secret in it: whoever
knows that sees their shifts and leave, and nothing else of anybody.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import cast

from scheduler.domain.change_set import both_sides
from scheduler.domain.dataset import names_by_id
from scheduler.domain.facts import LONDON, Leave
from scheduler.services.accounts.gate import asks, open_to_all
from scheduler.services.data.calendars import entries_of_person
from scheduler.storage.calendar_feed_file import LeaveEntry, calendar_feed
from scheduler.storage.calendar_file import (
    SEQUENCES_BEGIN,
    CalendarEntry,
    CalendarNames,
    uid_of_leave,
)
from scheduler.storage.calendar_tokens import CalendarToken
from scheduler.storage.repository import Repository
from scheduler.storage.stored_changes import Search

TITLE = "My shifts and leave"
SECRET_BYTES = 32
MONTHS_BACK = 12
"""So much of the past a calendar goes on showing."""
CANCELLED_DAYS = 56
"""For so long after its day a shift that was cancelled stays in it."""
NAMED = ("site", "service", "role", "organisation")
EVERY_CHANGE = 10_000_000
"""More change sets than there are."""
MOST_KEPT = 500
"""People whose calendars are remembered; a kilobyte for two shifts."""


@dataclass(frozen=True)
class CalendarAddress:
    """How the address of somebody's calendar stands. `path`: where it lies on the server that hands
    out the pages, with the secret in it, and therefore there only when it was just made.
    """

    given_at: datetime
    last_read_at: datetime | None
    path: str = ""


@dataclass(frozen=True)
class CalendarFeed:
    """What a program is given. `tag`: the same exactly as long as the content is; `changed`: when
    the latest of what it holds was said.
    """

    content: bytes
    tag: str
    changed: datetime


class CalendarShelf:
    """Calendars that were just handed out, so that hundreds of telephones that ask again cost
    little. Several threads may use one.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._feeds: OrderedDict[str, tuple[object, CalendarFeed]] = OrderedDict()
        self._noted: OrderedDict[str, datetime] = OrderedDict()

    def find(self, staff_id: str, state: object) -> CalendarFeed | None:
        """What was put here in just this state of things."""
        with self._lock:
            known = self._feeds.get(staff_id)
            if known is None or known[0] != state:
                return None
            self._feeds.move_to_end(staff_id)
            return known[1]

    def put(self, staff_id: str, state: object, feed: CalendarFeed) -> None:
        """In the place of what was there; what was longest not asked for makes room."""
        with self._lock:
            self._feeds[staff_id] = (state, feed)
            self._feeds.move_to_end(staff_id)
            while len(self._feeds) > self._most:
                self._feeds.popitem(last=False)

    def noted_since(self, key: str, since: datetime) -> bool:
        """Whether this was asked for this key since then; from now on it was."""
        with self._lock:
            last = self._noted.get(key)
            if last is not None and last > since:
                return True
            self._noted[key] = datetime.now(UTC)
            self._noted.move_to_end(key)
            while len(self._noted) > self._most:
                self._noted.popitem(last=False)
            return False


@asks("keep_calendar", person="staff_id")
def issue(repository: Repository, staff_id: str) -> CalendarAddress:
    """Make the address of a person's calendar, which ends the one that they had. Its secret is
    handed out here and is kept nowhere. Raises NotFound and NotPermitted.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = repository.calendars.give(staff_id, _hashed(secret))
    return CalendarAddress(made.given_at, None, f"/calendar/{secret}.ics")


@asks("keep_calendar", person="staff_id")
def withdraw(repository: Repository, staff_id: str) -> None:
    """End it: from now on nothing is found there. Raises NotFound, NotPermitted, and BadRequest
    where there is none.
    """
    repository.calendars.withdraw(staff_id)


@asks("keep_calendar", person="staff_id")
def address_state(repository: Repository, staff_id: str) -> CalendarAddress | None:
    """How a person's address stands, without its secret; None where they have none. Raises
    NotFound and NotPermitted.
    """
    repository.require_staff(staff_id)
    token = repository.calendars.live(staff_id)
    return None if token is None else CalendarAddress(token.given_at, token.last_read_at)


@open_to_all
def feed(
    repository: Repository,
    secret: str,
    shelf: CalendarShelf | None = None,
    today: date | None = None,
) -> CalendarFeed | None:
    """The calendar whose secret this is; None for every text that opens none, whyever: it never
    did, does no more, or whose it was has left. That it was read is noted, once an hour at most.
    """
    day = today or datetime.now(LONDON).date()
    token, stamp = repository.calendars.asked(_hashed(secret), day)
    if token is None:
        return None
    shelf = CalendarShelf() if shelf is None else shelf
    _note(repository, token, shelf)
    since = _months_before(day, MONTHS_BACK)
    # by the week, so that it stays the same in between
    cancelled_since = _monday(day) - timedelta(days=CANCELLED_DAYS)
    state = (repository.url, stamp, since, cancelled_since)
    known = shelf.find(token.staff_id, state)
    if known is None:
        known = _made(repository, token.staff_id, since, cancelled_since)
        shelf.put(token.staff_id, state, known)
    return known


def _hashed(secret: str) -> str:
    # of 32 random bytes: nobody goes through them all, so that no slow hash is needed
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _note(repository: Repository, token: CalendarToken, shelf: CalendarShelf) -> None:
    # noted in its own time, so the next reading may not know of it yet
    if not shelf.noted_since(token.sha256, datetime.now(UTC) - timedelta(minutes=5)):
        repository.calendars.note_read(token)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _months_before(day: date, months: int) -> date:
    """The first of a month."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _made(
    repository: Repository, staff_id: str, since: date, cancelled_since: date
) -> CalendarFeed:
    shifts = [
        entry
        for entry in entries_of_person(repository, staff_id)
        if _day(entry) >= (cancelled_since if entry.status == "CANCELLED" else since)
    ]
    leave = [
        entry
        for entry in leave_entries(repository, staff_id)
        if entry.last >= (cancelled_since if entry.status == "CANCELLED" else since)
    ]
    names = CalendarNames({file: names_by_id(repository.facts(file)) for file in NAMED})
    content = calendar_feed(shifts, leave, names, TITLE)
    said = [*(shift.stamp for shift in shifts), *(away.stamp for away in leave)]
    changed = max(said, default=SEQUENCES_BEGIN)
    return CalendarFeed(content, sha256(content).hexdigest()[:32], changed)


def _day(entry: CalendarEntry) -> date:
    return entry.line.start.astimezone(LONDON).date()


def leave_entries(repository: Repository, staff_id: str) -> list[LeaveEntry]:
    """A person's leave, one entry for all that begins on a day, to the latest end; and as cancelled
    what was leave once and is not any more.
    """
    now: dict[date, date] = {}
    for row in cast(tuple[Leave, ...], repository.facts("leave")):
        if row.staff_id == staff_id:
            now[row.from_date] = max(row.to_date, now.get(row.from_date, row.to_date))
    own = Search(file="leave", staff_id=staff_id, most=EVERY_CHANGE)
    sets = {found.number: found.at for found in repository.change_sets(own)}
    last: dict[date, date] = {}
    told: dict[date, int] = {}
    for number, kept in sorted(repository.changed_rows(list(sets), own).items()):
        for fact in both_sides(kept.changes):
            assert isinstance(fact, Leave)
            told[fact.from_date], last[fact.from_date] = number, fact.to_date
    return [
        LeaveEntry(
            uid_of_leave(staff_id, first),
            "CONFIRMED" if first in now else "CANCELLED",
            first,
            now.get(first, last.get(first, first)),
            # what was brought in before changes were written down has never been changed
            told.get(first, 0),
            sets[told[first]].replace(microsecond=0) if first in told else SEQUENCES_BEGIN,
        )
        for first in sorted(now.keys() | last.keys())
    ]

"""The addresses under which calendar programs read somebody's shifts, of one database: only the
hash of the secret in one is kept.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.errors import BadRequest
from scheduler.storage import stored_audit
from scheduler.storage.finding import find
from scheduler.storage.notes import Notes
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
CalendarStamp = tuple[object, ...]
"""Other wherever anything that a calendar holds may be other."""
ONE_READING = timedelta(hours=1)
"""A program that reads again and again within it writes nothing."""


@dataclass(frozen=True)
class CalendarToken:
    """One address. `sha256`: of its secret, as hex; `last_read_at`: to the hour, None = never."""

    sha256: str
    staff_id: str
    given_at: datetime
    withdrawn_at: datetime | None
    last_read_at: datetime | None


class CalendarTokens:
    """Every method is one transaction; what people change is on record."""

    def __init__(
        self, reading: Transaction, writing: Transaction, actor: Actor, notes: Notes
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._actor = actor
        self._notes = notes

    def give(self, staff_id: str, sha256: str) -> CalendarToken:
        """From this moment on it is the person's one address; the one before ends. Raises
        NotFound.
        """
        made = CalendarToken(sha256, staff_id, _now(), None, None)
        with self._writing() as connection:
            find(connection, "staff", staff_id, "member of staff")
            before = _end(connection, staff_id)
            connection.execute(sa.insert(table("calendar_token")).values(vars(made)))
            change = "made anew" if before else "made"
            self._record(connection, change=change, staff_id=staff_id)
        return made

    def withdraw(self, staff_id: str) -> None:
        """Raises NotFound, and BadRequest where there is none that holds."""
        with self._writing() as connection:
            find(connection, "staff", staff_id, "member of staff")
            if not _end(connection, staff_id):
                raise BadRequest("There is no address of a calendar to end.")
            self._record(connection, change="withdrawn", staff_id=staff_id)

    def of(self, staff_id: str) -> list[CalendarToken]:
        """All that a person ever had, the latest last."""
        rows = table("calendar_token")
        with self._reading() as connection:
            query = sa.select(rows).where(rows.c.staff_id == staff_id)
            found = connection.execute(query.order_by(rows.c.given_at, rows.c.sha256)).mappings()
            return [CalendarToken(**row) for row in found]

    def live(self, staff_id: str) -> CalendarToken | None:
        """The one that holds."""
        return next((one for one in self.of(staff_id) if one.withdrawn_at is None), None)

    def asked(self, sha256: str, day: date) -> tuple[CalendarToken | None, CalendarStamp]:
        """Whose calendar an address is, and the stamp of what calendars hold. None for a hash that
        never was, that was withdrawn, or whose person is not known or has left on that day: the
        same queries in each case, so that none of them takes longer.
        """
        tokens, contracts, staff = table("calendar_token"), table("contract"), table("staff")
        employed = sa.exists().where(
            contracts.c.staff_id == tokens.c.staff_id,
            sa.or_(contracts.c.to_date.is_(None), contracts.c.to_date >= day),
        )
        known = sa.exists().where(staff.c.id == tokens.c.staff_id)
        query = sa.select(tokens).where(
            tokens.c.sha256 == sha256, tokens.c.withdrawn_at.is_(None), known, employed
        )
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
            return (None if row is None else CalendarToken(**row)), _stamp(connection)

    def note_read(self, token: CalendarToken) -> None:
        """Write down in its own time that a program has read it, once an hour at most: whoever
        reads waits for no writer.
        """
        now = _now()
        if token.last_read_at is not None and now - token.last_read_at < ONE_READING:
            return
        rows = table("calendar_token")

        def write() -> None:
            with self._writing() as connection:
                connection.execute(
                    sa.update(rows).where(rows.c.sha256 == token.sha256).values(last_read_at=now)
                )

        self._notes.add(write)

    def _record(self, connection: Connection, **thing: str) -> None:
        stored_audit.append(connection, self._actor, "keep_calendar", thing)


def _end(connection: Connection, staff_id: str) -> bool:
    rows = table("calendar_token")
    live = (rows.c.staff_id == staff_id) & rows.c.withdrawn_at.is_(None)
    ended = connection.execute(sa.update(rows).where(live).values(withdrawn_at=_now()))
    return bool(ended.rowcount)


def _stamp(connection: Connection) -> CalendarStamp:
    """A few numbers: it is asked for whenever a program reads."""
    rosters, changes, staff = table("roster"), table("change_set"), table("staff")
    published = rosters.c.status.in_(("published", "superseded"))
    columns = (rosters.c.published_at, rosters.c.withdrawn_at)
    of_rosters = sa.select(
        sa.func.count(),
        # one that is published again, or withdrawn, in the second of another's
        sa.func.count(sa.case((rosters.c.status == "published", 1))),
        *(sa.func.max(column, type_=column.type) for column in columns),
    ).where(published)
    return (
        *connection.execute(of_rosters).one(),
        connection.execute(sa.select(sa.func.max(changes.c.number))).scalar(),
        # who is forgotten is one less, and no change
        connection.execute(sa.select(sa.func.count()).select_from(staff)).scalar(),
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)

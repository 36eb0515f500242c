"""The one door to the database: nobody else opens a session."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import TracebackType
from typing import Any, Literal, Self, cast

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlmodel import Session

from scheduler.domain.access import THE_PROGRAM, Action, Actor
from scheduler.domain.change_set import ChangeKind, RowChange, tally
from scheduler.domain.clock import local_date, minute
from scheduler.domain.consistency import RowNumber
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import template_demand_exists
from scheduler.domain.errors import BadRequest, Fault, NotFound, Unavailable
from scheduler.domain.facts import LONDON, Collaborative, DemandTemplate, Fact, Pin, Staff
from scheduler.domain.note import Note
from scheduler.domain.roster import AssignmentLine, RosterDocument
from scheduler.storage import (
    facts_edition,
    forgetting,
    schema,
    stored_audit,
    stored_changes,
    stored_facts,
    stored_jobs,
    stored_rosters,
)
from scheduler.storage.access_tokens import AccessTokens
from scheduler.storage.account_book import AccountBook
from scheduler.storage.attestations import AttestationBook
from scheduler.storage.audit_trail import AuditTrail
from scheduler.storage.calendar_tokens import CalendarTokens
from scheduler.storage.changing import Arrival, arrival, judged, write
from scheduler.storage.database import (
    DISK_FULL,
    NOT_WRITABLE,
    open_engine,
    reading,
    reason,
    taking_turns,
    writing,
)
from scheduler.storage.finding import find
from scheduler.storage.forgetting import Forgotten
from scheduler.storage.job_queue import JobQueue
from scheduler.storage.known_endings import EndingBook
from scheduler.storage.mapping_book import MappingBook
from scheduler.storage.notes import Notes
from scheduler.storage.notices import NoticeBook, counting, tell
from scheduler.storage.outbox import Outbox
from scheduler.storage.publications import PublicationBook
from scheduler.storage.requests_once import RequestsOnce
from scheduler.storage.roster_edits import EditBook
from scheduler.storage.roster_versions import RosterVersions
from scheduler.storage.sign_offs import SignOffBook, last_answer
from scheduler.storage.source_runs import SourceRuns
from scheduler.storage.staff_requests import AlongWith, RequestBook
from scheduler.storage.stored_changes import ChangeSet, KeptRows, Search
from scheduler.storage.stored_rosters import (
    UNLABELLED,
    ComparisonHeader,
    OtherStateOfThings,
    PublishedAnyway,
    RosterHeader,
    RosterKind,
    StateOfThings,
    StoredRoster,
    VersionLabel,
)
from scheduler.storage.stored_versions import VersionShelf
from scheduler.storage.tables import table
from scheduler.storage.trades import TradeBook


@dataclass(frozen=True)
class Stored:
    """What became of an import. `number`: its change set; None where nothing was changed."""

    arrival: Arrival
    number: int | None


@dataclass(frozen=True)
class _Moment:
    """A transaction that stays open, and what was read in it: (file, person) -> facts."""

    connection: Connection
    facts: dict[tuple[str, str | None], tuple[Fact, ...]] = field(default_factory=dict)


MOST_NAMED = 100
"""People whom a query names one by one: databases limit the length of a list."""
CollaborativesOwn = Literal["roster", "comparison", "job"]


class Repository:
    """Facts, rosters and comparisons of one database, which is made where it is missing; its `jobs`
    are the queue of work, its `book` the accounts, its `tokens` what lets programs in as them, its
    `once` what these have asked for with a key, its `mappings` how files of other systems are read,
    its `runs` what of them was taken in, its `policies` those that were saved, its `edits` what was
    changed in drafts by hand, its `versions` what people do with stored rosters, its `notices` what
    people were told of them, its `endings` what they know to end, its `attestations` what of theirs
    is signed, its `requests` what they tell of themselves, its `trades` shifts that change hands,
    its `calendars` the addresses under which calendar programs read, its `publications` what was
    published of some dates, its `outbox` e-mail, its `audit` what was done.

    `url` is a SQLAlchemy address such as sqlite:///path/to/file.db or
    postgresql://user@host/database. Every method is one transaction, and whatever it changes is put
    on record in it as done by `actor`, whom services ask what they may. `reading_only`: nothing is
    made or written, and no writer is waited for. Raises Unavailable where the database is locked
    for too long, cannot be reached or not be written.
    """

    def __init__(self, url: str, *, reading_only: bool = False, actor: Actor = THE_PROGRAM) -> None:
        self.url = url
        self.reading_only = reading_only
        self._engine = open_engine(url, reading_only=reading_only)
        self._notes = Notes()
        self._moment: _Moment | None = None
        self._act_as(actor)

    def _act_as(self, actor: Actor) -> None:
        self.actor = actor
        self.jobs = JobQueue(self._reading, self._writing, self._taking_turns, actor)
        self.book = AccountBook(self._reading, self._writing, actor)
        self.tokens = AccessTokens(self._reading, self._writing, actor, self._notes)
        self.once = RequestsOnce(self._writing)
        self.mappings = MappingBook(self._reading, self._writing, actor)
        self.runs = SourceRuns(self._reading, self._writing, actor)
        self.audit = AuditTrail(self._reading, self._writing, actor, self._notes)
        self.policies = VersionShelf("policy", self._reading, self._writing, actor)
        self.scenarios = VersionShelf("scenario", self._reading, self._writing, actor)
        self.edits = EditBook(self._reading, self._writing, actor)
        self.versions = RosterVersions(self._reading, self._writing, actor)
        self.calendars = CalendarTokens(self._reading, self._writing, actor, self._notes)
        self.sign_offs = SignOffBook(self._reading, self._writing, actor)
        self.notices = NoticeBook(self._reading, self._writing, actor)
        self.endings = EndingBook(self._reading, self._writing, actor)
        self.attestations = AttestationBook(self._reading, self._writing, actor)
        self.requests = RequestBook(self._reading, self._writing, actor)
        self.outbox = Outbox(self._reading, self._writing)
        self.trades = TradeBook(self._reading, self._writing, actor)
        self.publications = PublicationBook(self._reading)

    def acting(self, actor: Actor) -> Self:
        """The same database for somebody else; it is closed with this one."""
        other = copy(self)
        other._act_as(actor)
        return other

    def close(self) -> None:
        self._notes.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def at_one_moment(self) -> Iterator[Self]:
        """The same database as it is now, for one answer that asks many things: all of them see the
        same state, and each file of facts is read once. For reading, in one thread.
        """
        with self._reading() as connection:
            other = copy(self)
            other._moment = _Moment(connection)
            other._act_as(self.actor)
            yield other

    def _reading(self) -> AbstractContextManager[Connection]:
        if self._moment is not None:
            return nullcontext(self._moment.connection)
        return _transaction(reading(self._engine))

    def _writing(self) -> AbstractContextManager[Connection]:
        return _transaction(writing(self._engine))

    def _taking_turns(self) -> AbstractContextManager[Connection]:
        return _transaction(taking_turns(self._engine))

    def _record(self, connection: Connection, action: Action, **thing: Any) -> None:
        stored_audit.append(connection, self.actor, action, thing)

    def is_of_this_version(self) -> bool:
        """Whether it has the tables of this program still: a newer one may have come since."""
        with self._reading() as connection:
            return schema.revision(connection) == schema.HEAD

    # --- facts

    def dataset(self) -> Dataset:
        """Every fact, in the order of the keys."""
        with self._reading() as connection:
            return stored_facts.load_dataset(connection)

    def facts(self, file: str, staff_id: str | None = None) -> tuple[Fact, ...]:
        """The facts of one file alone; with `staff_id` those of that person, of a file whose rows
        name one.
        """
        if self._moment is not None and (file, staff_id) in self._moment.facts:
            return self._moment.facts[file, staff_id]
        with self._reading() as connection:
            found = tuple(stored_facts.load_file(connection, file, staff_id))
        if self._moment is not None:
            self._moment.facts[file, staff_id] = found
        return found

    def collaboratives(self) -> tuple[Collaborative, ...]:
        """All that are stored, in order of their ids."""
        return cast(tuple[Collaborative, ...], self.facts("collaborative"))

    def store(
        self,
        new: Dataset,
        *,
        row_number: RowNumber = lambda file, index: index + 2,
        replace: bool = False,
        bad_ids: Mapping[str, frozenset[str]] | None = None,
        judge: Callable[[Iterable[Fault]], Sequence[Fault]] = list,
        tell: Callable[[Iterable[Note]], object] = list,
        complete: Collection[str] = (),
        confirmed: bool = False,
        concerns: Collection[str] = (),
        why: str = "",
        kind: ChangeKind = "import",
        trial: bool = False,
    ) -> Stored:
        """Add facts, all or none, as one change set.

        Raises BadInput where stored and new facts together contradict each other, or where a new
        fact has the id or key of a different stored one and `replace` is not given. `judge` may
        drop findings and add others of its own; `tell` is told what may not be meant. What the
        `complete` files do not hold any more is withdrawn: raises ToConfirm with it unless that is
        `confirmed`. `concerns`: organisations, for the record. `trial`: nothing is written.
        """
        with self._reading() if trial else self._writing() as connection:
            found = arrival(
                connection,
                new,
                row_number,
                replace=replace,
                bad_ids=bad_ids or {},
                judge=judge,
                tell=tell,
                complete=complete,
                confirmed=confirmed or trial,
            )
            if trial:
                return Stored(found, None)
            write(connection, found.changes)
            number = self._change_set(
                connection, found.changes, why=why, kind=kind, concerns=concerns
            )
            return Stored(found, number)

    def change(
        self,
        changes: Sequence[RowChange],
        *,
        why: str = "",
        rows: Sequence[int] = (),
        reverts: int | None = None,
        action: Action = "change_facts",
        concerns: Collection[str] = (),
        tell: Callable[[Iterable[Note]], object] = list,
        along: AlongWith | None = None,
    ) -> int:
        """Change facts row by row, all or none, as one change set; its number. `rows`: where each
        change stands for whoever makes it, counted from 1; `reverts`: the change set that is taken
        back; `action`, `concerns`: what it is on record, and for which organisations; `along`: what
        is written with it, all or none.

        Raises BadInput with every fault, at its row: where the row was changed by somebody else
        meanwhile, where facts would contradict each other, where others or history need one.
        """
        with self._writing() as connection:
            if along is not None:
                along.before(connection)
            judged(connection, changes, rows, tell)
            write(connection, changes)
            number = self._change_set(
                connection,
                changes,
                why=why,
                reverts=reverts,
                action=action,
                concerns=concerns,
                along=along,
            )
            assert number is not None
            return number

    def try_change(
        self,
        changes: Sequence[RowChange],
        *,
        rows: Sequence[int] = (),
        tell: Callable[[Iterable[Note]], object] = list,
    ) -> Dataset:
        """All facts as these changes would leave them; nothing is written. Raises BadInput as
        `change`.
        """
        with self._reading() as connection:
            return judged(connection, changes, rows, tell)

    def _change_set(
        self,
        connection: Connection,
        changes: Sequence[RowChange],
        *,
        why: str = "",
        kind: ChangeKind = "change",
        reverts: int | None = None,
        action: Action = "change_facts",
        concerns: Collection[str] = (),
        thing: Mapping[str, str] | None = None,
        along: AlongWith | None = None,
    ) -> int | None:
        """Writes down and puts on record; None where nothing changes."""
        number = None
        if changes:
            number = stored_changes.append(
                connection,
                self.actor,
                changes,
                why=why,
                kind="revert" if reverts is not None else kind,
                reverts=reverts,
            )
        if along is not None and number is not None:
            thing = {**(thing or {}), **along.after(connection, number)}
        self._record(
            connection,
            action,
            change=number,
            reverts=reverts,
            rows=tally(changes),
            organisations=sorted(concerns),
            **(thing or {}),
        )
        return number

    def change_sets(self, search: Search | None = None) -> list[ChangeSet]:
        """What was changed, the newest first."""
        with self._reading() as connection:
            return stored_changes.load(connection, search or Search())

    def change_set(self, number: int) -> ChangeSet:
        """Raises NotFound."""
        with self._reading() as connection:
            return stored_changes.load_one(connection, number)

    def changed_rows(
        self,
        numbers: Collection[int],
        search: Search | None = None,
        *,
        sees: Callable[[str | None], bool] = lambda staff_id: True,
        most: int | None = None,
    ) -> dict[int, KeptRows]:
        """Number of a change set -> its rows as they were and as they became, as far as they are
        kept, looked for, and whoever looks `sees` the person whom they are about (None: nobody); at
        most so many of each set are read.
        """
        with self._reading() as connection:
            return stored_changes.load_rows(connection, numbers, search, sees=sees, most=most)

    def forget(self, person: Staff, files: Collection[str], *, anonymise: bool) -> Forgotten:
        """Delete a person's facts of these files and their account; with `anonymise` put a mark in
        their place everywhere else. All or nothing. Raises BadRequest for that while a job runs.
        """
        with self._writing() as connection:
            if anonymise and stored_jobs.load_jobs(
                connection, table("job").c.state == "running", most=1
            ):
                raise BadRequest(
                    "A job is running that has read the facts of before, and would store them"
                    " again. Try once more when it has ended."
                )
            self._record(connection, "keep_personal_data", forgotten=True, staff_id=person.id)
            rows = forgetting.delete_facts(connection, person.id, files)
            rows["changed_row"] = stored_changes.forget(connection, person.id, files)
            rows += forgetting.delete_account(connection, person.id)
            rows += forgetting.delete_calendar(connection, person.id)
            rows += forgetting.delete_records(connection, person.id)
            rows += forgetting.delete_requests(connection, person.id)
            rows += forgetting.delete_known_endings(connection, person.id)
            rows += forgetting.delete_attestations(connection, person.id)
            done = forgetting.anonymise(connection, person) if anonymise else Forgotten("", {})
        self._leave_nothing_in_the_log()
        return Forgotten(done.mark, rows + Counter(done.rows))

    def _leave_nothing_in_the_log(self) -> None:
        """SQLite's log beside the file holds what was changed until it is written back; beside
        readers that is done later.
        """
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def require_staff(self, staff_id: str) -> None:
        """Raises NotFound, naming the nearest staff number, for somebody who is not there."""
        with self._reading() as connection:
            find(connection, "staff", staff_id, "member of staff")

    def add_pin(self, pin: Pin) -> None:
        """A pin that is there already stays. Raises NotFound for an unknown person or demand."""
        with self._writing() as connection:
            find(connection, "staff", pin.staff_id, "member of staff")
            templates = cast(
                list[DemandTemplate], stored_facts.load_file(connection, "demand_template")
            )
            if not template_demand_exists(Dataset(demand_template=tuple(templates)), pin.demand_id):
                find(connection, "demand", pin.demand_id, "demand")
            same = sa.select(table("pin").c.row_id).where(*_same_pin(pin))
            if connection.execute(same).first() is None:
                facts_edition.replace_edition(connection)
                connection.execute(sa.insert(table("pin")).values(**pin.__dict__))
                self._pinned(connection, RowChange(None, pin), {"pinned": pin.demand_id})

    def remove_pin(self, pin: Pin) -> None:
        """Raises NotFound where there is no such pin."""
        with self._writing() as connection:
            facts_edition.replace_edition(connection)
            if not connection.execute(sa.delete(table("pin")).where(*_same_pin(pin))).rowcount:
                raise NotFound(f"{pin.staff_id} is not pinned to demand {pin.demand_id}.")
            self._pinned(connection, RowChange(pin, None), {"unpinned": pin.demand_id})

    def _pinned(self, connection: Connection, change: RowChange, how: Mapping[str, str]) -> None:
        pin = change.fact
        assert isinstance(pin, Pin)
        self._change_set(
            connection, [change], action="build_rosters", thing={"staff_id": pin.staff_id, **how}
        )

    # --- rosters

    def save_roster(
        self,
        document: RosterDocument,
        snapshot: Dataset,
        *,
        kind: RosterKind = "roster",
        label: VersionLabel = UNLABELLED,
    ) -> str:
        """A new version for the collaborative and start; its id. `snapshot` holds the facts that
        the roster used.

        Raises NotFound for an unknown collaborative.
        """
        with self._writing() as connection:
            find(connection, "collaborative", document.collaborative_id, "collaborative")
            roster_id = stored_rosters.insert_roster(
                connection, document, snapshot, kind, self.actor.account, label
            )
            self._record(connection, "build_rosters", roster=roster_id)
            return roster_id

    def rosters(self, collaborative_id: str | None = None) -> list[RosterHeader]:
        """Newest period first, within it the newest version."""
        with self._reading() as connection:
            conditions = (
                []
                if collaborative_id is None
                else [table("roster").c.collaborative_id == collaborative_id]
            )
            return stored_rosters.load_headers(connection, *conditions)

    def roster(self, roster_id: str) -> StoredRoster:
        """Raises NotFound."""
        with self._reading() as connection:
            return stored_rosters.load_roster(connection, _header(connection, roster_id))

    def roster_header(self, roster_id: str) -> RosterHeader:
        """Raises NotFound."""
        with self._reading() as connection:
            return _header(connection, roster_id)

    def snapshot(self, roster_id: str) -> Dataset:
        """The facts that the roster used, whatever has become of them since. Raises NotFound."""
        with self._reading() as connection:
            return stored_rosters.load_snapshot(
                connection, _header(connection, roster_id).snapshot_sha256
            )

    def facts_stamp(self) -> str:
        """Another one whenever facts are, or somebody was forgotten."""
        with self._reading() as connection:
            return facts_edition.edition(connection)

    def state_of_things(self) -> StateOfThings:
        """What a check of any roster depends on, apart from the roster."""
        with self._reading() as connection:
            return stored_rosters.state_of_things(connection)

    def require_publishable(self, roster_id: str) -> None:
        """Raises NotFound, and BadRequest for a scenario and for what was published before."""
        with self._reading() as connection:
            stored_rosters.require_publishable(_header(connection, roster_id))

    def publish(
        self,
        roster_id: str,
        *,
        as_of: StateOfThings | None = None,
        edition: int | None = None,
        answered: int | None = None,
        anyway: PublishedAnyway | None = None,
        reason: str | None = None,
    ) -> RosterHeader:
        """From draft to published, or from withdrawn to published again. On each of its dates it
        takes the place of what the collaborative had published before.

        Earlier rosters stay published on their other dates; those with no date left become
        superseded. `as_of`: the state in which the roster was checked, and `edition`: which of its
        editions; `answered`: the latest answer of an organisation to it then; `anyway`: what did
        not hold then, and why it is published all the same; `reason`: why it changes what counts.
        Everybody whose shifts that changes is told.

        Raises NotFound, BadRequest for a scenario and for what is published or superseded, and
        OtherStateOfThings where `as_of`, `edition` or `answered` is over.
        """
        with self._writing() as connection:
            header = _header(connection, roster_id)
            stored_rosters.require_publishable(header)
            over = as_of is not None and stored_rosters.state_of_things(connection) != as_of
            heard = answered is None or answered == last_answer(connection, header)
            if over or edition not in (None, header.edition) or not heard:
                raise OtherStateOfThings
            known = counting(connection, header)
            at = stored_rosters.publish_roster(
                connection, header, anyway, self.actor.account, reason
            )
            tell(connection, header, known, counting(connection, header), at)
            self._record(
                connection,
                "publish_rosters",
                roster=roster_id,
                anyway=None if anyway is None else len(anyway.findings),
                with_reason=reason is not None or None,
            )
            return _header(connection, roster_id)

    def published(
        self,
        *,
        collaborative_id: str | None = None,
        staff_ids: Collection[str] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> list[tuple[RosterHeader, tuple[AssignmentLine, ...]]]:
        """Published rosters with the lines that count: those that start on a date on which the
        roster is in force.

        Of these people only, and only shifts that touch a date from `first` to `last`.
        """
        rosters, lines = table("roster"), table("assignment_line")
        headers = [rosters.c.status == "published"]
        if collaborative_id is not None:
            headers.append(rosters.c.collaborative_id == collaborative_id)
        shifts = []
        if first is not None:
            shifts.append(lines.c.end > _midnight(first))
        if last is not None:
            shifts.append(lines.c.start < _midnight(last + timedelta(days=1)))
        people = None if staff_ids is None else frozenset(staff_ids)
        if people is not None and len(people) <= MOST_NAMED:
            shifts.append(lines.c.staff_id.in_(sorted(people)))
        with self._reading() as connection:
            return [
                (
                    header,
                    tuple(
                        line
                        for line in stored_rosters.load_lines(connection, header.id, *shifts)
                        if (people is None or line.staff_id in people)
                        and local_date(minute(line.start)) in header.in_force
                    ),
                )
                for header in stored_rosters.load_headers(connection, *headers)
            ]

    def beside(self, roster_id: str, line: AssignmentLine) -> tuple[AssignmentLine, ...]:
        """The lines of a roster at the same time for the same service at the same site, that one
        among them.
        """
        lines = table("assignment_line")
        with self._reading() as connection:
            return stored_rosters.load_lines(
                connection,
                roster_id,
                lines.c.service_id == line.service_id,
                lines.c.site_id == line.site_id,
                lines.c.start < line.end,
                lines.c.end > line.start,
            )

    def ever_published(
        self, *, collaborative_id: str | None = None, staff_id: str | None = None
    ) -> list[tuple[RosterHeader, tuple[AssignmentLine, ...]]]:
        """Every roster that was published at any time, withdrawn ones too, with all its lines, of
        one person only where asked; the earliest publication first.
        """
        rosters, lines = table("roster"), table("assignment_line")
        headers: list[sa.ColumnElement[bool]] = [rosters.c.status.in_(("published", "superseded"))]
        if collaborative_id is not None:
            headers.append(rosters.c.collaborative_id == collaborative_id)
        own = [] if staff_id is None else [lines.c.staff_id == staff_id]
        with self._reading() as connection:
            found = stored_rosters.load_headers(connection, *headers)
            return [
                (header, stored_rosters.load_lines(connection, header.id, *own))
                for header in sorted(
                    found,
                    key=lambda header: (
                        header.published_at or header.created_at,
                        header.start,
                        header.version,
                    ),
                )
            ]

    def earlier_publications(self, headers: Sequence[RosterHeader]) -> list[RosterHeader]:
        """For each time that one of these rosters was published, withdrawn and published again
        since: the roster as it was then, the earliest first.
        """
        with self._reading() as connection:
            return stored_rosters.earlier_publications(connection, headers)

    def collaborative_of(self, table_name: CollaborativesOwn, row_id: str) -> str | None:
        """Whose a roster, a comparison or a job is; None where there never was such a thing."""
        places = [table(table_name)]
        if table_name == "roster":
            places.append(table("deleted_roster"))
        with self._reading() as connection:
            for rows in places:
                found = connection.execute(
                    sa.select(rows.c.collaborative_id).where(rows.c.id == row_id)
                ).scalar()
                if found is not None:
                    return str(found)
        return None

    # --- comparisons

    def save_comparison(self, document: Mapping[str, Any]) -> str:
        """Its id. The document names `collaborative_id` and `period` {start, days}, as a summary
        does.

        Raises BadRequest where it does not, NotFound for an unknown collaborative.
        """
        try:
            collaborative_id, period = document["collaborative_id"], document["period"]
            start, days = date.fromisoformat(str(period["start"])), int(period["days"])
        except (KeyError, TypeError, ValueError):
            raise BadRequest(
                "A comparison needs a collaborative_id and a period with start (YYYY-MM-DD) and"
                " days."
            ) from None
        with self._writing() as connection:
            find(connection, "collaborative", collaborative_id, "collaborative")
            comparison_id = stored_rosters.insert_comparison(
                connection, document, collaborative_id, start, days, self.actor.account
            )
            self._record(connection, "test_scenarios", comparison=comparison_id)
            return comparison_id

    def comparisons(self, collaborative_id: str | None = None) -> list[ComparisonHeader]:
        """Newest first."""
        with self._reading() as connection:
            return stored_rosters.load_comparison_headers(connection, collaborative_id)

    def comparison(self, comparison_id: str) -> dict[str, Any]:
        """The document. Raises NotFound."""
        with self._reading() as connection:
            find(connection, "comparison", comparison_id, "comparison")
            return stored_rosters.load_comparison(connection, comparison_id)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with Session(engine) as session, session.begin():
            yield session.connection()
    except (OperationalError, InterfaceError) as error:
        raise Unavailable(f"The database {_what_is_wrong(reason(error).rstrip('.?'))}") from None
    except (UnicodeEncodeError, DataError) as error:
        if isinstance(error, DataError) and "NUL" not in reason(error):
            raise
        raise BadRequest(
            "A text of this holds a null or half a character, which cannot be kept or looked for."
        ) from None


def _what_is_wrong(said: str) -> str:
    if said == DISK_FULL:
        return (
            "could not be written, for the disk is full; nothing was changed. Make room and try"
            " again."
        )
    if said == NOT_WRITABLE:
        return (
            "can only be read: its file, its folder or its disk cannot be written; nothing was"
            " changed."
        )
    return f"is busy or cannot be reached: {said}. Try again in a moment."


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON)


def _same_pin(pin: Pin) -> list[sa.ColumnElement[bool]]:
    return [table("pin").c[name] == value for name, value in pin.__dict__.items()]


def _header(connection: Connection, roster_id: str) -> RosterHeader:
    find(connection, "roster", roster_id, "roster")
    return stored_rosters.load_headers(connection, table("roster").c.id == roster_id)[0]

"""The database's tables: one for each kind of fact, made from the fact class, and those that keep
rosters.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.storage.columns import Column as FactColumn
from scheduler.storage.columns import ColumnKind, columns

# before any table is made: names that migrations can rely on, the same in every database
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}

METADATA: sa.MetaData = SQLModel.metadata

ONE_ROW_FOR_EACH_KEY = frozenset({"service_host", "travel_time", "demand_template"})
"""Files without an id of which the contract allows a single row for a key."""

PERIODS = (("from_date", "to_date"), ("valid_from", "valid_to"), ("start", "end"))


class UtcInstant(sa.TypeDecorator[datetime]):
    """An aware date-time, kept in UTC also where the database knows no offsets."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To the database: in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """From the database: in UTC, also where it hands out no offset."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_TYPES: dict[ColumnKind, Callable[[], TypeEngine[Any]]] = {
    "text": sa.String,
    "choice": sa.String,
    "yes_no": sa.Boolean,
    "whole": sa.BigInteger,
    "number": sa.Double,
    "date": sa.Date,
    "time": sa.Time,
    "instant": UtcInstant,
}


def row_type(fact_type: type[Fact], table_name: str, references: dict[str, str]) -> type[SQLModel]:
    """`<Fact>Row(<Fact>, table=True)`: every field of the fact becomes a column; facts without an
    id get a running number.
    """
    space: dict[str, Any] = {
        "__module__": __name__,
        "__tablename__": table_name,
        "__annotations__": {},
        "__doc__": f"A stored {table_name} row.",
    }
    if "id" not in fact_type.model_fields:
        space["__annotations__"]["row_id"] = int | None
        space["row_id"] = Field(
            default=None, sa_column=sa.Column("row_id", sa.Integer, primary_key=True)
        )
    for fact_column in columns(fact_type):
        space["__annotations__"][fact_column.name] = Any
        target = references.get(fact_column.name)
        # rows of one table come in any order: that they refer to each other is held by
        # scheduler.domain.consistency
        foreign = None if target == table_name else target
        space[fact_column.name] = Field(
            default=None, sa_column=_database_column(fact_type, fact_column, foreign)
        )
    space["__table_args__"] = (*_checks(fact_type), *_key(fact_type, table_name))
    metaclass: Any = type(fact_type)
    row: type[SQLModel] = metaclass(f"{fact_type.__name__}Row", (fact_type,), space, table=True)
    return row


def _database_column(
    fact_type: type[Fact], fact_column: FactColumn, target: str | None
) -> sa.Column[Any]:
    name = fact_column.name
    foreign_key = [sa.ForeignKey(f"{target}.id")] if target else []
    return sa.Column(
        name,
        _TYPES[fact_column.kind](),
        *foreign_key,
        nullable=fact_type.model_fields[name].default is None,
        primary_key=name == "id",
    )


def _key(fact_type: type[Fact], table_name: str) -> Iterator[sa.Index | sa.UniqueConstraint]:
    if not set(fact_type.key) <= set(
        fact_type.model_fields
    ):  # lines of a roster: found by the roster
        yield sa.Index(f"ix_{table_name}_roster_id", "roster_id")
    elif fact_type.key == ("id",):
        return
    elif fact_type.file in ONE_ROW_FOR_EACH_KEY:
        yield sa.UniqueConstraint(*fact_type.key, name=f"uq_{table_name}_key")
    else:
        yield sa.Index(f"ix_{table_name}_key", *fact_type.key)


def _checks(fact_type: type[Fact]) -> Iterator[sa.CheckConstraint]:
    """What the database can refuse by itself: limits, choices, empty texts, periods that end before
    they begin.
    """
    signs: dict[str, Callable[[sa.ColumnElement[Any], float], sa.ColumnElement[bool]]] = {
        "ge": lambda c, bound: c >= bound,
        "gt": lambda c, bound: c > bound,
        "le": lambda c, bound: c <= bound,
        "lt": lambda c, bound: c < bound,
    }
    for fact_column in columns(fact_type):
        name, cell = fact_column.name, sa.column(fact_column.name, _TYPES[fact_column.kind]())
        if fact_column.limits:
            yield sa.CheckConstraint(
                sa.and_(*(signs[sign](cell, _whole(bound)) for sign, bound in fact_column.limits)),
                name=f"{name}_limits",
            )
        if fact_column.choices:
            yield sa.CheckConstraint(cell.in_(fact_column.choices), name=f"{name}_choice")
        if fact_column.kind == "text" and fact_column.required:
            yield sa.CheckConstraint(cell != "", name=f"{name}_filled")
    fields = fact_type.model_fields
    for first, last in PERIODS:
        if first in fields and last in fields:
            begin: sa.ColumnElement[Any] = sa.column(first)
            end: sa.ColumnElement[Any] = sa.column(last)
            order = end > begin if last == "end" else end >= begin
            yield sa.CheckConstraint(
                order if fields[last].is_required() else sa.or_(end.is_(None), order),
                name=f"{last}_order",
            )


def _whole(bound: float) -> float:
    return int(bound) if bound == int(bound) else bound


FACT_ROWS: dict[str, type[SQLModel]] = {
    fact_type.file: row_type(fact_type, fact_type.file, fact_type.references)
    for fact_type in FACT_TYPES
}


class SnapshotRow(SQLModel, table=True):
    """The facts that a roster used, as compressed JSON of their cells."""

    __tablename__ = "snapshot"

    sha256: str = Field(primary_key=True)
    cells: bytes = Field(sa_column=sa.Column("cells", sa.LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=sa.Column("created_at", UtcInstant, nullable=False))


class RosterRow(SQLModel, table=True):
    """A finished roster: never overwritten, only published or superseded."""

    __tablename__ = "roster"
    __table_args__ = (
        sa.UniqueConstraint("collaborative_id", "start", "version", name="uq_roster_version"),
        sa.CheckConstraint("days > 0", name="days_limits"),
        sa.CheckConstraint("version > 0", name="version_limits"),
        sa.CheckConstraint("kind IN ('roster', 'scenario')", name="kind_choice"),
        sa.CheckConstraint("status IN ('draft', 'published', 'superseded')", name="status_choice"),
        sa.CheckConstraint("kind = 'roster' OR status = 'draft'", name="scenario_is_draft"),
    )

    id: str = Field(primary_key=True)
    collaborative_id: str = Field(foreign_key="collaborative.id")
    start: date
    days: int
    version: int
    kind: str
    status: str
    created_at: datetime = Field(sa_column=sa.Column("created_at", UtcInstant, nullable=False))
    published_at: datetime | None = Field(
        default=None, sa_column=sa.Column("published_at", UtcInstant)
    )
    published_anyway: str | None = Field(
        default=None, sa_column=sa.Column("published_anyway", sa.Text), description="JSON"
    )
    summary: str = Field(
        sa_column=sa.Column("summary", sa.Text, nullable=False), description="JSON"
    )
    snapshot_sha256: str = Field(foreign_key="snapshot.sha256")
    made_by: str | None = Field(default=None, description="account")
    published_by: str | None = Field(default=None, description="account")
    name: str | None = Field(default=None, description="that people gave it")
    reason: str | None = Field(
        default=None,
        sa_column=sa.Column("reason", sa.Text),
        description="why it was made; None = stored before that was written down",
    )
    made_from: str | None = Field(
        default=None, description="roster that it was made from, past drafts that were deleted"
    )
    published_reason: str | None = Field(
        default=None,
        sa_column=sa.Column("published_reason", sa.Text),
        description="why what was published already was changed",
    )
    withdrawn_at: datetime | None = Field(
        default=None,
        sa_column=sa.Column("withdrawn_at", UtcInstant),
        description="filled: whatever its status says, it is withdrawn",
    )
    withdrawn_by: str | None = Field(default=None, description="account")
    withdrawn_reason: str | None = Field(
        default=None, sa_column=sa.Column("withdrawn_reason", sa.Text)
    )
    offered_at: datetime | None = Field(
        default=None,
        sa_column=sa.Column("offered_at", UtcInstant),
        description="since when it waits for approval, as whoever makes it has said",
    )
    offered_by: str | None = Field(default=None, description="account")


class DeletedRosterRow(SQLModel, table=True):
    """A draft that somebody deleted: its number is never given again, and whose it was stays known
    to the record.
    """

    __tablename__ = "deleted_roster"

    id: str = Field(primary_key=True)
    collaborative_id: str = Field(description="no reference: facts come and go")
    start: date
    version: int
    deleted_at: datetime = Field(sa_column=sa.Column("deleted_at", UtcInstant, nullable=False))
    deleted_by: str = Field(description="account")


class ComparisonRow(SQLModel, table=True):
    """Scenarios side by side, as the document that was shown."""

    __tablename__ = "comparison"
    __table_args__ = (sa.CheckConstraint("days > 0", name="days_limits"),)

    id: str = Field(primary_key=True)
    collaborative_id: str = Field(foreign_key="collaborative.id")
    start: date
    days: int
    created_at: datetime = Field(sa_column=sa.Column("created_at", UtcInstant, nullable=False))
    document: str = Field(
        sa_column=sa.Column("document", sa.Text, nullable=False), description="JSON"
    )
    made_by: str | None = Field(default=None, description="account")


class JobRow(SQLModel, table=True):
    """Work that somebody ordered and a worker does: what was asked for, where it stands, what came
    of it.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('solve', 'compare', 'value', 'repair')", name="kind_choice"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state_choice"
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'running')) = (finished_at IS NULL)", name="finished_at_end"
        ),
        sa.CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL)", name="lease_while_running"
        ),
        sa.CheckConstraint("attempts >= 0", name="attempts_limits"),
        sa.Index("ix_job_state", "state", "number"),
        # the same request is one job as long as that one has not ended
        sa.Index(
            "ix_job_open_fingerprint",
            "fingerprint",
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
        sa.UniqueConstraint("number", name="uq_job_number"),
    )

    id: str = Field(primary_key=True)
    number: int = Field(description="in the order in which jobs were submitted")
    kind: str
    collaborative_id: str = Field(foreign_key="collaborative.id")
    request: str = Field(
        sa_column=sa.Column("request", sa.Text, nullable=False), description="canonical JSON"
    )
    fingerprint: str = Field(description="of request, policy, limits and facts")
    state: str
    created_at: datetime = Field(sa_column=sa.Column("created_at", UtcInstant, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=sa.Column("started_at", UtcInstant))
    finished_at: datetime | None = Field(
        default=None, sa_column=sa.Column("finished_at", UtcInstant)
    )
    heartbeat_at: datetime | None = Field(
        default=None, sa_column=sa.Column("heartbeat_at", UtcInstant)
    )
    lease_until: datetime | None = Field(
        default=None, sa_column=sa.Column("lease_until", UtcInstant)
    )
    attempts: int = Field(default=0, description="how often a worker has taken it up")
    worker: str | None = None
    ordered_by: str | None = Field(
        default=None, description="account; None = before there were any"
    )
    cancel_requested: bool = False
    phase: str = ""
    best: int | None = Field(
        default=None,
        sa_column=sa.Column("best", sa.BigInteger),
        description="objective [1/60 penny]",
    )
    bound: int | None = Field(
        default=None,
        sa_column=sa.Column("bound", sa.BigInteger),
        description="proven bound [1/60 penny]",
    )
    course: str = Field(
        default="[]",
        sa_column=sa.Column("course", sa.Text, nullable=False),
        description="JSON, thinned out",
    )
    roster_id: str | None = Field(default=None, foreign_key="roster.id")
    comparison_id: str | None = Field(default=None, foreign_key="comparison.id")
    failure: str | None = Field(default=None, description="what kind of failure")
    message: str = Field(
        default="",
        sa_column=sa.Column("message", sa.Text, nullable=False),
        description="for a person",
    )
    message_parts: str | None = Field(
        default=None,
        sa_column=sa.Column("message_parts", sa.Text),
        description="JSON: what it is made of",
    )


class WorkerRow(SQLModel, table=True):
    """A process that takes up jobs, or one that is being started; gone when its lease has
    run out.
    """

    __tablename__ = "worker"

    name: str = Field(primary_key=True)
    started_at: datetime = Field(sa_column=sa.Column("started_at", UtcInstant, nullable=False))
    lease_until: datetime = Field(sa_column=sa.Column("lease_until", UtcInstant, nullable=False))


class AccountRow(SQLModel, table=True):
    """Somebody who signs in: who that is says the provider, what they may do the grants."""

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject", name="uq_account_identity"),
        sa.CheckConstraint("issuer != '' AND subject != ''", name="identity_filled"),
    )

    id: str = Field(primary_key=True, description="made at random: what the audit names")
    issuer: str = Field(description="who vouches for the subject; never an e-mail address")
    subject: str
    name: str = Field(description="as the provider says it, to show")
    staff_id: str | None = Field(default=None, description="the member of staff that they are")
    mail_to: str | None = Field(
        default=None, description="where they want to be told by e-mail; none: nowhere"
    )
    created_at: datetime = Field(sa_column=sa.Column("created_at", UtcInstant, nullable=False))


class AccessGrantRow(SQLModel, table=True):
    """What an account may do, within one organisation or collaborative, from when until when.

    Without either it holds everywhere. Facts come and go: a grant for what is gone covers nothing.
    """

    __tablename__ = "access_grant"
    __table_args__ = (
        sa.CheckConstraint(
            "role IN ('operations', 'approver', 'director', 'staff', 'auditor', 'administrator')",
            name="role_choice",
        ),
        sa.CheckConstraint(
            "organisation_id IS NULL OR collaborative_id IS NULL", name="one_scope_at_most"
        ),
        sa.CheckConstraint("to_date IS NULL OR to_date >= from_date", name="to_date_order"),
        sa.Index("ix_access_grant_account_id", "account_id"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    role: str
    organisation_id: str | None = None
    collaborative_id: str | None = None
    post_id: str | None = Field(
        default=None, description="the post that is held; none: every one that the grant covers"
    )
    from_date: date
    to_date: date | None = None
    given_by: str = Field(description="account that gave it")
    given_at: datetime = Field(sa_column=sa.Column("given_at", UtcInstant, nullable=False))
    withdrawn_at: datetime | None = Field(
        default=None, sa_column=sa.Column("withdrawn_at", UtcInstant)
    )


class SignInRow(SQLModel, table=True):
    """One visit of an account, so that it can end: by idling, by its token's end, by hand."""

    __tablename__ = "sign_in"

    id: str = Field(primary_key=True, description="SHA-256 of what the provider said, as hex")
    account_id: str = Field(foreign_key="account.id")
    began_at: datetime = Field(sa_column=sa.Column("began_at", UtcInstant, nullable=False))
    seen_at: datetime = Field(sa_column=sa.Column("seen_at", UtcInstant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=sa.Column("ended_at", UtcInstant))


class CalendarTokenRow(SQLModel, table=True):
    """The address under which a calendar program reads somebody's shifts, by the hash of the secret
    in it; one at a time that holds.
    """

    __tablename__ = "calendar_token"
    __table_args__ = (
        sa.CheckConstraint("staff_id != ''", name="staff_id_filled"),
        sa.Index(
            "uq_calendar_token_live",
            "staff_id",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
        sa.Index("ix_calendar_token_staff_id", "staff_id"),
    )

    sha256: str = Field(primary_key=True, description="of the secret, as hex")
    staff_id: str
    given_at: datetime = Field(sa_column=sa.Column("given_at", UtcInstant, nullable=False))
    withdrawn_at: datetime | None = Field(
        default=None, sa_column=sa.Column("withdrawn_at", UtcInstant)
    )
    last_read_at: datetime | None = Field(
        default=None,
        sa_column=sa.Column("last_read_at", UtcInstant),
        description="noted once an hour at most",
    )


class ChangeSetRow(SQLModel, table=True):
    """Rows of facts that somebody changed together: who, when, why."""

    __tablename__ = "change_set"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_limits"),
        sa.CheckConstraint("kind IN ('change', 'import', 'revert')", name="kind_choice"),
        sa.CheckConstraint("(kind = 'revert') = (reverts IS NOT NULL)", name="reverts_what"),
        sa.Index("ix_change_set_reverts", "reverts"),
    )

    number: int = Field(sa_column=sa.Column("number", sa.BigInteger, primary_key=True))
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    account: str
    behind: str = Field(description="who acted as this account; empty = themselves")
    why: str = Field(sa_column=sa.Column("why", sa.Text, nullable=False))
    kind: str
    reverts: int | None = Field(
        default=None,
        sa_column=sa.Column("reverts", sa.BigInteger, sa.ForeignKey("change_set.number")),
        description="the change set that it takes back",
    )
    row_count: int = Field(description="rows that were changed")
    files: str = Field(
        sa_column=sa.Column("files", sa.Text, nullable=False),
        description="JSON: file -> rows added, changed, removed",
    )


class ChangedRowRow(SQLModel, table=True):
    """One row of a change set, as it was and as it became."""

    __tablename__ = "changed_row"
    __table_args__ = (
        sa.CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="a_row_at_all"),
        sa.Index("ix_changed_row_change_set", "change_set"),
        sa.Index("ix_changed_row_key", "file", "key"),
        sa.Index("ix_changed_row_old_key", "file", "old_key"),
        sa.Index("ix_changed_row_file", "file", "change_set"),
        sa.Index("ix_changed_row_staff_id", "staff_id"),
    )

    row_id: int | None = Field(
        default=None, sa_column=sa.Column("row_id", sa.Integer, primary_key=True)
    )
    change_set: int = Field(
        sa_column=sa.Column(
            "change_set", sa.BigInteger, sa.ForeignKey("change_set.number"), nullable=False
        )
    )
    file: str
    key: str = Field(description="JSON: the cells of its key")
    old_key: str | None = Field(default=None, description="its key before, where that was another")
    staff_id: str | None = Field(default=None, description="the person whom it is about")
    before: str | None = Field(default=None, sa_column=sa.Column("before", sa.Text))
    after: str | None = Field(default=None, sa_column=sa.Column("after", sa.Text))


class PolicyVersionRow(SQLModel, table=True):
    """A policy that somebody saved under a name, as it was then: never changed; the newest version
    of a name counts.
    """

    __tablename__ = "policy_version"
    __table_args__ = (
        sa.UniqueConstraint("collaborative_id", "name", "version", name="uq_policy_version"),
        sa.CheckConstraint("number > 0", name="number_limits"),
        sa.CheckConstraint("version > 0", name="version_limits"),
        sa.CheckConstraint("name != ''", name="name_filled"),
    )

    number: int = Field(sa_column=sa.Column("number", sa.BigInteger, primary_key=True))
    collaborative_id: str | None = Field(
        default=None, description="whose it is; None = everybody's, and no fact holds it"
    )
    name: str
    version: int = Field(description="of this name, from 1")
    document: str = Field(
        sa_column=sa.Column("document", sa.Text, nullable=False),
        description="canonical JSON: rule -> what differs from the default",
    )
    withdrawn: bool = Field(description="from this version on nobody is offered it")
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    account: str
    behind: str = Field(description="who acted as this account; empty = themselves")
    why: str = Field(sa_column=sa.Column("why", sa.Text, nullable=False))


class AuditPersonRow(SQLModel, table=True):
    """Whom the audit means by a mark: the one place where that stands, so that somebody can be
    forgotten without touching an entry.
    """

    __tablename__ = "audit_person"

    mark: str = Field(primary_key=True)
    staff_id: str | None = Field(default=None, unique=True)


class AuditEntryRow(SQLModel, table=True):
    """Who did what, when, to what, from where. Texts, so that a hash is of what is stored."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('done', 'refused')", name="outcome_choice"),
        sa.CheckConstraint("number > 0", name="number_limits"),
        sa.Index("ix_audit_entry_account", "account", "action", "at"),
    )

    number: int = Field(sa_column=sa.Column("number", sa.BigInteger, primary_key=True))
    at: str = Field(description="ISO date-time in UTC")
    account: str
    behind: str = Field(description="who acted as this account; empty = themselves")
    origin: str
    action: str
    outcome: str
    thing: str = Field(
        sa_column=sa.Column("thing", sa.Text, nullable=False), description="canonical JSON"
    )
    previous_hash: str
    hash: str = Field(description="SHA-256 of all the rest, as hex")


class AuditHeadRow(SQLModel, table=True):
    """The last entry, so that one that is cut off is missed; who writes the next waits here."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(primary_key=True)
    number: int
    hash: str


class ColumnMappingRow(SQLModel, table=True):
    """How the files of another system become facts, as an organisation has saved it."""

    __tablename__ = "column_mapping"
    __table_args__ = (sa.CheckConstraint("name != ''", name="name_filled"),)

    organisation_id: str = Field(primary_key=True, description="whose it is; facts come and go")
    name: str = Field(primary_key=True)
    document: str = Field(sa_column=sa.Column("document", sa.Text, nullable=False))
    made_by: str = Field(description="account that saved it")
    made_at: datetime = Field(sa_column=sa.Column("made_at", UtcInstant, nullable=False))


class SourceRunRow(SQLModel, table=True):
    """The last file of numbered runs of a system that an organisation has taken in."""

    __tablename__ = "source_run"
    __table_args__ = (sa.CheckConstraint("number > 0", name="number_limits"),)

    organisation_id: str = Field(primary_key=True)
    layout: str = Field(primary_key=True, description="which system, by the name of its layout")
    number: int = Field(sa_column=sa.Column("number", sa.BigInteger, nullable=False))
    mark: str = Field(description="what the next run names as the one before it")
    day: date = Field(description="of the run")
    employer: str = Field(description="by what the system calls the organisation")
    counting: str = Field(description="what the number in its last line counts")
    mapping: str = Field(
        sa_column=sa.Column("mapping", sa.Text, nullable=False),
        description="the code tables by which it was understood, as a document",
    )
    taken_by: str
    taken_at: datetime = Field(sa_column=sa.Column("taken_at", UtcInstant, nullable=False))


class SourceRecordRow(SQLModel, table=True):
    """A record of a system as its last run left it, in so far as facts are made of it: the next
    run names by numbers of its own what has changed.
    """

    __tablename__ = "source_record"
    __table_args__ = (
        sa.UniqueConstraint(
            "organisation_id", "layout", "record", "key", name="uq_source_record_key"
        ),
        sa.CheckConstraint("record != ''", name="record_filled"),
        sa.Index("ix_source_record_staff_id", "staff_id"),
    )

    row_id: int | None = Field(
        default=None, sa_column=sa.Column("row_id", sa.Integer, primary_key=True)
    )
    organisation_id: str
    layout: str
    record: str = Field(description="kind of record, as the layout calls it")
    key: str
    staff_id: str | None = Field(default=None, description="whom it is about")
    fields: str = Field(
        sa_column=sa.Column("fields", sa.Text, nullable=False), description="JSON: name to text"
    )


AssignmentLineRow = row_type(AssignmentLine, "assignment_line", {"roster_id": "roster"})
VacancyLineRow = row_type(VacancyLine, "vacancy_line", {"roster_id": "roster"})


def table(name: str) -> sa.Table:
    """The table of this name."""
    return METADATA.tables[name]


class RosterEditRow(SQLModel, table=True):
    """What somebody changed in a draft by hand, or had changed: one command, taken back by
    another.
    """

    __tablename__ = "roster_edit"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_limits"),
        sa.CheckConstraint("undoes IS NULL OR undoes < number", name="undoes_an_earlier_one"),
        sa.UniqueConstraint("roster_id", "command_id", name="uq_roster_edit_command"),
    )

    roster_id: str = Field(foreign_key="roster.id", primary_key=True)
    number: int = Field(primary_key=True, description="the edition that it makes of the roster")
    kind: str
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    account: str
    behind: str = Field(description="who acted as this account; empty = themselves")
    undoes: int | None = Field(default=None, description="the edit that it takes back")
    reason: str = Field(
        sa_column=sa.Column("reason", sa.Text, nullable=False),
        description="why, where a rule was broken on purpose; else what somebody wrote, or nothing",
    )
    overridden: str | None = Field(
        default=None,
        sa_column=sa.Column("overridden", sa.Text),
        description="JSON: the breaches that were accepted",
    )
    command_id: str | None = Field(
        default=None, description="what whoever asked calls it: asked twice, done once"
    )


class RosterEditLineRow(SQLModel, table=True):
    """One assignment that an edit took out of a roster, or put in."""

    __tablename__ = "roster_edit_line"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["roster_id", "number"],
            ["roster_edit.roster_id", "roster_edit.number"],
            name="fk_roster_edit_line_edit",
        ),
        sa.Index("ix_roster_edit_line_edit", "roster_id", "number"),
        sa.Index("ix_roster_edit_line_staff_id", "staff_id"),
    )

    row_id: int | None = Field(
        default=None, sa_column=sa.Column("row_id", sa.Integer, primary_key=True)
    )
    roster_id: str = Field(foreign_key="roster.id")
    number: int
    comes: bool = Field(description="whether it was put in, not taken out")
    demand_id: str
    day: date = Field(description="the local date on which its shift starts")
    staff_id: str | None = None
    contract_id: str | None = None
    temporary_supply_id: str | None = None


class SignOffRow(SQLModel, table=True):
    """An organisation's answer to one step of a roster's approval. Nothing is ever changed: what is
    taken back is another row.
    """

    __tablename__ = "sign_off"
    __table_args__ = (
        sa.CheckConstraint("step IN ('bank', 'approve')", name="step_choice"),
        sa.CheckConstraint(
            "verdict IN ('approved', 'refused', 'taken_back')", name="verdict_choice"
        ),
        sa.Index("ix_sign_off_collaborative_id", "collaborative_id", "start"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    roster_id: str = Field(description="in which version; a draft may be deleted since")
    collaborative_id: str
    start: date = Field(description="first date of the roster")
    organisation_id: str
    step: str
    verdict: str
    digest: str = Field(description="of what it is about, as hex")
    edition: int
    hours: float
    pence: int = Field(sa_column=sa.Column("pence", sa.BigInteger, nullable=False))
    post_id: str = Field(description="as whom; empty where the grant names no post")
    account: str
    behind: str = Field(description="who acted as this account; empty = themselves")
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    reason: str = Field(sa_column=sa.Column("reason", sa.Text, nullable=False))
    dispute_id: int | None = Field(
        default=None, description="which the backstop decided, in the organisation's place"
    )


class DisputeRow(SQLModel, table=True):
    """A refusal, with what it is about as it was then."""

    __tablename__ = "dispute"
    __table_args__ = (
        sa.CheckConstraint("answer_days > 0", name="answer_days_limits"),
        sa.Index("ix_dispute_collaborative_id", "collaborative_id", "start"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    roster_id: str
    collaborative_id: str
    start: date = Field(description="first date of the roster")
    organisation_id: str = Field(description="which refused")
    step: str
    digest: str
    edition: int
    snapshot_sha256: str = Field(foreign_key="snapshot.sha256", description="the facts then")
    policy_sha256: str
    rules_version: str = Field(description="of this program")
    demand_ids: str = Field(
        sa_column=sa.Column("demand_ids", sa.Text, nullable=False),
        description="JSON: the work that it names; none: all of it",
    )
    answer_days: int = Field(description="working days, as the scheme said")


class DisputeEventRow(SQLModel, table=True):
    """What was said in a dispute; nothing is ever changed."""

    __tablename__ = "dispute_event"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_limits"),
        sa.CheckConstraint(
            "deed IN ('raised', 'answered', 'insisted', 'settled', 'decided')", name="deed_choice"
        ),
    )

    dispute_id: int = Field(foreign_key="dispute.id", primary_key=True)
    number: int = Field(primary_key=True)
    deed: str
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    account: str
    behind: str
    organisation_id: str = Field(description="for whom it was said; empty = the backstop")
    words: str = Field(sa_column=sa.Column("words", sa.Text, nullable=False))
    upheld: bool | None = Field(default=None, description="of a decision: the refusal stands")
    change_set: int | None = Field(default=None, description="the change of facts it has become")


class NoticeRow(SQLModel, table=True):
    """What one person is told of a publication or its withdrawal: their own shifts that it has
    changed.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.CheckConstraint("last_end > first_start", name="times_order"),
        sa.Index("ix_notice_staff_id", "staff_id"),
        sa.Index("ix_notice_unseen", "seen_at", "first_start"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    staff_id: str
    collaborative_id: str
    roster_id: str = Field(description="which was published or withdrawn")
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    first_start: datetime = Field(
        sa_column=sa.Column("first_start", UtcInstant, nullable=False),
        description="when the earliest of what changed begins, or would have",
    )
    last_end: datetime = Field(sa_column=sa.Column("last_end", UtcInstant, nullable=False))
    shifts: str = Field(
        sa_column=sa.Column("shifts", sa.Text, nullable=False),
        description="JSON: those that are lost and those that are got",
    )
    seen_at: datetime | None = Field(default=None, sa_column=sa.Column("seen_at", UtcInstant))
    seen_by: str | None = Field(default=None, description="account that has said so")


class OutboxRow(SQLModel, table=True):
    """An e-mail that waits, or was sent. Where to is looked up when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.CheckConstraint("(notice_id IS NULL) <> (words IS NULL)", name="one_content"),
        sa.CheckConstraint("tries >= 0", name="tries_limits"),
        sa.Index("ix_outbox_account_id", "account_id"),
        sa.Index("ix_outbox_waiting", "done_at", "next_at"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    account_id: str = Field(foreign_key="account.id")
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    roster_id: str | None = Field(default=None, description="what it is about")
    words: str | None = Field(
        default=None,
        sa_column=sa.Column("words", sa.Text),
        description="JSON: a sentence with its parts, where it is about no notice",
    )
    next_at: datetime = Field(
        sa_column=sa.Column("next_at", UtcInstant, nullable=False),
        description="not before; also while somebody is sending it",
    )
    tries: int = 0
    message_id: str | None = Field(
        default=None, description="the same at each try, so that what comes twice is told apart"
    )
    done_at: datetime | None = Field(default=None, sa_column=sa.Column("done_at", UtcInstant))
    outcome: str | None = Field(
        default=None,
        description="sent, needless, or why it was given up; of a try: what went wrong",
    )


class TradeRow(SQLModel, table=True):
    """A shift of a published roster that somebody gives away, swaps, or wants to take."""

    __tablename__ = "trade"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('give', 'swap', 'open')", name="kind_choice"),
        sa.CheckConstraint(
            "stored IN ('open', 'taken', 'done', 'refused', 'withdrawn')", name="stored_choice"
        ),
        sa.CheckConstraint("(kind = 'open') = (giver IS NULL)", name="giver_of_own"),
        sa.Index("ix_trade_stored", "stored", "until"),
        sa.Index("ix_trade_giver", "giver"),
        sa.Index("ix_trade_taken_by", "taken_by"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    kind: str
    collaborative_id: str
    roster_id: str = Field(description="the publication in which it was found")
    giver: str | None = Field(default=None, description="whose shift it is; none: nobody's")
    demand_id: str
    until: datetime = Field(
        sa_column=sa.Column("until", UtcInstant, nullable=False),
        description="when the first of what changes hands begins",
    )
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    stored: str
    taken_by: str | None = None
    taken_for: str | None = Field(
        default=None, description="in a swap, the demand that whoever took it gives"
    )
    taken_at: datetime | None = Field(default=None, sa_column=sa.Column("taken_at", UtcInstant))
    carried_at: datetime | None = Field(
        default=None,
        sa_column=sa.Column("carried_at", UtcInstant),
        description="since when somebody is making it true",
    )
    ended_at: datetime | None = Field(default=None, sa_column=sa.Column("ended_at", UtcInstant))
    ended_by: str | None = Field(default=None, description="account")
    words: str = Field(sa_column=sa.Column("words", sa.Text, nullable=False))
    result: str | None = Field(default=None, description="roster that came of it")


class TradeAskedRow(SQLModel, table=True):
    """Somebody to whom an offered shift goes."""

    __tablename__ = "trade_asked"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_limits"),
        sa.Index("ix_trade_asked_staff_id", "staff_id"),
    )

    trade_id: int = Field(foreign_key="trade.id", primary_key=True)
    number: int = Field(primary_key=True, description="the best suited first")
    staff_id: str
    demand_id: str | None = Field(default=None, description="in a swap: what they would give")
    declined: bool = False


class TradeApprovalRow(SQLModel, table=True):
    """That an organisation which a trade concerns has approved it."""

    __tablename__ = "trade_approval"
    __table_args__ = (sa.CheckConstraint("account != ''", name="account_filled"),)

    trade_id: int = Field(foreign_key="trade.id", primary_key=True)
    organisation_id: str = Field(
        primary_key=True, description="empty where no scheme asks the organisations"
    )
    account: str
    behind: str
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))


class StaffRequestRow(SQLModel, table=True):
    """What a person has told of themselves, and its answer."""

    __tablename__ = "staff_request"
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('open', 'granted', 'refused', 'taken_back')", name="state_choice"
        ),
        sa.Index("ix_staff_request_staff_id", "staff_id"),
        sa.Index("ix_staff_request_state", "state"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    staff_id: str
    asked: str = Field(
        sa_column=sa.Column("asked", sa.Text, nullable=False), description="JSON: what is told"
    )
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    state: str
    answered_at: datetime | None = Field(
        default=None, sa_column=sa.Column("answered_at", UtcInstant)
    )
    answered_by: str | None = Field(
        default=None, description="account; none: the scheme, or the person who took it back"
    )
    words: str = Field(
        sa_column=sa.Column("words", sa.Text, nullable=False), description="of the answer"
    )
    change_set: int | None = Field(default=None, description="the change of facts it has become")
    seen_at: datetime | None = Field(
        default=None,
        sa_column=sa.Column("seen_at", UtcInstant),
        description="since when the person knows the answer",
    )

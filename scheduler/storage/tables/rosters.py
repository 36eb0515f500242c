"""The tables that keep rosters, their lines and edits, and comparisons."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.storage.tables.base import UtcInstant
from scheduler.storage.tables.facts import row_type


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


class EarlierPublicationRow(SQLModel, table=True):
    """A publication of a roster that was withdrawn, and after which it was published again: what
    people were told then stays known.
    """

    __tablename__ = "earlier_publication"
    __table_args__ = (sa.CheckConstraint("withdrawn_at >= published_at", name="times_order"),)

    roster_id: str = Field(foreign_key="roster.id", primary_key=True)
    published_at: datetime = Field(
        sa_column=sa.Column("published_at", UtcInstant, primary_key=True)
    )
    published_by: str | None = Field(default=None, description="account")
    published_reason: str | None = Field(
        default=None, sa_column=sa.Column("published_reason", sa.Text)
    )
    withdrawn_at: datetime = Field(sa_column=sa.Column("withdrawn_at", UtcInstant, nullable=False))
    withdrawn_by: str | None = Field(default=None, description="account")
    withdrawn_reason: str | None = Field(
        default=None, sa_column=sa.Column("withdrawn_reason", sa.Text)
    )


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


AssignmentLineRow = row_type(AssignmentLine, "assignment_line", {"roster_id": "roster"})


VacancyLineRow = row_type(VacancyLine, "vacancy_line", {"roster_id": "roster"})


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

"""The tables of what was changed in facts, how files of other systems are read, policies and
scenarios.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from scheduler.storage.tables.base import UtcInstant


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


class ScenarioVersionRow(SQLModel, table=True):
    """A scenario that somebody saved under a name, as it was then: never changed; the newest
    version of a name counts.
    """

    __tablename__ = "scenario_version"
    __table_args__ = (
        sa.UniqueConstraint("collaborative_id", "name", "version", name="uq_scenario_version"),
        sa.CheckConstraint("number > 0", name="number_limits"),
        sa.CheckConstraint("version > 0", name="version_limits"),
        sa.CheckConstraint("name != ''", name="name_filled"),
    )

    number: int = Field(sa_column=sa.Column("number", sa.BigInteger, primary_key=True))
    collaborative_id: str = Field(description="whose it is; no fact holds it")
    name: str
    version: int = Field(description="of this name, from 1")
    document: str = Field(
        sa_column=sa.Column("document", sa.Text, nullable=False),
        description="canonical JSON: what it says itself, as in its TOML",
    )
    withdrawn: bool = Field(description="from this version on nobody is offered it")
    at: datetime = Field(sa_column=sa.Column("at", UtcInstant, nullable=False))
    account: str
    behind: str = Field(description="who acted as this account; empty = themselves")
    why: str = Field(sa_column=sa.Column("why", sa.Text, nullable=False))


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


class FactsEditionRow(SQLModel, table=True):
    """Which facts these are, in one row: whatever changes facts puts another text there, which was
    never there before. What was made of facts is good for as long as it stays.
    """

    __tablename__ = "facts_edition"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(primary_key=True)
    edition: str = Field(description="random: no restored or merged database comes to it again")

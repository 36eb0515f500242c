"""The tables of who comes in, what they may, and what was done."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from scheduler.storage.tables.base import UtcInstant


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


class AccessTokenRow(SQLModel, table=True):
    """What lets another program in as an account, by the hash of its secret; it may do no more than
    the account, and less where it names roles or organisations.
    """

    __tablename__ = "access_token"
    __table_args__ = (
        sa.CheckConstraint("name != ''", name="name_filled"),
        sa.CheckConstraint("expires_at > given_at", name="expires_at_order"),
        sa.Index("ix_access_token_account_id", "account_id"),
    )

    id: str = Field(primary_key=True, description="made at random: what people and the audit name")
    sha256: str = Field(unique=True, description="of the secret, as hex")
    account_id: str = Field(foreign_key="account.id")
    name: str = Field(description="what it is for, in people's words")
    roles: str = Field(
        sa_column=sa.Column("roles", sa.Text, nullable=False),
        description="JSON list; empty: all that the account has",
    )
    organisations: str = Field(
        sa_column=sa.Column("organisations", sa.Text, nullable=False),
        description="JSON list; empty: wherever the account's grants reach",
    )
    reading_only: bool
    given_by: str = Field(description="account that made it")
    given_at: datetime = Field(sa_column=sa.Column("given_at", UtcInstant, nullable=False))
    expires_at: datetime = Field(sa_column=sa.Column("expires_at", UtcInstant, nullable=False))
    withdrawn_at: datetime | None = Field(
        default=None, sa_column=sa.Column("withdrawn_at", UtcInstant)
    )
    last_used_at: datetime | None = Field(
        default=None,
        sa_column=sa.Column("last_used_at", UtcInstant),
        description="noted once an hour at most",
    )


class RequestOnceRow(SQLModel, table=True):
    """A request that a program has given a key, so that it is done once however often it is sent:
    what came of it is found at its `location`.
    """

    __tablename__ = "request_once"
    __table_args__ = (
        sa.CheckConstraint("request_key != ''", name="request_key_filled"),
        sa.Index("ix_request_once_made_at", "made_at"),
    )

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    request_key: str = Field(primary_key=True)
    sha256: str = Field(description="of what was asked, as hex")
    made_at: datetime = Field(sa_column=sa.Column("made_at", UtcInstant, nullable=False))
    location: str | None = Field(default=None, description="none: it is not known to be done")


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

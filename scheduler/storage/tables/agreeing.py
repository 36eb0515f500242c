"""The tables by which people agree: sign-off and disputes, what people are told, trades of shifts,
and what staff ask for.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from scheduler.storage.tables.base import UtcInstant


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


class KnownEndingRow(SQLModel, table=True):
    """That a person knows of the end of something that they hold. Nothing is ever changed: an end
    on another day is another row, and so is that it is over.
    """

    __tablename__ = "known_ending"
    __table_args__ = (
        sa.CheckConstraint("kind != ''", name="kind_filled"),
        sa.UniqueConstraint(
            "staff_id", "kind", "thing", "until", "ended", name="uq_known_ending_once"
        ),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    staff_id: str
    kind: str = Field(description="contract, passport, competency or sign-off")
    thing: str = Field(
        sa_column=sa.Column("thing", sa.Text, nullable=False),
        description="JSON: which one of that kind",
    )
    until: date = Field(description="its last day")
    ended: bool = Field(description="whether that day was over when they said so")
    seen_at: datetime = Field(sa_column=sa.Column("seen_at", UtcInstant, nullable=False))
    seen_by: str = Field(description="account that has said so")


class AttestationRow(SQLModel, table=True):
    """That an organisation has signed a fact of a person, as a credential that was verified said.
    Nothing is ever changed: it counts while the cells of the fact are those that were signed.
    """

    __tablename__ = "attestation"
    __table_args__ = (
        sa.CheckConstraint(
            "file IN ('passport', 'staff_competency', 'procedure_sign_off')", name="file_choice"
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "credential_id",
            "cells_sha256",
            "signed_at",
            name="uq_attestation_once",
        ),
        sa.Index("ix_attestation_staff_id", "staff_id"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column("id", sa.Integer, primary_key=True))
    staff_id: str
    file: str = Field(description="of which file the fact is")
    fact_key: str = Field(
        sa_column=sa.Column("fact_key", sa.Text, nullable=False),
        description="JSON: the cells of its key",
    )
    cells_sha256: str = Field(description="of its cells as they were signed")
    organisation_id: str = Field(description="which signed it")
    credential_id: str
    signed_at: datetime = Field(sa_column=sa.Column("signed_at", UtcInstant, nullable=False))
    verified_at: datetime = Field(sa_column=sa.Column("verified_at", UtcInstant, nullable=False))
    verified_by: str = Field(description="account that had it verified")


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

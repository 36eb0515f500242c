"""The tables of the queue of work."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from scheduler.storage.tables.base import UtcInstant


class JobRow(SQLModel, table=True):
    """Work that somebody ordered and a worker does: what was asked for, where it stands, what came
    of it.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('solve', 'compare', 'value', 'repair', 'frontier', 'waterfall', 'partners')",
            name="kind_choice",
        ),
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
    request_id: str | None = Field(
        default=None, description="by which request of a page or program it was ordered"
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
    so_far: str = Field(
        default="[]",
        sa_column=sa.Column("so_far", sa.Text, nullable=False, server_default="[]"),
        description="JSON: what is solved already, for whoever watches",
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

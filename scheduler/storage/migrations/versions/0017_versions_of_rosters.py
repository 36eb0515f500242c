"""Versions of rosters say what they are called, why they were made and from what; publications, why they changed what counted, and that they were withdrawn.

Revision 0017, after 0016, 2026-11-30.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# columns are added in place: SQLite would make a table anew, and other tables refer to this one
NEW = (
    ("name", sa.String),
    ("reason", sa.Text),
    ("made_from", sa.String),
    ("published_reason", sa.Text),
    ("withdrawn_at", lambda: sa.DateTime(timezone=True)),
    ("withdrawn_by", sa.String),
    ("withdrawn_reason", sa.Text),
)


def upgrade() -> None:
    for name, kind in NEW:
        op.add_column("roster", sa.Column(name, kind(), nullable=True))
    op.create_table(
        "deleted_roster",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("collaborative_id", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_roster")),
    )

    _note_origins(op.get_bind())


def _note_origins(connection: sa.Connection) -> None:
    """What a roster was made from stood in its summary alone."""
    rosters = sa.table("roster", *map(sa.column, ("id", "summary", "made_from")))
    for row in connection.execute(sa.select(rosters.c.id, rosters.c.summary)).all():
        summary = json.loads(row.summary)
        origin = summary.get("repair", {}).get("repaired_from") or summary.get("stable_against")
        if origin:
            connection.execute(
                sa.update(rosters).where(rosters.c.id == row.id).values(made_from=str(origin))
            )


def downgrade() -> None:
    op.drop_table("deleted_roster")
    for name, _ in reversed(NEW):
        op.drop_column("roster", name)

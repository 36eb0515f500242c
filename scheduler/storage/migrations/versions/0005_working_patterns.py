"""Limits on how a person works, and shifts that may not follow each other.

Revision 0005, after 0004, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MEASURES = "'total_minutes', 'total_shifts', 'total_weekends', 'run_of_work', 'run_of_days_off', 'run_of_shift'"


def upgrade() -> None:
    op.create_table(
        "work_limit",
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("shift_type_id", sa.String(), nullable=True),
        sa.Column("minimum", sa.BigInteger(), nullable=True),
        sa.Column("maximum", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("days >= 1 AND days <= 366", name=op.f("ck_work_limit_days_limits")),
        sa.CheckConstraint("maximum >= 0", name=op.f("ck_work_limit_maximum_limits")),
        sa.CheckConstraint(f"measure IN ({MEASURES})", name=op.f("ck_work_limit_measure_choice")),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_work_limit_minimum_limits")),
        sa.ForeignKeyConstraint(["shift_type_id"], ["shift_type.id"], name=op.f("fk_work_limit_shift_type_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_work_limit_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_work_limit")),
    )
    with op.batch_alter_table("work_limit", schema=None) as batch_op:
        batch_op.create_index("ix_work_limit_key", ["staff_id", "measure", "shift_type_id"], unique=False)

    op.create_table(
        "shift_succession",
        sa.Column("shift_type_id", sa.String(), nullable=False),
        sa.Column("next_shift_type_id", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("next_shift_type_id != ''", name=op.f("ck_shift_succession_next_shift_type_id_filled")),
        sa.CheckConstraint("shift_type_id != ''", name=op.f("ck_shift_succession_shift_type_id_filled")),
        sa.ForeignKeyConstraint(["next_shift_type_id"], ["shift_type.id"], name=op.f("fk_shift_succession_next_shift_type_id")),
        sa.ForeignKeyConstraint(["shift_type_id"], ["shift_type.id"], name=op.f("fk_shift_succession_shift_type_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_shift_succession")),
    )
    with op.batch_alter_table("shift_succession", schema=None) as batch_op:
        batch_op.create_index("ix_shift_succession_key", ["shift_type_id", "next_shift_type_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("shift_succession", schema=None) as batch_op:
        batch_op.drop_index("ix_shift_succession_key")

    op.drop_table("shift_succession")
    with op.batch_alter_table("work_limit", schema=None) as batch_op:
        batch_op.drop_index("ix_work_limit_key")

    op.drop_table("work_limit")

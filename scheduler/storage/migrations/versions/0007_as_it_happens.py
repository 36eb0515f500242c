"""Long, split and sleeping duties; times at which somebody cannot work; repairs as jobs; publications in spite of what does not hold.

Revision 0007, after 0006, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # columns are added in place: SQLite would make a table anew, and other tables refer to this one
    op.add_column(
        "shift_type", sa.Column("days", sa.BigInteger(), sa.CheckConstraint("days >= 0 AND days <= 3", name=op.f("ck_shift_type_days_limits")))
    )
    op.add_column("shift_type", sa.Column("unpaid_from", sa.Time()))
    op.add_column("shift_type", sa.Column("unpaid_to", sa.Time()))
    op.add_column("shift_type", sa.Column("split_with", sa.String()))
    op.create_table(
        "unavailability",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("weekday", sa.BigInteger(), nullable=True),
        sa.Column("start_time", sa.Time(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_unavailability_staff_id_filled")),
        sa.CheckConstraint("to_date IS NULL OR to_date >= from_date", name=op.f("ck_unavailability_to_date_order")),
        sa.CheckConstraint("weekday >= 1 AND weekday <= 7", name=op.f("ck_unavailability_weekday_limits")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_unavailability_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_unavailability")),
    )
    with op.batch_alter_table("unavailability", schema=None) as batch_op:
        batch_op.create_index("ix_unavailability_key", ["staff_id", "from_date", "weekday", "start_time"], unique=False)

    op.add_column("assignment_line", sa.Column("shift_type_id", sa.String()))
    op.add_column("roster", sa.Column("published_anyway", sa.Text()))
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_job_kind_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_job_kind_choice"), "kind IN ('solve', 'compare', 'repair')")


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_job_kind_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_job_kind_choice"), "kind IN ('solve', 'compare')")
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.drop_column("published_anyway")
    with op.batch_alter_table("assignment_line", schema=None) as batch_op:
        batch_op.drop_column("shift_type_id")
    with op.batch_alter_table("unavailability", schema=None) as batch_op:
        batch_op.drop_index("ix_unavailability_key")

    op.drop_table("unavailability")
    with op.batch_alter_table("shift_type", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_shift_type_days_limits"), type_="check")
        for name in ("split_with", "unpaid_to", "unpaid_from", "days"):
            batch_op.drop_column(name)

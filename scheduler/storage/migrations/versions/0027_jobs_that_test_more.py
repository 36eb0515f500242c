"""Jobs that draw frontiers, work out steps and what partners gain, and what a job has found so far.

Revision 0027, after 0026, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

BEFORE = "kind IN ('solve', 'compare', 'value', 'repair')"
NOW = "kind IN ('solve', 'compare', 'value', 'repair', 'frontier', 'waterfall', 'partners')"


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_job_kind_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_job_kind_choice"), NOW)
        batch_op.add_column(sa.Column("so_far", sa.Text(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM job WHERE kind IN ('frontier', 'waterfall', 'partners')"))
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("so_far")
        batch_op.drop_constraint(op.f("ck_job_kind_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_job_kind_choice"), BEFORE)

"""The message of a job keeps the parts that it was made of, so that pages can say it with names; older ones stay plain texts.

Revision 0009, after 0008, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("message_parts", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("message_parts")

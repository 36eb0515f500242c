"""By which request of a page or a program a job was ordered; of older ones nobody knows.

Revision 0032, after 0031, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('job', sa.Column('request_id', sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_column('request_id')

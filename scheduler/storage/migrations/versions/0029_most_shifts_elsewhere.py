"""At most so many shifts a month for other hosts.

Revision 0029, after 0028, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # in place: SQLite would make the table anew
    op.add_column('staff', sa.Column('most_shifts_elsewhere', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column('staff', 'most_shifts_elsewhere')

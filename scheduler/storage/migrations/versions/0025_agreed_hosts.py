"""Consent to some hosts alone.

Revision 0025, after 0024, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # in place: SQLite would make the table anew
    op.add_column('staff', sa.Column('agreed_hosts', sa.String(), nullable=True))



def downgrade() -> None:
    op.drop_column('staff', 'agreed_hosts')


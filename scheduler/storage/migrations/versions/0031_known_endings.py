"""Of which of their things people know that they end.

Revision 0031, after 0030, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('known_ending',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('thing', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('ended', sa.Boolean(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_by', sa.String(), nullable=False),
    sa.CheckConstraint("kind != ''", name=op.f('ck_known_ending_kind_filled')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_ending')),
    sa.UniqueConstraint('staff_id', 'kind', 'thing', 'until', 'ended', name='uq_known_ending_once')
    )


def downgrade() -> None:
    op.drop_table('known_ending')

"""What was published, withdrawn and published again.

Revision 0024, after 0023, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('earlier_publication',
    sa.Column('roster_id', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(), nullable=True),
    sa.Column('published_reason', sa.Text(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_by', sa.String(), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('withdrawn_at >= published_at', name=op.f('ck_earlier_publication_times_order')),
    sa.ForeignKeyConstraint(['roster_id'], ['roster.id'], name=op.f('fk_earlier_publication_roster_id')),
    sa.PrimaryKeyConstraint('roster_id', 'published_at', name=op.f('pk_earlier_publication'))
    )


def downgrade() -> None:
    op.drop_table('earlier_publication')

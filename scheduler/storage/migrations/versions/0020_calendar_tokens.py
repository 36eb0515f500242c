"""Addresses under which calendar programs read somebody's shifts.

Revision 0020, after 0019, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_token',
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_read_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("staff_id != ''", name=op.f('ck_calendar_token_staff_id_filled')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_calendar_token'))
    )
    with op.batch_alter_table('calendar_token', schema=None) as batch_op:
        batch_op.create_index('ix_calendar_token_staff_id', ['staff_id'], unique=False)
        batch_op.create_index('uq_calendar_token_live', ['staff_id'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))


def downgrade() -> None:
    with op.batch_alter_table('calendar_token', schema=None) as batch_op:
        batch_op.drop_index('uq_calendar_token_live', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
        batch_op.drop_index('ix_calendar_token_staff_id')

    op.drop_table('calendar_token')

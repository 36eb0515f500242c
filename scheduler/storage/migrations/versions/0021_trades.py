"""Trades of shifts between people.

Revision 0021, after 0020, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('trade',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('collaborative_id', sa.String(), nullable=False),
    sa.Column('roster_id', sa.String(), nullable=False),
    sa.Column('giver', sa.String(), nullable=True),
    sa.Column('demand_id', sa.String(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stored', sa.String(), nullable=False),
    sa.Column('taken_by', sa.String(), nullable=True),
    sa.Column('taken_for', sa.String(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('result', sa.String(), nullable=True),
    sa.CheckConstraint("(kind = 'open') = (giver IS NULL)", name=op.f('ck_trade_giver_of_own')),
    sa.CheckConstraint("kind IN ('give', 'swap', 'open')", name=op.f('ck_trade_kind_choice')),
    sa.CheckConstraint("stored IN ('open', 'taken', 'done', 'refused', 'withdrawn')", name=op.f('ck_trade_stored_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trade'))
    )
    with op.batch_alter_table('trade', schema=None) as batch_op:
        batch_op.create_index('ix_trade_giver', ['giver'], unique=False)
        batch_op.create_index('ix_trade_stored', ['stored', 'until'], unique=False)
        batch_op.create_index('ix_trade_taken_by', ['taken_by'], unique=False)

    op.create_table('trade_approval',
    sa.Column('trade_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("account != ''", name=op.f('ck_trade_approval_account_filled')),
    sa.ForeignKeyConstraint(['trade_id'], ['trade.id'], name=op.f('fk_trade_approval_trade_id')),
    sa.PrimaryKeyConstraint('trade_id', 'organisation_id', name=op.f('pk_trade_approval'))
    )
    op.create_table('trade_asked',
    sa.Column('trade_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=False),
    sa.Column('demand_id', sa.String(), nullable=True),
    sa.Column('declined', sa.Boolean(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_trade_asked_number_limits')),
    sa.ForeignKeyConstraint(['trade_id'], ['trade.id'], name=op.f('fk_trade_asked_trade_id')),
    sa.PrimaryKeyConstraint('trade_id', 'number', name=op.f('pk_trade_asked'))
    )
    with op.batch_alter_table('trade_asked', schema=None) as batch_op:
        batch_op.create_index('ix_trade_asked_staff_id', ['staff_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('trade_asked', schema=None) as batch_op:
        batch_op.drop_index('ix_trade_asked_staff_id')

    op.drop_table('trade_asked')
    op.drop_table('trade_approval')
    with op.batch_alter_table('trade', schema=None) as batch_op:
        batch_op.drop_index('ix_trade_taken_by')
        batch_op.drop_index('ix_trade_stored')
        batch_op.drop_index('ix_trade_giver')

    op.drop_table('trade')

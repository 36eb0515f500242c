"""Notices to people of their shifts, an outbox of e-mail, rosters offered for approval.

Revision 0019, after 0018, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=False),
    sa.Column('collaborative_id', sa.String(), nullable=False),
    sa.Column('roster_id', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_end', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shifts', sa.Text(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_by', sa.String(), nullable=True),
    sa.CheckConstraint('last_end > first_start', name=op.f('ck_notice_times_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_staff_id', ['staff_id'], unique=False)
        batch_op.create_index('ix_notice_unseen', ['seen_at', 'first_start'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('roster_id', sa.String(), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.CheckConstraint('(notice_id IS NULL) <> (words IS NULL)', name=op.f('ck_outbox_one_content')),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_outbox_tries_limits')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_outbox_account_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_outbox_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_account_id', ['account_id'], unique=False)
        batch_op.create_index('ix_outbox_waiting', ['done_at', 'next_at'], unique=False)

    # in place: SQLite would make the tables anew
    op.add_column('account', sa.Column('mail_to', sa.String(), nullable=True))
    op.add_column('roster', sa.Column('offered_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('roster', sa.Column('offered_by', sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column('roster', 'offered_by')
    op.drop_column('roster', 'offered_at')
    op.drop_column('account', 'mail_to')

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_waiting')
        batch_op.drop_index('ix_outbox_account_id')

    op.drop_table('outbox')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index('ix_notice_unseen')
        batch_op.drop_index('ix_notice_staff_id')

    op.drop_table('notice')

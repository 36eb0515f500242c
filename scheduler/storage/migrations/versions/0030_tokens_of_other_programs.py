"""Tokens of other programs.

Revision 0030, after 0029, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_token',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('roles', sa.Text(), nullable=False),
    sa.Column('organisations', sa.Text(), nullable=False),
    sa.Column('reading_only', sa.Boolean(), nullable=False),
    sa.Column('given_by', sa.String(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("name != ''", name=op.f('ck_access_token_name_filled')),
    sa.CheckConstraint('expires_at > given_at', name=op.f('ck_access_token_expires_at_order')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_token_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_token')),
    sa.UniqueConstraint('sha256', name=op.f('uq_access_token_sha256'))
    )
    with op.batch_alter_table('access_token', schema=None) as batch_op:
        batch_op.create_index('ix_access_token_account_id', ['account_id'], unique=False)

    op.create_table('request_once',
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('location', sa.String(), nullable=True),
    sa.CheckConstraint("request_key != ''", name=op.f('ck_request_once_request_key_filled')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_request_once_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'request_key', name=op.f('pk_request_once'))
    )
    with op.batch_alter_table('request_once', schema=None) as batch_op:
        batch_op.create_index('ix_request_once_made_at', ['made_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('request_once', schema=None) as batch_op:
        batch_op.drop_index('ix_request_once_made_at')

    op.drop_table('request_once')
    with op.batch_alter_table('access_token', schema=None) as batch_op:
        batch_op.drop_index('ix_access_token_account_id')

    op.drop_table('access_token')

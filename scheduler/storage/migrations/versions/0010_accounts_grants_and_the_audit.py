"""Accounts, what they may do, their visits, and the audit; rosters, comparisons and jobs say whose they are.

Revision 0010, after 0009, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

WHOSE = (("roster", "made_by"), ("roster", "published_by"), ("comparison", "made_by"), ("job", "ordered_by"))


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('thing', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f('ck_audit_entry_outcome_choice')),
    sa.CheckConstraint('number > 0', name=op.f('ck_audit_entry_number_limits')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_account', ['account', 'action', 'at'], unique=False)

    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_audit_head_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('audit_person',
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_audit_person')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_audit_person_staff_id'))
    )
    op.create_table('account',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("issuer != '' AND subject != ''", name=op.f('ck_account_identity_filled')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('issuer', 'subject', name='uq_account_identity')
    )
    op.create_table('access_grant',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=True),
    sa.Column('collaborative_id', sa.String(), nullable=True),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('to_date', sa.Date(), nullable=True),
    sa.Column('given_by', sa.String(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('operations', 'approver', 'director', 'staff', 'auditor', 'administrator')", name=op.f('ck_access_grant_role_choice')),
    sa.CheckConstraint('organisation_id IS NULL OR collaborative_id IS NULL', name=op.f('ck_access_grant_one_scope_at_most')),
    sa.CheckConstraint('to_date IS NULL OR to_date >= from_date', name=op.f('ck_access_grant_to_date_order')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_grant_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_grant'))
    )
    with op.batch_alter_table('access_grant', schema=None) as batch_op:
        batch_op.create_index('ix_access_grant_account_id', ['account_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in'))
    )
    # the row that whoever appends an entry waits for
    op.execute(f"INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '{64 * '0'}')")
    for table_name, column in WHOSE:
        op.add_column(table_name, sa.Column(column, sa.String(), nullable=True))


def downgrade() -> None:
    for table_name, column in reversed(WHOSE):
        with op.batch_alter_table(table_name, schema=None) as batch_op:
            batch_op.drop_column(column)
    op.drop_table('sign_in')
    with op.batch_alter_table('access_grant', schema=None) as batch_op:
        batch_op.drop_index('ix_access_grant_account_id')

    op.drop_table('access_grant')
    op.drop_table('account')
    op.drop_table('audit_person')
    op.drop_table('audit_head')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_account')

    op.drop_table('audit_entry')

"""Accounts of recharges are facts: cost centres of both sides, and how value added tax treats it.

Revision 0033, after 0032, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('recharge_account',
    sa.Column('home_organisation_id', sa.String(), nullable=False),
    sa.Column('host_organisation_id', sa.String(), nullable=False),
    sa.Column('service_id', sa.String(), nullable=True),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('to_date', sa.Date(), nullable=True),
    sa.Column('home_cost_centre', sa.String(), nullable=True),
    sa.Column('host_cost_centre', sa.String(), nullable=True),
    sa.Column('vat', sa.String(), nullable=True),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("home_organisation_id != ''", name=op.f('ck_recharge_account_home_organisation_id_filled')),
    sa.CheckConstraint("host_organisation_id != ''", name=op.f('ck_recharge_account_host_organisation_id_filled')),
    sa.CheckConstraint("vat IN ('outside_scope', 'exempt', 'standard')", name=op.f('ck_recharge_account_vat_choice')),
    sa.CheckConstraint('to_date IS NULL OR to_date >= from_date', name=op.f('ck_recharge_account_to_date_order')),
    sa.ForeignKeyConstraint(['home_organisation_id'], ['organisation.id'], name=op.f('fk_recharge_account_home_organisation_id')),
    sa.ForeignKeyConstraint(['host_organisation_id'], ['organisation.id'], name=op.f('fk_recharge_account_host_organisation_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_recharge_account_service_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_recharge_account'))
    )
    with op.batch_alter_table('recharge_account', schema=None) as batch_op:
        batch_op.create_index('ix_recharge_account_key', ['home_organisation_id', 'host_organisation_id', 'service_id', 'from_date'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('recharge_account', schema=None) as batch_op:
        batch_op.drop_index('ix_recharge_account_key')

    op.drop_table('recharge_account')

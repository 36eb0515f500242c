"""Base patterns of people.

Revision 0013, after 0012, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('base_pattern',
    sa.Column('staff_id', sa.String(), nullable=False),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('to_date', sa.Date(), nullable=True),
    sa.Column('cycle_days', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.BigInteger(), nullable=False),
    sa.Column('shift_type_id', sa.String(), nullable=False),
    sa.Column('service_id', sa.String(), nullable=True),
    sa.Column('site_id', sa.String(), nullable=True),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("shift_type_id != ''", name=op.f('ck_base_pattern_shift_type_id_filled')),
    sa.CheckConstraint("staff_id != ''", name=op.f('ck_base_pattern_staff_id_filled')),
    sa.CheckConstraint('cycle_days >= 7 AND cycle_days <= 364', name=op.f('ck_base_pattern_cycle_days_limits')),
    sa.CheckConstraint('day >= 1 AND day <= 364', name=op.f('ck_base_pattern_day_limits')),
    sa.CheckConstraint('to_date IS NULL OR to_date >= from_date', name=op.f('ck_base_pattern_to_date_order')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_base_pattern_service_id')),
    sa.ForeignKeyConstraint(['shift_type_id'], ['shift_type.id'], name=op.f('fk_base_pattern_shift_type_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_base_pattern_site_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_base_pattern_staff_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_base_pattern'))
    )
    with op.batch_alter_table('base_pattern', schema=None) as batch_op:
        batch_op.create_index('ix_base_pattern_key', ['staff_id', 'from_date', 'day'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('base_pattern', schema=None) as batch_op:
        batch_op.drop_index('ix_base_pattern_key')

    op.drop_table('base_pattern')

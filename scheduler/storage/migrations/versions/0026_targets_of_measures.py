"""Targets of measures.

Revision 0026, after 0025, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('target',
    sa.Column('measure', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=True),
    sa.Column('at_least', sa.Double(), nullable=True),
    sa.Column('at_most', sa.Double(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('source_date', sa.Date(), nullable=False),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('to_date', sa.Date(), nullable=True),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("measure IN ('lead_days', 'published_42_days_share', 'fill_share', 'agency_hours', 'bank_hours', 'agency_share', 'bank_share', 'temporary_share', 'unused_hours_share', 'leave_share', 'leave_band_share', 'changes_after_publication_share', 'wishes_met_share', 'notice_days', 'agency_change', 'bank_change')", name=op.f('ck_target_measure_choice')),
    sa.CheckConstraint("source != ''", name=op.f('ck_target_source_filled')),
    sa.CheckConstraint('to_date IS NULL OR to_date >= from_date', name=op.f('ck_target_to_date_order')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_target_organisation_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_target'))
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index('ix_target_key', ['measure', 'organisation_id', 'from_date'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index('ix_target_key')

    op.drop_table('target')

"""Leave bands.

Revision 0012, after 0011, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('leave_band',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('role_id', sa.String(), nullable=False),
    sa.Column('service_id', sa.String(), nullable=True),
    sa.Column('most_away', sa.BigInteger(), nullable=False),
    sa.Column('least_away', sa.BigInteger(), nullable=True),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("organisation_id != ''", name=op.f('ck_leave_band_organisation_id_filled')),
    sa.CheckConstraint("role_id != ''", name=op.f('ck_leave_band_role_id_filled')),
    sa.CheckConstraint('least_away >= 0', name=op.f('ck_leave_band_least_away_limits')),
    sa.CheckConstraint('most_away >= 0', name=op.f('ck_leave_band_most_away_limits')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_leave_band_organisation_id')),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_leave_band_role_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_leave_band_service_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_leave_band'))
    )
    with op.batch_alter_table('leave_band', schema=None) as batch_op:
        batch_op.create_index('ix_leave_band_key', ['organisation_id', 'role_id', 'service_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('leave_band', schema=None) as batch_op:
        batch_op.drop_index('ix_leave_band_key')

    op.drop_table('leave_band')

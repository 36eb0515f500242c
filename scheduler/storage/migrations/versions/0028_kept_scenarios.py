"""Scenarios that are kept under a name.

Revision 0028, after 0027, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('scenario_version',
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('collaborative_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.CheckConstraint("name != ''", name=op.f('ck_scenario_version_name_filled')),
    sa.CheckConstraint('number > 0', name=op.f('ck_scenario_version_number_limits')),
    sa.CheckConstraint('version > 0', name=op.f('ck_scenario_version_version_limits')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_scenario_version')),
    sa.UniqueConstraint('collaborative_id', 'name', 'version', name='uq_scenario_version')
    )


def downgrade() -> None:
    op.drop_table('scenario_version')

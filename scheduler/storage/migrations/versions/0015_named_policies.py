"""Named policies.

Revision 0015, after 0014, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('policy_version',
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('collaborative_id', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.CheckConstraint("name != ''", name=op.f('ck_policy_version_name_filled')),
    sa.CheckConstraint('number > 0', name=op.f('ck_policy_version_number_limits')),
    sa.CheckConstraint('version > 0', name=op.f('ck_policy_version_version_limits')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_policy_version')),
    sa.UniqueConstraint('collaborative_id', 'name', 'version', name='uq_policy_version')
    )


def downgrade() -> None:
    op.drop_table('policy_version')

"""Staff requests.

Revision 0023, after 0022, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('staff_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('change_set', sa.Integer(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'granted', 'refused', 'taken_back')", name=op.f('ck_staff_request_state_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_request'))
    )
    with op.batch_alter_table('staff_request', schema=None) as batch_op:
        batch_op.create_index('ix_staff_request_staff_id', ['staff_id'], unique=False)
        batch_op.create_index('ix_staff_request_state', ['state'], unique=False)

    op.create_table('request_rule',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at_once', sa.Boolean(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('sick', 'leave', 'wish', 'pattern', 'consent')", name=op.f('ck_request_rule_kind_choice')),
    sa.CheckConstraint("organisation_id != ''", name=op.f('ck_request_rule_organisation_id_filled')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_request_rule_organisation_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_request_rule'))
    )
    with op.batch_alter_table('request_rule', schema=None) as batch_op:
        batch_op.create_index('ix_request_rule_key', ['organisation_id', 'kind'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('request_rule', schema=None) as batch_op:
        batch_op.drop_index('ix_request_rule_key')

    op.drop_table('request_rule')
    with op.batch_alter_table('staff_request', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_request_state')
        batch_op.drop_index('ix_staff_request_staff_id')

    op.drop_table('staff_request')

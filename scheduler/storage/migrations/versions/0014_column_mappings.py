"""Column mappings, runs of other systems; what a worked shift was paid as, and what it cost.

Revision 0014, after 0013, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('column_mapping',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("name != ''", name=op.f('ck_column_mapping_name_filled')),
    sa.PrimaryKeyConstraint('organisation_id', 'name', name=op.f('pk_column_mapping'))
    )
    op.create_table('source_record',
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('layout', sa.String(), nullable=False),
    sa.Column('record', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=True),
    sa.Column('fields', sa.Text(), nullable=False),
    sa.CheckConstraint("record != ''", name=op.f('ck_source_record_record_filled')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_source_record')),
    sa.UniqueConstraint('organisation_id', 'layout', 'record', 'key', name='uq_source_record_key')
    )
    with op.batch_alter_table('source_record', schema=None) as batch_op:
        batch_op.create_index('ix_source_record_staff_id', ['staff_id'], unique=False)

    op.create_table('source_run',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('layout', sa.String(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('employer', sa.String(), nullable=False),
    sa.Column('counting', sa.String(), nullable=False),
    sa.Column('mapping', sa.Text(), nullable=False),
    sa.Column('taken_by', sa.String(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_source_run_number_limits')),
    sa.PrimaryKeyConstraint('organisation_id', 'layout', name=op.f('pk_source_run'))
    )
    with op.batch_alter_table('worked_shift', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pay', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('cost_pence', sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f('ck_worked_shift_pay_choice'), "pay IN ('contracted', 'extra', 'overtime', 'bank', 'agency')"
        )
        batch_op.create_check_constraint(batch_op.f('ck_worked_shift_cost_pence_limits'), 'cost_pence >= 0')


def downgrade() -> None:
    with op.batch_alter_table('worked_shift', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_worked_shift_cost_pence_limits'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_worked_shift_pay_choice'), type_='check')
        batch_op.drop_column('cost_pence')
        batch_op.drop_column('pay')

    op.drop_table('source_run')
    with op.batch_alter_table('source_record', schema=None) as batch_op:
        batch_op.drop_index('ix_source_record_staff_id')

    op.drop_table('source_record')
    op.drop_table('column_mapping')

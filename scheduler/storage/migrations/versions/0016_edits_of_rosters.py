"""Edits of rosters.

Revision 0016, after 0015, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('roster_edit',
    sa.Column('roster_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('overridden', sa.Text(), nullable=True),
    sa.Column('command_id', sa.String(), nullable=True),
    sa.CheckConstraint('number > 0', name=op.f('ck_roster_edit_number_limits')),
    sa.CheckConstraint('undoes IS NULL OR undoes < number', name=op.f('ck_roster_edit_undoes_an_earlier_one')),
    sa.ForeignKeyConstraint(['roster_id'], ['roster.id'], name=op.f('fk_roster_edit_roster_id')),
    sa.PrimaryKeyConstraint('roster_id', 'number', name=op.f('pk_roster_edit')),
    sa.UniqueConstraint('roster_id', 'command_id', name='uq_roster_edit_command')
    )
    op.create_table('roster_edit_line',
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('roster_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('comes', sa.Boolean(), nullable=False),
    sa.Column('demand_id', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=True),
    sa.Column('contract_id', sa.String(), nullable=True),
    sa.Column('temporary_supply_id', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['roster_id', 'number'], ['roster_edit.roster_id', 'roster_edit.number'], name=op.f('fk_roster_edit_line_edit')),
    sa.ForeignKeyConstraint(['roster_id'], ['roster.id'], name=op.f('fk_roster_edit_line_roster_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_roster_edit_line'))
    )
    with op.batch_alter_table('roster_edit_line', schema=None) as batch_op:
        batch_op.create_index('ix_roster_edit_line_edit', ['roster_id', 'number'], unique=False)
        batch_op.create_index('ix_roster_edit_line_staff_id', ['staff_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('roster_edit_line', schema=None) as batch_op:
        batch_op.drop_index('ix_roster_edit_line_staff_id')
        batch_op.drop_index('ix_roster_edit_line_edit')

    op.drop_table('roster_edit_line')
    op.drop_table('roster_edit')

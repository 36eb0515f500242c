"""Change sets.

Revision 0011, after 0010, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('change_set',
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reverts', sa.BigInteger(), nullable=True),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('files', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'revert') = (reverts IS NOT NULL)", name=op.f('ck_change_set_reverts_what')),
    sa.CheckConstraint("kind IN ('change', 'import', 'revert')", name=op.f('ck_change_set_kind_choice')),
    sa.CheckConstraint('number > 0', name=op.f('ck_change_set_number_limits')),
    sa.ForeignKeyConstraint(['reverts'], ['change_set.number'], name=op.f('fk_change_set_reverts')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_change_set'))
    )
    with op.batch_alter_table('change_set', schema=None) as batch_op:
        batch_op.create_index('ix_change_set_reverts', ['reverts'], unique=False)

    op.create_table('changed_row',
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('change_set', sa.BigInteger(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('old_key', sa.String(), nullable=True),
    sa.Column('staff_id', sa.String(), nullable=True),
    sa.Column('before', sa.Text(), nullable=True),
    sa.Column('after', sa.Text(), nullable=True),
    sa.CheckConstraint('before IS NOT NULL OR after IS NOT NULL', name=op.f('ck_changed_row_a_row_at_all')),
    sa.ForeignKeyConstraint(['change_set'], ['change_set.number'], name=op.f('fk_changed_row_change_set')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_changed_row'))
    )
    with op.batch_alter_table('changed_row', schema=None) as batch_op:
        batch_op.create_index('ix_changed_row_change_set', ['change_set'], unique=False)
        batch_op.create_index('ix_changed_row_file', ['file', 'change_set'], unique=False)
        batch_op.create_index('ix_changed_row_key', ['file', 'key'], unique=False)
        batch_op.create_index('ix_changed_row_old_key', ['file', 'old_key'], unique=False)
        batch_op.create_index('ix_changed_row_staff_id', ['staff_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('changed_row', schema=None) as batch_op:
        batch_op.drop_index('ix_changed_row_staff_id')
        batch_op.drop_index('ix_changed_row_old_key')
        batch_op.drop_index('ix_changed_row_key')
        batch_op.drop_index('ix_changed_row_file')
        batch_op.drop_index('ix_changed_row_change_set')

    op.drop_table('changed_row')
    with op.batch_alter_table('change_set', schema=None) as batch_op:
        batch_op.drop_index('ix_change_set_reverts')

    op.drop_table('change_set')

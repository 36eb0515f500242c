"""Facts that were signed.

Revision 0034, after 0033, 2026-12-01.
"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attestation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('fact_key', sa.Text(), nullable=False),
    sa.Column('cells_sha256', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('credential_id', sa.String(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verified_by', sa.String(), nullable=False),
    sa.CheckConstraint("file IN ('passport', 'staff_competency', 'procedure_sign_off')", name=op.f('ck_attestation_file_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attestation')),
    sa.UniqueConstraint('organisation_id', 'credential_id', 'cells_sha256', 'signed_at', name='uq_attestation_once')
    )
    with op.batch_alter_table('attestation', schema=None) as batch_op:
        batch_op.create_index('ix_attestation_staff_id', ['staff_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('attestation', schema=None) as batch_op:
        batch_op.drop_index('ix_attestation_staff_id')

    op.drop_table('attestation')

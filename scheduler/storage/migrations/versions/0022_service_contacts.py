"""Whom people at work call.

Revision 0022, after 0021, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('service_contact',
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('service_id', sa.String(), nullable=True),
    sa.Column('place_id', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("name != ''", name=op.f('ck_service_contact_name_filled')),
    sa.CheckConstraint("organisation_id != ''", name=op.f('ck_service_contact_organisation_id_filled')),
    sa.CheckConstraint("phone != ''", name=op.f('ck_service_contact_phone_filled')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_service_contact_organisation_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_service_contact_place_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_contact_service_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_service_contact'))
    )
    with op.batch_alter_table('service_contact', schema=None) as batch_op:
        batch_op.create_index('ix_service_contact_key', ['organisation_id', 'service_id', 'place_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('service_contact', schema=None) as batch_op:
        batch_op.drop_index('ix_service_contact_key')

    op.drop_table('service_contact')

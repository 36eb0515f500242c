"""Which facts these are.

Revision 0035, after 0034, 2026-12-01.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('facts_edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition', sa.String(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_facts_edition_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_facts_edition'))
    )
    op.execute(f"INSERT INTO facts_edition (id, edition) VALUES (1, '{secrets.token_hex(16)}')")


def downgrade() -> None:
    op.drop_table('facts_edition')

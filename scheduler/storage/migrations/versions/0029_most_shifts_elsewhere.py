"""At most so many shifts a month for other hosts.

Revision 0029, after 0028, 2026-11-30.
"""

from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # in place, and with its check, which SQLite adds to no column that is there: it would make the
    # table anew
    op.execute(
        'ALTER TABLE staff ADD COLUMN most_shifts_elsewhere BIGINT'
        ' CONSTRAINT ck_staff_most_shifts_elsewhere_limits CHECK (most_shifts_elsewhere >= 0)'
    )


def downgrade() -> None:
    op.drop_column('staff', 'most_shifts_elsewhere')

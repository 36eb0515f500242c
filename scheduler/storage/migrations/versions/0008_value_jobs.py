"""Jobs that say what barriers are worth are of a kind of their own: they were written down as comparisons with a bundle.

Revision 0008, after 0007, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JOB = sa.table("job", sa.column("kind", sa.String), sa.column("request", sa.Text))


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_job_kind_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_job_kind_choice"), "kind IN ('solve', 'compare', 'value', 'repair')")
    with_bundle = sa.or_(*(JOB.c.request.like(f'%"bundle":{size},%') for size in range(1, 6)))  # the text is canonical
    _rename("compare", "value", with_bundle)


def downgrade() -> None:
    _rename("value", "compare", sa.true())
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_job_kind_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_job_kind_choice"), "kind IN ('solve', 'compare', 'repair')")


def _rename(old: str, new: str, which: sa.ColumnElement[bool]) -> None:
    request = sa.func.replace(JOB.c.request, f'"kind":"{old}"', f'"kind":"{new}"')
    op.execute(sa.update(JOB).where(JOB.c.kind == old, which).values(kind=new, request=request))

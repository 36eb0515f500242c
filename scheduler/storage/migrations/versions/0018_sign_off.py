"""Schemes of approval, sign-off of rosters by their organisations, and disputes.

Revision 0018, after 0017, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sign_off',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roster_id', sa.String(), nullable=False),
    sa.Column('collaborative_id', sa.String(), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Float(), nullable=False),
    sa.Column('pence', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('dispute_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("step IN ('bank', 'approve')", name=op.f('ck_sign_off_step_choice')),
    sa.CheckConstraint("verdict IN ('approved', 'refused', 'taken_back')", name=op.f('ck_sign_off_verdict_choice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off'))
    )
    with op.batch_alter_table('sign_off', schema=None) as batch_op:
        batch_op.create_index('ix_sign_off_collaborative_id', ['collaborative_id', 'start'], unique=False)

    op.create_table('approval_post',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('collaborative_id', sa.String(), nullable=False),
    sa.Column('power', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=True),
    sa.Column('most_hours', sa.Double(), nullable=True),
    sa.Column('most_pounds', sa.Double(), nullable=True),
    sa.Column('deputy_for', sa.String(), nullable=True),
    sa.CheckConstraint("collaborative_id != ''", name=op.f('ck_approval_post_collaborative_id_filled')),
    sa.CheckConstraint("id != ''", name=op.f('ck_approval_post_id_filled')),
    sa.CheckConstraint("name != ''", name=op.f('ck_approval_post_name_filled')),
    sa.CheckConstraint("power IN ('bank', 'approve', 'backstop')", name=op.f('ck_approval_post_power_choice')),
    sa.CheckConstraint('most_hours >= 0', name=op.f('ck_approval_post_most_hours_limits')),
    sa.CheckConstraint('most_pounds >= 0', name=op.f('ck_approval_post_most_pounds_limits')),
    sa.ForeignKeyConstraint(['collaborative_id'], ['collaborative.id'], name=op.f('fk_approval_post_collaborative_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_approval_post_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_post'))
    )
    op.create_table('approval_scheme',
    sa.Column('collaborative_id', sa.String(), nullable=False),
    sa.Column('notice_days', sa.BigInteger(), nullable=False),
    sa.Column('answer_days', sa.BigInteger(), nullable=False),
    sa.Column('unseen_hours', sa.BigInteger(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("collaborative_id != ''", name=op.f('ck_approval_scheme_collaborative_id_filled')),
    sa.CheckConstraint('answer_days > 0', name=op.f('ck_approval_scheme_answer_days_limits')),
    sa.CheckConstraint('notice_days >= 0', name=op.f('ck_approval_scheme_notice_days_limits')),
    sa.CheckConstraint('unseen_hours >= 0', name=op.f('ck_approval_scheme_unseen_hours_limits')),
    sa.ForeignKeyConstraint(['collaborative_id'], ['collaborative.id'], name=op.f('fk_approval_scheme_collaborative_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_approval_scheme'))
    )
    with op.batch_alter_table('approval_scheme', schema=None) as batch_op:
        batch_op.create_index('ix_approval_scheme_key', ['collaborative_id'], unique=False)

    op.create_table('dispute',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roster_id', sa.String(), nullable=False),
    sa.Column('collaborative_id', sa.String(), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('snapshot_sha256', sa.String(), nullable=False),
    sa.Column('policy_sha256', sa.String(), nullable=False),
    sa.Column('rules_version', sa.String(), nullable=False),
    sa.Column('demand_ids', sa.Text(), nullable=False),
    sa.Column('answer_days', sa.Integer(), nullable=False),
    sa.CheckConstraint('answer_days > 0', name=op.f('ck_dispute_answer_days_limits')),
    sa.ForeignKeyConstraint(['snapshot_sha256'], ['snapshot.sha256'], name=op.f('fk_dispute_snapshot_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute'))
    )
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.create_index('ix_dispute_collaborative_id', ['collaborative_id', 'start'], unique=False)

    op.create_table('dispute_event',
    sa.Column('dispute_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('deed', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('behind', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.String(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('upheld', sa.Boolean(), nullable=True),
    sa.Column('change_set', sa.Integer(), nullable=True),
    sa.CheckConstraint("deed IN ('raised', 'answered', 'insisted', 'settled', 'decided')", name=op.f('ck_dispute_event_deed_choice')),
    sa.CheckConstraint('number > 0', name=op.f('ck_dispute_event_number_limits')),
    sa.ForeignKeyConstraint(['dispute_id'], ['dispute.id'], name=op.f('fk_dispute_event_dispute_id')),
    sa.PrimaryKeyConstraint('dispute_id', 'number', name=op.f('pk_dispute_event'))
    )
    op.create_table('post_absence',
    sa.Column('post_id', sa.String(), nullable=False),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('to_date', sa.Date(), nullable=True),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("post_id != ''", name=op.f('ck_post_absence_post_id_filled')),
    sa.CheckConstraint('to_date IS NULL OR to_date >= from_date', name=op.f('ck_post_absence_to_date_order')),
    sa.ForeignKeyConstraint(['post_id'], ['approval_post.id'], name=op.f('fk_post_absence_post_id')),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_post_absence'))
    )
    with op.batch_alter_table('post_absence', schema=None) as batch_op:
        batch_op.create_index('ix_post_absence_key', ['post_id', 'from_date'], unique=False)

    # in place: SQLite would make the table anew
    op.add_column('access_grant', sa.Column('post_id', sa.String(), nullable=True))



def downgrade() -> None:
    op.drop_column('access_grant', 'post_id')

    with op.batch_alter_table('post_absence', schema=None) as batch_op:
        batch_op.drop_index('ix_post_absence_key')

    op.drop_table('post_absence')
    op.drop_table('dispute_event')
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_index('ix_dispute_collaborative_id')

    op.drop_table('dispute')
    with op.batch_alter_table('approval_scheme', schema=None) as batch_op:
        batch_op.drop_index('ix_approval_scheme_key')

    op.drop_table('approval_scheme')
    op.drop_table('approval_post')
    with op.batch_alter_table('sign_off', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_off_collaborative_id')

    op.drop_table('sign_off')

"""Rosters with their lines and snapshots, and comparisons.

Revision 0004, after 0003, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "comparison",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("collaborative_id", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_comparison_days_limits")),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"], name=op.f("fk_comparison_collaborative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("collaborative_id", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(), nullable=False),
        sa.CheckConstraint("kind = 'roster' OR status = 'draft'", name=op.f("ck_roster_scenario_is_draft")),
        sa.CheckConstraint("kind IN ('roster', 'scenario')", name=op.f("ck_roster_kind_choice")),
        sa.CheckConstraint("status IN ('draft', 'published', 'superseded')", name=op.f("ck_roster_status_choice")),
        sa.CheckConstraint("days > 0", name=op.f("ck_roster_days_limits")),
        sa.CheckConstraint("version > 0", name=op.f("ck_roster_version_limits")),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"], name=op.f("fk_roster_collaborative_id")),
        sa.ForeignKeyConstraint(["snapshot_sha256"], ["snapshot.sha256"], name=op.f("fk_roster_snapshot_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("collaborative_id", "start", "version", name="uq_roster_version"),
    )
    op.create_table(
        "assignment_line",
        sa.Column("roster_id", sa.String(), nullable=False),
        sa.Column("demand_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("temporary_supply_id", sa.String(), nullable=True),
        sa.Column("contract_id", sa.String(), nullable=True),
        sa.Column("employer_organisation_id", sa.String(), nullable=False),
        sa.Column("host_organisation_id", sa.String(), nullable=False),
        sa.Column("place_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_minutes", sa.BigInteger(), nullable=False),
        sa.Column("pay", sa.String(), nullable=False),
        sa.Column("cost_pence", sa.BigInteger(), nullable=False),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("contracted_minutes", sa.BigInteger(), nullable=False),
        sa.Column("extra_minutes", sa.BigInteger(), nullable=False),
        sa.Column("overtime_minutes", sa.BigInteger(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("demand_id != ''", name=op.f("ck_assignment_line_demand_id_filled")),
        sa.CheckConstraint("employer_organisation_id != ''", name=op.f("ck_assignment_line_employer_organisation_id_filled")),
        sa.CheckConstraint("host_organisation_id != ''", name=op.f("ck_assignment_line_host_organisation_id_filled")),
        sa.CheckConstraint("pay IN ('contracted', 'extra', 'overtime', 'bank', 'agency')", name=op.f("ck_assignment_line_pay_choice")),
        sa.CheckConstraint("place_id != ''", name=op.f("ck_assignment_line_place_id_filled")),
        sa.CheckConstraint("role_id != ''", name=op.f("ck_assignment_line_role_id_filled")),
        sa.CheckConstraint("roster_id != ''", name=op.f("ck_assignment_line_roster_id_filled")),
        sa.CheckConstraint("service_id != ''", name=op.f("ck_assignment_line_service_id_filled")),
        sa.CheckConstraint("site_id != ''", name=op.f("ck_assignment_line_site_id_filled")),
        sa.CheckConstraint('"end" > start', name=op.f("ck_assignment_line_end_order")),
        sa.CheckConstraint("contracted_minutes >= 0", name=op.f("ck_assignment_line_contracted_minutes_limits")),
        sa.CheckConstraint("cost_pence >= 0", name=op.f("ck_assignment_line_cost_pence_limits")),
        sa.CheckConstraint("extra_minutes >= 0", name=op.f("ck_assignment_line_extra_minutes_limits")),
        sa.CheckConstraint("overtime_minutes >= 0", name=op.f("ck_assignment_line_overtime_minutes_limits")),
        sa.CheckConstraint("paid_minutes >= 0", name=op.f("ck_assignment_line_paid_minutes_limits")),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_assignment_line_roster_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_assignment_line")),
    )
    with op.batch_alter_table("assignment_line", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_line_roster_id", ["roster_id"], unique=False)

    op.create_table(
        "vacancy_line",
        sa.Column("roster_id", sa.String(), nullable=False),
        sa.Column("demand_id", sa.String(), nullable=False),
        sa.Column("missing", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("cause != ''", name=op.f("ck_vacancy_line_cause_filled")),
        sa.CheckConstraint("demand_id != ''", name=op.f("ck_vacancy_line_demand_id_filled")),
        sa.CheckConstraint("roster_id != ''", name=op.f("ck_vacancy_line_roster_id_filled")),
        sa.CheckConstraint("missing > 0", name=op.f("ck_vacancy_line_missing_limits")),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_vacancy_line_roster_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_vacancy_line")),
    )
    with op.batch_alter_table("vacancy_line", schema=None) as batch_op:
        batch_op.create_index("ix_vacancy_line_roster_id", ["roster_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("vacancy_line", schema=None) as batch_op:
        batch_op.drop_index("ix_vacancy_line_roster_id")

    op.drop_table("vacancy_line")
    with op.batch_alter_table("assignment_line", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_line_roster_id")

    op.drop_table("assignment_line")
    op.drop_table("roster")
    op.drop_table("comparison")
    op.drop_table("snapshot")

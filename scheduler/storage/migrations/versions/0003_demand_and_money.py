"""Demand, availability, history, enhancements and temporary supply.

Revision 0003, after 0002, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enhancement",
        sa.Column("day_kind", sa.String(), nullable=False),
        sa.Column("band_from", sa.String(), nullable=False),
        sa.Column("band_to", sa.String(), nullable=False),
        sa.Column("percent", sa.Double(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("band_from IN ('2', '3', '4', '5', '6', '7', '8a', '8b', '8c', '8d', '9')", name=op.f("ck_enhancement_band_from_choice")),
        sa.CheckConstraint("band_to IN ('2', '3', '4', '5', '6', '7', '8a', '8b', '8c', '8d', '9')", name=op.f("ck_enhancement_band_to_choice")),
        sa.CheckConstraint("day_kind IN ('weekday_night', 'saturday', 'sunday_or_public_holiday')", name=op.f("ck_enhancement_day_kind_choice")),
        sa.CheckConstraint("percent >= 0", name=op.f("ck_enhancement_percent_limits")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_enhancement")),
    )
    with op.batch_alter_table("enhancement", schema=None) as batch_op:
        batch_op.create_index("ix_enhancement_key", ["day_kind", "band_from", "band_to"], unique=False)

    op.create_table(
        "shift_type",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("end_time", sa.Time(), nullable=False),
        sa.Column("unpaid_break_minutes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id != ''", name=op.f("ck_shift_type_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_shift_type_name_filled")),
        sa.CheckConstraint("unpaid_break_minutes >= 0", name=op.f("ck_shift_type_unpaid_break_minutes_limits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_type")),
    )
    op.create_table(
        "skill_mix",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("shift_type_id", sa.String(), nullable=False),
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("role_id != ''", name=op.f("ck_skill_mix_role_id_filled")),
        sa.CheckConstraint("service_id != ''", name=op.f("ck_skill_mix_service_id_filled")),
        sa.CheckConstraint("shift_type_id != ''", name=op.f("ck_skill_mix_shift_type_id_filled")),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_skill_mix_minimum_limits")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_skill_mix_role_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_skill_mix_service_id")),
        sa.ForeignKeyConstraint(["shift_type_id"], ["shift_type.id"], name=op.f("fk_skill_mix_shift_type_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_skill_mix")),
    )
    with op.batch_alter_table("skill_mix", schema=None) as batch_op:
        batch_op.create_index("ix_skill_mix_key", ["service_id", "shift_type_id", "role_id"], unique=False)

    op.create_table(
        "temporary_supply",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("place_id", sa.String(), nullable=True),
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("hourly_pence", sa.BigInteger(), nullable=False),
        sa.Column("max_shifts_per_week", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id != ''", name=op.f("ck_temporary_supply_id_filled")),
        sa.CheckConstraint("kind IN ('bank', 'agency')", name=op.f("ck_temporary_supply_kind_choice")),
        sa.CheckConstraint("organisation_id != ''", name=op.f("ck_temporary_supply_organisation_id_filled")),
        sa.CheckConstraint("role_id != ''", name=op.f("ck_temporary_supply_role_id_filled")),
        sa.CheckConstraint("hourly_pence >= 0", name=op.f("ck_temporary_supply_hourly_pence_limits")),
        sa.CheckConstraint("max_shifts_per_week >= 0", name=op.f("ck_temporary_supply_max_shifts_per_week_limits")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_temporary_supply_organisation_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_temporary_supply_place_id")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_temporary_supply_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temporary_supply")),
    )
    op.create_table(
        "demand",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("shift_type_id", sa.String(), nullable=False),
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("preferred", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=True),
        sa.Column("under_pence", sa.BigInteger(), nullable=True),
        sa.Column("over_pence", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id != ''", name=op.f("ck_demand_id_filled")),
        sa.CheckConstraint("role_id != ''", name=op.f("ck_demand_role_id_filled")),
        sa.CheckConstraint("service_id != ''", name=op.f("ck_demand_service_id_filled")),
        sa.CheckConstraint("shift_type_id != ''", name=op.f("ck_demand_shift_type_id_filled")),
        sa.CheckConstraint("site_id != ''", name=op.f("ck_demand_site_id_filled")),
        sa.CheckConstraint("maximum >= 0", name=op.f("ck_demand_maximum_limits")),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_demand_minimum_limits")),
        sa.CheckConstraint("over_pence >= 0", name=op.f("ck_demand_over_pence_limits")),
        sa.CheckConstraint("preferred >= 0", name=op.f("ck_demand_preferred_limits")),
        sa.CheckConstraint("priority >= 1 AND priority <= 5", name=op.f("ck_demand_priority_limits")),
        sa.CheckConstraint("under_pence >= 0", name=op.f("ck_demand_under_pence_limits")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_demand_role_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_demand_service_id")),
        sa.ForeignKeyConstraint(["shift_type_id"], ["shift_type.id"], name=op.f("fk_demand_shift_type_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_demand_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
    )
    op.create_table(
        "demand_template",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("weekday", sa.BigInteger(), nullable=False),
        sa.Column("shift_type_id", sa.String(), nullable=False),
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("preferred", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("role_id != ''", name=op.f("ck_demand_template_role_id_filled")),
        sa.CheckConstraint("service_id != ''", name=op.f("ck_demand_template_service_id_filled")),
        sa.CheckConstraint("shift_type_id != ''", name=op.f("ck_demand_template_shift_type_id_filled")),
        sa.CheckConstraint("site_id != ''", name=op.f("ck_demand_template_site_id_filled")),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_demand_template_minimum_limits")),
        sa.CheckConstraint("preferred >= 0", name=op.f("ck_demand_template_preferred_limits")),
        sa.CheckConstraint("priority >= 1 AND priority <= 5", name=op.f("ck_demand_template_priority_limits")),
        sa.CheckConstraint("weekday >= 1 AND weekday <= 7", name=op.f("ck_demand_template_weekday_limits")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_demand_template_role_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_demand_template_service_id")),
        sa.ForeignKeyConstraint(["shift_type_id"], ["shift_type.id"], name=op.f("fk_demand_template_shift_type_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_demand_template_site_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_demand_template")),
        sa.UniqueConstraint("service_id", "site_id", "weekday", "shift_type_id", "role_id", name="uq_demand_template_key"),
    )
    op.create_table(
        "leave",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind != ''", name=op.f("ck_leave_kind_filled")),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_leave_staff_id_filled")),
        sa.CheckConstraint("to_date >= from_date", name=op.f("ck_leave_to_date_order")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_leave_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_leave")),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index("ix_leave_key", ["staff_id", "from_date", "kind"], unique=False)

    op.create_table(
        "pin",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("demand_id", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("demand_id != ''", name=op.f("ck_pin_demand_id_filled")),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_pin_staff_id_filled")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pin_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_pin")),
    )
    with op.batch_alter_table("pin", schema=None) as batch_op:
        batch_op.create_index("ix_pin_key", ["staff_id", "demand_id"], unique=False)

    op.create_table(
        "preference",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("shift_type_id", sa.String(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_preference_staff_id_filled")),
        sa.CheckConstraint("weight >= -10 AND weight <= 10", name=op.f("ck_preference_weight_limits")),
        sa.ForeignKeyConstraint(["shift_type_id"], ["shift_type.id"], name=op.f("fk_preference_shift_type_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_preference_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_preference")),
    )
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.create_index("ix_preference_key", ["staff_id", "date", "shift_type_id"], unique=False)

    op.create_table(
        "worked_shift",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_minutes", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.String(), nullable=True),
        sa.Column("host_organisation_id", sa.String(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("organisation_id != ''", name=op.f("ck_worked_shift_organisation_id_filled")),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_worked_shift_staff_id_filled")),
        sa.CheckConstraint('"end" > start', name=op.f("ck_worked_shift_end_order")),
        sa.CheckConstraint("paid_minutes >= 0", name=op.f("ck_worked_shift_paid_minutes_limits")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_worked_shift_contract_id")),
        sa.ForeignKeyConstraint(["host_organisation_id"], ["organisation.id"], name=op.f("fk_worked_shift_host_organisation_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_worked_shift_organisation_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_worked_shift_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_worked_shift")),
    )
    with op.batch_alter_table("worked_shift", schema=None) as batch_op:
        batch_op.create_index("ix_worked_shift_key", ["staff_id", "start"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("worked_shift", schema=None) as batch_op:
        batch_op.drop_index("ix_worked_shift_key")

    op.drop_table("worked_shift")
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.drop_index("ix_preference_key")

    op.drop_table("preference")
    with op.batch_alter_table("pin", schema=None) as batch_op:
        batch_op.drop_index("ix_pin_key")

    op.drop_table("pin")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index("ix_leave_key")

    op.drop_table("leave")
    op.drop_table("demand_template")
    op.drop_table("demand")
    op.drop_table("temporary_supply")
    with op.batch_alter_table("skill_mix", schema=None) as batch_op:
        batch_op.drop_index("ix_skill_mix_key")

    op.drop_table("skill_mix")
    op.drop_table("shift_type")
    with op.batch_alter_table("enhancement", schema=None) as batch_op:
        batch_op.drop_index("ix_enhancement_key")

    op.drop_table("enhancement")

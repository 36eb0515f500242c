"""Organisations, where their services are, and the people whom they employ.

Revision 0001, after nothing, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collaborative",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("id != ''", name=op.f("ck_collaborative_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_collaborative_name_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collaborative")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("id != ''", name=op.f("ck_organisation_id_filled")),
        sa.CheckConstraint(
            "kind IN ('nhs_trust', 'ambulance_trust', 'cic', 'local_authority', 'charity', 'primary_care')", name=op.f("ck_organisation_kind_choice")
        ),
        sa.CheckConstraint("name != ''", name=op.f("ck_organisation_name_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("staff_group", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=True),
        sa.CheckConstraint("band IN ('2', '3', '4', '5', '6', '7', '8a', '8b', '8c', '8d', '9')", name=op.f("ck_role_band_choice")),
        sa.CheckConstraint("id != ''", name=op.f("ck_role_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_role_name_filled")),
        sa.CheckConstraint(
            "staff_group IN ('nursing', 'allied_health', 'ambulance', 'pharmacy', 'medical', 'support', 'administration')",
            name=op.f("ck_role_staff_group_choice"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
    )
    op.create_table(
        "membership",
        sa.Column("collaborative_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("collaborative_id != ''", name=op.f("ck_membership_collaborative_id_filled")),
        sa.CheckConstraint("organisation_id != ''", name=op.f("ck_membership_organisation_id_filled")),
        sa.CheckConstraint("to_date IS NULL OR to_date >= from_date", name=op.f("ck_membership_to_date_order")),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"], name=op.f("fk_membership_collaborative_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_key", ["collaborative_id", "organisation_id", "from_date"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("collaborative_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("need_weight", sa.Double(), nullable=False),
        sa.CheckConstraint("collaborative_id != ''", name=op.f("ck_place_collaborative_id_filled")),
        sa.CheckConstraint("id != ''", name=op.f("ck_place_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_place_name_filled")),
        sa.CheckConstraint("need_weight >= 1", name=op.f("ck_place_need_weight_limits")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_place_population_limits")),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"], name=op.f("fk_place_collaborative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_table(
        "role_cover",
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("covers_role_id", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("covers_role_id != ''", name=op.f("ck_role_cover_covers_role_id_filled")),
        sa.CheckConstraint("role_id != ''", name=op.f("ck_role_cover_role_id_filled")),
        sa.ForeignKeyConstraint(["covers_role_id"], ["role.id"], name=op.f("fk_role_cover_covers_role_id")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_role_cover_role_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_role_cover")),
    )
    with op.batch_alter_table("role_cover", schema=None) as batch_op:
        batch_op.create_index("ix_role_cover_key", ["role_id", "covers_role_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("collaborative_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("collaborative_id != ''", name=op.f("ck_service_collaborative_id_filled")),
        sa.CheckConstraint("id != ''", name=op.f("ck_service_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_service_name_filled")),
        sa.ForeignKeyConstraint(["collaborative_id"], ["collaborative.id"], name=op.f("fk_service_collaborative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    op.create_table(
        "service_host",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("place_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("organisation_id != ''", name=op.f("ck_service_host_organisation_id_filled")),
        sa.CheckConstraint("place_id != ''", name=op.f("ck_service_host_place_id_filled")),
        sa.CheckConstraint("service_id != ''", name=op.f("ck_service_host_service_id_filled")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_service_host_organisation_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_service_host_place_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_host_service_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_service_host")),
        sa.UniqueConstraint("service_id", "place_id", name="uq_service_host_key"),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place_id", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.CheckConstraint("id != ''", name=op.f("ck_site_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_site_name_filled")),
        sa.CheckConstraint("place_id != ''", name=op.f("ck_site_place_id_filled")),
        sa.CheckConstraint("postcode != ''", name=op.f("ck_site_postcode_filled")),
        sa.CheckConstraint("latitude >= 49 AND latitude <= 61", name=op.f("ck_site_latitude_limits")),
        sa.CheckConstraint("longitude >= -9 AND longitude <= 2", name=op.f("ck_site_longitude_limits")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_site_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("home_site_id", sa.String(), nullable=False),
        sa.Column("max_travel_minutes", sa.Double(), nullable=True),
        sa.Column("accepts_other_hosts", sa.Boolean(), nullable=False),
        sa.Column("wtr_opt_out", sa.Boolean(), nullable=False),
        sa.CheckConstraint("home_site_id != ''", name=op.f("ck_staff_home_site_id_filled")),
        sa.CheckConstraint("id != ''", name=op.f("ck_staff_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_staff_name_filled")),
        sa.CheckConstraint("max_travel_minutes >= 0", name=op.f("ck_staff_max_travel_minutes_limits")),
        sa.ForeignKeyConstraint(["home_site_id"], ["site.id"], name=op.f("fk_staff_home_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_table(
        "travel_time",
        sa.Column("from_site_id", sa.String(), nullable=False),
        sa.Column("to_site_id", sa.String(), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_site_id != ''", name=op.f("ck_travel_time_from_site_id_filled")),
        sa.CheckConstraint("to_site_id != ''", name=op.f("ck_travel_time_to_site_id_filled")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_time_minutes_limits")),
        sa.ForeignKeyConstraint(["from_site_id"], ["site.id"], name=op.f("fk_travel_time_from_site_id")),
        sa.ForeignKeyConstraint(["to_site_id"], ["site.id"], name=op.f("fk_travel_time_to_site_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_travel_time")),
        sa.UniqueConstraint("from_site_id", "to_site_id", name="uq_travel_time_key"),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("hours_per_week", sa.Double(), nullable=False),
        sa.Column("base_site_id", sa.String(), nullable=False),
        sa.Column("hourly_pence", sa.BigInteger(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("joint_post_id", sa.String(), nullable=True),
        sa.CheckConstraint("base_site_id != ''", name=op.f("ck_contract_base_site_id_filled")),
        sa.CheckConstraint("id != ''", name=op.f("ck_contract_id_filled")),
        sa.CheckConstraint("kind IN ('substantive', 'bank')", name=op.f("ck_contract_kind_choice")),
        sa.CheckConstraint("organisation_id != ''", name=op.f("ck_contract_organisation_id_filled")),
        sa.CheckConstraint("role_id != ''", name=op.f("ck_contract_role_id_filled")),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_contract_staff_id_filled")),
        sa.CheckConstraint("hourly_pence >= 0", name=op.f("ck_contract_hourly_pence_limits")),
        sa.CheckConstraint("hours_per_week >= 0 AND hours_per_week <= 168", name=op.f("ck_contract_hours_per_week_limits")),
        sa.CheckConstraint("to_date IS NULL OR to_date >= from_date", name=op.f("ck_contract_to_date_order")),
        sa.ForeignKeyConstraint(["base_site_id"], ["site.id"], name=op.f("fk_contract_base_site_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_contract_organisation_id")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_contract_role_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_contract_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )


def downgrade() -> None:
    op.drop_table("contract")
    op.drop_table("travel_time")
    op.drop_table("staff")
    op.drop_table("site")
    op.drop_table("service_host")
    op.drop_table("service")
    with op.batch_alter_table("role_cover", schema=None) as batch_op:
        batch_op.drop_index("ix_role_cover_key")

    op.drop_table("role_cover")
    op.drop_table("place")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_key")

    op.drop_table("membership")
    op.drop_table("role")
    op.drop_table("organisation")
    op.drop_table("collaborative")

"""What must hold before somebody may work somewhere.

Revision 0002, after 0001, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "competency",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("id != ''", name=op.f("ck_competency_id_filled")),
        sa.CheckConstraint("kind IN ('clinical', 'mandatory', 'registration')", name=op.f("ck_competency_kind_choice")),
        sa.CheckConstraint("name != ''", name=op.f("ck_competency_name_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency")),
    )
    op.create_table(
        "procedure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("id != ''", name=op.f("ck_procedure_id_filled")),
        sa.CheckConstraint("name != ''", name=op.f("ck_procedure_name_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
    )
    op.create_table(
        "procedure_equivalence",
        sa.Column("procedure_id", sa.String(), nullable=False),
        sa.Column("from_organisation_id", sa.String(), nullable=False),
        sa.Column("host_organisation_id", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("concordat", sa.String(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_organisation_id != ''", name=op.f("ck_procedure_equivalence_from_organisation_id_filled")),
        sa.CheckConstraint("host_organisation_id != ''", name=op.f("ck_procedure_equivalence_host_organisation_id_filled")),
        sa.CheckConstraint("procedure_id != ''", name=op.f("ck_procedure_equivalence_procedure_id_filled")),
        sa.CheckConstraint("to_date IS NULL OR to_date >= from_date", name=op.f("ck_procedure_equivalence_to_date_order")),
        sa.ForeignKeyConstraint(["from_organisation_id"], ["organisation.id"], name=op.f("fk_procedure_equivalence_from_organisation_id")),
        sa.ForeignKeyConstraint(["host_organisation_id"], ["organisation.id"], name=op.f("fk_procedure_equivalence_host_organisation_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_equivalence_procedure_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_procedure_equivalence")),
    )
    with op.batch_alter_table("procedure_equivalence", schema=None) as batch_op:
        batch_op.create_index("ix_procedure_equivalence_key", ["procedure_id", "from_organisation_id", "host_organisation_id", "from_date"], unique=False)

    op.create_table(
        "procedure_version",
        sa.Column("procedure_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("organisation_id != ''", name=op.f("ck_procedure_version_organisation_id_filled")),
        sa.CheckConstraint("procedure_id != ''", name=op.f("ck_procedure_version_procedure_id_filled")),
        sa.CheckConstraint("version != ''", name=op.f("ck_procedure_version_version_filled")),
        sa.CheckConstraint("to_date IS NULL OR to_date >= from_date", name=op.f("ck_procedure_version_to_date_order")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_procedure_version_organisation_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_version_procedure_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_procedure_version")),
    )
    with op.batch_alter_table("procedure_version", schema=None) as batch_op:
        batch_op.create_index("ix_procedure_version_key", ["procedure_id", "organisation_id", "from_date"], unique=False)

    op.create_table(
        "service_competency",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("role_id", sa.String(), nullable=True),
        sa.Column("competency_id", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("competency_id != ''", name=op.f("ck_service_competency_competency_id_filled")),
        sa.CheckConstraint("service_id != ''", name=op.f("ck_service_competency_service_id_filled")),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_service_competency_competency_id")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_service_competency_role_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_competency_service_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_service_competency")),
    )
    with op.batch_alter_table("service_competency", schema=None) as batch_op:
        batch_op.create_index("ix_service_competency_key", ["service_id", "role_id", "competency_id"], unique=False)

    op.create_table(
        "service_procedure",
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("procedure_id", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("procedure_id != ''", name=op.f("ck_service_procedure_procedure_id_filled")),
        sa.CheckConstraint("service_id != ''", name=op.f("ck_service_procedure_service_id_filled")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_service_procedure_procedure_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_procedure_service_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_service_procedure")),
    )
    with op.batch_alter_table("service_procedure", schema=None) as batch_op:
        batch_op.create_index("ix_service_procedure_key", ["service_id", "procedure_id"], unique=False)

    op.create_table(
        "sharing_agreement",
        sa.Column("home_organisation_id", sa.String(), nullable=False),
        sa.Column("host_organisation_id", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("max_hours_per_week", sa.Double(), nullable=True),
        sa.Column("recharge_percent", sa.Double(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("home_organisation_id != ''", name=op.f("ck_sharing_agreement_home_organisation_id_filled")),
        sa.CheckConstraint("host_organisation_id != ''", name=op.f("ck_sharing_agreement_host_organisation_id_filled")),
        sa.CheckConstraint(
            "route IN ('digital_passport', 'licence_to_attend', 'portability_agreement', 'honorary_contract', 'secondment')",
            name=op.f("ck_sharing_agreement_route_choice"),
        ),
        sa.CheckConstraint("max_hours_per_week >= 0", name=op.f("ck_sharing_agreement_max_hours_per_week_limits")),
        sa.CheckConstraint("recharge_percent >= 0", name=op.f("ck_sharing_agreement_recharge_percent_limits")),
        sa.CheckConstraint("to_date IS NULL OR to_date >= from_date", name=op.f("ck_sharing_agreement_to_date_order")),
        sa.ForeignKeyConstraint(["home_organisation_id"], ["organisation.id"], name=op.f("fk_sharing_agreement_home_organisation_id")),
        sa.ForeignKeyConstraint(["host_organisation_id"], ["organisation.id"], name=op.f("fk_sharing_agreement_host_organisation_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_sharing_agreement_service_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_sharing_agreement")),
    )
    with op.batch_alter_table("sharing_agreement", schema=None) as batch_op:
        batch_op.create_index("ix_sharing_agreement_key", ["home_organisation_id", "host_organisation_id", "route", "service_id", "from_date"], unique=False)

    op.create_table(
        "passport",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("host_organisation_id", sa.String(), nullable=True),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("issued_by_organisation_id", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("checks", sa.String(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "route IN ('digital_passport', 'licence_to_attend', 'portability_agreement', 'honorary_contract', 'secondment')",
            name=op.f("ck_passport_route_choice"),
        ),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_passport_staff_id_filled")),
        sa.CheckConstraint("status IN ('active', 'suspended', 'revoked')", name=op.f("ck_passport_status_choice")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_passport_valid_to_order")),
        sa.ForeignKeyConstraint(["host_organisation_id"], ["organisation.id"], name=op.f("fk_passport_host_organisation_id")),
        sa.ForeignKeyConstraint(["issued_by_organisation_id"], ["organisation.id"], name=op.f("fk_passport_issued_by_organisation_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passport_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_passport")),
    )
    with op.batch_alter_table("passport", schema=None) as batch_op:
        batch_op.create_index("ix_passport_key", ["staff_id", "host_organisation_id", "route", "issued_by_organisation_id", "valid_from"], unique=False)

    op.create_table(
        "procedure_sign_off",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("procedure_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("organisation_id != ''", name=op.f("ck_procedure_sign_off_organisation_id_filled")),
        sa.CheckConstraint("procedure_id != ''", name=op.f("ck_procedure_sign_off_procedure_id_filled")),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_procedure_sign_off_staff_id_filled")),
        sa.CheckConstraint("version != ''", name=op.f("ck_procedure_sign_off_version_filled")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_procedure_sign_off_valid_to_order")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_procedure_sign_off_organisation_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_sign_off_procedure_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_procedure_sign_off_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_procedure_sign_off")),
    )
    with op.batch_alter_table("procedure_sign_off", schema=None) as batch_op:
        batch_op.create_index("ix_procedure_sign_off_key", ["staff_id", "procedure_id", "organisation_id", "version", "valid_from"], unique=False)

    op.create_table(
        "staff_competency",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("competency_id", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("competency_id != ''", name=op.f("ck_staff_competency_competency_id_filled")),
        sa.CheckConstraint("staff_id != ''", name=op.f("ck_staff_competency_staff_id_filled")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_staff_competency_valid_to_order")),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_staff_competency_competency_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_competency_staff_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_staff_competency")),
    )
    with op.batch_alter_table("staff_competency", schema=None) as batch_op:
        batch_op.create_index("ix_staff_competency_key", ["staff_id", "competency_id", "valid_from"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("staff_competency", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_competency_key")

    op.drop_table("staff_competency")
    with op.batch_alter_table("procedure_sign_off", schema=None) as batch_op:
        batch_op.drop_index("ix_procedure_sign_off_key")

    op.drop_table("procedure_sign_off")
    with op.batch_alter_table("passport", schema=None) as batch_op:
        batch_op.drop_index("ix_passport_key")

    op.drop_table("passport")
    with op.batch_alter_table("sharing_agreement", schema=None) as batch_op:
        batch_op.drop_index("ix_sharing_agreement_key")

    op.drop_table("sharing_agreement")
    with op.batch_alter_table("service_procedure", schema=None) as batch_op:
        batch_op.drop_index("ix_service_procedure_key")

    op.drop_table("service_procedure")
    with op.batch_alter_table("service_competency", schema=None) as batch_op:
        batch_op.drop_index("ix_service_competency_key")

    op.drop_table("service_competency")
    with op.batch_alter_table("procedure_version", schema=None) as batch_op:
        batch_op.drop_index("ix_procedure_version_key")

    op.drop_table("procedure_version")
    with op.batch_alter_table("procedure_equivalence", schema=None) as batch_op:
        batch_op.drop_index("ix_procedure_equivalence_key")

    op.drop_table("procedure_equivalence")
    op.drop_table("procedure")
    op.drop_table("competency")

"""Which files and columns a dataset has, and how a value stands in a cell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

Cell = str | int | float | bool | date | datetime | None

CONTRACT: Final[dict[str, tuple[str, ...]]] = {
    "collaborative": ("id", "name"),
    "organisation": ("id", "name", "kind"),
    "membership": ("collaborative_id", "organisation_id", "from_date", "to_date"),
    "place": ("id", "collaborative_id", "name", "population", "need_weight"),
    "site": ("id", "name", "place_id", "postcode", "latitude", "longitude"),
    "travel_time": ("from_site_id", "to_site_id", "minutes"),
    "service": ("id", "collaborative_id", "name"),
    "service_host": ("service_id", "place_id", "organisation_id"),
    "role": ("id", "name", "staff_group", "band"),
    "role_cover": ("role_id", "covers_role_id"),
    "staff": (
        "id",
        "name",
        "home_site_id",
        "max_travel_minutes",
        "accepts_other_hosts",
        "wtr_opt_out",
    ),
    "contract": (
        "id",
        "staff_id",
        "organisation_id",
        "role_id",
        "kind",
        "hours_per_week",
        "base_site_id",
        "hourly_pence",
        "from_date",
        "to_date",
        "joint_post_id",
    ),
    "competency": ("id", "name", "kind"),
    "service_competency": ("service_id", "role_id", "competency_id"),
    "staff_competency": ("staff_id", "competency_id", "valid_from", "valid_to"),
    "procedure": ("id", "name"),
    "procedure_version": ("procedure_id", "organisation_id", "version", "from_date", "to_date"),
    "procedure_equivalence": (
        "procedure_id",
        "from_organisation_id",
        "host_organisation_id",
        "from_date",
        "to_date",
        "concordat",
    ),
    "service_procedure": ("service_id", "procedure_id"),
    "procedure_sign_off": (
        "staff_id",
        "procedure_id",
        "organisation_id",
        "version",
        "valid_from",
        "valid_to",
    ),
    "sharing_agreement": (
        "home_organisation_id",
        "host_organisation_id",
        "route",
        "service_id",
        "from_date",
        "to_date",
        "max_hours_per_week",
        "recharge_percent",
    ),
    "passport": (
        "staff_id",
        "host_organisation_id",
        "route",
        "issued_by_organisation_id",
        "valid_from",
        "valid_to",
        "status",
        "checks",
    ),
    "shift_type": ("id", "name", "start_time", "end_time", "unpaid_break_minutes"),
    "demand": (
        "id",
        "service_id",
        "site_id",
        "date",
        "shift_type_id",
        "role_id",
        "minimum",
        "preferred",
        "priority",
    ),
    "demand_template": (
        "service_id",
        "site_id",
        "weekday",
        "shift_type_id",
        "role_id",
        "minimum",
        "preferred",
        "priority",
    ),
    "skill_mix": ("service_id", "shift_type_id", "role_id", "minimum"),
    "leave": ("staff_id", "from_date", "to_date", "kind"),
    "preference": ("staff_id", "date", "shift_type_id", "weight"),
    "worked_shift": (
        "staff_id",
        "organisation_id",
        "start",
        "end",
        "paid_minutes",
        "contract_id",
        "host_organisation_id",
    ),
    "pin": ("staff_id", "demand_id"),
    "enhancement": ("day_kind", "band_from", "band_to", "percent"),
    "temporary_supply": (
        "id",
        "kind",
        "organisation_id",
        "place_id",
        "role_id",
        "hourly_pence",
        "max_shifts_per_week",
    ),
    "approval_scheme": ("collaborative_id", "notice_days", "answer_days", "unseen_hours"),
    "approval_post": (
        "id",
        "name",
        "collaborative_id",
        "power",
        "organisation_id",
        "most_hours",
        "most_pounds",
        "deputy_for",
    ),
    "service_contact": ("organisation_id", "service_id", "place_id", "name", "phone"),
    "target": (
        "measure",
        "organisation_id",
        "at_least",
        "at_most",
        "source",
        "source_date",
        "from_date",
        "to_date",
        "confirmed",
    ),
}


def cell(value: Cell) -> str:
    """A value as it stands in a CSV cell: empty for nothing, `yes`/`no`, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):  # a datetime is a date as well; both have isoformat()
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class Tables:
    """Rows by file stem. Every file of the contract is there, filled or not."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {stem: [] for stem in CONTRACT}

    def add(self, stem: str, *values: Cell) -> None:
        """Append one row; the values stand in the order of the contract's columns. Raises
        ValueError where there are more or fewer of them.
        """
        columns = CONTRACT[stem]
        if len(values) != len(columns):
            raise ValueError(
                f"{stem}: {len(values)} values for the {len(columns)} columns {columns}"
            )
        self.rows[stem].append(
            {column: cell(value) for column, value in zip(columns, values, strict=True)}
        )

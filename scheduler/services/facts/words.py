"""What people call facts: their files, their columns, a row in a line, a change of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.facts import BY_FILE, LONDON, Fact
from scheduler.storage.columns import Column, columns

FILES: Mapping[str, str] = {
    "collaborative": "Collaboratives",
    "organisation": "Organisations",
    "membership": "Members of collaboratives",
    "place": "Places",
    "site": "Sites",
    "travel_time": "Journeys",
    "service": "Services",
    "service_host": "Accountable hosts",
    "role": "Roles",
    "role_cover": "Roles that cover others",
    "staff": "People",
    "contract": "Contracts",
    "competency": "Competencies",
    "service_competency": "Competencies required",
    "staff_competency": "Competencies held",
    "procedure": "Procedures",
    "procedure_version": "Versions of procedures",
    "procedure_equivalence": "Procedures accepted from others",
    "service_procedure": "Procedures required",
    "procedure_sign_off": "Procedure sign-offs",
    "sharing_agreement": "Sharing agreements",
    "passport": "Passports",
    "shift_type": "Kinds of shift",
    "demand": "Work on dates",
    "demand_template": "Work every week",
    "skill_mix": "Skill mix",
    "leave": "Leave",
    "leave_band": "How many may be away",
    "approval_scheme": "Scheme of approval",
    "approval_post": "Posts that approve",
    "post_absence": "Posts whose holder is away",
    "service_contact": "Whom to call",
    "request_rule": "What staff tell: at once or asked",
    "target": "Targets",
    "recharge_account": "Accounts of recharges",
    "unavailability": "Times not available",
    "preference": "Wishes",
    "base_pattern": "Base pattern",
    "worked_shift": "Shifts worked",
    "pin": "Pins",
    "work_limit": "Limits on work",
    "shift_succession": "Shifts that may not follow",
    "enhancement": "Enhancements of pay",
    "temporary_supply": "Bank and agency supply",
}
"""File -> what a page calls its rows."""

COLUMNS: Mapping[str, str] = {
    "id": "Number",
    "staff_id": "Person",
    "from_date": "First day",
    "to_date": "Last day",
    "valid_from": "First day",
    "valid_to": "Last day",
    "band_from": "From band",
    "band_to": "To band",
    "hourly_pence": "Pence an hour",
    "hours_per_week": "Hours a week",
    "max_hours_per_week": "At most hours a week",
    "max_shifts_per_week": "At most shifts a week",
    "max_travel_minutes": "Longest journey, minutes",
    "minutes": "Minutes",
    "accepts_other_hosts": "Works for other hosts",
    "agreed_hosts": "Only for these hosts (ids, with | between)",
    "most_shifts_elsewhere": "At most so many shifts a month for other hosts",
    "wtr_opt_out": "Opted out of 48 hours",
    "joint_post_id": "Joint post",
    "home_site_id": "Home, nearest site",
    "base_site_id": "Base",
    "from_site_id": "From",
    "to_site_id": "To",
    "covers_role_id": "Covers",
    "shift_type_id": "Shift",
    "next_shift_type_id": "Shift on the next day",
    "split_with": "Other half",
    "home_organisation_id": "Lends",
    "host_organisation_id": "Host",
    "from_organisation_id": "Signed off at",
    "issued_by_organisation_id": "Issued by",
    "organisation_id": "Organisation",
    "demand_id": "Work",
    "contract_id": "Contract",
    "paid_minutes": "Paid minutes",
    "need_weight": "Weight of need",
    "start_time": "From",
    "end_time": "To",
    "start": "Began",
    "end": "Ended",
    "unpaid_break_minutes": "Unpaid break, minutes",
    "unpaid_from": "Not worked from",
    "unpaid_to": "Not worked to",
    "days": "Days later",
    "minimum": "People",
    "preferred": "People wanted",
    "maximum": "People at most",
    "under_pence": "Pence for one too few",
    "over_pence": "Pence for one too many",
    "most_away": "At most away",
    "notice_days": "Short notice, days",
    "answer_days": "Days to answer a refusal",
    "unseen_hours": "Told if unseen, hours before",
    "power": "May",
    "most_hours": "Up to hours",
    "most_pounds": "Up to £",
    "deputy_for": "Deputy for",
    "post_id": "Post",
    "at_once": "At once",
    "least_away": "At least away",
    "recharge_percent": "Recharge, per cent",
    "home_cost_centre": "Cost centre of the lender",
    "host_cost_centre": "Cost centre of the borrower",
    "vat": "Value added tax",
    "percent": "Per cent",
    "day_kind": "Kind of day",
    "kind": "Kind",
    "weight": "Weight, −10 to 10",
    "cycle_days": "Days of the cycle",
    "day": "Day of the cycle",
    "at_least": "At least",
    "at_most": "At most",
    "source": "Who says so",
    "source_date": "Said on",
    "confirmed": "Read in the source",
}
"""Column -> its title, where that is not its name."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def file_title(file: str) -> str:
    """What a page calls the rows of a file."""
    return FILES.get(file, file.replace("_", " ").capitalize())


def column_title(file: str, column: str) -> str:
    """What a page calls a column; one that names a row of another file is called as that is."""
    if column in COLUMNS:
        return COLUMNS[column]
    plain = column.removesuffix("_id") if column in BY_FILE[file].references else column
    return plain.replace("_", " ").capitalize()


def columns_of(file: str) -> tuple[Column, ...]:
    """The columns of a file, in the contract's order."""
    return columns(BY_FILE[file])


@dataclass(frozen=True)
class FactNames:
    """What ids in facts are called. `by_file`: file -> id -> name."""

    by_file: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, dataset: Dataset) -> "FactNames":
        """The names of all rows that have one."""
        found: dict[str, dict[str, str]] = {
            file: names_by_id(dataset.rows(file))
            for file, fact_type in BY_FILE.items()
            if {"id", "name"} <= fact_type.model_fields.keys()
        }
        organisation, role, staff = found["organisation"], found["role"], found["staff"]
        found["contract"] = {
            row.id: (
                f"{staff.get(row.staff_id, row.staff_id)}: {role.get(row.role_id, row.role_id)} at"
                f" {organisation.get(row.organisation_id, row.organisation_id)}, {row.kind}"
            )
            for row in dataset.contract
        }
        found["temporary_supply"] = {
            row.id: (
                f"{row.kind} {role.get(row.role_id, row.role_id)} for"
                f" {organisation.get(row.organisation_id, row.organisation_id)}"
            )
            for row in dataset.temporary_supply
        }
        return cls(found)

    def __call__(self, file: str, fact_id: str) -> str:
        return self.by_file.get(file, {}).get(fact_id, fact_id)

    def cell(self, fact: Fact, column: str) -> str:
        """A cell as people read it: names, dates and times in words, a dash for none."""
        value = getattr(fact, column)
        if value is None or value == "":
            return "none"
        if (target := fact.references.get(column)) is not None:
            return self(target, str(value))
        if column == "weekday":
            return WEEKDAYS[value - 1]
        if column == "checks":
            return ", ".join(str(value).replace("_", " ").split("|"))
        return _written(value) if not isinstance(value, str) else value.replace("_", " ")

    def row(self, fact: Fact, *, without: str = "") -> str:
        """A row in a line: its filled cells, each behind what its column is called; but for the
        column `without`, which whoever reads it knows.
        """
        said = [
            f"{column_title(fact.file, column)}: {self.cell(fact, column)}"
            for column, cell in fact.cells().items()
            if cell and column != without and not (column == "id" and "name" not in fact.cells())
        ]
        return "; ".join(said)

    def change(self, change: RowChange) -> str:
        """What becomes of a row, in a line."""
        title = file_title(change.file)
        if change.before is None:
            return f"{title}, added. {self.row(change.fact)}"
        if change.after is None:
            return f"{title}, withdrawn. {self.row(change.fact)}"
        differing = "; ".join(
            f"{column_title(change.file, column)} from {self.cell(change.before, column)} to"
            f" {self.cell(change.after, column)}"
            for column in change.differing()
        )
        key = [column for column in change.before.key if column not in change.differing()]
        named = ", ".join(self.cell(change.before, column) for column in key)
        if change.before.key == ("id",):
            named = self(change.file, change.before.cell("id"))
        return f"{title}, changed. {named}: {differing}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(LONDON):%a %-d %b %Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%a %-d %b %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return f"{value:,.10g}" if isinstance(value, float) else f"{value}"

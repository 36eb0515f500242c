"""What must hold before somebody may work somewhere."""

from typing import Annotated, Literal

from pydantic import BeforeValidator
from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    Fact,
    Id,
    OptionalDay,
    OptionalId,
    OptionalNumber,
    OptionalText,
    Text,
)

CompetencyKind = Literal["clinical", "mandatory", "registration"]
Route = Literal[
    "digital_passport",
    "licence_to_attend",
    "portability_agreement",
    "honorary_contract",
    "secondment",
]
PassportStatus = Literal["active", "suspended", "revoked"]
CHECKS = (
    "identity",
    "right_to_work",
    "dbs",
    "registration",
    "occupational_health",
    "mandatory_training",
)


def _parse_checks(value: object) -> object:
    if value in ("", None):
        return None
    if isinstance(value, str):
        found = [part.strip() for part in value.split("|")]
        unknown = [part for part in found if part not in CHECKS]
        if unknown:
            raise ValueError("checks among " + "|".join(CHECKS) + f", not {unknown[0]!r}")
        return "|".join(check for check in CHECKS if check in found)
    return value


class Competency(Fact):
    """Something a person can do, has been trained in, or is registered as."""

    file = "competency"

    id: Id = Field(description="short code")
    name: Text = Field(description="its name")
    kind: CompetencyKind = Field(description="clinical, mandatory training or registration")


class ServiceCompetency(Fact):
    """A service requires a competency of a role, or of every role."""

    file = "service_competency"
    required_file = False
    key = ("service_id", "role_id", "competency_id")
    references = {"service_id": "service", "role_id": "role", "competency_id": "competency"}

    service_id: Id = Field(description="the service")
    role_id: OptionalId = Field(default=None, description="the demanded role; empty = every role")
    competency_id: Id = Field(description="what is required")


class StaffCompetency(Fact):
    """A person holds a competency for a time."""

    file = "staff_competency"
    required_file = False
    key = ("staff_id", "competency_id", "valid_from")
    references = {"staff_id": "staff", "competency_id": "competency"}
    one_at_a_time = ("staff_id", "competency_id")

    staff_id: Id = Field(description="the person")
    competency_id: Id = Field(description="what is held")
    valid_from: Day = Field(description="first day")
    valid_to: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )


class Procedure(Fact):
    """A standard operating procedure, for instance infection prevention and control."""

    file = "procedure"

    id: Id = Field(description="short code")
    name: Text = Field(description="its name")


class ProcedureVersion(Fact):
    """Which version of a procedure an organisation works by; one at a time."""

    file = "procedure_version"
    key = ("procedure_id", "organisation_id", "from_date")
    references = {"procedure_id": "procedure", "organisation_id": "organisation"}
    one_at_a_time = ("procedure_id", "organisation_id")

    procedure_id: Id = Field(description="the procedure")
    organisation_id: Id = Field(description="the organisation")
    version: Text = Field(description="its version")
    from_date: Day = Field(description="first day in use")
    to_date: OptionalDay = Field(
        default=None, description="last day in use; empty = open, without a last day"
    )


class ProcedureEquivalence(Fact):
    """A host accepts a sign-off in another organisation's version. Directed, not transitive."""

    file = "procedure_equivalence"
    required_file = False
    key = ("procedure_id", "from_organisation_id", "host_organisation_id", "from_date")
    references = {
        "procedure_id": "procedure",
        "from_organisation_id": "organisation",
        "host_organisation_id": "organisation",
    }
    one_at_a_time = ("procedure_id", "from_organisation_id", "host_organisation_id")

    procedure_id: Id = Field(description="the procedure")
    from_organisation_id: Id = Field(description="whose version is accepted")
    host_organisation_id: Id = Field(description="who accepts it")
    from_date: Day = Field(description="first day")
    to_date: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )
    concordat: OptionalText = Field(
        default=None, description="the agreement that says so; empty = none is named"
    )


class ServiceProcedure(Fact):
    """A service requires a procedure, in the host's version or an accepted one."""

    file = "service_procedure"
    required_file = False
    key = ("service_id", "procedure_id")
    references = {"service_id": "service", "procedure_id": "procedure"}

    service_id: Id = Field(description="the service")
    procedure_id: Id = Field(description="what is required")


class ProcedureSignOff(Fact):
    """A person is signed off in an organisation's version of a procedure."""

    file = "procedure_sign_off"
    required_file = False
    key = ("staff_id", "procedure_id", "organisation_id", "version", "valid_from")
    references = {
        "staff_id": "staff",
        "procedure_id": "procedure",
        "organisation_id": "organisation",
    }
    one_at_a_time = ("staff_id", "procedure_id", "organisation_id", "version")

    staff_id: Id = Field(description="the person")
    procedure_id: Id = Field(description="the procedure")
    organisation_id: Id = Field(description="in whose version")
    version: Text = Field(description="which version")
    valid_from: Day = Field(description="first day")
    valid_to: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )


class SharingAgreement(Fact):
    """Staff of one organisation may work for another, by a route, up to so many hours a week."""

    file = "sharing_agreement"
    required_file = False
    key = ("home_organisation_id", "host_organisation_id", "route", "service_id", "from_date")
    references = {
        "home_organisation_id": "organisation",
        "host_organisation_id": "organisation",
        "service_id": "service",
    }
    one_at_a_time = ("home_organisation_id", "host_organisation_id", "route", "service_id")

    home_organisation_id: Id = Field(description="the employer that lends")
    host_organisation_id: Id = Field(description="the host that borrows")
    route: Route = Field(description="the passport route it runs by")
    service_id: OptionalId = Field(default=None, description="the service; empty = every service")
    from_date: Day = Field(description="first day")
    to_date: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )
    max_hours_per_week: OptionalNumber = Field(
        default=None, ge=0, description="most hours lent in a week [h]; empty = unlimited"
    )
    recharge_percent: OptionalNumber = Field(
        default=None, ge=0, description="share of pay that is recharged [%]; empty = 100"
    )


class Passport(Fact):
    """The checks that stand behind a person's work for another host: status and dates, never their
    content.
    """

    file = "passport"
    required_file = False
    key = ("staff_id", "host_organisation_id", "route", "issued_by_organisation_id", "valid_from")
    references = {
        "staff_id": "staff",
        "host_organisation_id": "organisation",
        "issued_by_organisation_id": "organisation",
    }
    one_at_a_time = (
        "staff_id",
        "host_organisation_id",
        "route",
        "issued_by_organisation_id",
        "status",
        "checks",
    )

    staff_id: Id = Field(description="the holder")
    host_organisation_id: OptionalId = Field(
        default=None,
        description="good for this host; empty = every member of the service's collaborative",
    )
    route: Route = Field(description="by which route")
    issued_by_organisation_id: OptionalId = Field(
        default=None, description="who issued it; information only; empty = nobody is named"
    )
    valid_from: Day = Field(description="first day")
    valid_to: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )
    status: PassportStatus = Field(description="only an active passport counts")
    checks: Annotated[str | None, BeforeValidator(_parse_checks)] = Field(
        default=None,
        description="checks warranted, separated by |: "
        + ", ".join(CHECKS)
        + "; empty = none is warranted",
    )

    @property
    def check_set(self) -> frozenset[str]:
        """The checks that it warrants, one by one."""
        return frozenset((self.checks or "").split("|")) - {""}

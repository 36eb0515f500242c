"""Roles, staff and the contracts that they hold."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    Fact,
    Id,
    Number,
    OptionalDay,
    OptionalId,
    OptionalNumber,
    OptionalText,
    OptionalWhole,
    Text,
    Whole,
    YesNo,
    empty_is_none,
)

StaffGroup = Literal[
    "nursing", "allied_health", "ambulance", "pharmacy", "medical", "support", "administration"
]
REGISTERED_GROUPS = frozenset({"nursing", "allied_health", "ambulance", "pharmacy", "medical"})
Band = Literal["2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9"]
BAND_ORDER: tuple[str, ...] = ("2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9")
ContractKind = Literal["substantive", "bank"]
WOULD_ASK = "?"
"""Before a host in `agreed_hosts`: not agreed to, and supposed to be asked for. No fact that
anybody brings has it; only what is supposed of facts does.
"""


class Role(Fact):
    """What somebody is employed, or needed, to be."""

    file = "role"

    id: Id = Field(description="short code of the role")
    name: Text = Field(description="its name")
    staff_group: StaffGroup = Field(
        description="support and administration are not registered professions"
    )
    band: Annotated[Band | None, BeforeValidator(empty_is_none)] = Field(
        default=None, description="Agenda for Change band; empty = Agenda for Change does not apply"
    )

    @property
    def registered(self) -> bool:
        """Whether its staff group is a registered profession."""
        return self.staff_group in REGISTERED_GROUPS


class RoleCover(Fact):
    """Holders of one role may also fill demand for another. Not transitive."""

    file = "role_cover"
    required_file = False
    key = ("role_id", "covers_role_id")
    references = {"role_id": "role", "covers_role_id": "role"}

    role_id: Id = Field(description="whoever holds this role …")
    covers_role_id: Id = Field(description="… may also fill demand for this one")


class Staff(Fact):
    """A person, with what is the person's own to decide: consent, travel, the 48-hour opt-out."""

    file = "staff"
    references = {"home_site_id": "site"}

    id: Id = Field(description="staff number")
    name: Text = Field(description="name to show")
    home_site_id: Id = Field(description="the site nearest to home, where journeys begin")
    max_travel_minutes: OptionalNumber = Field(
        default=None, ge=0, description="longest journey accepted [minutes]; empty = no limit"
    )
    accepts_other_hosts: YesNo = Field(description="consent to work for another host")
    wtr_opt_out: YesNo = Field(description="individual opt-out from the 48-hour average")
    agreed_hosts: OptionalText = Field(
        default=None,
        description=(
            "optional: of those who accept other hosts, only these, ids separated by |; empty = any"
        ),
    )
    most_shifts_elsewhere: OptionalWhole = Field(
        default=None,
        ge=0,
        description=(
            "optional: most shifts in a calendar month for hosts other than the employer [shifts];"
            " empty = no limit"
        ),
    )

    @property
    def host_set(self) -> frozenset[str]:
        """The hosts to which their consent is limited; none: it is not."""
        return frozenset(one for one in self._named_hosts if not one.startswith(WOULD_ASK))

    def agrees_to(self, host_id: str) -> bool:
        """Whether they have agreed to work for a host that does not employ them."""
        return self.accepts_other_hosts and (not self.host_set or host_id in self.host_set)

    def may_be_lent_to(self, host_id: str) -> bool:
        """Whether they have agreed to work for a host, or it is supposed that they would be asked
        and agree.
        """
        return f"{WOULD_ASK}{host_id}" in self._named_hosts or self.agrees_to(host_id)

    def would_be_asked(self, hosts: Iterable[str]) -> "Staff":
        """The person as they are, supposed to be asked for each of these hosts to which they have
        not agreed: what they have agreed to stays as it is.
        """
        more = [f"{WOULD_ASK}{host}" for host in hosts if not self.may_be_lent_to(host)]
        if not more:
            return self
        return self.model_copy(
            update={"agreed_hosts": "|".join([*sorted(self._named_hosts), *more])}
        )

    @property
    def _named_hosts(self) -> frozenset[str]:
        return frozenset((self.agreed_hosts or "").split("|")) - {""}


class Contract(Fact):
    """One person employed by one organisation. Joint posts are several contracts with one
    `joint_post_id`.
    """

    file = "contract"
    references = {
        "staff_id": "staff",
        "organisation_id": "organisation",
        "role_id": "role",
        "base_site_id": "site",
    }
    fixed = ("staff_id",)
    one_at_a_time = ("staff_id", "organisation_id", "role_id", "kind", "base_site_id")

    id: Id = Field(description="assignment number")
    staff_id: Id = Field(description="the person")
    organisation_id: Id = Field(description="the employer")
    role_id: Id = Field(description="role held")
    kind: ContractKind = Field(description="bank contracts owe no hours")
    hours_per_week: Number = Field(
        ge=0, le=168, description="hours owed in a full week [h]; 0 for bank"
    )
    base_site_id: Id = Field(description="contractual base")
    hourly_pence: Whole = Field(
        ge=0,
        description="basic pay with high-cost-area supplement, without on-costs [pence per hour]",
    )
    from_date: Day = Field(description="first day")
    to_date: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )
    joint_post_id: OptionalId = Field(
        default=None, description="shared by the contracts of one joint role; empty = no joint role"
    )

    @model_validator(mode="after")
    def bank_owes_nothing(self) -> Self:
        if self.kind == "bank" and self.hours_per_week:
            raise ValueError("hours_per_week|0 for a bank contract")
        return self

"""What a scenario may change: supplies, procedures, agreements, and what groups of people hold or
accept.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.domain.facts import Contract, TemporarySupply
from scheduler.domain.facts.clearance import Route
from scheduler.domain.problem import Period


class ScenarioPart(BaseModel):
    """`references`: key -> the file whose ids it names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SupplyChange(ScenarioPart):
    """Other limits or prices for the temporary supplies of a kind, an organisation, an id: those
    that fit all that is given.
    """

    kind: Literal["bank", "agency"] | None = Field(
        None, description="bank or agency; without it both"
    )
    organisation_id: str | None = Field(None, description="only what this host calls")
    id: str | None = Field(None, description="only this one")
    hours_percent: float | None = Field(
        None,
        ge=0,
        le=1000,
        description=(
            "together at most this share of the hours that the base roster takes from them [%]"
        ),
    )
    hourly_percent: float | None = Field(
        None, ge=0, le=1000, description="price of an hour, of what it is [%]"
    )
    max_shifts_per_week: int | None = Field(
        None, ge=0, le=1000, description="most shifts of each in a week"
    )

    def takes(self, supply: TemporarySupply) -> bool:
        """Whether a temporary supply fits all that is given."""
        return (
            self.kind in (None, supply.kind)
            and self.organisation_id in (None, supply.organisation_id)
            and self.id in (None, supply.id)
        )


class NewEquivalence(ScenarioPart):
    """A host accepts another organisation's version of a procedure from the period's first day."""

    procedure_id: str = Field(description="the procedure")
    from_organisation_id: str = Field(description="whose version is accepted")
    host_organisation_id: str = Field(description="who accepts it")
    both_ways: bool = Field(False, description="also the other way round")


class PeopleGroup(ScenarioPart):
    """Everybody of an organisation, a role, a list: those who fit all that is given."""

    organisation_id: str | None = Field(None, description="employed there")
    role_id: str | None = Field(None, description="in this role")
    staff_ids: tuple[str, ...] | None = Field(None, description="these people")

    def members(self, contracts: Iterable[Contract], period: Period) -> list[tuple[str, str]]:
        """(person, employer) of everybody who fits, by a contract that is live at some time of the
        period.
        """
        found: dict[str, str] = {}
        for contract in contracts:
            live = contract.from_date <= period.last and (
                contract.to_date is None or contract.to_date >= period.first
            )
            fits = self.organisation_id in (None, contract.organisation_id) and self.role_id in (
                None,
                contract.role_id,
            )
            if live and fits and (self.staff_ids is None or contract.staff_id in self.staff_ids):
                found.setdefault(contract.staff_id, contract.organisation_id)
        return sorted(found.items())


class PassportGroup(PeopleGroup):
    """They get a passport with all checks."""

    route: Route = Field(description="by which route")
    host_organisation_id: str | None = Field(
        None, description="good for this host; without it for every member of the collaborative"
    )


class CompetencyGroup(PeopleGroup):
    """They hold a competency from the period's first day."""

    competency_id: str = Field(description="which")


class SignOffGroup(PeopleGroup):
    """They are signed off in the version of a procedure by which an organisation works."""

    procedure_id: str = Field(description="the procedure")
    host_organisation_id: str = Field(description="in whose version")


class ConsentGroup(PeopleGroup):
    """They agree to work for other hosts."""


class JourneyGroup(PeopleGroup):
    """They accept a journey as long as the one from home to a site."""

    site_id: str = Field(description="as far as there")


class NewAgreement(ScenarioPart):
    """A sharing agreement from the period's first day."""

    home_organisation_id: str = Field(description="who lends")
    host_organisation_id: str = Field(description="who borrows")
    route: Route = Field(description="the passport route it runs by")
    service_id: str | None = Field(
        None, description="for this service; without it for every service"
    )
    max_hours_per_week: float | None = Field(
        None, ge=0, le=1_000_000, description="most hours lent in a week [h]; without it unlimited"
    )

"""One change of a scenario: what it does to facts and rules, what is wrong with it, and how it
reads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Contract
from scheduler.domain.problem import Period
from scheduler.domain.wording import counted

Named = Callable[[str], str]
"""Id -> what people call it: an organisation, a role, a site, a service, a supply."""
Overlay = Mapping[str, Mapping[str, Any]]
"""Rule id -> parameters that differ."""


class Wrong(NamedTuple):
    """What is wrong with a change: at which key (empty: the change as a whole), what stands there,
    what was expected.
    """

    key: str
    value: str
    expected: str


class ScenarioPart(BaseModel):
    """What every kind of change answers; a new one says no more than what differs."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: ClassVar[str]
    """What it is about, short, for a menu."""

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        """The facts with this change; the ones given stay as they are."""
        return dataset

    def overlay(self, dataset: Dataset, period: Period) -> Overlay:
        """Rules that differ, as a policy's tables."""
        return {}

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        """What makes no sense beside these facts, where all ids are known."""
        yield from ()

    def notes(self, dataset: Dataset, period: Period) -> Iterator[str]:
        """What whoever reads the figures has to know of this change, in sentences."""
        yield from ()

    def sentence(self, name: Named) -> str:
        """What it changes, in plain English without ids."""
        raise NotImplementedError  # each kind of change says it in its own words


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
            fits = self.organisation_id in (None, contract.organisation_id) and self.role_id in (
                None,
                contract.role_id,
            )
            if (
                is_live(contract, period)
                and fits
                and (self.staff_ids is None or contract.staff_id in self.staff_ids)
            ):
                found.setdefault(contract.staff_id, contract.organisation_id)
        return sorted(found.items())

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if self.organisation_id is None and self.role_id is None and self.staff_ids is None:
            yield Wrong("", "", "organisation_id, role_id or staff_ids: whom it is for")
        elif not self.members(dataset.contract, period):
            yield Wrong(
                "",
                "",
                "people who fit all of organisation_id, role_id and staff_ids in the period: there"
                " is nobody",
            )

    def whom(self, name: Named) -> str:
        """Who they are, in words. Named people are counted, never named."""
        who = (
            f"all {name(self.role_id)} staff"
            if self.role_id is not None and self.staff_ids is None
            else "everybody"
            if self.staff_ids is None
            else counted(len(set(self.staff_ids)), "named person", "named people")
            + (f" in the role {name(self.role_id)}" if self.role_id is not None else "")
        )
        return who + (f" of {name(self.organisation_id)}" if self.organisation_id else "")


def is_live(contract: Contract, period: Period) -> bool:
    """Whether a contract holds at some time of the period."""
    return contract.from_date <= period.last and (
        contract.to_date is None or contract.to_date >= period.first
    )


def number(value: float) -> str:
    """`90`, `37.5`, `1,200`: without needless decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def pounds(pence: int) -> str:
    """`£15.50`."""
    return f"£{pence / 100:,.2f}"

"""A roster: who fills which demand through which contract, and how it is written down for
others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, get_args

from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    Fact,
    Id,
    Instant,
    MadeId,
    OptionalId,
    OptionalText,
    Text,
    Whole,
)
from scheduler.domain.facts.money import PayKind as PayKind
from scheduler.domain.sentence import Sentence

PAY_KINDS: tuple[PayKind, ...] = get_args(PayKind)


@dataclass(frozen=True, order=True)
class Assignment:
    """One place of a demand row filled: by a person through a contract, or by a temporary supply.

    Exactly one of `staff_id` and `supply_id` is filled. A supply that fills two places of one
    demand row is two equal assignments.
    """

    demand_id: str
    staff_id: str = ""
    contract_id: str = ""
    supply_id: str = ""


_ORDER = attrgetter("demand_id", "staff_id", "contract_id", "supply_id")
"""That of the class itself, told to `sorted` in a way that is several times quicker."""


@dataclass(frozen=True)
class Roster:
    """The decision itself; everything else about a roster follows from it and the facts."""

    assignments: tuple[Assignment, ...] = field(default=())

    @classmethod
    def of(cls, assignments: Iterable[Assignment]) -> "Roster":
        """With the assignments in a canonical order, so that equal rosters compare equal."""
        return cls(tuple(sorted(assignments, key=_ORDER)))

    def __iter__(self) -> Iterator[Assignment]:
        return iter(self.assignments)

    def __len__(self) -> int:
        return len(self.assignments)

    @cached_property
    def by_demand(self) -> dict[str, list[Assignment]]:
        """Demand id -> assignments; demand without any is left out."""
        return _grouped((a.demand_id, a) for a in self.assignments)

    @cached_property
    def by_person(self) -> dict[str, list[Assignment]]:
        """Assignments of people only, not of temporary supply."""
        return _grouped((a.staff_id, a) for a in self.assignments if a.staff_id)


def _grouped(pairs: Iterable[tuple[str, Assignment]]) -> dict[str, list[Assignment]]:
    groups: dict[str, list[Assignment]] = {}
    for key, assignment in pairs:
        groups.setdefault(key, []).append(assignment)
    return groups


class AssignmentLine(Fact):
    """One row of assignment.csv: an assignment with everything that follows from it."""

    file = "assignment"

    roster_id: MadeId = Field(description="the roster")
    demand_id: MadeId = Field(description="the demand row filled")
    staff_id: OptionalId = Field(default=None, description="the person; empty for temporary supply")
    temporary_supply_id: OptionalId = Field(
        default=None, description="the temporary supply; empty for a person"
    )
    contract_id: OptionalId = Field(
        default=None, description="through which contract; empty for supply"
    )
    employer_organisation_id: Id = Field(description="who employs; for supply: who calls")
    host_organisation_id: Id = Field(description="who is accountable")
    place_id: Id = Field(description="the place")
    site_id: Id = Field(description="the site")
    service_id: Id = Field(description="the service")
    role_id: Id = Field(description="the demand's role")
    start: Instant = Field(description="begin")
    end: Instant = Field(description="end")
    paid_minutes: Whole = Field(ge=0, description="length less unpaid break [minutes]")
    pay: PayKind = Field(description="the part with most minutes")
    cost_pence: Whole = Field(ge=0, description="without travel, recharge and on-costs [pence]")
    route: OptionalText = Field(default=None, description="the agreement's route, where lent")
    contracted_minutes: Whole = Field(default=0, ge=0, description="paid already [minutes]")
    extra_minutes: Whole = Field(default=0, ge=0, description="at plain rate [minutes]")
    overtime_minutes: Whole = Field(default=0, ge=0, description="at overtime rate [minutes]")
    shift_type_id: OptionalId = Field(default=None, description="which shift")


def assignment_of(line: AssignmentLine) -> Assignment:
    """The decision that a line writes down."""
    return Assignment(
        line.demand_id, line.staff_id or "", line.contract_id or "", line.temporary_supply_id or ""
    )


class VacancyLine(Fact):
    """One row of vacancy.csv: required people who are missing, and why."""

    file = "vacancy"

    roster_id: MadeId = Field(description="the roster")
    demand_id: MadeId = Field(description="the demand row")
    missing: Whole = Field(gt=0, description="minimum less assigned [people]")
    cause: Text = Field(description="in a sentence")


@dataclass(frozen=True)
class RosterDocument:
    """A finished roster as it is stored, exported and shown: lines, vacancies and the contract's
    summary.
    """

    collaborative_id: str
    start: Day
    days: int
    assignments: tuple[AssignmentLine, ...]
    vacancies: tuple[VacancyLine, ...]
    summary: dict[str, Any]
    causes: Mapping[str, Sentence] = field(default_factory=dict, compare=False, repr=False)
    """Demand id -> why it is empty, with its parts; empty of files, and of rosters that an earlier
    version of this program stored, which hold the text alone.
    """

    def cause(self, vacancy: VacancyLine) -> Sentence:
        """Why a place is empty, with its parts as far as they are known."""
        return self.causes.get(vacancy.demand_id, Sentence.plain(vacancy.cause))

    def decision(self) -> Roster:
        """The roster that its lines state, without what follows from it."""
        return Roster.of(map(assignment_of, self.assignments))

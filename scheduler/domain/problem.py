"""One collaborative's problem for one period: its demand, who may fill it, and what is already known."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduler.domain.clearance import FactIndex
from scheduler.domain.clock import Date, days_between, is_night, local_date, minute, minute_of, monday
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.deployability import deployable_pairs
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Contract, Demand, Pin, Role, Staff, TemporarySupply, WorkedShift
from scheduler.domain.pay import Payroll, PayTerms, Rate, owed_minutes
from scheduler.domain.roster import Roster
from scheduler.domain.wording import counted


@dataclass(frozen=True)
class Period:
    """`days` dates from `first`."""

    first: date
    days: int

    def __post_init__(self) -> None:
        if not 1 <= self.days <= 366:
            raise BadRequest(f"a period of {counted(self.days, 'day')}: expected 1 to 366")

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the weeks that the period touches."""
        found = monday(self.first)
        weeks = []
        while found <= self.last:
            weeks.append(found)
            found += timedelta(days=7)
        return tuple(weeks)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def outside(self, week: date) -> frozenset[date]:
        """The dates of the week from this Monday that the period leaves out."""
        return frozenset(day for day in days_between(week, week + timedelta(days=6)) if day not in self)


@dataclass(frozen=True)
class Duty:
    """A demand row with its time and place worked out. Times are minutes in UTC; a shift counts on the day it starts."""

    index: int
    demand: Demand
    start: int
    end: int
    paid: int
    place_id: str
    host_id: str
    need_weight: float
    registered: bool

    @property
    def id(self) -> str:
        return self.demand.id

    @property
    def date(self) -> Date:
        return self.demand.date

    @cached_property
    def week(self) -> Date:
        return monday(self.demand.date)

    @cached_property
    def night(self) -> bool:
        return is_night(self.start, self.end)

    @property
    def minimum(self) -> int:
        return self.demand.minimum

    @property
    def preferred(self) -> int:
        return max(self.demand.minimum, self.demand.preferred or 0)

    @property
    def most(self) -> int:
        """How many people can be put here at all."""
        return max(self.preferred, self.demand.maximum or 0)


@dataclass(frozen=True, order=True)
class KnownShift:
    """A shift that is not ours to decide: worked before the period, or fixed busy time in or after it."""

    start: int
    end: int
    paid: int
    staff_id: str
    organisation_id: str = ""
    contract_id: str = ""
    host_organisation_id: str = ""

    @classmethod
    def of(cls, worked: WorkedShift) -> "KnownShift":
        return cls(minute(worked.start), minute(worked.end), worked.paid_minutes, worked.staff_id, worked.organisation_id,
                   worked.contract_id or "", worked.host_organisation_id or "")  # fmt: skip

    @property
    def date(self) -> Date:
        return local_date(self.start)

    @property
    def week(self) -> Date:
        return monday(self.date)

    @property
    def night(self) -> bool:
        return is_night(self.start, self.end)


@dataclass(frozen=True)
class Employment:
    """A contract in the problem, with the role held."""

    index: int
    contract: Contract
    role: Role
    rate: Rate
    owed: dict[date, int]
    """Hours owed by the Monday of each week of the period [minutes]."""
    counts_unused: bool
    """Whether its hours owed count here: its base site lies in one of the collaborative's places."""

    @property
    def id(self) -> str:
        return self.contract.id

    @property
    def substantive(self) -> bool:
        return self.contract.kind == "substantive"


@dataclass(frozen=True)
class Person:
    """Somebody who may fill some demand, with all contracts live in the period and all shifts known."""

    index: int
    staff: Staff
    employments: tuple[Employment, ...]
    known: tuple[KnownShift, ...]
    leave: frozenset[date]

    @property
    def id(self) -> str:
        return self.staff.id


@dataclass(frozen=True)
class Problem:
    """Everything that a roster of one collaborative and period follows from, apart from the policy's rules.

    `pairs_employment[k]`, `pairs_duty[k]`: indexes of the k-th deployable pair; sorted by employment, then duty.
    """

    collaborative_id: str
    period: Period
    index: FactIndex = field(repr=False)
    payroll: Payroll = field(repr=False)
    duties: tuple[Duty, ...] = field(repr=False)
    people: tuple[Person, ...] = field(repr=False)
    employments: tuple[Employment, ...] = field(repr=False)
    pairs_employment: npt.NDArray[np.int32] = field(repr=False)
    pairs_duty: npt.NDArray[np.int32] = field(repr=False)
    pins: tuple[Pin, ...] = field(repr=False)
    supplies: tuple[TemporarySupply, ...] = field(repr=False)
    all_known: dict[str, tuple[KnownShift, ...]] = field(repr=False)
    """Known shifts of everybody, by staff id, also of people who are not in the problem."""
    reference: Roster | None = field(default=None, repr=False)
    """The roster from which as little as possible should change, if one was named."""

    @property
    def dataset(self) -> Dataset:
        return self.index.dataset

    @cached_property
    def duty_by_id(self) -> dict[str, Duty]:
        return {duty.id: duty for duty in self.duties}

    @cached_property
    def person_by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def employment_by_id(self) -> dict[str, Employment]:
        return {employment.id: employment for employment in self.employments}

    @cached_property
    def person_of_employment(self) -> tuple[Person, ...]:
        """By index of the employment."""
        owner = {employment.index: person for person in self.people for employment in person.employments}
        return tuple(owner[i] for i in range(len(self.employments)))

    @cached_property
    def settlements(self) -> tuple[tuple[date, ...], ...]:
        """The period's weeks (Mondays) in the groups over which hours owed, extra and overtime settle; the last may be shorter."""
        weeks, size = self.period.weeks, self.payroll.terms.settle_weeks
        return tuple(weeks[first : first + size] for first in range(0, len(weeks), size))

    def settlement(self, week: date) -> tuple[date, ...]:
        """The weeks that are settled together with this week of the period."""
        return next(weeks for weeks in self.settlements if week in weeks)

    def supplies_for(self, duty: Duty) -> list[TemporarySupply]:
        return [supply for supply in self.supplies if self.index.may_supply(supply, duty)]


def build_problem(
    dataset: Dataset,
    collaborative_id: str,
    period: Period,
    *,
    known: Iterable[KnownShift] = (),
    terms: PayTerms | None = None,
    reference: Roster | None = None,
) -> Problem:
    """The problem of a collaborative. `known`: shifts from published rosters; worked shifts of the dataset are added.

    Where a worked shift and a published one of the same person overlap they are one shift, as it was worked.
    """
    index = FactIndex(dataset)
    service_ids = frozenset(s.id for s in dataset.service if s.collaborative_id == collaborative_id)
    duties = tuple(
        _duty(index, i, row)
        for i, row in enumerate(sorted(demand_in_period(dataset, period.first, period.days, service_ids), key=_in_time))
    )
    candidates = [c for c in dataset.contract if c.from_date <= period.last and (c.to_date is None or c.to_date >= period.first)]
    candidates.sort(key=lambda c: (c.staff_id, c.id))
    rows, columns = deployable_pairs(index, candidates, duties)
    able = {candidates[row].staff_id for row in np.unique(rows)}
    people, employments = _people(
        index, collaborative_id, period, [c for c in candidates if c.staff_id in able], all_known := _known(dataset, known)
    )
    new_row = np.full(len(candidates), -1, dtype=np.int32)
    position = {employment.id: employment.index for employment in employments}
    for old, contract in enumerate(candidates):
        new_row[old] = position.get(contract.id, -1)
    employment_rows = new_row[rows]
    order = np.lexsort((columns, employment_rows))
    duty_ids = {duty.id for duty in duties}
    return Problem(
        collaborative_id=collaborative_id, period=period, index=index, payroll=Payroll(dataset.enhancement, terms or PayTerms()),
        duties=duties, people=people, employments=employments,
        pairs_employment=employment_rows[order], pairs_duty=columns[order].astype(np.int32),
        pins=tuple(dict.fromkeys(pin for pin in dataset.pin if pin.demand_id in duty_ids)),
        supplies=tuple(sorted(dataset.temporary_supply, key=lambda s: s.id)), all_known=all_known,
        reference=reference,
    )  # fmt: skip


def _in_time(row: Demand) -> tuple[date, str]:
    return (row.date, row.id)


def _duty(index: FactIndex, i: int, row: Demand) -> Duty:
    shift = index.shift_types[row.shift_type_id]
    start = minute_of(row.date, shift.start_time)
    end = minute_of(row.date + timedelta(days=int(shift.end_time <= shift.start_time)), shift.end_time)
    place_id = index.sites[row.site_id].place_id
    return Duty(
        index=i, demand=row, start=start, end=end, paid=max(0, end - start - shift.unpaid_break_minutes), place_id=place_id,
        host_id=index.host[row.service_id, place_id], need_weight=index.places[place_id].need_weight,
        registered=index.roles[row.role_id].registered,
    )  # fmt: skip


def _known(dataset: Dataset, published: Iterable[KnownShift]) -> dict[str, tuple[KnownShift, ...]]:
    found: dict[str, list[KnownShift]] = defaultdict(list)
    for shift in sorted({KnownShift.of(worked) for worked in dataset.worked_shift}):
        found[shift.staff_id].append(shift)
    worked = {staff_id: list(shifts) for staff_id, shifts in found.items()}
    for shift in sorted(set(published)):
        if not any(w.start < shift.end and shift.start < w.end for w in worked.get(shift.staff_id, ())):
            found[shift.staff_id].append(shift)
    return {staff_id: tuple(sorted(shifts)) for staff_id, shifts in found.items()}


def _people(
    index: FactIndex, collaborative_id: str, period: Period, contracts: list[Contract], known: dict[str, tuple[KnownShift, ...]]
) -> tuple[tuple[Person, ...], tuple[Employment, ...]]:
    """People and their contracts, both sorted by staff id."""
    employments: dict[str, list[Employment]] = defaultdict(list)
    for i, contract in enumerate(contracts):
        role = index.roles[contract.role_id]
        leave = index.leave_dates(contract.staff_id)
        employments[contract.staff_id].append(
            Employment(
                index=i, contract=contract, role=role, rate=Rate(contract.hourly_pence, role.band),
                owed={week: owed_minutes(contract, week, leave) for week in period.weeks},
                counts_unused=contract.kind == "substantive"
                and index.places[index.sites[contract.base_site_id].place_id].collaborative_id == collaborative_id,
            )
        )  # fmt: skip
    people = tuple(
        Person(i, index.staff[staff_id], tuple(own), known.get(staff_id, ()), index.leave_dates(staff_id))
        for i, (staff_id, own) in enumerate(sorted(employments.items()))
    )
    return people, tuple(employment for person in people for employment in person.employments)

"""One collaborative's problem for one period: its demand, who may fill it, and what is already
known.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from scheduler.domain.clock import days_between, monday
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.deployability import deployable_pairs
from scheduler.domain.duty import Duty, KnownShift, hours_of
from scheduler.domain.errors import BadRequest
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract, Demand, Pin, Role, Staff, TemporarySupply
from scheduler.domain.known_shifts import in_full, known_by_person
from scheduler.domain.pay import Payroll, PayTerms, Rate, owed_minutes
from scheduler.domain.population import Pairs, Population
from scheduler.domain.reach import FIRST_DAY, LAST_DAY
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
        if not FIRST_DAY <= self.first <= LAST_DAY:
            raise BadRequest(
                f"A period cannot begin on {self.first}: expected a date from {FIRST_DAY} to"
                f" {LAST_DAY}."
            )

    @property
    def last(self) -> date:
        """Its last date."""
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
        return frozenset(
            day for day in days_between(week, week + timedelta(days=6)) if day not in self
        )


@dataclass(frozen=True)
class Employment:
    """A contract in the problem, with the role held; contracts that follow on without a gap are one
    employment.
    """

    index: int
    contracts: tuple[Contract, ...]
    """Those live in the period, in order of time: same person, employer, role and kind."""
    role: Role
    owed: dict[date, int]
    """Hours owed by the Monday of each week of the period [minutes]."""
    counts_unused: bool
    """Whether its hours owed count here: its base site lies in one of the collaborative's
    places.
    """

    @property
    def contract(self) -> Contract:
        """The first of them, for what does not change from one to the next."""
        return self.contracts[0]

    @property
    def id(self) -> str:
        """The id of the first of its contracts."""
        return self.contract.id

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all its contracts."""
        return frozenset(contract.id for contract in self.contracts)

    @property
    def substantive(self) -> bool:
        """Whether it is of substantive contracts."""
        return self.contract.kind == "substantive"

    def on(self, day: date) -> Contract:
        """The contract that a shift which starts on this date is worked and paid under; the nearest
        where none is live.
        """
        if len(self.contracts) == 1:
            return self.contract
        return next(
            (
                contract
                for contract in self.contracts
                if contract.to_date is None or day <= contract.to_date
            ),
            self.contracts[-1],
        )

    def rate(self, day: date) -> Rate:
        """What decides the price of its shifts that start on this date."""
        return Rate(self.on(day).hourly_pence, self.role.band)

    def owed_without(self, week: date, away: frozenset[date]) -> int:
        """Hours owed in the week from this Monday, were the person away on these dates
        [minutes].
        """
        return sum(owed_minutes(contract, week, away) for contract in self.contracts)


@dataclass(frozen=True)
class Person:
    """Somebody who may fill some demand, with all contracts live in the period and all shifts
    known.
    """

    index: int
    staff: Staff
    employments: tuple[Employment, ...]
    known: tuple[KnownShift, ...]
    leave: frozenset[date]

    @property
    def id(self) -> str:
        """The staff id."""
        return self.staff.id


@dataclass(frozen=True)
class Problem:
    """Everything that a roster of one collaborative and period follows from, apart from the
    policy's rules.

    `pairs_employment[k]`, `pairs_duty[k]`: indexes of the k-th deployable pair; sorted by
    employment, then duty.
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
    known_calls: tuple[KnownShift, ...] = field(default=(), repr=False)
    """Shifts of temporary supplies in published rosters."""
    begun: tuple[Duty, ...] = field(default=(), repr=False)
    """Demand of the period whose shifts had begun: no roster decides it any more, and what was
    rostered of it is known.
    """
    reference: Roster | None = field(default=None, repr=False)
    """The roster from which as little as possible should change, if one was named."""
    could: Pairs | None = field(default=None, repr=False)
    """Pairs of employments and duties that some case of a comparison allows: shares are measured
    among them. None: those of this one.
    """

    @property
    def dataset(self) -> Dataset:
        """The facts that it was built from."""
        return self.index.dataset

    @cached_property
    def duty_by_id(self) -> dict[str, Duty]:
        """Demand id -> duty, of the demand that is to be decided."""
        return {duty.id: duty for duty in self.duties}

    @cached_property
    def person_by_id(self) -> dict[str, Person]:
        """Staff id -> person, of those who may fill something."""
        return {person.id: person for person in self.people}

    @cached_property
    def sharing(self) -> Pairs:
        """The pairs among which it is counted who could do something, as the indexes of their
        employments and duties.
        """
        return (self.pairs_employment, self.pairs_duty) if self.could is None else self.could

    @cached_property
    def with_work(self) -> frozenset[str]:
        """Staff ids of those who may fill something. Others are here only because another case of a
        comparison lets them.
        """
        return frozenset(
            self.person_of_employment[row].id for row in np.unique(self.pairs_employment).tolist()
        )

    @cached_property
    def employment_by_id(self) -> dict[str, Employment]:
        """By the id of any of its contracts."""
        return {
            contract_id: employment
            for employment in self.employments
            for contract_id in employment.ids
        }

    @cached_property
    def person_of_employment(self) -> tuple[Person, ...]:
        """By index of the employment."""
        owner = {
            employment.index: person for person in self.people for employment in person.employments
        }
        return tuple(owner[i] for i in range(len(self.employments)))

    @cached_property
    def supplied(self) -> Counter[tuple[str, date]]:
        """(temporary supply, Monday) -> shifts that it gives in published rosters."""
        return Counter((call.supply_id, call.week) for call in self.known_calls)

    @cached_property
    def known_lent(self) -> tuple[KnownShift, ...]:
        """Known shifts in the period's weeks for another host than the employer."""
        return tuple(
            shift
            for shifts in self.all_known.values()
            for shift in shifts
            if shift.lent and shift.week in self.period.weeks
        )

    @cached_property
    def settlements(self) -> tuple[tuple[date, ...], ...]:
        """The period's weeks (Mondays) in the groups over which hours owed, extra and overtime
        settle; the last may be shorter.
        """
        weeks, size = self.period.weeks, self.payroll.terms.settle_weeks
        return tuple(weeks[first : first + size] for first in range(0, len(weeks), size))

    def settlement(self, week: date) -> tuple[date, ...]:
        """The weeks that are settled together with this week of the period."""
        return next(weeks for weeks in self.settlements if week in weeks)

    def pairs(self) -> Iterator[tuple[Employment, Duty]]:
        """Every deployable pair, in the order of `pairs_employment`."""
        for row, column in zip(
            self.pairs_employment.tolist(), self.pairs_duty.tolist(), strict=True
        ):
            yield self.employments[row], self.duties[column]

    def cleared_for(self, duty: Duty) -> list[Employment]:
        """Whose contracts may fill a duty, in the order of their indexes."""
        order, ends = self._by_duty
        first, last = ends[duty.index], ends[duty.index + 1]
        return [self.employments[row] for row in self.pairs_employment[order[first:last]].tolist()]

    @cached_property
    def _by_duty(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The positions of the pairs in the order of their duties, and where each duty's begin."""
        order = np.argsort(self.pairs_duty, kind="stable")
        numbers = np.arange(len(self.duties) + 1)
        return order, np.searchsorted(self.pairs_duty[order], numbers)

    def supplies_for(self, duty: Duty) -> list[TemporarySupply]:
        """The temporary supplies that may be called for a duty."""
        return [supply for supply in self.supplies if self.index.may_supply(supply, duty)]

    # --- less of it -------------------------------------------------------------------------------

    def with_pairs(self, stay: npt.NDArray[np.bool_]) -> "Problem":
        """With those of the pairs alone that these flags name."""
        return self._with(
            pairs_employment=self.pairs_employment[stay], pairs_duty=self.pairs_duty[stay]
        )

    def with_duties(self, duties: Iterable[Duty]) -> "Problem":
        """With this demand alone and without any pairs: for checks of who is on duty together."""
        none = np.zeros(0, dtype=np.int32)
        return self._with(duties=tuple(duties), pairs_employment=none, pairs_duty=none)

    def of_people(self, staff_ids: Set[str]) -> "Problem":
        """These people's own: their pins, and what a reference gives them; its pairs stay as they
        are, for others have a part in shares.
        """
        return self._with(
            people=tuple(
                self.person_by_id[staff_id]
                for staff_id in sorted(staff_ids & self.person_by_id.keys())
            ),
            pins=tuple(pin for pin in self.pins if pin.staff_id in staff_ids),
            reference=(
                None
                if self.reference is None
                else Roster(tuple(a for a in self.reference if a.staff_id in staff_ids))
            ),
        )

    def _with(self, **changes: Any) -> "Problem":
        """Other values of some fields; what has been worked out and does not follow from them is
        handed over.
        """
        made = replace(self, **changes)
        for name, fields in _FOLLOWS_FROM.items():
            if name in vars(self) and fields.isdisjoint(changes):
                vars(made)[name] = vars(self)[name]
        return made


_FOLLOWS_FROM = {
    "duty_by_id": frozenset({"duties"}),
    "person_by_id": frozenset({"people"}),
    "employment_by_id": frozenset({"employments"}),
    "person_of_employment": frozenset({"people", "employments"}),
    "supplied": frozenset({"known_calls"}),
    "known_lent": frozenset({"all_known", "period"}),
    "settlements": frozenset({"period", "payroll"}),
}
"""What a problem works out once -> the fields that it follows from."""


def build_problem(
    dataset: Dataset,
    collaborative_id: str,
    period: Period,
    *,
    known: Iterable[KnownShift] = (),
    terms: PayTerms | None = None,
    reference: Roster | None = None,
    before: int | None = None,
    population: Population | None = None,
) -> Problem:
    """The problem of a collaborative. `known`: shifts from published rosters; worked shifts of the
    dataset are added.

    Where a worked shift and a published one of the same person overlap they are one shift, as it
    was worked. A published shift that starts on a date of leave was not worked: it counts for
    nothing. Work that starts `before` this minute has begun. Of a `population` everybody is in the
    problem, whether there is anything that they may fill or not.
    """
    index = FactIndex(dataset)
    service_ids = frozenset(s.id for s in dataset.service if s.collaborative_id == collaborative_id)
    rows = [
        duty_of(index, 0, row)
        for row in sorted(
            demand_in_period(dataset, period.first, period.days, service_ids), key=_in_time
        )
    ]
    begun = tuple(duty for duty in rows if before is not None and duty.start < before)
    duties = tuple(
        replace(duty, index=i)
        for i, duty in enumerate(duty for duty in rows if before is None or duty.start >= before)
    )
    published = [in_full(index, shift) for shift in sorted(set(known))]
    candidates = [
        c
        for c in dataset.contract
        if c.from_date <= period.last and (c.to_date is None or c.to_date >= period.first)
    ]
    candidates.sort(key=lambda c: (c.staff_id, c.id))
    pair_rows, columns = deployable_pairs(index, candidates, duties)
    able = {candidates[row].staff_id for row in np.unique(pair_rows)} | (
        population.staff_ids if population else frozenset()
    )
    people, employments = _people(
        index,
        collaborative_id,
        period,
        [c for c in candidates if c.staff_id in able],
        all_known := known_by_person(index, published),
    )
    new_row = np.full(len(candidates), -1, dtype=np.int32)
    position = {
        contract_id: employment.index
        for employment in employments
        for contract_id in employment.ids
    }
    for old, contract in enumerate(candidates):
        new_row[old] = position.get(contract.id, -1)
    employment_rows = new_row[pair_rows]
    order = np.lexsort((columns, employment_rows))
    duty_ids = {duty.id for duty in duties}
    return Problem(
        collaborative_id=collaborative_id,
        period=period,
        index=index,
        payroll=Payroll(dataset.enhancement, terms or PayTerms()),
        duties=duties,
        people=people,
        employments=employments,
        pairs_employment=employment_rows[order],
        pairs_duty=columns[order].astype(np.int32),
        pins=tuple(dict.fromkeys(pin for pin in dataset.pin if pin.demand_id in duty_ids)),
        supplies=tuple(sorted(dataset.temporary_supply, key=lambda s: s.id)),
        all_known=all_known,
        known_calls=tuple(shift for shift in published if shift.supply_id),
        begun=begun,
        reference=reference,
        could=(
            None
            if population is None
            else population.pairs(position, {duty.id: duty.index for duty in duties})
        ),
    )


def _in_time(row: Demand) -> tuple[date, str]:
    return (row.date, row.id)


def duty_of(index: FactIndex, i: int, row: Demand) -> Duty:
    """A demand row with its time, its place and its host; `i`: its position among the duties."""
    hours = hours_of(
        index.shift_types[row.shift_type_id], row.date, index.split_of.get(row.shift_type_id, "")
    )
    place_id = index.sites[row.site_id].place_id
    return Duty(
        index=i,
        demand=row,
        start=hours.start,
        end=hours.end,
        paid=hours.paid,
        place_id=place_id,
        host_id=index.host[row.service_id, place_id],
        need_weight=index.places[place_id].need_weight,
        registered=index.roles[row.role_id].registered,
        asleep=hours.asleep,
        split=hours.split,
    )


def _people(
    index: FactIndex,
    collaborative_id: str,
    period: Period,
    contracts: list[Contract],
    known: dict[str, tuple[KnownShift, ...]],
) -> tuple[tuple[Person, ...], tuple[Employment, ...]]:
    """People and their employments, both sorted by staff id."""
    employments: dict[str, list[Employment]] = defaultdict(list)
    together: dict[str, list[Contract]] = {}
    for contract in contracts:
        together.setdefault(index.followed_on(contract.id)[0].id, []).append(contract)
    for i, own in enumerate(together.values()):
        own.sort(key=lambda contract: contract.from_date)
        staff_id, leave = own[0].staff_id, index.leave_dates(own[0].staff_id)
        employments[staff_id].append(
            Employment(
                index=i,
                contracts=tuple(own),
                role=index.roles[own[0].role_id],
                owed={
                    week: sum(owed_minutes(contract, week, leave) for contract in own)
                    for week in period.weeks
                },
                counts_unused=own[0].kind == "substantive"
                and index.places[index.sites[own[0].base_site_id].place_id].collaborative_id
                == collaborative_id,
            )
        )
    people = tuple(
        Person(
            i,
            index.staff[staff_id],
            tuple(own),
            known.get(staff_id, ()),
            index.leave_dates(staff_id),
        )
        for i, (staff_id, own) in enumerate(sorted(employments.items()))
    )
    return people, tuple(employment for person in people for employment in person.employments)

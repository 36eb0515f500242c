"""One person's working time: hours against what is owed, pay in words, legal averages, leave."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.domain.barrier import live
from scheduler.domain.clock import local
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract
from scheduler.domain.known_shifts import in_full, known_by_person, known_shift
from scheduler.domain.pay import owed_minutes
from scheduler.domain.problem import Period
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import asks
from scheduler.services.view.averages import Average, averages
from scheduler.services.view.roster_tables import Names, short_name
from scheduler.storage.repository import Repository
from solver.constraints.average_week import AverageWeek
from solver.rule.reference_period import reference_start

PAY_WORDS = {
    "contracted": "contracted",
    "extra": "extra hours at plain rate",
    "overtime": "overtime",
    "bank": "bank",
    "agency": "agency",
}
ANNUAL = "annual"
LEAVE_YEAR_MONTH = 4
"""The month in which the leave year of nearly every NHS employer begins."""
LEAVE_LEFT = (
    "How much leave you have left is not known here: your entitlement is kept by your employer. Ask"
    " your manager, or look in your employer's own system. It could be said here if employers kept"
    " what each contract is entitled to beside its hours, which nothing brings in yet."
)
_FILES = ("organisation", "role", "site", "service", "shift_type")
_OWN = ("contract", "leave", "worked_shift")


@dataclass(frozen=True)
class OwedHours:
    """What is owed through one employment in the period, and what is published or was worked.

    Contracts that follow on without a gap are one. `contract_ids` is empty for hours whose contract
    is not known. `leave_days`: weekdays in the period that leave takes off what is owed.
    """

    contract_ids: tuple[str, ...]
    employer: str
    role: str
    bank: bool
    owed: int
    """[minutes]"""
    planned: int
    """Published or worked in the period [minutes]."""
    leave_days: int
    first: date
    last: date
    """From when to when it holds within the period."""

    @property
    def difference(self) -> int:
        """Planned above what is owed; below nothing where hours are still to be planned
        [minutes].
        """
        return self.planned - self.owed


@dataclass(frozen=True)
class PaidShift:
    """A published shift with what it is paid as, in words."""

    start: datetime
    end: datetime
    paid: int
    """[minutes]"""
    site: str
    role: str
    employer: str
    night: bool
    pay: str


@dataclass(frozen=True)
class LeaveTaken:
    """A kind of leave in the leave year: weekdays before today and from today on, and its
    stretches.
    """

    kind: str
    taken: int
    planned: int
    stretches: tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class MyTime:
    """A person's working time from `first` to `last`."""

    staff_id: str
    first: date
    last: date
    employments: tuple[OwedHours, ...]
    shifts: tuple[PaidShift, ...]
    week: Average
    night: Average
    night_shifts: int
    shifts_counted: int
    """In the dates of `night`."""
    leave_year: tuple[date, date]
    leave: tuple[LeaveTaken, ...]
    leave_left: str

    @property
    def owed(self) -> int:
        """Through all contracts together [minutes]."""
        return sum(one.owed for one in self.employments)

    @property
    def planned(self) -> int:
        """Through all contracts together [minutes]."""
        return sum(one.planned for one in self.employments)


@asks("see_people", person="staff_id", looks=True)
def my_time(
    repository: Repository, staff_id: str, first: date, last: date, on: date | None = None
) -> MyTime:
    """One person's time in these dates; `on`: which day counts as today.

    Raises NotFound for nobody, and BadRequest for no period: one that ends before it begins, or is
    longer than 366 days.
    """
    repository.require_staff(staff_id)
    Period(first, (last - first).days + 1)
    rows = {file: repository.facts(file) for file in _FILES}
    own = {
        file: [row for row in repository.facts(file) if row.__dict__["staff_id"] == staff_id]
        for file in _OWN
    }
    person = [row for row in repository.facts("staff") if row.__dict__["id"] == staff_id]
    dataset = Dataset().with_facts(staff=person, **rows, **own)
    since = reference_start(last, date.min, AverageWeek().blocks)
    published = [
        line
        for _, lines in repository.published(
            staff_ids={staff_id}, first=min(first, since) - timedelta(days=1), last=last
        )
        for line in lines
    ]
    return my_time_in(dataset, published, staff_id, first, last, on or date.today())


def my_time_in(
    dataset: Dataset,
    published: Sequence[AssignmentLine],
    staff_id: str,
    first: date,
    last: date,
    today: date,
) -> MyTime:
    """As `my_time`, of facts and published shifts in hand."""
    index = FactIndex(dataset)
    names = Names.of({file: dataset.rows(file) for file in _FILES})
    own = [line for line in published if line.staff_id == staff_id]
    shifts = [in_full(index, known_shift(line)) for line in own]
    known = [
        shift for shift in known_by_person(index, shifts).get(staff_id, ()) if shift.date <= last
    ]
    period = Period(first, (last - first).days + 1)
    week, night, nights, counted_shifts = averages(index, staff_id, known, last)
    return MyTime(
        staff_id=staff_id,
        first=first,
        last=last,
        employments=tuple(_employments(index, names, staff_id, known, period)),
        shifts=tuple(_paid(index, names, own, period)),
        week=week,
        night=night,
        night_shifts=nights,
        shifts_counted=counted_shifts,
        leave_year=leave_year(first),
        leave=tuple(_leave(index, staff_id, leave_year(first), today)),
        leave_left=LEAVE_LEFT,
    )


def leave_year(day: date) -> tuple[date, date]:
    """First and last date of the leave year in which a day lies."""
    year = day.year if day.month >= LEAVE_YEAR_MONTH else day.year - 1
    return date(year, LEAVE_YEAR_MONTH, 1), date(year + 1, LEAVE_YEAR_MONTH, 1) - timedelta(days=1)


# --- hours owed


def _employments(
    index: FactIndex, names: Names, staff_id: str, known: Iterable[KnownShift], period: Period
) -> Iterable[OwedHours]:
    """One for each chain of contracts that is live in the period, and one for each employer through
    whom something was worked under no contract that is known.
    """
    leave = index.leave_dates(staff_id)
    planned: dict[str, int] = defaultdict(int)
    nameless: dict[str, int] = defaultdict(int)
    for shift in known:
        if shift.date in period:
            if shift.contract_id in index.contracts:
                planned[index.followed_on(shift.contract_id)[0].id] += shift.paid
            else:
                nameless[shift.organisation_id] += shift.paid
    chains = {
        chain[0].id: chain
        for contract in index.contracts_of.get(staff_id, ())
        if (chain := index.followed_on(contract.id)) and _holds(chain, period)
    }
    for key, chain in sorted(chains.items(), key=lambda each: _own_order(each[1], names)):
        own = [one for one in chain if _holds([one], period)]
        owed, away = 0, 0
        for week in period.weeks:
            outside = period.outside(week)
            owed += sum(owed_minutes(one, week, leave | outside) for one in own)
            away += sum(
                any(live(one, day) for one in own)
                for day in (week + timedelta(days=offset) for offset in range(5))
                if day in period and day in leave
            )
        yield OwedHours(
            contract_ids=tuple(one.id for one in own),
            employer=names.organisation(own[0].organisation_id),
            role=names("role", own[0].role_id),
            bank=own[0].kind == "bank",
            owed=owed,
            planned=planned[key],
            leave_days=0 if own[0].kind == "bank" else away,
            first=max(own[0].from_date, period.first),
            last=min(own[-1].to_date or period.last, period.last),
        )
    for organisation_id, minutes in sorted(nameless.items()):
        yield OwedHours(
            contract_ids=(),
            employer=names.organisation(organisation_id),
            role="",
            bank=False,
            owed=0,
            planned=minutes,
            leave_days=0,
            first=period.first,
            last=period.last,
        )


def _holds(chain: Sequence[Contract], period: Period) -> bool:
    ends = chain[-1].to_date
    return chain[0].from_date <= period.last and (ends is None or ends >= period.first)


def _own_order(chain: Sequence[Contract], names: Names) -> tuple[bool, str, str]:
    return (chain[0].kind == "bank", names.organisation(chain[0].organisation_id), chain[0].id)


# --- pay


def _paid(
    index: FactIndex, names: Names, own: Iterable[AssignmentLine], period: Period
) -> Iterable[PaidShift]:
    for line in sorted(own, key=lambda line: line.start):
        shift = in_full(index, known_shift(line))
        if shift.date in period:
            yield PaidShift(
                start=local(shift.start),
                end=local(shift.end),
                paid=shift.paid,
                site=names("site", line.site_id),
                role=names("role", line.role_id),
                employer=short_name(names("organisation", line.employer_organisation_id)),
                night=shift.night,
                pay=pay_words(line),
            )


def pay_words(line: AssignmentLine) -> str:
    """What a shift is paid as: `contracted`, or its parts where it is of more than one
    kind.
    """
    parts = {
        "contracted": line.contracted_minutes,
        "extra": line.extra_minutes,
        "overtime": line.overtime_minutes,
    }
    paid = {kind: minutes for kind, minutes in parts.items() if minutes}
    if len(paid) < 2:
        return PAY_WORDS[next(iter(paid), line.pay)]
    return ", ".join(f"{minutes / 60:g} h {PAY_WORDS[kind]}" for kind, minutes in paid.items())


# --- leave


def _leave(
    index: FactIndex, staff_id: str, year: tuple[date, date], today: date
) -> Iterable[LeaveTaken]:
    """Annual leave first, then other kinds; weekdays are counted once, however many rows name
    them.
    """
    kinds: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in index.leave_of.get(staff_id, ()):
        if row.from_date <= year[1] and row.to_date >= year[0]:
            kinds[row.kind].append((max(row.from_date, year[0]), min(row.to_date, year[1])))
    for kind in sorted(kinds, key=lambda kind: (kind != ANNUAL, kind)):
        days = {
            since + timedelta(days=offset)
            for since, until in kinds[kind]
            for offset in range((until - since).days + 1)
        }
        weekdays = [day for day in days if day.weekday() < 5]
        taken = sum(day < today for day in weekdays)
        yield LeaveTaken(kind, taken, len(weekdays) - taken, tuple(sorted(set(kinds[kind]))))

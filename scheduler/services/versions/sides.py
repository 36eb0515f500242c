"""One side of a difference: what is rostered on some dates, by one stored roster or by several,
with what people call it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from scheduler.domain.clock import days_between, local_date, minute
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.facts import LONDON, Demand, ShiftType
from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.services.repair.answer import Shift
from scheduler.services.view.roster_tables import NAMED, Names, day_label, paid_hours
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader


@dataclass(frozen=True)
class DatedShift(Shift):
    """A shift of a stored roster. `day`: on which it starts; `site`: what it is called; `words`:
    when, what and where, as people read it.
    """

    day: date
    site: str
    words: str


@dataclass(frozen=True)
class Side:
    """What stored rosters say of these dates, each of its own."""

    headers: tuple[RosterHeader, ...]
    lines: tuple[AssignmentLine, ...]
    vacancies: tuple[VacancyLine, ...]
    breaches: frozenset[str]

    @classmethod
    def of(
        cls, repository: Repository, dates: Mapping[str, Collection[date]], days: "Days"
    ) -> "Side":
        """`dates`: roster id -> those on which it speaks."""
        headers, lines, vacancies, breaches = [], [], [], set[str]()
        for roster_id, own in dates.items():
            stored = repository.roster(roster_id)
            headers.append(stored.header)
            lines += [line for line in stored.document.assignments if day_of(line) in own]
            vacancies += [
                line
                for line in stored.document.vacancies
                if days.of(stored.header, line.demand_id) in own
            ]
            breaches |= set(map(_breach_words, stored.document.summary.get("breaches", ())))
        return cls(tuple(headers), tuple(lines), tuple(vacancies), frozenset(breaches))


def day_of(line: AssignmentLine) -> date:
    """The date to which a shift belongs."""
    return local_date(minute(line.start))


def _breach_words(breach: object) -> str:
    """A rule broken, as a summary keeps it: a sentence, or what holds one."""
    if isinstance(breach, Mapping):
        return str(breach.get("sentence", breach))
    return str(breach)


@dataclass
class Snapshots:
    """The facts that stored rosters were made from, each read once and only where one is asked
    for what it alone knows.
    """

    repository: Repository
    _read: dict[str, Dataset] = field(default_factory=dict)

    def of(self, header: RosterHeader) -> Dataset:
        """Those of one roster."""
        if header.snapshot_sha256 not in self._read:
            self._read[header.snapshot_sha256] = self.repository.snapshot(header.id)
        return self._read[header.snapshot_sha256]


@dataclass
class Days:
    """On which date demand falls, and how long one place of it is."""

    snapshots: Snapshots
    _read: dict[str, dict[str, tuple[Demand, ShiftType]]] = field(default_factory=dict)

    def _rows(self, header: RosterHeader) -> Mapping[str, tuple[Demand, ShiftType]]:
        if header.id not in self._read:
            dataset = self.snapshots.of(header)
            services = frozenset(row.id for row in dataset.service)
            kinds = {row.id: row for row in dataset.shift_type}
            self._read[header.id] = {
                row.id: (row, kinds[row.shift_type_id])
                for row in demand_in_period(dataset, header.start, header.days, services)
            }
        return self._read[header.id]

    def of(self, header: RosterHeader, demand_id: str) -> date:
        """The roster's first date where its facts do not know the demand."""
        found = self._rows(header).get(demand_id)
        return header.start if found is None else found[0].date

    def demand(self, header: RosterHeader, demand_id: str) -> Demand | None:
        """None where the roster's facts do not know it."""
        found = self._rows(header).get(demand_id)
        return None if found is None else found[0]

    def hours(self, headers: Iterable[RosterHeader], demand_id: str) -> float:
        """Paid length of one place [h]; nothing where no roster's facts know the demand."""
        for header in headers:
            found = self._rows(header).get(demand_id)
            if found is not None:
                return paid_hours(*found)
        return 0.0


@dataclass
class Calling:
    """What the ids in rosters are called: by the facts of the first that knows them."""

    headers: Sequence[RosterHeader]
    snapshots: Snapshots
    _names: dict[str, Names] = field(default_factory=dict)

    def __call__(self, file: str, fact_id: str) -> str:
        """The id itself where none knows it."""
        for names in self._each():
            found = names(file, fact_id)
            if found != fact_id:
                return found
        return fact_id

    def organisation(self, organisation_id: str) -> str:
        """Its name, shortened."""
        for names in self._each():
            if names("organisation", organisation_id) != organisation_id:
                return names.organisation(organisation_id)
        return organisation_id

    def _each(self) -> Iterator[Names]:
        for header in self.headers:
            if header.snapshot_sha256 not in self._names:
                dataset = self.snapshots.of(header)
                self._names[header.snapshot_sha256] = Names.of(
                    {file: dataset.rows(file) for file in NAMED}
                )
            yield self._names[header.snapshot_sha256]

    @cached_property
    def worker(self) -> Callable[[AssignmentLine], str]:
        """Who does a shift: a person by name, temporary supply by its kind and whose it is."""

        def called(line: AssignmentLine) -> str:
            if line.staff_id:
                return self("staff", line.staff_id)
            employer = self.organisation(line.employer_organisation_id)
            return f"{line.pay.capitalize()} worker of {employer} ({self('role', line.role_id)})"

        return called

    def shift(self, line: AssignmentLine) -> DatedShift:
        """`Mon 11 Jan 07:00–15:00, Registered nurse, Virtual ward, Southend Hospital`."""
        start, end = line.start.astimezone(LONDON), line.end.astimezone(LONDON)
        when = f"{day_label(start.date())} {start:%H:%M}–{end:%H:%M}"
        what = (
            self("role", line.role_id),
            self("service", line.service_id),
            self("site", line.site_id),
        )
        return DatedShift(
            line.demand_id,
            when,
            line.service_id,
            line.site_id,
            day_of(line),
            what[-1],
            ", ".join((when, *what)),
        )


def dates_of(header: RosterHeader) -> frozenset[date]:
    """Every date of a roster."""
    return frozenset(days_between(header.start, header.last))

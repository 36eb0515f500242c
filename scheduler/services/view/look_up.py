"""Looking at what is stored: rosters, one roster from several sides, and what keeps somebody from a
piece of work.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from scheduler.domain.access import Everywhere, members
from scheduler.domain.barrier import Barrier
from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.demand_rows import demand_in_period, template_demand_exists
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import LONDON, Collaborative, Contract, Demand, Staff
from scheduler.domain.problem import Period, build_problem
from scheduler.domain.roster import AssignmentLine, RosterDocument
from scheduler.domain.wording import maybe, no_collaborative
from scheduler.services.accounts.answers import within_reach
from scheduler.services.accounts.gate import allowed, asks, open_to_all
from scheduler.services.accounts.in_view import (
    facts_in_view,
    in_view,
    require_in_view,
    require_roster_in_view,
)
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import ComparisonHeader as ComparisonHeader
from scheduler.storage.stored_rosters import RosterHeader as RosterHeader
from scheduler.storage.stored_rosters import StoredRoster


@dataclass(frozen=True)
class ContractBarriers:
    """One contract of the person, and everything that keeps it from the demand; empty =
    deployable.
    """

    contract: Contract
    barriers: tuple[Barrier, ...]


@dataclass(frozen=True)
class Barriers:
    """What keeps a person from a demand, by contract."""

    staff: Staff
    duty: Duty
    contracts: tuple[ContractBarriers, ...]

    @property
    def deployable(self) -> bool:
        """Whether some contract of the person has no barrier."""
        return any(not found.barriers for found in self.contracts)


@asks("see_reasons", person="staff_id", looks=True)
def barriers(repository: Repository, staff_id: str, demand_id: str) -> Barriers:
    """Everything that keeps each contract of a person from a demand. Raises NotFound.

    Whether the person is free at that time is another question: these are the conditions of being
    allowed.
    """
    repository.require_staff(staff_id)
    return barriers_in(repository.dataset(), staff_id, demand_id)


def barriers_in(dataset: Dataset, staff_id: str, demand_id: str) -> Barriers:
    """As `barriers`, of facts in hand. The person must be among them."""
    row = find_demand(dataset, demand_id)
    collaborative_id = next(
        service.collaborative_id for service in dataset.service if service.id == row.service_id
    )
    alone = dataset.with_facts(demand=(row,), demand_template=(), pin=(), worked_shift=())
    problem = build_problem(alone, collaborative_id, Period(row.date, 1))
    duty = problem.duty_by_id[row.id]
    contracts = sorted(
        problem.index.contracts_of.get(staff_id, ()), key=lambda contract: contract.id
    )
    found = tuple(
        ContractBarriers(
            contract, tuple(sorted(barriers_of(problem.index, contract, duty), key=_kind_first))
        )
        for contract in contracts
    )
    return Barriers(problem.index.staff[staff_id], duty, found)


def _kind_first(barrier: Barrier) -> tuple[str, str]:
    return (barrier.kind, barrier.missing)


def find_demand(dataset: Dataset, demand_id: str) -> Demand:
    """A demand row by its id, or the one that a template makes. Raises NotFound, naming the
    nearest.
    """
    for row in dataset.demand:
        if row.id == demand_id:
            return row
    if template_demand_exists(dataset, demand_id):
        made, replacing = _made_by_template(dataset, demand_id)
        if made is not None:
            return made
        if replacing is not None:
            raise NotFound(
                f"Demand {demand_id!r} is replaced by {replacing.id}, a row for the same work on"
                " that date."
            )
    expected = (
        "Expected the id of a demand row, or T:{service}:{site}:{date}:{shift_type}:{role} of a"
        " template."
    )
    advice = maybe(demand_id, (row.id for row in dataset.demand), expected)
    raise NotFound(f"There is no demand {demand_id!r}. {advice}")


def _made_by_template(dataset: Dataset, demand_id: str) -> tuple[Demand | None, Demand | None]:
    """(the demand that a template makes under this id, the demand row that replaces it)."""
    for template in dataset.demand_template:
        head, tail = (
            f"T:{template.service_id}:{template.site_id}:",
            f":{template.shift_type_id}:{template.role_id}",
        )
        if not (demand_id.startswith(head) and demand_id.endswith(tail)):
            continue
        try:
            day = date.fromisoformat(demand_id[len(head) : len(demand_id) - len(tail)])
        except ValueError:
            continue
        work = (template.service_id, template.site_id, template.shift_type_id, template.role_id)
        for row in demand_in_period(dataset, day, 1, frozenset({template.service_id})):
            if row.id == demand_id:
                return row, None
            if (row.service_id, row.site_id, row.shift_type_id, row.role_id) == work:
                return None, row
    return None, None


@asks("see_rosters", each=lambda header: header.collaborative_id)
def rosters(repository: Repository, collaborative_id: str | None = None) -> list[RosterHeader]:
    """Stored rosters, newest period first. Raises NotFound for a collaborative that is not
    there.
    """
    if collaborative_id is not None:
        known = [collaborative.id for collaborative in collaboratives(repository)]
        if collaborative_id not in known:
            raise NotFound(no_collaborative(collaborative_id, known))
    return repository.rosters(collaborative_id)


@asks("see_rosters", roster="roster_id")
def header(repository: Repository, roster_id: str) -> RosterHeader:
    """A stored roster without its lines. Raises NotFound."""
    return repository.roster_header(roster_id)


@open_to_all
def dates_of(repository: Repository, roster_id: str) -> tuple[date, date]:
    """First and last date of a stored roster. Raises NotFound."""
    require_roster_in_view(repository, roster_id)
    found = repository.roster_header(roster_id)
    return found.start, found.last


@open_to_all
def facts_stamp(repository: Repository) -> str:
    """A text that is another whenever some facts are."""
    return repository.facts_stamp()


@open_to_all
def published_stamp(repository: Repository) -> str:
    """A text that is another whenever other rosters are published; it says nothing of them."""
    headers = repository.rosters()
    known = sorted((one.id, str(one.published_at)) for one in headers if one.status == "published")
    return sha256(repr(known).encode()).hexdigest()


@open_to_all
def facts_under(repository: Repository, roster_id: str) -> str:
    """Which facts a stored roster stands on: the same text for the same facts. Raises NotFound."""
    require_roster_in_view(repository, roster_id)
    return repository.roster_header(roster_id).snapshot_sha256


@open_to_all
def facts(repository: Repository, roster_id: str | None = None) -> Dataset:
    """All facts as they are now, or as they were when a stored roster was made, as far as the actor
    may look at them: to be shown, never to be reckoned with. Raises NotFound.
    """
    actor = repository.actor
    if roster_id is not None and not actor.program:
        if not actor.ever_may("see_rosters") and "staff" not in actor.roles:
            return Dataset()
        require_roster_in_view(repository, roster_id)
    found = repository.dataset() if roster_id is None else repository.snapshot(roster_id)
    return facts_in_view(repository, found)


@open_to_all
def people_in_full(repository: Repository) -> dict[str, str]:
    """Staff number -> name, of those of whom the actor may see everything that is kept."""
    if not (repository.actor.program or repository.actor.grants):
        return {}
    view = in_view(repository)
    return {
        row.id: row.name
        for row in repository.facts("staff")
        if isinstance(row, Staff) and row.id in view.full
    }


@open_to_all
def collaboratives(repository: Repository) -> tuple[Collaborative, ...]:
    """Those within the actor's reach, by id; for staff, and who runs the program, all."""
    actor, found = repository.actor, repository.collaboratives()
    if actor.program or "staff" in actor.roles:
        return found
    rows, today = repository.book.memberships(), date.today()
    return tuple(
        one
        for one in found
        if any(
            isinstance(grant.organisations, Everywhere)
            or not members(rows, one.id, today).isdisjoint(grant.organisations)
            for grant in actor.grants
        )
    )


@asks("test_scenarios", each=lambda header: header.collaborative_id)
def comparisons(
    repository: Repository, collaborative_id: str | None = None
) -> list[ComparisonHeader]:
    """Stored answers to what was tested, newest first; of what each partner gains only those about
    partners whom the actor reaches all.
    """
    return [
        header
        for header in repository.comparisons(collaborative_id)
        if header.kind != "partners"
        or allowed(repository, "ask_who_gains", "collaborative", header.collaborative_id)
    ]


@asks("test_scenarios", comparison="comparison_id")
def comparison(repository: Repository, comparison_id: str) -> dict[str, Any]:
    """The document of a stored answer, without other partners' figures where the actor reaches some
    of them alone. Raises NotFound, and NotPermitted for what all partners gain.
    """
    return within_reach(repository, repository.comparison(comparison_id))


@dataclass(frozen=True)
class Wanted:
    """Which shifts of a roster to look at; None = all."""

    staff_id: str | None = None
    day: date | None = None
    service_id: str | None = None
    place_id: str | None = None
    organisation_id: str | None = None

    def any_given(self) -> bool:
        """Whether anything is asked for at all."""
        return any(value is not None for value in vars(self).values())

    def takes(self, line: AssignmentLine) -> bool:
        """Whether a shift fits all that is asked for."""
        return (
            self.staff_id in (None, line.staff_id)
            and self.day in (None, local_day(line))
            and self.service_id in (None, line.service_id)
            and self.place_id in (None, line.place_id)
            and self.organisation_id
            in (
                None,
                line.employer_organisation_id,
                line.host_organisation_id,
            )
        )


EVERYTHING = Wanted()


def local_day(line: AssignmentLine) -> date:
    """The day on which a shift starts."""
    return line.start.astimezone(LONDON).date()


CALLED = ("staff", "organisation", "place", "site", "service", "role")


@dataclass(frozen=True)
class Designations:
    """What people call what an id stands for, as the roster knew it: `Ada Åström (S1)`."""

    names: Mapping[str, Mapping[str, str]]

    def __call__(self, file: str, fact_id: str) -> str:
        name = self.names.get(file, {}).get(fact_id, fact_id)
        return fact_id if name == fact_id else f"{name} ({fact_id})"


@dataclass(frozen=True)
class RosterView:
    """A stored roster with the lines that were asked for, in order of time."""

    stored: StoredRoster
    lines: tuple[AssignmentLine, ...]
    called: Designations

    @property
    def document(self) -> RosterDocument:
        """The whole roster, with the lines that nobody asked for too."""
        return self.stored.document


@asks("see_rosters", roster="roster_id", looks=True)
def roster_view(repository: Repository, roster_id: str, wanted: Wanted = EVERYTHING) -> RosterView:
    """A roster, or the part of it that is wanted. Raises NotFound for a roster or a person that is
    not there, BadRequest for a service or a place in which the roster has no shift.
    """
    stored = repository.roster(roster_id)
    if wanted.staff_id is not None:
        require_in_view(repository, wanted.staff_id)
        repository.require_staff(wanted.staff_id)
    _require_known(stored.document.assignments, wanted)
    lines = sorted(
        (line for line in stored.document.assignments if wanted.takes(line)),
        key=lambda line: (line.start, line.demand_id, line.staff_id or ""),
    )
    facts = repository.snapshot(roster_id)
    names = {file: names_by_id(facts.rows(file)) for file in CALLED} if lines else {}
    return RosterView(stored, tuple(lines), Designations(names))


def _require_known(lines: Iterable[AssignmentLine], wanted: Wanted) -> None:
    """A misspelt service or place would otherwise look like one without shifts."""
    asked = (("service", "service_id", wanted.service_id), ("place", "place_id", wanted.place_id))
    for what, column, value in asked:
        known = sorted({str(getattr(line, column)) for line in lines})
        if value is not None and value not in known:
            raise BadRequest(
                f"The roster has no shift in {what} {value!r}. It has shifts in"
                f" {', '.join(known) or 'none'}."
            )


def filled_by_service_and_place(document: RosterDocument) -> list[tuple[str, str, int, float, int]]:
    """(service, place, shifts filled, hours filled, of them lent or temporary) by service and
    place.
    """
    shifts: Counter[tuple[str, str]] = Counter()
    minutes: dict[tuple[str, str], int] = defaultdict(int)
    moved: Counter[tuple[str, str]] = Counter()
    for line in document.assignments:
        key = (line.service_id, line.place_id)
        shifts[key] += 1
        minutes[key] += line.paid_minutes
        moved[key] += (
            line.staff_id is None or line.employer_organisation_id != line.host_organisation_id
        )
    return [
        (
            service,
            place,
            shifts[service, place],
            round(minutes[service, place] / 60, 2),
            moved[service, place],
        )
        for service, place in sorted(shifts)
    ]

"""How a roster's approval stands under the scheme of now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scheduler.domain.approval import (
    ApprovalShare,
    Scheme,
    SignOff,
    StepStanding,
    complete,
    shares,
    standings,
)
from scheduler.domain.facts import ApprovalStep
from scheduler.services.accounts.gate import asks
from scheduler.services.versions.sides import Days, Snapshots
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

STEP_WORDS: Mapping[ApprovalStep, str] = {
    "bank": "fit to go to the bank",
    "approve": "for publication",
}
"""What a step is called."""


@dataclass(frozen=True)
class SignOffState:
    """Every step that the scheme asks of a roster. Without a `scheme` it asks for none. `answered`:
    the latest answer that was counted.
    """

    header: RosterHeader
    scheme: Scheme | None
    steps: tuple[StepStanding, ...]
    answered: int

    @property
    def complete(self) -> bool:
        """Whether all that the scheme asks for is approved."""
        return complete(self.steps)

    @property
    def waiting(self) -> tuple[StepStanding, ...]:
        """What is not approved."""
        return tuple(one for one in self.steps if one.standing != "approved")

    def step(self, organisation_id: str, step: ApprovalStep) -> StepStanding | None:
        """None where the scheme does not ask for it."""
        for one in self.steps:
            if (one.organisation_id, one.step) == (organisation_id, step):
                return one
        return None


@asks("see_rosters", roster="roster_id")
def sign_off_state(repository: Repository, roster_id: str) -> SignOffState:
    """How the approval of a roster stands now. Raises NotFound."""
    return state_of(repository, roster_id)


def state_of(repository: Repository, roster_id: str) -> SignOffState:
    """As `sign_off_state`, for other services."""
    header = repository.roster_header(roster_id)
    scheme = scheme_of(repository, header.collaborative_id)
    answers = repository.sign_offs.answers(header.collaborative_id, header.start)
    answered = max((answer.id for answer in answers), default=0)
    if scheme is None:
        return SignOffState(header, None, (), answered)
    return SignOffState(header, scheme, _steps(repository, header, scheme, answers), answered)


@asks("see_rosters", roster="roster_id")
def latest_answer(repository: Repository, roster_id: str) -> int:
    """The number of the latest answer that can concern a roster: what was read at another is not
    how it stands. 0 where there is none. Raises NotFound.
    """
    header = repository.roster_header(roster_id)
    answers = repository.sign_offs.answers(header.collaborative_id, header.start)
    return max((answer.id for answer in answers), default=0)


@asks("see_rosters", roster="roster_id")
def signed_places(repository: Repository, roster_id: str) -> frozenset[tuple[str, str]]:
    """(staff id or supply id, demand id) of every shift that is approved for publication by all
    whose it is: who lends it and who hosts it. Raises NotFound.
    """
    state = state_of(repository, roster_id)
    steps = [one for one in state.steps if one.step == "approve"]
    approved = {one.organisation_id for one in steps if one.standing == "approved"}
    open_yet = {one.organisation_id for one in steps} - approved
    return frozenset(
        (line.staff_id or line.temporary_supply_id or "", line.demand_id)
        for line in (repository.roster(roster_id).document.assignments if approved else ())
        if open_yet.isdisjoint({line.employer_organisation_id, line.host_organisation_id})
    )


def waiting_words(step: StepStanding) -> str:
    """What is missing of an approval, in a line with ids."""
    why = {
        "waits": "has not approved",
        "changed": "approved another version of its share",
        "refused": "has refused",
        "approved": "has approved",
    }[step.standing]
    return f"{step.organisation_id} {why}: {STEP_WORDS[step.step]}."


def scheme_of(repository: Repository, collaborative_id: str) -> Scheme | None:
    """The scheme under which a collaborative's rosters are approved today, if it has one."""
    return Scheme.of(repository.dataset(), collaborative_id, date.today())


@asks("see_rosters", roster="roster_id")
def scheme_of_roster(repository: Repository, roster_id: str) -> Scheme | None:
    """The scheme under which a roster is approved today, if there is one. Raises NotFound."""
    return scheme_of(repository, repository.roster_header(roster_id).collaborative_id)


def _steps(
    repository: Repository, header: RosterHeader, scheme: Scheme, answers: list[SignOff]
) -> tuple[StepStanding, ...]:
    return standings(scheme, shares_of(repository, header), answers)


def shares_of(repository: Repository, header: RosterHeader) -> dict[str, ApprovalShare]:
    """Organisation -> what of a stored roster is its own."""
    document = repository.roster(header.id).document
    work = _Work(header, Snapshots(repository))
    period = (header.collaborative_id, header.start, header.days)
    return shares(period, document.assignments, document.vacancies, work.of)


class _Work:
    """Who hosts the demand of a roster, and how long it is, by the facts that the roster is of."""

    def __init__(self, header: RosterHeader, snapshots: Snapshots) -> None:
        self._header = header
        self._snapshots = snapshots
        self._days = Days(snapshots)

    @cached_property
    def _hosts(self) -> dict[tuple[str, str], str]:
        """(service, site) -> host."""
        dataset = self._snapshots.of(self._header)
        hosts = {
            (row.service_id, row.place_id): row.organisation_id for row in dataset.service_host
        }
        return {
            (service_id, site.id): host
            for site in dataset.site
            for (service_id, place_id), host in hosts.items()
            if place_id == site.place_id
        }

    def of(self, demand_id: str) -> tuple[str, float]:
        """(host, paid hours of one place); no host where the facts do not know the demand."""
        row = self._days.demand(self._header, demand_id)
        host = "" if row is None else self._hosts.get((row.service_id, row.site_id), "")
        return host, self._days.hours((self._header,), demand_id)

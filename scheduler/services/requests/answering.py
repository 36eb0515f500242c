"""What waits for an answer, what each answer would cost the roster, and the answers. Whoever comes
first answers; what has become impossible stays open and says why.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from scheduler.domain.change_set import RowChange
from scheduler.domain.clock import dates_touched, days_between, minute
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import Leave
from scheduler.domain.request import ConsentAsked, LeaveAsked, SickAsked, StaffRequest
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import employers, open_to_all, require, thing_of
from scheduler.services.facts.change import reason
from scheduler.services.facts.leave import KeptAlready, beyond_the_band
from scheduler.services.requests.becoming import changes_of, judged_now, plainly
from scheduler.services.view.look_up import barriers_in
from scheduler.storage.repository import Repository
from scheduler.storage.staff_requests import Granting
from scheduler.storage.stored_rosters import RosterHeader

WHY = "asked for by the person, and granted"


@dataclass(frozen=True)
class RequestCost:
    """What granting a request would come to. `empty`: published shifts of the person that would
    have nobody; `beyond`: sentences on days on which too many of a team would be away;
    `impossible`: why it cannot be granted as things stand, empty where it can.
    """

    request: StaffRequest
    changes: tuple[RowChange, ...] = ()
    empty: tuple[AssignmentLine, ...] = ()
    beyond: tuple[str, ...] = ()
    impossible: str = ""

    @property
    def hours(self) -> float:
        """Paid hours of the shifts that would have nobody [h]."""
        return sum(line.paid_minutes for line in self.empty) / 60


@open_to_all
def open_requests(repository: Repository) -> list[StaffRequest]:
    """What waits for an answer that whoever asks may give, the earliest first."""
    found = repository.requests.in_state("open")
    theirs = answered_for(repository, {one.staff_id for one in found})
    return [one for one in found if one.staff_id in theirs]


def answered_for(repository: Repository, people: Collection[str]) -> frozenset[str]:
    """Of these people those for whom whoever asks may answer: never themselves."""
    if not people:
        return frozenset()
    actor = repository.actor
    reached = actor.organisations("change_people")
    return frozenset(
        staff_id
        for staff_id, by in employers(repository, people).items()
        if staff_id != actor.staff_id and (actor.program or any(one in reached for one in by))
    )


@open_to_all
def what_it_costs(
    repository: Repository, request_id: int, now: datetime | None = None
) -> RequestCost:
    """What granting an open request would come to, by the facts of now; nothing is written. Raises
    NotFound, NotPermitted, and BadRequest for what is answered.
    """
    return cost_of(repository, _to_answer(repository, request_id), now)


def cost_of(
    repository: Repository, request: StaffRequest, now: datetime | None = None
) -> RequestCost:
    """The same of a request in hand, of somebody for whom the actor may answer."""
    staff_id, asked = request.staff_id, request.asked
    try:
        changes = changes_of(repository, staff_id, asked)
        after = judged_now(repository, changes)
    except KeptAlready:
        return RequestCost(request)
    except (BadRequest, BadInput, NotFound) as error:
        return RequestCost(request, impossible=str(error))
    before = repository.dataset()
    beyond: tuple[str, ...] = ()
    if isinstance(asked, LeaveAsked | SickAsked):
        beyond = tuple(beyond_the_band(before, after, staff_id, asked.first, asked.last))
    moment = now or datetime.now(UTC)
    empty = tuple(_emptied(repository, request, before, after, moment))
    return RequestCost(request, tuple(changes), empty, beyond)


def _emptied(
    repository: Repository,
    request: StaffRequest,
    before: Dataset,
    after: Dataset,
    now: datetime,
) -> Iterator[AssignmentLine]:
    """Published shifts to come that the person might not do any more."""
    match request.asked:
        case LeaveAsked(first=first, last=last) | SickAsked(first=first, last=last):
            there = leave_days(before.leave, request.staff_id, first, last)
            for _, line in shifts_to_come(repository, request.staff_id, now, first, last):
                touched = dates_of_shift(line)
                if any(first <= day <= last for day in touched) and there.isdisjoint(touched):
                    yield line
        case ConsentAsked():
            for _, line in shifts_to_come(repository, request.staff_id, now):
                if _barred(after, line) and not _barred(before, line):
                    yield line


def shifts_to_come(
    repository: Repository,
    staff_id: str,
    now: datetime,
    first: date | None = None,
    last: date | None = None,
) -> list[tuple[RosterHeader, AssignmentLine]]:
    """Published shifts of a person that have not ended, and touch a date from `first` to `last`,
    each with its roster, in order of time.
    """
    found = repository.published(staff_ids=[staff_id], first=first, last=last)
    return sorted(
        ((header, line) for header, lines in found for line in lines if line.end > now),
        key=lambda pair: pair[1].start,
    )


def leave_days(leave: Iterable[Leave], staff_id: str, first: date, last: date) -> frozenset[date]:
    """Dates from first to last on which somebody is on this leave."""
    return frozenset(
        day
        for row in leave
        if row.staff_id == staff_id
        for day in days_between(max(first, row.from_date), min(last, row.to_date))
    )


def dates_of_shift(line: AssignmentLine) -> frozenset[date]:
    """The dates that a shift touches: a night has two."""
    return frozenset(dates_touched(minute(line.start), minute(line.end)))


def _barred(dataset: Dataset, line: AssignmentLine) -> bool:
    """Whether something keeps a person from a shift of theirs, by the contract for which it is."""
    assert line.staff_id is not None
    try:
        found = barriers_in(dataset, line.staff_id, line.demand_id)
    except NotFound:  # not asked for any more
        return True
    return any(one.barriers for one in found.contracts if one.contract.id == line.contract_id)


@open_to_all
def grant(repository: Repository, request_id: int, *, words: str = "") -> StaffRequest:
    """It becomes a fact, by the facts of now. Raises NotFound, NotPermitted, and BadRequest where
    somebody has answered it, or it cannot be any more: then it stays open.
    """
    request = _to_answer(repository, request_id)
    said = reason(words)
    granting = Granting(request_id, repository.actor.account, said)
    try:
        repository.change(
            changes_of(repository, request.staff_id, request.asked),
            why=WHY,
            action="change_people",
            concerns=employers(repository, [request.staff_id])[request.staff_id],
            along=granting,
        )
    except KeptAlready:  # somebody has seen to it already
        return repository.requests.grant(request_id, said)
    except BadInput as error:
        raise plainly(error) from None
    return repository.requests.request(request_id)


@open_to_all
def refuse(repository: Repository, request_id: int, words: str) -> StaffRequest:
    """It does not become a fact, and why. Raises NotFound, NotPermitted, and BadRequest without
    words, or where somebody has answered it.
    """
    _to_answer(repository, request_id)
    said = reason(words)
    if not said:
        raise BadRequest("Say why: the person reads it with the answer.")
    return repository.requests.refuse(request_id, said)


def _to_answer(repository: Repository, request_id: int) -> StaffRequest:
    """Raises NotFound, NotPermitted, and BadRequest for what is answered."""
    request = repository.requests.request(request_id)
    require(repository, "change_people", thing_of(repository, "person", request.staff_id))
    if repository.actor.staff_id == request.staff_id:
        raise NotPermitted("You have asked for this yourself: somebody else has to answer it.")
    repository.requests.require_open(request)
    return request

"""What waits for an answer, what each answer would cost the roster, and the answers. Whoever comes
first answers; what has become impossible stays open and says why.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from scheduler.domain.change_set import RowChange, changed_dataset
from scheduler.domain.clock import dates_touched, days_between, local_date, minute
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.elsewhere import shifts_elsewhere_by_month
from scheduler.domain.errors import BadInput, BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import Leave
from scheduler.domain.known_shifts import known_shift
from scheduler.domain.request import ConsentAsked, LeaveAsked, SickAsked, StaffRequest
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import employers, open_to_all, require, thing_of
from scheduler.services.facts.change import reason
from scheduler.services.facts.leave import KeptAlready, beyond_the_band
from scheduler.services.requests.becoming import changes_of, gone_since, judged_now, plainly
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


Shifts = Sequence[tuple[RosterHeader, AssignmentLine]]
"""Published shifts, each with its roster, in order of time."""


@dataclass(frozen=True)
class AsThingsStand:
    """What requests are held against, read once for several. `shifts`: those to come, by person;
    `of_month`: all that is published from the first of this month on.
    """

    facts: Dataset
    shifts: Mapping[str, Shifts]
    of_month: Sequence[KnownShift] = ()

    @classmethod
    def now(cls, repository: Repository, people: Collection[str], now: datetime) -> Self:
        """For requests of these people."""
        first = local_date(minute(now)).replace(day=1)
        of_month = [
            known_shift(line)
            for _, lines in repository.published(staff_ids=people, first=first)
            for line in lines
        ]
        return cls(repository.dataset(), shifts_to_come(repository, people, now), of_month)


@open_to_all
def what_it_costs(
    repository: Repository, request_id: int, now: datetime | None = None
) -> RequestCost:
    """What granting an open request would come to, by the facts of now; nothing is written. Raises
    NotFound, NotPermitted, and BadRequest for what is answered.
    """
    request = _to_answer(repository, request_id)
    things = AsThingsStand.now(repository, [request.staff_id], now or datetime.now(UTC))
    found = cost_of(request, things)
    if found.changes:
        try:
            judged_now(repository, found.changes)
        except BadRequest as error:
            return RequestCost(request, impossible=str(error))
    return found


def cost_of(request: StaffRequest, things: AsThingsStand) -> RequestCost:
    """The same of a request in hand, of somebody for whom the actor may answer, without holding all
    facts against each other: whether what it names is still there is all that is looked for.
    """
    asked, before = request.asked, things.facts
    try:
        if gone := gone_since(before.rows, asked):
            return RequestCost(request, impossible=gone)
        changes = changes_of(before.rows, request.staff_id, asked)
    except KeptAlready:
        return RequestCost(request)
    except NotFound as error:
        return RequestCost(request, impossible=str(error))
    after = changed_dataset(before, changes)
    beyond: tuple[str, ...] = ()
    if isinstance(asked, LeaveAsked | SickAsked):
        found = beyond_the_band(before, after, request.staff_id, asked.first, asked.last)
        beyond = tuple(found)
    shifts = [line for _, line in things.shifts.get(request.staff_id, ())]
    empty = {line for line in shifts if _emptied(request, line, before, after)}
    if isinstance(asked, ConsentAsked):
        empty |= _too_many(things, request.staff_id, asked, shifts, empty)
    return RequestCost(
        request, tuple(changes), tuple(line for line in shifts if line in empty), beyond
    )


def _too_many(
    things: AsThingsStand,
    staff_id: str,
    asked: ConsentAsked,
    shifts: Sequence[AssignmentLine],
    gone: Collection[AssignmentLine],
) -> set[AssignmentLine]:
    """Of shifts to come the last ones of each month, as far as more of it are for other hosts than
    the person would agree to, and than they have agreed to now. `gone`: they cannot be theirs
    anyway, and do not count.
    """
    before = next(row.most_shifts_elsewhere for row in things.facts.staff if row.id == staff_id)
    most = asked.most_shifts
    if most is None or (before is not None and before <= most):
        return set()
    left = {(minute(line.start), line.contract_id): line for line in shifts}
    out = {(minute(line.start), line.contract_id) for line in gone}
    found = set[AssignmentLine]()
    for month in shifts_elsewhere_by_month(things.facts, staff_id, things.of_month).values():
        keys = [key for one in month if (key := (one.start, one.contract_id)) not in out]
        found.update(left[key] for key in keys[most:before] if key in left)
    return found


def _emptied(request: StaffRequest, line: AssignmentLine, before: Dataset, after: Dataset) -> bool:
    """Whether the person might not do a published shift of theirs any more."""
    match request.asked:
        case LeaveAsked(first=first, last=last) | SickAsked(first=first, last=last):
            touched = dates_of_shift(line)
            if not any(first <= day <= last for day in touched):
                return False
            there = leave_days(before.leave, request.staff_id, min(touched), max(touched))
            return there.isdisjoint(touched)
        case ConsentAsked():
            return _barred(after, line) and not _barred(before, line)
        case _:
            return False


def shifts_to_come(
    repository: Repository, people: Collection[str], now: datetime
) -> dict[str, Shifts]:
    """Published shifts of these people that have not ended."""
    found = defaultdict(list)
    for header, lines in repository.published(staff_ids=people, first=local_date(minute(now))):
        for line in lines:
            if line.end > now and line.staff_id is not None:
                found[line.staff_id].append((header, line))
    return {
        staff_id: sorted(own, key=lambda pair: pair[1].start) for staff_id, own in found.items()
    }


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
    if gone := gone_since(repository.facts, request.asked):
        raise BadRequest(gone)
    granting = Granting(request_id, repository.actor.account, said)
    try:
        repository.change(
            changes_of(repository.facts, request.staff_id, request.asked),
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

"""What waits of what people tell of themselves: requests to answer, shifts of who is sick, answers
that the person has not seen.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.dataset import names_by_id
from scheduler.domain.facts import Leave
from scheduler.domain.request import SickAsked, StaffRequest
from scheduler.domain.roster import AssignmentLine
from scheduler.services.requests.answering import (
    AsThingsStand,
    RequestCost,
    answered_for,
    cost_of,
    dates_of_shift,
    leave_days,
    open_requests,
    shifts_to_come,
)
from scheduler.services.requests.becoming import LONGEST_SICK
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

SICK_TOLD = timedelta(days=LONGEST_SICK + 2)
"""Sickness that was told longer ago is over: it begins tomorrow at the latest."""


@dataclass(frozen=True)
class WaitingRequest:
    """A request that whoever asks may answer. `name`: of the person."""

    since: datetime
    name: str
    cost: RequestCost

    @property
    def request(self) -> StaffRequest:
        """What was asked."""
        return self.cost.request


@dataclass(frozen=True)
class WaitingCover:
    """Published shifts of one roster whose person has told that they are sick."""

    since: datetime
    staff_id: str
    name: str
    header: RosterHeader
    shifts: tuple[AssignmentLine, ...]


@dataclass(frozen=True)
class WaitingAnswer:
    """An answer to what whoever asks has asked for, which they have not seen yet."""

    since: datetime
    request: StaffRequest


def requests_waiting(repository: Repository, now: datetime) -> Iterator[WaitingRequest]:
    """Requests that whoever asks may answer, each with its cost."""
    found = open_requests(repository)
    if not found:
        return
    things = AsThingsStand.now(repository, {one.staff_id for one in found}, now)
    names = names_by_id(things.facts.staff)
    for one in found:
        name = names.get(one.staff_id, one.staff_id)
        yield WaitingRequest(one.at, name, cost_of(one, things))


def cover_waiting(repository: Repository, now: datetime) -> Iterator[WaitingCover]:
    """Shifts to come of people who have told that they are sick, as long as the facts say so and
    the shifts are theirs.
    """
    told: dict[str, list[StaffRequest]] = defaultdict(list)
    for one in repository.requests.in_state("granted", now - SICK_TOLD):
        if isinstance(one.asked, SickAsked):
            told[one.staff_id].append(one)
    theirs = answered_for(repository, told.keys())
    if not theirs:
        return
    names = names_by_id(repository.facts("staff"))
    sick = [
        row
        for row in repository.facts("leave")
        if isinstance(row, Leave) and row.kind == "sick" and row.staff_id in theirs
    ]
    shifts = shifts_to_come(repository, theirs, now)
    for staff_id in sorted(theirs):
        stretches = [one.asked for one in told[staff_id] if isinstance(one.asked, SickAsked)]
        first, last = min(one.first for one in stretches), max(one.last for one in stretches)
        days = leave_days(sick, staff_id, first, last)
        of_roster: dict[str, tuple[RosterHeader, list[AssignmentLine]]] = {}
        for header, line in shifts.get(staff_id, ()):
            if not days.isdisjoint(dates_of_shift(line)):
                of_roster.setdefault(header.id, (header, []))[1].append(line)
        since = min(one.at for one in told[staff_id])
        for header, lines in of_roster.values():
            yield WaitingCover(since, staff_id, names[staff_id], header, tuple(lines))


def answers_unseen(repository: Repository, staff_id: str) -> Iterator[WaitingAnswer]:
    """What somebody's requests have come to, and they have not seen."""
    for one in repository.requests.of_person(staff_id):
        if one.state in ("granted", "refused") and one.seen_at is None:
            yield WaitingAnswer(one.answered_at or one.at, one)

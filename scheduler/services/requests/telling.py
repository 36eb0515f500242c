"""What somebody tells of themselves: a fact at once where the scheme of delegation says so, else a
request with its state and its answer.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from scheduler.domain.clock import local_date, minute
from scheduler.domain.errors import BadInput, NotFound
from scheduler.domain.facts import RequestKind, RequestRule
from scheduler.domain.request import Asked, StaffRequest, WellAsked, ruled_as
from scheduler.services.accounts.gate import asks, employers, open_to_all
from scheduler.services.requests.becoming import changes_of, judged_now, plainly, require_sound
from scheduler.services.requests.sickness import own_stretches, require_own_sickness
from scheduler.storage.repository import Repository
from scheduler.storage.staff_requests import Telling

AT_ONCE: Mapping[RequestKind, bool] = {
    "sick": True,
    "leave": False,
    "wish": True,
    "pattern": False,
    "consent": True,
}
"""Where an employer says nothing else."""
WHY = "told by the person"


def today(now: datetime) -> date:
    """The date in London, wherever the program runs."""
    return local_date(minute(now))


def today_here() -> date:
    """The date in London now."""
    return today(datetime.now(UTC))


@open_to_all
def whoever_tells(repository: Repository) -> str | None:
    """The member of staff that whoever asks is; None where they are none."""
    return repository.actor.staff_id


@asks("see_people", person="staff_id")
def becomes_fact(repository: Repository, staff_id: str, kind: RequestKind) -> bool:
    """Whether what somebody tells is a fact at once: of several employers all have to agree."""
    said = {
        row.organisation_id: row.at_once
        for row in repository.facts("request_rule")
        if isinstance(row, RequestRule) and row.kind == kind
    }
    by = employers(repository, [staff_id])[staff_id]
    return all(said.get(one, AT_ONCE[kind]) for one in by)


@asks("tell_own", person="staff_id")
def ask(
    repository: Repository, staff_id: str, asked: Asked, now: datetime | None = None
) -> StaffRequest:
    """Somebody tells something of themselves. It is judged at once; then it is a fact, or waits for
    an answer. Raises NotFound, NotPermitted, KeptAlready, and BadRequest with everything that
    speaks against it, a line each.
    """
    repository.require_staff(staff_id)
    moment = now or datetime.now(UTC)
    require_sound(repository, asked, today(moment))
    if isinstance(asked, WellAsked):
        require_own_sickness(repository, staff_id, asked, today(moment))
    changes = changes_of(repository.facts, staff_id, asked)
    judged_now(repository, changes)
    if not becomes_fact(repository, staff_id, ruled_as(asked)):
        return repository.requests.ask(staff_id, asked, moment)
    try:
        number = repository.change(
            changes,
            why=WHY,
            action="tell_own",
            concerns=employers(repository, [staff_id])[staff_id],
            along=Telling(staff_id, asked, moment),
        )
    except BadInput as error:
        raise plainly(error) from None
    return repository.requests.of_change(number)


@asks("tell_own", person="staff_id")
def tell_well(
    repository: Repository, staff_id: str, first: date, now: datetime | None = None
) -> StaffRequest:
    """Somebody is well again from a day on: the sickness that they have told ends before it. Raises
    as `ask`.
    """
    repository.require_staff(staff_id)
    stretches = own_stretches(repository, staff_id, today(now or datetime.now(UTC)))
    last = next((one.last for one in stretches if one.first <= first <= one.last), first)
    return ask(repository, staff_id, WellAsked(first, last), now)


@asks("tell_own", person="staff_id")
def take_back(repository: Repository, staff_id: str, request_id: int) -> StaffRequest:
    """Somebody does not ask for it any more. Raises NotFound, and BadRequest for what is
    answered.
    """
    _own(repository, staff_id, request_id)
    return repository.requests.take_back(request_id)


@asks("tell_own", person="staff_id")
def know_answer(repository: Repository, staff_id: str, request_id: int) -> StaffRequest:
    """Somebody has seen the answer to what they asked. Raises NotFound."""
    _own(repository, staff_id, request_id)
    return repository.requests.mark_seen(request_id)


@asks("see_people", person="staff_id", looks=True)
def requests_of(repository: Repository, staff_id: str) -> list[StaffRequest]:
    """All that somebody has told, with its answers, the latest first."""
    return repository.requests.of_person(staff_id)[::-1]


def _own(repository: Repository, staff_id: str, request_id: int) -> None:
    if repository.requests.request(request_id).staff_id != staff_id:
        raise NotFound(f"There is no request {request_id} of theirs.")

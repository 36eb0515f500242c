"""Sickness that people have told themselves, as it stands in the facts, and being well again."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from scheduler.domain.clock import local_date, minute
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Leave
from scheduler.domain.request import SickAsked, WellAsked
from scheduler.domain.version_words import span
from scheduler.services.accounts.gate import asks
from scheduler.services.requests.becoming import LONGEST_SICK, LOOKING_BACK
from scheduler.storage.repository import Repository

DAY = timedelta(days=1)


@asks("see_people", person="staff_id")
def own_sickness(
    repository: Repository, staff_id: str, now: datetime | None = None
) -> list[WellAsked]:
    """Sickness that somebody has told and that lasts, or lasted until a few days ago: each from the
    earliest to the last day on which they may say that they are well again. What a manager has made
    longer is none: whoever knows why it lasts ends it.
    """
    return own_stretches(repository, staff_id, local_date(minute(now or datetime.now(UTC))))


def own_stretches(repository: Repository, staff_id: str, today: date) -> list[WellAsked]:
    """As `own_sickness`, for whoever has been let in."""
    asked = [
        one.asked
        for one in repository.requests.of_person(staff_id)
        if one.state == "granted" and isinstance(one.asked, SickAsked)
    ]
    told = {one.first + n * DAY for one in asked for n in range((one.last - one.first).days + 1)}
    earliest = today - LOOKING_BACK
    # a day more on both sides: whether it goes on there
    until = today + timedelta(days=LONGEST_SICK + 1)
    sick = set[date]()
    for row in repository.facts("leave"):
        if isinstance(row, Leave) and row.staff_id == staff_id and row.kind == "sick":
            day = max(row.from_date, earliest - DAY)
            while day <= min(row.to_date, until):
                sick.add(day)
                day += DAY
    return [WellAsked(days[0], days[-1]) for days in _ends(sick, told, earliest)]


def _ends(sick: set[date], told: set[date], earliest: date) -> Iterable[list[date]]:
    """Of each run of days of sickness the days at its end that were told, as far back as counts."""
    for last in sorted(day for day in sick if day + DAY not in sick):
        days = list[date]()
        day = last
        while day in sick and day in told and day >= earliest:
            days.insert(0, day)
            day -= DAY
        if days:
            yield days


def require_own_sickness(
    repository: Repository, staff_id: str, asked: WellAsked, today: date
) -> None:
    """Raises BadRequest where it ends no sickness that they have told themselves, and says which
    days they may name.
    """
    found = own_stretches(repository, staff_id, today)
    if not found:
        raise BadRequest(
            "No sickness that you have told yourself lasts now. What your manager keeps, they end."
        )
    if not any(one.first <= asked.first <= one.last == asked.last for one in found):
        days = " or ".join(span(one.first, one.last) for one in found)
        raise BadRequest(f"The first day on which you are well again lies in {days}.")

"""Which shifts a calendar holds: those in force, those withdrawn since they were published, and
those of a roster not published yet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import assert_never

from scheduler.domain.clock import days_between, local_date, minute
from scheduler.domain.roster import AssignmentLine
from scheduler.storage.calendar_file import CalendarEntry, uid
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader, StoredRoster


def entries_of_person(repository: Repository, staff_id: str) -> list[CalendarEntry]:
    """One person's shifts of every collaborative: what counts, and as cancelled what was published
    once and counts no more.
    """
    return _in_order(_judged(repository.ever_published(staff_id=staff_id)))


def entries_of_roster(
    repository: Repository, stored: StoredRoster, staff_id: str | None
) -> list[CalendarEntry]:
    """A roster's shifts, of one person where `staff_id` is given.

    Of a published one what is in force on its dates, by whichever publication, with what was
    withdrawn there: who loads the calendar of an old version has the shifts that count. Of a draft
    or a scenario its own shifts, as not published.
    """
    header = stored.header
    if header.status == "draft":
        lines = [line for line in stored.document.assignments if staff_id in (None, line.staff_id)]
        return _in_order(
            CalendarEntry(event_uid, "TENTATIVE", header, line)
            for event_uid, line in _with_uids(lines)
        )
    history = repository.ever_published(collaborative_id=header.collaborative_id, staff_id=staff_id)
    return _in_order(
        entry
        for entry in _judged(history)
        if header.start <= local_date(minute(entry.line.start)) <= header.last
    )


def remark(header: RosterHeader) -> str:
    """What whoever takes the calendar of this roster has to know; empty where it simply is the
    roster in force.
    """
    if header.kind == "scenario":
        return (
            f"{header.id} is a scenario: its shifts are marked as not published, and nobody works"
            " them."
        )
    match header.status:
        case "draft":
            return f"{header.id} is not published: its shifts are marked as such."
        case "superseded":
            return (
                f"{header.id} was superseded by a later publication: the calendar holds what is in"
                " force on its dates now."
            )
        case "withdrawn":
            return (
                f"The publication of {header.id} was withdrawn: the calendar holds what is in force"
                " on its dates now, and the rest as cancelled."
            )
        case "published":
            cut = (
                f"On some dates a later publication took the place of {header.id}: the calendar"
                " holds what is in force on all its dates now."
            )
            return cut if header.in_part else ""
        case _:
            assert_never(header.status)


def _judged(
    history: Iterable[tuple[RosterHeader, tuple[AssignmentLine, ...]]],
) -> Iterator[CalendarEntry]:
    """Each shift that was ever published once, by the latest that was said of it. `history`: the
    earliest publication first.
    """
    published = list(history)
    in_force = {
        (header.collaborative_id, day): header for header, _ in published for day in header.in_force
    }
    last_said = _last_said(header for header, _ in published)
    found: dict[str, CalendarEntry] = {}
    for header, lines in published:
        for event_uid, line in _with_uids(lines):
            at = (header.collaborative_id, local_date(minute(line.start)))
            # where everything was withdrawn nothing counts
            counts = in_force.get(at)
            stands = counts is not None and counts.id == header.id
            known = found.get(event_uid)
            # what was withdrawn later says nothing of a shift that counts again
            if stands or known is None or known.status != "CONFIRMED":
                found[event_uid] = CalendarEntry(
                    event_uid,
                    "CONFIRMED" if stands else "CANCELLED",
                    counts or header,
                    line,
                    last_said.get(at),
                )
    yield from found.values()


def _last_said(headers: Iterable[RosterHeader]) -> dict[tuple[str, date], datetime]:
    """(collaborative, date) -> when it last published or withdrew anything there."""
    found: dict[tuple[str, date], datetime] = {}
    for header in headers:
        said = [at for at in (header.published_at, header.withdrawn_at) if at is not None]
        for day in days_between(header.start, header.last):
            key = (header.collaborative_id, day)
            found[key] = max([*said, *([found[key]] if key in found else [])])
    return found


def _with_uids(lines: Iterable[AssignmentLine]) -> Iterator[tuple[str, AssignmentLine]]:
    same = Counter[str]()
    for line in lines:
        who, day = line.staff_id or line.temporary_supply_id or "", local_date(minute(line.start))
        first = uid(who, line.demand_id, day)
        same[first] += 1  # a supply may fill several places of one demand
        yield uid(who, line.demand_id, day, same[first]), line


def _in_order(entries: Iterable[CalendarEntry]) -> list[CalendarEntry]:
    return sorted(entries, key=lambda entry: (entry.line.start, entry.line.demand_id, entry.uid))

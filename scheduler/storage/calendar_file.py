"""Shifts as an iCalendar file, one event for each, that a phone keeps up to date."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

import icalendar

from scheduler.domain.clock import minute
from scheduler.domain.facts import LONDON
from scheduler.domain.roster import AssignmentLine
from scheduler.storage.stored_rosters import RosterHeader

PRODUCT = "-//workforce-deployment-scheduler//rosters//EN"


@dataclass(frozen=True)
class Names:
    """What ids are called: file -> id -> name. An id without a name stands for itself."""

    by_file: Mapping[str, Mapping[str, str]]

    def of(self, file: str, fact_id: str) -> str:
        return self.by_file.get(file, {}).get(fact_id, fact_id)


def calendar(shifts: Iterable[tuple[RosterHeader, AssignmentLine]], names: Names, title: str) -> bytes:
    """One VEVENT per line, in Europe/London, with the zone's own definition.

    An event's UID follows from person and demand alone, so that a later version of the roster updates it.
    No more is said of a person than staff number and name.
    """
    document = icalendar.Calendar()
    document.add("prodid", PRODUCT)
    document.add("version", "2.0")
    document.add("method", "PUBLISH")
    document.add("x-wr-calname", title)
    same = Counter[tuple[str, str]]()
    for header, line in shifts:
        who = line.staff_id or line.temporary_supply_id or ""
        same[who, line.demand_id] += 1  # a supply may fill several places of one demand
        document.add_component(_event(header, line, names, uid(who, line.demand_id, same[who, line.demand_id])))
    document.add_missing_timezones()
    return bytes(document.to_ical())


def uid(who: str, demand_id: str, number: int = 1) -> str:
    return f"{uuid5(NAMESPACE_URL, f'workforce-deployment-scheduler:{who}|{demand_id}|{number}')}@workforce-deployment-scheduler"


def _event(header: RosterHeader, line: AssignmentLine, names: Names, event_uid: str) -> icalendar.Event:
    event = icalendar.Event()
    stamp = header.published_at or header.created_at
    event.add("uid", event_uid)
    event.add("dtstamp", stamp)
    # not the version: rosters of other periods, with a count of their own, may take the place of this one on some dates
    event.add("sequence", minute(stamp))
    event.add("dtstart", line.start.astimezone(LONDON))
    event.add("dtend", line.end.astimezone(LONDON))
    who = f"{names.of('staff', line.staff_id)} ({line.staff_id})" if line.staff_id else f"{line.pay} worker ({line.temporary_supply_id})"
    event.add("summary", f"{names.of('role', line.role_id)}, {names.of('service', line.service_id)}: {who}")
    event.add("location", names.of("site", line.site_id))
    event.add("description", f"Host: {names.of('organisation', line.host_organisation_id)}\nDemand: {line.demand_id}\nRoster: {header.id}")
    event.add("categories", [line.pay])
    return event

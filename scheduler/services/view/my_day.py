"""The next shift of somebody, with all that they need on the way to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import LONDON, ServiceContact, Site
from scheduler.domain.geography import Geography
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.gate import asks
from scheduler.services.view.person_tables import on_duty_with
from scheduler.services.view.roster_tables import Names, day_label
from scheduler.storage.repository import Repository

AHEAD = timedelta(days=84)
"""So far ahead the next shift is looked for."""
CALLED = ("organisation", "place", "site", "service", "role", "staff")


@dataclass(frozen=True)
class Journey:
    """A way to a shift. `begins`: what it is called where it begins; `minutes`: as measured, or as
    the distance lets one expect.
    """

    begins: str
    site: Site
    minutes: float


@dataclass(frozen=True)
class NextShift:
    """The shift that somebody is on, or the next one. `when`: `now`, `today`, `tomorrow`, or its
    day; `with_me`: who works there at that time; `calls`: whom to call, the host's first; `sites`:
    those of the collaborative around it, for a map.
    """

    line: AssignmentLine
    when: str
    start: datetime
    end: datetime
    site: Site
    place: str
    service: str
    role: str
    host: str
    employer: str
    with_me: tuple[str, ...]
    journeys: tuple[Journey, ...]
    calls: tuple[ServiceContact, ...]
    sites: tuple[Site, ...]

    @property
    def lent(self) -> bool:
        """Whether it is for another organisation than the one that pays."""
        return self.line.employer_organisation_id != self.line.host_organisation_id


@asks("see_people", person="staff_id", looks=True)
def next_shift(repository: Repository, staff_id: str, now: datetime) -> NextShift | None:
    """The earliest published shift of somebody that is not over; None where none is near."""
    moment = now.astimezone(LONDON)
    first = moment.date()
    found = [
        (line, header)
        for header, lines in repository.published(
            staff_ids={staff_id}, first=first, last=first + AHEAD
        )
        for line in lines
        if line.end > moment
    ]
    if not found:
        return None
    line, header = min(found, key=lambda one: one[0].start)
    shared = [
        fact
        for file in (*CALLED, "travel_time", "service_contact")
        for fact in repository.facts(file)
    ]
    facts = Dataset.of([*shared, *repository.facts("contract", staff_id)])
    names = Names.of({file: facts.rows(file) for file in CALLED})
    sites = {site.id: site for site in facts.site}
    start, end = line.start.astimezone(LONDON), line.end.astimezone(LONDON)
    return NextShift(
        line=line,
        when=_when(start, end, moment),
        start=start,
        end=end,
        site=sites[line.site_id],
        place=names("place", line.place_id),
        service=names("service", line.service_id),
        role=names("role", line.role_id),
        host=names.organisation(line.host_organisation_id),
        employer=names.organisation(line.employer_organisation_id),
        with_me=tuple(sorted(on_duty_with(line, repository.beside(header.id, line), names))),
        journeys=tuple(_journeys(facts, staff_id, line)),
        calls=tuple(_calls(facts.service_contact, line)),
        sites=tuple(site for site in facts.site if _near(site, sites[line.site_id])),
    )


def _when(start: datetime, end: datetime, now: datetime) -> str:
    if start <= now < end:
        return "Now"
    days = (start.date() - now.date()).days
    near = {0: "Today", 1: "Tomorrow"}
    return near.get(days, day_label(start.date()))


def _journeys(facts: Dataset, staff_id: str, line: AssignmentLine) -> Iterable[Journey]:
    """From home, and from the base of the contract, where that is elsewhere."""
    geography = Geography(facts.site, facts.travel_time)
    sites = {site.id: site for site in facts.site}
    home = next(person.home_site_id for person in facts.staff if person.id == staff_id)
    base = next((row.base_site_id for row in facts.contract if row.id == line.contract_id), home)
    begins = {home: "home"} if home == base else {home: "home", base: "your base"}
    for site_id, called in begins.items():
        if site_id != line.site_id:
            yield Journey(called, sites[site_id], geography.minutes(site_id, line.site_id))


def _calls(contacts: Iterable[ServiceContact], line: AssignmentLine) -> list[ServiceContact]:
    """The host's desk and the employer's: of each the one that is made for this work most."""
    found = []
    for organisation_id in dict.fromkeys(
        (line.host_organisation_id, line.employer_organisation_id)
    ):
        fitting = [
            one
            for one in contacts
            if one.organisation_id == organisation_id
            and one.service_id in (None, line.service_id)
            and one.place_id in (None, line.place_id)
        ]
        found += sorted(
            fitting, key=lambda one: (one.service_id is None, one.place_id is None, one.name)
        )[:1]
    return found


def _near(site: Site, other: Site) -> bool:
    """Close enough to stand on one map with it: some 50 km."""
    return (
        abs(site.latitude - other.latitude) < 0.45 and abs(site.longitude - other.longitude) < 0.7
    )


def dialled(phone: str) -> str:
    """Digits and a leading plus, as a telephone dials it."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")

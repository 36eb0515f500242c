"""What a change of facts would upset in published rosters: said before it is saved."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain.change_set import RowChange, both_sides
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.services.accounts.in_view import PERSONAL, whose
from scheduler.services.publish.publishable import CLEARED, unkept_under
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader, StoredRoster

NEVER_UPSETTING = frozenset({"preference", "place", "competency", "procedure", "pin"})
"""Files of which no row can make a published shift impossible or ask for more people."""


@dataclass(frozen=True)
class Upset:
    """What of one published roster would not stand. `sentences`: who, what and why, or what more is
    asked for.
    """

    roster: RosterHeader
    sentences: tuple[Sentence, ...]


def upsets(
    repository: Repository, changes: Sequence[RowChange], facts: Dataset
) -> tuple[Upset, ...]:
    """For each published roster that is not over, what would not hold under `facts`, which are
    those of now with the changes made. What did not hold before is not said again.
    """
    found = []
    for header in _concerned(repository, changes):
        stored = repository.roster(header.id)
        sentences = [
            *_no_longer(repository, stored, facts),
            *_asked_for_more(stored, repository.dataset(), facts),
        ]
        if sentences:
            found.append(Upset(header, tuple(sentences)))
    return tuple(found)


def _concerned(repository: Repository, changes: Sequence[RowChange]) -> Iterator[RosterHeader]:
    """Published rosters with days to come that hold somebody whom the changes are about, or where
    they are about more than single people.
    """
    telling = [fact for fact in both_sides(changes) if fact.file not in NEVER_UPSETTING]
    if not telling:
        return
    people = {whose(fact) if fact.file in PERSONAL else "" for fact in telling}
    for header in repository.rosters():
        if not any(day >= date.today() for day in header.in_force):
            continue
        if "" not in people:
            lines = repository.roster(header.id).document.assignments
            if people.isdisjoint(line.staff_id for line in lines):
                continue
        yield header


def _no_longer(repository: Repository, stored: StoredRoster, facts: Dataset) -> Iterator[Sentence]:
    after = unkept_under(repository, stored, facts)
    if after:
        # by what it is about: the words may be others where two stretches of leave become one
        now = unkept_under(repository, stored, repository.dataset())
        before = Counter((one.rule, one.about) for one in now)
        for one in after:
            if before[one.rule, one.about]:
                before[one.rule, one.about] -= 1
            else:
                # whoever may not do it any more breaks no rule that people know by a title
                yield one.sentence if one.rule == CLEARED else one.whole


def _asked_for_more(stored: StoredRoster, now: Dataset, facts: Dataset) -> Iterator[Sentence]:
    """Places in its period that were not asked for, and are now."""
    header = stored.header
    services = frozenset(
        service.id
        for service in facts.service
        if service.collaborative_id == header.collaborative_id
    )
    before = {
        row.id: row.minimum for row in demand_in_period(now, header.start, header.days, services)
    }
    names = {file: names_by_id(facts.rows(file)) for file in ("service", "site", "role")}
    for row in demand_in_period(facts, header.start, header.days, services):
        more = row.minimum - before.get(row.id, 0)
        if more > 0 and row.date in header.in_force and row.date >= date.today():
            yield said(
                "{demand} asks for {more} more.",
                demand=ref(
                    "demand",
                    row.id,
                    f"{names['service'][row.service_id]} at {names['site'][row.site_id]} on"
                    f" {row.date:%a %-d %B}, {names['role'][row.role_id]}",
                ),
                more=more,
            )

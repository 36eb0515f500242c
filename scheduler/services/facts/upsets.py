"""What a change of facts would upset in published rosters: said before it is saved."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from scheduler.domain.change_set import RowChange, both_sides
from scheduler.domain.clock import local_date, minute
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.domain.wording import counted
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
            *_elsewhere(stored, repository.dataset(), facts),
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


class _Places:
    """What is asked for in a roster's period under some facts. `rows`: demand id -> its row."""

    def __init__(self, facts: Dataset, header: RosterHeader) -> None:
        services = frozenset(
            service.id
            for service in facts.service
            if service.collaborative_id == header.collaborative_id
        )
        found = demand_in_period(facts, header.start, header.days, services)
        self.rows = {row.id: row for row in found}
        self._names = {file: names_by_id(facts.rows(file)) for file in ("service", "site", "role")}
        self._shifts = {row.id: row for row in facts.shift_type}

    def words(self, demand_id: str) -> str:
        """Service, site, day and role."""
        row, names = self.rows[demand_id], self._names
        return (
            f"{names['service'][row.service_id]} at {names['site'][row.site_id]} on"
            f" {row.date:%a %-d %B}, {names['role'][row.role_id]}"
        )

    def when_and_where(self, demand_id: str) -> tuple[object, ...]:
        """All that tells whoever works it where to be, from when to when."""
        row = self.rows[demand_id]
        shift = self._shifts[row.shift_type_id]
        return row.service_id, row.site_id, row.date, shift.start_time, shift.end_time

    def hours(self, demand_id: str) -> str:
        """From when to when, by the clock."""
        shift = self._shifts[self.rows[demand_id].shift_type_id]
        return f"{shift.start_time:%H:%M}–{shift.end_time:%H:%M}"


def _elsewhere(stored: StoredRoster, now: Dataset, facts: Dataset) -> Iterator[Sentence]:
    """Work on which people are published that would be at another place or time: nothing may speak
    against their doing it there, and they do not know of it.
    """
    header = stored.header
    before, after = _Places(now, header), _Places(facts, header)
    people = Counter(
        line.demand_id
        for line in stored.document.assignments
        if line.start > datetime.now(UTC) and local_date(minute(line.start)) in header.in_force
    )
    both = before.rows.keys() & after.rows.keys()
    for demand_id, number in people.items():
        if demand_id in both and before.when_and_where(demand_id) != after.when_and_where(
            demand_id
        ):
            yield said(
                "{demand} would become {other}: {people} published on it.",
                demand=ref(
                    "demand",
                    demand_id,
                    f"{before.words(demand_id)}, {before.hours(demand_id)}",
                ),
                other=f"{after.words(demand_id)}, {after.hours(demand_id)}",
                people=counted(number, "person is", "people are"),
            )


def _asked_for_more(stored: StoredRoster, now: Dataset, facts: Dataset) -> Iterator[Sentence]:
    """Places in its period that were not asked for, and are now."""
    header = stored.header
    before, after = _Places(now, header), _Places(facts, header)
    for row in after.rows.values():
        old = before.rows.get(row.id)
        more = row.minimum - (0 if old is None else old.minimum)
        if more > 0 and row.date in header.in_force and row.date >= date.today():
            yield said(
                "{demand} asks for {more} more.",
                demand=ref("demand", row.id, after.words(row.id)),
                more=more,
            )

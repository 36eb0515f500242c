"""What somebody holds that ends within weeks, or has ended lately, and of which they say that they
know.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import LONDON
from scheduler.domain.held_ending import HeldEnding
from scheduler.services.accounts.gate import asks
from scheduler.services.view.held_things import called, held_once
from scheduler.services.view.person_tables import held_by
from scheduler.services.view.roster_tables import Names
from scheduler.storage.repository import Repository

NEAR = timedelta(days=28)
"""So long before it ends somebody is told, and so long afterwards."""
NAMED = ("organisation", "role", "competency", "procedure")
HELD = ("contract", "passport", "staff_competency", "procedure_sign_off")


@dataclass(frozen=True)
class ToldEnding:
    """Something of theirs that ends, or has ended. `what`: its name, without ids; `who` can renew
    it; `known_since`: when it was said that they know, None while it is news.
    """

    ending: HeldEnding
    what: str
    who: str
    known_since: datetime | None

    @property
    def is_news(self) -> bool:
        """Whether nobody has said yet that they know."""
        return self.known_since is None


@asks("see_people", person="staff_id", looks=True)
def told_endings(repository: Repository, staff_id: str, on: date | None = None) -> list[ToldEnding]:
    """What of somebody's ends within NEAR of a day (`on`, by default today in London), or has ended
    so lately, and is not renewed; the earliest first.
    """
    day = on or datetime.now(LONDON).date()
    return told_endings_in(_held(repository, staff_id), _known(repository, staff_id), staff_id, day)


@asks("see_people", person="staff_id", looks=True)
def known_since(repository: Repository, staff_id: str) -> Mapping[HeldEnding, datetime]:
    """Of which endings somebody knows, and since when."""
    return _known(repository, staff_id)


@asks("acknowledge_changes", person="staff_id")
def know_endings(
    repository: Repository, staff_id: str, marks: Collection[str], on: date | None = None
) -> list[HeldEnding]:
    """Somebody knows of what they were shown under these marks, as it stands on a day: they say so,
    or a manager who has told them does. What they did not know before; nothing where it was said
    already. What is otherwise by now, so that the mark is none any more, stays news.
    """
    day = on or datetime.now(LONDON).date()
    shown = told_endings_in(_held(repository, staff_id), {}, staff_id, day)
    named = [one.ending for one in shown if one.ending.mark in marks]
    return repository.endings.mark_seen(staff_id, named) if named else []


def told_endings_in(
    dataset: Dataset, known: Mapping[HeldEnding, datetime], staff_id: str, on: date
) -> list[ToldEnding]:
    """As `told_endings`, of facts in hand and of what they know."""
    names = Names.of({file: dataset.rows(file) for file in NAMED})
    contracts = {row.id: row for row in dataset.contract}
    found = []
    for first, last in held_once(held_by(dataset, staff_id), on):
        until = last.until
        if until is None or first.since > on or not on - NEAR <= until <= on + NEAR:
            continue
        ending = HeldEnding(first.kind, first.key, until, until < on)
        what = called(first, contracts, names)
        found.append(ToldEnding(ending, what, first.who, known.get(ending)))
    return sorted(found, key=lambda one: (one.ending.until, one.ending.kind, one.what))


def _held(repository: Repository, staff_id: str) -> Dataset:
    """What says what somebody holds, and what it is called."""
    named = [row for file in NAMED for row in repository.facts(file)]
    return Dataset.of([*named, *(row for file in HELD for row in repository.facts(file, staff_id))])


def _known(repository: Repository, staff_id: str) -> dict[HeldEnding, datetime]:
    return {one.ending: one.seen_at for one in repository.endings.of_person(staff_id)}

"""Demand by the week: what changed cells of a grid, and copies of weeks and days, come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.domain.change_set import RowChange, changed_dataset
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_changes import DemandChanges
from scheduler.domain.demand_copy import DemandCopy, copy_demand
from scheduler.domain.demand_weeks import (
    DateCells,
    WeekdayCells,
    changed_dates,
    changed_weekdays,
)
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Pin
from scheduler.domain.problem import Period, build_problem
from scheduler.domain.roster import AssignmentLine
from scheduler.domain.sentence import Sentence, said
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import open_to_all
from scheduler.services.facts.change import Proposed, propose
from scheduler.services.rosters.reopen import pairs_able
from scheduler.storage.repository import Repository


@dataclass(frozen=True)
class DemandProposed:
    """Demand that can be changed so. `notes`: what was left out, and what goes along."""

    proposed: Proposed
    notes: tuple[Sentence, ...]


@open_to_all
def propose_dates(
    repository: Repository, service_id: str, site_id: str, cells: DateCells
) -> DemandProposed | None:
    """What these cells of a week come to; None where all say what is there. Raises NotPermitted,
    and BadInput with every fault.
    """
    return _proposed(repository, changed_dates(repository.dataset(), service_id, site_id, cells))


@open_to_all
def propose_weekdays(
    repository: Repository, service_id: str, site_id: str, cells: WeekdayCells
) -> DemandProposed | None:
    """As `propose_dates`, of what is asked for every week."""
    found = changed_weekdays(repository.dataset(), service_id, site_id, cells)
    return _proposed(repository, found)


def _proposed(repository: Repository, found: DemandChanges) -> DemandProposed | None:
    changes = [RowChange(*pair) for pair in found.changes]
    if not changes:
        return None
    return DemandProposed(propose(repository, changes), found.notes)


@open_to_all
def propose_copy(
    repository: Repository, wanted: DemandCopy, *, with_people: bool = False
) -> DemandProposed:
    """What copying a week or a day of demand to others comes to; `with_people`: whoever is
    published on the source is pinned to the same work, as far as they may do it then. Whether they
    are free beside their other shifts shows in the build. Raises NotPermitted, BadRequest for weeks
    that begin on no Monday and where nothing would change, and BadInput with every fault.
    """
    dataset = repository.dataset()
    lines = _published(repository, wanted) if with_people else None
    found = copy_demand(dataset, wanted, lines)
    changes = [RowChange(*pair) for pair in found.changes]
    notes = list(found.notes)
    if found.people:
        able = _able(changed_dataset(dataset, changes), wanted, found.people)
        changes += [RowChange(None, pin) for pin in able if pin not in dataset.pin]
        if left := len(found.people) - len(able):
            notes.append(
                said(
                    "{people} of the source may not do the same work then, and {are} not pinned.",
                    people=counted(left, "person", "people"),
                    are="is" if left == 1 else "are",
                )
            )
    if not changes:
        raise BadRequest("\n".join(["Nothing would change:", *notes]))
    return DemandProposed(propose(repository, changes), tuple(notes))


def _published(repository: Repository, wanted: DemandCopy) -> list[AssignmentLine]:
    days = wanted.of_dates
    return [
        line
        for _, lines in repository.published(first=days[0], last=days[-1])
        for line in lines
        if line.service_id == wanted.service_id
    ]


def _able(dataset: Dataset, wanted: DemandCopy, pins: Iterable[Pin]) -> list[Pin]:
    """Those whose people may do the work, through whatever contract, under these facts."""
    collaborative_id = next(
        row.collaborative_id for row in dataset.service if row.id == wanted.service_id
    )
    able: set[tuple[str, str]] = set()
    for target in sorted(set(wanted.targets)):
        period = Period(target, wanted.days)
        alone = dataset.with_facts(pin=(), worked_shift=())
        able |= pairs_able(build_problem(alone, collaborative_id, period))
    return [pin for pin in pins if (pin.staff_id, pin.demand_id) in able]


def targets_after(source: date, number: int, days: int) -> Sequence[date]:
    """The weeks (`days` = 7) or days that follow the source, so many of them."""
    return [source + timedelta(days=days * (offset + 1)) for offset in range(number)]

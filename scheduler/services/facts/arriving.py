"""What files would change, before they are brought in: row by row, person by person, and what of
published rosters would not stand.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from scheduler.domain.change_set import both_sides, changed_dataset
from scheduler.services.accounts.gate import open_to_all
from scheduler.services.data.import_export import ImportReport, import_data
from scheduler.services.facts.upsets import Upset, upsets
from scheduler.storage.repository import Repository
from scheduler.storage.stored_changes import person_of


@dataclass(frozen=True)
class Arriving:
    """An import that was tried and not made. `by_person`: staff number -> rows about them that
    would be added, changed or withdrawn, those with most first.
    """

    report: ImportReport
    by_person: dict[str, int]
    upsets: tuple[Upset, ...]


@open_to_all
def try_import(repository: Repository, path: Path, *, complete: Collection[str] = ()) -> Arriving:
    """What bringing in a folder or workbook would change, with stored rows replaced and what
    `complete` files no longer hold withdrawn; nothing is written. Raises NotPermitted, BadInput
    with every fault, and BadRequest for a `complete` file that there cannot be.
    """
    report = import_data(
        repository, path, replace=True, complete=complete, confirmed=True, trial=True
    )
    return arriving(repository, report)


@open_to_all
def arriving(repository: Repository, report: ImportReport) -> Arriving:
    """What an import that was tried would come to, whatever kind of file it came from."""
    changes = report.changes
    people = Counter(
        staff_id
        for change in changes
        for staff_id in {person_of(fact) for fact in both_sides([change])}
        if staff_id is not None
    )
    after = changed_dataset(repository.dataset(), changes)
    return Arriving(report, dict(people.most_common()), upsets(repository, changes, after))

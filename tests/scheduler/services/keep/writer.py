"""A program that works on a database without end, and says a line for everything that was
confirmed to it: what a backup has to hold.
"""

import json
import sys
from datetime import date, timedelta
from itertools import count

from scheduler.domain.change_set import RowChange
from scheduler.domain.facts import Leave
from scheduler.domain.roster import Assignment
from scheduler.storage.repository import Repository
from scheduler.storage.roster_edits import NewEdit, RosterUpdate
from tests.scheduler.storage import sample

MANY_DAYS = 10_000
"""So that no day of leave is given twice, however long the program works."""


def main(url: str, first: int) -> None:
    """Facts, rosters and edits of them, in turn; leave from so many days after 2030 on."""
    with Repository(url) as repository:
        for number in count(first):
            day = date(2030, 1, 1) + timedelta(days=number % MANY_DAYS)
            leave = Leave(staff_id="S1", from_date=day, to_date=day, kind="annual")
            repository.change([RowChange(None, leave)])
            _confirm("leave", day.isoformat())
            roster_id = repository.save_roster(sample.document(), repository.dataset())
            _confirm("roster", roster_id)
            _take_somebody_out(repository, roster_id)
            _confirm("edit", roster_id)


def _take_somebody_out(repository: Repository, roster_id: str) -> None:
    document = repository.roster(roster_id).document
    line = document.assignments[0]
    edit = NewEdit(
        "unassign",
        removed=(Assignment(line.demand_id, line.staff_id or "", line.contract_id or ""),),
        added=(),
        days={line.demand_id: line.start.date()},
    )
    update = RosterUpdate(document.summary, {}, lines_gone=(line,))
    repository.edits.write(roster_id, 0, repository.edits.stamp(), edit, update)


def _confirm(kind: str, what: str) -> None:
    sys.stdout.write(json.dumps([kind, what]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

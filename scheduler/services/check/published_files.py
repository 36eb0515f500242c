"""Other rosters as files: history and busy time, and what should not change, for a check that has
no database.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scheduler.domain.clock import local_date, minute
from scheduler.domain.duty import KnownShift
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.known_shifts import known_shift
from scheduler.domain.problem import Period
from scheduler.domain.publication import Publication, dates_in_force
from scheduler.domain.roster import Roster, assignment_of
from scheduler.storage.files import read_assignments
from scheduler.storage.whole_file import Unreadable, content


def summary_beside(assignment_file: Path) -> dict[str, Any] | None:
    """The summary.json in the same folder; None where there is none. Raises BadInput."""
    file = assignment_file.parent / "summary.json"
    if not file.exists():
        return None
    try:
        document = json.loads(content(file).decode("utf-8-sig"))
    except Unreadable as error:
        raise BadInput([error.fault]) from None
    except (ValueError, RecursionError) as error:
        raise BadInput([Fault(str(file), 0, "", "", f"a JSON document ({error})")]) from None
    if not isinstance(document, dict):
        raise BadInput(
            [Fault(str(file), 0, "", "", "a JSON object with collaborative_id, period and policy")]
        )
    return document


def known_from_files(
    files: Sequence[Path], collaborative_id: str, period: Period
) -> Iterator[KnownShift]:
    """The shifts of published rosters that count beside this period, the rosters in the order of
    their publication.

    An exported roster (an assignment.csv with its summary.json) counts as in a database: on each
    date the latest one of a collaborative, and of this collaborative nothing in the period, which
    is planned anew. Of any other file every shift counts.
    """
    exported = {file: found for file in files if (found := _publication(file)) is not None}
    in_force = dict(zip(exported, dates_in_force(list(exported.values())), strict=True))
    for file in files:
        for line in read_assignments(file):
            day = local_date(minute(line.start))
            if file in exported:
                planned_anew = exported[file][0] == collaborative_id and day in period
                if planned_anew or day not in in_force[file]:
                    continue
            yield known_shift(line)


def named_roster(path: Path, name: str | None) -> Roster:
    """The roster of an exported folder or an assignment.csv. Raises BadInput, and BadRequest where
    it is another than the one named.
    """
    lines = read_assignments(path / "assignment.csv" if path.is_dir() else path)
    others = sorted({line.roster_id for line in lines} - {name})
    if name is not None and others:
        raise BadRequest(
            f"summary.json names the roster {name} as the one to change little, but {path} holds"
            f" {', '.join(others[:3])}."
        )
    return Roster.of(map(assignment_of, lines))


def _publication(file: Path) -> Publication | None:
    """What an exported roster covers, by its summary; None for a file that is not one."""
    summary = summary_beside(file) if file.name == "assignment.csv" else None
    try:
        period = (summary or {})["period"]
        first, days = date.fromisoformat(str(period["start"])), int(period["days"])
        return str((summary or {})["collaborative_id"]), first, first + timedelta(days=days - 1)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None

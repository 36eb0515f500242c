"""All publications of some dates at once: for figures over many weeks, in few queries."""

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import LONDON
from scheduler.domain.roster import AssignmentLine
from scheduler.storage.stored_facts import load_rows
from scheduler.storage.stored_rosters import RosterHeader, earlier_publications, load_headers
from scheduler.storage.tables import table

AT_ONCE = 200
"""Rosters that one query names: databases limit the length of a list."""
Transaction = Callable[[], AbstractContextManager[Connection]]


class PublicationBook:
    """Part of a repository: what was published of some dates, at any time."""

    def __init__(self, reading: Transaction) -> None:
        self._reading = reading

    def ever(self, first: date, last: date) -> list[RosterHeader]:
        """Every publication, of all collaboratives, that covers any of these dates, both included,
        the earliest first: withdrawn ones too, and once for each time that a roster was published
        again.
        """
        rosters = table("roster")
        published = rosters.c.status.in_(("published", "superseded"))
        with self._reading() as connection:
            found = [
                header
                for header in load_headers(connection, published, rosters.c.start <= last)
                if header.last >= first and header.published_at is not None
            ]
            found += earlier_publications(connection, found)
        return sorted(found, key=lambda one: (str(one.published_at), one.start, one.version))

    def lines(
        self, roster_ids: Iterable[str], first: date, last: date
    ) -> dict[str, tuple[AssignmentLine, ...]]:
        """Roster id -> its shifts that start on these dates, in the order in which they were saved;
        those without any are left out.
        """
        lines = table("assignment_line")
        found: dict[str, tuple[AssignmentLine, ...]] = {}
        with self._reading() as connection:
            for some in _in_parts(sorted(set(roster_ids))):
                query = (
                    sa.select(lines)
                    .where(
                        lines.c.roster_id.in_(some),
                        lines.c.start >= _midnight(first),
                        lines.c.start < _midnight(last + timedelta(days=1)),
                    )
                    .order_by(lines.c.roster_id, lines.c.row_id)
                )
                rows = load_rows(connection, AssignmentLine, query)
                for roster_id, own in groupby(rows, key=lambda line: line.roster_id):
                    found[roster_id] = tuple(own)
        return found

    def facts(
        self, fingerprints: Iterable[str], files: Collection[str]
    ) -> Iterator[tuple[str, Dataset]]:
        """The facts that rosters were made from, each with its fingerprint, and of them these files
        alone.
        """
        snapshots = table("snapshot")
        for fingerprint in sorted(set(fingerprints)):
            with self._reading() as connection:
                content = connection.execute(
                    sa.select(snapshots.c.cells).where(snapshots.c.sha256 == fingerprint)
                ).scalar_one()
            cells = json.loads(zlib.decompress(content))
            kept = {file: cells[file] for file in files if file in cells}
            yield fingerprint, Dataset.from_cells(kept)


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), AT_ONCE):
        yield ids[begin : begin + AT_ONCE]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=LONDON)

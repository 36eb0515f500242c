"""What was read last of each database that is open, for as long as no fact of it changes."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool

from scheduler.domain.dataset import Dataset
from scheduler.storage.facts_edition import edition

MOST_SNAPSHOTS = 4
"""Facts of rosters; of those that lie in the way of one answer there are seldom more."""


class KeptFacts:
    """`dataset`: all facts of an edition, None where nobody has asked for them yet; what rosters
    were made from is kept beside it, and goes with it: whoever is forgotten is in neither.
    """

    def __init__(self, of_edition: str) -> None:
        self.edition = of_edition
        self.dataset: Dataset | None = None
        self._snapshots = OrderedDict[str, Dataset]()
        self._turn = Lock()

    def snapshot(self, sha256: str, load: Callable[[], Dataset]) -> Dataset:
        """The facts of this fingerprint."""
        found = self._snapshots.get(sha256) or load()
        with self._turn:  # pages ask in many threads
            self._snapshots[sha256] = found
            self._snapshots.move_to_end(sha256)
            while len(self._snapshots) > MOST_SNAPSHOTS:
                self._snapshots.popitem(last=False)
        return found


_kept: WeakKeyDictionary[Pool, KeptFacts] = WeakKeyDictionary()


def kept_facts(connection: Connection) -> KeptFacts:
    """What is kept of the facts that the connection sees. What it lacks is read after this was
    asked, so that a change in between makes it the next edition's.
    """
    now, kept = edition(connection), _kept.get(connection.engine.pool)
    if kept is None or kept.edition != now:
        kept = _kept[connection.engine.pool] = KeptFacts(now)
    return kept

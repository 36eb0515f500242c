"""What is written down in its own time: a reader waits for no writer, and what is to be noted
beside one is noted when it is done.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from scheduler.domain.errors import Unavailable

AT_ONCE = 0.2
"""Seconds for which somebody waits for their note."""
PATIENCE = 600.0
"""Seconds for which a note waits for a database that is busy, and after closing time."""
CLOSING = 60.0
MOST = 1_000
"""So many notes may wait; whoever brings the next one waits too."""


class Notes:
    """Notes of one database, one after the other, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._until: float | None = None
        """When to give up, once it is closing time."""

    def add(self, write: Callable[[], None]) -> None:
        """Write it now if that is possible at once, else soon; beyond `MOST` that wait, the caller
        waits as well. `write` raises Unavailable where it is to be tried again.
        """
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) < MOST)
            self._waiting.append(write)
            if self._thread is None or not self._thread.is_alive():
                # no daemon: a program that ends has written it
                self._thread = Thread(target=self._work, name="notes")
                self._thread.start()
            self._changed.wait_for(lambda: not self._waiting, AT_ONCE)

    def close(self) -> None:
        """Wait until all is written, for a minute at most."""
        with self._changed:
            self._until = time.monotonic() + CLOSING
            thread = self._thread
        if thread is not None:
            thread.join()
        self._until = None

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._thread = None
                    return
                write = self._waiting[0]
            try:
                self._patiently(write)
            except Unavailable as error:
                logging.getLogger(__name__).error("A note for the record was lost. %s", error)
            finally:
                with self._changed:
                    self._waiting.popleft()
                    self._changed.notify_all()

    def _patiently(self, write: Callable[[], None]) -> None:
        began = time.monotonic()
        while True:
            try:
                write()
                return
            except Unavailable:
                now = time.monotonic()
                if now - began > PATIENCE or (self._until is not None and now > self._until):
                    raise
                time.sleep(AT_ONCE)

"""A limit on memory, as a wish to end early with the best that there is; and where that comes too
late, as the end.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scheduler.cli.session import note
from scheduler.services.limits.memory import GIBIBYTE, held

EVERY = 0.1
"""Seconds between two looks."""
NEARLY = 0.9
"""Of the limit, at which it is time to end."""
OVER = 1
"""Exit code where the limit was met before there was anything to keep."""


@contextmanager
def within_memory(
    gibibytes: float | None,
    should_stop: Callable[[], bool],
    *,
    measured: Callable[[], int] | None = None,
    end: Callable[[int], None] = os._exit,
) -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether to end early: for the limit, or for what `should_stop`
    says. None: there is no limit.

    `measured`: bytes held now; `end`: how the program ends beyond the limit.
    """
    if gibibytes is None:
        yield should_stop
        return
    nearly, done = threading.Event(), threading.Event()
    watcher = threading.Thread(
        target=_watch, args=(gibibytes, measured or _own, nearly, done, end), daemon=True
    )
    watcher.start()
    try:
        yield lambda: nearly.is_set() or should_stop()
    finally:
        done.set()
        watcher.join()


def _own() -> int:
    return held(os.getpid())


def _watch(
    gibibytes: float,
    measured: Callable[[], int],
    nearly: threading.Event,
    done: threading.Event,
    end: Callable[[int], None],
) -> None:
    while not done.wait(EVERY):
        now = measured() / GIBIBYTE
        if now > gibibytes:
            note(
                f"It took more than the {gibibytes:g} GiB of memory that --memory-limit gives it;"
                " nothing was stored. Ask again with fewer --workers, for a shorter period, or"
                " with more memory."
            )
            end(OVER)
            return
        if now > NEARLY * gibibytes and not nearly.is_set():
            nearly.set()
            note(
                f"Nearly all of the {gibibytes:g} GiB of --memory-limit is taken: stopping with the"
                " best so far."
            )

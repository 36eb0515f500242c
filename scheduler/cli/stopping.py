"""Ctrl-C, and a request to terminate, as a wish to end early with the best that there is."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scheduler.cli.session import note

_SIGNALS = {signal.SIGINT, signal.SIGTERM}
_EVERY = 0.1
"""Seconds between two looks."""


@contextmanager
def stop_on_signal() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether the user asked to stop. Asked a second time, the program
    ends at once.

    The signals are held back and looked for, instead of handled: a handler would wait for the main
    thread, which is inside the solver, and the solver sets a handler of its own that ends no more
    than the search it is in.
    """
    asked = threading.Event()
    if not hasattr(signal, "pthread_sigmask"):
        earlier = signal.signal(signal.SIGINT, lambda *_: asked.set())
        try:
            yield asked.is_set
        finally:
            signal.signal(signal.SIGINT, earlier)
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(asked, done), daemon=True)
    watcher.start()
    try:
        yield asked.is_set
    finally:
        done.set()
        watcher.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _watch(asked: threading.Event, done: threading.Event) -> None:
    while not done.wait(_EVERY):
        if signal.sigpending() & _SIGNALS:
            signal.sigwait(_SIGNALS)
            if asked.is_set():
                note("Stopped; nothing is kept.")
                os._exit(130)
            asked.set()
            note("Stopping with the best so far; once more to give up at once.")

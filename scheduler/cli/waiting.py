"""What is being done, told only where it takes long. On stderr."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scheduler.cli.session import note

QUIET_SECONDS = 2.0
EVERY_SECONDS = 5.0


@contextmanager
def told_when_long(
    quiet: float = QUIET_SECONDS, every: float = EVERY_SECONDS
) -> Iterator[Callable[[str], object]]:
    """Gives a function that hears what is being done. Nothing is told before `quiet` seconds, then
    a line every so many seconds.
    """
    began, doing, done = time.monotonic(), "", threading.Event()

    def hear(now: str) -> None:
        nonlocal doing
        doing = now

    def on_progress() -> None:
        wait = quiet
        while not done.wait(wait):
            if doing:
                note(f"{doing} · {time.monotonic() - began:.0f} s")
            wait = every

    teller = threading.Thread(target=on_progress, daemon=True)
    teller.start()
    try:
        yield hear
    finally:
        done.set()
        teller.join()

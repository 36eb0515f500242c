"""How a process that builds large problems keeps its memory, and how much it holds."""

import gc
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

GIBIBYTE = 2**30

COLLECTED_AFTER = 200_000, 20, 100
OFTEN, WHOLE = 10.0, 300.0
"""Seconds between two looks for cycles among what is new, and among everything."""


def look_for_cycles_seldom() -> None:
    """Its entry point calls this first. Facts and models are many small objects, few of them in
    cycles.

    At Python's own thresholds looking for cycles takes a fifth of a command's time, and a third of
    stating the rules of a large week.
    """
    gc.set_threshold(*COLLECTED_AFTER)


def look_for_cycles_by_the_clock() -> None:
    """For a process that answers people: in a thread of its own, never between two of them. What
    was there before is passed over, and everything looked through now and then: among the facts and
    rosters that the pages hold that takes longer than most pages do.
    """
    Thread(target=_look_by_the_clock, name="cycles", daemon=True).start()


def _look_by_the_clock() -> None:
    whole = monotonic()
    while True:
        sleep(OFTEN)
        due = monotonic() - whole > WHOLE
        look_for_cycles(everything=due)
        if due:
            whole = monotonic()


def look_for_cycles(*, everything: bool) -> None:
    """Free what nobody holds any more: of what is new since the last time, or of everything."""
    if everything:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


def held(process_id: int) -> int:
    """Bytes that a process and its own processes hold; 0 where it has ended."""
    import psutil  # here, so that commands that ask nothing of it do not wait for it

    try:
        whole = psutil.Process(process_id)
        return sum(_resident(one) for one in (whole, *whole.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def _resident(process: "psutil.Process") -> int:
    import psutil

    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0

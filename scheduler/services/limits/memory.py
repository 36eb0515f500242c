"""How a process that builds large problems keeps its memory, and how much it holds."""

import gc
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

GIBIBYTE = 2**30

COLLECTED_AFTER = 200_000, 20, 100
LOOKED_THROUGH_AFTER = 300
"""Seconds."""
_looked_through = float("-inf")


def look_for_cycles_seldom() -> None:
    """Its entry point calls this first. Facts and models are many small objects, few of them in
    cycles.

    At Python's own thresholds looking for cycles takes a fifth of a command's time, and a third of
    stating the rules of a large week.
    """
    gc.set_threshold(*COLLECTED_AFTER)


def keep_what_is_there() -> None:
    """What is held by now will stay: looking for cycles passes it over from here on; now and then
    all that was passed over is looked through once more. The pages' library looks for cycles after
    every run of a page, and would take longer over a large roster than all that the page does.
    """
    global _looked_through
    if monotonic() - _looked_through > LOOKED_THROUGH_AFTER:
        gc.unfreeze()
        gc.collect()
        _looked_through = monotonic()
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

"""How a process that builds large problems keeps its memory; its entry point calls this first."""

import gc

COLLECTED_AFTER = 200_000, 20, 100


def look_for_cycles_seldom() -> None:
    """Facts and models are many small objects, few of them in cycles.

    At Python's own thresholds looking for cycles takes a fifth of a command's time, and a third of stating the rules of a large week.
    """
    gc.set_threshold(*COLLECTED_AFTER)

"""Searches and other long work take the time that nobody waits for."""

import sys
from contextlib import suppress

import psutil

LOWER = 10
"""By so much, of 19 steps, where a system counts in these."""


def lower_priority() -> None:
    """This process, and those that it starts, go behind whoever is answered at once: the pages, the
    database. Once is as good as twice.
    """
    own = psutil.Process()
    with suppress(psutil.Error, OSError):  # a system that refuses has its reasons
        if sys.platform == "win32":
            own.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            own.nice(max(int(own.nice()), LOWER))

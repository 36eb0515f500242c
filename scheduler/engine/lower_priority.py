"""Searches and other long work take the time that nobody waits for."""

import sys
from contextlib import suppress

import psutil

ANSWERS, SEARCHES = 5, 10
"""By so much, of 19 steps, where a system counts in these: what somebody waits for goes before what
they will come back to, and both go behind the pages and the database.
"""


def lower_priority(to: int) -> None:
    """This process, and those that it starts, go behind others. Once is as good as twice."""
    own = psutil.Process()
    with suppress(psutil.Error, OSError):  # a system that refuses has its reasons
        if sys.platform == "win32":
            own.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            own.nice(max(int(own.nice()), to))

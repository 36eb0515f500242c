"""By when a whole command or job has to end: its time limit begins with it, and a search gets what
building before it has left and checking, explaining and storing after it will need.
"""

import time
from dataclasses import dataclass, replace

from solver.search.strategy import Limits

AFTER = 1.0
"""Checking, explaining and storing, in times of what reading the facts, building the problem and
trying its pins took: 0.5 for one week of 300 staff, 0.8 for two, 0.9 for four.
"""
LEAST_SECONDS = 0.5
"""A search gets so much at least, or its whole limit where that is less: a limit that building
alone uses up cannot be kept.
"""


@dataclass(frozen=True)
class Deadline:
    """`ends`: a time on the monotonic clock, which all processes of one machine share. `built`:
    seconds that building took so far.
    """

    ends: float
    built: float = 0.0

    @classmethod
    def after(cls, seconds: float, began: float | None = None) -> "Deadline":
        """So many seconds after `began`, or after now."""
        return cls((time.monotonic() if began is None else began) + seconds)

    def left(self) -> float:
        """How long until then [seconds]; below 0 afterwards."""
        return self.ends - time.monotonic()

    def having_built(self, since: float, *, times: float = 1.0) -> "Deadline":
        """Knowing that the facts were read and the problem was built from then until now; `times`
        as much as of a roster alone follows.
        """
        return replace(self, built=self.built + times * (time.monotonic() - since))

    def limits(self, limits: Limits) -> Limits:
        """The limits of a search that begins now, with time kept for what follows it. Steps are
        steps, however long they take.
        """
        if limits.deterministic:
            return limits
        left = min(limits.seconds, self.left() - AFTER * self.built)
        return replace(limits, seconds=max(left, min(LEAST_SECONDS, limits.seconds)))

    def part(self, turns: float, of: float, *, kept: float = 0.0) -> "Deadline":
        """By when the first `turns` of the `of` that are still to come have to end; so many seconds
        are kept for what follows them all.
        """
        now = time.monotonic()
        return replace(self, ends=now + max(0.0, self.ends - kept - now) * turns / of, built=0.0)

"""The course of a search: best, bound and phase over time, thinned out as it grows longer."""

import threading
from dataclasses import replace

from scheduler.storage.stored_jobs import Moment

MOST_MOMENTS = 240
"""So many are a smooth line on any screen, and some ten kilobytes in the database."""
FIRST_SPACING = 0.25
"""Seconds between two moments at the start, where most happens; doubled whenever there are too
many.
"""


class Course:
    """Hears of everything, from any thread, and keeps the first, the latest and some of what lies
    between.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[Moment] = []
        self._spacing = FIRST_SPACING
        self._latest_is_extra = False

    def add(self, moment: Moment) -> None:
        """Keep a moment as the latest; the latest so far goes where it lay close to the others."""
        with self._lock:
            if self._kept:
                # several threads tell: the clock of the course never runs backwards
                moment = replace(moment, seconds=max(moment.seconds, self._kept[-1].seconds))
            if self._latest_is_extra:
                self._kept.pop()
            self._latest_is_extra = (
                bool(self._kept) and moment.seconds - self._kept[-1].seconds < self._spacing
            )
            self._kept.append(moment)
            if len(self._kept) > MOST_MOMENTS:
                self._thin()

    def _thin(self) -> None:
        self._spacing *= 2
        kept = [self._kept[0]]
        for moment in self._kept[1:-1]:
            if moment.seconds - kept[-1].seconds >= self._spacing:
                kept.append(moment)
        latest = self._kept[-1]
        self._latest_is_extra = latest.seconds - kept[-1].seconds < self._spacing
        self._kept = [*kept, latest]

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Those that are kept, in order of time."""
        with self._lock:
            return tuple(self._kept)

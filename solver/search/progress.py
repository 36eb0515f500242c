"""The trace of a search: its latest best and bound, and who hears of them."""

import threading
import time
from collections.abc import Callable

from solver.search.strategy import Progress


def whole_bound(bound: float) -> int:
    """A bound as a whole number: objectives are whole, so it may be rounded up, but for the
    solver's own rounding. Whole ones stay.
    """
    if isinstance(bound, int):
        return max(0, bound)
    return (
        0
        if bound <= 0
        else int(-(-(bound - 1e-6 * max(1.0, abs(bound))) // 1))
        if bound < 2**52
        else int(bound)
    )


class SearchTrace:
    """Keeps the latest best and bound, and tells of them."""

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self._on_progress = on_progress
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._best: int | None = None
        self._bound: int | None = None
        self._phase = ""
        self._history: list[Progress] = []

    def elapsed(self) -> float:
        """Time since the search began [seconds]."""
        return time.monotonic() - self._began

    def begin(self, phase: str) -> None:
        """Tell of a phase that begins."""
        self._phase = phase
        self._report()

    def improved(self, best: int) -> None:
        """Tell of a roster's objective where none so far was as low [sixtieths of a penny]."""
        if self._best is None or best < self._best:
            self._best = best
            self._report()

    def bound(self, bound: float) -> None:
        """Tell of a bound where none so far was as high [sixtieths of a penny]."""
        lower = whole_bound(bound)
        if self._bound is None or lower > self._bound:
            self._bound = lower
            self._report()

    def _report(self) -> None:
        with self._lock:
            progress = Progress(self._phase, self.elapsed(), self._best, self._bound)
            self._history.append(progress)
        self._on_progress(progress)

    def history(self) -> tuple[Progress, ...]:
        """All that was told, in order of time."""
        return tuple(self._history)

    @property
    def best_bound(self) -> int | None:
        """The highest bound so far [sixtieths of a penny]; None = none yet."""
        return self._bound

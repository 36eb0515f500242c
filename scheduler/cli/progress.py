"""How a search tells where it stands: one live line, plain lines, or JSON for a program. Always on
stderr.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner

from scheduler.cli.options import ProgressStyle
from scheduler.cli.session import note
from scheduler.domain.wording import printable, printable_json
from solver.evaluate.verify import pence
from solver.search.strategy import Progress


class Teller(Protocol):
    """Hears of progress, from any thread."""

    def __call__(self, progress: Progress) -> None: ...


@contextmanager
def telling(style: ProgressStyle) -> Iterator[Teller]:
    """The teller of a style; what it held back is told at the end."""
    if style is ProgressStyle.auto:
        style = ProgressStyle.live if sys.stderr.isatty() else ProgressStyle.plain
    if style is ProgressStyle.none:
        yield _silent
    elif style is ProgressStyle.live:
        line = _LiveLine()
        with Live(line, console=Console(stderr=True), refresh_per_second=4, transient=True):
            yield line
    else:
        lines = (
            _Lines(json_lines=True, every=0.1)
            if style is ProgressStyle.json
            else _Lines(json_lines=False, every=1.0)
        )
        try:
            yield lines
        finally:
            lines.close()


def beforehand(style: ProgressStyle, text: str) -> None:
    """How long it will take, said to a person who waits: a program has asked for it and knows."""
    if style not in (ProgressStyle.json, ProgressStyle.none):
        note(text)


def _silent(progress: Progress) -> None:
    """Tells nothing."""


def sentence(progress: Progress, seconds: float | None = None) -> str:
    """`searching · 12 s · best £123,456 · bound £120,000 · gap 2.8 %`; what is not known yet is
    left out.
    """
    parts = [progress.phase, f"{progress.seconds if seconds is None else seconds:.0f} s"]
    if progress.best is not None:
        parts.append(f"best {pounds(progress.best)}")
    if progress.bound is not None and known(progress.best, progress.bound):
        parts.append(f"bound {pounds(progress.bound)}")
    if progress.gap is not None and known(progress.best, progress.bound):
        parts.append(f"gap {100 * progress.gap:.2f} %")
    return printable(" · ".join(parts))


def known(best: int | None, bound: int | None) -> bool:
    """Whether a bound says anything: nothing costs less than nothing."""
    return bound is not None and (bound > 0 or bound == best)


def pounds(sixtieths: int) -> str:
    """Sixtieths of a penny in whole pounds."""
    return f"£{sixtieths / 6000:,.0f}"


def as_json(progress: Progress) -> str:
    """One line for a program; what is not known yet is null."""
    return printable_json(
        json.dumps(
            {
                "phase": progress.phase,
                "seconds": round(progress.seconds, 2),
                "best_pence": None if progress.best is None else pence(progress.best),
                "bound_pence": None if progress.bound is None else pence(progress.bound),
                "gap": progress.gap,
            },
            ensure_ascii=False,
        )
    )


class _LiveLine:
    """Redrawn by rich in its own rhythm, so that the seconds run even while nothing new is told."""

    def __init__(self) -> None:
        self._latest = Progress("starting", 0.0)
        self._heard = time.monotonic()
        self._spinner = Spinner("dots")

    def __call__(self, progress: Progress) -> None:
        self._latest, self._heard = progress, time.monotonic()

    def __rich__(self) -> Spinner:
        since = time.monotonic() - self._heard
        self._spinner.update(text=sentence(self._latest, self._latest.seconds + since))
        return self._spinner


class _Lines:
    """A line where the phase changes, else at most one every so many seconds; none where nothing
    but time went on.
    """

    def __init__(self, *, json_lines: bool, every: float) -> None:
        self._json_lines = json_lines
        self._every = every
        self._lock = threading.Lock()
        self._phase = ""
        self._last = float("-inf")
        self._held: Progress | None = None
        self._told: object = None

    def _news(self, progress: Progress) -> object:
        """What a line would say beside the time."""
        return (
            (progress.phase, progress.best, progress.bound)
            if self._json_lines
            else sentence(progress, 0)
        )

    def __call__(self, progress: Progress) -> None:
        with self._lock:
            if (news := self._news(progress)) == self._told:
                self._held = None
                return
            now = time.monotonic()
            if progress.phase == self._phase and now - self._last < self._every:
                self._held = progress
                return
            self._phase, self._last, self._held, self._told = progress.phase, now, None, news
            self._print(progress)

    def close(self) -> None:
        with self._lock:
            if self._held is not None:
                self._print(self._held)

    def _print(self, progress: Progress) -> None:
        print(
            as_json(progress) if self._json_lines else sentence(progress),
            file=sys.stderr,
            flush=True,
        )

"""A search in a process of its own: a crash of the solver ends the search, and whoever asked for it
lives to say so.

The two talk in pickles: in goes the question and later perhaps a wish to stop, out come moments of
progress and at last the end.
"""

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from scheduler.domain.errors import SchedulerError
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from scheduler.engine.surroundings import environment, python
from scheduler.services.limits.memory import look_for_cycles_seldom
from solver.policy.policy import Policy
from solver.search.choose import search
from solver.search.strategy import Found, Limits, Progress

EVERY = 0.1
"""Seconds between two looks whether to stop."""


class SolverLost(SchedulerError):
    """The process of a search ended without an answer: the solver crashed, or was ended from
    outside.
    """

    exit_code = 1


@dataclass(frozen=True)
class _Ended:
    found: Found | None
    error: Exception | None = None


def search_apart(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    start: Roster | None = None,
    *,
    module: str = __name__,
) -> Found:
    """As `search`. Raises SolverLost where its process ends without an answer, and what the search
    raises.
    """
    # a session of its own keeps Ctrl-C for us: a wish to stop goes by its stdin
    with subprocess.Popen(
        python(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env=environment(),
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            heard: queue.SimpleQueue[Any] = queue.SimpleQueue()
            ear = threading.Thread(target=_listen, args=(child.stdout, heard), daemon=True)
            ear.start()
            _say(child.stdin, (problem, policy, limits, start))
            return _until_its_end(child, child.stdin, heard, on_progress, should_stop)
        finally:
            child.kill()


def _until_its_end(
    child: "subprocess.Popen[bytes]",
    to: IO[bytes],
    heard: "queue.SimpleQueue[Any]",
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
) -> Found:
    told_to_stop = False
    while True:
        try:
            said = heard.get(timeout=EVERY)
        except queue.Empty:
            if should_stop() and not told_to_stop:
                told_to_stop = True
                _say(to, "stop")
            continue
        if said is None:
            raise SolverLost(_how(child.wait()))
        if isinstance(said, Progress):
            on_progress(said)
        elif said.error is not None:
            raise said.error
        else:
            found: Found = said.found
            return found


def _how(code: int) -> str:
    by = f"by signal {-code}" if code < 0 else f"with code {code}"
    return (
        f"The solver's process ended {by} before it had an answer: a fault of the solver, or too"
        " little memory. Nothing was stored. Another --seed goes another way; without"
        " --deterministic the search is another one."
    )


def _listen(source: IO[bytes], heard: "queue.SimpleQueue[Any]") -> None:
    """None at the end, also of one that was killed in the middle of a word."""
    with suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
        while True:
            heard.put(pickle.load(source))
    heard.put(None)


def _say(to: IO[bytes], words: Any) -> None:
    with suppress(OSError):  # one that has ended is heard of by its silence
        pickle.dump(words, to, protocol=pickle.HIGHEST_PROTOCOL)
        to.flush()


# --- in the process of its own


def main(searching: Callable[..., Found] = search) -> None:
    """Reads the question from stdin, and ends with it: also where whoever asked was killed."""
    look_for_cycles_seldom()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries that print to stdout must not be taken for words
    problem, policy, limits, start = pickle.load(sys.stdin.buffer)
    stop, lock = threading.Event(), threading.Lock()
    threading.Thread(target=_hear_of_the_end, args=(stop,), daemon=True).start()

    def say(words: Progress | _Ended) -> None:
        with lock:
            _say(out, words)

    try:
        ended = _Ended(searching(problem, policy, limits, say, stop.is_set, start))
    except Exception as error:  # whoever asked raises it
        ended = _Ended(None, error)
    say(ended)
    os._exit(0)  # the thread that listens would hold up an ordinary end


def _hear_of_the_end(stop: threading.Event) -> None:
    try:
        pickle.load(sys.stdin.buffer)
        stop.set()
        pickle.load(sys.stdin.buffer)
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(1)


if __name__ == "__main__":
    # what is pickled is of this module's own name
    from scheduler.services.rosters.separate_process import main as run

    run()

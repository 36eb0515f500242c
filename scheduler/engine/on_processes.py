"""An engine on processes of this machine, reached through pipes: nothing listens, so nobody else
can give them work.

Shared data goes to each process once, before its first task. A task whose process dies is begun
again in another.
"""

import logging
import os
import pickle
import queue
import signal
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import psutil

from scheduler.domain.errors import BadRequest
from scheduler.engine.executor import (
    ATTEMPTS,
    LOOK,
    TELL,
    Call,
    Done,
    EngineLost,
    Result,
    Shared,
    Task,
    TaskFailed,
    TaskLost,
    done,
)
from scheduler.engine.log_lines import tell_fault, write_as_said
from scheduler.engine.surroundings import trust_no_current_folder

LOG = logging.getLogger(__name__)
NEARLY_ALL = 0.95
"""Of this machine's memory, for all processes together, where nobody says how much each may
take.
"""


@dataclass
class _Hand:
    """One process, and what it does: `busy` names run and task."""

    process: BaseProcess
    pipe: "Connection[Any, Any]"
    busy: tuple[str, int] | None = None
    knows: str = ""
    """The run whose shared data it has."""
    told: bool = False
    """Whether it was ever heard of."""

    def say(self, *words: Any) -> None:
        with suppress(OSError):  # of its death the pipe tells too
            self.pipe.send_bytes(pickle.dumps(words, protocol=pickle.HIGHEST_PROTOCOL))

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


@dataclass
class ProcessExecutor:
    """So many processes, one task each at a time. `memory`: bytes that each may take."""

    workers: int
    memory: int
    _hands: list[_Hand] = field(default_factory=list)
    _stillborn: int = 0

    @classmethod
    def of(cls, workers: int, memory: str = "auto") -> "ProcessExecutor":
        """`memory`: such as 4GiB, for each process. Raises BadRequest for one without a meaning,
        EngineLost where they do not start.
        """
        made = cls(workers, _bytes(memory, workers))
        try:
            made._hands += [_started() for _ in range(workers)]
        except OSError as error:
            made.close()
            raise made._lost(str(error)) from error
        return made

    @property
    def width(self) -> int:
        """How many tasks it does at once: one for each of its processes."""
        return len(self._hands)

    def close(self) -> None:
        for hand in self._hands:
            hand.end()
        self._hands.clear()

    def map(
        self,
        work: Callable[[Shared, Task, Call], Result],
        shared: Shared,
        tasks: Sequence[Task],
        *,
        on_progress: Callable[[int, Any], None] = lambda index, said: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Done]:
        run, packed = uuid.uuid4().hex, pickle.dumps(shared, protocol=pickle.HIGHEST_PROTOCOL)
        waiting, deaths, asked = deque(range(len(tasks))), Counter[int](), False
        next_weighing = 0.0
        try:
            while True:
                if not asked and should_stop():
                    asked = True
                    self._stop(run)
                for hand in self._hands:
                    if waiting and not asked and hand.busy is None:
                        self._give(hand, run, packed, work, waiting.popleft(), tasks)
                if not any(
                    hand.busy is not None and hand.busy[0] == run for hand in self._hands
                ) and (asked or not waiting):
                    return
                if time.monotonic() > next_weighing:
                    next_weighing = time.monotonic() + 1
                    self._weigh()
                for ready in connection.wait([hand.pipe for hand in self._hands], timeout=LOOK):
                    hand = next(hand for hand in self._hands if hand.pipe is ready)
                    try:
                        kind, of_run, index, what = hand.pipe.recv()
                    except (EOFError, OSError):
                        lost = self._replace(hand)
                        if lost is not None and lost[0] == run:
                            deaths[lost[1]] += 1
                            if deaths[lost[1]] >= ATTEMPTS:
                                yield Done(lost[1], error=TaskLost(_too_often(lost[1])))
                            elif not asked:
                                waiting.appendleft(lost[1])
                        continue
                    hand.told, self._stillborn = True, 0
                    if kind == "done":
                        hand.busy = None
                    if of_run == run and kind == "done":
                        yield what
                    elif of_run == run and kind == "told":
                        on_progress(index, what)
        finally:
            self._stop(run)

    def _give(
        self, hand: _Hand, run: str, packed: bytes, work: Any, index: int, tasks: Sequence[Any]
    ) -> None:
        if hand.knows != run:
            hand.say("shared", run, packed)
            hand.knows = run
        hand.busy = (run, index)
        hand.say("task", run, (index, work, tasks[index]))

    def _stop(self, run: str) -> None:
        for hand in self._hands:
            if hand.busy is not None and hand.busy[0] == run:
                hand.say("stop", run, None)

    def _weigh(self) -> None:
        for hand in self._hands:
            with suppress(psutil.Error):
                whole = psutil.Process(hand.process.pid)
                if (
                    sum(one.memory_info().rss for one in (whole, *whole.children(recursive=True)))
                    > self.memory
                ):
                    hand.process.kill()

    def _replace(self, dead: _Hand) -> tuple[str, int] | None:
        """Another process in its place; what it was doing."""
        self._stillborn += not dead.told
        dead.end()
        if self._stillborn > ATTEMPTS * self.workers:
            raise self._lost("they end before they work.")
        try:
            self._hands[self._hands.index(dead)] = _started()
        except OSError as error:
            self._hands.remove(dead)
            if not self._hands:
                raise self._lost(str(error)) from error
        return dead.busy

    def _lost(self, why: str) -> EngineLost:
        return EngineLost(
            f"The engine's processes on this machine did not start: {why} Nothing was stored. Ask"
            " again."
        )


def _too_often(index: int) -> str:
    return (
        f"Task {index + 1} ended its process {ATTEMPTS} times: most likely it needs more memory"
        " than a process may take. Give each more memory (SCHEDULER_ENGINE_MEMORY), or ask for"
        " less at once."
    )


def _bytes(text: str, workers: int) -> int:
    if text == "auto":
        return int(NEARLY_ALL * psutil.virtual_memory().total / workers)
    from dask.utils import parse_bytes

    try:
        found = int(parse_bytes(text))
    except (ValueError, OverflowError):
        found = 0
    if found <= 0:
        raise BadRequest(
            f"SCHEDULER_ENGINE_MEMORY is {text!r}: expected auto, or an amount for each process"
            " such as 4GiB."
        )
    return found


def _started() -> _Hand:
    trust_no_current_folder()
    if hasattr(signal, "pthread_sigmask"):
        # what multiprocessing starts beside its first process lets interrupts through again, which
        # whoever waits for one has held back
        held_back = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_SETMASK, held_back)
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Hand(process, ours)


# --- in a process of its own


def _serve(pipe: "Connection[Any, Any]") -> None:
    """Works off what it is given until nobody is at the other end any more."""
    # whoever gives the work hears it and says when to stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    write_as_said()
    given: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
    to_stop: set[str] = set()
    threading.Thread(target=_hear, args=(pipe, given, to_stop), daemon=True).start()
    speaking = threading.Lock()

    def say(*words: Any) -> None:
        with speaking:
            pipe.send(words)

    shared: Any = None
    while True:
        kind, run, what = given.get()
        if kind == "shared":
            shared = pickle.loads(what)
            continue
        index, work, task = what
        spoke = 0.0

        def on_progress(said: Any, run: str = run, index: int = index) -> None:
            nonlocal spoke
            if time.monotonic() - spoke >= TELL:
                spoke = time.monotonic()
                say("told", run, index, said)

        def should_stop(run: str = run) -> bool:
            return run in to_stop

        ended = _ended(index, work, shared, task, Call(on_progress, should_stop))
        say("done", run, index, ended)


def _ended(index: int, work: Any, shared: Any, task: Any, call: Call) -> Done:
    try:
        ended = done(index, work, shared, task, call)
        pickle.dumps(ended)
    except Exception as error:
        tell_fault(LOG, error)
        return Done(
            index,
            error=TaskFailed(
                f"Task {index + 1} met a fault of the program: {type(error).__name__}: {error}"
            ),
        )
    return ended


def _hear(
    pipe: "Connection[Any, Any]", given: "queue.SimpleQueue[tuple[Any, ...]]", to_stop: set[str]
) -> None:
    try:
        while True:
            words = pickle.loads(pipe.recv_bytes())
            if words[0] == "stop":
                to_stop.add(words[1])
            else:
                given.put(words)
    except (EOFError, OSError):
        os._exit(0)

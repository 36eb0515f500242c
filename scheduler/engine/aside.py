"""Processes beside one that answers many people: what takes long is worked out there, at a lower
priority, while that one goes on answering.

They live and die with loky: one that ends is replaced, and those that nobody needs for an hour end.
"""

import logging
import os
import pickle
import signal
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from threading import Lock, Thread, Timer
from typing import Any, ParamSpec, TypeVar, cast

import psutil
from loky import ProcessPoolExecutor
from loky.process_executor import TerminatedWorkerError

from scheduler.domain.errors import SchedulerError, Unavailable
from scheduler.engine.log_lines import tell_fault, write_as_said
from scheduler.engine.lower_priority import ANSWERS, lower_priority
from scheduler.engine.request_ids import begin_request, request_id
from scheduler.engine.surroundings import trust_no_current_folder

LOG = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

WORKERS = "SCHEDULER_ANSWER_WORKERS"
"""The environment variable that says how many; without it one for each core."""
SHORTLY = 10.0
"""Seconds."""
LOOK = 2.0
"""Seconds between two looks whether anybody asks any more."""
IDLE = 3_600
"""Seconds after which a process that nobody needs ends."""
LOST = "That took more than this machine has, or its process was ended. Try again in a minute."
FAULT = "A fault of the program stands in the way of this answer; whoever runs it finds it logged."

GROWN = {"LOKY_MAX_MEMORY_LEAK_SIZE": "2e9"}
"""Bytes by which one may grow, with the facts of a large county, before another takes its place."""

_workers = 0
_loaded: tuple[str, ...] = ()
_pool: Any = None
_asking = Lock()
"""Held while one is looked for or made: whoever asks is a thread of many."""


class AnswerFailed(SchedulerError):
    """A fault of the program in what was worked out aside; it stands in the log."""

    exit_code = 1


def open_aside(*modules: str) -> None:
    """From here on this process lets others work things out. They load these modules before
    anything else, and begin shortly, after what has just begun itself, so that hardly anybody waits
    for it.
    """
    global _workers, _loaded
    _workers, _loaded = int(os.environ.get(WORKERS) or os.cpu_count() or 1), modules
    trust_no_current_folder()
    beginning = Timer(SHORTLY, _begin_early)
    beginning.daemon = True
    beginning.start()


def _begin_early() -> None:
    with _asking:
        if _workers:
            _those().submit(int)


def close_aside() -> None:
    """Ends them, and works everything out here again."""
    global _workers, _pool
    with _asking:
        _workers, pool, _pool = 0, _pool, None
    if pool is not None:
        pool.shutdown(kill_workers=True)


def stands_ready() -> bool:
    """Whether others work things out for this process."""
    return _workers > 0


def worked_out(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What a function of a module makes of these, aside; `open_aside` was called before.

    Arguments, result and errors can be pickled. Raises what `work` raises, Unavailable where its
    process ended, AnswerFailed for what is a fault of the program.
    """
    global _pool
    with _asking:
        pool = _those()
    try:
        packed = pool.submit(_told, request_id(), work, arguments, named).result()
    except TerminatedWorkerError as error:
        with _asking:
            if _pool is pool:
                _pool = None
        LOG.warning("A process that worked an answer out has ended.")
        raise Unavailable(LOST) from error
    kind, found = pickle.loads(packed)
    if kind == "error":
        raise found
    return cast(T, found)


def _those() -> Any:
    """The processes of all threads of this one, made where there are none or some have ended."""
    global _pool
    if _pool is None:
        _pool = ProcessPoolExecutor(
            _workers,
            timeout=IDLE,
            initializer=_begin,
            initargs=(os.getpid(), _loaded),
            env=GROWN,
        )
    return _pool


def _begin(asking: int, modules: Sequence[str]) -> None:
    """In a process of its own."""
    Thread(target=_end_with, args=(psutil.Process(asking),), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks hears it, and ends us
    lower_priority(ANSWERS)
    write_as_said()
    for module in modules:
        import_module(module)


def _end_with(asking: psutil.Process) -> None:
    """Also where whoever asks was killed, and could say nothing."""
    while asking.is_running() and asking.status() != psutil.STATUS_ZOMBIE:
        time.sleep(LOOK)
    os._exit(0)


def _told(request: str | None, work: Any, arguments: Any, named: Any) -> bytes:
    """The answer as a text of bytes: it is read by the thread that waits for it, and what cannot be
    sent is told like any other fault.
    """
    begin_request(request)
    try:
        return pickle.dumps(("found", work(*arguments, **named)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        if isinstance(error, SchedulerError) and _travels(error):
            return pickle.dumps(("error", error))
        tell_fault(LOG, error)
        return pickle.dumps(("error", AnswerFailed(FAULT)))


def _travels(error: SchedulerError) -> bool:
    """Whether it is read at the other end: one that is made of more than its text may not be."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return False
    return True

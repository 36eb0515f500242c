"""Runs the tests of a rule against a mutated module, in forked processes that have the libraries
loaded already.

The mutated module exists in the child's memory alone: a loader hands it out under the rule's name.
Nothing is written to the working tree, so that an interrupted run leaves nothing behind.
"""

import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import IO

import pytest

SURVIVED, FAULT, KILLED_BY_STAGE = 0, 3, 10
"""Exit codes of a child; beyond the last one the number of the stage that noticed."""
MEMORY = 8 * 1024**3
"""A mutant that fills more than this has gone wild."""
OPTIONS = (
    *("-x", "-q", "--no-header", "-p", "no:cacheprovider"),
    *("--assert=plain", "--tb=native"),  # whether a test fails counts, not how well it says why
)
STALE_PACKAGES = ("solver", "scheduler.services", "scheduler.cli", "ui", "tests")
"""What may hold a rule that is not mutated: the child loads it anew."""


@dataclass(frozen=True)
class Target:
    """A module to mutate and the tests that ought to notice: arguments of pytest, stage by
    stage.
    """

    module: str
    file: Path
    stages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: `outcome` is survived, killed, hung or fault; `stage` is the number
    of the one that noticed.
    """

    outcome: str
    stage: int | None = None
    seconds: float = 0.0
    output: str = ""


class _Planted(MetaPathFinder, Loader):
    """Finds one module, and fills it with this source."""

    def __init__(self, target: Target, source: str) -> None:
        self.target, self.source = target, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.target.module:
            return None
        return spec_from_loader(fullname, self, origin=str(self.target.file))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.target.file)
        exec(compile(self.source, str(self.target.file), "exec"), module.__dict__)


def load_beforehand(tests: Sequence[str], compiled: Path) -> None:
    """Load what these tests load and what holds no rule, once for all children; what each of them
    loads anew lies compiled in the folder `compiled`.

    Raises RuntimeError where something that stays loaded holds something that does not: it would
    go on with the rule as it is.
    """
    sys.pycache_prefix = str(compiled)
    names = compiled / "modules.txt"
    pid = os.fork()
    if not pid:
        try:
            with tempfile.TemporaryFile("w+") as log:
                _prepare(log)
                sys.dont_write_bytecode = False
                pytest.main([*OPTIONS, "--collect-only", *tests])
                names.write_text("\n".join(sys.modules), encoding="utf-8")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    for name in names.read_text(encoding="utf-8").split("\n"):
        if not _stale(name) and name != "__main__":
            with suppress(ImportError):  # names that a library puts there without a module
                import_module(name)
    held = sorted(f"{name} holds {what}" for name, what in _held())
    if held:
        raise RuntimeError("what stays loaded holds what is loaded anew: " + ", ".join(held))
    gc.collect()
    gc.freeze()  # pytest collects what is unreachable after every test file


def _held() -> Iterator[tuple[str, str]]:
    """(module that stays loaded, something of one that does not) by their names."""
    for name, module in list(sys.modules.items()):
        if not _stale(name) and name != "__main__":
            for what, value in list(vars(module).items()):
                source = value.__name__ if isinstance(value, ModuleType) else ""
                source = source or getattr(value, "__module__", None) or ""
                if isinstance(source, str) and _stale(source):
                    yield name, what


@dataclass
class _Child:
    number: int
    began: float
    log: IO[str]


def judge(
    target: Target, sources: Sequence[str], workers: int, most: Callable[[], float]
) -> Generator[tuple[int, Verdict], None, None]:
    """(number, verdict) of each source as they become known; one that takes longer than `most` says
    by then [s] hangs.
    """
    waiting = list(enumerate(sources))[::-1]
    running: dict[int, _Child] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                number, source = waiting.pop()
                log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the verdict
                running[_fork(target, source, log)] = _Child(number, time.monotonic(), log)
            ended = [
                (pid, status)
                for pid, status in (os.waitpid(pid, os.WNOHANG) for pid in running)
                if pid
            ]
            for pid, status in ended:
                child = running.pop(pid)
                yield child.number, _verdict(status, child)
            for pid, child in list(running.items()):
                seconds = time.monotonic() - child.began
                if seconds > most():
                    _kill(pid)
                    running.pop(pid).log.close()
                    yield child.number, Verdict("hung", None, seconds)
            if not ended:
                time.sleep(0.01)
    finally:
        for pid in running:
            _kill(pid)


def _verdict(status: int, child: _Child) -> Verdict:
    code, seconds = os.waitstatus_to_exitcode(status), time.monotonic() - child.began
    child.log.seek(0)
    output = child.log.read()
    child.log.close()
    if code == SURVIVED:
        return Verdict("survived", None, seconds, output)
    if code >= KILLED_BY_STAGE:
        return Verdict("killed", code - KILLED_BY_STAGE, seconds, output)
    if code < 0:  # a signal: the mutant crashed a library
        return Verdict("killed", None, seconds, output)
    return Verdict("fault", None, seconds, output)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):  # it may not have its own group yet
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _fork(target: Target, source: str, log: IO[str]) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = FAULT
    try:
        _prepare(log)
        sys.meta_path.insert(0, _Planted(target, source))
        code = _run(target)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _prepare(log: IO[str]) -> None:
    """A process of its own: own group, output to the log, bounded memory, no compiled files, no
    rule loaded.
    """
    os.setsid()
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name in [name for name in sys.modules if _stale(name)]:
        del sys.modules[name]


def _stale(name: str) -> bool:
    return any(name == stale or name.startswith(f"{stale}.") for stale in STALE_PACKAGES)


def _run(target: Target) -> int:
    for number, stage in enumerate(target.stages):
        code = int(pytest.main([*OPTIONS, *stage]))
        if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            return FAULT
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return KILLED_BY_STAGE + number
    sys.stdout.flush()
    return SURVIVED

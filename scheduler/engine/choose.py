"""Which engine: by the environment, so that a page, a terminal and a worker all take the same."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from scheduler.domain.errors import BadRequest
from scheduler.engine.executor import Executor, InlineExecutor

ENGINE = "SCHEDULER_ENGINE"
WORKERS, MEMORY = "SCHEDULER_ENGINE_WORKERS", "SCHEDULER_ENGINE_MEMORY"
TLS = {
    "ca": "SCHEDULER_ENGINE_TLS_CA",
    "cert": "SCHEDULER_ENGINE_TLS_CERT",
    "key": "SCHEDULER_ENGINE_TLS_KEY",
}


@contextmanager
def engine(tasks: int, environment: Mapping[str, str] = os.environ) -> Iterator[Executor]:
    """An engine for so many tasks, closed afterwards. Raises BadRequest for settings without a
    meaning, EngineLost.

    `SCHEDULER_ENGINE`: `local` (the default), `inline`, or the address of a Dask scheduler, tcp://
    or tls://.
    """
    made = _make(tasks, environment)
    try:
        yield made
    finally:
        made.close()


def _make(tasks: int, environment: Mapping[str, str]) -> Executor:
    which = environment.get(ENGINE, "local")
    if which == "inline":
        return InlineExecutor()
    if which == "local":
        workers = min(tasks, _count(environment))
        if workers <= 1:
            return InlineExecutor()
        from scheduler.engine.on_processes import ProcessExecutor

        return ProcessExecutor.of(workers, environment.get(MEMORY, "auto"))
    if not which.startswith(("tcp://", "tls://")):
        raise BadRequest(
            f"{ENGINE} is {which!r}: expected local, inline, or an address such as tcp://host:8786"
            " or tls://host:8786."
        )
    if which.startswith("tcp://") and not _on_this_machine(which):
        logging.getLogger(__name__).warning(
            "%s is open: whoever reaches it may run anything there, and read the staff's data on"
            " its way. Use tls:// with certificates.",
            which,
        )
    # imported here: Dask takes a third of a second that most commands do not need
    from scheduler.engine.on_dask import DaskExecutor

    return DaskExecutor.at(which, _tls(which, environment))


def _on_this_machine(address: str) -> bool:
    """Whether an address is one that other machines do not see."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def at_once(environment: Mapping[str, str] = os.environ) -> int | None:
    """How many tasks the engine does side by side, as far as that is known before it is there;
    None: a cluster. Raises BadRequest for a number of workers that is none.
    """
    which = environment.get(ENGINE, "local")
    return 1 if which == "inline" else _count(environment) if which == "local" else None


def _count(environment: Mapping[str, str]) -> int:
    text = environment.get(WORKERS, "")
    if not text:
        return (
            len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count() or 1
        )
    if not text.isdigit() or int(text) < 1:
        raise BadRequest(f"{WORKERS} is {text!r}: expected a whole number from 1 on.")
    return int(text)


def _tls(address: str, environment: Mapping[str, str]) -> Mapping[str, str] | None:
    files = {name: environment.get(variable, "") for name, variable in TLS.items()}
    if not address.startswith("tls://"):
        return None
    lacking = [TLS[name] for name, file in files.items() if not file]
    if lacking:
        raise BadRequest(f"{address} needs certificates: set {', '.join(lacking)} to PEM files.")
    gone = [f"{TLS[name]} ({file})" for name, file in files.items() if not Path(file).is_file()]
    if gone:
        raise BadRequest(
            f"{address} needs certificates, and these are no files: {', '.join(gone)}."
        )
    return files

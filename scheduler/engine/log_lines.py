"""How this program's processes log: in plain words for a person at a terminal, or a JSON object a
line for a program that collects logs, as the environment variable SCHEDULER_LOG says.

Secrets and persons are kept out of both, and a JSON line has no field but those named here.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from scheduler.engine.faults_told import told
from scheduler.engine.quiet_logs import keep_secrets_out, without_secrets
from scheduler.engine.request_ids import job_id, request_id

VARIABLE = "SCHEDULER_LOG"
"""The environment variable: `json`, or `plain`, which it is where nothing is said."""
FIELDS = {
    "kind": "what kind of job or answer",
    "state": "how a job stands",
    "failure": "what kind of failure a job ended with",
    "attempt": "how often the job was taken up",
    "worker": "the worker's name: machine and process",
    "seconds": "how long it took [s]",
    "gap": "how far the roster may be from the best, as a share",
    "method": "of a request",
    "route": "of a request, by its template: never the address itself",
    "status": "of an answer",
    "page": "which page was drawn",
    "door": "where somebody was refused",
}
"""What a line may say besides, where whoever logs gives it as `extra`. Nothing else goes out, so
that nobody puts a person there.
"""


def as_json() -> bool:
    """Whether lines are for a program."""
    return os.environ.get(VARIABLE, "").strip().lower() == "json"


class JsonLines(logging.Formatter):
    """A record as a JSON object on one line: `time` (UTC), `level`, `logger`, `message`; where
    there is one `request_id`, `job_id`, those of `FIELDS` that were given, and `error`, which is
    where a fault arose and of what kind it is.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(_message(record)),
        }
        job = getattr(record, "job_id", None) or job_id()
        named = {"request_id": request_id(), "job_id": job}
        line |= {name: value for name, value in named.items() if value is not None}
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = value if isinstance(value, (int, float)) else _clean(value)
        if record.exc_text:
            line["error"] = without_secrets(record.exc_text)
        elif record.exc_info and record.exc_info[1] is not None:
            line["error"] = without_secrets(told(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, allow_nan=False, default=str)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # it does not fit what was given with it
        return str(record.msg)


def _clean(value: object) -> str:
    return without_secrets(str(value))


def write_json(stream: TextIO | None = None) -> logging.Handler:
    """From here on everything that this process logs goes to `stream` (stderr where None), a JSON
    object a line; also what nobody caught, and what would be written by handlers of libraries.
    """
    keep_secrets_out()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in list(root.manager.loggerDict):
        send_to_root(logging.getLogger(name))
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # six lines of nothing
    logging.captureWarnings(True)
    faults = logging.getLogger(__name__)

    def uncaught(error: BaseException | None) -> None:
        if error is not None and not isinstance(error, (KeyboardInterrupt, SystemExit)):
            faults.critical("A fault that nobody caught.", exc_info=error)

    sys.excepthook = lambda _, error, __: uncaught(error)
    threading.excepthook = lambda args: uncaught(args.exc_value)
    return handler


def send_to_root(logger: logging.Logger) -> None:
    """Whatever a library writes by itself to a terminal, by the way of all others."""
    for handler in list(logger.handlers):
        if isinstance(handler, logging.StreamHandler) and not isinstance(
            handler, logging.FileHandler
        ):
            logger.removeHandler(handler)
    logger.propagate = True


def write_as_said() -> bool:
    """What a process does at its start: as the environment says; whether that is JSON."""
    said = os.environ.get(VARIABLE, "").strip().lower()
    if said not in ("", "json", "plain"):
        print(f"{VARIABLE} is neither json nor plain: plain it is.", file=sys.stderr)
    if as_json():
        write_json()
    return as_json()


def teller(plainly: Callable[[str], None]) -> Callable[[str], None]:
    """Who is told sentences for whoever looks after a process: `plainly` at a terminal; nobody
    where lines are JSON, for the same stands there with more.
    """
    return (lambda _: None) if as_json() else plainly


def tell_fault(logger: logging.Logger, error: BaseException) -> None:
    """A fault of the program's own: where it arose, never what it says."""
    if as_json():
        logger.error("A fault of the program's own.", exc_info=error)
    else:
        print(told(error), file=sys.stderr)

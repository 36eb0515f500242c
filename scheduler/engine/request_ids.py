"""By which request something is done: one id from a page's click or a program's call to the lines
that the worker writes. It says nothing of who asks.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from scheduler.engine.quiet_logs import without_secrets

HEADER = "X-Request-Id"
_SHORT_AND_SAFE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z-]{6,62})[0-9A-Za-z]")

_request: ContextVar[str | None] = ContextVar("request_id", default=None)
_job: ContextVar[str | None] = ContextVar("job_id", default=None)


def request_id() -> str | None:
    """The request that is being answered here; None where nobody's is."""
    return _request.get()


def job_id() -> str | None:
    """The job that is being done here; None where none is."""
    return _job.get()


def new_request_id() -> str:
    """One that nothing else has."""
    return secrets.token_hex(16)


def taken_or_new(given: str | None) -> str:
    """The id that whoever asks has sent, where it is a short safe text (8 to 64 letters, digits and
    hyphens) that lets nobody in; else a new one.
    """
    if given is None or not _SHORT_AND_SAFE.fullmatch(given) or without_secrets(given) != given:
        return new_request_id()
    return given


def begin_request(given: str | None = None) -> str:
    """From here on, in this thread or task, everything is done by this request; without one, by a
    new one.
    """
    made = given or new_request_id()
    _request.set(made)
    return made


@contextmanager
def doing_job(job: str, request: str | None) -> Iterator[None]:
    """What is done inside is done for a job, by the request that ordered it."""
    before, by = _job.set(job), _request.set(request)
    try:
        yield
    finally:
        _job.reset(before)
        _request.reset(by)

"""Panics of libraries in Rust, as errors: they come as no Exception, and print a trace of their own
before.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from tempfile import TemporaryFile
from typing import IO

_one_at_a_time = threading.Lock()


class Panicked(Exception):
    """A library met something that it was not made for."""


@contextmanager
def panics_as_errors(*, quiet: bool = True) -> Iterator[None]:
    """Raises Panicked. `quiet`: what is written to stderr meanwhile appears afterwards, but for
    what a panic has to say of itself.
    """
    with _held_back() if quiet else nullcontext() as held:
        try:
            yield
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # of a module that cannot be imported
                raise
            if held is not None:
                held.truncate(0)
            raise Panicked(str(error)) from None


@contextmanager
def _held_back() -> Iterator[IO[bytes] | None]:
    """What is written to stderr goes to a file, and from there to stderr in the end."""
    try:
        stderr = os.dup(2)
    except OSError:  # there is none
        yield None
        return
    with _one_at_a_time, TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            said.seek(0)
            with suppress(OSError):
                os.write(2, said.read())

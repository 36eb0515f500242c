"""A file as a whole, once it is known to be one, and not too large."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from scheduler.domain.errors import Fault
from scheduler.storage.limits import MIB, instead, limits, size


class Unreadable(Exception):
    """A file or sheet as a whole cannot be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@contextmanager
def opened(path: Path, *, most: int | None = None) -> Iterator[BinaryIO]:
    """The file, open for reading. `most`: bytes that it may have; without it as the setting says.

    A pipe or a device is refused: it may have no end, and to open a pipe may wait for ever. Raises
    Unreadable.
    """
    try:
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
    except (OSError, ValueError) as error:
        raise _unreadable(
            path, f"a file that can be read ({getattr(error, 'strerror', None) or error})"
        ) from None
    found = os.fstat(descriptor)
    if stat.S_ISDIR(found.st_mode):  # nothing to make a stream of
        os.close(descriptor)
        raise _unreadable(path, "a file, not a folder")
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(found.st_mode):
            raise _unreadable(path, f"a file, not {_kind(found.st_mode)}")
        if most is not None and found.st_size > most:
            raise _unreadable(
                path, f"at most {size(most)} in a file of this kind, not {size(found.st_size)}"
            )
        if found.st_size > limits().most_file_mib * MIB:
            expected = (
                f"at most {limits().most_file_mib:,} MiB in one file, not {size(found.st_size)}"
            )
            raise _unreadable(
                path, f"{expected}: {instead('most_file_mib', 'leave out what is not needed')}"
            )
        yield stream


def content(path: Path, *, most: int | None = None) -> bytes:
    """All bytes of a file. `most`: how many there may be. Raises Unreadable."""
    with opened(path, most=most) as stream:
        try:
            # no more than was looked at, were it to grow meanwhile
            return stream.read(os.fstat(stream.fileno()).st_size)
        except OSError as error:
            raise _unreadable(path, f"a file that can be read ({error.strerror})") from None


def _unreadable(path: Path, expected: str) -> Unreadable:
    return Unreadable(Fault(path.name or str(path), 0, "", "", expected))


def _kind(mode: int) -> str:
    return (
        "a pipe"
        if stat.S_ISFIFO(mode)
        else "a device"
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode)
        else "something else"
    )

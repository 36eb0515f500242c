"""What lies around a database: room, leftovers of what was killed, and who may read its file."""

import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scheduler.services.data.open import default_file
from scheduler.services.keep.checkup import LookedAt, ok
from scheduler.storage.limits import MIB, size

LEAST, LITTLE = 50 * MIB, 1_024 * MIB
"""Bytes of free room: with fewer, work fails; with fewer, somebody should look."""
LONG_LOG = 256 * MIB
"""Bytes of SQLite's log beside a database above which nobody has been able to write it back."""
STALE = 3_600.0
"""Seconds after which what an unfinished write has left is not being written any more."""
LOG = 4 * MIB
UNFINISHED = re.compile(r"\.[0-9a-f]{8}-unfinished")
"""Folders in which files for others are written until they are whole."""


def around(file: Path | None) -> list[LookedAt]:
    """Every check around the file of a SQLite database, or for one on a server of this machine
    alone.
    """
    found = []
    if file is not None and file.exists():
        found += [
            *_room("disk", file.parent, file.stat().st_size),
            *_leftovers(file),
            *_rights(file),
        ]
    return [*found, *_temporary(), *_workers_log()]


def _temporary() -> Iterator[LookedAt]:
    what = "temporary folder"
    try:
        folder = Path(tempfile.gettempdir())
    except OSError:  # it tries to write into each
        yield LookedAt(
            what,
            "wrong",
            "Nothing can be written to any temporary folder: the disk is full, or nobody may.",
            "Make room, or name another folder in TMPDIR.",
        )
        return
    yield from _room(what, folder, 0)


def _room(what: str, folder: Path, taken: int) -> Iterator[LookedAt]:
    free = shutil.disk_usage(folder).free
    said = f"{size(free)} are free in {folder}."
    # a restore and an upgrade need the database once more
    if free < max(LEAST, taken):
        yield LookedAt(what, "wrong", said, "Make room before anything else is written.")
    elif free < max(LITTLE, 3 * taken):
        yield LookedAt(what, "look", said, "Make room soon.")
    else:
        yield ok(what, said)


def _leftovers(file: Path) -> Iterator[LookedAt]:
    old = time.time() - STALE
    left = [
        one
        for one in sorted(file.parent.iterdir())
        if UNFINISHED.fullmatch(one.name) and one.stat().st_mtime < old
    ]
    if left:
        yield LookedAt(
            "leftovers",
            "look",
            f"Something was killed while it wrote, and left {', '.join(str(one) for one in left)}.",
            "Nothing reads it any more, and it may hold personal data: remove it.",
        )
        return
    log = file.with_name(f"{file.name}-wal")
    length = log.stat().st_size if log.exists() else 0
    if length > LONG_LOG:
        yield LookedAt(
            "leftovers",
            "look",
            f"The log beside the database, {log.name}, has {size(length)}.",
            "Never remove it: it holds what was written last. It is written back when pages and"
            " workers have ended and the next command has written something.",
        )
        return
    said = f"; its log has {size(length)}" if length else ""
    yield ok("leftovers", f"Nothing unfinished lies beside the database{said}.")


def _rights(file: Path) -> Iterator[LookedAt]:
    if os.name != "posix":
        return
    files = [file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))]
    open_to = [
        one.name for one in files if one.exists() and stat.S_IMODE(one.stat().st_mode) & 0o077
    ]
    if open_to:
        yield LookedAt(
            "rights",
            "look",
            f"Others than its owner may read or write {', '.join(open_to)}.",
            f"If nobody is meant to: chmod 600 {file}",
        )
        return
    yield ok("rights", "The database is its owner's alone.")


def _workers_log() -> Iterator[LookedAt]:
    log = default_file().with_name("worker.log")
    if not log.exists():
        return
    length = log.stat().st_size
    said = f"The log of workers that were started by themselves, {log}, has {size(length)}."
    if length > LOG:
        yield LookedAt("log of workers", "look", said, "Read its end, and remove it.")
    else:
        yield ok("log of workers", said)

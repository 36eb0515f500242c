"""Files for others: written beside their place, and put there when they are whole."""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from scheduler.domain.errors import BadRequest


@contextmanager
def whole_files(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Gives places in which to write; at the end they take the place of `files`, in one folder, all
    or none.

    The folder is made where it is missing. Raises BadRequest where something could not be written;
    then nothing is left behind.
    """
    folder = files[0].parent
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    beside = folder / f".{secrets.token_hex(4)}-unfinished"
    try:
        beside.mkdir(parents=True)
        places = [beside / file.name for file in files]
        yield places
        for place in places:
            with place.open("rb") as written:
                os.fsync(written.fileno())
        for place, file in zip(places, files, strict=True):
            place.replace(file)
    except BaseException as error:
        shutil.rmtree(beside, ignore_errors=True)
        for one in missing:
            with suppress(OSError):  # somebody else may have put something there
                one.rmdir()
        if not isinstance(error, OSError):
            raise
        named = folder if len(files) > 1 else files[0]
        raise BadRequest(
            f"{named} could not be written: {error.strerror or error}; nothing was left there."
        ) from None
    shutil.rmtree(beside, ignore_errors=True)

"""The file of a backup: one archive that holds a copy of the database and, beside it, what the copy
is, so that neither is ever without the other. Any program that opens .zip files opens it.
"""

import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from scheduler.domain.errors import BadRequest

FORM = 1
"""The newest form of these files that this program writes and reads."""
ABOUT = "backup.json"
CONTENTS: dict[str, str] = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
"""What the copy is called in the archive, by the kind of database."""
MOST_ABOUT = 1_000_000
"""Bytes that what is said of a copy may have."""
PIECE = 1 << 20

BackupKind = Literal["sqlite", "postgresql"]


class BackupManifest(BaseModel):
    """What a copy is. `revision`: the last migration of its tables; `rows`: by table; `entries` and
    `entry_hash`: number and hash of the last entry of its record of what was done, None before
    there was one; `size` in bytes and `sha256` are the copy's.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    form: int = Field(ge=1)
    kind: BackupKind
    revision: str = Field(pattern=r"^[0-9]{4}$")
    program: str
    taken_at: AwareDatetime
    rows: dict[str, int]
    entries: int | None
    entry_hash: str | None
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def held(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())


def program() -> str:
    """The version of this program."""
    return version("workforce-deployment-scheduler")


def for_the_owner_alone(place: Path) -> Path:
    """The same place with an empty file that nobody else may read."""
    os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return place


def write(
    place: Path,
    copy: Path,
    *,
    kind: BackupKind,
    revision: str,
    taken_at: datetime,
    rows: dict[str, int],
    last_entry: tuple[int, str] | None,
) -> BackupManifest:
    """Put a copy and what it is into an archive at `place`, and read it all once more. Raises
    BadRequest where what is read is not what was written.
    """
    digest, size = _digest(copy)
    made = BackupManifest(
        form=FORM,
        kind=kind,
        revision=revision,
        program=program(),
        taken_at=taken_at,
        rows=rows,
        entries=None if last_entry is None else last_entry[0],
        entry_hash=None if last_entry is None else last_entry[1],
        size=size,
        sha256=digest,
    )
    # what PostgreSQL writes is small already
    how = zipfile.ZIP_DEFLATED if kind == "sqlite" else zipfile.ZIP_STORED
    with zipfile.ZipFile(for_the_owner_alone(place), "w", how, compresslevel=6) as archive:
        archive.writestr(ABOUT, json.dumps(made.model_dump(mode="json"), indent=2, sort_keys=True))
        archive.write(copy, CONTENTS[kind])
    if read(place) != made:
        raise BadRequest(
            "The backup that was written is not what was to be written: nothing is left of it."
        )
    with opened_copy(place, made) as stream:
        while stream.read(PIECE):
            pass
    return made


def read(path: Path) -> BackupManifest:
    """What a backup says that it is. Raises BadRequest for what is none, and for one of a newer
    program.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = archive.getinfo(ABOUT)
            if about.file_size > MOST_ABOUT:
                raise KeyError
            document = json.loads(archive.read(about))
        form = document["form"]
        if isinstance(form, int) and form > FORM:
            raise BadRequest(
                f"{path.name} is a backup of form {form}, and this program reads none above form"
                f" {FORM}: it is older than the backup. Update the program."
            )
        return BackupManifest.model_validate(document)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, ValidationError, EOFError):
        raise BadRequest(
            f"{path.name} is no backup that scheduler backup has written, or is damaged."
        ) from None
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {error.strerror}.") from None


class _Checked:
    """A copy as it is read out of its archive, to the end of which it is known whether it is the
    one that was put in.
    """

    def __init__(self, stream: BinaryIO, name: str, expected: BackupManifest) -> None:
        self._stream, self._name, self._expected = stream, name, expected
        self._digest, self._size = sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes. Raises BadRequest where they are not those that were put in."""
        piece = self._stream.read(size)
        self._digest.update(piece)
        self._size += len(piece)
        if self._size > self._expected.size or (
            not piece
            and (self._size, self._digest.hexdigest())
            != (self._expected.size, self._expected.sha256)
        ):
            raise BadRequest(
                f"{self._name} is damaged: it does not hold what was put in. Take another backup."
            )
        return piece


@contextmanager
def opened_copy(path: Path, expected: BackupManifest) -> Iterator[_Checked]:
    """The copy in an archive; whoever reads it to the end knows that it is whole. Raises BadRequest
    where it is not.
    """
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(CONTENTS[expected.kind]) as stream,
        ):
            yield _Checked(stream, path.name, expected)  # type: ignore[arg-type]  # a stream by what is asked of it: read
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error) as error:
        raise BadRequest(f"{path.name} is damaged: {error}. Take another backup.") from None


def extract(path: Path, expected: BackupManifest, place: Path) -> None:
    """Write the copy out of an archive, for its owner alone. Raises BadRequest where it is
    damaged.
    """
    with opened_copy(path, expected) as stream, for_the_owner_alone(place).open("wb") as out:
        shutil.copyfileobj(stream, out, PIECE)


def _digest(file: Path) -> tuple[str, int]:
    digest, size = sha256(), 0
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size

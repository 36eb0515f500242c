"""How much a file that somebody brings may hold, known before memory is taken for it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from scheduler.domain.errors import BadRequest

MIB = 2**20


@dataclass(frozen=True)
class SizeLimits:
    """Each is also a setting, an environment variable of the same name in capitals behind
    SCHEDULER_.
    """

    most_file_mib: int = 100
    """Of one file [MiB]."""
    most_unpacked_mib: int = 400
    """Of a workbook's parts together, or of all CSV files of a folder [MiB]."""
    most_rows: int = 1_048_576
    """Of one file or sheet, with its header: as many as a spreadsheet can hold."""
    most_columns: int = 256
    """Of one file or sheet."""
    most_cells: int = 10_000_000
    """Of one file or sheet: rows times columns."""
    longest_cell: int = 32_767
    """Characters: as many as a cell of a spreadsheet can hold."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "SizeLimits":
        """Raises BadRequest for a setting that is no whole number from 1 on."""
        found = {}
        for name in (field.name for field in fields(cls)):
            text = environment.get(setting(name), "")
            if text and (
                not text.isdecimal() or not text.isascii() or len(text) > 12 or int(text) < 1
            ):
                raise BadRequest(
                    f"{setting(name)} is {text[:40]!r}: expected a whole number from 1 on."
                )
            if text:
                found[name] = int(text)
        return cls(**found)


def setting(name: str) -> str:
    """The environment variable of a limit."""
    return f"SCHEDULER_{name.upper()}"


def limits() -> SizeLimits:
    """Those in force."""
    return SizeLimits.of(os.environ)


def size(content: int) -> str:
    """Bytes as people read them, rounded up, so that what is beyond a limit never looks like the
    limit.
    """
    return f"{-(-content // MIB):,} MiB"


def instead(name: str, advice: str) -> str:
    """The end of a sentence about a limit: what to do next."""
    return f"{advice}, or raise the setting {setting(name)}"

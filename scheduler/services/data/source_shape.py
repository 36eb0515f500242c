"""What stands in a file of another system before anything is said of it: sheets and headings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scheduler.domain.errors import BadInput
from scheduler.storage.foreign.grid import Brought, as_path, read_grid
from scheduler.storage.whole_file import Unreadable
from scheduler.storage.workbook import Workbook

EXAMPLES = 3
"""Different values of a column that are shown with its heading."""


@dataclass(frozen=True)
class SourceShape:
    """`rows`: how many stand below the headings; `examples`: heading -> its first few different
    values.
    """

    headings: tuple[str, ...]
    rows: int
    examples: Mapping[str, tuple[str, ...]]


def sheets_of(brought: Brought) -> tuple[str, ...]:
    """The sheets of a workbook, those that it hides for itself left out; none of a text file.
    Raises BadInput for one that cannot be read.
    """
    name = brought.name if isinstance(brought, Path) else brought[0]
    if not name.lower().endswith(".xlsx"):
        return ()
    try:
        with as_path(brought) as path:
            return tuple(one for one in Workbook(path).sheet_names if not one.startswith("_"))
    except Unreadable as error:
        raise BadInput([error.fault]) from None


def shape_of(
    brought: Brought, *, sheet: str = "", header_row: int = 1, header_rows: int = 1
) -> SourceShape:
    """The headings of a sheet with examples. Raises BadInput for a file that cannot be read."""
    try:
        grid = read_grid(brought, sheet=sheet, header_row=header_row, header_rows=header_rows)
    except Unreadable as error:
        raise BadInput([error.fault]) from None
    found: dict[str, dict[str, None]] = {one: {} for one in grid.headings if one}
    for _, cells in grid.rows:
        for heading, cell in zip(grid.headings, cells, strict=False):
            if heading and cell and len(found[heading]) < EXAMPLES:
                found[heading].setdefault(cell)
    return SourceShape(
        tuple(found), len(grid.rows), {heading: tuple(few) for heading, few in found.items()}
    )

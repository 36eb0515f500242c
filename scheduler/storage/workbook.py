"""Sheets of an Excel workbook as text cells: dates, times, numbers and ticks become the contract's
text.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook

from scheduler.domain.errors import Fault
from scheduler.storage.columns import ColumnKind
from scheduler.storage.limits import limits
from scheduler.storage.oddities import NotFoundInWorkbook, Oddity, SheetOddities, WorkbookParts
from scheduler.storage.panics import Panicked, panics_as_errors
from scheduler.storage.raw_table import RawTable, table_from_records
from scheduler.storage.whole_file import Unreadable
from scheduler.storage.workbook_size import extents

_OF_TIME: tuple[ColumnKind | None, ...] = ("date", "time", "instant")


class Workbook:
    """An open workbook. Raises Unreadable where the file is none, or too large."""

    def __init__(self, path: Path) -> None:
        try:
            # before anything else: the reader of values takes memory for all that a workbook claims
            self._extents = extents(path)
            with panics_as_errors():
                self._book = CalamineWorkbook.from_path(path)
            self._parts = WorkbookParts(path)
        except (
            CalamineError,
            NotFoundInWorkbook,
            BadZipFile,
            OSError,
            EOFError,
            ValueError,
            LookupError,
            NotImplementedError,
            Panicked,
        ):
            expected = "an Excel workbook (.xlsx) without a password, which this file is not"
            raise Unreadable(Fault(path.name, 0, "", "", expected)) from None
        self.sheet_names: tuple[str, ...] = tuple(self._book.sheet_names)

    def table(self, sheet: str, kinds: Mapping[str, ColumnKind]) -> RawTable:
        """`kinds`: what the columns hold, by name. Raises Unreadable."""
        label = f"sheet {sheet}"
        return table_from_records(label, *self.records(sheet, kinds))

    def records(
        self, sheet: str, kinds: Mapping[str, ColumnKind]
    ) -> tuple[list[list[str]], dict[tuple[int, int], Oddity]]:
        """All rows of a sheet as text cells, the first being row 1, and what is odd about them:
        (row number, position from 0) -> oddity. Raises Unreadable.
        """
        label = f"sheet {sheet}"
        extent = self._extents.get(self._parts.part(sheet))
        if extent is not None and (beyond := extent.beyond(limits())) is not None:
            raise Unreadable(Fault(label, 0, "", "", beyond))
        try:
            with panics_as_errors(quiet=False):  # takes long, and progress is told meanwhile
                found_sheet = self._book.get_sheet_by_name(sheet)
            with panics_as_errors():
                rows = found_sheet.to_python(skip_empty_area=False)
            found = self._parts.oddities(sheet)
        except (CalamineError, NotFoundInWorkbook):
            raise Unreadable(
                Fault(label, 0, "", "", "a sheet with rows and columns that can be read")
            ) from None
        except Panicked as error:
            expected = (
                "a sheet that can be read, such as without numbers that are shown as a date and"
                f" are none ({error})"
            )
            raise Unreadable(Fault(label, 0, "", "", expected)) from None
        return _records(rows, kinds, found)


def _records(
    rows: Sequence[Sequence[object]], kinds: Mapping[str, ColumnKind], found: SheetOddities
) -> tuple[list[list[str]], dict[tuple[int, int], Oddity]]:
    """Text cells, and what is odd about them."""
    oddities = dict(found.cells)
    header = [_text(cell, ticks=False) for cell in rows[0]] if rows else []
    width = len(header)
    while width and not header[width - 1].strip():
        width -= 1  # columns without a name are kept only where they hold something
    by_position = [kinds.get(name.strip()) for name in header]
    records = [header] if rows else []
    for number, row in enumerate(rows[1:], start=2):
        cells = []
        for position, (cell, kind) in enumerate(zip(row, by_position, strict=False)):
            if type(cell) is str:
                cells.append(cell)
                continue
            cells.append(_text(cell, ticks=kind == "yes_no"))
            if isinstance(cell, date | time | timedelta) and kind not in _OF_TIME:
                oddities[number, position] = Oddity("date", cells[-1])
        records.append(cells + [""] * (width - len(cells)))
    for (number, position), odd in found.cells.items():
        if odd.kind in ("error", "formula"):
            _put(records, number, position, odd.shown)
    oddities |= _beneath_merged(found, len(records), width)
    return records, oddities


def _put(records: list[list[str]], number: int, position: int, text: str) -> None:
    """Into a cell that the reader of values may have left out as empty."""
    while len(records) < number:
        records.append([""] * len(records[0]) if records else [])
    record = records[number - 1]
    record += [""] * (position + 1 - len(record))
    record[position] = text


def _beneath_merged(
    found: SheetOddities, height: int, width: int
) -> Iterable[tuple[tuple[int, int], Oddity]]:
    """Of merged cells the first alone holds their value: the others are not empty because somebody
    left them so.
    """
    for merged in found.merged:
        for number in range(max(2, merged.rows[0]), min(height, merged.rows[1]) + 1):
            for position in range(merged.columns[0], min(width, merged.columns[1] + 1)):
                if (number, position) != (merged.rows[0], merged.columns[0]):
                    yield (number, position), Oddity("merged", merged.name)


def _text(cell: object, *, ticks: bool) -> str:
    """The contract's text for a typed cell. A cell with a date before 1900-01-02 is a time of day
    to Excel.
    """
    if isinstance(cell, bool):
        return {
            (True, True): "yes",
            (True, False): "no",
            (False, True): "TRUE",
            (False, False): "FALSE",
        }[ticks, cell]
    if isinstance(cell, float) and not isfinite(cell):
        return str(cell)
    if isinstance(cell, int | float):
        return str(int(cell)) if cell == int(cell) else format(Decimal(repr(cell)).normalize(), "f")
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    if isinstance(cell, time):
        return _clock(datetime.combine(date.min, cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _moment(cell: datetime) -> str:
    if cell < datetime(1900, 1, 2):
        return _clock(cell)
    rounded = _to_the_second(cell)
    if rounded.time() == time(0):
        return rounded.date().isoformat()
    return rounded.isoformat(timespec="seconds" if rounded.second else "minutes")


def _clock(moment: datetime) -> str:
    rounded = _to_the_second(moment)
    return rounded.time().isoformat(timespec="seconds" if rounded.second else "minutes")


def _to_the_second(moment: datetime) -> datetime:
    """A day's fraction is not exact in binary."""
    half = timedelta(microseconds=500_000)
    return (moment + half if moment < datetime.max - half else moment).replace(microsecond=0)

"""Sheets of an Excel workbook as text cells: dates, times, numbers and ticks become the contract's text."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from scheduler.domain.errors import Fault
from scheduler.storage.raw_table import RawTable, Unreadable, table_from_records


class Workbook:
    """An open workbook. Raises Unreadable where the file is none."""

    def __init__(self, path: Path) -> None:
        try:
            self._book = CalamineWorkbook.from_path(path)
        except (CalamineError, OSError):
            expected = "an Excel workbook (.xlsx) without a password, which this file is not"
            raise Unreadable(Fault(path.name, 0, "", "", expected)) from None
        self.sheet_names: tuple[str, ...] = tuple(self._book.sheet_names)

    def table(self, sheet: str, yes_no_columns: Collection[str]) -> RawTable:
        """Raises Unreadable."""
        label = f"sheet {sheet}"
        try:
            rows = iter(self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
        except CalamineError:
            raise Unreadable(Fault(label, 0, "", "", "a sheet with rows and columns that can be read")) from None
        header = [_text(cell, ticks=False) for cell in next(rows, [])]
        ticks = [name.strip() in yes_no_columns for name in header]
        return table_from_records(label, _records(header, rows, ticks))


def _records(header: list[str], rows: Iterator[Sequence[object]], ticks: list[bool]) -> Iterator[list[str]]:
    width = len(header)
    while width and not header[width - 1].strip():
        width -= 1  # columns without a name are kept only where they hold something
    yield header
    for row in rows:
        cells = [cell if type(cell) is str else _text(cell, ticks=tick) for cell, tick in zip(row, ticks, strict=False)]
        yield cells + [""] * (width - len(cells))


def _text(cell: object, *, ticks: bool) -> str:
    """The contract's text for a typed cell. A cell with a date before 1900-01-02 is a time of day to Excel."""
    if isinstance(cell, bool):
        return {(True, True): "yes", (True, False): "no", (False, True): "TRUE", (False, False): "FALSE"}[ticks, cell]
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
    rounded = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)  # a day's fraction is not exact in binary
    if rounded.time() == time(0):
        return rounded.date().isoformat()
    return rounded.isoformat(timespec="seconds" if rounded.second else "minutes")


def _clock(moment: datetime) -> str:
    rounded = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    return rounded.time().isoformat(timespec="seconds" if rounded.second else "minutes")

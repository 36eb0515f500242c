"""Cells that a spreadsheet has made into something else than what was meant: what to expect of
them, or how they were understood.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import assert_never

from scheduler.storage.columns import Column
from scheduler.storage.oddities import Oddity

SPREADSHEET_ERRORS = frozenset(
    {
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#BUSY!",
        "#PYTHON!",
        "#GETTING_DATA",
        "Err:502",
        "Err:504",
        "Err:508",
        "Err:511",
        "Err:522",
        "Err:523",
    }
)
"""As they stand in a sheet, and in a CSV file that was saved from it."""

_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
_PERCENT = re.compile(r"[+-]?\d+([.,]\d+)?\s*%")


def is_fault(column: Column, odd: Oddity) -> bool:
    """Whether the cell cannot be taken, whatever its text says."""
    match odd.kind:
        case "error" | "formula" | "merged":
            return True
        case "percent":
            return _in_percent(column)
        case "date":
            return False
        case _:
            assert_never(odd.kind)


def understood(column: Column, odd: Oddity, cell: str) -> list[str]:
    """How a cell was read that somebody may have meant otherwise."""
    if odd.kind == "percent":
        return [f"the cell shows {_as_percentage(odd)} and was read as {cell}."]
    if odd.kind == "date" and column.kind == "text":
        return [
            f"the cell holds a date or time and was read as {cell}. If something else was typed,"
            " format the cell as text and type it again."
        ]
    return []


def advice(column: Column, cell: str, odd: Oddity | None) -> str | None:
    """What to expect of a cell that cannot be taken, where it can be told how it came about."""
    if cell in SPREADSHEET_ERRORS or (odd and odd.kind == "error"):
        return f"{column.plain()}, not an error: mend the formula, or {_fill(column)}"
    if odd and odd.kind == "formula":
        return (
            f"{column.plain()}, not a formula without a result: open the workbook in Excel and save"
            " it, or put the value in place of the formula"
        )
    if odd and odd.kind == "merged":
        return (
            f"a cell of its own: {odd.shown} are merged into one. Unmerge them and {_fill(column)}"
        )
    if column.kind in ("whole", "number"):
        return _about_number(column, cell, odd)
    if column.kind in ("date", "instant") and _SERIAL.fullmatch(cell):
        day = date(1899, 12, 30) + timedelta(days=int(float(cell)))
        return (
            f"{column.plain()}; a spreadsheet counts {day.isoformat()} as {int(float(cell))}:"
            " format the cells as dates"
        )
    return None


def _about_number(column: Column, cell: str, odd: Oddity | None) -> str | None:
    if odd and odd.kind == "percent":
        plain = _plain(Decimal(odd.shown) * 100)
        return (
            f"{column.plain()} such as {plain}: the cell shows {_as_percentage(odd)} but holds"
            f" {cell}. Format the cells as numbers and type {plain}"
        )
    if odd and odd.kind == "date":
        return (
            f"{column.plain()}, which the spreadsheet has turned into a date or time: format the"
            " cell as a number and type it again"
        )
    if _PERCENT.fullmatch(cell):
        return f"{column.plain()}, without a % sign"
    if _GROUPED.fullmatch(cell) and (cell.count(",") > 1 or "." in cell):
        return f"{column.plain()}, without commas: {cell.replace(',', '')}"
    if _GROUPED.fullmatch(cell):
        return (
            f"{column.plain()}, without commas: {cell.replace(',', '')} or"
            f" {cell.replace(',', '.')}, whichever is meant"
        )
    if _DECIMAL_COMMA.fullmatch(cell):
        return (
            f"{column.plain()}, with a point for decimals:"
            f" {cell.replace('.', '').replace(',', '.')}"
        )
    return None


def _fill(column: Column) -> str:
    return "fill in the value" if column.required else "fill in the value or leave the cell empty"


def _in_percent(column: Column) -> bool:
    return "[%]" in column.description


def _as_percentage(odd: Oddity) -> str:
    return f"{_plain(Decimal(odd.shown) * 100)}%"


def _plain(number: Decimal) -> str:
    return format(round(number, 9).normalize(), "f")

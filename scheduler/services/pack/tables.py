"""What a paper is made of: cells that hold a number and how it reads, tables, charts, sections.

All are plain dicts, so that PDF, workbook and a program read the same. A cell: `text`, as it
reads; `value`, the number or None; `format`, one of `FORMATS`, empty of words. A table: `title`,
`columns` [{title, right}], `rows` (of cells), `note`. A chart: `kind`, `title`, `alt` (the chart in
words), `rows` (what is drawn), `unit`. A section: `number`, `title`, `sentence`, `tables`,
`charts`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from scheduler.domain.pay import half_up
from scheduler.services.kpis.words import number_words, target_words, verdict_words

Cell: TypeAlias = dict[str, Any]
Table: TypeAlias = dict[str, Any]
Chart: TypeAlias = dict[str, Any]
Section: TypeAlias = dict[str, Any]

FORMATS = {
    "hours": "#,##0.0",
    "pounds": "[>=0]£#,##0.00;−£#,##0.00",
    "percent": "#,##0.0",
    "count": "#,##0",
    "number": "#,##0.0",
}
"""Format -> how a workbook shows it."""
NONE = "–"


def words(text: str) -> Cell:
    """A cell without a number."""
    return {"text": text, "value": None, "format": ""}


def hours(minutes: int) -> Cell:
    """Minutes as hours."""
    return {"text": f"{minutes / 60:,.1f}", "value": minutes / 60, "format": "hours"}


def hours_words(minutes: int) -> str:
    """`1,234.5 h`."""
    return f"{minutes / 60:,.1f} h"


def count(number: int) -> Cell:
    """People, shifts, facts."""
    return {"text": f"{number:,}", "value": number, "format": "count"}


def pounds(pence: int) -> Cell:
    """Whole pence as pounds, to the penny."""
    return {"text": pounds_words(pence), "value": pence / 100, "format": "pounds"}


def pounds_words(pence: int) -> str:
    """`£1,234.56`, `−£0.50`."""
    return f"{'−' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"


def sixtieths(amount: int) -> Cell:
    """Sixtieths of a penny as pounds, half a penny up."""
    return pounds(half_up(Fraction(amount, 60)))


def share(part: int, whole: int) -> Cell:
    """A part in per cent; a dash where there is no whole."""
    if not whole:
        return words(NONE)
    value = 100 * part / whole
    return {"text": number_words(value, "%"), "value": value, "format": "percent"}


def measured(told: Mapping[str, Any], unit: str) -> Cell:
    """The value of a measure, or why there is none."""
    if told["value"] is None:
        return words(str(told["why_none"]))
    form = "percent" if unit == "%" else "number"
    return {"text": number_words(told["value"], unit), "value": told["value"], "format": form}


def judged(told: Mapping[str, Any]) -> list[Cell]:
    """The target of a measure and whether it is met."""
    return [words(target_words(told["target"]) or NONE), words(verdict_words(told) or NONE)]


def day_words(day: date | str) -> str:
    """`11 January 2027`."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.day} {day:%B %Y}"


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    right: Iterable[int] = (),
    note: str = "",
) -> Table:
    """`right`: positions of the columns of numbers."""
    numbers = frozenset(right)
    return {
        "title": title,
        "columns": [
            {"title": each, "right": place in numbers} for place, each in enumerate(columns)
        ],
        "rows": [list(row) for row in rows],
        "note": note,
    }


def section(
    number: int,
    title: str,
    sentence: str,
    tables: Sequence[Table] = (),
    charts: Sequence[Chart] = (),
) -> Section:
    """`number`: where it stands in the order of directors' papers, from 1."""
    return {
        "number": number,
        "title": title,
        "sentence": sentence,
        "tables": list(tables),
        "charts": list(charts),
    }


def texts(part: Any) -> list[str]:
    """Every text that a reader of a page, a section, a table or a chart sees, in order."""
    if isinstance(part, Mapping):
        if {"text", "value", "format"} <= part.keys():
            return [part["text"]] if part["text"] else []
        return [
            each
            for name in ("title", "sentence", "alt", "note", "tables", "charts", "columns")
            if name in part
            for each in texts(part[name])
        ] + [each for each in texts(part.get("rows", ())) if "alt" not in part]
    if isinstance(part, str):
        return [part] if part else []
    if isinstance(part, Sequence):
        return [each for one in part for each in texts(one)]
    return []

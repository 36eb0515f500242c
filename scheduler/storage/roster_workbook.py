"""A roster as a workbook: a grid of people and days to look at, and the contract's files as
sheets.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scheduler.domain.facts import LONDON
from scheduler.domain.roster import AssignmentLine, RosterDocument, VacancyLine
from scheduler.storage.calendar_file import CalendarNames
from scheduler.storage.writing import Book, add_sheet, open_workbook, write_header, write_text


def write_roster_workbook(document: RosterDocument, names: CalendarNames, file: Path) -> None:
    """Sheets roster (the grid), assignment, vacancy and summary."""
    with open_workbook(file) as book:
        _grid(book, document, names)
        add_sheet(book, AssignmentLine, document.assignments)
        add_sheet(book, VacancyLine, document.vacancies)
        _summary(book, document.summary)


def _grid(book: Book, document: RosterDocument, names: CalendarNames) -> None:
    """A row for each person or temporary supply that works, a column for each day on which shifts
    start.
    """
    sheet = book.add_worksheet("roster")
    days = [document.start + timedelta(days=offset) for offset in range(document.days)]
    shifts: dict[tuple[str, str], dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in sorted(document.assignments, key=lambda line: line.start):
        shifts[_who(line, names)][line.start.astimezone(LONDON).date()].append(_shift(line))
    write_header(book, sheet, ("name", "id", *(f"{day:%a} {day.isoformat()}" for day in days)))
    sheet.set_column(0, 0, 28)
    sheet.set_column(2, 1 + len(days), 22)
    sheet.freeze_panes(1, 2)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for number, (who, by_day) in enumerate(sorted(shifts.items()), start=1):
        for position, text in enumerate((*who, *("\n".join(by_day.get(day, ())) for day in days))):
            if text:
                write_text(sheet, number, position, text, wrapped)


def _who(line: AssignmentLine, names: CalendarNames) -> tuple[str, str]:
    if line.staff_id:
        return names.of("staff", line.staff_id), line.staff_id
    return f"({line.pay})", line.temporary_supply_id or ""


def _shift(line: AssignmentLine) -> str:
    start, end = line.start.astimezone(LONDON), line.end.astimezone(LONDON)
    return f"{start:%H:%M}–{end:%H:%M} {line.site_id} {line.role_id}"


def _summary(book: Book, summary: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet("summary")
    write_header(book, sheet, ("key", "value"))
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 60)
    for number, (key, value) in enumerate(_flat(summary, ""), start=1):
        write_text(sheet, number, 0, key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(number, 1, value)
        else:
            write_text(
                sheet,
                number,
                1,
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
            )


def _flat(value: Any, path: str) -> list[tuple[str, Any]]:
    """Nested keys joined by dots; lists of plain values stay together."""
    if isinstance(value, Mapping) and value:
        return [
            pair
            for key, part in value.items()
            for pair in _flat(part, f"{path}.{key}" if path else str(key))
        ]
    if isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        return [
            pair
            for number, part in enumerate(value, start=1)
            for pair in _flat(part, f"{path}.{number}")
        ]
    return [(path, value)]

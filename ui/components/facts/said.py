"""What services say of other systems' files, in the words of these pages."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from scheduler.domain.errors import Fault
from scheduler.domain.facts import BY_FILE, LONDON
from scheduler.services.facts.words import FactNames, column_title, columns_of, file_title

_COLUMN_OF = re.compile(r"\b([a-z_]+) of ([a-z_]+)\b")
_FOR = re.compile(r"\bfor ([a-z_]+):")
_TABLE = re.compile(r", or an entry in the value table '[^']*'")
_ENTRY = re.compile(r"an entry in the value table '[^']*'")
_OPTION = re.compile(r" \(to withdraw: --complete \w+\)")
_OF_COMMANDS = {
    "the mapping gives": "it was said above to give",
    ": scheduler repair.": ", it is repaired on the page Operations.",
    ", which --preview lists.": ".",
}
"""What services say to whoever works with commands, and what is said here in its place."""
_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_MOMENT = re.compile(r"\b(\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d)(?::\d\d)?(?:[+-]\d\d:\d\d|Z)?")
_DAY = re.compile(r"\b\d{4}-[01]\d-[0-3]\d\b")
_SHEET = re.compile(r"\b([a-z_]+)\.csv\b")


def in_titles(text: str) -> str:
    """A sentence with the titles of files and columns in the place of their names."""

    def column(found: re.Match[str]) -> str:
        name, file = found.groups()
        if file in BY_FILE and name in BY_FILE[file].model_fields:
            return f"“{column_title(file, name)}” of “{file_title(file)}”"
        return found[0]

    def file(found: re.Match[str]) -> str:
        return f"for {file_title(found[1])}:" if found[1] in BY_FILE else found[0]

    def sheet(found: re.Match[str]) -> str:
        return file_title(found[1]) if found[1] in BY_FILE else found[0]

    text = _OPTION.sub("", _ENTRY.sub("its meaning, said above", _TABLE.sub("", text)))
    for ours, words in _OF_COMMANDS.items():
        text = text.replace(ours, words)
    text = _SHEET.sub(sheet, _FOR.sub(file, _COLUMN_OF.sub(column, text)))
    return _DAY.sub(_day, _MOMENT.sub(_moment, _NAME.sub(_title, text)))


def _title(found: re.Match[str]) -> str:
    """A name of a column as it is called everywhere; other words as they are."""
    file = next((file for file, fact in BY_FILE.items() if found[0] in fact.model_fields), None)
    return found[0] if file is None else column_title(file, found[0]).lower()


def _moment(found: re.Match[str]) -> str:
    try:
        return f"{datetime.fromisoformat(found[1]):%a %-d %b %Y %H:%M}"
    except ValueError:  # what somebody wrote and there is not
        return found[0]


def _day(found: re.Match[str]) -> str:
    try:
        return f"{date.fromisoformat(found[0]):%a %-d %b %Y}"
    except ValueError:
        return found[0]


def fault_rows(faults: Iterable[Fault], row: str, heading: str) -> list[dict[str, str]]:
    """Faults as rows of a table. `row`, `heading`: what these are called in such a file."""
    return [
        {
            row: str(one.row) if one.row else "the whole file",
            heading: one.column or "–",
            "Found": one.value or "nothing",
            "Expected": in_titles(one.expected)
            + (f" (and {one.more:,} more such)" if one.more else ""),
        }
        for one in faults
    ]


def shown_cells(file: str, cells: dict[str, str], names: FactNames) -> dict[str, str]:
    """A row of ours as people read it: by titles, with names, dates and times in words."""
    references = BY_FILE[file].references
    found = {}
    for column in columns_of(file):
        cell = cells.get(column.name, "")
        if target := references.get(column.name):
            cell = names(target, cell)
        elif cell and column.kind == "instant":
            moment = datetime.fromisoformat(cell)
            local = moment.astimezone(LONDON) if moment.tzinfo else moment
            cell = f"{local:%a %-d %b %Y %H:%M}"
        elif cell and column.kind == "date":
            cell = f"{date.fromisoformat(cell):%a %-d %b %Y}"
        elif column.kind == "choice":
            cell = cell.replace("_", " ")
        found[column_title(file, column.name)] = cell
    return found

"""A grid of facts as the data editor shows and gives it back: cells typed as their columns are, and
what was typed as rows to be understood.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.services.facts.change import EditedRow
from scheduler.services.facts.words import WEEKDAYS, FactNames, column_title, columns_of

NUMBER = "row"
"""The column that counts the rows, so that a fault can be found."""
MOST_CHOICES = 3_000
"""Rows of another file that a drop-down offers; beyond, a number is typed."""


@dataclass(frozen=True)
class GridOf:
    """What a grid shows. `rows`: stored rows in the order shown; `fixed`: column -> cell that every
    row of it has, which is not shown; `names`: what ids are called.
    """

    file: str
    rows: tuple[Fact, ...]
    fixed: Mapping[str, str]
    names: FactNames

    @property
    def shown(self) -> list[str]:
        """The columns that are shown."""
        return [name for name in BY_FILE[self.file].model_fields if name not in self.fixed]

    def table(self) -> pd.DataFrame:
        """The rows with cells as the editor takes them, numbered from 1."""
        cells = {
            column.name: [_shown(getattr(row, column.name), column.kind) for row in self.rows]
            for column in columns_of(self.file)
            if column.name not in self.fixed
        }
        numbered = {NUMBER: list(range(1, len(self.rows) + 1)), **cells}
        return pd.DataFrame(numbered, columns=[NUMBER, *self.shown], dtype=object)

    def config(self) -> dict[str, Any]:
        """How each column is shown and edited."""
        found: dict[str, Any] = {
            NUMBER: st.column_config.NumberColumn("Row", width=50, disabled=True, pinned=True)
        }
        for column in columns_of(self.file):
            if column.name in self.fixed:
                continue
            title = column_title(self.file, column.name)
            named: dict[str, Any] = {"help": column.description}
            target = column.references
            choices = self.names.by_file.get(target or "", {})
            if target is not None and 0 < len(choices) <= MOST_CHOICES:
                made: Any = st.column_config.SelectboxColumn(
                    title,
                    options=_by_name(choices),
                    format_func=partial(_called, choices),
                    width="medium",
                    **named,
                )
            elif column.name == "weekday":
                made = st.column_config.SelectboxColumn(
                    title,
                    options=list(range(1, 8)),
                    format_func=lambda day: WEEKDAYS[int(day) - 1],
                    **named,
                )
            elif column.kind == "choice":
                made = st.column_config.SelectboxColumn(
                    title,
                    options=list(column.choices),
                    format_func=lambda one: str(one).replace("_", " "),
                    **named,
                )
            elif column.kind == "yes_no":
                made = st.column_config.SelectboxColumn(title, options=["yes", "no"], **named)
            elif column.kind == "date":
                made = st.column_config.DateColumn(title, format="DD/MM/YYYY", **named)
            elif column.kind == "time":
                made = st.column_config.TimeColumn(title, format="HH:mm", **named)
            elif column.kind in ("whole", "number"):
                made = st.column_config.NumberColumn(title, **named)
            else:
                made = st.column_config.TextColumn(title, **named)
            found[column.name] = made
        return found

    def edited(self, state: Mapping[str, Any]) -> list[EditedRow]:
        """What the editor's `state` says was changed, deleted and added, numbered as rows stand in
        the grid; added ones behind the last.
        """
        found = [
            EditedRow(
                int(place) + 1,
                self.rows[int(place)],
                {
                    **self.rows[int(place)].cells(),
                    **{name: _typed(value) for name, value in cells.items()},
                },
            )
            for place, cells in state.get("edited_rows", {}).items()
            if int(place) not in state.get("deleted_rows", [])
        ]
        found += [
            EditedRow(int(place) + 1, self.rows[int(place)], None)
            for place in state.get("deleted_rows", [])
        ]
        for offset, cells in enumerate(state.get("added_rows", [])):
            typed = {name: _typed(value) for name, value in cells.items() if name != NUMBER}
            if any(typed.values()):
                found.append(EditedRow(len(self.rows) + offset + 1, None, {**self.fixed, **typed}))
        return found

    def pasted(self, text: str) -> list[EditedRow]:
        """Rows as a spreadsheet gives them, cells parted by tabs, in the order of the columns shown
        or under a line with their titles; numbered behind the last. Raises BadInput for cells under
        no column of the grid: dropped in silence, they would make the row say another thing.
        """
        lines = [line.split("\t") for line in text.splitlines() if line.strip()]
        order = self._order(lines[0]) if lines else None
        titles = lines[0] if order is not None else []
        if order is not None:
            lines = lines[1:]
        names = order or self.shown
        if faults := list(self._left_over(lines, names, titles)):
            raise BadInput(faults)
        return [
            EditedRow(
                len(self.rows) + offset + 1,
                None,
                {
                    **self.fixed,
                    **{
                        name: self._id(name, cell.strip())
                        for name, cell in zip(names, line, strict=False)
                        if name
                    },
                },
            )
            for offset, line in enumerate(lines)
        ]

    def _left_over(
        self, lines: Sequence[Sequence[str]], names: Sequence[str], titles: Sequence[str]
    ) -> Iterator[Fault]:
        """Filled cells that stand under no column of the grid; its own count of rows may."""
        expected = ", ".join(column_title(self.file, name) for name in self.shown)
        for offset, line in enumerate(lines):
            for place, cell in enumerate(line):
                if cell.strip() and not (place < len(names) and names[place]):
                    title = titles[place].strip() if place < len(titles) else ""
                    if title.casefold() != NUMBER:
                        yield Fault(
                            f"{self.file}.csv",
                            len(self.rows) + offset + 1,
                            "",
                            f"{title}: {cell.strip()}" if title else cell.strip(),
                            f"no cell outside the columns {expected}",
                        )

    def _order(self, line: Sequence[str]) -> list[str] | None:
        """The columns that a line of titles names; None where it is no such line."""
        known = {column_title(self.file, name).casefold(): name for name in self.shown}
        known |= {name: name for name in self.shown}
        found = [known.get(cell.strip().casefold(), "") for cell in line]
        return found if sum(map(bool, found)) > len(found) / 2 else None

    def _id(self, name: str, cell: str) -> str:
        """The id of what a cell names; the cell as it stands where it names nothing alone. Dates as
        spreadsheets write them are taken day first.
        """
        column = next(one for one in columns_of(self.file) if one.name == name)
        if column.references:
            called = self.names.by_file.get(column.references, {})
            same = [one for one in called if called[one].casefold() == cell.casefold()]
            return same[0] if len(same) == 1 and cell not in called else cell
        if column.kind == "date":
            day, *rest = cell.split("/")
            if len(rest) == 2 and len(rest[1]) == 4 and all(map(str.isdecimal, (day, *rest))):
                return f"{rest[1]}-{rest[0]:0>2}-{day:0>2}"
        if column.kind in ("choice", "yes_no"):
            return cell.lower().replace(" ", "_")
        return cell


def _by_name(choices: Mapping[str, str]) -> list[str]:
    return sorted(choices, key=lambda one: choices[one].casefold())


def _called(choices: Mapping[str, str], one: Any) -> str:
    return choices.get(str(one), str(one))


def _shown(value: Any, kind: str) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if value is None or kind != "instant" else value.isoformat(timespec="minutes")


def _typed(value: Any) -> str:
    """A cell as the editor gives it, as text of the contract."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, time)):
        return value.isoformat()
    text = str(value).strip()
    # times come as 07:00:00.000, dates as 2027-01-11T00:00:00.000
    if len(text) > 10 and text[4:5] == "-" and text[10:19] == "T00:00:00":
        return text[:10]
    if len(text) >= 8 and text[2:3] == ":" and text[5:6] == ":" and text[:2].isdigit():
        return text[:5]
    return text

"""A document read as a column mapping, with all that is wrong with it at once."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import BY_FILE
from scheduler.domain.wording import hides, maybe
from scheduler.storage.columns import Column, columns
from scheduler.storage.foreign.mapping import (
    CellSource,
    ColumnMapping,
    RowCondition,
    TargetFile,
)
from scheduler.storage.foreign.notations import HOURS, MONEY, bad_date_pattern
from scheduler.storage.limits import MIB
from scheduler.storage.toml_file import MOST_BYTES, tables_of

LAYOUTS = Path(__file__).parent / "layouts"
LONGEST_NAME = 80
"""Characters of a mapping's name."""
MOST_HEADER_ROWS = 5
MOST_TIMES = 1_000_000
"""By which a number may be multiplied."""
MOST_OTHERWISE = 8
"""Sources of one column, one in the place of another."""
_TOP = (
    "name",
    "organisation",
    "layout",
    "sheet",
    "header_row",
    "header_rows",
    "date",
    "hours",
    "money",
    "ignored",
    "fill_down",
    "skip",
    "until",
    "values",
    "into",
)
_TARGET = ("file", "columns", "when", "record")
_CONDITION = ("column", "is", "is_not", "begins", "empty")
_SOURCE = (
    "column",
    "columns",
    "between",
    "constant",
    "kept",
    "values",
    "prefix",
    "empty",
    "unknown",
    "date",
    "hours",
    "money",
    "times",
    "time",
    "after",
    "length_of",
    "less",
    "otherwise",
)
LEAVE_OUT = "leave out"
"""What `unknown` says where a row with a value that nobody knows is left out."""


def mapping_of_text(content: bytes, name: str) -> ColumnMapping:
    """The mapping of a TOML or JSON file of this name. Raises BadInput with every fault."""
    if name.lower().endswith(".json"):
        if len(content) > MOST_BYTES:
            expected = f"at most {MOST_BYTES // MIB} MiB in a file of this kind"
            raise BadInput([Fault(name, 0, "", "", expected)])
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            raise BadInput([Fault(name, 0, "", "", "JSON: a document that can be read")]) from None
        if not isinstance(document, dict):
            raise BadInput([Fault(name, 0, "", "", "JSON: a document with names and values")])
    else:
        document = tables_of(content, name)
    return mapping_of(document, name)


def mapping_of(
    document: Mapping[str, Any], label: str, *, unfinished: bool = False
) -> ColumnMapping:
    """The mapping that a document says. `label`: what faults call it; `unfinished`: it need not say
    everything yet. Raises BadInput with every fault.
    """
    reader = _Reader(label, unfinished)
    found = reader.mapping(document)
    if reader.faults:
        raise BadInput(reader.faults)
    return found


class _Reader:
    """Goes through a document and collects what is wrong with it."""

    def __init__(self, label: str, unfinished: bool) -> None:
        self.label, self.unfinished = label, unfinished
        self.faults: list[Fault] = []
        self.adds = False
        """Whether it only adds to a layout, which says all that it does not say."""

    def fault(self, key: str, value: Any, expected: str) -> None:
        shown = "" if value is None or value == "" else str(value)[:80]
        self.faults.append(Fault(self.label, 0, key, shown, expected))

    def known(self, table: Mapping[str, Any], names: Collection[str], where: str) -> None:
        for key in table:
            if key not in names:
                advice = maybe(str(key), names, "known are " + ", ".join(names), cutoff=0.5)
                self.fault(_at(where, str(key)), None, f"a known name. {advice}")

    def text(self, table: Mapping[str, Any], key: str, where: str = "", default: str = "") -> str:
        value = table.get(key, default)
        if isinstance(value, str):
            return value
        self.fault(_at(where, key), value, "a text")
        return default

    def texts(self, table: Mapping[str, Any], key: str, where: str = "") -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, str):
            return (value,)
        if isinstance(value, Sequence) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.fault(_at(where, key), value, "a text, or a list of texts")
        return ()

    def whole(self, table: Mapping[str, Any], key: str, most: int) -> int:
        value = table.get(key, 1)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
            return value
        self.fault(key, value, f"a whole number from 1 to {most:,}")
        return 1

    def choice(
        self, table: Mapping[str, Any], key: str, where: str, choices: Sequence[str], default: str
    ) -> str:
        value = table.get(key, default)
        if value in choices or value == default:
            return str(value)
        self.fault(_at(where, key), value, f"one of {', '.join(choices)}")
        return default

    def listed(
        self, table: Mapping[str, Any], key: str, where: str = ""
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.fault(_at(where, key), None, "a list of tables")
            return
        for number, one in enumerate(value, start=1):
            yield one, f"{_at(where, key)} {number}"

    def dates(self, table: Mapping[str, Any], where: str = "") -> tuple[str, ...]:
        found = self.texts(table, "date", where)
        for pattern in found:
            if expected := bad_date_pattern(pattern):
                self.fault(_at(where, "date"), pattern, expected)
        return found

    def mapping(self, document: Mapping[str, Any]) -> ColumnMapping:
        self.known(document, _TOP, "")
        name = " ".join(self.text(document, "name").split())
        if not name or len(name) > LONGEST_NAME or hides(name):
            self.fault("name", name, f"a name of at most {LONGEST_NAME} characters on one line")
        self.adds = "layout" in document
        known = sorted(path.stem for path in LAYOUTS.glob("*.toml"))
        if self.adds and document["layout"] not in known:
            self.fault("layout", document["layout"], f"one of {', '.join(known)}")
        values = self.value_tables(document)
        into = tuple(self.targets(document, values))
        if not (into or self.adds or self.unfinished):
            self.fault("into", None, 'at least one of our files, such as [[into]] file = "staff"')
        unused = set(values) - {
            table for target in into for one in target.columns.values() for table in one.tables()
        }
        # with records of several kinds, tables may be asked while these are read
        spare = self.adds or any(target.record for target in into)
        for table in () if spare else sorted(unused):
            self.fault(
                f"values.{table}", None, "a value table that a column asks for by values = …"
            )
        return ColumnMapping(
            name=name,
            organisation_id=self.text(document, "organisation"),
            layout=self.text(document, "layout"),
            sheet=self.text(document, "sheet"),
            header_row=self.whole(document, "header_row", 1_000),
            header_rows=self.whole(document, "header_rows", MOST_HEADER_ROWS),
            date=self.dates(document) or ("DD/MM/YYYY",),
            hours=self.choice(document, "hours", "", HOURS, "hours"),
            money=self.choice(document, "money", "", MONEY, "pence"),
            ignored=self.texts(document, "ignored"),
            fill_down=self.texts(document, "fill_down"),
            skip=tuple(self.condition(*one) for one in self.listed(document, "skip")),
            until=tuple(self.condition(*one) for one in self.listed(document, "until")),
            values=values,
            into=into,
        )

    def value_tables(self, document: Mapping[str, Any]) -> dict[str, dict[str, str | None]]:
        found: dict[str, dict[str, str | None]] = {}
        tables = document.get("values", {})
        if not isinstance(tables, dict):
            self.fault("values", None, "value tables, such as [values.shift]")
            return found
        for name, table in tables.items():
            if not isinstance(table, dict):
                self.fault(f"values.{name}", table, 'a table, such as "E" = "early"')
                continue
            found[name] = {}
            for key, value in table.items():
                if isinstance(value, str):
                    found[name][key] = value
                elif value is False or value is None:
                    found[name][key] = None
                else:
                    self.fault(
                        f"values.{name}.{key}",
                        value,
                        "a text, or false where its rows are left out",
                    )
        return found

    def condition(self, table: Mapping[str, Any], where: str) -> RowCondition:
        self.known(table, _CONDITION, where)
        if "column" not in table:
            self.fault(_at(where, "column"), None, "the heading of a column")
        if sum(key in table for key in _CONDITION[1:]) != 1:
            self.fault(where, None, "one of is, is_not, begins and empty")
        empty = table.get("empty")
        if empty is not None and not isinstance(empty, bool):
            self.fault(_at(where, "empty"), empty, "true or false")
            empty = None
        return RowCondition(
            column=self.text(table, "column", where),
            among=self.texts(table, "is", where),
            not_among=self.texts(table, "is_not", where),
            begins=self.text(table, "begins", where),
            empty=empty,
        )

    def targets(
        self, document: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Iterator[TargetFile]:
        for table, where in self.listed(document, "into"):
            self.known(table, _TARGET, where)
            file = self.text(table, "file", where).removesuffix(".csv")
            if file not in BY_FILE:
                advice = maybe(file, BY_FILE, "known are " + ", ".join(BY_FILE), cutoff=0.5)
                self.fault(_at(where, "file"), file, f"the name of one of our files. {advice}")
                continue
            sources = table.get("columns", {})
            if not isinstance(sources, dict):
                self.fault(_at(where, "columns"), None, "a table of our columns")
                sources = {}
            when = tuple(self.condition(*one) for one in self.listed(table, "when", where))
            yield TargetFile(
                file=file,
                columns=self.sources(file, sources, values),
                when=when,
                record=self.text(table, "record", where),
            )

    def sources(
        self, file: str, sources: Mapping[str, Any], values: Mapping[str, Any]
    ) -> dict[str, CellSource]:
        ours = {column.name: column for column in columns(BY_FILE[file])}
        found = {}
        for name, said in sources.items():
            where = f"{file}.{name}"
            if name not in ours:
                advice = maybe(name, ours, "known are " + ", ".join(ours), cutoff=0.5)
                self.fault(where, None, f"a column of {file}. {advice}")
                continue
            if (source := self.source(said, where, ours[name], values, tuple(sources))) is not None:
                found[name] = source
        for column in ours.values():
            lacking = column.required and column.name not in sources
            if lacking and not (self.adds or self.unfinished):
                self.fault(
                    f"{file}.{column.name}", None, f"where it comes from ({column.description})"
                )
        return found

    def source(
        self,
        said: Any,
        where: str,
        column: Column,
        values: Mapping[str, Any],
        beside: tuple[str, ...],
    ) -> CellSource | None:
        if isinstance(said, str):
            return CellSource(columns=(said,))
        if where.count(".otherwise") > MOST_OTHERWISE:
            self.fault(where, None, f"at most {MOST_OTHERWISE} sources in the place of one another")
            return None
        if not isinstance(said, dict):
            self.fault(where, said, 'a heading, or a table such as { constant = "no" }')
            return None
        self.known(said, _SOURCE, where)
        headings = (*self.texts(said, "column", where), *self.texts(said, "columns", where))
        origins = [bool(headings), "constant" in said, "kept" in said, "length_of" in said]
        if sum(origins) != 1 and not ("date" in said and "time" in said):
            self.fault(where, None, "one of column, columns, constant, kept and length_of")
        check = _Checks(self, said, where, column)
        check.values(values)
        check.instants(beside)
        otherwise = said.get("otherwise")
        times = said.get("times")
        if times is not None and (
            isinstance(times, bool)
            or not isinstance(times, int | float)
            or not 0 < times < MOST_TIMES
        ):
            self.fault(_at(where, "times"), times, f"a number above 0 and below {MOST_TIMES:,}")
            times = None
        at_times = "time" in said and not headings
        patterns = () if at_times else self.dates(said, where)
        return CellSource(
            columns=self.texts(said, "date", where) if at_times else headings,
            between=self.text(said, "between", where, " "),
            constant=self.text(said, "constant", where) if "constant" in said else None,
            kept=self.text(said, "kept", where) if "kept" in said else None,
            values=self.text(said, "values", where),
            prefix=self.text(said, "prefix", where),
            empty=self.text(said, "empty", where) if "empty" in said else None,
            unknown_left_out=self.choice(said, "unknown", where, (LEAVE_OUT,), "") == LEAVE_OUT,
            date=patterns,
            hours=self.choice(said, "hours", where, HOURS, ""),
            money=self.choice(said, "money", where, MONEY, ""),
            times=None if times is None else float(times),
            time_column=self.text(said, "time", where),
            after=self.text(said, "after", where),
            length_of=self.texts(said, "length_of", where),
            less=self.text(said, "less", where),
            otherwise=(
                None
                if otherwise is None
                else self.source(otherwise, f"{where}.otherwise", column, values, beside)
            ),
        )


class _Checks:
    """What of a source has to fit the column for which it is, and the mapping's other parts."""

    def __init__(
        self, reader: _Reader, said: Mapping[str, Any], where: str, column: Column
    ) -> None:
        self._said, self._where, self._column = said, where, column
        self._fault: Callable[[str, Any, str], None] = reader.fault
        self._adds = reader.adds

    def values(self, tables: Mapping[str, Any]) -> None:
        name = self._said.get("values")
        if isinstance(name, str) and name not in tables and not self._adds:
            advice = maybe(name, tables, cutoff=0.5)
            self._fault(
                _at(self._where, "values"),
                name,
                f"a value table of this mapping, such as [values.{name}]. {advice}".rstrip(),
            )

    def instants(self, beside: Sequence[str]) -> None:
        for key in ("time", "after", "length_of"):
            if key not in self._said:
                continue
            wanted = "whole" if key == "length_of" else "instant"
            if self._column.kind != wanted:
                what = "minutes" if key == "length_of" else "a date with a time"
                self._fault(_at(self._where, key), None, f"this only of a column that holds {what}")
        after = self._said.get("after")
        others = [after] if isinstance(after, str) else []
        length = self._said.get("length_of", [])
        if isinstance(length, list):
            others += length
            if length and len(length) != 2:
                self._fault(_at(self._where, "length_of"), None, "two columns: start and end")
        for other in others:
            if other not in beside and not self._adds:
                self._fault(self._where, other, f"another column of this file: {', '.join(beside)}")


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key

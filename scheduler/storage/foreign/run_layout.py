"""The layout of a system's files of numbered runs: kinds of records, the fields that are read, and
what becomes of them. All of it is data.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from scheduler.domain.errors import Fault
from scheduler.domain.wording import maybe
from scheduler.storage.foreign.mapping import ColumnMapping, TargetFile, plain
from scheduler.storage.foreign.mapping_document import LAYOUTS, mapping_of

ESR = "esr_go"

Derived = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class RecordLayout:
    """One kind of record. `add`, `delete`: the types by which it begins; `id`: the field that names
    the thing, of which a record says how it is `begin` to `end`; `about`: the field that names a
    person; `called`: by what people know it. `fields`: name -> position, the others are dropped.

    `neutral`: field -> value table by which it is replaced while it is read. `joins`: kind of
    record -> field that names one of it. `derived`: what is worked out of the fields. `only`,
    `without`: field -> values that are wanted, or not. `employs`: it makes somebody one of the
    organisation's people; `first`: the field that tells the most telling of several.
    """

    name: str
    add: str
    delete: str
    id: str
    fields: Mapping[str, int]
    begin: str = ""
    end: str = ""
    about: str = ""
    called: str = ""
    employs: bool = False
    first: str = ""
    neutral: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, str] = field(default_factory=dict)
    derived: Derived = field(default_factory=dict)
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def key(self, fields: Mapping[str, str]) -> str:
        """By which a later run means the same record: the thing, and from when it is so."""
        return "|".join([fields[self.id], *([fields[self.begin]] if self.begin else [])])


@dataclass(frozen=True)
class RunLayout:
    """A system's files. `file_name` finds employer, kind, day and number; `full`: the kind that
    holds everything. `header` and `trailer`: what stands where in the first and last line.
    """

    name: str
    title: str
    separator: str
    encoding: str
    file_name: re.Pattern[str]
    full: str
    no_end: frozenset[str]
    open_absence_days: int
    header: Mapping[str, Any]
    trailer: Mapping[str, Any]
    others: frozenset[str]
    records: Mapping[str, RecordLayout]
    mapping: ColumnMapping

    def faults(self, mapping: ColumnMapping) -> list[Fault]:
        """What of an organisation's code tables and columns has no place in this layout."""
        there = {(one.record, one.file) for one in self.mapping.into}
        asked = set(self.mapping.values)
        asked |= {name for one in mapping.into for c in one.columns.values() for name in c.tables()}
        label = f"mapping {mapping.name}"
        found = [
            Fault(
                label,
                0,
                f"values.{name}",
                "",
                "a table that the layout asks for."
                f" {maybe(name, asked, _known(asked), cutoff=0.5)}",
            )
            for name in mapping.values
            if name not in asked
        ]
        for one in mapping.into:
            if (one.record, one.file) not in there:
                known = ", ".join(f"{record} into {file}" for record, file in sorted(there))
                expected = f"a record and a file of the layout: {known}"
                found.append(Fault(label, 0, "into", f"{one.record} into {one.file}", expected))
        return found

    def with_tables(self, mapping: ColumnMapping | None) -> ColumnMapping:
        """The mapping, with the code tables and columns of an organisation's own over it."""
        if mapping is None:
            return self.mapping
        own = {(one.record, one.file): one for one in mapping.into}
        into = [_over(one, own.pop((one.record, one.file), None)) for one in self.mapping.into]
        tables = {
            name: {**self.mapping.values.get(name, {}), **mapping.values.get(name, {})}
            for name in dict.fromkeys((*self.mapping.values, *mapping.values))
        }
        return replace(self.mapping, name=mapping.name, into=tuple(into), values=tables)


def _known(names: Iterable[str]) -> str:
    return f"Known are {', '.join(sorted(names))}."


def _over(one: TargetFile, own: TargetFile | None) -> TargetFile:
    return one if own is None else replace(one, columns={**one.columns, **own.columns})


@cache
def run_layout(name: str = ESR) -> RunLayout:
    """The layout of this name, of those that come with this program."""
    said = tomllib.loads((LAYOUTS / f"{name}.toml").read_text(encoding="utf-8"))
    return RunLayout(
        name=name,
        title=said["title"],
        separator=said["separator"],
        encoding=said["encoding"],
        file_name=re.compile(said["file_name"]),
        full=said["full"],
        no_end=frozenset(said["no_end"]),
        open_absence_days=said["open_absence_days"],
        header=said["header"],
        trailer=said["trailer"],
        others=frozenset(said["others"]["types"]),
        records={kind: _record(kind, one) for kind, one in said["records"].items()},
        mapping=mapping_of(said["mapping"], f"{name}.toml"),
    )


def _record(kind: str, said: Mapping[str, Any]) -> RecordLayout:
    return RecordLayout(
        name=kind,
        add=said["add"],
        delete=said["delete"],
        id=said["id"],
        fields=said["fields"],
        begin=said.get("from", ""),
        end=said.get("to", ""),
        about=said.get("about", ""),
        called=said.get("called", ""),
        employs=said.get("employs", False),
        first=said.get("first", ""),
        neutral=said.get("neutral", {}),
        joins=said.get("joins", {}),
        derived=said.get("derived", {}),
        only=said.get("only", {}),
        without=said.get("except", {}),
    )


def among(text: str, values: Sequence[str]) -> bool:
    """Whether a text is one of these, in any case and spacing."""
    return plain(text) in {plain(value) for value in values}

"""A file of a numbered run, read line by line: only the fields that are kept leave this module."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.domain.errors import BadInput, Fault
from scheduler.storage.foreign.grid import Brought, as_path
from scheduler.storage.foreign.mapping import ANYTHING_ELSE, ColumnMapping, plain
from scheduler.storage.foreign.notations import date_of
from scheduler.storage.foreign.run_layout import RecordLayout, RunLayout
from scheduler.storage.limits import instead, limits
from scheduler.storage.raw_table import BINARY, mostly_text
from scheduler.storage.whole_file import Unreadable, content

BETWEEN, ALL = "records", "lines"
"""What the number in the last line may count: the records between the first line and the last, or
all lines. No public document says which.
"""


@dataclass(frozen=True)
class RunRecord:
    """One record: its line, its kind, what it says. `gone`: it is one that is no more."""

    line: int
    kind: str
    fields: Mapping[str, str]
    gone: bool = False


@dataclass(frozen=True)
class RunFile:
    """What a file says of itself, and its records. `before` and `own` are how it names the run
    before it and itself; `counting`: what the number in its last line counts, one or several of the
    two; `others`: types of records that are not known -> how many.
    """

    label: str
    employer: str
    number: int
    day: date
    full: bool
    before: str
    own: str
    counting: tuple[str, ...]
    records: tuple[RunRecord, ...]
    others: Mapping[str, int]


def read_run(brought: Brought, layout: RunLayout, tables: ColumnMapping) -> RunFile:
    """Raises BadInput with every fault of the file as a whole: what is no such file, what was cut
    off, lines that lack fields. `tables`: for what is replaced while it is read.
    """
    try:
        with as_path(brought) as path:
            return _Reading(path, layout, tables).run()
    except Unreadable as error:
        raise BadInput([error.fault]) from None


class _Reading:
    def __init__(self, path: Path, layout: RunLayout, tables: ColumnMapping) -> None:
        self._label, self._layout = path.name, layout
        self._tables = {
            name: {plain(key): value for key, value in table.items()}
            for name, table in tables.values.items()
        }
        self._by_type: dict[str, tuple[RecordLayout, bool]] = {}
        for record in layout.records.values():
            self._by_type[record.add] = (record, False)
            self._by_type[record.delete] = (record, True)
        self._faults: list[Fault] = []
        self._lines = _lines(path, layout)

    def _fault(self, line: int, heading: str, value: str, expected: str) -> None:
        self._faults.append(Fault(self._label, line, heading, value, expected))

    def run(self) -> RunFile:
        layout, lines = self._layout, self._lines
        header, trailer = layout.header, layout.trailer
        first = lines[0][1] if lines else [""]
        if first[0] != header["type"]:
            expected = f"a file of {layout.title}: its first line begins with {header['type']}"
            self._stop(1, "", first[0][:40], f"{expected}{layout.separator}")
        named = _at(first, header["file_name"])
        found = layout.file_name.fullmatch(named)
        own = layout.file_name.fullmatch(self._label)
        if found is None:
            expected = "the name of the file with employer, kind, day and number of the run"
            self._stop(1, "File Name", named, expected)
        assert found is not None
        if own is not None and own.groupdict() != found.groupdict():
            self._fault(1, "File Name", named, f"the name of this file, which is {self._label}")
        last = lines[-1][1] if len(lines) > 1 else [""]
        if last[0] != trailer["type"]:
            expected = (
                f"a last line that begins with {trailer['type']}{layout.separator}: the file was"
                " cut off on its way; fetch it again"
            )
            self._stop(lines[-1][0], "", last[0][:40], expected)
        between = len(lines) - 2
        count = _at(last, trailer["count"]).lstrip("0") or "0"
        counting = tuple(
            what for what, there in ((BETWEEN, between), (ALL, len(lines))) if count == str(there)
        )
        if not counting:
            expected = (
                f"{between:,}, the number of records between the first line and the last: records"
                " are missing or too many; fetch the file again"
            )
            self._fault(lines[-1][0], "Record Count", count[:40], expected)
        day = date_of(found["day"], ("YYYYMMDD",))
        if day is None:
            self._stop(1, "File Name", named, "a day that exists, YYYYMMDD")
        assert day is not None
        others: dict[str, int] = {}
        records = tuple(self._records(lines[1:-1], others))
        if self._faults:
            raise BadInput(self._faults)
        return RunFile(
            label=self._label,
            employer=found["employer"],
            number=int(found["number"]),
            day=day,
            full=found["kind"] == layout.full,
            before=_mark(_at(first, header["before"])),
            own=_mark(_at(first, header["own"])),
            counting=counting,
            records=records,
            others=others,
        )

    def _stop(self, line: int, heading: str, value: str, expected: str) -> None:
        self._fault(line, heading, value, expected)
        raise BadInput(self._faults)

    def _records(
        self, lines: Sequence[tuple[int, list[str]]], others: dict[str, int]
    ) -> Iterator[RunRecord]:
        for number, cells in lines:
            kind = cells[0]
            if kind in self._layout.others:
                continue
            if kind not in self._by_type:
                others[kind[:10]] = others.get(kind[:10], 0) + 1
                continue
            layout, gone = self._by_type[kind]
            if gone and len(cells) == 2:  # it names the thing alone
                yield RunRecord(number, layout.name, {layout.id: cells[1]}, gone=True)
                continue
            fields = {name: _at(cells, position) for name, position in layout.fields.items()}
            needed = [layout.id, *([layout.begin] if layout.begin else [])]
            needed += [layout.about] if layout.about and not gone else []
            for name in needed:
                if not fields[name]:
                    self._fault(number, name, "", f"a value in field {layout.fields[name]}")
            for name, table in layout.neutral.items():
                entries = self._tables.get(table, {})
                said = entries.get(plain(fields[name]), entries.get(ANYTHING_ELSE))
                fields[name] = said or "other"
            yield RunRecord(number, layout.name, fields, gone)


def _lines(path: Path, layout: RunLayout) -> list[tuple[int, list[str]]]:
    """The lines that hold something, with their numbers, cut into fields. Raises Unreadable."""
    found = content(path)
    if b"\0" in found or not mostly_text(found):
        raise Unreadable(Fault(path.name, 0, "", "", BINARY.replace("comma-separated ", "")))
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = found.decode(layout.encoding, "replace")
    lines = text.split("\n")
    if len(lines) > limits().most_rows:
        expected = (
            f"at most {limits().most_rows:,} lines, not {len(lines):,}:"
            f" {instead('most_rows', 'ask for a file of fewer records')}"
        )
        raise Unreadable(Fault(path.name, 0, "", "", expected))
    return [
        (number, [cell.strip() for cell in line.split(layout.separator)])
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _at(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def _mark(text: str) -> str:
    """How a run is named; nothing where all is noughts."""
    return text if text.strip("0 ") else ""

"""What was mapped as facts, whose faults name the cells of the file that was brought and never our
rows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.domain.note import Note
from scheduler.storage.columns import column_names
from scheduler.storage.files import Parsed
from scheduler.storage.foreign.applying import Mapped, MappedRow
from scheduler.storage.parsing import parse_table
from scheduler.storage.raw_table import RawTable

Rows = Mapping[tuple[str, int], list[MappedRow]]
"""(our file, row number) -> what was made of that row of the source."""


@dataclass(frozen=True)
class ParsedSource(Parsed):
    """As `Parsed`, of another system's file. `still`: whether what is stored is what it was when
    cells that the file does not speak of were taken from there.
    """

    rows: Rows = field(default_factory=dict)
    label: str = ""
    still: Callable[[], bool] = lambda: True

    def contradictions(self, faults: Iterable[Fault]) -> list[Fault]:
        """Those of `consistency.faults` that are no mere consequence, in the source's words; and
        one more where somebody has changed people meanwhile.
        """
        found = [
            fault if fault.row == 0 else _relabelled(self.rows, fault)
            for fault in super().contradictions(faults)
        ]
        if not self.still():
            expected = "people and contracts that nobody changes meanwhile: try once more"
            found.append(Fault(self.label, 0, "", "", expected))
        return found

    def labelled(self, notes: Iterable[Note]) -> list[Note]:
        """Notes in the source's words."""
        found = []
        for note in notes:
            row = _row(self.rows, Fault(note.file, note.row, note.column, "", ""))
            if row is None:
                found.append(note)
            else:
                origin = row.origins.get(note.column)
                heading = origin.headings if origin else ""
                found.append(replace(note, file=row.place[0], row=row.place[1], column=heading))
        return found


def parsed_source(
    mapped: Mapped, label: str = "", still: Callable[[], bool] = lambda: True
) -> ParsedSource:
    """The facts of what was mapped, as far as it goes. `label`: of the file; `still`: as of
    `ParsedSource`.
    """
    by_row: dict[tuple[str, int], list[MappedRow]] = defaultdict(list)
    facts: list[Fact] = []
    numbers: dict[str, tuple[int, ...]] = {}
    faults = [*mapped.faults]
    incomplete = set(mapped.bad_files)
    bad_ids = {file: frozenset(ids) for file, ids in mapped.bad_ids.items()}
    for file, fact_type in BY_FILE.items():
        # what an earlier file brought stands first, as what is stored does
        rows = sorted(mapped.rows.get(file, ()), key=lambda row: row.place[1] > 0)
        if not rows:
            continue
        names = column_names(fact_type)
        for row in rows:
            by_row[file, row.place[1]].append(row)
        table = RawTable(
            f"{file}.csv",
            names,
            tuple((row.place[1], [row.cells[name] for name in names]) for row in rows),
        )
        parsed = parse_table(fact_type, table)
        facts += parsed.facts
        numbers[file] = parsed.row_numbers
        faults += [_relabelled(by_row, fault) for fault in parsed.faults]
        bad_ids[file] = bad_ids.get(file, frozenset()) | parsed.bad_ids
        if parsed.bad_rows:
            incomplete.add(file)
    return ParsedSource(
        dataset=Dataset.of(facts),
        row_numbers=numbers,
        faults=tuple(faults),
        bad_ids=bad_ids,
        unreadable=frozenset(),
        incomplete=frozenset(incomplete),
        in_workbook=False,
        rows=by_row,
        label=label,
        still=still,
    )


def _row(rows: Rows, fault: Fault) -> MappedRow | None:
    """Which of our rows a fault means: of several from one row of the source, one that has the
    value.
    """
    made = rows.get((fault.file.removesuffix(".csv"), fault.row), [])
    telling = [row for row in made if fault.value and row.cells.get(fault.column) == fault.value]
    return next(iter([*telling, *made]), None)


def _relabelled(rows: Rows, fault: Fault) -> Fault:
    row = _row(rows, fault)
    if row is None:
        return fault
    origin = row.origins.get(fault.column)
    file, name = fault.file.removesuffix(".csv"), fault.column
    expected = fault.expected
    if origin is None or not origin.headings:
        value = origin.ours if origin else fault.value
        expected += f" ({name} of {file} does not come from a column of this file)" if name else ""
        return Fault(*row.place, "", value, expected, fault.more)
    if origin.value != fault.value and fault.value:
        expected += f" (it became {fault.value})"
    return Fault(*row.place, origin.headings, origin.value, expected, fault.more)

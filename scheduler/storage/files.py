"""What people bring: a folder of CSV files or a workbook, as a dataset or as a list of everything
that is wrong with it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scheduler.domain import consistency
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import BY_FILE
from scheduler.domain.note import Note
from scheduler.domain.roster import AssignmentLine
from scheduler.domain.wording import counted
from scheduler.storage.columns import columns
from scheduler.storage.limits import MIB, instead, limits, size
from scheduler.storage.parsing import ParsedTable, nearest_name, parse_table
from scheduler.storage.raw_table import RawTable, table_from_csv
from scheduler.storage.whole_file import Unreadable
from scheduler.storage.workbook import Workbook

NOTES_SHEET = "_notes"
"""Sheets whose names begin with an underscore are for people."""


@dataclass(frozen=True)
class Parsed:
    """A dataset as far as it could be read, with where each fact stands and the faults of single
    files and cells.

    `incomplete` names the files of which some row, or everything, could not be read: what refers to
    them cannot be judged.
    """

    dataset: Dataset
    row_numbers: Mapping[str, tuple[int, ...]]
    faults: tuple[Fault, ...]
    bad_ids: Mapping[str, frozenset[str]]
    unreadable: frozenset[str]
    incomplete: frozenset[str]
    in_workbook: bool
    notes: tuple[Note, ...] = ()
    missing: Mapping[str, Fault] = field(default_factory=dict)
    """Files that a dataset must hold and that are not there; each is a fault, unless a dataset is
    stored already.
    """

    def beside_a_dataset(self) -> "Parsed":
        """As an addition to a dataset that is stored: no file is missing."""
        there, excused = self.missing.keys(), set(self.missing.values())
        return replace(
            self,
            faults=tuple(fault for fault in self.faults if fault not in excused),
            unreadable=self.unreadable - there,
            incomplete=self.incomplete - there,
        )

    def row_number(self, file: str, index: int) -> int:
        """In which row of its file, or sheet, a fact stands."""
        return self.row_numbers[file][index]

    def contradictions(self, faults: Iterable[Fault]) -> list[Fault]:
        """Of the faults that `consistency.faults` found, those that are not a mere consequence of
        what could not be read.
        """
        return [self._labelled(fault) for fault in faults if not self._follows_from_unread(fault)]

    def labelled(self, notes: Iterable[Note]) -> list[Note]:
        """As the sheets are called where it is a workbook."""
        return [
            (
                replace(note, file=f"sheet {note.file.removesuffix('.csv')}")
                if self.in_workbook and note.row
                else note
            )
            for note in notes
        ]

    def _labelled(self, fault: Fault) -> Fault:
        return (
            replace(fault, file=f"sheet {fault.file.removesuffix('.csv')}")
            if self.in_workbook and fault.row
            else fault
        )

    def _follows_from_unread(self, fault: Fault) -> bool:
        file = fault.file.removesuffix(".csv")
        if BY_FILE[file].references.get(fault.column) in self.unreadable:
            return True
        if fault.column == "site_id" and "service_host.csv" in fault.expected:
            return bool(self.incomplete & {"service_host", "site"})
        if file == "pin" and fault.column == "demand_id":
            return (
                fault.value in self.bad_ids.get("demand", ())
                or bool({"demand", "demand_template"} & self.unreadable)
                or (fault.value.startswith("T:") and "demand_template" in self.incomplete)
            )
        return False


def read_dataset(path: Path) -> Dataset:
    """A complete dataset that fits together. Raises BadInput with every fault."""
    parsed = read_parsed(path)
    found = consistency.faults(parsed.dataset, parsed.row_number, parsed.bad_ids)
    faults = [*parsed.faults, *parsed.contradictions(found)]
    if faults:
        raise BadInput(faults)
    return parsed.dataset


Tell = Callable[[str], object]
"""Told what is being done, as a piece of a sentence."""


def read_parsed(path: Path, tell: Tell = str) -> Parsed:
    """A dataset as far as it goes; whether facts fit together is left to whoever knows what else
    there is.
    """
    tables, faults, in_workbook = _tables(path, tell)
    whole = not tables and bool(faults)
    results: dict[str, ParsedTable] = {}
    unreadable: set[str] = set()
    missing: dict[str, Fault] = {}
    for file, fact_type in BY_FILE.items():
        found = tables.get(file)
        if isinstance(found, RawTable):
            tell(f"understanding {found.label}, {counted(len(found.rows), 'row')}")
            results[file] = parse_table(fact_type, found)
            if (
                "id" in fact_type.model_fields
                and not results[file].facts
                and results[file].bad_rows
                and not results[file].bad_ids
            ):
                unreadable.add(file)
        elif isinstance(found, Unreadable):
            faults.append(found.fault)
            unreadable.add(file)
        elif fact_type.required_file and not whole:
            what = f"a sheet {file}" if in_workbook else f"a file {file}.csv"
            where = f"sheet {file}" if in_workbook else f"{file}.csv"
            missing[file] = Fault(
                where, 0, "", "", f"{what}: this dataset has none, and it may not be missing"
            )
            unreadable.add(file)
    faults += [
        *missing.values(),
        *(fault for result in results.values() for fault in result.faults),
    ]
    return Parsed(
        dataset=Dataset.of(fact for result in results.values() for fact in result.facts),
        row_numbers={file: result.row_numbers for file, result in results.items()},
        faults=tuple(faults),
        bad_ids={file: result.bad_ids for file, result in results.items()},
        unreadable=frozenset(unreadable),
        incomplete=frozenset(
            unreadable | {file for file, result in results.items() if result.bad_rows}
        ),
        in_workbook=in_workbook,
        notes=tuple(note for result in results.values() for note in result.notes),
        missing=missing,
    )


def read_assignments(file: Path) -> list[AssignmentLine]:
    """The rows of an assignment.csv, of this program or another; columns that the contract does not
    know are left alone.

    Raises BadInput.
    """
    try:
        table = table_from_csv(file)
    except Unreadable as error:
        raise BadInput([error.fault]) from None
    parsed = parse_table(AssignmentLine, table, ignore_unknown=True)
    lines = [fact for fact in parsed.facts if isinstance(fact, AssignmentLine)]
    either = "either a staff_id or a temporary_supply_id, and not both"
    faults = [
        Fault(table.label, number, "staff_id", line.staff_id or "", either)
        for number, line in zip(parsed.row_numbers, lines, strict=True)
        if bool(line.staff_id) == bool(line.temporary_supply_id)
    ]
    if parsed.faults or faults:
        raise BadInput([*parsed.faults, *faults])
    return lines


Tables = dict[str, RawTable | Unreadable]


def _tables(path: Path, tell: Tell) -> tuple[Tables, list[Fault], bool]:
    """The known tables, faults of the whole, and whether it is a workbook."""
    if path.is_dir():
        return *_csv_tables(path, tell), False
    if not path.exists():
        return (
            {},
            [
                Fault(
                    str(path),
                    0,
                    "",
                    "",
                    "a folder of CSV files or an .xlsx workbook: there is nothing of this name",
                )
            ],
            False,
        )
    if path.suffix.lower() != ".xlsx":
        return (
            {},
            [
                Fault(
                    path.name,
                    0,
                    "",
                    "",
                    "a folder of CSV files or an .xlsx workbook, not a single file of another kind",
                )
            ],
            False,
        )
    try:
        tell(f"reading {path.name}")
        return *_sheet_tables(Workbook(path), tell), True
    except Unreadable as error:
        return {}, [error.fault], True


def _csv_tables(folder: Path, tell: Tell) -> tuple[Tables, list[Fault]]:
    files = [
        entry
        for entry in sorted(folder.iterdir())
        if entry.suffix.lower() == ".csv" and not entry.name.startswith(".") and not entry.is_dir()
    ]
    if not files:
        return {}, [
            Fault(str(folder), 0, "", "", "CSV files such as staff.csv: this folder has none")
        ]
    together, most = (
        sum(entry.stat().st_size for entry in files if entry.is_file()),
        limits().most_unpacked_mib,
    )
    if together > most * MIB:
        expected = f"at most {most:,} MiB in its CSV files together, not {size(together)}"
        return {}, [
            Fault(
                str(folder),
                0,
                "",
                "",
                f"{expected}: {instead('most_unpacked_mib', 'leave out what is not needed')}",
            )
        ]
    tables: Tables = {}
    faults = []
    for entry in files:
        if entry.name != f"{entry.stem}.csv" or entry.stem not in BY_FILE:
            nearest = nearest_name(entry.stem, tuple(BY_FILE))
            advice = (
                f"did you mean {nearest}.csv?"
                if nearest
                else "known are " + ", ".join(f"{file}.csv" for file in BY_FILE)
            )
            faults.append(Fault(entry.name, 0, "", "", f"a known file name; {advice}"))
            continue
        tell(f"reading {entry.name}")
        try:
            tables[entry.stem] = table_from_csv(entry)
        except Unreadable as error:
            tables[entry.stem] = error
    return tables, faults


def _sheet_tables(book: Workbook, tell: Tell) -> tuple[Tables, list[Fault]]:
    tables: Tables = {}
    faults = []
    for sheet in book.sheet_names:
        if sheet.startswith("_"):
            continue
        if sheet not in BY_FILE:
            nearest = nearest_name(sheet, tuple(BY_FILE))
            advice = f"did you mean {nearest}?" if nearest else "known are " + ", ".join(BY_FILE)
            faults.append(
                Fault(
                    f"sheet {sheet}",
                    0,
                    "",
                    "",
                    f"a known sheet name, or one that begins with an underscore; {advice}",
                )
            )
            continue
        tell(f"reading sheet {sheet}")
        try:
            tables[sheet] = book.table(
                sheet, {column.name: column.kind for column in columns(BY_FILE[sheet])}
            )
        except Unreadable as error:
            tables[sheet] = error
    return tables, faults

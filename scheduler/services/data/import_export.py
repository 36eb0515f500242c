"""Data in and out: import a dataset, hand out an empty template, export a roster."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.errors import BadRequest, Fault
from scheduler.domain.facts import BY_FILE, Collaborative
from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.domain.wording import maybe
from scheduler.services.accounts.gate import asks, open_to_all, require
from scheduler.services.accounts.in_view import changes, in_view, require_in_view, touched
from scheduler.services.data.calendars import entries_of_person, entries_of_roster, remark
from scheduler.services.data.fhir_bundle import bundle_of
from scheduler.storage import template
from scheduler.storage.calendar_file import CalendarEntry, CalendarNames, calendar
from scheduler.storage.files import Parsed, Tell, read_parsed
from scheduler.storage.formulas import guarded
from scheduler.storage.merging import Counts
from scheduler.storage.repository import Repository
from scheduler.storage.roster_workbook import write_roster_workbook
from scheduler.storage.whole_files import whole_files
from scheduler.storage.withdrawing import ToConfirm as ToConfirm
from scheduler.storage.writing import write_lines

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".xlsx", ".ics", ".json")
"""Of a file to which a roster can be written; a folder of CSV files has none."""
LONGEST_NAME = 120
"""Characters of an id in a file's name, of which file systems take 255 bytes."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did: the collaboratives that the data names, and the counts of rows by
    file.
    """

    collaboratives: tuple[Collaborative, ...]
    counts: dict[str, Counts]
    notes: tuple[str, ...] = ()
    """Sentences: how doubtful cells were understood, what missing columns mean, what may not be
    meant.
    """
    changes: tuple[RowChange, ...] = ()
    """Row by row, what became of the facts, or would."""
    number: int | None = None
    """Of the change set; None where nothing was changed, or was to be tried alone."""

    @property
    def total(self) -> Counts:
        """The counts of all files together."""
        return Counts(*(sum(part) for part in zip(*self.counts.values(), strict=True)))


@open_to_all
def import_data(
    repository: Repository,
    path: Path,
    *,
    replace: bool = False,
    complete: Collection[str] = (),
    confirmed: bool = False,
    progress: Tell = str,
    why: str = "",
    trial: bool = False,
) -> ImportReport:
    """Take in a folder of CSV files or an .xlsx workbook, all of it or nothing.

    Facts may refer to stored ones, and where a dataset is stored already, any of its files may come
    alone. What the `complete` files do not hold any more is withdrawn, once that is `confirmed`.
    `progress` is told what is being done; `why`: a reason, kept with the change; `trial`: say what
    would become of the facts, and write nothing. Raises BadInput with every fault of the files,
    between them, and with what is stored; ToConfirm with what would be withdrawn; BadRequest for a
    `complete` file that there cannot be.
    """
    whole = _known_files(complete)
    parsed = read_parsed(path, progress)
    return bring_in(
        repository,
        parsed,
        replace=replace,
        complete=whole,
        confirmed=confirmed,
        progress=progress,
        why=why,
        trial=trial,
    )


def _known_files(complete: Collection[str]) -> frozenset[str]:
    """Raises BadRequest for a file that there cannot be."""
    whole = frozenset(name.removesuffix(".csv") for name in complete)
    if unknown := sorted(whole - BY_FILE.keys()):
        raise BadRequest(
            f"--complete {unknown[0]}: there is no such file."
            f" {maybe(unknown[0], BY_FILE, cutoff=0.5)}".rstrip()
        )
    return whole


@open_to_all
def bring_in(
    repository: Repository,
    parsed: Parsed,
    *,
    replace: bool = False,
    complete: Collection[str] = (),
    confirmed: bool = False,
    progress: Tell = str,
    why: str = "",
    trial: bool = False,
) -> ImportReport:
    """Take in what was read, from whatever kind of file, all of it or nothing; as `import_data`.
    Raises BadInput, ToConfirm and NotPermitted.
    """
    if repository.collaboratives():  # a dataset is stored: what belongs to it may come alone
        parsed = parsed.beside_a_dataset()

    def judge(found: Iterable[Fault]) -> list[Fault]:
        return [*parsed.faults, *parsed.contradictions(found)]

    about = touched(repository, changes(repository, parsed.dataset, complete))
    require(repository, "change_facts", about)
    notes = [*parsed.notes]
    progress("holding the facts against each other and what is stored")
    stored = repository.store(
        parsed.dataset,
        row_number=parsed.row_number,
        replace=replace,
        bad_ids=parsed.bad_ids,
        judge=judge,
        tell=lambda found: notes.extend(parsed.labelled(found)),
        complete=complete,
        confirmed=confirmed,
        concerns=about.organisations,
        why=why,
        trial=trial,
    )
    return ImportReport(
        parsed.dataset.collaborative,
        dict(stored.arrival.counts),
        tuple(str(note) for note in sorted(set(notes))),
        stored.arrival.changes,
        stored.number,
    )


def write_template(path: Path) -> None:
    """An empty workbook with every sheet, notes and drop-down lists. Raises BadRequest unless
    `path` ends in .xlsx.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadRequest(f"{path.name} is not the name of a workbook: it must end in .xlsx.")
    template.write_template(path)


@asks("see_rosters", roster="roster_id", looks=True)
def export_roster(
    repository: Repository,
    roster_id: str,
    to: Path,
    *,
    staff_id: str | None = None,
    folder: bool = False,
    names: bool = False,
) -> list[Path]:
    """Write a roster down; the files written.

    `to` ending in .xlsx: a workbook with a grid; in .ics: a calendar, of one person where
    `staff_id` is given; in .json: a FHIR Bundle of what is published of it, where `names` is given
    with the names of those whom the actor may see in full; a name without an ending, or where
    `folder` says so, or one that is there: a folder with assignment.csv, vacancy.csv and
    summary.json. All or nothing. Raises NotFound, and BadRequest for a draft as FHIR, for any other
    ending and where it cannot be written.
    """
    ending = "" if folder or to.is_dir() else to.suffix.lower()
    if ending not in ("", *ENDINGS):
        raise BadRequest(
            f"{to.name}: a roster is not written as {to.suffix}. The name of a file ends in"
            f" {' or '.join(ENDINGS)}; the name of a folder, for CSV files, has no ending, or / at"
            " its end."
        )
    stored = repository.roster(roster_id)
    document = stored.document
    if ending == ".ics":
        if staff_id is not None:
            require_in_view(repository, staff_id)
        entries = entries_of_roster(repository, stored, staff_id)
        content = _calendar(repository, entries, staff_id, roster_id, remark(stored.header))
        with whole_files([to]) as (place,):
            place.write_bytes(content)
        return [to]
    if ending == ".json":
        facts = repository.snapshot(roster_id)
        bundle = bundle_of(stored, facts, _seen_in_full(repository, facts) if names else ())
        with whole_files([to]) as (place,):
            text = json.dumps(bundle, indent=2, ensure_ascii=False)
            place.write_text(text + "\n", encoding="utf-8")
        return [to]
    if ending == ".xlsx":
        write_roster_workbook(document, _names(repository), to)
        return [to]
    files = [to / "assignment.csv", to / "vacancy.csv", to / "summary.json"]
    with whole_files(files) as (assignments, vacancies, summary):
        write_lines(AssignmentLine, document.assignments, assignments)
        write_lines(VacancyLine, document.vacancies, vacancies)
        summary.write_text(
            json.dumps(document.summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return files


def _seen_in_full(repository: Repository, facts: Dataset) -> frozenset[str]:
    seen = in_view(repository)
    return frozenset(row.id for row in facts.staff if row.id in seen.full)


def table_bytes(table: "pd.DataFrame") -> bytes:
    """A table as comma-separated values for people to take away; names that a spreadsheet would
    take for formulas are guarded.
    """
    return (
        table.map(lambda cell: guarded(cell) if isinstance(cell, str) else cell)
        .to_csv(index=False)
        .encode()
    )


def file_name(fact_id: str) -> str:
    """An id as a part of a file's name: whatever is no letter, digit, hyphen or underscore is
    written as in an address.

    Of a long one the beginning is left, and a fingerprint tells it from others that begin so.
    """
    name = quote(fact_id, safe=" ").replace("~", "%7E")
    name = f"%2E{name[1:]}" if name.startswith(".") else name
    return (
        name
        if len(name) <= LONGEST_NAME
        else f"{name[:LONGEST_NAME]}-{sha256(fact_id.encode()).hexdigest()[:12]}"
    )


@asks("see_rosters", roster="roster_id")
def calendar_remark(repository: Repository, roster_id: str) -> str:
    """What whoever takes this roster's calendar has to know; empty where there is nothing. Raises
    NotFound.
    """
    return remark(repository.roster(roster_id).header)


@asks("see_people", person="staff_id", looks=True)
def calendar_bytes(repository: Repository, staff_id: str) -> bytes:
    """One person's shifts in all published rosters, of every collaborative, as an .ics file. Raises
    NotFound.

    Shifts that were published once and count no more are in it as cancelled, so that a phone that
    has them takes them out.
    """
    return _calendar(repository, entries_of_person(repository, staff_id), staff_id, "shifts")


def _calendar(
    repository: Repository,
    entries: list[CalendarEntry],
    staff_id: str | None,
    title: str,
    note: str = "",
) -> bytes:
    names = _names(repository)
    if staff_id is not None:
        repository.require_staff(staff_id)
        title = f"{names.of('staff', staff_id)} ({staff_id})"
    return calendar(entries, names, title, note)


def _names(repository: Repository) -> CalendarNames:
    """As they are now: a site or a person that was renamed since goes by the new name."""
    files = ("staff", "site", "service", "role", "organisation")
    return CalendarNames({file: names_by_id(repository.facts(file)) for file in files})

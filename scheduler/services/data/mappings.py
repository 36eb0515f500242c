"""Files of other systems: how they are read is said by column mappings, which each organisation
keeps; what they would become can be looked at before it is brought in.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Any, cast

from scheduler.domain import consistency
from scheduler.domain.access import Action, Everywhere
from scheduler.domain.errors import BadInput, BadRequest, Fault, NotFound
from scheduler.domain.facts import BY_FILE, Fact, Staff
from scheduler.domain.wording import maybe
from scheduler.services.accounts.gate import asks, open_to_all, require
from scheduler.services.accounts.in_view import PERSONAL, changes, in_view, rows_in_view, touched
from scheduler.services.data import import_export
from scheduler.services.data.import_export import ImportReport
from scheduler.storage.changing import about_stored
from scheduler.storage.columns import columns
from scheduler.storage.database import in_memory
from scheduler.storage.files import Tell
from scheduler.storage.foreign.applying import Applying, Mapped, MappedRow
from scheduler.storage.foreign.applying import UnknownValue as UnknownValue
from scheduler.storage.foreign.grid import Brought, SourceGrid, as_path, read_grid
from scheduler.storage.foreign.guessing import (
    GuessedMapping as GuessedMapping,
)
from scheduler.storage.foreign.guessing import (
    MissingColumn,
    guessed,
    missing_columns,
)
from scheduler.storage.foreign.known_names import KnownNames
from scheduler.storage.foreign.mapping import ColumnMapping as ColumnMapping
from scheduler.storage.foreign.mapping_document import mapping_of, mapping_of_text
from scheduler.storage.foreign.mapping_text import document_of as document_of
from scheduler.storage.foreign.mapping_text import mapping_toml
from scheduler.storage.foreign.origins import parsed_source
from scheduler.storage.foreign.run_layout import run_layout
from scheduler.storage.mapping_book import SavedMapping as SavedMapping
from scheduler.storage.merging import Counts, merge
from scheduler.storage.repository import Repository
from scheduler.storage.toml_file import MOST_BYTES
from scheduler.storage.whole_file import Unreadable, content
from scheduler.storage.whole_files import whole_files

MOST_REASONS = 20
"""Reasons for which rows are left out that a report lists."""
FIRST_ROWS = 10
"""Rows of each file that a preview shows."""
_KEPT = ("staff", "contract")
"""Files of which a row keeps what is stored, where another system says nothing of it."""
_MAY: tuple[Action, ...] = ("change_facts", "change_people")
"""Whoever may do one of these in an organisation may look at its mappings."""


@dataclass(frozen=True)
class PreviewedRow:
    """One of our rows as it would become. `row`: where it stands in the file that was brought."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class OurColumn:
    """A column that a mapping can fill. `references`: the file whose ids or names it holds."""

    name: str
    description: str
    required: bool
    choices: tuple[str, ...]
    references: str


@dataclass(frozen=True)
class SourcePreview:
    """What a file would become. `rows`: our file -> its first rows; `made`: our file -> how many;
    `left_out`: why rows of the source become nothing -> how many; `unused`: headings that nothing
    reads; `missing`: what the mapping must still say; `unknown`: values without an explanation;
    `faults`: all that stands against it, with `more` beyond those; `counts`: what bringing it in
    would do, empty while there are faults.
    """

    label: str
    headings: tuple[str, ...]
    read: int
    rows: Mapping[str, tuple[PreviewedRow, ...]]
    made: Mapping[str, int]
    left_out: Mapping[str, int]
    unused: tuple[str, ...]
    missing: tuple[MissingColumn, ...]
    unknown: tuple[UnknownValue, ...]
    faults: tuple[Fault, ...]
    more: int
    counts: Mapping[str, Counts]


# --- kept mappings


@open_to_all
def saved(repository: Repository, organisation_id: str | None = None) -> list[SavedMapping]:
    """Mappings of one organisation, or of all within whose reach the actor changes facts or
    people.
    """
    found = repository.mappings.all(None if organisation_id is None else [organisation_id])
    return [one for one in found if _sees(repository, one.organisation_id)]


@open_to_all
def saved_one(repository: Repository, organisation_id: str | None, name: str) -> SavedMapping:
    """A mapping by its name; without an organisation where one alone has such a mapping. Raises
    NotFound, naming the nearest, and BadRequest where several have it.
    """
    if organisation_id is not None:
        _require_organisation(repository, organisation_id)
        if _sees(repository, organisation_id):
            return repository.mappings.one(organisation_id, name)
        raise NotFound(f"There is no mapping {name!r} that you may see.")
    there = saved(repository)
    found = [one for one in there if one.name.casefold() == name.strip().casefold()]
    if len(found) > 1:
        whose = ", ".join(one.organisation_id for one in found)
        raise BadRequest(
            f"Several organisations have a mapping {name!r}: {whose}. Say which is meant, with"
            " --organisation."
        )
    if not found:
        known = [one.name for one in there]
        otherwise = f"There are: {', '.join(known)}." if known else "None is saved yet."
        raise NotFound(f"There is no mapping {name!r}. {maybe(name, known, otherwise, cutoff=0.5)}")
    return found[0]


def _sees(repository: Repository, organisation_id: str) -> bool:
    for action in _MAY:
        reach = repository.actor.organisations(action)
        if isinstance(reach, Everywhere) or organisation_id in reach:
            return True
    return False


@asks("change_facts", organisation="mapping.organisation_id")
def save(repository: Repository, mapping: ColumnMapping) -> SavedMapping:
    """Keep a mapping for its organisation, in the place of one of the same name. Raises BadInput
    with every fault of it, NotFound for an organisation that there is not.
    """
    _require_organisation(repository, mapping.organisation_id)
    whole = mapping_of(document_of(mapping), f"mapping {mapping.name}")
    if whole.layout and (faults := run_layout(whole.layout).faults(whole)):
        raise BadInput(faults)
    return repository.mappings.save(whole)


@asks("change_facts", organisation="organisation_id")
def remove(repository: Repository, organisation_id: str, name: str) -> SavedMapping:
    """Raises NotFound."""
    _require_organisation(repository, organisation_id)
    return repository.mappings.remove(organisation_id, name)


def read_mapping(brought: Brought, organisation_id: str | None = None) -> ColumnMapping:
    """The mapping of a TOML or JSON file, for an organisation where one is given, else for the one
    that it names. Raises BadInput with every fault.
    """
    try:
        with as_path(brought) as path:
            found = mapping_of_text(content(path, most=MOST_BYTES), path.name)
            name = path.name
    except Unreadable as error:
        raise BadInput([error.fault]) from None
    if organisation_id is not None:
        found = changed(found, organisation_id=organisation_id)
    if not found.organisation_id:
        expected = "the id of the organisation whose mapping it is, here or by --organisation"
        raise BadInput([Fault(name, 0, "organisation", "", expected)])
    return found


def mapping_from(
    document: Mapping[str, Any], organisation_id: str, *, unfinished: bool = False
) -> ColumnMapping:
    """The mapping that a document says, as `document_of` writes it and a page lets it be edited.
    `unfinished`: columns that every row needs may still be missing, which a preview lists. Raises
    BadInput with every fault.
    """
    found = mapping_of(document, "the mapping", unfinished=unfinished)
    return changed(found, organisation_id=organisation_id)


def our_columns() -> Mapping[str, tuple[OurColumn, ...]]:
    """What a sheet can become: each of our files with its columns, in their order."""
    return {
        file: tuple(
            OurColumn(
                column.name,
                column.description,
                column.required,
                column.choices,
                column.references or "",
            )
            for column in columns(fact_type)
        )
        for file, fact_type in BY_FILE.items()
    }


def written(mapping: ColumnMapping) -> str:
    """A mapping as the text of a TOML file, to be edited and handed on."""
    return mapping_toml(mapping)


def write_mapping(mapping: ColumnMapping, to: Path) -> None:
    """Write it down. Raises BadRequest where it cannot be written."""
    with whole_files([to]) as (place,):
        place.write_text(written(mapping), encoding="utf-8")


def _require_organisation(repository: Repository, organisation_id: str) -> None:
    known = [str(one.__dict__["id"]) for one in repository.facts("organisation")]
    if organisation_id not in known:
        raise NotFound(
            f"There is no organisation {organisation_id!r}."
            f" {maybe(organisation_id, known, 'There are: ' + ', '.join(known) + '.')}"
        )


# --- guess, look, bring in


@asks("change_facts", organisation="organisation_id")
def guess(
    repository: Repository,
    brought: Brought,
    organisation_id: str,
    *,
    name: str = "",
    sheet: str = "",
    header_row: int = 1,
    header_rows: int = 1,
) -> GuessedMapping:
    """A first mapping for a file by what its headings are called. Raises BadInput for a file that
    cannot be read, NotFound for an organisation that there is not.
    """
    _require_organisation(repository, organisation_id)
    try:
        grid = read_grid(brought, sheet=sheet, header_row=header_row, header_rows=header_rows)
    except Unreadable as error:
        raise BadInput([error.fault]) from None
    file_name = brought.name if isinstance(brought, Path) else brought[0]
    return guessed(
        grid,
        name or Path(file_name).stem,
        organisation_id,
        sheet=sheet,
        header_row=header_row,
        header_rows=header_rows,
    )


@asks("change_facts", organisation="mapping.organisation_id")
def preview(
    repository: Repository,
    brought: Brought,
    mapping: ColumnMapping,
    *,
    replace: bool = False,
    judge: bool = True,
) -> SourcePreview:
    """What a file would become by a mapping, saved or not, and all that stands against it. Nothing
    is written. `judge`: hold it against itself and what is stored too, which takes longest and
    which a trial of `bring_in` does as well; without it there are no `counts`. Raises BadInput for
    a file that cannot be read, and NotPermitted for one about people of others.
    """
    grid = _grid(brought, mapping)
    missing = tuple(missing_columns(mapping))
    lacking = {one.file for one in missing}
    applying = _applied(repository, grid, mapping)
    mapped = applying.found
    parsed = parsed_source(_without(mapped, lacking))
    found = [*parsed.faults]
    counts: dict[str, Counts] = {}
    if any(parsed.dataset.facts()):
        about = touched(repository, changes(repository, parsed.dataset))
        require(repository, "change_facts", about)
    if judge and any(parsed.dataset.facts()):
        merged = merge(repository.dataset(), parsed.dataset)
        found += parsed.contradictions(
            [
                *consistency.faults(
                    merged.dataset, merged.row_number(parsed.row_number), parsed.bad_ids
                ),
                *([] if replace else merged.clashes(parsed.dataset, parsed.row_number)),
            ]
        )
        counts = {file: part.counts for file, part in merged.files.items() if any(part.counts)}
    found = [about_stored(fault) for fault in found]
    faults = BadInput(found) if found else None
    return SourcePreview(
        label=grid.label,
        headings=grid.headings,
        read=mapped.read,
        rows=previewed_rows(repository, mapped),
        made={file: len(rows) for file, rows in mapped.rows.items()},
        left_out=dict(mapped.left_out),
        unused=tuple(mapped.unused),
        missing=missing,
        unknown=tuple(mapped.unknown_values(applying.names)),
        faults=() if faults is None else tuple(faults.faults),
        more=0 if faults is None else faults.more,
        counts={} if faults is not None or missing else counts,
    )


@asks("change_facts", organisation="mapping.organisation_id")
def bring_in(
    repository: Repository,
    brought: Brought,
    mapping: ColumnMapping,
    *,
    replace: bool = False,
    complete: Collection[str] = (),
    confirmed: bool = False,
    progress: Tell = str,
    why: str = "",
    trial: bool = False,
) -> ImportReport:
    """Take in a file of another system by a mapping, all of it or nothing, as `import_data` does.
    `why`: a reason, kept with the change; `trial`: say what would become of the facts, and write
    nothing.

    Raises BadInput with every fault, each naming the cell in the file that was brought; ToConfirm
    with what a `complete` file would withdraw; NotPermitted.
    """
    grid = _grid(brought, mapping)
    progress(f"understanding {grid.label}")
    still = unchanged(repository)
    mapped = _applied(repository, grid, mapping).found
    parsed = parsed_source(mapped, grid.label, still)
    if not any(mapped.rows.values()) and not parsed.faults:
        expected = "at least one row that becomes a fact: all are left out by the mapping"
        raise BadInput([Fault(grid.label, 0, "", "", expected)])
    report = import_export.bring_in(
        repository,
        parsed,
        replace=replace,
        complete=complete,
        confirmed=confirmed,
        progress=progress,
        why=why,
        trial=trial,
    )
    return with_remarks(report, grid.label, mapped)


def with_remarks(report: ImportReport, label: str, mapped: Mapped) -> ImportReport:
    """The report, which says too what of the file was not taken."""
    commonest = mapped.left_out.most_common(MOST_REASONS)
    remarks = [f"{label}: {rows:,} left out {why}." for why, rows in sorted(commonest)]
    if (rest := mapped.left_out.total() - sum(rows for _, rows in commonest)) > 0:
        remarks.append(f"{label}: {rest:,} left out for other reasons, which --preview lists.")
    if mapped.unused:
        remarks.append(f"{label}: columns that nothing reads: {', '.join(mapped.unused)}.")
    return replace_notes(report, (*remarks, *report.notes))


def replace_notes(report: ImportReport, notes: Iterable[str]) -> ImportReport:
    """The same report with other notes."""
    return changed(report, notes=tuple(notes))


def unchanged(repository: Repository) -> Callable[[], bool]:
    """Tells later whether people and contracts are still stored as they are now: what a file does
    not say of them, such as somebody's consent, is brought in again as it is.
    """
    if in_memory(repository.url):  # nobody else has it, and it has one connection
        return lambda: True
    before = [repository.facts(file) for file in _KEPT]
    return lambda: before == [repository.facts(file) for file in _KEPT]


def _grid(brought: Brought, mapping: ColumnMapping) -> SourceGrid:
    if mapping.layout:
        raise BadRequest(
            f"The mapping {mapping.name!r} holds the code tables of {run_layout().title}: it goes"
            " with --esr, not with a spreadsheet."
        )
    try:
        return read_grid(
            brought,
            sheet=mapping.sheet,
            header_row=mapping.header_row,
            header_rows=mapping.header_rows,
        )
    except Unreadable as error:
        raise BadInput([error.fault]) from None


def _applied(repository: Repository, grid: SourceGrid, mapping: ColumnMapping) -> Applying:
    applying = Applying(mapping, names_for(repository), repository.facts)
    applying.apply(grid)
    return applying


def names_for(repository: Repository) -> KnownNames:
    """The ids and names by which cells mean things; numbers of people only as far as the actor may
    see them.
    """

    def seen(file: str) -> tuple[Fact, ...]:
        return rows_in_view(repository, file, repository.facts(file))

    return KnownNames(repository.facts, seen)


def previewed_rows(
    repository: Repository, mapped: Mapped
) -> Mapping[str, tuple[PreviewedRow, ...]]:
    """Our file -> its first rows, as far as the actor may look at them."""
    return {
        file: tuple(
            PreviewedRow(row.place[1], _shown(repository, file, row)) for row in rows[:FIRST_ROWS]
        )
        for file, rows in mapped.rows.items()
        if rows
    }


def _shown(repository: Repository, file: str, row: MappedRow) -> Mapping[str, str]:
    """The cells of a row; of a stored person whom the actor may not look at, those alone that the
    file itself says.
    """
    if file not in PERSONAL or repository.actor.program:
        return row.cells
    person = row.cells.get("id" if file == "staff" else "staff_id", "")
    seen = in_view(repository).full
    if person in seen or all(one.id != person for one in _staff(repository)):
        return row.cells
    said = {name for name, origin in row.origins.items() if origin.headings}
    return {name: cell if name in said else "" for name, cell in row.cells.items()}


def _staff(repository: Repository) -> tuple[Staff, ...]:
    return cast(tuple[Staff, ...], repository.facts("staff"))


def _without(mapped: Mapped, files: Collection[str]) -> Mapped:
    """What can be judged already: of files with columns that are missing nothing can."""
    kept = {file: rows for file, rows in mapped.rows.items() if file not in files}
    return Mapped(
        rows=kept,
        faults=mapped.faults,
        bad_ids=mapped.bad_ids,
        bad_files=mapped.bad_files | set(files),
    )

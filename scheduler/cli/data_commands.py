"""Data in and out: import, template, generate, export."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.change_rendering import change_words
from scheduler.cli.mapping_commands import show_preview
from scheduler.cli.options import Json, RosterId
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import Session, note, print_json, session
from scheduler.cli.waiting import told_when_long
from scheduler.domain.errors import BadRequest
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.domain.change_set import RowChange
    from scheduler.services.data.import_export import ImportReport
    from scheduler.services.data.mappings import SourcePreview

NOTES_SHOWN = 40


def register(app: typer.Typer) -> None:
    app.command("import")(import_data)
    app.command("template")(template)
    app.command("generate")(generate)
    app.command("export")(export)


def import_data(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            help=(
                "A folder of CSV files or an .xlsx workbook; with --mapping or --esr, a file of"
                " another system."
            ),
            show_default=False,
        ),
    ],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Let new rows take the place of different stored ones with the same id.",
        ),
    ] = False,
    complete: Annotated[
        list[str] | None,
        typer.Option(
            "--complete",
            metavar="FILE",
            help=(
                "This file is whole (leave, worked_shift, …): withdraw what it no longer holds."
                " Repeatable."
            ),
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="With --complete or --esr: withdraw what was listed."),
    ] = False,
    mapping: Annotated[
        str,
        typer.Option(
            "--mapping",
            metavar="NAME",
            help="How a spreadsheet of another system is read; with --esr, its code tables.",
        ),
    ] = "",
    esr: Annotated[
        bool, typer.Option("--esr", help="It is a Generic Outbound file of ESR (.DAT).")
    ] = False,
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation",
            metavar="ID",
            help="Whose mapping, or with --esr whose people, it is.",
            show_default=False,
        ),
    ] = None,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            help="With --mapping or --esr: say what would become of it, and write nothing.",
        ),
    ] = False,
    why: Annotated[
        str,
        typer.Option("--why", metavar="TEXT", help="The reason, kept with the change."),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in a dataset, all of it or nothing; every fault is named at once.

    What is stored and not in the files stays, unless a file is said to be complete. Files that the
    database holds already may be left out: a folder with leave.csv alone is enough for a day off.
    """
    said = session(context, as_json)
    if not mapping and not esr:
        _no_mapping(organisation, preview)
        from scheduler.services.data import import_export

        opened = said.reading() if dry_run else said.repository()
        with opened as repository, told_when_long() as progress:
            report = import_export.import_data(
                repository,
                path,
                replace=replace,
                complete=complete or (),
                confirmed=yes,
                progress=progress,
                why=why,
                trial=dry_run,
            )
    elif preview or dry_run:
        show_preview(_previewed(said, path, mapping, organisation, esr, replace), as_json)
        return
    else:
        report = _from_elsewhere(
            said,
            path,
            mapping,
            organisation,
            esr,
            replace=replace,
            complete=complete,
            yes=yes,
            why=why,
        )
    total = report.total
    if as_json:
        from scheduler.services.documents.facts import import_document

        print_json(import_document(report, dry_run))
        return
    changed = [(file, *counts) for file, counts in report.counts.items() if any(counts)]
    print_table(("file", "added", "same", "replaced", "withdrawn"), changed, right=(1, 2, 3, 4))
    named = (
        ", ".join(
            f"{collaborative.id} ({collaborative.name})" for collaborative in report.collaboratives
        )
        or "no collaborative of its own"
    )
    if dry_run:
        _say_differences(report.changes)
    say(
        f"{'Would import' if dry_run else 'Imported'} {named}: {counted(total.added, 'row')} added,"
        f" {total.same:,} known already, {total.replaced:,} replaced"
        + (f", {total.withdrawn:,} withdrawn." if total.withdrawn else ".")
    )
    if report.number:
        say(f"Change {report.number}. To take it back: scheduler facts revert {report.number}")
    if report.notes:
        say("Please note:")
        for remark in report.notes[:NOTES_SHOWN]:
            say(f"  {remark}")
        if (more := len(report.notes) - NOTES_SHOWN) > 0:
            say(f"  … and {more:,} more, which --json shows.")


def _say_differences(changes: "Sequence[RowChange]") -> None:
    """Those in which a stored row becomes another, or goes; what is new is counted above."""
    telling = [one for one in changes if one.before is not None]
    for one in telling[:NOTES_SHOWN]:
        say(change_words(one))
    if (more := len(telling) - NOTES_SHOWN) > 0:
        say(f"… and {more:,} more, which --json shows.")


def _no_mapping(organisation: str | None, preview: bool) -> None:
    if organisation is not None or preview:
        option = "--preview" if preview else "--organisation"
        raise BadRequest(
            f"{option} goes with --mapping NAME or --esr: only files of other systems have these."
        )


def _previewed(
    said: Session,
    path: Path,
    mapping: str,
    organisation: str | None,
    esr: bool,
    replace: bool,
) -> "SourcePreview":
    from scheduler.services.data import esr as esr_files
    from scheduler.services.data import mappings

    with said.reading() as repository:
        if esr:
            return esr_files.preview(repository, path, _whose(organisation), mapping)
        by = mappings.saved_one(repository, organisation, mapping).mapping
        return mappings.preview(repository, path, by, replace=replace)


def _from_elsewhere(
    said: Session,
    path: Path,
    mapping: str,
    organisation: str | None,
    esr: bool,
    *,
    replace: bool,
    complete: list[str] | None,
    yes: bool,
    why: str,
) -> "ImportReport":
    from scheduler.services.data import esr as esr_files
    from scheduler.services.data import mappings

    with said.repository() as repository, told_when_long() as progress:
        if esr:
            if complete or replace:
                raise BadRequest(
                    "--esr needs neither --replace nor --complete: a file of ESR says itself what"
                    " it changes, and whether it is full."
                )
            return esr_files.bring_in(
                repository,
                path,
                _whose(organisation),
                mapping,
                confirmed=yes,
                progress=progress,
                why=why,
            )
        by = mappings.saved_one(repository, organisation, mapping).mapping
        return mappings.bring_in(
            repository,
            path,
            by,
            replace=replace,
            complete=complete or (),
            confirmed=yes,
            progress=progress,
            why=why,
        )


def _whose(organisation: str | None) -> str:
    if organisation is None:
        raise BadRequest("--esr needs --organisation ID: whose people the file is about.")
    return organisation


def template(
    file: Annotated[
        Path,
        typer.Argument(help="The workbook to write; its name ends in .xlsx.", show_default=False),
    ],
) -> None:
    """Write an empty workbook with every sheet, notes on columns and drop-down lists."""
    from scheduler.services.data import import_export

    import_export.write_template(file)
    say(f"Wrote {file}. Fill it in, then: scheduler import {file}")


def generate(
    context: typer.Context,
    staff: Annotated[
        int, typer.Option("--staff", min=1, max=20_000, help="How many people.", show_default=False)
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar="FOLDER",
            file_okay=False,
            help="Where the CSV files go.",
            show_default=False,
        ),
    ],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same data.")] = 1,
    nature: Annotated[
        str,
        typer.Option(
            "--nature",
            metavar="NAME",
            show_default="usual",
            help=(
                "What sets it apart: usual, shortage, plenty, one-organisation, many-organisations,"
                " high-priority, tight-agreements, "
                "tight-supply or dense."
            ),
        ),
    ] = "",
    dense: Annotated[
        bool,
        typer.Option(
            "--dense",
            help="Everybody may work nearly anywhere that their role is wanted: --nature dense.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make up a collaborative, as hard as real life: nobody in it exists."""
    from scheduler.services.data.generate import generate_folder

    session(context, as_json)
    if dense and nature not in ("", "dense"):
        raise BadRequest(f"--dense is a nature of its own: leave out --dense or --nature {nature}.")
    made = generate_folder(staff, seed, to, nature="dense" if dense else nature or "usual")
    if as_json:
        print_json(
            {
                "status": "done",
                "collaborative_id": made.collaborative_id,
                "name": made.name,
                "start": made.start.isoformat(),
                "days": 7,
                "staff": made.staff,
                "demand": made.demand,
                "folder": str(made.folder),
            }
        )
        return
    say(
        f"Wrote a synthetic collaborative of {counted(made.staff, 'person', 'people')} to"
        f" {made.folder}."
    )
    say(f"Collaborative: {made.collaborative_id}")
    say(f"Start: {made.start.isoformat()}")
    say(
        f"Next: scheduler import {made.folder} && scheduler solve --collaborative"
        f" {made.collaborative_id} --start {made.start.isoformat()}"
    )


def export(
    context: typer.Context,
    roster: RosterId,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FOLDER|FILE.xlsx|FILE.ics|FILE.json",
            help="A folder of CSV files, a workbook, a calendar, or FHIR R4B resources.",
            show_default=False,
        ),
    ],
    staff: Annotated[
        str | None,
        typer.Option(
            "--staff",
            metavar="ID|NAME",
            help="For a calendar: of this person alone.",
            show_default=False,
        ),
    ] = None,
    names: Annotated[
        bool,
        typer.Option(
            "--names",
            help="For FHIR: with the names of those whom you may see in full.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a roster down for others."""
    from scheduler.services.data import import_export
    from scheduler.services.view.by_words import meant_or_itself

    with session(context, as_json).reading() as repository:
        if staff is not None:
            staff = meant_or_itself(repository, "staff", staff)
        folder = to.endswith(("/", os.sep))  # a path would not tell any more
        files = import_export.export_roster(
            repository, roster, Path(to), staff_id=staff, folder=folder, names=names
        )
        remark = (
            import_export.calendar_remark(repository, roster)
            if files[0].suffix.lower() == ".ics"
            else ""
        )
    if remark:
        note(remark)
    if as_json:
        print_json(
            {
                "status": "done",
                "roster_id": roster,
                "files": [str(file) for file in files],
                "notes": [remark] if remark else [],
            }
        )
    else:
        say("Wrote " + ", ".join(str(file) for file in files))

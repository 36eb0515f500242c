"""Column mappings on the command line: list, show, save, remove and guess them; bring in by one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Json
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.data.mappings import SavedMapping, SourcePreview

FAULTS_SHOWN = 40

mappings = typer.Typer(
    no_args_is_help=True,
    help=(
        "How files of other systems become facts: list, show, save, remove such mappings, or guess"
        " one."
    ),
)

Organisation = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="ID",
        help="Whose mapping it is; needed where several organisations have one of this name.",
        show_default=False,
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name.", show_default=False)]
Sheet = Annotated[
    str, typer.Option("--sheet", metavar="NAME", help="Of a workbook with several sheets.")
]
HeaderRow = Annotated[
    int, typer.Option("--header-row", min=1, help="In which row the headings begin.")
]
HeaderRows = Annotated[
    int, typer.Option("--header-rows", min=1, max=5, help="Over how many rows they go.")
]


def register(app: typer.Typer) -> None:
    app.add_typer(mappings, name="mappings")


@mappings.command("list")
def list_mappings(
    context: typer.Context, organisation: Organisation = None, as_json: Json = False
) -> None:
    """List the mappings that are kept, of one organisation or of all that you may see."""
    from scheduler.services.data import mappings as service

    with session(context, as_json).reading() as repository:
        found = service.saved(repository, organisation)
    if as_json:
        print_json({"status": "done", "mappings": [_header(one) for one in found]})
        return
    if not found:
        say("None is saved yet: scheduler mappings guess FILE --organisation ID makes a first one.")
        return
    print_table(
        ("organisation", "name", "becomes", "saved by", "saved at"),
        [
            (
                one.organisation_id,
                one.name,
                ", ".join(dict.fromkeys(target.file for target in one.mapping.into)),
                one.made_by,
                one.made_at.isoformat(timespec="minutes"),
            )
            for one in found
        ],
    )


@mappings.command("show")
def show(
    context: typer.Context,
    name: Name,
    organisation: Organisation = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.toml", help="Write it down.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a mapping as TOML, to be edited and saved again, or handed to another organisation."""
    from scheduler.services.data import mappings as service

    with session(context, as_json).reading() as repository:
        found = service.saved_one(repository, organisation, name)
    if to is not None:
        service.write_mapping(found.mapping, to)
    if as_json:
        document = service.document_of(found.mapping)
        written = {} if to is None else {"file": str(to)}
        print_json({"status": "done", **_header(found), "mapping": document, **written})
    elif to is not None:
        say(f"Wrote {to}. Edit it, then: scheduler mappings save {to}")
    else:
        say(service.written(found.mapping).removesuffix("\n"))


@mappings.command("save")
def save(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A TOML or JSON file.", show_default=False)
    ],
    organisation: Organisation = None,
    as_json: Json = False,
) -> None:
    """Keep the mapping of a file, in the place of one of the same name; all of its faults are named
    at once.
    """
    from scheduler.services.data import mappings as service

    with session(context, as_json).repository() as repository:
        found = service.save(repository, service.read_mapping(file, organisation))
    if as_json:
        print_json({"status": "done", **_header(found)})
        return
    say(f"Saved {found.name!r} for {found.organisation_id}.")
    say(f'Next: scheduler import FILE --mapping "{found.name}" --preview')


@mappings.command("remove")
def remove(
    context: typer.Context,
    name: Name,
    organisation: Organisation = None,
    as_json: Json = False,
) -> None:
    """Remove a mapping; what was brought in by it stays."""
    from scheduler.services.data import mappings as service

    with session(context, as_json).repository() as repository:
        whose = service.saved_one(repository, organisation, name).organisation_id
        found = service.remove(repository, whose, name)
    if as_json:
        print_json({"status": "done", **_header(found)})
    else:
        say(f"Removed {found.name!r} of {found.organisation_id}.")


@mappings.command("guess")
def guess(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A .csv or .xlsx file.", show_default=False),
    ],
    organisation: Annotated[
        str,
        typer.Option("--organisation", metavar="ID", help="Whose file it is.", show_default=False),
    ],
    name: Annotated[str, typer.Option("--name", help="What to call the mapping.")] = "",
    sheet: Sheet = "",
    header_row: HeaderRow = 1,
    header_rows: HeaderRows = 1,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.toml", help="Write it down.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Guess a mapping by what the headings of a file are called, to be looked at and mended."""
    from scheduler.services.data import mappings as service

    with session(context, as_json).reading() as repository:
        found = service.guess(
            repository,
            file,
            organisation,
            name=name,
            sheet=sheet,
            header_row=header_row,
            header_rows=header_rows,
        )
    if to is not None:
        service.write_mapping(found.mapping, to)
    if as_json:
        print_json(
            {
                "status": "done",
                "mapping": service.document_of(found.mapping),
                "missing": [asdict(one) for one in found.missing],
                "unused": list(found.unused),
                **({} if to is None else {"file": str(to)}),
            }
        )
        return
    if to is None:
        say(service.written(found.mapping))
    else:
        say(f"Wrote {to}.")
    _missing(found.missing)
    if found.unused:
        say(f"Columns for which nothing was found: {', '.join(found.unused)}.")


def show_preview(found: "SourcePreview", as_json: bool) -> None:
    """What a file would become."""
    if as_json:
        print_json(preview_document(found))
        return
    say(f"{found.label}: {counted(found.read, 'row')} read.")
    for file, rows in found.rows.items():
        shown = [{"row": one.row, **one.cells} for one in rows]
        filled = [name for name in shown[0] if any(one[name] for one in shown)]
        print_table(
            filled,
            [[one[name] for name in filled] for one in shown],
            title=f"{file}: {counted(found.made[file], 'row')}",
        )
    for why, number in sorted(found.left_out.items()):
        say(f"{counted(number, 'row')} left out {why}.")
    if found.unused:
        say(f"Columns that nothing reads: {', '.join(found.unused)}.")
    _missing(found.missing)
    if found.unknown:
        print_table(
            ("column", "value", "rows", "for", "maybe"),
            [
                (
                    one.heading,
                    one.value,
                    one.rows,
                    f"{one.column} of {one.file}",
                    ", ".join(map(str, one.nearest)),
                )
                for one in found.unknown[:FAULTS_SHOWN]
            ],
            title="Values that nothing explains",
            right=(2,),
        )
    total = len(found.faults) + found.more
    for fault in found.faults[:FAULTS_SHOWN]:
        say(f"  {fault}")
    if total > FAULTS_SHOWN:
        say(f"  … and {total - FAULTS_SHOWN:,} more.")
    if found.counts:
        print_table(
            ("file", "added", "same", "replaced", "withdrawn"),
            [(file, *counts) for file, counts in found.counts.items()],
            title="What bringing it in would do",
            right=(1, 2, 3, 4),
        )
    say(
        f"Nothing was written. {counted(total, 'fault')} would stand against it."
        if total
        else "Nothing was written."
    )


def preview_document(found: "SourcePreview") -> dict[str, Any]:
    """A preview for a program."""
    return {
        "status": "done",
        "file": found.label,
        "read": found.read,
        "rows": {file: [asdict(one) for one in rows] for file, rows in found.rows.items()},
        "made": dict(found.made),
        "left_out": dict(found.left_out),
        "unused": list(found.unused),
        "missing": [asdict(one) for one in found.missing],
        "unknown": [asdict(one) for one in found.unknown],
        "faults": [
            {key: value for key, value in asdict(fault).items() if key != "more"}
            for fault in found.faults
        ],
        "more_faults": found.more,
        "counts": {file: counts._asdict() for file, counts in found.counts.items()},
    }


def _header(found: "SavedMapping") -> Mapping[str, Any]:
    return {
        "organisation_id": found.organisation_id,
        "name": found.name,
        "made_by": found.made_by,
        "made_at": found.made_at.isoformat(),
    }


def _missing(found: Iterable[Any]) -> None:
    for one in found:
        say(f"Still to be said: {one.column} of {one.file} ({one.description}).")

"""What was done, on the command line: read it, hand it out, verify it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.accounts.audit import Verdict

audit = typer.Typer(no_args_is_help=True, help="Who did what, when, to which version, from where.")
BROKEN = 3
"""Exit code where the record does not hold."""

Known = Annotated[
    str | None,
    typer.Option(
        "--known",
        metavar="NUMBER:HASH",
        help="An entry as it was noted elsewhere: it has to be there still.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")


@audit.command("list")
def list_deeds(
    context: typer.Context,
    most: Annotated[
        int, typer.Option("--most", min=1, max=1_000_000, help="The last so many.")
    ] = 50,
    as_json: options.Json = False,
) -> None:
    """What was done, the latest last."""
    from scheduler.services.accounts.audit import deeds

    with session(context, as_json).reading() as repository:
        found = deeds(repository, most=most)
    if as_json:
        print_json(
            {
                "status": "done",
                "entries": [
                    {**one.entry.document(), "who": one.who, "what": one.what} for one in found
                ],
            }
        )
        return
    if not found:
        say("Nothing was done yet.")
        return
    rows = [
        (
            one.entry.number,
            one.entry.at[:19].replace("T", " "),
            one.who + (f" (truly {one.behind})" if one.behind else ""),
            one.entry.origin,
            one.what,
        )
        for one in found
    ]
    print_table(("no.", "when, UTC", "who", "from", "what"), rows, right=(0,))


@audit.command("verify")
def verify(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            exists=True,
            dir_okay=False,
            help="An export, instead of the database.",
            show_default=False,
        ),
    ] = None,
    known: Known = None,
    as_json: options.Json = False,
) -> None:
    """Whether every byte is as it was written. Note the last line elsewhere: whoever could write
    the whole record anew could not make it fit.
    """
    from scheduler.services.accounts import audit as service

    if file is not None:
        found = service.verify_export(file, known)
    else:
        with session(context, as_json).reading() as repository:
            found = service.verify(repository, known)
    if as_json:
        print_json({"status": "broken" if found.broken else "done", **_document(found)})
    else:
        _say(found)
    if found.broken:
        raise typer.Exit(BROKEN)


@audit.command("export")
def export(
    context: typer.Context,
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FILE", help="A line of JSON each.", show_default=False),
    ],
    as_json: options.Json = False,
) -> None:
    """Write all entries to a file that can be verified without the database."""
    from scheduler.services.accounts import audit as service

    with session(context, as_json).repository() as repository:
        found = service.export(repository, to)
    if as_json:
        print_json({"status": "done", "file": str(to), **_document(found)})
        return
    say(f"{counted(found.entries, 'entry', 'entries')} in {to}.")
    note(f"Verify it with: scheduler audit verify --file {to}")


def _document(found: "Verdict") -> dict[str, Any]:
    return {
        "entries": found.entries,
        "last": f"{found.number}:{found.hash}",
        "broken": list(found.broken),
    }


def _say(found: "Verdict") -> None:
    for sentence in found.broken:
        say(sentence)
    if found.broken:
        say(f"The record does not hold, in {counted(len(found.broken), 'place')}.")
        return
    say(f"{counted(found.entries, 'entry', 'entries')}, each as it was written.")
    say(f"To be noted elsewhere: {found.number}:{found.hash}")

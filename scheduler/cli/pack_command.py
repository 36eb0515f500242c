"""The paper for a board, as a file."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import say
from scheduler.cli.session import print_json, session
from scheduler.domain.errors import BadRequest


def register(app: typer.Typer) -> None:
    app.command("pack")(pack)


def _day(name: str, words: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(
        name, metavar="DATE", parser=options.parse_day, help=words, show_default=False
    )
    return found


def pack(
    context: typer.Context,
    collaborative: options.Collaborative,
    first: Annotated[
        date | None, _day("--from", "First day; without it the first that is published.")
    ] = None,
    last: Annotated[
        date | None, _day("--until", "Last day; without it the last that is published.")
    ] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="ANSWER",
            help=(
                "A stored comparison, frontier, waterfall or partners answer for the annex; may be"
                " given several times."
            ),
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="Where to write it: .pdf, .xlsx or .json, by its ending.",
            show_default=False,
        ),
    ] = None,
    dated: Annotated[
        date | None,
        _day(
            "--dated",
            "The date that the paper bears; without it none, so that it can be made"
            " again to the byte.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Write the board pack: a page for all together and one for each organisation, in the order
    that directors' papers have, with how it is made and what cannot be said.
    """
    from scheduler.services.pack.pack import pack_of

    if to is None and not as_json:
        raise BadRequest("Say where to write it: --to pack.pdf, or --to pack.xlsx, or ask --json.")
    with session(context, as_json).reading() as repository:
        found = pack_of(repository, collaborative, first, last, answers=answers or (), dated=dated)
    if to is not None:
        found.write(to)
    if as_json:
        print_json(found.document)
    else:
        say(f"{found.document['title']}, {found.document['sentence']} Written to {to}.")

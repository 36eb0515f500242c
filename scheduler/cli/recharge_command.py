"""What is recharged between organisations, as files for both finance departments."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, hours, print_table, say
from scheduler.cli.session import print_json, session


def register(app: typer.Typer) -> None:
    app.command("recharge")(recharge)


def _day(name: str, words: str) -> typer.models.OptionInfo:
    found: typer.models.OptionInfo = typer.Option(
        name, metavar="DATE", parser=options.parse_day, help=words, show_default=False
    )
    return found


def recharge(
    context: typer.Context,
    collaborative: options.Collaborative,
    first: Annotated[
        date | None, _day("--from", "First day; without it the first that is published.")
    ] = None,
    last: Annotated[
        date | None, _day("--until", "Last day; without it the last that is published.")
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation",
            metavar="ORGANISATION",
            help="Only what this one lends or borrows: id or name.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FOLDER",
            help="Write a CSV file for each pair there, and totals.csv.",
            show_default=False,
        ),
    ] = None,
    told: Annotated[
        list[Path] | None,
        typer.Option(
            "--since",
            metavar="FILE",
            help=(
                "A file that was written before: only what is new or has changed since is told; may"
                " be given several times."
            ),
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say what published rosters recharge between organisations, a line for each lent shift, pair
    by pair, to the penny.
    """
    from scheduler.services.documents.recharge import recharge_lines_document
    from scheduler.services.kpis.recharge_file import read_told, since, write_recharge
    from scheduler.services.kpis.recharge_lines import recharge_lines
    from scheduler.services.view.by_words import meant_or_itself

    before = read_told(told) if told else None
    with session(context, as_json).reading() as repository:
        whose = (
            None
            if organisation is None
            else meant_or_itself(repository, "organisation", organisation)
        )
        found = recharge_lines(repository, collaborative, first, last, organisation_id=whose)
    if before is not None:
        found = since(found, before)
    if to is not None:
        write_recharge(found, to)
    if as_json:
        print_json(recharge_lines_document(found))
        return
    if not found.pairs:
        say(
            "Nothing is recharged on these dates that you may see."
            if before is None
            else "Nothing has changed since."
        )
    else:
        print_table(
            ("lends", "to", "lines", "hours", "recharge"),
            [
                (
                    pair.home_name,
                    pair.host_name,
                    str(len(pair.entries)),
                    hours(pair.minutes / 60),
                    exact_pounds(pair.amount),
                )
                for pair in found.pairs
            ],
            right=(2, 3, 4),
            title=f"{found.first} to {found.last}",
        )
    if to is not None:
        say(f"Written to {to}: a file for each pair, and totals.csv.")

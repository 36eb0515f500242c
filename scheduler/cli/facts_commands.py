"""Stored facts on the command line: list some, withdraw some."""

from typing import Annotated

import typer

from scheduler.cli.options import Json
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

MOST_LISTED = 100

facts = typer.Typer(
    no_args_is_help=True, help="Stored facts: list them, withdraw what is no longer so."
)

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Which facts, by the name of their file: leave, contract, …",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(facts, name="facts")


@facts.command("list")
def list_facts(
    context: typer.Context,
    file: File,
    key: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY]…", help="The beginning of their key.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """List stored facts of one file, by their key or its beginning."""
    from scheduler.services.facts.stored import find_facts

    with session(context, as_json).reading() as repository:
        found = find_facts(repository, file, key or [])
    rows = [fact.cells() for fact in found]
    if as_json:
        print_json({"status": "done", "file": file.removesuffix(".csv"), "rows": rows})
        return
    if not rows:
        say("None is stored.")
        return
    print_table(tuple(rows[0]), [tuple(row.values()) for row in rows[:MOST_LISTED]])
    if len(rows) > MOST_LISTED:
        say(f"… and {len(rows) - MOST_LISTED:,} more; say more of the key, or take --json.")


@facts.command("remove")
def remove(
    context: typer.Context,
    file: File,
    key: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY…",
            help=(
                "Its key: an id, or what the file is keyed by, in order (staff, first date, kind)."
            ),
            show_default=False,
        ),
    ],
    every: Annotated[
        bool, typer.Option("--all", help="All rows that the beginning of a key names.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Withdraw a stored fact: leave that was cancelled, a row that never should have been there.

    Refused where other facts or history need it, with the way out. Stored rosters keep the facts
    that they were made from.
    """
    from scheduler.services.facts.stored import remove_facts

    with session(context, as_json).repository() as repository:
        gone = [one.fact for one in remove_facts(repository, file, key, every=every).changes]
    if as_json:
        print_json(
            {"status": "done", "file": gone[0].file, "withdrawn": [fact.cells() for fact in gone]}
        )
        return
    for fact in gone:
        say(
            "Withdrawn: "
            + ", ".join(f"{name} {cell}" for name, cell in fact.cells().items() if cell)
        )
    say(
        f"{counted(len(gone), 'row')} of {gone[0].file}.csv {'is' if len(gone) == 1 else 'are'}"
        " gone. Stored rosters keep what they were made from."
    )
    note("What it upsets in a roster: scheduler repair ROSTER, or build the week anew.")

"""Organisations held against public registers on the command line."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import print_json, session

organisations = typer.Typer(
    no_args_is_help=True, help="Organisations, held against what public registers say of them."
)


def register(app: typer.Typer) -> None:
    app.add_typer(organisations, name="organisations")


@organisations.command("check")
def check(
    context: typer.Context,
    against: Annotated[
        list[Path],
        typer.Option(
            "--against",
            metavar="FILE",
            help=(
                "An extract of the Organisation Data Service: a public CSV file such as etr.csv, or"
                " an organisation list as JSON; may be given several times."
            ),
            show_default=False,
        ),
    ],
    dated: Annotated[
        date | None,
        typer.Option(
            "--dated",
            metavar="DATE",
            parser=options.parse_day,
            help="Of when the extract is: its files bear no date.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say which organisations have a code that the extract does not know, or says is closed, or
    knows by another name. Nothing is asked of the network, nothing is changed.
    """
    from scheduler.services.facts.organisation_codes import check_codes

    with session(context, as_json).reading() as repository:
        found = check_codes(repository, against, dated)
    if as_json:
        print_json(
            {
                "dated": found.dated,
                "latest": found.latest,
                "layouts": found.layouts,
                "bodies": found.bodies,
                "findings": [
                    {
                        "organisation_id": one.organisation_id,
                        "name": one.name,
                        "verdict": one.verdict,
                        "fault": one.fault,
                        "sentence": one.sentence,
                    }
                    for one in found.findings
                ],
            }
        )
        return
    print_table(
        ("organisation", "name", "which is"),
        [(one.organisation_id, one.name, one.sentence) for one in found.findings],
    )
    faults = sum(one.fault for one in found.findings)
    say(
        f"{faults} of {len(found.findings)} to look at, by an extract {found.age}"
        f" ({found.bodies:,} bodies)."
    )

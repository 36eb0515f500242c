"""Personal data on the command line: hand out what is kept of somebody, forget who has left."""

from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

people = typer.Typer(
    no_args_is_help=True, help="Personal data: hand it out, and forget it in time."
)

StaffId = Annotated[
    str, typer.Argument(metavar="STAFF_ID", help="The staff number.", show_default=False)
]


def register(app: typer.Typer) -> None:
    app.add_typer(people, name="people")


@people.command("kept")
def kept(
    as_json: options.Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As docs/personal-data.md.")] = False,
) -> None:
    """What is kept of people, why, and for how long."""
    from scheduler.services.accounts.personal_data import page, retention

    if as_json:
        print_json({"status": "done", "kept": [vars(one) for one in retention()]})
        return
    if markdown:
        typer.echo(page(), nl=False)
        return
    rows = [
        (
            one.kind.replace("_", " "),
            one.what,
            one.why,
            f"{one.years} years after" if one.years else "until they leave",
            one.then,
        )
        for one in retention()
    ]
    print_table(("kind", "what", "why", "kept", "then"), rows)


@people.command("left")
def left(context: typer.Context, as_json: options.Json = False) -> None:
    """Who has left, and from when on nothing has to be kept under their name."""
    from scheduler.services.accounts.personal_data import leavers

    with session(context, as_json).reading() as repository:
        found = leavers(repository)
    if as_json:
        print_json({"status": "done", "left": [vars(one) for one in found]})
        return
    if not found:
        say("Nobody has left who is still known here.")
        return
    rows = [
        (one.staff_id, one.name, one.left or "never employed", one.anonymous_from or "now")
        for one in found
    ]
    print_table(("staff", "name", "last day", "without a name from"), rows)
    note("What is due of somebody: scheduler people forget STAFF_ID")


@people.command("forget")
def forget(context: typer.Context, staff: StaffId, as_json: options.Json = False) -> None:
    """Delete what is due of somebody who has left. Hours and totals stay, under a mark."""
    from scheduler.services.accounts import personal_data

    with session(context, as_json).repository() as repository:
        done = personal_data.forget(repository, staff)
    if as_json:
        print_json({"status": "done", "mark": done.mark, "rows": dict(done.rows)})
        return
    rows = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in done.rows.items())
    say(f"{counted(sum(done.rows.values()), 'row')} deleted or changed: {rows or 'none'}.")
    if done.mark:
        say(f"What has to stay, hours among it, is kept under {done.mark}; nobody can say whose.")
    else:
        say(
            "Rosters keep name and number until the time for that is over; scheduler people left"
            " says when. Ask again then."
        )
    note("Backups and exported files are not reached: let them end within the same times.")


@people.command("export")
def export(
    context: typer.Context,
    staff: StaffId,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="A file of JSON.", show_default=False)
    ],
    as_json: options.Json = False,
) -> None:
    """Write down everything that is kept of one person, for them."""
    from scheduler.services.accounts.personal_data import export_all_of

    with session(context, as_json).repository() as repository:
        export_all_of(repository, staff, to)
    if as_json:
        print_json({"status": "done", "file": str(to)})
        return
    say(f"All that is kept of {staff} is in {to}.")

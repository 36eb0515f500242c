"""The address of somebody's calendar on the command line: made, ended, looked at."""

import typer

from scheduler.cli import options
from scheduler.cli.rendering import say
from scheduler.cli.session import note, print_json, session

calendar = typer.Typer(
    no_args_is_help=True,
    help="The address under which a calendar program reads one person's shifts.",
)


def register(app: typer.Typer) -> None:
    app.add_typer(calendar, name="calendar")


@calendar.command("issue")
def issue(context: typer.Context, person: options.Person, as_json: options.Json = False) -> None:
    """Make the address, which ends the one before. It is shown this once."""
    from scheduler.services.data import calendar_feed
    from scheduler.services.view.by_words import meant

    with session(context, as_json).repository() as repository:
        staff_id = meant(repository, "staff", person)
        made = calendar_feed.issue(repository, staff_id)
    if as_json:
        print_json(
            {
                "status": "done",
                "staff_id": staff_id,
                "path": made.path,
                "given_at": made.given_at.isoformat(),
            }
        )
        return
    say(made.path)
    note(
        "It begins with the address under which people open the pages. Whoever knows it can read"
        " the shifts and the leave; it is not shown again."
    )


@calendar.command("withdraw")
def withdraw(context: typer.Context, person: options.Person, as_json: options.Json = False) -> None:
    """End the address: from now on nothing is found there."""
    from scheduler.services.data import calendar_feed
    from scheduler.services.view.by_words import meant

    with session(context, as_json).repository() as repository:
        staff_id = meant(repository, "staff", person)
        calendar_feed.withdraw(repository, staff_id)
    if as_json:
        print_json({"status": "done", "staff_id": staff_id})
        return
    say(f"The address of the calendar of {staff_id} has ended.")


@calendar.command("show")
def show(context: typer.Context, person: options.Person, as_json: options.Json = False) -> None:
    """Whether there is an address, since when, and when it was last read; never what it is."""
    from scheduler.services.data import calendar_feed
    from scheduler.services.view.by_words import meant

    with session(context, as_json).reading() as repository:
        staff_id = meant(repository, "staff", person)
        known = calendar_feed.address_state(repository, staff_id)
    if as_json:
        read = None if known is None else known.last_read_at
        print_json(
            {
                "status": "done",
                "staff_id": staff_id,
                "given_at": None if known is None else known.given_at.isoformat(),
                "last_read_at": None if read is None else read.isoformat(),
            }
        )
        return
    if known is None:
        say(f"{staff_id} has no address for a calendar.")
        return
    read_words = (
        f"last read {known.last_read_at:%Y-%m-%d %H:%M} UTC, to the hour"
        if known.last_read_at
        else "not read yet"
    )
    say(f"{staff_id} has one since {known.given_at:%Y-%m-%d}, {read_words}.")

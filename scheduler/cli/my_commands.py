"""What a member of staff wants to know of themselves: their time, and what they are cleared by."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import say
from scheduler.cli.session import print_json, session

my = typer.Typer(no_args_is_help=True, help="One person's time, and what they are cleared by.")


def register(app: typer.Typer) -> None:
    app.add_typer(my, name="my")


@my.command("time")
def time(
    context: typer.Context,
    person: options.Person,
    first: Annotated[
        date | None,
        typer.Option(
            "--from",
            metavar="DATE",
            parser=options.parse_day,
            help="First day; without it, the Monday of this week.",
            show_default=False,
        ),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option(
            "--to",
            metavar="DATE",
            parser=options.parse_day,
            help="Last day; without it, the sixth after the first.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Hours against what is owed, pay in words, the law's averages, and leave."""
    from scheduler.domain.clock import monday
    from scheduler.services.view import my_words
    from scheduler.services.view.by_words import meant
    from scheduler.services.view.my_time import my_time

    since = first or monday(date.today())
    with session(context, as_json).reading() as repository:
        staff_id = meant(repository, "staff", person)
        found = my_time(repository, staff_id, since, last or since + timedelta(days=6))
    if as_json:
        print_json(
            {"status": "done", **asdict(found), "owed": found.owed, "planned": found.planned}
        )
        return
    say(f"From {my_words.long_day(found.first)} to {my_words.long_day(found.last)}:")
    for lines in (
        my_words.hours_lines(found),
        my_words.pay_lines(found),
        my_words.average_lines(found),
        my_words.leave_lines(found),
    ):
        for line in lines:
            say(line)
        say()


@my.command("clearance")
def clearance(
    context: typer.Context,
    person: options.Person,
    on: Annotated[
        date | None,
        typer.Option(
            "--on",
            metavar="DATE",
            parser=options.parse_day,
            help="Which day counts as today.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """What is held, until when, who renews it, what needs it; what one thing more would open."""
    from scheduler.services.facts.credentials import signed_of
    from scheduler.services.inbox.known_endings import known_since
    from scheduler.services.view import my_words
    from scheduler.services.view.by_words import meant
    from scheduler.services.view.my_clearance import my_clearance

    with session(context, as_json).reading() as repository:
        staff_id = meant(repository, "staff", person)
        found = my_clearance(repository, staff_id, on)
        known = known_since(repository, staff_id)
        signed = {one.held_as: one.words for one in signed_of(repository, staff_id)}
    if as_json:
        print_json({"status": "done", **asdict(found)})
        return
    for one in found.held:
        ending = one.ending(found.on)
        since = known.get(ending) if ending else None
        say(" ".join(my_words.held_line(one, found, since, signed.get(one.held_as, ""))))
    say()
    for line in (*my_words.elsewhere_lines(found), *my_words.opening_lines(found)):
        say(line)

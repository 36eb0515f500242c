"""Versions of rosters: what differs between two, what publishing one would change; name, delete and
withdraw them.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, hours, print_table, say, signed
from scheduler.cli.session import Session, print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.versions.amounts import Amounts
    from scheduler.services.versions.difference import Difference

MOST_PEOPLE = 40
"""Changes of people that a person is shown at once."""


def register(app: typer.Typer) -> None:
    versions = typer.Typer(
        help="Name a version, delete a draft, withdraw a publication.", no_args_is_help=True
    )
    versions.command("rename")(rename)
    versions.command("delete")(delete)
    versions.command("withdraw")(withdraw)
    app.command("diff")(diff)
    app.add_typer(versions, name="versions")


def diff(
    context: typer.Context,
    before: Annotated[
        str, typer.Argument(metavar="A", help="The id of one roster.", show_default=False)
    ],
    after: Annotated[
        str, typer.Argument(metavar="B", help="The id of the other.", show_default=False)
    ],
    as_json: options.Json = False,
) -> None:
    """Show what differs from one stored roster to another: for people, in places and in money, on
    the dates that both cover.
    """
    from scheduler.services.versions.difference import difference, to_json

    with session(context, as_json).reading() as repository:
        found = difference(repository, before, after)
    if as_json:
        print_json({"status": "done", **to_json(found)})
        return
    print_difference(found)


def print_difference(found: "Difference") -> None:
    """Who loses and gets what, places, hours and money."""
    say(found.sentence)
    rows = [
        (change.name if number == 0 else "", sign, words)
        for change in found.people
        for number, (sign, words) in enumerate(
            [("−", shift.words) for shift in change.loses]
            + [("+", shift.words) for shift in change.gets]
        )
    ]
    rows += [
        (one.name, "≠", f"{one.after.words} (another {', '.join(one.what)})")
        for one in found.altered
    ]
    if rows:
        print_table(("who", "", "shift"), rows[:MOST_PEOPLE])
        if rows[MOST_PEOPLE:]:
            say(f"… and {counted(len(rows) - MOST_PEOPLE, 'line')} more; all of them with --json.")
    for verb, places in (("Opens", found.opened), ("Filled", found.filled)):
        for one in places[:MOST_PEOPLE]:
            say(f"{verb}: {one.shift.words}" + (f" × {one.places}" if one.places > 1 else ""))
    for title, amounts in (("pay", found.pay), ("employer", found.organisations)):
        differing = [_row(one) for one in amounts if not one.same]
        if differing:
            print_table((title, "hours", "pounds", "hosted"), differing, right=(1, 2, 3))
    if found.empty_before != found.empty_after:
        say(f"Required hours empty: {hours(found.empty_before)} → {hours(found.empty_after)}.")
    for said, breaches in (
        ("No longer broken", found.breaches_before),
        ("Newly broken", found.breaches_after),
    ):
        for breach in breaches:
            say(f"{said}: {breach}")


def _row(one: "Amounts") -> tuple[str, ...]:
    changed = one.hours_after - one.hours_before
    pence = one.pence_after - one.pence_before
    hosted = one.hosted_after - one.hosted_before
    return (
        one.name,
        signed(changed, hours(changed)),
        signed(pence, exact_pounds(pence)),
        signed(hosted, hours(hosted)),
    )


def print_preview(called: Session, roster: str, as_json: bool) -> None:
    """What publishing a roster would change."""
    from scheduler.services.publish.preview import preview, to_json

    with called.reading() as repository:
        found = preview(repository, roster)
    if as_json:
        print_json({"status": "done", **to_json(found)})
        return
    for sentence in found.sentences:
        say(sentence)
    rows = [
        (one.name if number == 0 else "", shift.soon, shift.sentence)
        for one in found.told
        for number, shift in enumerate(one.shifts)
    ]
    if rows:
        print_table(("who", "when", "what changes"), rows)
    if found.refusal:
        say(f"It cannot be published: {found.refusal}")
        return
    for finding in found.findings:
        say(f"Does not hold: {finding}")
    ways = (["--anyway"] if found.against else []) + (
        ["--reason TEXT"] if found.against or found.needs_reason else []
    )
    say(f"Publish it: {' '.join(['scheduler publish', roster, *ways])}")


def rename(
    context: typer.Context,
    roster: options.RosterId,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="What people call it; '' takes its name away.", show_default=False
        ),
    ],
    why: Annotated[
        str | None,
        typer.Option(
            "--why", metavar="TEXT", help="Why a draft was made, in words.", show_default=False
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Give a version a name, and a draft another reason."""
    from scheduler.services.documents.rosters import header_document
    from scheduler.services.versions.versions import rename_version

    with session(context, as_json).repository() as repository:
        header = rename_version(repository, roster, name, reason=why)
    if as_json:
        print_json({**header_document(header), "result": "renamed"})
        return
    called = f"is called “{header.name}”" if header.name else "has no name"
    say(f"{header.id} {called}: {header.reason}")


def delete(context: typer.Context, roster: options.RosterId, as_json: options.Json = False) -> None:
    """Delete a draft for good. What was published is never deleted."""
    from scheduler.services.versions.versions import delete_draft

    with session(context, as_json).repository() as repository:
        delete_draft(repository, roster)
    if as_json:
        print_json({"status": "done", "result": "deleted", "roster_id": roster})
        return
    say(f"{roster} is deleted.")


def withdraw(
    context: typer.Context,
    roster: options.RosterId,
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="Why: kept with it.", show_default=False),
    ],
    as_json: options.Json = False,
) -> None:
    """Withdraw a publication: on its dates what was published before counts again, or nothing."""
    from scheduler.services.documents.rosters import header_document
    from scheduler.services.publish.publish import standing
    from scheduler.services.publish.withdraw import withdraw as take_back

    with session(context, as_json).repository() as repository:
        done = take_back(repository, roster, reason)
    if as_json:
        again = [header_document(header) for header in done.again]
        print_json({**header_document(done.header), "again": again})
        return
    say(f"{roster} is withdrawn and counts on no date any more.")
    for header in done.again:
        say(f"{header.id} counts again: {standing(header)}.")
    if not done.again:
        say("Nothing counts in its place on its dates.")

"""Leave and sickness on the command line: told in one line, taken back in another, seen by team."""

from datetime import date, timedelta
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.change_rendering import (
    change_words,
    say_upsets,
)
from scheduler.cli.facts_commands import DryRun, Why
from scheduler.cli.options import Json
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

leave = typer.Typer(
    no_args_is_help=True, help="Leave and sickness: told in one line, seen by team."
)


def register(app: typer.Typer) -> None:
    app.add_typer(leave, name="leave")


@leave.command("add")
def add(
    context: typer.Context,
    person: options.Person,
    first: options.FirstDay,
    last: options.LastDay = None,
    kind: Annotated[
        str,
        typer.Option("--kind", "-k", help="annual, sick, study, parental, carer, other."),
    ] = "annual",
    why: Why = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Somebody is away: scheduler leave add "nurse 0115" 2027-01-13 2027-01-15 --kind sick"""
    from scheduler.services.facts.leave import propose_leave, tell_leave
    from scheduler.services.view.by_words import meant

    called = session(context, as_json)
    with called.reading() if dry_run else called.repository() as repository:
        staff_id = meant(repository, "staff", person)
        found = propose_leave(repository, staff_id, first, last or first, kind)
        made = (
            None
            if dry_run
            else tell_leave(repository, staff_id, first, last or first, kind, why=why)
        )
    if as_json:
        from scheduler.services.documents.facts import change_made_document

        print_json(
            {
                **change_made_document(found.proposed, made),
                "beyond_the_band": list(found.beyond),
            }
        )
        return
    for one in found.proposed.changes:
        say(change_words(one))
    for sentence in found.beyond:
        note(sentence)
    say_upsets(found.proposed, made is not None)
    say(
        f"Change {made.number}. To take it back: scheduler facts revert {made.number}"
        if made
        else "Nothing was written."
    )


@leave.command("remove")
def remove(
    context: typer.Context,
    person: options.Person,
    first: options.FirstDay,
    last: options.LastDay = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Somebody is not away on these days after all; leave before and after them stays."""
    from scheduler.services.facts.leave import take_leave_back
    from scheduler.services.view.by_words import meant

    with session(context, as_json).repository() as repository:
        staff_id = meant(repository, "staff", person)
        made = take_leave_back(repository, staff_id, first, last or first, why=why)
    if as_json:
        from scheduler.services.documents.facts import change_document

        rows = [change_document(one) for one in made.changes]
        print_json({"status": "done", "change": made.number, "rows": rows})
        return
    for one in made.changes:
        say(change_words(one))
    say(f"Change {made.number}. To take it back: scheduler facts revert {made.number}")


@leave.command("team")
def team(
    context: typer.Context,
    organisation: Annotated[
        str,
        typer.Option(
            "--organisation", metavar="ID|NAME", help="Who employs them.", show_default=False
        ),
    ],
    role: Annotated[
        str, typer.Option("--role", metavar="ID|NAME", help="The role held.", show_default=False)
    ],
    service: Annotated[
        str | None,
        typer.Option(
            "--service",
            metavar="ID|NAME",
            help="Of them, who holds what this service requires.",
            show_default=False,
        ),
    ] = None,
    first: Annotated[
        date | None,
        typer.Option(
            "--from",
            metavar="DATE",
            parser=options.parse_day,
            help="First day; without it today.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days.")] = 28,
    as_json: Json = False,
) -> None:
    """Who of a team is away, and on which days more or fewer than its band says."""
    from scheduler.services.facts.leave import LeaveTeam, team_leave
    from scheduler.services.view.by_words import meant

    begin = first or date.today()
    with session(context, as_json).reading() as repository:
        asked = LeaveTeam(
            meant(repository, "organisation", organisation),
            meant(repository, "role", role),
            None if service is None else meant(repository, "service", service),
        )
        found = team_leave(repository, asked, begin, begin + timedelta(days=days - 1))
    if as_json:
        print_json(
            {
                "status": "done",
                "people": [
                    {"staff_id": staff_id, "name": name, "away": dict(_away(begin, kinds))}
                    for staff_id, name, kinds in found.people
                ],
                "days": [
                    {"date": one.day, "away": one.away, "most": one.most, "least": one.least}
                    for one in found.days
                ],
            }
        )
        return
    away = [
        (name, *stretch)
        for _, name, kinds in found.people
        for stretch in _stretches(dict(_away(begin, kinds)))
    ]
    print_table(("person", "from", "to", "kind"), away)
    band = [(f"{one.day:%a %-d %b}", one.away, one.most) for one in found.days if one.beyond]
    if band:
        print_table(("day", "away", "at most"), band, right=(1, 2), title="More than may be away")
    say(
        f"{counted(len(found.people), 'person', 'people')} in the team;"
        f" {counted(len(away), 'stretch', 'stretches')} of leave from {begin} on."
    )


def _away(begin: date, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        ((begin + timedelta(days=offset)).isoformat(), kind)
        for offset, kind in enumerate(kinds)
        if kind
    ]


def _stretches(days: dict[str, str]) -> list[tuple[str, str, str]]:
    """(first, last, kind) of days that follow on."""
    found: list[tuple[str, str, str]] = []
    for day, kind in days.items():
        if found:
            first, last, same = found[-1]
            following = date.fromisoformat(last) + timedelta(days=1)
            if same == kind and following.isoformat() == day:
                found[-1] = (first, day, kind)
                continue
        found.append((day, day, kind))
    return found

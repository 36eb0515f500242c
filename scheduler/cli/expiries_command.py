"""What the coming weeks lose as clearances lapse, and what to renew first."""

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.options import Collaborative, Json, Start
from scheduler.cli.rendering import hours, print_table, say
from scheduler.cli.session import print_json, session

if TYPE_CHECKING:
    from scheduler.services.outlook.expiries import Expiries, Renewal

MOST_RENEWALS = 15
"""Renewals of one organisation that a person is shown at once."""
MOST_LOST = 15


def register(app: typer.Typer) -> None:
    app.command("expiries")(expiries)


def expiries(
    context: typer.Context,
    collaborative: Collaborative,
    start: Start,
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=52, help="How many weeks to look ahead.")
    ] = 12,
    as_json: Json = False,
) -> None:
    """Say which required hours become uncoverable as passports, sign-offs, competencies, versions
    and agreements lapse, and what to renew first.
    """
    from scheduler.services.outlook import expiries

    with session(context, as_json).reading() as repository:
        found = expiries.expiries(repository, collaborative, start, weeks)
    if as_json:
        from scheduler.services.documents.expiries import expiries_document

        print_json(expiries_document(found))
    else:
        _print(found)


def _print(found: "Expiries") -> None:
    period = found.period
    say(
        f"{found.collaborative_id}, {period.first} to {period.last}:"
        f" {hours(found.minutes_required / 60)} required."
    )
    say(
        f"{hours(found.minutes_lost / 60)} become uncoverable by the collaborative's people as"
        f" clearances lapse, and {hours(found.minutes_never / 60)} are so even were everything"
        " renewed."
    )
    supplied = sum(lost.minutes for lost in found.lost if lost.may_be_supplied)
    if supplied:
        say(f"For {hours(supplied / 60)} of the lost hours temporary supply may be called.")
    if found.lost:
        _print_lost(found)
    if not found.renewals:
        say("Nothing that lapses takes anybody from required work.")
        return
    own: dict[str, list[Renewal]] = defaultdict(list)
    for renewal in found.renewals:
        own[renewal.organisation_id].append(renewal)
    for organisation_id, renewals in sorted(
        own.items(), key=lambda item: -sum(r.minutes_uncoverable for r in item[1])
    ):
        rows = [
            (
                r.lapse.last,
                r.lapse.subject(found.dataset),
                r.people,
                r.first_day,
                hours(r.minutes_uncoverable / 60),
                hours(r.minutes_at_risk / 60),
            )
            for r in renewals[:MOST_RENEWALS]
        ]
        print_table(
            ("last day", "what ends", "people", "missed from", "uncoverable", "at risk"),
            rows,
            title=f"{organisation_id} has to renew",
            right=(2, 4, 5),
        )
        if len(renewals) > MOST_RENEWALS:
            say(
                f"… and {len(renewals) - MOST_RENEWALS} more of {organisation_id}; all with --json."
            )
    say(
        "Uncoverable: required hours for which too few people are cleared as the facts stand, and"
        " to which this renewal adds somebody. At risk: required hours that can be filled through"
        " it until then, and no longer after. Several renewals may speak of the same hours."
    )


def _print_lost(found: "Expiries") -> None:
    from scheduler.domain.clock import monday

    rows: dict[tuple[str, str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for lost in found.lost:
        demand = lost.duty.demand
        rows[demand.service_id, demand.site_id, demand.role_id][monday(lost.duty.date)] += (
            lost.minutes
        )
    ordered = sorted(rows.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    table = [
        (*key, hours(sum(weeks.values()) / 60), f"{min(weeks):%-d %b}", f"{max(weeks):%-d %b}")
        for key, weeks in ordered[:MOST_LOST]
    ]
    print_table(
        ("service", "site", "role", "lost", "from the week of", "to the week of"), table, right=(3,)
    )
    if len(ordered) > MOST_LOST:
        say(f"… and {len(ordered) - MOST_LOST} more; all with --json.")

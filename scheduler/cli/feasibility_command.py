"""What can be said of a period before it is solved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from scheduler.cli.options import Collaborative, Days, Json, PolicyFile, Start
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.rendering import hours, print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.outlook.feasibility import DemandSlice, Feasibility

MOST = 20
"""Rows of one kind that a person is shown at once."""


def register(app: typer.Typer) -> None:
    app.command("feasibility")(feasibility)


def feasibility(
    context: typer.Context,
    collaborative: Collaborative,
    start: Start,
    days: Days = 7,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Say, before solving: what nobody can fill and why, the most hours that can be covered, who
    has no shift, what ends.
    """
    from scheduler.services.outlook import feasibility as service
    from scheduler.services.rosters import solve

    called = session(context, as_json)
    tables = policy_tables(called, policy, collaborative)
    request = solve.Request(collaborative, start, days, tables)
    with called.reading() as repository:
        found = service.feasibility(repository, request)
    if as_json:
        from scheduler.services.documents.feasibility import feasibility_document

        print_json(feasibility_document(found))
    else:
        _print(found)


def _print(found: "Feasibility") -> None:
    from scheduler.services.outlook.feasibility import skipped_sentence

    problem, whole = found.problem, found.whole
    period = problem.period
    say(
        f"{problem.collaborative_id}, {period.first} to {period.last}: {hours(whole.required / 60)}"
        f" required, {counted(len(problem.duties), 'demand row')},"
        f" {counted(whole.people, 'person', 'people')} cleared for some of it."
    )
    if not problem.duties:
        say("There is no demand: nothing to roster.")
        return
    say(
        f"No roster covers more than {hours(whole.by_staff / 60)} with staff, or"
        f" {hours(whole.with_supply / 60)} with temporary supply: at least"
        f" {hours(whole.short / 60)} stay empty."
    )
    for title, parts in (
        ("By role", found.by_role),
        ("By place", found.by_place),
        ("By day", found.by_day),
    ):
        _print_parts(title, parts)
    short = [part for part in found.by_role_and_place if part.by_staff < part.required]
    if short:
        _print_parts("Roles and places that staff cannot cover", short)
    say(
        "Each line is the most that could be covered were nothing else to be: shorter than that is"
        " certain, enough is not."
    )
    for duty in found.skipped:
        say(skipped_sentence(problem, duty))
    _print_unfillable(found)
    _print_people(found)
    _print_ending(found)


def _print_parts(title: str, parts: "Sequence[DemandSlice]") -> None:
    rows = [
        (
            " ".join(part.name),
            hours(part.required / 60),
            hours(part.by_staff / 60),
            hours(part.with_supply / 60),
            hours(part.short / 60) if part.short else "",
            part.people,
            "" if part.owed is None else hours(part.owed / 60),
            "" if part.allowed is None else hours(part.allowed / 60),
        )
        for part in parts
    ]
    headers = (
        "",
        "required",
        "staff at most",
        "with supply at most",
        "short for certain",
        "people",
        "they owe",
        "they may work",
    )
    print_table(headers, rows, title=title, right=range(1, 8))


def _print_unfillable(found: "Feasibility") -> None:
    if not found.unfillable:
        say("For every demand row enough people are cleared.")
        return
    say(
        "\nDemand for which too few people are cleared, whatever else they do"
        f" ({len(found.unfillable)}):"
    )
    from scheduler.services.documents.feasibility import unfillable_sentence

    for row in found.unfillable:
        say(f"  {unfillable_sentence(found.problem.index, row)}")


def _print_people(found: "Feasibility") -> None:
    if not found.without_shift:
        return
    rows = [
        (w.staff.id, w.staff.name, w.contract.role_id, w.contract.organisation_id, w.sentence)
        for w in found.without_shift[:MOST]
    ]
    print_table(
        ("who", "name", "role", "employer", "why"),
        rows,
        title=f"People for whom there is no shift ({len(found.without_shift)})",
    )
    if len(found.without_shift) > MOST:
        say(f"… and {len(found.without_shift) - MOST} more; all with --json.")


def _print_ending(found: "Feasibility") -> None:
    if not found.ending:
        say("Nothing ends in the period.")
        return
    # agreements and versions concern many people: they go first
    first = sorted(found.ending, key=lambda lapse: bool(lapse.staff_id))
    rows = [
        (
            lapse.last,
            lapse.subject(found.problem.dataset),
            ", ".join(lapse.acting(found.problem.index)),
        )
        for lapse in first[:MOST]
    ]
    print_table(
        ("last day", "what ends", "who can renew it"),
        rows,
        title=f"Ends in the period ({len(found.ending)})",
    )
    if len(first) > MOST:
        say(
            f"… and {len(first) - MOST} more, with --json; what they cost in hours: scheduler"
            " expiries."
        )


# --- for programs

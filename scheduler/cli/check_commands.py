"""The independent check on files alone, and what keeps somebody from a piece of work."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.rendering import pounds, print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

BREACHES = 3


def register(app: typer.Typer) -> None:
    app.command("check")(check)
    app.command("barriers")(barriers)


def check(
    context: typer.Context,
    dataset: Annotated[
        Path,
        typer.Argument(
            help="The facts: a folder of CSV files or an .xlsx workbook.", show_default=False
        ),
    ],
    assignments: Annotated[
        Path,
        typer.Argument(
            metavar="ASSIGNMENT_CSV", help="The roster, as assignment.csv.", show_default=False
        ),
    ],
    collaborative: Annotated[
        str | None,
        typer.Option(
            "--collaborative",
            "-c",
            metavar="ID",
            help="Otherwise from summary.json.",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        date | None,
        typer.Option(
            "--start",
            "-s",
            metavar="DATE",
            parser=options.parse_day,
            help="Otherwise from summary.json.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            "-d",
            min=1,
            max=366,
            help="Otherwise from summary.json, or 7.",
            show_default=False,
        ),
    ] = None,
    policy: options.PolicyFile = None,
    published: Annotated[
        list[Path] | None,
        typer.Option(
            "--published",
            metavar="ASSIGNMENT_CSV",
            help=(
                "A published roster that counts as history or busy time; may be repeated, the"
                " latest last."
            ),
            show_default=False,
        ),
    ] = None,
    more_facts: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar="DATASET",
            help="Another dataset of the same database, such as a neighbour's; may be repeated.",
            show_default=False,
        ),
    ] = None,
    stable_against: Annotated[
        Path | None,
        typer.Option(
            "--stable-against",
            metavar="FOLDER",
            help=(
                "The roster from which this one was to change little: its exported folder or"
                " assignment.csv."
            ),
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Check a roster against facts and policy, from files alone: every rule, every derived column,
    the objective.
    """
    from scheduler.services.check import files

    called = session(context, as_json)
    given = files.Given(
        collaborative,
        start,
        days,
        policy_tables(called, policy, collaborative),
        tuple(published or ()),
        tuple(more_facts or ()),
        stable_against,
    )
    found = files.check_files(dataset, assignments, given)
    if as_json:
        print_json(
            {
                "status": "breaches" if found.breaches else "done",
                "collaborative_id": found.collaborative_id,
                "period": {"start": found.start.isoformat(), "days": found.days},
                "assignments": found.assignments,
                "breaches": [asdict(breach) for breach in found.breaches],
                "objective_pence": found.objective_pence,
                "objective_by_rule": found.objective_by_rule,
                "notes": list(found.notes),
            }
        )
    else:
        for breach in found.breaches:
            say(f"{breach.where + ': ' if breach.where else ''}{breach.sentence} [{breach.rule}]")
        for remark in found.notes:
            note(remark)
        verdict = (
            counted(len(found.breaches), "breach", "breaches") if found.breaches else "no breach"
        )
        cost = (
            "" if found.objective_pence is None else f", objective {pounds(found.objective_pence)}"
        )
        asked = (
            f"{counted(found.assignments, 'assignment')} of {found.collaborative_id} from"
            f" {found.start}, {counted(found.days, 'day')}"
        )
        say(f"{asked}: {verdict}{cost}.")
    if found.breaches:
        raise typer.Exit(BREACHES)


def barriers(
    context: typer.Context,
    staff: Annotated[
        str,
        typer.Argument(
            metavar="STAFF", help="The staff number, or words of the name.", show_default=False
        ),
    ],
    demand: Annotated[
        str,
        typer.Argument(
            metavar="DEMAND", help="Id of a demand row, or T:… of a template.", show_default=False
        ),
    ],
    as_json: options.Json = False,
) -> None:
    """Say everything that keeps a person from a piece of work, by contract, and who can lift it."""
    from scheduler.domain.clock import text
    from scheduler.services.view import by_words, look_up

    with session(context, as_json).reading() as repository:
        staff = by_words.meant_or_itself(repository, "staff", staff)
        demand = by_words.work_meant(repository, None, demand)
        found = look_up.barriers(repository, staff, demand)
    if as_json:
        print_json(
            {
                "staff_id": staff,
                "demand_id": demand,
                "host_organisation_id": found.duty.host_id,
                "date": found.duty.date.isoformat(),
                "deployable": found.deployable,
                "contracts": [
                    {
                        "contract_id": own.contract.id,
                        "employer_organisation_id": own.contract.organisation_id,
                        "role_id": own.contract.role_id,
                        "deployable": not own.barriers,
                        "barriers": [asdict(barrier) for barrier in own.barriers],
                    }
                    for own in found.contracts
                ],
            }
        )
        return
    duty = found.duty
    say(
        f"{found.staff.name} ({staff}) and {demand}: {text(duty.start)} to {text(duty.end)},"
        f" {duty.demand.service_id} at {duty.demand.site_id}, host {duty.host_id}"
    )
    if not found.contracts:
        say("The person has no contract.")
    for own in found.contracts:
        say(
            f"\nContract {own.contract.id}: {own.contract.role_id}, employed by"
            f" {own.contract.organisation_id}"
        )
        if own.barriers:
            rows = [
                (b.kind, b.sentence, b.since or "", b.until or "", b.lifted_by)
                for b in own.barriers
            ]
            print_table(("barrier", "what is missing", "since", "until", "who can lift it"), rows)
        else:
            say("  No barrier: deployable.")

"""What lifting a barrier is worth."""

from typing import Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.rendering import hours, percent, pounds, print_table, say
from scheduler.cli.roster_commands import note_on_start
from scheduler.cli.scenario_commands import say_counted_too, say_settling
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

MOST = 20
"""Barriers that were not solved for, as many as a person is shown."""


def register(app: typer.Typer) -> None:
    app.command("value")(value)


def value(
    context: typer.Context,
    collaborative: options.Collaborative,
    start: options.Start,
    days: options.Days = 7,
    time_limit: options.TimeLimit = 60.0,
    lift: Annotated[
        list[str] | None,
        typer.Option(
            "--lift",
            metavar="ID",
            help="Only this barrier; may be given again. Without it: all.",
            show_default=False,
        ),
    ] = None,
    bundle: Annotated[
        int,
        typer.Option(
            "--bundle",
            min=1,
            max=5,
            metavar="K",
            help="Also look for the best K barriers together.",
        ),
    ] = 1,
    memory_limit: options.MemoryLimit = None,
    workers: options.Workers = 8,
    seed: options.Seed = 1,
    policy: options.PolicyFile = None,
    progress: options.Progress = options.ProgressStyle.auto,
    as_json: options.Json = False,
) -> None:
    """Say what lifting each barrier is worth: hours, agency and bank avoided, pounds. The time
    limit is for each of about a dozen solves.
    """
    from scheduler.cli.memory_limit import within_memory
    from scheduler.cli.stopping import stop_on_signal

    called = session(context, as_json)
    note_on_start(start)
    with (
        stop_on_signal() as asked,
        within_memory(memory_limit, asked) as should_stop,
    ):  # before the solver is loaded: see the command solve
        from scheduler.cli.progress import beforehand, telling
        from scheduler.services.limits import plan
        from scheduler.services.rosters import solve
        from scheduler.services.scenarios import value_interventions
        from scheduler.services.view import look_up
        from solver.search.strategy import Limits

        tables = policy_tables(called, policy, collaborative)
        request = solve.Request(collaborative, start, days, tables)
        limits, lift_ids = Limits(time_limit, workers, seed), list(dict.fromkeys(lift or ()))
        beforehand(progress, plan.of_worth(len(lift_ids), bundle).sentence(time_limit))
        with called.repository() as repository, telling(progress) as on_progress:
            document = value_interventions.value(
                repository,
                request,
                limits,
                lift_ids=lift_ids,
                bundle=bundle,
                on_progress=on_progress,
                should_stop=should_stop,
                began=called.began,
            )
            names = {
                organisation.id: organisation.name
                for organisation in look_up.facts(repository).organisation
            }
    if as_json:
        print_json(document)
    else:
        print_value(document, names)


def print_value(document: dict[str, Any], names: dict[str, str]) -> None:
    """A row for each barrier that was solved for, then what the others are worth at most, then the
    bundle.
    """
    base, lifts = document["base"], document["lifts"]
    solved = [entry for entry in lifts if "gain_pence" in entry]
    say(
        f"Worth {document['id']}, {document['collaborative_id']} from"
        f" {document['period']['start']}, {counted(document['period']['days'], 'day')}:"
        f" {counted(document['candidates'], 'barrier')}, {len(solved)} solved for."
    )
    say(
        f"As it is: {hours(base['hours']['missing'])} of {hours(base['hours']['required'])}"
        f" required missing, {hours(base['hours_by_pay']['agency'])} agency,"
        f" {hours(base['hours_by_pay']['bank'])} bank; objective {pounds(base['objective_pence'])},"
        f" bound {pounds(base['bound_pence'])}, gap {percent(base['gap'])}."
    )
    say_counted_too(base)
    if not lifts:
        say("No barrier stands between people and this demand that somebody could lift.")
        return
    headers = (
        "lifting",
        "who can",
        "people",
        "hours filled",
        "agency less",
        "bank less",
        "cash saved",
        "gain in the objective",
        "",
    )
    print_table(headers, [_row(entry, names) for entry in solved], right=range(2, 7))
    if document["bundle"] is not None:
        _print_bundle(document["bundle"], names)
    for entry in solved:
        say_settling(entry["name"], entry["gain_pence"])
    _print_others([entry for entry in lifts if "gain_pence" not in entry])
    say(document["reading"])


def _row(entry: dict[str, Any], names: dict[str, str]) -> list[str]:
    gain = entry["gain_pence"]
    return [
        f"{entry['name'][:1].upper()}{entry['name'][1:]} [{' '.join(entry['ids'])}]",
        _who(entry, names),
        str(entry["people"]),
        hours(entry["hours_filled"]),
        hours(entry["agency_hours_avoided"]),
        hours(entry["bank_hours_avoided"]),
        pounds(entry["cash_pence_saved"]),
        f"{pounds(gain['low'])} to {pounds(gain['high'])}",
        gain["verdict"],
    ]


def _who(entry: dict[str, Any], names: dict[str, str]) -> str:
    return ", ".join(
        names.get(name, name) or "the people themselves" for name in entry["lifted_by"]
    )


def _print_bundle(bundle: dict[str, Any], names: dict[str, str]) -> None:
    gain = bundle["gain_pence"]
    say(f"Best {bundle['size']} together: {'; '.join(bundle['parts'])}.")
    say(
        f"  {hours(bundle['hours_filled'])} more filled, agency"
        f" {hours(bundle['agency_hours_avoided'])} less, bank {hours(bundle['bank_hours_avoided'])}"
        f" less, {pounds(bundle['cash_pence_saved'])} of cash saved; gain {pounds(gain['low'])} to"
        f" {pounds(gain['high'])} ({gain['verdict']}). Who can: {_who(bundle, names)}."
    )
    if bundle["at_most_certain"]:
        say(
            "  No other set that was looked at can be worth more than"
            f" {pounds(bundle['others_at_most_pence'])}; {bundle['solved']} were solved for."
        )


def _print_others(others: list[dict[str, Any]]) -> None:
    if not others:
        return
    word = "At most" if others[0]["at_most_certain"] else "By a rough estimate"
    rows = [
        (
            f"{e['name'][:1].upper()}{e['name'][1:]} [{' '.join(e['ids'])}]",
            str(e["people"]),
            pounds(e["at_most_pence"]),
        )
        for e in others
    ]
    print_table(("not solved for", "people", word.lower()), rows[:MOST], right=(1, 2))
    if len(others) > MOST:
        say(
            f"{counted(len(others) - MOST, 'more is', 'more are')} worth {word.lower()}"
            f" {pounds(others[MOST]['at_most_pence'])} each."
        )

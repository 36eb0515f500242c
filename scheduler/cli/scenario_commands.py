"""Scenarios side by side."""

from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.rendering import hours, percent, pounds, print_table, say, signed
from scheduler.cli.roster_commands import note_on_start
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted


def register(app: typer.Typer) -> None:
    app.command("compare")(compare)


def compare(
    context: typer.Context,
    scenarios: Annotated[
        list[Path],
        typer.Argument(
            metavar="SCENARIO …",
            help="Scenario files, and names of scenarios that the collaborative keeps.",
            show_default=False,
        ),
    ],
    collaborative: options.Collaborative,
    start: options.Start,
    days: options.Days = 7,
    weeks: Annotated[
        int,
        typer.Option(
            "--weeks", min=1, max=26, metavar="N", help="So many periods in a row, each by itself."
        ),
    ] = 1,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="ID",
            help="A stored comparison whose weeks as they are hold on: facts, policy, rosters.",
            show_default=False,
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Search the baseline's weeks on from their rosters.")
    ] = False,
    time_limit: options.TimeLimit = 60.0,
    memory_limit: options.MemoryLimit = None,
    workers: options.Workers = 8,
    seed: options.Seed = 1,
    policy: options.PolicyFile = None,
    progress: options.Progress = options.ProgressStyle.auto,
    as_json: options.Json = False,
) -> None:
    """Solve the week as it is and under each scenario, and show them side by side. The time limit
    is for each of these searches.
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
        from scheduler.services.scenarios import compare
        from solver.search.strategy import Limits

        tables = policy_tables(called, policy, collaborative)
        request = solve.Request(collaborative, start, days, tables)
        as_it_is = baseline is None or again
        searches = plan.of_comparison(len(scenarios), weeks, as_it_is=as_it_is)
        beforehand(progress, searches.sentence(time_limit))
        limits = Limits(time_limit, workers, seed)
        with called.repository() as repository, telling(progress) as on_progress:
            document = compare.compare(
                repository,
                request,
                scenarios,
                limits,
                weeks=weeks,
                baseline=baseline,
                again=again,
                on_progress=on_progress,
                should_stop=should_stop,
                began=called.began,
            )
    if as_json:
        print_json(document)
    else:
        print_comparison(document)


def print_comparison(document: dict[str, Any]) -> None:
    """One column for the week as it is, one for each scenario: figures, and in brackets their
    change.
    """
    from scheduler.services.scenarios.scenario_words import unsolved_words

    cases = [document["base"], *document["scenarios"]]
    say(
        f"Comparison {document['id']}, {document['collaborative_id']} from"
        f" {document['period']['start']}, {counted(document['period']['days'], 'day')}"
        + (f", {document['weeks']} times in a row" if document.get("weeks", 1) > 1 else "")
    )
    solved = [case for case in cases if "objective_pence" in case]
    print_table(
        ("", *(case["name"] for case in solved)), _rows(solved), right=range(1, len(solved) + 1)
    )
    for case in cases:
        if "objective_pence" not in case:
            facts = (fact["sentence"] for fact in case.get("facts", ()))
            why = " ".join([*case["notes"], *facts])
            say(f"{case['name']}: {unsolved_words(case['status'])}. {why}")
        else:
            for remark in case["notes"]:
                say(f"{case['name']}: {remark}")
    say_counted_too(document["base"])
    for case in solved:
        say_settling(case["name"], case.get("change", {}).get("objective_pence", {}))
    say(document["reading"])
    if any(
        case.get("change", {}).get("objective_pence", {}).get("different_prices") for case in solved
    ):
        say("* Prices differ from the base: the two objectives are in different money.")


def say_counted_too(base: dict[str, Any]) -> None:
    """Why the week as it is costs more here than where it is solved by itself."""
    too = base.get("counted_too", {"people": 0})
    if too["people"]:
        who = counted(too["people"], "person who is", "people who are")
        say(
            f"All weeks are counted over the same people. {who} cleared for nothing as things are"
            f" count in each: that adds {pounds(too['pence'])} to the objective of the week as it"
            " is, mostly hours owed and not rostered."
        )


def say_settling(name: str, change: dict[str, Any]) -> None:
    """What would tell a difference that is not distinguishable."""
    settle = change.get("would_settle")
    if settle:
        longer = settle["time_limit_seconds"]
        say(
            f"{name}: not distinguishable."
            f" {settle['sentence']}{f' Try --time-limit {longer}.' if longer else ''}"
        )


def _rows(cases: list[dict[str, Any]]) -> list[list[str]]:
    base = cases[0]
    rows = [
        ["roster", *(" ".join(case.get("roster_ids", [])) for case in cases)],
        ["objective", *(pounds(case["objective_pence"]) for case in cases)],
        ["bound", *(pounds(case["bound_pence"]) for case in cases)],
        ["gap", *(percent(case["gap"]) for case in cases)],
        ["change of the objective", *(_interval(case) for case in cases)],
        ["required hours missing", *(_with_change(case, "hours", "missing") for case in cases)],
    ]
    rows += [
        [f"  priority {key}", *(_with_change(case, "missing_by_priority", key) for case in cases)]
        for key in base["missing_by_priority"]
    ]
    rows += [
        [f"  in {key}", *(_with_change(case, "missing_by_place", key) for case in cases)]
        for key in base["missing_by_place"]
    ]
    for kind in base["hours_by_pay"]:
        rows.append(
            [f"{kind} hours", *(_with_change(case, "hours_by_pay", kind) for case in cases)]
        )
        rows.append(
            [
                f"{kind} cost",
                *(_with_change(case, "cost_pence_by_pay", kind, money=True) for case in cases),
            ]
        )
    rows.append(
        [
            "hours lent across organisations",
            *(
                _figure(case["lent_hours"], case.get("change", {}).get("lent_hours"))
                for case in cases
            ),
        ]
    )
    rows.append(["seconds", *(f"{case['seconds']:.0f}" for case in cases)])
    return rows


def _with_change(case: dict[str, Any], name: str, key: str, *, money: bool = False) -> str:
    difference = case["change"][name].get(key, 0) if "change" in case else None
    return _figure(case[name].get(key, 0), difference, money=money)


def _figure(value: float, difference: float | None, *, money: bool = False) -> str:
    text = pounds if money else hours
    return (
        text(value)
        if difference is None
        else f"{text(value)} ({signed(difference, text(difference))})"
    )


def _interval(case: dict[str, Any]) -> str:
    if "change" not in case:
        return ""
    found = case["change"]["objective_pence"]
    return (
        f"{pounds(found['low'])} to {pounds(found['high'])}:"
        f" {found['verdict']}{' *' if found['different_prices'] else ''}"
    )

"""What a change would bring: a frontier, what each step brings, what each partner gains."""

from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, percent, pounds, print_table, say
from scheduler.cli.searching import AskedSearch, searching
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

Weeks = Annotated[
    int,
    typer.Option(
        "--weeks", min=1, max=26, metavar="N", help="So many periods in a row, each by itself."
    ),
]
REDUCE = "agency, bank, temporary (both), or pay."
CLOSE = 1000
"""Pence between two ends."""
AGAINST = (
    "cover, pay, lent (hours worked for other organisations), or consent (hours by people who would"
    " first have to be asked)."
)


def register(app: typer.Typer) -> None:
    app.command("frontier")(frontier)
    app.command("waterfall")(waterfall)
    app.command("partners")(partners)


def frontier(
    context: typer.Context,
    collaborative: options.Collaborative,
    start: options.Start,
    reduce: Annotated[
        str, typer.Option("--reduce", metavar="WHAT", help=f"Less of what: {REDUCE}")
    ] = "agency",
    against: Annotated[
        str, typer.Option("--against", metavar="WHAT", help=f"At each level of what: {AGAINST}")
    ] = "cover",
    points: Annotated[
        int, typer.Option("--points", min=2, max=100, metavar="N", help="How many levels.")
    ] = 20,
    days: options.Days = 7,
    time_limit: options.TimeLimit = 60.0,
    memory_limit: options.MemoryLimit = None,
    workers: options.Workers = 8,
    seed: options.Seed = 1,
    policy: options.PolicyFile = None,
    progress: options.Progress = options.ProgressStyle.auto,
    as_json: options.Json = False,
) -> None:
    """Say how little agency, bank or pay would do at each level of cover, pay, lending or consent,
    between two proven bounds. The time limit is for each of five searches.
    """
    asked = AskedSearch(
        collaborative=collaborative,
        start=start,
        days=days,
        time_limit=time_limit,
        memory_limit=memory_limit,
        workers=workers,
        seed=seed,
        policy=policy,
        progress=progress,
    )

    def plan_of(_: Any) -> Any:
        from scheduler.services.limits.plan import of_frontier

        return of_frontier()

    with searching(session(context, as_json), asked, plan_of) as given:
        from scheduler.services.scenarios import frontier as service

        document = service.frontier(
            given.repository,
            given.request,
            service.as_reduced(reduce),
            service.as_level(against),
            given.limits,
            points=points,
            **given.how,
        )
    if as_json:
        print_json(document)
    else:
        print_frontier(document)


def print_frontier(document: dict[str, Any]) -> None:
    """A row for each level with both bounds, then the rosters that were found."""
    less, level = document["reduce"], document["against"]
    say(
        f"Frontier {document['id']}, {document['collaborative_id']} from"
        f" {document['period']['start']}: {less['title'].lower()} against"
        f" {level['title'].lower()}, {counted(document['searches'], 'search', 'searches')}."
    )
    print_table(
        (f"{level['title'].lower()} [{level['unit']}]", "no less than", "a roster has"),
        [
            (
                f"{one['level']:,.1f}",
                f"{one['low']:,.1f}",
                "none found" if one["high"] is None else f"{one['high']:,.1f}",
            )
            for one in document["points"]
        ],
        right=(0, 1, 2),
    )
    asks = level["key"] == "consent"
    print_table(
        (
            "roster",
            level["title"].lower(),
            less["title"].lower(),
            *(["people to ask"] if asks else []),
            "hours empty",
            "gap",
            "",
        ),
        [
            (
                one["roster_id"],
                f"{one['level']:,.1f}",
                f"{one['reduced']:,.1f}",
                *([f"{one['people_asked']}"] if asks else []),
                f"{one['missing_hours']:,.1f}",
                percent(one["gap"]),
                "the knee" if one["roster_id"] == document["knee"] else "",
            )
            for one in document["rosters"]
        ],
        right=(1, 2, 3, 4, 5) if asks else (1, 2, 3, 4),
    )
    say(document["reading"])


def waterfall(
    context: typer.Context,
    collaborative: options.Collaborative,
    start: options.Start,
    levers: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SCENARIO …]", help="Scenario files, or kept names.", show_default=False
        ),
    ] = None,
    standard: Annotated[
        bool,
        typer.Option(
            "--standard",
            help="First passports for all whom an agreement covers, and procedures harmonised.",
        ),
    ] = False,
    weeks: Weeks = 1,
    days: options.Days = 7,
    time_limit: options.TimeLimit = 60.0,
    memory_limit: options.MemoryLimit = None,
    workers: options.Workers = 8,
    seed: options.Seed = 1,
    policy: options.PolicyFile = None,
    progress: options.Progress = options.ProgressStyle.auto,
    as_json: options.Json = False,
) -> None:
    """Say what pooling and then each of these scenarios brings, from every organisation alone to
    all together: in this order, and on average over all orders. Every combination is solved.
    """
    asked = AskedSearch(
        collaborative=collaborative,
        start=start,
        days=days,
        time_limit=time_limit,
        memory_limit=memory_limit,
        workers=workers,
        seed=seed,
        policy=policy,
        progress=progress,
    )

    files = levers or []

    def plan_of(_: Any) -> Any:
        from scheduler.services.scenarios.waterfall import plan_for

        return plan_for(2 * standard + len(files), weeks)

    with searching(session(context, as_json), asked, plan_of) as given:
        from scheduler.services.scenarios.waterfall import waterfall as work_out

        document = work_out(
            given.repository,
            given.request,
            files,
            given.limits,
            weeks=weeks,
            standard=standard,
            **given.how,
        )
    if as_json:
        print_json(document)
    else:
        print_waterfall(document)


def print_waterfall(document: dict[str, Any]) -> None:
    """A row for each lever, then the whole, to which the columns add up."""
    names = {lever["key"]: lever["name"] for lever in document["levers"]}
    say(
        f"Steps {document['id']}, {document['collaborative_id']} from"
        f" {document['period']['start']}, {counted(document['weeks'], 'period')}:"
        f" {counted(len(document['cases']), 'case')} solved."
    )
    whole = document["whole"]
    rows = [
        (
            names[row["key"]],
            exact_pounds(row["step"]["found"]),
            _between(row["step"]),
            exact_pounds(row["share"]["found"]),
            _between(row["share"]),
            f"{pounds(row['least']['found'])} to {pounds(row['most']['found'])}",
        )
        for row in document["brings"]
    ]
    found = exact_pounds(whole["found"])
    rows.append(("all together", found, _between(whole), found, _between(whole), ""))
    headers = ("", "in this order", "certain", "on average", "certain", "by the order")
    print_table(headers, rows, right=range(1, 6))
    say(document["reading"])


def partners(
    context: typer.Context,
    collaborative: options.Collaborative,
    start: options.Start,
    scenarios: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar="SCENARIO.toml",
            help="A change besides; may be given again.",
            show_default=False,
        ),
    ] = None,
    weeks: Weeks = 1,
    days: options.Days = 7,
    time_limit: options.TimeLimit = 60.0,
    memory_limit: options.MemoryLimit = None,
    workers: options.Workers = 8,
    seed: options.Seed = 1,
    policy: options.PolicyFile = None,
    progress: options.Progress = options.ProgressStyle.auto,
    as_json: options.Json = False,
) -> None:
    """Say what each partner gains by lending and borrowing against staying alone, how the gain
    falls, how it could be split, and whether a split would last. Every group of partners is solved.
    """
    asked = AskedSearch(
        collaborative=collaborative,
        start=start,
        days=days,
        time_limit=time_limit,
        memory_limit=memory_limit,
        workers=workers,
        seed=seed,
        policy=policy,
        progress=progress,
    )
    files = scenarios or []

    def plan_of(repository: Any) -> Any:
        from scheduler.services.scenarios.partners import plan_for

        return plan_for(repository, collaborative, start, days, weeks, changed=bool(files))

    with searching(session(context, as_json), asked, plan_of) as given:
        from scheduler.services.scenarios.partners import partners as work_out
        from scheduler.services.view import look_up

        document = work_out(
            given.repository,
            given.request,
            given.limits,
            scenario_files=files,
            weeks=weeks,
            **given.how,
        )
        names = {one.id: one.name for one in look_up.facts(given.repository).organisation}
    if as_json:
        print_json(document)
    else:
        print_partners(document, names)


def print_partners(document: dict[str, Any], names: dict[str, str]) -> None:
    """A row for each partner, then how each split stands."""
    say(
        f"Partners {document['id']}, {document['collaborative_id']} from"
        f" {document['period']['start']}, {counted(document['weeks'], 'period')}: together they"
        f" gain {_between(document['whole'])}, {exact_pounds(document['whole']['found'])} by the"
        " rosters that were found."
    )
    splits = document["splits"]
    print_table(
        ("", "as it falls", "Shapley", "certain", "equal profit"),
        [
            (
                names.get(partner, partner),
                exact_pounds(splits["as_it_falls"]["pence"][partner]),
                exact_pounds(splits["shapley"]["pence"][partner]),
                _between(document["shares"][partner]),
                exact_pounds(splits["equal_profit"]["pence"][partner]),
            )
            for partner in document["partners"]
        ],
        right=range(1, 5),
    )
    titles = {"as_it_falls": "As it falls", "shapley": "Shapley", "equal_profit": "Equal profit"}
    for key, title in titles.items():
        split = splits[key]
        group = " and ".join(names.get(one, one) for one in split["group"])
        more = f": {group} by {pounds(split['short_pence'])}" if group else ""
        say(f"{title}: {split['verdict']}{more}.")
    say(f"Any split that lasts: {document['any_split']}.")
    say(document["reading"])


def _between(one: dict[str, float]) -> str:
    # whole pounds would show what was found outside ends that lie as close
    words = exact_pounds if one["high"] - one["low"] < CLOSE else pounds
    return f"{words(one['low'])} to {words(one['high'])}"

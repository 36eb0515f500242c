"""Shifts that change hands: offered, swapped, taken, approved."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, print_table, say
from scheduler.cli.session import print_json, session

if TYPE_CHECKING:
    from scheduler.domain.trade import Trade
    from scheduler.services.trades.approval import TradeToApprove
    from scheduler.storage.repository import Repository

Demand = Annotated[
    str, typer.Argument(metavar="DEMAND", help="The demand's id.", show_default=False)
]
Number = Annotated[
    int, typer.Argument(metavar="TRADE", min=1, help="The trade's number.", show_default=False)
]


def register(app: typer.Typer) -> None:
    trades = typer.Typer(
        help="Shifts that people give away, swap, or take where nobody is.", no_args_is_help=True
    )
    for name, command in (
        ("list", list_trades),
        ("offer", offer),
        ("open", open_places),
        ("take-open", take_open),
        ("accept", accept),
        ("decline", decline),
        ("take-back", take_back),
        ("waiting", waiting),
        ("approve", approve),
        ("refuse", refuse),
    ):
        trades.command(name)(command)
    app.add_typer(trades, name="trades")


def list_trades(
    context: typer.Context, person: options.Person, as_json: options.Json = False
) -> None:
    """Those in which somebody gives, takes or is asked; the latest first."""
    from scheduler.services.trades.trades import trades_of

    with session(context, as_json).reading() as repository:
        found = trades_of(repository, _person(repository, person))
    if as_json:
        print_json({"status": "done", "trades": [_document(one) for one in found]})
        return
    if not found:
        say("They have traded nothing, and nobody asks them.")
        return
    print_table(
        ("trade", "kind", "state", "by", "shift", "taken by", "for"),
        [
            (
                one.id,
                one.kind,
                one.state(datetime.now(UTC)),
                one.giver or "",
                one.demand_id,
                one.taken_by or "",
                one.taken_for or "",
            )
            for one in found
        ],
        right=(0,),
    )


def offer(
    context: typer.Context,
    person: options.Person,
    demand: Demand,
    swap: Annotated[
        bool, typer.Option("--swap", help="For a shift of whoever takes it, not for nothing.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Offer a published shift to everybody who could take it, and to nobody else."""
    from scheduler.services.trades.trades import ask_swap, offer_shift

    with session(context, as_json).repository() as repository:
        service = ask_swap if swap else offer_shift
        _print(service(repository, _person(repository, person), demand), as_json)


def open_places(
    context: typer.Context, person: options.Person, as_json: options.Json = False
) -> None:
    """Places of published rosters that nobody fills and somebody could."""
    from scheduler.services.trades.who_could import open_places as service

    with session(context, as_json).reading() as repository:
        found = service(repository, _person(repository, person))
    rows = [
        {
            "roster_id": one.header.id,
            "demand_id": one.duty.id,
            "date": one.duty.date.isoformat(),
            "cash_pence": one.effect.cash_pence,
        }
        for one in found
    ]
    if as_json:
        print_json({"status": "done", "places": rows})
        return
    if not rows:
        say("There is no open place that they could fill.")
        return
    print_table(
        ("date", "roster", "demand"),
        [(row["date"], row["roster_id"], row["demand_id"]) for row in rows],
    )


def take_open(
    context: typer.Context,
    person: options.Person,
    roster: options.RosterId,
    demand: Demand,
    as_json: options.Json = False,
) -> None:
    """Ask to fill a place that nobody fills."""
    from scheduler.services.trades.trades import take_open as service

    with session(context, as_json).repository() as repository:
        _print(service(repository, _person(repository, person), roster, demand), as_json)


def accept(
    context: typer.Context,
    person: options.Person,
    trade: Number,
    taken_for: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="DEMAND", help="In a swap: what they give.", show_default=False
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say yes to a shift that is offered: the first to do so has it."""
    from scheduler.services.trades.trades import accept as service

    with session(context, as_json).repository() as repository:
        staff_id = _person(repository, person)
        _print(service(repository, staff_id, trade, taken_for=taken_for), as_json)


def decline(
    context: typer.Context, person: options.Person, trade: Number, as_json: options.Json = False
) -> None:
    """Say no to a shift that is offered."""
    from scheduler.services.trades.trades import decline as service

    with session(context, as_json).repository() as repository:
        _print(service(repository, _person(repository, person), trade), as_json)


def take_back(
    context: typer.Context, person: options.Person, trade: Number, as_json: options.Json = False
) -> None:
    """For whoever offers or has taken it: they do not want to any more."""
    from scheduler.services.trades.trades import take_back as service

    with session(context, as_json).repository() as repository:
        _print(service(repository, _person(repository, person), trade), as_json)


def waiting(context: typer.Context, as_json: options.Json = False) -> None:
    """What was taken and waits for whoever asks to approve it, with what it would cost."""
    from scheduler.services.trades.approval import trades_to_approve

    with session(context, as_json).reading() as repository:
        found = trades_to_approve(repository)
    if as_json:
        print_json({"status": "done", "trades": [_to_approve(one) for one in found]})
        return
    if not found:
        say("No trade waits.")
        return
    print_table(
        ("trade", "by", "shift", "taken by", "for", "costs", "waits for"),
        [
            (
                one.trade.id,
                one.trade.giver or "",
                one.trade.demand_id,
                one.trade.taken_by or "",
                one.trade.taken_for or "",
                "cannot come true" if one.effect is None else exact_pounds(one.effect.cash_pence),
                ", ".join(sorted(each or "all" for each in one.missing)),
            )
            for one in found
        ],
        right=(0, 5),
    )


def approve(context: typer.Context, trade: Number, as_json: options.Json = False) -> None:
    """Approve a trade: once all whom it concerns have, it is published."""
    from scheduler.services.trades.approval import approve_trade

    with session(context, as_json).repository() as repository:
        _print(approve_trade(repository, trade), as_json)


def refuse(
    context: typer.Context, trade: Number, reason: options.Reason, as_json: options.Json = False
) -> None:
    """Refuse a trade, with a reason for those whose it is."""
    from scheduler.services.trades.approval import refuse_trade

    with session(context, as_json).repository() as repository:
        _print(refuse_trade(repository, trade, reason), as_json)


def _person(repository: "Repository", text: str) -> str:
    from scheduler.services.view.by_words import meant_or_itself

    return meant_or_itself(repository, "staff", text)


def _print(trade: "Trade", as_json: bool) -> None:
    if as_json:
        print_json({"status": "done", **_document(trade)})
        return
    state = trade.state(datetime.now(UTC))
    said = {
        "open": f"{len(trade.asked)} people are asked.",
        "taken": f"{trade.taken_by} has it; it waits for approval.",
        "done": f"It has changed hands: roster {trade.result}.",
        "refused": f"It was refused: {trade.words}",
        "withdrawn": "It is not on offer any more.",
        "lapsed": "The shift has begun: it is over.",
    }
    say(f"Trade {trade.id}: {said[state]}")


def _document(trade: "Trade") -> dict[str, Any]:
    instants = ("until", "at", "taken_at", "ended_at")
    found = {key: value for key, value in asdict(trade).items() if key != "stored"}
    for name in instants:
        found[name] = None if found[name] is None else found[name].isoformat()
    found["approvals"] = [{**one, "at": one["at"].isoformat()} for one in found["approvals"]]
    return {**found, "state": trade.state(datetime.now(UTC))}


def _to_approve(one: "TradeToApprove") -> dict[str, Any]:
    effect = one.effect
    return {
        **_document(one.trade),
        "missing": sorted(one.missing),
        "mine": sorted(one.mine),
        "refusal": None if one.refusal is None else str(one.refusal),
        "cash_pence": None if effect is None else effect.cash_pence,
        "breaks": [] if effect is None else [broken.sentence for broken in effect.broken],
    }

"""Repair a roster with the fewest changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, print_table, say, signed
from scheduler.cli.session import note, print_json, session
from scheduler.cli.word_groups import command_with, words_of
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.repair.answer import PersonChange, Repaired, Shift
    from scheduler.services.repair.disruption import Sick

MOST_IMPROVEMENTS = 5


def register(app: typer.Typer) -> None:
    app.command("repair", cls=command_with({"--sick": 3}))(repair)


def _sick(text: str) -> "Sick":
    from scheduler.services.repair.disruption import Sick

    words = words_of(text, "STAFF FROM TO", "S001 2027-01-11 2027-01-13")
    return Sick(words[0], options.parse_day(words[1]), options.parse_day(words[2]))


def repair(
    context: typer.Context,
    roster: options.RosterId,
    sick: Annotated[
        list[Any] | None,
        typer.Option(
            "--sick",
            metavar="STAFF FROM TO",
            parser=_sick,
            show_default=False,
            help="Somebody who has called in sick, first and last day. May be said several times.",
        ),
    ] = None,
    start: Annotated[
        date | None,
        typer.Option(
            "--from",
            metavar="DATE",
            parser=options.parse_day,
            help="Earlier days stay as they are; without it today.",
            show_default=False,
        ),
    ] = None,
    time_limit: options.TimeLimit = 8.0,
    record: Annotated[
        bool,
        typer.Option(
            "--record",
            help="Keep the sickness as leave too: later builds and other rosters know it then.",
        ),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Cover what the facts of now, or somebody sick, have upset: the cheapest cover with the fewest
    changes, as a new draft.

    What else could be better is listed apart, and not done.
    """
    from scheduler.cli.stopping import stop_on_signal

    called = session(context, as_json)
    with stop_on_signal() as should_stop:
        from scheduler.services.repair import record_sickness, repair
        from scheduler.services.repair.answer import to_json
        from scheduler.services.view.by_words import meant_or_itself
        from solver.search.strategy import Limits

        with called.repository() as repository:
            away: list[Sick] = [
                replace(one, staff_id=meant_or_itself(repository, "staff", one.staff_id))
                for one in sick or []
            ]
            if record:
                record_sickness.record_sickness(repository, away)
            found = repair.repair(
                repository,
                roster,
                sick=away,
                since=start,
                limits=Limits(time_limit),
                should_stop=should_stop,
                began=called.began,
            )
    if as_json:
        print_json({"status": "done" if found.roster_id else "undisturbed", **to_json(found)})
        return
    for remark in found.notes:
        note(remark)
    if not found.roster_id:
        say(found.undisturbed_sentence)
        return
    _print(found)
    if away and not record:
        who = ", ".join(dict.fromkeys(one.staff_id for one in away))
        note(
            f"That {who} cannot work is known to this roster alone. The same with --record keeps it"
            " as leave, so that later builds know it too."
        )


def _print(found: "Repaired") -> None:
    say(f"Roster {found.roster_id} repairs {found.repaired_from} from {found.since} on.")
    say("\nWhat was disturbed")
    for gone, why in found.dropped:
        say(f"  {gone.staff_id or gone.supply_id} is out of {gone.demand_id}: {why}")
    for demand_id in found.new_demand:
        say(f"  {demand_id} is new, or wants more people.")
    print_changes(found.changes)
    for left in found.left_open:
        say(
            f"Stays open: {left.shift.demand_id} ({left.shift.when}),"
            f" {counted(left.places, 'place')}, priced at {exact_pounds(left.price_pence)}."
            f" {left.cause}"
        )
    people = sum(bool(change.gets or change.loses) for change in found.changes)
    say(
        f"\n{counted(found.changed_pairs, 'change')} for {counted(people, 'person', 'people')}. Pay"
        f" with on-costs {_signed(found.cash_pence)} against leaving it open."
    )
    stored = "" if found.stored_pence is None else f"stored {exact_pounds(found.stored_pence)}, "
    say(
        f"Objective without the price of changes: {stored}left as it is"
        f" {exact_pounds(found.left_alone_pence)}, repaired {exact_pounds(found.objective_pence)}."
    )
    assert found.proof is not None
    say(found.proof.sentence + f" {found.seconds:.1f} s.")
    _print_improvements(found)
    say(f"Next: scheduler show {found.roster_id} · scheduler publish {found.roster_id}")


def _signed(pence: float) -> str:
    return signed(pence, exact_pounds(pence))


def print_changes(changes: "Iterable[PersonChange]") -> None:
    """A readable difference: who had what, who has what, and why."""
    rows = [
        (
            f"{change.who} {change.name}",
            "\n".join(_words(shift) for shift in change.loses),
            "\n".join(_words(shift) for shift in change.gets),
            "\n".join(change.why),
        )
        for change in changes
    ]
    if rows:
        print_table(("who", "no longer", "now", "why"), rows)


def _words(shift: "Shift") -> str:
    return f"{shift.demand_id} {shift.when}".strip()


def _print_improvements(found: "Repaired") -> None:
    if not found.improvements_searched:
        say("What else could be better was not looked for: the time was over. More: --time-limit.")
        return
    if not found.improvements:
        say("Besides, nothing within reach was found that is worth a change.")
        return
    say("\nBesides, and not done, this would be better:")
    for number, one in enumerate(found.improvements[:MOST_IMPROVEMENTS], start=1):
        say(
            f"{number}. saves {exact_pounds(one.saves_pence)} after the price of changes; pay"
            f" {_signed(one.cash_pence)}"
        )
        print_changes(one.changes)
    if len(found.improvements) > MOST_IMPROVEMENTS:
        say(f"… and {len(found.improvements) - MOST_IMPROVEMENTS} more; all with --json.")

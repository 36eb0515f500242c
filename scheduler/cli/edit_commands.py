"""Change a roster by hand, take changes back, look at them, and at where somebody may go."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, print_table, say, signed
from scheduler.cli.session import note, print_json, session
from scheduler.cli.word_groups import command_with, words_of
from scheduler.domain.errors import BadRequest
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.edit.commands import EditCommand
    from scheduler.services.edit.edit import Edited
    from scheduler.services.edit.effect import EditEffect
    from scheduler.services.explain.names import Naming
    from scheduler.storage.repository import Repository

WORDS = {"--assign": 2, "--unassign": 2, "--move": 3, "--hand-over": 3, "--swap": 4}
MOST_SHOWN = 30


def register(app: typer.Typer) -> None:
    app.command("edit", cls=command_with(WORDS))(edit)
    app.command("undo")(undo)
    app.command("edits")(edits)
    app.command("where")(where)


def _group(expected: str, example: str) -> Any:
    return lambda text: words_of(text, expected, example)


Group = list[Any] | None
Override = Annotated[
    str | None,
    typer.Option(
        "--override",
        metavar="TEXT",
        help="Why, where it breaks a rule that the policy lets an approver break.",
        show_default=False,
    ),
]


def edit(
    context: typer.Context,
    roster: options.RosterId,
    assign: Annotated[
        Group,
        typer.Option(
            "--assign",
            metavar="STAFF DEMAND",
            parser=_group("STAFF DEMAND", "S001 D0001"),
            help="Put somebody there, besides what they do.",
            show_default=False,
        ),
    ] = None,
    unassign: Annotated[
        Group,
        typer.Option(
            "--unassign",
            metavar="STAFF DEMAND",
            parser=_group("STAFF DEMAND", "S001 D0001"),
            help="Take somebody away from there.",
            show_default=False,
        ),
    ] = None,
    move: Annotated[
        Group,
        typer.Option(
            "--move",
            metavar="STAFF FROM TO",
            parser=_group("STAFF FROM TO", "S001 D0001 D0002"),
            help="The same person does other work instead.",
            show_default=False,
        ),
    ] = None,
    hand_over: Annotated[
        Group,
        typer.Option(
            "--hand-over",
            metavar="STAFF DEMAND TO",
            parser=_group("STAFF DEMAND TO", "S001 D0001 S002"),
            help="Somebody else does the same work instead.",
            show_default=False,
        ),
    ] = None,
    swap: Annotated[
        Group,
        typer.Option(
            "--swap",
            metavar="STAFF DEMAND STAFF DEMAND",
            parser=_group("STAFF DEMAND STAFF DEMAND", "S001 D0001 S002 D0002"),
            help="Two people do each other's work.",
            show_default=False,
        ),
    ] = None,
    override: Override = None,
    only_try: Annotated[
        bool, typer.Option("--try", help="Say what it would mean, and change nothing.")
    ] = False,
    base: Annotated[
        int | None,
        typer.Option(
            "--base",
            min=0,
            help="The edition that you looked at: refused where the same was changed since.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Change a draft by hand; of a published roster a new draft is made. All that is said at once
    is one change, checked as one, and taken back as one.

    A temporary supply is named as a person is. Each option may be said several times.
    """
    from scheduler.services.edit import edit as service

    called = session(context, as_json)
    with called.repository() as repository:
        command = _command(
            repository, assign or [], unassign or [], move or [], hand_over or [], swap or []
        )
        if only_try:
            effect = service.try_edit(repository, roster, command)
            if as_json:
                status = "allowed" if effect.allowed else "refused"
                print_json({"status": status, "effect": asdict(effect)})
            else:
                print_effect(effect)
            if effect.broken:
                raise typer.Exit(3)
            return
        done = service.edit(repository, roster, command, override=override, base=base)
    _print_edited(done, as_json)


def _command(
    repository: "Repository",
    assign: list[list[str]],
    unassign: list[list[str]],
    move: list[list[str]],
    hand_over: list[list[str]],
    swap: list[list[str]],
) -> "EditCommand":
    """Raises BadRequest where nothing is asked for."""
    from scheduler.services.edit import commands
    from scheduler.services.edit.commands import Seat
    from scheduler.services.view.by_words import meant_or_itself

    def who(text: str) -> str:
        return meant_or_itself(repository, "staff", text)

    asked = [
        *(commands.assign(who(staff), demand) for staff, demand in assign),
        *(commands.unassign(Seat(who(staff), demand)) for staff, demand in unassign),
        *(commands.move(who(staff), demand, to) for staff, demand, to in move),
        *(commands.hand_over(who(staff), demand, who(to)) for staff, demand, to in hand_over),
        *(
            commands.swap(Seat(who(one), here), Seat(who(other), there))
            for one, here, other, there in swap
        ),
    ]
    if not asked:
        raise BadRequest("Say what to change: --assign, --unassign, --move, --hand-over or --swap.")
    return asked[0] if len(asked) == 1 else commands.together("move", *asked)


def undo(
    context: typer.Context,
    roster: options.RosterId,
    number: Annotated[
        int | None,
        typer.Option(
            "--change",
            min=1,
            help="Which change; without it your own latest one (scheduler edits ROSTER).",
            show_default=False,
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--redo", help="Bring again what you took back last.")
    ] = False,
    published: Annotated[
        bool, typer.Option("--to-published", help="Make it what is published for its dates.")
    ] = False,
    override: Override = None,
    as_json: options.Json = False,
) -> None:
    """Take back a change of a draft. That is a change too, and is checked as one."""
    from scheduler.services.edit import history

    if sum((number is not None, again, published)) > 1:
        raise BadRequest("--change, --redo and --to-published are three different wishes.")
    called = session(context, as_json)
    with called.repository() as repository:
        if again:
            done = history.redo(repository, roster, override=override)
        elif published:
            done = history.restore_published(repository, roster)
        else:
            done = history.undo(repository, roster, number=number, override=override)
    _print_edited(done, as_json)


def _print_edited(done: "Edited", as_json: bool) -> None:
    if as_json:
        from scheduler.services.documents.edits import edited_document

        print_json(edited_document(done.effect, done.roster_id, done))
        return
    for sentence in done.fell:
        note(sentence)
    say(f"{done.roster_id} is changed (change {done.number}).")
    print_effect(done.effect, done=True)
    say(f"Next: scheduler show {done.roster_id} · scheduler undo {done.roster_id}")


def print_effect(effect: "EditEffect", *, done: bool = False) -> None:
    """What a change means, in lines. `done`: it is no question any more."""
    say(f"Objective {_pounds(effect.objective_pence)}, pay {_pounds(effect.cash_pence)}.")
    for place in effect.places:
        verb = "opens" if place.after > place.before else "is filled"
        count = counted(abs(place.after - place.before), "required place")
        say(f"  {count} at {place.demand_id} {verb}.")
    for one in effect.broken:
        can = " (an approver may accept it: --override TEXT)" if one.overridable else ""
        say(f"  Broken: {one.title}: {one.sentence}{'' if done else can}")
    for sentence in effect.paid_for:
        say(f"  {sentence}")


def _pounds(pence: float) -> str:
    return signed(pence, exact_pounds(pence))


def edits(
    context: typer.Context,
    roster: options.RosterId,
    staff: Annotated[
        str | None,
        typer.Option("--staff", metavar="STAFF", help="Of this person.", show_default=False),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """What was changed in a roster by hand, by whom and when, the latest first."""
    from scheduler.services.accounts.accounts import who
    from scheduler.services.edit import history
    from scheduler.services.view.by_words import meant_or_itself

    called = session(context, as_json)
    with called.reading() as repository:
        staff_id = None if staff is None else meant_or_itself(repository, "staff", staff)
        found = history.edits_of(repository, roster, staff_id=staff_id)
        names = {one.account: who(repository, one.account) or one.account for one in found}
    if as_json:
        from scheduler.services.documents.edits import edit_document

        print_json({"status": "done", "edits": [edit_document(one) for one in found]})
        return
    if not found:
        say(f"Nobody has changed {roster} by hand. scheduler edit {roster} --help says how.")
        return
    rows = [
        (
            one.number,
            f"{one.at:%Y-%m-%d %H:%M}",
            names[one.account],
            one.kind if one.undoes is None else f"{one.kind} of {one.undoes}",
            "\n".join(f"{a.staff_id or a.supply_id} {a.demand_id}" for a in one.removed),
            "\n".join(f"{a.staff_id or a.supply_id} {a.demand_id}" for a in one.added),
            one.reason,
        )
        for one in found
    ]
    print_table(
        ("change", "when [UTC]", "who", "what", "no longer", "now", "why"), rows, right=(0,)
    )


def where(
    context: typer.Context,
    roster: options.RosterId,
    demand: Annotated[str, typer.Argument(metavar="DEMAND", help="The work that is to be done.")],
    staff: Annotated[
        str | None,
        typer.Option(
            "--staff",
            metavar="STAFF",
            help="Whose shift it is now; without it an open place of it.",
            show_default=False,
        ),
    ] = None,
    copy: Annotated[
        bool, typer.Option("--copy", help="Besides what they do, not instead of it.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Where a shift may go: for everybody and every date whether they may take it, what that would
    cost or save, or what forbids it.
    """
    from scheduler.services.edit import verdicts
    from scheduler.services.explain.names import Naming
    from scheduler.services.view import look_up
    from scheduler.services.view.by_words import meant_or_itself

    called = session(context, as_json)
    with called.repository() as repository:
        who = None if staff is None else meant_or_itself(repository, "staff", staff)
        found = verdicts.where_it_may_go(repository, roster, demand, who, copy=copy).people
        names = Naming.of(look_up.facts(repository, roster), *look_up.dates_of(repository, roster))
    if as_json:
        cells = [
            {"staff_id": staff_id, "date": day.isoformat(), **asdict(verdict)}
            for (staff_id, day), verdict in found.items()
        ]
        print_json({"status": "done", "cells": cells})
        return
    _print_where(found, names)


def _print_where(found: "dict[Any, Any]", names: "Naming") -> None:
    able = sorted(
        ((cell, verdict) for cell, verdict in found.items() if verdict.state != "no"),
        key=lambda pair: (pair[1].state == "instead", pair[1].pence, pair[0]),
    )
    rows = [
        (
            names.day(day.isoformat()),
            f"{staff_id} {names.person(staff_id)}",
            "gives up something" if verdict.state == "instead" else _pounds(verdict.pence),
            "; ".join(verdict.gives_up or [names.said(sentence) for sentence in verdict.why]),
        )
        for (staff_id, day), verdict in able[:MOST_SHOWN]
    ]
    if rows:
        print_table(("when", "who", "objective", "remarks"), rows)
    if len(able) > MOST_SHOWN:
        say(f"… and {len(able) - MOST_SHOWN} more; all with --json.")
    say(f"{counted(len(able), 'cell')} may take it, {len(found) - len(able):,} may not (--json).")
    against = Counter(verdict.rule for verdict in found.values() if verdict.state == "no")
    if not able and against:
        counts = (f"{names.rule(rule)} ({number:,})" for rule, number in against.most_common())
        say(f"Against it: {', '.join(counts)}.")

"""Let the program fill what is open in a draft, or improve it around some work."""

from dataclasses import asdict
from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.edit_commands import print_effect
from scheduler.cli.rendering import exact_pounds, print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.errors import BadRequest


def register(app: typer.Typer) -> None:
    app.command("fill")(fill)


def fill(
    context: typer.Context,
    roster: options.RosterId,
    demand: Annotated[
        list[str] | None,
        typer.Option(
            "--demand",
            metavar="DEMAND",
            help="This work; may be said several times. Without it all that is required and open.",
            show_default=False,
        ),
    ] = None,
    around: Annotated[
        bool,
        typer.Option("--improve", help="Whatever is better around that work, not only places."),
    ] = False,
    take: Annotated[
        bool, typer.Option("--take", help="Do it; without this it is only proposed.")
    ] = False,
    time_limit: options.TimeLimit = 10.0,
    as_json: options.Json = False,
) -> None:
    """Fill open places of a draft with everything else fixed: the difference is shown, and done
    only with --take.
    """
    from scheduler.cli.stopping import stop_on_signal

    if around and not demand:
        raise BadRequest("--improve takes the work to improve around: --demand DEMAND.")
    called = session(context, as_json)
    with stop_on_signal() as should_stop:
        from scheduler.services.edit import edit as edits
        from scheduler.services.edit import fill as service
        from solver.search.strategy import Limits

        with called.repository() as repository:
            limits = Limits(time_limit)
            if around:
                found = service.improve(
                    repository, roster, demand or [], limits=limits, should_stop=should_stop
                )
            else:
                found = service.fill(
                    repository, roster, demand, limits=limits, should_stop=should_stop
                )
            done = (
                edits.edit(repository, roster, found.command, base=found.edition)
                if take and found.command is not None
                else None
            )
    if as_json:
        print_json(
            {
                "status": "done" if done else "proposed" if found.command else "nothing better",
                "roster_id": done.roster_id if done else roster,
                "proven": found.proven,
                "least_pence": found.least_pence,
                "effect": None if found.effect is None else asdict(found.effect),
            }
        )
        return
    if found.effect is None:
        say("Nothing that is allowed is better than leaving it as it is.")
        return
    rows = [
        *((a.staff_id or a.supply_id, a.demand_id, "no longer") for a in found.effect.removed),
        *((a.staff_id or a.supply_id, a.demand_id, "now") for a in found.effect.added),
    ]
    print_table(("who", "work", ""), rows)
    print_effect(found.effect)
    if not found.proven:
        say(f"At most {exact_pounds(-found.least_pence)} could be saved there.")
    say(
        f"{done.roster_id} is changed (change {done.number})."
        if done
        else "Nothing is changed yet: --take does it."
    )

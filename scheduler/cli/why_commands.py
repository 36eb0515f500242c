"""Why a place is empty: one in detail, or all of a roster with the barriers behind them."""

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import why_person_command
from scheduler.cli.options import Json, RosterId
from scheduler.cli.rendering import hours, print_table, say
from scheduler.cli.session import note, print_json, session

if TYPE_CHECKING:
    from scheduler.services.explain.why_vacant import Vacancies

MOST_LEVERS = 25
"""Barriers that a person is shown at once."""


def register(app: typer.Typer) -> None:
    why = typer.Typer(
        no_args_is_help=True,
        help="Why a place is empty, and why somebody does, or does not do, a shift.",
    )
    why.command("vacancy")(vacancy)
    why.command("vacancies")(vacancies)
    why_person_command.register(why)
    app.add_typer(why, name="why")


def vacancy(
    context: typer.Context,
    roster: RosterId,
    demand: Annotated[
        str,
        typer.Argument(
            metavar="DEMAND",
            help="Id of the work, or words of its date, site, service and role.",
            show_default=False,
        ),
    ],
    as_json: Json = False,
) -> None:
    """Say who could have filled an empty place and where they are instead, who is one barrier away,
    and what became of temporary supply.
    """
    from scheduler.services.explain import why_vacant, why_vacant_words
    from scheduler.services.view.by_words import work_meant

    with session(context, as_json).reading() as repository:
        demand = work_meant(repository, roster, demand)
        found = why_vacant.why_vacancy(repository, roster, demand)
    told = list(why_vacant_words.sentences(found))
    if as_json:
        from scheduler.services.documents.vacancies import place_document

        print_json(place_document(found, told))
    else:
        for sentence in told:
            say(sentence)


def vacancies(context: typer.Context, roster: RosterId, as_json: Json = False) -> None:
    """List all empty required places of a roster, and the barriers behind them with the hours that
    each could fill.
    """
    from scheduler.services.explain import why_vacant

    with session(context, as_json).reading() as repository:
        found = why_vacant.why_vacancies(repository, roster)
    if as_json:
        from scheduler.services.documents.vacancies import list_document

        print_json(list_document(found))
    else:
        _print_list(found)


def _print_list(found: "Vacancies") -> None:
    from scheduler.domain.clock import text
    from scheduler.domain.near_misses import THE_PERSON, group_in_words

    for remark in found.notes:
        note(remark)
    if not found.lines:
        say(f"No required place of {found.roster_id} is empty.")
        return
    rows = [
        (
            line.duty.id,
            text(line.duty.start),
            line.duty.demand.service_id,
            line.duty.demand.site_id,
            line.duty.demand.role_id,
            line.duty.demand.priority,
            line.missing,
            hours(line.minutes / 60),
            line.cleared,
            len({staff_id for nearby in line.nearby for staff_id in nearby.group.staff_ids}),
        )
        for line in found.lines
    ]
    print_table(
        (
            "vacancy",
            "when",
            "service",
            "site",
            "role",
            "priority",
            "missing",
            "hours",
            "cleared",
            "one barrier away",
        ),
        rows,
        right=(5, 6, 7, 8, 9),
    )
    rows_of_levers = [
        (
            group_in_words(found.index, lever.lever[0], lever.lever[1]),
            "the person" if lever.lever[2] == THE_PERSON else lever.lever[2],
            len(lever.staff_ids),
            hours(lever.minutes_free / 60),
            hours(lever.minutes_any / 60),
            ", ".join(lever.staff_ids[:6]) + (" …" if len(lever.staff_ids) > 6 else ""),
        )
        for lever in found.levers[:MOST_LEVERS]
    ]
    if rows_of_levers:
        print_table(
            ("lacking only", "who can lift it", "people", "could fill", "if moved", "who"),
            rows_of_levers,
            right=(2, 3, 4),
        )
        say(
            "Could fill: empty hours for which somebody with only this barrier is free then. If"
            " moved: also who works elsewhere then."
        )
        say(
            "Each place is counted by itself: one person may be counted for several, so the hours"
            " are the most that it could bring."
        )
    else:
        say("Nobody is one barrier away from any of them.")
    say(f"One in detail: scheduler why vacancy {found.roster_id} {found.lines[0].duty.id}")


# --- for programs

"""Why a place is empty: one in detail, or all of a roster with the barriers behind them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import why_person_command
from scheduler.cli.options import Json, RosterId
from scheduler.cli.rendering import hours, print_table, say
from scheduler.cli.session import note, print_json, session

if TYPE_CHECKING:
    from scheduler.domain.sentence import Sentence
    from scheduler.services.explain.why_vacant import ExplainedVacancy, NearMisses, Vacancies
    from solver.evaluate.candidates import Candidacy, CandidateChange, SupplyCandidacy

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


def place_document(found: "ExplainedVacancy", told: list["Sentence"]) -> dict[str, Any]:
    """An empty place, for a program; `told`: the same in sentences."""
    duty = found.duty
    return {
        "roster_id": found.roster_id,
        "demand_id": duty.id,
        "date": duty.date.isoformat(),
        "service_id": duty.demand.service_id,
        "site_id": duty.demand.site_id,
        "place_id": duty.place_id,
        "role_id": duty.demand.role_id,
        "host_organisation_id": duty.host_id,
        "priority": duty.demand.priority,
        "minimum": duty.minimum,
        "preferred": duty.preferred,
        "missing": found.missing,
        "required": found.required,
        "hours": found.missing * duty.paid / 60,
        "empty_place_pence": found.empty_pence,
        "cause": found.cause,
        "sentences": told,
        "cleared": [_standing(found, standing) for standing in found.cleared],
        "one_barrier_away": [_nearby(found, nearby) for nearby in found.nearby],
        "temporary_supply": {
            "exhausted": found.supply_exhausted,
            "supplies": [_supply(standing) for standing in found.supplies],
        },
        "notes": list(found.notes),
    }


def _standing(found: "ExplainedVacancy", standing: "Candidacy") -> dict[str, Any]:
    from scheduler.domain.clock import local

    return {
        "staff_id": standing.staff_id,
        "name": found.index.staff[standing.staff_id].name,
        "contract_id": standing.contract_id,
        "why_not": standing.why_not,
        "works": [duty.id for duty in standing.works],
        "busy": [
            {
                "start": local(k.start).isoformat(),
                "end": local(k.end).isoformat(),
                "organisation_id": k.host_organisation_id or k.organisation_id,
            }
            for k in standing.known
        ],
        "rules": [{"rule": breach.rule, "sentence": breach.sentence} for breach in standing.rules],
        "move": None if standing.change is None else _change(standing.change),
    }


def _change(change: "CandidateChange") -> dict[str, Any]:
    return {
        "price_pence": change.pence,
        "price_by_rule_pence": change.by_rule,
        "taken_from": [a.demand_id for a in change.removed],
        "leaves": [
            {
                "demand_id": left.duty.id,
                "missing": left.missing,
                "minimum": left.duty.minimum,
                "required_place_emptied": left.taken_from_required,
            }
            for left in change.leaves
        ],
    }


def _nearby(found: "ExplainedVacancy", nearby: "NearMisses") -> dict[str, Any]:
    group = nearby.group
    return {
        "barrier": group.kind,
        "missing": group.missing,
        "lifted_by_organisation_id": group.lifted_by or None,
        "people": [
            {
                "staff_id": near.staff_id,
                "name": found.index.staff[near.staff_id].name,
                "contract_id": near.contract_id,
                "free": near.staff_id in nearby.free,
                "sentence": near.barrier.sentence,
                "since": near.barrier.since,
                "until": near.barrier.until,
            }
            for near in group.people
        ],
    }


def _supply(standing: "SupplyCandidacy") -> dict[str, Any]:
    change = standing.change
    return {
        "temporary_supply_id": standing.supply.id,
        "kind": standing.supply.kind,
        "state": standing.state,
        "used": standing.used,
        "max_shifts_per_week": standing.supply.max_shifts_per_week,
        "price_pence": change.pence,
        "price_by_rule_pence": change.by_rule,
        "rules": [{"rule": breach.rule, "sentence": breach.sentence} for breach in change.breaches],
    }


def list_document(found: "Vacancies") -> dict[str, Any]:
    """All empty places of a roster, for a program."""
    return {
        "roster_id": found.roster_id,
        "vacancies": [
            {
                "demand_id": line.duty.id,
                "date": line.duty.date.isoformat(),
                "service_id": line.duty.demand.service_id,
                "site_id": line.duty.demand.site_id,
                "role_id": line.duty.demand.role_id,
                "priority": line.duty.demand.priority,
                "missing": line.missing,
                "hours": line.minutes / 60,
                "cleared": line.cleared,
                "cause": line.cause,
                "one_barrier_away": [
                    {
                        "barrier": nearby.group.kind,
                        "missing": nearby.group.missing,
                        "lifted_by_organisation_id": nearby.group.lifted_by or None,
                        "staff_ids": list(nearby.group.staff_ids),
                        "free": list(nearby.free),
                    }
                    for nearby in line.nearby
                ],
            }
            for line in found.lines
        ],
        "barriers": [
            {
                "barrier": lever.lever[0],
                "missing": lever.lever[1],
                "lifted_by_organisation_id": lever.lever[2] or None,
                "staff_ids": list(lever.staff_ids),
                "places": lever.places,
                "hours_could_fill": lever.minutes_free / 60,
                "hours_if_moved": lever.minutes_any / 60,
            }
            for lever in found.levers
        ],
        "notes": list(found.notes),
    }

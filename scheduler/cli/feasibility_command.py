"""What can be said of a period before it is solved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from scheduler.cli.options import Collaborative, Days, Json, PolicyFile, Start
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.rendering import hours, print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.domain.fact_index import FactIndex
    from scheduler.domain.near_misses import BarrierGroup
    from scheduler.services.outlook.feasibility import DemandSlice, Feasibility, Unfillable

MOST = 20
"""Rows of one kind that a person is shown at once."""


def register(app: typer.Typer) -> None:
    app.command("feasibility")(feasibility)


def feasibility(
    context: typer.Context,
    collaborative: Collaborative,
    start: Start,
    days: Days = 7,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Say, before solving: what nobody can fill and why, the most hours that can be covered, who
    has no shift, what ends.
    """
    from scheduler.services.outlook import feasibility as service
    from scheduler.services.rosters import solve

    called = session(context, as_json)
    tables = policy_tables(called, policy, collaborative)
    request = solve.Request(collaborative, start, days, tables)
    with called.reading() as repository:
        found = service.feasibility(repository, request)
    if as_json:
        print_json(document(found))
    else:
        _print(found)


def _print(found: "Feasibility") -> None:
    from scheduler.services.outlook.feasibility import skipped_sentence

    problem, whole = found.problem, found.whole
    period = problem.period
    say(
        f"{problem.collaborative_id}, {period.first} to {period.last}: {hours(whole.required / 60)}"
        f" required, {counted(len(problem.duties), 'demand row')},"
        f" {counted(whole.people, 'person', 'people')} cleared for some of it."
    )
    if not problem.duties:
        say("There is no demand: nothing to roster.")
        return
    say(
        f"No roster covers more than {hours(whole.by_staff / 60)} with staff, or"
        f" {hours(whole.with_supply / 60)} with temporary supply: at least"
        f" {hours(whole.short / 60)} stay empty."
    )
    for title, parts in (
        ("By role", found.by_role),
        ("By place", found.by_place),
        ("By day", found.by_day),
    ):
        _print_parts(title, parts)
    short = [part for part in found.by_role_and_place if part.by_staff < part.required]
    if short:
        _print_parts("Roles and places that staff cannot cover", short)
    say(
        "Each line is the most that could be covered were nothing else to be: shorter than that is"
        " certain, enough is not."
    )
    for duty in found.skipped:
        say(skipped_sentence(problem, duty))
    _print_unfillable(found)
    _print_people(found)
    _print_ending(found)


def _print_parts(title: str, parts: "Sequence[DemandSlice]") -> None:
    rows = [
        (
            " ".join(part.name),
            hours(part.required / 60),
            hours(part.by_staff / 60),
            hours(part.with_supply / 60),
            hours(part.short / 60) if part.short else "",
            part.people,
            "" if part.owed is None else hours(part.owed / 60),
            "" if part.allowed is None else hours(part.allowed / 60),
        )
        for part in parts
    ]
    headers = (
        "",
        "required",
        "staff at most",
        "with supply at most",
        "short for certain",
        "people",
        "they owe",
        "they may work",
    )
    print_table(headers, rows, title=title, right=range(1, 8))


def _print_unfillable(found: "Feasibility") -> None:
    if not found.unfillable:
        say("For every demand row enough people are cleared.")
        return
    say(
        "\nDemand for which too few people are cleared, whatever else they do"
        f" ({len(found.unfillable)}):"
    )
    for row in found.unfillable:
        say(f"  {unfillable_sentence(found.problem.index, row)}")


def unfillable_sentence(index: "FactIndex", row: "Unfillable") -> str:
    """What is lacking, who is nearest, and whether temporary supply may help."""
    days = sorted(
        {f"{duty.date:%a %-d %b}" for duty in row.duties},
        key=lambda day: [f"{d.date:%a %-d %b}" for d in row.duties].index(day),
    )
    nearest = "; ".join(_group(index, group) for group in row.nearly[:4])
    if not nearest and row.nearest is not None:
        lacking = "; ".join(barrier.sentence.rstrip(".") for barrier in row.nearest.barriers)
        nearest = (
            f"the nearest ({row.nearest.staff_id},"
            f" {counted(len(row.nearest.barriers), 'barrier')}): {lacking}"
        )
    supply = (
        f" Temporary supply may be called ({', '.join(row.supply_ids)})."
        if row.supply_ids
        else " No temporary supply may be called."
    )
    return (
        f"{row.role_id} for {row.service_id} at {row.site_id} (host {row.host_id}),"
        f" {', '.join(days)}: {hours(row.minutes / 60)}. One barrier away:"
        f" {nearest or 'nobody holds a role that fits'}.{supply}"
        if row.nearly or row.nearest is None
        else (
            f"{row.role_id} for {row.service_id} at {row.site_id} (host {row.host_id}),"
            f" {', '.join(days)}: {hours(row.minutes / 60)}. Nobody is one barrier away;"
            f" {nearest}.{supply}"
        )
    )


def _group(index: "FactIndex", group: "BarrierGroup") -> str:
    from scheduler.domain.near_misses import THE_PERSON, group_in_words

    lifted = (
        "each person decides" if group.lifted_by == THE_PERSON else f"{group.lifted_by} can lift it"
    )
    who = ", ".join(group.staff_ids[:5]) + (" …" if len(group.staff_ids) > 5 else "")
    return f"{group_in_words(index, group.kind, group.missing)} ({lifted}): {who}"


def _print_people(found: "Feasibility") -> None:
    if not found.without_shift:
        return
    rows = [
        (w.staff.id, w.staff.name, w.contract.role_id, w.contract.organisation_id, w.sentence)
        for w in found.without_shift[:MOST]
    ]
    print_table(
        ("who", "name", "role", "employer", "why"),
        rows,
        title=f"People for whom there is no shift ({len(found.without_shift)})",
    )
    if len(found.without_shift) > MOST:
        say(f"… and {len(found.without_shift) - MOST} more; all with --json.")


def _print_ending(found: "Feasibility") -> None:
    if not found.ending:
        say("Nothing ends in the period.")
        return
    # agreements and versions concern many people: they go first
    first = sorted(found.ending, key=lambda lapse: bool(lapse.staff_id))
    rows = [
        (
            lapse.last,
            lapse.subject(found.problem.dataset),
            ", ".join(lapse.acting(found.problem.index)),
        )
        for lapse in first[:MOST]
    ]
    print_table(
        ("last day", "what ends", "who can renew it"),
        rows,
        title=f"Ends in the period ({len(found.ending)})",
    )
    if len(first) > MOST:
        say(
            f"… and {len(first) - MOST} more, with --json; what they cost in hours: scheduler"
            " expiries."
        )


# --- for programs


def document(found: "Feasibility") -> dict[str, Any]:
    """Everything, for a program."""
    problem = found.problem
    return {
        "collaborative_id": problem.collaborative_id,
        "period": {"start": problem.period.first.isoformat(), "days": problem.period.days},
        "demand_rows": len(problem.duties),
        "whole": _part(found.whole),
        "by_role": [{"role_id": part.name[0], **_part(part)} for part in found.by_role],
        "by_place": [{"place_id": part.name[0], **_part(part)} for part in found.by_place],
        "by_day": [{"date": part.name[0], **_part(part)} for part in found.by_day],
        "by_role_and_place": [
            {"role_id": part.name[0], "place_id": part.name[1], **_part(part)}
            for part in found.by_role_and_place
        ],
        "unfillable": [_unfillable(found, row) for row in found.unfillable],
        "without_hours": [duty.id for duty in found.skipped],
        "without_shift": [
            {
                "staff_id": w.staff.id,
                "name": w.staff.name,
                "contract_id": w.contract.id,
                "role_id": w.contract.role_id,
                "organisation_id": w.contract.organisation_id,
                "sentence": w.sentence,
            }
            for w in found.without_shift
        ],
        "ending": [
            {
                "kind": lapse.kind,
                "staff_id": lapse.staff_id or None,
                "last_day": lapse.last.isoformat(),
                "sentence": lapse.sentence(problem.dataset),
                "organisation_ids": list(lapse.acting(problem.index)),
                "fact": lapse.fact.cells(),
            }
            for lapse in found.ending
        ],
    }


def _part(part: "DemandSlice") -> dict[str, Any]:
    return {
        "hours_required": part.required / 60,
        "hours_by_staff_at_most": part.by_staff / 60,
        "hours_with_supply_at_most": part.with_supply / 60,
        "hours_short": part.short / 60,
        "people": part.people,
        "hours_owed": None if part.owed is None else part.owed / 60,
        "hours_allowed": None if part.allowed is None else part.allowed / 60,
    }


def _unfillable(found: "Feasibility", row: "Unfillable") -> dict[str, Any]:
    return {
        "service_id": row.service_id,
        "site_id": row.site_id,
        "role_id": row.role_id,
        "host_organisation_id": row.host_id,
        "demand_ids": [duty.id for duty in row.duties],
        "hours": row.minutes / 60,
        "temporary_supply_ids": list(row.supply_ids),
        "sentence": unfillable_sentence(found.problem.index, row),
        "one_barrier_away": [
            {
                "barrier": group.kind,
                "missing": group.missing,
                "lifted_by_organisation_id": group.lifted_by or None,
                "staff_ids": list(group.staff_ids),
            }
            for group in row.nearly
        ],
        "nearest": (
            None
            if row.nearest is None
            else {
                "staff_id": row.nearest.staff_id,
                "people": row.nearest.people,
                "barriers": [
                    {
                        "barrier": b.kind,
                        "missing": b.missing,
                        "lifted_by": b.lifted_by,
                        "sentence": b.sentence,
                    }
                    for b in row.nearest.barriers
                ],
            }
        ),
    }

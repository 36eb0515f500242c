"""What demand can be met at all, as a document for programs."""

from typing import Any

from scheduler.domain.fact_index import FactIndex
from scheduler.domain.near_misses import THE_PERSON, BarrierGroup, group_in_words
from scheduler.domain.wording import counted
from scheduler.services.outlook.feasibility import DemandSlice, Feasibility, Unfillable


def feasibility_document(found: Feasibility) -> dict[str, Any]:
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


def _part(part: DemandSlice) -> dict[str, Any]:
    return {
        "hours_required": part.required / 60,
        "hours_by_staff_at_most": part.by_staff / 60,
        "hours_with_supply_at_most": part.with_supply / 60,
        "hours_short": part.short / 60,
        "people": part.people,
        "hours_owed": None if part.owed is None else part.owed / 60,
        "hours_allowed": None if part.allowed is None else part.allowed / 60,
    }


def _unfillable(found: Feasibility, row: Unfillable) -> dict[str, Any]:
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


def unfillable_sentence(index: FactIndex, row: Unfillable) -> str:
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
        f" {', '.join(days)}: {row.minutes / 60:,.1f} h. One barrier away:"
        f" {nearest or 'nobody holds a role that fits'}.{supply}"
        if row.nearly or row.nearest is None
        else (
            f"{row.role_id} for {row.service_id} at {row.site_id} (host {row.host_id}),"
            f" {', '.join(days)}: {row.minutes / 60:,.1f} h. Nobody is one barrier away;"
            f" {nearest}.{supply}"
        )
    )


def _group(index: FactIndex, group: BarrierGroup) -> str:
    lifted = (
        "each person decides" if group.lifted_by == THE_PERSON else f"{group.lifted_by} can lift it"
    )
    who = ", ".join(group.staff_ids[:5]) + (" …" if len(group.staff_ids) > 5 else "")
    return f"{group_in_words(index, group.kind, group.missing)} ({lifted}): {who}"

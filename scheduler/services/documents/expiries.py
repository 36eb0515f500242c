"""What expires, as a document for programs."""

from typing import Any

from scheduler.domain.clock import monday
from scheduler.services.outlook.expiries import Expiries


def expiries_document(found: Expiries) -> dict[str, Any]:
    """Everything, for a program."""
    return {
        "collaborative_id": found.collaborative_id,
        "period": {"start": found.period.first.isoformat(), "days": found.period.days},
        "hours": {
            "required": found.minutes_required / 60,
            "lost_to_lapses": found.minutes_lost / 60,
            "uncoverable_anyway": found.minutes_never / 60,
        },
        "lost_by_week": _by_week(found),
        "renewals": [
            {
                "organisation_id": r.organisation_id,
                "kind": r.lapse.kind,
                "staff_id": r.lapse.staff_id or None,
                "last_day": r.lapse.last.isoformat(),
                "sentence": r.lapse.sentence(found.dataset),
                "fact": r.lapse.fact.cells(),
                "people": r.people,
                "missed_from": r.first_day.isoformat(),
                "hours_uncoverable": r.minutes_uncoverable / 60,
                "hours_at_risk": r.minutes_at_risk / 60,
            }
            for r in found.renewals
        ],
        "demand": [
            {
                "demand_id": lost.duty.id,
                "date": lost.duty.date.isoformat(),
                "service_id": lost.duty.demand.service_id,
                "site_id": lost.duty.demand.site_id,
                "place_id": lost.duty.place_id,
                "role_id": lost.duty.demand.role_id,
                "minimum": lost.duty.minimum,
                "missing": lost.missing,
                "hours": lost.minutes / 60,
                "temporary_supply_may_fill": lost.may_be_supplied,
            }
            for lost in found.lost
        ],
    }


def _by_week(found: Expiries) -> list[dict[str, Any]]:
    weeks = dict.fromkeys(found.period.weeks, 0)
    for lost in found.lost:
        weeks[monday(lost.duty.date)] += lost.minutes
    return [{"week": week.isoformat(), "hours": minutes / 60} for week, minutes in weeks.items()]

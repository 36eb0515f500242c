"""Cases of single weeks as one case of all of them: sums, and the weeks beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scheduler.services.scenarios.figures import summed
from solver.search.strategy import gap

SUMS = (
    "seconds",
    "objective_pence",
    "bound_pence",
    "hours",
    "hours_by_pay",
    "cost_pence_by_pay",
    "missing_by_priority",
    "missing_by_place",
    "lent_hours",
)


def case_of(weeks: Sequence[Mapping[str, Any]], starts: Sequence[date]) -> dict[str, Any]:
    """One case of several weeks that were solved each by itself, with `weeks` and their `start`. Of
    one week it is that week's case. Where one has no roster, neither has the whole, and it says of
    which week that is.
    """
    first = dict(weeks[0])
    if len(weeks) == 1:
        return {**first, "roster_ids": [first["roster_id"]]} if "roster_id" in first else first
    dated = [
        {**week, "start": start.isoformat()} for week, start in zip(weeks, starts, strict=True)
    ]
    notes = [
        f"Week of {start:%-d %B}: {note}"
        for week, start in zip(weeks, starts, strict=True)
        for note in week["notes"]
    ]
    named = {key: first[key] for key in ("name", "description", "file")}
    without = [week for week in weeks if "roster_id" not in week]
    if without:
        facts = [fact for week in without for fact in week.get("facts", ())]
        return {
            **named,
            "status": without[0]["status"],
            "notes": notes,
            **({"facts": facts} if facts else {}),
            "weeks": dated,
        }
    sums = summed({name: week[name] for name in SUMS} for week in weeks)
    return {
        **named,
        "status": "optimal" if all(week["status"] == "optimal" for week in weeks) else "feasible",
        "notes": notes,
        **_rounded(sums),
        "gap": gap(sums["objective_pence"], sums["bound_pence"]),
        "lent": [],
        "counted_too": {
            "people": max(week["counted_too"]["people"] for week in weeks),
            "pence": round(sum(week["counted_too"]["pence"] for week in weeks), 4),
        },
        "figures": summed(week["figures"] for week in weeks),
        "borne": summed(week["borne"] for week in weeks),
        "roster_ids": [week["roster_id"] for week in weeks],
        "weeks": dated,
    }


def _rounded(value: Any) -> Any:
    """Sums of decimals without what binary fractions leave behind."""
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, 4) if isinstance(value, float) else value

"""From which version of a roster another was made, and why it was: in words without ids, derived
from its summary where nobody wrote it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

_ROSTER_ID = re.compile(r"-(\d{4}-\d{2}-\d{2})-(\d+)$")
BUILT = "Built"


def made_from(summary: Mapping[str, Any]) -> str | None:
    """The id of the roster that one was repaired from, or built to differ little from."""
    origin = summary.get("repair", {}).get("repaired_from") or summary.get("stable_against")
    return None if origin is None else str(origin)


def derived_reason(
    summary: Mapping[str, Any], origin: str | None, start: date, named: Callable[[str], str]
) -> str:
    """Why a roster was made, as far as its summary says it. `origin`: what it was made from,
    `start`: its own first date, `named`: what a staff id is called, empty where nobody knows.
    """
    # whoever goes on from a roster may take its summary along, which tells of that one
    own = origin == made_from(summary)
    if own and "repair" in summary:
        away = summary["repair"].get("away", summary["repair"].get("sick", []))
        return f"Repair{_away(away, named)}" if away else "Repair after facts had changed"
    if origin is None:
        return BUILT
    of = version_of(origin, start)
    return f"{BUILT} close to {of}" if own else f"Edited from {of}"


def version_of(roster_id: str, start: date) -> str:
    """`version 3`; of another period than one that begins at `start` with its first date."""
    found = _ROSTER_ID.search(roster_id)
    if found is None:
        return "an earlier version"
    first, number = date.fromisoformat(found[1]), found[2]
    return f"version {number}" + ("" if first == start else f" of the period from {_day(first)}")


def span(first: date, last: date) -> str:
    """`Tue 12 January`, `Tue 12 to Thu 14 January`, `Sun 31 January to Tue 2 February`."""
    if first == last:
        return _day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%a} {first.day} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%B}"


def _away(away: list[Mapping[str, str]], named: Callable[[str], str]) -> str:
    people = [
        f"{named(one['staff_id']) or 'somebody'}, away"
        f" {span(date.fromisoformat(one['from']), date.fromisoformat(one['to']))}"
        for one in away
    ]
    most = 2
    more = f", and {len(people) - most} more" if len(people) > most else ""
    return f" for {'; '.join(people[:most])}{more}"

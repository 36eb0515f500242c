"""What people ask for and what is fixed already: preferences and pins."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from scheduler.synthetic.demand import DemandOfWeek
from scheduler.synthetic.history import Worked
from scheduler.synthetic.leave import SyntheticLeave
from scheduler.synthetic.tables import Tables
from scheduler.synthetic.workforce import PostLine, SyntheticPerson

WISHES, PEOPLE_A_PIN, LEAST_STAFF_WITH_PINS = 0.4, 60, 20


def add_preferences(
    people: list[SyntheticPerson], start: date, rng: Random, tables: Tables
) -> None:
    """Write `preference`: some want a day off, some a kind of shift on a day."""
    for person in people:
        if rng.random() >= WISHES:
            continue
        for day in sorted(rng.sample(range(7), rng.choice((1, 1, 2, 3)))):
            shift = rng.choice((None, *person.lines[0].shift_type_ids))
            weight = (
                rng.choice((-10, -8, -5, -3, -2))
                if shift is None
                else rng.choice((-6, -3, 2, 4, 7, 10))
            )
            tables.add("preference", person.id, start + timedelta(days=day), shift, weight)


def add_pins(
    people: list[SyntheticPerson],
    rows: list[DemandOfWeek],
    flawless: set[str],
    leaves: list[SyntheticLeave],
    last: dict[str, Worked],
    start: date,
    tables: Tables,
) -> None:
    """Write `pin`: a few people in their own team, by one contract, all clear, rested at the
    weekend.

    One pin a person and one a demand, so that pins clash neither with each other nor with what was
    worked.
    """
    away = {leave.staff_id for leave in leaves}
    candidates = [
        person
        for person in people
        if person.id in flawless
        and person.id not in away
        and _settled(person, start)
        and _rested(person, last, start)
    ]
    wanted = max(1, len(people) // PEOPLE_A_PIN) if len(people) >= LEAST_STAFF_WITH_PINS else 0
    by_line: dict[PostLine, list[DemandOfWeek]] = {}
    for row in rows:
        by_line.setdefault(row.line, []).append(row)
    pinned: set[str] = set()
    for person in candidates[:: max(1, len(candidates) // max(1, wanted))][:wanted]:
        free = [row for row in by_line.get(person.lines[0], []) if row.id not in pinned]
        if free:
            row = free[person.number % len(free)]
            pinned.add(row.id)
            tables.add("pin", person.id, row.id)


def _settled(person: SyntheticPerson, start: date) -> bool:
    """One substantive contract, live all week, with room for a shift."""
    contract = person.contracts[0]
    return (
        len(person.contracts) == 1
        and contract.kind == "substantive"
        and contract.from_date < start
        and contract.to_date is None
        and contract.hours >= 15
    )


def _rested(person: SyntheticPerson, last: dict[str, Worked], start: date) -> bool:
    """Nothing worked at the weekend, so that any shift of the week follows a long rest."""
    worked = last.get(person.id)
    return worked is None or worked.day < start.toordinal() - 2

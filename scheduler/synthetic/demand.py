"""What has to be staffed: weekly patterns and dated rows, sized against the hours that
staff owe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from scheduler.synthetic.catalogue import SHIFT_TYPE
from scheduler.synthetic.leave import SyntheticLeave
from scheduler.synthetic.nature import CollaborativeNature
from scheduler.synthetic.service_kinds import RHYTHMS
from scheduler.synthetic.shape import Shape
from scheduler.synthetic.tables import Tables
from scheduler.synthetic.workforce import PostLine, SyntheticPerson

ROLE_PULL: Final = {"CN5": 1.06, "HCA3": 0.96, "PARA6": 1.1, "PT6": 0.92, "ACP7": 1.08, "OT6": 0.95}
TEMPLATE_SHARE, REPLACED, PREFERRED = 0.6, 0.05, 0.18


@dataclass(frozen=True)
class DemandOfWeek:
    """One demand as the week sees it; `id` is the template's where no dated row stands."""

    id: str
    line: PostLine
    weekday: int
    shift_type_id: str
    minimum: int


def owed_hours(person: SyntheticPerson, days_off: set[date], start: date) -> float:
    """Hours owed in the week by all substantive contracts, net of leave [h]."""
    weekdays = [start + timedelta(days=day) for day in range(5)]
    return sum(
        contract.hours * sum(contract.live(day) and day not in days_off for day in weekdays) / 5
        for contract in person.contracts
        if contract.kind == "substantive"
    )


def make_demand(
    shape: Shape,
    people: list[SyntheticPerson],
    leaves: list[SyntheticLeave],
    start: date,
    nature: CollaborativeNature,
    rng: Random,
    tables: Tables,
) -> list[DemandOfWeek]:
    """Write `demand`, `demand_template` and `skill_mix`; the rows of the week come back."""
    targets = _targets(shape, people, leaves, start, nature.required_of_owed)
    rows: list[DemandOfWeek] = []
    owing = (
        0.0  # hours that rounding to whole shifts has left over so far, handed on to the next line
    )
    for number, (line, target) in enumerate(targets.items()):
        counts = _fill(line, target + owing, number)
        hours = sum(n * SHIFT_TYPE[shift].paid_minutes / 60 for (_, shift), n in counts.items())
        owing += target - hours
        rows += _write_line(
            shape=shape,
            line=line,
            counts=counts,
            start=start,
            more_urgent=nature.more_urgent,
            rng=rng,
            tables=tables,
            number=len(rows),
        )
    for service in shape.services:
        for shift_type_id, role_id, minimum in service.kind.mixed:
            tables.add("skill_mix", service.id, shift_type_id, role_id, minimum)
    return rows


def _targets(
    shape: Shape,
    people: list[SyntheticPerson],
    leaves: list[SyntheticLeave],
    start: date,
    required_of_owed: float,
) -> dict[PostLine, float]:
    """Required hours of every staffed line: what its people owe, pulled by place and role, level
    overall.
    """
    off: dict[str, set[date]] = {}
    for leave in leaves:
        off.setdefault(leave.staff_id, set()).update(leave.days())
    owed: dict[PostLine, float] = {}
    for person in people:
        hours = owed_hours(person, off.get(person.id, set()), start)
        for line in person.own_lines:
            owed[line] = owed.get(line, 0.0) + hours / len(person.own_lines)
    pulled = {
        line: (
            hours
            * shape.place[shape.site[line.team.site_id].place_id].pull
            * ROLE_PULL.get(line.post.role_id, 1.0)
        )
        for line, hours in owed.items()
    }
    level = required_of_owed * sum(owed.values()) / (sum(pulled.values()) or 1.0)
    return {line: hours * level for line, hours in pulled.items()}


def _fill(line: PostLine, target: float, turn: int) -> dict[tuple[int, str], int]:
    """People per slot, most where the weight is highest; `turn` says on which day equal slots are
    begun.
    """
    slots = sorted(RHYTHMS[line.post.rhythm], key=lambda s: (3 * s.weekday + turn) % 7)
    counts = {(slot.weekday, slot.shift_type_id): 0 for slot in slots}
    hours = 0.0
    while True:
        slot = max(slots, key=lambda s: s.weight / (1 + counts[s.weekday, s.shift_type_id]) ** 2)
        length = SHIFT_TYPE[slot.shift_type_id].paid_minutes / 60
        if hours + length / 2 > target:
            return {key: count for key, count in sorted(counts.items()) if count}
        counts[slot.weekday, slot.shift_type_id] += 1
        hours += length


def _write_line(
    shape: Shape,
    line: PostLine,
    counts: dict[tuple[int, str], int],
    start: date,
    more_urgent: int,
    rng: Random,
    tables: Tables,
    number: int,
) -> list[DemandOfWeek]:
    team, role_id = line.team, line.post.role_id
    usual = shape.service[team.service_id].kind.priority
    templated = rng.random() < TEMPLATE_SHARE
    rows: list[DemandOfWeek] = []
    for (weekday, shift_type_id), minimum in counts.items():
        day = start + timedelta(days=weekday - 1)
        preferred = minimum + 1 if weekday < 6 and rng.random() < PREFERRED else None
        priority = min(5, usual + SHIFT_TYPE[shift_type_id].night + more_urgent)
        identity = f"{shape.prefix}D{number + len(rows) + 1:05d}"
        if templated:
            tables.add(
                "demand_template",
                team.service_id,
                team.site_id,
                weekday,
                shift_type_id,
                role_id,
                minimum,
                preferred,
                priority,
            )
            if rng.random() >= REPLACED:
                identity = f"T:{team.service_id}:{team.site_id}:{day}:{shift_type_id}:{role_id}"
            else:  # on this one date it is another number, or more urgent
                minimum = max(1, minimum + rng.choice((-1, 0, 1)))
                preferred, priority = None, min(5, priority + 1)
        if not identity.startswith("T:"):
            tables.add(
                "demand",
                identity,
                team.service_id,
                team.site_id,
                day,
                shift_type_id,
                role_id,
                minimum,
                preferred,
                priority,
            )
        rows.append(DemandOfWeek(identity, line, weekday, shift_type_id, minimum))
    return rows

"""Temporary staff that a host may call: its bank, and agencies at or above the price cap."""

from __future__ import annotations

from random import Random
from typing import Final

from scheduler.synthetic.catalogue import AGENCY_CAP, MIDDLE, ROLE, TOP, hourly_pence
from scheduler.synthetic.shape import Shape
from scheduler.synthetic.tables import Tables
from scheduler.synthetic.workforce import SyntheticPerson

MAIN_ROLES: Final = (
    "CN5",
    "HCA3",
    "DN6",
    "PCN6",
    "PARA6",
    "PT6",
    "ACP7",
    "OT6",
    "NA4",
    "REAB",
    "RNS6",
)
# staff in post for every shift a week that may be bought
PEOPLE_A_SHIFT: Final = {
    "bank": 12,
    "agency": 9,
}


def add_supply(
    shape: Shape, people: list[SyntheticPerson], share: float | None, rng: Random, tables: Tables
) -> None:
    """Write `temporary_supply`: bank and agency per host and main role, some for one place only.

    `share` of the usual shifts: every supply is limited, and what comes to less than half a shift
    is not offered; None = all.
    """
    in_post: dict[tuple[str, str, str], int] = {}
    for person in people:
        line = person.lines[0]
        place = shape.site[line.team.site_id].place_id
        key = (shape.host_of(line.team.service_id, line.team.site_id), person.role_id, place)
        in_post[key] = in_post.get(key, 0) + 1
    wholes: dict[tuple[str, str], dict[str, int]] = {}
    for (host, role_id, place), count in in_post.items():
        wholes.setdefault((host, role_id), {})[place] = count
    number = 0
    for (host, role_id), places in wholes.items():
        if role_id not in MAIN_ROLES:
            continue
        for kind in ("bank", "agency"):
            number += 1
            _add_one(
                shape=shape,
                identity=f"{shape.prefix}X{number:04d}",
                kind=kind,
                host=host,
                role_id=role_id,
                places=places,
                share=share,
                rng=rng,
                tables=tables,
            )


def _add_one(
    shape: Shape,
    identity: str,
    kind: str,
    host: str,
    role_id: str,
    places: dict[str, int],
    share: float | None,
    rng: Random,
    tables: Tables,
) -> None:
    place = rng.choice(list(places)) if rng.random() < 0.3 else None
    fringe = any(shape.place[p].fringe for p in ([place] if place else places))
    if kind == "bank":
        price = hourly_pence(ROLE[role_id], MIDDLE, fringe)
    else:
        above_cap = rng.choice((1.0, 1.0, 1.0, 1.12, 1.3))
        price = round(hourly_pence(ROLE[role_id], TOP, fringe) * AGENCY_CAP * above_cap)
    in_reach = places[place] if place else sum(places.values())
    usual = in_reach * 4 / PEOPLE_A_SHIFT[kind]
    limited = rng.random() < 0.75
    most = max(2, round(usual)) if limited else None
    if share is not None:
        most = round(share * usual)
        if not most:
            return
    tables.add("temporary_supply", identity, kind, host, place, role_id, price, most)

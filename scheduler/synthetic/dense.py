"""The dense case: a collaborative whose people may work nearly anywhere that their role is
wanted.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import permutations
from typing import Final

from scheduler.synthetic.clearance import CHECKS
from scheduler.synthetic.tables import Tables

ROUTE: Final = "portability_agreement"
HELD_FOR, HELD_UNTIL = timedelta(days=200), timedelta(days=300)
"""Before and after the week's Monday."""


def clear_everybody(tables: Tables, start: date) -> None:
    """Replace what holds people back: everybody agrees, travels, and holds all that any service
    asks of their roles.

    What stays: roles, contracts, leave, hours, prices and the dates on which organisations change a
    procedure.
    """
    first, last = start - HELD_FOR, start + HELD_UNTIL
    for stem in ("staff_competency", "procedure_sign_off", "passport", "sharing_agreement"):
        tables.rows[stem].clear()
    for person in tables.rows["staff"]:
        person["max_travel_minutes"], person["accepts_other_hosts"] = "", "yes"
    members = [row["organisation_id"] for row in tables.rows["membership"]]
    for home, host in permutations(members, 2):
        tables.add("sharing_agreement", home, host, ROUTE, None, first, None, None, None)
    needed = _needed(tables)
    procedures = {row["procedure_id"] for row in tables.rows["service_procedure"]}
    hosts = {row["organisation_id"] for row in tables.rows["service_host"]}
    versions = [
        row
        for row in tables.rows["procedure_version"]
        if row["procedure_id"] in procedures and row["organisation_id"] in hosts
    ]
    roles, employers = defaultdict[str, set[str]](set), dict[str, str]()
    for contract in tables.rows["contract"]:
        roles[contract["staff_id"]].add(contract["role_id"])
        employers.setdefault(contract["staff_id"], contract["organisation_id"])
    for person in tables.rows["staff"]:
        identity = person["id"]
        for competency in sorted(set().union(*(needed[role] for role in roles[identity]))):
            tables.add("staff_competency", identity, competency, first, last)
        for version in versions:
            begins = max(first, date.fromisoformat(version["from_date"]))
            tables.add(
                "procedure_sign_off",
                identity,
                version["procedure_id"],
                version["organisation_id"],
                version["version"],
                begins,
                last,
            )
        tables.add(
            "passport",
            identity,
            None,
            ROUTE,
            employers[identity],
            first,
            None,
            "active",
            "|".join(CHECKS),
        )


def _needed(tables: Tables) -> dict[str, set[str]]:
    """What services ask of somebody in a role, or in a role that it covers, by role."""
    covers = {role["id"]: {role["id"]} for role in tables.rows["role"]}
    for cover in tables.rows["role_cover"]:
        covers[cover["role_id"]].add(cover["covers_role_id"])
    asked = tables.rows["service_competency"]
    return {
        role: {
            row["competency_id"] for row in asked if not row["role_id"] or row["role_id"] in covered
        }
        for role, covered in covers.items()
    }

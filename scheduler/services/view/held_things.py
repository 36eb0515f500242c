"""What somebody holds, each thing once, with its renewals, and what it is called without ids."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from scheduler.domain.facts import Contract
from scheduler.services.view.person_tables import Held
from scheduler.services.view.roster_tables import Names

SOON_DAYS = 90
"""What ended longer ago is not said again."""


def held_once(held: Iterable[Held], on: date) -> list[tuple[Held, Held]]:
    """Each thing once: (the row that counts on a day, the last row that carries it on without a
    gap). What ended more than SOON_DAYS before is left out.
    """
    alike: dict[tuple[str, tuple[str | None, ...]], list[Held]] = defaultdict(list)
    for one in held:
        alike[one.kind, one.key].append(one)
    found = []
    for rows in alike.values():
        rows.sort(key=lambda one: (one.since, one.until or date.max))
        first = _of_now(rows, on)
        if first is None:
            continue
        last = first
        while later := next((one for one in rows if last.renewed_by(one)), None):
            last = later
        found.append((first, last))
    return found


def _of_now(rows: Sequence[Held], on: date) -> Held | None:
    """The row that holds now, else the next to begin, else the last to have ended lately."""
    now = [one for one in rows if one.since <= on and (one.until is None or one.until >= on)]
    later = [one for one in rows if one.since > on]
    lately = [
        one
        for one in rows
        if one.until is not None and on - timedelta(days=SOON_DAYS) <= one.until < on
    ]
    return next(iter([*now, *later, *lately[::-1]]), None)


def called(one: Held, contracts: Mapping[str, Contract], names: Names) -> str:
    """What it is called, without ids."""
    match one.kind:
        case "contract":
            contract = contracts[str(one.key[0])]
            bank = "bank contract" if contract.kind == "bank" else "contract"
            return (
                f"{bank} as {names('role', contract.role_id)},"
                f" {names.organisation(contract.organisation_id)}"
            )
        case "sign-off":
            procedure_id, organisation_id, version = one.key
            return (
                f"{names('procedure', procedure_id)}, version {version} of"
                f" {names.organisation(organisation_id)}"
            )
        case "passport":
            route, host = one.key
            by = str(route).replace("_", " ")
            where = names.organisation(host) if host else "every member organisation"
            return f"{by}, good for {where}"
        case _:
            return one.name

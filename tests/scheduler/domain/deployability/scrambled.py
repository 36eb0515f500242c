"""Random problems in which every kind of fact begins, ends or is missing in the week."""

from random import Random

from tests.factories import ALL_CHECKS, Tables, random_tables, true_to_life
from tests.scheduler.domain.deployability.world import D, accept

ALWAYS = ("2020-01-01", "")
HOLD = {
    "membership": ("from_date", "to_date"),
    "contract": ("from_date", "to_date"),
    "sharing_agreement": ("from_date", "to_date"),
    "passport": ("valid_from", "valid_to"),
}


def scrambled(seed: int) -> Tables:
    rng = Random(seed)
    tables = random_tables(seed) if seed % 2 else true_to_life(seed)[0]
    _third_member(tables)
    for file, names in HOLD.items():
        for row in tables[file]:
            if rng.random() < 0.5:
                row.update(zip(names, _days(rng), strict=True))
    _passports_and_agreements(tables, rng)
    _consent_and_travel(tables, rng)
    _competencies(tables, rng)
    _procedures(tables, rng)
    return tables


def _open_or(rng: Random, day: int) -> str:
    return rng.choice(["", D[day]])


def _days(rng: Random) -> tuple[str, str]:
    """First and last day, around the period's."""
    first = rng.randrange(0, 8)
    return (
        rng.choice([ALWAYS[0], ALWAYS[0], D[first]]),
        _open_or(rng, min(8, first + rng.randrange(0, 6))),
    )


def _third_member(tables: Tables) -> None:
    tables["organisation"].append({"id": "X", "name": "Third", "kind": "charity"})
    tables["membership"].append(
        {
            "collaborative_id": "COL",
            "organisation_id": "X",
            "from_date": ALWAYS[0],
            "to_date": ALWAYS[1],
        }
    )


def _passports_and_agreements(tables: Tables, rng: Random) -> None:
    for row in tables["passport"]:
        row["host_organisation_id"] = rng.choice([row["host_organisation_id"], ""])
        row["status"] = rng.choice(["active"] * 5 + ["suspended"])
        without_registration = ALL_CHECKS.replace("registration|", "")
        row["checks"] = rng.choice([ALL_CHECKS, ALL_CHECKS, without_registration, "identity"])
        row["route"] = rng.choice([row["route"], row["route"], "secondment"])
    for row in tables["sharing_agreement"]:
        row["service_id"] = rng.choice(["", "UCR"])


def _consent_and_travel(tables: Tables, rng: Random) -> None:
    for row in tables["staff"]:
        row["accepts_other_hosts"] = rng.choice(["yes", "yes", "no"])
        row["max_travel_minutes"] = rng.choice(["", "60", "5"])
        row["agreed_hosts"] = rng.choice(["", "", "A", "B|X", "X", "?B", "X|?A"])
        row["most_shifts_elsewhere"] = "0"  # a rule's matter: nobody is less cleared for it


def _competencies(tables: Tables, rng: Random) -> None:
    ids = ("C1", "C2")
    tables["competency"] = [{"id": c, "name": c, "kind": "clinical"} for c in ids]
    tables["service_competency"] = [
        {"service_id": "UCR", "role_id": rng.choice(["", "RN", "HCA"]), "competency_id": c}
        for c in ids
    ]
    tables["staff_competency"] = []
    for person in tables["staff"]:
        for competency_id in ids:
            first, last = rng.choice([ALWAYS, ALWAYS, _days(rng)])
            row = {"staff_id": person["id"], "competency_id": competency_id}
            tables["staff_competency"].append(row | {"valid_from": first, "valid_to": last})


def _procedures(tables: Tables, rng: Random) -> None:
    """Everybody's version ends in the week, and another follows or the same again."""
    tables["procedure"] = [{"id": "IPC", "name": "Infection prevention"}]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    tables["procedure_version"] = [
        {"procedure_id": "IPC", "organisation_id": organisation_id, "version": version}
        | {"from_date": first, "to_date": last}
        for organisation_id in "ABX"
        for version, first, last in (
            ("v1", ALWAYS[0], D[4]),
            (rng.choice(["v1", "v2"]), D[5], ALWAYS[1]),
        )
    ]
    signed = tables.setdefault("procedure_sign_off", [])
    for person in tables["staff"]:
        for organisation_id in rng.sample("ABX", 2):
            row = {
                "staff_id": person["id"],
                "procedure_id": "IPC",
                "organisation_id": organisation_id,
                "valid_from": ALWAYS[0],
                "valid_to": _open_or(rng, 6),
            }
            versions = rng.sample(["v1", "v2"], rng.choice([1, 2]))
            signed.extend({**row, "version": version} for version in versions)
    for one, other in (("A", "B"), ("B", "A"), ("X", "A"), ("X", "B")):
        if rng.random() < 0.7:
            accept(tables, one, other, *_days(rng))

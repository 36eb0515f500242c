"""What is best known of each instance: a roster and a proven bound, each with how it was found."""

import json
import math
from pathlib import Path
from typing import Any

from tests.bench.benchmark_set.instance import FOLDER, packed
from tests.bench.benchmark_set.solution import checker, solution_text


class NotBetter(ValueError):
    """A roster that is not valid, or a bound that cannot be right; says why."""


def best_known(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """The record by instance; empty where there is none."""
    file = folder / "best-known.json"
    found: dict[str, dict[str, Any]] = json.loads(file.read_bytes()) if file.exists() else {}
    return found


def write_best_known(record: dict[str, dict[str, Any]], folder: Path = FOLDER) -> None:
    """Write the record down, by the number of people."""
    ordered = dict(sorted(record.items(), key=lambda item: (item[1]["staff"], item[0])))
    (folder / "best-known.json").write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def roster_file(name: str, folder: Path = FOLDER) -> Path:
    """Where an instance's best known roster lies."""
    return folder / "rosters" / f"{name}.json.gz"


def instance_file(name: str, folder: Path = FOLDER) -> Path:
    """Where an instance lies, if it is stored."""
    return folder / "instances" / f"{name}.json.gz"


def offer_roster(
    entry: dict[str, Any],
    instance: dict[str, Any],
    solution: dict[str, Any],
    found: dict[str, Any],
    folder: Path = FOLDER,
) -> bool:
    """Take a roster into the record and among the files if it is cheaper than the best known one;
    whether it was. Raises NotBetter for one that is not valid.
    """
    judgement = checker().judge(instance, solution)
    if judgement.broken:
        raise NotBetter(f"{entry['instance']}: {judgement.broken[0][1]}")
    if entry.get("bound_pence", 0) > judgement.objective:
        raise NotBetter(
            f"{entry['instance']}: {judgement.objective} pence is below the bound"
            f" {entry['bound_pence']}: one of them is wrong"
        )
    if judgement.objective >= entry.get("objective_pence", math.inf):
        return False
    entry |= {"objective_pence": judgement.objective, "by_rule": judgement.pence, "roster": found}
    file = roster_file(entry["instance"], folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(packed(solution_text(solution)))
    _say_gap(entry)
    return True


def offer_bound(entry: dict[str, Any], bound_pence: float, found: dict[str, Any]) -> bool:
    """Take a proven lower bound into the record if it is higher; whether it was. Every roster costs
    whole pence, so a bound is rounded up to them. Raises NotBetter for one above a valid roster.
    """
    bound = math.ceil(bound_pence - 0.001)  # a bound is written with four decimals
    if bound > entry["objective_pence"]:
        raise NotBetter(
            f"{entry['instance']}: the bound {bound} is above a valid roster of"
            f" {entry['objective_pence']} pence"
        )
    if bound <= entry.get("bound_pence", -1):
        return False
    entry |= {"bound_pence": bound, "bound": found}
    _say_gap(entry)
    return True


def _say_gap(entry: dict[str, Any]) -> None:
    """(objective - bound) / objective, as it is now."""
    if "bound_pence" in entry:
        cost = entry["objective_pence"]
        entry["gap"] = round((cost - entry["bound_pence"]) / cost, 6) if cost else 0.0

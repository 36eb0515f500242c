"""Solves public rostering instances with the program's own search and says how far from the best
known it ends.

    python -m tests.bench.bench_public --time-limit 60 FILE ...

Each instance becomes facts of the data contract and is solved under the same catalogue by the same
search as every roster. Each roster is written beside the results; the cost printed last is found by
a checker that reads the roster's cells alone.
"""

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from solver.search.choose import search
from solver.search.strategy import Limits, Progress
from tests.bench.public.checker import broken, cost
from tests.bench.public.instance import NotAnInstance, read, read_roster, write_roster
from tests.bench.public.mapping import policy_of, problem_of, rows_of

ROOT = Path(__file__).parents[2]
BEST_KNOWN = ROOT / "data" / "benchmarks" / "curtois-best-known.csv"
UNIT = 6000
"""Sixtieths of a penny in one unit of an instance's cost: a pound."""
MOMENTS = (5, 10, 20, 30, 60, 120, 300, 600)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "instances", type=Path, nargs="+", help="files in the format of Curtois and Qu"
    )
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument(
        "--to",
        type=Path,
        default=ROOT / "build" / "bench-public",
        help="folder of the rosters and results",
    )
    given = parser.parse_args(arguments)
    missing = [str(path) for path in given.instances if not path.is_file()]
    if missing:
        sys.exit(f'No such file: {", ".join(missing)}. Name instances with INSTANCES="FILE ...".')
    print(
        f"{'instance':<16}{'cost':>8}{'bound':>8}{'gap':>8}{'seconds':>9}"
        f"{'best known':>12}{'checker':>9}",
        flush=True,
    )
    results = []
    for path in given.instances:
        try:
            result = solve(path, Limits(given.time_limit, given.workers, given.seed), given.to)
        except NotAnInstance as error:
            sys.exit(str(error))
        print(line(result), flush=True)
        results.append(result)
    file = write(
        results,
        given.to,
        {"time_limit": given.time_limit, "seed": given.seed, "workers": given.workers},
    )
    print(f"Rosters and {file.name} are in {given.to}")
    sys.exit(1 if any(result["broken"] for result in results) else 0)


def solve(path: Path, limits: Limits, folder: Path) -> dict[str, Any]:
    """One instance: what was found, and what the checker says of it."""
    instance = read(path)
    began = time.monotonic()
    problem, policy = problem_of(instance), policy_of(instance)
    history: list[Progress] = []
    left = Limits(limits.seconds - (time.monotonic() - began), limits.workers, limits.seed)
    found = search(problem, policy, left, history.append, lambda: False)
    seconds = time.monotonic() - began
    result: dict[str, Any] = {
        "instance": instance.name,
        "days": instance.days,
        "staff": len(instance.employees),
        "shift_types": len(instance.minutes),
        "status": found.status,
        "seconds": round(seconds, 1),
        "best_known": best_known().get(instance.name),
        "bound": -(-found.bound // UNIT),
        "broken": [],
        "cost": None,
        "checker": None,
        "gap": None,
        "cost_after": {
            str(moment): _best_at(history, moment) for moment in MOMENTS if moment <= limits.seconds
        },
    }
    if found.roster is not None:
        file = folder / f"{instance.name}.roster"
        write_roster(rows_of(instance, problem, found.roster), file)
        rows = read_roster(file)
        assert found.objective is not None
        result |= {
            "cost": found.objective / UNIT,
            "checker": cost(instance, rows),
            "broken": broken(instance, rows),
        }
        result["gap"] = (
            (result["cost"] - result["bound"]) / result["cost"] if result["cost"] else 0.0
        )
    return result


def _best_at(history: Sequence[Progress], moment: float) -> float | None:
    best = [
        progress.best
        for progress in history
        if progress.best is not None and progress.seconds <= moment
    ]
    return min(best) / UNIT if best else None


def best_known() -> dict[str, int]:
    """Instance -> cost of the best published roster."""
    with BEST_KNOWN.open(encoding="utf-8") as file:
        return {row["instance"]: int(row["best_known"]) for row in csv.DictReader(file)}


def line(result: dict[str, Any]) -> str:
    cost_text, gap_text = (
        ("none", "-") if result["cost"] is None else (f"{result['cost']:g}", f"{result['gap']:.2%}")
    )
    known, checked = (
        result["best_known"] or "-",
        ("-" if result["checker"] is None else result["checker"]),
    )
    text = (
        f"{result['instance']:<16}{cost_text:>8}{result['bound']:>8}{gap_text:>8}"
        f"{result['seconds']:>9.1f}{known!s:>12}{checked!s:>9}"
    )
    return text + "".join(f"\n    BROKEN: {sentence}" for sentence in result["broken"])


def write(results: Sequence[dict[str, Any]], folder: Path, protocol: dict[str, Any]) -> Path:
    """The results with date, commit and machine."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT
    ).stdout.strip()
    document = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "protocol": protocol,
        "results": list(results),
    }
    file = folder / "results.json"
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    main()

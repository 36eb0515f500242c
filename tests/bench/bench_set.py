"""The benchmark set for others: write its instances, solve them, take better rosters and bounds.

    python -m tests.bench.bench_set write usual-3000 --to FOLDER
    python -m tests.bench.bench_set solve usual-30 shortage-100 --time-limit 60 --workers 2
    python -m tests.bench.bench_set take usual-30 --solution FILE --by "WHO" --note "HOW"

`write` makes an instance anew and says whether it is the one that is written down; `solve` lets our
program search; `take` takes a roster that somebody else found. Only what is better than
data/benchmark-set/best-known.json goes there.
"""

import argparse
import os
import platform
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.benchmark_set.instance import (
    FOLDER,
    RECIPES,
    Flattening,
    Recipe,
    benchmark_policy,
    packed,
    sha256_of,
    text_of,
)
from tests.bench.benchmark_set.record import (
    best_known,
    instance_file,
    offer_bound,
    offer_roster,
    write_best_known,
)
from tests.bench.benchmark_set.solution import checker, solution_of

MOST_STAFF_STORED = 3000
"""Larger instances are made by a command, so that the folder stays small."""
OURS = "the scheduler of this repository"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("do", choices=["write", "solve", "take"])
    parser.add_argument("names", nargs="*", metavar="INSTANCE", default=[])
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds of each search")
    parser.add_argument("--workers", type=int, default=2, help="of the search")
    parser.add_argument("--seed", type=int, default=1, help="of the search")
    parser.add_argument("--solution", type=Path, help="the roster to take")
    parser.add_argument("--by", default=OURS, help="who found it")
    parser.add_argument("--note", default="", help="what else to record")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the set")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in RECIPES]
    if unknown:
        parser.error(f"no instance {', '.join(unknown)}; there are {', '.join(RECIPES)}")
    if given.do == "take" and (len(given.names) != 1 or given.solution is None):
        parser.error("take needs one instance and its --solution")
    for name in given.names or RECIPES:
        if given.do == "write":
            print(written(RECIPES[name], given.to), flush=True)
        elif given.do == "solve":
            print(solved(RECIPES[name], given), flush=True)
        else:
            print(taken(RECIPES[name], given), flush=True)


def written(recipe: Recipe, folder: Path) -> str:
    """Make an instance, write it into the folder and say whether it is the one of the record."""
    policy = benchmark_policy()
    text = text_of(Flattening(recipe, recipe.problem(policy), policy).instance())
    file = instance_file(recipe.name, folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(packed(text))
    known = best_known().get(recipe.name, {}).get("sha256")
    said = "as written down" if known == sha256_of(text) else f"written down is {known}"
    return f"{recipe.name}: {file}, SHA-256 {sha256_of(text)}, {said}"


def solved(recipe: Recipe, given: argparse.Namespace) -> str:
    """Search for a roster and a bound, and take what is better than the record."""
    from scheduler.domain.roster import Roster, assignment_of
    from scheduler.services.limits.memory import look_for_cycles_seldom
    from scheduler.services.rosters.dask_solver_pool import solver_pool
    from scheduler.services.rosters.solve import NoRosterInTime, solve_problem
    from solver.search.strategy import Limits

    look_for_cycles_seldom()
    policy = benchmark_policy()
    problem = recipe.problem(policy)
    flat = Flattening(recipe, problem, policy)
    instance = flat.instance()
    text = text_of(instance)
    record = best_known(given.to)
    entry = entry_of(record, recipe, instance, text, len(problem.pairs_duty))
    if recipe.staff <= MOST_STAFF_STORED:
        file = instance_file(recipe.name, given.to)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(packed(text))
    began = time.monotonic()
    try:
        with solver_pool(len(problem.pairs_duty)) as helpers:
            outcome = solve_problem(
                problem,
                policy,
                Limits(given.time_limit, given.workers, given.seed),
                problem.dataset.sha256(),
                solver_pool=helpers,
            )
    except NoRosterInTime as error:
        return f"{recipe.name}: no roster in {given.time_limit:g} s ({error})"
    if outcome.document is None:
        return f"{recipe.name}: the facts clash"
    roster = Roster.of(map(assignment_of, outcome.document.assignments))
    summary = outcome.document.summary
    found = how(given, seconds=round(time.monotonic() - began, 1))
    solution = solution_of(flat, roster, entry["sha256"])
    better = offer_roster(entry, instance, solution, found, given.to)
    if entry["objective_pence"] > summary["objective_pence"] or (
        better and entry["objective_pence"] != summary["objective_pence"]
    ):
        raise AssertionError(f"{recipe.name}: the check and our own disagree on the price")
    higher = offer_bound(entry, summary["bound_pence"], found)
    write_best_known(record, given.to)
    return (
        f"{recipe.name}: {summary['objective_pence']} pence, bound {summary['bound_pence']}"
        f"{', a better roster' * better}{', a better bound' * higher}; best known"
        f" {entry['objective_pence']}, bound {entry['bound_pence']}, gap {100 * entry['gap']:.2f} %"
    )


def taken(recipe: Recipe, given: argparse.Namespace) -> str:
    """Take somebody else's roster, of an instance whose file is stored, if it is better."""
    check = checker()
    record = best_known(given.to)
    instance, sha256 = check.read(instance_file(recipe.name, given.to))
    solution, _ = check.read(given.solution)
    entry = record[recipe.name]
    if {sha256, solution.get("sha256", sha256)} != {entry["sha256"]}:
        return f"{recipe.name}: the roster is of another instance"
    better = offer_roster(entry, instance, solution, how(given), given.to)
    write_best_known(record, given.to)
    return f"{recipe.name}: {'taken' if better else 'not better than what is known'}"


def entry_of(
    record: dict[str, dict[str, Any]],
    recipe: Recipe,
    instance: dict[str, Any],
    text: bytes,
    pairs: int,
) -> dict[str, Any]:
    """The instance's place in the record, made where there is none. Raises ValueError where the
    record is of another instance: what is published stays.
    """
    entry = record.setdefault(
        recipe.name,
        {
            "instance": recipe.name,
            "file": (
                f"instances/{recipe.name}.json.gz" if recipe.staff <= MOST_STAFF_STORED else None
            ),
            "sha256": sha256_of(text),
            "staff": recipe.staff,
            "days": recipe.days,
            "people": len(instance["people"]),
            "contracts": len(instance["contracts"]),
            "demand_rows": len(instance["demand"]),
            "eligible_pairs": pairs,
        },
    )
    if entry["sha256"] != sha256_of(text):
        raise ValueError(f"{recipe.name} is made otherwise than it was published")
    return entry


def how(given: argparse.Namespace, seconds: float | None = None) -> dict[str, Any]:
    """By whom, when and on what something was found."""
    found: dict[str, Any] = {"by": given.by, "date": datetime.now(UTC).date().isoformat()}
    if seconds is not None:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
        )
        found |= {
            "seconds": seconds,
            "workers": given.workers,
            "seed": given.seed,
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "commit": commit.stdout.strip(),
        }
    return found | ({"note": given.note} if given.note else {})


if __name__ == "__main__":
    main()

"""Measures the search on generated collaboratives: time to first roster, gap over time, memory.

    python -m tests.bench.bench_search --sizes 100 300 1000 --time-limit 60

Each size runs in a process of its own, so that its peak memory is its own. The result is written to
data/benchmarks/<date>-search.json, beside what was measured before.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "data" / "benchmarks"
MOMENTS = (5, 10, 20, 30, 60, 120, 300)
"""Seconds after the start of the search at which the gap is read."""
MEBIBYTE = 1024 * 1024

PROTOCOL = (
    "Synthetic collaborative of that many staff and seed, one week, default policy. One process per"
    " size. 'problem' is building the problem from facts in memory (deployable pairs included),"
    " 'first_roster' and the gaps count from the start of the search, which builds its own model."
    " 'search' is the search alone; 'whole' adds the independent check and the causes of vacancies."
    " Peak memory is the process's largest resident set."
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[100, 300, 1000], help="numbers of staff"
    )
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds of each search")
    parser.add_argument("--seed", type=int, default=1, help="of the data and of the search")
    parser.add_argument("--workers", type=int, default=8, help="of the search")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the results")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one is not None:
        given.one.write_text(
            json.dumps(measure(given.sizes[0], given.seed, given.workers, given.time_limit)),
            encoding="utf-8",
        )
        return
    results = []
    for size in given.sizes:
        print(f"{size} staff ...", flush=True)
        result = _in_own_process(size, given)
        results.append(result)
        print(_line(result), flush=True)
    file = write(
        results,
        given.to,
        {"time_limit": given.time_limit, "seed": given.seed, "workers": given.workers},
    )
    print(f"Wrote {file}")


def _in_own_process(size: int, given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "one.json"
        command = [
            sys.executable,
            "-m",
            "tests.bench.bench_search",
            "--one",
            str(answer),
            "--sizes",
            str(size),
        ]
        command += [
            "--time-limit",
            str(given.time_limit),
            "--seed",
            str(given.seed),
            "--workers",
            str(given.workers),
        ]
        ended = subprocess.run(command, check=False)
        if ended.returncode != 0 or not answer.exists():  # the losing cases are kept too
            return {"staff": size, "status": f"failed with exit code {ended.returncode}"}
        found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return found


def measure(staff: int, seed: int, workers: int, seconds: float) -> dict[str, Any]:
    """One size, in this process."""
    from scheduler.domain.dataset import Dataset
    from scheduler.domain.problem import Period, build_problem
    from scheduler.services.rosters import solve
    from scheduler.synthetic import DEFAULT_START, generate
    from solver.policy.policy import Policy
    from solver.search.strategy import Limits

    dataset = Dataset.from_cells(generate(staff, seed))
    policy = Policy.from_tables()
    began = time.monotonic()
    problem = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    built = time.monotonic()
    figures: dict[str, Any] = {
        "staff": staff,
        "people": len(problem.people),
        "demand_rows": len(problem.duties),
        "deployable_pairs": len(problem.pairs_duty),
        "seconds": {"problem": round(built - began, 2)},
    }
    try:
        outcome = solve.solve_problem(
            problem, policy, Limits(seconds, workers, seed), dataset.sha256()
        )
    except solve.NoRosterInTime as error:
        return {
            **figures,
            "status": "no_roster",
            "message": str(error),
            "peak_mebibytes": peak_mebibytes(),
        }
    whole = time.monotonic() - built
    if outcome.document is None:
        return {
            **figures,
            "status": "clash",
            "facts": [fact.sentence for fact in outcome.clash.facts],
            "peak_mebibytes": peak_mebibytes(),
        }
    summary = outcome.document.summary
    phases = {progress.phase: progress.seconds for progress in reversed(outcome.history)}
    figures["seconds"] |= {"search": summary["seconds"], "whole": round(whole, 2)}
    return {
        **figures,
        "status": summary["status"],
        "first_roster_seconds": next(
            (round(p.seconds, 2) for p in outcome.history if p.best is not None), None
        ),
        "phases_begin": {
            phase: round(phases[phase], 2)
            for phase in sorted(phases, key=lambda phase: phases[phase])
        },
        "over_time": [_at(outcome.history, moment) for moment in MOMENTS if moment <= seconds],
        **{
            name: summary[name]
            for name in (
                "objective_pence",
                "bound_pence",
                "gap",
                "hours",
                "hours_by_pay",
                "versions",
            )
        },
        "peak_mebibytes": peak_mebibytes(),
    }


def _at(history: Sequence[Any], moment: float) -> dict[str, Any]:
    """Best, bound [pence] and gap as they stood so many seconds after the start of the search."""
    known = [progress for progress in history if progress.seconds <= moment]
    latest = known[-1] if known else None
    best, bound = (latest.best, latest.bound) if latest else (None, None)
    return {
        "seconds": moment,
        "best_pence": None if best is None else round(best / 60),
        "bound_pence": None if bound is None else round(bound / 60),
        "gap": latest.gap if latest else None,
    }


def peak_mebibytes() -> int | None:
    """The largest resident set of this process so far."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / MEBIBYTE if sys.platform == "darwin" else peak / 1024)


def machine() -> dict[str, Any]:
    """What it was measured on."""
    model = platform.processor()
    memory = None
    if sys.platform == "linux":
        names = [
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
        memory = round(
            os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE / 1024, 1
        )
    return {
        "cores": os.cpu_count(),
        "memory_gibibytes": memory,
        "cpu": model,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def commit() -> str | None:
    """The state of the source, where git knows it; `+` for changes that are not committed."""
    try:
        head = _git("rev-parse", "--short", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=FOLDER.parents[1], check=True, capture_output=True, text=True
    ).stdout.strip()


def write(
    results: Sequence[dict[str, Any]],
    folder: Path,
    options: dict[str, Any],
    *,
    name: str = "search",
    protocol: str = PROTOCOL,
) -> Path:
    """A file for the day and the bench's name; later ones of the same day get a number, for nothing
    measured is overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{date.today().isoformat()}-{name}"
    file, number = folder / f"{stem}.json", 1
    while file.exists():
        number += 1
        file = folder / f"{stem}-{number}.json"
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "protocol": protocol,
        "options": options,
        "results": list(results),
    }
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def _line(result: dict[str, Any]) -> str:
    if "objective_pence" not in result:
        return f"  {result['status']}"
    return (
        f"  {result['people']} people, {result['demand_rows']} demand rows,"
        f" {result['deployable_pairs']} pairs: first roster after {result['first_roster_seconds']}"
        f" s, £{result['objective_pence'] / 100:,.0f}, gap {100 * result['gap']:.2f} %,"
        f" {result['peak_mebibytes']} MiB"
    )


if __name__ == "__main__":
    main()

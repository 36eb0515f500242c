"""What the distributed engine gives and costs: a sweep and one large roster on one process and on
two, the overhead of a task, and how far it would scale.

    python -m tests.bench.bench_engine --staff 60 --solves 40

Each solve of the sweep does a fixed amount of work (CP-SAT's own count, one thread), so that wall
times compare. The results go to data/benchmarks/<date>-engine.json.
"""

import argparse
import heapq
import json
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, build_problem
from scheduler.engine.executor import Call
from scheduler.engine.on_processes import ProcessExecutor
from scheduler.services.rosters.dask_solver_pool import EngineSolverPool
from scheduler.synthetic import DEFAULT_START, generate
from solver.policy.policy import Policy
from solver.search.choose import search
from solver.search.strategy import Limits, Progress
from tests.bench.bench_search import FOLDER, commit, machine

PROTOCOL = (
    "Facts travel once to each process; problem and model are built where they are solved. Sweep:"
    " the same week with different seeds, one thread each, limited by CP-SAT's count of its work."
    " Rounds of one process and of two alternate, each on an engine that is there already; the"
    " ratio is of their best wall times. Overhead: wall time of tasks that do nothing but read the"
    " facts, on one process. Simulation: the measured solve times in their order, given out one"
    " after another by a scheduler that needs the measured overhead for each, to workers that first"
    " wait for the facts one after another. Large roster: its parts are the tasks; time until the"
    " gap is reached at which the run on one process ended."
)
WIDTHS = (1, 2, 4, 8, 16, 32, 64)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--staff", type=int, default=60)
    parser.add_argument("--solves", type=int, default=40)
    parser.add_argument(
        "--effort",
        type=float,
        default=0.2,
        help="limit of each solve in CP-SAT's count, of which a unit is about a second",
    )
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--empty", type=int, default=1000, help="tasks that do nothing, for the overhead of one"
    )
    parser.add_argument(
        "--large", default="1000:120", metavar="STAFF:SECONDS", help="the large roster; 0:0 = none"
    )
    parser.add_argument(
        "--note", default="", help="what else to record, such as how busy the machine was"
    )
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the results")
    given = parser.parse_args(arguments)
    facts = generate(given.staff, 1)
    results = measure(
        Dataset.from_cells(facts), given.solves, given.effort, given.rounds, given.empty
    )
    staff, seconds = given.large.split(":")
    if int(staff):
        results["large_roster"] = large(int(staff), float(seconds))
    for line in in_words(results):
        print(line)
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "protocol": PROTOCOL,
        "options": {key: value for key, value in vars(given).items() if key not in ("to",)},
        "results": results,
    }
    given.to.mkdir(parents=True, exist_ok=True)
    file = given.to / f"{date.today().isoformat()}-engine.json"
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Wrote {file}")


def solve(shared: tuple[Dataset, float], seed: int, call: Call) -> float:
    """One solve of the sweep; seconds that it took."""
    dataset, effort = shared
    began = time.monotonic()
    policy = Policy.from_tables()
    problem = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    found = search(
        problem,
        policy,
        Limits(effort, 1, seed, deterministic=True),
        lambda _: None,
        call.should_stop,
    )
    assert found.roster is not None
    return time.monotonic() - began


def nothing(shared: tuple[Dataset, float], number: int, call: Call) -> int:
    return len(shared[0].staff) + number


def measure(
    dataset: Dataset, solves: int, effort: float, rounds: int, empty: int
) -> dict[str, Any]:
    walls: dict[int, list[float]] = {1: [], 2: []}
    times: list[float] = []
    first: list[float] = []
    each = 0.0
    engines = {width: ProcessExecutor.of(width) for width in walls}
    try:
        for (
            width,
            engine,
        ) in engines.items():  # imports and the facts reach every process before anything is timed
            first.append(
                _timed(
                    lambda engine=engine, width=width: list(
                        engine.map(nothing, (dataset, effort), range(8 * width))
                    )
                )
            )  # type: ignore[misc]
        for _ in range(rounds):
            for width, engine in engines.items():
                began = time.monotonic()
                ended = list(engine.map(solve, (dataset, effort), range(solves)))
                walls[width].append(time.monotonic() - began)
                assert len(ended) == solves
                assert all(done.error is None for done in ended), [
                    str(done.error) for done in ended
                ]
                if width == 1:
                    times = [done.value for done in sorted(ended, key=lambda done: done.index)]
        each = (
            _timed(lambda: list(engines[1].map(nothing, (dataset, effort), range(empty)))) / empty
        )
    finally:
        for engine in engines.values():
            engine.close()
    simulated = {width: simulate(times, width, each, first[0]) for width in WIDTHS}
    alone = simulated[1]
    return {
        "wall_seconds": {
            str(width): [round(wall, 2) for wall in found] for width, found in walls.items()
        },
        "speed_up_of_two": round(min(walls[1]) / min(walls[2]), 2),
        "seconds_a_solve": round(mean(times), 3),
        "overhead_seconds_a_task": round(each, 5),
        "first_word_seconds": round(first[0], 3),
        "simulated": [
            {
                "workers": width,
                "seconds": round(seconds, 2),
                "speed_up": round(alone / seconds, 2),
                "efficiency": round(alone / seconds / width, 2),
            }
            for width, seconds in simulated.items()
        ],
    }


def large(staff: int, seconds: float) -> dict[str, Any]:
    """One roster whose parts are solved on one process and on two."""
    dataset = Dataset.from_cells(generate(staff, 1))
    policy = Policy.from_tables()
    problem = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    runs: dict[int, list[Progress]] = {}
    sent: dict[int, int] = {}
    for width in (1, 2):
        engine = ProcessExecutor.of(width)
        try:
            helpers, runs[width] = EngineSolverPool(engine), []
            search(
                problem,
                policy,
                Limits(seconds, 8, 1),
                runs[width].append,
                lambda: False,
                None,
                helpers,
            )
            sent[width] = helpers.sent
        finally:
            engine.close()
    final = min(progress.gap for progress in runs[1] if progress.gap is not None)
    reached = {width: _when(course, final) for width, course in runs.items()}
    return {
        "staff": staff,
        "time_limit": seconds,
        "tasks": sent,
        "gap_on_one": final,
        "seconds_to_it": reached,
        "gap_on_two": min(progress.gap for progress in runs[2] if progress.gap is not None),
        "begins_to_improve": {width: _improving(course) for width, course in runs.items()},
    }


def _when(course: Sequence[Progress], gap: float) -> float | None:
    return next(
        (
            round(progress.seconds, 1)
            for progress in course
            if progress.gap is not None and progress.gap <= gap
        ),
        None,
    )


def _improving(course: Sequence[Progress]) -> float | None:
    return next(
        (round(progress.seconds, 1) for progress in course if progress.phase == "improving"), None
    )


def _timed(act: Any) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def simulate(times: Sequence[float], workers: int, overhead: float, transfer: float) -> float:
    """Seconds until the last of these tasks ends. Facts go to one worker after the other, tasks are
    given out one after the other.
    """
    free = [transfer * (number + 1) for number in range(workers)]
    heapq.heapify(free)
    given = 0.0
    ends = []
    for seconds in times:
        given += overhead
        begin = max(given, heapq.heappop(free))
        heapq.heappush(free, begin + seconds)
        ends.append(begin + seconds)
    return max(ends)


def in_words(results: dict[str, Any]) -> list[str]:
    walls = results["wall_seconds"]
    lines = [
        (
            f"Sweep: {min(walls['1']):.1f} s on one process, {min(walls['2']):.1f} s on two:"
            f" {results['speed_up_of_two']:.2f} times as fast."
        ),
        (
            f"Overhead: {1000 * results['overhead_seconds_a_task']:.1f} ms a task; facts and first"
            f" words {results['first_word_seconds']:.2f} s."
        ),
    ]
    if found := results.get("large_roster"):
        lines.append(
            f"{found['staff']:,} staff: gap {found['gap_on_one']:.2%} after"
            f" {found['seconds_to_it'][1]} s on one process, after {found['seconds_to_it'][2]} s on"
            f" two, which end at {found['gap_on_two']:.2%}; parts sent: {found['tasks']}."
        )
    for row in results["simulated"]:
        lines.append(
            f"Simulated, {row['workers']:>2} workers: {row['seconds']:.1f} s, {row['speed_up']:.1f}"
            f" times, efficiency {row['efficiency']:.0%}"
        )
    return lines


if __name__ == "__main__":
    main()

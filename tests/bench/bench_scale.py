"""Gap over time for each size: the strategy that the program chooses against the direct model, as
data and as a chart.

    python -m tests.bench.bench_scale --cases 300:30 1000:120 3000:300

A case is STAFF:SECONDS, or STAFF:SECONDS:dense where everybody may work nearly anywhere. Strategies
of a case run one after another, each in a process of its own, with the same limit. The results go
to data/benchmarks/<date>-scale.json and the chart beside them.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.bench.bench_search import FOLDER, commit, machine, peak_mebibytes

PROTOCOL = (
    "Synthetic collaborative of that many staff, one week, default policy, facts in memory. One"
    " process per case and strategy, one after another. Seconds count from the start of the search,"
    " which includes building its models; 'problem' is deployability before that. The final"
    " objective is recomputed by the independent check. Peak memory is the process's largest"
    " resident set."
)
COLOURS = {"one direct CP-SAT model": "#8a8d91", "this program": "#005eb8"}
"""Of the lines, by strategy: direct and chosen."""


@dataclass(frozen=True)
class Case:
    """A size and its time limit [s]."""

    staff: int
    time_limit: float
    dense: bool

    @classmethod
    def read(cls, text: str) -> "Case":
        found = re.fullmatch(r"(\d+):(\d+(?:\.\d+)?)(:dense)?", text)
        if found is None:
            raise SystemExit(f"{text!r} is no case: STAFF:SECONDS or STAFF:SECONDS:dense")
        return cls(int(found[1]), float(found[2]), bool(found[3]))

    def __str__(self) -> str:
        return f"{self.staff}:{self.time_limit:g}" + ":dense" * self.dense


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--cases",
        nargs="+",
        default=["300:30", "1000:120", "3000:300"],
        help="STAFF:SECONDS or STAFF:SECONDS:dense",
    )
    parser.add_argument(
        "--strategies", nargs="+", choices=["chosen", "direct"], default=["chosen", "direct"]
    )
    parser.add_argument("--seed", type=int, default=1, help="of the data and of the search")
    parser.add_argument("--workers", type=int, default=8, help="of the search")
    parser.add_argument(
        "--note", default="", help="what else to record, such as how busy the machine was"
    )
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the results")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    cases = [Case.read(case) for case in given.cases]
    if given.one is not None:
        given.one.write_text(
            json.dumps(measure(cases[0], given.strategies[0], given.seed, given.workers)),
            encoding="utf-8",
        )
        return
    results = []
    for case in cases:
        for strategy in given.strategies:
            print(f"{case}, {strategy} ...", flush=True)
            results.append(_in_own_process(case, strategy, given))
            print("  " + _line(results[-1]), flush=True)
    options = {
        "cases": given.cases,
        "seed": given.seed,
        "workers": given.workers,
        "note": given.note,
    }
    file = write(results, given.to, options)
    print(f"Wrote {file} and {draw(file)}")


def _in_own_process(case: Case, strategy: str, given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "one.json"
        command = [
            sys.executable,
            "-m",
            "tests.bench.bench_scale",
            "--one",
            str(answer),
            "--cases",
            str(case),
        ]
        command += [
            "--strategies",
            strategy,
            "--seed",
            str(given.seed),
            "--workers",
            str(given.workers),
        ]
        ended = subprocess.run(command, check=False)
        if ended.returncode != 0 or not answer.exists():  # the losing cases are kept too
            return {
                **asdict(case),
                "strategy": strategy,
                "status": f"failed with exit code {ended.returncode}",
            }
        found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return found


def measure(case: Case, strategy: str, seed: int, workers: int) -> dict[str, Any]:
    """One case with one strategy, in this process."""
    from scheduler.domain.dataset import Dataset
    from scheduler.domain.problem import Period, build_problem
    from scheduler.services.limits.memory import look_for_cycles_seldom
    from scheduler.synthetic import DEFAULT_START, NATURES, generate
    from solver.evaluate.verify import pence, verify
    from solver.policy.policy import Policy
    from solver.search.choose import search
    from solver.search.direct import direct
    from solver.search.strategy import Limits, Progress, gap

    look_for_cycles_seldom()
    dataset = Dataset.from_cells(
        generate(case.staff, seed, nature=NATURES["dense" if case.dense else "usual"])
    )
    policy = Policy.from_tables()
    began = time.monotonic()
    problem = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    built = time.monotonic() - began
    history: list[Progress] = []
    run = direct if strategy == "direct" else search
    began = time.monotonic()
    found = run(
        problem, policy, Limits(case.time_limit, workers, seed), history.append, lambda: False
    )
    took = time.monotonic() - began
    figures: dict[str, Any] = {
        **asdict(case),
        "strategy": strategy,
        "people": len(problem.people),
        "demand_rows": len(problem.duties),
        "deployable_pairs": len(problem.pairs_duty),
        "status": found.status,
        "seconds": {"problem": round(built, 2), "search": round(took, 2)},
        "phases_begin": _phases(history),
        "over_time": _course(history),
        "peak_mebibytes": peak_mebibytes(),
    }
    if found.roster is None:
        return figures
    report = verify(problem, policy, found.roster)
    return figures | {
        "objective_pence": report.objective_pence,
        "bound_pence": pence(found.bound),
        "gap": gap(report.objective, found.bound),
        "breaches": len(report.breaches),
    }


def _phases(history: Sequence[Any]) -> dict[str, float]:
    begin: dict[str, float] = {}
    for progress in history:
        begin.setdefault(progress.phase, round(progress.seconds, 2))
    return begin


def _course(history: Sequence[Any]) -> list[dict[str, Any]]:
    """Where best or bound moved: at most some hundred moments, each with what was known by then
    [pence].
    """
    known = [
        progress for progress in history if progress.best is not None and progress.bound is not None
    ]
    kept = known[:: max(1, len(known) // 200)] + known[-1:]
    return [
        {
            "seconds": round(p.seconds, 2),
            "best_pence": round(p.best / 60),
            "bound_pence": round(p.bound / 60),
            "gap": p.gap,
        }
        for p in kept
    ]


def write(results: Sequence[dict[str, Any]], folder: Path, options: dict[str, Any]) -> Path:
    """A file for the day; later ones of the same day get a number, for nothing measured is
    overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem, number = f"{date.today().isoformat()}-scale", 1
    file = folder / f"{stem}.json"
    while file.exists():
        number += 1
        file = folder / f"{stem}-{number}.json"
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "protocol": PROTOCOL,
        "options": options,
        "results": list(results),
    }
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def draw(file: Path) -> Path:
    """The chart of a file of results, as SVG beside it: a panel for each case, gap on a logarithmic
    scale.
    """
    import altair as alt

    def panel(result: dict[str, Any]) -> str:
        return (
            f"{result['staff']:,} staff"
            + (", dense" if result.get("dense") else "")
            + f", {result['time_limit']:g} s"
        )

    document = json.loads(file.read_text(encoding="utf-8"))
    panels = list(dict.fromkeys(panel(result) for result in document["results"]))
    rows = [
        {
            "panel": panel(result),
            "strategy": names[result["strategy"]],
            "seconds": moment["seconds"],
            "gap": max(100 * moment["gap"], 0.01),
        }
        for names in [dict(zip(("direct", "chosen"), COLOURS, strict=True))]
        for result in document["results"]
        for moment in result.get("over_time", ())
    ]
    chart = alt.concat(
        *(
            alt.Chart(
                alt.Data(values=[row for row in rows if row["panel"] == name]),
                width=230,
                height=200,
                title=name,
            )
            .mark_line(interpolate="step-after", strokeWidth=2.5)
            .encode(
                x=alt.X("seconds:Q", title="seconds", scale=alt.Scale(zero=True)),
                y=alt.Y(
                    "gap:Q",
                    title="gap [%]",
                    scale=alt.Scale(type="log", domain=[0.1, 100], clamp=True),
                ),
                color=alt.Color(
                    "strategy:N",
                    title=None,
                    scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
                    legend=alt.Legend(orient="bottom"),
                ),
            )
            for name in panels
        ),
        columns=4,
    ).configure_view(stroke=None)
    target = file.with_suffix(".svg")
    chart.save(target)
    return target


def _line(result: dict[str, Any]) -> str:
    if "objective_pence" not in result:
        return str(result["status"])
    return (
        f"£{result['objective_pence'] / 100:,.0f}, gap {100 * result['gap']:.2f} %,"
        f" {result['peak_mebibytes']} MiB, {result['breaches']} breaches"
    )


if __name__ == "__main__":
    main()

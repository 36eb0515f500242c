"""How far the proof travels: roster, bound and gap over data of many natures, the losing cases
first.

    python -m tests.bench.bench_proof --time-limit 60
    python -m tests.bench.bench_proof --cases example:2027-01-18+published shortage:150
    usual:300@cover-only --half all
    python -m tests.bench.bench_proof --folders FOLDER FOLDER

A case is NATURE:STAFF, example:DATE or folder:PATH; behind it may stand `+published` (the weeks
before are built and published first), `:DAYS` for another period than a week and `@POLICY` for a
policy of data/policies or tests/bench/policies, in this order:

    shortage:150            a generated collaborative of that nature and so many staff
    example:2027-01-18      the example of mid and south Essex beside its neighbour, as `make demo`
    has them, in that week
    folder:PATH             the first collaborative of a dataset, in the week of its first dated
    demand

Each case runs in a process of its own. The results go to data/benchmarks/<date>-proof.json.
"""

import argparse
import hashlib
import multiprocessing
import re
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from scheduler.synthetic import DEFAULT_START, LEAST_STAFF, NATURES, generate
from tests.bench.bench_search import FOLDER, peak_mebibytes, write

if TYPE_CHECKING:  # the parent stays small: a child's peak memory begins with its parent's
    from scheduler.domain.dataset import Dataset
    from scheduler.domain.duty import KnownShift
    from scheduler.domain.problem import Period, Problem
    from scheduler.domain.roster import AssignmentLine
    from scheduler.services.rosters.solve import Outcome
    from solver.policy.policy import Policy
    from solver.search.strategy import Progress

T = TypeVar("T")
Half = Literal["tune", "report"]
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "data" / "examples"
POLICIES = ROOT / "data" / "policies", Path(__file__).parent / "policies"
EXAMPLE_START = DEFAULT_START
"""The first week of the example: `+published` builds the weeks from here on."""
WEEK = timedelta(days=7)
WHOLE_WEEKS = range(14, 400, 7)
"""Longer periods [days] that are compared with their weeks built in turn."""
MOMENTS_KEPT = 120
"""At most so many moments of a course are kept."""

PROTOCOL = (
    "One process per case, one after another. 'problem' is building the problem from facts in"
    " memory, deployable pairs included; 'search' is the search alone, which builds its own models;"
    " 'whole' is everything from the facts to the checked roster. First roster and course count"
    " from the start of the search. Objective: recomputed by the independent check, which must"
    " accept the roster; 'breaches' of hard rules. Weeks published before are built in a process of"
    " their own, with the time limit for earlier weeks each, and are known shifts of the week"
    " measured. In turn: the weeks of a longer period built one after another, each with its share"
    " of the time, and the whole priced by the check as one period. Peak memory is the process's"
    " largest resident set. Half: by the SHA-256 of what the data is called, whatever was measured."
)

WEEKS = ("2027-01-11", "2027-01-18", "2027-01-25", "2027-02-01")
CASES = (
    *(f"example:{week}" for week in WEEKS),
    *(f"example:{week}+published" for week in WEEKS[1:]),
    "example:2027-01-11@fair-shares",
    "usual:150@fair-shares",
    "example:2027-01-25@shorter-runs",
    "shortage:150@shorter-runs",
    "example:2027-01-18@cover-only",
    "shortage:150@cover-only",
    "example:2027-01-11:14",
    "example:2027-01-11:28",
    "example:2027-01-18:28",
    "shortage:100:28",
    "usual:300",
    "usual:150",
    "shortage:150",
    "shortage:300",
    "plenty:300",
    "plenty:200",
    "one-organisation:300",
    "one-organisation:150",
    "many-organisations:150",
    "many-organisations:200",
    "high-priority:200",
    "high-priority:100",
    "tight-agreements:300",
    "tight-agreements:150",
    "tight-supply:150",
    "tight-supply:200",
    "dense:150",
    "dense:100",
)
"""Measured where none are named, beside the folders: every nature and every kind of question in
both halves.
"""


class NoCase(ValueError):
    """A text that is no case; says what one looks like."""


@dataclass(frozen=True)
class Case:
    """What is solved. `source`: a nature, `example` or `folder`; `detail`: staff, the week's Monday
    or the path.
    """

    source: str
    detail: str
    days: int = 7
    published: bool = False
    policy: str = ""

    @classmethod
    def read(cls, text: str) -> "Case":
        """Raises NoCase."""
        found = re.fullmatch(r"([\w-]+):(.+?)(\+published)?(?::(\d+))?(?:@([\w-]+))?", text)
        if found is None:
            raise NoCase(
                f"{text!r} is no case: NATURE:STAFF, example:DATE or folder:PATH, then +published,"
                " :DAYS, @POLICY"
            )
        case = cls(found[1], found[2], int(found[4] or 7), bool(found[3]), found[5] or "")
        case._require_sound()
        return case

    def _require_sound(self) -> None:
        if self.source == "example":
            try:
                monday = date.fromisoformat(self.detail)
            except ValueError:
                raise NoCase(f"{self}: {self.detail!r} is no date such as 2027-01-18") from None
            if monday.isoweekday() != 1 or monday < EXAMPLE_START:
                raise NoCase(f"{self}: {self.detail} is no Monday from {EXAMPLE_START} on")
        elif self.source == "folder":
            if not Path(self.detail).is_dir():
                raise NoCase(f"{self}: there is no folder {self.detail}")
        elif self.source not in NATURES:
            raise NoCase(f"{self}: no nature {self.source!r}; there are {', '.join(NATURES)}")
        elif not self.detail.isdecimal():
            raise NoCase(f"{self}: {self.detail!r} is no number of staff")
        elif int(self.detail) < LEAST_STAFF:
            raise NoCase(f"{self}: a collaborative has at least {LEAST_STAFF} staff")
        if self.published and self.source != "example":
            raise NoCase(f"{self}: only the example has weeks to be published before")
        if self.days < 1:
            raise NoCase(f"{self}: a period has at least one day")
        if self.policy and policy_file(self.policy) is None:
            raise NoCase(
                f"{self}: no policy {self.policy!r} in"
                f" {' or '.join(str(folder.relative_to(ROOT)) for folder in POLICIES)}"
            )

    @property
    def data(self) -> str:
        """What the data is called, wherever it lies: the same for every policy and period, and with
        weeks published before or not.
        """
        return f"{self.source}:{Path(self.detail).name}"

    @property
    def half(self) -> Half:
        """Which half the case belongs to, decided by what its data is called and by nothing that
        was measured.
        """
        return "tune" if hashlib.sha256(self.data.encode()).digest()[0] % 2 == 0 else "report"

    def __str__(self) -> str:
        days = "" if self.days == 7 else f":{self.days}"
        return f"{self.source}:{self.detail}{'+published' * self.published}{days}" + (
            f"@{self.policy}" if self.policy else ""
        )


@dataclass(frozen=True)
class Effort:
    """How long the case may take, and an earlier week [s]; the search's workers; the seed of data
    and search.
    """

    seconds: float
    earlier_seconds: float
    workers: int
    seed: int


def policy_file(name: str) -> Path | None:
    return next((file for folder in POLICIES if (file := folder / f"{name}.toml").is_file()), None)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", nargs="*", default=[], help="instead of the usual ones")
    parser.add_argument(
        "--folders", nargs="*", default=[], help="further datasets, each as folder:PATH"
    )
    parser.add_argument("--half", choices=["tune", "report", "all"], default="all")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds of each search")
    parser.add_argument(
        "--earlier-time-limit",
        type=float,
        default=15.0,
        help="seconds of each week that is published before",
    )
    parser.add_argument("--workers", type=int, default=8, help="of the search")
    parser.add_argument("--seed", type=int, default=1, help="of the data and of the search")
    parser.add_argument(
        "--note", default="", help="what else to record, such as how busy the machine was"
    )
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the results")
    given = parser.parse_args(arguments)
    cases = read_cases([*(given.cases or CASES), *(f"folder:{folder}" for folder in given.folders)])
    chosen = [case for case in cases if given.half in ("all", case.half)]
    effort = Effort(given.time_limit, given.earlier_time_limit, given.workers, given.seed)
    results = []
    for case in chosen:
        print(f"{case} ...", flush=True)
        results.append(run(case, effort))
        print("  " + line(results[-1]), flush=True)
    if not results:
        raise SystemExit(f"No case belongs to the half {given.half}.")
    print("\n" + table(results))
    options = {
        "half": given.half,
        "time_limit": given.time_limit,
        "earlier_time_limit": given.earlier_time_limit,
        "workers": given.workers,
        "seed": given.seed,
        "note": given.note,
    }
    print(f"Wrote {write(results, given.to, options, name='proof', protocol=PROTOCOL)}")


def read_cases(texts: Sequence[str]) -> list[Case]:
    """Ends the program with every text that is no case."""
    cases, wrong = [], []
    for text in texts:
        try:
            cases.append(Case.read(text))
        except NoCase as error:
            wrong.append(str(error))
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        raise SystemExit(2)
    return list(dict.fromkeys(cases))


def run(case: Case, effort: Effort) -> dict[str, Any]:
    """One case in processes of its own: the weeks before in one, the case in another. What fails is
    a result too.
    """
    named = {
        "case": _without_path(case),
        "half": case.half,
        "days": case.days,
        "policy": case.policy or "default",
    }
    try:
        known = _alone(earlier_weeks, case, effort) if case.published else []
        return (
            named
            | _alone(measure, case, effort, known)
            | (_in_turn(case, effort, known) if case.days in WHOLE_WEEKS else {})
        )
    except BrokenProcessPool:
        return named | {"status": "the process was ended, perhaps for want of memory"}
    except Exception as error:  # whatever it is, the other cases are still measured
        return named | {"status": "failed", "message": f"{type(error).__name__}: {error}"}


def _in_turn(case: Case, effort: Effort, known: Sequence["KnownShift"]) -> dict[str, Any]:
    """Never lets a comparison that fails take the case's own result away."""
    try:
        return _alone(in_turn, case, effort, known)
    except (BrokenProcessPool, RuntimeError) as error:
        return {"in_turn_pence": None, "in_turn_message": str(error)}


def _alone(do: Callable[..., T], *arguments: Any) -> T:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(do, *arguments).result()


def _without_path(case: Case) -> str:
    """The case for a record that others read: a folder by its own name, not by where it lies on
    this machine.
    """
    return str(case).replace(case.detail, Path(case.detail).name)


def earlier_weeks(case: Case, effort: Effort) -> list["KnownShift"]:
    """Shifts of the example's weeks before the case's, built one after another, each published
    before the next. Raises RuntimeError.
    """
    from scheduler.domain.known_shifts import known_shift

    dataset, start = facts(case, effort.seed)
    return [
        known_shift(one)
        for one in weeks_in_turn(
            case, dataset, EXAMPLE_START, start, (), effort.earlier_seconds, effort
        )
    ]


def in_turn(case: Case, effort: Effort, known: Sequence["KnownShift"] = ()) -> dict[str, Any]:
    """What a longer period costs if its weeks are built one after another, each with its share of
    the time [pence]. Raises RuntimeError.
    """
    from scheduler.domain.problem import Period
    from scheduler.domain.roster import Roster, assignment_of
    from solver.evaluate.verify import verify

    dataset, start = facts(case, effort.seed)
    until, seconds = start + timedelta(days=case.days), effort.seconds * 7 / case.days
    lines = weeks_in_turn(case, dataset, start, until, known, seconds, effort)
    problem, policy = problem_of(case, dataset, Period(start, case.days), known)
    report = verify(problem, policy, Roster.of(map(assignment_of, lines)))
    return {"in_turn_pence": report.objective_pence, "in_turn_breaches": len(report.breaches)}


def weeks_in_turn(
    case: Case,
    dataset: "Dataset",
    first: date,
    until: date,
    known: Sequence["KnownShift"],
    seconds: float,
    effort: Effort,
) -> list["AssignmentLine"]:
    """Rosters of the weeks from `first` to before `until`, each known to the next. Raises
    RuntimeError where one has no roster.
    """
    from scheduler.domain.known_shifts import known_shift
    from scheduler.domain.problem import Period
    from scheduler.services.rosters.solve import NoRosterInTime

    lines: list[AssignmentLine] = []
    for week in range((until - first) // WEEK):
        monday = first + week * WEEK
        problem, policy = problem_of(
            case, dataset, Period(monday, 7), [*known, *map(known_shift, lines)]
        )
        try:
            made = solve(problem, policy, dataset, seconds, effort).document
        except NoRosterInTime:
            made = None
        if made is None:
            raise RuntimeError(f"no roster for the week of {monday}")
        lines += made.assignments
    return lines


def measure(case: Case, effort: Effort, known: Sequence["KnownShift"] = ()) -> dict[str, Any]:
    """One case, in this process. Money in pence, times in seconds."""
    from scheduler.domain.errors import RosterRefused
    from scheduler.domain.problem import Period
    from scheduler.services.limits.memory import look_for_cycles_seldom
    from scheduler.services.rosters.solve import NoRosterInTime

    look_for_cycles_seldom()
    dataset, start = facts(case, effort.seed)
    began = time.monotonic()
    problem, policy = problem_of(case, dataset, Period(start, case.days), known)
    built = time.monotonic()
    figures: dict[str, Any] = {
        "staff": len(dataset.staff),
        "people": len(problem.people),
        "demand_rows": len(problem.duties),
        "deployable_pairs": len(problem.pairs_duty),
        "known_before": len(known),
    }
    try:
        outcome = solve(problem, policy, dataset, effort.seconds, effort)
    except NoRosterInTime as error:
        return figures | {
            "status": "no roster in time",
            "message": str(error),
            "peak_mebibytes": peak_mebibytes(),
        }
    except RosterRefused as error:
        return figures | {
            "status": "refused by the check",
            "accepted": False,
            "message": str(error),
            "peak_mebibytes": peak_mebibytes(),
        }
    seconds = {"problem": round(built - began, 2), "whole": round(time.monotonic() - began, 2)}
    figures |= {"course": course(outcome.history), "peak_mebibytes": peak_mebibytes()}
    if outcome.document is None:
        return figures | {
            "status": "clash",
            "facts": [fact.sentence for fact in outcome.clash.facts],
            "seconds": seconds,
        }
    summary = outcome.document.summary
    return figures | {
        "status": summary["status"],
        "seconds": seconds | {"search": summary["seconds"]},
        "first_roster_seconds": next(
            (round(p.seconds, 2) for p in outcome.history if p.best is not None), None
        ),
        "accepted": True,
        "breaches": len(summary["breaches"]),
        **{
            name: summary[name]
            for name in ("objective_pence", "bound_pence", "gap", "objective_by_rule", "versions")
        },
    }


def solve(
    problem: "Problem", policy: "Policy", dataset: "Dataset", seconds: float, effort: Effort
) -> "Outcome":
    """As the program solves a request, without storing what comes out. Raises what `solve_problem`
    raises.
    """
    from scheduler.services.rosters.dask_solver_pool import solver_pool
    from scheduler.services.rosters.solve import solve_problem
    from solver.search.strategy import Limits

    with solver_pool(len(problem.pairs_duty)) as helpers:
        return solve_problem(
            problem,
            policy,
            Limits(seconds, effort.workers, effort.seed),
            dataset.sha256(),
            solver_pool=helpers,
        )


def problem_of(
    case: Case, dataset: "Dataset", period: "Period", known: Sequence["KnownShift"]
) -> tuple["Problem", "Policy"]:
    """The problem of the dataset's first collaborative in a period, and the case's policy."""
    from scheduler.domain.problem import build_problem
    from scheduler.storage.toml_file import read_tables
    from solver.policy.policy import Policy

    file = policy_file(case.policy) if case.policy else None
    policy = Policy.from_tables(read_tables(file) if file is not None else {})
    return (
        build_problem(
            dataset,
            dataset.collaborative[0].id,
            period,
            known=list(known),
            terms=policy.pay.terms(),
        ),
        policy,
    )


def facts(case: Case, seed: int) -> tuple["Dataset", date]:
    """The case's data, and the first day of its period. Raises BadInput for a folder that cannot be
    read.
    """
    from scheduler.domain.dataset import Dataset
    from scheduler.storage.files import read_dataset
    from scheduler.storage.merging import merge

    if case.source == "example":
        own, neighbour = (
            read_dataset(EXAMPLES / name) for name in ("mid-and-south-essex", "north-east-essex")
        )
        return merge(own, neighbour).dataset, date.fromisoformat(case.detail)
    if case.source == "folder":
        dataset = read_dataset(Path(case.detail))
        first = min((demand.date for demand in dataset.demand), default=DEFAULT_START)
        return dataset, first - timedelta(days=first.isoweekday() - 1)
    return (
        Dataset.from_cells(generate(int(case.detail), seed, nature=NATURES[case.source])),
        DEFAULT_START,
    )


def course(history: Sequence["Progress"]) -> list[dict[str, Any]]:
    """Best and bound [pence] where either moved, thinned, the last of all among them."""
    moved: list[Progress] = []
    for progress in history:
        if not moved or (progress.best, progress.bound) != (moved[-1].best, moved[-1].bound):
            moved.append(progress)
    step = -(-len(moved) // MOMENTS_KEPT) or 1
    kept = moved[::step]
    if moved and kept[-1] is not moved[-1]:
        kept.append(moved[-1])
    return [
        {
            "seconds": round(p.seconds, 2),
            "best_pence": None if p.best is None else round(p.best / 60),
            "bound_pence": None if p.bound is None else round(p.bound / 60),
        }
        for p in kept
    ]


COLUMNS = (
    "case",
    "half",
    "people",
    "demand",
    "roster £",
    "bound £",
    "gap %",
    "in turn £",
    "first s",
    "search s",
    "whole s",
    "MiB",
    "check",
)


def table(results: Sequence[dict[str, Any]]) -> str:
    """The cases as lines of text, what has no roster first, then by gap, the widest first; and the
    gaps of each half.
    """
    ordered = sorted(results, key=lambda result: -result.get("gap", 1e9))
    rows = [COLUMNS, *(_cells(result) for result in ordered)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    for half in ("tune", "report"):
        gaps = [result["gap"] for result in results if result["half"] == half and "gap" in result]
        if gaps:
            lines.append(
                f"{half}: {len(gaps)} rosters, gap {100 * median(gaps):.2f} % in the middle,"
                f" {100 * max(gaps):.2f} % at most"
            )
    return "\n".join(lines)


def _cells(result: dict[str, Any]) -> tuple[str, ...]:
    size = (
        result["case"],
        result["half"],
        str(result.get("people", "")),
        str(result.get("demand_rows", "")),
    )
    if "gap" not in result:
        return (*size, *[""] * 7, str(result.get("peak_mebibytes") or ""), result["status"])
    seconds = result["seconds"]
    first = result["first_roster_seconds"]
    return (
        *size,
        f"{result['objective_pence'] / 100:,.0f}",
        f"{result['bound_pence'] / 100:,.0f}",
        f"{100 * result['gap']:.2f}",
        "" if result.get("in_turn_pence") is None else f"{result['in_turn_pence'] / 100:,.0f}",
        "" if first is None else f"{first:.1f}",
        f"{seconds['search']:.1f}",
        f"{seconds['whole']:.1f}",
        str(result["peak_mebibytes"]),
        f"{result['breaches']} breaches",
    )


def line(result: dict[str, Any]) -> str:
    """One case in a line, as soon as it is measured."""
    if "gap" not in result:
        return f"{result['status']}. {result.get('message', '')}"
    return (
        f"£{result['objective_pence'] / 100:,.0f}, bound £{result['bound_pence'] / 100:,.0f}, gap"
        f" {100 * result['gap']:.2f} %, search {result['seconds']['search']:.1f} s,"
        f" {result['peak_mebibytes']} MiB"
    )


if __name__ == "__main__":
    main()

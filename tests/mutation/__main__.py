"""python -m tests.mutation [name ...] [--json FILE] [--workers N]

Plants every fault of tests/mutation/operators.py in every rule named, or module that rules share
(else in all), and runs the rule's own tests, then what the contract says of the rule and what it
says of itself, then the whole default policy and the edges. Exit code 1 where a mutant survives
that tests/mutation/equivalent.toml does not explain.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.operators import mutants_of
from tests.mutation.report import Equivalent, Outcome, read_equivalents
from tests.mutation.running import judge, load_beforehand
from tests.mutation.targets import ROOT, TESTS, missing_tests, rules, shared, target_of

BASELINE_SECONDS = 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation",
        description="Plants small faults in rules; says which no test notices.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help="ids of rules, or of modules in solver/rule that rules share; none given = all",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there too")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time")
    given = parser.parse_args(arguments)
    if not hasattr(os, "fork"):
        parser.error("this needs a system that can fork")
    everything = [*rules(), *shared()]
    unknown = [name for name in given.names if name not in everything]
    if unknown:
        parser.error(f"no such rule: {', '.join(unknown)}; there are {', '.join(everything)}")
    entries = read_equivalents()
    lost = sorted({entry.rule for entry in entries} - set(everything))
    for name in lost:
        print(f"ERROR: stale: the list names a rule that there is not: {name}")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads do not survive a fork
    began = time.monotonic()
    outcomes = []
    with TemporaryDirectory() as folder:
        load_beforehand([str(TESTS)], Path(folder))
        for name in given.names or everything:
            outcomes.append(judge_module(name, entries, given.workers))
            print("\n".join(outcomes[-1].lines()), flush=True)
            if given.json:
                _write(outcomes, given.json)
    print(_total(outcomes, time.monotonic() - began))
    return int(bool(lost) or not all(outcome.clean for outcome in outcomes))


def judge_module(name: str, entries: Sequence[Equivalent], workers: int) -> Outcome:
    """Judge all mutants of a module, beside the module as it is, which has to pass."""
    target = target_of(name)
    outcome = Outcome(
        name,
        str(target.file.relative_to(ROOT)),
        equivalents=[entry for entry in entries if entry.rule == name],
    )
    missing = missing_tests(target)
    if missing:
        outcome.problem = f"no test file {', '.join(missing)}"
        return outcome
    began = time.monotonic()
    source = target.file.read_text(encoding="utf-8")
    mutants = mutants_of(source)
    most, verdicts = BASELINE_SECONDS, {}
    sources = [source, *(mutant.source for mutant in mutants)]
    with closing(judge(target, sources, workers, lambda: most)) as judged:
        for number, verdict in judged:
            verdicts[number] = verdict
            if number == 0 and verdict.outcome != "survived":
                outcome.problem = (
                    f"the tests fail without any mutation ({verdict.outcome}):\n"
                    f"{verdict.output[-2000:]}"
                )
                return outcome
            if number == 0:
                most = 10 + 5 * verdict.seconds
    outcome.judged = [(mutant, verdicts[number]) for number, mutant in enumerate(mutants, 1)]
    outcome.seconds = time.monotonic() - began
    return outcome


def _write(outcomes: Sequence[Outcome], file: Path) -> None:
    """What is known so far, after every module: a long run may be ended."""
    document = {outcome.rule: outcome.document() for outcome in outcomes}
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _total(outcomes: Sequence[Outcome], seconds: float) -> str:
    count = {
        name: sum(len(getattr(outcome, name)) for outcome in outcomes)
        for name in ("judged", "killed", "equivalent", "survivors", "errors")
    }
    return (
        f"{len(outcomes)} modules: {count['judged']} mutants, {count['killed']} killed,"
        f" {count['equivalent']} equivalent, {count['survivors']} survive, {count['errors']}"
        f" errors, in {seconds:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main())

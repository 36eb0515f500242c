"""The same input, seed and limits give the same roster, in every strategy, whatever else the
machine does.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Roster
from scheduler.synthetic import DEFAULT_START, generate
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.period_columns.strategy import by_periods
from solver.search.strategy import Limits, Strategy
from solver.search.weekly_columns.strategy import by_weeks

STRATEGIES: dict[str, tuple[Strategy, int]] = {
    "direct": (direct, 7),
    "weeks": (by_weeks, 7),
    "periods": (by_periods, 14),
}


def generated(staff: int, days: int) -> Problem:
    dataset = Dataset.from_cells(generate(staff, 1))
    return build_problem(
        dataset,
        dataset.collaborative[0].id,
        Period(DEFAULT_START, days),
        terms=Policy.from_tables().pay.terms(),
    )


def found(strategy: Strategy, problem: Problem) -> tuple[Roster | None, int | None]:
    answer = strategy(
        problem,
        Policy.from_tables(),
        Limits(0.2, 2, 3, deterministic=True),
        lambda _: None,
        lambda: False,
    )
    return answer.roster, answer.objective


@contextmanager
def busy_machine() -> Iterator[None]:
    """With other programs that take most of the machine."""
    spin = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(spin) for _ in range(2)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_busy_machine_changes_nothing(name: str) -> None:
    strategy, days = STRATEGIES[name]
    problem = generated(15, days)
    answers = [found(strategy, problem)]
    with busy_machine():
        answers.append(found(strategy, problem))
    assert answers[0][0] is not None
    assert answers[0] == answers[1]

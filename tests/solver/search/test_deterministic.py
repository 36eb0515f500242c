"""The same input, seed and limits give the same roster, in every strategy, whatever else the
machine does.
"""

import threading
from collections.abc import Callable

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
        Limits(0.6, 2, 3, deterministic=True),
        lambda _: None,
        lambda: False,
    )
    return answer.roster, answer.objective


def while_busy(act: Callable[[], None]) -> None:
    """With other threads that take most of the machine."""
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            sum(range(20_000))

    threads = [threading.Thread(target=spin, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        act()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_busy_machine_changes_nothing(name: str) -> None:
    strategy, days = STRATEGIES[name]
    problem = generated(15, days)
    answers = [found(strategy, problem)]
    while_busy(lambda: answers.append(found(strategy, problem)))
    assert answers[0][0] is not None
    assert answers[0] == answers[1]

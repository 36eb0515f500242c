"""Faults on purpose: `make test-faults` [ROUNDS=3] [SEED=number]; the seed brings the same moments
again.
"""

import pytest

from tests.faults import world


def pytest_report_header() -> str:
    return (
        f"faults: {world.ROUNDS} rounds of each, at moments of seed {world.SEED}; again with: make"
        f" test-faults ROUNDS={world.ROUNDS} SEED={world.SEED}"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if world.said:
        terminalreporter.section(f"what became of the jobs (seed {world.SEED})")
        for line in world.said:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> world.Week:
    return world.Week.of(24, tmp_path_factory.mktemp("week") / "data")

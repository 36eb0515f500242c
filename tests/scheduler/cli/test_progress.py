"""What a search tells as lines: only what is new."""

import pytest

from scheduler.cli.options import ProgressStyle
from scheduler.cli.progress import sentence, telling
from solver.search.strategy import Progress


@pytest.mark.parametrize("style", [ProgressStyle.plain, ProgressStyle.json])
def test_a_line_where_only_time_went_on_is_not_said_again(
    style: ProgressStyle, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    with telling(style) as on_progress:
        for seconds in range(5):
            on_progress(Progress("waits for a worker", seconds))
        for seconds in range(5, 9):
            on_progress(Progress("searching", seconds, 12_000_000, 6_000_000))
        on_progress(Progress("searching", 9, 11_000_000, 6_000_000))
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_what_is_held_back_is_told_at_the_end_unless_it_is_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 1.0)
    with telling(ProgressStyle.plain) as on_progress:
        for best in (3, 2, 1):
            on_progress(Progress("searching", 1, best * 6_000_000, None))
    assert [line.split("best ")[1] for line in capsys.readouterr().err.splitlines()] == [
        "£3,000",
        "£1,000",
    ]


def test_a_bound_of_nothing_says_nothing() -> None:
    assert sentence(Progress("searching", 1, 6_000_000, 0)) == "searching · 1 s · best £1,000"
    assert (
        sentence(Progress("searching", 1, 0, 0))
        == "searching · 1 s · best £0 · bound £0 · gap 0.00 %"
    )

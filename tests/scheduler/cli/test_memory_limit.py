"""A limit on memory: nearly met it is a wish to stop, beyond it the end, and always a sentence."""

import threading
from collections.abc import Callable

import pytest

from scheduler.cli import memory_limit
from scheduler.cli.memory_limit import OVER, within_memory
from scheduler.services.limits.memory import GIBIBYTE, held


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_limit, "EVERY", 0.001)


def seen(said: list[int], many: int = 3) -> tuple[Callable[[], int], threading.Event]:
    """What is held at each look, the last for ever; and an event after so many looks at it."""
    left, enough, last = list(said), threading.Event(), 0

    def measured() -> int:
        nonlocal last
        if len(left) > 1:
            return left.pop(0)
        last += 1
        if last >= many:
            enough.set()
        return left[0]

    return measured, enough


@pytest.mark.parametrize(
    ("looks", "stops", "ends"),
    [
        ([1, 2], False, []),
        ([1, 2, 3.7], True, []),
        ([1, 3.7, 4.1], True, [OVER]),
        ([1, 5], False, [OVER]),
    ],
)
def test_what_becomes_of_it(
    looks: list[float], stops: bool, ends: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    over = threading.Event()
    ended: list[int] = []

    def end(code: int) -> None:
        ended.append(code)
        over.set()

    measured, enough = seen([int(one * GIBIBYTE) for one in looks])
    with within_memory(4.0, lambda: False, measured=measured, end=end) as should_stop:
        assert (over if ends else enough).wait(20)
        assert should_stop() == stops
    assert ended == ends
    said = capsys.readouterr().err
    assert ("stopping with the best so far" in said) == stops
    assert (
        "more than the 4 GiB of memory that --memory-limit gives it; nothing was stored" in said
    ) == bool(ends)


def test_without_a_limit_nothing_is_looked_at() -> None:
    def never() -> int:
        raise AssertionError("not measured")

    def asked() -> bool:
        return False

    with within_memory(None, asked, measured=never) as should_stop:
        assert should_stop is asked


def test_who_wishes_to_stop_is_heard_within_a_limit() -> None:
    with within_memory(4.0, lambda: True, measured=lambda: 0) as should_stop:
        assert should_stop()


def test_this_process_is_measured_with_its_own() -> None:
    assert held(0x3FFFFFFF) == 0, "one that has ended"
    assert memory_limit._own() > 1_000_000

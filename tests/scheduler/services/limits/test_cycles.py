"""Memory that nobody holds any more, in a process that answers people."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from scheduler.services.limits.memory import look_for_cycles


class Knot:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def test_new_cycles_are_freed_and_old_ones_where_everything_is_looked_through() -> None:
    first = weakref.ref(Knot())
    look_for_cycles(everything=False)
    assert first() is None
    kept = Knot()
    second = weakref.ref(kept)
    look_for_cycles(everything=False)
    del kept
    look_for_cycles(everything=False)
    assert second() is not None  # what was there before is passed over
    look_for_cycles(everything=True)
    assert second() is None

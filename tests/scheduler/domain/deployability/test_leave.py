"""Leave, on any date that a shift touches."""

import pytest

from tests.factories import (
    need,
    on_leave,
    person,
    shift,
)
from tests.scheduler.domain.deployability.world import D, kinds, own


@pytest.mark.parametrize(
    ("first", "last", "away"),
    [(1, 1, True), (2, 2, True), (0, 0, False), (3, 3, False), (0, 5, True)],
)
def test_leave_on_either_date_of_a_night_is_a_barrier(first: int, last: int, away: bool) -> None:
    tables, _ = own()
    on_leave(tables, "P1", D[first], D[last])
    assert kinds(tables, need(tables, 0, "N")) == (["leave"] if away else [])


def test_a_shift_that_ends_at_midnight_touches_its_first_date_alone() -> None:
    tables, _ = own()
    on_leave(tables, "P1", D[2])
    assert kinds(tables, need(tables, 0, shift(tables, "16:00", "00:00"))) == []
    assert kinds(tables, need(tables, 0, shift(tables, "16:00", "00:01"))) == ["leave"]


def test_somebody_elses_leave_is_no_barrier() -> None:
    tables, row = own()
    person(tables, "P2")
    on_leave(tables, "P2", D[1])
    assert kinds(tables, row) == []

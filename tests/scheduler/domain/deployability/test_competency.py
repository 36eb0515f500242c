"""What a service asks a role to be able to do."""

import pytest

from tests.factories import (
    need,
)
from tests.scheduler.domain.deployability.world import D, barriers, held, kinds, requiring


@pytest.mark.parametrize("role_id", ["", "RN"])
def test_a_competency_of_the_role_or_of_every_role_is_required(role_id: str) -> None:
    tables, row = requiring(role_id)
    assert kinds(tables, row) == ["competency"]
    held(tables, "2020-01-01", "")
    assert kinds(tables, row) == []


def test_a_competency_of_another_role_that_the_person_holds_is_not_required() -> None:
    tables, _ = requiring("RN")
    assert kinds(tables, need(tables, 2, "E", role_id="HCA")) == []  # the demanded role decides


@pytest.mark.parametrize(
    ("first", "last", "good"),
    [(1, 2, True), (1, 1, False), (2, 3, False), (3, 4, False), (0, 0, False)],
)
def test_a_competency_must_be_held_on_both_dates_of_a_night(
    first: int, last: int, good: bool
) -> None:
    tables, row = requiring()
    held(tables, D[first], D[last])
    assert kinds(tables, row) == ([] if good else ["competency"])


def test_two_rows_one_after_the_other_hold_a_competency_throughout() -> None:
    tables, row = requiring()
    held(tables, D[0], D[1])
    held(tables, D[2], D[3])
    assert kinds(tables, row) == []


def test_every_competency_that_is_missing_is_a_barrier_of_its_own_once() -> None:
    tables, row = requiring()
    tables["competency"].append({"id": "IV", "name": "Intravenous", "kind": "clinical"})
    tables["service_competency"] += [
        {"service_id": "UCR", "role_id": "RN", "competency_id": c} for c in ("IV", "CANN")
    ]
    assert [barrier.missing for barrier in barriers(tables, row)] == ["CANN", "IV"]

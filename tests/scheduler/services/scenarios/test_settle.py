"""What would settle a difference: whose gap, how far, how long."""

from typing import Any

import pytest

from scheduler.services.scenarios.settle import would_settle
from scheduler.services.scenarios.what_changes import change, verdict


def week(objective: float, bound: float) -> dict[str, float]:
    return {"objective_pence": objective, "bound_pence": bound}


def asked(
    base: tuple[float, float], case: tuple[float, float], seconds: float = 10
) -> dict[str, Any]:
    return would_settle("As it is", week(*base), "Lent", week(*case), seconds)


@pytest.mark.parametrize(
    ("base", "case", "narrow", "below"),
    [
        (
            (10_000, 8_000),
            (9_500, 9_400),
            "As it is",
            500,
        ),  # the dearer week must be shown to have no roster as cheap
        ((9_500, 9_400), (10_000, 8_000), "Lent", 500),
    ],
)
def test_the_gap_of_the_dearer_week_must_be_below_the_difference(
    base: tuple[float, float], case: tuple[float, float], narrow: str, below: float
) -> None:
    found = asked(base, case)
    assert (found["narrow"], found["from_pence"], found["below_pence"]) == (narrow, 2_000, below)
    assert found["wider"] == narrow
    assert found["time_limit_seconds"] == 40
    assert (
        f"narrows the gap of “{narrow}” from £20.00 to below £5.00 would tell" in found["sentence"]
    )
    # and so it is: a penny less than that tells, that much does not
    dearer = 0 if narrow == "As it is" else 1
    for gap, told in ((below, False), (below - 1, True)):
        weeks = [base, case]
        weeks[dearer] = (weeks[dearer][0], weeks[dearer][0] - gap)
        low, high = weeks[1][1] - weeks[0][0], weeks[1][0] - weeks[0][1]
        assert (verdict(low, high) != "not distinguishable") is told


def test_both_proven_is_settled() -> None:
    found = asked((100, 100), (100, 100))
    assert (
        found["sentence"]
        == "Both are proven best and cost the same: there is no difference to be found."
    )
    assert (found["wider"], found["narrow"], found["time_limit_seconds"]) == (None, None, None)


def test_the_same_cost_with_gaps_asks_for_more_time() -> None:
    found = asked((10_000, 9_000), (10_000, 9_500))
    assert (found["wider"], found["narrow"], found["time_limit_seconds"]) == ("As it is", None, 20)
    assert (
        "The wider gap is that of “As it is”, £10.00, against £5.00 of “Lent”." in found["sentence"]
    )


def test_a_difference_far_below_the_gap_promises_nothing() -> None:
    found = asked((100_000, 50_000), (99_000, 98_000))
    assert found["time_limit_seconds"] is None
    assert "may be out of reach; the difference is at most £490 either way" in found["sentence"]


def test_a_change_has_a_place_for_it() -> None:
    empty: dict[str, Any] = {
        name: {}
        for name in (
            "hours",
            "hours_by_pay",
            "cost_pence_by_pay",
            "missing_by_priority",
            "missing_by_place",
        )
    }
    found = change(
        {**week(100, 90), **empty, "lent_hours": 0},
        {**week(80, 70), **empty, "lent_hours": 0},
        different_prices=False,
    )
    assert found["objective_pence"]["would_settle"] is None

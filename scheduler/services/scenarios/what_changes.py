"""What a case changes against the weeks as they are, and what of that is certain."""

from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.services.scenarios.figures import less
from solver.policy.policy import Policy

INDISTINGUISHABLE = "not distinguishable"


def different_prices(base: Policy, other: Policy) -> bool:
    """Whether two policies price anything differently, so that their objectives are in different
    money.
    """
    if base.pay != other.pay:
        return True
    for rule_id in base.rules.keys() | other.rules.keys():
        one, two = base.rules.get(rule_id), other.rules.get(rule_id)
        if one != two and any(rule is not None and not rule.hard for rule in (one, two)):
            return True
    return False


def change(
    base: Mapping[str, Any], case: Mapping[str, Any], *, different_prices: bool
) -> dict[str, Any]:
    """What a scenario changes against the base: an interval for the objective, plain differences
    for the rest.
    """
    low, high = (
        case["bound_pence"] - base["objective_pence"],
        case["objective_pence"] - base["bound_pence"],
    )
    return {
        "objective_pence": {
            "low": round(low, 4),
            "high": round(high, 4),
            "verdict": verdict(low, high),
            "different_prices": different_prices,
            "would_settle": None,
        },
        **dict(_differences(base, case)),
    }


def verdict(low: float, high: float) -> str:
    """What the interval of the change says for certain."""
    return "better" if high < 0 else "worse" if low > 0 else INDISTINGUISHABLE


def _differences(base: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in (
        "hours",
        "hours_by_pay",
        "cost_pence_by_pay",
        "missing_by_priority",
        "missing_by_place",
    ):
        names = list(dict.fromkeys([*base[name], *case[name]]))
        yield (
            name,
            {key: round(case[name].get(key, 0) - base[name].get(key, 0), 2) for key in names},
        )
    yield "lent_hours", round(case["lent_hours"] - base["lent_hours"], 2)
    yield "figures", less(case.get("figures", {}), base.get("figures", {}))

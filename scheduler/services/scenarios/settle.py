"""What would settle a difference that two searches leave open: whose gap must shrink, how far, and
how long a search may need.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

LONGEST = 20
"""So many times the search is worth advising; beyond that the difference is small beside what is
unknown.
"""


def would_settle(
    base_name: str, base: Mapping[str, Any], name: str, case: Mapping[str, Any], seconds: float
) -> dict[str, Any]:
    """For two weeks (objective_pence, bound_pence) searched for so long, whose difference their
    proofs do not tell from nothing.

    `sentence`; `gaps_pence` by name; `wider`: whose gap is the wider (None: neither is); `narrow`,
    `from_pence`, `below_pence`: whose gap would tell once it is below that, were no better roster
    found (None: no gap would); `time_limit_seconds`: what to try first.
    """
    open_base, open_case = (
        max(0.0, week["objective_pence"] - week["bound_pence"]) for week in (base, case)
    )
    apart = case["objective_pence"] - base["objective_pence"]
    wider = None if open_base == open_case else base_name if open_base > open_case else name
    document: dict[str, Any] = {
        "sentence": "",
        "gaps_pence": {base_name: round(open_base, 4), name: round(open_case, 4)},
        "wider": wider,
        "narrow": None,
        "from_pence": None,
        "below_pence": None,
        "time_limit_seconds": None,
    }
    if not open_base and not open_case:
        return {
            **document,
            "sentence": (
                "Both are proven best and cost the same: there is no difference to be found."
            ),
        }
    # the dearer roster's own week must be shown to hold none as cheap as the other's
    narrow, now = (base_name, open_base) if apart < 0 else (name, open_case)
    gaps = _gaps(base_name, open_base, name, open_case)
    if round(abs(apart)) < 1:
        advice = (
            "The two rosters cost the same, so only a longer search would tell: one that finds a"
            f" better roster, or narrows the gaps of “{base_name}” ({_pounds(open_base)}) and"
            f" “{name}” ({_pounds(open_case)}) until what is left does not matter"
        )
        return {
            **document,
            "sentence": f"{gaps} {advice}.",
            "time_limit_seconds": round(2 * seconds),
        }
    document |= {"narrow": narrow, "from_pence": round(now, 4), "below_pence": round(abs(apart), 4)}
    times = max(2, ceil(now / abs(apart)))
    goal = f"narrows the gap of “{narrow}” from {_pounds(now)} to below {_pounds(abs(apart))}"
    if times > LONGEST:
        most = _pounds(max(apart + open_base, open_case - apart))
        return {
            **document,
            "sentence": (
                f"{gaps} Only a search that {goal} would tell, and that may be out of reach; the"
                f" difference is at most {most} either way."
            ),
        }
    longer = round(times * seconds)
    return {
        **document,
        "time_limit_seconds": longer,
        "sentence": (
            f"{gaps} A longer search that {goal} would tell; {longer} s for each may do, but gaps"
            " shrink more slowly the narrower they are."
        ),
    }


def _gaps(base_name: str, base: float, name: str, case: float) -> str:
    if base == case:
        return f"Both searches leave a gap of {_pounds(base)}."
    wide, far, other, near = (
        (base_name, base, name, case) if base > case else (name, case, base_name, base)
    )
    return (
        f"The wider gap is that of “{wide}”, {_pounds(far)}, against {_pounds(near)} of “{other}”."
    )


def _pounds(pence: float) -> str:
    return f"£{pence / 100:,.2f}" if pence < 10_000 else f"£{pence / 100:,.0f}"

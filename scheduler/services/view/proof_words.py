"""How good a roster is proven to be, in words: one place for command line and pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduler.domain.version_words import version_of
from scheduler.domain.wording import counted


@dataclass(frozen=True)
class GapWords:
    """`figure`: the gap as a percentage, of a repair in few words; `words`: what it does and does
    not promise.
    """

    figure: str
    words: str

    @property
    def labelled(self) -> str:
        """In a line of other figures."""
        return self.figure if self.figure.startswith("repaired") else f"gap {self.figure}"


def gap_in_words(summary: Mapping[str, Any]) -> GapWords:
    """How far from the best possible a roster can be at most, by its objective and proven bound."""
    objective, bound, gap = (
        float(summary["objective_pence"]),
        float(summary["bound_pence"]),
        float(summary["gap"]),
    )
    if "edited" in summary and bound <= 0:
        return GapWords(
            "not known", "Changed by hand: how far it is from the best possible is not known."
        )
    if "repair" in summary and "edited" not in summary:
        return _repair_in_words(summary)
    if gap <= 0:
        return GapWords("0 %", "Proven: no roster is better under this policy.")
    if bound <= 0:
        return GapWords(
            "not known", "Nothing is proven about the best possible yet; a longer build tells more."
        )
    above = objective / bound - 1
    weak = (
        " The proof is weak so far: the roster may be much closer to the best than this; a longer"
        " build tells more."
        if gap > 0.25
        else ""
    )
    return GapWords(percent(gap), f"At most {percent(above)} above the best possible.{weak}")


def _repair_in_words(summary: Mapping[str, Any]) -> GapWords:
    """A repair is proven among the changes that were looked at, not among all rosters."""
    repair = summary["repair"]
    within = float(repair["gap_within_reach"])
    people = counted(repair["people_within_reach"], "person", "people")
    reach = f"among all repairs by {people} on {counted(repair['shifts_within_reach'], 'shift')}"
    words = (
        f"Proven the cheapest {reach}"
        if repair["proven_within_reach"]
        else f"At most {percent(within)} dearer than the best {reach}"
    )
    figure = (
        "cheapest within reach"
        if repair["proven_within_reach"]
        else f"at most {percent(within)} within reach"
    )
    return GapWords(f"repaired: {figure}", f"This repairs {_origin(summary)}. {words}.")


def percent(share: float) -> str:
    """`12.3 %`; small shares with more places, so that nothing unproven reads as zero."""
    if share < 0.0001:
        return "0.01 %" if share > 0 else "0 %"
    return f"{100 * share:,.1f} %" if share >= 0.01 else f"{100 * share:.2f} %"


def _origin(summary: Mapping[str, Any]) -> str:
    """Which version it repairs."""
    start = summary.get("period", {}).get("start")
    repaired = str(summary["repair"]["repaired_from"])
    return repaired if start is None else version_of(repaired, date.fromisoformat(str(start)))

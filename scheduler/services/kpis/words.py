"""Measures as people read them: values, targets and whether these are met."""

from collections.abc import Mapping
from typing import Any

PERCENT = "%"
VERDICTS: Mapping[bool | None, str] = {True: "met", False: "not met", None: ""}
SIGNS: Mapping[bool | None, str] = {True: "✓", False: "✗", None: ""}
"""Beside the words, so that colour alone never says it."""
TOGETHER = "All together"


def number_words(value: float, unit: str) -> str:
    """`86.4 %`, `42 days`, `1 day`, `7.5 h a week`."""
    text = f"{abs(value):,.1f}".removesuffix(".0")
    sign = "−" if value < 0 and text != "0" else ""
    return f"{sign}{text} {'day' if unit == 'days' and text == '1' else unit}"


def value_words(measured: Mapping[str, Any], unit: str) -> str:
    """A row's value of a measure, or why there is none."""
    if measured["value"] is None:
        return str(measured["why_none"])
    return number_words(measured["value"], unit)


def target_words(target: Mapping[str, Any] | None) -> str:
    """`at least 42 days (unconfirmed)`; empty where there is no target."""
    if target is None:
        return ""
    low, high = (
        None if target[end] is None else number_words(target[end], target["unit"])
        for end in ("at_least", "at_most")
    )
    if low and high:
        text = f"{low} to {high}"
    else:
        text = f"at least {low}" if low else f"at most {high}"
    return text if target["confirmed"] else f"{text} (unconfirmed)"


def verdict_words(measured: Mapping[str, Any]) -> str:
    """`✓ met`, `✗ not met`, `no target`, or empty where there is no value."""
    if measured["value"] is None:
        return ""
    if measured["target"] is None:
        return "no target"
    return f"{SIGNS[measured['met']]} {VERDICTS[measured['met']]}"


def source_words(target: Mapping[str, Any]) -> str:
    """Who says so and of when that is, and whether it was read there."""
    read = "read in the source" if target["confirmed"] else "not confirmed in the source"
    return f"{target['source']} ({target['source_date']}; {read})"

"""TOML that is written is read back by Python's own library as what it was."""

import tomllib
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.storage.toml_text import toml_text

SCALARS = (
    st.text()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.dates()
    | st.times()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TABLES = st.dictionaries(st.text(), st.dictionaries(st.text(), VALUES, max_size=3), max_size=3)


@given(tables=TABLES, words=st.text())
def test_whatever_is_written_is_read_back(tables: dict[str, dict[str, Any]], words: str) -> None:
    remarks = {(name, key): words for name, table in tables.items() for key in table}
    text = toml_text(tables, heading=words, titles=dict.fromkeys(tables, words), remarks=remarks)
    assert tomllib.loads(text) == tables


def test_a_file_is_laid_out_for_people() -> None:
    text = toml_text(
        {
            "daily_rest": {"weight": "hard", "hours": 11.0},
            "pay": {"rates": {"bank": 15.5}, "days": [date(2026, 12, 25)], "at": time(7)},
        },
        heading="A policy\nof two lines",
        titles={"daily_rest": "Rest between shifts"},
        remarks={("daily_rest", "hours"): "rest [h]"},
    )
    assert (
        text == "# A policy\n# of two lines\n\n"
        '# Rest between shifts\n[daily_rest]\nweight = "hard"\nhours = 11  # rest [h]\n\n'
        "[pay]\nrates = {bank = 15.5}\ndays = [2026-12-25]\nat = 07:00:00\n"
    )


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_infinity_is_a_number_of_toml(value: float) -> None:
    assert tomllib.loads(toml_text({"a": {"b": value}})) == {"a": {"b": value}}


def test_what_toml_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        toml_text({"a": {"b": None}})

"""Whatever document somebody hands over as a mapping: it is one, or its faults are said."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.errors import BadInput
from scheduler.storage.foreign.mapping_document import mapping_of, mapping_of_text
from scheduler.storage.foreign.mapping_text import document_of
from scheduler.storage.toml_file import MOST_BYTES

WORDS = st.sampled_from(
    ["staff", "leave", "worked_shift", "A", "", "DD/MM/YYYY", "hours", "start", "end", "kind"]
)
TOP = ["name", "organisation", "layout", "sheet", "header_row", "header_rows", "date", "hours"]
TOP += ["money", "ignored", "fill_down", "skip", "until", "values", "into"]
WITHIN = ["file", "columns", "when", "record", "column", "is", "is_not", "begins", "empty"]
WITHIN += ["constant", "kept", "prefix", "unknown", "times", "time", "after", "length_of", "less"]
WITHIN += ["otherwise", "staff_id", "start", "end", "paid_minutes", "kind"]
KEYS = st.sampled_from([*TOP, *WITHIN])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, ANYTHING, max_size=8))
def test_any_document_is_a_mapping_or_has_faults(document: dict[str, Any]) -> None:
    try:
        found = mapping_of(document, "mapping")
    except BadInput:
        return
    assert mapping_of(document_of(found), "mapping") == found


def test_otherwise_within_otherwise_has_an_end() -> None:
    source: Any = "Kind"
    for _ in range(40):
        source = {"column": "Kind", "otherwise": source}
    with pytest.raises(BadInput, match="sources in the place of one another"):
        mapping_of({"name": "x", "into": [{"file": "leave", "columns": {"kind": source}}]}, "m")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[" * 5_000, "JSON: a document that can be read"),
        (b"[1, 2]", "names and values"),
        (b'{"name": ', "can be read"),
        (b" " * (MOST_BYTES + 1), "at most 1 MiB"),
        (b"\xff\xfe", "can be read"),
    ],
)
def test_json_that_is_none_is_refused_in_words(text: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        mapping_of_text(text, "mapping.json")


def test_a_mapping_of_json_is_that_of_toml() -> None:
    document = {
        "name": "Leave",
        "into": [
            {
                "file": "leave",
                "columns": {
                    "staff_id": "No",
                    "from_date": "From",
                    "to_date": "To",
                    "kind": {"constant": "leave"},
                },
            }
        ],
    }
    toml = b"""
    name = "Leave"
    [[into]]
    file = "leave"
    columns = { staff_id = "No", from_date = "From", to_date = "To", kind = { constant = "leave" } }
    """
    assert mapping_of_text(json.dumps(document).encode(), "m.json") == mapping_of_text(
        toml, "m.toml"
    )

"""A mapping on a page: what is not touched stays as it was said."""

import re
from pathlib import Path
from typing import Any

import pytest

from scheduler.services.data import mappings
from ui.components.facts.draft import (
    Origin,
    assembled,
    origin_of,
    source_from,
    source_words,
    table_name,
    targets_of,
    words_of,
)
from ui.components.facts.said import in_titles

PAGE = Path(__file__).parents[2] / "docs" / "others-files.md"


def documented() -> dict[str, Any]:
    text = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    return mappings.document_of(mappings.read_mapping(("roster.toml", text.encode())))


def test_what_nobody_touches_stays_as_it_was_said() -> None:
    base = documented()
    files = list(dict.fromkeys(one["file"] for one in base["into"]))
    into = []
    for file, target in targets_of(base, files):
        columns = {
            name: source_from(origin_of(source), file, name, source)
            for name, source in target["columns"].items()
        }
        into.append({**target, "columns": columns})
    found = assembled(base, into, {}, words_of(base), set())
    assert mappings.mapping_from(found, "RDD") == mappings.mapping_from(base, "RDD")


@pytest.mark.parametrize(
    ("origin", "file", "column", "expected"),
    [
        (Origin(), "staff", "name", None),
        (Origin("heading", "Name"), "staff", "name", {"column": "Name"}),
        (Origin("always", constant="no"), "staff", "wtr_opt_out", {"constant": "no"}),
        (
            Origin("heading", "Day", time="To"),
            "worked_shift",
            "end",
            {"date": "Day", "time": "To", "after": "start"},
        ),
        (
            Origin("heading", "Day", time="From"),
            "worked_shift",
            "start",
            {"date": "Day", "time": "From"},
        ),
        (
            Origin("length", less="Rest", hours="minutes"),
            "worked_shift",
            "paid_minutes",
            {"length_of": ["start", "end"], "less": "Rest", "hours": "minutes"},
        ),
    ],
)
def test_a_choice_becomes_a_source(origin: Origin, file: str, column: str, expected: Any) -> None:
    assert source_from(origin, file, column, None) == expected


def test_meanings_go_along_to_another_heading() -> None:
    said = {"column": "Paid As", "values": "pay", "unknown": "leave out"}
    found = source_from(Origin("heading", "Worked As"), "worked_shift", "pay", said)
    assert found == {"column": "Worked As", "values": "pay", "unknown": "leave out"}


def test_words_are_asked_where_a_source_ends() -> None:
    source = {"kept": "", "otherwise": {"column": "Ward", "otherwise": "Unit"}}
    into = [{"file": "staff", "columns": {"home_site_id": source}}]
    words: Any = {table_name("staff", "home_site_id"): {"W1": "S1"}}
    found = assembled({"name": "x"}, into, {}, words, {("staff", "home_site_id")})
    end = found["into"][0]["columns"]["home_site_id"]["otherwise"]["otherwise"]
    assert end == {"column": "Unit", "values": "site", "unknown": "leave out"}
    assert found["values"] == {"site": {"W1": "S1"}}


def test_tables_that_no_column_asks_go() -> None:
    into = [{"file": "leave", "columns": {"kind": "Type"}}]
    words: Any = {"site": {"W1": "S1"}}
    assert assembled({"name": "x"}, into, {}, words, set())["values"] == {}


def test_sources_are_told_in_words() -> None:
    joined = {"columns": ["Forename", "Surname"], "between": " "}
    assert source_words(joined) == "Forename and Surname"
    assert source_words({"kept": "no"}) == "what is stored already; for somebody new no"
    assert source_words({"kept": "", "otherwise": "Ward"}).endswith("nothing, otherwise Ward")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for worked_shift: Paid As is 'x'", "for Shifts worked: Paid As is 'x'"),
        (
            "an id (the mapping gives staff_id of leave this value)",
            "an id (it was said above to give “Person” of “Leave” this value)",
        ),
        ("a role, or an entry in the value table 'role'; nearest", "a role; nearest"),
        ("has start 2026-08-22T19:30+01:00", "has start Sat 22 Aug 2026 19:30"),
        ("from 2026-08-31 on, paid_minutes 690", "from Mon 31 Aug 2026 on, paid minutes 690"),
        ("was 2026-02-31", "was 2026-02-31"),
        ("goes on: scheduler repair.", "goes on, it is repaired on the page Operations."),
        ("nothing of ours: some_word of_it", "nothing of ours: some_word of_it"),
    ],
)
def test_no_name_of_a_column_or_file_is_shown(text: str, expected: str) -> None:
    assert in_titles(text) == expected

"""What comes from a browser is a command of the board, or nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.components.board import Command, Spot, Target, parsed
from ui.components.board.commands import LONGEST, MOST

CELL = {"row": "P1", "column": "2027-01-11"}
SPOT = {**CELL, "entry": "T1"}
WELL_FORMED: list[tuple[dict[str, Any], Command]] = [
    (
        {"do": "open", "row": "P1", "column": None, "entry": None},
        Command("1", "open", spot=Spot("P1", None)),
    ),
    (
        {"do": "open", **CELL, "entry": None},
        Command("1", "open", spot=Spot("P1", "2027-01-11")),
    ),
    ({"do": "pick", **SPOT}, Command("1", "pick", spot=Spot("P1", "2027-01-11", "T1"))),
    ({"do": "drop"}, Command("1", "drop")),
    (
        {"do": "place", "entry": "T1", "from": CELL, "to": {**CELL, "entry": "T2"}, "how": "copy"},
        Command(
            "1",
            "place",
            entry="T1",
            target=Target(Spot("P1", "2027-01-11", None), Spot("P1", "2027-01-11", "T2"), "copy"),
        ),
    ),
    (
        {"do": "remove", "entries": [SPOT]},
        Command("1", "remove", entries=(Spot("P1", "2027-01-11", "T1"),)),
    ),
    ({"do": "undo"}, Command("1", "undo")),
    ({"do": "redo"}, Command("1", "redo")),
    (
        {"do": "answer", "question": "Q", "choice": "both"},
        Command("1", "answer", question="Q", choice="both"),
    ),
    (
        {"do": "pin", "entries": [SPOT], "cells": [CELL]},
        Command(
            "1",
            "pin",
            entries=(Spot("P1", "2027-01-11", "T1"),),
            cells=(Spot("P1", "2027-01-11"),),
        ),
    ),
    ({"do": "pin", "entries": [], "cells": []}, Command("1", "pin")),
]
RUBBISH: list[Any] = [
    None,
    "open",
    ["open"],
    {},
    {"id": "1"},
    {"id": 1, "do": "undo"},
    {"id": "", "do": "undo"},
    {"id": "1" * (LONGEST + 1), "do": "undo"},
    {"id": "1", "do": ["undo"]},
    {"id": "1", "do": "build"},
    {"id": "1", "do": "open"},
    {"id": "1", "do": "open", "row": 5},
    {"id": "1", "do": "open", "row": "P1", "column": 5},
    {"id": "1", "do": "pick", **CELL, "entry": None},
    {"id": "1", "do": "pick", "row": "P1", "entry": "T1"},
    {"id": "1", "do": "place", "entry": "T1", "from": CELL, "to": CELL},
    {"id": "1", "do": "place", "entry": "T1", "from": CELL, "to": CELL, "how": "swap"},
    {"id": "1", "do": "place", "entry": "T1", "from": CELL, "to": CELL, "how": ["move"]},
    {"id": "1", "do": "place", "entry": "T1", "from": CELL, "to": {"row": "P1"}, "how": "move"},
    {"id": "1", "do": "place", "from": CELL, "to": CELL, "how": "move"},
    {"id": "1", "do": "remove", "entries": []},
    {"id": "1", "do": "remove"},
    {"id": "1", "do": "remove", "entries": {"row": "P1"}},
    {"id": "1", "do": "remove", "entries": [CELL]},
    {"id": "1", "do": "remove", "entries": [SPOT] * (MOST + 1)},
    {"id": "1", "do": "answer", "question": "Q"},
]


@pytest.mark.parametrize(("told", "command"), WELL_FORMED, ids=lambda one: str(one)[:40])
def test_a_command_is_read(told: dict[str, Any], command: Command) -> None:
    assert parsed({"id": "1", **told}, {"pin"}) == command


@pytest.mark.parametrize("raw", RUBBISH, ids=lambda raw: str(raw)[:60])
def test_rubbish_is_no_command(raw: Any) -> None:
    assert parsed(raw, {"pin"}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.sampled_from(WELL_FORMED),
    st.dictionaries(
        st.sampled_from(
            ["id", "do", "row", "column", "entry", "from", "to", "how", "entries", "cells"]
        ),
        JSON,
        min_size=1,
    ),
)
def test_whatever_is_put_into_a_command_it_is_read_or_refused(
    known: tuple[dict[str, Any], Command], planted: dict[str, Any]
) -> None:
    found = parsed({"id": "1", **known[0], **planted}, {"pin"})
    assert found is None or json.dumps(found)

"""The hazard log names, of every hazard, what DCB0129 asks for, and tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOG = (ROOT / "docs" / "hazard-log.md").read_text(encoding="utf-8")
FIELDS = ("Cause", "Effect", "Control", "Test", "Severity, likelihood", "Open")
HAZARDS = re.findall(r"^## (H\d+) .+?$(.*?)(?=^## |\Z)", LOG, re.DOTALL | re.MULTILINE)


def test_hazards_are_numbered_without_a_gap() -> None:
    assert [number for number, _ in HAZARDS] == [f"H{n}" for n in range(1, len(HAZARDS) + 1)]
    assert len(HAZARDS) >= 14


@pytest.mark.parametrize(("number", "text"), HAZARDS, ids=[number for number, _ in HAZARDS])
def test_each_hazard_says_everything_and_names_tests_that_exist(number: str, text: str) -> None:
    said = dict(re.findall(r"^- \*\*(.+?)\*\*: (.+)$", text, re.MULTILINE))
    assert tuple(said) == FIELDS, number
    named = re.findall(r"`(tests/[^`]+)`", said["Test"])
    assert named
    for test in named:
        path, _, function = test.partition("::")
        assert (ROOT / path).exists(), test
        if function:
            assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), test


def test_what_is_not_claimed_is_said_first() -> None:
    assert LOG.index("What is not claimed") < LOG.index("## H1")

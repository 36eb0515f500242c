"""What is read of a TOML file: all that a policy or a scenario may hold, and nothing without an
end.
"""

from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.errors import BadInput
from scheduler.storage.toml_file import MOST_BYTES, MOST_DEPTH, read_tables


def test_tables_come_back_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        '[pay]\nweight = 5.5\npublic_holidays = [2026-12-25]\n[a.b]\n"c d" = {e = "f"}\n',
        encoding="utf-8",
    )
    assert read_tables(path) == {
        "pay": {"weight": 5.5, "public_holidays": [date(2026, 12, 25)]},
        "a": {"b": {"c d": {"e": "f"}}},
    }


def test_as_deep_as_allowed_is_read_and_one_deeper_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("a = " + "[" * (MOST_DEPTH - 1) + "]" * (MOST_DEPTH - 1))
    assert read_tables(path)
    path.write_text("a = " + "[" * MOST_DEPTH + "]" * MOST_DEPTH)
    with pytest.raises(BadInput, match=f"at most {MOST_DEPTH} tables"):
        read_tables(path)


def test_as_large_as_allowed_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"#" * MOST_BYTES)
    assert read_tables(path) == {}
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(BadInput, match="at most 1 MiB in a file of this kind, not 2 MiB"):
        read_tables(path)

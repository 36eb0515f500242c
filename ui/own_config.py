"""How the pages look and are served, wherever they are started: from the checkout, or as it was
installed.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


def own_config() -> dict[str, Any]:
    """Streamlit's options, by name."""
    checkout = _HERE.parent / ".streamlit" / "config.toml"
    file = checkout if checkout.is_file() else _HERE / "config.toml"
    return dict(_options(tomllib.loads(file.read_text(encoding="utf-8"))))


def _options(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _options(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value

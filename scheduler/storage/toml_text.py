"""Tables as the text of a TOML file: what Python's own library reads, written.
https://toml.io/en/v1.0.0
"""

import math
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def toml_text(
    tables: Mapping[str, Mapping[str, Any]],
    *,
    heading: str = "",
    titles: Mapping[str, str] | None = None,
    remarks: Mapping[tuple[str, str], str] | None = None,
) -> str:
    """The text of a file with these tables, in their order.

    `heading` stands at the top, the title of a table above it, and the remark on a table's key
    behind its value; all are comments. A value is text, a number, true or false, a date or time, or
    a list or table of them; there is no "none".
    """
    blocks = [_comment(heading)] if heading else []
    for name, table in tables.items():
        lines = [_comment((titles or {})[name])] if (titles or {}).get(name) else []
        lines.append(f"[{_key(name)}]")
        for key, value in table.items():
            remark = (remarks or {}).get((name, key), "")
            lines.append(
                f"{_key(key)} = {toml_value(value)}" + (f"  {_comment(remark)}" if remark else "")
            )
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def toml_value(value: Any) -> str:
    """A value on one line. Whole numbers lose their ".0": whoever reads them knows what they are
    for. Raises TypeError for what TOML cannot say.
    """
    if isinstance(value, str):
        return (
            '"'
            + "".join(
                _ESCAPES.get(letter) or (letter if _printable(letter) else f"\\u{ord(letter):04X}")
                for letter in value
            )
            + '"'
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)  # inf, -inf and nan are TOML's words too
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{_key(key)} = {toml_value(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(each) for each in value) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_value(name)


def _comment(text: str) -> str:
    # a letter that TOML forbids in a comment would make the whole file unreadable
    return "\n".join(
        "# " + "".join(letter for letter in line if _printable(letter))
        for line in text.splitlines()
    )


def _printable(letter: str) -> bool:
    return letter >= " " and letter != "\x7f"

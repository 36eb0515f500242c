"""The tables of a TOML file that somebody wrote: a policy, a scenario."""

import tomllib
from pathlib import Path
from typing import Any

from scheduler.domain.errors import BadInput, Fault
from scheduler.storage.limits import MIB
from scheduler.storage.whole_file import Unreadable, content

MOST_BYTES = MIB
"""A policy with everything in it has some ten thousand."""
MOST_DEPTH = 32
"""Tables and lists within each other: a policy has four."""


def read_tables(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises BadInput for what is none, for what is too large and for
    pipes and devices, which may have no end.
    """
    if not path.exists():
        raise BadInput([Fault(str(path), 0, "", "", "a file that exists")])
    try:
        return tables_of(content(path, most=MOST_BYTES), path.name)
    except Unreadable as error:
        raise BadInput([error.fault]) from None


def tables_of(text: bytes, name: str) -> dict[str, Any]:
    """Of the content of a TOML file that goes by this name. Raises BadInput."""
    too_deep = Fault(name, 0, "", "", f"at most {MOST_DEPTH} tables and lists within each other")
    if len(text) > MOST_BYTES:
        raise BadInput(
            [Fault(name, 0, "", "", f"at most {MOST_BYTES // MIB} MiB in a file of this kind")]
        )
    if (
        max((line.count(b".") for line in text.splitlines()), default=0) > 1_000
    ):  # a dotted key takes time that grows with its square
        raise BadInput([too_deep])
    try:
        tables = tomllib.loads(text.decode("utf-8"))
        if _deeper_than(tables, MOST_DEPTH):
            raise BadInput([too_deep])
    except UnicodeDecodeError:
        raise BadInput([Fault(name, 0, "", "", "text in UTF-8")]) from None
    except RecursionError:
        raise BadInput([too_deep]) from None
    except (
        ValueError
    ) as error:  # TOMLDecodeError, and a whole number with more digits than Python takes
        said = (
            str(error)
            if isinstance(error, tomllib.TOMLDecodeError)
            else "a number has too many digits"
        )
        raise BadInput([Fault(name, 0, "", "", f"TOML: {said}")]) from None
    return tables


def _deeper_than(value: Any, depth: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    return depth == 0 or any(
        _deeper_than(part, depth - 1)
        for part in (value.values() if isinstance(value, dict) else value)
    )

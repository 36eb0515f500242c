"""Options of several words that may be said several times, which Typer's own cannot:
`--sick STAFF FROM TO --sick STAFF FROM TO`.
"""

from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand

BETWEEN = "\x1f"
"""Stands between words that belong together, for ids may hold spaces."""


def command_with(groups: Mapping[str, int]) -> type[TyperCommand]:
    """A command in which each of these options takes so many words."""

    class WithWordGroups(TyperCommand):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            joined, left = [], list(args)
            while left:
                joined.append(left.pop(0))
                most = groups.get(joined[-1])
                if most is not None:
                    stop = (i for i, word in enumerate(left[:most]) if word.startswith("--"))
                    count = next(stop, min(most, len(left)))
                    joined.append(BETWEEN.join(left[:count]))
                    del left[:count]
            return super().parse_args(ctx, joined)

    return WithWordGroups


def words_of(text: str, expected: str, example: str) -> list[str]:
    """The words of one such option. Raises BadParameter unless there are as many as `expected`
    names.
    """
    words = text.split(BETWEEN)
    if len(words) != len(expected.split()):
        raise typer.BadParameter(f"{' '.join(words)!r} is not {expected}, such as {example}.")
    return words

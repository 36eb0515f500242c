"""What a look at a database says of one thing, and how all of it is weighed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

HowItIs = Literal["ok", "look", "wrong"]
"""As it should be; somebody should look at it; something is broken or soon will be."""


@dataclass(frozen=True)
class LookedAt:
    """One thing that was looked at. `said`: what was found; `todo`: what to do about it, empty
    where nothing is.
    """

    what: str
    state: HowItIs
    said: str
    todo: str = ""


def ok(what: str, said: str) -> LookedAt:
    """As it should be."""
    return LookedAt(what, "ok", said)


def worst(found: Sequence[LookedAt]) -> HowItIs:
    """The worst of all."""
    states = {one.state for one in found}
    return "wrong" if "wrong" in states else "look" if "look" in states else "ok"

"""How entries of a board are named to the browser and back: who is meant, and at which work."""

import json
from functools import lru_cache
from typing import NamedTuple

from scheduler.services.edit.commands import Seat


class Meant(NamedTuple):
    """Somebody at a piece of work; an open place of it where `who` is empty."""

    who: str
    demand_id: str

    @property
    def place(self) -> Seat:
        """As services name it."""
        return Seat(self.who, self.demand_id)


@lru_cache(maxsize=65_536)
def token(who: str, demand_id: str) -> str:
    """What the browser hands back; nothing for what is no work."""
    return json.dumps([who, demand_id]) if demand_id else ""


def meant(text: str | None) -> Meant | None:
    """What a token names; None where it names nothing: browsers send what they like."""
    try:
        told = json.loads(text or "")
    except ValueError:
        return None
    if isinstance(told, list) and len(told) == 2 and all(isinstance(one, str) for one in told):
        return Meant(*told)
    return None

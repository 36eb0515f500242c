"""That something of a person ends, as they are told of it and say that they know."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

MARK = re.compile(r"[0-9a-f]{16}")


class HeldEnding(NamedTuple):
    """The end of something that a person holds. `kind` and `key`: which thing, as `Held` has it;
    `until`: its last day; `ended`: whether that day is over. What is renewed, moved, or over by now
    is another ending, of which nobody has said yet that they know.
    """

    kind: str
    key: tuple[str | None, ...]
    until: date
    ended: bool

    @property
    def thing(self) -> str:
        """Its key as one text."""
        return json.dumps(self.key, ensure_ascii=False)

    @property
    def mark(self) -> str:
        """What a page names it by: 16 signs that say nothing of what it is."""
        whole = (self.kind, self.thing, self.until.isoformat(), self.ended)
        return sha256(json.dumps(whole).encode()).hexdigest()[:16]


def is_mark(text: str) -> bool:
    """Whether a text could be the mark of an ending."""
    return MARK.fullmatch(text) is not None


@dataclass(frozen=True)
class KnownEnding:
    """That somebody knows of an ending. `seen_by`: the account that has said so, for them where it
    is a manager's.
    """

    ending: HeldEnding
    seen_at: datetime
    seen_by: str

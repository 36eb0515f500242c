"""Which rows a session has sent to its browser: those that the browser is known to have are not
sent again.

A browser says with each command which rows it has. Rows are told apart by names of which no two
are ever alike, so that it cannot take some for others: where it lacks those that it is told a
difference from, it says so, and is sent all.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

MOST = 6
"""Lists of rows that are kept to be told apart from; rows that they have in common are kept once.
"""
MUCH = 2
"""Where more than one row in so many is another, all are sent."""
Rows = tuple[tuple[Any, ...], ...]


class RowsSent:
    """What one board of one session was told. `has` is what its browser says that it has."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, Rows] = OrderedDict()
        self._has = ""

    def has(self, name: str) -> None:
        """The browser has the rows of this name; none that are known, where it is none of these."""
        self._has = name if name in self._sent else ""

    def told(self, rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        """`named`: what these rows are called; `rows`: all of them, or None and `since`: how they
        differ from the rows `named` there, which the browser has: `rows` are pairs of a place and
        what stands there; `order`: of each row its place before, where that is another for any;
        None where all have stayed where they were.
        """
        last = self._sent[next(reversed(self._sent))] if self._sent else ()
        known = {id(row) for row in last}  # of these nothing can change
        now = tuple(row if id(row) in known else _frozen(row) for row in rows)
        name = next((name for name, before in reversed(self._sent.items()) if before == now), "")
        if name:
            now = self._sent[name]
        name = name or str(uuid4())
        self._keep(name, now)
        since = self._since(now)
        return {"named": name, "rows": now if since is None else None, "since": since}

    def _keep(self, name: str, rows: Rows) -> None:
        self._sent[name] = rows
        self._sent.move_to_end(name)
        if self._has:
            self._sent.move_to_end(self._has)
        while len(self._sent) > MOST:
            self._sent.popitem(last=False)

    def _since(self, now: Rows) -> dict[str, Any] | None:
        before = self._sent.get(self._has)
        if not before:
            return None
        ids = [row[0] for row in now]
        if ids == [row[0] for row in before]:
            order, was = None, before
        else:
            places = {row[0]: place for place, row in enumerate(before)}
            order = [places.get(row_id, 0) for row_id in ids]
            was = tuple(before[place] for place in order)
        others = [
            [place, row]
            for place, (row, old) in enumerate(zip(now, was, strict=True))
            if row is not old and row != old
        ]
        if len(others) * MUCH > len(now):
            return None
        return {"named": self._has, "order": order, "rows": others}


def _frozen(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row, of which nothing can change any more: else what was sent would change with it, and
    would never look different.
    """
    try:
        hash(row)
    except TypeError:
        return tuple(_deep(part) for part in row)
    return row


def _deep(part: Any) -> Any:
    return tuple(map(_deep, part)) if isinstance(part, (list, tuple)) else part

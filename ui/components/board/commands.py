"""What the board asks the page for. It comes from a browser: what is not well formed is none."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

LONGEST = 200
"""Characters of a name that the board hands back."""
MOST = 20_000
"""Things of one command."""
HOW = ("move", "copy")
ROWS = "rows"
"""What the board asks for of itself: what it was told is no use without rows that it lacks."""


class Spot(NamedTuple):
    """A cell of the board, or an entry in it. `column`: nothing where the row's title is meant."""

    row: str
    column: str | None
    entry: str | None = None


class Target(NamedTuple):
    """Whence and whither something is placed, and `how`: `move` or `copy`. `onto.entry`: on what it
    was put.
    """

    source: Spot
    onto: Spot
    how: str


class Command(NamedTuple):
    """One thing that a person did on the board. `do`: open, close, pick, drop, place, remove, undo,
    redo, answer, or the id of an action of the page; rows, where the browser lacks some.
    """

    id: str
    do: str
    spot: Spot | None = None
    """Of open and pick."""
    entry: str | None = None
    """What is placed."""
    target: Target | None = None
    """Where it is placed."""
    entries: tuple[Spot, ...] = ()
    """Of remove and of an action: what was selected."""
    cells: tuple[Spot, ...] = ()
    """Of an action: the cells that were selected, with those of the entries."""
    question: str | None = None
    choice: str | None = None
    has: str = ""
    """What the rows are called that the browser has."""


class _Rubbish(Exception):
    """Not a command of the board."""


def parsed(raw: object, actions: Collection[str] = ()) -> Command | None:
    """The command in what came from the browser; None where there is none, or none that is well
    formed. `actions`: the page's own.
    """
    try:
        command = _command(raw, actions)
        has = _mapping(raw).get("has")
        return command._replace(has=_name(has)) if has else command
    except _Rubbish:
        return None


def _command(raw: object, actions: Collection[str]) -> Command:
    told = _mapping(raw)
    number, do = _name(told.get("id")), _name(told.get("do"))
    if do in ("open", "pick"):
        spot = _spot(told)
        if do == "pick" and (spot.column is None or spot.entry is None):
            raise _Rubbish
        return Command(number, do, spot=spot)
    if do == "place":
        source, onto = _cell(told.get("from")), _cell(told.get("to"))
        how = told.get("how")
        if not isinstance(how, str) or how not in HOW:
            raise _Rubbish
        entry = _name(told.get("entry"))
        return Command(number, do, entry=entry, target=Target(source, onto, how))
    if do == "answer":
        question, choice = _name(told.get("question")), _name(told.get("choice"))
        return Command(number, do, question=question, choice=choice)
    if do in ("drop", "close", "undo", "redo", ROWS):
        return Command(number, do)
    if do != "remove" and do not in actions:
        raise _Rubbish
    entries, cells = _spots(told.get("entries")), _spots(told.get("cells"))
    if any(spot.entry is None for spot in entries) or (do == "remove" and not entries):
        raise _Rubbish
    return Command(number, do, entries=entries, cells=cells)


def _mapping(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise _Rubbish
    return raw


def _name(raw: object) -> str:
    if not isinstance(raw, str) or not raw or len(raw) > LONGEST:
        raise _Rubbish
    return raw


def _spot(raw: object) -> Spot:
    told = _mapping(raw)
    column, entry = (
        None if told.get(name) is None else _name(told[name]) for name in ("column", "entry")
    )
    return Spot(_name(told.get("row")), column, entry)


def _cell(raw: object) -> Spot:
    spot = _spot(raw)
    if spot.column is None:
        raise _Rubbish
    return spot


def _spots(raw: object) -> tuple[Spot, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, (list, tuple)) or len(raw) > MOST:
        raise _Rubbish
    return tuple(_cell(one) for one in raw)

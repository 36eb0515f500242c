"""A roster as a board of rows × columns, whose entries people choose, pick up and place: what the
page tells it, and what it tells the page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import streamlit as st

from ui.components.board.commands import ROWS, Command, Spot, Target, parsed
from ui.components.board.sent import RowsSent

__all__ = [
    "Action",
    "Answer",
    "BoardColumn",
    "BoardData",
    "Choice",
    "Command",
    "Entry",
    "Mark",
    "PinnedCell",
    "PinnedLine",
    "Question",
    "Row",
    "Spot",
    "Target",
    "VerdictText",
    "Verdicts",
    "board",
    "parsed",
]

_HERE = Path(__file__).parent
_SCRIPTS = (
    "cells",
    "rows",
    "viewport",
    "phone",
    "selection",
    "pick",
    "drag",
    "keys",
    "say",
    "print",
    "board",
)
"""In this order one script, of which each file says a part."""

ShownKind = Literal["plain", "night", "lent", "beyond", "leave", "open", "short", "full", "gone"]
MarkCode = Literal[
    "breach", "pinned", "edited", "known", "locked", "conflict", "new", "altered", "signed"
]
State = Literal["yes", "price", "instead", "no"]


class Mark(NamedTuple):
    """A sign in an entry, and what it means here."""

    code: MarkCode
    words: str


class Entry(NamedTuple):
    """What stands in a cell. `token` names it to the page; without one it cannot be picked up.
    `kind` says nothing that the texts do not say.
    """

    token: str = ""
    top: str = ""
    low: str = ""
    note: str = ""
    kind: ShownKind = "plain"
    marks: Sequence[Mark] = ()


class Row(NamedTuple):
    """A line of the board: the further lines under its title, the entries of each column, and the
    text in the column of sums.
    """

    id: str
    title: str
    sub: Sequence[str]
    cells: Sequence[Sequence[Entry]]
    sum: str = ""


class BoardColumn(NamedTuple):
    """A day or a line of work at the head of its cells; `mark` is `today` or nothing. `kinds`: of
    `weekend`, `holiday` and `begins` (another week) those that it is, a space between; they say
    nothing that the texts do not say.
    """

    id: str
    title: str
    sub: str = ""
    mark: str = ""
    kinds: str = ""


class PinnedCell(NamedTuple):
    """What a pinned line says of a column; `kind` is `short`, `full` or nothing."""

    text: str
    note: str = ""
    kind: str = ""


class PinnedLine(NamedTuple):
    """A line that stays under the headings, for instance cover against demand."""

    id: str
    title: str
    sub: str
    cells: Sequence[PinnedCell]


class Action(NamedTuple):
    """A button for what is selected. `icon`: a name of Material Symbols, or nothing. `words`: what
    it does, as a hint.
    """

    id: str
    label: str
    icon: str = ""
    on: Literal["entries", "cells", "any"] = "entries"
    words: str = ""


class VerdictText(NamedTuple):
    """What becomes of an entry that is placed: `short` fits into a cell, `long` is a sentence,
    `groups` are further lines of its hint.
    """

    state: State
    short: str
    long: str
    groups: Sequence[str] = ()


@dataclass(frozen=True)
class Verdicts:
    """Where what was picked up may go, for the command `pick`: of each row the number of the text
    in `texts` of each column, -1 where nothing is said. `source`: what was picked up, in words.
    """

    pick: str
    rows: Mapping[str, Sequence[int]]
    texts: Sequence[VerdictText]
    source: str


@dataclass(frozen=True)
class Answer:
    """What became of the command `id`; `undo`: it can be taken back."""

    id: str
    ok: bool
    say: str
    undo: bool = False


class Choice(NamedTuple):
    """A way to answer a question."""

    key: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Question:
    """What is to be decided before a command is done. The last choice leaves all as it is."""

    id: str
    words: str
    choices: Sequence[Choice]


@dataclass(frozen=True, kw_only=True)
class BoardData:
    """All that a board shows. `corner` stands over the titles of the rows, `sums` over the sums at
    the right end, if there are any. `row_height`, `first` (titles) and `least` (each column, at
    least) in pixels; so is `height`, or it is what is left of the window. `scroll_key`: under which
    the browser remembers where one was. `printed`: what stands on paper above the headings of each
    page. `reveals`: the key of the container in which the page
    speaks of what was opened, which is then brought into sight. `returns`: how often that was left;
    at each time the board has the focus again.
    """

    label: str
    corner: str
    columns: Sequence[BoardColumn]
    rows: Sequence[Row]
    scroll_key: str
    view: Literal["person", "work"] = "person"
    sums: str | None = None
    pinned: Sequence[PinnedLine] = ()
    editable: bool = False
    draft: bool = False
    actions: Sequence[Action] = ()
    verdicts: Verdicts | None = None
    answer: Answer | None = None
    question: Question | None = None
    row_height: int = 48
    first: int = 220
    least: int = 120
    compact: bool = False
    legend: Sequence[tuple[str, str]] = ()
    height: int | Literal["window"] = "window"
    reveals: str = ""
    returns: int = 0
    printed: str = ""


def board(data: BoardData, *, key: str, obey: Callable[[Command], None]) -> None:
    """Draws the board. What its user asks for is given to `obey`, once, before the run that it
    brings.

    The session keeps which command it was, and the next run tells the board, which then sends the
    next: of two that come before a run has begun, Streamlit would keep one.
    """
    kept = f"{key} heard"
    known = {action.id for action in data.actions}
    sent: RowsSent = st.session_state.setdefault(f"{key} sent", RowsSent())

    def hear() -> None:
        drawn = st.session_state.get(key) or {}
        command = parsed(drawn.get("command"), known)
        if command is not None and command.id != st.session_state.get(kept, ""):
            st.session_state[kept] = command.id
            sent.has(command.has)
            if command.do != ROWS:
                obey(command)

    heard = st.session_state.get(kept, "")
    _component()(key=key, height="content", on_command_change=hear, data=_told(data, heard, sent))


def _told(data: BoardData, heard: str, sent: RowsSent) -> dict[str, Any]:
    """As the scripts read it: what there is much of, the rows, without names, and only those that
    the browser is not known to have.
    """
    told = {**vars(data), "heard": heard, **sent.told(data.rows)}
    told["columns"] = [column._asdict() for column in data.columns]
    told["actions"] = [action._asdict() for action in data.actions]
    told["pinned"] = [
        {**line._asdict(), "cells": [cell._asdict() for cell in line.cells]} for line in data.pinned
    ]
    if (verdicts := data.verdicts) is not None:
        told["verdicts"] = {
            "pick": verdicts.pick,
            "rows": verdicts.rows,
            "texts": verdicts.texts,
            "from": verdicts.source,
        }
    if data.answer is not None:
        told["answer"] = vars(data.answer)
    if data.question is not None:
        choices = [choice._asdict() for choice in data.question.choices]
        told["question"] = {**vars(data.question), "choices": choices}
    return told


def _component() -> Any:
    return st.components.v2.component(
        "roster_board",
        html='<div class="board"></div>',
        css=(_HERE / "board.css").read_text(encoding="utf-8"),
        js="\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
    )

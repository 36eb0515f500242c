"""A page for the tests of the board: made-up people, shifts and verdicts; what is placed, copied or
removed is so in the session.

streamlit run tests/browser/board_stage.py, with in the address: people=60, days=7, view=person or
work, read=only, published=yes, slow=0.3 (seconds that an answer takes), sums=no, compact=yes,
move=yes (with each command the board moves elsewhere), few=yes (half of the people can take
nothing).
"""

import random
import time
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import streamlit as st

from ui.components.board import (
    Action,
    Answer,
    BoardColumn,
    BoardData,
    Choice,
    Command,
    Entry,
    Mark,
    PinnedCell,
    PinnedLine,
    Question,
    Row,
    Verdicts,
    VerdictText,
    board,
)

MONDAY = date(2027, 1, 11)
SHIFTS = (
    ("07:00–15:00", "Early", "plain"),
    ("13:00–21:00", "Late", "plain"),
    ("19:00–07:30 night", "Night", "night"),
)
WARDS = ("Ward A", "Ward B", "Bronte, Basildon UH", "Community beds, Brentwood CH")
NAMES = ("Ann", "Bea", "Cal", "Dee", "Eli", "Fay", "Gus", "Hal", "Ida", "Jay")
FAMILIES = ("Abbott", "Barker", "Carter", "Dobson", "Eastwood", "Fletcher", "Garside")
TEXTS = (
    VerdictText("yes", "−£17", "Allowed, and £17 cheaper.", ("Pay: £17 less",)),
    VerdictText("yes", "same", "Allowed, at the same price."),
    VerdictText(
        "price", "+£85 wish", "Allowed, £85 dearer, and against a wish.", ("Pay: £85 more",)
    ),
    VerdictText("instead", "instead of Early", "Allowed instead of an early on the same day."),
    VerdictText("no", "on leave", "Not allowed: on leave on this day."),
    VerdictText("no", "rest 9 h", "Not allowed: 9 h of rest, 11 h are due."),
)
Cells = list[list[list[Entry]]]


def made(people: int, days: int) -> Cells:
    """The same at each run."""
    chance = random.Random(7)
    cells: Cells = [[[] for _ in range(days)] for _ in range(people)]
    number = 0
    for row in cells:
        for cell in row:
            here = chance.random()
            if here < 0.08:
                cell.append(Entry("", "leave: annual", kind="leave"))
            elif here < 0.6:
                for _ in range(2 if here < 0.12 else 1):
                    number += 1
                    cell.append(_shift(chance, number))
    return cells


def _shift(chance: random.Random, number: int) -> Entry:
    hours, _, kind = chance.choice(SHIFTS)
    lent = kind == "plain" and chance.random() < 0.15
    marks = []
    if chance.random() < 0.08:
        marks.append(Mark("breach", "9 h of rest, 11 h are due"))
    if chance.random() < 0.1:
        marks.append(Mark("pinned", "pinned"))
    note = "→ Provide" if lent else ""
    ward = chance.choice(WARDS)
    return Entry(f"T{number}", hours, ward, note, "lent" if lent else kind, marks)  # type: ignore[arg-type]


def title_of(number: int) -> str:
    """A name for each person, no two alike among seventy."""
    return f"{NAMES[number % 10]} {FAMILIES[number // 10 % 7]}" + (
        f" {number // 70 + 1}" if number >= 70 else ""
    )


def column_titles(days: int) -> list[BoardColumn]:
    """Days from a Monday on, the second of which is today, the fifth a bank holiday."""
    dates = [MONDAY + timedelta(day) for day in range(days)]
    return [
        BoardColumn(
            day.isoformat(),
            f"{day:%a} {day.day} {day:%b}",
            "bank holiday" if number == 4 else "",
            "today" if number == 1 else "",
            " ".join(
                kind
                for kind, so in (
                    ("weekend", number % 7 > 4),
                    ("holiday", number == 4),
                    ("begins", number % 7 == 0 and number > 0),
                )
                if so
            ),
        )
        for number, day in enumerate(dates)
    ]


def main() -> None:
    """The page."""
    asked = st.query_params
    people, days = int(asked.get("people", "60")), int(asked.get("days", "7"))
    state = st.session_state
    if "cells" not in state:
        state.cells = made(people, days)
        state.done, state.undone, state.heard = [], [], 0
        state.verdicts = state.answer = state.question = state.waiting = None
    st.caption("A stage for the board. Nothing here is stored.")
    find = st.text_input("Find", label_visibility="collapsed", placeholder="name", key="find")
    columns = column_titles(days)
    moved = asked.get("move") == "yes" and state.heard % 2 == 1

    def hear(command: Command) -> None:
        time.sleep(float(asked.get("slow", "0")))
        state.heard += 1
        state.last = command
        obey(command, columns)

    with st.container(border=True) if moved else nullcontext():
        board(shown(columns, find), key="board", obey=hear)
    if "last" in state:
        st.code(f"{state.heard}: {state.last.do} {state.last.spot}", language=None)


def shown(columns: list[BoardColumn], find: str) -> BoardData:
    """What the board is told."""
    state, asked = st.session_state, st.query_params
    cells: Cells = state.cells
    rows = [
        Row(
            f"P{number}",
            title_of(number),
            [f"Nurse, {('MSE', 'Provide', 'EPUT')[number % 3]}", f"{_hours(row)} h of 37.5 h"],
            row,
            f"{_hours(row)}",
        )
        for number, row in enumerate(cells)
        if find.casefold() in title_of(number).casefold()
    ]
    return BoardData(
        label="Roster by person and day",
        corner="Person",
        columns=columns,
        rows=rows,
        scroll_key=f"stage {len(cells)} {len(columns)}",
        view="work" if asked.get("view") == "work" else "person",
        sums=None if asked.get("sums") == "no" else "Hours",
        pinned=[cover(cells, len(columns))],
        editable=asked.get("read") != "only",
        draft=asked.get("published") != "yes",
        actions=[
            Action("unassign", "Unassign", "person_remove", "entries", "leave the work open"),
            Action("pin", "Pin", "push_pin", "entries", "keep them in the next build"),
            Action("fill", "Fill", "auto_fix_high", "cells", "build these cells alone"),
        ],
        verdicts=state.verdicts,
        answer=state.answer,
        question=state.question,
        row_height=36 if asked.get("compact") == "yes" else 58,
        first=220,
        compact=asked.get("compact") == "yes",
        printed="Made-up people",
        legend=[
            ("plain", "day"),
            ("night", "night"),
            ("lent", "lent"),
            ("leave", "away"),
            ("breach", "breaks a rule"),
            ("pinned", "pinned"),
        ],
    )


def _hours(row: Iterable[Iterable[Entry]]) -> int:
    return sum(8 for cell in row for entry in cell if entry.token)


def cover(cells: Cells, days: int) -> PinnedLine:
    """Cover against a demand of half the people."""
    needed = len(cells) // 2
    counts = [sum(bool(row[day] and row[day][0].token) for row in cells) for day in range(days)]
    told = [
        PinnedCell(
            f"{count}/{needed}",
            f"{needed - count} short" if count < needed else "",
            "short" if count < needed else "full",
        )
        for count in counts
    ]
    return PinnedLine("cover", "Cover", "filled of needed", told)


def obey(command: Command, columns: list[BoardColumn]) -> None:
    """What was asked for, as far as it goes."""
    state = st.session_state
    places = {column.id: place for place, column in enumerate(columns)}
    if command.do == "pick" and command.spot is not None:
        state.verdicts = judged(command.id, command.spot, places)
    elif command.do == "drop":
        state.verdicts = None
    elif command.do == "place" and command.target is not None:
        state.verdicts = None
        onto = state.cells[int(command.target.onto.row[1:])][
            places[str(command.target.onto.column)]
        ]
        if any(entry.kind == "leave" for entry in onto):
            state.answer = Answer(command.id, False, "Not placed: on leave on this day.")
        elif onto:
            state.waiting = command
            state.question = Question(
                f"Q{command.id}",
                f"{onto[0].top} stands there already. What shall become of it?",
                (
                    Choice("both", "Keep both", "two shifts on one day"),
                    Choice("swap", "Swap the two"),
                    Choice("cancel", "Leave all as it was"),
                ),
            )
        else:
            place(command, places, swap=False)
    elif command.do == "answer":
        waiting, state.question = state.waiting, None
        if command.choice == "cancel":
            state.answer = Answer(waiting.id, False, "All is as it was.")
        else:
            place(waiting, places, swap=command.choice == "swap")
    else:
        act(command, places)


def judged(pick: str, spot: Any, places: dict[str, int]) -> Verdicts:
    """A verdict for each cell on the day of what was picked up and the two next to it."""
    cells: Cells = st.session_state.cells
    day = places[spot.column]
    rows = {}
    for number, row in enumerate(cells):
        told = [-1] * len(places)
        for place in range(max(0, day - 1), min(len(places), day + 2)):
            cell = row[place]
            if any(entry.kind == "leave" for entry in cell):
                told[place] = 4
            elif cell:
                told[place] = 3 if place == day else 5
            elif number % 2 and st.query_params.get("few") == "yes":
                told[place] = 5
            else:
                told[place] = (0, 1, 2)[number % 3]
        rows[f"P{number}"] = told
    row = cells[int(spot.row[1:])]
    entry = next(one for one in row[day] if one.token == spot.entry)
    words = f"{entry.top}, {entry.low}, {MONDAY + timedelta(day):%A %-d %B}"
    return Verdicts(pick, rows, TEXTS, f"{words}, of {title_of(int(spot.row[1:]))}")


def kept() -> None:
    """The cells as they are, for undo."""
    state = st.session_state
    state.done.append([[list(cell) for cell in row] for row in state.cells])
    state.undone = []


def place(command: Command, places: dict[str, int], *, swap: bool) -> None:
    """Move or copy; the other way round as well where they swap."""
    assert command.target is not None
    state = st.session_state
    kept()
    source, onto = (
        state.cells[int(spot.row[1:])][places[spot.column]]
        for spot in (command.target.source, command.target.onto)
    )
    entry = next(one for one in source if one.token == command.entry)
    copy = command.target.how == "copy"
    if swap:
        source.extend(onto)
        onto.clear()
    if not copy:
        source.remove(entry)
    onto.append(entry._replace(token=f"{entry.token}c") if copy else entry)
    who = title_of(int(command.target.onto.row[1:]))
    state.answer = Answer(
        command.id, True, f"{'Copied' if copy else 'Moved'}: {entry.top} to {who}.", undo=True
    )


def act(command: Command, places: dict[str, int]) -> None:
    """Undo, redo, remove, and what the bar offers."""
    state = st.session_state
    if command.do in ("undo", "redo"):
        here, there = (
            (state.done, state.undone) if command.do == "undo" else (state.undone, state.done)
        )
        if not here:
            state.answer = Answer(command.id, False, f"Nothing to {command.do}.")
            return
        there.append(state.cells)
        state.cells = here.pop()
        state.answer = Answer(command.id, True, f"{command.do.capitalize()}: done.")
    elif command.do in ("remove", "unassign"):
        kept()
        for spot in command.entries:
            cell = state.cells[int(spot.row[1:])][places[str(spot.column)]]
            cell[:] = [entry for entry in cell if entry.token != spot.entry]
        count = len(command.entries)
        state.answer = Answer(command.id, True, f"Removed: {count}.", undo=True)
    elif command.do in ("pin", "fill"):
        words = f"{command.do}: {len(command.entries)} shifts, {len(command.cells)} cells."
        state.answer = Answer(command.id, True, words)


if __name__ == "__main__":  # as streamlit runs it
    st.set_page_config(layout="wide")
    main()

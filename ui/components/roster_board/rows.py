"""Rosters as the lines of a board."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from math import isnan
from typing import Any

import pandas as pd

from scheduler.domain.clock import public_holidays
from scheduler.domain.facts import LONDON
from scheduler.domain.roster_edit import RosterEdit
from scheduler.services.view.roster_grids import CellEntry, cover
from scheduler.services.view.roster_tables import RosterTables, day_label
from ui.components.board import BoardColumn, Entry, Mark, PinnedCell, PinnedLine, Row
from ui.components.roster_board.changes import Changes
from ui.components.roster_board.tokens import token

MONDAY, SATURDAY = 0, 5
"""As `date.weekday` counts."""
Marked = Mapping[tuple[str, str], Sequence[Mark]]
"""(staff id or supply id, demand id) -> the signs that stand there."""

LEGEND = (
    ("night", "night"),
    ("lent", "works for another organisation (→)"),
    ("beyond", "beyond the contract: extra, overtime, bank, agency"),
    ("leave", "away"),
    ("short", "somebody is missing"),
    ("edited", "put there by hand"),
    ("breach", "breaks a rule"),
    ("pinned", "pinned"),
)


SIGNED = "approved by all whose it is"


def columns(tables: RosterTables) -> list[BoardColumn]:
    """A column for each day, which says whether it is a public holiday."""
    today = datetime.now(LONDON).date()
    return [
        BoardColumn(
            day.isoformat(),
            day_label(day),
            "public holiday" if day in public_holidays(day.year) else "",
            "today" if day == today else "",
            _kinds(day, first=day == tables.days[0]),
        )
        for day in tables.days
    ]


def _kinds(day: date, *, first: bool) -> str:
    """What kind of day it is, for the board. A week begins with a Monday, unless all days do."""
    kinds = {
        "weekend": day.weekday() >= SATURDAY,
        "holiday": day in public_holidays(day.year),
        "begins": day.weekday() == MONDAY and not first,
    }
    return " ".join(kind for kind, so in kinds.items() if so)


def cover_line(tables: RosterTables) -> PinnedLine:
    """Cover against demand, day by day."""
    cells = [
        PinnedCell(
            f"{filled:,}/{required:,}",
            f"{missing:,.4g} h open" if missing else "",
            "short" if missing else "full" if required else "",
        )
        for _, required, filled, missing in cover(tables)
    ]
    return PinnedLine("cover", "Cover", "people / required", cells)


class RowsMade:
    """The rows of one board of a session as they were made last: of whom nothing is otherwise,
    theirs is the same once more.
    """

    def __init__(self) -> None:
        self._made: dict[str, tuple[Any, Row]] = {}

    def of(self, row_id: str, says: Any, make: Callable[[], Row]) -> Row:
        """The row. `says`: all that `make` makes it of, to be compared."""
        before = self._made.get(row_id)
        if before is not None and before[0] == says:
            return before[1]
        row = make()
        self._made[row_id] = says, row
        return row


def person_rows(
    shown: pd.DataFrame,
    tables: RosterTables,
    marked: Marked,
    changes: Changes,
    made: RowsMade | None = None,
) -> list[Row]:
    """A line for each person. `made`: the lines before, of which those that are the same are taken
    again.
    """
    before = RowsMade() if made is None else made
    days, found = tables.days, []
    names = ("staff_id", "name", "roles", "organisations", "hours", "owed", *map(day_label, days))
    for staff_id, name, roles, employers, hours, owed, *week in zip(
        *(shown[name].tolist() for name in names), strict=True
    ):
        signs = [marked.get((one.who, one.demand_id), ()) for cell in week for one in cell]
        gone = [changes.gone_of.get((staff_id, day), ()) for day in days]
        known = owed is not None and not isnan(owed)  # what is no number is not even like itself
        says = (name, roles, employers, hours, owed if known else None, days, week, signs, gone)

        def make(says: Any = says, staff_id: str = staff_id) -> Row:
            name, roles, employers, hours, owed, days, week, _, gone = says
            return Row(
                staff_id,
                name,
                (
                    f"{', '.join(roles)}, {', '.join(employers)}",
                    against_contract(hours, owed, len(days)),
                ),
                tuple(
                    (*entries(cell, marked), *left) for cell, left in zip(week, gone, strict=True)
                ),
                f"{hours:,.4g}",
            )

        found.append(before.of(staff_id, says, make))
    return found


def work_rows(
    shown: pd.DataFrame, tables: RosterTables, marked: Marked, changes: Changes
) -> list[Row]:
    """A line for each kind of work at a site."""
    titles = [day_label(day) for day in tables.days]
    columns_of = ("service", "site", "shift", "hours", "role", "missing", "demand_ids")
    cells = zip(*(shown[title] for title in titles), strict=True)
    return [
        Row(
            str(number),
            service,
            (site, role, f"{shift} {hours}"),
            tuple(
                (*entries(cell, marked), *changes.gone_at.get(ids.get(day, ""), ()))
                for day, cell in zip(tables.days, week, strict=True)
            ),
            f"{missing:,.4g}" if missing else "",
        )
        for number, (service, site, shift, hours, role, missing, ids), week in zip(
            shown.index,
            zip(*(shown[name] for name in columns_of), strict=True),
            cells,
            strict=True,
        )
    ]


def entries(cell: Iterable[CellEntry], marked: Marked) -> list[Entry]:
    """What stands in a cell, as the board draws it."""
    return [
        Entry(
            token(one.who, one.demand_id),
            one.top,
            one.low,
            one.note,
            one.kind,
            tuple(marked.get((one.who, one.demand_id), ())),
        )
        for one in cell
    ]


def marks_of(
    by_hand: Mapping[tuple[str, str], RosterEdit],
    pinned: Iterable[tuple[str, str]],
    breaches: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
    shifts: pd.DataFrame,
    signed: Iterable[tuple[str, str]] = (),
) -> dict[tuple[str, str], list[Mark]]:
    """The signs of a roster. `names`: account -> what it is called; `breaches`: as a summary has
    them, each of which stands at the work that it names, or else at all that its person does.
    """
    found: dict[tuple[str, str], list[Mark]] = {}
    about = {breach["about"][0] for breach in breaches}
    own: dict[str, list[str]] = {}
    if about:
        both = (shifts[name].tolist() for name in ("staff_id", "demand_id"))
        for staff_id, demand_id in zip(*both, strict=True):
            if staff_id in about:
                own.setdefault(staff_id, []).append(demand_id)
    for breach in breaches:
        who, *rest = breach["about"]
        for demand_id in [one for one in own.get(who, []) if one in rest] or own.get(who, []):
            found.setdefault((who, demand_id), []).append(Mark("breach", breach["sentence"]))
    for place, edit in by_hand.items():
        at = edit.at.astimezone(LONDON)
        by = names.get(edit.account, edit.account)
        words = f"put there by {by}, {day_label(at.date())} {at:%H:%M}"
        found.setdefault(place, []).append(Mark("edited", words))
    for place in signed:
        found.setdefault(place, []).append(Mark("signed", SIGNED))
    for place in pinned:
        found.setdefault(place, []).append(Mark("pinned", "pinned: no build moves it"))
    return found


def day_of(tables: RosterTables, column: str | None) -> date | None:
    """The day of a column; None for any other."""
    return next((day for day in tables.days if day.isoformat() == column), None)


def against_contract(hours: float, owed: float | None, days: int) -> str:
    """`69 h rostered, contract 75 h in 2 weeks`: hours of the same time; without what is owed where
    that is not for these eyes.
    """
    if owed is None or isnan(owed):
        return f"{hours:,.4g} h rostered"
    if days > 7 and days % 7 == 0:
        return f"{hours:,.4g} h rostered, contract {owed * days / 7:,.4g} h in {days // 7} weeks"
    return f"{hours:,.4g} h rostered, contract {owed:g} h a week"

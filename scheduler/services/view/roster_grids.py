"""A roster as grids of people × days, and of work × days: what stands in each cell."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

import pandas as pd

from scheduler.services.view.roster_tables import AWAY, BEYOND, RosterTables, day_label

EntryKind = Literal["plain", "night", "lent", "beyond", "leave", "open", "short", "full"]


class CellEntry(NamedTuple):
    """What stands in a cell of a grid. `kind` says nothing that the texts do not say.

    `demand_id`, `who`: the work and the person (or supply) that it is about; of an open place
    nobody, of leave neither.
    """

    top: str
    low: str = ""
    note: str = ""
    kind: EntryKind = "plain"
    demand_id: str = ""
    who: str = ""


def short_sites(sites: Iterable[str]) -> dict[str, str]:
    """Names of sites as they fit into a cell: without the word hospital, the end instead of the
    beginning where two would look alike.
    """
    short = {site: _shorter(site) for site in sorted(set(sites))}
    count = Counter(short.values())
    return {site: name if count[name] == 1 else f"…{site[-15:]}" for site, name in short.items()}


def _shorter(site: str) -> str:
    first = site.split(",")[0].split(" (")[0]
    for long, short in (
        ("University Hospital", "UH"),
        ("Community Hospital", "CH"),
        ("Hospital", "H"),
    ):
        first = first.replace(long, short)
    return first if len(first) <= 16 else f"{first[:15]}…"


def person_grid(tables: RosterTables) -> pd.DataFrame:
    """People × days, a list of entries in each cell; `hours`: paid hours in this roster."""
    cells: dict[tuple[str, date], list[CellEntry]] = {}
    columns = (
        "staff_id",
        "day",
        "label",
        "night",
        "site",
        "lent",
        "host",
        "pay",
        "demand_id",
    )
    sites = short_sites(tables.shifts["site"])
    for staff_id, day, label, night, site, lent, host, pay, demand_id in zip(
        *(tables.shifts[name].tolist() for name in columns), strict=True
    ):
        beyond = pay if pay in BEYOND else ""
        note = ", ".join(part for part in (f"→ {host}" if lent else "", beyond) if part)
        kind: EntryKind = "beyond" if beyond else "lent" if lent else "night" if night else "plain"
        cells.setdefault((staff_id, day), []).append(
            CellEntry(label, sites[site], note, kind, demand_id, staff_id)
        )
    worked = tables.shifts.groupby("staff_id")["hours"].sum()
    grid = tables.people.copy()
    grid["hours"] = grid["staff_id"].map(worked).fillna(0.0)
    staff_ids = grid["staff_id"].tolist()  # to go through a column of text takes much longer
    for day in tables.days:
        away = {staff_id: kinds[day] for staff_id, kinds in tables.away.items() if day in kinds}
        column = [
            cells.get((staff_id, day), [])
            + ([CellEntry(_leave_words(away[staff_id]), kind="leave")] if staff_id in away else [])
            for staff_id in staff_ids
        ]
        grid[day_label(day)] = pd.Series(column, index=grid.index, dtype=object)
    return grid


def _leave_words(kind: str) -> str:
    return AWAY if kind == AWAY else f"leave: {kind}"


def work_grid(tables: RosterTables) -> pd.DataFrame:
    """Service, site, shift and role × days: an entry for everybody who is there, and one that says
    how many are missing; `demand_ids`: day -> the demand of each cell; `missing`: hours of the row.
    """
    if tables.needs.empty:
        return tables.needs
    there: dict[str, list[CellEntry]] = {}
    columns = ("demand_id", "staff_id", "who", "night", "lent", "employer", "pay", "supply_id")
    for demand_id, staff_id, who, night, lent, employer, pay, supply_id in zip(
        *(tables.shifts[name].tolist() for name in columns), strict=True
    ):
        beyond = pay if pay in BEYOND and staff_id else ""
        note = ", ".join(part for part in (f"from {employer}" if lent else "", beyond) if part)
        kind: EntryKind = "beyond" if beyond else "lent" if lent else "night" if night else "plain"
        there.setdefault(demand_id, []).append(
            CellEntry(who, "", note, kind, demand_id, staff_id or supply_id)
        )
    needs = tables.needs.copy()
    entries = [
        [
            *sorted(there.get(demand_id, ())),
            *(
                [CellEntry(f"{missing} open", f"{filled}/{minimum}", "", "short", demand_id)]
                if missing
                else []
            ),
        ]
        for demand_id, filled, minimum, missing in zip(
            *(needs[name].tolist() for name in ("demand_id", "filled", "minimum", "missing")),
            strict=True,
        )
    ]
    needs["cell"] = pd.Series(entries, index=needs.index, dtype=object)
    rows = []
    keys = ["service", "place", "site", "shift", "hours", "role"]
    for key, own in needs.groupby(keys, sort=True):
        row: dict[str, object] = dict(zip(keys, key, strict=True))
        row["missing"] = float((own["missing"] * own["paid_hours"]).sum())
        row["demand_ids"] = {}
        cells: dict[date, list[CellEntry]] = {day: [] for day in tables.days}
        ids: dict[date, str] = {}
        for day, cell, demand_id in zip(own["day"], own["cell"], own["demand_id"], strict=True):
            cells[day] += cell
            ids.setdefault(day, demand_id)
        row["demand_ids"] = ids
        row |= {day_label(day): cells[day] for day in tables.days}
        rows.append(row)
    return pd.DataFrame(rows)


def cover(tables: RosterTables) -> list[tuple[date, int, int, float]]:
    """(day, required people, of these filled, hours missing) of each day."""
    needs = tables.needs
    required, missing = dict.fromkeys(tables.days, 0), dict.fromkeys(tables.days, 0)
    hours = dict.fromkeys(tables.days, 0.0)
    columns = ("day", "minimum", "missing", "paid_hours")
    rows = () if needs.empty else zip(*(needs[name].tolist() for name in columns), strict=True)
    for day, minimum, open_places, paid in rows:
        required[day] += minimum
        missing[day] += open_places
        hours[day] += open_places * paid
    return [(day, required[day], required[day] - missing[day], hours[day]) for day in tables.days]

"""The facts that a state of a system's records comes to."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.domain.facts import Contract, Fact
from scheduler.storage.foreign.applying import Applying, Mapped, MappedRow
from scheduler.storage.foreign.known_names import KnownNames
from scheduler.storage.foreign.run_layout import RecordLayout
from scheduler.storage.foreign.run_state import SheetsOf

Stored = Callable[[str], Collection[Fact]]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class StateFacts:
    """Our rows, and which of the system's persons is which member of staff: those whom it
    employs.
    """

    mapped: Mapped
    names: KnownNames
    staff_of: Mapping[str, str]


def facts_of(sheets: SheetsOf, stored: Stored, names: KnownNames) -> StateFacts:
    """What becomes of a state. Of people whom the organisation does not employ nothing becomes."""
    applying = Applying(sheets.mapping, names, stored)
    records = sheets.layout.records.values()
    staff_of: dict[str, str] = {}
    for kind in sorted(records, key=lambda kind: not kind.employs):
        if any(one.record == kind.name for one in sheets.mapping.into):
            grid = sheets.sheet(kind)
            if not grid.rows:
                continue
            if kind.about:
                at = grid.headings.index(kind.about)
                known = sheets.people() if kind.employs else staff_of
                kept = tuple(row for row in grid.rows if row[1][at] in known)
                why = "is not named" if kind.employs else "is not employed here"
                applying.found.left_out[f"about somebody who {why}"] += len(grid.rows) - len(kept)
                grid = replace(grid, rows=kept)
            applying.apply(grid, kind.name)
            if kind.employs:
                staff_of |= _employed(kind, grid.headings, dict(grid.rows), applying.found)
    mapped = applying.found
    mapped.left_out = +mapped.left_out  # what is nought is not said
    _people(mapped, set(staff_of.values()))
    _contracts(mapped, stored, sheets.day)
    _side_by_side(mapped)
    mapped.rows["staff_competency"] = _joined(
        mapped.rows.get("staff_competency", []), "competency_id", "valid_from", "valid_to"
    )
    mapped.rows["leave"] = _one_at_a_time(mapped.rows.get("leave", []))
    return StateFacts(mapped, names, staff_of)


def _employed(
    kind: RecordLayout,
    headings: tuple[str, ...],
    rows: Mapping[int, object],
    mapped: Mapped,
) -> dict[str, str]:
    """Person of the system -> member of staff, by the contracts that came of its records."""
    at = headings.index(kind.about)
    found = {}
    for row in mapped.rows.get("contract", []):
        cells = rows.get(row.number)
        if isinstance(cells, list):
            found[cells[at]] = row.cells["staff_id"]
    return found


def _people(mapped: Mapped, employed: Collection[str]) -> None:
    """Each once, as the most telling record says it, and only who is employed."""
    seen: dict[str, MappedRow] = {}
    for row in mapped.rows.get("staff", []):
        if row.cells["id"] in employed:
            seen.setdefault(row.cells["id"], row)
    mapped.rows["staff"] = list(seen.values())


def _contracts(mapped: Mapped, stored: Stored, day: date) -> None:
    """A contract that has begun keeps the day on which it began: systems drop what is long past."""
    begun = {
        fact.cell("id"): fact.cell("from_date")
        for fact in stored("contract")
        if fact.cell("from_date") < day.isoformat()
    }
    for at, row in enumerate(mapped.rows["contract"]):
        first = begun.get(row.cells["id"])
        if first is not None and first < row.cells["from_date"]:
            mapped.rows["contract"][at] = replace(row, cells={**row.cells, "from_date": first})


def _side_by_side(mapped: Mapped) -> None:
    """Two assignments of one person in one role at one place, at the same time, are one contract
    here: of bank work the first says it all, of others the hours count together. What begins or
    ends at another time is left for the check of facts to name.
    """
    alike: dict[tuple[str, ...], list[MappedRow]] = defaultdict(list)
    for row in mapped.rows["contract"]:
        alike[tuple(row.cells[name] for name in Contract.one_at_a_time)].append(row)
    found = []
    for group in alike.values():
        first, *others = group
        for row in others:
            if not _overlap(first.cells, row.cells):
                found.append(row)
            elif first.cells["kind"] == "bank":
                mapped.left_out["for contract: bank work that another assignment says too"] += 1
            elif first.cells["to_date"] == row.cells["to_date"]:
                both = sum(float(one.cells["hours_per_week"]) for one in (first, row))
                first = replace(first, cells={**first.cells, "hours_per_week": f"{both:g}"})
                mapped.left_out["for contract: hours counted with another assignment's"] += 1
            else:
                found.append(row)
        found.append(first)
    mapped.rows["contract"] = found


def _overlap(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return one["from_date"] <= (other["to_date"] or _LAST) and other["from_date"] <= (
        one["to_date"] or _LAST
    )


_LAST = "9999-12-31"


def _joined(rows: list[MappedRow], what: str, first: str, last: str) -> list[MappedRow]:
    """What one person holds twice at a time holds from the first beginning to the last end."""
    own: dict[tuple[str, str], list[MappedRow]] = defaultdict(list)
    for row in rows:
        own[row.cells["staff_id"], row.cells[what]].append(row)
    found = []
    for group in own.values():
        group.sort(key=lambda row: row.cells[first])
        whole = group[0]
        for row in group[1:]:
            end = whole.cells[last]
            if end and row.cells[first] > end:
                found.append(whole)
                whole = row
            else:
                later = "" if not (end and row.cells[last]) else max(end, row.cells[last])
                whole = replace(whole, cells={**whole.cells, last: later})
        found.append(whole)
    return found


def _one_at_a_time(rows: list[MappedRow]) -> list[MappedRow]:
    """Whoever is away for two reasons at once is away once: the earlier stays whole."""
    own: dict[str, list[MappedRow]] = defaultdict(list)
    for row in rows:
        own[row.cells["staff_id"]].append(row)
    found = []
    for group in own.values():
        until = ""
        for row in sorted(group, key=lambda row: (row.cells["from_date"], row.cells["to_date"])):
            cells = dict(row.cells)
            if until and cells["from_date"] <= until:
                cells["from_date"] = (date.fromisoformat(until) + _DAY).isoformat()
            if cells["from_date"] <= cells["to_date"] or not until:
                found.append(replace(row, cells=cells))
                until = max(until, cells["to_date"])
    return found

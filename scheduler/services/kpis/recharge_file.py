"""What is recharged, as files for the finance departments of both sides: written, and read again to
tell what has changed since.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote

from scheduler.domain.errors import BadRequest
from scheduler.services.kpis.recharge_lines import (
    RechargeEntry,
    RechargeLines,
    RechargePair,
    rounding_id,
)
from scheduler.storage.formulas import guarded, unguarded
from scheduler.storage.whole_files import whole_files


def pounds(pence: int | None) -> str:
    """Pence as pounds with two decimals; empty of None."""
    if pence is None:
        return ""
    sign, whole = "-" if pence < 0 else "", abs(pence)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def _percent(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):g}"


COLUMNS: Mapping[str, Callable[[RechargeEntry], str]] = {
    "entry_id": lambda one: one.entry_id,
    "line_id": lambda one: one.line_id,
    "kind": lambda one: one.kind,
    "lender": lambda one: one.home,
    "borrower": lambda one: one.host,
    "date": lambda one: one.day.isoformat(),
    "begins": lambda one: "" if one.begins is None else one.begins.isoformat(timespec="minutes"),
    "ends": lambda one: "" if one.ends is None else one.ends.isoformat(timespec="minutes"),
    "staff_id": lambda one: one.staff_id,
    "service_id": lambda one: one.service_id,
    "service": lambda one: one.service,
    "site": lambda one: one.site,
    "role": lambda one: one.role,
    "band": lambda one: one.band,
    "paid_minutes": lambda one: str(one.minutes),
    "hours": lambda one: f"{one.minutes / 60:.2f}",
    "pounds_an_hour": lambda one: pounds(one.hourly),
    "enhancement_pounds": lambda one: pounds(one.enhancement),
    "recharge_percent": lambda one: _percent(one.percent),
    "amount_pence": lambda one: str(one.amount),
    "amount_pounds": lambda one: pounds(one.amount),
    "lender_cost_centre": lambda one: one.home_cost_centre,
    "borrower_cost_centre": lambda one: one.host_cost_centre,
    "vat": lambda one: one.vat,
    "route": lambda one: one.route,
    "agreement_from": lambda one: (
        "" if one.agreement_from is None else one.agreement_from.isoformat()
    ),
}
"""Column -> its cell."""
TOTAL_COLUMNS = (
    *("lender", "lender_name", "borrower", "borrower_name", "first", "last", "entries"),
    *("paid_minutes", "amount_pence", "amount_pounds"),
)
_NUMBERS = ("amount_pence", "amount_pounds", "enhancement_pounds")
"""Their minus is none of a formula."""


def cells(one: RechargeEntry) -> dict[str, str]:
    """Column -> its cell."""
    return {name: make(one) for name, make in COLUMNS.items()}


def recharge_csv(pairs: Iterable[RechargePair]) -> str:
    """The entries of these pairs, with a line of columns."""
    return _csv(
        tuple(COLUMNS),
        (
            [cell if name in _NUMBERS else guarded(cell) for name, cell in cells(one).items()]
            for pair in pairs
            for one in pair.entries
        ),
    )


def totals_csv(found: RechargeLines) -> str:
    """A line for each pair."""
    return _csv(
        TOTAL_COLUMNS,
        (
            [
                *map(guarded, (pair.home, pair.home_name, pair.host, pair.host_name)),
                "" if found.first is None else found.first.isoformat(),
                "" if found.last is None else found.last.isoformat(),
                str(len(pair.entries)),
                str(pair.minutes),
                str(pair.amount),
                pounds(pair.amount),
            ]
            for pair in found.pairs
        ),
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue()


def file_name(pair: RechargePair) -> str:
    """Of the file of a pair."""
    home, host = (quote(one, safe=" ")[:60] for one in (pair.home, pair.host))
    return f"recharge-{home}-to-{host}.csv"


def write_recharge(found: RechargeLines, folder: Path) -> list[Path]:
    """A file for each pair and totals.csv, all or none. Raises BadRequest where they cannot be
    written.
    """
    contents = {folder / file_name(pair): recharge_csv([pair]) for pair in found.pairs}
    contents[folder / "totals.csv"] = totals_csv(found)
    with whole_files(list(contents)) as places:
        for place, content in zip(places, contents.values(), strict=True):
            place.write_text(content, encoding="utf-8")
    return list(contents)


# --- what has changed since it was told


@dataclass(frozen=True)
class ToldLine:
    """What earlier files said of one line: `amount` in all [pence], told so many `times`."""

    line_id: str
    kind: str
    home: str
    host: str
    day: date
    amount: int
    times: int


def read_told(files: Iterable[Path]) -> dict[str, ToldLine]:
    """Line id -> what these files said of it; an entry that stands in several counts once. Raises
    BadRequest where one cannot be read as what `write_recharge` writes.
    """
    entries: dict[str, ToldLine] = {}
    for file in files:
        try:
            rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise BadRequest(f"{file} could not be read: {error}.") from None
        for number, row in enumerate(rows, 2):
            try:
                entries[row["entry_id"]] = ToldLine(
                    row["line_id"],
                    row["kind"],
                    unguarded(row["lender"]),
                    unguarded(row["borrower"]),
                    date.fromisoformat(row["date"]),
                    int(row["amount_pence"]),
                    1,
                )
            except (KeyError, TypeError, ValueError):
                raise BadRequest(
                    f"{file}, line {number}: this is no line of a recharge file that this program"
                    " has written."
                ) from None
    told: dict[str, ToldLine] = {}
    for one in entries.values():
        before = told.get(one.line_id)
        told[one.line_id] = (
            one
            if before is None
            else replace(before, amount=before.amount + one.amount, times=before.times + 1)
        )
    return told


def since(found: RechargeLines, told: Mapping[str, ToldLine]) -> RechargeLines:
    """Only what was not told before: new lines, corrections by the difference of what was told, and
    what is no longer so, taken back. Told lines of other dates and pairs than `found` is of stay as
    they are.
    """
    if found.first is None or found.last is None:
        return found
    names = {pair.home: pair.home_name for pair in found.pairs}
    names |= {pair.host: pair.host_name for pair in found.pairs}
    now = {one.line_id: one for pair in found.pairs for one in pair.entries}
    changed: dict[tuple[str, str], list[RechargeEntry]] = {}
    for one in now.values():
        before = told.get(one.line_id)
        if before is None:
            changed.setdefault((one.home, one.host), []).append(one)
        elif one.amount != before.amount:
            changed.setdefault((one.home, one.host), []).append(
                replace(
                    one,
                    kind="correction",
                    amount=one.amount - before.amount,
                    told=before.times,
                )
            )
    for before in told.values():
        pair = (before.home, before.host)
        if (
            before.line_id not in now
            and before.amount
            and found.first <= before.day <= found.last
            and found.covers(*pair)
            and (
                before.kind != "rounding"
                or before.line_id == rounding_id(*pair, found.first, found.last)
            )
        ):
            changed.setdefault(pair, []).append(
                RechargeEntry(
                    line_id=before.line_id,
                    kind="withdrawn",
                    home=before.home,
                    host=before.host,
                    day=before.day,
                    amount=-before.amount,
                    told=before.times,
                )
            )
    return replace(
        found,
        pairs=tuple(
            RechargePair(
                home,
                names.get(home, home),
                host,
                names.get(host, host),
                tuple(
                    sorted(entries, key=lambda one: (one.day, one.kind == "rounding", one.line_id))
                ),
            )
            for (home, host), entries in sorted(changed.items())
        ),
    )

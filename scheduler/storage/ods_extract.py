"""Extracts of the Organisation Data Service: who has which code, as files that anybody can fetch.

Two layouts are read. `csv`: the public files such as etr.csv (trusts) and its like for other
bodies, 27 columns without a line of names, of which 1 is the code, 2 the name, 11 the date of
opening and 12 that of closing, YYYYMMDD. `json`: an answer of the organisation list of the ORD
interface, a list `Organisations` of objects with `OrgId`, `Name`, `Status`, `LastChangeDate`.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from scheduler.domain.errors import BadRequest

ExtractLayout = Literal["csv", "json"]
CSV_COLUMNS = 27
CODE, NAME, OPENED, CLOSED = 0, 1, 10, 11


@dataclass(frozen=True)
class RegisteredBody:
    """One row. `closed`: its last date, where the extract says it; `active`: false of a body that
    is said to be closed, with or without a date.
    """

    code: str
    name: str
    closed: date | None
    active: bool


@dataclass(frozen=True)
class OdsExtract:
    """`latest`: the latest date that it names, so that it is no older; None: it names none."""

    layout: ExtractLayout
    bodies: tuple[RegisteredBody, ...]
    latest: date | None


def read_extract(path: Path) -> OdsExtract:
    """Raises BadRequest where the file cannot be read, or is of neither layout."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} could not be read: {error}.") from None
    return _of_json(path, text) if text.lstrip().startswith("{") else _of_csv(path, text)


def _of_csv(path: Path, text: str) -> OdsExtract:
    bodies, dates = [], []
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise BadRequest(f"{path} is no CSV file: {error}.") from None
    for number, row in enumerate(rows, 1):
        if len(row) != CSV_COLUMNS:
            raise BadRequest(
                f"{path}, line {number}: {len(row)} columns instead of {CSV_COLUMNS}. This is not"
                " the layout of the public files, such as etr.csv, which have no line of names."
            )
        opened, closed = (_day(path, number, row[at]) for at in (OPENED, CLOSED))
        dates += [one for one in (opened, closed) if one is not None]
        bodies.append(RegisteredBody(row[CODE].strip(), row[NAME].strip(), closed, closed is None))
    return OdsExtract("csv", tuple(bodies), _latest(dates))


def _day(path: Path, number: int, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%Y%m%d").date()
    except ValueError:
        raise BadRequest(f"{path}, line {number}: {text!r} is no date YYYYMMDD.") from None


def _of_json(path: Path, text: str) -> OdsExtract:
    bodies, dates = [], []
    try:
        found: Any = json.loads(text)
        for row in found["Organisations"]:
            active = str(row["Status"]).casefold() == "active"
            bodies.append(RegisteredBody(str(row["OrgId"]), str(row["Name"]), None, active))
            if row.get("LastChangeDate"):
                dates.append(date.fromisoformat(row["LastChangeDate"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadRequest(
            f"{path} is no organisation list of the ORD interface: it needs a list Organisations of"
            " objects with OrgId, Name and Status."
        ) from None
    return OdsExtract("json", tuple(bodies), _latest(dates))


def _latest(dates: Iterable[date]) -> date | None:
    return max(dates, default=None)

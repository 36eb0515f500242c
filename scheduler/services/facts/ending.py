"""The end of what has history: a person who leaves, an organisation that goes, a row that holds no
longer. Ended, not deleted, so that what was worked can still be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.domain.wording import counted

LAST_DATES = ("to_date", "valid_to")
FIRST_DATES = ("from_date", "valid_from")
WITH_ALL_THEIR_OWN = frozenset({"staff", "organisation"})
"""Files whose rows have no dates of their own: they end with all that is dated of theirs."""
INFORMATION_ONLY = frozenset({("passport", "issued_by_organisation_id")})
"""Columns that name an organisation on which nothing depends."""


@dataclass(frozen=True)
class Ending:
    """What ending something comes to. `changes`: rows that are cut short, and those withdrawn that
    would begin later; `notes`: sentences on what has no dates and stays.
    """

    changes: tuple[RowChange, ...]
    notes: tuple[str, ...]


def ending(dataset: Dataset, fact: Fact, last: date) -> Ending:
    """End a row, or a person or organisation with all of theirs, after its `last` day. Raises
    BadRequest where nothing of it can end.
    """
    if _last_column(fact) is not None:
        change = _ended(fact, last)
        if change is None:
            raise BadRequest(f"It ends on {_last(fact)} already, before {last}: nothing changes.")
        return Ending((change,), ())
    if fact.file not in WITH_ALL_THEIR_OWN:
        raise BadRequest(
            f"A row of {fact.file}.csv has no last day, so that it cannot end. Withdraw it, or end"
            " what refers to it."
        )
    own = list(_naming(dataset, fact))
    changes = [change for row in own if (change := _ended(row, last)) is not None]
    if not changes:
        raise BadRequest(
            f"Nothing of {fact.cell('name') or fact.cell('id')} holds after {last}: it has ended."
        )
    return Ending(tuple(changes), tuple(_staying(own)))


def _naming(dataset: Dataset, fact: Fact) -> Iterator[Fact]:
    """Rows that name this one."""
    for fact_type in FACT_TYPES:
        columns = [
            column
            for column, file in fact_type.references.items()
            if file == fact.file and (fact_type.file, column) not in INFORMATION_ONLY
        ]
        if columns:
            for row in dataset.rows(fact_type.file):
                if any(getattr(row, column) == fact.cell("id") for column in columns):
                    yield row


def _ended(fact: Fact, last: date) -> RowChange | None:
    """None where the row holds no longer anyway, or has no dates."""
    column = _last_column(fact)
    if column is None:
        day = fact.__dict__.get("date")
        return RowChange(fact, None) if isinstance(day, date) and day > last else None
    if _first(fact) > last:
        return RowChange(fact, None)
    end = _last(fact)
    if end is not None and end <= last:
        return None
    return RowChange(fact, fact.model_copy(update={column: last}))


def _last_column(fact: Fact) -> str | None:
    return next((name for name in LAST_DATES if name in type(fact).model_fields), None)


def _first(fact: Fact) -> date:
    found: date = next(fact.__dict__[name] for name in FIRST_DATES if name in fact.__dict__)
    return found


def _last(fact: Fact) -> date | None:
    column = _last_column(fact)
    return None if column is None else fact.__dict__[column]


def _staying(rows: list[Fact]) -> Iterator[str]:
    """What has no dates: whoever ends something should know that it is still there."""
    without = [row for row in rows if _last_column(row) is None and "date" not in row.__dict__]
    for file in dict.fromkeys(row.file for row in without):
        number = sum(row.file == file for row in without)
        if file in ("worked_shift", "pin"):
            continue
        those = f"{counted(number, 'row')} of {file.replace('_', ' ')}"
        yield (
            f"{those} has no dates and stays: see whether it is still right."
            if number == 1
            else f"{those} have no dates and stay: see whether they are still right."
        )

"""The base of every fact, and the cell types that the data contract uses."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, PlainSerializer, model_validator
from sqlmodel import SQLModel

from scheduler.domain.reach import FIRST_DAY, LAST_DAY
from scheduler.domain.wording import hides

LONDON = ZoneInfo("Europe/London")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_WHOLE = re.compile(r"[+-]?\d+")
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def empty_is_none(value: Any) -> Any:
    """None for an empty cell; anything else as it is."""
    return None if value == "" else value


def _parse_date(value: Any) -> Any:
    if isinstance(value, datetime):
        raise ValueError("a date YYYY-MM-DD")
    if isinstance(value, str):
        if not _DATE.fullmatch(value):
            raise ValueError("a date YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("a date that exists, YYYY-MM-DD") from None
    return value


def _parse_day_of_work(value: Any) -> Any:
    value = _parse_date(value)
    if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError(f"a date from {FIRST_DAY} to {LAST_DAY}")
    return value


def _parse_time(value: Any) -> Any:
    if isinstance(value, str):
        if not _TIME.fullmatch(value):
            raise ValueError("a time HH:MM from 00:00 to 23:59")
        return time.fromisoformat(value)
    return value


def _parse_instant(value: Any) -> Any:
    """ISO date-time; without an offset it is local to Europe/London, the first where it occurs
    twice.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(
                "an ISO date-time such as 2027-01-10T19:00 or 2027-01-10T19:00+00:00"
            ) from None
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=LONDON)
    if isinstance(value, datetime) and not 1900 < value.year < 2200:
        raise ValueError("a date-time between 1900 and 2200")
    # kept in UTC: two date-times of one zone subtract and compare by the wall clock, which lies at
    # a clock change
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _parse_yes_no(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("yes", "no"):
            raise ValueError("yes or no")
        return value == "yes"
    return value


def _parse_whole(value: Any) -> Any:
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            raise ValueError("a whole number")
        return int(value)
    return value


def _parse_number(value: Any) -> Any:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError("a number such as 37.5")
        return float(value)
    return value


def _parse_text(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("a text, not an empty cell")
    return _parse_characters(value)


def _parse_characters(value: Any) -> Any:
    """No database and no file keeps half a character, and not every one keeps a null."""
    if isinstance(value, str) and _NO_CHARACTER.search(value):
        raise ValueError("a text of whole characters, without a null among them")
    return value


LONGEST_ID, LONGEST_MADE_ID = 100, 500
"""Characters of an id that somebody chose, and of one that is made of several, as those of rosters
and of templates' demand are.
"""


def _id_of_at_most(longest: int) -> BeforeValidator:
    """Ids stand in sentences, addresses, the names of files and calendars: they are printable, and
    on one line.
    """

    def parse(value: Any) -> Any:
        if isinstance(value, str):
            _parse_text(value)
            if hides(value):
                raise ValueError(
                    "an id on one line, of characters that can be seen: no line break, no control"
                    " character"
                )
            if len(value) > longest:
                raise ValueError(f"an id of at most {longest} characters, not {len(value):,}")
        return value

    return BeforeValidator(parse)


def _write_instant(value: datetime) -> str:
    # to the minute, but where it was said to the second: what is read again must be the same
    exact = value.second or value.microsecond
    return value.astimezone(LONDON).isoformat(timespec="auto" if exact else "minutes")


Text = Annotated[str, BeforeValidator(_parse_text)]
Id = Annotated[str, _id_of_at_most(LONGEST_ID)]
MadeId = Annotated[str, _id_of_at_most(LONGEST_MADE_ID)]
OptionalText = Annotated[
    str | None, BeforeValidator(_parse_characters), BeforeValidator(empty_is_none)
]
OptionalId = Annotated[str | None, _id_of_at_most(LONGEST_ID), BeforeValidator(empty_is_none)]
Day = Annotated[date, BeforeValidator(_parse_date)]
DayOfWork = Annotated[date, BeforeValidator(_parse_day_of_work)]
OptionalDay = Annotated[date | None, BeforeValidator(_parse_date), BeforeValidator(empty_is_none)]
TimeOfDay = Annotated[
    time,
    BeforeValidator(_parse_time),
    PlainSerializer(lambda t: t.strftime("%H:%M"), when_used="json"),
]
OptionalTime = Annotated[
    time | None,
    BeforeValidator(_parse_time),
    BeforeValidator(empty_is_none),
    PlainSerializer(lambda t: None if t is None else t.strftime("%H:%M"), when_used="json"),
]
Instant = Annotated[
    datetime, BeforeValidator(_parse_instant), PlainSerializer(_write_instant, when_used="json")
]
YesNo = Annotated[bool, BeforeValidator(_parse_yes_no)]
Whole = Annotated[int, BeforeValidator(_parse_whole)]
OptionalWhole = Annotated[int | None, BeforeValidator(_parse_whole), BeforeValidator(empty_is_none)]
Number = Annotated[float, BeforeValidator(_parse_number)]
OptionalNumber = Annotated[
    float | None, BeforeValidator(_parse_number), BeforeValidator(empty_is_none)
]


class Fact(SQLModel):
    """One class = one CSV file = one sheet = one table = one grid on screen.

    `file` is the file's name without its ending, `required_file` says whether a dataset must hold
    it, `key` names the columns that tell one fact of this kind from another ("id" where there is
    one), `references` maps a column to the file whose id it names, and `fixed` names the columns
    that an id stands for: with another value in them a row is another thing, and no new state of
    the same. `one_at_a_time` names the columns that say whose a dated fact is, where two that hold
    at once and differ contradict each other; with `overlapping_is_one` rows that differ in their
    dates alone do not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)  # type: ignore[assignment]

    file: ClassVar[str]
    required_file: ClassVar[bool] = True
    key: ClassVar[tuple[str, ...]] = ("id",)
    references: ClassVar[dict[str, str]] = {}
    fixed: ClassVar[tuple[str, ...]] = ()
    one_at_a_time: ClassVar[tuple[str, ...]] = ()
    overlapping_is_one: ClassVar[bool] = False

    def cells(self) -> dict[str, str]:
        """The fact as it stands in a CSV file: column to text."""
        return {name: _cell(getattr(self, name)) for name in type(self).model_fields}

    def cell(self, column: str) -> str:
        """One of them; empty for a column that there is not."""
        return _cell(getattr(self, column)) if column in type(self).model_fields else ""

    def identity(self) -> tuple[Any, ...]:
        """The values of the key columns."""
        return tuple(getattr(self, name) for name in self.key)

    def values(self) -> tuple[Any, ...]:
        """All values in the contract's column order: two facts are the same where these are
        equal.
        """
        return tuple(getattr(self, name) for name in type(self).model_fields)

    @model_validator(mode="after")
    def period_is_in_order(self) -> Self:
        # not getattr: a failing look-up costs pydantic more than the whole validation
        cells = self.__dict__
        for first, last in (("from_date", "to_date"), ("valid_from", "valid_to")):
            begin, end = cells.get(first), cells.get(last)
            if begin is not None and end is not None and end < begin:
                raise ValueError(f"{last}|a {last} not before {first} {_cell(begin)}")
        begin, end = cells.get("start"), cells.get("end")
        if begin is not None and end is not None and end <= begin:
            raise ValueError(f"end|an end after the start {_cell(begin)}")
        return self


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _write_instant(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value)

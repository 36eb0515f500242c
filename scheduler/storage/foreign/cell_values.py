"""From the cells of another system's row to one cell of ours: where it comes from, what it means
by a value table, and how it is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Literal, assert_never

from scheduler.domain.facts import LONDON
from scheduler.domain.wording import either
from scheduler.storage.columns import Column
from scheduler.storage.foreign.known_names import PEOPLE, KnownNames
from scheduler.storage.foreign.mapping import (
    ANYTHING_ELSE,
    CellSource,
    ColumnMapping,
    plain,
)
from scheduler.storage.foreign.notations import (
    clock_of,
    date_of,
    minutes_of,
    moment_of,
    number_of,
    written,
)
from scheduler.storage.parsing import expected_of

YES = frozenset({"y", "yes", "true", "1", "x"})
NO = frozenset({"n", "no", "false", "0"})
NEXT_DAY = timedelta(days=1)

What = Literal["cell", "fault", "left_out", "unknown"]


@dataclass(frozen=True)
class FoundCell:
    """What became of it. `text`: our cell, or of a `fault` what was expected; `headings` and
    `value`: what of the source it was made of. `file`: where an `unknown` value was looked for;
    `table`: the value table that was asked.
    """

    what: What
    text: str
    headings: str = ""
    value: str = ""
    file: str = ""
    table: str = ""


class CellReader:
    """Makes cells of one of our columns; equal texts are understood once."""

    def __init__(
        self,
        mapping: ColumnMapping,
        column: Column,
        source: CellSource,
        names: KnownNames,
    ) -> None:
        self._mapping, self._column, self._source, self._names = mapping, column, source, names
        self._memory: dict[tuple[str, ...], FoundCell] = {}
        self._otherwise = (
            None
            if source.otherwise is None
            else CellReader(mapping, column, source.otherwise, names)
        )
        table = mapping.values.get(source.values, {})
        self._values = {plain(key): value for key, value in table.items()}
        self._whose = f"the value table {source.values!r}" if source.values else ""
        self._headings = " + ".join(dict.fromkeys(source.headings()))
        self._plain_headings = tuple(plain(heading) for heading in source.headings())
        self._by_texts = self._otherwise is None or self._otherwise.by_texts

    @property
    def by_texts(self) -> bool:
        """Whether what it finds depends on the texts of the row alone."""
        source = self._source
        alone = source.kept is None and not source.after and not source.length_of
        return alone and self._by_texts

    def read(
        self,
        cells: Mapping[str, str],
        beside: Mapping[str, str],
        stored: Callable[[], str | None],
    ) -> FoundCell:
        """`cells`: plain heading -> text of the row; `beside`: our cells of the same row that are
        found already; `stored`: what the stored fact has here, None where there is none.
        """
        source = self._source
        if source.kept is not None:
            kept = stored()
            if kept is None and self._otherwise is not None:
                return self._otherwise.read(cells, beside, stored)
            return FoundCell("cell", source.kept if kept is None else kept)
        if source.constant is not None:
            return self._understood(source.constant, "", ("",))
        texts = tuple([cells.get(heading, "") for heading in self._plain_headings])
        if source.after or source.length_of:  # what it depends on stands beside it
            return self._beside(texts, beside)
        if not self._by_texts:
            return self._found(texts, cells, beside, stored)
        if texts not in self._memory:
            self._memory[texts] = self._found(texts, cells, beside, stored)
        return self._memory[texts]

    def _found(
        self,
        texts: tuple[str, ...],
        cells: Mapping[str, str],
        beside: Mapping[str, str],
        stored: Callable[[], str | None],
    ) -> FoundCell:
        source = self._source
        if source.time_column:
            return self._instant(texts)
        own = texts[: len(source.columns)]
        named = self._column.name == "id" or self._column.references is not None
        # a part of a number would be the number of something else
        text = "" if named and not all(own) else source.between.join(one for one in own if one)
        found = self._understood(text, self._headings, own)
        if self._otherwise is not None and (
            found.what in ("unknown", "fault") or not (found.text or found.what == "left_out")
        ):
            return self._otherwise.read(cells, beside, stored)
        return found

    # --- value tables and names

    def _understood(self, text: str, headings: str, own: tuple[str, ...]) -> FoundCell:
        value = text
        if not text and self._source.empty is not None:
            text = self._source.empty
        if self._whose and (text or "" in self._values):
            key = plain(text)
            entry = self._values.get(key, self._values.get(plain(ANYTHING_ELSE), text))
            if entry is None:
                return FoundCell("left_out", "", headings, value)
            asked = key in self._values or plain(ANYTHING_ELSE) in self._values
            if not asked and text and self._needs_an_entry():
                return self._unknown(value, headings, f"an entry in {self._whose}")
            text = entry
        found = self._written(text)
        if isinstance(found, FoundCell) and self._whose and text == value:  # a code, not a number
            return self._unknown(value, headings, f"{found.text}, or an entry in {self._whose}")
        if isinstance(found, str):
            found = FoundCell("cell", self._source.prefix + found if found else "")
        found = replace(found, headings=headings, value=value)
        if found.what == "cell":
            found = self._resolved(found)
        if found.what == "cell" and (expected := expected_of(self._column, found.text)):
            become = f" (it became {found.text!r})" if found.text and found.text != value else ""
            if self._column.kind == "choice" and found.text:
                return self._unknown(value, headings, expected + become)
            return replace(found, what="fault", text=expected + become)
        return found

    def _needs_an_entry(self) -> bool:
        """Of a text anything would do: what has no entry would be taken as it is."""
        return self._column.kind == "text" and self._column.references is None

    def _unknown(self, value: str, headings: str, expected: str) -> FoundCell:
        if self._source.unknown_left_out:
            return FoundCell("left_out", "", headings, value)
        file, table = self._column.references or "", self._source.values
        return FoundCell("unknown", expected, headings, value, file, table)

    def _resolved(self, found: FoundCell) -> FoundCell:
        file = self._column.references
        if file is None or not found.text:
            return found
        ids = self._names.resolve(file, found.text)
        if len(ids) == 1:
            return replace(found, text=ids[0])
        what = _WHAT.get(file) or f"a {file.replace('_', ' ')}"
        if ids:
            both = either([str(self._names.called(file, one)) for one in ids])
            expected = f"{what}, but this is the name of several: {both}. Name it by its id"
            return replace(found, what="fault", text=expected)
        whose = "number" if file in PEOPLE else "id or name"
        table = f", or an entry in {self._whose}" if self._whose else ""
        near = self._names.said_nearest(file, found.text)
        become = f" ({found.text!r})" if found.text != found.value else ""
        expected = f"the {whose} of {what} that is stored or comes with it{become}{table}{near}"
        return self._unknown(found.value, found.headings, expected)

    # --- notations

    def _written(self, text: str) -> str | FoundCell:
        """As the data contract writes it, or a fault."""
        if not text:
            return text
        column, source, mapping = self._column, self._source, self._mapping
        dates = source.date or mapping.date
        match column.kind:
            case "text":
                return text
            case "choice":
                return _choice(text, column.choices)
            case "yes_no":
                word = plain(text)
                return "yes" if word in YES else "no" if word in NO else text
            case "date":
                day = date_of(text, dates)
                return _fault(f"a date {either(dates)}") if day is None else day.isoformat()
            case "time":
                clock = clock_of(text)
                if clock is None:
                    return _fault("a time such as 07:30")
                return f"{clock.seconds // 3600:02d}:{clock.seconds // 60 % 60:02d}"
            case "instant":
                moment = moment_of(text, dates)
                if moment is None:
                    return _fault(f"a date {either(dates)} and a time such as 07:30")
                return moment.isoformat(timespec="minutes")
            case "whole" | "number":
                return self._number(text)
            case _:
                assert_never(column.kind)

    def _number(self, text: str) -> str | FoundCell:
        column, source, mapping = self._column, self._source, self._mapping
        hours = source.hours or mapping.hours
        if column.name.endswith("_minutes") or column.name.startswith("hours"):
            minutes = minutes_of(text, hours)
            if minutes is None:
                return _fault(_PLAIN_HOURS[hours])
            found = minutes if column.name.endswith("_minutes") else minutes / 60
        else:
            number = number_of(text)
            if number is None:
                return _fault(column.plain())
            pounds = column.name.endswith("_pence") and (source.money or mapping.money) == "pounds"
            found = number * 100 if pounds else number
        if source.times is not None:
            found *= Decimal(repr(source.times))
        exact = source.times is not None or column.name.endswith(("_minutes", "_pence"))
        if column.kind == "whole" and not exact and found != found.to_integral_value():
            return _fault(column.plain())
        return written(found, whole=column.kind == "whole")

    # --- date and time in two columns, and what depends on other cells of the row

    def _instant(self, texts: tuple[str, ...]) -> FoundCell:
        day_text, clock_text = texts[0], texts[len(self._source.columns)]
        value = " ".join(text for text in (day_text, clock_text) if text)
        patterns = self._source.date or self._mapping.date
        day = moment_of(day_text, patterns)
        clock = clock_of(clock_text)
        if clock is None and (moment := moment_of(clock_text, patterns)) is not None:
            clock = timedelta(hours=moment.hour, minutes=moment.minute)
        if day is None:
            expected = f"a date {either(patterns)}"
            return FoundCell("fault", expected, self._source.columns[0], day_text)
        if clock is None:
            expected = "a time such as 07:30"
            return FoundCell("fault", expected, self._source.time_column, clock_text)
        found = datetime.combine(day.date(), time(0)) + clock
        return FoundCell("cell", found.isoformat(timespec="minutes"), self._headings, value)

    def _beside(self, texts: tuple[str, ...], beside: Mapping[str, str]) -> FoundCell:
        source = self._source
        if source.after:
            found = (
                self._instant(texts)
                if source.time_column
                else self._understood(texts[0], self._headings, texts)
            )
            before = _moment(beside.get(source.after, ""))
            own = _moment(found.text) if found.what == "cell" else None
            if own is None or before is None:
                return found
            own += NEXT_DAY if own < before else timedelta()
            return replace(found, text=own.isoformat(timespec="minutes"))
        begin, end = (_moment(beside.get(name, "")) for name in source.length_of)
        if begin is None or end is None:  # these have a fault of their own
            return FoundCell("cell", "")
        elapsed = Decimal((_utc(end) - _utc(begin)).total_seconds()) / 60
        value = texts[0] if texts else ""
        hours = source.hours or self._mapping.hours
        less = minutes_of(value, hours) if value else Decimal(0)
        if less is None:
            return FoundCell("fault", _PLAIN_HOURS[hours], self._headings, value)
        if less > elapsed:
            expected = f"at most the {elapsed} minutes from start to end"
            return FoundCell("fault", expected, self._headings, value)
        return FoundCell("cell", written(elapsed - less, whole=True), self._headings, value)


_WHAT = {"staff": "a member of staff", "organisation": "an organisation"}
_PLAIN_HOURS = {
    "hours": "hours such as 7.5 or 7:30",
    "h:mm": "hours and minutes such as 7:30",
    "minutes": "minutes such as 450, or hours and minutes such as 7:30",
}


def _fault(expected: str) -> FoundCell:
    return FoundCell("fault", expected)


@cache
def _by_plain(choices: tuple[str, ...]) -> Mapping[str, str]:
    return {plain(choice.replace("_", " ")): choice for choice in choices}


def _choice(text: str, choices: tuple[str, ...]) -> str:
    return _by_plain(choices).get(plain(text.replace("_", " ").replace("-", " ")), text)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _utc(moment: datetime) -> datetime:
    """Elapsed time counts, also over the clock change."""
    return (moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment).astimezone(UTC)

"""How other systems write dates, times, hours and money, and what the data contract writes."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

EXCEL = "excel"
"""A date as a spreadsheet counts it: days since the end of 1899."""
_FIRST = date(1899, 12, 30)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<year>\d{2})",
    "Month": r"(?P<name>[A-Za-z]{3,9})",
    "Mon": r"(?P<name>[A-Za-z]{3,4})",
    "MM": r"(?P<month>\d{1,2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
    "Day": r"[A-Za-z]{3,9},?",
}
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_PLAIN = re.compile(r"([01]\d|2[0-4])([0-5]\d)([0-5]\d)?")
_HOURS = re.compile(r"(\d+):([0-5]\d)(?::\d{2})?")
MOST_PARTS = 4
"""Of a pattern: day, month and year, and the day of the week."""
CENTURY = 80
"""Two-digit years from here on lie in the last century."""

HOURS = ("hours", "h:mm", "minutes")
MONEY = ("pence", "pounds")


def bad_date_pattern(pattern: str) -> str | None:
    """What to expect in the place of a pattern of dates that is none; None where it is one."""
    if pattern == EXCEL:
        return None
    named = [found[0] for found in _TOKEN.finditer(pattern)]
    parts = ({"YYYY", "YY"}, {"Month", "Mon", "MM", "M"}, {"DD", "D"})
    if all(sum(one in part for one in named) == 1 for part in parts) and len(named) <= MOST_PARTS:
        return None
    return (
        "a pattern of day, month and year, such as DD/MM/YYYY, DD-Mon-YYYY, D Month YYYY, DD/MM/YY"
        f" or YYYYMMDD, or the word {EXCEL}"
    )


@cache
def _date_pattern(pattern: str) -> re.Pattern[str]:
    parts, at = [], 0
    strict = not re.search(r"[^A-Za-z]", pattern)  # YYYYMMDD has nothing to tell one from another
    for found in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[at : found.start()]))
        token = _TOKENS[found[0]]
        parts.append(token.replace("{1,2}", "{2}") if strict else token)
        at = found.end()
    parts.append(re.escape(pattern[at:]))
    return re.compile("".join(parts), re.IGNORECASE)


def date_of(text: str, patterns: Sequence[str]) -> date | None:
    """The date that a text says; None where it says none. A date of a workbook, which is written
    YYYY-MM-DD by now, and a midnight behind a date are understood too.
    """
    moment = moment_of(text, patterns)
    return moment.date() if moment is not None and moment.time() == time(0) else None


def moment_of(text: str, patterns: Sequence[str]) -> datetime | None:
    """The date and time that one text says, midnight where it says no time; None where it says
    none.
    """
    if iso := _ISO.fullmatch(text):
        try:
            return datetime.fromisoformat(f"{iso[1]}T{iso[2] or '00:00'}")
        except ValueError:
            return None
    for pattern in patterns:
        if pattern == EXCEL:
            found = _counted(text)
            if found is not None:
                return found
            continue
        match = _date_pattern(pattern).match(text)
        day = None if match is None else _day(match)
        if match is None or day is None:
            continue
        rest = text[match.end() :].lstrip(" T,")
        if not rest:
            return datetime.combine(day, time(0)) if match.end() == len(text) else None
        if not text[match.end()].isdigit() and (clock := clock_of(rest)) is not None:
            return datetime.combine(day, time(0)) + clock
    return None


def _day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < CENTURY else 1900
    if parts.get("name"):
        short = parts["name"][:3].lower()
        if short not in _MONTHS:
            return None
        month = _MONTHS.index(short) + 1
    else:
        month = int(parts["month"])
    try:
        return date(year, month, int(parts["day"]))
    except ValueError:
        return None


def _counted(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{5}(\.\d+)?", text):
        return None
    days = Decimal(text)
    minutes = int((days % 1 * 24 * 60).quantize(Decimal(1), ROUND_HALF_UP))
    return datetime.combine(_FIRST, time(0)) + timedelta(days=int(days), minutes=minutes)


def clock_of(text: str) -> timedelta | None:
    """A time of day since midnight: 7:30, 07.30, 0730, 7:30 pm, 24:00, or the part of a day that a
    spreadsheet counts; None where it is none.
    """
    if plain := _PLAIN.fullmatch(text):
        return _since(int(plain[1]), int(plain[2]), "")
    if re.fullmatch(r"0?\.\d{3,}", text):  # 0.3125 of a day
        minutes = (Decimal(text) * 24 * 60).quantize(Decimal(1), ROUND_HALF_UP)
        return timedelta(minutes=int(minutes))
    match = _CLOCK.fullmatch(text)
    if match is None or not (match[2] or match[4]):
        return None
    return _since(int(match[1]), int(match[2] or 0), (match[4] or "").lower())


def _since(hours: int, minutes: int, half: str) -> timedelta | None:
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "p" else 0)
    if minutes > 59 or hours > 24 or (hours == 24 and minutes):
        return None
    return timedelta(hours=hours, minutes=minutes)


def minutes_of(text: str, written: str) -> Decimal | None:
    """Minutes that a text says in hours (7.5), hours and minutes (7:30) or minutes, as `written`;
    None where it says none. Hours with a colon are understood in any case.
    """
    if match := _HOURS.fullmatch(text):
        return Decimal(int(match[1]) * 60 + int(match[2]))
    found = number_of(text)
    if found is None or written == "h:mm":
        return None
    return found if written == "minutes" else found * 60


def number_of(text: str) -> Decimal | None:
    """A number, also with commas between thousands or a £ sign before it; None where it is none."""
    plain = text.replace("£", "").strip()
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:  # more digits than there are
        return None


def written(number: Decimal, *, whole: bool) -> str:
    """As the data contract writes it; a whole number rounded half up, others to six decimals."""
    if whole:
        return str(int(number.quantize(Decimal(1), ROUND_HALF_UP)))
    return format(round(number, 6).normalize(), "f")

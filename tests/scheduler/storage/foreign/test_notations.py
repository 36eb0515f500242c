"""How others write dates, times, hours and money: on the edge, and one step over it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from scheduler.storage.foreign.notations import (
    bad_date_pattern,
    clock_of,
    date_of,
    minutes_of,
    moment_of,
    number_of,
    written,
)


@pytest.mark.parametrize(
    ("text", "pattern", "day"),
    [
        ("04/01/2027", "DD/MM/YYYY", "2027-01-04"),
        ("4/1/2027", "DD/MM/YYYY", "2027-01-04"),
        ("01/04/2027", "MM/DD/YYYY", "2027-01-04"),
        ("04-Jan-2027", "DD-Mon-YYYY", "2027-01-04"),
        ("04-JAN-27", "DD-Mon-YY", "2027-01-04"),
        ("4 January 2027", "D Month YYYY", "2027-01-04"),
        ("4 Sept 2027", "D Mon YYYY", "2027-09-04"),
        ("Mon 04/01/2027", "Day DD/MM/YYYY", "2027-01-04"),
        ("20270104", "YYYYMMDD", "2027-01-04"),
        ("29/02/2028", "DD/MM/YYYY", "2028-02-29"),
        ("01/01/79", "DD/MM/YY", "2079-01-01"),
        ("01/01/80", "DD/MM/YY", "1980-01-01"),
        ("2027-01-04", "DD/MM/YYYY", "2027-01-04"),  # a date cell of a workbook
        ("04/01/2027 00:00:00", "DD/MM/YYYY", "2027-01-04"),
        ("46391", "excel", "2027-01-04"),
        ("60", "excel", None),
        ("29/02/2027", "DD/MM/YYYY", None),
        ("04/13/2027", "DD/MM/YYYY", None),
        ("04/01/27", "DD/MM/YYYY", None),
        ("04/01/20271", "DD/MM/YYYY", None),
        ("04/01/2027 07:30", "DD/MM/YYYY", None),  # says more than a date
        ("2027-02-30", "DD/MM/YYYY", None),
        ("2027104", "YYYYMMDD", None),
        ("04-Jam-2027", "DD-Mon-YYYY", None),
        ("", "DD/MM/YYYY", None),
        ("tomorrow", "DD/MM/YYYY", None),
    ],
)
def test_dates(text: str, pattern: str, day: str | None) -> None:
    found = date_of(text, (pattern,))
    assert (found and found.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("04/01/2027 07:30", datetime(2027, 1, 4, 7, 30)),
        ("04/01/2027 7:30 PM", datetime(2027, 1, 4, 19, 30)),
        ("2027-01-04T07:30", datetime(2027, 1, 4, 7, 30)),
        ("2027-01-04 07:30:00", datetime(2027, 1, 4, 7, 30)),
        ("46391.3125", datetime(2027, 1, 4, 7, 30)),
        ("04/01/2027 24:00", datetime(2027, 1, 5)),
        ("04/01/2027 25:00", None),
    ],
)
def test_dates_with_times(text: str, moment: datetime | None) -> None:
    assert moment_of(text, ("DD/MM/YYYY", "excel")) == moment


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("07:30", 450),
        ("7:30", 450),
        ("07.30", 450),
        ("0730", 450),
        ("07:30:00", 450),
        ("7:30 am", 450),
        ("7.30pm", 1170),
        ("12:00 am", 0),
        ("12:30 pm", 750),
        ("7 pm", 1140),
        ("00:00", 0),
        ("24:00", 1440),
        ("0.3125", 450),
        ("24:01", None),
        ("13:00 pm", None),
        ("07:60", None),
        ("7", None),
        ("noon", None),
        ("", None),
    ],
)
def test_times(text: str, minutes: int | None) -> None:
    assert clock_of(text) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "how", "minutes"),
    [
        ("7.5", "hours", 450),
        ("7:30", "hours", 450),
        ("37:30", "h:mm", 2250),
        ("450", "minutes", 450),
        ("7:30", "minutes", 450),
        ("7.5", "h:mm", None),
        ("7:60", "hours", None),
        ("7,5", "hours", None),
    ],
)
def test_hours(text: str, how: str, minutes: int | None) -> None:
    assert minutes_of(text, how) == minutes


def test_numbers() -> None:
    assert number_of("£1,234.50") == Decimal("1234.50")
    assert number_of("12,34") is None
    assert number_of("1e5") is None
    assert written(Decimal("12.5"), whole=True) == "13"
    assert written(Decimal("30.000"), whole=False) == "30"


@pytest.mark.parametrize(
    "pattern", ["MM/YY", "DD/MM", "DD/MM/YYYY/YY", "DD/DD/MM/YYYY", "d/m/y", "", "YYYY-MM-DD-DD"]
)
def test_what_is_no_pattern_of_dates_is_said(pattern: str) -> None:
    assert "such as DD/MM/YYYY" in (bad_date_pattern(pattern) or "")
    assert bad_date_pattern("DD/MM/YYYY") is None

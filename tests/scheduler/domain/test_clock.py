"""Time: elapsed minutes inside, Europe/London at the edges."""

from datetime import UTC, date, datetime, time

import pytest

from scheduler.domain.clock import (
    dates_touched,
    days_between,
    hours,
    is_night,
    local,
    local_date,
    minute,
    minute_of,
    monday,
    overlap,
    public_holidays,
    skipped,
    text,
)

BACK, FORWARD = date(2026, 10, 25), date(2027, 3, 28)


def at(day: date, clock: str) -> int:
    return minute_of(day, time.fromisoformat(clock))


def test_a_minute_counts_from_1970_in_utc() -> None:
    assert minute(datetime(1970, 1, 2, tzinfo=UTC)) == 24 * 60
    assert at(date(2027, 1, 11), "07:00") == minute(datetime(2027, 1, 11, 7, tzinfo=UTC))
    assert at(date(2027, 7, 1), "07:00") == minute(datetime(2027, 7, 1, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "elapsed"),
    [(date(2027, 1, 11), 12 * 60), (date(2026, 10, 24), 13 * 60), (date(2027, 3, 27), 11 * 60)],
)
def test_a_night_over_the_clock_change_is_as_long_as_it_is(day: date, elapsed: int) -> None:
    assert at(date.fromordinal(day.toordinal() + 1), "07:30") - at(day, "19:30") == elapsed


def test_a_local_time_that_occurs_twice_is_the_first() -> None:
    assert at(BACK, "01:30") == minute(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert at(BACK, "02:00") - at(BACK, "01:00") == 120


def test_a_local_time_that_is_skipped_is_the_one_an_hour_later() -> None:
    assert at(FORWARD, "01:30") == at(FORWARD, "02:30")


def test_local_gives_the_wall_clock_back() -> None:
    assert local(at(date(2027, 7, 1), "23:59")).strftime("%Y-%m-%d %H:%M") == "2027-07-01 23:59"
    assert local_date(at(date(2027, 7, 1), "00:00")) == date(2027, 7, 1)
    assert local_date(at(date(2027, 7, 1), "00:00") - 1) == date(2027, 6, 30)


def test_the_week_begins_on_monday() -> None:
    assert monday(date(2027, 1, 11)) == monday(date(2027, 1, 17)) == date(2027, 1, 11)
    assert monday(date(2027, 1, 10)) == date(2027, 1, 4)


def test_days_between_holds_both_ends() -> None:
    assert list(days_between(date(2027, 1, 31), date(2027, 2, 1))) == [
        date(2027, 1, 31),
        date(2027, 2, 1),
    ]
    assert list(days_between(date(2027, 2, 1), date(2027, 1, 31))) == []


@pytest.mark.parametrize(
    ("start", "end_day", "end", "count"),
    [
        ("16:00", 11, "23:59", 1),
        ("16:00", 12, "00:00", 1),
        ("16:00", 12, "00:01", 2),
        ("00:00", 11, "08:00", 1),
        ("19:30", 12, "07:30", 2),
    ],
)
def test_a_shift_touches_a_date_where_a_minute_before_its_end_falls_on_it(
    start: str, end_day: int, end: str, count: int
) -> None:
    touched = dates_touched(at(date(2027, 1, 11), start), at(date(2027, 1, end_day), end))
    assert touched == tuple(date(2027, 1, 11 + i) for i in range(count))


@pytest.mark.parametrize(
    ("start", "end_day", "end", "minutes"),
    [
        ("19:30", 12, "07:30", 600),
        ("20:00", 12, "06:00", 600),
        ("07:00", 11, "19:30", 0),
        ("05:00", 11, "21:00", 120),  # an hour in the morning, one in the evening
        ("06:00", 11, "20:00", 0),
        ("05:59", 11, "20:01", 2),
        ("20:00", 13, "20:00", 1200),
    ],
)
def test_overlap_with_a_window_over_midnight(
    start: str, end_day: int, end: str, minutes: int
) -> None:
    assert (
        overlap(at(date(2027, 1, 11), start), at(date(2027, 1, end_day), end), time(20), time(6))
        == minutes
    )


def test_overlap_with_a_window_inside_a_day() -> None:
    assert (
        overlap(at(date(2027, 1, 11), "07:00"), at(date(2027, 1, 12), "09:30"), time(9), time(17))
        == 8 * 60 + 30
    )


@pytest.mark.parametrize(
    ("day", "minutes"), [(date(2026, 10, 24), 11 * 60), (date(2027, 3, 27), 9 * 60)]
)
def test_overlap_is_elapsed_time_over_a_clock_change(day: date, minutes: int) -> None:
    assert (
        overlap(
            at(day, "19:30"), at(date.fromordinal(day.toordinal() + 1), "07:30"), time(20), time(6)
        )
        == minutes
    )


@pytest.mark.parametrize(
    ("day", "start", "next_day", "end", "night"),
    [
        (date(2027, 1, 11), "15:00", True, "02:00", True),
        (date(2027, 1, 11), "15:00", True, "01:59", False),
        (date(2027, 1, 11), "03:00", False, "11:00", True),
        (date(2027, 1, 11), "03:01", False, "11:00", False),
        (
            date(2027, 1, 11),
            "20:00",
            False,
            "23:59",
            False,
        ),  # weekday_night pay begins at 20:00, a night shift is another thing
        (date(2026, 10, 24), "15:00", True, "01:30", False),  # the first 01:30
        (date(2026, 10, 25), "00:30", False, "02:30", True),  # three hours
        (date(2027, 3, 28), "00:30", False, "04:29", False),  # one minute short of three hours
        (date(2027, 3, 28), "00:30", False, "04:30", True),
    ],
)
def test_a_night_shift_has_three_elapsed_hours_between_23_and_6(
    day: date, start: str, next_day: bool, end: str, night: bool
) -> None:
    assert is_night(at(day, start), at(date.fromordinal(day.toordinal() + next_day), end)) == night


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 12, 25), True),
        (date(2026, 12, 26), True),  # Boxing Day, a Saturday …
        (date(2026, 12, 28), True),  # … and its substitute
        (date(2026, 12, 27), False),
        (date(2027, 12, 27), True),
        (date(2027, 12, 28), True),
        (date(2027, 1, 1), True),
        (date(2027, 1, 4), False),  # a holiday in Scotland alone
        (date(2027, 3, 26), True),
        (date(2027, 3, 29), True),
    ],
)
def test_public_holidays_are_englands_and_a_substitute_counts_too(day: date, holiday: bool) -> None:
    assert (day in public_holidays(day.year)) == holiday


def test_people_read_local_times_and_decimal_hours() -> None:
    assert text(at(date(2027, 7, 1), "07:05")) == "Thu 1 Jul 07:05"
    assert (hours(450), hours(60), hours(100)) == ("7.5 h", "1 h", "1.67 h")


@pytest.mark.parametrize(
    ("day", "start", "end", "nothing"),
    [
        (date(2026, 3, 29), "01:15", "01:45", True),
        (date(2026, 3, 29), "01:00", "02:00", True),
        (date(2026, 3, 29), "01:15", "02:00", True),
        (date(2026, 3, 29), "00:59", "02:00", False),  # a minute
        (date(2026, 3, 29), "00:30", "01:30", False),
        (date(2026, 3, 29), "01:30", "09:00", False),
        (date(2026, 3, 28), "01:15", "01:45", False),
        (date(2026, 3, 28), "01:15", "01:10", False),  # until the next day
        (date(2026, 10, 25), "01:15", "01:45", False),
    ],
)
def test_a_shift_within_the_hour_that_the_clocks_skip_has_no_time(
    day: date, start: str, end: str, nothing: bool
) -> None:
    assert skipped(day, time.fromisoformat(start), time.fromisoformat(end)) == nothing

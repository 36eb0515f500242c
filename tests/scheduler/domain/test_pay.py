"""What a shift is paid, by hand: £12 an hour (20p a minute), 30 % at night and on Saturdays, 60 %
on Sundays and holidays.
"""

from datetime import date, time
from fractions import Fraction

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.facts import Contract, Enhancement
from scheduler.domain.pay import Parts, Payroll, PayTerms, Rate, exact, half_up, owed_minutes
from scheduler.domain.roster import PayKind

ENHANCEMENTS = tuple(
    Enhancement(day_kind=kind, band_from="3", band_to="9", percent=percent)
    for kind, percent in (("weekday_night", 30), ("saturday", 30), ("sunday_or_public_holiday", 60))
)
FIVE = Rate(1200, "5")
MONDAY = date(2027, 1, 11)
FULL = 2250


def payroll(**terms: object) -> Payroll:
    return Payroll(ENHANCEMENTS, PayTerms(**terms))  # type: ignore[arg-type]


def times(day: date, start: str, end: str) -> tuple[int, int]:
    following = date.fromordinal(day.toordinal() + (end <= start))
    return minute_of(day, time.fromisoformat(start)), minute_of(following, time.fromisoformat(end))


def pounds_at(
    rate: Rate,
    day: date,
    start: str,
    end: str,
    paid: int,
    before: int = 0,
    owed: int = FULL,
    pay: Payroll | None = None,
) -> Parts:
    return (pay or payroll()).substantive(rate, *times(day, start, end), paid, before, owed)


def bank(day: date, start: str, end: str, paid: int, rate: Rate = FIVE) -> int:
    return payroll().temporary(rate, *times(day, start, end), paid, "bank").cost_pence


# --- contracted, extra, overtime ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "owed", "minutes"),
    [
        (0, FULL, {"contracted": 480}),
        (1770, FULL, {"contracted": 480}),
        (1771, FULL, {"contracted": 479, "overtime": 1}),
        (2250, FULL, {"overtime": 480}),
        (3000, FULL, {"overtime": 480}),
        (0, 900, {"contracted": 480}),
        (500, 900, {"contracted": 400, "extra": 80}),
        (900, 900, {"extra": 480}),
        (1770, 900, {"extra": 480}),
        (2000, 900, {"extra": 250, "overtime": 230}),
        (2250, 900, {"overtime": 480}),
        (0, 0, {"extra": 480}),
        (
            2250,
            2400,
            {"contracted": 150, "overtime": 330},
        ),  # more than full time is owed: no extra between
    ],
)
def test_hours_owed_come_first_then_extra_to_full_time_then_overtime(
    before: int, owed: int, minutes: dict[str, int]
) -> None:
    assert pounds_at(FIVE, MONDAY, "08:00", "16:00", 480, before, owed).minutes == minutes


def test_one_long_shift_can_be_all_three() -> None:
    parts = payroll(full_time_minutes=600).substantive(
        FIVE, *times(MONDAY, "06:00", "20:00"), 840, 0, 300
    )
    assert parts.minutes == {"contracted": 300, "extra": 300, "overtime": 240}
    assert parts.pence == {"contracted": 0, "extra": 300 * 20, "overtime": 240 * 30}


def test_contracted_hours_cost_their_enhancement_alone() -> None:
    assert pounds_at(FIVE, MONDAY, "08:00", "16:00", 480).cost_pence == 0
    assert pounds_at(FIVE, date(2027, 1, 16), "08:00", "16:00", 480).cost_pence == 480 * 6


def test_extra_hours_cost_plain_rate_with_enhancement() -> None:
    assert pounds_at(FIVE, MONDAY, "08:00", "16:00", 480, owed=0).cost_pence == 480 * 20
    assert pounds_at(FIVE, date(2027, 1, 17), "08:00", "16:00", 480, owed=0).cost_pence == 480 * 32


def test_overtime_costs_one_and_a_half_without_enhancement() -> None:
    for day in (MONDAY, date(2027, 1, 16), date(2027, 1, 17)):
        assert pounds_at(FIVE, day, "08:00", "16:00", 480, before=FULL).cost_pence == 480 * 30


def test_overtime_on_a_public_holiday_costs_double_by_the_minute() -> None:
    assert (
        pounds_at(FIVE, date(2026, 12, 25), "08:00", "16:00", 480, before=FULL).cost_pence
        == 480 * 40
    )
    # New Year's Eve 22:00 to 06:00: two hours at 1.5, six at 2
    assert (
        pounds_at(FIVE, date(2026, 12, 31), "22:00", "06:00", 480, before=FULL).cost_pence
        == 120 * 30 + 360 * 40
    )


@pytest.mark.parametrize("band", ["8a", "8b", "8c", "8d", "9"])
def test_overtime_above_band_7_is_plain_also_on_a_public_holiday(band: str) -> None:
    for day in (MONDAY, date(2026, 12, 25)):
        assert (
            pounds_at(Rate(1200, band), day, "08:00", "16:00", 480, before=FULL).cost_pence
            == 480 * 20
        )


@pytest.mark.parametrize("band", ["2", "3", "7"])
def test_overtime_up_to_band_7_has_the_factor(band: str) -> None:
    assert (
        pounds_at(Rate(1200, band), MONDAY, "08:00", "16:00", 480, before=FULL).cost_pence
        == 480 * 30
    )


def test_without_a_band_there_is_no_enhancement_and_overtime_as_up_to_band_7() -> None:
    doctor = Rate(1200, None)
    assert (
        pounds_at(doctor, date(2027, 1, 17), "08:00", "16:00", 480, owed=0).cost_pence == 480 * 20
    )
    assert pounds_at(doctor, MONDAY, "08:00", "16:00", 480, before=FULL).cost_pence == 480 * 30
    assert (
        pounds_at(doctor, date(2026, 12, 25), "08:00", "16:00", 480, before=FULL).cost_pence
        == 480 * 40
    )


def test_a_band_without_a_row_has_no_enhancement() -> None:
    assert bank(date(2027, 1, 17), "08:00", "16:00", 480, Rate(1200, "2")) == 480 * 20


def test_factors_and_full_time_are_the_terms() -> None:
    pay = payroll(
        overtime_factor=Fraction(2), holiday_overtime_factor=Fraction(3), full_time_minutes=2400
    )
    assert pounds_at(FIVE, MONDAY, "08:00", "16:00", 480, before=2250, pay=pay).minutes == {
        "extra": 150,
        "overtime": 330,
    }
    assert (
        pounds_at(FIVE, MONDAY, "08:00", "16:00", 480, before=2400, pay=pay).cost_pence == 480 * 40
    )
    assert (
        pounds_at(FIVE, date(2026, 12, 25), "08:00", "16:00", 480, before=2400, pay=pay).cost_pence
        == 480 * 60
    )


# --- bank and agency ------------------------------------------------------------------------------


def test_bank_costs_its_rate_with_enhancement() -> None:
    assert bank(MONDAY, "08:00", "16:00", 480) == 480 * 20
    assert bank(date(2027, 1, 16), "08:00", "16:00", 480) == 480 * 26


def test_agency_costs_its_price_whenever() -> None:
    for day in (MONDAY, date(2027, 1, 17), date(2026, 12, 25)):
        assert (
            payroll().temporary(FIVE, *times(day, "08:00", "16:00"), 480, "agency").cost_pence
            == 480 * 20
        )


def test_temporary_hours_are_named_by_their_kind() -> None:
    assert payroll().temporary(FIVE, *times(MONDAY, "08:00", "16:00"), 480, "bank").minutes == {
        "bank": 480
    }
    assert (
        payroll().temporary(FIVE, *times(MONDAY, "08:00", "16:00"), 480, "agency").label == "agency"
    )


# --- enhancements by the minute (bank: 20p plain, 26p at 30 %, 32p at 60 %) -----------------------


@pytest.mark.parametrize(
    ("day", "start", "end", "paid", "pence"),
    [
        (MONDAY, "12:00", "22:00", 600, 480 * 20 + 120 * 26),  # the evening from 20:00
        (MONDAY, "04:00", "14:00", 600, 120 * 26 + 480 * 20),  # the morning to 06:00
        (MONDAY, "06:00", "20:00", 840, 840 * 20),
        (MONDAY, "05:59", "20:01", 842, 840 * 20 + 2 * 26),
        (MONDAY, "20:00", "06:00", 600, 600 * 26),
        (
            date(2027, 1, 16),
            "19:30",
            "07:30",
            720,
            270 * 26 + 450 * 32,
        ),  # Saturday night into Sunday
        (
            date(2027, 1, 17),
            "19:30",
            "07:30",
            720,
            270 * 32 + 450 * 26,
        ),  # Sunday night into Monday, most of it at night
        (
            date(2027, 1, 17),
            "16:00",
            "08:00",
            960,
            480 * 32 + 480 * 26,
        ),  # ten of sixteen hours lie at night
        (
            date(2027, 1, 17),
            "12:00",
            "10:00",
            1320,
            720 * 32 + 360 * 26 + 240 * 20,
        ),  # ten of 22 hours do not
    ],
)
def test_saturdays_sundays_and_nights_count_by_the_minute(
    day: date, start: str, end: str, paid: int, pence: int
) -> None:
    assert bank(day, start, end, paid) == pence


@pytest.mark.parametrize(
    ("start", "end", "paid", "pence"),
    [
        (
            "19:30",
            "07:30",
            720,
            720 * 26,
        ),  # ten of twelve hours: the half hours before 20:00 and from 06:00 to 07:30 as well
        ("16:00", "00:00", 480, 240 * 20 + 240 * 26),  # half is not more than half
        ("16:00", "00:01", 481, 481 * 26),
        ("15:59", "00:00", 481, 241 * 20 + 240 * 26),
        ("02:00", "10:00", 480, 240 * 26 + 240 * 20),
        ("01:59", "10:00", 481, 481 * 26),
    ],
)
def test_a_weekday_shift_with_more_than_half_at_night_is_night_throughout(
    start: str, end: str, paid: int, pence: int
) -> None:
    assert bank(MONDAY, start, end, paid) == pence


def test_friday_night_into_saturday_is_night_then_saturday() -> None:
    uneven = Payroll(
        (ENHANCEMENTS[0], Enhancement(day_kind="saturday", band_from="3", band_to="9", percent=50)),
        PayTerms(),
    )
    parts = uneven.temporary(FIVE, *times(date(2027, 1, 15), "19:30", "07:30"), 720, "bank")
    assert parts.cost_pence == 270 * 26 + 450 * 30


def test_the_night_majority_looks_at_the_whole_shift_also_its_saturday() -> None:
    # Friday 17:00 to Saturday 04:00: eight of eleven hours at night, so Friday's 17:00 to 20:00 is
    # night too
    assert bank(date(2027, 1, 15), "17:00", "04:00", 660) == 660 * 26


@pytest.mark.parametrize(
    ("day", "pence"),
    [
        (date(2026, 12, 25), 480 * 32),
        (date(2026, 12, 26), 480 * 32),  # Boxing Day on a Saturday: the holiday counts first
        (date(2026, 12, 27), 480 * 32),  # a Sunday
        (date(2026, 12, 28), 480 * 32),  # the substitute
        (date(2026, 12, 29), 480 * 20),
    ],
)
def test_a_holiday_and_its_substitute_both_count(day: date, pence: int) -> None:
    assert bank(day, "08:00", "16:00", 480) == pence


def test_dates_of_the_policy_take_the_place_of_the_calendar() -> None:
    pay = payroll(public_holidays=frozenset({date(2026, 12, 29)}))
    assert (
        pay.temporary(FIVE, *times(date(2026, 12, 29), "08:00", "16:00"), 480, "bank").cost_pence
        == 480 * 32
    )
    assert (
        pay.temporary(FIVE, *times(date(2026, 12, 26), "08:00", "16:00"), 480, "bank").cost_pence
        == 480 * 26
    )
    assert (
        pay.temporary(FIVE, *times(date(2026, 12, 28), "08:00", "16:00"), 480, "bank").cost_pence
        == 480 * 20
    )


def test_a_holiday_runs_from_midnight_to_midnight() -> None:
    # Christmas Eve 22:00 to 06:00: two hours of weekday night, six of holiday
    assert bank(date(2026, 12, 24), "22:00", "06:00", 480) == 120 * 26 + 360 * 32
    # Monday 28 December 22:00: two hours of holiday, six of weekday night
    assert bank(date(2026, 12, 28), "22:00", "06:00", 480) == 120 * 32 + 360 * 26


def test_the_break_is_spread_evenly() -> None:
    # Saturday 19:30 to 07:30 with an hour of break: 11/12 of each part
    assert bank(date(2027, 1, 16), "19:30", "07:30", 660) == half_up(
        Fraction(11, 12) * (270 * 26 + 450 * 32)
    )


def test_parts_of_a_shift_run_one_after_the_other() -> None:
    # Saturday 19:30 to 07:30, 660 paid of 720: the first 330 paid minutes are contracted, to 01:30;
    # the rest extra
    parts = pounds_at(FIVE, date(2027, 1, 16), "19:30", "07:30", 660, before=0, owed=330)
    assert parts.pence["contracted"] == Fraction(11, 12) * (270 * 6 + 90 * 12)
    assert parts.pence["extra"] == Fraction(11, 12) * 360 * 32


@pytest.mark.parametrize(
    ("day", "minutes", "pence"),
    [
        # 24 October 2026, Saturday 19:30 to Sunday 07:30 GMT: 270 minutes of Saturday, 510 of
        # Sunday
        (date(2026, 10, 24), 780, 270 * 26 + 510 * 32),
        # 27 March 2027: 270 of Saturday, 390 of Sunday
        (date(2027, 3, 27), 660, 270 * 26 + 390 * 32),
    ],
)
def test_the_night_of_a_clock_change_is_paid_as_long_as_it_is(
    day: date, minutes: int, pence: int
) -> None:
    start, end = times(day, "19:30", "07:30")
    assert end - start == minutes
    assert bank(day, "19:30", "07:30", minutes) == pence


# --- rounding and labels --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (Fraction(1, 2), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(49, 100), 0),
        (7, 7),
        (Fraction(-1, 2), 0),
    ],
)
def test_a_half_is_rounded_up(value: Fraction, whole: int) -> None:
    assert half_up(value) == whole


def test_decimals_are_taken_as_written() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert exact(37.5) == Fraction(75, 2)


def test_the_parts_are_summed_before_rounding() -> None:
    # 1 minute of contracted Sunday at 25 pence an hour x 60 % = 0.25p, 1 minute of extra at 160 % =
    # 0.667p: 0.917p
    parts = payroll().substantive(
        Rate(25, "5"), *times(date(2027, 1, 17), "08:00", "08:02"), 2, 0, 1
    )
    assert parts.cost_pence == 1


@pytest.mark.parametrize(
    ("before", "label"),
    [
        (0, "contracted"),
        (2009, "contracted"),
        (2010, "contracted"),
        (2011, "overtime"),
        (2250, "overtime"),
    ],
)
def test_pay_is_named_after_the_part_with_most_minutes_and_the_earlier_on_a_tie(
    before: int, label: str
) -> None:
    assert pounds_at(FIVE, MONDAY, "08:00", "16:00", 480, before=before).label == label


# --- hours owed -----------------------------------------------------------------------------------


def contract(
    hours: float = 37.5,
    first: date = date(2020, 1, 1),
    last: date | None = None,
    kind: str = "substantive",
) -> Contract:
    return Contract(
        id="C",
        staff_id="P",
        organisation_id="A",
        role_id="R",
        kind=kind,
        hours_per_week=hours,
        base_site_id="S",
        hourly_pence=1200,
        from_date=first,
        to_date=last,
    )


def january(*days: int) -> frozenset[date]:
    return frozenset(date(2027, 1, day) for day in days)


@pytest.mark.parametrize(
    ("one", "leave", "minutes"),
    [
        (contract(), (), 2250),
        (contract(30), (), 1800),
        (contract(first=date(2027, 1, 13)), (), 1350),  # from Wednesday: three weekdays
        (contract(last=date(2027, 1, 12)), (), 900),
        (contract(first=date(2027, 1, 16)), (), 0),  # a weekend alone
        (contract(last=date(2027, 1, 10)), (), 0),
        (contract(), (11, 12), 1350),
        (contract(), (16, 17), 2250),  # leave at the weekend
        (contract(), (9, 10, 18), 2250),
        (
            contract(first=date(2027, 1, 13)),
            (11, 13),
            900,
        ),  # leave before the start takes nothing away
        (contract(0.125, first=date(2027, 1, 13)), (), 5),  # 7.5 x 3/5 = 4.5, a half upwards
        (contract(0, kind="bank"), (), 0),
    ],
)
def test_hours_owed_by_weekdays_live_and_not_on_leave(
    one: Contract, leave: tuple[int, ...], minutes: int
) -> None:
    assert owed_minutes(one, MONDAY, january(*leave)) == minutes


@pytest.mark.parametrize(
    ("pence", "whole"),
    [
        ({"contracted": Fraction(1, 2), "extra": Fraction(1, 2)}, {"contracted": 1, "extra": 0}),
        (
            {"contracted": Fraction(4, 10), "extra": Fraction(4, 10), "overtime": Fraction(6, 10)},
            {"contracted": 0, "extra": 0, "overtime": 1},
        ),
        (
            {"contracted": Fraction(27, 10), "overtime": Fraction(33, 10)},
            {"contracted": 3, "overtime": 3},
        ),
        ({"bank": Fraction(5, 2)}, {"bank": 3}),
        ({}, {}),
    ],
)
def test_the_parts_in_whole_pence_add_up_to_the_row(
    pence: dict[PayKind, Fraction], whole: dict[PayKind, int]
) -> None:
    parts = Parts(pence=pence)
    assert parts.whole_pence == whole
    assert sum(whole.values()) == parts.cost_pence

"""The default policy worked through: what the next hour of work costs, for each band, kind of day
and priority.

Expected order: contracted, then extra and bank, then overtime, then agency, then an empty place.
Where real prices say otherwise, the exception is listed below; anything that is not listed fails.

Pay: Agenda for Change, England, 2026/27, pounds a year
(https://www.nhsemployers.org/articles/pay-scales-202627); an hour is a year / 52.143 / 37.5.
Enhancements: https://www.cuhstaffportal.co.uk/workforce-2/pay/unsociable-hours-payments/ Agency at
its cap, 1.55 x the top of the band (https://www.nhsemployers.org/news/2015/10/agency-price-caps and
https://raffingers.co.uk/hub/news/impending-price-caps-for-agency-staff); bank at the rate of the
middle of the band.
"""

from datetime import date, timedelta
from functools import cache
from itertools import product

import pytest

from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from tests.factories import (
    Tables,
    does,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    supply,
    worked,
)

SALARY = {  # band: (middle, top); the entry point where a band has no middle one
    "2": (25272, 25272),
    "3": (25760, 27476),
    "4": (28392, 31157),
    "5": (34592, 39043),
    "6": (42170, 48117),
    "7": (51932, 56515),
    "8a": (60417, 64750),
}
HOURS_A_YEAR = 52.143 * 37.5
SECTION_2 = (("2", "2", 41, 83), ("3", "3", 35, 69), ("4", "9", 30, 60))

DAY_KINDS = {
    "weekday": (date(2026, 12, 16), "09:00", "17:00"),
    "night": (date(2026, 12, 15), "21:00", "05:00"),
    "saturday": (date(2026, 12, 19), "09:00", "17:00"),
    "sunday": (date(2026, 12, 20), "09:00", "17:00"),
    "holiday": (date(2026, 12, 25), "09:00", "17:00"),
}
RANKS = (
    ("contracted",),
    ("extra", "bank contract", "bank supply"),
    ("overtime",),
    ("agency",),
    ("empty 1",),
)

ENHANCED = ("extra", "bank contract", "bank supply")
EXCEPTIONS = {
    (band, day_kind, better, worse)
    for bands, day_kinds, dearer, worse in (
        # on a Sunday the enhancement is 60 to 83 %, but overtime has none and lower on-costs
        (("2", "3", "5", "6", "7"), ("sunday",), ENHANCED, "overtime"),
        # overtime is double on a public holiday; an agency's price is the same on every day
        (("2", "3", "4", "5", "6", "7"), ("holiday",), ("overtime",), "agency"),
        # above band 7 overtime is plain and has no enhancement, on any day
        (("8a",), ("night", "saturday", "sunday", "holiday"), ENHANCED, "overtime"),
        (("8a",), ("sunday", "holiday"), ENHANCED, "agency"),
    )
    for band in bands
    for day_kind in day_kinds
    for better in dearer
}
"""(band, kind of day, what the order wants first, what is cheaper nevertheless)"""


def hourly(salary: int, factor: float = 1.0) -> int:
    """Pence an hour."""
    return round(salary / HOURS_A_YEAR * 100 * factor)


@cache
def pounds_an_hour(band: str, day_kind: str) -> dict[str, float]:
    """Way of filling a place -> what one hour of it adds to the objective [£ per h]; `empty 1` to
    `empty 5` by priority.
    """
    # a lone shift stands for an hour of a whole week: that it is a single day, or half a weekend,
    # is no price of its hours
    policy = Policy.from_tables({"single_days": {"off": True}, "complete_weekend": {"off": True}})
    day, start, end = DAY_KINDS[day_kind]
    tables = plain_tables()
    tables["role"] = [{"id": "R", "name": "Role", "staff_group": "nursing", "band": band}]
    tables["role_cover"] = []
    tables["enhancement"] = [
        {
            "day_kind": kind,
            "band_from": low,
            "band_to": high,
            "percent": str(sunday if kind == "sunday_or_public_holiday" else saturday),
        }
        for kind, (low, high, saturday, sunday) in product(
            ("weekday_night", "saturday", "sunday_or_public_holiday"), SECTION_2
        )
    ]
    middle, top = SALARY[band]
    _somebody(tables, "contracted", middle, day, "37.5", 0)
    _somebody(tables, "extra", middle, day, "0", 0)
    _somebody(tables, "overtime", middle, day, "37.5", 2250)
    _somebody(tables, "bank contract", middle, day, "0", 0, kind="bank")
    supply(tables, "bank supply", "bank", role_id="R", hourly_pence=str(hourly(middle)))
    supply(tables, "agency", "agency", role_id="R", hourly_pence=str(hourly(top, 1.55)))
    hours = shift(tables, start, end)
    rows = {
        priority: need(tables, day, hours, "R", priority=str(priority), id=f"D{priority}")
        for priority in range(1, 6)
    }
    first = day - timedelta(days=day.weekday())
    problem = problem_of(tables, first)

    def objective(*work: tuple[str, str]) -> int:
        report = verify(problem, policy, does(problem, *work))
        assert not report.breaches
        return sum(price for rule_id, price in report.by_rule.items() if rule_id != "minimum_cover")

    ways = ("contracted", "extra", "overtime", "bank contract", "bank supply", "agency")
    found = {way: (objective((way, rows[1])) - objective()) / 60 / 100 / 8 for way in ways}
    empty = verify(problem, policy, does(problem)).priced["minimum_cover"]
    return found | {
        f"empty {priority}": violation.quantity / 60 / 100 / 8
        for priority, violation in zip(rows, empty, strict=True)
    }


def _somebody(
    tables: Tables,
    name: str,
    salary: int,
    day: date,
    hours: str,
    done: int,
    kind: str = "substantive",
) -> None:
    person(tables, name, role_id="R", hours=hours, kind=kind, hourly_pence=str(hourly(salary)))
    if done:
        first = day - timedelta(days=day.weekday())
        worked(tables, name, f"{first}T00:00", f"{first}T06:00", done, contract_id=f"C-{name}")


def out_of_order(band: str, day_kind: str) -> set[tuple[str, str, str, str]]:
    """(band, kind of day, wanted first, cheaper nevertheless): every pair of ways that the prices
    put the other way round.
    """
    prices = pounds_an_hour(band, day_kind)
    return {
        (band, day_kind, better, worse)
        for i, rank in enumerate(RANKS)
        for later in RANKS[i + 1 :]
        for better, worse in product(rank, later)
        if prices[better] >= prices[worse]
    }


@pytest.mark.parametrize(("band", "day_kind"), list(product(SALARY, DAY_KINDS)))
def test_the_order_is_kept_but_for_the_exceptions_listed(band: str, day_kind: str) -> None:
    assert out_of_order(band, day_kind) == {
        row for row in EXCEPTIONS if row[:2] == (band, day_kind)
    }


@pytest.mark.parametrize(("band", "day_kind"), list(product(SALARY, DAY_KINDS)))
def test_an_empty_place_is_dearer_than_any_way_to_fill_it_and_the_more_urgent_the_dearer(
    band: str, day_kind: str
) -> None:
    prices = pounds_an_hour(band, day_kind)
    empty = [prices[f"empty {priority}"] for priority in range(1, 6)]
    assert empty == [80, 140, 300, 800, 2000]
    assert max(price for way, price in prices.items() if not way.startswith("empty")) < empty[0]


def test_band_5_on_a_weekday_by_hand() -> None:
    # £17.69 an hour: -5 (no longer unused) · x 1.39 · x 1.5 x 1.155 + 8 · x 1.29 + 3 · £19.97 x
    # 1.55 + 15
    expected = {
        "contracted": -5,
        "extra": 24.59,
        "overtime": 38.65,
        "bank contract": 25.82,
        "bank supply": 25.82,
        "agency": 45.95,
    }
    assert {way: round(pounds_an_hour("5", "weekday")[way], 2) for way in expected} == expected

"""Who fills what, what it is paid and who lends: worked out again by hand from the shifts."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.factories import MONDAY, need, person, plain_tables
from tests.scheduler.services.kpis.conftest import (
    Desk,
    days_before,
    place,
    week_tables,
    work,
)

EARLY, NIGHT = 450, 660
"""Paid minutes of 07:00–15:00 less 30, and of 19:30–07:30 less 60."""


def fill(row: dict[str, Any]) -> dict[tuple[str, str, str], int]:
    return {(one["source"], one["group"], one["when"]): one["minutes"] for one in row["fill"]}


def test_fill_by_source_group_and_time(desk: Desk) -> None:
    desk.published(desk.stored(week_tables(), *work()), days_before(45))
    assert fill(desk.row()) == {
        ("own", "registered", "day"): EARLY,
        ("own", "registered", "weekend"): EARLY,
        ("own", "unregistered", "day"): EARLY,
        ("lent", "registered", "day"): EARLY,
        ("agency", "registered", "night"): NIGHT,
        ("bank", "registered", "day"): EARLY,
        ("unfilled", "registered", "day"): 2 * EARLY,
    }
    assert fill(desk.row("A")) == {
        ("own", "registered", "day"): EARLY,
        ("own", "registered", "weekend"): EARLY,
        ("agency", "registered", "night"): NIGHT,
        ("unfilled", "registered", "day"): EARLY,
    }


def test_all_that_is_required_is_filled_or_empty_and_the_hosts_add_up(desk: Desk) -> None:
    desk.published(desk.stored(week_tables(), *work()), days_before(45))
    whole = desk.measured("fill_share")
    required, filled = 7 * EARLY + NIGHT, 5 * EARLY + NIGHT
    assert (whole["numerator"], whole["denominator"]) == (filled, required)
    assert whole["value"] == float(Fraction(filled, required) * 100)
    parts = [desk.measured("fill_share", host) for host in "AB"]
    assert sum(one["denominator"] for one in parts) == required
    assert sum(one["numerator"] for one in parts) == filled
    row = desk.row()
    assert sum(one["minutes"] for one in row["fill"]) - row["beyond_minutes"] == required
    assert row["unfilled"]["by_priority"] == {"5": EARLY, "2": EARLY}
    assert row["unfilled"]["by_service"] == [
        {"id": "UCR", "name": "Urgent community response", "minutes": 2 * EARLY}
    ]
    assert {one["name"]: one["minutes"] for one in row["unfilled"]["by_place"]} == {
        "Place A": EARLY,
        "Place B": EARLY,
    }


def test_people_beyond_the_minimum_do_not_fill_more(desk: Desk) -> None:
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    need(tables, 0, "E", preferred="2")
    at = place(0, "E", "RN", "SA")
    desk.published(desk.stored(tables, ("P1", at), ("P2", at)), days_before(45))
    found = desk.measured("fill_share")
    assert (found["numerator"], found["denominator"], found["value"]) == (EARLY, EARLY, 100)
    assert desk.row()["beyond_minutes"] == EARLY


def test_pay_is_basic_pay_and_what_is_paid_beyond_by_the_employer(desk: Desk) -> None:
    desk.published(desk.stored(week_tables(), *work()), days_before(45))
    agency, bank = 3000 * 11, 2000 * 15 // 2
    saturday = 2000 * 15 // 2 * 30 // 100
    basic = {"A": (1800 + 1800 + 2000) * 15 // 2, "B": 1800 * 15 // 2}
    total = {"A": agency + saturday + basic["A"], "B": bank + basic["B"]}
    for employer, temporary in (("A", agency), ("B", bank)):
        found = desk.measured("temporary_share", employer)
        assert found["numerator"] == temporary * 60
        assert found["denominator"] == total[employer] * 60
    whole = desk.measured("agency_share")
    assert (whole["numerator"], whole["denominator"]) == (agency * 60, sum(total.values()) * 60)
    assert desk.measured("agency_hours")["value"] == 11
    assert desk.measured("bank_hours")["value"] == 7.5
    assert desk.measured("bank_hours", "A")["value"] == 0


def test_lending_is_said_for_each_pair_and_to_both(desk: Desk) -> None:
    desk.published(desk.stored(week_tables(), *work()), days_before(45))
    pair = {
        "from": "A",
        "from_name": "Trust A",
        "to": "B",
        "to_name": "CIC B",
        "minutes": EARLY,
        "recharge_pence": 1800 * 15 // 2,
    }
    for organisation in (None, "A", "B"):
        assert desk.row(organisation)["lending"] == [pair]


def test_lending_and_pay_are_those_of_the_stored_summary(desk: Desk) -> None:
    tables = week_tables()
    tables["sharing_agreement"][0]["recharge_percent"] = "92.5"
    need(tables, 6, "N", site_id="SB")
    roster_id = desk.stored(tables, *work(), ("P2", place(6, "N", "RN", "SB")))
    desk.published(roster_id, days_before(45))
    summary, row = desk.repository.roster_header(roster_id).summary, desk.row()
    assert summary["lent"] == [
        {
            "from": one["from"],
            "to": one["to"],
            "hours": one["minutes"] / 60,
            "recharge_pence": one["recharge_pence"],
        }
        for one in row["lending"]
    ]
    by_source: Counter[str] = Counter()
    for (source, _, _), minutes in fill(row).items():
        by_source["contracted" if source in ("own", "lent") else source] += minutes
    assert by_source.pop("unfilled") / 60 == summary["hours"]["missing"]
    assert {kind: minutes / 60 for kind, minutes in by_source.items()} == {
        kind: hours for kind, hours in summary["hours_by_pay"].items() if hours
    }


def test_a_night_in_which_the_clocks_go_forward_is_an_hour_shorter(desk: Desk) -> None:
    spring, autumn = date(2027, 3, 22), date(2027, 10, 25)
    for monday, paid in ((spring, NIGHT - 60), (autumn, NIGHT + 60)):
        tables = plain_tables()
        person(tables, "P1")
        saturday = monday + timedelta(days=5)
        need(tables, saturday, "N")
        need(tables, saturday, "N", site_id="SB")
        mine = place(5, "N", "RN", "SA", monday)
        desk.published(desk.stored(tables, ("P1", mine), first=monday), days_before(45, monday))
        assert fill(desk.row(week=monday)) == {
            ("own", "registered", "weekend"): paid,
            ("unfilled", "registered", "weekend"): paid,
        }
    assert MONDAY < spring < autumn

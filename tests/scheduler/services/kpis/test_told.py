"""Lead time, changes after publication and notice: from every publication there ever was."""

from datetime import UTC, date, datetime, timedelta

from scheduler.services.kpis.kpis import kpis
from tests.factories import MONDAY, need, person, plain_tables
from tests.scheduler.services.kpis.conftest import (
    Desk,
    days_before,
    place,
    week_tables,
    work,
)

OF_P1 = place(0, "E", "RN", "SA")


def test_lead_time_is_that_of_the_first_publication(desk: Desk) -> None:
    first = desk.published(desk.stored(week_tables(), *work()), days_before(43))
    desk.published(desk.without(first, "P1", OF_P1), days_before(5), "P1 is needed elsewhere")
    assert desk.measured("lead_days")["value"] == 43
    assert desk.measured("published_42_days_share")["value"] == 100
    assert desk.measured("lead_days", "B")["numerator"] == 43


def test_42_days_ahead_are_enough_and_41_are_not(desk: Desk) -> None:
    for weeks, days in enumerate((42, 41)):
        monday = MONDAY + timedelta(days=7 * weeks)
        roster_id = desk.stored(week_tables(monday), *work(monday), first=monday)
        desk.published(roster_id, days_before(days, monday))
        assert desk.measured("published_42_days_share", week=monday)["numerator"] == 1 - weeks


def test_the_date_of_publication_is_londons(desk: Desk) -> None:
    monday = date(2027, 6, 7)
    roster_id = desk.stored(week_tables(monday), *work(monday), first=monday)
    desk.published(roster_id, datetime(2027, 5, 30, 23, 30, tzinfo=UTC))
    assert desk.measured("lead_days", week=monday)["value"] == 7, "half past midnight on the 31st"


def test_a_week_is_published_once_all_of_its_days_are(desk: Desk) -> None:
    tables = week_tables()
    early = desk.stored(tables, *work()[:2], first=MONDAY, days=1)
    desk.published(early, days_before(50))
    assert desk.measured("lead_days")["value"] == 50, "the one day that is published"
    late = desk.stored(tables, *work()[2:], first=MONDAY + timedelta(days=1), days=6)
    desk.published(late, days_before(20))
    assert desk.measured("lead_days")["value"] == 20


def test_changes_count_by_reason_and_no_later_version_hides_them(desk: Desk) -> None:
    first = desk.published(desk.stored(week_tables(), *work()), days_before(43))
    assert desk.measured("changes_after_publication_share")["value"] == 0
    second = desk.without(first, "P1", OF_P1)
    desk.published(second, days_before(5), "P1 is needed elsewhere")
    third = desk.without(second, "PJ", place(5, "E", "RN", "SA"))
    desk.published(third, days_before(4), "Nobody comes on Saturdays")
    row = desk.row()
    assert row["changes"]["by_reason"] == [
        {"reason": "Nobody comes on Saturdays", "shifts": 1},
        {"reason": "P1 is needed elsewhere", "shifts": 1},
    ]
    found = row["measures"]["changes_after_publication_share"]
    assert (found["numerator"], found["denominator"], found["value"]) == (2, 2, 100)
    assert desk.measured("changes_after_publication_share", "B")["numerator"] == 0


def test_short_notice_is_the_schemes(desk: Desk) -> None:
    tables = week_tables()
    tables["approval_scheme"] = [
        {"collaborative_id": "COL", "notice_days": "14", "answer_days": "2", "unseen_hours": "48"}
    ]
    first = desk.published(desk.stored(tables, *work()), days_before(43))
    second = desk.without(first, "P1", OF_P1)
    desk.published(second, days_before(20), "Early enough")
    desk.published(desk.without(second, "P3", place(1, "E", "HCA", "SB")), days_before(3), "Late")
    assert desk.row()["changes"]["at_short_notice"] == 1
    assert desk.row("A")["changes"]["at_short_notice"] == 0


def test_withdrawn_and_published_again(desk: Desk) -> None:
    first = desk.published(desk.stored(week_tables(), *work()), days_before(43))
    people = {"P1", "P2", "P3", "PJ"}
    desk.withdrawn(first, days_before(30), "The wrong week")
    desk.published(first, days_before(10))
    row = desk.row()
    assert row["measures"]["lead_days"]["value"] == 43, "it was known so long before"
    assert row["changes"]["by_reason"] == [{"reason": "The wrong week", "shifts": len(people)}]
    least = row["notice"]["least"]
    assert least == 10, "who was told anew has had ten days"
    # Monday twice, Tuesday, Saturday
    assert row["notice"]["people_by_days"] == {"10": 2, "11": 1, "15": 1}


def test_what_is_withdrawn_for_good_is_no_published_week(desk: Desk) -> None:
    first = desk.published(desk.stored(week_tables(), *work()), days_before(43))
    desk.withdrawn(first, days_before(30), "The wrong week")
    found = kpis(desk.repository, "COL")
    assert (found["weeks"], found["rows"], found["totals"]) == ([], [], [])


def test_somebody_with_two_employers_is_told_once(desk: Desk) -> None:
    tables = plain_tables()
    person(tables, "PJ", "A", hours="15")
    tables["contract"].append(
        {**tables["contract"][-1], "id": "C-PJ-B", "organisation_id": "B", "base_site_id": "SB"}
    )
    person(tables, "P1", "A")
    need(tables, 0, "E")
    need(tables, 2, "E", site_id="SB")
    need(tables, 4, "E", minimum="1")
    here, there, other = (
        place(0, "E", "RN", "SA"),
        place(2, "E", "RN", "SB"),
        place(4, "E", "RN", "SA"),
    )
    roster_id = desk.stored(tables, ("PJ", here), ("PJ", there, "C-PJ-B"), ("P1", other))
    desk.published(roster_id, days_before(20))
    assert desk.row()["notice"]["people_by_days"] == {"20": 1, "24": 1}
    whole = desk.measured("notice_days")
    assert (whole["value"], whole["denominator"], whole["numerator"]) == (22, 2, None)
    assert desk.row("A")["notice"]["people_by_days"] == {"20": 1, "24": 1}
    assert desk.row("B")["notice"]["people_by_days"] == {"22": 1}


def test_a_shift_that_stays_keeps_its_notice_through_later_versions(desk: Desk) -> None:
    first = desk.published(desk.stored(week_tables(), *work()), days_before(43))
    desk.published(desk.without(first, "P1", OF_P1), days_before(5), "P1 is needed elsewhere")
    assert desk.row()["notice"]["people_by_days"] == {"43": 1, "44": 1, "48": 1}

"""Targets for agency and bank hours of a week."""

from typing import Any

from scheduler.services.kpis.goals import hours_goals
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, supply
from tests.scheduler.services.kpis.conftest import Desk, days_before


def target(measure: str, at_most: str, **more: Any) -> dict[str, Any]:
    return {
        "measure": measure,
        "organisation_id": "",
        "at_least": "",
        "at_most": at_most,
        "source": "A letter",
        "source_date": "2026-01-01",
        "from_date": "2026-04-01",
        "to_date": "",
        "confirmed": "yes",
        **more,
    }


def week() -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    for day in (0, 1):
        need(tables, day, "E")
    supply(tables, "AG")
    return tables


def test_a_target_in_hours_stands_and_a_change_waits_for_a_publication(desk: Desk) -> None:
    tables = week()
    tables["target"] = [target("agency_hours", "20"), target("agency_change", "-30")]
    demand = [row["id"] for row in tables["demand"]]
    roster = desk.stored(tables, ("AG", demand[0]), ("P1", demand[1]))
    goals, remarks = hours_goals(desk.repository, "COL", MONDAY, "agency")
    assert [goal.hours for goal in goals] == [20]
    assert "A letter (2026-01-01; read in the source)" in goals[0].source
    assert len(remarks) == 1
    assert "−30 % of agency" in remarks[0]
    desk.published(roster, days_before(50))
    goals, remarks = hours_goals(desk.repository, "COL", MONDAY, "agency")
    assert [round(goal.hours, 2) for goal in goals] == [20, 5.25]  # 7.5 h less 30 %
    assert "against the 7.5 h that are published" in goals[1].words
    assert not remarks


def test_one_that_is_over_or_of_another_kind_is_no_goal(desk: Desk) -> None:
    tables = week()
    tables["target"] = [
        target("agency_hours", "20", to_date="2026-12-31"),
        target("bank_hours", "9"),
    ]
    desk.stored(tables)
    assert hours_goals(desk.repository, "COL", MONDAY, "agency") == ([], [])
    goals, _ = hours_goals(desk.repository, "COL", MONDAY, "bank")
    assert [goal.hours for goal in goals] == [9]


def test_of_nothing_that_is_published_no_share_is_taken(desk: Desk) -> None:
    tables = week()
    tables["target"] = [target("agency_change", "-30")]
    demand = [row["id"] for row in tables["demand"]]
    desk.published(desk.stored(tables, ("P1", demand[1])), days_before(50))
    goals, [remark] = hours_goals(desk.repository, "COL", MONDAY, "agency")
    assert goals == []
    assert "has no agency hours of which to take a share" in remark

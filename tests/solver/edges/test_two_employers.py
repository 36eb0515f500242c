"""A joint post: one person, two employers. Rest, weekly hours and averages are the person's; hours
owed are each employer's.
"""

from datetime import timedelta

import pytest

from tests.factories import (
    MONDAY,
    Tables,
    does,
    joint,
    need,
    person,
    plain_tables,
    problem_of,
    worked,
)
from tests.solver.edges.solving import amounts, best, clash, filled, pinned


@pytest.fixture
def tables() -> Tables:
    """P1 owes A 20 hours and B 17.5."""
    tables = plain_tables()
    person(tables, "P1", hours="20")
    joint(tables, "P1", "B", "17.5")
    return tables


def test_one_week_for_two_employers_is_one_week_and_two_contracts(tables: Tables) -> None:
    ours = [need(tables, day, "D") for day in (0, 1, 2)]
    theirs = [need(tables, day, "D", site_id="SB") for day in (3, 5)]
    problem = problem_of(tables)
    roster = does(
        problem, *(("P1", row) for row in ours), *(("P1", row, "C-P1-B") for row in theirs)
    )
    found = amounts(
        problem,
        roster,
        longest_week={"hours": 50},
        average_week={},
        consecutive_days={"days": 3},
        contract_hours={},
        overtime_hours={},
        unused_hours={},
    )
    assert found == {
        "longest_week": 3450 - 3000,  # 5 x 690 minutes, whoever employs
        "average_week": 3450 - 2880,
        "consecutive_days": 1,  # Monday to Thursday
        "contract_hours": 2070 - (1200 + 720),  # through A; through B 1,380 of 1,050 + 720
        "overtime_hours": 0,  # through neither above full time
        "unused_hours": 0,
    }


def test_each_employer_is_owed_its_own_hours_whatever_the_other_has_had(tables: Tables) -> None:
    rows = [need(tables, day, "D") for day in (0, 1, 2)]
    problem = problem_of(tables)
    roster = does(problem, *(("P1", row) for row in rows))
    # B's 17.5 h, though A has 34.5
    assert amounts(problem, roster, unused_hours={}) == {"unused_hours": 1050}


def test_rest_between_two_employers_lets_only_the_more_urgent_of_two_be_filled(
    tables: Tables,
) -> None:
    need(tables, 0, "L", priority="3")  # until 21:30
    early = need(tables, 1, "E", site_id="SB", priority="5")  # from 07:00
    assert filled(best(problem_of(tables))) == {("P1", early)}


def test_pins_at_two_employers_without_rest_between_clash(tables: Tables) -> None:
    late, early = need(tables, 0, "L"), need(tables, 1, "E", site_id="SB")
    pinned(tables, "P1", late, early, need(tables, 4, "E"))
    assert clash(best(problem_of(tables))) == [("pin", ("P1", late)), ("pin", ("P1", early))]


def test_each_shift_is_worked_for_the_employer_who_hosts_it(tables: Tables) -> None:
    ours, theirs = need(tables, 0, "E"), need(tables, 2, "E", site_id="SB")
    outcome = best(problem_of(tables))
    assert outcome.document is not None
    found = {
        (line.demand_id, line.contract_id, line.employer_organisation_id)
        for line in outcome.document.assignments
    }
    assert found == {(ours, "C-P1", "A"), (theirs, "C-P1-B", "B")}
    assert outcome.document.summary["lent"] == []


def test_history_for_both_employers_counts_in_the_average_but_each_in_its_own_contract(
    tables: Tables,
) -> None:
    """In the week before: 40 h for A, 40 h for B; then 16 h are left of 2 x 48."""
    before = MONDAY - timedelta(days=7)
    for day, organisation_id, contract_id in [
        (0, "A", "C-P1"),
        (1, "B", "C-P1-B"),
        (3, "A", "C-P1"),
        (4, "B", "C-P1-B"),
    ]:
        at = before + timedelta(days=day)
        worked(tables, "P1", f"{at}T02:00", f"{at}T22:00", 1200, organisation_id, contract_id)
    rows = [need(tables, 0, "E"), need(tables, 1, "E", site_id="SB"), need(tables, 3, "E")]
    problem = problem_of(tables)
    roster = does(problem, ("P1", rows[0]), ("P1", rows[1], "C-P1-B"), ("P1", rows[2]))
    # 4,800 + 1,350 minutes against 5,760; A is owed 1,200 and has 900, B is owed 1,050 and has 450
    found = amounts(problem, roster, average_week={}, contract_hours={"hours": 0}, unused_hours={})
    assert found == {"average_week": 390, "contract_hours": 0, "unused_hours": 300 + 600}
    assert len(filled(best(problem))) == 2


def test_a_shift_known_for_the_other_employer_is_busy_time_but_not_this_employers_hours(
    tables: Tables,
) -> None:
    day = MONDAY + timedelta(days=2)
    worked(
        tables=tables,
        staff_id="P1",
        start=f"{day}T09:00",
        end=f"{day}T17:00",
        paid=450,
        organisation_id="B",
        contract_id="C-P1-B",
        host="B",
    )
    need(tables, 2, "E", priority="5")
    free = need(tables, 4, "E", priority="1")
    problem = problem_of(tables)
    assert filled(best(problem)) == {("P1", free)}
    # A: 1,200 less 450 of Friday; B: 1,050 less 450 of Wednesday
    found = amounts(
        problem, does(problem, ("P1", free)), unused_hours={}, longest_week={"hours": 14}
    )
    assert found == {"unused_hours": 750 + 600, "longest_week": 60}


def test_nights_for_one_employer_and_then_the_other_are_one_run_with_its_rest(
    tables: Tables,
) -> None:
    nights = [need(tables, 0, "N"), need(tables, 1, "N", site_id="SB")]
    soon, later = (
        need(tables, 4, shift_id := "E", site_id="SA"),
        need(tables, 5, shift_id, site_id="SB"),
    )
    problem = problem_of(tables)
    start = [("P1", nights[0]), ("P1", nights[1], "C-P1-B")]
    # Wednesday 07:30 to Friday 07:00 is 47.5 h
    assert amounts(problem, does(problem, *start, ("P1", soon)), rest_after_nights={}) == {
        "rest_after_nights": 0
    }
    assert amounts(
        problem, does(problem, *start, ("P1", soon)), rest_after_nights={"hours": 48}
    ) == {"rest_after_nights": 30}
    assert amounts(
        problem, does(problem, *start, ("P1", later, "C-P1-B")), consecutive_nights={"nights": 1}
    ) == {"consecutive_nights": 1}

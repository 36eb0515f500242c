"""Whose problem it is: demand, people and what is known beforehand."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.errors import BadRequest
from scheduler.domain.problem import Period, build_problem
from scheduler.domain.roster import Assignment, Roster
from tests.factories import (
    MONDAY,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    shift,
    supply,
    worked,
)


def test_a_period_holds_its_first_and_last_day() -> None:
    period = Period(MONDAY, 14)
    assert period.last == date(2027, 1, 24)
    assert (
        MONDAY in period,
        period.last in period,
        MONDAY - timedelta(days=1) in period,
        date(2027, 1, 25) in period,
    ) == (
        True,
        True,
        False,
        False,
    )


def test_a_period_touches_the_weeks_of_its_days() -> None:
    assert Period(MONDAY, 14).weeks == (MONDAY, date(2027, 1, 18))
    assert Period(date(2027, 1, 13), 6).weeks == (MONDAY, date(2027, 1, 18))
    assert Period(date(2027, 1, 13), 5).weeks == (MONDAY,)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_period_has_a_sensible_length(days: int) -> None:
    with pytest.raises(BadRequest, match="1 to 366"):
        Period(MONDAY, days)


@pytest.mark.parametrize(
    ("first", "day", "shift_type_id", "paid"),
    [
        (MONDAY, MONDAY, "E", 450),
        (MONDAY, MONDAY, "N", 660),
        (date(2026, 10, 19), date(2026, 10, 24), "N", 720),
        (date(2027, 3, 22), date(2027, 3, 27), "N", 600),
    ],
)
def test_a_duty_is_paid_for_the_minutes_that_pass_less_the_break(
    first: date, day: date, shift_type_id: str, paid: int
) -> None:
    tables = plain_tables()
    row = need(tables, day, shift_type_id)
    assert problem_of(tables, first).duty_by_id[row].paid == paid


def test_a_duty_knows_its_place_host_need_and_whether_its_role_is_registered() -> None:
    tables = plain_tables()
    here, there = need(tables, 0, "E"), need(tables, 0, "E", "HCA", "SB")
    duties = problem_of(tables).duty_by_id
    assert [
        (d.place_id, d.host_id, d.need_weight, d.registered) for d in (duties[here], duties[there])
    ] == [
        ("PA", "A", 1, True),
        ("PB", "B", 1.25, False),
    ]


@pytest.mark.parametrize(
    ("minimum", "preferred", "maximum", "numbers"),
    [
        ("1", "", "", (1, 1, 1)),
        ("2", "1", "", (2, 2, 2)),
        ("1", "3", "", (1, 3, 3)),
        ("1", "2", "4", (1, 2, 4)),
        ("1", "3", "2", (1, 3, 3)),
    ],
)
def test_preferred_is_never_below_minimum_nor_the_most_below_preferred(
    minimum: str, preferred: str, maximum: str, numbers: tuple[int, int, int]
) -> None:
    tables = plain_tables()
    row = need(tables, 0, "E", minimum=minimum, preferred=preferred, maximum=maximum)
    duty = problem_of(tables).duty_by_id[row]
    assert (duty.minimum, duty.preferred, duty.most) == numbers


def test_everybody_who_is_deployable_to_some_demand_is_in_the_problem_and_nobody_else() -> None:
    tables = plain_tables()
    person(tables, "OWN")
    person(tables, "LENT", "B")
    person(tables, "UNCLEARED", "B")
    person(tables, "OTHER_ROLE", role_id="HCA")
    person(tables, "AWAY")
    on_leave(tables, "AWAY", MONDAY, MONDAY + timedelta(days=6))
    lending(tables, ["LENT"], "B", "A")
    need(tables, 0, "E")
    assert [p.id for p in problem_of(tables).people] == ["LENT", "OWN"]


def test_a_person_comes_with_all_contracts_that_are_live_in_the_period() -> None:
    tables = plain_tables()
    person(tables, "P1", to_date="2027-01-11")
    tables["contract"] += [
        {
            **tables["contract"][0],
            "id": "LATER",
            "organisation_id": "B",
            "from_date": "2027-01-17",
            "to_date": "",
        },
        {**tables["contract"][0], "id": "OVER", "from_date": "2020-01-01", "to_date": "2027-01-10"},
        {**tables["contract"][0], "id": "TO_COME", "from_date": "2027-01-18", "to_date": ""},
    ]
    need(tables, 0, "E")
    (only,) = problem_of(tables).people
    assert [employment.id for employment in only.employments] == ["C-P1", "LATER"]


def test_pairs_are_those_that_are_deployable_sorted_by_contract_then_duty() -> None:
    tables = plain_tables()
    person(tables, "P2")
    person(tables, "P1", from_date="2027-01-12")
    rows = [need(tables, 2, "E"), need(tables, 0, "E")]
    problem = problem_of(tables)
    pairs = zip(problem.pairs_employment.tolist(), problem.pairs_duty.tolist(), strict=True)
    found = [(problem.employments[e].id, problem.duties[d].id) for e, d in pairs]
    assert found == [("C-P1", rows[0]), ("C-P2", rows[1]), ("C-P2", rows[0])]


def test_demand_of_another_collaborative_is_not_ours() -> None:
    tables = plain_tables()
    tables["collaborative"].append({"id": "OTHER", "name": "Another"})
    tables["service"].append({"id": "VW", "collaborative_id": "OTHER", "name": "Virtual ward"})
    tables["service_host"].append({"service_id": "VW", "place_id": "PA", "organisation_id": "A"})
    ours, theirs = need(tables, 0, "E"), need(tables, 0, "L", service_id="VW")
    dataset = Dataset.from_cells(tables)
    assert [duty.id for duty in build_problem(dataset, "COL", Period(MONDAY, 7)).duties] == [ours]
    assert [duty.id for duty in build_problem(dataset, "OTHER", Period(MONDAY, 7)).duties] == [
        theirs
    ]


def test_hours_owed_count_for_contracts_based_in_the_collaboratives_places() -> None:
    tables = plain_tables()
    tables["collaborative"].append({"id": "OTHER", "name": "Another"})
    tables["place"].append(
        {
            "id": "PX",
            "collaborative_id": "OTHER",
            "name": "X",
            "population": "1",
            "need_weight": "1",
        }
    )
    tables["site"].append({**tables["site"][0], "id": "SX", "place_id": "PX"})
    person(tables, "P1")
    person(tables, "P2", base_site_id="SX")
    person(tables, "P3", hours="0", kind="bank")
    need(tables, 0, "E")
    assert {e.id: e.counts_unused for e in problem_of(tables).employments} == {
        "C-P1": True,
        "C-P2": False,
        "C-P3": False,
    }


def test_worked_and_published_shifts_are_known_and_what_was_worked_comes_first() -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    worked(tables, "P1", "2027-01-09T08:00", "2027-01-09T16:00", 450)
    nine = minute_of(date(2027, 1, 9), time(9))
    overlapping = KnownShift(nine, nine + 480, 480, "P1", "B")
    touching = KnownShift(nine + 420, nine + 480, 60, "P1", "B")
    problem = problem_of(tables, known=(overlapping, touching))
    assert [(k.paid, k.organisation_id) for k in problem.people[0].known] == [(450, "A"), (60, "B")]


def test_the_same_shift_published_twice_is_one() -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    start = minute_of(date(2027, 1, 9), time(9))
    problem = problem_of(tables, known=(KnownShift(start, start + 60, 60, "P1"),) * 2)
    assert len(problem.people[0].known) == 1


def test_a_known_shift_counts_on_the_local_date_and_week_in_which_it_starts() -> None:
    start = minute_of(date(2027, 6, 28), time(0, 30))  # 23:30 UTC the day before
    known = KnownShift(start, start + 480, 480, "P1")
    assert (known.date, known.week) == (date(2027, 6, 28), date(2027, 6, 28))
    assert known.night


def test_known_times_without_an_offset_are_local() -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, date(2026, 10, 26), "E")
    worked(tables, "P1", "2026-10-24T19:30", "2026-10-25T07:30", 720)
    worked(tables, "P1", "2026-10-25T20:00+00:00", "2026-10-26T04:00+00:00", 480)
    first, second = problem_of(tables, date(2026, 10, 26)).people[0].known
    assert (first.end - first.start, second.start - first.end) == (13 * 60, 12 * 60 + 30)


def test_pins_outside_the_period_are_left_out() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 0, "E"), need(tables, 9, "E")]
    tables["pin"] = [{"staff_id": "P1", "demand_id": row} for row in rows]
    assert [pin.demand_id for pin in problem_of(tables).pins] == rows[:1]


def test_supply_is_offered_to_what_it_may_fill() -> None:
    tables = plain_tables()
    supply(tables, "ANY")
    supply(tables, "HERE", place_id="PA")
    supply(tables, "THERE", organisation_id="B", place_id="PB")
    supply(tables, "SUPPORT", role_id="HCA")
    nurse, support, other = (
        need(tables, 0, "E"),
        need(tables, 0, "E", "HCA"),
        need(tables, 0, "E", site_id="SB"),
    )
    problem = problem_of(tables)
    offers = {
        row: {s.id for s in problem.supplies_for(problem.duty_by_id[row])}
        for row in (nurse, support, other)
    }
    assert offers == {nurse: {"ANY", "HERE"}, support: {"ANY", "HERE", "SUPPORT"}, other: {"THERE"}}


def test_a_shift_that_ends_at_midnight_ends_on_the_next_day() -> None:
    tables = plain_tables()
    row = need(tables, 0, shift(tables, "16:00", "00:00"))
    duty = problem_of(tables).duty_by_id[row]
    assert duty.paid == 480


def test_pairs_are_who_may_fill_what_and_the_cleared_those_of_one_duty() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2", role_id="HCA")
    rows = [need(tables, 0, "E"), need(tables, 1, "E", "HCA")]
    problem = problem_of(tables)
    pairs = [(employment.id, duty.id) for employment, duty in problem.pairs()]
    assert pairs == [("C-P1", rows[0]), ("C-P1", rows[1]), ("C-P2", rows[1])]
    cleared = [[e.id for e in problem.cleared_for(problem.duty_by_id[row])] for row in rows]
    assert cleared == [["C-P1"], ["C-P1", "C-P2"]]


def test_a_smaller_problem_keeps_what_does_not_follow_from_what_is_left_out() -> None:
    tables = plain_tables()
    for name in ("P1", "P2"):
        person(tables, name)
    rows = [need(tables, 0, "E"), need(tables, 1, "E")]
    tables["pin"] = [{"staff_id": name, "demand_id": rows[0]} for name in ("P1", "P2")]
    problem = replace(problem_of(tables), reference=Roster.of([Assignment(rows[1], "P2", "C-P2")]))
    assert set(problem.duty_by_id) == set(rows)
    assert set(problem.person_by_id) == {"P1", "P2"}

    alone = problem.of_people({"P1", "nobody"})
    assert ([p.id for p in alone.people], [p.staff_id for p in alone.pins]) == (["P1"], ["P1"])
    assert alone.reference == Roster(())
    assert set(alone.person_by_id) == {"P1"}
    assert alone.duty_by_id is problem.duty_by_id
    assert len(alone.pairs_duty) == len(problem.pairs_duty)

    one = problem.with_duties(problem.duties[1:])
    assert (set(one.duty_by_id), list(one.pairs())) == ({rows[1]}, [])
    assert one.person_by_id is problem.person_by_id

    flags = problem.pairs_duty == 0
    assert [duty.id for _, duty in problem.with_pairs(flags).pairs()] == [rows[0]] * 2

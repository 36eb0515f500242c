"""Shifts by which somebody's dates differ from the base pattern agreed."""

from datetime import date, time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Period, build_problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    heard_by_weekly_columns,
    joint,
    need,
    on_leave,
    patterned,
    person,
    plain_tables,
    problem_of,
    shift,
    worked,
)

TUESDAY = MONDAY + timedelta(days=1)


def one_person() -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    return tables


def everything(tables: Tables, *days: int) -> dict[str, str]:
    """Demand for an early, a late and a night on each of these days: `1E` -> its id."""
    return {f"{day}{kind}": need(tables, day, kind) for day in days for kind in "ELN"}


@pytest.mark.parametrize(
    ("pattern", "work", "found"),
    [
        ("1E", "1E", 0),
        ("1E", "", 1),
        ("1E", "1L", 1),  # another shift in its place: once
        ("1E", "0E 1E", 1),
        ("1E", "0E", 2),
        ("1E", "1E 1N", 1),  # one too many
        ("1E", "1N", 1),
        ("1E 3E", "1E 3N", 1),
        ("1E 1N", "1E 1N", 0),
        ("1E 1N", "1E", 1),
        ("1E 1N", "1L", 2),
        ("1E 1N", "", 2),
        ("0N", "0N", 0),
        ("0N", "1N", 2),  # a night belongs to the date on which it starts
        ("", "1E", 0),
    ],
)
def test_each_shift_by_which_a_date_differs_counts(pattern: str, work: str, found: int) -> None:
    tables = one_person()
    ids = everything(tables, 0, 1, 3)
    for each in pattern.split():
        patterned(tables, "P1", each[1], int(each[0]) + 1)
    problem = problem_of(tables)
    roster = does(problem, *(("P1", ids[each]) for each in work.split()))
    assert amount(problem, "base_pattern", roster) == found


def test_somebody_without_a_pattern_may_work_whatever_there_is() -> None:
    tables = one_person()
    person(tables, "P2")
    ids = everything(tables, 0)
    patterned(tables, "P2", "E", 1)
    problem = problem_of(tables)
    roster = does(problem, ("P1", ids["0L"]), ("P2", ids["0E"]))
    assert amount(problem, "base_pattern", roster) == 0


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({}, 0),
        ({"site_id": "SA"}, 0),
        ({"site_id": "SB"}, 1),
        ({"service_id": "UCR"}, 0),
        ({"service_id": "DAY"}, 1),
        ({"service_id": "UCR", "site_id": "SB"}, 1),
    ],
)
def test_a_pattern_may_name_where_and_for_what(columns: dict[str, str], found: int) -> None:
    tables = one_person()
    joint(tables, "P1", "B", "10")
    tables["service"].append({"id": "DAY", "collaborative_id": "COL", "name": "Day care"})
    for place, host in (("PA", "A"), ("PB", "B")):
        tables["service_host"].append(
            {"service_id": "DAY", "place_id": place, "organisation_id": host}
        )
    row = need(tables, 0, "E")
    need(tables, 0, "E", site_id="SB")
    need(tables, 0, "E", service_id="DAY", id="DAY")
    patterned(tables, "P1", "E", 1, **columns)
    problem = problem_of(tables)
    assert amount(problem, "base_pattern", does(problem, ("P1", row))) == found


def test_the_contract_does_not_matter() -> None:
    tables = one_person()
    second = joint(tables, "P1", "B", "10")
    row = need(tables, 0, "E", site_id="SB")
    off = need(tables, 1, "E", site_id="SB")
    patterned(tables, "P1", "E", 1)
    problem = problem_of(tables)
    assert amount(problem, "base_pattern", does(problem, ("P1", row, second))) == 0
    assert amount(problem, "base_pattern", does(problem, ("P1", off, second))) == 2


# --- the cycle ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "cycle", "day", "falls_on"),
    [
        (MONDAY, 7, 2, 1),
        (MONDAY, 7, 7, 6),
        (MONDAY - timedelta(days=14), 14, 2, 1),  # published weeks before are of the same cycle
        (MONDAY - timedelta(days=7), 14, 9, 1),
        (MONDAY - timedelta(days=7), 14, 2, None),  # the other week's
        (MONDAY - timedelta(days=28), 28, 2, 1),
        (MONDAY - timedelta(days=3), 7, 1, 4),  # from a Friday
        (MONDAY + timedelta(days=2), 7, 1, 2),  # from the Wednesday of the period
        (MONDAY + timedelta(days=2), 7, 6, None),  # would be the Monday after
        (MONDAY + timedelta(days=6), 7, 1, 6),
        (date(2020, 1, 6), 7, 3, 2),
    ],
)
def test_the_cycle_counts_from_the_date_of_the_pattern_whatever_the_period(
    since: date, cycle: int, day: int, falls_on: int | None
) -> None:
    tables = one_person()
    ids = [need(tables, each, "E") for each in range(7)]
    patterned(tables, "P1", "E", day, cycle_days=cycle, from_date=since)
    problem = problem_of(tables)
    before = max(0, (since - MONDAY).days)
    assert amount(problem, "base_pattern", Roster()) == (falls_on is not None)
    for each in range(7):
        found = 0 if each < before else (falls_on is not None) + 1
        expected = 0 if each == falls_on else (falls_on is not None) if each < before else found
        roster = does(problem, ("P1", ids[each]))
        assert amount(problem, "base_pattern", roster) == expected


def test_a_pattern_that_ends_within_the_week_says_nothing_of_the_days_after() -> None:
    tables = one_person()
    ids = [need(tables, each, "E") for each in range(3)]
    patterned(tables, "P1", "E", 1, to_date=TUESDAY)
    patterned(tables, "P1", "E", 3, to_date=TUESDAY)
    problem = problem_of(tables)
    assert amount(problem, "base_pattern", Roster()) == 1
    assert amount(problem, "base_pattern", does(problem, ("P1", ids[0]), ("P1", ids[2]))) == 0
    assert amount(problem, "base_pattern", does(problem, ("P1", ids[0]), ("P1", ids[1]))) == 1


def test_the_period_counts_from_its_first_date_to_its_last() -> None:
    tables = one_person()
    ids = [need(tables, each, "E") for each in range(-1, 4)]
    for day in (1, 2, 3, 7):
        patterned(tables, "P1", "E", day, from_date=MONDAY - timedelta(days=7))
    problem = problem_of(tables, days=2)
    assert amount(problem, "base_pattern", Roster()) == 2
    assert amount(problem, "base_pattern", does(problem, ("P1", ids[1]), ("P1", ids[2]))) == 0


def test_one_pattern_follows_on_from_another() -> None:
    tables = one_person()
    ids = everything(tables, 0, 1)
    patterned(tables, "P1", "E", 1, to_date=MONDAY, from_date=MONDAY - timedelta(days=7))
    patterned(tables, "P1", "L", 1, from_date=TUESDAY)
    problem = problem_of(tables)
    roster = does(problem, ("P1", ids["0E"]), ("P1", ids["1L"]))
    assert amount(problem, "base_pattern", roster) == 0
    assert amount(problem, "base_pattern", Roster()) == 2


# --- what could not be worked ---------------------------------------------------------------------


def test_a_shift_without_demand_is_nobodys_loss_and_another_in_its_place_counts() -> None:
    tables = one_person()
    late = need(tables, 0, "L")
    need(tables, 1, "E")
    patterned(tables, "P1", "E", 1)
    problem = problem_of(tables)
    assert amount(problem, "base_pattern", Roster()) == 0
    assert amount(problem, "base_pattern", does(problem, ("P1", late))) == 1


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"role_id": "RN"}, 1),
        ({"role_id": "HCA"}, 1),  # a nurse covers a support worker
        ({"role_id": "OT"}, 0),
        ({"minimum": "0"}, 0),  # nobody is wanted
        ({"minimum": "0", "preferred": "1"}, 1),
        ({"minimum": "0", "maximum": "1"}, 1),
    ],
)
def test_demand_counts_where_somebody_of_the_role_is_wanted(
    changes: dict[str, str], found: int
) -> None:
    tables = one_person()
    tables["role"].append(
        {"id": "OT", "name": "Occupational therapist", "staff_group": "allied_health", "band": "5"}
    )
    need(tables, 1, "E")
    need(tables, 0, "E", **changes)
    patterned(tables, "P1", "E", 1)
    assert amount(problem_of(tables), "base_pattern", Roster()) == found


def test_any_contract_of_the_person_may_have_the_role() -> None:
    tables = one_person()
    need(tables, 0, "E", "HCA", "SB")
    need(tables, 1, "E")
    tables["role_cover"] = []
    patterned(tables, "P1", "E", 1)
    assert amount(problem_of(tables), "base_pattern", Roster()) == 0
    joint(tables, "P1", "B", "10", role_id="HCA")
    assert amount(problem_of(tables), "base_pattern", Roster()) == 1


@pytest.mark.parametrize(
    ("from_date", "to_date", "found"),
    [
        ("2027-01-11", "", 2),
        ("2027-01-12", "", 1),
        ("2027-01-13", "", 0),
        ("2020-01-01", "2027-01-11", 1),
        ("2020-01-01", "2027-01-12", 2),
    ],
)
def test_nothing_is_missing_while_somebody_is_not_employed(
    from_date: str, to_date: str, found: int
) -> None:
    tables = plain_tables()
    person(tables, "P1", from_date=from_date, to_date=to_date)
    for day in range(7):
        need(tables, day, "E")
    patterned(tables, "P1", "E", 1)
    patterned(tables, "P1", "E", 2)
    assert amount(problem_of(tables), "base_pattern", Roster()) == found


@pytest.mark.parametrize(("day", "found"), [(0, 1), (1, 0), (2, 0), (3, 1)])
def test_nothing_is_missing_on_leave_which_a_night_before_it_touches(day: int, found: int) -> None:
    tables = one_person()
    for each in range(7):
        need(tables, each, "N")
    on_leave(tables, "P1", "2027-01-13")
    patterned(tables, "P1", "N", day + 1)
    assert amount(problem_of(tables), "base_pattern", Roster()) == found


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [("", "", 0), ("14:59", "20:00", 0), ("15:00", "20:00", 1), ("05:00", "07:01", 0)],
)
def test_nothing_is_missing_while_somebody_cannot_work_by_agreement(
    start: str, end: str, found: int
) -> None:
    tables = one_person()
    need(tables, 0, "E")
    need(tables, 1, "E")
    tables["unavailability"] = [
        {
            "staff_id": "P1",
            "from_date": "2020-01-01",
            "to_date": "",
            "weekday": "1",
            "start_time": start,
            "end_time": end,
        }
    ]
    patterned(tables, "P1", "E", 1)
    assert amount(problem_of(tables), "base_pattern", Roster()) == found


def test_what_somebody_is_not_cleared_for_is_missing_all_the_same() -> None:
    tables = one_person()
    tables["service"].append({"id": "DAY", "collaborative_id": "COL", "name": "Day care"})
    tables["service_host"].append({"service_id": "DAY", "place_id": "PA", "organisation_id": "A"})
    tables["competency"] = [{"id": "C", "name": "Cannulation", "kind": "clinical"}]
    tables["service_competency"] = [{"service_id": "DAY", "role_id": "", "competency_id": "C"}]
    need(tables, 0, "E", service_id="DAY")
    need(tables, 1, "E")
    patterned(tables, "P1", "E", 1)
    assert amount(problem_of(tables), "base_pattern", Roster()) == 1


def test_people_who_are_not_in_the_problem_are_not_asked() -> None:
    tables = one_person()
    person(tables, "H1", role_id="HCA")
    need(tables, 0, "E")
    patterned(tables, "H1", "E", 1)
    patterned(tables, "H1", "L", 2)
    assert amount(problem_of(tables), "base_pattern", Roster()) == 0


# --- what is known beforehand ---------------------------------------------------------------------


def published(day: int, kind: str, start: int) -> KnownShift:
    begin = minute_of(MONDAY + timedelta(days=day), time(start))
    return KnownShift(begin, begin + 240, 240, "P1", "A", "C-P1", "A", "UCR", shift_type_id=kind)


@pytest.mark.parametrize(
    ("pattern", "known", "work", "found"),
    [
        ("AB", "", "", 2),
        ("AB", "A", "", 1),  # one half has begun
        ("AB", "A", "B", 0),
        ("AB", "A", "N", 1),
        ("A", "A", "", 0),
        ("A", "A", "B", 1),
        ("AB", "A", "BN", 1),
        ("B", "A", "", 0),  # something else was to do that day: nothing is missing
        ("B", "A", "B", 0),
        ("B", "A", "N", 0),
        ("B", "A", "BN", 1),
        ("B", "?", "", 0),  # nobody recorded which it was
        ("", "A", "", 0),
        ("", "A", "B", 1),
    ],
)
def test_what_is_known_stands_for_the_patterns_shift_of_its_type(
    pattern: str, known: str, work: str, found: int
) -> None:
    tables = one_person()
    halves = {"A": shift(tables, "07:00", "11:00"), "B": shift(tables, "12:00", "16:00"), "N": "N"}
    ids = {each: need(tables, 0, halves[each]) for each in "ABN"}
    patterned(tables, "P1", "E", 3)
    for each in pattern:
        patterned(tables, "P1", halves[each], 1)
    known_shifts = tuple(published(0, halves.get(each, ""), 7) for each in known)
    problem = problem_of(tables, known=known_shifts)
    roster = does(problem, *(("P1", ids[each]) for each in work))
    assert amount(problem, "base_pattern", roster) == found


def test_what_was_worked_the_day_before_is_that_days() -> None:
    tables = one_person()
    row = need(tables, 0, "L")
    worked(tables, "P1", "2027-01-10T20:00", "2027-01-11T02:00", 360)
    patterned(tables, "P1", "L", 1)
    problem = problem_of(tables)
    assert amount(problem, "base_pattern", Roster()) == 1
    assert amount(problem, "base_pattern", does(problem, ("P1", row))) == 0


def test_begun_demand_is_owed_no_more() -> None:
    tables = one_person()
    person(tables, "P2")
    need(tables, 0, "E")
    need(tables, 1, "E")
    patterned(tables, "P1", "E", 1)
    problem = build_problem(
        Dataset.from_cells(tables),
        "COL",
        Period(MONDAY, 7),
        before=minute_of(MONDAY, time(8)),
    )
    assert amount(problem, "base_pattern", Roster()) == 0


# --- its price, its words, the searches -----------------------------------------------------------


def test_a_shift_that_differs_costs_10_pounds_and_no_pattern_nothing() -> None:
    tables = one_person()
    row = need(tables, 0, "E")
    policy = Policy.from_tables({})
    assert "base_pattern" not in verify(problem_of(tables), policy, Roster()).by_rule
    patterned(tables, "P1", "E", 1)
    problem = problem_of(tables)
    assert verify(problem, policy, Roster()).by_rule["base_pattern"] == 1000 * 60
    assert not verify(problem, policy, does(problem, ("P1", row))).by_rule.get("base_pattern")


@pytest.mark.parametrize(
    ("pattern", "work", "sentence"),
    [
        ("E", "", "P1 works nothing on 2027-01-11; the base pattern says E."),
        ("E", "L", "P1 works L on 2027-01-11; the base pattern says E."),
        ("E", "EN", "P1 works E and N on 2027-01-11; the base pattern says E."),
        ("EN", "L", "P1 works L on 2027-01-11; the base pattern says E and N."),
        ("", "L", "P1 works L on 2027-01-11; the base pattern says a day off."),
    ],
)
def test_the_sentence_says_what_is_worked_and_what_the_pattern_has(
    pattern: str, work: str, sentence: str
) -> None:
    tables = one_person()
    ids = everything(tables, 0)
    patterned(tables, "P1", "D", 4)
    for each in pattern:
        patterned(tables, "P1", each, 1)
    problem = problem_of(tables)
    roster = does(problem, *(("P1", ids[f"0{each}"]) for each in work))
    [found] = verify(problem, alone("base_pattern", weight=1), roster).priced["base_pattern"]
    assert found.about == ("P1", "2027-01-11")
    assert found.sentence == sentence


def test_the_search_by_weekly_columns_hears_of_a_missing_shift_and_of_one_too_many() -> None:
    for pattern in ("E", "L"):
        tables = one_person()
        everything(tables, 0, 1)
        patterned(tables, "P1", pattern, 1)
        heard_by_weekly_columns(problem_of(tables), "base_pattern")

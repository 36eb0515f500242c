"""Hours lent under one agreement in a week; where several fit, any split that keeps all limits is
right.
"""

from datetime import time, timedelta

import pytest

from scheduler.domain.clock import minute_of
from scheduler.domain.duty import KnownShift
from scheduler.domain.facts import SharingAgreement
from scheduler.domain.problem import Problem
from solver.constraints.release_limit import split
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    Tables,
    alone,
    amount,
    does,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    worked,
)


def lent(tables: Tables, *shifts: tuple[str, int, str]) -> list[tuple[str, str]]:
    """(person, day, shift type) as work at site B, which B hosts."""
    return [
        (staff_id, need(tables, day, shift_type, site_id="SB"))
        for staff_id, day, shift_type in shifts
    ]


def excess(problem: Problem, work: list[tuple[str, str]]) -> int:
    return amount(problem, "release_limit", does(problem, *work))


@pytest.mark.parametrize(
    ("limit", "over"),
    [("15", 0), ("14.9", 6), ("14.99", 1), ("14.992", 1), ("7.5", 450), ("0", 900), ("", 0)],
)
def test_hours_of_all_people_under_one_agreement_add_up(limit: str, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    lending(tables, ["P1", "P2"], limit=limit)
    work = lent(tables, ("P1", 0, "E"), ("P2", 2, "L"))
    assert excess(problem_of(tables), work) == over


def test_shifts_for_the_own_employer_are_not_lent() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"], limit="7.5")
    work = [("P1", need(tables, 2, "D")), *lent(tables, ("P1", 0, "E"))]
    assert excess(problem_of(tables), work) == 0


def test_each_direction_has_its_own_agreement() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2", "B")
    lending(tables, ["P1"], limit="7.5")
    lending(tables, ["P2"], "B", "A", limit="7")
    work = [*lent(tables, ("P1", 0, "E")), ("P2", need(tables, 0, "E"))]
    assert excess(problem_of(tables), work) == 30


def test_each_week_has_its_own_limit_and_a_night_counts_in_that_in_which_it_starts() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"], limit="11")
    work = lent(tables, ("P1", 6, "N"), ("P1", 8, "E"))
    assert excess(problem_of(tables, days=14), work) == 0


def two_agreements(limit: str, other_limit: str, both: list[str], first_only: list[str]) -> Tables:
    tables = plain_tables()
    for staff_id in [*both, *first_only]:
        person(tables, staff_id)
    lending(tables, [*both, *first_only], limit=limit)
    lending(tables, both, limit=other_limit, route="honorary_contract")
    return tables


@pytest.mark.parametrize(
    ("limit", "other", "over"),
    [
        (
            "7.5",
            "11.5",
            0,
        ),  # the one split that fits: early under the first, long day under the second
        ("11.5", "7.5", 0),  # and the other way round
        ("7.4", "11.5", 6),
        ("11", "11", 30),
        ("19", "0", 0),
        ("9.5", "9.5", 120),  # together enough, but no shift is cut in two
    ],
)
def test_each_shift_runs_whole_under_one_of_two_agreements(
    limit: str, other: str, over: int
) -> None:
    tables = two_agreements(limit, other, ["P1", "P2"], [])
    work = lent(tables, ("P1", 0, "E"), ("P2", 0, "D"))
    assert excess(problem_of(tables), work) == over


@pytest.mark.parametrize(
    ("limit", "other", "over"),
    [("7.5", "11.5", 0), ("11.5", "7.5", 240), ("19", "0", 0), ("0", "19", 450)],
)
def test_who_has_a_passport_by_one_route_alone_leaves_the_other_to_the_rest(
    limit: str, other: str, over: int
) -> None:
    tables = two_agreements(limit, other, ["P2"], ["P1"])
    work = lent(tables, ("P1", 0, "E"), ("P2", 0, "D"))
    # P1's early can only run under the first: 11.5 leaves 4 h for P2's long day there, or 7.5 under
    # the second: 4 h too many
    assert excess(problem_of(tables), work) == over


def test_an_unlimited_agreement_takes_what_may_run_under_it() -> None:
    tables = two_agreements("7.5", "", ["P2"], ["P1"])
    work = lent(tables, ("P1", 0, "E"), ("P2", 0, "D"))
    assert excess(problem_of(tables), work) == 0


@pytest.mark.parametrize(("last", "over"), [(2, 0), (1, 450)])
def test_an_agreement_takes_shifts_that_start_while_it_is_live(last: int, over: int) -> None:
    tables = two_agreements("7.5", "7.5", ["P1", "P2"], [])
    # the second agreement begins on Tuesday: Monday's early can only run under the first,
    # Wednesday's under the second if it is still live
    tables["sharing_agreement"][1].update(
        from_date=str(MONDAY + timedelta(days=1)), to_date=str(MONDAY + timedelta(days=last))
    )
    work = lent(tables, ("P1", 0, "E"), ("P2", 2, "E"))
    assert excess(problem_of(tables), work) == over


def test_an_agreement_that_ends_in_mid_week_still_carries_what_began_under_it() -> None:
    tables = two_agreements("7.5", "7.5", ["P1", "P2"], [])
    tables["sharing_agreement"][1]["to_date"] = str(MONDAY + timedelta(days=1))
    work = lent(tables, ("P1", 0, "E"), ("P2", 2, "E"))
    assert excess(problem_of(tables), work) == 0


def test_an_agreement_for_another_service_takes_nothing() -> None:
    tables = two_agreements("7.5", "20", ["P1", "P2"], [])
    tables["service"].append({"id": "VW", "collaborative_id": "COL", "name": "Virtual ward"})
    tables["sharing_agreement"][1]["service_id"] = "VW"
    work = lent(tables, ("P1", 0, "E"), ("P2", 0, "D"))
    assert excess(problem_of(tables), work) == 19 * 60 - 450


def test_a_chain_of_passports_links_three_agreements() -> None:
    tables = plain_tables()
    for staff_id in ("P1", "P2", "P3"):
        person(tables, staff_id)
    lending(tables, ["P1"], limit="7.5", route="portability_agreement")
    lending(tables, ["P1", "P2"], limit="7.5", route="honorary_contract")
    lending(tables, ["P2", "P3"], limit="7.5", route="secondment")
    work = lent(tables, ("P1", 0, "E"), ("P2", 2, "E"), ("P3", 4, "E"))
    assert excess(problem_of(tables), work) == 0
    more = [*work, *lent(tables, ("P3", 6, "L"))]
    assert excess(problem_of(tables), more) == 450


@pytest.mark.parametrize(("limit", "over"), [("12.5", 0), ("12", 30), ("3", 450)])
def test_hours_lent_beforehand_in_the_same_week_count_and_are_no_breach_alone(
    limit: str, over: int
) -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"], limit=limit)
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T14:00", 300, host="B")
    worked(tables, "P1", "2027-01-08T09:00", "2027-01-08T14:00", 300, host="B")  # the week before
    worked(tables, "P1", "2027-01-15T09:00", "2027-01-15T14:00", 300, host="A")  # at home
    work = lent(tables, ("P1", 0, "E"))
    problem = problem_of(tables)
    assert excess(problem, work) == over
    assert excess(problem, []) == 0


def test_an_unlimited_agreement_elsewhere_lifts_no_limit() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"], limit="7.5")
    lending(tables, ["P1"], "B", "A")
    work = lent(tables, ("P1", 0, "D"))
    assert excess(problem_of(tables), work) == 240


def test_hours_lent_beforehand_without_an_agreement_count_under_none() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2", "B")
    lending(tables, ["P2"], "B", "A", limit="7")
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T14:00", 300, host="B")
    work = [("P2", need(tables, 0, "E"))]
    assert excess(problem_of(tables), work) == 30


@pytest.mark.parametrize(
    ("limit", "other", "over"), [("6", "10", 0), ("10", "6", 0), ("10", "4", 150), ("7.5", "", 0)]
)
def test_hours_lent_beforehand_of_which_no_route_is_known_leave_the_most_room(
    limit: str, other: str, over: int
) -> None:
    tables = two_agreements(limit, other, ["P1"], ["P2"])
    worked(tables, "P1", "2027-01-13T09:00", "2027-01-13T14:00", 300, host="B")
    work = lent(tables, ("P1" if other else "P2", 0, "E"))
    # 5 h fit under 6 h and leave 10 h for an early of 7.5; they do not fit under 4; where one is
    # unlimited, all of the other is left
    assert excess(problem_of(tables), work) == over


@pytest.mark.parametrize(
    ("route", "service_id", "over"),
    [
        ("portability_agreement", "UCR", 300),
        ("honorary_contract", "UCR", 0),
        ("portability_agreement", "OTHER", 300),
        ("", "", 0),
    ],
)
def test_a_published_lent_shift_counts_under_the_agreement_by_whose_route_it_ran(
    route: str, service_id: str, over: int
) -> None:
    tables = two_agreements("7.5", "20", ["P1"], [])
    tables["passport"] = [
        row for row in tables["passport"] if row["route"] == "portability_agreement"
    ]
    work = lent(tables, ("P1", 0, "E"))
    begin, end = (minute_of(MONDAY + timedelta(days=2), time(at)) for at in (9, 14))
    shift = KnownShift(
        start=begin,
        end=end,
        paid=300,
        staff_id="P9",
        organisation_id="A",
        contract_id="",
        host_organisation_id="B",
        service_id=service_id,
        route=route,
    )
    known = () if not route else (shift,)
    assert excess(problem_of(tables, known=known), work) == over


def test_a_shift_worked_without_a_route_counts_by_the_passports_that_the_person_holds() -> None:
    tables = two_agreements("7.5", "20", ["P1"], [])
    person(tables, "P9")
    tables["passport"].append({**tables["passport"][0], "staff_id": "P9"})
    worked(tables, "P9", "2027-01-13T09:00", "2027-01-13T14:00", 300, host="B")
    tables["passport"] = [
        row for row in tables["passport"] if row["route"] == "portability_agreement"
    ]
    work = lent(tables, ("P1", 0, "E"))
    # not under the one with more room, by no passport of theirs
    assert excess(problem_of(tables), work) == 300


@pytest.mark.parametrize("service_id", ["", "UCR"])
def test_a_breach_names_the_first_agreement(service_id: str) -> None:
    tables = two_agreements("5", "5", ["P1"], [])
    tables["sharing_agreement"][0]["service_id"] = service_id
    work = lent(tables, ("P1", 0, "E"))
    problem = problem_of(tables)
    [found] = verify(problem, alone("release_limit", weight="hard"), does(problem, *work)).breaches
    assert found.about == ("A", "B", "portability_agreement", service_id, "2027-01-11")


def agreement(minutes: int | None, route: str) -> SharingAgreement:
    return SharingAgreement.model_validate(
        {
            "home_organisation_id": "A",
            "host_organisation_id": "B",
            "route": route,
            "from_date": "2020-01-01",
            "max_hours_per_week": None if minutes is None else minutes / 60,
        }
    )


def test_shifts_are_split_so_that_least_is_beyond_the_limits() -> None:
    one, other = agreement(451, "portability_agreement"), agreement(450, "honorary_contract")
    # the other way round one minute is too much
    assert split([(450, (one, other)), (451, (one, other))], {}) == [
        other,
        one,
    ]
    one, other = agreement(450, "portability_agreement"), agreement(451, "honorary_contract")
    assert split([(450, (one, other)), (451, (one, other))], {}) == [one, other]


def test_an_unlimited_agreement_is_taken_first_and_each_shift_keeps_its_place() -> None:
    one, other = agreement(300, "portability_agreement"), agreement(600, "honorary_contract")
    alone_there, unlimited = agreement(60, "secondment"), agreement(None, "digital_passport")
    lent = [
        (450, (one, other)),
        (690, (other, unlimited)),
        (480, (alone_there,)),
        (200, (one, other)),
    ]
    assert split(lent, {}) == [other, unlimited, alone_there, one]


def test_what_was_lent_before_leaves_less_room() -> None:
    """Of 400 minutes 390 are left, too few; with ten more they would be room enough, and keep the
    larger one free.
    """
    one, other = agreement(400, "portability_agreement"), agreement(600, "honorary_contract")
    assert split([(400, (one, other))], {}) == [one]
    assert split([(400, (one, other))], {one: 10}) == [other]


def test_what_was_lent_before_beyond_a_limit_leaves_no_room_and_owes_none() -> None:
    full, other = agreement(60, "portability_agreement"), agreement(1, "honorary_contract")
    # two minutes: under the other one is too much, under the full one both are
    assert split([(2, (other, full))], {full: 100}) == [other]
    # both are full: alike, though one was gone beyond
    other = agreement(0, "honorary_contract")
    assert split([(2, (full, other))], {full: 100}) == split([(2, (full, other))], {full: 60})

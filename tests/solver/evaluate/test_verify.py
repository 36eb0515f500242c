"""The independent check refuses what is malformed, what breaks a rule and what does not add up."""

import pytest

from scheduler.domain.errors import RosterRefused
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import Report, pence, verify
from solver.policy.policy import Policy
from solver.result.document import refuse_if_wrong
from solver.search.strategy import Found
from tests.factories import does, need, person, plain_tables, problem_of, supply

DEFAULT = Policy.from_tables()
EARLY = "SA-0111-E-RN"


def small() -> tuple:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    supply(tables, "AG")
    need(tables, 0, "E")
    need(tables, 0, "L")
    return problem_of(tables), tables


@pytest.mark.parametrize(
    "assignment",
    [
        Assignment("NOWHERE", "P1", "C-P1"),
        Assignment(EARLY),
        Assignment(EARLY, "P1", "C-P1", "AG"),
        Assignment(EARLY, "P1"),
        Assignment(EARLY, "P1", "C-P2"),
        Assignment(EARLY, "P1", "NONE"),
        Assignment(EARLY, "NOBODY", "C-P1"),
        Assignment(EARLY, "NOBODY", "NONE"),
        Assignment(EARLY, supply_id="NONE"),
        Assignment(EARLY, contract_id="C-P1", supply_id="AG"),
    ],
)
def test_an_assignment_of_what_does_not_exist_is_malformed(assignment: Assignment) -> None:
    problem, _ = small()
    report = verify(
        problem, DEFAULT, Roster.of([assignment, Assignment("SA-0111-L-RN", "P2", "C-P2")])
    )
    assert {breach.rule for breach in report.breaches} == {"well_formed"}


def test_a_sound_roster_has_no_breach_and_a_price_for_every_soft_rule() -> None:
    problem, _ = small()
    report = verify(problem, DEFAULT, does(problem, ("P1", EARLY), ("AG", "SA-0111-L-RN")))
    assert report.breaches == ()
    assert report.by_rule["agency_hours"] == 450 * 1500
    assert report.by_rule["pay"] == 22500 * 60
    assert report.by_rule["unused_hours"] == (2 * 2250 - 450) * 500
    assert report.by_rule["minimum_cover"] == 0
    assert report.objective == 450 * 1500 + 22500 * 60 + 4050 * 500
    assert report.objective_pence == report.objective / 60


def test_every_breach_is_found_not_the_first_alone() -> None:
    problem, _ = small()
    roster = does(problem, ("P1", EARLY), ("P1", "SA-0111-L-RN"), ("P2", EARLY))
    assert {breach.rule for breach in verify(problem, DEFAULT, roster).breaches} == {
        "one_place_at_a_time",
        "daily_rest",
        "maximum_cover",
    }


def test_the_same_assignment_twice_is_two_shifts_at_once() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row = need(tables, 0, "E", minimum="2")
    problem = problem_of(tables)
    assert "one_place_at_a_time" in {
        breach.rule
        for breach in verify(problem, DEFAULT, does(problem, ("P1", row), ("P1", row))).breaches
    }


def test_somebody_who_is_not_in_the_problem_is_checked_all_the_same() -> None:
    _, tables = small()
    person(tables, "H1", role_id="HCA")
    problem = problem_of(tables)
    assert "H1" not in problem.person_by_id
    roster = does(problem, ("H1", EARLY), ("H1", "SA-0111-L-RN"))
    assert {breach.rule for breach in verify(problem, DEFAULT, roster).breaches} >= {
        "deployable",
        "one_place_at_a_time",
        "daily_rest",
    }


def test_a_rule_that_is_soft_or_off_breaks_nothing() -> None:
    tables = plain_tables()
    person(tables, "P1")
    late, early = need(tables, 0, "L"), need(tables, 1, "E")
    problem = problem_of(tables)
    roster = does(problem, ("P1", late), ("P1", early))
    assert {breach.rule for breach in verify(problem, DEFAULT, roster).breaches} == {"daily_rest"}
    assert verify(problem, Policy.from_tables({"daily_rest": {"off": True}}), roster).breaches == ()
    soft = verify(problem, Policy.from_tables({"daily_rest": {"weight": 2}}), roster)
    assert (soft.breaches, soft.by_rule["daily_rest"]) == ((), 90 * 200)


def test_violations_say_who_what_and_how_much() -> None:
    tables = plain_tables()
    person(tables, "P1")
    rows = [need(tables, 0, "L"), need(tables, 1, "E")]
    problem = problem_of(tables)
    (breach,) = verify(problem, DEFAULT, does(problem, *(("P1", row) for row in rows))).breaches
    assert (breach.about, breach.quantity) == (("P1",), 90)
    assert (
        breach.sentence
        == "P1 has 9.5 h of rest between the shifts that start at Mon 11 Jan 13:30 and Tue 12 Jan"
        " 07:00; 11 h are due."
    )


def found(objective: int | None, bound: int) -> Found:
    return Found("feasible", Roster(), objective, bound)


def test_a_broken_rule_is_refused() -> None:
    problem, _ = small()
    report = verify(problem, DEFAULT, does(problem, ("P1", EARLY), ("P1", "SA-0111-L-RN")))
    with pytest.raises(RosterRefused, match="two shifts at once"):
        refuse_if_wrong(report, found(10**9, 0))


@pytest.mark.parametrize(
    ("objective", "bound", "refused"),
    [(100, 100, False), (101, 99, False), (99, 99, True), (101, 101, True), (None, 100, False)],
)
def test_the_recomputed_objective_lies_between_the_bound_and_what_the_search_reported(
    objective: int | None, bound: int, refused: bool
) -> None:
    report = Report(by_rule={"pay": 60, "travel": 40})
    if refused:
        with pytest.raises(RosterRefused):
            refuse_if_wrong(report, found(objective, bound))
    else:
        refuse_if_wrong(report, found(objective, bound))


def test_sixtieths_are_shown_as_pence_whole_where_they_are() -> None:
    assert (pence(120), pence(90), pence(1)) == (2, 1.5, 0.0167)

"""The whole problem solved again with one person put to one shift."""

from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.strategy import Limits
from solver.search.whole import small_enough, solve_whole
from tests.factories import alone, does, need, person, plain_tables, problem_of

DEFAULT = Policy.from_tables({})
LIMITS = Limits(10.0, workers=1)


def test_the_person_is_there_and_the_bound_is_proven() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    row, other = need(tables, 0, "E"), need(tables, 0, "L")
    problem = problem_of(tables)
    found = solve_whole(
        problem, DEFAULT, ("P2", row), does(problem, ("P2", row)), LIMITS, lambda: False
    )
    assert found is not None
    assert found.roster == does(problem, ("P2", row), ("P1", other))
    assert found.objective == found.bound == verify(problem, DEFAULT, found.roster).objective


def test_nobody_who_may_not_is_put_there_and_nothing_is_tried_without_time_or_a_hard_pin() -> None:
    tables = plain_tables()
    person(tables, "P1")
    tables["pin"] = [{"staff_id": "P1", "demand_id": need(tables, 0, "E")}]
    late = need(tables, 0, "L")
    problem = problem_of(tables)
    found = solve_whole(problem, DEFAULT, ("P1", late), None, LIMITS, lambda: False)
    assert found is not None
    assert found.impossible
    assert solve_whole(problem, DEFAULT, ("P1", late), None, Limits(0.0), lambda: False) is None
    assert solve_whole(problem, DEFAULT, ("P1", late), None, LIMITS, lambda: True) is None
    soft = Policy.from_tables({"pinned": {"weight": 5}})
    assert solve_whole(problem, soft, ("P1", late), None, LIMITS, lambda: False) is None
    assert (
        solve_whole(problem, alone("minimum_cover"), ("P1", late), None, LIMITS, lambda: False)
        is None
    )


def test_what_is_small_enough_goes_by_the_time() -> None:
    tables = plain_tables()
    for number in range(50):
        person(tables, f"P{number:02}")
    for day in range(5):
        for shift_type_id in ("E", "L"):
            need(tables, day, shift_type_id)
    problem = problem_of(tables)
    assert len(problem.pairs_duty) == 500
    assert small_enough(problem, 2.0)
    assert not small_enough(problem, 1.99)

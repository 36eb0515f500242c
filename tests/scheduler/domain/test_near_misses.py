"""Who is one barrier away: the vectors say what the plain statement says, one person at a time."""

import random

import pytest

from scheduler.domain.conditions import barriers_of
from scheduler.domain.near_misses import (
    THE_PERSON,
    by_barrier,
    employed,
    fewest_barriers,
    group_in_words,
    one_barrier_away,
    role_fits,
)
from tests.factories import (
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    true_to_life,
)


@pytest.mark.parametrize("seed", range(12))
def test_one_barrier_away_is_what_the_plain_statement_says(seed: int) -> None:
    tables = random_tables(seed) if seed % 2 else true_to_life(seed)[0]
    rng = random.Random(seed)
    for row in tables["passport"]:
        row |= rng.choice([{}, {"status": "revoked"}, {"valid_to": "2027-01-13"}])
    for row in tables["staff"]:
        row |= rng.choice([{}, {"accepts_other_hosts": "no"}])
    tables["contract"][0]["to_date"] = "2027-01-14"
    problem = problem_of(tables)
    contracts = employed(problem)
    index, seen = problem.index, 0
    for duty, near in zip(
        problem.duties, one_barrier_away(index, contracts, problem.duties), strict=True
    ):
        able = {c.staff_id for c in contracts if not barriers_of(index, c, duty)}
        expected = {
            (c.staff_id, c.id)
            for c in contracts
            if c.staff_id not in able
            and role_fits(index, c, duty)
            and len(barriers_of(index, c, duty)) == 1
        }
        assert {(one.staff_id, one.contract_id) for one in near} == expected
        seen += len(expected)
    assert seen


def test_groups_name_barrier_thing_and_who_can_lift_it() -> None:
    tables = plain_tables()
    lending(tables, ["CONSENT"])
    for staff_id in ("LACKS-1", "LACKS-2"):
        person(tables, staff_id)
    person(tables, "CONSENT", accepts_other_hosts="no")
    person(tables, "FAR", "B", home_site_id="SA", max_travel_minutes="1")
    person(tables, "AWAY", "B")
    on_leave(tables, "AWAY", "2027-01-11")
    person(tables, "LATE", "B", from_date="2027-01-12")
    person(tables, "SUPPORT", "B", "HCA")
    need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    groups = by_barrier(one_barrier_away(problem.index, employed(problem), problem.duties)[0])
    assert [(*group.key, group.staff_ids) for group in groups] == [
        ("passport", "B", "A", ("LACKS-1", "LACKS-2")),
        ("consent", "B", THE_PERSON, ("CONSENT",)),
        ("contract", "C-LATE", "B", ("LATE",)),
        ("leave", "2027-01-11", "B", ("AWAY",)),
        ("travel", "SB", THE_PERSON, ("FAR",)),
    ]
    assert group_in_words(problem.index, "passport", "B") == "a passport good for B"


def test_the_nearest_of_people_with_several_barriers() -> None:
    tables = plain_tables()
    person(tables, "TWO")  # agreement and passport
    person(tables, "THREE", accepts_other_hosts="no")
    person(tables, "SUPPORT", "B", "HCA")
    need(tables, 0, "E", site_id="SB")
    problem = problem_of(tables)
    found = fewest_barriers(problem.index, employed(problem), problem.duties[0])
    assert found is not None
    assert (found.staff_id, found.people, [barrier.kind for barrier in found.barriers]) == (
        "TWO",
        1,
        ["agreement", "passport"],
    )
    nobody = [contract for contract in employed(problem) if contract.role_id == "HCA"]
    assert fewest_barriers(problem.index, nobody, problem.duties[0]) is None

"""What an empty place costs is one figure: of the check, why vacancy, replacements and repair
alike, whatever the rule's weight.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.domain.roster import Roster
from scheduler.services.explain.replacements import replacements
from scheduler.services.explain.why_vacant import why_vacancy
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.repair import repair
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from tests.factories import MONDAY, need, person, plain_tables, problem_of
from tests.scheduler.services.handmade import POLICY, stored

EMPTY, TAKEN = "SA-0111-E-RN", "SA-0112-E-RN"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


@pytest.mark.parametrize(
    "table",
    [
        {"weight": 1},
        {"weight": 2},
        {"weight": 0},
        {"pounds_per_hour": [1, 2, 3, 4, 5]},
        {"off": True},
    ],
)
def test_an_empty_required_place(repository: Repository, table: dict[str, object]) -> None:
    tables = plain_tables()
    person(tables, "SICK")
    need(tables, 0, "E")
    need(tables, 1, "E")
    policy = Policy.from_tables(POLICY, {"minimum_cover": table})
    problem = problem_of(tables)
    of_one = verify(problem, policy, Roster()).objective_pence / 2  # two places alike, both empty
    roster_id = stored(repository, tables, ("SICK", TAKEN), policy=policy)
    tuesday = MONDAY + timedelta(days=1)
    repaired = repair(repository, roster_id, sick=[Sick("SICK", tuesday, tuesday)], since=MONDAY)
    said = [
        policy.empty_pence(problem.duty_by_id[EMPTY]),
        why_vacancy(repository, roster_id, EMPTY).empty_pence,
        replacements(repository, roster_id, EMPTY).empty_pence,
    ]
    assert said == [None if "off" in table else of_one] * 3
    assert [left.price_pence for left in repaired.left_open] == [of_one]


def test_a_place_above_the_minimum_has_the_price_of_preferred_cover(repository: Repository) -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E", preferred="2")
    policy = Policy.from_tables(POLICY, {"preferred_cover": {"off": False, "weight": 3}})
    roster_id = stored(repository, tables, ("P1", EMPTY), policy=policy)
    assert (
        replacements(repository, roster_id, EMPTY).empty_pence
        == 3 * 100 * 7.5
        == repository.roster(roster_id).document.summary["objective_pence"]
    )

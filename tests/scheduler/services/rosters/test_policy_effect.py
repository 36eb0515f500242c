"""What another policy would make of a stored roster is what the check says of it under that policy,
rule by rule; nothing where nothing differs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput
from scheduler.domain.problem import Period, build_problem
from scheduler.services.rosters.policy_effect import what_it_would_cost
from scheduler.storage.repository import Repository
from solver.evaluate.verify import pence, verify
from solver.policy.policy import Policy
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables
from tests.scheduler.services.handmade import stored


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def week() -> Tables:
    """ANN works a night, away from home once, and a late before an early; one place is empty."""
    tables = plain_tables()
    person(tables, "ANN")
    person(tables, "BEA")
    lending(tables, ["ANN"])
    need(tables, 0, "E", site_id="SB")
    need(tables, 2, "N")
    need(tables, 5, "E", minimum="2")
    return tables


def made(repository: Repository, policy: Policy) -> str:
    return stored(
        repository,
        week(),
        ("ANN", "SB-0111-E-RN"),
        ("ANN", "SA-0113-N-RN"),
        ("BEA", "SA-0116-E-RN"),
        policy=policy,
    )


@pytest.mark.parametrize(
    "tables",
    [
        {"minimum_cover": {"pounds_per_hour": [1, 2, 3, 4, 5]}},
        {"pay": {"on_cost_percent": {"contracted": 10.0}}, "travel": {"mileage_pence": 100}},
        {"unused_hours": {"off": True}, "fair_nights": {"weight": 50}},
        {"consecutive_nights": {"weight": 7}, "minimum_cover": {"weight": 2}},
        {},
    ],
    ids=lambda tables: "-".join(tables) or "default",
)
def test_it_is_the_check_under_the_other_policy(
    repository: Repository, tables: dict[str, Any]
) -> None:
    own = Policy.from_tables({"unused_hours": {"weight": 1}})
    roster_id = made(repository, own)
    found = what_it_would_cost(repository, roster_id, tables)
    expected = {}
    for name, policy in (("before", own), ("after", Policy.from_tables(tables))):
        problem = build_problem(
            repository.dataset(), "COL", Period(MONDAY, 7), terms=policy.pay.terms()
        )
        roster = repository.roster(roster_id).document.decision()
        expected[name] = verify(problem, policy, roster)
    assert found.before == expected["before"].objective_pence
    assert found.after == expected["after"].objective_pence
    for rule in found.rules:
        for name in ("before", "after"):
            said = getattr(rule, name)
            assert (said or 0) == pence(expected[name].by_rule.get(rule.rule, 0)), rule
    assert sum(rule.difference for rule in found.rules) == pytest.approx(found.difference)
    assert found.before == repository.roster(roster_id).document.summary["objective_pence"]
    assert found.notes == ()


def test_the_same_policy_changes_nothing(repository: Repository) -> None:
    own = {"fair_nights": {"weight": 9}, "daily_rest": {"hours": 10}}
    found = what_it_would_cost(repository, made(repository, Policy.from_tables(own)), own)
    assert (found.difference, found.changed, found.new_breaches) == (0, (), ())
    assert found.before > 0


def test_what_would_break_a_hard_rule_is_named_and_what_is_off_has_no_price(
    repository: Repository,
) -> None:
    roster_id = made(repository, Policy.from_tables())
    found = what_it_would_cost(
        repository, roster_id, {"minimum_cover": {"weight": "hard"}, "travel": {"off": True}}
    )
    rules = {rule.rule: rule for rule in found.changed}
    cover, travel = rules["minimum_cover"], rules["travel"]
    assert (cover.after, cover.broken_before, cover.counts_after) == (None, 0, "hard")
    assert cover.before is not None
    assert cover.before > 0
    assert cover.difference == -cover.before
    assert cover.broken_after == len(found.new_breaches) > 0
    assert {breach.rule for breach in found.new_breaches} == {"minimum_cover"}
    assert (travel.after, travel.counts_after) == (None, "off")
    assert travel.broken_after == 0


def test_a_parameter_of_a_hard_rule_is_said_in_words(repository: Repository) -> None:
    found = what_it_would_cost(
        repository, made(repository, Policy.from_tables()), {"longest_week": {"hours": 50}}
    )
    [rule] = found.changed
    assert (rule.counts_before, rule.counts_after) == (
        "hard; most hours in a week: 60 h",
        "hard; most hours in a week: 50 h",
    )
    assert rule.difference == 0


def test_the_facts_are_those_that_it_was_made_from(repository: Repository) -> None:
    roster_id = made(repository, Policy.from_tables())
    before = what_it_would_cost(repository, roster_id, {"travel": {"off": True}})
    later = week()
    later["contract"][0]["hours_per_week"] = "10"
    repository.store(Dataset.from_cells(later), replace=True)
    assert what_it_would_cost(repository, roster_id, {"travel": {"off": True}}) == before


def test_wrong_tables_name_every_fault(repository: Repository) -> None:
    roster_id = made(repository, Policy.from_tables())
    with pytest.raises(BadInput) as raised:
        what_it_would_cost(repository, roster_id, {"nothing": {}, "daily_rest": {"hours": -1}})
    assert len(raised.value.faults) == 2

"""The benchmark set: its checker, which knows nothing of our program, and our independent check
agree to the penny; what is published is what it says.
"""

import random
from dataclasses import dataclass
from typing import Any

import pytest

from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Limits
from tests.bench.benchmark_set.instance import (
    Flattening,
    Recipe,
    benchmark_policy,
)
from tests.bench.benchmark_set.solution import checker, solution_of

CHECK = checker()
HARD = {
    "eligible": "deployable",
    "absent": "deployable",
    "overlap": "one_place_at_a_time",
    "rest": "daily_rest",
    "longest_week": "longest_week",
    "days_in_a_row": "consecutive_days",
    "nights_in_a_row": "consecutive_nights",
    "rest_after_nights": "rest_after_nights",
    "contract_hours": "contract_hours",
    "agreement_hours": "release_limit",
    "supply_limit": "supply_limit",
    "most_wanted": "maximum_cover",
}
"""What the checker calls a rule -> what our catalogue does."""


@dataclass(frozen=True)
class Made:
    """An instance made in the test, both ways."""

    flat: Flattening
    policy: Policy
    instance: dict[str, Any]

    def agree(self, roster: Roster) -> set[str]:
        """The hard rules that are broken, by both: that they agree, in them and in every price."""
        report = verify(self.flat.problem, self.policy, roster)
        found = CHECK.judge(self.instance, solution_of(self.flat, roster, ""))
        broken = {HARD[rule] for rule, _ in found.broken}
        own = {breach.rule for breach in report.breaches}
        prices = {rule: sixtieths // 60 for rule, sixtieths in report.by_rule.items()}
        assert all(sixtieths % 60 == 0 for sixtieths in report.by_rule.values())
        for rule, pence in found.pence.items():
            if "deployable" not in own or rule not in ("travel", "away_from_base"):
                assert pence == prices.pop(rule, 0), rule
        if not own:
            assert not any(prices.values())
            assert found.objective == report.objective_pence
        # who has two shifts at once has no rest between them either, which ours says as well
        implied = {"daily_rest"} if "one_place_at_a_time" in broken else set()
        assert broken | implied == own
        return own


MADE = (
    Recipe("usual", 30),
    Recipe("tight-agreements", 30),
    Recipe("dense", 30),
    Recipe("usual", 12, 3, days=14),
)


@pytest.fixture(scope="module", params=MADE, ids=lambda recipe: recipe.name)
def made(request: pytest.FixtureRequest) -> Made:
    policy = benchmark_policy()
    flat = Flattening(request.param, request.param.problem(policy), policy)
    return Made(flat, policy, flat.instance())


def random_roster(made: Made, rng: random.Random, places: int) -> list[Assignment]:
    """People who may fill it at so many places, whatever else they do: hardly ever valid."""
    problem = made.flat.problem
    found = []
    for _ in range(places):
        k = rng.randrange(len(problem.pairs_duty))
        one = problem.employments[problem.pairs_employment[k]]
        found.append(
            Assignment(
                problem.duties[problem.pairs_duty[k]].id,
                problem.person_of_employment[one.index].id,
                one.id,
            )
        )
    return list(dict.fromkeys(found))


def valid_roster(made: Made, rng: random.Random, tries: int) -> list[Assignment]:
    """Random places and calls of temporary supply, one after another, where our check allows it."""
    problem, chosen = made.flat.problem, list[Assignment]()
    offers = random_roster(made, rng, tries) + random_calls(made, rng, tries // 3)
    rng.shuffle(offers)
    for offer in offers:
        trial = Roster.of([*chosen, offer])
        if not CHECK.judge(made.instance, solution_of(made.flat, trial, "")).broken:
            chosen.append(offer)
    assert not verify(problem, made.policy, Roster.of(chosen)).breaches
    return chosen


def random_calls(made: Made, rng: random.Random, calls: int) -> list[Assignment]:
    """Calls of temporary supply, not all of which may be made."""
    supplies, duties = made.flat.supplies, made.flat.problem.duties
    return [
        Assignment(rng.choice(duties).id, supply_id=rng.choice(supplies)[0].id)
        for _ in range(calls)
    ]


def not_eligible(made: Made, rng: random.Random, places: int) -> list[Assignment]:
    """Anybody anywhere."""
    problem = made.flat.problem
    return [
        Assignment(
            rng.choice(problem.duties).id, problem.person_of_employment[one.index].id, one.id
        )
        for one in rng.choices(problem.employments, k=places)
    ]


def test_both_checks_agree_on_our_own_roster_after_a_short_search(made: Made) -> None:
    problem = made.flat.problem
    found = direct(problem, made.policy, Limits(1.5, 1, 1), lambda _: None, lambda: False)
    assert found.roster is not None
    assert made.agree(found.roster) == set()


def test_both_checks_agree_to_the_penny_on_random_rosters_valid_and_not(made: Made) -> None:
    rng, broken = random.Random(5), set[str]()
    for _ in range(3):
        valid = valid_roster(made, rng, 150)
        assert made.agree(Roster.of(valid)) == set()
        for _ in range(15):
            kept = rng.sample(valid, rng.randrange(len(valid) // 2, len(valid)))
            more = random_roster(made, rng, rng.randrange(1, 4))
            broken |= made.agree(Roster.of({*kept, *more}))
            broken |= made.agree(Roster.of({*kept, *not_eligible(made, rng, 2)}))
            broken |= made.agree(Roster.of([*kept, *random_calls(made, rng, 3)]))
        broken |= made.agree(Roster.of(random_roster(made, rng, 40)))
        broken |= made.agree(Roster.of(random_roster(made, rng, 300)))
    assert broken >= set(HARD.values()) - {"release_limit"}


def test_clearance_in_intervals_is_every_pair_that_we_allow(made: Made) -> None:
    flat = made.flat
    allowed = {
        (int(row), int(column))
        for row, column in zip(flat.problem.pairs_employment, flat.problem.pairs_duty, strict=True)
    }
    for one in flat.problem.employments:
        for duty in flat.problem.duties:
            rows = [(duty.index, one.index, None)]
            rules = {rule for rule, _ in CHECK._not_eligible(made.instance, rows)}
            assert ((one.index, duty.index) in allowed) == (not rules & {"eligible", "absent"})

"""Small changes against all rosters that there are: the definition is stated here a second time,
without a model.
"""

import random
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.delta import DeltaEvaluation, changed
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.repair.reach import widest_radius
from solver.search.repair.repair_search import (
    HAND_OVERS,
    ChangeRequest,
    LocalChange,
    cheapest_change,
)
from solver.search.strategy import Limits
from tests.factories import Tables, lending, need, person, plain_tables, problem_of, supply

LIMITS = Limits(20, 4)


def small(seed: int) -> Tables:
    """Four people at two employers, five shifts within three days, a bank worker."""
    rng = random.Random(seed)
    tables = plain_tables()
    for name in ("P1", "P2", "P3", "P4"):
        person(
            tables,
            name,
            rng.choice("AAB"),
            hours=rng.choice(["7.5", "15", "37.5"]),
            hourly_pence=str(rng.randrange(1400, 2600)),
        )
    lending(tables, ["P1", "P2", "P3", "P4"], "A", "B", rng.choice(["", "8"]))
    lending(tables, ["P1", "P2"], "B", "A")
    wanted = rng.sample([(day, shift) for day in range(3) for shift in "ELN"], 5)
    for day, shift in wanted:
        need(
            tables,
            day,
            shift,
            site_id=rng.choice(["SA", "SA", "SB"]),
            priority=str(rng.randint(1, 3)),
        )
    supply(tables, "BK", "bank", hourly_pence="2600", max_shifts_per_week="1")
    return tables


def valid_base(problem: Problem, policy: Policy, rng: random.Random) -> Roster:
    """Some roster that keeps every hard rule, and is nothing special."""
    found: list[Assignment] = []
    pairs = list(zip(problem.pairs_employment.tolist(), problem.pairs_duty.tolist(), strict=True))
    rng.shuffle(pairs)
    for row, column in pairs:
        more = Assignment(
            problem.duties[column].id,
            problem.person_of_employment[row].id,
            problem.employments[row].id,
        )
        if rng.random() < 0.7 and not verify(problem, policy, Roster.of([*found, more])).breaches:
            found.append(more)
    return Roster.of(found)


def all_rosters(problem: Problem) -> list[Roster]:
    """Every way to fill every demand, of one place each, with one of those who may, or with
    nobody.
    """
    ways: list[list[list[Assignment]]] = []
    for duty in problem.duties:
        rows = problem.pairs_employment[problem.pairs_duty == duty.index].tolist()
        people = [
            [Assignment(duty.id, problem.person_of_employment[row].id, problem.employments[row].id)]
            for row in rows
        ]
        ways.append(
            [
                [],
                *people,
                *([Assignment(duty.id, supply_id=s.id)] for s in problem.supplies_for(duty)),
            ]
        )
    return [Roster.of(a for way in choice for a in way) for choice in product(*ways)]


def counts(before: Roster, after: Roster) -> tuple[list[Assignment], list[Assignment]]:
    old, new = Counter(before), Counter(after)
    return list((old - new).elements()), list((new - old).elements())


def allowed(
    problem: Problem, policy: Policy, base: Roster, roster: Roster, places: dict[str, int]
) -> bool:
    """Whether a roster differs from the base by nothing but a repair: as the words say it."""
    removed, added = counts(base, roster)
    if any(a.supply_id for a in removed):
        return False
    for duty in problem.duties:
        if sum(a.demand_id == duty.id for a in added) > places.get(duty.id, 0) + sum(
            a.demand_id == duty.id for a in removed
        ):
            return False
    if {a.staff_id for a in removed} - {a.staff_id for a in added}:
        return False
    if {(a.staff_id, a.demand_id) for a in removed} & {(a.staff_id, a.demand_id) for a in added}:
        return False
    personal = Policy(
        {name: rule for name, rule in policy.rules.items() if rule.links.one_person and rule.hard},
        pay=policy.pay,
    )
    for one in removed:
        beside = Roster.of([*roster.by_person.get(one.staff_id, ()), one])
        if not verify(problem, personal, beside).breaches:
            return False
    return led_from_what_was_asked(removed, added, places)


def led_from_what_was_asked(
    removed: list[Assignment], added: list[Assignment], places: dict[str, int]
) -> bool:
    """Whether following who came where somebody left ends at what was asked for, with no way back
    and few shifts left.
    """
    if any(a.demand_id in places for a in removed) or len(removed) > HAND_OVERS * sum(
        places.values()
    ):
        return False
    nearer = {
        a.demand_id: {
            b.demand_id
            for c in removed
            if c.demand_id == a.demand_id
            for b in added
            if b.staff_id == c.staff_id
        }
        for a in removed
    }

    def ends(demand_id: str, passed: frozenset[str]) -> bool:
        return demand_id not in passed and all(
            ends(other, passed | {demand_id}) for other in nearer.get(demand_id, ())
        )

    return all(ends(demand_id, frozenset()) for demand_id in nearer)


def best_by_hand(
    problem: Problem, policy: Policy, base: Roster, places: dict[str, int]
) -> tuple[int, int]:
    """(objective against the base, number of changes) of the best of all rosters that are a
    repair.
    """
    before, best = verify(problem, policy, base).objective, (0, 0)
    for roster in all_rosters(problem):
        if allowed(problem, policy, base, roster, places):
            report = verify(problem, policy, roster)
            if not report.breaches:
                best = min(best, (report.objective - before, sum(map(len, counts(base, roster)))))
    return best


def near(
    problem: Problem, policy: Policy, base: Roster, ask: ChangeRequest, **options: object
) -> LocalChange | None:
    asked = [*ask.positions, *([ask.forced[1]] if ask.forced else [])]
    reach = widest_radius(problem, base, asked, only=ask.forced[0] if ask.forced else None)
    return cheapest_change(DeltaEvaluation(problem, policy, base), ask, reach, LIMITS, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("price", [25, 0.5])
@pytest.mark.parametrize("seed", range(6))
def test_no_roster_repairs_for_less_or_with_fewer_changes_at_that_price(
    seed: int, price: float
) -> None:
    rng = random.Random(seed)
    problem = problem_of(small(seed))
    policy = Policy.from_tables({"stability": {"weight": price}})
    stored = valid_base(problem, policy, rng)
    gone = rng.choice(list(stored))
    base = changed(stored, [gone], [])
    # who has gone is away
    rows = [
        i
        for i, row in enumerate(problem.pairs_employment)
        if problem.person_of_employment[row].id != gone.staff_id
    ]
    problem = replace(
        problem,
        reference=stored,
        pairs_employment=problem.pairs_employment[rows],
        pairs_duty=problem.pairs_duty[rows],
    )
    base = Roster.of(a for a in base if a.staff_id != gone.staff_id)
    places = {a.demand_id: 1 for a in stored if a.staff_id == gone.staff_id}
    found = near(problem, policy, base, ChangeRequest(places))
    assert found is not None
    assert found.proven
    after = changed(base, found.removed, found.added)
    report = verify(problem, policy, after)
    assert not report.breaches
    assert report.objective - verify(problem, policy, base).objective == found.difference
    assert (found.difference, len(found.removed) + len(found.added)) == best_by_hand(
        problem, policy, base, places
    )

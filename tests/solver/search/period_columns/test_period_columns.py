"""The search by whole periods: blocks are what they say, bounds stay bounds, and what is chosen is
a roster that keeps every rule.
"""

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.domain.facts import Pin
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.direct_lns.improve import DirectLns
from solver.search.effort import Effort
from solver.search.period_columns.blocks import Blocks
from solver.search.period_columns.column_generation import ColumnGeneration
from solver.search.period_columns.diving import dive
from solver.search.period_columns.reduced_cost_fixing import ReducedCostFixing
from solver.search.period_columns.reoptimise import Reoptimisation, values_of
from solver.search.period_columns.restricted_master import LpSolution
from solver.search.period_columns.restricted_master_ip import RestrictedMasterIp
from solver.search.period_columns.strategy import by_periods
from solver.search.progress import SearchTrace
from solver.search.strategy import Limits, Progress
from tests.at_random import seeds
from tests.factories import MONDAY, problem_of, random_roster, random_tables

AGREED = (
    "pinned",
    "total_minutes",
    "total_shifts",
    "total_weekends",
    "run_of_work",
    "run_of_days_off",
    "run_of_shift",
    "shifts_elsewhere",
)
POLICY = Policy.from_tables({rule: {"weight": 50.0} for rule in AGREED})
"""The default, but what a roster taken at random can hardly keep has a price."""


def problem(seed: int, days: int = 7) -> Problem:
    return problem_of(random_tables(seed, MONDAY, days), MONDAY, days)


class World:
    """A problem with its blocks, and an improver that holds the empty roster."""

    def __init__(self, here: Problem) -> None:
        self.problem = here
        self.encoder = CpSatEncoder(here, POLICY)
        self.effort = Effort(Limits(seed=1))
        self.direct_lns = DirectLns(self.encoder, self.effort)
        assert self.direct_lns.start_from(Roster.of([]))
        self.blocks = Blocks(self.encoder, self.direct_lns.rows)
        self.generation = ColumnGeneration(self.blocks, self.effort, lambda: False)

    def optimum(self) -> int:
        solver = cp_model.CpSolver()
        assert solver.solve(self.encoder.model) == cp_model.OPTIMAL
        return round(solver.objective_value)

    def converged(self) -> tuple[LpSolution, int]:
        """The linear programme at the end of all rounds, and the best bound that was told."""
        bounds: list[float] = []
        assert self.generation.begin({})
        lp_solution = self.generation.run({}, on_bound=bounds.append)
        assert lp_solution is not None
        return lp_solution, int(max(bounds))


@pytest.mark.at_random
@seeds(2, range(4))
def test_every_variable_is_one_persons_or_shared_and_pairs_are_their_persons(seed: int) -> None:
    world = World(problem(seed))
    blocks = world.blocks
    everything = np.sort(np.concatenate([blocks.shared, *blocks.variables]))
    assert everything.tolist() == list(range(blocks.rows.size))
    for person in world.problem.people:
        assert {pair.literal.index for pair in world.encoder.pairs_of(person)} <= set(
            blocks.variables[person.index].tolist()
        )
    calls = [
        call.count.index for duty in world.problem.duties for call in world.encoder.called_for(duty)
    ]
    assert calls
    assert set(calls) <= set(blocks.shared.tolist())


@pytest.mark.at_random
@seeds(2, range(4))
def test_a_roster_is_kept_where_each_block_and_what_links_them_is(seed: int) -> None:
    """Cut into blocks and put together again, random rosters cost the same, and each person's part
    is possible for them alone.
    """
    world = World(problem(seed, 14))
    blocks, direct_lns, rng = world.blocks, world.direct_lns, random.Random(seed)
    tried = 0
    for _ in range(12):
        if not direct_lns.start_from(random_roster(world.problem, rng, rng.choice([0.02, 0.05]))):
            continue
        tried += 1
        periods = {
            person: blocks.period(person, direct_lns.values[own])
            for person, own in enumerate(blocks.variables)
        }
        shared = int(blocks.rows.cost[blocks.shared] @ direct_lns.values[blocks.shared])
        assert (
            sum(period.cost for period in periods.values()) + shared + blocks.rows.constant
            == direct_lns.objective
        )
        for person, period in periods.items():
            model = blocks.model(person)
            for index, value in enumerate(period.values.tolist()):
                model.add(model.get_int_var_from_proto_index(index) == value)
            assert cp_model.CpSolver().solve(model) == cp_model.OPTIMAL
    assert tried


@pytest.mark.at_random
@seeds(2, range(5))
def test_at_any_duals_the_blocks_cost_no_more_than_the_best_roster(seed: int) -> None:
    world = World(problem(seed))
    blocks, optimum, rng = world.blocks, world.optimum(), np.random.default_rng(seed)
    assert world.generation.begin({})
    for scale in (0.0, 1e3, 1e5, 1e6):
        duals = scale * rng.standard_normal(len(blocks.low))
        duals[(duals > 0) & ~np.isfinite(blocks.low)] = 0.0
        duals[(duals < 0) & ~np.isfinite(blocks.high)] = 0.0
        answers = world.generation._priced(range(blocks.people), duals, 0.0)
        assert answers is not None
        assert world.generation._lagrangian_bound(duals, answers, {}) <= optimum + 1e-3


@pytest.mark.at_random
@seeds(2, range(5))
def test_the_bound_and_the_linear_programme_meet_below_the_optimum(seed: int) -> None:
    world = World(problem(seed))
    optimum = world.optimum()
    lp_solution, bound = world.converged()
    assert bound <= optimum
    assert lp_solution.value <= optimum + 1
    assert bound >= lp_solution.value - 1e-3 * abs(lp_solution.value) - 1


@pytest.mark.at_random
@seeds(1, [1, 3, 4])
def test_what_is_chosen_keeps_every_rule_with_supply_around_it(seed: int) -> None:
    world = World(problem(seed, 14))
    lp_solution, bound = world.converged()
    empty = world.direct_lns.objective
    chosen = dive(world.generation, lp_solution, lambda: False, 5.0)
    assert chosen.keys() == set(range(world.blocks.people))
    if world.direct_lns.accept(values_of(world.generation, chosen)):
        report = verify(world.problem, POLICY, world.direct_lns.roster())
        assert not report.breaches
        assert bound <= report.objective <= world.direct_lns.objective < empty
    else:
        assert world.direct_lns.objective == empty


def test_out_of_time_everybody_still_gets_a_period_and_the_master_is_free() -> None:
    world = World(problem(1, 14))
    lp_solution, _ = world.converged()
    assert dive(world.generation, lp_solution, lambda: True, 5.0).keys() == set(
        range(world.blocks.people)
    )
    again = world.generation.master.solve()
    assert again is not None
    assert again.value == pytest.approx(lp_solution.value)


@pytest.mark.parametrize("seed", [1])
def test_whole_periods_re_optimised_keep_every_rule_and_cost_less_or_are_not_taken(
    seed: int,
) -> None:
    world = World(problem(seed, 14))
    world.converged()
    reoptimisation = Reoptimisation(world.generation, world.direct_lns, seed=1)
    for _ in range(4):
        before = world.direct_lns.objective
        better = reoptimisation.reoptimise(lambda: False, 20.0)
        report = verify(world.problem, POLICY, world.direct_lns.roster())
        assert not report.breaches
        assert report.objective <= world.direct_lns.objective
        assert (world.direct_lns.objective < before) == better
    assert world.direct_lns.objective < verify(world.problem, POLICY, Roster.of([])).objective


@pytest.mark.at_random
@seeds(2, range(4))
def test_what_is_fixed_at_nothing_is_in_no_better_roster_and_the_proof_is_true(seed: int) -> None:
    """Step by step from an empty roster to the proof; it must end at the optimum of the whole
    model.
    """
    world = World(problem(seed))
    lp_solution, _ = world.converged()
    fixing = ReducedCostFixing(world.generation, world.direct_lns, lp_solution.duals)
    for _ in range(30):
        result = fixing.prove(lambda: False, world.effort, 0.5)
        if result.values is None:
            break
        assert world.direct_lns.accept(result.values), (
            "what is found costs less and keeps every rule"
        )
    assert result.proven
    assert world.direct_lns.objective == world.optimum()


@pytest.mark.at_random
@seeds(1, range(3))
def test_the_best_of_all_periods_made_so_far_costs_less_and_keeps_every_rule(seed: int) -> None:
    world = World(problem(seed))
    lp_solution, bound = world.converged()
    master_ip = RestrictedMasterIp(world.generation, lp_solution.duals)
    reoptimisation = Reoptimisation(world.generation, world.direct_lns, seed=1)
    assert master_ip.new_columns > 0
    chosen = master_ip.solve(
        reoptimisation.present(), world.direct_lns.objective, world.effort, 10.0
    )
    assert master_ip.new_columns == 0
    assert chosen is not None
    assert chosen.keys() == set(range(world.blocks.people))
    before = world.direct_lns.objective
    assert world.direct_lns.accept(values_of(world.generation, chosen))
    assert bound <= world.direct_lns.objective < before
    assert not verify(world.problem, POLICY, world.direct_lns.roster()).breaches
    assert master_ip.solve(reoptimisation.present(), bound, world.effort, 10.0) is None, (
        "none costs less than the bound"
    )


def test_a_bound_rises_to_the_next_cost_that_a_roster_can_have() -> None:
    world = World(problem(0))
    blocks = world.blocks
    blocks.rows.constant, blocks.step = 500, 6000
    assert [
        blocks.rounded_up(bound) for bound in (500.0, 501.0, 6499.999, 6500.0, 6500.001, 6501.0)
    ] == [500, 6500, 6500, 6500, 6500, 12500]
    assert World(problem(1)).blocks.step >= 1, "also where nothing costs anything"


def test_whole_bounds_are_told_as_they_are() -> None:
    heard: list[Progress] = []
    trace = SearchTrace(heard.append)
    trace.bound(10_296_000)
    trace.bound(10_296_000.0 + 20)  # of a float the last digits may be noise
    assert [progress.bound for progress in heard] == [10_296_000, 10_296_010]


@pytest.mark.at_random
@seeds(1, [5, 0, 3])
def test_small_problems_are_solved_to_their_optimum(seed: int) -> None:
    here = problem(seed)
    quiet = {"on_progress": lambda _: None, "should_stop": lambda: False}
    exact = direct(here, POLICY, Limits(60, workers=4), **quiet)
    found = by_periods(here, POLICY, Limits(5, workers=4), **quiet)
    assert exact.status == "optimal"
    assert found.roster is not None
    assert found.objective == exact.objective
    assert found.bound <= exact.bound


def test_two_places_at_once_for_one_person_are_a_clash() -> None:
    here = problem(1, 14)
    pairs = zip(here.pairs_employment.tolist(), here.pairs_duty.tolist(), strict=True)
    duties = [here.duties[duty] for row, duty in pairs if here.person_of_employment[row].id == "P1"]
    one, other = next(
        (a, b)
        for a, b in combinations(duties, 2)
        if a.id != b.id and a.start < b.end and b.start < a.end
    )
    pinned = replace(
        here, pins=(Pin(staff_id="P1", demand_id=one.id), Pin(staff_id="P1", demand_id=other.id))
    )
    hard = Policy.from_tables({rule: {"weight": 50.0} for rule in AGREED if rule != "pinned"})
    found = by_periods(pinned, hard, Limits(10, workers=2), lambda _: None, lambda: False)
    assert (found.status, found.roster) == ("clash", None)

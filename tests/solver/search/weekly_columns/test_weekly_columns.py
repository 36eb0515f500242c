"""The search by weekly columns against the direct model, and its list of weeks against the rules
themselves.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Pin
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Assignment, Roster
from scheduler.synthetic import DEFAULT_START, NATURES, generate
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.effort import Effort
from solver.search.solver_pool import LOCAL
from solver.search.strategy import Limits
from solver.search.weekly_columns import dual_ascent as ascent_module
from solver.search.weekly_columns import enumerate as weeks_module
from solver.search.weekly_columns.across_lines import AcrossLines
from solver.search.weekly_columns.dual_ascent import DualAscent, FixedWeeks
from solver.search.weekly_columns.duty_losses import DutyLosses
from solver.search.weekly_columns.enumerate import Weeks, possible_weeks, weeks_of_best_shifts
from solver.search.weekly_columns.exact_pricing import least_reduced_cost
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.lns import LargeNeighbourhoodSearch
from solver.search.weekly_columns.lns_subproblem import (
    ColumnFilter,
    LnsSubproblem,
    MasterSolution,
    NeighbourhoodSolver,
    ReducedCosts,
)
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, WeekPricing
from solver.search.weekly_columns.rounding import Rounding
from solver.search.weekly_columns.statements import NotByWeeklyColumns, StatementCollector
from solver.search.weekly_columns.strategy import by_weeks
from solver.search.weekly_columns.week_values import Floats
from tests.at_random import seeds
from tests.factories import problem_of, random_tables

POLICY = Policy.from_tables({"consecutive_nights": {"nights": 2}, "consecutive_days": {"days": 4}})
SEEDS = range(8)


def problem(seed: int) -> Problem:
    tables = random_tables(seed)
    tables["pin"] = []  # a random pin may clash with history, which is not what is tested here
    return problem_of(tables)


def personal_breaches(problem: Problem, roster: Roster) -> int:
    sheet = EvaluatedRoster(problem, roster)
    rules = [rule for rule in POLICY.applying(problem) if rule.hard and rule.links.one_person]
    return sum(1 for rule in rules for _ in rule.check(sheet))


@pytest.mark.at_random
@seeds(4, SEEDS)
def test_listed_weeks_are_exactly_those_that_keep_the_personal_rules(seed: int) -> None:
    here = problem(seed)
    collector = StatementCollector(here, POLICY)
    rng = random.Random(seed)
    kept = broken = 0
    for person in here.people:
        weeks = possible_weeks(collector, lines_of(collector)[person.index])
        listed = {
            tuple(atom for atom in row if atom < len(weeks.atoms))
            for row in weeks.atoms_of.tolist()
        }
        assert len(listed) == len(weeks.cost)
        for _ in range(60):
            atoms = tuple(
                i for i in range(len(weeks.atoms)) if rng.random() < rng.choice([0.1, 0.25])
            )
            chosen = [rng.choice(weeks.atoms[i].pairs) for i in atoms]
            pairs = {pair.index: pair for pair in collector.pairs_of(person)}
            roster = Roster.of(
                Assignment(pairs[k].duty.id, person.id, pairs[k].employment.id) for k in chosen
            )
            breaches = personal_breaches(here, roster)
            assert (atoms in listed) == (not breaches), (person.id, atoms)
            kept, broken = kept + (not breaches), broken + bool(breaches)
    assert kept
    assert broken


@pytest.mark.at_random
@seeds(4, SEEDS)
def test_a_week_costs_what_the_check_counts(seed: int) -> None:
    """The personal soft rules of one person's week, worked out again from the roster of that week
    alone.
    """
    here = problem(seed)
    collector = StatementCollector(here, POLICY)
    empty = verify(here, POLICY, Roster())
    for person in here.people:
        weeks = possible_weeks(collector, lines_of(collector)[person.index])
        rows = np.random.default_rng(seed).integers(len(weeks.cost), size=5)
        base = {
            rule.id: empty.by_rule.get(rule.id, 0)
            for rule in POLICY.applying(here)
            if rule.links.one_person and not rule.hard
        }
        idle = int((weeks.atoms_of < len(weeks.atoms)).sum(axis=1).argmin())
        for row in rows:
            pairs = [
                weeks.atoms[atom].pairs[0]
                for atom in weeks.atoms_of[row]
                if atom < len(weeks.atoms)
            ]
            mine = {pair.index: pair for pair in collector.pairs_of(person)}
            roster = Roster.of(
                Assignment(mine[k].duty.id, person.id, mine[k].employment.id) for k in pairs
            )
            report = verify(here, POLICY, roster)
            change = sum(report.by_rule[rule_id] - before for rule_id, before in base.items())
            assert (
                int(weeks.cost[row] - weeks.cost[idle]) + sum(collector.pair_cost[k] for k in pairs)
                == change
            )


@pytest.mark.parametrize("seed", [0, 2, 4, 6])
def test_weekly_columns_never_bound_above_the_optimum_and_end_close_to_it(seed: int) -> None:
    here = problem(seed)
    quiet = {"on_progress": lambda _: None, "should_stop": lambda: False}
    exact = direct(here, POLICY, Limits(seconds=30, workers=4), **quiet)
    assert exact.status == "optimal"
    assert exact.roster is not None
    optimum = verify(here, POLICY, exact.roster).objective
    found = by_weeks(here, POLICY, Limits(seconds=3, workers=4), **quiet)
    assert found.roster is not None
    report = verify(here, POLICY, found.roster)
    assert not report.breaches
    assert found.bound <= optimum <= report.objective
    assert report.objective <= optimum * 1.02


def test_any_duals_give_a_bound_below_the_optimum() -> None:
    here = problem(3)
    exact = direct(
        here,
        POLICY,
        Limits(seconds=30, workers=4),
        on_progress=lambda _: None,
        should_stop=lambda: False,
    )
    assert exact.roster is not None
    optimum = verify(here, POLICY, exact.roster).objective
    collector = StatementCollector(here, POLICY)
    master = MasterProblem(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)])
    rng = np.random.default_rng(1)
    for _ in range(20):
        duals = -rng.random(len(master.limit)) * rng.choice([0, 1, 50, 500])
        assert pricing.evaluate_dual(duals)[1] * SCALE <= optimum


def test_a_rule_that_weekly_columns_cannot_carry_says_so() -> None:
    here = problem(1)
    collector = StatementCollector(here, POLICY)
    one, other = collector.pairs_of(here.people[0])[0], collector.pairs_of(here.people[1])[0]
    with pytest.raises(NotByWeeklyColumns):
        collector.any_of([one.literal, other.literal])


def test_the_dual_rises_to_a_bound_close_below_the_optimum() -> None:
    here = problem(3)
    exact = direct(
        here,
        POLICY,
        Limits(seconds=60, workers=4),
        on_progress=lambda _: None,
        should_stop=lambda: False,
    )
    assert exact.status == "optimal"
    assert exact.objective is not None
    collector = StatementCollector(here, POLICY)
    master = MasterProblem(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)])
    ascent = DualAscent(master, pricing)
    started = pricing.evaluate_dual(np.zeros(len(master.limit)))[1]
    duals, bound = ascent.maximise(lambda: 0.0)
    assert pricing.evaluate_dual(duals)[1] == pytest.approx(bound)
    assert started < bound
    assert 0.95 * exact.objective < bound * SCALE <= exact.objective
    assert (duals[~master.equal] <= 0).all()
    nobody = FixedWeeks(np.zeros(len(here.people), dtype=bool), np.zeros(len(master.pair_cost)))
    ascended = ascent.ascend_with_fixed(duals, 40, first=6.0, last=0.3, counted=5, fixed=nobody)
    # so few weeks are all in the working sets
    assert pricing.evaluate_dual(ascended.duals)[1] == pytest.approx(ascended.bound)
    assert len(ascended.choices) == 5


def test_rounding_gives_each_person_a_week_that_fits() -> None:
    here = problem(2)
    collector = StatementCollector(here, POLICY)
    master = MasterProblem(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)])
    ascent = DualAscent(master, pricing)
    duals, _ = ascent.maximise(lambda: 0.0)
    left = iter(range(20, 0, -1))
    weeks = Rounding(master, pricing, ascent, AcrossLines(lines_of(collector), pricing)).run(
        duals, lambda: next(left, 0)
    )
    assert set(weeks) == set(range(len(here.people)))
    filled = Counter(int(here.pairs_duty[pair]) for _, pairs in weeks.values() for pair in pairs)
    assert all(count <= here.duties[duty].most for duty, count in filled.items())


@pytest.mark.parametrize(
    "seed", sorted({*SEEDS} - {4})
)  # where nobody shares a single position with another
def test_rounding_keeps_the_position_of_whoever_is_pinned(seed: int) -> None:
    here = problem(seed)
    collector = StatementCollector(here, POLICY)
    able: dict[int, list[int]] = defaultdict(list)
    for person in here.people:
        weeks = possible_weeks(collector, lines_of(collector)[person.index])
        pairs = [
            pair
            for atom in np.unique(weeks.atoms_of)
            if atom < len(weeks.atoms)
            for pair in weeks.atoms[atom].pairs
        ]
        for index in sorted(set(here.pairs_duty[pairs].tolist())):
            able[index].append(person.index)
    duty = next(
        here.duties[index]
        for index, people in able.items()
        if here.duties[index].most == 1 and len(people) > 1
    )
    last = able[duty.index][-1]
    here = replace(here, pins=(Pin(staff_id=here.people[last].id, demand_id=duty.id),))
    collector = StatementCollector(here, POLICY)
    master = MasterProblem(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)])
    duals = np.zeros(len(master.limit))
    asks = [
        all(c == -1 and here.pairs_duty[pair] == duty.index for c, pair in row.pairs)
        and bool(row.pairs)
        for row in collector.rows
    ]
    duals[
        asks
    ] = -1e5  # everybody wants this duty, and the first who are able come before who is pinned
    left = iter(range(20, 0, -1))
    rounded = Rounding(
        master, pricing, DualAscent(master, pricing), AcrossLines(lines_of(collector), pricing)
    ).run(duals, lambda: next(left, 0))
    everybody = [
        rounded.get(person.index) or pricing.emptiest(person.index) for person in here.people
    ]
    assert [
        index
        for index, (_, pairs) in enumerate(everybody)
        if duty.index in here.pairs_duty[list(pairs)]
    ] == [last]


def test_rounding_leaves_nobody_without_a_week_that_is_worth_something() -> None:
    here = problem(2)
    collector = StatementCollector(here, POLICY)
    master = MasterProblem(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)])
    duals = np.zeros(len(master.limit))
    asks = [bool(row.pairs) and all(c == -1 for c, _ in row.pairs) for row in collector.rows]
    duals[
        asks
    ] = -1e4  # everybody wants as much as possible, and the first take what others had chosen
    rounded = Rounding(
        master, pricing, DualAscent(master, pricing), AcrossLines(lines_of(collector), pricing)
    ).run(duals, lambda: 1)
    assert set(rounded) == set(range(len(here.people)))
    values = pricing.pair_reduced_costs(duals)
    filled = Counter(int(here.pairs_duty[pair]) for _, pairs in rounded.values() for pair in pairs)
    assert all(count <= here.duties[duty].most for duty, count in filled.items())
    for person, (_, pairs) in rounded.items():
        if not pairs:  # whoever stays empty could take no position that is left
            open_to = [
                pair
                for atom in pricing.weeks[person].atoms
                for pair in atom.pairs
                if values[pair] < 0
            ]
            duties = {int(here.pairs_duty[pair]) for pair in open_to}
            assert all(filled[duty] == here.duties[duty].most for duty in duties)


def listed(weeks: Weeks) -> dict[tuple[int, ...], int]:
    """What each week costs, by its atoms."""
    rows = (
        tuple(atom for atom in row if atom < len(weeks.atoms)) for row in weeks.atoms_of.tolist()
    )
    return dict(zip(rows, weeks.cost.tolist(), strict=True))


def test_who_owes_hours_to_two_employers_gets_good_weeks_of_both_where_not_all_can_be_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = better = 0
    for seed in SEEDS:
        here = problem(seed)
        collector = StatementCollector(here, POLICY)
        for line in lines_of(collector):
            everything = possible_weeks(collector, line)
            if (
                sum(employment.substantive for employment in line.person.employments) < 2
                or len(everything.cost) < 100
            ):
                continue
            main = [
                all(everything.atoms[atom].main for atom in atoms) for atoms in listed(everything)
            ]
            few = replace(
                everything,
                atoms_of=everything.atoms_of[main],
                cost=everything.cost[main],
                complete=False,
            )
            tried += 1
            values = -2e6 * np.random.default_rng(seed).random(len(everything.atoms))
            monkeypatch.setattr(weeks_module, "MOST_WEEKS", len(everything.cost) // 2)
            best = weeks_of_best_shifts(line, few, values)
            monkeypatch.undo()
            assert everything.complete
            assert not best.complete
            assert listed(best).items() <= listed(everything).items()
            least, of_few = (
                min(cost + sum(values[list(atoms)]) for atoms, cost in listed(those).items())
                for those in (best, few)
            )
            better += least < of_few
    assert tried
    assert better


@pytest.mark.at_random
@seeds(4, SEEDS)
def test_the_least_week_is_the_least_of_all_that_are_listed(seed: int) -> None:
    """Two statements of one person's rules: by listing, and as a model of their own."""
    here = problem(seed)
    collector = StatementCollector(here, POLICY)
    rng = np.random.default_rng(seed)
    worked = 0
    for line in lines_of(collector):
        weeks = possible_weeks(collector, line)
        for liked in (0.0, 0.5, 1.0):
            values = np.floor(
                rng.random(len(weeks.atoms)) * 3e5 - liked * 2e6 * rng.random(len(weeks.atoms))
            )
            totals = weeks.cost + np.append(values, 0)[weeks.atoms_of].sum(axis=1)
            exact_solver = Effort(Limits(60)).solver(60, workers=1)
            assert least_reduced_cost(line.own, weeks.atoms, values, exact_solver) == pytest.approx(
                totals.min(), abs=0.5
            )
            worked += weeks.atoms_of[totals.argmin(), 0] < len(weeks.atoms)
    assert worked


def test_more_columns_are_active_where_few_lead_duals_astray(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = problem(3)
    collector = StatementCollector(here, POLICY)
    master = MasterProblem(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)])
    monkeypatch.setattr(ascent_module, "ACTIVE", 1)
    ascent = DualAscent(master, pricing)
    duals, overestimate = np.zeros(len(master.limit)), []
    for _ in range(12):
        worked_with = ascent.weeks
        ascended = ascent.ascend(duals, 300.0, 0.05, lambda number: number / 300)
        duals = ascended.duals
        overestimate.append(
            (ascended.bound - pricing.evaluate_dual(duals)[1]) / abs(ascended.bound)
        )
        ascent.refresh(duals, overestimate[-1])
        if overestimate[-1] > ascent_module.MOST_OVERESTIMATE:
            assert all(
                set(before) <= set(now)
                for before, now in zip(worked_with, ascent.weeks, strict=True)
            )
    assert overestimate[0] > 0.05  # over one week each it is no bound
    assert overestimate[-1] <= ascent_module.MOST_OVERESTIMATE
    # and yet not all are worked with
    assert max(map(len, ascent.weeks)) < max(len(weeks.cost) for weeks in pricing.weeks)
    most = max(pricing.weeks, key=lambda weeks: len(weeks.cost))
    pricing.relist(replace(most, atoms_of=most.atoms_of[:1], cost=most.cost[:1], complete=False))
    ascent.refresh(duals, 1.0)
    # positions tell nothing of weeks that are listed again
    assert ascent.weeks[most.line].tolist() == [0]


def test_neighbourhoods_mix_where_a_few_of_them_hold_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts: list[frozenset[int]] = []
    subproblem = NeighbourhoodSolver.subproblem

    def recorded(
        self: NeighbourhoodSolver,
        solution: MasterSolution,
        free: Sequence[int],
        *,
        all_shared: bool = False,
    ) -> LnsSubproblem:
        if free:
            parts.append(frozenset(free))
        return subproblem(self, solution, free, all_shared=all_shared)

    monkeypatch.setattr(NeighbourhoodSolver, "subproblem", recorded)
    dataset = Dataset.from_cells(generate(60, 1))
    policy = Policy.from_tables()
    here = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    by_weeks(here, policy, Limits(60, 2, 1), lambda _: None, lambda: len(parts) >= 6)
    first = parts[0]
    assert len(first) < len(here.people)
    assert any(first & part and part - first for part in parts[1:])  # not the same people each time


def dense(policy: Policy) -> tuple[StatementCollector, MasterProblem, WeekPricing]:
    dataset = Dataset.from_cells(generate(60, 1, nature=NATURES["dense"]))
    here = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    collector = StatementCollector(here, policy)
    master = MasterProblem(collector)
    return (
        collector,
        master,
        WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)]),
    )


def begun(
    collector: StatementCollector, master: MasterProblem, pricing: WeekPricing
) -> tuple[Floats, LargeNeighbourhoodSearch, MasterSolution]:
    """Duals, and a solution rounded from them."""
    ascent = DualAscent(master, pricing)
    duals, _ = ascent.maximise(lambda: 0.0)
    lns = LargeNeighbourhoodSearch(
        collector,
        master,
        pricing,
        AcrossLines(lines_of(collector), pricing),
        Effort(Limits(600, 2, 1), LOCAL),
        duals,
    )
    rounded = Rounding(master, pricing, ascent, AcrossLines(lines_of(collector), pricing)).run(
        duals, lambda: 1
    )
    solution = lns.complete(
        MasterSolution(rounded, np.zeros(len(collector.shared_cost), dtype=np.int64))
    )
    assert solution is not None
    return duals, lns, solution


def test_every_solution_keeps_all_rows_whoever_is_free() -> None:
    """Only what the free people touch is stated; what others are excused by must not be lost on the
    way, nor kept without its reason.
    """
    collector, master, pricing = dense(
        Policy.from_tables({"first_shift_with_someone_familiar": {"weight": 300.0}})
    )
    duals, _, solution = begun(collector, master, pricing)
    values = pricing.pair_reduced_costs(duals)
    reduced_costs = ReducedCosts(values, pricing.atom_reduced_costs(values))
    solver = NeighbourhoodSolver(
        collector,
        master,
        pricing,
        AcrossLines(lines_of(collector), pricing),
        reduced_costs,
        ColumnFilter(30, 60.0),
        Effort(Limits(600, 2, 1), LOCAL),
    )
    rng = random.Random(2)
    optional, released = sorted(collector.optional), 0
    for _ in range(12):
        before = solution
        solution = solver.solve(
            solver.subproblem(before, rng.sample(range(len(pricing.weeks)), 20)),
            seconds=60,
            seed=1,
        ).solution
        assert solution is not None
        worked = np.zeros(len(master.pair_cost))
        worked[[pair for _, pairs in solution.weeks.values() for pair in pairs]] = 1
        beyond = master.pairs @ worked + master.shared @ solution.shared - master.limit
        assert beyond.max() < 0.5
        assert abs(beyond[master.equal]).max() < 0.5
        released += int((before.shared[optional] > solution.shared[optional]).sum())
    assert released


def test_an_optional_variable_is_released_with_the_last_that_it_holds_by() -> None:
    collector, master, pricing = dense(Policy.from_tables())
    nothing = ReducedCosts(
        pricing.pair_reduced_costs(np.zeros(len(master.limit))), np.zeros(pricing.first_atom[-1])
    )
    solver = NeighbourhoodSolver(
        collector,
        master,
        pricing,
        AcrossLines(lines_of(collector), pricing),
        nothing,
        ColumnFilter(1, 0.0),
        Effort(Limits(60, 1, 1), LOCAL),
    )
    row = next(row for row in collector.rows if row.condition_of is not None and not row.pairs)
    one, another = [position for _, position in row.shared if position != row.condition_of][:2]
    for held, lost in (([one], {one, row.condition_of}), ([one, another], {one})):
        shared = np.zeros(len(collector.shared_cost), dtype=np.int64)
        shared[[row.condition_of, *held]] = 1
        assert set(solver._released(MasterSolution({}, shared), np.array([one])).tolist()) == lost


def test_what_people_and_duties_lose_is_no_more_than_the_gap_and_most_of_it() -> None:
    collector, master, pricing = dense(Policy.from_tables())
    duals, lns, solution = begun(collector, master, pricing)
    found, bound, values = pricing.evaluate_dual(duals)
    person_losses = sum(
        pricing.costs[person][week] + values[list(pairs)].sum() - found[person][1]
        for person, (week, pairs) in solution.weeks.items()
    )
    losses = DutyLosses(collector, master, duals).of(solution)
    gap = lns.cost(solution) / SCALE - bound
    assert losses.min() > -1e-6
    assert 0.5 * gap < person_losses + losses.sum() < gap + 1e-6

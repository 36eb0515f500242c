"""The search by weekly patterns against the direct model, and its list of weeks against the rules
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
from solver.search.solver_pool import HERE
from solver.search.strategy import Limits
from solver.search.weekly_columns import dual_ascent as ascent_module
from solver.search.weekly_columns import enumerate as weeks_module
from solver.search.weekly_columns.across_lines import Across
from solver.search.weekly_columns.dual_ascent import Ascent, Fixed
from solver.search.weekly_columns.duty_regret import DutyLosses
from solver.search.weekly_columns.enumerate import Weeks, possible_weeks, weeks_of_the_best
from solver.search.weekly_columns.exact_pricing import least_week
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.lns import Improving
from solver.search.weekly_columns.lns_subproblem import Neighbourhood, Plan, Prices, Question, Reach
from solver.search.weekly_columns.pricing import SCALE, Matrix, Pricing
from solver.search.weekly_columns.rounding import Rounding
from solver.search.weekly_columns.statements import NotByPatterns, StatementCollector
from solver.search.weekly_columns.strategy import by_weeks
from solver.search.weekly_columns.week_values import Floats
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


@pytest.mark.parametrize("seed", SEEDS)
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


@pytest.mark.parametrize("seed", SEEDS)
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
def test_patterns_never_bound_above_the_optimum_and_end_close_to_it(seed: int) -> None:
    here = problem(seed)
    quiet = {"tell": lambda _: None, "stopped": lambda: False}
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


def test_any_prices_give_a_bound_below_the_optimum() -> None:
    here = problem(3)
    exact = direct(
        here, POLICY, Limits(seconds=30, workers=4), tell=lambda _: None, stopped=lambda: False
    )
    assert exact.roster is not None
    optimum = verify(here, POLICY, exact.roster).objective
    collector = StatementCollector(here, POLICY)
    matrix = Matrix(collector)
    pricing = Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)])
    rng = np.random.default_rng(1)
    for _ in range(20):
        prices = -rng.random(len(matrix.limit)) * rng.choice([0, 1, 50, 500])
        assert pricing.best(prices)[1] * SCALE <= optimum


def test_a_rule_that_patterns_cannot_carry_says_so() -> None:
    here = problem(1)
    collector = StatementCollector(here, POLICY)
    one, other = collector.pairs_of(here.people[0])[0], collector.pairs_of(here.people[1])[0]
    with pytest.raises(NotByPatterns):
        collector.any_of([one.literal, other.literal])


def test_prices_rise_to_a_bound_close_below_the_optimum() -> None:
    here = problem(3)
    exact = direct(
        here, POLICY, Limits(seconds=60, workers=4), tell=lambda _: None, stopped=lambda: False
    )
    assert exact.status == "optimal"
    assert exact.objective is not None
    collector = StatementCollector(here, POLICY)
    matrix = Matrix(collector)
    pricing = Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)])
    ascent = Ascent(matrix, pricing)
    started = pricing.best(np.zeros(len(matrix.limit)))[1]
    prices, bound = ascent.raised(lambda: 0.0)
    assert pricing.best(prices)[1] == pytest.approx(bound)
    assert started < bound
    assert 0.95 * exact.objective < bound * SCALE <= exact.objective
    assert (prices[~matrix.equal] <= 0).all()
    nobody = Fixed(np.zeros(len(here.people), dtype=bool), np.zeros(len(matrix.pair_cost)))
    risen = ascent.rise(prices, 40, first=6.0, last=0.3, kept=5, fixed=nobody)
    assert pricing.best(risen.prices)[1] == pytest.approx(
        risen.bound
    )  # so few weeks are all in the working sets
    assert len(risen.chosen) == 5


def test_rounding_gives_each_person_a_week_that_fits() -> None:
    here = problem(2)
    collector = StatementCollector(here, POLICY)
    matrix = Matrix(collector)
    pricing = Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)])
    ascent = Ascent(matrix, pricing)
    prices, _ = ascent.raised(lambda: 0.0)
    left = iter(range(20, 0, -1))
    weeks = Rounding(matrix, pricing, ascent, Across(lines_of(collector), pricing)).run(
        prices, lambda: next(left, 0)
    )
    assert set(weeks) == set(range(len(here.people)))
    filled = Counter(int(here.pairs_duty[pair]) for _, pairs in weeks.values() for pair in pairs)
    assert all(count <= here.duties[duty].most for duty, count in filled.items())


@pytest.mark.parametrize(
    "seed", sorted({*SEEDS} - {4})
)  # where nobody shares a single place with another
def test_rounding_keeps_the_place_of_whoever_is_pinned(seed: int) -> None:
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
    matrix = Matrix(collector)
    pricing = Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)])
    prices = np.zeros(len(matrix.limit))
    asks = [
        all(c == -1 and here.pairs_duty[pair] == duty.index for c, pair in row.pairs)
        and bool(row.pairs)
        for row in collector.rows
    ]
    prices[
        asks
    ] = -1e5  # everybody wants this duty, and the first who are able come before who is pinned
    left = iter(range(20, 0, -1))
    rounded = Rounding(
        matrix, pricing, Ascent(matrix, pricing), Across(lines_of(collector), pricing)
    ).run(prices, lambda: next(left, 0))
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
    matrix = Matrix(collector)
    pricing = Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)])
    prices = np.zeros(len(matrix.limit))
    asks = [bool(row.pairs) and all(c == -1 for c, _ in row.pairs) for row in collector.rows]
    prices[
        asks
    ] = -1e4  # everybody wants as much as possible, and the first take what others had chosen
    rounded = Rounding(
        matrix, pricing, Ascent(matrix, pricing), Across(lines_of(collector), pricing)
    ).run(prices, lambda: 1)
    assert set(rounded) == set(range(len(here.people)))
    values = pricing.pair_values(prices)
    filled = Counter(int(here.pairs_duty[pair]) for _, pairs in rounded.values() for pair in pairs)
    assert all(count <= here.duties[duty].most for duty, count in filled.items())
    for person, (_, pairs) in rounded.items():
        if not pairs:  # whoever stays empty could take no place that is left
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
            best = weeks_of_the_best(line, few, values)
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


@pytest.mark.parametrize("seed", SEEDS)
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
            solver = Effort(Limits(60)).solver(60, workers=1)
            assert least_week(line.own, weeks.atoms, values, solver) == pytest.approx(
                totals.min(), abs=0.5
            )
            worked += weeks.atoms_of[totals.argmin(), 0] < len(weeks.atoms)
    assert worked


def test_more_weeks_are_worked_with_where_few_lead_prices_astray(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = problem(3)
    collector = StatementCollector(here, POLICY)
    matrix = Matrix(collector)
    pricing = Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)])
    monkeypatch.setattr(ascent_module, "WORKING", 1)
    ascent = Ascent(matrix, pricing)
    prices, missed = np.zeros(len(matrix.limit)), []
    for _ in range(12):
        worked_with = ascent.weeks
        risen = ascent.climb(prices, 300.0, 0.05, lambda number: number / 300)
        prices = risen.prices
        missed.append((risen.bound - pricing.best(prices)[1]) / abs(risen.bound))
        ascent.refresh(prices, missed[-1])
        if missed[-1] > ascent_module.ASTRAY:
            assert all(
                set(before) <= set(now)
                for before, now in zip(worked_with, ascent.weeks, strict=True)
            )
    assert missed[0] > 0.05  # over one week each it is no bound
    assert missed[-1] <= ascent_module.ASTRAY
    assert max(map(len, ascent.weeks)) < max(
        len(weeks.cost) for weeks in pricing.weeks
    )  # and yet not all are worked with
    most = max(pricing.weeks, key=lambda weeks: len(weeks.cost))
    pricing.relist(replace(most, atoms_of=most.atoms_of[:1], cost=most.cost[:1], complete=False))
    ascent.refresh(prices, 1.0)
    assert ascent.weeks[most.line].tolist() == [
        0
    ]  # positions tell nothing of weeks that are listed anew


def test_parts_mix_where_a_few_of_them_hold_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[frozenset[int]] = []
    question = Neighbourhood.question

    def recorded(
        self: Neighbourhood, plan: Plan, free: Sequence[int], *, all_shared: bool = False
    ) -> Question:
        if free:
            parts.append(frozenset(free))
        return question(self, plan, free, all_shared=all_shared)

    monkeypatch.setattr(Neighbourhood, "question", recorded)
    dataset = Dataset.from_cells(generate(60, 1))
    policy = Policy.from_tables()
    here = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    by_weeks(here, policy, Limits(60, 2, 1), lambda _: None, lambda: len(parts) >= 6)
    first = parts[0]
    assert len(first) < len(here.people)
    assert any(first & part and part - first for part in parts[1:])  # not the same people each time


def dense(policy: Policy) -> tuple[StatementCollector, Matrix, Pricing]:
    dataset = Dataset.from_cells(generate(60, 1, nature=NATURES["dense"]))
    here = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    collector = StatementCollector(here, policy)
    matrix = Matrix(collector)
    return (
        collector,
        matrix,
        Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)]),
    )


def begun(
    collector: StatementCollector, matrix: Matrix, pricing: Pricing
) -> tuple[Floats, Improving, Plan]:
    """Prices, and a plan rounded from them."""
    ascent = Ascent(matrix, pricing)
    prices, _ = ascent.raised(lambda: 0.0)
    improving = Improving(
        collector,
        matrix,
        pricing,
        Across(lines_of(collector), pricing),
        Effort(Limits(600, 2, 1), HERE),
        prices,
    )
    rounded = Rounding(matrix, pricing, ascent, Across(lines_of(collector), pricing)).run(
        prices, lambda: 1
    )
    plan = improving.complete(Plan(rounded, np.zeros(len(collector.shared_cost), dtype=np.int64)))
    assert plan is not None
    return prices, improving, plan


def test_every_answer_keeps_all_rows_whoever_is_chosen_anew() -> None:
    """Only what the free people touch is stated; what others are excused by must not be lost on the
    way, nor kept without its reason.
    """
    collector, matrix, pricing = dense(
        Policy.from_tables({"first_shift_with_someone_familiar": {"weight": 300.0}})
    )
    prices, _, plan = begun(collector, matrix, pricing)
    values = pricing.pair_values(prices)
    at_prices = Prices(values, pricing.atom_values(values))
    neighbourhood = Neighbourhood(
        collector,
        matrix,
        pricing,
        Across(lines_of(collector), pricing),
        at_prices,
        Reach(30, 60.0),
        Effort(Limits(600, 2, 1), HERE),
    )
    rng = random.Random(2)
    claims, given_up = sorted(collector.claims), 0
    for _ in range(12):
        before = plan
        plan = neighbourhood.answer(
            neighbourhood.question(before, rng.sample(range(len(pricing.weeks)), 20)),
            seconds=60,
            seed=1,
        ).plan
        assert plan is not None
        worked = np.zeros(len(matrix.pair_cost))
        worked[[pair for _, pairs in plan.weeks.values() for pair in pairs]] = 1
        beyond = matrix.pairs @ worked + matrix.shared @ plan.shared - matrix.limit
        assert beyond.max() < 0.5
        assert abs(beyond[matrix.equal]).max() < 0.5
        given_up += int((before.shared[claims] > plan.shared[claims]).sum())
    assert given_up


def test_a_claim_is_given_up_with_the_last_that_it_holds_by() -> None:
    collector, matrix, pricing = dense(Policy.from_tables())
    nothing = Prices(
        pricing.pair_values(np.zeros(len(matrix.limit))), np.zeros(pricing.first_atom[-1])
    )
    neighbourhood = Neighbourhood(
        collector,
        matrix,
        pricing,
        Across(lines_of(collector), pricing),
        nothing,
        Reach(1, 0.0),
        Effort(Limits(60, 1, 1), HERE),
    )
    row = next(row for row in collector.rows if row.claim is not None and not row.pairs)
    one, another = [position for _, position in row.shared if position != row.claim][:2]
    for held, lost in (([one], {one, row.claim}), ([one, another], {one})):
        shared = np.zeros(len(collector.shared_cost), dtype=np.int64)
        shared[[row.claim, *held]] = 1
        assert set(neighbourhood._given_up(Plan({}, shared), np.array([one])).tolist()) == lost


def test_what_people_and_duties_lose_is_no_more_than_the_gap_and_most_of_it() -> None:
    collector, matrix, pricing = dense(Policy.from_tables())
    prices, improving, plan = begun(collector, matrix, pricing)
    found, bound, values = pricing.best(prices)
    regret = sum(
        pricing.costs[person][week] + values[list(pairs)].sum() - found[person][1]
        for person, (week, pairs) in plan.weeks.items()
    )
    losses = DutyLosses(collector, matrix, prices).of(plan)
    gap = improving.cost(plan) / SCALE - bound
    assert losses.min() > -1e-6
    assert 0.5 * gap < regret + losses.sum() < gap + 1e-6

"""Prices that went too far are brought back by what a plan leaves unused."""

import numpy as np

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, build_problem
from scheduler.synthetic import DEFAULT_START, NATURES, generate
from solver.policy.policy import Policy
from solver.search.weekly_columns.dual_ascent import Ascent
from solver.search.weekly_columns.enumerate import possible_weeks
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.lns_subproblem import Plan
from solver.search.weekly_columns.pricing import Matrix, Pricing
from solver.search.weekly_columns.statements import StatementCollector


def world(nature: str) -> tuple[StatementCollector, Matrix, Pricing, Ascent]:
    dataset = Dataset.from_cells(generate(40, 1, nature=NATURES[nature]))
    policy = Policy.from_tables()
    here = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    collector = StatementCollector(here, policy)
    matrix = Matrix(collector)
    pricing = Pricing(matrix, [possible_weeks(collector, line) for line in lines_of(collector)])
    ascent = Ascent(matrix, pricing)
    return collector, matrix, pricing, ascent


def test_a_supply_of_which_something_is_left_makes_no_place_dearer_than_itself() -> None:
    collector, matrix, _, ascent = world("tight-supply")
    mending = ascent.mending()
    plan = Plan(
        {}, np.zeros(len(matrix.shared_cost), dtype=np.int64)
    )  # nothing of any supply is used
    calls = [position for position, _ in collector.calls]
    places = np.unique(matrix.shared[:, calls].indices)
    prices = np.zeros(len(matrix.limit))
    prices[places] = -15_000.0
    mended = mending.mended(prices, plan)
    limits = mending._limits
    assert len(limits)
    assert mending.lost(prices, plan) > 0
    assert mending.lost(mended, plan) == 0
    left = {int(row) for row in limits if matrix.limit[row] >= 1}
    under = [
        call
        for call in calls
        if left & set(matrix.shared[:, [call]].indices.tolist()) and matrix.shared_most[call]
    ]
    assert under
    reduced = matrix.shared_cost - mended @ matrix.shared
    assert reduced[under].min() > -1e-6
    untouched = np.setdiff1d(places, matrix.shared[:, under].indices)
    assert (mended[untouched] == prices[untouched]).all()
    assert (mended <= 0).all()


def test_climbing_again_from_mended_prices_is_a_bound_too() -> None:
    _, _, pricing, ascent = world("shortage")
    prices, bound = ascent.raised(lambda: 0.0)
    again, risen = ascent.raised(lambda: 0.0, mended=prices)
    assert pricing.best(again)[1] == risen
    assert risen > bound - 0.01 * abs(bound)

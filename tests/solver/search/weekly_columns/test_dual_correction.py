"""Duals that went too far are brought back by what a solution leaves unused."""

import numpy as np

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, build_problem
from scheduler.synthetic import DEFAULT_START, NATURES, generate
from solver.policy.policy import Policy
from solver.search.weekly_columns.dual_ascent import DualAscent
from solver.search.weekly_columns.enumerate import possible_weeks
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.lns_subproblem import MasterSolution
from solver.search.weekly_columns.pricing import MasterProblem, WeekPricing
from solver.search.weekly_columns.statements import StatementCollector


def world(nature: str) -> tuple[StatementCollector, MasterProblem, WeekPricing, DualAscent]:
    dataset = Dataset.from_cells(generate(40, 1, nature=NATURES[nature]))
    policy = Policy.from_tables()
    here = build_problem(
        dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7), terms=policy.pay.terms()
    )
    collector = StatementCollector(here, policy)
    master = MasterProblem(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines_of(collector)])
    ascent = DualAscent(master, pricing)
    return collector, master, pricing, ascent


def test_a_supply_of_which_something_is_left_makes_no_vacancy_dearer_than_itself() -> None:
    collector, master, _, ascent = world("tight-supply")
    correction = ascent.correction()
    # nothing of any supply is used
    solution = MasterSolution({}, np.zeros(len(master.shared_cost), dtype=np.int64))
    calls = [position for position, _ in collector.calls]
    asking = np.unique(master.shared[:, calls].indices)
    duals = np.zeros(len(master.limit))
    duals[asking] = -15_000.0
    corrected = correction.corrected(duals, solution)
    limits = correction._limits
    assert len(limits)
    assert correction.slack_loss(duals, solution) > 0
    assert correction.slack_loss(corrected, solution) == 0
    left = {int(row) for row in limits if master.limit[row] >= 1}
    under = [
        call
        for call in calls
        if left & set(master.shared[:, [call]].indices.tolist()) and master.shared_most[call]
    ]
    assert under
    reduced = master.shared_cost - corrected @ master.shared
    assert reduced[under].min() > -1e-6
    untouched = np.setdiff1d(asking, master.shared[:, under].indices)
    assert (corrected[untouched] == duals[untouched]).all()
    assert (corrected <= 0).all()


def test_ascending_again_from_corrected_duals_is_a_bound_too() -> None:
    _, _, pricing, ascent = world("shortage")
    duals, bound = ascent.maximise(lambda: 0.0)
    again, ascended = ascent.maximise(lambda: 0.0, corrected=duals)
    assert pricing.evaluate_dual(again)[1] == ascended
    assert ascended > bound - 0.01 * abs(bound)

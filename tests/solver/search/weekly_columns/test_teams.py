"""Teams: whose duties rows and variables speak of, and who could do them."""

import numpy as np

from solver.policy.policy import Policy
from solver.search.weekly_columns.enumerate import possible_weeks
from solver.search.weekly_columns.lines import lines_of
from solver.search.weekly_columns.pricing import MasterProblem, WeekPricing
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.teams import Teams
from tests.factories import MONDAY, problem_of, random_tables


def test_everybody_who_could_work_in_a_team_is_in_it_and_every_loss_is_in_some_team() -> None:
    tables = random_tables(1, MONDAY, 14)
    tables["pin"], tables["work_limit"] = [], []
    here = problem_of(tables, MONDAY, 14)
    collector = StatementCollector(here, Policy.from_tables())
    master = MasterProblem(collector)
    lines = lines_of(collector)
    pricing = WeekPricing(master, [possible_weeks(collector, line) for line in lines])
    owner = np.array(pricing.owners(len(here.pairs_duty)))
    teams = Teams(collector, master, owner)
    assert teams.count == len(
        {(duty.demand.service_id, duty.demand.site_id, duty.week) for duty in here.duties}
    )
    for pair, duty in enumerate(here.pairs_duty.tolist()):
        assert owner[pair] in teams.able[teams.of_pair[pair]]
        mine = [
            other
            for other in range(len(here.pairs_duty))
            if teams.of_pair[other] == teams.of_pair[pair]
        ]
        assert {here.duties[here.pairs_duty[other]].demand.site_id for other in mine} == {
            here.duties[duty].demand.site_id
        }
    for able in teams.able:
        choices = [int((owner == line).sum()) for line in able]
        assert choices == sorted(choices)
    rng = np.random.default_rng(1)
    touching = abs(master.pairs).sum(axis=1).A1 > 0
    rows = np.where(touching, rng.random(len(master.limit)), 0.0)
    assert np.isclose(teams.of_losses(rows, np.zeros(len(master.shared_cost))).sum(), rows.sum())
    shortfalls = np.zeros(len(master.shared_cost))
    shortfalls[[position for _, position in collector.shortfalls()]] = 1.0
    assert np.isclose(teams.of_losses(np.zeros(len(rows)), shortfalls).sum(), shortfalls.sum())

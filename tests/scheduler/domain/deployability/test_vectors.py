"""The same for everybody at once: vectors against the reasons of each."""

import random

import pytest

from scheduler.domain.clock import dates_touched
from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.deployability import deployable_pairs, nearly_deployable
from scheduler.domain.problem import Period, build_problem
from scheduler.synthetic import DEFAULT_START, generate
from tests.factories import (
    problem_of,
)
from tests.scheduler.domain.deployability.scrambled import scrambled
from tests.scheduler.domain.deployability.world import assert_agreement, own


@pytest.mark.parametrize(("staff", "seed"), [(40, 1), (60, 2), (80, 3)])
def test_vectors_agree_with_barriers_on_synthetic_counties(staff: int, seed: int) -> None:
    tables = generate(staff, seed)
    rng = random.Random(seed)
    dataset = Dataset.from_cells(tables)
    collaborative_id = tables["collaborative"][0]["id"]
    whole = build_problem(dataset, collaborative_id, Period(DEFAULT_START, 7))
    # the scalar statement is slow: some of the demand, all of the contracts
    some = rng.sample(range(len(whole.duties)), 40)
    duties = [whole.duties[i] for i in some]
    contracts = list(dataset.contract)
    rows, columns = deployable_pairs(whole.index, contracts, duties)
    able = set(zip(rows.tolist(), columns.tolist(), strict=True))
    expected = {
        (i, j)
        for j, duty in enumerate(duties)
        for i, contract in enumerate(contracts)
        if not barriers_of(whole.index, contract, duty)
    }
    assert able == expected
    assert expected
    assert len(expected) < len(contracts) * len(duties)


def test_vectors_agree_with_barriers_where_facts_begin_and_end_in_the_week() -> None:
    able = near = neither = 0
    for seed in range(40):
        counted = assert_agreement(problem_of(scrambled(seed)))
        able, near, neither = able + counted[0], near + counted[1], neither + counted[2]
    assert min(able, near, neither) > 200


def test_the_vectors_cover_shifts_of_both_kinds() -> None:
    problem = problem_of(scrambled(1))
    assert {len(dates_touched(duty.start, duty.end)) for duty in problem.duties} == {1, 2}


def test_nobody_and_nothing_give_no_pairs() -> None:
    problem = problem_of(own()[0])
    assert [len(part) for part in deployable_pairs(problem.index, [], problem.duties)] == [0, 0]
    assert [
        len(part) for part in deployable_pairs(problem.index, problem.dataset.contract, [])
    ] == [0, 0]
    assert nearly_deployable(problem.index, [], problem.duties) == [[]]

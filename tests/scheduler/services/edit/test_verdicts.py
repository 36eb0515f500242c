"""What a board says of a cell is what a drop there does: for every cell of random rosters."""

import random
from pathlib import Path

import pytest

from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.roster import Roster
from scheduler.services.edit import edit, fill
from scheduler.services.edit.commands import EditCommand
from scheduler.services.edit.draft import open_draft
from scheduler.services.edit.verdicts import CellVerdict, where_it_may_go, where_they_may_go
from scheduler.storage.repository import Repository
from solver.evaluate.delta import DeltaEvaluation
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.factories import problem_of, random_roster, random_tables

SEEDS = range(5)


def draft_of(repository: Repository, seed: int) -> str:
    """The id of a random roster that breaks nothing."""
    tables = random_tables(seed)
    for file in ("work_limit", "pin"):  # what asks for shifts, an empty roster already breaks
        tables.pop(file, None)
    dataset = Dataset.from_cells(tables)
    repository.store(dataset)
    problem, policy, rng = problem_of(tables), Policy.from_tables({}), random.Random(seed)
    evaluation = DeltaEvaluation(problem, policy, Roster.of(()))
    some = random_roster(problem, rng, 0.6).assignments
    for a in rng.sample(some, min(12, len(some))):
        if not evaluation.change((), [a]).breaches:
            evaluation = evaluation.after((), [a])
    report = verify(problem, policy, evaluation.roster)
    found = Found("feasible", evaluation.roster, report.objective, 0)
    made = document(problem, policy, found, Limits(), 0.0, dataset.sha256())
    return repository.save_roster(made, dataset)


def agrees(repository: Repository, roster_id: str, verdict: CellVerdict) -> None:
    effect = edit.try_edit(repository, roster_id, EditCommand("move", verdict.leave, verdict.take))
    if verdict.state == "no":
        assert {one.sentence for one in effect.broken} >= set(verdict.why)
        assert effect.broken
    elif verdict.state != "instead":
        assert effect.allowed
        assert effect.objective_pence == verdict.pence
        assert effect.cash_pence == verdict.cash_pence
        assert (verdict.state == "price") == (verdict.pence > 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_of_a_shift_that_is_picked_up(seed: int, tmp_path: Path) -> None:
    states = set()
    with Repository(f"sqlite:///{tmp_path}/v.db") as repository:
        roster_id = draft_of(repository, seed)
        draft = open_draft(repository, roster_id)
        for assignment in [a for a in draft.roster if a.staff_id][:6]:
            found = where_it_may_go(
                repository, roster_id, assignment.demand_id, assignment.staff_id
            ).people
            for (staff_id, day), verdict in found.items():
                states.add(verdict.state)
                if verdict.take:
                    assert verdict.take[0].who == staff_id
                    target = draft.problem.duty_by_id[verdict.take[0].demand_id]
                    assert target.date == day
                    agrees(repository, roster_id, verdict)
    assert "no" in states
    assert states & {"yes", "price"}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_demand_that_somebody_may_go_to(seed: int, tmp_path: Path) -> None:
    with Repository(f"sqlite:///{tmp_path}/v.db") as repository:
        roster_id = draft_of(repository, seed)
        draft = open_draft(repository, roster_id)
        problem, tried = draft.problem, 0
        for staff_id in [person.id for person in problem.people][:4]:
            found = where_they_may_go(repository, roster_id, staff_id).demand
            for duty in problem.duties:
                verdict = found.get(duty.id)
                cleared = any(
                    not barriers_of(problem.index, contract, duty)
                    for contract in problem.index.contracts_of[staff_id]
                )
                if verdict is None:
                    continue
                if not cleared:
                    assert verdict.state == "no"
                    assert verdict.why
                elif verdict.take:
                    agrees(repository, roster_id, verdict)
                    tried += 1
        assert tried > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_filling_breaks_nothing_and_moves_nobody(seed: int, tmp_path: Path) -> None:
    with Repository(f"sqlite:///{tmp_path}/v.db") as repository:
        roster_id = draft_of(repository, seed)
        before = set(open_draft(repository, roster_id).roster)
        try:
            found = fill.fill(repository, roster_id, limits=Limits(5.0, workers=1))
        except BadRequest:
            return
        if found.command is None or found.effect is None:
            return
        assert found.effect.allowed
        assert not found.effect.removed
        assert found.effect.objective_pence < 0
        done = edit.edit(repository, roster_id, found.command, base=found.edition)
        assert done.effect.objective_pence == found.effect.objective_pence
        assert before < set(open_draft(repository, roster_id).roster)


@pytest.mark.parametrize("seed", SEEDS)
def test_improving_makes_it_better_around_what_was_named(seed: int, tmp_path: Path) -> None:
    with Repository(f"sqlite:///{tmp_path}/v.db") as repository:
        roster_id = draft_of(repository, seed)
        draft = open_draft(repository, roster_id)
        named = [duty.id for duty in draft.problem.duties[:4]]
        found = fill.improve(repository, roster_id, named, limits=Limits(5.0, workers=1))
        if found.effect is not None:
            assert found.effect.allowed
            assert found.effect.objective_pence < 0
        else:
            assert found.least_pence <= 0

"""Rosters made by hand, in a database as if a search had found them."""

from scheduler.domain.dataset import Dataset
from scheduler.services.sign_off.answer import approve
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.factories import Tables, alone, does, problem_of

POLICY = alone("minimum_cover").to_tables() | {
    rule_id: rule
    for rule_id, rule in Policy.from_tables({}).to_tables().items()
    if rule.get("weight") == "hard"
}
"""Every hard rule, and a price on empty places alone."""


def stored(
    repository: Repository, tables: Tables, *work: tuple[str, ...], policy: Policy | None = None
) -> str:
    """The id of a roster made by hand and saved as a search's would be."""
    dataset = Dataset.from_cells(tables)
    repository.store(dataset)
    problem, policy = problem_of(tables), policy or Policy.from_tables(POLICY)
    roster = does(problem, *work)
    report = verify(problem, policy, roster)
    assert not report.breaches
    found = Found("feasible", roster, report.objective, 0)
    return repository.save_roster(
        document(problem, policy, found, Limits(), 0.0, dataset.sha256()), dataset
    )


def approve_all(repository: Repository, roster_id: str) -> None:
    """Every step that the scheme asks for, as the program, which holds all posts."""
    for step in sign_off_state(repository, roster_id).waiting:
        approve(repository, roster_id, step.organisation_id, step.step)

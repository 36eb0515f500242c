"""Who may change which fact: what is told of one person is for who may change people, a pin for who
builds rosters, everything else for who may change facts; within whose organisations it lies.
"""

from collections.abc import Iterator, Sequence
from typing import get_args

from scheduler.domain.access import Action, Thing
from scheduler.domain.change_set import RowChange, both_sides
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import BY_FILE, Contract, Fact, Pin, Staff
from scheduler.services.accounts.gate import employers, open_to_all, require
from scheduler.services.accounts.in_view import PERSONAL, touched, whose
from scheduler.storage.repository import Repository


def action_for(fact: Fact) -> Action:
    """What one must be allowed to do in order to change a row."""
    if isinstance(fact, Pin):
        return "build_rosters"
    of_one_person = fact.file in PERSONAL and not isinstance(fact, (Staff, Contract))
    return "change_people" if of_one_person and whose(fact) else "change_facts"


@open_to_all
def files_to_change(repository: Repository) -> list[str]:
    """Files of which the actor may change some rows, in the contract's order, for a page."""
    actor = repository.actor
    of_people: tuple[Action, ...] = ("change_people", "change_facts")
    return [
        file
        for file, fact_type in BY_FILE.items()
        if actor.ever_may("change_facts")
        or (fact_type is Pin and actor.ever_may("build_rosters"))
        or (
            file in PERSONAL
            and fact_type not in (Staff, Contract, Pin)
            and any(actor.ever_may(action) for action in of_people)
        )
    ]


def require_change(
    repository: Repository, changes: Sequence[RowChange]
) -> tuple[Action, frozenset[str]]:
    """What to put on record for these changes, and which organisations they concern. Raises
    NotPermitted unless the actor may make all of them.
    """
    of_action: dict[Action, list[Fact]] = {}
    for fact in both_sides(changes):
        of_action.setdefault(action_for(fact), []).append(fact)
    concerned: frozenset[str] = frozenset()
    for action, facts in of_action.items():
        for about in (
            [touched(repository, Dataset.of(facts))]
            if action == "change_facts"
            else _each_person(repository, facts, of_action.get("change_facts", ()))
        ):
            require(repository, action, about)
            concerned |= about.organisations
    # the widest of them stands on record
    actions = get_args(Action)
    return max(of_action, key=actions.index, default="change_facts"), concerned


def _each_person(
    repository: Repository, facts: Sequence[Fact], along: Sequence[Fact]
) -> Iterator[Thing]:
    """Each person whom these rows are about: a grant that reaches one of them says nothing of the
    others. `along`: rows changed with them, which may be the contracts of somebody new.
    """
    for staff_id, stored in sorted(employers(repository, {whose(fact) for fact in facts}).items()):
        at = stored or {
            row.organisation_id
            for row in along
            if isinstance(row, Contract) and row.staff_id == staff_id
        }
        yield Thing(frozenset(at), staff_id=staff_id, everything=not at)

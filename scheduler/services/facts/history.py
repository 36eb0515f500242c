"""What was changed, by whom, when and why; and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from scheduler.domain.change_set import RowChange, both_sides
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.wording import counted
from scheduler.services.accounts.accounts import who
from scheduler.services.accounts.gate import open_to_all
from scheduler.services.accounts.in_view import in_view
from scheduler.services.facts.change import Changed, Proposed, propose, reason
from scheduler.services.facts.permission import require_change
from scheduler.storage.repository import Repository
from scheduler.storage.stored_changes import ChangeSet, person_of
from scheduler.storage.stored_changes import Search as Search

MOST_ROWS = 10
"""Rows of one change set that are read for a list; the others are counted."""
LONGEST_STEP = 5_000
"""Change sets that are read at once, to find among them those that may be seen."""


@dataclass(frozen=True)
class PastChange:
    """A change set with rows of it that are looked for and that the actor may see: `rows` of them,
    of which `changes` are the first. `by`: who made it; `hidden`: how many more there are, about
    people whom the actor may not see in full, or who were forgotten.
    """

    change_set: ChangeSet
    by: str
    changes: tuple[RowChange, ...]
    rows: int
    hidden: int


@open_to_all
def history(repository: Repository, search: Search | None = None) -> list[PastChange]:
    """What was changed, the newest first, as far as the actor may see the rows: of one file, of
    rows whose key begins so, of one person, of one account, older than a number.
    """
    actor = repository.actor
    if not actor.program and not actor.grants:
        return []
    wanted = search or Search()
    most, found = wanted.most, list[PastChange]()
    sees = _sight(repository)
    if not sees(wanted.staff_id):
        return []
    while len(found) < most:
        sets = repository.change_sets(wanted)
        seen = _in_view(repository, sets, wanted, sees, MOST_ROWS)
        found += [one for one in seen if one.changes]
        if len(sets) < wanted.most:
            break
        # where little of all may be seen, few long steps
        longer = max(most, min(2 * wanted.most, LONGEST_STEP))
        wanted = replace(wanted, before=sets[-1].number, most=longer)
    return found[:most]


@open_to_all
def past_change(repository: Repository, number: int) -> PastChange:
    """One change set. Raises NotFound, also where all of it is about people whom the actor may not
    see.
    """
    found = repository.change_set(number)
    [one] = _in_view(repository, [found], Search(most=1), _sight(repository))
    if not one.changes and not repository.actor.program:
        raise NotFound(f"There is no change {number} that you may see.")
    return one


def _sight(repository: Repository) -> Callable[[str | None], bool]:
    """Whether the actor may see rows about somebody, and about nobody in particular."""
    view = None if repository.actor.program else in_view(repository)
    return lambda staff_id: view is None or staff_id is None or staff_id in view.full


def _in_view(
    repository: Repository,
    sets: list[ChangeSet],
    search: Search,
    sees: Callable[[str | None], bool],
    most: int | None = None,
) -> list[PastChange]:
    @cache
    def called(account: str) -> str:
        return who(repository, account)

    numbers = [one.number for one in sets]
    rows = repository.changed_rows(numbers, search, sees=sees, most=most)
    asked_for_part = bool(search.file or search.key or search.staff_id)
    found = []
    for one in sets:
        kept = rows[one.number]
        changes = tuple(
            change
            for change in kept.changes
            if all(sees(person_of(fact)) for fact in both_sides([change]))
        )
        hidden = 0 if asked_for_part else one.rows - kept.number
        found.append(PastChange(one, called(one.account), changes, kept.number, hidden))
    return found


@open_to_all
def propose_revert(repository: Repository, number: int) -> Proposed:
    """What taking a change set back would come to; nothing is written. Raises as `revert`."""
    return propose(repository, _taking_back(repository, number))


@open_to_all
def revert(repository: Repository, number: int, *, why: str = "") -> Changed:
    """Take a change set back, all of it, as a new change set. Raises NotFound, NotPermitted,
    BadRequest where it was taken back already or part of it is not kept any more, and BadInput
    where a row was changed again since, or others need it.
    """
    changes = _taking_back(repository, number)
    action, concerned = require_change(repository, changes)
    made = repository.change(
        changes, why=reason(why), reverts=number, action=action, concerns=concerned
    )
    return Changed(made, changes, ())


def _taking_back(repository: Repository, number: int) -> tuple[RowChange, ...]:
    found = repository.change_set(number)
    if found.reverted_by is not None and not _again(repository, found.reverted_by):
        raise BadRequest(f"Change {number} was taken back already, by change {found.reverted_by}.")
    rows = repository.changed_rows([number])[number].changes
    if len(rows) < found.rows:
        lost = found.rows - len(rows)
        raise BadRequest(
            f"{counted(lost, 'row')} of change {number} {'is' if lost == 1 else 'are'} of people"
            " who were forgotten since, and not kept any more: it cannot be taken back as a whole."
        )
    return tuple(change.reversed for change in rows)


def _again(repository: Repository, number: int) -> bool:
    """Whether what took it back was itself taken back, so that it holds again."""
    later = repository.change_set(number).reverted_by
    return later is not None and not _again(repository, later)

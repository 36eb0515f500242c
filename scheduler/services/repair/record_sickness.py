"""What people tell in passing becomes a fact: sickness that a repair was told of, as leave."""

from collections.abc import Iterable

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Leave
from scheduler.services.accounts.gate import open_to_all, require, thing_of, together
from scheduler.services.repair.disruption import Sick, sick_leave
from scheduler.storage.repository import Repository


@open_to_all
def record_sickness(repository: Repository, sick: Iterable[Sick]) -> None:
    """As leave, in place of other leave on the same dates; what is known already stays. Raises
    BadInput for somebody unknown.
    """
    rows = [sick_leave(one) for one in sick]
    about = together([thing_of(repository, "person", row.staff_id) for row in rows])
    for row in rows:
        require(repository, "change_people", thing_of(repository, "person", row.staff_id))
    new: list[Leave] = [row for row in rows if row not in repository.facts("leave")]
    if new:
        repository.store(
            Dataset(leave=tuple(new)),
            replace=True,
            concerns=about.organisations,
            why="told to a repair",
            kind="change",
        )

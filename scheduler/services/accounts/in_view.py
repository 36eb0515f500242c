"""What of the facts somebody may look at: people whom they may see in full, with everything; others
on a shared roster by their name alone; and nobody else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from scheduler.domain.access import EVERYWHERE, Everywhere, Thing, members
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import BY_FILE, FACT_TYPES, Contract, Fact, Staff
from scheduler.services.accounts.gate import employers, employing
from scheduler.storage.repository import Repository

STAFF = "staff"
PERSONAL = tuple(
    fact_type.file
    for fact_type in FACT_TYPES
    if fact_type is Staff or STAFF in fact_type.references.values()
)
"""Files whose rows are about one person each."""


def whose(fact: Fact) -> str:
    """The person whom a row of a personal file is about; of a limit for everybody, nobody."""
    if isinstance(fact, Staff):
        return fact.id
    column = next(name for name, file in fact.references.items() if file == STAFF)
    return getattr(fact, column) or ""


@dataclass(frozen=True)
class InView:
    """Whom somebody may see. `full`: with everything that is kept of them; `named`: by name alone,
    since they work in rosters that somebody may see.
    """

    full: Collection[str] | Everywhere
    named: Collection[str] | Everywhere

    def rows(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Rows of a personal file that are in full view, and those about nobody in particular."""
        return tuple(fact for fact in facts if not whose(fact) or whose(fact) in self.full)

    def dataset(self, dataset: Dataset) -> Dataset:
        """What is left of the facts. To be shown, never to be reckoned with: what is hidden would
        be missing.
        """
        if isinstance(self.full, Everywhere):
            return dataset
        left: dict[str, Iterable[Fact]] = {
            file: self.rows(dataset.rows(file)) for file in PERSONAL if file != STAFF
        }
        left[STAFF] = [
            row if row.id in self.full else _by_name_alone(row)
            for row in dataset.staff
            if row.id in self.full or row.id in self.named
        ]
        return dataset.with_facts(**left)


def _by_name_alone(row: Staff) -> Staff:
    """Their home, consent and opt-out are theirs and their employer's."""
    return row.model_copy(
        update={
            "home_site_id": "",
            "max_travel_minutes": None,
            "accepts_other_hosts": False,
            "wtr_opt_out": False,
        }
    )


def in_view(repository: Repository, dataset: Dataset | None = None) -> InView:
    """Whom the actor may see, of the people in facts in hand, or of those that are stored."""
    actor = repository.actor
    full, seeing = actor.organisations("see_people"), actor.organisations("see_rosters")
    if isinstance(full, Everywhere):
        return InView(EVERYWHERE, EVERYWHERE)
    held: dict[str, list[Contract]] = defaultdict(list)
    rows = repository.facts("contract") if dataset is None else dataset.contract
    for row in rows:
        assert isinstance(row, Contract)
        held[row.staff_id].append(row)
    today = date.today()
    employer = {staff_id: employing(own, today) for staff_id, own in held.items()}
    own = {actor.staff_id} if actor.staff_id is not None and "staff" in actor.roles else set()
    return InView(
        {staff_id for staff_id, at in employer.items() if not at.isdisjoint(full)} | own,
        EVERYWHERE if isinstance(seeing, Everywhere) else _sharing(repository, employer, seeing),
    )


def _sharing(
    repository: Repository, employer: dict[str, frozenset[str]], seeing: frozenset[str]
) -> set[str]:
    """Those employed by an organisation that shares a collaborative with one of these."""
    rows, today = repository.book.memberships(), date.today()
    near: set[str] = set()
    for collaborative_id in {row.collaborative_id for row in rows}:
        together = members(rows, collaborative_id, today)
        if not together.isdisjoint(seeing):
            near |= together
    return {staff_id for staff_id, at in employer.items() if not at.isdisjoint(near)}


def facts_in_view(repository: Repository, dataset: Dataset) -> Dataset:
    """Facts as the actor may look at them; none for who has no role."""
    actor = repository.actor
    if actor.program:
        return dataset
    if not actor.grants:
        return Dataset()
    return in_view(repository, dataset).dataset(dataset)


def rows_in_view(repository: Repository, file: str, rows: Iterable[Fact]) -> tuple[Fact, ...]:
    """Rows of one file as the actor may look at them."""
    actor = repository.actor
    if actor.program:
        return tuple(rows)
    if not actor.grants:
        return ()
    if file not in PERSONAL:
        return tuple(rows)
    return in_view(repository).rows(rows)


def touched(repository: Repository, new: Dataset) -> Thing:
    """What an import would change: everybody whom its rows are about, and where they are about
    nobody in particular, all that is stored.
    """
    rows, today = repository.book.memberships(), date.today()
    about = {row.id for row in new.organisation}
    about |= {row.organisation_id for row in new.membership}
    about |= {row.organisation_id for row in new.contract}
    people = {whose(fact) for file in PERSONAL for fact in new.rows(file)} - {""}
    own = {row.staff_id for row in new.contract}
    for at in employers(repository, people - own).values():
        about |= at
    named = {row.id for row in new.collaborative}
    if not named and any(new.rows(file) for file in BY_FILE if file not in PERSONAL):
        named = {row.id for row in repository.collaboratives()}
    for collaborative_id in named:
        about |= members(rows, collaborative_id, today)
    return Thing(frozenset(about), everything=not about)

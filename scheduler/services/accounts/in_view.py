"""What of the facts somebody may look at: people whom they may see in full, with everything; others
on a shared roster by their name alone; and nobody else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from scheduler.domain.access import EVERYWHERE, Everywhere, Thing, members
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import NotFound
from scheduler.domain.facts import (
    BY_FILE,
    FACT_TYPES,
    Collaborative,
    Contract,
    Fact,
    Organisation,
    Staff,
)
from scheduler.services.accounts.gate import employers, employing, thing_of
from scheduler.storage.repository import Repository

STAFF = "staff"
MEMBER = "organisation"
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
            "agreed_hosts": None,
            "most_shifts_elsewhere": None,
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


def require_in_view(repository: Repository, staff_id: str) -> None:
    """Raises NotFound for nobody, and just so for somebody of whom the actor may not even know that
    they are there.
    """
    if not repository.actor.program:
        view = in_view(repository)
        if staff_id not in view.full and staff_id not in view.named:
            raise NotFound(f"There is no member of staff {staff_id!r} whom you may see.")


def require_roster_in_view(repository: Repository, roster_id: str) -> bool:
    """Whether the actor may look at the whole roster. Raises NotFound where they may not, and it is
    not one that is published and of people's own collaboratives: for staff, drafts are not there.
    """
    actor = repository.actor
    if actor.program or actor.may("see_rosters", thing_of(repository, "roster", roster_id)):
        return True
    if actor.staff_id is not None and "staff" in actor.roles:
        owner = repository.collaborative_of("roster", roster_id)
        if owner is not None and repository.roster_header(roster_id).status != "draft":
            at = employers(repository, [actor.staff_id])[actor.staff_id]
            near = members(repository.book.memberships(), owner, date.today())
            own = (line.staff_id for line in repository.roster(roster_id).document.assignments)
            if not at.isdisjoint(near) or actor.staff_id in own:
                return False
    raise NotFound(f"{roster_id!r} is not published, or not a roster that you may see.")


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


def changes(repository: Repository, new: Dataset, complete: Collection[str] = ()) -> Dataset:
    """What an import is about: its rows that are not stored as they are, and the stored ones in
    whose place they come or that a `complete` file withdraws; all its rows where it changes none.
    """
    found: list[Fact] = []
    for file in BY_FILE:
        rows = new.rows(file)
        if not rows and file not in complete:
            continue
        there = frozenset(repository.facts(file))
        keys = {_key(row) for row in rows}
        found += [row for row in rows if row not in there]
        found += [row for row in there.difference(rows) if file in complete or _key(row) in keys]
    return Dataset.of(found) if found else new


def _key(fact: Fact) -> tuple[object, ...]:
    return tuple(getattr(fact, column) for column in fact.key)


def touched(repository: Repository, rows: Dataset) -> Thing:
    """Everybody whom a change of these rows concerns: who employs the people whom they are about,
    the organisations that they name, the members of the collaboratives to which they belong. What
    belongs to none, such as a role or a limit for everybody, concerns all that is stored.
    """
    memberships, today = repository.book.memberships(), date.today()
    facts = [fact for fact in rows.facts() if fact.file not in PERSONAL or not whose(fact)]
    people = {whose(fact) for file in PERSONAL for fact in rows.rows(file)} - {""}
    about = {row.id for row in rows.organisation} | {row.organisation_id for row in rows.contract}
    about = about.union(*employers(repository, people).values())
    named: set[str] = set()
    homes = _homes(repository, rows)
    for fact in facts:
        own = {fact.id} if isinstance(fact, Collaborative) else set[str]()
        at = {getattr(fact, column) for column, file in fact.references.items() if file == MEMBER}
        for column, file in fact.references.items():
            own |= homes.get((file, getattr(fact, column)), set())
        everybody = not own and (not at or not all(at)) and not isinstance(fact, Organisation)
        named |= {row.id for row in repository.collaboratives()} if everybody else own
        about |= at - {None, ""}
    for collaborative_id in named:
        about |= members(memberships, collaborative_id, today)
    return Thing(frozenset(about), everything=not about)


def _homes(repository: Repository, rows: Dataset) -> dict[tuple[str, str], set[str]]:
    """(file, id) -> the collaboratives to which it belongs, as it is stored and as it will be."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in ("collaborative", "place", "service", "site"):
        for row in (*repository.facts(file), *rows.rows(file)):
            of: dict[str, str] = row.__dict__
            match file:
                case "collaborative":
                    found[file, of["id"]].add(of["id"])
                case "site":
                    found[file, of["id"]] |= found["place", of["place_id"]]
                case _:
                    found[file, of["id"]].add(of["collaborative_id"])
    return found

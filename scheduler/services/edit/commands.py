"""What somebody wants changed in a draft, before anything is known of what it means: who leaves
which work, and who takes which.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.domain.roster import Assignment
from scheduler.domain.roster_edit import EditKind


@dataclass(frozen=True, order=True)
class Place:
    """Somebody at a piece of work. `who`: a staff id, or the id of a temporary supply.

    `contract_id`: through which contract; empty: whichever serves best.
    """

    who: str
    demand_id: str
    contract_id: str = ""


def places_of(assignments: Iterable[Assignment]) -> tuple[Place, ...]:
    """The places of assignments, through these very contracts."""
    return tuple(Place(a.staff_id or a.supply_id, a.demand_id, a.contract_id) for a in assignments)


@dataclass(frozen=True)
class Command:
    """Leave these places and take those, all at once."""

    kind: EditKind
    leave: tuple[Place, ...] = ()
    take: tuple[Place, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it names."""
        return tuple(dict.fromkeys(place.who for place in (*self.leave, *self.take)))


def assign(who: str, demand_id: str) -> Command:
    """Put somebody there, besides what they do."""
    return Command("assign", take=(Place(who, demand_id),))


def unassign(*places: Place) -> Command:
    """Leave places empty."""
    return Command("unassign", leave=places)


def move(who: str, demand_id: str, to: str) -> Command:
    """The same person does other work instead."""
    return Command("move", (Place(who, demand_id),), (Place(who, to),))


def hand_over(who: str, demand_id: str, to: str) -> Command:
    """Somebody else does the same work instead."""
    return Command("move", (Place(who, demand_id),), (Place(to, demand_id),))


def swap(one: Place, other: Place) -> Command:
    """Two people do each other's work."""
    return Command(
        "swap",
        (one, other),
        (Place(one.who, other.demand_id), Place(other.who, one.demand_id)),
    )


def together(kind: EditKind, *commands: Command) -> Command:
    """Several as one, which is taken back as one."""
    return Command(
        kind,
        tuple(place for command in commands for place in command.leave),
        tuple(place for command in commands for place in command.take),
    )

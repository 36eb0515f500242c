"""What somebody wants changed in a draft, before anything is known of what it means: who leaves
which work, and who takes which.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.domain.roster import Assignment
from scheduler.domain.roster_edit import EditKind


@dataclass(frozen=True, order=True)
class Seat:
    """Somebody at a piece of work. `who`: a staff id, or the id of a temporary supply.

    `contract_id`: through which contract; empty: whichever serves best.
    """

    who: str
    demand_id: str
    contract_id: str = ""


def places_of(assignments: Iterable[Assignment]) -> tuple[Seat, ...]:
    """The places of assignments, through these very contracts."""
    return tuple(Seat(a.staff_id or a.supply_id, a.demand_id, a.contract_id) for a in assignments)


@dataclass(frozen=True)
class EditCommand:
    """Leave these places and take those, all at once."""

    kind: EditKind
    leave: tuple[Seat, ...] = ()
    take: tuple[Seat, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it names."""
        return tuple(dict.fromkeys(place.who for place in (*self.leave, *self.take)))


def assign(who: str, demand_id: str) -> EditCommand:
    """Put somebody there, besides what they do."""
    return EditCommand("assign", take=(Seat(who, demand_id),))


def unassign(*places: Seat) -> EditCommand:
    """Leave places empty."""
    return EditCommand("unassign", leave=places)


def move(who: str, demand_id: str, to: str) -> EditCommand:
    """The same person does other work instead."""
    return EditCommand("move", (Seat(who, demand_id),), (Seat(who, to),))


def hand_over(who: str, demand_id: str, to: str) -> EditCommand:
    """Somebody else does the same work instead."""
    return EditCommand("move", (Seat(who, demand_id),), (Seat(to, demand_id),))


def swap(one: Seat, other: Seat) -> EditCommand:
    """Two people do each other's work."""
    return EditCommand(
        "swap",
        (one, other),
        (Seat(one.who, other.demand_id), Seat(other.who, one.demand_id)),
    )


def together(kind: EditKind, *commands: EditCommand) -> EditCommand:
    """Several as one, which is taken back as one."""
    return EditCommand(
        kind,
        tuple(place for command in commands for place in command.leave),
        tuple(place for command in commands for place in command.take),
    )

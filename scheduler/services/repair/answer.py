"""What a repair answers: what changes for whom and why, what stays open, what would be better
besides; and how it is kept.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from scheduler.domain.roster import Assignment
from scheduler.domain.sentence import Sentence
from scheduler.domain.wording import counted


@dataclass(frozen=True)
class Shift:
    """One shift in a difference. `when`: as people read it."""

    demand_id: str
    when: str
    service_id: str
    site_id: str


@dataclass(frozen=True)
class PersonChange:
    """What changes for one person (or temporary supply), and why."""

    who: str
    name: str
    loses: tuple[Shift, ...]
    gets: tuple[Shift, ...]
    why: tuple[Sentence, ...]


@dataclass(frozen=True)
class LeftOpen:
    """A place that the repair leaves empty, its price in the objective, and why."""

    shift: Shift
    places: int
    price_pence: float
    cause: Sentence


@dataclass(frozen=True)
class Improvement:
    """Something that could be better besides, and is not done: what would change, and what it would
    save [pence].
    """

    changes: tuple[PersonChange, ...]
    saves_pence: float
    cash_pence: int


@dataclass(frozen=True)
class Proof:
    """How good the repair is known to be, among those within reach. `days` None: only direct cover
    was looked at.
    """

    proven: bool
    gap: float
    people: int
    shifts: int
    days: int | None

    @property
    def sentence(self) -> str:
        """How good the repair is, and among which repairs."""
        where = (
            f"among all repairs by {counted(self.people, 'person', 'people')} on"
            f" {counted(self.shifts, 'shift')}"
        )
        if self.proven:
            return (
                f"Proven the cheapest, with the fewest changes, {where}; further away nobody was"
                " asked."
            )
        return f"At most {self.gap:.2%} of the objective dearer than the best {where}."


@dataclass(frozen=True)
class Repaired:
    """A repair. `roster_id` is empty where nothing is disturbed and nothing was stored.

    `objective_pence`: of the repaired roster without the price of changes; `left_alone_pence`: of
    what still stands, unrepaired; `stored_pence`: of the stored roster under the facts that it had;
    None where some of it had begun, so that it is no figure to compare: the others are of what had
    not.
    """

    repaired_from: str
    roster_id: str
    since: date
    dropped: tuple[tuple[Assignment, Sentence], ...]
    new_demand: tuple[str, ...]
    changes: tuple[PersonChange, ...]
    left_open: tuple[LeftOpen, ...]
    improvements: tuple[Improvement, ...]
    improvements_searched: bool
    proof: Proof | None
    changed_pairs: int
    stored_pence: float | None
    left_alone_pence: float
    objective_pence: float
    cash_pence: int
    """Pay with on-costs of the repair against leaving the places open."""
    by_rule: dict[str, float]
    seconds: float
    notes: tuple[Sentence, ...]

    @property
    def undisturbed_sentence(self) -> str:
        """What there is to say where nothing was stored; else nothing."""
        if self.roster_id:
            return ""
        return (
            f"Nothing from {self.since} on is disturbed: {self.repaired_from} stands under the"
            " facts of now. Nothing was stored."
        )


_ANSWER = TypeAdapter(Repaired)


def to_stored(answer: Repaired) -> dict[str, Any]:
    """For the summary of the roster that the repair made, which has no id yet. `parts`: text -> of
    what parts a sentence is made.
    """
    parts: dict[str, Any] = {}
    found: dict[str, Any] = _ANSWER.dump_python(answer, mode="json", context=parts)
    return {**found, "parts": parts}


def stored_answer(roster_id: str, summary: Mapping[str, Any]) -> Repaired | None:
    """The answer that is kept with a repaired roster; None for any other, and for repairs of
    earlier versions of this program.
    """
    kept = summary.get("repair", {}).get("answer")
    if kept is None:
        return None
    answer = {name: value for name, value in kept.items() if name != "parts"}
    return replace(
        _ANSWER.validate_python(answer, context=kept.get("parts", {})), roster_id=roster_id
    )


def to_json(answer: Repaired) -> dict[str, Any]:
    """For a program; money in pence."""
    found = asdict(answer)
    found["dropped"] = [{**asdict(assignment), "why": why} for assignment, why in answer.dropped]
    found["since"] = answer.since.isoformat()
    return found

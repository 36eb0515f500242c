"""What staff tell of themselves, in its own terms: what each comes to as facts is worked out when
it becomes one. There is no free text in it, for health would end up there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from scheduler.domain.facts import RequestKind

AskedLeave = Literal["annual", "study", "parental", "carer", "other"]
"""Kinds of leave that somebody may ask for; sickness is told."""
RequestState = Literal["open", "granted", "refused", "taken_back"]


@dataclass(frozen=True)
class SickAsked:
    """Somebody is sick, both days included."""

    first: date
    last: date
    kind: Literal["sick"] = "sick"


@dataclass(frozen=True)
class WellAsked:
    """Somebody is well again from `first` on, who had told sickness until `last`."""

    first: date
    last: date
    kind: Literal["well"] = "well"


@dataclass(frozen=True)
class LeaveAsked:
    """Somebody would be away, both days included."""

    first: date
    last: date
    leave: AskedLeave = "annual"
    kind: Literal["leave"] = "leave"


@dataclass(frozen=True)
class WishAsked:
    """A wish on a date. `shift_type_id`: None for any work that day; `weight`: points from -10 to
    10, below 0 to avoid it; None takes the wish back.
    """

    day: date
    shift_type_id: str | None = None
    weight: float | None = None
    kind: Literal["wish"] = "wish"


@dataclass(frozen=True)
class PatternAsked:
    """A base pattern from a date on, in place of any other from then. `days`: day of the cycle,
    1 = the weekday of `from_date`, and the shift worked then; none: no pattern any more.
    """

    from_date: date
    weeks: int = 1
    days: tuple[tuple[int, str], ...] = ()
    kind: Literal["pattern"] = "pattern"


@dataclass(frozen=True)
class ConsentAsked:
    """Whether somebody works for other hosts. `max_travel_minutes`: their longest journey, None =
    no limit; `hosts`: ids of those for which alone, none = for any; `most_shifts`: at most so many
    shifts for them in a calendar month, None = no limit.
    """

    accepts_other_hosts: bool
    max_travel_minutes: float | None = None
    hosts: tuple[str, ...] = ()
    most_shifts: int | None = None
    kind: Literal["consent"] = "consent"


Asked: TypeAlias = SickAsked | WellAsked | LeaveAsked | WishAsked | PatternAsked | ConsentAsked


def ruled_as(asked: Asked) -> RequestKind:
    """Which row of request_rule.csv says whether it is a fact at once: who may tell sickness so may
    end it so.
    """
    return "sick" if asked.kind == "well" else asked.kind


_ASKED: TypeAdapter[Asked] = TypeAdapter(Annotated[Asked, Field(discriminator="kind")])


def to_text(asked: Asked) -> str:
    """As JSON, for the table."""
    return _ASKED.dump_json(asked).decode()


def from_text(text: str) -> Asked:
    """From its JSON. Raises pydantic.ValidationError for what is none."""
    return _ASKED.validate_json(text)


@dataclass(frozen=True)
class StaffRequest:
    """Something that a person has told. `id`: counted from 1 over all; `answered_by`: an account,
    None where the scheme of delegation made it a fact at once; `words`: the answer's; `change_set`:
    the change of facts that it has become; `seen_at`: since when the person knows the answer.
    """

    id: int
    staff_id: str
    asked: Asked
    at: datetime
    state: RequestState = "open"
    answered_at: datetime | None = None
    answered_by: str | None = None
    words: str = ""
    change_set: int | None = None
    seen_at: datetime | None = None

    @property
    def at_once(self) -> bool:
        """Whether it became a fact as it was told."""
        return self.state == "granted" and self.answered_by is None

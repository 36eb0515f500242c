"""What somebody is told once: which of their published shifts have gone, and which have come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias


class ToldShift(NamedTuple):
    """What of a published shift whoever does it has to know."""

    start: datetime
    end: datetime
    site_id: str
    service_id: str
    role_id: str


ToldShifts: TypeAlias = tuple[ToldShift, ...]


@dataclass(frozen=True)
class Notice:
    """One person's shifts as a publication, or the withdrawal of one, has changed them: what is
    `lost` and what is `got`, each in order of time. `id`: counted from 1 over all; `seen_by`: the
    account that has said so, for them where it is a manager's.
    """

    id: int
    staff_id: str
    collaborative_id: str
    roster_id: str
    at: datetime
    lost: ToldShifts
    got: ToldShifts
    seen_at: datetime | None = None
    seen_by: str | None = None

    @property
    def first_start(self) -> datetime:
        """When the earliest of what changed begins, or would have."""
        return min(shift.start for shift in (*self.lost, *self.got))

    @property
    def last_end(self) -> datetime:
        """When the last of what changed ends, or would have."""
        return max(shift.end for shift in (*self.lost, *self.got))

    @property
    def only_new(self) -> bool:
        """Whether nothing was known of these shifts before."""
        return not self.lost


def told(before: Iterable[ToldShift], after: Iterable[ToldShift]) -> tuple[ToldShifts, ToldShifts]:
    """What somebody loses and gets, each in order of time; both empty where nothing is other for
    them.
    """
    known, coming = set(before), set(after)
    return tuple(sorted(known - coming)), tuple(sorted(coming - known))

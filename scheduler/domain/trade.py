"""Shifts that people give away, swap, or take where nobody is: who is asked, who was first, who has
to approve it, and how it ended.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TradeKind = Literal["give", "swap", "open"]
"""`give`: somebody else does it; `swap`: for a shift of theirs; `open`: nobody is there yet."""
StoredTradeState = Literal["open", "taken", "done", "refused", "withdrawn"]
TradeState = Literal["open", "taken", "done", "refused", "withdrawn", "lapsed"]
"""`taken`: somebody has said yes, and it waits for approval; `lapsed`: the shift has begun."""


@dataclass(frozen=True)
class TradeAsked:
    """Somebody who may take a shift, and in a swap for which of their own. `declined`: they have
    said no.
    """

    staff_id: str
    demand_id: str | None = None
    declined: bool = False


@dataclass(frozen=True)
class TradeApproval:
    """An organisation that is concerned has said yes; for none in particular where no scheme asks
    the organisations.
    """

    organisation_id: str
    account: str
    at: datetime


@dataclass(frozen=True)
class Trade:
    """One shift on offer. `giver`: whose it is, None of an open place; `roster_id`: the publication
    that it was found in; `taken_for`: in a swap, the demand that whoever took it gives; `until`:
    when the first of what changes hands begins; `words`: why it was refused; `result`: the roster
    that came of it.
    """

    id: int
    kind: TradeKind
    collaborative_id: str
    roster_id: str
    giver: str | None
    demand_id: str
    until: datetime
    at: datetime
    stored: StoredTradeState
    asked: tuple[TradeAsked, ...]
    taken_by: str | None = None
    taken_for: str | None = None
    taken_at: datetime | None = None
    approvals: tuple[TradeApproval, ...] = ()
    ended_at: datetime | None = None
    ended_by: str | None = None
    words: str = ""
    result: str | None = None

    def state(self, now: datetime) -> TradeState:
        """How it stands: what nobody has settled before the shift begins is over."""
        return "lapsed" if self.stored in ("open", "taken") and now >= self.until else self.stored

    def asks(self, staff_id: str) -> tuple[TradeAsked, ...]:
        """What is asked of somebody who has not declined."""
        return tuple(one for one in self.asked if one.staff_id == staff_id and not one.declined)

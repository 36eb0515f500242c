"""Trades of shifts, in and out of their tables. Whoever says yes first has it: writers come one at
a time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.trade import Trade, TradeApproval, TradeAsked, TradeKind
from scheduler.storage import stored_audit
from scheduler.storage.outbox import NewLetter, post
from scheduler.storage.stored_rosters import now
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
CARRYING = timedelta(minutes=5)
"""So long whoever makes a trade true is alone with it; who died over it is then followed."""
GOING = ("open", "taken")


@dataclass(frozen=True)
class NewTrade:
    """A shift that is to be offered; of an open place, whoever takes it is known at once."""

    kind: TradeKind
    collaborative_id: str
    roster_id: str
    giver: str | None
    demand_id: str
    until: datetime
    asked: tuple[TradeAsked, ...]
    taken_by: str | None = None


class TradeBook:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading, self._writing, self._actor = reading, writing, actor

    def trade(self, trade_id: int) -> Trade:
        """Raises NotFound."""
        with self._reading() as connection:
            return _one(connection, trade_id)

    def of_person(self, staff_id: str) -> list[Trade]:
        """Those in which somebody gives, takes, or is asked; the latest first."""
        trades, asked = table("trade"), table("trade_asked")
        theirs = sa.select(asked.c.trade_id).where(asked.c.staff_id == staff_id)
        with self._reading() as connection:
            found = _load(
                connection,
                sa.or_(
                    trades.c.giver == staff_id,
                    trades.c.taken_by == staff_id,
                    trades.c.id.in_(theirs),
                ),
            )
        return found[::-1]

    def taken(self, after: datetime) -> list[Trade]:
        """Those that wait for approval, of shifts that have not begun at a moment; the earliest
        first.
        """
        trades = table("trade")
        with self._reading() as connection:
            return _load(connection, trades.c.stored == "taken", trades.c.until > after)

    def offer(self, new: NewTrade, letters: Iterable[NewLetter] = ()) -> Trade:
        """Raises BadRequest where the same shift, or the same open place by the same person, is
        being traded already.
        """
        trades = table("trade")
        moment = now()
        with self._writing() as connection:
            same = connection.execute(
                sa.select(trades.c.id).where(
                    trades.c.stored.in_(GOING),
                    trades.c.until > moment,
                    trades.c.demand_id == new.demand_id,
                    trades.c.giver.is_not_distinct_from(new.giver),
                    trades.c.taken_by.is_not_distinct_from(new.taken_by)
                    if new.giver is None
                    else sa.true(),
                )
            ).first()
            if same is not None:
                raise BadRequest("That shift is on offer already: take it back first.")
            inserted = connection.execute(
                sa.insert(trades).values(
                    kind=new.kind,
                    collaborative_id=new.collaborative_id,
                    roster_id=new.roster_id,
                    giver=new.giver,
                    demand_id=new.demand_id,
                    until=new.until,
                    at=moment,
                    stored="open" if new.taken_by is None else "taken",
                    taken_by=new.taken_by,
                    taken_at=None if new.taken_by is None else moment,
                    words="",
                )
            ).inserted_primary_key
            assert inserted is not None
            trade_id = int(inserted[0])
            rows = [
                {
                    "trade_id": trade_id,
                    "number": number,
                    "staff_id": one.staff_id,
                    "demand_id": one.demand_id,
                    "declined": False,
                }
                for number, one in enumerate(new.asked, start=1)
            ]
            if rows:
                connection.execute(sa.insert(table("trade_asked")), rows)
            post(connection, letters)
            self._record(connection, trade_id, "offered", new.giver or new.taken_by)
            return _one(connection, trade_id)

    def take(self, trade_id: int, staff_id: str, demand_id: str | None) -> Trade:
        """Somebody who is asked says yes. Raises NotFound, and BadRequest where they are not asked,
        where somebody was quicker, and where it is over.
        """
        trades = table("trade")
        with self._writing() as connection:
            trade = _one(connection, trade_id)
            if trade.stored == "taken" and trade.taken_by == staff_id:
                return trade  # tapped twice
            if trade.stored == "taken":
                raise BadRequest("Somebody was quicker: the shift is taken.")
            _require_going(trade, ("open",))
            if not any(one.demand_id == demand_id for one in trade.asks(staff_id)):
                raise BadRequest("You are not asked to take that shift.")
            connection.execute(
                sa.update(trades)
                .where(trades.c.id == trade_id)
                .values(stored="taken", taken_by=staff_id, taken_for=demand_id, taken_at=now())
            )
            self._record(connection, trade_id, "taken", staff_id)
            return _one(connection, trade_id)

    def decline(self, trade_id: int, staff_id: str) -> Trade:
        """Somebody who is asked says no. Raises NotFound."""
        asked = table("trade_asked")
        with self._writing() as connection:
            _one(connection, trade_id)
            connection.execute(
                sa.update(asked)
                .where(asked.c.trade_id == trade_id, asked.c.staff_id == staff_id)
                .values(declined=True)
            )
            self._record(connection, trade_id, "declined", staff_id)
            return _one(connection, trade_id)

    def approve(self, trade_id: int, organisation_ids: Sequence[str]) -> Trade:
        """Organisations that it concerns say yes; said twice, it is written once. Raises NotFound,
        and BadRequest where it does not wait for that.
        """
        approvals = table("trade_approval")
        with self._writing() as connection:
            trade = _one(connection, trade_id)
            _require_going(trade, ("taken",))
            known = {one.organisation_id for one in trade.approvals}
            for organisation_id in organisation_ids:
                if organisation_id not in known:
                    connection.execute(
                        sa.insert(approvals).values(
                            trade_id=trade_id,
                            organisation_id=organisation_id,
                            account=self._actor.account,
                            behind=self._actor.behind,
                            at=now(),
                        )
                    )
            self._record(connection, trade_id, "approved", trade.giver or trade.taken_by)
            return _one(connection, trade_id)

    def begin(self, trade_id: int) -> None:
        """Whoever asks makes it true now, and nobody else meanwhile. Raises NotFound, and
        BadRequest where somebody does already, or it is over.
        """
        trades = table("trade")
        with self._writing() as connection:
            trade = _one(connection, trade_id)
            _require_going(trade, ("taken",))
            since = connection.execute(
                sa.select(trades.c.carried_at).where(trades.c.id == trade_id)
            ).scalar()
            if since is not None and now() - since < CARRYING:
                raise BadRequest("Somebody is approving it at this moment. Look again in a minute.")
            connection.execute(
                sa.update(trades).where(trades.c.id == trade_id).values(carried_at=now())
            )

    def not_yet(self, trade_id: int) -> None:
        """It did not come true this time."""
        trades = table("trade")
        with self._writing() as connection:
            connection.execute(
                sa.update(trades).where(trades.c.id == trade_id).values(carried_at=None)
            )

    def end(
        self,
        trade_id: int,
        how: Literal["done", "refused", "withdrawn"],
        *,
        words: str = "",
        result: str | None = None,
        letters: Iterable[NewLetter] = (),
    ) -> Trade:
        """It came true in a roster, or does not. Raises NotFound, and BadRequest where it is
        over.
        """
        trades = table("trade")
        with self._writing() as connection:
            trade = _one(connection, trade_id)
            _require_going(trade, GOING)
            connection.execute(
                sa.update(trades)
                .where(trades.c.id == trade_id)
                .values(
                    stored=how,
                    ended_at=now(),
                    ended_by=self._actor.account,
                    words=words,
                    result=result,
                )
            )
            post(connection, letters)
            self._record(connection, trade_id, how, trade.giver or trade.taken_by)
            return _one(connection, trade_id)

    def _record(
        self, connection: Connection, trade_id: int, change: str, staff_id: str | None
    ) -> None:
        told = {"trade": trade_id, "change": change, "staff_id": staff_id}
        stored_audit.append(connection, self._actor, "trade_shifts", told)


def _require_going(trade: Trade, states: Sequence[str]) -> None:
    if trade.state(now()) == "lapsed":
        raise BadRequest("The shift has begun: it changes hands no more.")
    if trade.stored not in states:
        said = {
            "open": "Nobody has taken it yet.",
            "taken": "It is taken already.",
            "done": "It has changed hands already.",
            "refused": "It was refused.",
            "withdrawn": "It is not on offer any more.",
        }
        raise BadRequest(said[trade.stored])


def _one(connection: Connection, trade_id: int) -> Trade:
    found = _load(connection, table("trade").c.id == trade_id)
    if not found:
        raise NotFound(f"There is no trade {trade_id}.")
    return found[0]


def _load(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[Trade]:
    """The earliest first."""
    trades, asked, approvals = (table(f"trade{part}") for part in ("", "_asked", "_approval"))
    columns = [column for column in trades.c if column.name != "carried_at"]
    rows = connection.execute(
        sa.select(*columns).where(*conditions).order_by(trades.c.id)
    ).mappings()
    found: dict[int, dict[str, Any]] = {row["id"]: dict(row) for row in rows}
    of = tuple(found)
    people: dict[int, list[TradeAsked]] = defaultdict(list)
    for row in connection.execute(
        sa.select(asked).where(asked.c.trade_id.in_(of)).order_by(asked.c.trade_id, asked.c.number)
    ):
        people[row.trade_id].append(TradeAsked(row.staff_id, row.demand_id, row.declined))
    said: dict[int, list[TradeApproval]] = defaultdict(list)
    for row in connection.execute(
        sa.select(approvals)
        .where(approvals.c.trade_id.in_(of))
        .order_by(approvals.c.trade_id, approvals.c.at, approvals.c.organisation_id)
    ):
        said[row.trade_id].append(TradeApproval(row.organisation_id, row.account, row.at))
    return [
        Trade(**row, asked=tuple(people[trade_id]), approvals=tuple(said[trade_id]))
        for trade_id, row in found.items()
    ]

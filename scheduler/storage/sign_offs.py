"""Answers of organisations to rosters, and disputes, in and out of their tables. Rows are added,
never changed.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.approval import Dispute, DisputeDeed, DisputeEvent, SignOff, Verdict
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import ApprovalStep
from scheduler.storage import stored_audit
from scheduler.storage.finding import find
from scheduler.storage.outbox import NewLetter, post
from scheduler.storage.roster_edits import EditedMeanwhile
from scheduler.storage.stored_rosters import (
    OtherStateOfThings,
    RosterHeader,
    StateOfThings,
    load_headers,
    now,
    state_of_things,
)
from scheduler.storage.tables import table

ENDS: tuple[DisputeDeed, ...] = ("settled", "decided")
"""After which nothing is said any more."""
Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class NewSignOff:
    """An answer that is to be written down; the rest is known when it is."""

    organisation_id: str
    step: ApprovalStep
    verdict: Verdict
    digest: str
    hours: float
    pence: int
    post_id: str
    reason: str = ""


@dataclass(frozen=True)
class NewDispute:
    """What a refusal is about, as it is when it is given."""

    snapshot_sha256: str
    policy_sha256: str
    rules_version: str
    demand_ids: tuple[str, ...]
    answer_days: int


@dataclass(frozen=True)
class NewEvent:
    """Something that is said in a dispute."""

    deed: DisputeDeed
    organisation_id: str
    words: str
    upheld: bool | None = None
    change_set: int | None = None


class SignOffBook:
    """Every method is one transaction, and what it writes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading = reading
        self._writing = writing
        self._actor = actor

    def answers(self, collaborative_id: str, start: date) -> list[SignOff]:
        """All answers to rosters of a collaborative that begin on a date, in the order in which
        they were given.
        """
        with self._reading() as connection:
            return load_answers(connection, collaborative_id, start)

    def disputes(
        self, *, collaborative_id: str | None = None, roster_id: str | None = None
    ) -> list[Dispute]:
        """The earliest first."""
        disputes = table("dispute")
        wanted = [
            column == value
            for column, value in (
                (disputes.c.collaborative_id, collaborative_id),
                (disputes.c.roster_id, roster_id),
            )
            if value is not None
        ]
        with self._reading() as connection:
            return _load_disputes(connection, *wanted)

    def dispute(self, dispute_id: int) -> Dispute:
        """Raises NotFound."""
        with self._reading() as connection:
            return _dispute(connection, dispute_id)

    def answer(
        self,
        roster_id: str,
        new: NewSignOff,
        *,
        as_of: StateOfThings,
        edition: int,
        dispute: NewDispute | None = None,
        letters: Iterable[NewLetter] = (),
    ) -> tuple[int, int | None]:
        """Write an organisation's answer, and where it is a refusal the dispute that it opens;
        their ids. An approval settles the disputes of that step. `letters`: e-mail that tells of
        it.

        Raises NotFound, OtherStateOfThings where facts or publications are not those of `as_of`,
        EditedMeanwhile where the roster has another edition, BadRequest where it cannot be
        published, and NotPermitted where whoever answers may not any more.
        """
        with self._writing() as connection:
            header = self._to_be_answered(connection, roster_id, as_of, edition)
            self._require_grant(connection, new.organisation_id)
            for open_one in _open_disputes(connection, header, new):
                if new.verdict == "approved" or open_one.digest != new.digest:
                    words = "Approved." if new.verdict == "approved" else "Answered anew."
                    self._add(connection, open_one, NewEvent("settled", new.organisation_id, words))
                elif new.verdict == "refused":
                    raise BadRequest(f"That was refused already: dispute {open_one.id} is open.")
            opened = None
            if dispute is not None:
                opened = self._open(connection, header, new, dispute)
            written = self._write(connection, header, new, None)
            post(connection, letters)
            return written, opened

    def say(
        self,
        dispute_id: int,
        seen: int,
        event: NewEvent,
        *,
        instead: NewSignOff | None = None,
        as_of: StateOfThings | None = None,
        edition: int | None = None,
        letters: Iterable[NewLetter] = (),
    ) -> int:
        """Write what is said in a dispute in which `seen` things have been said so far; the number
        that it has. `instead`: the answer that a decision puts in the place of the refusal, which
        needs `as_of` and `edition` as above; `letters`: as above.

        Raises NotFound, BadRequest where it has ended, NotPermitted where whoever insists or
        decides may not any more, and EditedMeanwhile where somebody has said something else
        meanwhile.
        """
        with self._writing() as connection:
            dispute = _dispute(connection, dispute_id)
            if len(dispute.events) != seen:
                raise EditedMeanwhile
            if dispute.events[-1].deed in ENDS:
                raise BadRequest(f"Dispute {dispute_id} has ended: nothing is added to it.")
            if event.deed in ("insisted", "decided"):
                self._require_grant(connection, dispute.organisation_id)
            number = self._add(connection, dispute, event)
            if instead is not None:
                assert as_of is not None
                assert edition is not None
                header = self._to_be_answered(connection, dispute.roster_id, as_of, edition)
                self._write(connection, header, instead, dispute_id)
            post(connection, letters)
            return number

    # --- inside a transaction

    def _to_be_answered(
        self, connection: Connection, roster_id: str, as_of: StateOfThings, edition: int
    ) -> RosterHeader:
        find(connection, "roster", roster_id, "roster")
        header = load_headers(connection, table("roster").c.id == roster_id)[0]
        if header.kind != "roster" or header.status not in ("draft", "withdrawn"):
            what = "a scenario" if header.kind != "roster" else header.status
            raise BadRequest(f"{roster_id} is {what}: what may be published is approved.")
        if header.edition != edition:
            raise EditedMeanwhile
        if state_of_things(connection) != as_of:
            raise OtherStateOfThings
        return header

    def _require_grant(self, connection: Connection, organisation_id: str) -> None:
        """Of an account, the grants as they are now: they may have ended since it was asked."""
        grants, today = table("access_grant"), date.today()
        accounts = table("account")
        known = connection.execute(
            sa.select(accounts.c.id).where(accounts.c.id == self._actor.account)
        ).first()
        if self._actor.program or known is None:
            return
        covers = self._actor.organisations("sign_off")
        held = connection.execute(
            sa.select(grants.c.id).where(
                grants.c.account_id == self._actor.account,
                grants.c.role == "approver",
                grants.c.withdrawn_at.is_(None),
                grants.c.from_date <= today,
                sa.or_(grants.c.to_date.is_(None), grants.c.to_date >= today),
                sa.or_(
                    grants.c.organisation_id == organisation_id, grants.c.organisation_id.is_(None)
                ),
            )
        ).first()
        if held is None or organisation_id not in covers:
            raise NotPermitted(
                f"{self._actor.name} may not approve for {organisation_id} any more."
            )

    def _write(
        self,
        connection: Connection,
        header: RosterHeader,
        new: NewSignOff,
        dispute_id: int | None,
    ) -> int:
        written = connection.execute(
            sa.insert(table("sign_off")).values(
                **asdict(new),
                roster_id=header.id,
                collaborative_id=header.collaborative_id,
                start=header.start,
                edition=header.edition,
                account=self._actor.account,
                behind=self._actor.behind,
                at=now(),
                dispute_id=dispute_id,
            )
        )
        self._record(
            connection,
            "sign_off",
            roster=header.id,
            organisation=new.organisation_id,
            step=new.step,
            change=new.verdict,
            dispute=dispute_id,
        )
        return _key(written)

    def _open(
        self, connection: Connection, header: RosterHeader, new: NewSignOff, dispute: NewDispute
    ) -> int:
        row = {
            **asdict(dispute),
            "demand_ids": json.dumps(dispute.demand_ids),
            "roster_id": header.id,
            "collaborative_id": header.collaborative_id,
            "start": header.start,
            "organisation_id": new.organisation_id,
            "step": new.step,
            "digest": new.digest,
            "edition": header.edition,
        }
        opened = _key(connection.execute(sa.insert(table("dispute")).values(row)))
        self._event(connection, opened, 1, NewEvent("raised", new.organisation_id, new.reason))
        return opened

    def _add(self, connection: Connection, dispute: Dispute, event: NewEvent) -> int:
        number = len(dispute.events) + 1
        self._event(connection, dispute.id, number, event)
        self._record(
            connection,
            "settle_disputes",
            roster=dispute.roster_id,
            dispute=dispute.id,
            change=event.deed,
        )
        return number

    def _event(self, connection: Connection, dispute_id: int, number: int, event: NewEvent) -> None:
        connection.execute(
            sa.insert(table("dispute_event")).values(
                **asdict(event),
                dispute_id=dispute_id,
                number=number,
                at=now(),
                account=self._actor.account,
                behind=self._actor.behind,
            )
        )

    def _record(self, connection: Connection, action: Any, **thing: Any) -> None:
        told = {name: value for name, value in thing.items() if value is not None}
        stored_audit.append(connection, self._actor, action, told)


def _key(inserted: sa.CursorResult[Any]) -> int:
    key = inserted.inserted_primary_key
    assert key is not None
    return int(key[0])


def load_answers(connection: Connection, collaborative_id: str, start: date) -> list[SignOff]:
    """As `SignOffBook.answers`, inside a transaction."""
    answers = table("sign_off")
    rows = connection.execute(
        sa.select(answers)
        .where(answers.c.collaborative_id == collaborative_id, answers.c.start == start)
        .order_by(answers.c.id)
    ).mappings()
    return [
        SignOff(**{name: value for name, value in row.items() if name != "start"}) for row in rows
    ]


def last_answer(connection: Connection, header: RosterHeader) -> int:
    """The id of the latest answer that can concern a roster; 0 where there is none."""
    answers = table("sign_off")
    latest = connection.execute(
        sa.select(sa.func.max(answers.c.id)).where(
            answers.c.collaborative_id == header.collaborative_id,
            answers.c.start == header.start,
        )
    ).scalar()
    return int(latest or 0)


def settle_of_deleted(connection: Connection, roster_id: str, account: str) -> None:
    """A draft that is deleted leaves nothing to be settled of its disputes."""
    events = table("dispute_event")
    for dispute in _load_disputes(connection, table("dispute").c.roster_id == roster_id):
        if dispute.events[-1].deed not in ENDS:
            connection.execute(
                sa.insert(events).values(
                    dispute_id=dispute.id,
                    number=len(dispute.events) + 1,
                    deed="settled",
                    at=now(),
                    account=account,
                    behind="",
                    organisation_id="",
                    words="The draft was deleted.",
                )
            )


def _dispute(connection: Connection, dispute_id: int) -> Dispute:
    found = _load_disputes(connection, table("dispute").c.id == dispute_id)
    if not found:
        raise NotFound(f"There is no dispute {dispute_id}: scheduler disputes list shows all.")
    return found[0]


def _open_disputes(connection: Connection, header: RosterHeader, new: NewSignOff) -> list[Dispute]:
    """Those of an organisation's step that have not ended, whichever version they began with."""
    disputes = table("dispute")
    found = _load_disputes(
        connection,
        disputes.c.collaborative_id == header.collaborative_id,
        disputes.c.organisation_id == new.organisation_id,
        disputes.c.step == new.step,
        disputes.c.start == header.start,
    )
    return [one for one in found if one.events[-1].deed not in ENDS]


def _load_disputes(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[Dispute]:
    disputes, events = table("dispute"), table("dispute_event")
    rows = (
        connection.execute(sa.select(disputes).where(*conditions).order_by(disputes.c.id))
        .mappings()
        .all()
    )
    said: dict[int, list[DisputeEvent]] = defaultdict(list)
    ids: Sequence[int] = [row["id"] for row in rows]
    for row in connection.execute(
        sa.select(events)
        .where(events.c.dispute_id.in_(ids))
        .order_by(events.c.dispute_id, events.c.number)
    ).mappings():
        told = {k: v for k, v in row.items() if k not in ("dispute_id", "behind")}
        said[row["dispute_id"]].append(DisputeEvent(**told))
    return [
        Dispute(
            **{
                **{name: value for name, value in row.items() if name != "start"},
                "demand_ids": tuple(json.loads(row["demand_ids"])),
                "events": tuple(said[row["id"]]),
            }
        )
        for row in rows
    ]

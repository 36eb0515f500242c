"""E-mail that waits to be sent. It is written in the transaction of what it tells of; where it goes
is looked up when it is sent, so that nobody is written to who has asked not to be, or has left.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.sentence import Sentence, from_parts, parts
from scheduler.storage.stored_rosters import now
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
SENDING = timedelta(minutes=10)
"""So long what somebody is sending is nobody else's; whoever died over it is then tried again."""
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 480, 1440))
"""After each failure; after the last of them it is given up."""


@dataclass(frozen=True)
class NewLetter:
    """Something to be told to an account by e-mail, if it wants to be: of a roster, in words."""

    account_id: str
    roster_id: str | None
    words: Sentence


@dataclass(frozen=True)
class Letter:
    """An e-mail that waits or is done: of a notice, or in `words`. `to`: where to, now; None where
    they do not want any. `outcome`: what became of it, or of the last try.
    """

    id: int
    account_id: str
    at: datetime
    notice_id: int | None
    roster_id: str | None
    words: Sentence | None
    to: str | None
    tries: int
    next_at: datetime
    message_id: str | None
    done_at: datetime | None
    outcome: str | None


Outcome = Literal["sent", "needless"]


class Outbox:
    """Every method is one transaction. That something was sent is no deed of anybody's: the row
    itself says so.
    """

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading, self._writing = reading, writing

    def letters(self, *, waiting: bool = False) -> list[Letter]:
        """The earliest first; with `waiting` only what is not done."""
        with self._reading() as connection:
            wanted = [table("outbox").c.done_at.is_(None)] if waiting else []
            return _load(connection, *wanted)

    def take(self, most: int) -> list[Letter]:
        """All that may be sent now of at most so many accounts, the earliest first: nobody else
        gets it for SENDING.
        """
        letters, moment = table("outbox"), now()
        due = (letters.c.done_at.is_(None), letters.c.next_at <= moment)
        with self._writing() as connection:
            accounts = connection.execute(
                sa.select(letters.c.account_id)
                .where(*due)
                .group_by(letters.c.account_id)
                .order_by(sa.func.min(letters.c.id))
                .limit(most)
            ).scalars()
            mine = (*due, letters.c.account_id.in_(list(accounts)))
            ids = list(connection.execute(sa.select(letters.c.id).where(*mine)).scalars())
            connection.execute(
                sa.update(letters)
                .where(letters.c.id.in_(ids))
                .values(next_at=moment + SENDING, tries=letters.c.tries + 1)
            )
            for letter_id in ids:
                connection.execute(
                    sa.update(letters)
                    .where(letters.c.id == letter_id, letters.c.message_id.is_(None))
                    .values(message_id=secrets.token_hex(16))
                )
            return _load(connection, letters.c.id.in_(ids))

    def done(self, ids: Iterable[int], outcome: Outcome) -> None:
        """They were sent, or there is no need any more."""
        letters = table("outbox")
        with self._writing() as connection:
            connection.execute(
                sa.update(letters)
                .where(letters.c.id.in_(list(ids)))
                .values(done_at=now(), outcome=outcome)
            )

    def failed(self, letters_taken: Sequence[Letter], why: str) -> None:
        """They are tried again after a pause that grows, or given up."""
        letters = table("outbox")
        with self._writing() as connection:
            for letter in letters_taken:
                over = letter.tries > len(PAUSES)
                pause = PAUSES[min(letter.tries, len(PAUSES)) - 1]
                connection.execute(
                    sa.update(letters)
                    .where(letters.c.id == letter.id)
                    .values(
                        next_at=now() + pause,
                        done_at=now() if over else None,
                        outcome=f"given up: {why}" if over else why,
                    )
                )


# --- inside somebody else's transaction


def post(connection: Connection, letters: Iterable[NewLetter]) -> None:
    """For those of the accounts that want to be told by e-mail."""
    moment = now()
    wanted = {letter.account_id for letter in letters} & _who_want_any(connection)
    rows = [
        {
            "account_id": letter.account_id,
            "at": moment,
            "roster_id": letter.roster_id,
            "words": json.dumps(parts(letter.words), ensure_ascii=False),
            "next_at": moment,
        }
        for letter in dict.fromkeys(letters)
        if letter.account_id in wanted
    ]
    if rows:
        connection.execute(sa.insert(table("outbox")), rows)


def to_person(connection: Connection, staff_id: str, words: Sentence) -> list[NewLetter]:
    """To the account of a member of staff, if they have one."""
    accounts = table("account")
    found = connection.execute(sa.select(accounts.c.id).where(accounts.c.staff_id == staff_id))
    return [NewLetter(account_id, None, words) for account_id in found.scalars()]


def post_notices(connection: Connection, after_id: int) -> None:
    """Of the notices written since, to the people that want them by e-mail."""
    notices, accounts = table("notice"), table("account")
    rows = connection.execute(
        sa.select(accounts.c.id, notices.c.id, notices.c.at, notices.c.roster_id)
        .join_from(notices, accounts, accounts.c.staff_id == notices.c.staff_id)
        .where(notices.c.id > after_id, accounts.c.mail_to.is_not(None))
    ).all()
    if rows:
        connection.execute(
            sa.insert(table("outbox")),
            [
                {
                    "account_id": account_id,
                    "notice_id": notice_id,
                    "at": at,
                    "next_at": at,
                    "roster_id": roster_id,
                }
                for account_id, notice_id, at, roster_id in rows
            ],
        )


def _who_want_any(connection: Connection) -> set[str]:
    accounts = table("account")
    return set(
        connection.execute(
            sa.select(accounts.c.id).where(accounts.c.mail_to.is_not(None))
        ).scalars()
    )


def _load(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[Letter]:
    letters, accounts = table("outbox"), table("account")
    rows = connection.execute(
        sa.select(letters, accounts.c.mail_to.label("to"))
        .join_from(letters, accounts, accounts.c.id == letters.c.account_id)
        .where(*conditions)
        .order_by(letters.c.id)
    ).mappings()
    return [
        Letter(
            **{
                **row,
                "words": None if row["words"] is None else from_parts(json.loads(row["words"])),
            }
        )
        for row in rows
    ]

"""A request of a program that is done once, however often it is sent because no answer came."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from scheduler.domain.errors import SchedulerError
from scheduler.services.accounts.gate import open_to_all
from scheduler.storage.repository import Repository


@dataclass(frozen=True)
class OnceOutcome:
    """What came of a request. `location`: where it can be read again; `document`: None where it was
    done before.
    """

    location: str
    document: Any = None


class SaidAlready(SchedulerError):
    """The key was used for something else, or it is not known what became of it."""

    exit_code = 3


@open_to_all
def once(
    repository: Repository, key: str, asked: str, do: Callable[[], OnceOutcome]
) -> OnceOutcome:
    """What `do` comes to, or where that is if it was done before under this key of this account's.
    `asked`: what tells this request from others. Raises SaidAlready, and what `do` raises: then it
    may be sent again.

    Only where the program is cut off between doing it and writing that down does it stay open
    whether it was done; whoever sends it again is told so.
    """
    account, book = repository.actor.account, repository.once
    digest = sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
    known = book.begin(account, key, digest)
    if known is None:
        try:
            outcome = do()
        except BaseException:
            book.undone(account, key)
            raise
        book.done(account, key, outcome.location)
        return outcome
    if known.sha256 != digest:
        raise SaidAlready("This Idempotency-Key was used for something else. Take a new one.")
    if known.location is None:
        raise SaidAlready(
            "This request came before and its outcome is not known: it is still at work, or was cut"
            " off. Look whether it was done; if it was not, send it with a new key."
        )
    return OnceOutcome(known.location)

"""What a service answers, worked out in a process beside the pages: as whoever asks, on the same
database.
"""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from scheduler.domain.access import Actor
from scheduler.engine.aside import stands_ready, worked_out
from scheduler.services.data.open import Repository
from scheduler.services.data.own_database import OwnDatabase

P = ParamSpec("P")
T = TypeVar("T")

_DATABASE = OwnDatabase(Actor("aside", "answers worked out beside the pages", origin="pages"))


def aside(
    database: Repository,
    answer: Callable[Concatenate[Repository, P], T],
    *arguments: P.args,
    **named: P.kwargs,
) -> T:
    """What a service, a function of a module, answers whoever `database` acts as. Where no process
    stands ready for it, it is worked out here. Raises what the service raises, Unavailable where
    the process ended, AnswerFailed for a fault of the program.
    """
    if not stands_ready():
        return answer(database, *arguments, **named)
    found: T = worked_out(_answered, database.url, database.actor, answer, arguments, named)
    return found


def _answered(url: str, actor: Actor, answer: Any, arguments: Any, named: Any) -> Any:
    return answer(_DATABASE.repository(url).acting(actor), *arguments, **named)

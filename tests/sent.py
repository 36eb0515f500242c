"""What goes to a process beside the pages and comes back, without the process: so that every test
of a page and of the API finds out whether it can be sent.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from loky.backend.reduction import dumps

from scheduler.services.data import aside


@contextmanager
def answers_are_sent() -> Iterator[None]:
    """In this process: a server that a test starts has processes of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aside, "stands_ready", lambda: True)
        patch.setattr(aside, "worked_out", _sent)
        yield


def _sent(work: Callable[..., Any], *arguments: Any) -> Any:
    there, given = pickle.loads(dumps((work, arguments)))
    return pickle.loads(pickle.dumps(there(*given), pickle.HIGHEST_PROTOCOL))

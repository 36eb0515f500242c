"""A published week of two organisations in which shifts can change hands."""

from collections.abc import Iterator

import pytest

from scheduler.services.publish.publish import publish
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import Tables, need, person
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.inbox.conftest import everything_approved
from tests.scheduler.services.sign_off.conftest import HOME, LENT, THERE, week

TUESDAY = HOME.replace("0111", "0112")
"""An early at A on Tuesday, which P4 does."""
EMPTY = HOME.replace("0111", "0114")
"""An early at A on Thursday, which nobody does."""
SHIFTS = (("P1", HOME), ("P2", LENT), ("P3", THERE), ("P4", TUESDAY))


def trading_week() -> Tables:
    """P1 and P4 of A have an early each, on Monday and Tuesday; P5 of A has none."""
    tables = week()
    person(tables, "P4")
    person(tables, "P5")
    need(tables, 1, "E")
    need(tables, 3, "E")
    return tables


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as found:
        yield found


@pytest.fixture
def published(repository: Repository) -> str:
    roster_id = stored(repository, trading_week(), *SHIFTS)
    everything_approved(repository, roster_id)
    publish(repository, roster_id)
    return roster_id

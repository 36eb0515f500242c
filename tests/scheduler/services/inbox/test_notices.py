"""Only people whose shifts changed are told, once, of what exactly; and who does not know of what
is near stands on somebody's list.
"""

from datetime import UTC, datetime, time, timedelta

import pytest

from scheduler.domain.errors import NotPermitted
from scheduler.domain.facts import LONDON
from scheduler.services.edit import commands, edit
from scheduler.services.edit.commands import Seat
from scheduler.services.inbox.notices import acknowledge, notices, untold
from scheduler.services.publish.publish import publish
from scheduler.services.publish.withdraw import withdraw
from scheduler.services.repair.copy import copy
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.services.inbox.conftest import as_staff, everything_approved
from tests.scheduler.services.sign_off.conftest import (
    HOME,
    LENT,
    OPEN,
    acting,
    approver,
    operations,
)

BEGINS = datetime.combine(MONDAY, time(7), LONDON)


def told(repository: Repository, staff_id: str) -> list[tuple[int, int]]:
    return [(len(one.lost), len(one.got)) for one in notices(repository, staff_id)]


def test_who_has_shifts_is_told_when_they_are_published(
    repository: Repository, published: str
) -> None:
    assert [told(repository, each) for each in ("P1", "P2", "P3")] == [[(0, 1)]] * 3
    (notice,) = notices(repository, "P1")
    (shift,) = notice.got
    assert notice.only_new
    assert (shift.start, shift.site_id) == (BEGINS, "SA")
    assert notice.at == repository.roster_header(published).published_at

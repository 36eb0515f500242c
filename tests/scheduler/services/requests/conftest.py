"""Two organisations, a published week, somebody of two employers, and those who may answer."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from scheduler.domain.access import Actor, HeldGrant
from scheduler.services.publish.publish import publish
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, rows
from tests.scheduler.services.handmade import stored

EARLY, LATE, NIGHT, LENT = "SA-0111-E-RN", "SA-0112-L-RN", "SA-0111-N-RN", "SB-0111-E-RN"
NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)
BEFORE = datetime(2027, 1, 10, 12, tzinfo=UTC)


def week() -> Tables:
    """P1 has an early and a late, P4 the night from Monday to Tuesday, P2 is lent to B; PJ works
    for both. Of A's nurses one may be away at a time.
    """
    tables = plain_tables()
    for name in ("P1", "P2", "P4"):
        person(tables, name)
    person(tables, "P3", "B")
    person(tables, "PJ")
    tables["contract"].append(
        {**tables["contract"][-1], "id": "C-PJ-B", "organisation_id": "B", "base_site_id": "SB"}
    )
    lending(tables, ["P2"])
    need(tables, 0, "E")
    need(tables, 0, "N")
    need(tables, 1, "L")
    need(tables, 0, "E", site_id="SB")
    tables["leave_band"] = rows(
        "organisation_id role_id service_id least_away most_away", "A | RN | | 0 | 1"
    )
    return tables


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as found:
        work = (("P1", EARLY), ("P1", LATE), ("P4", NIGHT), ("P2", LENT))
        publish(found, stored(found, week(), *work))
        yield found


def as_staff(repository: Repository, staff_id: str) -> Repository:
    grants = (HeldGrant("staff", frozenset()),)
    return repository.acting(Actor(f"os:{staff_id}", staff_id, grants, staff_id=staff_id))


def manager(
    repository: Repository, name: str, *organisations: str, staff_id: str | None = None
) -> Repository:
    grants = (HeldGrant("operations", frozenset(organisations)),)
    return repository.acting(Actor(f"os:{name}", name, grants, staff_id=staff_id))


def rows_of(repository: Repository, file: str, staff_id: str) -> list[dict[str, str]]:
    found = [row.cells() for row in repository.facts(file)]
    return [row for row in found if row.get("staff_id", row.get("id")) == staff_id]


def a_day(offset: int) -> str:
    return MONDAY.replace(day=MONDAY.day + offset).isoformat()

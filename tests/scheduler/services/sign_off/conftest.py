"""Two organisations with a scheme of approval, one week, somebody lent."""

from collections.abc import Iterator

import pytest

from scheduler.domain.access import Actor, HeldGrant
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables
from tests.scheduler.services.handmade import stored

HOME, LENT, THERE, OPEN = (
    f"{site}-{MONDAY:%m%d}-{shift}-RN"
    for site, shift in (("SA", "E"), ("SB", "E"), ("SB", "L"), ("SA", "L"))
)


def post(post_id: str, power: str, organisation_id: str = "", **more: str) -> dict[str, str]:
    return {
        "id": post_id,
        "name": f"Post {post_id}",
        "collaborative_id": "COL",
        "power": power,
        "organisation_id": organisation_id,
        "most_hours": "",
        "most_pounds": "",
        "deputy_for": "",
        **more,
    }


def with_scheme(tables: Tables, *posts: dict[str, str]) -> None:
    """Add a scheme of approval of the test collaborative with these posts."""
    tables["approval_scheme"] = [
        {"collaborative_id": "COL", "notice_days": "14", "answer_days": "2", "unseen_hours": "48"}
    ]
    tables["approval_post"] = list(posts)


def week() -> Tables:
    """A rosters P1 at home and lends P2 to B, who has P3 there; a late at A is empty. A approves
    in two steps, B in one; D stands in for A's director.
    """
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    person(tables, "P3", "B")
    lending(tables, ["P2"])
    for site, shift in (("SA", "E"), ("SB", "E"), ("SB", "L"), ("SA", "L")):
        need(tables, 0, shift, site_id=site)
    with_scheme(
        tables,
        post("A-BANK", "bank", "A"),
        post("A-COO", "approve", "A"),
        post("A-DEP", "approve", "A", deputy_for="A-COO", most_hours="10", most_pounds="500"),
        post("B-COO", "approve", "B"),
        post("CHAIR", "backstop"),
    )
    return tables


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as found:
        yield found


@pytest.fixture
def roster_id(repository: Repository) -> str:
    return stored(repository, week(), ("P1", HOME), ("P2", LENT), ("P3", THERE))


def acting(repository: Repository, name: str, *grants: HeldGrant) -> Repository:
    return repository.acting(Actor(f"os:{name}", name, grants))


def approver(*organisations: str, post_id: str = "") -> HeldGrant:
    whole = "COL" if len(organisations) == 2 else None
    return HeldGrant("approver", frozenset(organisations), collaborative_id=whole, post_id=post_id)


def operations() -> HeldGrant:
    return HeldGrant("operations", frozenset({"A", "B"}), collaborative_id="COL")

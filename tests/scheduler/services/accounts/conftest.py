"""Two collaboratives that share nothing, with people of one, of another and of two employers, and a
published and a drafted roster of each.
"""

from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import pytest

from scheduler.domain.access import EVERYWHERE, AccessRole, Actor, HeldGrant
from scheduler.domain.dataset import Dataset
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, rows

LIMITS = Limits(5.0, workers=2)
PRIVATE = "Zebra"
"""Begins every text that is nobody's business but a person's and their employer's."""


def tables() -> Tables:
    """COL of A and B: NA works for A, NB for B, NJ for both. ELSE of C: NC works for C."""
    made = plain_tables()
    made["collaborative"] += rows("id name", "ELSE | Another collaborative")
    made["organisation"] += rows("id name kind", "C | Trust C | nhs_trust")
    made["membership"] += rows(
        "collaborative_id organisation_id from_date to_date", "ELSE | C | 2020-01-01 |"
    )
    made["place"] += rows(
        "id collaborative_id name population need_weight", "PC | ELSE | Place C | 1000 | 1"
    )
    made["site"] += rows(
        "id name place_id postcode latitude longitude",
        "SC | Site C | PC | IP1 1AA | 52.0 | 1.1",
        f"ZB | {PRIVATE} home of NB | PB | SS1 1AB | 51.6 | 0.6",
    )
    made["service"] += rows("id collaborative_id name", "WARD | ELSE | Ward")
    made["service_host"] += rows("service_id place_id organisation_id", "WARD | PC | C")
    person(made, "NA")
    person(made, "NA2")
    person(made, "NB", "B")
    person(made, "NB2", "B")
    person(made, "NJ")
    made["contract"].append(
        {**made["contract"][-1], "id": "C-NJ-B", "organisation_id": "B", "base_site_id": "SB"}
    )
    person(made, "NC", "C")
    made["contract"][-1]["base_site_id"] = "SC"
    lending(made, ["NA", "NB"])
    for row in made["staff"]:
        if row["id"] == "NB":
            row["home_site_id"] = "ZB"
        if row["id"] == "NC":
            row["home_site_id"] = "SC"
    made["leave"] = rows(
        "staff_id from_date to_date kind",
        f"NA | 2027-01-16 | 2027-01-16 | {PRIVATE} leave of NA",
        f"NB | 2027-01-16 | 2027-01-16 | {PRIVATE} leave of NB",
        f"NC | 2027-01-16 | 2027-01-16 | {PRIVATE} leave of NC",
        f"NJ | 2027-01-17 | 2027-01-17 | {PRIVATE} leave of NJ",
    )
    for day in range(3):
        need(made, day, "E")
        need(made, day, "E", site_id="SB")
    need(made, 5, "E", site_id="SB", minimum="2")
    need(made, 5, "L", minimum="2")
    need(made, 1, "E", site_id="SC")
    made["demand"][-1]["service_id"] = "WARD"
    # so that it is known who works
    made["pin"] = rows("staff_id demand_id", "NA | SA-0111-E-RN", "NB | SB-0111-E-RN")
    return made


@dataclass(frozen=True)
class Stored:
    """A database, and the ids of the rosters in it: published and drafted of each collaborative."""

    path: Path
    published: str
    draft: str
    elsewhere: str

    def opened(self, actor: Actor) -> Repository:
        return Repository(f"sqlite:///{self.path}", actor=actor)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    path = tmp_path_factory.mktemp("accounts") / "world.db"
    with Repository(f"sqlite:///{path}") as repository:
        repository.store(Dataset.from_cells(tables()))
        published = solve(repository, Request("COL", MONDAY), LIMITS).roster_id
        publish(repository, published)
        draft = solve(repository, Request("COL", MONDAY), LIMITS).roster_id
        elsewhere = solve(repository, Request("ELSE", MONDAY), LIMITS).roster_id
        publish(repository, elsewhere)
    return Stored(path, published, draft, elsewhere)


@pytest.fixture
def world(stored: Stored, tmp_path: Path) -> Stored:
    """A copy of one's own, to write in."""
    copyfile(stored.path, tmp_path / "world.db")
    return Stored(tmp_path / "world.db", stored.published, stored.draft, stored.elsewhere)


def holding(
    *roles: AccessRole, of: frozenset[str] | None = None, staff_id: str | None = None
) -> Actor:
    """Somebody with roles, within these organisations or everywhere."""
    reach = EVERYWHERE if of is None else of
    grants = tuple(HeldGrant(role, reach) for role in roles)
    return Actor(f"test:{'+'.join(roles)}", "Tess Tester", grants, staff_id, origin="a test")

"""What an organisation's own director sees of answers: their own figures and those of all together,
and no other partner's.
"""

import json
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import NotPermitted
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.frontier import frontier
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.waterfall import waterfall
from scheduler.services.view import look_up
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, lending, need, person, plain_tables, supply
from tests.scheduler.services.accounts.conftest import holding

LIMITS = Limits(seconds=5, workers=2)
REQUEST = Request("COL", MONDAY)


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def repository() -> Repository:
    """A lends to B, and C to A; each has work of its own."""
    tables = plain_tables()
    tables["organisation"].append({**tables["organisation"][0], "id": "C", "name": "Trust C"})
    tables["membership"].append({**tables["membership"][0], "organisation_id": "C"})
    tables["site"].append({**tables["site"][0], "id": "SC", "name": "Site C"})
    for staff_id, home in (("P1", "A"), ("P2", "B"), ("P3", "C")):
        person(tables, staff_id, home)
    lending(tables, ["P1"])
    lending(tables, ["P3"], home="C", host="A")
    for day in (0, 1):
        need(tables, day, "E", minimum="2")
        need(tables, day, "E", site_id="SB", minimum="2")
    supply(tables, "AG", "agency", "B")
    found = Repository("sqlite://")
    found.store(Dataset.from_cells(tables))
    return found


def names_in(document: object, organisation_id: str) -> list[str]:
    """Where an organisation's id stands as a key, or in a pair, of a document."""
    found = []

    def look(value: object, path: str) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                if organisation_id in str(key).split(">"):
                    found.append(f"{path}/{key}")
                look(one, f"{path}/{key}")
        elif isinstance(value, list):
            for one in value:
                look(one, path)
        elif value == organisation_id:
            found.append(path)

    look(json.loads(json.dumps(document)), "")
    return found


@pytest.mark.parametrize("role", ["director", "operations"])
def test_of_other_partners_nothing_is_told(
    repository: Repository, tmp_path: Path, role: str
) -> None:
    file = tmp_path / "alone.toml"
    file.write_text('name = "Alone"\nalone = true\n')
    asked = [
        compare(repository, REQUEST, [file], LIMITS),
        frontier(repository, REQUEST, "agency", "cover", LIMITS),
        waterfall(repository, REQUEST, [file], LIMITS),
    ]
    own = repository.acting(holding(role, of=frozenset({"A"})))
    for document in asked:
        assert names_in(document, "C"), "there is something to hide"
        seen = look_up.comparison(own, document["id"])
        left = [where for where in names_in(seen, "C") if not where.endswith("C>A/minutes")]
        assert all("lent" in where for where in left), left  # C lends to A: that is A's own too
        assert not [where for where in names_in(seen, "B") if "lent" not in where]
        assert names_in(seen, "A")
        whole = look_up.comparison(
            repository.acting(holding(role, of=frozenset({"A", "B", "C"}))), document["id"]
        )
        assert whole == repository.comparison(document["id"])
    again = compare(own, REQUEST, [file], LIMITS)
    assert set(again["base"]["figures"]["by_organisation"]) == {"A"}
    kept = repository.comparison(again["id"])
    assert set(kept["base"]["figures"]["by_organisation"]) == {"A", "B", "C"}, "kept whole"


def test_what_all_partners_gain_is_for_who_reaches_all(repository: Repository) -> None:
    found = partners(repository, REQUEST, LIMITS)
    own = repository.acting(holding("director", of=frozenset({"A"})))
    with pytest.raises(NotPermitted):
        partners(own, REQUEST, LIMITS)
    with pytest.raises(NotPermitted):
        look_up.comparison(own, found["id"])
    assert look_up.comparisons(own, "COL") == []
    every = repository.acting(holding("director", of=frozenset({"A", "B", "C"})))
    assert [header.id for header in look_up.comparisons(every, "COL")] == [found["id"]]

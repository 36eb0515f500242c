"""A published roster as FHIR: read by models of R4B that are not ours, where they are installed."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.services.data.fhir_bundle import OURS, TEST_DATA
from scheduler.services.data.import_export import export_roster
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.strategy import Found, Limits
from tests.factories import Tables, does, lending, need, person, plain_tables, problem_of
from tests.scheduler.services.accounts.conftest import holding
from tests.scheduler.services.handmade import POLICY

SPRING = date(2027, 3, 22)
"""A Monday; the clocks go forward on its Sunday."""


def tables(name: str = "") -> Tables:
    found = plain_tables()
    person(found, "P1", **({"name": name} if name else {}))
    person(found, "P2", "B", role_id="HCA", to_date="2027-12-31")
    lending(found, ["P1"])
    need(found, SPRING, "E")
    need(found, SPRING + timedelta(days=1), "E", site_id="SB")
    need(found, SPRING + timedelta(days=2), "E", role_id="HCA", site_id="SB")
    need(found, SPRING + timedelta(days=5), "N", site_id="SB")
    return found


def published(repository: Repository, found: Tables, *, in_force: bool = True) -> str:
    dataset = Dataset.from_cells(found)
    repository.store(dataset)
    problem, policy = problem_of(found, SPRING), Policy.from_tables(POLICY)
    roster = does(
        problem,
        ("P1", "SA-0322-E-RN"),
        ("P1", "SB-0323-E-RN"),
        ("P2", "SB-0324-E-HCA"),
        ("P1", "SB-0327-N-RN"),
    )
    report = verify(problem, policy, roster)
    made = document(
        problem, policy, Found("feasible", roster, report.objective, 0), Limits(), 0.0, "x" * 64
    )
    roster_id = repository.save_roster(made, dataset)
    if in_force:
        repository.publish(roster_id)
    return roster_id


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as found:
        yield found


def written(repository: Repository, roster_id: str, to: Path, **asked: Any) -> dict[str, Any]:
    (file,) = export_roster(repository, roster_id, to / "roster.json", **asked)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "reference" in value:
            yield value["reference"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def test_each_thing_is_there_once_and_every_reference_is_found(
    repository: Repository, tmp_path: Path
) -> None:
    roster_id = published(repository, tables())
    bundle = written(repository, roster_id, tmp_path)
    assert bundle["type"] == "collection"
    kinds = Counter(one["resource"]["resourceType"] for one in bundle["entry"])
    # P1 does the same for both hosts: two roles, each with a schedule
    assert kinds == {
        "Organization": 2,
        "Location": 2,
        "HealthcareService": 2,
        "Practitioner": 2,
        "PractitionerRole": 3,
        "Schedule": 3,
        "Slot": 4,
    }
    urls = [one["fullUrl"] for one in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    for one in bundle["entry"]:
        assert one["fullUrl"] == f"urn:uuid:{one['resource']['id']}"
        assert set(references(one)) <= set(urls)
    assert str(OURS) not in json.dumps(bundle)
    assert written(repository, roster_id, tmp_path) == bundle, "the same again"


def test_slots_are_the_shifts_to_the_minute_also_where_the_clocks_change(
    repository: Repository, tmp_path: Path
) -> None:
    roster_id = published(repository, tables())
    bundle = written(repository, roster_id, tmp_path)
    slots = of_kind(bundle, "Slot")
    assert {one["status"] for one in slots} == {"busy"}
    lines = repository.roster(roster_id).document.assignments
    told = {
        (datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in slots
    }
    assert told == {(line.start, line.end) for line in lines}
    assert ("2027-03-27T19:30:00+00:00", "2027-03-28T07:30:00+01:00") in {
        (one["start"], one["end"]) for one in slots
    }
    for schedule in of_kind(bundle, "Schedule"):
        assert schedule["planningHorizon"] == {"start": "2027-03-22", "end": "2027-03-28"}


def test_models_of_r4b_take_it_as_it_is(repository: Repository, tmp_path: Path) -> None:
    models = pytest.importorskip("fhir.resources.R4B.bundle", reason="no fhir.resources")
    bundle = written(repository, published(repository, tables()), tmp_path, names=True)
    read = models.Bundle.model_validate(bundle)
    assert len(read.entry) == len(bundle["entry"])
    assert json.loads(read.model_dump_json()).keys() == bundle.keys()
    del of_kind(bundle, "Slot")[0]["status"]
    with pytest.raises(ValueError, match="status"):
        models.Bundle.model_validate(bundle)


def test_nobody_is_named_unless_asked_for_by_who_may_see_them(
    repository: Repository, tmp_path: Path
) -> None:
    roster_id = published(repository, tables())
    assert "Synthetic" not in json.dumps(written(repository, roster_id, tmp_path))

    def names(role: Any, *of: str) -> set[str]:
        acting = repository.acting(holding(role, of=frozenset(of)))
        found = written(acting, roster_id, tmp_path, names=True)
        return {one["name"][0]["text"] for one in of_kind(found, "Practitioner") if "name" in one}

    assert names("operations", "A") == {"Synthetic P1"}
    assert names("operations", "A", "B") == {"Synthetic P1", "Synthetic P2"}
    assert names("director", "A", "B") == set()


def test_synthetic_people_are_labelled_and_others_are_not(
    repository: Repository, tmp_path: Path
) -> None:
    bundle = written(repository, published(repository, tables()), tmp_path)
    for one in (bundle, *(entry["resource"] for entry in bundle["entry"])):
        assert one["meta"]["security"] == [TEST_DATA]
    with Repository("sqlite://") as other:
        real = written(other, published(other, tables("Ada Lovelace")), tmp_path)
    assert "HTEST" not in json.dumps(real)


def test_a_draft_is_not_written(repository: Repository, tmp_path: Path) -> None:
    roster_id = published(repository, tables(), in_force=False)
    with pytest.raises(BadRequest, match="is not published"):
        export_roster(repository, roster_id, tmp_path / "roster.json")
    assert not (tmp_path / "roster.json").exists()

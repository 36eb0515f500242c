"""How published weeks have gone, on the command line, for people and programs."""

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.kpis.kpis import kpis
from scheduler.storage.repository import Repository
from tests.scheduler.cli.conftest import START, World


@pytest.fixture
def published(own_world: World) -> World:
    """The small collaborative with its week published, and a target for all."""
    with Repository(own_world.db) as repository:
        tables = repository.dataset().to_cells()
        tables["target"] = [
            {
                "measure": "fill_share",
                "organisation_id": "",
                "at_least": "99.5",
                "at_most": "",
                "source": "The board",
                "source_date": "2026-11-01",
                "from_date": "2026-11-01",
                "to_date": "",
                "confirmed": "no",
            }
        ]
        repository.store(Dataset.from_cells(tables))
    assert own_world.call("publish", own_world.roster_id).code == 0
    return own_world


def test_without_a_published_week_it_says_what_to_do(own_world: World) -> None:
    said = own_world.call("kpis", "-c", "COL")
    assert (said.code, "Next: scheduler publish" in said.out) == (0, True)
    assert own_world.call("kpis", "-c", "COL", "--json").json()["rows"] == []


def test_people_read_values_targets_verdicts_definitions_and_what_is_missing(
    published: World,
) -> None:
    said = published.call("kpis", "-c", "COL").out
    (line,) = [
        one
        for one in said.split("Trust A")[0].split("CIC B")[0].splitlines()
        if "Required hours filled" in one
    ]
    assert "at least 99.5 % (unconfirmed)" in line
    assert "✗ not met" in line
    assert "Care hours per patient day: It needs" in said
    assert "Required hours filled: Hours filled of the minimum" in said
    assert said.count("Days from publication to the week") >= 3, "all, A and B"


def test_programs_read_the_services_document(published: World) -> None:
    found = published.call("kpis", "-c", "COL", "--json").json()
    with Repository(published.db) as repository:
        assert found == kpis(repository, "COL")
    assert found["weeks"] == [START]


def test_one_organisation_alone_by_id_or_name(published: World) -> None:
    for text in ("B", "CIC B"):
        found = published.call("kpis", "-c", "COL", "--organisation", text, "--json").json()
        assert {row["organisation_id"] for row in (*found["rows"], *found["totals"])} == {"B"}
    said = published.call("kpis", "-c", "COL", "--organisation", "B").out
    assert "CIC B" in said
    assert "All together" not in said


def test_dates_and_ids_that_are_wrong_are_said(published: World) -> None:
    wrong = published.call("kpis", "-c", "COL", "--from", "2027-02-01", "--to", "2027-01-01")
    assert (wrong.code, "before the first" in wrong.err) == (2, True)
    assert published.call("kpis", "-c", "NONE").code != 0
    later = published.call("kpis", "-c", "COL", "--from", "2028-01-03", "--json").json()
    assert later["weeks"] == []

"""What is recharged, on the command line: said, as a document, and as files."""

import csv
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.kpis.kpis import kpis
from scheduler.storage.repository import Repository
from tests.scheduler.cli.conftest import START, World


@pytest.fixture
def published(own_world: World) -> World:
    """The small collaborative with its week published, and where B books what A lends it."""
    with Repository(own_world.db) as repository:
        tables = repository.dataset().to_cells()
        tables["recharge_account"] = [
            {
                "home_organisation_id": home,
                "host_organisation_id": host,
                "service_id": "",
                "from_date": "2026-11-01",
                "to_date": "",
                "home_cost_centre": "",
                "host_cost_centre": "=1+1",
                "vat": "exempt",
            }
            for home, host in (("A", "B"), ("B", "A"))
        ]
        repository.store(Dataset.from_cells(tables))
    assert own_world.call("publish", own_world.roster_id).code == 0
    return own_world


def test_files_say_what_is_said_and_the_next_time_nothing(published: World, tmp_path: Path) -> None:
    folder = tmp_path / "recharge"
    said = published.call("recharge", "-c", "COL", "--from", START, "--to", str(folder))
    assert said.code == 0
    with Repository(published.db) as repository:
        (total,) = (one for one in kpis(repository, "COL")["totals"] if not one["organisation_id"])
    files = sorted(folder.glob("recharge-*.csv"))
    assert len(files) == len(total["lending"]) > 0
    rows = [row for file in files for row in csv.DictReader(file.open(encoding="utf-8"))]
    assert sum(int(row["amount_pence"]) for row in rows) == sum(
        one["recharge_pence"] for one in total["lending"]
    )
    assert {row["vat"] for row in rows} == {"exempt"}
    assert {row["borrower_cost_centre"] for row in rows} == {"'=1+1"}, "no formula"
    found = published.call("recharge", "-c", "COL", "--json").json()
    assert [one["recharge_pence"] for one in found["pairs"]] == [
        one["recharge_pence"] for one in total["lending"]
    ]
    since = [part for file in files for part in ("--since", str(file))]
    again = published.call("recharge", "-c", "COL", *since)
    assert (again.code, "Nothing has changed since." in again.out) == (0, True)


def test_what_is_wrong_is_said(published: World, tmp_path: Path) -> None:
    none = published.call("recharge", "-c", "COL", "--from", "2031-01-01", "--until", "2031-01-31")
    assert (none.code, "Nothing is recharged" in none.out) == (0, True)
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    wrong = published.call("recharge", "-c", "COL", "--since", str(file))
    assert (wrong.code, "no line of a recharge file" in wrong.err) == (2, True)
    assert published.call("recharge", "-c", "NONE").code != 0

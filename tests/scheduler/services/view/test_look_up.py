"""Barriers of one person and one demand, and which demand an id means."""

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import NotFound
from scheduler.services.view.look_up import barriers_in, find_demand
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables


@pytest.fixture
def tables() -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E", site_id="SB")
    tables["demand_template"] = [
        {
            "service_id": "UCR",
            "site_id": "SB",
            "weekday": weekday,
            "shift_type_id": "N",
            "role_id": "RN",
            "minimum": "1",
            "preferred": "",
            "priority": "3",
        }
        for weekday in (1, 2)
    ]
    return tables


def kinds(tables: Tables, demand_id: str) -> dict[str, list[str]]:
    found = barriers_in(Dataset.from_cells(tables), "P1", demand_id)
    return {own.contract.id: [barrier.kind for barrier in own.barriers] for own in found.contracts}


def test_every_contract_has_its_own_barriers(tables: Tables) -> None:
    lending(tables, ["P1"])
    contract = tables["contract"][0]
    tables["contract"].append(
        {**contract, "id": "C-OLD", "organisation_id": "B", "to_date": "2027-01-10"}
    )
    tables["contract"].append(
        {**contract, "id": "C-BANK", "kind": "bank", "hours_per_week": "0", "role_id": "HCA"}
    )
    assert kinds(tables, "SB-0111-E-RN") == {
        "C-P1": [],
        "C-OLD": ["contract"],
        "C-BANK": ["contract"],
    }
    assert barriers_in(Dataset.from_cells(tables), "P1", "SB-0111-E-RN").deployable


def test_demand_of_a_template(tables: Tables) -> None:
    assert kinds(tables, "T:UCR:SB:2027-01-12:N:RN") == {"C-P1": ["agreement", "passport"]}
    row = find_demand(Dataset.from_cells(tables), "T:UCR:SB:2027-01-12:N:RN")
    assert (row.date - MONDAY).days == 1


def test_demand_that_is_not_there(tables: Tables) -> None:
    replacing = need(tables, 1, "N", site_id="SB")
    with pytest.raises(NotFound, match=f"replaced by {replacing}"):
        find_demand(Dataset.from_cells(tables), "T:UCR:SB:2027-01-12:N:RN")
    with pytest.raises(NotFound, match="no demand"):
        # no template for a Wednesday
        find_demand(Dataset.from_cells(tables), "T:UCR:SB:2027-01-13:N:RN")
    with pytest.raises(NotFound, match="Maybe SB-0111-E-RN"):
        find_demand(Dataset.from_cells(tables), "SB-0111-E-HCA")

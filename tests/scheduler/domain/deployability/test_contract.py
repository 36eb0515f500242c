"""A live contract with the host, in a role that covers the work."""

import pytest

from tests.factories import (
    need,
    person,
)
from tests.scheduler.domain.deployability.world import D, kinds, own


def test_the_hosts_own_staff_need_nothing_else() -> None:
    tables, row = own(accepts_other_hosts="no")
    assert kinds(tables, row) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"from_date": D[1]}, []),
        ({"from_date": D[2]}, ["contract"]),
        ({"to_date": D[1]}, []),
        ({"to_date": D[0]}, ["contract"]),
        ({"role_id": "HCA"}, ["contract"]),
    ],
)
def test_the_contract_is_live_and_its_role_fits(changes: dict[str, str], found: list[str]) -> None:
    tables, row = own(**changes)
    assert kinds(tables, row) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"to_date": D[1]}, ["contract"]),
        ({"to_date": D[2]}, []),
        ({"from_date": D[2]}, ["contract"]),
    ],
)
def test_a_night_needs_a_live_contract_on_both_dates(
    changes: dict[str, str], found: list[str]
) -> None:
    tables, _ = own(**changes)
    assert kinds(tables, need(tables, 0, "N")) == found


def test_role_cover_is_directed_and_not_transitive() -> None:
    tables, _ = own()
    tables["role"].append({"id": "PORTER", "name": "Porter", "staff_group": "support", "band": "2"})
    tables["role_cover"].append({"role_id": "HCA", "covers_role_id": "PORTER"})
    assert kinds(tables, need(tables, 1, "E", role_id="HCA")) == []
    assert kinds(tables, need(tables, 1, "E", role_id="PORTER")) == ["contract"]
    person(tables, "P2", role_id="HCA")
    assert kinds(tables, "SA-0111-E-RN", "C-P2") == ["contract"]


def test_a_bank_contract_is_a_contract() -> None:
    tables, row = own(kind="bank", hours="0")
    assert kinds(tables, row) == []

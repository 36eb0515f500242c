"""Who may work where, asked of a small world: one person with reasons, everybody at once."""

from datetime import timedelta
from typing import Any

from scheduler.domain.barrier import Barrier
from scheduler.domain.conditions import barriers_of
from scheduler.domain.deployability import deployable_pairs, nearly_deployable
from scheduler.domain.problem import Problem
from tests.factories import (
    MONDAY,
    Tables,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
)

D = [str(MONDAY + timedelta(days=offset)) for offset in range(-1, 8)]
"""D[1] is Monday, D[2] Tuesday …"""


def barriers(tables: Tables, demand_id: str, contract_id: str = "C-P1") -> list[Barrier]:
    """What stands between a contract and a demand; the vectorised statement must agree about every
    pair.
    """
    problem = problem_of(tables)
    assert_agreement(problem)
    return barriers_of(
        problem.index, problem.index.contracts[contract_id], problem.duty_by_id[demand_id]
    )


def kinds(tables: Tables, demand_id: str, contract_id: str = "C-P1") -> list[str]:
    return sorted(barrier.kind for barrier in barriers(tables, demand_id, contract_id))


GROUPS = {
    "travel": "travel",
    "leave": "leave",
    "availability": "availability",
    "competency": "competency",
    "procedure": "procedure",
    "agreement": "lending",
    "passport": "lending",
    "consent": "lending",
}


def assert_agreement(problem: Problem) -> tuple[int, int, int]:
    """deployable_pairs and nearly_deployable say what the barriers say; how many pairs are able,
    near and neither.
    """
    contracts = list(problem.dataset.contract)
    rows, columns = deployable_pairs(problem.index, contracts, problem.duties)
    able = set(zip(rows.tolist(), columns.tolist(), strict=True))
    assert len(able) == len(rows)
    near = nearly_deployable(problem.index, contracts, problem.duties)
    count = [0, 0, 0]
    for j, duty in enumerate(problem.duties):
        for i, contract in enumerate(contracts):
            found = {barrier.kind for barrier in barriers_of(problem.index, contract, duty)}
            assert ((i, j) in able) == (not found), (contract, duty.id, found)
            one_away = "contract" not in found and len({GROUPS[kind] for kind in found}) == 1
            assert (i in near[j]) == one_away, (contract, duty.id, found)
            count[0 if not found else 1 if one_away else 2] += 1
    return count[0], count[1], count[2]


def own(**changes: Any) -> tuple[Tables, str]:
    """A nurse of A and an early on Monday that A hosts."""
    tables = plain_tables()
    person(tables, "P1", **changes)
    return tables, need(tables, 0, "E")


def lent(**changes: Any) -> tuple[Tables, str]:
    """A nurse of A with agreement and passport, and a night from Monday to Tuesday that B hosts."""
    tables = plain_tables()
    person(tables, "P1", **changes)
    lending(tables, ["P1"])
    return tables, need(tables, 0, "N", site_id="SB")


def requiring(role_id: str = "") -> tuple[Tables, str]:
    tables, _ = own()
    tables["competency"] = [{"id": "CANN", "name": "Cannulation", "kind": "clinical"}]
    tables["service_competency"] = [
        {"service_id": "UCR", "role_id": role_id, "competency_id": "CANN"}
    ]
    return tables, need(tables, 0, "N")


def held(tables: Tables, first: str, last: str, staff_id: str = "P1") -> None:
    tables.setdefault("staff_competency", []).append(
        {"staff_id": staff_id, "competency_id": "CANN", "valid_from": first, "valid_to": last}
    )


def standardised() -> tuple[Tables, str]:
    """UCR requires IPC; A works by v1, B by v2; a nurse of B, employed by the host of SB."""
    tables = plain_tables()
    person(tables, "P1", "B")
    tables["organisation"].append({"id": "X", "name": "Third", "kind": "charity"})
    tables["procedure"] = [{"id": "IPC", "name": "Infection prevention"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": organisation,
            "version": version,
            "from_date": "2020-01-01",
            "to_date": "",
        }
        for organisation, version in (("A", "v1"), ("B", "v2"), ("X", "v3"))
    ]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    return tables, need(tables, 0, "N", site_id="SB")


def sign(
    tables: Tables, organisation_id: str, version: str, first: str = "2020-01-01", last: str = ""
) -> None:
    tables.setdefault("procedure_sign_off", []).append(
        {
            "staff_id": "P1",
            "procedure_id": "IPC",
            "organisation_id": organisation_id,
            "version": version,
            "valid_from": first,
            "valid_to": last,
        }
    )


def accept(
    tables: Tables, from_: str, host: str, first: str = "2020-01-01", last: str = ""
) -> None:
    tables.setdefault("procedure_equivalence", []).append(
        {
            "procedure_id": "IPC",
            "from_organisation_id": from_,
            "host_organisation_id": host,
            "from_date": first,
            "to_date": last,
            "concordat": "",
        }
    )

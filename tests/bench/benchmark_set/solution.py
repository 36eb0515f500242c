"""Our rosters as solutions of the benchmark set, and back."""

import json
from collections import defaultdict
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from scheduler.domain.roster import Assignment, Roster
from solver.constraints.release_limit import split
from tests.bench.benchmark_set.instance import FOLDER, Flattening


def checker() -> Any:
    """The module check.py of the set, which knows nothing of our program."""
    spec = spec_from_file_location("benchmark_set_check", FOLDER / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solution_of(flat: Flattening, roster: Roster, sha256: str) -> dict[str, Any]:
    """A roster as a solution; of lent shifts the agreement is chosen that leaves least above the
    limits.
    """
    problem, index = flat.problem, flat.index
    people: list[list[int]] = []
    temporary: list[list[int]] = []
    lent: dict[Any, list[tuple[list[int], int, tuple[Any, ...]]]] = defaultdict(list)
    for a in roster:
        duty = problem.duty_by_id[a.demand_id]
        if a.supply_id:
            temporary.append([duty.index, flat.supply_number[a.supply_id]])
            continue
        contract = index.contracts[a.contract_id]
        row = [duty.index, flat.contract_number[a.contract_id]]
        people.append(row)
        if contract.organisation_id != duty.host_id:
            usable = tuple(index.agreements_used(contract, duty))
            if usable and all(one in flat.agreement_number for one in usable):
                lent[duty.week].append((row, duty.paid, usable))
    for shifts in lent.values():
        chosen = split([(paid, usable) for _, paid, usable in shifts], {})
        for (row, _, _), agreement in zip(shifts, chosen, strict=True):
            if agreement.max_hours_per_week is not None:
                row.append(flat.agreement_number[agreement])
    return {
        "instance": flat.recipe.name,
        "sha256": sha256,
        "people": sorted(people),
        "temporary": sorted(temporary),
    }


def roster_of(flat: Flattening, solution: dict[str, Any]) -> Roster:
    """A solution as a roster of ours, for the independent check."""
    duties = flat.problem.duties
    contracts = {number: one for one, number in flat.contract_number.items()}
    supplies = {number: one for one, number in flat.supply_number.items()}
    return Roster.of(
        [
            Assignment(
                duties[row[0]].id,
                flat.problem.person_of_employment[row[1]].id,
                contracts[row[1]],
            )
            for row in solution["people"]
        ]
        + [
            Assignment(duties[demand].id, supply_id=supplies[supply])
            for demand, supply in solution["temporary"]
        ]
    )


def solution_text(solution: dict[str, Any]) -> bytes:
    """A solution as it is written."""
    return (json.dumps(solution, separators=(",", ":")) + "\n").encode()

"""Ways around the table of who may do what that somebody tried once: none leads anywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.access import THE_PROGRAM, NotPermitted
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Fact, WorkLimit
from scheduler.services.data.import_export import import_data
from scheduler.storage.writing import write_folder
from tests.scheduler.services.accounts.conftest import Stored, holding

A = frozenset({"A"})
Cells = dict[str, str]


def _brought(folder: Path, dataset: Dataset) -> Path:
    """The facts as files: only those that hold any."""
    write_folder(dataset, folder)
    for file in folder.glob("*.csv"):
        if len(file.read_text(encoding="utf-8").splitlines()) < 2:
            file.unlink()
    return folder


def _stored(world: Stored) -> Dataset:
    with world.opened(THE_PROGRAM) as repository:
        return repository.dataset()


def _of(facts: Any, **wanted: str) -> Fact:
    return next(
        row for row in facts if all(getattr(row, name) == value for name, value in wanted.items())
    )


# --- importing as operations of one organisation

Attack = Callable[[Dataset], Dataset]


def _join_another_collaborative(facts: Dataset) -> Dataset:
    joining = facts.membership[0].model_copy(
        update={"collaborative_id": "ELSE", "organisation_id": "A"}
    )
    return Dataset(membership=(joining,))


def _change_demand_of_another(facts: Dataset) -> Dataset:
    row = _of(facts.demand, service_id="WARD").model_copy(update={"minimum": 5})
    return Dataset(demand=(row,))


def _change_rules_for_all(facts: Dataset) -> Dataset:
    row = facts.shift_type[0].model_copy(update={"unpaid_break_minutes": 1})
    return Dataset(shift_type=(row,))


def _employ_a_person_of_others(facts: Dataset) -> Dataset:
    row = _of(facts.contract, staff_id="NA").model_copy(
        update={"id": "C-STOLEN", "staff_id": "NB", "hours_per_week": 1}
    )
    return Dataset(contract=(row,))


def _take_a_contract_of_others(facts: Dataset) -> Dataset:
    own, other = _of(facts.contract, staff_id="NA"), _of(facts.contract, staff_id="NB")
    return Dataset(contract=(own.model_copy(update={"id": other.id}),))


def _move_a_service_of_others(facts: Dataset) -> Dataset:
    row = _of(facts.service, id="WARD").model_copy(update={"collaborative_id": "MINE"})
    return Dataset(service=(row,))


def _limit_everybody(facts: Dataset) -> Dataset:
    limit = WorkLimit(
        staff_id=None, measure="total_shifts", shift_type_id=None, minimum=None, maximum=1, days=7
    )
    return Dataset(work_limit=(limit,))


def _as_it_is(facts: Dataset, attack: Dataset) -> Dataset:
    return attack


def _beside_ones_own(facts: Dataset, attack: Dataset) -> Dataset:
    """With a change of one's own organisation, and a collaborative that concerns nobody."""
    own = _of(facts.organisation, id="A").model_copy(update={"name": "Trust A, renamed"})
    mine = facts.collaborative[0].model_copy(update={"id": "MINE", "name": "Mine alone"})
    return attack.with_facts(organisation=(own,), collaborative=(mine,))


ATTACKS = [
    _limit_everybody,
    _join_another_collaborative,
    _change_demand_of_another,
    _change_rules_for_all,
    _employ_a_person_of_others,
    _take_a_contract_of_others,
    _move_a_service_of_others,
]


@pytest.mark.parametrize("role", ["operations", "administrator"])
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("disguise", [_as_it_is, _beside_ones_own])
def test_an_import_reaches_no_further_than_all_that_it_changes(
    disguise: Callable[[Dataset, Dataset], Dataset],
    attack: Attack,
    role: Any,
    world: Stored,
    tmp_path: Path,
) -> None:
    before = _stored(world)
    path = _brought(tmp_path / "data", disguise(before, attack(before)))
    with world.opened(holding(role, of=A)) as repository, pytest.raises(NotPermitted):
        import_data(repository, path, replace=True)
    assert _stored(world) == before


def test_what_a_complete_file_withdraws_is_changed_too(world: Stored, tmp_path: Path) -> None:
    before = _stored(world)
    own = tuple(row for row in before.leave if row.staff_id == "NA")
    path = _brought(tmp_path / "data", Dataset(leave=own))
    with world.opened(holding("operations", of=A)) as repository:
        # nor is it told whose leave that would be
        with pytest.raises(NotPermitted):
            import_data(repository, path, complete={"leave"})
        with pytest.raises(NotPermitted):
            import_data(repository, path, complete={"leave"}, confirmed=True)
    assert _stored(world) == before


def test_who_reaches_a_whole_collaborative_brings_in_what_is_its_own(
    world: Stored, tmp_path: Path
) -> None:
    facts = _stored(world)
    mine = replace_all(facts)
    path = _brought(tmp_path / "data", mine)
    with world.opened(holding("operations", of=frozenset({"A", "B"}))) as repository:
        import_data(repository, path, replace=True)
    assert _of(_stored(world).demand, id=mine.demand[0].id).minimum == 2  # type: ignore[attr-defined]


def replace_all(facts: Dataset) -> Dataset:
    """COL's demand changed, with the roles and kinds of shifts that all share, as they are."""
    row = facts.demand[0].model_copy(update={"minimum": 2})
    return Dataset(
        collaborative=tuple(row for row in facts.collaborative if row.id == "COL"),
        role=facts.role,
        shift_type=facts.shift_type,
        demand=(row,),
    )

"""Facts are changed row by row, all or none, and every change can be read and taken back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.domain.facts import Contract, Fact, Leave, ServiceHost, Staff
from scheduler.services.facts.change import EditedRow, change, propose, propose_edited, understood
from scheduler.services.facts.history import MOST_ROWS, history, past_change, revert
from scheduler.storage.repository import Repository
from scheduler.storage.stored_changes import Search
from tests.scheduler.storage import sample

AWAY = Leave(staff_id="S1", from_date=date(2027, 2, 1), to_date=date(2027, 2, 5), kind="annual")


@pytest.fixture(params=["sqlite", "postgresql"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Repository]:
    url = (
        request.getfixturevalue("postgresql_server").new_database()
        if request.param == "postgresql"
        else f"sqlite:///{tmp_path}/x.db"
    )
    with Repository(url) as found:
        found.store(sample.dataset().with_facts(leave=(AWAY,)))
        yield found


def stored(repository: Repository, file: str, **cells: str) -> Fact:
    [found] = [
        fact
        for fact in repository.facts(file)
        if all(fact.cell(column) == cell for column, cell in cells.items())
    ]
    return found


def edited(fact: Fact, **cells: str) -> RowChange:
    changes, _ = understood(fact.file, [EditedRow(1, fact, {**fact.cells(), **cells})])
    [one] = changes
    return one


def test_a_first_import_is_a_change_set_too(repository: Repository) -> None:
    [first] = history(repository)
    dataset = sample.dataset().with_facts(leave=(AWAY,))
    assert first.change_set.kind == "import"
    assert first.change_set.rows == len(list(dataset.facts())) == first.rows
    assert len(first.changes) == MOST_ROWS, "a list reads the first of them"
    every = past_change(repository, first.change_set.number).changes
    assert [one.after for one in every] == list(dataset.facts())
    assert {change.what for change in every} == {"added"}
    repository.store(sample.dataset())
    assert len(history(repository)) == 1, "what changes nothing is no change"


def test_add_change_and_withdraw_and_take_each_back(repository: Repository) -> None:
    start = repository.dataset()
    longer = edited(AWAY, to_date="2027-02-07")
    other = Leave(staff_id="S2", from_date=date(2027, 3, 1), to_date=date(2027, 3, 1), kind="sick")
    role = edited(stored(repository, "contract", id="C1"), hours_per_week="30")
    made = change(repository, [longer, RowChange(None, other), role], why="  as \n agreed ")
    assert repository.facts("leave") == (longer.after, other)
    assert stored(repository, "contract", id="C1").cell("hours_per_week") == "30"
    seen = past_change(repository, made.number)
    assert seen.change_set.why == "as agreed"
    assert [one.what for one in seen.changes] == ["changed", "added", "changed"]
    assert seen.changes[2].differing() == ["hours_per_week"]
    back = revert(repository, made.number, why="no")
    assert repository.dataset() == start
    assert past_change(repository, back.number).change_set.reverts == made.number
    assert past_change(repository, made.number).change_set.reverted_by == back.number
    with pytest.raises(BadRequest, match=f"taken back already, by change {back.number}"):
        revert(repository, made.number)
    revert(repository, back.number)
    assert repository.facts("leave") == (longer.after, other)
    revert(repository, made.number)
    assert repository.dataset() == start, "what holds again can be taken back again"


def test_of_two_who_change_one_row_the_second_is_told_and_nothing_is_half_written(
    repository: Repository,
) -> None:
    first, second = edited(AWAY, to_date="2027-02-06"), edited(AWAY, to_date="2027-02-08")
    made = change(repository, [first])
    other = Leave(staff_id="S2", from_date=date(2027, 3, 1), to_date=date(2027, 3, 1), kind="sick")
    with pytest.raises(BadInput, match=f"meanwhile, by change {made.number}") as caught:
        change(repository, [RowChange(None, other), second], numbers=[7, 9])
    assert [(fault.row, fault.column, fault.value) for fault in caught.value.faults] == [
        (9, "staff_id", "S1")
    ]
    assert repository.facts("leave") == (first.after,)
    with pytest.raises(BadInput, match="is stored"):
        change(repository, [RowChange(None, first.after)])


def test_a_change_on_which_another_was_built_is_not_taken_back(repository: Repository) -> None:
    one = change(repository, [edited(AWAY, to_date="2027-02-06")])
    [now] = repository.facts("leave")
    change(repository, [edited(now, to_date="2027-02-07")])
    with pytest.raises(BadInput, match="changed or withdrawn meanwhile"):
        revert(repository, one.number)


def test_every_bad_cell_is_named_where_it_stands(repository: Repository) -> None:
    rows = [
        EditedRow(4, AWAY, {**AWAY.cells(), "from_date": "1 Feb", "kind": ""}),
        EditedRow(5, None, {"staff_id": "S1", "from_date": "2027-02-05", "to_date": "2027-02-01"}),
    ]
    with pytest.raises(BadInput) as caught:
        understood("leave", rows)
    assert {(fault.row, fault.column) for fault in caught.value.faults} == {
        (4, "from_date"),
        (4, "kind"),
        (5, "kind"),
        (5, "to_date"),
    }


def test_faults_of_cells_and_between_facts_are_named_at_once(repository: Repository) -> None:
    rows = [
        EditedRow(2, None, {**AWAY.cells(), "from_date": "soon"}),
        EditedRow(3, None, {**AWAY.cells(), "staff_id": "NOBODY"}),
        EditedRow(4, AWAY, {**AWAY.cells(), "to_date": "2027-02-09"}),
    ]
    with pytest.raises(BadInput) as caught:
        propose_edited(repository, "leave", rows)
    assert {(fault.row, fault.column) for fault in caught.value.faults} == {
        (2, "from_date"),
        (3, "staff_id"),
    }
    found = propose_edited(repository, "leave", rows[2:])
    assert found is not None
    assert found.numbers == (4,)
    assert propose_edited(repository, "leave", [EditedRow(4, AWAY, AWAY.cells())]) is None


def test_what_contradicts_other_facts_is_named_at_its_row(repository: Repository) -> None:
    contract = stored(repository, "contract", id="C1")
    changes = [
        edited(contract, role_id="RN55"),
        RowChange(
            None,
            Leave(staff_id="S1", from_date=date(2027, 2, 3), to_date=date(2027, 2, 3), kind="sick"),
        ),
    ]
    with pytest.raises(BadInput) as caught:
        propose(repository, changes, [3, 8])
    found = {(fault.file, fault.row, fault.column) for fault in caught.value.faults}
    assert found == {("contract.csv", 3, "role_id"), ("leave.csv", 8, "from_date")}
    assert "nearest: RN5" in str(caught.value)


def test_what_is_named_by_others_goes_only_with_them(repository: Repository) -> None:
    host = stored(repository, "service_host", service_id="UCR", place_id="SND")
    with pytest.raises(BadInput):
        change(repository, [RowChange(host, None)])  # demand stands there
    person = stored(repository, "staff", id="S1")
    with pytest.raises(BadInput, match=r"of contract .*staff_id.*End it instead") as caught:
        change(repository, [RowChange(person, None)])
    assert all(fault.file == "staff.csv" and fault.row == 1 for fault in caught.value.faults)


def test_rows_that_name_each_other_are_changed_together(repository: Repository) -> None:
    """A role goes while its holders get another, which is new: in whatever order that is told."""
    old = stored(repository, "role", id="HCA3")
    new = old.model_copy(update={"id": "HCA4"})
    naming = [
        edited(fact, **{column: "HCA4"})
        for file in (
            "contract",
            "role_cover",
            "demand",
            "demand_template",
            "temporary_supply",
            "skill_mix",
            "service_competency",
            "work_limit",
        )
        for fact in repository.facts(file)
        for column, target in fact.references.items()
        if target == "role" and fact.cell(column) == "HCA3"
    ]
    assert naming
    change(repository, [RowChange(old, None), *naming, RowChange(None, new)])
    assert "HCA3" not in {fact.cell("id") for fact in repository.facts("role")}


def test_a_key_that_holds_one_row_can_be_given_to_another_at_once(repository: Repository) -> None:
    host = stored(repository, "service_host", service_id="UCR", place_id="SND")
    assert isinstance(host, ServiceHost)
    taken = ServiceHost(service_id="UCR", place_id="SND", organisation_id="R1")
    change(repository, [RowChange(None, taken), RowChange(host, None)])
    assert stored(repository, "service_host", place_id="SND").cell("organisation_id") == "R1"


def test_the_history_of_a_row_a_person_and_an_account(repository: Repository) -> None:
    moved = edited(AWAY, from_date="2027-02-02")
    change(repository, [moved])
    change(repository, [edited(stored(repository, "contract", id="C2"), hours_per_week="10")])

    def numbers(**asked: object) -> list[int]:
        found = history(repository, Search(**asked))  # type: ignore[arg-type]
        return [one.change_set.number for one in found]

    assert numbers() == [3, 2, 1]
    assert numbers(most=1) == [3]
    assert numbers(before=3) == [2, 1]
    assert numbers(file="leave") == [2, 1]
    assert numbers(file="leave", key=("S1", "2027-02-01", "annual")) == [2, 1]
    assert numbers(file="leave", key=("S1", "2027-02-02", "annual")) == [2]
    assert numbers(file="leave", key=("S1",)) == [2, 1]
    assert numbers(file="leave", key=("S",)) == []
    assert numbers(account="nobody") == []
    of_person = history(repository, Search(staff_id="S1"))
    assert all(
        {row.fact.cell("staff_id") or row.fact.cell("id") for row in one.changes} == {"S1"}
        for one in of_person
    )
    with pytest.raises(NotFound, match="the last is 3"):
        past_change(repository, 4)


def test_what_is_left_as_it_was_is_no_change(repository: Repository) -> None:
    same = [EditedRow(1, AWAY, AWAY.cells()), EditedRow(2, None, None)]
    assert understood("leave", same) == ((), ())
    with pytest.raises(BadRequest, match="Nothing is changed"):
        change(repository, [])


def test_a_person_who_was_never_rostered_can_be_withdrawn_with_all_that_is_theirs(
    repository: Repository,
) -> None:
    before = repository.dataset()
    person = Staff(
        id="NEW",
        name="New Synthetic",
        home_site_id="X1",
        accepts_other_hosts=False,
        wtr_opt_out=False,
    )
    contract = stored(repository, "contract", id="C1")
    assert isinstance(contract, Contract)
    own = contract.model_copy(update={"id": "CN", "staff_id": "NEW", "joint_post_id": None})
    made = change(repository, [RowChange(None, own), RowChange(None, person)])
    assert {one.file for one in made.changes} == {"contract", "staff"}
    change(repository, [RowChange(person, None), RowChange(own, None)])
    assert repository.dataset() == before

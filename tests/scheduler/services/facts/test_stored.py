"""Facts end and go: withdrawn one by one or by a complete file, refused where others or history
need them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.domain.change_set import changed_dataset
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.domain.facts import Fact, Leave
from scheduler.domain.roster import AssignmentLine
from scheduler.services.data.import_export import import_data
from scheduler.services.facts.change import Changed, change
from scheduler.services.facts.stored import find_facts, remove_facts, withdrawal_of
from scheduler.storage.repository import Repository
from scheduler.storage.withdrawing import ToConfirm
from scheduler.storage.writing import write_folder
from tests.scheduler.storage import sample

AWAY = Leave(staff_id="S1", from_date=date(2027, 2, 1), to_date=date(2027, 2, 5), kind="annual")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        found.store(sample.dataset().with_facts(leave=(AWAY,)))
        yield found


def alone(folder: Path, file: str, *rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{file}.csv").write_text("\n".join(rows) + "\n")
    return folder


def withdrawn(done: Changed) -> list[Fact | None]:
    return [one.before for one in done.changes if one.after is None]


def leave(repository: Repository) -> list[tuple[str, str, str, str]]:
    return [tuple(fact.cells().values()) for fact in repository.facts("leave")]  # type: ignore[misc]


def test_leave_that_was_cancelled_is_withdrawn(repository: Repository) -> None:
    [before] = repository.facts("leave")
    key = [before.cells()[name] for name in before.key]
    assert withdrawn(remove_facts(repository, "leave", key[:1])) == [before]
    assert repository.facts("leave") == ()


def test_the_beginning_of_a_key_that_means_several_is_refused_with_the_list(
    repository: Repository,
) -> None:
    staff = repository.facts("leave")[0].cells()["staff_id"]
    alone_row = f"{staff},2027-03-01,2027-03-02,annual"
    import_data(
        repository,
        alone(
            Path(repository.url.removeprefix("sqlite:///")).parent / "f",
            "leave",
            "staff_id,from_date,to_date,kind",
            alone_row,
        ),
    )
    with pytest.raises(BadRequest, match="2 rows of leave.csv are meant") as caught:
        remove_facts(repository, "leave", [staff])
    assert "2027-03-01" in str(caught.value)
    assert len(remove_facts(repository, "leave", [staff, "2027-03-01"]).changes) == 1
    assert len(find_facts(repository, "leave", [])) == 1


@pytest.mark.parametrize(
    ("file", "key", "names"),
    [("leve", [], "leave"), ("leave", ["S9"], "staff_id 'S9'"), ("staff", ["XX"], "id 'XX'")],
)
def test_what_is_not_there_is_said(
    repository: Repository, file: str, key: list[str], names: str
) -> None:
    with pytest.raises(NotFound, match=names):
        remove_facts(repository, file, key or ["?"])


def test_what_other_facts_need_stays_and_the_way_out_is_said(repository: Repository) -> None:
    with pytest.raises(BadInput, match=r"rows? of contract do(es)? \(staff_id\)") as caught:
        remove_facts(repository, "staff", ["S1"])
    assert "End it instead" in str(caught.value)
    assert len(repository.facts("staff")) == len(sample.dataset().staff)


def test_what_has_been_worked_under_is_history(repository: Repository) -> None:
    document = sample.document()
    begun = datetime.now(UTC) - timedelta(days=3)
    supply = sample.dataset().temporary_supply[0]
    line = document.assignments[0].model_copy(
        update={
            "staff_id": None,
            "contract_id": None,
            "temporary_supply_id": supply.id,
            "start": begun,
            "end": begun + timedelta(hours=8),
        }
    )
    assert isinstance(line, AssignmentLine)
    kept = document.__class__(
        document.collaborative_id, document.start, document.days, (line,), (), document.summary
    )
    roster_id = repository.save_roster(kept, repository.dataset())
    gone = remove_facts(repository, "temporary_supply", [supply.id])
    assert withdrawn(gone) == [supply], "a draft is no history"
    repository.store(Dataset(temporary_supply=(supply,)))
    repository.publish(roster_id)
    with pytest.raises(BadInput, match="1 shift of published rosters"):
        remove_facts(repository, "temporary_supply", [supply.id])


def test_a_plain_import_says_what_stays_and_a_complete_one_withdraws_it_after_a_word(
    repository: Repository, tmp_path: Path
) -> None:
    without = sample.dataset()
    write_folder(without, tmp_path / "now")
    assert (
        "leave.csv: 1 stored row of the same people is not in the file and stays (to withdraw:"
        " --complete leave)." in import_data(repository, tmp_path / "now").notes
    )
    with pytest.raises(ToConfirm) as caught:
        import_data(repository, tmp_path / "now", complete=["leave"])
    assert caught.value.gone == (AWAY,)
    assert repository.facts("leave") == (AWAY,), "nothing is written before somebody says yes"
    done = import_data(repository, tmp_path / "now", complete=["leave.csv"], confirmed=True)
    assert done.counts["leave"].withdrawn == 1
    assert repository.facts("leave") == ()


def test_a_complete_file_speaks_of_its_own_people_alone(
    repository: Repository, tmp_path: Path
) -> None:
    """Another collaborative's folder is complete for its own staff, not for everybody's."""
    person = repository.facts("leave")[0].cells()["staff_id"]
    others = [row for row in sample.dataset().staff if row.id != person]
    folder = alone(tmp_path / "g", "leave", "staff_id,from_date,to_date,kind")
    write_folder(Dataset(staff=tuple(others)), tmp_path / "h")
    (tmp_path / "h" / "staff.csv").rename(folder / "staff.csv")
    assert import_data(repository, folder, complete=["leave"]).counts["leave"].withdrawn == 0
    assert len(repository.facts("leave")) == 1


def test_what_others_need_is_not_withdrawn_by_a_complete_file_either(
    repository: Repository, tmp_path: Path
) -> None:
    folder = alone(tmp_path / "g", "competency", "id,name,kind")
    with pytest.raises(BadInput, match="competency"):
        import_data(repository, folder, complete=["competency"], confirmed=True)
    assert len(repository.facts("competency")) == len(sample.dataset().competency)


def test_one_file_alone_is_enough_where_a_dataset_is_stored(
    repository: Repository, tmp_path: Path
) -> None:
    folder = alone(
        tmp_path / "g",
        "leave",
        "staff_id,from_date,to_date,kind",
        "S2,2027-02-01,2027-02-01,annual",
        "S9,2027-02-01,2027-02-01,annual",
    )
    with pytest.raises(BadInput) as caught:
        import_data(repository, folder)
    assert [(fault.file, fault.row, fault.value) for fault in caught.value.faults] == [
        ("leave.csv", 3, "S9")
    ]


# --- one at a time


@pytest.mark.parametrize(
    ("kind", "faults"), [("annual", []), ("sick", [("leave.csv", 3, "from_date")])]
)
def test_leave_of_two_kinds_at_once_is_a_contradiction(
    tmp_path: Path, kind: str, faults: list[tuple[str, int, str]]
) -> None:
    with Repository(f"sqlite:///{tmp_path}/y.db") as repository:
        repository.store(sample.dataset().with_facts(leave=()))
        rows = (
            "staff_id,from_date,to_date,kind",
            "S1,2027-02-01,2027-02-05,annual",
            f"S1,2027-02-05,2027-02-08,{kind}",
        )
        folder = alone(tmp_path / "g", "leave", *rows)
        if not faults:
            assert import_data(repository, folder).total.added == 2
            return
        with pytest.raises(BadInput) as caught:
            import_data(repository, folder)
    assert [(fault.file, fault.row, fault.column) for fault in caught.value.faults] == faults
    assert "row 2 holds at the same time, and has" in caught.value.faults[0].expected


def test_a_new_row_takes_the_place_of_what_it_overlaps_where_it_may_replace(tmp_path: Path) -> None:
    with Repository(f"sqlite:///{tmp_path}/y.db") as repository:
        repository.store(sample.dataset().with_facts(leave=()))
        head = "staff_id,from_date,to_date,kind"
        import_data(
            repository, alone(tmp_path / "g", "leave", head, "S1,2027-02-01,2027-02-05,annual")
        )
        sick = alone(tmp_path / "h", "leave", head, "S1,2027-02-03,2027-02-03,sick")
        with pytest.raises(BadInput, match="no stored row that holds at the same time"):
            import_data(repository, sick)
        done = import_data(repository, sick, replace=True)
        assert done.counts["leave"][:3] == (1, 0, 1)
        assert leave(repository) == [
            ("S1", "2027-02-01", "2027-02-02", "annual"),
            ("S1", "2027-02-03", "2027-02-03", "sick"),
            ("S1", "2027-02-04", "2027-02-05", "annual"),
        ]
        assert import_data(repository, sick, replace=True).total.added == 0, "twice is once"


@pytest.mark.parametrize(
    ("start", "end", "clash"), [("15:00", "19:00", False), ("14:00", "19:00", True)]
)
def test_worked_shifts_of_one_person_that_overlap_are_a_contradiction(
    tmp_path: Path, start: str, end: str, clash: bool
) -> None:
    with Repository(f"sqlite:///{tmp_path}/y.db") as repository:
        repository.store(sample.dataset().with_facts(worked_shift=()))
        rows = (
            "staff_id,organisation_id,start,end,paid_minutes",
            "S1,R1,2027-01-04T07:00,2027-01-04T15:00,450",
            f"S1,R2,2027-01-04T{start},2027-01-04T{end},240",
        )
        folder = alone(tmp_path / "g", "worked_shift", *rows)
        if clash:
            with pytest.raises(BadInput, match=r"row 3.*one row at a time for staff_id S1: row 2"):
                import_data(repository, folder)
        else:
            assert import_data(repository, folder).total.added == 2


def test_a_contract_that_was_not_ended_contradicts_the_one_that_takes_its_place(
    repository: Repository, tmp_path: Path
) -> None:
    own = repository.facts("contract")[0]
    cells = {**own.cells(), "id": "NEW", "hours_per_week": "20", "from_date": str(date(2027, 4, 1))}
    folder = alone(tmp_path / "g", "contract", ",".join(cells), ",".join(cells.values()))
    with pytest.raises(BadInput, match="a stored row holds at the same time"):
        import_data(repository, folder)


def test_what_was_never_used_goes_with_all_that_names_it(repository: Repository) -> None:
    [person] = [row for row in repository.facts("staff") if row.cell("id") == "S1"]
    gone = withdrawal_of(repository, person)
    left = changed_dataset(repository.dataset(), gone)
    assert not any(
        row.cell("staff_id") == "S1" or row.cell("contract_id") == "C1" for row in left.facts()
    )
    change(repository, gone)
    assert repository.dataset().staff == left.staff
    [role] = [row for row in repository.facts("role") if row.cell("id") == "RN5"]
    assert {"contract", "demand", "role_cover"} <= {
        one.file for one in withdrawal_of(repository, role)
    }

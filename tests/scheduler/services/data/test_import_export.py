"""Import, template and export as a person meets them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import icalendar
import openpyxl
import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.domain.facts import BY_FILE
from scheduler.services.data.import_export import (
    calendar_bytes,
    export_roster,
    import_data,
    write_template,
)
from scheduler.storage.calendar_file import uid
from scheduler.storage.files import read_assignments
from scheduler.storage.merging import Counts
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_workbook
from tests.scheduler.storage import sample

pytestmark = pytest.mark.usefixtures("any_roster_stands")


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as repository:
        yield repository


@pytest.fixture
def roster_id(repository: Repository) -> str:
    repository.store(sample.dataset())
    return repository.save_roster(sample.document(), sample.dataset())


def test_an_import_says_what_it_did(repository: Repository, tmp_path: Path) -> None:
    report = import_data(repository, sample.write(sample.cells(), tmp_path))
    assert [fact.name for fact in report.collaboratives] == ["Essex Partners"]
    assert report.counts["staff"] == Counts(5, 0, 0)
    assert report.total == Counts(len(list(sample.dataset().facts())), 0, 0)
    assert repository.dataset().sha256() == sample.dataset().sha256()


def test_an_import_with_a_fault_changes_nothing_and_names_faults_of_every_sort_at_once(
    repository: Repository, tmp_path: Path
) -> None:
    repository.store(sample.dataset())
    changed = sample.neighbours()
    changed["site"][0]["latitude"] = "5.2"  # a cell
    changed["site"][0]["place_id"] = (
        "IPSWICH"  # not reported while the row has a bad cell of its own
    )
    changed["demand"][0]["service_id"] = "UC9"  # a reference
    changed["organisation"][1]["name"] = "Second Community"  # a stored row
    # a column
    changed["contract"][0]["hours_per_wek"] = changed["contract"][0].pop("hours_per_week")
    with pytest.raises(BadInput) as caught:
        import_data(repository, sample.write(changed, tmp_path))
    assert [(f.file, f.row, f.column) for f in caught.value.faults] == [
        ("contract.csv", 1, "hours_per_wek"),
        ("demand.csv", 2, "service_id"),
        ("organisation.csv", 3, "id"),
        ("site.csv", 2, "latitude"),
    ]
    assert repository.dataset().sha256() == sample.dataset().sha256()


def test_a_second_collaborative_may_refer_to_stored_facts(
    repository: Repository, tmp_path: Path
) -> None:
    repository.store(sample.dataset())
    changed = sample.neighbours()
    changed["staff"][0]["home_site_id"] = (
        "X1"  # a site of the first collaborative, which this data does not hold
    )
    report = import_data(repository, sample.write(changed, tmp_path))
    assert report.counts["organisation"] == Counts(2, 1, 0)
    assert len(repository.collaboratives()) == 2


def test_replace_is_asked_for(repository: Repository, tmp_path: Path) -> None:
    repository.store(sample.dataset())
    changed = sample.cells()
    changed["staff"][1]["name"] = "Ben Jones"
    folder = sample.write(changed, tmp_path)
    with pytest.raises(BadInput, match="Ben O'Neil.*Ben Jones"):
        import_data(repository, folder)
    assert import_data(repository, folder, replace=True).counts["staff"] == Counts(0, 4, 1)
    assert repository.dataset().staff[1].name == "Ben Jones"


def test_an_id_that_replacing_makes_stand_for_other_work_or_somebody_else_is_noted(
    repository: Repository, tmp_path: Path
) -> None:
    repository.store(sample.dataset())
    changed = sample.cells()
    changed["demand"][0]["date"] = "2027-01-18"
    changed["demand"][1]["minimum"] = "2"  # the same work, in another state
    with pytest.raises(BadInput):
        import_data(repository, sample.write(changed, tmp_path))
    done = import_data(repository, sample.write(changed, tmp_path), replace=True)
    assert (
        "demand.csv, row 2, column date: the stored row with id D1 has 2027-01-11: from now on the"
        " id stands for another demand" in done.notes
    )
    assert not [note for note in done.notes if "D2" in note]


def test_an_import_notes_what_was_doubtful_in_the_files_and_between_old_and_new_rows(
    repository: Repository, tmp_path: Path
) -> None:
    repository.store(sample.dataset())
    changed = {
        file: sample.cells()[file][:0]
        for file, fact_type in BY_FILE.items()
        if fact_type.required_file
    }
    changed["demand"] = [{**sample.cells()["demand"][0], "id": "d2"}]
    changed["staff"] = [
        {
            name: cell
            for name, cell in sample.cells()["staff"][1].items()
            if name != "max_travel_minutes"
        }
    ]
    twice = (
        "asks for the same service, site, date, shift and role as D1, which is stored. Both count:"
        " together they require 2 people."
    )
    case = "'d2' and 'D2' in a stored row differ only in upper and lower case, and count as two."
    notes = import_data(repository, sample.write(changed, tmp_path / "csv")).notes
    assert (
        "contract.csv: 1 stored row of the same people is not in the file and stays (to withdraw:"
        " --complete contract)." in notes
    )
    assert tuple(note for note in notes if "to withdraw" not in note) == (
        f"demand.csv, row 2, column id: {case}",
        f"demand.csv, row 2, column id: d2 {twice}",
        "staff.csv has no column max_travel_minutes, which means for every row: no limit.",
    )
    new = Dataset(demand=(sample.dataset().demand[0].model_copy(update={"id": "D7"}),))
    write_workbook(new, tmp_path / "x.xlsx")
    notes = import_data(repository, tmp_path / "x.xlsx").notes
    assert tuple(note for note in notes if "to withdraw" not in note) == (
        f"sheet demand, row 2, column id: D7 {twice}",
    )


def test_the_template_is_a_workbook(repository: Repository, tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    assert import_data(repository, tmp_path / "template.xlsx").total == Counts(0, 0, 0)
    with pytest.raises(BadRequest):
        write_template(tmp_path / "template.csv")


def test_a_roster_as_the_contract_s_files(
    repository: Repository, roster_id: str, tmp_path: Path
) -> None:
    export_roster(repository, roster_id, tmp_path / "out")
    assert read_assignments(tmp_path / "out" / "assignment.csv") == list(
        repository.roster(roster_id).document.assignments
    )
    assert (tmp_path / "out" / "vacancy.csv").read_text().splitlines() == [
        "roster_id,demand_id,missing,cause",
        f"{roster_id},D3,1,Nobody with a passport for Second+Community is free.",
    ]
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == sample.document().summary
    assert (
        "2027-01-11T19:30+00:00,2027-01-12T07:30+00:00"
        in (tmp_path / "out" / "assignment.csv").read_text()
    )


def test_a_roster_as_a_workbook(repository: Repository, roster_id: str, tmp_path: Path) -> None:
    export_roster(repository, roster_id, tmp_path / "roster.xlsx")
    book = openpyxl.load_workbook(tmp_path / "roster.xlsx")
    assert book.sheetnames == ["roster", "assignment", "vacancy", "summary"]
    grid = list(book["roster"].iter_rows(values_only=True))
    assert grid[0][:3] == ("name", "id", "Mon 2027-01-11")
    assert grid[1][:3] == ("(agency)", "AG1", "19:30–07:30 X1 RN5")
    assert grid[2][:4] == ("Ada Åström", "S1", "07:00–15:00 X1 RN5", None)
    assert ("period.days", 7) in set(book["summary"].iter_rows(values_only=True))


def test_a_roster_as_a_calendar(repository: Repository, roster_id: str, tmp_path: Path) -> None:
    export_roster(repository, roster_id, tmp_path / "roster.ics")
    found = icalendar.Calendar.from_ical((tmp_path / "roster.ics").read_bytes())
    assert [zone["TZID"] for zone in found.walk("VTIMEZONE")] == ["Europe/London"]
    event = found.walk("VEVENT")[0]
    assert event["UID"] == uid("S1", "D1", date(2027, 1, 11))
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event.start.isoformat() == "2027-01-11T07:00:00+00:00"
    assert event["SUMMARY"] == "Not published: Nurse, Urgent community response: Ada Åström (S1)"
    assert (event["STATUS"], event["SEQUENCE"]) == (
        "TENTATIVE",
        0,
    ), "a draft takes the place of nothing published"


def test_a_person_s_calendar_holds_what_is_published_and_keeps_its_uids(
    repository: Repository, roster_id: str
) -> None:
    assert icalendar.Calendar.from_ical(calendar_bytes(repository, "S1")).walk("VEVENT") == []
    repository.publish(roster_id)
    first = icalendar.Calendar.from_ical(calendar_bytes(repository, "S1")).walk("VEVENT")
    repository.publish(repository.save_roster(sample.document(), sample.dataset()))
    second = icalendar.Calendar.from_ical(calendar_bytes(repository, "S1")).walk("VEVENT")
    assert (
        [event["UID"] for event in first]
        == [event["UID"] for event in second]
        == [uid("S1", "D1", date(2027, 1, 11))]
    )
    before, after = ((event["SEQUENCE"], event["DTSTAMP"].dt) for event in (*first, *second))
    assert before < after, "a phone takes the later publication"
    with pytest.raises(NotFound, match="Maybe S1"):
        calendar_bytes(repository, "S11")


def test_a_calendar_of_one_person_tells_nothing_of_others(
    repository: Repository, roster_id: str, tmp_path: Path
) -> None:
    export_roster(repository, roster_id, tmp_path / "s1.ics", staff_id="S1")
    text = (tmp_path / "s1.ics").read_text(encoding="utf-8")
    assert text.count("BEGIN:VEVENT") == 1
    assert "AG1" not in text


def test_an_unknown_roster(repository: Repository, roster_id: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=f"Maybe {roster_id}"):
        export_roster(repository, roster_id.replace("-1", "-2"), tmp_path)


@pytest.mark.parametrize("name", ["roster.pdf", "roster.csv", "ROSTER.ICAL"])
def test_an_ending_that_no_file_of_ours_has_is_refused_with_those_that_work(
    repository: Repository, roster_id: str, tmp_path: Path, name: str
) -> None:
    with pytest.raises(BadRequest, match=r"\.xlsx or \.ics.*folder.*no ending"):
        export_roster(repository, roster_id, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_may_have_a_dot_in_its_name(
    repository: Repository, roster_id: str, tmp_path: Path
) -> None:
    (tmp_path / "week.2").mkdir()
    assert {
        file.parent.name for file in export_roster(repository, roster_id, tmp_path / "week.2")
    } == {"week.2"}
    assert {
        file.parent.name
        for file in export_roster(repository, roster_id, tmp_path / "week.3", folder=True)
    } == {"week.3"}

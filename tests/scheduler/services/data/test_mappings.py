"""Exports of other rostering systems, in three made-up shapes, brought in by mappings: nobody in
them exists.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from scheduler.domain.access import Actor, HeldGrant
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault, NotFound, NotPermitted
from scheduler.services.data import mappings
from scheduler.services.data.source_shape import shape_of, sheets_of
from scheduler.services.facts.arriving import arriving
from scheduler.services.facts.history import history
from scheduler.storage.foreign.mapping_document import mapping_of_text
from scheduler.storage.foreign.mapping_text import document_of, mapping_toml
from scheduler.storage.repository import Repository
from tests.factories import person, plain_tables

WORKED = """
name = "Worked shifts"
organisation = "A"
date = ["DD/MM/YYYY"]

[[skip]]
column = "Staff No"
begins = "Total"

[[into]]
file = "worked_shift"
[into.columns]
staff_id = { column = "Staff No", prefix = "A-" }
organisation_id = { constant = "A" }
start = { date = "Duty Date", time = "Start" }
end = { date = "Duty Date", time = "End", after = "start" }
paid_minutes = { length_of = ["start", "end"], less = "Break", hours = "minutes" }
pay = { column = "Paid As", values = "pay" }
cost_pence = { column = "Cost", money = "pounds" }

[values.pay]
"Normal" = "contracted"
"O/T" = "overtime"
"Bank" = "bank"
"Training" = false
"""
HEADER = "Staff No,Name,Duty Date,Start,End,Break,Paid As,Cost"


def mapping(text: str = WORKED) -> mappings.ColumnMapping:
    return mapping_of_text(text.encode(), "mapping.toml")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    tables = plain_tables()
    person(tables, "A-1001", max_travel_minutes="45", wtr_opt_out="yes")
    person(tables, "A-1002")
    person(tables, "B-1001", "B")
    with Repository(f"sqlite:///{tmp_path}/own.db") as found:
        found.store(Dataset.from_cells(tables))
        yield found


def sheet(*lines: str, header: str = HEADER) -> tuple[str, bytes]:
    return "roster.csv", "\n".join([header, *lines]).encode()


def faults(repository: Repository, brought: Any, by: mappings.ColumnMapping) -> list[Fault]:
    before = repository.dataset()
    with pytest.raises(BadInput) as caught:
        mappings.bring_in(repository, brought, by)
    assert repository.dataset() == before
    assert tuple(mappings.preview(repository, brought, by).faults) == tuple(caught.value.faults)
    return caught.value.faults


def worked(repository: Repository) -> list[dict[str, str]]:
    return [fact.cells() for fact in repository.facts("worked_shift")]


# --- worked shifts as a text file, the date and the times in columns of their own


def test_worked_shifts_with_their_pay_come_in(repository: Repository) -> None:
    report = mappings.bring_in(
        repository,
        sheet(
            "1001,Ann Example,04/01/2027,07:00,15:00,30,Normal,",
            "1001,Ann Example,05/01/2027,19:30,07:30,60,O/T,£312.40",
            "",
            '1002,Bob Example,05/01/2027,7:00 am,3.30 pm,30,Bank,"1,200"',
            "1002,Bob Example,06/01/2027,07:00,15:00,30,training,",
            "Total,,,,,,,1512.40",
        ),
        mapping(),
    )
    assert report.total.added == 3
    assert any("1 left out for worked_shift: Paid As is 'training'" in one for one in report.notes)
    first, night, bank = worked(repository)
    assert (first["pay"], first["cost_pence"], first["paid_minutes"]) == ("contracted", "", "450")
    assert night["start"] == "2027-01-05T19:30+00:00"
    assert night["end"] == "2027-01-06T07:30+00:00"
    assert (night["pay"], night["cost_pence"], night["paid_minutes"]) == (
        "overtime",
        "31240",
        "660",
    )
    assert (bank["end"], bank["cost_pence"]) == ("2027-01-05T15:30+00:00", "120000")


def test_a_night_over_the_clock_change_counts_elapsed_minutes(repository: Repository) -> None:
    mappings.bring_in(
        repository,
        sheet(
            "1001,,27/03/2027,19:30,07:30,60,Normal,",  # an hour is skipped
            "1002,,30/10/2027,19:30,07:30,60,Normal,",  # an hour comes twice
        ),
        mapping(),
    )
    spring, autumn = worked(repository)
    assert (spring["paid_minutes"], spring["end"]) == ("600", "2027-03-28T07:30+01:00")
    assert (autumn["paid_minutes"], autumn["end"]) == ("720", "2027-10-31T07:30+00:00")


@pytest.mark.parametrize(
    ("line", "heading", "value", "expected"),
    [
        ("1001,,31/02/2027,07:00,15:00,30,Normal,", "Duty Date", "31/02/2027", "DD/MM"),
        ("1001,,01/13/2027,07:00,15:00,30,Normal,", "Duty Date", "01/13/2027", "DD/MM"),
        ("1001,,04/01/2027,7,15:00,30,Normal,", "Start", "7", "07:30"),
        ("1001,,04/01/2027,07:00,25:00,30,Normal,", "End", "25:00", "a time"),
        ("1001,,04/01/2027,07:00,07:00,0,Normal,", "Duty Date + End", "04/01/2027 07:00", "after"),
        ("1001,,04/01/2027,07:00,15:00,half,Normal,", "Break", "half", "minutes"),
        ("1001,,04/01/2027,07:00,15:00,481,Normal,", "Break", "481", "at most the 480 minutes"),
        ("1001,,04/01/2027,07:00,15:00,30,Norml,", "Paid As", "Norml", "one of contracted"),
        ("1001,,04/01/2027,07:00,15:00,30,Normal,lots", "Cost", "lots", "whole number"),
        ("1001,,04/01/2027,07:00,15:00,30,Normal,-1", "Cost", "-1", "at least 0"),
        ("1003,,04/01/2027,07:00,15:00,30,Normal,", "Staff No", "1003", "nearest: A-100"),
        (",,04/01/2027,07:00,15:00,30,Normal,", "Staff No", "", "not an empty cell"),
    ],
)
def test_a_bad_cell_is_named_as_it_stands_in_the_file(
    repository: Repository, line: str, heading: str, value: str, expected: str
) -> None:
    good = "1001,,06/01/2027,07:00,15:00,30,Normal,"
    found = faults(repository, sheet("", good, line), mapping())
    assert [(one.file, one.row, one.column, one.value) for one in found] == [
        ("roster.csv", 4, heading, value)
    ]
    assert expected in found[0].expected


def test_every_fault_is_named_at_once(repository: Repository) -> None:
    found = faults(
        repository,
        sheet(
            "1001,,04/01/27,07:00,15:00,30,Normal,",
            "9999,,05/01/2027,07:00,15:00,30,Nrml,12.50",
        ),
        mapping(),
    )
    assert {(one.row, one.column) for one in found} == {
        (2, "Duty Date"),
        (3, "Staff No"),
        (3, "Paid As"),
    }


def test_rows_that_contradict_each_other_or_what_is_stored_are_named_by_their_rows(
    repository: Repository,
) -> None:
    mappings.bring_in(repository, sheet("1001,,04/01/2027,07:00,15:00,30,Normal,"), mapping())
    two = faults(
        repository,
        sheet("1002,,05/01/2027,07:00,15:00,30,Normal,", "1002,,05/01/2027,08:00,15:00,30,Normal,"),
        mapping(),
    )
    assert [(one.row, one.column) for one in two] == [(3, "Duty Date + Start")]
    assert "row 2 holds at the same time" in two[0].expected
    stored = faults(repository, sheet("1001,,04/01/2027,07:00,15:00,30,O/T,"), mapping())
    assert {(one.row, one.column) for one in stored} <= {(2, "Staff No"), (2, "Duty Date + Start")}
    assert all("stored row" in one.expected for one in stored)
    again = mappings.bring_in(
        repository, sheet("1001,,04/01/2027,07:00,15:00,30,O/T,"), mapping(), replace=True
    )
    assert (again.total.replaced, worked(repository)[0]["pay"]) == (1, "overtime")


def test_a_heading_that_is_not_there_is_named_with_the_nearest(repository: Repository) -> None:
    found = faults(
        repository,
        sheet("1001,,04/01/2027", header="StaffNo,Name,Duty Dat"),
        mapping(),
    )
    assert {(one.row, one.column) for one in found} >= {(1, "Staff No"), (1, "Duty Date")}
    assert "Maybe StaffNo?" in next(one.expected for one in found if one.column == "Staff No")


# --- people and contracts in a workbook: two header rows, Excel's dates, a total at the end

PEOPLE = """
name = "People"
organisation = "A"
header_row = 2
header_rows = 2
ignored = ["Person Grade"]

[[until]]
column = "Person Number"
begins = "total"

[[into]]
file = "staff"
[into.columns]
id = { column = "Person Number", prefix = "A-" }
name = { columns = ["Person Forename", "Person Surname"] }
home_site_id = "Post Base"
accepts_other_hosts = { kept = "no" }
wtr_opt_out = { kept = "no" }

[[into]]
file = "contract"
[into.columns]
id = { column = "Person Number", prefix = "C-A-" }
staff_id = { column = "Person Number", prefix = "A-" }
organisation_id = { constant = "A" }
role_id = { column = "Post Role", values = "role" }
kind = "Post Kind"
hours_per_week = { column = "Post FTE", times = 37.5 }
base_site_id = "Post Base"
hourly_pence = { column = "Post Rate", money = "pounds" }
from_date = "Post From"
to_date = "Post To"

[values.role]
"Band 5 RN" = "RN"
"""


HEADINGS = ("Number", "Forename", "Surname", "Grade", "Base", "Role", "Kind")
HEADINGS += ("FTE", "Rate", "From", "To")


def workbook(folder: Path, *rows: list[Any], sheets: tuple[str, ...] = ("Export",)) -> Path:
    path = folder / "people.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    for name in sheets:
        page = book.add_worksheet(name)
        page.write_row(0, 0, ["Staff in post, made up for a test"])
        page.merge_range(1, 0, 1, 3, "Person")
        page.merge_range(1, 4, 1, 10, "Post")
        page.write_row(2, 0, HEADINGS)
        for number, row in enumerate(rows, start=3):
            page.write_row(number, 0, row)
    book.close()
    return path


def row(number: Any, role: str = "Band 5 RN", base: str = "site  a", **more: Any) -> list[Any]:
    cells = {
        "Number": number,
        "Forename": "Cara",
        "Surname": "Example",
        "Grade": "5",
        "Base": base,
        "Role": role,
        "Kind": "Substantive",
        "FTE": 0.8,
        "Rate": 18.5,
        "From": date(2026, 4, 1),
        "To": "",
    }
    return list({**cells, **more}.values())


def test_people_and_contracts_of_one_row_come_in(repository: Repository, tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        row(1001, Forename="Ann"),
        row("1003", "support worker", Kind="bank", FTE=0, To=date(2027, 3, 31)),
        ["Total", 2],
        ["printed by nobody"],
    )
    seen = mappings.preview(repository, path, mapping(PEOPLE), replace=True)
    assert (seen.faults, seen.unused, seen.read) == ((), (), 2)
    assert seen.made == {"staff": 2, "contract": 2}
    mappings.bring_in(repository, path, mapping(PEOPLE), replace=True)
    stored = {fact.cells()["id"]: fact.cells() for fact in repository.facts("staff")}
    assert stored["A-1003"]["name"] == "Cara Example"
    # what the file does not speak of is the person's own, and stays
    assert stored["A-1001"]["name"] == "Ann Example"
    assert (stored["A-1001"]["max_travel_minutes"], stored["A-1001"]["wtr_opt_out"]) == (
        "45",
        "yes",
    )
    contracts = {fact.cells()["id"]: fact.cells() for fact in repository.facts("contract")}
    new = contracts["C-A-1001"]
    assert (new["hours_per_week"], new["hourly_pence"], new["role_id"]) == ("30", "1850", "RN")
    assert (new["base_site_id"], new["from_date"], new["to_date"]) == ("SA", "2026-04-01", "")
    # a role by its name, in any case
    assert (contracts["C-A-1003"]["role_id"], contracts["C-A-1003"]["kind"]) == ("HCA", "bank")


def test_values_that_nobody_knows_are_listed_with_the_nearest(
    repository: Repository, tmp_path: Path
) -> None:
    path = workbook(tmp_path, row(1, "Nurs"), row(2, "Nurs"), row(3, "Chef"), row(4, base="SA"))
    seen = mappings.preview(repository, path, mapping(PEOPLE))
    found = [(one.heading, one.value, one.rows, one.column) for one in seen.unknown]
    assert found == [("Post Role", "Nurs", 2, "role_id"), ("Post Role", "Chef", 1, "role_id")]
    assert [str(one) for one in seen.unknown[0].nearest] == ["Nurse (RN)"]
    assert {(one.file, one.row, one.column) for one in seen.faults} == {
        ("people.xlsx, sheet Export", number, "Post Role") for number in (4, 5, 6)
    }


def test_a_name_of_two_things_is_a_fault_that_names_both(
    repository: Repository, tmp_path: Path
) -> None:
    tables = Dataset.from_cells(plain_tables()).to_cells()
    twin = {**tables["site"][1], "id": "SA2", "name": "SITE A"}
    repository.store(Dataset.from_cells({"site": [twin]}))
    found = faults(repository, workbook(tmp_path, row(7)), mapping(PEOPLE))
    assert {one.column for one in found} == {"Post Base"}
    assert "Site A (SA)" in found[0].expected
    assert "SITE A (SA2)" in found[0].expected


def test_a_workbook_of_several_sheets_needs_a_mapping_that_says_which(
    repository: Repository, tmp_path: Path
) -> None:
    path = workbook(tmp_path, row(1001), sheets=("One", "Two"))
    with pytest.raises(BadInput, match="there are One, Two"):
        mappings.preview(repository, path, mapping(PEOPLE))
    chosen = mapping('sheet = "Two"\n' + PEOPLE)
    assert mappings.preview(repository, path, chosen).label == "people.xlsx, sheet Two"


def test_cells_that_a_workbook_cannot_tell_are_faults(
    repository: Repository, tmp_path: Path
) -> None:
    path = tmp_path / "odd.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Roster")
    page.write_row(0, 0, HEADER.split(","))
    page.write_row(1, 0, ["1001", "", "04/01/2027", "07:00", "15:00", 30, "Normal"])
    page.write_formula(1, 7, "=1/0", None, "#DIV/0!")
    page.write_row(2, 0, ["1001", "", "05/01/2027", "07:00", "15:00", 30])
    page.merge_range(2, 6, 3, 6, "Normal")
    page.write_row(3, 0, ["1001", "", "06/01/2027", "07:00", "15:00", 30])
    book.close()
    found = faults(repository, path, mapping())
    assert {(one.row, one.column) for one in found} >= {(2, "Cost"), (4, "Paid As")}


# --- leave, in a text file with semicolons, of Windows, names in two columns and times in one

LEAVE = """
name = "Leave"
organisation = "A"
date = ["DD-Mon-YY"]
fill_down = ["Employee"]
[[into]]
file = "leave"
when = [{ column = "Part day", is_not = ["Y"] }]
[into.columns]
staff_id = { column = "Employee", prefix = "A-", unknown = "leave out" }
from_date = "First"
to_date = "Last"
kind = { column = "Type", values = "kind" }
[[into]]
file = "unavailability"
when = [{ column = "Part day", is = ["y"] }]
[into.columns]
staff_id = { column = "Employee", prefix = "A-", unknown = "leave out" }
from_date = "First"
to_date = "Last"
start_time = "From"
end_time = "To"
[values.kind]
"A/L" = "annual"
"*" = "other"
"""


def test_leave_of_whole_and_of_part_days(repository: Repository) -> None:
    text = (
        "Employee;First;Last;From;To;Part day;Type;Café\n"
        "1001;04-Jan-27;08-Jan-27;;;;A/L;x\n"
        ";11-JAN-27;11-jan-27;09:00;12:30;Y;clinic;x\n"
        ";12-Jan-27;12-Jan-27;;;N;Some reason of hers;x\n"
        "5555;04-Jan-27;08-Jan-27;;;;A/L;x\n"
    )
    brought = ("leave.csv", text.encode("cp1252"))
    report = mappings.bring_in(repository, brought, mapping(LEAVE))
    assert [fact.cells()["kind"] for fact in repository.facts("leave")] == ["annual", "other"]
    part = repository.facts("unavailability")[0].cells()
    assert (part["from_date"], part["start_time"], part["end_time"]) == (
        "2027-01-11",
        "09:00",
        "12:30",
    )
    assert "leave.csv: columns that nothing reads: Café." in report.notes
    assert any("Employee is '5555'" in one for one in report.notes)


# --- files that are none


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("roster.csv", b"\x00\x01\x02" * 100, "binary file"),
        ("roster.csv", b"PK\x03\x04rest", "workbook or zip archive"),
        ("roster.xlsx", b"Staff No,Name", "an Excel workbook"),
        ("roster.pdf", b"%PDF-1.4", "ends in .csv or .xlsx"),
        ("roster.csv", b"", "headings in row 1"),
        ("roster.csv", b'Staff No,"Name\n1,2', "matching double quotes"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    repository: Repository, name: str, content: bytes, expected: str
) -> None:
    with pytest.raises(BadInput, match=expected):
        mappings.bring_in(repository, (name, content), mapping())


def test_a_huge_file_is_refused_in_words(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_MOST_FILE_MIB", "1")
    with pytest.raises(BadInput, match="at most 1 MiB in one file"):
        mappings.bring_in(repository, ("roster.csv", b"a,b\n" * 300_000), mapping())
    monkeypatch.setenv("SCHEDULER_MOST_ROWS", "100")
    with pytest.raises(BadInput, match="at most 100 rows"):
        mappings.bring_in(repository, ("roster.csv", b"a,b\n" * 300), mapping())


# --- the document


def test_every_fault_of_a_mapping_is_named_at_once() -> None:
    text = """
    nam = "x"
    date = "MM/YY"
    hours = "days"
    header_row = 0
    [[skip]]
    column = "A"
    [[into]]
    file = "worked_shifts"
    [[into]]
    file = "leave"
    [into.columns]
    staf_id = "Number"
    from_date = { column = "From", constant = "2027-01-01" }
    to_date = { column = "To", after = "from_date" }
    kind = { column = "Type", values = "kinds" }
    [values.kind]
    "A" = 3
    """
    with pytest.raises(BadInput) as caught:
        mapping(text)
    said = {one.column: one.expected for one in caught.value.faults}
    assert said["nam"] == "a known name. Maybe name?"
    assert "Maybe worked_shift?" in said["into 1.file"]
    assert "Maybe staff_id?" in said["leave.staf_id"]
    assert "the person" in said["leave.staff_id"]
    assert "Maybe kind?" in said["leave.kind.values"]
    assert said.keys() >= {
        "name",
        "date",
        "hours",
        "header_row",
        "skip 1",
        "leave.from_date",
        "leave.to_date.after",
        "values.kind.A",
        "values.kind",
    }


@pytest.mark.parametrize("text", [WORKED, PEOPLE, LEAVE])
def test_a_mapping_reads_back_as_it_was_written(text: str) -> None:
    found = mapping(text)
    assert mapping(mapping_toml(found)) == found
    assert mapping_toml(mapping(mapping_toml(found))) == mapping_toml(found)
    assert document_of(found)["name"] == found.name


# --- kept, and for whom


def acting(repository: Repository, role: Any, *organisations: str) -> Repository:
    grant = HeldGrant(role, frozenset(organisations))
    return repository.acting(Actor(f"test:{role}", "Tess Tester", (grant,)))


def test_mappings_are_kept_for_each_organisation_and_every_change_is_on_record(
    repository: Repository,
) -> None:
    mine = acting(repository, "operations", "A")
    kept = mappings.save(mine, mapping())
    assert (kept.organisation_id, kept.made_by) == ("A", "test:operations")
    assert mappings.saved_one(mine, None, "worked SHIFTS").mapping == mapping()
    assert mappings.saved_one(mine, "A", "Worked shifts").mapping == mapping()
    changed = mapping(WORKED.replace('"Worked shifts"', '"worked shifts"'))
    mappings.save(mine, changed)
    assert [one.name for one in mappings.saved(mine)] == ["worked shifts"]
    with pytest.raises(NotFound, match="Maybe worked shifts"):
        mappings.saved_one(mine, "A", "worked shift")
    mappings.remove(mine, "A", "worked shifts")
    assert mappings.saved(mine) == []
    entries = [entry.contents() for entry in repository.audit.entries()]
    assert sum("mapping" in one for one in entries) == 3


def test_mappings_of_others_are_out_of_reach(repository: Repository) -> None:
    mappings.save(repository, mapping())
    other = acting(repository, "operations", "B")
    assert mappings.saved(other) == []
    with pytest.raises(NotFound):
        mappings.saved_one(other, None, "Worked shifts")
    for deed in (
        lambda: mappings.save(other, mapping()),
        lambda: mappings.remove(other, "A", "Worked shifts"),
        lambda: mappings.preview(other, sheet(), mapping()),
        lambda: mappings.bring_in(other, sheet(), mapping()),
        lambda: mappings.guess(other, sheet(), "A"),
    ):
        with pytest.raises(NotPermitted):
            deed()
    assert mappings.saved(acting(repository, "director", "A")) == []


def test_nobody_brings_in_people_of_others_by_a_mapping_of_their_own(
    repository: Repository,
) -> None:
    mine = acting(repository, "operations", "A")
    by = mapping(WORKED.replace('prefix = "A-"', 'prefix = "B-"'))
    for deed in (mappings.preview, mappings.bring_in):
        with pytest.raises(NotPermitted):
            deed(mine, sheet("1001,,04/01/2027,07:00,15:00,30,Normal,"), by)
    assert worked(repository) == []


def test_a_preview_shows_nothing_of_people_of_others_but_what_the_file_says(
    repository: Repository,
) -> None:
    tables = {"staff": [{**repository.facts("staff")[2].cells(), "wtr_opt_out": "yes"}]}
    repository.store(Dataset.from_cells(tables), replace=True)
    mine = acting(repository, "operations", "A")
    by = mapping(
        """
        name = "Names"
        organisation = "A"
        [[into]]
        file = "staff"
        [into.columns]
        id = "No"
        name = "Name"
        home_site_id = "Site"
        accepts_other_hosts = { kept = "no" }
        wtr_opt_out = { kept = "no" }
        """
    )
    brought = sheet("A-1001,Renamed,SA", "B-1001,Synthetic B-1001,SB", header="No,Name,Site")
    own, other = mappings.preview(mine, brought, by).rows["staff"]
    assert (own.cells["wtr_opt_out"], own.cells["max_travel_minutes"]) == ("yes", "45")
    assert (other.cells["name"], other.cells["wtr_opt_out"]) == ("Synthetic B-1001", "")
    assert mappings.preview(repository, brought, by).rows["staff"][1].cells["wtr_opt_out"] == "yes"


def test_numbers_of_people_of_others_are_not_offered(repository: Repository) -> None:
    mine = acting(repository, "operations", "A")
    by = mapping(WORKED.replace('prefix = "A-"', 'prefix = "B-"'))
    brought = sheet("1002,,04/01/2027,07:00,15:00,30,Normal,")
    assert "B-1001" in str(mappings.preview(repository, brought, by).faults)
    seen = mappings.preview(mine, brought, by)
    assert seen.faults
    assert "B-1001" not in str(seen.faults) + str(seen.unknown)


# --- guessed


def test_a_mapping_is_guessed_by_the_headings(repository: Repository, tmp_path: Path) -> None:
    path = tmp_path / "duties.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    page = book.add_worksheet("Duties")
    page.write_row(0, 0, ["Staff Number", "Unit", "Shift Date", "Shift Start", "Shift End"])
    page.write_row(0, 5, ["Unpaid Break", "Paid As", "Colour"])
    clock = book.add_format({"num_format": "hh:mm"})
    page.write(1, 0, "A-1001")
    page.write_datetime(1, 2, datetime(2027, 1, 4))
    page.write_datetime(1, 3, time(19, 30), clock)
    page.write_datetime(1, 4, time(7, 30), clock)
    page.write_row(1, 5, [60, "bank"])
    book.close()
    found = mappings.guess(repository, path, "A", name="Duties")
    assert found.missing == ()
    assert set(found.unused) == {"Unit", "Colour"}
    mappings.save(repository, found.mapping)
    mappings.bring_in(repository, path, mappings.saved_one(repository, "A", "Duties").mapping)
    night = worked(repository)[0]
    assert (night["end"], night["paid_minutes"], night["pay"]) == (
        "2027-01-05T07:30+00:00",
        "660",
        "bank",
    )


def test_what_a_guess_lacks_is_said(repository: Repository) -> None:
    brought = sheet(
        "1001,Ann,Example,30,RN,01-Apr-2026",
        header="Employee No.,First Name,Surname,Contracted Hours,Job Title,Start Date",
    )
    found = mappings.guess(repository, brought, "A")
    assert [target.file for target in found.mapping.into] == ["staff", "contract"]
    assert found.mapping.date == ("DD-Mon-YYYY",)
    lacking = {(one.file, one.column) for one in found.missing}
    assert lacking == {
        ("staff", "home_site_id"),
        ("contract", "id"),
        ("contract", "base_site_id"),
        ("contract", "hourly_pence"),
    }
    seen = mappings.preview(repository, brought, found.mapping)
    assert {(one.file, one.column) for one in seen.missing} == lacking
    assert seen.rows["staff"][0].cells["name"] == "Ann Example"
    with pytest.raises(BadInput):
        mappings.save(repository, found.mapping)


# --- tried, and with a reason


def test_what_is_tried_says_all_and_writes_nothing(repository: Repository) -> None:
    brought = sheet("1001,,04/01/2027,07:00,15:00,30,Normal,", "Total,,,,,,,")
    before = len(history(repository))
    tried = mappings.bring_in(repository, brought, mapping(), trial=True)
    assert tried.number is None
    assert [one.before for one in tried.changes] == [None]
    assert worked(repository) == []
    assert len(history(repository)) == before
    found = arriving(repository, tried)
    assert found.by_person == {"A-1001": 1}
    made = mappings.bring_in(repository, brought, mapping(), why="export of January")
    assert made.changes == tried.changes
    newest = history(repository)[0].change_set
    assert (made.number, newest.why) == (newest.number, "export of January")


def test_what_is_tried_is_refused_as_it_would_be(repository: Repository) -> None:
    brought = sheet("1001,,04/01/2027,07:00,15:00,30,Odd,")
    with pytest.raises(BadInput):
        mappings.bring_in(repository, brought, mapping(), trial=True)


def test_a_preview_that_does_not_judge_says_what_cells_alone_say(repository: Repository) -> None:
    twice = sheet(
        "1001,,04/01/2027,07:00,15:00,30,Normal,", "1001,,04/01/2027,08:00,15:00,30,Normal,"
    )
    assert mappings.preview(repository, twice, mapping()).faults
    shown = mappings.preview(repository, twice, mapping(), judge=False)
    assert (shown.faults, shown.counts, shown.made) == ((), {}, {"worked_shift": 2})
    bad = sheet("1001,,31/02/2027,07:00,15:00,30,Normal,")
    assert mappings.preview(repository, bad, mapping(), judge=False).faults


# --- unfinished


def test_an_unfinished_mapping_can_be_looked_at_and_not_saved(repository: Repository) -> None:
    document = document_of(mapping())
    del document["into"][0]["columns"]["staff_id"]
    with pytest.raises(BadInput):
        mappings.mapping_from(document, "A")
    found = mappings.mapping_from(document, "A", unfinished=True)
    shown = mappings.preview(repository, sheet("1001,,04/01/2027,07:00,15:00,30,Normal,"), found)
    assert [(one.file, one.column) for one in shown.missing] == [("worked_shift", "staff_id")]
    with pytest.raises(BadInput):
        mappings.save(repository, found)


def test_an_unknown_value_names_the_table_that_was_asked(repository: Repository) -> None:
    shown = mappings.preview(repository, sheet("1009,,04/01/2027,07:00,15:00,30,Odd,"), mapping())
    assert {(one.value, one.table) for one in shown.unknown} == {("1009", ""), ("Odd", "pay")}


def test_a_code_in_the_place_of_a_number_wants_an_entry(repository: Repository) -> None:
    text = WORKED.replace('"Cost", money = "pounds"', '"Cost", values = "cost"')
    by = mapping(text + '\n[values.cost]\n"high" = "9000"\n')
    shown = mappings.preview(repository, sheet("1001,,04/01/2027,07:00,15:00,30,Normal,low"), by)
    [unknown] = shown.unknown
    assert (unknown.value, unknown.table, unknown.column) == ("low", "cost", "cost_pence")


# --- what stands in a file


def test_headings_are_told_with_examples() -> None:
    found = shape_of(sheet("1001,Ann,04/01/2027,07:00,15:00,30,Normal,", "1001,Bea,,,,,,"))
    assert found.headings == tuple(HEADER.split(","))
    assert found.examples["Staff No"] == ("1001",)
    assert found.examples["Name"] == ("Ann", "Bea")
    assert found.examples["Cost"] == ()
    assert found.rows == 2
    with pytest.raises(BadInput):
        shape_of(sheet(), header_row=9)


def test_sheets_of_a_workbook_are_named_and_a_text_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("One", "_own", "Two"):
            book.add_worksheet(name)
    assert sheets_of(path) == ("One", "Two")
    assert sheets_of(sheet()) == ()
    with pytest.raises(BadInput):
        sheets_of(("book.xlsx", b"no workbook"))

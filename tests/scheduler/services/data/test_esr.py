"""Runs of ESR's Generic Outbound file, made up for tests: nobody in them exists."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.access import Actor, HeldGrant
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotPermitted
from scheduler.services.accounts import personal_data
from scheduler.services.data import esr, mappings
from scheduler.services.facts.history import history
from scheduler.storage.foreign.mapping_document import mapping_of_text
from scheduler.storage.repository import Repository
from scheduler.storage.withdrawing import ToConfirm
from tests.factories import person, plain_tables, rows
from tests.scheduler.services.data.test_mappings import WORKED

DAY = date(2027, 1, 11)
NEVER = "47121231"
FIRE = "NHS|CSTF|Fire Safety - 2 Years|"
TABLES = """
name = "Codes"
organisation = "A"
layout = "esr_go"
[values.role]
"N6H XN05" = "RN"
"N9H" = "HCA"
"G2A" = false
[values.site]
"LOC-A" = "SA"
[values.hourly_pence]
"XN05 3" = "1900"
"*" = "1500"
[values.competency]
"NHS|CSTF|Fire Safety - 2 Years|" = "FIRE"
"*" = false
[values.registration]
"Nursing and Midwifery Council" = "NMC"
"*" = false
"""


def line(kind: str, width: int, **at: Any) -> str:
    """A record: `f3="x"` puts x into field 3, the type being field 0."""
    cells = [kind] + [""] * (width - 1)
    for name, value in at.items():
        cells[int(name[1:])] = str(value)
    return "~".join(cells)


def someone(
    esr_id: str, number: str, last: str, kind: str = "PRA", first: str = "Zoe", opt_out: str = ""
) -> str:
    return line(
        kind,
        44,
        f1=esr_id,
        f2="20200101",
        f3=NEVER,
        f4=number,
        f5="Ms.",
        f6=last,
        f7=first,
        f12="Female",
        f13="19800229",
        f14="QQ123456C",
        f20=opt_out,
        f22="SECRETETHNIC",
    )


def assigned(esr_id: str, number: str, kind: str = "ASA", **more: Any) -> str:
    said = {
        "f1": esr_id,
        "f2": f"7{number}",
        "f3": "20200101",
        "f4": NEVER,
        "f6": "E",
        "f7": number,
        "f8": "ACTIVE_ASSIGN",
        "f13": "5001",
        "f20": "Permanent",
        "f21": "Y",
        "f22": "30",
        "f23": "W",
        "f25": "0.8",
        "f28": "9001",
        "f30": "XN05",
        "f31": "3",
        "f33": "31234",
    }
    return line(kind, 51, **{**said, **more})


def absent(esr_id: str, key: str, kind: str = "ABA", **more: Any) -> str:
    said = {
        "f1": esr_id,
        "f2": key,
        "f3": "Sickness",
        "f4": "SECRETREASON",
        "f11": "20270112",
        "f13": "20270114",
        "f32": "SECRETREASON",
    }
    return line(kind, 41, **{**said, **more})


PLACES = [
    line("LCA", 22, f1="5001", f2="LOC-A", f3="Hospital A", f10="ZZ9 9ZZ"),
    line("POA", 24, f1="9001", f2="20190101", f5="Nurse", f9="Staff Nurse", f10="N6H"),
    line("POA", 24, f1="9002", f2="20190101", f5="Clerk", f9="Clerk", f10="G2A"),
]


def certified(esr_id: str, key: str, name: str, begin: str, end: str = "", **more: Any) -> str:
    said = {"f1": esr_id, "f2": key, "f4": "ACHIEVED", "f5": name, "f6": begin, "f7": end}
    return line("CMA", 27, **{**said, **more})


def trained(esr_id: str, key: str, status: str, begin: str, end: str) -> str:
    return line("TRA", 30, f1=esr_id, f2=key, f3="Study day", f5=status, f11=begin, f13=end)


def brought(
    number: int,
    *records: str,
    full: bool = False,
    before: str = "",
    day: date | None = None,
    employer: str = "123",
    count: int | None = None,
) -> tuple[str, bytes]:
    own = day or DAY + timedelta(days=number - 117)
    name = f"GO_{employer}_GDW_{'GOF' if full else 'GOC'}_{own:%Y%m%d}_{number:08d}.DAT"
    mark = f"{number:08d} 000000"
    last = before or ("00000000 000000" if full else f"{number - 1:08d} 000000")
    header = f"HDR~{name}~{own:%Y%m%d} 012345~{employer}~{last}~{mark}~01"
    trailer = f"TRL~{len(records) if count is None else count:06d}"
    return name, "\n".join([header, *records, trailer, ""]).encode("latin-1")


def first(*more: str, **said: Any) -> tuple[str, bytes]:
    """A full file: two nurses, a clerk who is of no interest, and what else is asked for."""
    return brought(
        117,
        *PLACES,
        someone("P1", "1001", "Example", opt_out="Y"),
        someone("P2", "1002", "Exämple"),
        someone("P3", "1003", "Clerk"),
        assigned("P1", "1001"),
        assigned("P2", "1002", f20="Bank", f22="0", f31="9"),
        assigned("P3", "1003", f28="9002"),
        *more,
        full=True,
        **said,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    tables = plain_tables()
    person(tables, "B1", "B")
    tables["competency"] = rows(
        "id name kind", "FIRE | Fire safety | mandatory", "NMC | NMC | registration"
    )
    tables["leave"] = rows(
        "staff_id from_date to_date kind", "B1 | 2027-01-16 | 2027-01-16 | annual"
    )
    with Repository(f"sqlite:///{tmp_path}/own.db") as found:
        found.store(Dataset.from_cells(tables))
        mappings.save(found, mapping_of_text(TABLES.encode(), "codes.toml"))
        yield found


def take(repository: Repository, file: tuple[str, bytes], **said: Any) -> Any:
    return esr.bring_in(repository, file, "A", "Codes", **said)


def cells(repository: Repository, file: str) -> dict[str, dict[str, str]]:
    return {fact.cells()["id"]: fact.cells() for fact in repository.facts(file)}


def told(repository: Repository, file: str) -> list[tuple[str, ...]]:
    return sorted(tuple(fact.cells().values()) for fact in repository.facts(file))


# --- a full file


def test_people_contracts_and_opt_outs_come_in(repository: Repository) -> None:
    report = take(repository, first())
    staff, contracts = cells(repository, "staff"), cells(repository, "contract")
    assert set(staff) == {"B1", "123-1001", "123-1002"}
    assert staff["123-1001"]["name"] == "Zoe Example"
    assert staff["123-1002"]["name"] == "Zoe Exämple"
    assert (staff["123-1001"]["wtr_opt_out"], staff["123-1002"]["wtr_opt_out"]) == ("yes", "no")
    assert staff["123-1001"]["home_site_id"] == "SA"
    nurse, bank = contracts["123-1001"], contracts["123-1002"]
    assert (nurse["role_id"], nurse["kind"], nurse["hours_per_week"], nurse["hourly_pence"]) == (
        "RN",
        "substantive",
        "30",
        "1900",
    )
    assert (nurse["from_date"], nurse["to_date"], nurse["base_site_id"]) == ("2020-01-01", "", "SA")
    assert (bank["kind"], bank["hours_per_week"], bank["hourly_pence"]) == ("bank", "0", "1500")
    assert any("1 left out for contract" in one for one in report.notes)


def test_nothing_is_kept_that_no_roster_needs(repository: Repository, tmp_path: Path) -> None:
    take(repository, first(absent("P1", "a1")))
    kept = (tmp_path / "own.db").read_bytes() + (tmp_path / "own.db-wal").read_bytes()
    for secret in (b"SECRET", b"QQ123456C", b"19800229", b"31234", b"Ms.", b"ZZ9 9ZZ"):
        assert secret not in kept, secret
    assert b"123-1001" in kept


def test_clearance_and_absences_come_in(repository: Repository) -> None:
    take(
        repository,
        first(
            certified("P1", "c1", FIRE, "20260301", "20280229"),
            certified("P1", "c2", FIRE, "20280101", "20291231"),
            certified("P1", "c3", "457|LOCAL|Tea|", "20260301"),
            certified("P1", "c4", FIRE, "20200301", f4="REQUESTED"),
            certified("P3", "c5", FIRE, "20260301"),
            line(
                "ETA",
                57,
                f1="P1",
                f2="e1",
                f3="NHS Regs and Memberships",
                f5=" Nursing and Midwifery Council",
                f6="94I0864E",
                f7=" 31/08/2025 00:00:00",
                f9=" 31/08/2028 00:00:00",
            ),
            absent("P1", "a1"),
            absent("P1", "a2", f3="Annual Leave", f11="20270114", f13="20270120"),
            absent("P2", "a3", f3="Special", f13="20270112", f12="09:00", f14="12:30"),
            absent("P2", "a4", f11="20270110", f13=""),
            absent("P2", "a5", f5="Cancelled", f11="20270301", f13="20270302"),
            absent("P3", "a6"),
            trained("P1", "t1", "Confirmed", "20270201", "20270202"),
            trained("P1", "t2", "Withdrawn", "20270208", "20270208"),
        ),
    )
    assert told(repository, "staff_competency") == [
        ("123-1001", "FIRE", "2026-03-01", "2029-12-31"),
        ("123-1001", "NMC", "2025-08-31", "2028-08-31"),
    ]
    assert told(repository, "leave") == [
        ("123-1001", "2027-01-12", "2027-01-14", "sick"),
        ("123-1001", "2027-01-15", "2027-01-20", "annual"),
        ("123-1001", "2027-02-01", "2027-02-02", "study"),
        ("123-1002", "2027-01-10", "2027-02-08", "sick"),  # without an end: four weeks from the run
        ("B1", "2027-01-16", "2027-01-16", "annual"),
    ]
    assert told(repository, "unavailability") == [
        ("123-1002", "2027-01-12", "2027-01-12", "", "09:00", "12:30")
    ]


def test_codes_without_an_entry_are_named_by_line_and_field(repository: Repository) -> None:
    file = brought(
        117,
        *PLACES,
        someone("P1", "1001", "Example"),
        assigned("P1", "1001", f30="XN07", f20="Sessional", f22="thirty", f13="5009"),
        full=True,
    )
    before = repository.dataset()
    with pytest.raises(BadInput) as caught:
        take(repository, file)
    assert repository.dataset() == before
    found = {(one.row, one.column): one for one in caught.value.faults}
    assert found[6, "Assignment Category"].value == "Sessional"
    assert "one of substantive, bank" in found[6, "Assignment Category"].expected
    assert found[6, "position: Job Role"].value == "Staff Nurse"
    assert "an entry in the value table 'role'" in found[6, "position: Job Role"].expected
    assert (6, "location: Location Description") in found
    assert {one.file for one in caught.value.faults} == {file[0]}
    seen = esr.preview(repository, file, "A", "Codes")
    assert seen.faults == tuple(caught.value.faults)
    unknown = {(one.heading, one.value) for one in seen.unknown}
    assert ("Assignment Category", "Sessional") in unknown


def test_codes_of_earlier_runs_that_have_no_entry_any_more_are_named(
    repository: Repository,
) -> None:
    take(repository, first())
    less = TABLES.replace('"N6H XN05" = "RN"', '"N6H XN99" = "RN"')
    mappings.save(repository, mapping_of_text(less.encode(), "codes.toml"))
    with pytest.raises(BadInput) as caught:
        take(repository, brought(118))
    assert {(one.file, one.row) for one in caught.value.faults} == {
        (f"assignment {number}, of an earlier run", 0) for number in ("1001", "1002")
    }


def test_tables_that_the_layout_does_not_ask_for_are_faults(repository: Repository) -> None:
    wrong = TABLES.replace("[values.role]", "[values.roles]")
    wrong += '[[into]]\nrecord = "absence"\nfile = "passport"\n'
    with pytest.raises(BadInput) as caught:
        mappings.save(repository, mapping_of_text(wrong.encode(), "codes.toml"))
    assert [one.column for one in caught.value.faults] == ["into", "values.roles"]
    assert "Maybe role?" in caught.value.faults[1].expected
    with pytest.raises(BadInput, match="one of esr_go"):
        mapping_of_text(TABLES.replace("esr_go", "esr").encode(), "codes.toml")


def test_a_site_may_say_where_a_column_comes_from(repository: Repository) -> None:
    own = (
        TABLES
        + """
    [[into]]
    record = "assignment"
    file = "contract"
    [into.columns]
    hourly_pence = { constant = "2000" }
    """
    )
    mappings.save(repository, mapping_of_text(own.encode(), "codes.toml"))
    take(repository, first())
    assert cells(repository, "contract")["123-1001"]["hourly_pence"] == "2000"


def test_mappings_of_spreadsheets_and_of_esr_are_not_mixed_up(repository: Repository) -> None:
    codes = mappings.saved_one(repository, "A", "Codes").mapping
    with pytest.raises(BadRequest, match="it goes with --esr"):
        mappings.preview(repository, ("x.csv", b"a,b\n"), codes)
    sheet = mapping_of_text(WORKED.encode(), "worked.toml")
    mappings.save(repository, sheet)
    with pytest.raises(BadRequest, match="is for spreadsheets"):
        esr.bring_in(repository, first(), "A", "Worked shifts")


# --- runs that follow each other


def test_changes_after_changes_come_to_what_a_full_file_says(
    repository: Repository, tmp_path: Path
) -> None:
    take(repository, first(absent("P1", "a1"), absent("P1", "a2", f11="20270301", f13="20270305")))
    take(
        repository,
        brought(
            118,
            someone("P4", "1004", "New"),
            assigned("P4", "1004", f3="20270201", f28="9003"),
            line("POA", 24, f1="9003", f2="20190101", f9="Support Worker", f10="N9H"),
            absent("P1", "a1", f13="20270118"),
            absent("P1", "a2", kind="ABD"),
        ),
    )
    take(
        repository,
        brought(
            119,
            # more hours from April: one assignment, two times of it
            assigned("P1", "1001", f4="20270331"),
            assigned("P1", "1001", f3="20270401", f22="37.5"),
            "PRD~P2",
            assigned("P2", "1002", kind="ASD"),
        ),
    )
    contracts = cells(repository, "contract")
    assert contracts["123-1004"]["role_id"] == "HCA"
    assert (contracts["123-1001"]["to_date"], contracts["123-1001"]["hours_per_week"]) == (
        "2027-03-31",
        "30",
    )
    later = contracts["123-1001-20270401"]
    assert (later["from_date"], later["to_date"], later["hours_per_week"]) == (
        "2027-04-01",
        "",
        "37.5",
    )
    assert told(repository, "leave") == [
        ("123-1001", "2027-01-12", "2027-01-18", "sick"),
        ("B1", "2027-01-16", "2027-01-16", "annual"),
    ]
    assert "123-1002" not in cells(repository, "staff")  # was never used
    by_changes = repository.dataset()
    report = take(
        repository,
        brought(
            120,
            *PLACES,
            line("POA", 24, f1="9003", f2="20190101", f9="Support Worker", f10="N9H"),
            someone("P1", "1001", "Example", opt_out="Y"),
            someone("P4", "1004", "New"),
            assigned("P1", "1001", f4="20270331"),
            assigned("P1", "1001", f3="20270401", f22="37.5"),
            assigned("P4", "1004", f3="20270201", f28="9003"),
            absent("P1", "a1", f13="20270118"),
            full=True,
        ),
    )
    assert repository.dataset() == by_changes
    assert (report.total.added, report.total.replaced, report.total.withdrawn) == (0, 0, 0)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (brought(119), "run 118 was not taken in"),
        (brought(121), "runs 118 to 120 were not taken in"),
        (brought(117), "nothing is new in it"),
        (brought(118, before="20270101 000000"), "it follows 20270101 000000"),
        (brought(116, *PLACES, full=True), "it is out of date"),
        (brought(118, employer="456"), "employer 456, whose files nobody takes in"),
    ],
)
def test_a_run_that_does_not_follow_is_refused_with_words(
    repository: Repository, file: tuple[str, bytes], words: str
) -> None:
    take(repository, first())
    before = repository.dataset()
    for deed in (esr.bring_in, esr.preview):
        with pytest.raises(BadRequest, match=words):
            deed(repository, file, "A", "Codes")
    assert repository.dataset() == before
    last = repository.runs.last("A", "esr_go")
    assert last is not None
    assert last.number == 117


def test_changes_alone_are_no_beginning_and_a_full_file_closes_a_gap(
    repository: Repository,
) -> None:
    with pytest.raises(BadRequest, match="begin with a full file"):
        take(repository, brought(118))
    take(repository, first())
    take(
        repository,
        brought(
            125,
            *PLACES,
            someone("P1", "1001", "Example"),
            someone("P2", "1002", "Exämple"),
            assigned("P1", "1001"),
            assigned("P2", "1002", f20="Bank"),
            full=True,
        ),
    )
    take(repository, brought(126))


def test_an_assignment_that_is_suspended_ends_until_it_goes_on(repository: Repository) -> None:
    take(repository, first())
    take(
        repository,
        brought(
            118,
            assigned("P1", "1001", f4="20270131"),
            assigned("P1", "1001", f3="20270201", f4="20270228", f8="SUSP_ASSIGN"),
            assigned("P1", "1001", f3="20270301"),
        ),
    )
    found = cells(repository, "contract")
    assert found["123-1001"]["to_date"] == "2027-01-31"
    assert found["123-1001-20270301"]["from_date"] == "2027-03-01"


def test_times_of_an_assignment_that_say_the_same_are_one_contract(repository: Repository) -> None:
    take(
        repository,
        brought(
            117,
            *PLACES,
            someone("P1", "1001", "Example"),
            assigned("P1", "1001", f3="20190101", f4="20191231", f22="20"),  # over long since
            assigned("P1", "1001", f3="20200101", f4="20260331", f33="30000"),
            assigned("P1", "1001", f3="20260401", f4="20270331", f33="31000"),
            assigned("P1", "1001", f3="20270401", f33="32000"),
            full=True,
        ),
    )
    found = cells(repository, "contract")
    assert set(found) == {"C-B1", "123-1001"}
    # what was over before the organisation began to take files in is not brought in
    assert (found["123-1001"]["from_date"], found["123-1001"]["to_date"]) == ("2026-04-01", "")


def test_a_contract_that_has_begun_keeps_its_beginning_and_one_to_come_may_move(
    repository: Repository,
) -> None:
    take(repository, first(someone("P4", "1004", "New"), assigned("P4", "1004", f3="20270201")))
    take(
        repository,
        brought(
            118,
            line("ASD", 51, f1="P1", f2="71001", f3="20200101"),
            assigned("P1", "1001", f3="20250101"),
            line("ASD", 51, f1="P4", f2="71004", f3="20270201"),
            assigned("P4", "1004", f3="90200101", f4=""),
        ),
    )
    found = cells(repository, "contract")
    assert {row["from_date"] for row in found.values()} == {"2020-01-01", "9020-01-01"}
    assert found["123-1001"]["from_date"] == "2020-01-01"


def test_a_change_of_a_position_alone_reaches_who_holds_it(repository: Repository) -> None:
    take(repository, first())
    take(repository, brought(118, line("POA", 24, f1="9001", f2="20190101", f10="N9H")))
    assert cells(repository, "contract")["123-1001"]["role_id"] == "HCA"


def test_two_assignments_side_by_side(repository: Repository) -> None:
    take(
        repository,
        first(
            assigned("P1", "1001-2", f21="N", f22="7.5"),
            assigned("P2", "1002-2", f20="Bank", f21="N"),
        ),
    )
    found = cells(repository, "contract")
    assert set(found) == {"C-B1", "123-1001", "123-1002"}
    assert found["123-1001"]["hours_per_week"] == "37.5"


def test_hours_that_are_not_of_a_week_are_not_taken_for_such(repository: Repository) -> None:
    take(repository, first(assigned("P2", "1009", f22="130", f23="M", f25="0.6", f13="5001")))
    assert cells(repository, "contract")["123-1009"]["hours_per_week"] == "22.5"


# --- who is no more


def worked(repository: Repository, staff_id: str, contract_id: str) -> None:
    repository.store(
        Dataset.from_cells(
            {
                "worked_shift": rows(
                    "staff_id organisation_id start end paid_minutes contract_id",
                    f"{staff_id} | A | 2027-01-04T07:00 | 2027-01-04T15:00 | 450 | {contract_id}",
                )
            }
        )
    )


def test_whoever_worked_is_ended_and_whoever_never_did_goes(repository: Repository) -> None:
    take(repository, first(absent("P1", "a1"), absent("P2", "a2")))
    worked(repository, "123-1001", "123-1001")
    report = take(repository, brought(118, "PRD~P1", "ASD~71001", "PRD~P2", "ASD~71002"))
    contracts = cells(repository, "contract")
    assert contracts["123-1001"]["to_date"] == "2027-01-11"
    assert "123-1002" not in contracts
    assert set(cells(repository, "staff")) == {"B1", "123-1001"}
    assert [row[0] for row in told(repository, "leave")] == ["B1"]
    assert any("1 contract ended" in one for one in report.notes)
    # and the next run leaves it at that
    after = repository.dataset()
    take(repository, brought(119))
    assert repository.dataset() == after


def test_whoever_is_deleted_alone_is_gone_with_their_assignments(repository: Repository) -> None:
    take(repository, first(absent("P2", "a2")))
    report = take(repository, brought(118, "PRD~P2", assigned("P9", "1009")))
    assert set(cells(repository, "contract")) == {"C-B1", "123-1001"}
    assert [row[0] for row in told(repository, "leave")] == ["B1"]
    assert any("2 left out about somebody who is not named" in one for one in report.notes)


def test_an_assignment_that_goes_on_under_another_number(repository: Repository) -> None:
    take(repository, first())
    worked(repository, "123-1001", "123-1001")
    take(
        repository,
        brought(
            118,
            "ASD~71001",
            assigned("P1", "1001-9", f2="79999"),
            "ASD~71002",
            assigned("P2", "1002-9", f2="79998", f20="Bank"),
        ),
    )
    found = cells(repository, "contract")
    assert found["123-1001"]["to_date"] == "2027-01-11"
    assert found["123-1001-9"]["from_date"] == "2027-01-12"
    assert "123-1002" not in found
    assert found["123-1002-9"]["from_date"] == "2020-01-01"


def test_a_change_that_a_full_file_shows_without_what_was_before(repository: Repository) -> None:
    take(repository, first())
    worked(repository, "123-1001", "123-1001")
    take(
        repository,
        brought(
            118,
            *PLACES,
            someone("P1", "1001", "Example"),
            someone("P2", "1002", "Example"),
            assigned("P1", "1001", f3="20270110", f22="37.5"),
            assigned("P2", "1002", f20="Bank"),
            full=True,
        ),
    )
    found = cells(repository, "contract")
    assert (found["123-1001"]["to_date"], found["123-1001"]["hours_per_week"]) == (
        "2027-01-09",
        "30",
    )
    later = found["123-1001-20270110"]
    assert (later["from_date"], later["hours_per_week"]) == ("2027-01-10", "37.5")


def test_a_full_file_says_first_whom_it_lacks_and_never_touches_others(
    repository: Repository,
) -> None:
    before = repository.dataset()
    tables: dict[str, Any] = {"staff": [], "contract": []}
    person(tables, "OLD")
    repository.store(Dataset.from_cells(tables))
    take(repository, brought(116, *PLACES, full=True, day=DAY), confirmed=True)
    assert repository.dataset() == before
    repository.store(Dataset.from_cells(tables))
    with pytest.raises(ToConfirm) as caught:
        take(repository, first())
    assert [fact.cells()["id"] for fact in caught.value.gone] == ["C-OLD"]
    assert "123-1001" not in cells(repository, "staff")
    take(repository, first(), confirmed=True)
    assert set(cells(repository, "staff")) == {"B1", "123-1001", "123-1002"}
    assert [row for row in told(repository, "leave") if row[0] == "B1"]


def test_what_is_past_stays_though_a_full_file_leaves_it_out(repository: Repository) -> None:
    take(repository, first(absent("P1", "a1", f11="20270104", f13="20270105"), absent("P1", "a2")))
    take(repository, first())
    assert [row[1] for row in told(repository, "leave")] == ["2027-01-04", "2027-01-16"]


def test_a_person_of_two_employers_with_one_number_is_two_people(repository: Repository) -> None:
    take(repository, first())
    codes = mapping_of_text(TABLES.replace('"A"', '"B"', 1).encode(), "codes.toml")
    mappings.save(repository, codes)
    kept = cells(repository, "contract")
    other = brought(
        55,
        *PLACES,
        someone("P1", "1001", "Namesake"),
        assigned("P1", "1001"),
        full=True,
        employer="456",
    )
    with pytest.raises(ToConfirm):  # B1 is not in it
        esr.bring_in(repository, other, "B", "Codes")
    esr.bring_in(repository, other, "B", "Codes", confirmed=True)
    staff = cells(repository, "staff")
    assert (staff["123-1001"]["name"], staff["456-1001"]["name"]) == ("Zoe Example", "Zoe Namesake")
    assert {name: row for name, row in cells(repository, "contract").items() if name in kept} == {
        name: row for name, row in kept.items() if name != "C-B1"
    }
    with pytest.raises(BadRequest, match="another organisation takes in"):
        esr.bring_in(repository, brought(118), "B", "Codes")


def test_a_correction_of_the_code_tables_takes_back_what_they_made(repository: Repository) -> None:
    wrong = TABLES.replace('Years|" = "FIRE"', 'Years|" = "NMC"')
    mappings.save(repository, mapping_of_text(wrong.encode(), "codes.toml"))
    fire = certified("P1", "c1", FIRE, "20260301")
    take(repository, first(fire))
    assert told(repository, "staff_competency") == [("123-1001", "NMC", "2026-03-01", "")]
    mappings.save(repository, mapping_of_text(TABLES.encode(), "codes.toml"))
    take(repository, brought(118))
    assert told(repository, "staff_competency") == [("123-1001", "FIRE", "2026-03-01", "")]


def test_what_the_runs_said_of_a_person_is_handed_out_to_them(repository: Repository) -> None:
    take(repository, first(absent("P1", "a1"), absent("P2", "a2")))
    found = personal_data.all_of(repository, "123-1001")["source_records"]
    assert [one["record"] for one in found] == ["person", "assignment", "absence"]
    assert found[2]["fields"]["Absence Type"] == "sick"


def test_whoever_is_forgotten_is_gone_from_what_the_runs_said(repository: Repository) -> None:
    take(repository, first(absent("P1", "a1")))
    worked(repository, "123-1001", "123-1001")
    take(repository, brought(118, "PRD~P1", "ASD~71001"))
    state = repository.runs.state("A", "esr_go")
    assert not any("1001" in str(one) for one in state.records["person"].values())
    take(repository, brought(119, someone("P1", "1001", "Example"), assigned("P1", "1001")))
    take(repository, brought(120, assigned("P1", "1001", f4="20260930")))
    personal_data.forget(repository, "123-1001")
    state = repository.runs.state("A", "esr_go")
    assert not any("P1" in str(one) for one in state.records["assignment"].values())


# --- files that are none, or not whole


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (first(count=8), "9, the number of records"),
        (first(count=10), "9, the number of records"),
        ((first()[0], first()[1].rsplit(b"TRL", 1)[0]), "cut off on its way"),
        ((first()[0], first()[1].split(b"\nASA")[0]), "cut off on its way"),
        (("GO_123_GDW_GOF_20270111_00000118.DAT", first()[1]), "the name of this file"),
        (("x.DAT", b"a,b,c\n1,2,3\n"), "its first line begins with HDR~"),
        (("x.DAT", b""), "its first line begins with HDR~"),
        (("x.DAT", b"HDR~x.DAT~1~2\nTRL~0\n"), "employer, kind, day and number"),
        (("x.DAT", b"HDR~" + bytes(range(32)) * 50), "binary file"),
        (brought(117, "PRA~~20200101", full=True), "a value in field 1"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_in_words(
    repository: Repository, file: tuple[str, bytes], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        take(repository, file)
    assert repository.runs.last("A", "esr_go") is None


def test_what_the_last_line_counts_stays_as_it_was_at_first(repository: Repository) -> None:
    take(repository, first(count=11))  # all lines, with the first and the last
    with pytest.raises(BadInput, match="counts lines"):
        take(repository, brought(118, "PRD~P1", "ASD~71001"))
    take(repository, brought(118, "PRD~P1", "ASD~71001", count=4))


def test_a_huge_file_is_refused_in_words(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_MOST_ROWS", "5")
    with pytest.raises(BadInput, match="at most 5 lines"):
        take(repository, first())


# --- who may


def test_only_who_may_change_facts_there_takes_it_in(repository: Repository) -> None:
    def acting(role: Any, organisation: str) -> Repository:
        grant = HeldGrant(role, frozenset({organisation}))
        return repository.acting(Actor(f"test:{role}", "Tess Tester", (grant,)))

    for actor in (acting("operations", "B"), acting("approver", "A"), acting("director", "A")):
        for deed in (esr.bring_in, esr.preview):
            with pytest.raises(NotPermitted):
                deed(actor, first(), "A", "Codes")
    mine = acting("operations", "A")
    assert esr.preview(mine, first(), "A", "Codes").faults == ()
    take(mine, first())
    entries = [entry.contents() for entry in repository.audit.entries()]
    assert [one["run"] for one in entries if "run" in one] == [117]


def test_what_somebody_changes_of_people_meanwhile_is_not_overwritten(
    repository: Repository,
) -> None:
    take(repository, first())

    def consent(doing: str) -> None:
        if doing.startswith("holding"):
            person = next(one for one in repository.facts("staff") if one.cell("id") == "123-1001")
            changed = {**person.cells(), "accepts_other_hosts": "yes"}
            repository.store(Dataset.from_cells({"staff": [changed]}), replace=True)

    with pytest.raises(BadInput, match="nobody changes meanwhile"):
        take(repository, brought(118), progress=consent)
    assert cells(repository, "staff")["123-1001"]["accepts_other_hosts"] == "yes"
    take(repository, brought(118))
    assert cells(repository, "staff")["123-1001"]["accepts_other_hosts"] == "yes"


def test_on_both_databases(empty_database: str) -> None:
    tables = {**plain_tables(), "competency": rows("id name kind", "FIRE | Fire | mandatory")}
    codes = TABLES.replace('"Nursing and Midwifery Council" = "NMC"\n', "")
    with Repository(empty_database) as repository:
        repository.store(Dataset.from_cells(tables))
        mappings.save(repository, mapping_of_text(codes.encode(), "codes.toml"))
        take(repository, first(absent("P1", "a1"), certified("P1", "c1", FIRE, "20260301")))
        worked(repository, "123-1001", "123-1001")
        take(repository, brought(118, absent("P1", "a1", kind="ABD"), "PRD~P2", "ASD~71002"))
        assert set(cells(repository, "staff")) == {"123-1001"}
        assert told(repository, "leave") == []
        last = repository.runs.last("A", "esr_go")
        assert last is not None
        assert (last.number, last.day, last.taken_by) == (118, date(2027, 1, 12), "program")
        assert repository.runs.about("123-1001")
        [saved] = mappings.saved(repository, "A")
        mappings.remove(repository, "A", saved.name)
        assert mappings.saved(repository) == []


def test_a_preview_writes_nothing_and_says_what_would_be_done(repository: Repository) -> None:
    take(repository, first(absent("P1", "a1")))
    before = repository.dataset()
    seen = esr.preview(repository, brought(118, "PRD~P2", "ASD~71002"), "A", "Codes")
    assert repository.dataset() == before
    assert seen.counts["staff"].withdrawn == 1
    assert seen.counts["contract"].withdrawn == 1
    assert seen.faults == ()


# --- tried, with codes that are not saved, and with a reason


def test_a_run_that_is_tried_says_all_and_writes_nothing(repository: Repository) -> None:
    assert esr.last_run(repository, "A") is None
    take(repository, first(absent("P1", "a1")))
    last, before = esr.last_run(repository, "A"), repository.dataset()
    assert last is not None
    assert last.number == 117
    run = brought(118, absent("P1", "a1", kind="ABD"), "PRD~P2", "ASD~71002")
    tried = take(repository, run, trial=True)
    assert tried.number is None
    assert repository.dataset() == before
    assert esr.last_run(repository, "A") == last
    assert repository.runs.state("A", "esr_go").records["absence"]
    made = take(repository, run, why="the run of Tuesday")
    assert set(tried.changes) == set(made.changes)
    assert tried.counts == made.counts
    assert {change.file for change in tried.changes} == {"staff", "contract", "leave"}
    newest = history(repository)[0].change_set
    assert (newest.number, newest.why, newest.kind) == (made.number, "the run of Tuesday", "import")


def test_a_full_file_that_is_tried_asks_for_what_it_lacks_too(repository: Repository) -> None:
    take(repository, first())
    lacking = brought(
        118, *PLACES, someone("P1", "1001", "Example"), assigned("P1", "1001"), full=True
    )
    before = repository.dataset()
    tried = take(repository, lacking, trial=True)  # an earlier run brought it: nothing to confirm
    assert {change.after for change in tried.changes if change.file == "contract"} == {None}
    assert repository.dataset() == before


def test_codes_that_are_not_saved_say_what_they_mean(repository: Repository) -> None:
    bare = mappings.mapping_from({"name": "Now", "layout": "esr_go"}, "A")
    asked = {
        (one.table, one.value): one.heading
        for one in esr.preview(repository, first(), "A", bare).unknown
    }
    assert {table for table, _ in asked} == {"role", "site", "hourly_pence"}
    own = mappings.saved_one(repository, "A", "Codes").mapping
    assert esr.preview(repository, first(), "A", own) == esr.preview(
        repository, first(), "A", "Codes"
    )
    assert esr.bring_in(repository, first(), "A", own).total.added == 4


def test_whoever_may_not_change_facts_is_not_told_of_runs(repository: Repository) -> None:
    take(repository, first())
    actor = Actor("b", "B", grants=(HeldGrant("operations", frozenset({"B"})),))
    with pytest.raises(NotPermitted):
        esr.last_run(repository.acting(actor), "A")

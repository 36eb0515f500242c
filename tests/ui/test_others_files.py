"""Files of other systems on the page Facts: their columns, their words, what they would become."""

from pathlib import Path

import pytest
import xlsxwriter
from streamlit.testing.v1 import AppTest

from scheduler.services.data import mappings
from scheduler.services.facts.history import Search, history
from scheduler.storage.repository import Repository
from tests.scheduler.cli.test_mapping_commands import MAPPING, SHEET
from tests.scheduler.services.data.test_esr import TABLES, first
from tests.ui.conftest import ROSTER, opened, said
from ui import state

OTHERS, ESR = "From another rostering system", "From ESR"
WORKED = """Staff No,Ward,Duty Date,Start,End,Break,Worked As,Cost Centre
ANN,Site A,04/01/2027,07:00,15:00,30,Normal,4711
BEA,Site A,05/01/2027,19:30,07:30,60,O/T,4711
Total,,,,,,,
"""


def at_import(kind: str, **link: str) -> AppTest:
    return opened("facts", {"view": "Import", "from": kind, **link})


def with_file(text: str, name: str = "january.csv") -> AppTest:
    app = at_import(OTHERS)
    app.selectbox(key="others_whose").set_value("A").run()
    app.file_uploader(key="others_file_0").set_value((name, text.encode(), "text/csv")).run()
    assert not app.exception, app.exception
    return app


def key_of(app: AppTest, ending: str) -> str:
    """The key of the one widget whose key ends so."""
    [found] = {
        element.key
        for kind in (app.selectbox, app.button, app.text_input, app.checkbox, app.multiselect)
        for element in kind
        if element.key and element.key.endswith(ending)
    }
    return found


def test_what_is_asked_first(repository: Repository) -> None:
    assert "as another system exports it" in said(at_import(OTHERS))
    assert "Electronic Staff Record" in said(at_import(ESR))


def test_a_file_is_guessed_mended_looked_at_saved_and_brought_in(repository: Repository) -> None:
    app = with_file(WORKED)
    assert "2 cells need another value" not in said(app)
    start = app.selectbox(key=key_of(app, "_start_from"))
    assert start.value == "Duty Date"
    assert app.selectbox(key=key_of(app, "_start_time")).value == "Start"
    assert "Nothing reads these headings" in said(app)
    # rows of totals are left out
    app.selectbox(key=key_of(app, "_skip_at")).set_value("Staff No")
    app.selectbox(key=key_of(app, "_skip_how")).set_value("begins")
    app.text_input(key=key_of(app, "_skip_text")).set_value("total").run()
    app.button(key=key_of(app, "_skip_add")).click().run()
    assert "Every row where Staff No begins with total" in said(app)
    # words that nobody knows here
    for word, meaning in (("Normal", "contracted"), ("O/T", "overtime")):
        app.selectbox(key=key_of(app, f"_pay_{word}")).set_value(meaning)
    app.button(key=key_of(app, "_take")).click().run()
    assert "Every word of the file is understood" in said(app)
    assert "2 rows added" in said(app)
    assert not repository.facts("worked_shift")
    app.text_input(key=key_of(app, "_name")).set_value("January").run()
    app.button(key=key_of(app, "_save")).click().run()
    assert "Saved as “January”" in said(app)
    [saved] = mappings.saved(repository, "A")
    assert saved.name == "January"
    assert app.selectbox(key="mapping_A_False").value == "January"
    app.text_input(key="why_others").set_value("export of January").run()
    app.button(key="bring_others").click().run()
    assert "Brought in, as change 2: 2 rows added" in said(app)
    assert [row.cells()["pay"] for row in repository.facts("worked_shift")] == [
        "contracted",
        "overtime",
    ]
    assert history(repository, Search())[0].change_set.why == "export of January"
    # next time nothing is asked
    app.file_uploader(key="others_file_1").set_value(
        ("february.csv", WORKED.replace("/01/", "/02/").encode(), "text/csv")
    ).run()
    assert "2 rows added" in said(app)
    assert not [one for one in app.button if (one.key or "").endswith("_take")]


def test_what_stands_against_it_is_told_by_the_cells_of_the_file(repository: Repository) -> None:
    app = with_file(WORKED.replace("05/01/2027", "31/02/2027"))
    [row] = [
        one
        for table in app.table
        for _, one in table.value.iterrows()
        if one["Found"] == "31/02/2027" and "Start" not in one["Heading"] and one["Row"] == "3"
    ][:1]
    assert row["Heading"] == "Duty Date"
    assert row["Expected"] == "a date DD/MM/YYYY"
    assert "bring_others" not in {one.key for one in app.button}
    assert "worked_shift" not in said(app)


def test_rows_that_contradict_each_other_are_told_in_words(repository: Repository) -> None:
    app = with_file(
        "Staff No,Duty Date,Start,End,Break\n"
        "ANN,04/01/2027,07:00,15:00,30\n"
        "ANN,04/01/2027,08:00,16:00,30\n"
    )
    assert "1 cell needs another value" in said(app)
    shown = " ".join(str(one.value) for one in app.table)
    assert "staff_id" not in shown
    assert "bring_others" not in {one.key for one in app.button}


def test_what_is_needed_and_not_said_is_named_in_words(repository: Repository) -> None:
    app = with_file(WORKED)
    app.selectbox(key=key_of(app, "_staff_id_from")).set_value("\x1fnothing").run()
    assert "Not said yet, and needed: Person of Shifts worked" in said(app)


def test_rows_of_people_whom_nobody_knows_are_left_out_at_once(repository: Repository) -> None:
    app = with_file(WORKED.replace("Total,", "ZOE,Site A,04/01/2027,07:00,15:00,30,Normal,1"))
    app.button(key=key_of(app, "_out_worked_shift_staff_id")).click().run()
    assert not app.exception
    assert "What words mean (1)" in [str(box.label) for box in app.expander]


def test_a_file_that_cannot_be_read_is_no_dead_end(repository: Repository) -> None:
    app = with_file("\x00\x01\x02", "odd.csv")
    assert "cannot be read as it is" in said(app)
    app = with_file("Apples,Pears\n1,2\n", "fruit.csv")
    assert "Nothing could be guessed" in said(app)
    app.multiselect(key=key_of(app, "_kinds")).set_value(["leave"]).run()
    assert not app.exception
    assert "Not said yet, and needed" in said(app)


@pytest.mark.parametrize("kind", [OTHERS, ESR])
def test_one_organisation_is_offered_its_own_files_alone(repository: Repository, kind: str) -> None:
    link = {"as": "one_organisation", "as_organisation": "A"}
    app = at_import(kind, **link)
    assert "A file of Trust A." in said(app)
    assert not [one for one in app.selectbox if str(one.key).endswith("_whose")]


@pytest.mark.parametrize("kind", [OTHERS, ESR])
def test_whoever_may_not_change_facts_is_told_whom_to_ask(
    repository: Repository, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = state.may
    monkeypatch.setattr(state, "may", lambda action, *named: not named and may(action))
    text = said(at_import(kind))
    assert "Whoever administers its accounts can say who that is" in text


def test_a_run_of_esr_comes_in_with_its_codes(repository: Repository) -> None:
    name, content = first()
    app = at_import(ESR)
    app.selectbox(key="esr_whose").set_value("A").run()
    assert "No file has been taken in" in said(app)
    app.file_uploader(key="esr_file_0").set_value((name, content, "text/plain")).run()
    assert not app.exception, app.exception
    app.selectbox(key=key_of(app, "_site_Hospital A")).set_value("SA")
    app.selectbox(key=key_of(app, "_role_Staff Nurse")).set_value("RN")
    app.selectbox(key=key_of(app, "_role_Clerk")).set_value("\x1fleave out")
    app.text_input(key=key_of(app, "_hourly_pence_XN05")).set_value("1900")
    app.button(key=key_of(app, "_take")).click().run()
    assert not app.exception, app.exception
    assert "lacks" in said(app)
    assert app.button(key="bring_esr").disabled
    app.checkbox(key=next(one.key for one in app.checkbox if "_agreed_" in str(one.key))).check()
    app.run()
    app.text_input(key="why_esr").set_value("the first file").run()
    app.button(key="bring_esr").click().run()
    assert "Brought in, as change 2" in said(app)
    assert "Taken in last: run 117" in said(app)
    assert "123-1001" in {str(row.cells()["id"]) for row in repository.facts("staff")}
    assert history(repository, Search())[0].change_set.why == "the first file"


def test_code_tables_that_are_saved_ask_nothing_more(repository: Repository) -> None:
    text = TABLES.replace('"NMC"', "false").replace('"FIRE"', "false")
    mappings.save(repository, mappings.read_mapping(("codes.toml", text.encode()), "A"))
    name, content = first()
    app = at_import(ESR)
    app.selectbox(key="esr_whose").set_value("A").run()
    app.selectbox(key="mapping_A_True").set_value("Codes").run()
    app.file_uploader(key="esr_file_0").set_value((name, content, "text/plain")).run()
    assert not app.exception, app.exception
    assert "Every word of the file is understood" in said(app)
    assert "rows added" in said(app)


def test_what_falls_of_a_published_roster_is_told_before(repository: Repository) -> None:
    repository.publish(ROSTER)
    lines = repository.roster(ROSTER).document.assignments
    day = next(one for one in lines if one.staff_id == "ANN").start.date()
    rows = f"ANN,{day:%d/%m/%Y},{day:%d/%m/%Y},Annual\n"
    app = with_file(f"Staff No,Absence Start,Absence End,Absence Type\n{rows}", "leave.csv")
    text = said(app)
    assert "1 row added" in text
    assert "would not stand as it is" in text
    assert app.button(key="bring_others")


def test_a_sheet_of_a_workbook_with_its_headings_further_down_is_chosen(
    repository: Repository, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write_row(0, 0, ["Printed for", "Ward"])
        sheet = book.add_worksheet("Leave")
        sheet.write(0, 0, "Leave in January")
        sheet.write_row(1, 0, ["Staff No", "Absence Start", "Absence End", "Absence Type"])
        sheet.write_row(2, 0, ["CAL", "18/01/2027", "19/01/2027", "Annual"])
    app = at_import(OTHERS)
    app.selectbox(key="others_whose").set_value("A").run()
    app.file_uploader(key="others_file_0").set_value(
        (path.name, path.read_bytes(), "application/xlsx")
    ).run()
    assert "Nothing could be guessed" in said(app)
    app.selectbox(key=key_of(app, "_sheet")).set_value("Leave").run()
    number = next(one for one in app.number_input if str(one.key).endswith("_row"))
    number.set_value(2).run()
    assert not app.exception, app.exception
    assert "1 row added" in said(app)


def test_a_mapping_comes_from_a_file_and_is_removed(repository: Repository) -> None:
    app = at_import(OTHERS)
    app.selectbox(key="others_whose").set_value("A").run()
    app.selectbox(key="mapping_A_False").set_value("\x1fuploaded").run()
    app.file_uploader(key="mapping_file_False").set_value(
        ("theirs.toml", b'name = "x"\nodd = 1\n', "application/toml")
    ).run()
    assert "cannot be read as it is" in said(app)
    theirs = MAPPING.replace("Worked shifts", "Theirs").encode()
    app.file_uploader(key="mapping_file_False").set_value(
        ("theirs.toml", theirs, "application/toml")
    ).run()
    app.file_uploader(key="others_file_0").set_value(
        ("week.csv", SHEET.replace("P1", "ANN").encode(), "text/csv")
    ).run()
    assert not app.exception, app.exception
    assert "1 row added" in said(app)
    app.button(key=key_of(app, "_save")).click().run()
    assert "Saved as “Theirs”" in said(app)
    app.button(key=key_of(app, "_remove")).click().run()
    assert "is removed; what was brought in by it stays" in said(app)
    assert mappings.saved(repository) == []

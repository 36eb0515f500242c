"""The board pack on the command line: a file by its ending, the document for programs."""

import io
from pathlib import Path

import openpyxl
import pytest

from scheduler.services.kpis.kpis import kpis
from scheduler.services.pack.pack import pack_of
from scheduler.storage.repository import Repository
from tests.scheduler.cli.conftest import START, World
from tests.scheduler.services.pack.reading import bare, read, texts_of


@pytest.fixture
def published(own_world: World) -> World:
    assert own_world.call("publish", own_world.roster_id).code == 0
    return own_world


def test_without_a_published_week_it_says_what_to_do_and_writes_nothing(
    own_world: World, tmp_path: Path
) -> None:
    answer = own_world.call("pack", "-c", "COL", "--to", str(tmp_path / "pack.pdf"))
    assert (answer.code, "publish it first" in answer.err) == (2, True)
    assert not (tmp_path / "pack.pdf").exists()


def test_files_by_their_endings_say_what_the_service_says(published: World, tmp_path: Path) -> None:
    with Repository(published.db) as repository:
        pack = pack_of(repository, "COL")
        total = kpis(repository, "COL")["totals"][0]
    for ending, content in (
        ("pdf", pack.pdf()),
        ("xlsx", pack.workbook()),
        ("json", pack.json()),
    ):
        file = tmp_path / f"pack.{ending}"
        answer = published.call("pack", "-c", "COL", "--to", str(file))
        assert (answer.code, str(file) in answer.out.replace("\n", "")) == (0, True), answer
        assert file.read_bytes() == content
    assert published.call("pack", "-c", "COL", "--json").json() == pack.document
    # the same pounds in kpis, PDF and workbook
    (pair,) = total["lending"]
    pounds = f"£{pair['recharge_pence'] / 100:,.2f}"
    assert pounds in texts_of(read(pack.pdf()))[0]
    sheet = openpyxl.load_workbook(io.BytesIO(pack.workbook()))["6 Partner balance and recharge"]
    assert pair["recharge_pence"] / 100 in [cell.value for row in sheet.iter_rows() for cell in row]


def test_it_bears_a_date_where_asked(published: World, tmp_path: Path) -> None:
    file = tmp_path / "pack.pdf"
    published.call("pack", "-c", "COL", "--dated", "2027-02-01", "--to", str(file))
    assert bare("1 February 2027") in texts_of(read(file.read_bytes()))[0]


def test_what_is_wrong_is_said(published: World, tmp_path: Path) -> None:
    assert "Say where to write it" in published.call("pack", "-c", "COL").err
    word = published.call("pack", "-c", "COL", "--to", str(tmp_path / "pack.docx"))
    assert (word.code, ".pdf, .xlsx or .json" in word.err) == (2, True)
    wrong = published.call("pack", "-c", "COL", "--from", START, "--until", "2026-01-01", "--json")
    assert (wrong.code, "before the first" in wrong.err) == (2, True)
    gone = published.call("pack", "-c", "COL", "--with", "COL-2027-01-11-C9", "--json")
    assert (gone.code, "no comparison" in gone.err) == (2, True)
    assert not list(tmp_path.glob("pack*"))

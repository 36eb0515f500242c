"""What the pages hand out: made in a folder of its own, under a name that is one, whatever the ids
are.
"""

import io
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest

from scheduler.services.data.import_export import file_name
from scheduler.storage.repository import Repository
from tests.ui.conftest import ROSTER
from ui.components import publish_panel

IDS = [
    "../../../evil",
    "/tmp/evil",
    "a/b",
    "..",
    ".hidden",
    "C:\\evil",
    "~root",
    "a b",
    "x" * 100,
    "日" * 100,
    "%2e%2e",
    "nul\u00e9",
    "a?b#c&d=e",
]


@pytest.mark.parametrize("name", IDS)
def test_an_id_becomes_one_part_of_a_path(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{file_name(name)}.xlsx"
    path.write_text("")
    assert list(tmp_path.iterdir()) == [path]
    assert not path.name.startswith(".")
    assert path.name.isascii()


def test_different_ids_become_different_names() -> None:
    ids = [*IDS, "日" * 99, "a%2Fb", "a_b"]
    assert len({file_name(name) for name in ids}) == len(ids)


@pytest.mark.parametrize("collaborative_id", ["../../../evil", "/tmp/evil/", "a/b"])
def test_downloads_leave_nothing_outside_their_folder(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collaborative_id: str
) -> None:
    roster_id = ROSTER.replace("COL", collaborative_id)
    with sqlite3.connect(repository.url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "UPDATE roster SET id = ?, collaborative_id = ?", (roster_id, collaborative_id)
        )
        for lines in ("assignment_line", "vacancy_line"):
            connection.execute(f"UPDATE {lines} SET roster_id = ?", (roster_id,))
    there, folder = set(tmp_path.rglob("*")), tmp_path / "deep" / "down"
    folder.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with ZipFile(io.BytesIO(publish_panel._zip(roster_id))) as archive:
        assert archive.namelist() == ["assignment.csv", "vacancy.csv", "summary.json"]
    assert publish_panel._file(roster_id, "xlsx").startswith(b"PK")
    assert publish_panel._file(roster_id, "ics").startswith(b"BEGIN:VCALENDAR")
    assert set(tmp_path.rglob("*")) - there == {folder.parent, folder}

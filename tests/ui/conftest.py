"""A small database with one roster, and the pages on it."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from scheduler.domain.dataset import Dataset
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables
from tests.sent import answers_are_sent

APP = str(Path(__file__).parents[2] / "ui" / "streamlit_app.py")


def small_tables() -> Tables:
    """Three people and a week with a place that nobody can fill, one night and one lent shift."""
    tables = plain_tables()
    person(tables, "ANN", "A")
    person(tables, "BEA", "A", to_date="2027-02-28")
    person(tables, "CAL", "A", role_id="HCA")
    lending(tables, ["ANN"])
    for day in range(5):
        need(tables, day, "E")
    need(tables, 5, "N")
    need(tables, 6, "D", role_id="HCA")
    need(tables, 3, "D", site_id="SB", priority="5")
    need(tables, 1, "D", role_id="RN", site_id="SB", priority="2", minimum="2")
    tables["leave"] = [
        {"staff_id": "BEA", "from_date": "2027-01-14", "to_date": "2027-01-17", "kind": "annual"}
    ]
    tables["preference"] = [
        {"staff_id": "ANN", "date": "2027-01-13", "shift_type_id": "E", "weight": "5"}
    ]
    tables["competency"] = [{"id": "IPC", "name": "Infection prevention", "kind": "mandatory"}]
    tables["staff_competency"] = [
        {
            "staff_id": "ANN",
            "competency_id": "IPC",
            "valid_from": "2026-02-01",
            "valid_to": "2027-02-01",
        }
    ]
    return tables


@pytest.fixture(scope="session", autouse=True)
def packages_are_searched_once() -> Iterator[None]:
    """Streamlit reads what all installed packages say of themselves for each page that is tried
    without a server: a fifth of a second and more.
    """
    with pytest.MonkeyPatch.context() as patch:
        search = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


@pytest.fixture(autouse=True)
def answers_can_be_sent() -> Iterator[None]:
    with answers_are_sent():
        yield


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the small dataset and one draft roster of it."""
    path = tmp_path_factory.mktemp("made") / "small.db"
    with Repository(f"sqlite:///{path}") as repository:
        repository.store(Dataset.from_cells(small_tables()))
        outcome = solve(repository, Request("COL", MONDAY), Limits(5, workers=1))
        assert outcome.roster_id == ROSTER
    return path


ROSTER = f"COL-{MONDAY}-1"


@pytest.fixture
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This test's own user data folder, and no answers remembered from another test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    st.cache_data.clear()
    st.cache_resource.clear()
    return tmp_path


@pytest.fixture
def repository(
    made: Path, user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Repository]:
    """A copy of the small database, which is also the pages' own."""
    path = user_folder / "copy.db"
    shutil.copy(made, path)
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{path}")
    with Repository(f"sqlite:///{path}") as found:
        yield found


@pytest.fixture
def empty_repository(user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """The pages' own database, with nothing in it yet."""
    url = f"sqlite:///{user_folder / 'own.db'}"
    monkeypatch.setenv("SCHEDULER_DB", url)
    with Repository(url) as found:
        yield found


def opened(page: str = "", link: dict[str, str] | None = None, **state: object) -> AppTest:
    """The pages, at one of them, as somebody sees them after the first run; `link`: what the
    address asks for.
    """
    app = AppTest.from_file(APP, default_timeout=20)
    for parameter, text in (link or {}).items():
        app.query_params[parameter] = text
    for key, value in state.items():
        app.session_state[key] = value
    if page:
        app.switch_page(f"app_pages/{page}.py")
    app.run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    """All texts of the page."""
    kinds = (
        app.markdown,
        app.caption,
        app.info,
        app.success,
        app.warning,
        app.error,
        app.title,
        app.header,
        app.subheader,
    )
    html = [str(block.proto.body) for block in app.get("html")]
    return "\n".join([str(element.value) for kind in kinds for element in kind] + html)

"""Settings: from the environment or a file, all that is wrong at once, and none that nobody knows
of.
"""

import re
from pathlib import Path

import pytest

from scheduler.domain.errors import BadInput, BadRequest
from scheduler.services.settings import where
from scheduler.services.settings.settings import (
    Settings,
    described,
    load,
    page,
    variable,
    without_password,
)
from scheduler.storage.limits import SizeLimits
from tests.scheduler.cli.conftest import call

ROOT = Path(__file__).parents[4]
NO_SETTINGS = {
    "SCHEDULER_SETTINGS",  # where they stand
}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file of settings but those of a test."""
    monkeypatch.setattr(where, "places", lambda: (tmp_path / "settings.toml",))


def written(tmp_path: Path, text: str) -> dict[str, str]:
    """The environment in which a file of settings is named."""
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    return {"SCHEDULER_SETTINGS": str(file)}


def faults(environment: dict[str, str]) -> set[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        load(environment)
    return {(fault.column, fault.expected) for fault in caught.value.faults}


def test_what_the_file_says_holds_where_the_environment_says_nothing(tmp_path: Path) -> None:
    environment = written(tmp_path, 'db = "sqlite:///here.db"\nmost_rows = 7\ndebug = false\n')
    environment["SCHEDULER_DB"] = "sqlite:///there.db"
    load(environment)
    assert environment["SCHEDULER_DB"] == "sqlite:///there.db"
    assert SizeLimits.of(environment).most_rows == 7
    told = {one.name: one for one in described(environment)}
    assert (told["db"].value, told["db"].source) == ("sqlite:///there.db", "the environment")
    assert told["longest_cell"].value == "32767"
    assert told["longest_cell"].source == ""


def test_a_file_in_its_place_is_found_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("most_rows = 9\n")
    environment: dict[str, str] = {}
    assert where.anything_set(environment)
    load(environment)
    assert environment["SCHEDULER_MOST_ROWS"] == "9"


def test_without_any_nothing_is_set() -> None:
    environment = {"SCHEDULER_DB": "sqlite:///a.db", "PATH": "/bin"}
    assert not where.anything_set(environment)
    load(environment)
    assert environment == {"SCHEDULER_DB": "sqlite:///a.db", "PATH": "/bin"}


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    environment = written(
        tmp_path, 'most_rows = "many"\nmost_cels = 3\nsmtp = "nowhere"\ndb = []\n'
    )
    environment |= {
        "SCHEDULER_ENGINE_WORKERS": "0",
        "SCHEDULER_ENGIN": "local",
        "SCHEDULER_SERVICE_HOST": "10.0.0.1",  # an orchestrator's, and no setting
    }
    assert faults(environment) == {
        ("most_rows", "a whole number from 1 on"),
        ("most_cels", "a setting that there is. Maybe most_cells?"),
        ("db", "one value, and no table or list"),
        ("SCHEDULER_ENGINE_WORKERS", "a whole number from 1 on"),
        ("SCHEDULER_ENGIN", "SCHEDULER_ENGINE, if that is what is meant"),
    }


def test_what_belongs_together_is_asked_together(tmp_path: Path) -> None:
    found = faults({"SCHEDULER_SMTP": "http://user:secret@host"})
    assert {column for column, _ in found} == {"SCHEDULER_SMTP", "SCHEDULER_MAIL_FROM"}
    assert ("SCHEDULER_SMTP", "smtp://host:587 or smtps://host:465") in found
    assert "secret" not in repr(found)
    load({"SCHEDULER_SMTP": "smtps://host:465", "SCHEDULER_MAIL_FROM": "rota@example.org"})


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("SCHEDULER_LOG", "loud", "plain or json"),
        ("SCHEDULER_DEBUG", "yes", "0 or 1"),
        ("SCHEDULER_DB", "mysql://me:secret@host/rota", "a SQLite or a PostgreSQL database"),
        ("SCHEDULER_ENGINE", "cluster:8786", "local, inline, or an address such as tls://"),
        ("SCHEDULER_PAGES", "rota.example.org", "https://…"),
    ],
)
def test_what_would_only_fail_later_is_named_at_once(name: str, text: str, expected: str) -> None:
    [(column, said)] = faults({name: text})
    assert column == name
    assert expected in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SCHEDULER_DB", "postgresql+psycopg://me@host/rota"),
        ("SCHEDULER_DB", "postgres://me@host/rota"),
        ("SCHEDULER_DB", "sqlite://"),
        ("SCHEDULER_ENGINE", "tcp://localhost:8786"),
        ("SCHEDULER_PAGES", "http://localhost:8501"),
    ],
)
def test_what_works_is_taken(name: str, text: str) -> None:
    load({name: text})


@pytest.mark.parametrize("text", ["db = ", b"\xff\xfe", "[db]\nurl = 1\n"])
def test_a_file_that_is_none_is_said_to_be(tmp_path: Path, text: str | bytes) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadInput, match=r"own\.toml"):
        load({"SCHEDULER_SETTINGS": str(file)})


def test_a_file_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(BadRequest, match="no such file"):
        load({"SCHEDULER_SETTINGS": "/nowhere/settings.toml"})


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:p%40ss@host/name", "postgresql://u:…@host/name"),
        ("smtp://me:secret@host:587", "smtp://me:…@host:587"),
        ("postgresql://u@host/name", "postgresql://u@host/name"),
        ("sqlite:////data/a:b@c.db", "sqlite:////data/a:b@c.db"),
        ("local", "local"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_every_variable_that_the_program_reads_is_a_setting() -> None:
    """Whatever is read anywhere stands in the one place, and nothing else does."""
    text = "\n".join(
        file.read_text(encoding="utf-8")
        for room in ("scheduler", "solver", "ui")
        for file in (ROOT / room).rglob("*.py")
        if "settings" not in file.parts
    )
    read = set(re.findall(r'"(SCHEDULER_[A-Z_]+[A-Z])"', text)) - NO_SETTINGS
    read |= {variable(name) for name in SizeLimits.__dataclass_fields__}
    assert read == {variable(name) for name in Settings.model_fields}


def test_the_page_of_settings_is_as_it_is_made() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page()


def test_a_command_says_what_is_set_and_another_stops_where_it_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_MOST_ROWS", "12")
    found = call("settings", "--json").json()
    rows = {row["variable"]: row for row in found["settings"]}
    assert (rows["SCHEDULER_MOST_ROWS"]["value"], found["file"]) == ("12", None)
    assert all(row["meaning"] for row in rows.values())
    monkeypatch.setenv("SCHEDULER_MOST_ROWS", "a dozen")
    answer = call("rules")
    assert (answer.code, "SCHEDULER_MOST_ROWS" in answer.err) == (2, True)

"""Lines for programs: each a JSON object, of this request and job, without secrets or persons."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from scheduler.engine import log_lines
from scheduler.engine.faults_told import DEBUG
from scheduler.engine.log_lines import VARIABLE, JsonLines, as_json, tell_fault, teller
from scheduler.engine.request_ids import begin_request, doing_job
from scheduler.engine.surroundings import environment

LOGGER = logging.getLogger("tests.lines")
SECRET = "wds_0123456789abcdefghij"


class Heard:
    """What was written, line by line."""

    def __init__(self) -> None:
        self.text = StringIO()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.getvalue().splitlines()]


@pytest.fixture
def heard() -> Iterator[Heard]:
    found = Heard()
    handler = logging.StreamHandler(found.text)
    handler.setFormatter(JsonLines())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    yield found
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(logging.NOTSET)


def test_a_line_says_when_where_and_what(heard: Heard) -> None:
    LOGGER.info("Done in %s\nlines", 2, extra={"seconds": 1.5, "kind": "solve"})
    (line,) = heard.lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "logger": "tests.lines",
        "message": "Done in 2\nlines",
        "kind": "solve",
        "seconds": 1.5,
    }


def test_it_says_by_which_request_and_for_which_job(heard: Heard) -> None:
    def told() -> None:
        begin_request("click-12345")
        LOGGER.info("a")
        with doing_job("COL-J1", "order-12345"):
            LOGGER.info("b")
        LOGGER.info("c", extra={"job_id": "COL-J2"})

    thread = threading.Thread(target=told)
    thread.start()
    thread.join()
    LOGGER.info("d")
    found = [(line.get("request_id"), line.get("job_id")) for line in heard.lines()]
    assert found == [
        ("click-12345", None),
        ("order-12345", "COL-J1"),
        ("click-12345", "COL-J2"),
        (None, None),
    ]


def test_nothing_but_what_is_named_goes_out(heard: Heard) -> None:
    LOGGER.info("a", extra={"staff_id": "ANN", "person": "Ann Archer", "page": "as_person=ANN&x"})
    told = heard.text.getvalue()
    assert "ANN" not in told
    assert "Archer" not in told
    assert heard.lines()[0]["page"].endswith("&x")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"Authorization: Bearer {SECRET}", SECRET),
        (f"brought {SECRET}", SECRET),
        ("GET /calendar/9fK2secretsecret.ics", "9fK2secretsecret"),
        ("GET /today?as=staff&as_person=ANN", "ANN"),
        ("/api/v1/facts?staff_id=ANN", "ANN"),
        ("{'staff_id': 'ANN ARCHER', 'x': 1}", "ANN ARCHER"),
        ('{"as_person": "ANN"}', "ANN"),
        ("code=k9a8s7d6f5g4h3j2&state=x", "k9a8s7d6f5g4h3j2"),
    ],
)
def test_secrets_and_persons_are_kept_out(heard: Heard, text: str, secret: str) -> None:
    LOGGER.warning(text)
    LOGGER.warning("%s", text)
    LOGGER.warning("x", extra={"route": text})
    assert secret not in heard.text.getvalue()
    assert len(heard.lines()) == 3


def test_of_an_error_its_kind_and_place_alone_are_told(heard: Heard) -> None:
    name, number = "Ann Archer", 4711  # a traceback shows lines of code
    try:
        try:
            raise KeyError(name)
        except KeyError as error:
            raise ValueError(f"staff {number} has no contract") from error
    except ValueError:
        LOGGER.exception("It failed.")
    (line,) = heard.lines()
    assert "test_log_lines.py" in line["error"]
    assert "builtins.ValueError" in line["error"]
    assert "builtins.KeyError" in line["error"]
    assert "Archer" not in heard.text.getvalue()
    assert "4711" not in heard.text.getvalue()


def test_what_does_not_fit_its_arguments_is_a_line_all_the_same(heard: Heard) -> None:
    record = LOGGER.makeRecord("tests.lines", logging.INFO, "", 0, "a", (), None)
    record.msg, record.args = "%s and %s", ("one",)
    assert json.loads(JsonLines().format(record))["message"] == "%s and %s"


PROCESS = """
import logging, threading, warnings
from scheduler.engine.log_lines import write_as_said
noisy = logging.getLogger("a.library")
noisy.addHandler(logging.StreamHandler())
noisy.propagate = False
write_as_said()
noisy.warning("as_person=ANN")
noisy.error("failed: %s", ValueError("Ann Archer"))
warnings.warn("old")
def fail(): raise ValueError("Ann Archer in a thread")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
raise ValueError("Ann Archer at the end")
"""


def test_all_that_a_process_says_is_lines() -> None:
    run = subprocess.run(
        [sys.executable, "-P", "-c", PROCESS],
        env=environment(**{VARIABLE: "json"}),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert [line["logger"] for line in lines] == [
        "a.library",
        "a.library",
        "py.warnings",
        "scheduler.engine.log_lines",
        "scheduler.engine.log_lines",
    ]
    assert "Ann" not in run.stderr
    assert "ANN" not in run.stderr
    assert "builtins.ValueError" in lines[1]["message"]
    assert all("builtins.ValueError" in line["error"] for line in lines[3:])


def test_a_wrong_word_is_told_and_plain_it_is() -> None:
    run = subprocess.run(
        [sys.executable, "-P", "-c", PROCESS],
        env=environment(**{VARIABLE: "xml"}),
        capture_output=True,
        text=True,
    )
    assert f"{VARIABLE} is neither json nor plain" in run.stderr
    assert "Traceback" in run.stderr


@pytest.mark.parametrize(("said", "json_lines"), [("json", True), ("plain", False), ("", False)])
def test_sentences_go_one_way_only(
    monkeypatch: pytest.MonkeyPatch, said: str, json_lines: bool
) -> None:
    monkeypatch.setenv(VARIABLE, said)
    told: list[str] = []
    teller(told.append)("a sentence")
    assert as_json() is json_lines
    assert told == ([] if json_lines else ["a sentence"])


def test_a_fault_is_told_without_what_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], heard: Heard
) -> None:
    monkeypatch.delenv(DEBUG, raising=False)
    for said in ("plain", "json"):
        monkeypatch.setenv(VARIABLE, said)
        tell_fault(LOGGER, ValueError("Ann Archer"))
    assert capsys.readouterr().err == "Traceback (most recent call last):\nbuiltins.ValueError\n"
    (line,) = heard.lines()
    assert line["level"] == "ERROR"
    assert "builtins.ValueError" in line["error"]
    assert "Archer" not in heard.text.getvalue()


def test_every_field_says_what_it_is() -> None:
    assert all(log_lines.FIELDS.values())
    assert not {"staff_id", "person", "account", "name", "path", "query"} & set(log_lines.FIELDS)

"""Builds in processes of their own."""

import json
import time
from pathlib import Path

import pytest

from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Pin
from scheduler.services import building
from scheduler.services.building import Build, Order, build, builds, start_build, stop_build
from scheduler.storage.repository import Repository
from tests.factories import MONDAY


def ended(build_id: str, seconds: float = 60) -> Build:
    until = time.monotonic() + seconds
    while (now := build(build_id)).status == "running":
        assert time.monotonic() < until, now
        time.sleep(0.1)
    return now


def test_a_build_stores_a_roster_and_tells_how_it_went(repository: Repository) -> None:
    found = ended(start_build(repository.url, Order("roster", "COL", MONDAY, seconds=5, workers=1)))
    assert (found.status, found.message) == ("done", "")
    assert repository.roster(found.made_id).header.version == 2
    assert found.latest.best_pence is not None
    assert [one.id for one in builds(repository.url, "COL", "roster")] == [found.id]
    assert builds("sqlite:///another.db") == []


def test_a_stopped_build_keeps_the_best_and_a_second_one_waits(repository: Repository) -> None:
    build_id = start_build(repository.url, Order("roster", "COL", MONDAY, seconds=300, workers=1))
    with pytest.raises(BadRequest, match="being built already"):
        start_build(repository.url, Order("roster", "COL", MONDAY))
    stop_build(build_id)
    found = ended(build_id)
    assert found.stopping
    assert found.status in ("done", "failed")  # failed only where it was stopped before there was any roster
    assert found.made_id or "No roster" in found.message


def test_clashing_facts_are_named(repository: Repository) -> None:
    repository.add_pin(Pin(staff_id="CAL", demand_id="SA-0111-E-RN"))
    found = ended(start_build(repository.url, Order("roster", "COL", MONDAY, seconds=10, workers=1)))
    assert found.status == "clash"
    assert "CAL" in found.message


def test_what_goes_wrong_is_a_message_and_the_databases_address_is_nowhere_written_down(repository: Repository) -> None:
    found = ended(start_build(repository.url, Order("roster", "NOBODY", MONDAY)))
    assert found.status == "failed"
    assert "No collaborative 'NOBODY'" in found.message
    texts = [path.read_text() for path in building._folder(found.id).iterdir() if path.is_file()]
    assert not any(repository.url in text for text in texts)


def test_a_comparison_runs_in_the_same_way(repository: Repository) -> None:
    scenarios = {"alone.toml": 'name = "Alone"\ndescription = "Nobody lends."\nalone = true\n'}
    found = ended(start_build(repository.url, Order("comparison", "COL", MONDAY, seconds=5, workers=1, scenarios=scenarios)))
    assert found.status == "done", found.message
    assert [case["name"] for case in repository.comparison(found.made_id)["scenarios"]] == ["Alone"]


def test_a_process_that_died_is_noticed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SILENT_SECONDS", -1.0)
    folder = building._folder("20270111T000000-dead")
    folder.mkdir(parents=True)
    (folder / "progress.jsonl").touch()
    (folder / "output.log").write_text("Killed\n")
    (folder / "order.json").write_text(Order("roster", "COL", MONDAY).to_json())
    assert build("20270111T000000-dead").message == "The process ended without a result. Killed"


def test_half_a_line_of_progress_is_passed_over(repository: Repository, tmp_path: Path) -> None:
    folder = building._folder("20270111T000000-half")
    folder.mkdir(parents=True)
    (folder / "progress.jsonl").write_text(json.dumps({"phase": "searching", "seconds": 1.0}) + '\n{"phase": "sear')
    (folder / "order.json").write_text(Order("roster", "COL", MONDAY).to_json())
    assert build("20270111T000000-half").latest.phase == "searching"

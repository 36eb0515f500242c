"""The demo on a small collaborative: every page finds something, and twice is as once."""

from datetime import date
from pathlib import Path

import pytest

from scheduler.cli import demo
from scheduler.domain.dataset import Dataset
from scheduler.storage.writing import write_folder
from tests.factories import person
from tests.scheduler.cli.conftest import START, call, small_tables
from tests.scheduler.services.sign_off.conftest import post, with_scheme

EMPLOYER = "employer_organisation_id"
SCENARIO = 'name = "Alone"\ndescription = "Nobody is lent."\nalone = true\n'


@pytest.fixture
def played(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[str, str, str]:
    """The demo's database, what the demo said, and what it said when it was played again. With a
    scheme of approval, unless it is asked to be without.
    """
    db = f"sqlite:///{tmp_path}/demo.db"
    # within this process: a new one for each command takes its time
    monkeypatch.setattr(demo, "told", lambda *words: call(*words, "--json", db=db).json())
    tables = small_tables()
    for staff_id in ("P6", "P7", "P8"):
        person(tables, staff_id)  # so that somebody can always step in
    if getattr(request, "param", "with a scheme") == "with a scheme":
        steps = [(power, member) for member in ("A", "B") for power in ("bank", "approve")]
        with_scheme(
            tables,
            *(post(f"{member}-{power}", power, member) for power, member in steps),
            post("CHAIR", "backstop"),
        )
    write_folder(Dataset.from_cells(tables), tmp_path / "data")
    scenario = tmp_path / "alone.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    asked = demo.Demo(
        (tmp_path / "data",), "COL", date.fromisoformat(START), 4, 3, (scenario,), tmp_path / "out"
    )
    demo.play(asked)
    first = capsys.readouterr().out
    demo.play(asked)
    return db, first, capsys.readouterr().out


def test_every_page_of_the_demo_finds_something_and_twice_piles_nothing_up(
    played: tuple[str, str, str],
) -> None:
    db, first, again = played
    rosters = [one for one in call("rosters", "--json", db=db).json() if one["kind"] == "roster"]
    (week,) = [one for one in rosters if one["status"] == "published"]
    by_hand, repaired = sorted(
        (one for one in rosters if one["status"] == "draft"), key=lambda one: one["version"]
    )
    assert {repaired["made_from"], by_hand["made_from"]} == {week["roster_id"]}
    assert repaired["reason"].startswith("Repair for")
    assert by_hand["name"] == demo.NAME
    assert call("edits", by_hand["roster_id"], "--json", db=db).json()["edits"]
    scenarios = [
        one for one in call("rosters", "--json", db=db).json() if one["kind"] == "scenario"
    ]
    assert len(scenarios) == 2, "the week as it is, and under one scenario"
    leave = call("facts", "list", "leave", "--json", db=db).json()["rows"]
    assert {row["kind"] for row in leave} == {"sick", "annual"}
    assert len(call("facts", "list", "preference", "--json", db=db).json()["rows"]) == 1
    for looked_at in ("Operations", "My shifts", "Director"):
        assert f"page {looked_at}" in first

    assert "$ scheduler" not in again, "nothing is done a second time"
    assert again.count(" before") >= 7, "each step says that it is there already"


def test_the_week_is_signed_by_all_and_the_draft_refused_by_one(
    played: tuple[str, str, str],
) -> None:
    db, first, again = played
    rosters = call("rosters", "--json", db=db).json()
    week = next(one["roster_id"] for one in rosters if one["status"] == "published")
    draft = next(one["roster_id"] for one in rosters if one["name"] == demo.NAME)

    def standing(roster_id: str) -> dict[tuple[str, str], str]:
        found = call("sign-off", "show", roster_id, "--json", db=db).json()["steps"]
        return {(one["organisation_id"], one["step"]): one["standing"] for one in found}

    def shifts(roster_id: str) -> list[dict[str, str]]:
        found = call("show", roster_id, "--json", db=db).json()["assignments"]
        return [{k: one[k] for k in ("staff_id", "demand_id", EMPLOYER)} for one in found]

    assert standing(week) == dict.fromkeys(standing(week), "approved")
    assert len(standing(week)) == 4, "two steps of each of the two"
    (dispute,) = call("disputes", "list", "--all", "--json", db=db).json()["disputes"]
    assert (dispute["roster_id"], dispute["state"]) == (draft, "open")
    assert [event["words"] for event in dispute["events"]] == [demo.REFUSED]
    third = (dispute["organisation_id"], dispute["step"])
    assert standing(draft) == {**standing(week), third: "refused"}
    assert dispute["organisation_id"] in {
        one[EMPLOYER] for one in shifts(draft) if one not in shifts(week)
    }, "whose people were not asked"
    assert call("publish", draft, "--reason", "asked for", db=db).code == 3
    assert f"refuses: “{demo.REFUSED}”" in first
    for said in (first, again):
        assert f"Under Publish of “{demo.NAME}”" in said


@pytest.mark.parametrize("played", ["without a scheme"], indirect=True)
def test_without_a_scheme_nobody_is_asked_and_all_else_is_as_ever(
    played: tuple[str, str, str],
) -> None:
    db, first, again = played
    rosters = call("rosters", "--json", db=db).json()
    assert {one["status"] for one in rosters if one["kind"] == "roster"} == {"published", "draft"}
    assert call("disputes", "list", "--all", "--json", db=db).json()["disputes"] == []
    for said in (first, again):
        assert "Nothing of it waits for anybody" in said
        assert "Under Publish of" not in said


def test_a_step_that_does_not_work_stops_the_demo_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{tmp_path}/demo.db")
    assert demo.told("rosters") == []
    with pytest.raises(demo.StepFailed, match="scheduler show NOPE --json did not work"):
        demo.told("show", "NOPE")

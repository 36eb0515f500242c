"""Scenarios that are kept under a name: who may look and save, what is refused, what a name means
where it is used.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.access import THE_PROGRAM, Actor, operator
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound, NotPermitted
from scheduler.domain.problem import Period
from scheduler.services.accounts import audit
from scheduler.services.jobs.execute import execute
from scheduler.services.jobs.order import Order
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.kept import (
    KeptScenarios,
    differences,
    find_scenario,
    kept_scenarios,
    save_scenario,
    scenario_history,
    tables_given,
    try_scenario,
    withdraw_scenario,
)
from scheduler.services.scenarios.read_scenarios import read_scenarios, read_whole
from scheduler.services.view.roster_tables import weeks
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, need, person, plain_tables, rows
from tests.scheduler.services.accounts.conftest import holding

AB = frozenset({"A", "B"})
ALONE: dict[str, Any] = {"alone": True}
HIRE: dict[str, Any] = {
    "hire": [{"organisation_id": "A", "role_id": "RN", "home_site_id": "SA", "people": 2}]
}
WEEK = Period(MONDAY, 7)


def small() -> Dataset:
    tables = plain_tables()
    tables["collaborative"] += rows("id name", "ELSE | Another")
    person(tables, "ANN", "A")
    need(tables, 1, "E")
    need(tables, 2, "E")
    return Dataset.from_cells(tables)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        found.store(small())
        yield found


def names(repository: Repository, collaborative_id: str = "COL") -> list[tuple[str, int]]:
    found = kept_scenarios(repository, collaborative_id)
    return [(one.name, one.version.version) for one in found]


def test_saving_under_a_name_makes_the_next_version_and_the_newest_counts(
    repository: Repository,
) -> None:
    save_scenario(repository, "Hire two", HIRE, "COL", why="asked")
    save_scenario(repository, " hire  TWO", ALONE, "COL", why="no")
    assert names(repository) == [("Hire two", 2)]
    found = find_scenario(repository, "HIRE TWO", "COL")
    assert (found.scenario.name, found.scenario.alone, found.scenario.hire) == (
        "Hire two",
        True,
        (),
    )
    history = scenario_history(repository, "hire two", "COL")
    assert [(one.version.version, one.version.why, one.by) for one in history] == [
        (2, "no", "the program"),
        (1, "asked", "the program"),
    ]
    assert history[1].version.tables == HIRE
    said = differences(history[1].version, history[0].version)
    assert "+ alone = true" in said
    assert "- people = 2" in said
    assert names(repository, "ELSE") == []
    with pytest.raises(NotFound):
        find_scenario(repository, "Hire two", "ELSE")


def test_all_that_does_not_read_is_refused_at_once(repository: Repository) -> None:
    tables = {
        "with": ["Nobody knows"],
        "policy": {"dayly_rest": {}, "daily_rest": {"hours": 49}},
    }
    with pytest.raises(BadInput) as raised:
        save_scenario(repository, "a/b", tables, "COL", source="x.toml")
    assert {fault.column for fault in raised.value.faults} == {
        "name",
        "with[1]",
        "dayly_rest",
        "daily_rest.hours",
    }
    wrong = {"hire": [{"people": 0, "role": "RN"}], "travell": []}
    with pytest.raises(BadInput) as raised:
        save_scenario(repository, "..", wrong, "COL")
    assert {fault.column for fault in raised.value.faults} == {
        "name",
        "hire[1].organisation_id",
        "hire[1].role_id",
        "hire[1].home_site_id",
        "hire[1].people",
        "hire[1].role",
        "travell",
    }
    assert repository.scenarios.versions() == []


def test_what_does_not_fit_the_facts_of_a_week_is_kept_with_a_note(repository: Repository) -> None:
    tables = {"hire": [{**HIRE["hire"][0], "role_id": "RNN"}]}
    made = save_scenario(repository, "Later", tables, "COL", week=MONDAY)
    assert made.version.version == 1
    [note] = made.notes
    assert "does not fit the week of 11 January 2027" in note
    assert "nearest: RN" in note
    # what fits has none
    assert save_scenario(repository, "Now", HIRE, "COL", week=MONDAY).notes == ()
    # and where it is used it is a fault
    with pytest.raises(BadInput, match="RNN"):
        read_scenarios([Path("later")], small(), WEEK, None, KeptScenarios(repository, "COL"))


def test_the_week_that_is_looked_at_is_one_with_demand_unless_another_is_named(
    repository: Repository,
) -> None:
    assert try_scenario(repository, "X", HIRE, "COL").week in weeks(repository, "COL")
    later = MONDAY + timedelta(days=70)
    assert try_scenario(repository, "X", HIRE, "COL", week=later).week == later


def test_what_says_the_same_is_no_new_version(repository: Repository) -> None:
    save_scenario(repository, "Hire two", HIRE, "COL")
    explicit = {**HIRE, "name": "Otherwise", "alone": False}
    with pytest.raises(BadRequest, match="says the same already, in its version 1"):
        save_scenario(repository, "hire two", explicit, "COL")


def test_withdrawn_it_is_not_offered_and_saved_again_it_is_the_next(
    repository: Repository,
) -> None:
    save_scenario(repository, "Alone", ALONE, "COL")
    made = withdraw_scenario(repository, "alone", "COL", why="over")
    assert (made.version, made.withdrawn, made.tables) == (2, True, ALONE)
    assert names(repository) == []
    with pytest.raises(NotFound):
        find_scenario(repository, "Alone", "COL")
    with pytest.raises(BadRequest, match="withdrawn already"):
        withdraw_scenario(repository, "Alone", "COL")
    with pytest.raises(NotFound, match="Alone"):
        withdraw_scenario(repository, "Alonne", "COL")
    assert save_scenario(repository, "Alone", ALONE, "COL").version.version == 3


def test_one_on_which_others_are_built_is_not_withdrawn(repository: Repository) -> None:
    save_scenario(repository, "Alone", ALONE, "COL")
    save_scenario(repository, "Both", {**HIRE, "with": ["ALONE"]}, "COL")
    with pytest.raises(BadRequest, match="built on it: Both"):
        withdraw_scenario(repository, "Alone", "COL")
    withdraw_scenario(repository, "Both", "COL")
    assert withdraw_scenario(repository, "Alone", "COL").withdrawn


def test_one_built_on_another_follows_its_newest_version(repository: Repository) -> None:
    save_scenario(repository, "Base", ALONE, "COL")
    save_scenario(repository, "Top", {**HIRE, "with": ["base"]}, "COL")
    first = find_scenario(repository, "Top", "COL")
    assert (first.scenario.alone, first.whole.alone) == (False, True)
    save_scenario(repository, "Base", {"overtime": [{"allowed": False}]}, "COL")
    second = find_scenario(repository, "Top", "COL")
    assert (second.whole.alone, len(second.whole.overtime), len(second.whole.hire)) == (False, 1, 1)
    assert second.version == first.version
    assert "with" not in second.whole_text


def test_a_circle_is_refused_also_where_it_closes_by_a_new_version(repository: Repository) -> None:
    save_scenario(repository, "One", ALONE, "COL")
    save_scenario(repository, "Two", {**HIRE, "with": ["One"]}, "COL")
    with pytest.raises(BadInput, match="does not name this one in its turn"):
        save_scenario(repository, "one", {**ALONE, "with": ["Two"]}, "COL")
    with pytest.raises(BadInput, match="does not name this one in its turn"):
        save_scenario(repository, "Self", {"with": ["self"]}, "COL")


def test_a_name_stands_where_a_file_may_and_a_file_goes_before_it(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_scenario(repository, "Hire two", HIRE, "COL")
    shelf = KeptScenarios(repository, "COL")
    file = tmp_path / "built.toml"
    file.write_text('name = "Built"\nalone = true\nwith = ["hire two"]\n', encoding="utf-8")
    kept, built = read_scenarios([Path("HIRE TWO"), file], small(), WEEK, None, shelf)
    assert (kept.file, kept.scenario.name, len(kept.scenario.hire)) == ("Hire two", "Hire two", 1)
    assert (built.file, built.scenario.alone, len(built.scenario.hire)) == ("built.toml", True, 1)
    (tmp_path / "Hire two").write_text('name = "A file"\nalone = true\n', encoding="utf-8")
    [found] = read_scenarios([Path("Hire two")], small(), WEEK, None, shelf)
    assert found.scenario.name == "A file"
    assert tables_given(repository, Path("Hire two"), "COL")["name"] == "A file"
    assert tables_given(repository, Path("hire TWO"), "COL") == HIRE
    with pytest.raises(BadInput, match=r"nearest: Hire two"):
        read_scenarios([Path("Hire to")], small(), WEEK, None, shelf)
    with pytest.raises(BadInput, match="a file that exists"):
        read_scenarios([Path("Hire two.toml")], small(), WEEK, None, shelf)


def test_a_file_is_read_whole_with_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('name = "Base"\nalone = true\n', encoding="utf-8")
    top = tmp_path / "top.toml"
    top.write_text('name = "Top"\nwith = ["base"]\n[overtime]\nallowed = false\n', encoding="utf-8")
    own, whole = read_whole(top)
    assert (own.alone, own.based_on, len(own.overtime)) == (False, ("base",), 1)
    assert (whole.alone, whole.based_on, len(whole.overtime)) == (True, (), 1)
    top.write_text('name = "Top"\nwith = ["bas"]\n', encoding="utf-8")
    with pytest.raises(BadInput, match="nearest: Base"):
        read_whole(top)


def test_what_cannot_be_read_any_more_harms_no_other(repository: Repository) -> None:
    repository.scenarios.add("COL", "Old", {"gone_lever": [{}]}, why="")
    save_scenario(repository, "New", ALONE, "COL")
    assert [name for name, _ in names(repository)] == ["New", "Old"]
    assert find_scenario(repository, "New", "COL").whole.alone
    with pytest.raises(BadInput, match="the scenario Old, version 1"):
        find_scenario(repository, "Old", "COL")


def test_compared_again_after_a_new_version_it_is_the_new_one(repository: Repository) -> None:
    def run() -> dict[str, Any]:
        limits = Limits(5, workers=1)
        document = compare(repository, Request("COL", MONDAY), [Path("plan")], limits)
        [case] = document["scenarios"]
        return dict(case)

    save_scenario(repository, "Plan", ALONE, "COL")
    before = run()
    save_scenario(repository, "Plan", HIRE, "COL")
    after = run()
    assert (before["name"], after["name"]) == ("Plan", "Plan")
    assert "alone = true" in before["toml"]
    assert "[[hire]]" in after["toml"]
    assert "alone" not in after["toml"]


def test_a_job_carries_all_that_it_needs(repository: Repository) -> None:
    save_scenario(repository, "Base.1", ALONE, "COL")
    save_scenario(repository, "Top", {**HIRE, "with": ["Base.1"]}, "COL")
    text = find_scenario(repository, "Top", "COL").whole_text
    order = Order("compare", "COL", MONDAY, limits=Limits(5, workers=1), scenarios={"Top": text})
    # what comes after it was asked for changes nothing of it
    withdraw_scenario(repository, "Top", "COL")
    withdraw_scenario(repository, "Base.1", "COL")
    made = execute(repository.url, order, lambda _: None, lambda: False)
    assert made.comparison is not None
    [case] = made.comparison["scenarios"]
    assert case["name"] == "Top"
    assert "alone = true" in case["toml"]
    assert "[[hire]]" in case["toml"]


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (holding("operations", of=AB), True),
        (holding("director", of=frozenset({"A"})), True),
        (holding("director", of=frozenset({"C"})), False),
        (holding("approver", of=AB), False),
        (holding("auditor", of=AB), False),
        (holding("administrator", of=AB), False),
        (holding("staff", of=AB, staff_id="S"), False),
        (holding(), False),
        (operator("o", "command line"), True),
        (THE_PROGRAM, True),
    ],
    ids=lambda value: value.account if isinstance(value, Actor) else str(value),
)
def test_whoever_may_test_scenarios_looks_and_saves(
    repository: Repository, actor: Actor, may: bool
) -> None:
    save_scenario(repository, "Alone", ALONE, "COL")
    theirs = repository.acting(actor)
    for deed in (
        lambda: kept_scenarios(theirs, "COL"),
        lambda: scenario_history(theirs, "Alone", "COL"),
        lambda: find_scenario(theirs, "Alone", "COL"),
        lambda: try_scenario(theirs, "Two", HIRE, "COL"),
        lambda: tables_given(theirs, Path("Alone"), "COL"),
        lambda: save_scenario(theirs, "Two", HIRE, "COL"),
        lambda: withdraw_scenario(theirs, "Alone", "COL"),
    ):
        if may:
            deed()
        else:
            with pytest.raises(NotPermitted):
                deed()


def test_what_is_done_is_on_record(repository: Repository) -> None:
    theirs = repository.acting(holding("director", of=AB))
    save_scenario(theirs, "Alone", ALONE, "COL")
    withdraw_scenario(theirs, "Alone", "COL")
    said = [deed.what for deed in audit.deeds(repository)]
    assert "saved scenario “Alone” of collaborative COL, as its version 1" in said
    assert "withdrew scenario “Alone” of collaborative COL, as its version 2" in said
    assert audit.verify(repository).broken == ()

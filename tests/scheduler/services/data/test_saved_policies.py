"""Policies under a name: versions, who may look and save, which one a name means."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.domain.access import THE_PROGRAM, Actor, operator
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound, NotPermitted
from scheduler.services.accounts import audit
from scheduler.services.data.built_under import built_under
from scheduler.services.data.saved_policies import (
    differing,
    find_policy,
    given_policy,
    offered,
    policy_history,
    save_policy,
    saved_policies,
    withdraw_policy,
)
from scheduler.storage.repository import Repository
from solver.constraints import catalogue
from solver.policy.policy import Policy
from tests.factories import need, person, plain_tables, rows
from tests.scheduler.services.accounts.conftest import holding
from tests.scheduler.services.handmade import stored

STRICT = {"daily_rest": {"hours": 12}, "agency_hours": {"weight": "hard"}}
AB = frozenset({"A", "B"})


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    tables = plain_tables()
    tables["collaborative"] += rows("id name", "ELSE | Another")
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        found.store(Dataset.from_cells(tables))
        yield found


def names(repository: Repository, collaborative_id: str | None = None) -> list[tuple[str, int]]:
    return [(one.name, one.version.version) for one in saved_policies(repository, collaborative_id)]


def test_saving_under_a_name_makes_the_next_version_and_the_newest_counts(
    repository: Repository,
) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL", why="law")
    save_policy(
        repository, " strict ", {"daily_rest": {"hours": 13}}, collaborative_id="COL", why="more"
    )
    assert names(repository, "COL") == [("Strict", 2)]
    found = find_policy(repository, "STRICT", "COL")
    assert found.tables == {"daily_rest": {"hours": 13}}
    assert found.policy.to_tables()["daily_rest"]["hours"] == 13
    history = policy_history(repository, "strict", "COL")
    assert [(one.version.version, one.version.why, one.by) for one in history] == [
        (2, "more", "the program"),
        (1, "law", "the program"),
    ]
    assert history[1].version.tables == STRICT


def test_only_what_differs_from_the_default_is_kept_and_reads_back_as_the_same_policy(
    repository: Repository,
) -> None:
    given = {
        "daily_rest": {"hours": 12, "weight": "hard"},
        "longest_week": {"hours": 60},
        "pay": {"off": True, "overtime_factor": 2},
        "travel": {"off": True},
    }
    made = save_policy(repository, "Ours", given)
    assert made.tables == {
        "daily_rest": {"hours": 12},
        "pay": {"off": True, "overtime_factor": 2},
        "travel": {"off": True},
    }
    assert (
        find_policy(repository, "ours").policy.to_tables() == Policy.from_tables(given).to_tables()
    )
    assert differing(Policy.from_tables()) == {}


def test_every_fault_is_named_at_once_and_nothing_is_saved(repository: Repository) -> None:
    with pytest.raises(BadInput) as raised:
        save_policy(repository, "a/b", {"dayly_rest": {}, "daily_rest": {"hours": 49}})
    assert {fault.column for fault in raised.value.faults} == {
        "name",
        "dayly_rest",
        "daily_rest.hours",
    }
    assert "nearest: daily_rest" in str(raised.value)
    assert repository.policies.versions() == []


@pytest.mark.parametrize(
    "name",
    ["", "  ", "a/b", "-x", "x.toml", "default", "n" * 61, "a\x00b", "night\u202e", "\ud800"],
)
def test_a_name_must_not_be_taken_for_something_else(repository: Repository, name: str) -> None:
    with pytest.raises(BadInput):
        save_policy(repository, name, STRICT)


def test_what_says_the_same_is_no_new_version(repository: Repository) -> None:
    save_policy(repository, "Strict", STRICT)
    with pytest.raises(BadRequest, match="says the same already, in its version 1"):
        save_policy(repository, "strict", STRICT)
    # of somebody else it is another policy
    assert save_policy(repository, "strict", STRICT, collaborative_id="COL").version == 1


def test_a_reason_that_is_too_long_is_refused(repository: Repository) -> None:
    with pytest.raises(BadRequest, match="501 characters"):
        save_policy(repository, "Strict", STRICT, why="x" * 501)


def test_for_an_unknown_collaborative_nothing_is_saved(repository: Repository) -> None:
    with pytest.raises(NotFound):
        save_policy(repository, "Strict", STRICT, collaborative_id="COLL")


def test_withdrawn_nobody_is_offered_it_and_saved_again_it_is_the_next_version(
    repository: Repository,
) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL")
    made = withdraw_policy(repository, "strict", collaborative_id="COL", why="over")
    assert (made.version, made.withdrawn, made.tables) == (2, True, STRICT)
    assert names(repository) == []
    with pytest.raises(BadInput):
        find_policy(repository, "Strict", "COL")
    with pytest.raises(BadRequest, match="withdrawn already"):
        withdraw_policy(repository, "Strict", collaborative_id="COL")
    with pytest.raises(NotFound, match="Strict"):
        withdraw_policy(repository, "Strikt", collaborative_id="COL")
    assert [one.version.withdrawn for one in policy_history(repository, "Strict")] == [True, False]
    assert save_policy(repository, "Strict", STRICT, collaborative_id="COL").version == 3
    assert names(repository) == [("Strict", 3)]


def test_which_policy_a_name_means(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is there; else the collaborative's; else everybody's; else what comes with the
    program.
    """
    monkeypatch.chdir(tmp_path)
    here = Path("fair-shares")
    preset = given_policy(repository, here, "COL")
    assert (preset.kind, preset.notes) == ("preset", ())
    save_policy(repository, "Fair-shares", {"daily_rest": {"hours": 12}})
    of_all = given_policy(repository, here, "COL")
    assert (of_all.kind, of_all.tables) == ("saved", {"daily_rest": {"hours": 12}})
    assert ["the saved one counts, its version 1" in str(note) for note in of_all.notes] == [True]
    save_policy(repository, "fair-shares", {"daily_rest": {"hours": 13}}, collaborative_id="COL")
    own = given_policy(repository, here, "COL")
    assert own.tables == {"daily_rest": {"hours": 13}}
    assert len(own.notes) == 2
    assert given_policy(repository, here, "ELSE").tables == {"daily_rest": {"hours": 12}}
    here.write_text("[daily_rest]\nhours = 14\n", encoding="utf-8")
    file = given_policy(repository, here, "COL")
    assert (file.kind, file.tables) == ("file", {"daily_rest": {"hours": 14}})
    # by its name alone no file is read
    assert find_policy(repository, "fair-shares", "COL").tables == own.tables
    assert [one.name for one in offered(repository, "COL")].count("fair-shares") == 1


def test_names_with_points_and_spaces_are_found(repository: Repository) -> None:
    save_policy(repository, "Night week v1.2", STRICT)
    assert given_policy(repository, Path("night week v1.2")).tables == STRICT


def test_where_several_collaboratives_have_one_it_has_to_be_said_which(
    repository: Repository,
) -> None:
    for collaborative_id in ("COL", "ELSE"):
        save_policy(repository, "Strict", STRICT, collaborative_id=collaborative_id)
    with pytest.raises(BadRequest, match="COL, ELSE"):
        find_policy(repository, "Strict")
    assert find_policy(repository, "Strict", "ELSE").version is not None


def test_a_name_that_nothing_has_names_the_nearest_of_all_kinds(repository: Repository) -> None:
    save_policy(repository, "Strict", STRICT)
    with pytest.raises(BadInput, match="nearest: Strict"):
        find_policy(repository, "Strickt", "COL")
    with pytest.raises(BadInput, match="nearest: fair-shares"):
        find_policy(repository, "fair-share", "COL")


@pytest.mark.parametrize(
    ("actor", "sees", "saves"),
    [
        (holding("operations", of=AB), True, True),
        (holding("operations", of=frozenset({"A"})), True, False),
        (holding("director", of=AB), True, False),
        (holding("approver", of=AB), False, False),
        (holding("auditor", of=AB), False, False),
        (holding("administrator", of=AB), True, True),
        (holding("operations", of=frozenset({"C"})), False, False),
        (holding("staff", of=AB, staff_id="S"), False, False),
        (holding(), False, False),
        (operator("o", "command line"), True, True),
        (THE_PROGRAM, True, True),
    ],
    ids=lambda value: value.account if isinstance(value, Actor) else str(value),
)
def test_who_looks_and_who_saves(
    repository: Repository, actor: Actor, sees: bool, saves: bool
) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL")
    theirs = repository.acting(actor)
    assert ("Strict" in [one.name for one in offered(theirs, "COL")]) is sees
    assert ([name for name, _ in names(theirs, "COL")] == ["Strict"]) is sees
    assert ([name for name, _ in names(theirs)] == ["Strict"]) is sees
    if sees:
        assert find_policy(theirs, "Strict", "COL").tables == STRICT
        assert len(policy_history(theirs, "Strict", "COL")) == 1
    else:
        with pytest.raises(BadInput):
            find_policy(theirs, "Strict", "COL")
        with pytest.raises(NotFound):
            policy_history(theirs, "Strict", "COL")
    for change in (
        lambda: save_policy(theirs, "Another", STRICT, collaborative_id="COL"),
        lambda: withdraw_policy(theirs, "Strict", collaborative_id="COL"),
    ):
        if saves:
            change()
        else:
            with pytest.raises(NotPermitted):
                change()
    # everybody's takes a right over everything
    if actor.program:
        save_policy(theirs, "For all", STRICT)
    else:
        with pytest.raises(NotPermitted):
            save_policy(theirs, "For all", STRICT)


def test_what_is_done_is_on_record_with_it(repository: Repository) -> None:
    theirs = repository.acting(holding("operations", of=AB))
    save_policy(theirs, "Strict", STRICT, collaborative_id="COL")
    withdraw_policy(theirs, "Strict", collaborative_id="COL")
    save_policy(repository, "For all", STRICT)
    said = [deed.what for deed in audit.deeds(repository)]
    assert "saved policy “Strict” of collaborative COL, as its version 1" in said
    assert "withdrew policy “Strict” of collaborative COL, as its version 2" in said
    assert "saved policy “For all” for all, as its version 1" in said
    assert audit.verify(repository).broken == ()


def test_what_the_catalogue_no_longer_has_is_a_note(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.policies.add(
        "COL", "Old", {"gone": {"weight": 3}, "daily_rest": {"hours": 12, "naps": 2}}, why=""
    )
    found = find_policy(repository, "Old", "COL")
    assert found.tables == {"daily_rest": {"hours": 12}}
    assert len(found.policy.rules) == len(catalogue())
    said = " ".join(map(str, found.notes))
    assert "no longer in the catalogue" in said
    assert "gone" in said
    assert "naps" in said


def test_a_value_that_no_rule_takes_any_more_is_a_fault_of_its_version_and_of_no_other(
    repository: Repository,
) -> None:
    repository.policies.add("COL", "Old", {"daily_rest": {"hours": 1000}}, why="")
    save_policy(repository, "New", STRICT, collaborative_id="COL")
    with pytest.raises(BadInput, match="the policy Old, version 1"):
        find_policy(repository, "Old", "COL")
    assert [name for name, _ in names(repository, "COL")] == ["New", "Old"]
    assert find_policy(repository, "New", "COL").tables == STRICT


def test_a_roster_is_named_by_the_version_that_it_was_made_under_whatever_came_later(
    repository: Repository,
) -> None:
    tables = plain_tables()
    person(tables, "ANN")
    need(tables, 1, "E")
    strict = Policy.from_tables(STRICT)
    roster_id = stored(repository, tables, ("ANN", "SA-0112-E-RN"), policy=strict)
    before = repository.roster(roster_id).document
    assert built_under(repository, roster_id).sentence == (
        "Built under a policy of its own, which differs from the default in 2 rules: Agency hours,"
        " Rest between shifts."
    )
    save_policy(repository, "Strict", STRICT, collaborative_id="COL")
    save_policy(repository, "Strict", {}, collaborative_id="COL")
    withdraw_policy(repository, "Strict", collaborative_id="COL")
    found = built_under(repository, roster_id)
    assert (found.kind, found.name, found.version) == ("saved", "Strict", 1)
    assert "Built under the policy “Strict”, version 1" in found.sentence
    assert repository.roster(roster_id).document == before


def test_a_roster_of_the_default_says_nothing_also_where_a_rule_joined_since(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = plain_tables()
    person(tables, "ANN")
    need(tables, 1, "E")
    fewer = {name: rule for name, rule in catalogue().items() if name != "travel"}
    own = Policy.from_tables()
    without = Policy({name: own.rules[name] for name in fewer}, pay=own.pay)
    roster_id = stored(repository, tables, ("ANN", "SA-0112-E-RN"), policy=without)
    document = repository.roster(roster_id).document
    named = {k: v for k, v in document.summary["policy"].items() if k != "travel"}
    document.summary["policy"] = named
    later = repository.save_roster(document, repository.snapshot(roster_id))
    assert built_under(repository, later).sentence == ""
    assert built_under(repository, roster_id).kind == "file"

"""Drafts are changed by hand: what is allowed, what is refused, and what becomes of it when the
facts, or somebody else, change meanwhile.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.access import Actor, HeldGrant
from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.roster import Assignment
from scheduler.services.check.files import check_files
from scheduler.services.data.import_export import export_roster
from scheduler.services.edit import commands, edit, history
from scheduler.services.edit import draft as drafts
from scheduler.services.edit.commands import Seat
from scheduler.services.edit.edit import ChangedMeanwhile, Refused
from scheduler.services.publish.preview import preview
from scheduler.services.publish.publish import publish
from scheduler.services.publish.publishable import Acceptance, accepted_by_hand
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder
from solver.policy.policy import Policy
from tests.conftest import NewDatabase
from tests.factories import MONDAY, Tables, need, on_leave, person, plain_tables
from tests.scheduler.services.handmade import POLICY, stored

TUESDAY = MONDAY + timedelta(days=1)


POLICY_THAT_BENDS = POLICY | {"daily_rest": {"weight": "hard", "hours": 11, "override": True}}
E0, E1, E2, L0, L1 = (
    f"SA-{MONDAY + timedelta(days=n):%m%d}-{s}-RN"
    for n, s in ((0, "E"), (1, "E"), (2, "E"), (0, "L"), (1, "L"))
)


def week() -> Tables:
    """Three nurses; an early on each of the first five days, a late on the first two."""
    tables = plain_tables()
    for name in ("P1", "P2", "P3"):
        person(tables, name)
    for day in range(5):
        need(tables, day, "E")
    for day in range(2):
        need(tables, day, "L")
    return tables


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as found:
        yield found


def who_works(repository: Repository, roster_id: str) -> set[tuple[str, str]]:
    """(staff id, demand id) of what is stored."""
    lines = repository.roster(roster_id).document.assignments
    return {(line.staff_id or "", line.demand_id) for line in lines}


def acting(repository: Repository, account: str, *grants: HeldGrant) -> Repository:
    return repository.acting(Actor(account, account, grants))


OPERATIONS = HeldGrant("operations", frozenset({"A", "B"}), collaborative_id="COL")
APPROVER = HeldGrant("approver", frozenset({"A", "B"}), collaborative_id="COL")


def test_a_shift_is_given_taken_handed_over_and_swapped(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    edit.edit(repository, roster_id, commands.assign("P2", L0))
    assert who_works(repository, roster_id) == {("P1", E0), ("P2", L0)}
    edit.edit(repository, roster_id, commands.hand_over("P1", E0, "P3"))
    assert who_works(repository, roster_id) == {("P3", E0), ("P2", L0)}
    edit.edit(repository, roster_id, commands.swap(Seat("P3", E0), Seat("P2", L0)))
    assert who_works(repository, roster_id) == {("P2", E0), ("P3", L0)}
    edit.edit(repository, roster_id, commands.move("P2", E0, E2))
    assert who_works(repository, roster_id) == {("P2", E2), ("P3", L0)}
    edit.edit(repository, roster_id, commands.unassign(Seat("P2", E2), Seat("P3", L0)))
    assert who_works(repository, roster_id) == set()
    kinds = [one.kind for one in history.edits_of(repository, roster_id)]
    assert kinds == ["unassign", "move", "swap", "move", "assign"]


def test_what_is_stored_is_what_a_roster_written_anew_would_be(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    effect = edit.edit(repository, roster_id, commands.assign("P2", L0)).effect
    assert [(place.demand_id, place.before, place.after) for place in effect.places] == [(L0, 1, 0)]
    document = repository.roster(roster_id).document
    assert document.summary["hours"]["missing"] == 5 * 7.5  # of seven places two are filled
    assert {line.demand_id for line in document.vacancies} == {
        E1,
        E2,
        L1,
        *(f"SA-{MONDAY + timedelta(days=day):%m%d}-E-RN" for day in (3, 4)),
    }
    assert document.summary["objective_pence"] == sum(
        document.summary["objective_by_rule"].values()
    )


def test_a_hard_rule_refuses_with_its_words_and_nothing_is_stored(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", L0))
    with pytest.raises(Refused, match="Rest between shifts") as refused:
        edit.edit(repository, roster_id, commands.assign("P1", E1))
    assert not refused.value.effect.overridable
    assert who_works(repository, roster_id) == {("P1", L0)}
    assert history.edits_of(repository, roster_id) == []


def test_who_is_not_cleared_is_refused_whatever_the_reason(repository: Repository) -> None:
    tables = week()
    on_leave(tables, "P2", MONDAY)
    roster_id = stored(repository, tables)
    with pytest.raises(Refused, match="On leave"):
        edit.edit(repository, roster_id, commands.assign("P2", E0), override="needed")


def test_an_approver_may_break_a_rule_that_bends_and_says_why(repository: Repository) -> None:
    policy = Policy.from_tables(POLICY_THAT_BENDS)
    roster_id = stored(repository, week(), ("P1", L0), policy=policy)
    wish = commands.assign("P1", E1)
    with pytest.raises(Refused):
        edit.edit(repository, roster_id, wish)
    with pytest.raises(NotPermitted):
        edit.edit(acting(repository, "op", OPERATIONS), roster_id, wish, override="one night")
    with pytest.raises(BadRequest, match="reason"):
        edit.edit(repository, roster_id, wish, override="  ")
    both = acting(repository, "chief", OPERATIONS, APPROVER)
    done = edit.edit(both, roster_id, wish, override="Nobody else within fifty miles")
    assert [one.rule for one in done.effect.broken] == ["daily_rest"]
    (kept,) = history.edits_of(repository, roster_id)
    assert (kept.reason, kept.account) == ("Nobody else within fifty miles", "chief")
    assert "rest" in str(kept.overridden[0])
    (breach,) = repository.roster(roster_id).document.summary["breaches"]
    assert breach["rule"] == "daily_rest"
    history.undo(both, roster_id)
    assert repository.roster(roster_id).document.summary["breaches"] == []


def test_what_an_approver_has_accepted_is_published_with_it_and_nothing_else(
    repository: Repository,
) -> None:
    policy = Policy.from_tables(POLICY_THAT_BENDS)
    roster_id = stored(repository, week(), ("P1", L0), policy=policy)
    chief = acting(repository, "os:chief", OPERATIONS, APPROVER)
    edit.edit(chief, roster_id, commands.assign("P1", E1), override="Nobody else is near")
    (found,) = preview(repository, roster_id).findings
    assert found.accepted == Acceptance("chief, on the command line", "Nobody else is near")
    header = publish(chief, roster_id).header
    assert header.published_anyway is not None
    assert header.published_anyway.reason == "Nobody else is near"
    assert [str(one) for one in header.published_anyway.findings] == [str(found.whole)]


def test_what_was_accepted_and_taken_back_is_accepted_no_more(repository: Repository) -> None:
    policy = Policy.from_tables(POLICY_THAT_BENDS)
    roster_id = stored(repository, week(), ("P1", L0), policy=policy)
    chief = acting(repository, "os:chief", OPERATIONS, APPROVER)
    edit.edit(chief, roster_id, commands.assign("P1", E1), override="Nobody else is near")
    history.undo(chief, roster_id)
    document = repository.roster(roster_id).document
    assert accepted_by_hand(repository, repository.roster_header(roster_id)) == {}
    assert document.summary["breaches"] == []
    # another breach of the same person is another
    edit.edit(chief, roster_id, commands.assign("P1", E1), override="Again")
    edit.edit(chief, roster_id, commands.move("P1", E1, E2), override=None)
    assert preview(repository, roster_id).findings == ()


def test_what_is_forgotten_of_one_roster_changes_no_other(repository: Repository) -> None:
    policy = Policy.from_tables(POLICY_THAT_BENDS)
    chief = acting(repository, "os:chief", OPERATIONS, APPROVER)
    reasons = ("Synthetic P1 asked for it", "Nobody else is near")
    made = [stored(repository, week(), ("P1", L0), policy=policy) for _ in reasons]
    for roster_id, reason in zip(made, reasons, strict=True):
        edit.edit(chief, roster_id, commands.assign("P1", E1), override=reason)
    (person,) = [one for one in repository.dataset().staff if one.id == "P1"]
    repository.forget(person, [], anonymise=True)
    first, other = (repository.edits.edits(roster_id)[0].reason for roster_id in made)
    assert "P1" not in first
    assert first.endswith(" asked for it")
    assert other == "Nobody else is near"


def test_a_rule_that_always_holds_bends_for_nobody() -> None:
    with pytest.raises(Exception, match="always holds"):
        Policy.from_tables({"one_place_at_a_time": {"override": True}})


def test_what_is_published_stays_and_a_draft_is_made(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    publish(repository, roster_id)
    done = edit.edit(repository, roster_id, commands.hand_over("P1", E0, "P2"))
    assert done.roster_id != roster_id
    assert who_works(repository, roster_id) == {("P1", E0)}
    assert who_works(repository, done.roster_id) == {("P2", E0)}
    header = repository.roster_header(done.roster_id)
    assert (header.status, header.edition) == ("draft", 1)
    again = history.restore_published(repository, done.roster_id)
    assert again.roster_id == done.roster_id
    assert who_works(repository, done.roster_id) == {("P1", E0)}
    history.undo(repository, done.roster_id)
    assert who_works(repository, done.roster_id) == {("P2", E0)}
    publish(repository, done.roster_id, reason="P1 asked for it")
    assert repository.roster_header(roster_id).status == "superseded"


def test_what_was_changed_before_it_was_published_is_part_of_it(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    edit.edit(repository, roster_id, commands.assign("P2", L0))
    publish(repository, roster_id)
    versions = len(repository.rosters())
    with pytest.raises(BadRequest, match="Only in a draft"):
        history.undo(repository, roster_id)
    with pytest.raises(BadRequest, match="Only in a draft"):
        history.redo(repository, roster_id)
    assert len(repository.rosters()) == versions


def test_facts_that_changed_since_count(repository: Repository) -> None:
    """Somebody went on leave after the roster was made: their shift stands, told as a breach, until
    somebody takes them off it; nobody puts them anywhere else.
    """
    tables = week()
    roster_id = stored(repository, tables, ("P1", E0), ("P2", E1))
    on_leave(tables, "P1", MONDAY, TUESDAY)
    repository.store(Dataset.from_cells(tables))
    edit.edit(repository, roster_id, commands.assign("P3", L1))
    (breach,) = repository.roster(roster_id).document.summary["breaches"]
    assert breach["rule"] == "deployable"
    with pytest.raises(Refused, match="On leave"):
        edit.edit(repository, roster_id, commands.move("P1", E0, L0))
    done = edit.edit(repository, roster_id, commands.unassign(Seat("P1", E0)))
    assert any("On leave" in str(sentence) for sentence in done.effect.mended)
    assert repository.roster(roster_id).document.summary["breaches"] == []
    assert "leave" in {file for file in ("leave",) if repository.snapshot(roster_id).rows(file)}


def test_what_the_facts_do_not_name_any_more_falls_away(repository: Repository) -> None:
    tables = week()
    roster_id = stored(repository, tables, ("P1", E0), ("P2", E1))
    gone = [row for row in repository.facts("demand") if row.cell("id") == E0]
    repository.change([RowChange(row, None) for row in gone])
    done = edit.edit(repository, roster_id, commands.assign("P3", L1))
    assert [str(sentence) for sentence in done.fell] == [
        f"P1 is out of {E0}: The demand has been withdrawn."
    ]
    assert who_works(repository, roster_id) == {("P2", E1), ("P3", L1)}


def test_what_has_begun_is_history(repository: Repository, monkeypatch: Any) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    monkeypatch.setattr("scheduler.services.edit.edit.datetime", Clock(TUESDAY, 12))
    with pytest.raises(BadRequest, match="has begun"):
        edit.edit(repository, roster_id, commands.unassign(Seat("P1", E0)))
    edit.edit(repository, roster_id, commands.assign("P1", E2))


def test_a_published_week_that_runs_is_changed_from_now_on(
    repository: Repository, monkeypatch: Any
) -> None:
    """What has begun is in the new draft as it was, and stays when the draft is opened again."""
    roster_id = stored(repository, week(), ("P1", E0), ("P2", E2))
    publish(repository, roster_id)
    for module in ("edit", "draft"):
        monkeypatch.setattr(f"scheduler.services.edit.{module}.datetime", Clock(TUESDAY, 12))
    done = edit.edit(repository, roster_id, commands.hand_over("P2", E2, "P3"))
    assert who_works(repository, done.roster_id) == {("P1", E0), ("P3", E2)}
    drafts._kept.clear()
    edit.edit(repository, done.roster_id, commands.hand_over("P3", E2, "P1"))
    assert who_works(repository, done.roster_id) == {("P1", E0), ("P1", E2)}
    lines = repository.roster(done.roster_id).document.assignments
    assert len(lines) == 2


class Clock(datetime):
    """A clock that stands."""

    def __new__(cls, *args: Any) -> Any:
        day, hour = args
        return type(
            "Stands",
            (datetime,),
            {
                "now": classmethod(
                    lambda c, tz=None: datetime(day.year, day.month, day.day, hour, tzinfo=tz)
                )
            },
        )


def test_of_two_editors_of_a_cell_one_wins(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    one, other = acting(repository, "one", OPERATIONS), acting(repository, "other", OPERATIONS)
    edit.edit(one, roster_id, commands.assign("P2", L0), base=0)
    edit.edit(other, roster_id, commands.assign("P3", E1), base=0)  # another cell: nobody minds
    edit.edit(one, roster_id, commands.hand_over("P1", E0, "P3"), base=1)
    with pytest.raises(ChangedMeanwhile) as lost:
        edit.edit(other, roster_id, commands.move("P3", E1, E2), base=0)
    assert {edit.account for edit in lost.value.edits} >= {"other"} or lost.value.edits
    with pytest.raises(BadRequest, match="not at"):
        edit.edit(other, roster_id, commands.move("P1", E0, E2), base=3)
    edit.edit(other, roster_id, commands.move("P3", E1, E2), base=3)
    assert who_works(repository, roster_id) == {("P2", L0), ("P3", E0), ("P3", E2)}


def test_a_command_that_comes_twice_is_done_once(repository: Repository) -> None:
    roster_id = stored(repository, week())
    first = edit.edit(repository, roster_id, commands.assign("P2", L0), command_id="c1")
    second = edit.edit(repository, roster_id, commands.assign("P2", L0), command_id="c1")
    assert second.done_before
    assert not first.done_before
    assert second.number == first.number
    assert len(history.edits_of(repository, roster_id)) == 1


def test_each_takes_back_their_own(repository: Repository) -> None:
    roster_id = stored(repository, week())
    one, other = acting(repository, "one", OPERATIONS), acting(repository, "other", OPERATIONS)
    edit.edit(one, roster_id, commands.assign("P1", E0))
    edit.edit(other, roster_id, commands.assign("P2", L0))
    history.undo(one, roster_id)
    assert who_works(repository, roster_id) == {("P2", L0)}
    with pytest.raises(BadRequest, match="nothing of yours"):
        history.undo(one, roster_id)
    history.redo(one, roster_id)
    assert who_works(repository, roster_id) == {("P1", E0), ("P2", L0)}
    with pytest.raises(BadRequest, match="bring again"):
        history.redo(one, roster_id)
    history.undo(one, roster_id, number=2)
    assert who_works(repository, roster_id) == {("P1", E0)}
    with pytest.raises(BadRequest, match="taken back already"):
        history.undo(one, roster_id, number=2)
    with pytest.raises(NotFound):
        history.undo(one, roster_id, number=99)


def test_undo_survives_whoever_had_it_in_hand(repository: Repository) -> None:
    roster_id = stored(repository, week())
    edit.edit(repository, roster_id, commands.assign("P1", E0))
    drafts._kept.clear()
    with Repository(repository.url) as later:
        history.undo(later, roster_id)
    assert who_works(repository, roster_id) == set()


def test_what_cannot_be_meant_is_said(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    for wish, words in (
        (commands.assign("P1", E0), "already"),
        (commands.unassign(Seat("P2", E0)), "not at"),
    ):
        with pytest.raises(BadRequest, match=words):
            edit.edit(repository, roster_id, wish)
    for wish in (commands.assign("P9", E0), commands.assign("P1", "nowhere")):
        with pytest.raises(NotFound):
            edit.edit(repository, roster_id, wish)
    with pytest.raises(NotFound):
        edit.edit(repository, "no roster", commands.assign("P1", E1))


def test_the_check_on_files_agrees_with_what_was_edited(
    repository: Repository, tmp_path: Path
) -> None:
    tables = week()
    roster_id = stored(repository, tables, ("P1", E0))
    edit.edit(repository, roster_id, commands.assign("P2", L0))
    edit.edit(repository, roster_id, commands.assign("P3", L1))
    export_roster(repository, roster_id, tmp_path / "roster")
    write_folder(repository.dataset(), tmp_path / "facts")
    found = check_files(tmp_path / "facts", tmp_path / "roster" / "assignment.csv")
    assert found.breaches == ()


def test_a_trial_changes_nothing(repository: Repository) -> None:
    roster_id = stored(repository, week(), ("P1", E0))
    effect = edit.try_edit(repository, roster_id, commands.unassign(Seat("P1", E0)))
    assert effect.objective_pence > 0
    assert effect.removed == (Assignment(E0, "P1", "C-P1"),)
    assert who_works(repository, roster_id) == {("P1", E0)}

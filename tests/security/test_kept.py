"""What pages keep is kept for whoever asked, as they stood when they asked."""

from dataclasses import replace

import pytest

from scheduler.domain.access import EVERYWHERE, THE_PROGRAM, Actor, HeldGrant
from scheduler.services.data.open import Repository
from ui import state

ADA = Actor("a-1", "Ada", (HeldGrant("operations", frozenset({"A", "B"})),))
CHANGES = {
    "another account": {"account": "a-2"},
    "another role": {"grants": (HeldGrant("auditor", frozenset({"A", "B"})),)},
    "fewer organisations": {"grants": (HeldGrant("operations", frozenset({"A"})),)},
    "everywhere": {"grants": (HeldGrant("operations", EVERYWHERE),)},
    "no grant": {"grants": ()},
    "one more": {"grants": (*ADA.grants, HeldGrant("approver", frozenset({"A"})))},
    "a person": {"staff_id": "ANN"},
    "the program": {"program": True},
}


@pytest.fixture
def asked(repository: Repository) -> tuple[state.Kept[[str], int], list[tuple[Actor, str]]]:
    """A kept function, and for whom it was truly called."""
    calls: list[tuple[Actor, str]] = []

    @state.kept(max_entries=20)
    def read(database: Repository, what: str) -> int:
        calls.append((database.actor, what))
        return len(calls)

    return read, calls


def test_the_same_person_is_answered_from_what_was_kept(asked) -> None:
    read, calls = asked
    assert [read.asked_by(ADA, "x"), read.asked_by(ADA, "x"), read.asked_by(ADA, "y")] == [1, 1, 2]
    assert calls == [(ADA, "x"), (ADA, "y")]
    read.clear()
    assert read.asked_by(ADA, "x") == 3


def test_a_name_and_an_origin_change_nothing(asked) -> None:
    read, _ = asked
    assert read.asked_by(ADA, "x") == 1
    assert read.asked_by(replace(ADA, name="Countess", origin="elsewhere"), "x") == 1


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_stands_otherwise_is_asked_for_anew(asked, change: str) -> None:
    read, calls = asked
    other = replace(ADA, **CHANGES[change])
    assert (read.asked_by(ADA, "x"), read.asked_by(other, "x")) == (1, 2)
    assert [actor for actor, _ in calls] == [ADA, other]


def test_texts_cannot_be_made_to_look_like_other_grants() -> None:
    """An organisation may be called anything."""
    everyone = replace(ADA, grants=(HeldGrant("operations", EVERYWHERE),))
    named_so = replace(ADA, grants=(HeldGrant("operations", frozenset({"everywhere"})),))
    two = replace(ADA, grants=(HeldGrant("operations", frozenset({"A", "B"})),))
    one = replace(ADA, grants=(HeldGrant("operations", frozenset({"A', 'B"})),))
    assert state.standing(everyone) != state.standing(named_so)
    assert state.standing(two) != state.standing(one)
    assert state.standing(THE_PROGRAM) != state.standing(replace(THE_PROGRAM, program=False))


def test_the_order_of_grants_is_nothing() -> None:
    grants = (HeldGrant("operations", frozenset({"A"})), HeldGrant("approver", frozenset({"B"})))
    assert state.standing(replace(ADA, grants=grants)) == state.standing(
        replace(ADA, grants=grants[::-1])
    )

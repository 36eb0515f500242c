"""What waits for whom, and what each answer would cost."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.services.inbox.in_words import told_of
from scheduler.services.inbox.inbox import (
    WaitingApproval,
    WaitingDispute,
    WaitingNotice,
    WaitingPublication,
    inbox,
)
from scheduler.services.inbox.notices import acknowledge
from scheduler.services.inbox.words import Wording
from scheduler.services.publish.publish import publish
from scheduler.services.publish.withdraw import withdraw
from scheduler.services.sign_off.answer import approve, refuse
from scheduler.services.sign_off.disputes import answer_dispute, decide, insist
from scheduler.services.sign_off.offer import offer, recall
from scheduler.storage.repository import Repository
from tests.scheduler.services.inbox.conftest import as_staff, everything_approved
from tests.scheduler.services.sign_off.conftest import acting, approver, operations


def waiting(repository: Repository) -> list[tuple[str, str]]:
    found = []
    for item in inbox(repository):
        match item:
            case WaitingApproval():
                found.append((item.step.organisation_id, item.step.step))
            case WaitingDispute():
                found.append(("dispute", item.turn))
            case WaitingPublication():
                found.append(("publish", item.header.id))
            case _:
                found.append((type(item).__name__, ""))
    return found


def test_nothing_waits_before_it_is_offered(repository: Repository, roster_id: str) -> None:
    of_a = acting(repository, "a", approver("A"))
    assert inbox(of_a) == []
    offer(acting(repository, "op", operations()), roster_id)
    assert waiting(of_a) == [("A", "bank")], "the second step is not asked before the first"
    assert waiting(acting(repository, "b", approver("B"))) == [("B", "approve")]
    recall(repository, roster_id)
    assert inbox(of_a) == []


def test_it_is_offered_once_and_by_who_builds(repository: Repository, roster_id: str) -> None:
    with pytest.raises(NotPermitted):
        offer(acting(repository, "b", approver("B")), roster_id)
    first = offer(repository, roster_id)
    assert offer(acting(repository, "op", operations()), roster_id) == first


def test_what_is_done_falls_off_and_what_comes_next_comes(
    repository: Repository, roster_id: str
) -> None:
    of_a, of_b = (acting(repository, each.lower(), approver(each)) for each in "AB")
    op = acting(repository, "op", operations())
    offer(op, roster_id)
    approve(of_a, roster_id, "A", "bank")
    assert waiting(of_a) == [("A", "approve")]
    approve(of_a, roster_id, "A", "approve")
    assert waiting(of_a) == []
    assert waiting(op) == []
    approve(of_b, roster_id, "B", "approve")
    assert waiting(op) == [("publish", roster_id)]
    (item,) = inbox(op)
    assert isinstance(item, WaitingPublication)
    assert item.what == "3 shifts of 3 people"


def test_what_was_withdrawn_is_not_asked_to_be_published_again(
    repository: Repository, roster_id: str
) -> None:
    op = acting(repository, "op", operations())
    offer(op, roster_id)
    everything_approved(repository, roster_id)
    assert waiting(op) == [("publish", roster_id)]
    publish(repository, roster_id)
    assert waiting(op) == []
    withdraw(repository, roster_id, "the wrong week")
    assert waiting(op) == []


def test_a_refusal_waits_for_an_answer_then_for_who_refused_then_for_the_backstop(
    repository: Repository, roster_id: str
) -> None:
    of_a, of_b = (acting(repository, each.lower(), approver(each)) for each in "AB")
    op = acting(repository, "op", operations())
    chair = acting(repository, "chair", approver("A", "B", post_id="CHAIR"))
    offer(op, roster_id)
    refuse(of_b, roster_id, "B", "approve", "the late is not safe")
    assert waiting(op) == [("dispute", "answer")]
    assert waiting(of_b) == [], "who refused waits for others"
    answer_dispute(op, 1, "it is the usual number")
    assert waiting(op) == []
    assert waiting(of_b) == [("dispute", "take_up")]
    insist(of_b, 1, "it was never usual")
    assert waiting(of_b) == []
    assert ("dispute", "decide") in waiting(chair)
    decide(chair, 1, "it is usual", upheld=False)
    assert ("dispute", "decide") not in waiting(chair)
    assert waiting(of_a) == [("A", "bank")]


def test_what_nobody_answered_in_time_is_the_backstops_and_theirs_still(
    repository: Repository, roster_id: str
) -> None:
    offer(repository, roster_id)
    refuse(repository, roster_id, "B", "approve", "too few")
    later = datetime.now(UTC) + timedelta(days=20)
    op = acting(repository, "op", operations())
    chair = acting(repository, "chair", approver("A", "B", post_id="CHAIR"))
    assert [item.turn for item in inbox(op, later) if isinstance(item, WaitingDispute)] == [
        "answer"
    ]
    assert [item.turn for item in inbox(chair, later) if isinstance(item, WaitingDispute)] == [
        "decide"
    ]


def test_the_oldest_comes_first_and_each_answer_has_its_price(
    repository: Repository, roster_id: str
) -> None:
    offer(repository, roster_id)
    found = inbox(repository)
    assert [item.since for item in found] == sorted(item.since for item in found)
    wording = Wording.of(repository)
    bank, b = (told_of(item, wording) for item in found)
    assert bank.what.startswith("The roster of Mon 11 to Sun 17 January, version 1 waits for")
    assert bank.costs["approve"] == "7.5 required hours stay empty: they may go to the bank."
    assert "0 h beyond contracts, £8 beyond contracted pay" in b.costs["approve"]
    assert "nothing is published until it is settled" in b.costs["refuse"]
    assert roster_id in b.command
    assert "COL" not in bank.what + "".join(bank.costs.values()), "no id is read out"


def test_beyond_the_limits_of_all_its_posts_it_waits_for_the_backstop(
    repository: Repository, roster_id: str
) -> None:
    dataset = repository.dataset()
    small = tuple(
        post.model_copy(update={"most_hours": 1.0}) if post.id == "A-BANK" else post
        for post in dataset.approval_post
    )
    repository.store(dataset.with_facts(approval_post=small), replace=True)
    offer(repository, roster_id)
    of_bank = acting(repository, "a", approver("A", post_id="A-BANK"))
    assert waiting(of_bank) == []
    chair = acting(repository, "chair", approver("A", "B", post_id="CHAIR"))
    assert waiting(chair) == [("A", "bank")]


def test_what_they_were_told_waits_until_they_say_that_they_know(
    repository: Repository, published: str
) -> None:
    own = as_staff(repository, "P1")
    (item,) = inbox(own)
    assert isinstance(item, WaitingNotice)
    assert told_of(item, Wording.of(repository)).what == "1 shift published for you."
    acknowledge(own, "P1", item.notice.id)
    assert inbox(own) == []
    assert inbox(acting(repository, "nobody")) == []


def test_a_collaborative_without_a_scheme_has_nothing_to_offer(
    repository: Repository, roster_id: str
) -> None:
    dataset = repository.dataset()
    repository.change(
        [RowChange(row, None) for row in (*dataset.approval_post, *dataset.approval_scheme)]
    )
    with pytest.raises(BadRequest, match="no scheme of approval"):
        offer(repository, roster_id)

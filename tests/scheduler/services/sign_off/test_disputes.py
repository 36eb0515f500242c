"""A refusal is a dispute: frozen, answered in time or the backstop's, and it always ends."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.domain.approval import Dispute, DisputeDeed, DisputeEvent, due_after
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import LONDON
from scheduler.services.edit import commands, edit
from scheduler.services.edit.commands import Seat
from scheduler.services.publish.publish import NotSignedOff, publish
from scheduler.services.sign_off.answer import approve, refuse, take_back
from scheduler.services.sign_off.disputes import answer_dispute, decide, disputes, insist
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.services.versions.versions import delete_draft
from scheduler.storage.repository import Repository
from tests.scheduler.services.sign_off.conftest import LENT, acting, approver, operations


def refused(repository: Repository, roster_id: str) -> int:
    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    other = acting(repository, "b", approver("B"))
    opened = refuse(
        other, roster_id, "B", "approve", "Nobody knows the ward", demand_ids=[LENT]
    ).dispute_id
    assert opened is not None
    return opened


def deeds(dispute: Dispute) -> list[str]:
    return [event.deed for event in dispute.events]


def test_a_refusal_keeps_what_it_is_about(repository: Repository, roster_id: str) -> None:
    number = refused(repository, roster_id)
    header = repository.roster_header(roster_id)
    (dispute,) = disputes(repository, roster_id=roster_id)
    assert dispute.id == number
    assert (dispute.organisation_id, dispute.demand_ids) == ("B", (LENT,))
    assert dispute.snapshot_sha256 == header.snapshot_sha256
    assert dispute.edition == header.edition
    assert len(dispute.policy_sha256) == 64
    assert dispute.rules_version
    # what is changed since stays out of it
    edit.edit(repository, roster_id, commands.unassign(Seat("P2", LENT)))
    assert disputes(repository, roster_id=roster_id) == [dispute]
    with pytest.raises(NotSignedOff):
        publish(repository, roster_id)


def test_a_change_that_the_organisation_approves_settles_it(
    repository: Repository, roster_id: str
) -> None:
    number = refused(repository, roster_id)
    answer_dispute(acting(repository, "op", operations()), number, "P2 stays at home")
    edit.edit(repository, roster_id, commands.unassign(Seat("P2", LENT)))
    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    approve(acting(repository, "b", approver("B")), roster_id, "B", "approve")
    (dispute,) = disputes(repository)
    assert deeds(dispute) == ["raised", "answered", "settled"]
    assert publish(repository, roster_id).header.status == "published"


def test_who_insists_leaves_it_to_the_backstop_which_decides_once(
    repository: Repository, roster_id: str
) -> None:
    number = refused(repository, roster_id)
    chair = acting(repository, "chair", approver("A", "B", post_id="CHAIR"))
    with pytest.raises(BadRequest, match="waits for others until"):
        decide(chair, number, "So be it", upheld=False)
    with pytest.raises(BadRequest, match="no answer yet"):
        insist(repository, number, "No")
    answer_dispute(acting(repository, "op", operations()), number, "There is nobody else")
    with pytest.raises(BadRequest, match="does not wait for an answer"):
        answer_dispute(repository, number, "Once more")
    with pytest.raises(NotPermitted):
        insist(acting(repository, "a", approver("A")), number, "Not theirs to say")
    insist(acting(repository, "b", approver("B")), number, "Then leave it empty")
    with pytest.raises(NotPermitted, match="that is Post CHAIR"):
        decide(acting(repository, "b", approver("B")), number, "Mine", upheld=True)
    decide(chair, number, "P2 has worked there before", upheld=False)
    with pytest.raises(BadRequest, match="The backstop has decided this"):
        take_back(acting(repository, "b", approver("B")), roster_id, "B", "approve", "no")
    step = sign_off_state(repository, roster_id).step("B", "approve")
    assert step is not None
    assert step.last is not None
    assert (step.standing, step.last.post_id, step.last.dispute_id) == ("approved", "CHAIR", number)
    with pytest.raises(BadRequest, match="has ended"):
        decide(chair, number, "Again", upheld=True)
    assert publish(repository, roster_id).header.status == "published"


def test_an_upheld_refusal_stands_until_the_roster_changes(
    repository: Repository, roster_id: str
) -> None:
    number = refused(repository, roster_id)
    answer_dispute(repository, number, "There is nobody else")
    insist(repository, number, "Then leave it empty")
    decide(repository, number, "Leave it empty", upheld=True)
    with pytest.raises(NotSignedOff, match="B has refused"):
        publish(repository, roster_id)
    edit.edit(repository, roster_id, commands.unassign(Seat("P2", LENT)))
    approve(repository, roster_id, "A", "bank")
    for organisation_id in ("A", "B"):
        approve(repository, roster_id, organisation_id, "approve")
    publish(repository, roster_id)


def test_what_has_changed_since_is_not_decided_over(repository: Repository, roster_id: str) -> None:
    number = refused(repository, roster_id)
    answer_dispute(repository, number, "Changed")
    insist(repository, number, "Not enough")
    edit.edit(repository, roster_id, commands.unassign(Seat("P2", LENT)))
    with pytest.raises(BadRequest, match="another by now"):
        decide(repository, number, "Fine as it was", upheld=False)
    assert deeds(repository.sign_offs.dispute(number))[-1] == "insisted", "nothing half-written"


def test_a_draft_that_is_deleted_leaves_nothing_to_settle(
    repository: Repository, roster_id: str
) -> None:
    number = refused(repository, roster_id)
    delete_draft(repository, roster_id)
    (dispute,) = disputes(repository)
    assert dispute.events[-1].words == "The draft was deleted."
    with pytest.raises(BadRequest):
        answer_dispute(repository, number, "Too late")
    assert repository.sign_offs.dispute(number).snapshot_sha256, "the facts of then are kept"


def test_there_is_no_such_dispute(repository: Repository, roster_id: str) -> None:
    with pytest.raises(NotFound, match="no dispute 7"):
        answer_dispute(repository, 7, "What?")


def test_only_those_see_it_who_see_the_rosters(repository: Repository, roster_id: str) -> None:
    refused(repository, roster_id)
    assert disputes(acting(repository, "b", approver("B")))
    assert not disputes(acting(repository, "x", approver("ELSE")))


# --- time


def said(deed: DisputeDeed, at: datetime, number: int = 1) -> DisputeEvent:
    return DisputeEvent(number, deed, at, "os:x", "B", "words")


def dispute_of(*events: DisputeEvent, days: int = 2) -> Dispute:
    return Dispute(1, "R", "COL", "B", "approve", "d", 0, "s", "p", "1", (), days, events)


@pytest.mark.parametrize(
    ("at", "days", "end"),
    [
        # Thursday before Easter 2027: Friday, Monday are holidays; the clock changes on Sunday
        ("2027-03-25T16:00", 1, "2027-03-31T00:00"),
        ("2027-03-25T16:00", 2, "2027-04-01T00:00"),
        ("2027-12-24T09:00", 2, "2027-12-31T00:00"),  # Christmas on a weekend: Monday and Tuesday
        ("2027-10-29T23:30", 1, "2027-11-02T00:00"),  # the clock goes back on 31 October
        ("2027-06-05T12:00", 1, "2027-06-08T00:00"),  # said on a Saturday
    ],
)
def test_days_of_waiting_are_working_days_in_england(at: str, days: int, end: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    assert due_after(moment, days) == datetime.fromisoformat(end).replace(tzinfo=LONDON)
    # said in another zone it is the same moment
    assert due_after(moment.astimezone(UTC), days) == due_after(moment, days)


def test_what_nobody_takes_up_in_time_is_the_backstops() -> None:
    at = datetime(2027, 6, 7, 9, tzinfo=UTC)
    second = timedelta(seconds=1)
    for deed, before in (("raised", "open"), ("answered", "answered")):
        dispute = dispute_of(said(deed, at))
        assert dispute.state(dispute.due) == before
        assert not dispute.overdue(dispute.due)
        assert dispute.state(dispute.due + second) == "escalated"
        assert dispute.overdue(dispute.due + second)
        assert dispute.waits_until(dispute.due + second) == due_after(dispute.due, 2)
    dispute = dispute_of(said("raised", at), said("insisted", at, 2))
    assert dispute.state(at) == "escalated"
    assert not dispute.overdue(dispute.due)
    assert dispute.overdue(dispute.due + second)
    for deed in ("settled", "decided"):
        ended = dispute_of(said(deed, at))
        assert ended.state(at + timedelta(365)) == deed
        assert not ended.overdue(at + timedelta(365))


def test_who_is_forgotten_is_gone_from_what_was_said(
    repository: Repository, roster_id: str
) -> None:
    approve(repository, roster_id, "A", "bank")
    opened = refuse(
        repository, roster_id, "B", "approve", "Synthetic P2 does not know the ward, says P2"
    ).dispute_id
    assert opened is not None
    (person,) = [one for one in repository.dataset().staff if one.id == "P2"]
    repository.forget(person, ["passport"], anonymise=True)
    dispute = repository.sign_offs.dispute(opened)
    header = repository.roster_header(roster_id)
    said_last = repository.sign_offs.answers("COL", header.start)[-1]
    for words in (dispute.events[0].words, said_last.reason):
        assert "P2" not in words
        assert "does not know the ward" in words
    assert dispute.snapshot_sha256 == header.snapshot_sha256

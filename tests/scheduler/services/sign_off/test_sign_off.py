"""Who has to approve a roster, who may, what an approval holds for, and that nothing is published
without all that the scheme asks.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotPermitted, OtherEdition
from scheduler.services.accounts import accounts
from scheduler.services.edit import commands, edit
from scheduler.services.edit.commands import Seat
from scheduler.services.publish.publish import NotSignedOff, publish, publish_signed
from scheduler.services.sign_off.answer import approve, refuse, take_back
from scheduler.services.sign_off.standing import latest_answer, sign_off_state, signed_places
from scheduler.storage.repository import Repository
from tests.scheduler.services.handmade import approve_all, stored
from tests.scheduler.services.sign_off.conftest import (
    HOME,
    LENT,
    OPEN,
    THERE,
    acting,
    approver,
    operations,
    post,
    week,
)


def standing(repository: Repository, roster_id: str) -> dict[tuple[str, str], str]:
    steps = sign_off_state(repository, roster_id).steps
    return {(one.organisation_id, one.step): one.standing for one in steps}


def test_each_organisation_answers_for_what_it_lends_or_hosts(
    repository: Repository, roster_id: str
) -> None:
    state = sign_off_state(repository, roster_id)
    (bank, a, b) = state.steps
    assert [(one.organisation_id, one.step) for one in state.steps] == [
        ("A", "bank"),
        ("A", "approve"),
        ("B", "approve"),
    ]
    assert (a.share.shifts, a.share.lent, a.share.hosted, a.share.empty) == (2, 7.5, 7.5, 7.5)
    assert (b.share.shifts, b.share.lent, b.share.hosted, b.share.empty) == (2, 0, 15, 0)
    assert bank.share is a.share
    assert {one.standing for one in state.steps} == {"waits"}
    assert not state.complete


def test_it_is_published_when_all_have_approved_and_not_before(
    repository: Repository, roster_id: str
) -> None:
    with pytest.raises(NotSignedOff, match="A has not approved: fit to go to the bank"):
        publish(repository, roster_id)
    with pytest.raises(BadRequest, match="comes first"):
        approve(repository, roster_id, "A", "approve")
    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    with pytest.raises(NotSignedOff) as missing:
        publish(repository, roster_id, anyway="It is late")
    assert [one.organisation_id for one in missing.value.state.waiting] == ["B"]
    assert approve(repository, roster_id, "B", "approve").state.complete
    done = publish_signed(acting(repository, "op", operations()), roster_id)
    assert done.header.status == "published"


def test_what_changes_asks_again_only_those_whose_lines_changed(
    repository: Repository, roster_id: str
) -> None:
    approve_all(repository, roster_id)
    edit.edit(repository, roster_id, commands.unassign(Seat("P1", HOME)))
    assert standing(repository, roster_id) == {
        ("A", "bank"): "changed",
        ("A", "approve"): "changed",
        ("B", "approve"): "approved",
    }
    edit.edit(repository, roster_id, commands.assign("P1", HOME))
    assert set(standing(repository, roster_id).values()) == {"approved"}
    # what is lent concerns both
    edit.edit(repository, roster_id, commands.unassign(Seat("P2", LENT)))
    assert set(standing(repository, roster_id).values()) == {"changed"}


def test_the_bank_fills_what_was_fit_for_it_without_that_being_asked_again(
    repository: Repository,
) -> None:
    tables = week()
    tables["temporary_supply"] = [
        {
            "id": "BANK",
            "kind": "bank",
            "organisation_id": "A",
            "place_id": "",
            "role_id": "RN",
            "hourly_pence": "2500",
            "max_shifts_per_week": "",
        }
    ]
    roster_id = stored(repository, tables, ("P1", HOME), ("P2", LENT), ("P3", THERE))
    approve_all(repository, roster_id)
    edit.edit(repository, roster_id, commands.assign("BANK", OPEN))
    assert standing(repository, roster_id) == {
        ("A", "bank"): "approved",
        ("A", "approve"): "changed",
        ("B", "approve"): "approved",
    }


def test_what_is_signed_is_signed_by_all_whose_it_is(
    repository: Repository, roster_id: str
) -> None:
    assert signed_places(repository, roster_id) == frozenset()
    approve(repository, roster_id, "B", "approve")
    assert signed_places(repository, roster_id) == {("P3", THERE)}, "P2 is lent: A has a say"
    assert latest_answer(repository, roster_id) > 0
    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    assert signed_places(repository, roster_id) == {("P1", HOME), ("P2", LENT), ("P3", THERE)}


def test_another_version_with_the_same_lines_is_approved_already(
    repository: Repository, roster_id: str
) -> None:
    approve_all(repository, roster_id)
    document = repository.roster(roster_id).document
    again = repository.save_roster(document, repository.snapshot(roster_id))
    assert set(standing(repository, again).values()) == {"approved"}
    shorter = replace(document, assignments=document.assignments[:-1])
    other = repository.save_roster(shorter, repository.snapshot(roster_id))
    assert "changed" in standing(repository, other).values()


def test_only_who_holds_a_post_of_the_organisation_approves_for_it(
    repository: Repository, roster_id: str
) -> None:
    with pytest.raises(NotPermitted):
        approve(acting(repository, "op", operations()), roster_id, "A", "bank")
    with pytest.raises(NotPermitted):
        approve(acting(repository, "b", approver("B")), roster_id, "A", "bank")
    with pytest.raises(NotPermitted, match="holds no post"):
        approve(acting(repository, "a", approver("A", post_id="A-COO")), roster_id, "A", "bank")
    state = approve(acting(repository, "a", approver("A")), roster_id, "A", "bank").state
    (bank, *_) = state.steps
    assert bank.last is not None
    assert (bank.last.post_id, bank.last.account) == ("A-BANK", "os:a")


def test_a_deputy_acts_only_while_the_post_is_away_and_within_its_limits(
    repository: Repository, roster_id: str
) -> None:
    approve(repository, roster_id, "A", "bank")
    deputy = acting(repository, "deputy", approver("A", post_id="A-DEP"))
    with pytest.raises(NotPermitted, match="holds no post"):
        approve(deputy, roster_id, "A", "approve")
    today = date.today()
    away(repository, "A-COO", today - timedelta(1), today)
    state = approve(deputy, roster_id, "A", "approve").state
    answer = state.step("A", "approve")
    assert answer is not None
    assert answer.last is not None
    assert answer.last.post_id == "A-DEP"


def test_what_lies_beyond_a_posts_limits_waits_for_one_that_may(repository: Repository) -> None:
    tables = week()
    tables["approval_post"][1]["most_pounds"] = "0"
    tables["approval_post"].append(post("A-CEO", "approve", "A"))
    tables["contract"][0]["hours_per_week"] = "0"  # P1 works beyond contract
    roster_id = stored(repository, tables, ("P1", HOME), ("P2", LENT), ("P3", THERE))
    approve(repository, roster_id, "A", "bank")
    director = acting(repository, "coo", approver("A", post_id="A-COO"))
    with pytest.raises(NotPermitted, match=r"up to £0\.00, and this is .* waits for Post A-CEO"):
        approve(director, roster_id, "A", "approve")
    chief = acting(repository, "ceo", approver("A", post_id="A-CEO"))
    approve(chief, roster_id, "A", "approve")
    assert standing(repository, roster_id)["A", "approve"] == "approved"


def test_what_no_post_may_approve_is_the_backstops(repository: Repository) -> None:
    tables = week()
    tables["approval_post"][1]["most_pounds"] = "0"
    tables["contract"][0]["hours_per_week"] = "0"
    roster_id = stored(repository, tables, ("P1", HOME), ("P2", LENT), ("P3", THERE))
    approve(repository, roster_id, "A", "bank")
    step = sign_off_state(repository, roster_id).step("A", "approve")
    assert step is not None
    assert step.beyond_all
    with pytest.raises(NotPermitted, match="waits for Post CHAIR"):
        approve(acting(repository, "a", approver("A")), roster_id, "A", "approve")
    chair = acting(repository, "chair", approver("A", "B", post_id="CHAIR"))
    answer = approve(chair, roster_id, "A", "approve").state.step("A", "approve")
    assert answer is not None
    assert answer.last is not None
    assert answer.last.post_id == "CHAIR"


def test_an_approval_is_of_what_was_looked_at(repository: Repository, roster_id: str) -> None:
    step = sign_off_state(repository, roster_id).step("B", "approve")
    assert step is not None
    seen = step.share.digests["approve"]
    edit.edit(repository, roster_id, commands.unassign(Seat("P2", LENT)))
    with pytest.raises(OtherEdition, match="changed since you looked"):
        approve(repository, roster_id, "B", "approve", seen=seen)
    edit.edit(repository, roster_id, commands.assign("P2", LENT))
    approve(repository, roster_id, "B", "approve", seen=seen)


def test_an_approval_is_taken_back_until_it_is_published(
    repository: Repository, roster_id: str
) -> None:
    approve_all(repository, roster_id)
    with pytest.raises(BadRequest, match="reason"):
        take_back(repository, roster_id, "B", "approve", " ")
    take_back(repository, roster_id, "B", "approve", "A second look")
    with pytest.raises(NotSignedOff):
        publish(repository, roster_id)
    approve(repository, roster_id, "B", "approve")
    publish(repository, roster_id)
    with pytest.raises(BadRequest, match="is published"):
        take_back(repository, roster_id, "B", "approve", "Too late")


def test_a_scheme_that_changes_while_a_roster_waits_is_the_one_that_counts(
    repository: Repository, roster_id: str
) -> None:
    approve_all(repository, roster_id)
    tables = repository.dataset().to_cells()
    tables["approval_post"].append(post("B-BANK", "bank", "B"))
    repository.store(Dataset.from_cells(tables))
    assert standing(repository, roster_id)["B", "bank"] == "waits"
    with pytest.raises(NotSignedOff):
        publish(repository, roster_id)
    approve(repository, roster_id, "B", "bank")
    publish(repository, roster_id)


def test_without_a_scheme_nothing_is_asked(repository: Repository) -> None:
    tables = week()
    tables["approval_scheme"], tables["approval_post"] = [], []
    roster_id = stored(repository, tables, ("P1", HOME))
    assert sign_off_state(repository, roster_id).steps == ()
    with pytest.raises(BadRequest, match="no scheme"):
        approve(repository, roster_id, "A", "approve")
    with pytest.raises(NotPermitted):
        publish_signed(acting(repository, "op", operations()), roster_id)
    assert publish(repository, roster_id).header.status == "published"


def test_what_was_refused_is_not_refused_twice(repository: Repository, roster_id: str) -> None:
    with pytest.raises(BadRequest, match="reason"):
        refuse(repository, roster_id, "B", "approve", "")
    with pytest.raises(BadRequest, match="no work X"):
        refuse(repository, roster_id, "B", "approve", "Too few", demand_ids=["X"])
    refuse(repository, roster_id, "B", "approve", "Too few", demand_ids=[LENT])
    assert standing(repository, roster_id)["B", "approve"] == "refused"
    with pytest.raises(BadRequest, match="refused already"):
        refuse(repository, roster_id, "B", "approve", "Still too few")


def away(repository: Repository, post_id: str, first: date, last: date) -> None:
    tables = repository.dataset().to_cells()
    tables["post_absence"] = [
        {"post_id": post_id, "from_date": first.isoformat(), "to_date": last.isoformat()}
    ]
    repository.store(Dataset.from_cells(tables))


def test_who_loses_the_grant_in_mid_approval_has_not_approved(
    repository: Repository, roster_id: str
) -> None:
    made = accounts.add(repository, "https://provider", "chief", "Chief")
    grant = accounts.give(repository, made.id, "approver", post_id="B-COO")
    begun = repository.acting(accounts.actor_of(repository, made, "test"))
    accounts.withdraw(repository, grant.id)
    with pytest.raises(NotPermitted, match="may not approve for B any more"):
        approve(begun, roster_id, "B", "approve")
    with pytest.raises(NotPermitted, match="any more"):
        refuse(begun, roster_id, "B", "approve", "Too few")
    assert standing(repository, roster_id)["B", "approve"] == "waits"
    assert repository.sign_offs.disputes() == []

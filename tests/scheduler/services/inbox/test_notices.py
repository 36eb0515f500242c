"""Only people whose shifts changed are told, once, of what exactly; and who does not know of what
is near stands on somebody's list.
"""

from datetime import datetime, time, timedelta

import pytest

from scheduler.domain.errors import NotPermitted
from scheduler.domain.facts import LONDON
from scheduler.services.edit import commands, edit
from scheduler.services.edit.commands import Seat
from scheduler.services.inbox.notices import acknowledge, notices, untold
from scheduler.services.publish.publish import publish
from scheduler.services.publish.withdraw import withdraw
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.services.inbox.conftest import as_staff, everything_approved
from tests.scheduler.services.sign_off.conftest import HOME, OPEN, acting, approver, operations

BEGINS = datetime.combine(MONDAY, time(7), LONDON)


def told(repository: Repository, staff_id: str) -> list[tuple[int, int]]:
    return [(len(one.lost), len(one.got)) for one in notices(repository, staff_id)]


def moved(repository: Repository, roster_id: str) -> str:
    """P1's early shift becomes the late one, and that is published."""
    draft = edit.edit(repository, roster_id, commands.unassign(Seat("P1", HOME))).roster_id
    edit.edit(repository, draft, commands.assign("P1", OPEN))
    everything_approved(repository, draft)
    publish(repository, draft, reason="P1 asked for it")
    return draft


def test_who_has_shifts_is_told_when_they_are_published(
    repository: Repository, published: str
) -> None:
    assert [told(repository, each) for each in ("P1", "P2", "P3")] == [[(0, 1)]] * 3
    (notice,) = notices(repository, "P1")
    (shift,) = notice.got
    assert notice.only_new
    assert (shift.start, shift.site_id, notice.first_start) == (BEGINS, "SA", BEGINS)
    assert notice.at == repository.roster_header(published).published_at


def test_only_who_is_concerned_is_told_of_a_change_and_of_what_exactly(
    repository: Repository, published: str
) -> None:
    again = moved(repository, published)
    assert told(repository, "P1") == [(0, 1), (1, 1)]
    assert told(repository, "P2") == told(repository, "P3") == [(0, 1)]
    changed = notices(repository, "P1")[-1]
    assert [shift.start.astimezone(LONDON).hour for shift in changed.lost] == [7]
    assert [shift.start.astimezone(LONDON).hour for shift in changed.got] == [13]
    withdraw(repository, again, "the wrong week")
    assert told(repository, "P1")[-1] == (1, 1), "the version before counts again"
    assert told(repository, "P2") == [(0, 1)]
    withdraw(repository, published, "all of it")
    assert [told(repository, each)[-1] for each in ("P1", "P2", "P3")] == [(1, 0)] * 3


def test_the_same_published_again_tells_nobody(repository: Repository, published: str) -> None:
    draft = edit.edit(repository, published, commands.unassign(Seat("P1", HOME))).roster_id
    edit.edit(repository, draft, commands.assign("P1", HOME))
    publish(repository, draft)
    assert [told(repository, each) for each in ("P1", "P2", "P3")] == [[(0, 1)]] * 3


def test_what_is_not_published_tells_nobody(repository: Repository, roster_id: str) -> None:
    with pytest.raises(Exception, match="not all have approved"):
        publish(repository, roster_id)
    assert told(repository, "P1") == []


def test_they_say_themselves_that_they_know_and_once_is_enough(
    repository: Repository, published: str
) -> None:
    (notice,) = notices(repository, "P1")
    own = as_staff(repository, "P1")
    assert [one.id for one in acknowledge(own, "P1", notice.id)] == [notice.id]
    (seen,) = notices(repository, "P1")
    assert seen.seen_by == "os:P1"
    assert acknowledge(acting(repository, "manager", operations()), "P1", notice.id) == []
    assert notices(repository, "P1") == [seen], "the first to say so is who is on record"
    assert notices(own, "P1", unseen=True) == []
    with pytest.raises(NotPermitted):
        acknowledge(own, "P2", notice.id + 1)
    with pytest.raises(NotPermitted):
        notices(own, "P2")


def test_what_comes_after_is_not_seen_with_it(repository: Repository, published: str) -> None:
    (first,) = notices(repository, "P1")
    moved(repository, published)
    acknowledge(as_staff(repository, "P1"), "P1", first.id)
    assert [one.id for one in notices(repository, "P1", unseen=True)] != []


def test_who_has_not_seen_it_two_days_before_stands_on_the_managers_list(
    repository: Repository, published: str
) -> None:
    manager = acting(repository, "manager", operations())
    assert untold(manager, BEGINS - timedelta(hours=48)) == []
    near = BEGINS - timedelta(hours=48, seconds=-1)
    assert [one.staff_id for one in untold(manager, near)] == ["P1", "P2"], "P3 begins later"
    (notice,) = notices(repository, "P1")
    acknowledge(manager, "P1", notice.id)
    assert [one.staff_id for one in untold(manager, near)] == ["P2"]
    assert [one.employers for one in untold(manager, near)] == [frozenset({"A"})]
    # what is over is nobody's to tell any more
    over = BEGINS + timedelta(days=1)
    assert untold(manager, over) == []


def test_on_the_list_of_others_they_do_not_stand(repository: Repository, published: str) -> None:
    near = BEGINS - timedelta(hours=1)
    of_b = acting(repository, "of B", approver("B"))
    assert untold(of_b, near) == [], "an approver tells nobody"
    assert untold(as_staff(repository, "P1"), near) == []


def test_the_hours_are_the_schemes_and_two_days_without_one(
    repository: Repository, published: str
) -> None:
    scheme = repository.dataset().approval_scheme[0]
    longer = scheme.model_copy(update={"unseen_hours": 72})
    repository.store(repository.dataset().with_facts(approval_scheme=(longer,)), replace=True)
    third_day = BEGINS - timedelta(hours=60)
    assert [one.staff_id for one in untold(repository, third_day)] == ["P1", "P2", "P3"]

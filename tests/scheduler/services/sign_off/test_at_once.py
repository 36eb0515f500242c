"""Several people at the same moment, and processes that die in between: nothing is ever published
without everything that the scheme asks, nobody is told of what did not come to be.
"""

import subprocess
import sys
from collections.abc import Callable

import pytest

from scheduler.services.inbox.notices import notices
from scheduler.services.publish.publish import publish_signed
from scheduler.services.sign_off.answer import approve, refuse
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.storage.repository import Repository
from tests.scheduler.services.inbox.conftest import everything_approved
from tests.scheduler.services.sign_off.conftest import acting, approver, operations
from tests.scheduler.services.trades.test_at_once import at_once

Deed = Callable[[Repository], object]


def approves(roster_id: str, organisation_id: str) -> Deed:
    def deed(own: Repository) -> object:
        who = acting(own, organisation_id, approver(organisation_id))
        return approve(who, roster_id, organisation_id, "approve").state.complete

    return deed


def refuses(roster_id: str, organisation_id: str) -> Deed:
    def deed(own: Repository) -> object:
        who = acting(own, f"other of {organisation_id}", approver(organisation_id))
        refuse(who, roster_id, organisation_id, "approve", "too few")
        return "refused"

    return deed


def publishes(roster_id: str) -> Deed:
    def deed(own: Repository) -> object:
        return publish_signed(acting(own, "op", operations()), roster_id).header.status

    return deed


def held(repository: Repository, roster_id: str) -> None:
    """Whatever became of it: what is published is approved by all, and then alone people know."""
    published = repository.roster_header(roster_id).status == "published"
    assert sign_off_state(repository, roster_id).complete or not published
    assert bool(notices(repository, "P1")) == published


def test_two_organisations_approve_at_once(repository: Repository, roster_id: str) -> None:
    approve(repository, roster_id, "A", "bank")
    at_once(repository.url, approves(roster_id, "A"), approves(roster_id, "B"))
    assert sign_off_state(repository, roster_id).complete


def test_one_approves_while_the_other_of_the_same_organisation_refuses(
    repository: Repository, roster_id: str
) -> None:
    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    at_once(
        repository.url,
        approves(roster_id, "B"),
        refuses(roster_id, "B"),
        publishes(roster_id),
    )
    held(repository, roster_id)
    # both were heard, one after the other: it stands as the later of them said
    answers = repository.sign_offs.answers("COL", repository.roster_header(roster_id).start)
    step = sign_off_state(repository, roster_id).step("B", "approve")
    assert step is not None
    last = [one.verdict for one in answers if one.organisation_id == "B"][-1]
    assert step.standing == last


def test_two_who_publish_at_once_publish_once(repository: Repository, roster_id: str) -> None:
    everything_approved(repository, roster_id)
    answers = at_once(repository.url, publishes(roster_id), publishes(roster_id))
    assert answers.count("published") == 1, answers
    held(repository, roster_id)
    assert len(notices(repository, "P1")) == 1, "told once"


KILLED = """
import os, signal, sys
from scheduler.storage import repository as storage
from scheduler.storage.repository import Repository
from scheduler.services.publish.publish import publish
from scheduler.services.sign_off.answer import approve

def dies(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

url, roster_id, when = sys.argv[1:]
with Repository(url) as own:
    approve(own, roster_id, "B", "approve")
    if when == "after the approval":
        dies()
    storage.tell = dies  # all but the notices is written, and nothing is committed
    publish(own, roster_id)
"""


@pytest.mark.parametrize("when", ["after the approval", "within the publication"])
def test_who_is_killed_between_approval_and_publication_leaves_it_approved_and_unpublished(
    repository: Repository, roster_id: str, when: str
) -> None:
    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    done = subprocess.run([sys.executable, "-c", KILLED, repository.url, roster_id, when])
    assert done.returncode == -9
    assert repository.roster_header(roster_id).status == "draft"
    assert sign_off_state(repository, roster_id).complete, "what was confirmed is not lost"
    held(repository, roster_id)
    publish_signed(acting(repository, "op", operations()), roster_id)
    held(repository, roster_id)

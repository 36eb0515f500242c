"""The two organisations of sign-off, with accounts of people who want e-mail."""

import pytest

from scheduler.domain.access import Actor, HeldGrant
from scheduler.services.publish.publish import publish
from scheduler.services.sign_off.answer import approve
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.storage.account_book import Account
from scheduler.storage.repository import Repository
from tests.scheduler.services.sign_off.conftest import repository, roster_id

__all__ = ["repository", "roster_id"]


def account(repository: Repository, name: str, *, mail: bool = True, staff: str = "") -> Account:
    made = repository.book.enter("https://provider", name, name.title())
    if staff:
        repository.book.is_staff(made.id, staff)
    return repository.book.mail_to(made.id, f"{name}@example.org" if mail else None)


def as_staff(repository: Repository, staff_id: str) -> Repository:
    grants = (HeldGrant("staff", frozenset()),)
    return repository.acting(Actor(f"os:{staff_id}", staff_id, grants, staff_id=staff_id))


def everything_approved(repository: Repository, roster_id: str) -> None:
    for one in sign_off_state(repository, roster_id).steps:
        if one.standing != "approved":
            approve(repository, roster_id, one.organisation_id, one.step)


@pytest.fixture
def published(repository: Repository, roster_id: str) -> str:
    everything_approved(repository, roster_id)
    publish(repository, roster_id)
    return roster_id

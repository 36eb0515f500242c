"""The two organisations of sign-off, with accounts of people who want e-mail."""

import pytest

from scheduler.domain.access import Actor, HeldGrant
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
    from scheduler.services.sign_off.answer import approve

    approve(repository, roster_id, "A", "bank")
    approve(repository, roster_id, "A", "approve")
    approve(repository, roster_id, "B", "approve")


@pytest.fixture
def published(repository: Repository, roster_id: str) -> str:
    from scheduler.services.publish.publish import publish

    everything_approved(repository, roster_id)
    publish(repository, roster_id)
    return roster_id

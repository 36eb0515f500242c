"""Tokens: what lets another program in as an account, with no more than that account may do, and
with less where the token says so.

Nobody makes one for somebody else, who would then be taken for them: people make their own, and
administrators those of accounts that are no person's but another program's (`INTEGRATION`).
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import cast, get_args

from scheduler.domain.access import AccessRole, Actor, Everywhere, HeldGrant
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.domain.wording import counted
from scheduler.services.accounts.accounts import (
    NotSignedIn,
    actor_of,
    all_of_it,
    find_account,
)
from scheduler.services.accounts.gate import open_to_all, require
from scheduler.storage.access_tokens import AccessToken as AccessToken
from scheduler.storage.account_book import Account
from scheduler.storage.repository import Repository

INTEGRATION = "integration"
"""The issuer of accounts that no provider vouches for, since another program has them."""
SECRET_BYTES = 32
BEGINS = "wds_"
"""How every secret begins, so that one that was put where it should not be is found."""
DAYS = 90
MOST_DAYS = 366
LONGEST_NAME = 100
"""Characters."""
MOST_HELD = 20
"""Tokens of one account that hold at the same time."""
OPENS_NOTHING = (
    "This token opens nothing: it never did, has run out or was withdrawn. Whoever administers"
    " accounts makes one with scheduler tokens make."
)


@dataclass(frozen=True)
class MadeToken:
    """A token that was just made. `secret`: what the program has to send; it is kept nowhere."""

    token: AccessToken
    secret: str


@open_to_all
def make(
    repository: Repository,
    named: str,
    name: str,
    *,
    roles: Collection[str] = (),
    organisation_ids: Collection[str] = (),
    reading_only: bool = False,
    days: int = DAYS,
) -> MadeToken:
    """Make a token for an account. `roles`, `organisation_ids`: only these of what it may; `days`:
    how long it holds.

    Raises NotFound, BadRequest for what makes no sense, and NotPermitted for whoever may not make
    it.
    """
    account = _own_or_managed(repository, named)
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME:
        raise BadRequest(f"Say what the token is for, in at most {LONGEST_NAME} characters.")
    if not 1 <= days <= MOST_DAYS:
        raise BadRequest(f"A token holds for 1 to {MOST_DAYS} days.")
    held = {
        grant.role for grant in repository.book.grants(account.id) if grant.in_force(date.today())
    }
    for role in roles:
        if role not in get_args(AccessRole):
            raise BadRequest(f"There is no role {role!r}: {', '.join(get_args(AccessRole))}.")
        if role not in held:
            raise BadRequest(
                f"{account.name} has no role {role} today, so a token with it would do nothing."
            )
    now_held = [one for one in repository.tokens.tokens(account.id) if one.holds(datetime.now(UTC))]
    if len(now_held) >= MOST_HELD:
        raise BadRequest(
            f"{account.name} has {counted(len(now_held), 'token')} that hold. Withdraw one first,"
            " with scheduler tokens withdraw."
        )
    secret = BEGINS + secrets.token_urlsafe(SECRET_BYTES)
    token = repository.tokens.give(
        account.id,
        _hashed(secret),
        words,
        roles=cast(Collection[AccessRole], set(roles)),
        organisations=set(organisation_ids),
        reading_only=reading_only,
        life=timedelta(days=days),
    )
    return MadeToken(token, secret)


@open_to_all
def tokens(repository: Repository, named: str | None = None) -> list[AccessToken]:
    """Tokens of an account, or of all whose tokens the actor may see: their own, and those of the
    accounts that they administer. Raises NotFound, NotPermitted.
    """
    if named is not None:
        account = find_account(repository, named)
        if account.id != repository.actor.account:
            require(repository, "manage_accounts", all_of_it(repository, account))
        return repository.tokens.tokens(account.id)
    actor, found = repository.actor, repository.tokens.tokens()
    if actor.program:
        return found
    seen = {
        account.id
        for account in repository.book.accounts()
        if account.id == actor.account
        or actor.may("manage_accounts", all_of_it(repository, account))
    }
    return [token for token in found if token.account_id in seen]


@open_to_all
def withdraw(repository: Repository, token_id: str) -> AccessToken:
    """End a token, from this moment on. Raises NotFound, BadRequest, and NotPermitted where it is
    neither one's own nor of an account that one administers.
    """
    actor = repository.actor
    own = {one.id for one in repository.tokens.tokens(actor.account)}
    if token_id not in own and not actor.program:
        if not actor.ever_may("manage_accounts"):
            raise NotPermitted("Only whoever administers accounts ends a token that is not theirs.")
        account = repository.book.account(repository.tokens.token(token_id).account_id)
        require(repository, "manage_accounts", all_of_it(repository, account))
    return repository.tokens.withdraw(token_id)


@open_to_all
def bearer(repository: Repository, secret: str, origin: str) -> tuple[Actor, AccessToken]:
    """Whoever brings this secret, with what they may do at this moment. `origin`: from where.
    Raises NotSignedIn for a secret that opens nothing.
    """
    token = repository.tokens.opened_by(_hashed(secret))
    if token is None:
        raise NotSignedIn(OPENS_NOTHING)
    repository.tokens.note_use(token)
    account = repository.book.account(token.account_id)
    actor = actor_of(repository, account, f"API, token {token.id}, from {origin}")
    return replace(actor, grants=_narrowed(actor.grants, token)), token


def holds_now(token: AccessToken) -> bool:
    """Whether it opens anything at this moment."""
    return token.holds(datetime.now(UTC))


def _narrowed(grants: tuple[HeldGrant, ...], token: AccessToken) -> tuple[HeldGrant, ...]:
    """What of the account's grants the token has."""
    kept = [grant for grant in grants if not token.roles or grant.role in token.roles]
    if not token.organisations:
        return tuple(kept)
    named = frozenset(token.organisations)
    found = []
    for grant in kept:
        # a person's own is theirs wherever it is
        if grant.role != "staff":
            here = grant.organisations
            within = named if isinstance(here, Everywhere) else here & named
            grant = replace(
                grant,
                organisations=within,
                to_come=grant.to_come & named,
                collaborative_id=None,  # no longer as a whole
            )
        if grant.organisations:
            found.append(grant)
    return tuple(found)


def _own_or_managed(repository: Repository, named: str) -> Account:
    """Raises NotFound, and NotPermitted for a token that would speak as somebody else."""
    actor = repository.actor
    if not (actor.program or actor.ever_may("manage_accounts")):
        if named != actor.account:
            raise NotPermitted("People make tokens for themselves alone.")
        return repository.book.account(named)
    account = find_account(repository, named)
    if actor.program or account.id == actor.account:
        return account
    require(repository, "manage_accounts", all_of_it(repository, account))
    if account.issuer != INTEGRATION:
        raise NotPermitted(
            f"A token of {account.name} would speak as {account.name}, so they make it themselves."
            f" For another program add an account of its own: scheduler accounts add {INTEGRATION}"
            " NAME."
        )
    return account


def _hashed(secret: str) -> str:
    # of 32 random bytes: nobody goes through them all, so that no slow hash is needed
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

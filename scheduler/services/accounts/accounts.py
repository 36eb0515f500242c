"""Accounts: who is it that signs in, what may they do, who gave it to them, is their visit over."""

import getpass
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from scheduler.domain.access import (
    ACCESS_ROLES,
    EVERYWHERE,
    THE_PROGRAM,
    AccessRole,
    Actor,
    HeldGrant,
    Thing,
    members,
    members_to_come,
    operator,
)
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted, Unavailable
from scheduler.domain.facts import ApprovalPost
from scheduler.domain.wording import maybe
from scheduler.services.accounts.gate import asks, open_to_all, require, thing_of, together
from scheduler.services.accounts.personas import IN_WORDS, persona_kind
from scheduler.storage.account_book import AccessGrant as AccessGrant
from scheduler.storage.account_book import Account as Account
from scheduler.storage.repository import Repository

IDLE = timedelta(minutes=30)
"""After so long without a sign of life a visit is over."""
BREATH = timedelta(minutes=1)
"""A sign of life is written down this often at most: pages are drawn far more often."""
LEEWAY = timedelta(minutes=1)
"""By so much clocks of providers and this machine may differ."""


@dataclass(frozen=True)
class Identity:
    """What a provider vouches for. `issuer` and `subject` are who it is; all else may change.

    `expires`: until when it vouches; `issued`: since when. Both of the ID token.
    """

    issuer: str
    subject: str
    name: str
    issued: datetime
    expires: datetime

    @property
    def visit(self) -> str:
        """The id of the visit that began with this token: a hash, so that the database does not
        hold what a cookie could be made from.
        """
        parts = (self.issuer, self.subject, self.issued.isoformat(), self.expires.isoformat())
        return sha256("\x1f".join(parts).encode()).hexdigest()


class NotSignedIn(BadRequest):
    """The visit is over, or nobody can be told from what the provider said: sign in again."""


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """Who the claims of a verified ID token mean. Raises NotSignedIn where they do not say.

    Microsoft's directories make another `sub` for each program, and name people by `oid` within
    `tid` everywhere: where both are there, they are the subject. Its issuers name the `tid`; with
    any other provider such claims may be what people write of themselves.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    tenant, within = claims.get("tid"), claims.get("oid")
    if (
        isinstance(issuer, str)
        and isinstance(tenant, str)
        and isinstance(within, str)
        and within
        and tenant
        and f"/{tenant}/" in f"{issuer}/"
    ):
        subject = f"{tenant}/{within}"
    if not (isinstance(issuer, str) and issuer and isinstance(subject, str) and subject):
        raise NotSignedIn("The provider did not say who signed in. Sign in again.")
    try:
        expires = datetime.fromtimestamp(float(claims["exp"]), UTC)
        issued = datetime.fromtimestamp(float(claims.get("iat") or 0), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise NotSignedIn(
            "The provider did not say until when it vouches for you. Sign in again."
        ) from None
    name = next(
        (
            str(claims[key])
            for key in ("name", "preferred_username", "email")
            if isinstance(claims.get(key), str) and claims[key].strip()
        ),
        "somebody without a name",
    )
    return Identity(issuer, subject, name[:200], issued, expires)


@open_to_all
def sign_in(
    repository: Repository, identity: Identity, origin: str, *, idle: timedelta = IDLE
) -> Actor:
    """Whoever the provider vouches for, with what they may do at this moment. Raises NotSignedIn
    where the token or the visit is over.
    """
    if datetime.now(UTC) - LEEWAY > identity.expires:
        raise NotSignedIn("Your sign-in has run out. Sign in again.")
    account = repository.book.enter(identity.issuer, identity.subject, identity.name)
    actor = actor_of(repository, account, origin)
    last = repository.book.look(identity.visit)
    quiet = timedelta() if last is None else datetime.now(UTC) - last.seen_at
    if last is None or quiet > BREATH:
        try:
            last = repository.acting(actor).book.visit(identity.visit, account.id, idle)
        except Unavailable:  # beside a long writer: noted the next time
            if last is None or quiet > idle:
                raise
    if last.ended_at is not None or last.account_id != account.id:
        raise NotSignedIn(
            f"Your visit ended, by signing out or after {idle.total_seconds() / 60:.0f} minutes"
            " without a sign of life. Sign in again."
        )
    return actor


@open_to_all
def sign_out(repository: Repository, identity: Identity) -> None:
    """The visit is over, whatever becomes of its cookie."""
    repository.book.leave(identity.visit)


def actor_of(repository: Repository, account: Account, origin: str, behind: str = "") -> Actor:
    """The account with the grants that are in force today."""
    today = date.today()
    rows = repository.book.memberships()

    def reach(grant: AccessGrant) -> HeldGrant:
        if grant.organisation_id is not None:
            return HeldGrant(
                grant.role, frozenset({grant.organisation_id}), post_id=grant.post_id or ""
            )
        if grant.collaborative_id is not None:
            named = grant.collaborative_id
            now, later = members(rows, named, today), members_to_come(rows, named, today)
            return HeldGrant(grant.role, now, later, named, grant.post_id or "")
        return HeldGrant(grant.role, EVERYWHERE, post_id=grant.post_id or "")

    held = tuple(
        reach(grant) for grant in repository.book.grants(account.id) if grant.in_force(today)
    )
    return Actor(account.id, account.name, held, account.staff_id, origin=origin, behind=behind)


def whoever_runs_this() -> Actor:
    """The operating system's user, on this machine: for the command line."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a process without a user of its own
        name = "unknown"
    return operator(name, f"command line on {socket.gethostname()}")


@asks("manage_accounts", everything=True)
def acting_as(repository: Repository, named: str) -> Repository:
    """The database with somebody else's rights, for whoever runs the program; both are on record.
    Raises NotFound, and NotPermitted unless they may manage all accounts.
    """
    behind, account = repository.actor, find_account(repository, named)
    return repository.acting(actor_of(repository, account, behind.origin, behind.account))


def find_account(repository: Repository, named: str) -> Account:
    """An account by its id, by `issuer subject`, or by its subject where that is one account's
    alone. Raises NotFound, BadRequest.
    """
    known = repository.book.accounts()
    found = [
        account
        for account in known
        if named in (account.id, account.subject, f"{account.issuer} {account.subject}")
    ]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{account.id} ({account.issuer})" for account in found)
        raise BadRequest(
            f"{named} is the subject of several accounts: {listed}. Name one by its id."
        )
    otherwise = "scheduler accounts list shows those that there are."
    raise NotFound(
        f"There is no account {named!r}. {maybe(named, (a.id for a in known), otherwise)}"
    )


@open_to_all
def who(repository: Repository, account_id: str | None) -> str:
    """What people call whoever did something; empty where nobody wrote it down."""
    if not account_id:
        return ""
    kind, _, named = account_id.partition(":")
    if kind == "os":
        return f"{named}, on the command line"
    if kind == "demo":
        try:
            return f"somebody in the demo ({IN_WORDS[persona_kind(named)].lower()})"
        except BadRequest:  # a persona of another version of this program
            return "somebody in the demo"
    if account_id == THE_PROGRAM.account:
        return THE_PROGRAM.name
    names = {one.id: one.name for one in repository.book.accounts()}
    return names.get(account_id, "somebody who was forgotten")


# --- for administrators


@dataclass(frozen=True)
class AccountWithGrants:
    """An account and what it was ever given."""

    account: Account
    grants: tuple[AccessGrant, ...]

    @property
    def in_force_today(self) -> tuple[AccessGrant, ...]:
        """Those of its grants that are in force today."""
        return tuple(grant for grant in self.grants if grant.in_force(date.today()))


@open_to_all
def accounts(repository: Repository) -> list[AccountWithGrants]:
    """All accounts with those of their grants that the actor may manage, and those without any, who
    wait for one. Raises NotPermitted for who manages none.
    """
    actor = repository.actor
    _require_some(repository)
    by_account: dict[str, list[AccessGrant]] = {}
    for grant in repository.book.grants():
        by_account.setdefault(grant.account_id, []).append(grant)
    found = []
    for account in repository.book.accounts():
        own = by_account.get(account.id, [])
        managed = tuple(
            grant for grant in own if actor.may("manage_accounts", _scope(repository, grant))
        )
        if managed or not own or actor.program:
            found.append(AccountWithGrants(account, managed))
    return found


@open_to_all
def give(
    repository: Repository,
    named: str,
    role: str,
    *,
    organisation_id: str | None = None,
    collaborative_id: str | None = None,
    post_id: str | None = None,
    from_date: date | None = None,
    to_date: date | None = None,
) -> AccessGrant:
    """Give a role to an account, from today unless said otherwise. `post_id`: as holder of a post
    of a scheme of approval, which says for whom.

    Raises NotFound, BadRequest, and NotPermitted where the grant would reach further than the
    actor's own, and for oneself: whoever administers for a time would for ever.
    """
    if role not in ACCESS_ROLES:
        raise BadRequest(
            f"There is no role {role!r}: {', '.join(ACCESS_ROLES)} are those that there are."
        )
    if post_id is not None:
        if role != "approver" or organisation_id or collaborative_id:
            raise BadRequest(
                "A post of a scheme of approval is held by an approver, and says itself for whom."
            )
        post = _post(repository, post_id)
        organisation_id = post.organisation_id
        collaborative_id = None if organisation_id else post.collaborative_id
    require(repository, "manage_accounts", _named(repository, organisation_id, collaborative_id))
    if role == "staff" and (organisation_id or collaborative_id):
        raise BadRequest(
            "The role staff reaches what is the person's own, wherever that is: it is given without"
            " an organisation, with scheduler accounts person ACCOUNT STAFF_ID."
        )
    account = find_account(repository, named)
    _require_another(repository, account)
    if collaborative_id is not None:
        _require_as_a_whole(repository, collaborative_id)
    given: AccessRole = role
    return repository.book.give(
        account.id,
        given,
        organisation_id=organisation_id,
        collaborative_id=collaborative_id,
        post_id=post_id,
        from_date=from_date or date.today(),
        to_date=to_date,
    )


def _post(repository: Repository, post_id: str) -> ApprovalPost:
    for post in repository.dataset().approval_post:
        if post.id == post_id:
            return post
    raise NotFound(f"There is no post {post_id!r} in approval_post.csv.")


@open_to_all
def withdraw(repository: Repository, grant_id: str) -> AccessGrant:
    """Take a grant back, from this moment on. Raises NotFound, BadRequest, NotPermitted."""
    _require_some(repository)
    for grant in repository.book.grants():
        if grant.id == grant_id:
            require(repository, "manage_accounts", _scope(repository, grant))
    return repository.book.withdraw(grant_id)


@open_to_all
def is_staff(repository: Repository, named: str, staff_id: str | None) -> Account:
    """Say which member of staff an account is; who is one has the role staff with it. Raises
    NotFound, BadRequest, NotPermitted.
    """
    _require_some(repository)
    account = find_account(repository, named)
    _require_another(repository, account)
    if staff_id is None and account.staff_id is None:
        require(repository, "manage_accounts", Thing(everything=True))
    for person in filter(None, (staff_id, account.staff_id)):
        require(repository, "manage_accounts", thing_of(repository, "person", person))
    found = repository.book.is_staff(account.id, staff_id)
    own = [grant for grant in repository.book.grants(account.id) if grant.role == "staff"]
    today = date.today()
    if staff_id is not None and not any(grant.in_force(today) for grant in own):
        repository.book.give(account.id, "staff", from_date=today)
    if staff_id is None:
        for grant in own:
            if grant.withdrawn_at is None:
                repository.book.withdraw(grant.id)
    return found


@open_to_all
def add(repository: Repository, issuer: str, subject: str, name: str) -> Account:
    """An account for somebody who has not signed in yet, so that they can be given something.
    Raises NotPermitted, and BadRequest without an issuer and a subject.
    """
    _require_some(repository)
    if not issuer.strip() or not subject.strip():
        raise BadRequest("An account needs the provider's address (issuer) and its subject.")
    issuer, subject = issuer.strip(), subject.strip()
    # what somebody who is there already is called, their provider says alone
    known = repository.book.identified(issuer, subject)
    return known or repository.book.enter(issuer, subject, name.strip() or subject)


def _require_some(repository: Repository) -> None:
    """Before anything is looked up: who manages no accounts is not told which there are."""
    if not repository.actor.ever_may("manage_accounts"):
        require(repository, "manage_accounts", Thing(everything=True))


def _require_as_a_whole(repository: Repository, collaborative_id: str) -> None:
    """What is given for a collaborative will hold for members that join later too: who administers
    for organisations by name does not give it.
    """
    for grant in repository.actor.grants:
        if grant.role == "administrator" and (
            grant.organisations is EVERYWHERE or grant.collaborative_id == collaborative_id
        ):
            return
    if not repository.actor.program:
        raise NotPermitted(
            f"A grant for {collaborative_id} holds for members that join later too: it takes an"
            " administrator of the collaborative. Give it for each organisation instead."
        )


def _require_another(repository: Repository, account: Account) -> None:
    """Nobody makes themselves more than they are."""
    if account.id == repository.actor.account:
        repository.audit.note("manage_accounts", {"account": account.id}, "refused")
        raise NotPermitted(
            "Nobody gives a role to themselves, or says which member of staff they are. Ask"
            " somebody else who administers accounts."
        )


def all_of_it(repository: Repository, account: Account) -> Thing:
    """All that an account may act on today, and the person that it is; of one that may nothing,
    everything: whoever reaches less is not told whether there is such an account.
    """
    own = [grant for grant in repository.book.grants(account.id) if grant.in_force(date.today())]
    things = [_scope(repository, grant) for grant in own]
    if account.staff_id is not None:
        things.append(thing_of(repository, "person", account.staff_id))
    return together(things) if things else Thing(everything=True)


def _scope(repository: Repository, grant: AccessGrant) -> Thing:
    if grant.role == "staff":
        account = repository.book.account(grant.account_id)
        return (
            Thing(everything=True)
            if account.staff_id is None
            else thing_of(repository, "person", account.staff_id)
        )
    return _named(repository, grant.organisation_id, grant.collaborative_id)


def _named(
    repository: Repository, organisation_id: str | None, collaborative_id: str | None
) -> Thing:
    if organisation_id is not None:
        return thing_of(repository, "organisation", organisation_id)
    return thing_of(repository, "collaborative", collaborative_id)

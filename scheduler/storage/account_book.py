"""Accounts, what they may do and their visits, of one database."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.access import AccessRole, Actor
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import Membership
from scheduler.storage import stored_audit, stored_facts
from scheduler.storage.finding import find
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class Account:
    """Somebody who signs in. `issuer` and `subject` are who that is; `staff_id`: the member of
    staff that they are, if they are one; `mail_to`: where they want to be told by e-mail.
    """

    id: str
    issuer: str
    subject: str
    name: str
    staff_id: str | None
    created_at: datetime
    mail_to: str | None = None


@dataclass(frozen=True)
class AccessGrant:
    """What an account may do, within an organisation or a collaborative, or where neither is named,
    everywhere.
    """

    id: str
    account_id: str
    role: AccessRole
    organisation_id: str | None
    collaborative_id: str | None
    post_id: str | None
    from_date: date
    to_date: date | None
    given_by: str
    given_at: datetime
    withdrawn_at: datetime | None

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day: not withdrawn, and within its dates."""
        return (
            self.withdrawn_at is None
            and self.from_date <= day
            and (self.to_date is None or day <= self.to_date)
        )


@dataclass(frozen=True)
class SignIn:
    """One visit."""

    id: str
    account_id: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None


class AccountBook:
    """Every method is one transaction, and what it changes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading = reading
        self._writing = writing
        self._actor = actor

    def accounts(self) -> list[Account]:
        """In the order of their names."""
        accounts = table("account")
        with self._reading() as connection:
            rows = connection.execute(sa.select(accounts)).mappings()
            found = [Account(**row) for row in rows]
        return sorted(found, key=lambda account: (account.name.casefold(), account.id))

    def account(self, account_id: str) -> Account:
        """Raises NotFound."""
        accounts = table("account")
        with self._reading() as connection:
            find(connection, "account", account_id, "account")
            row = connection.execute(sa.select(accounts).where(accounts.c.id == account_id))
            return Account(**row.mappings().one())

    def identified(self, issuer: str, subject: str) -> Account | None:
        """Whom a provider means."""
        accounts = table("account")
        with self._reading() as connection:
            row = (
                connection.execute(
                    sa.select(accounts).where(
                        accounts.c.issuer == issuer, accounts.c.subject == subject
                    )
                )
                .mappings()
                .first()
            )
        return None if row is None else Account(**row)

    def enter(self, issuer: str, subject: str, name: str) -> Account:
        """The account of whoever signs in, made where there is none; its name is kept up to
        date.
        """
        known = self.identified(issuer, subject)
        if known is not None and known.name == name:
            return known
        accounts = table("account")
        same = (accounts.c.issuer == issuer) & (accounts.c.subject == subject)
        with self._writing() as connection:
            there = connection.execute(
                sa.select(accounts.c.id, accounts.c.name).where(same)
            ).first()
            if there is None:
                account_id = f"a-{secrets.token_hex(6)}"
                connection.execute(
                    sa.insert(accounts).values(
                        id=account_id,
                        issuer=issuer,
                        subject=subject,
                        name=name,
                        created_at=_now(),
                    )
                )
                self._record(connection, account=account_id, change="made")
            elif there.name != name:
                connection.execute(sa.update(accounts).where(same).values(name=name))
                self._record(connection, account=there.id, change="renamed")
        found = self.identified(issuer, subject)
        assert found is not None
        return found

    def is_staff(self, account_id: str, staff_id: str | None) -> Account:
        """Say which member of staff an account is, or that it is none. Raises NotFound, and
        BadRequest where another account is that person already.
        """
        accounts = table("account")
        with self._writing() as connection:
            find(connection, "account", account_id, "account")
            if staff_id is not None:
                find(connection, "staff", staff_id, "member of staff")
                other = connection.execute(
                    sa.select(accounts.c.id).where(
                        accounts.c.staff_id == staff_id, accounts.c.id != account_id
                    )
                ).scalar()
                if other is not None:
                    raise BadRequest(
                        f"Account {other} is {staff_id} already. Free that one first, with"
                        f" scheduler accounts person {other} --nobody."
                    )
            connection.execute(
                sa.update(accounts).where(accounts.c.id == account_id).values(staff_id=staff_id)
            )
            self._record(connection, account=account_id, change="person", staff_id=staff_id)
        return self.account(account_id)

    def mail_to(self, account_id: str, address: str | None) -> Account:
        """Tell an account by e-mail from now on, or no longer: then what waits is not sent either.
        Raises NotFound.
        """
        accounts = table("account")
        with self._writing() as connection:
            find(connection, "account", account_id, "account")
            connection.execute(
                sa.update(accounts).where(accounts.c.id == account_id).values(mail_to=address)
            )
            change = "no e-mail" if address is None else "e-mail"
            self._record(connection, account=account_id, change=change)
        return self.account(account_id)

    # --- grants

    def grants(self, account_id: str | None = None) -> list[AccessGrant]:
        """Also those that have ended; the earliest first."""
        grants = table("access_grant")
        wanted = [] if account_id is None else [grants.c.account_id == account_id]
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(grants).where(*wanted).order_by(grants.c.given_at, grants.c.id)
            ).mappings()
            return [AccessGrant(**row) for row in rows]

    def give(
        self,
        account_id: str,
        role: AccessRole,
        *,
        organisation_id: str | None = None,
        collaborative_id: str | None = None,
        post_id: str | None = None,
        from_date: date,
        to_date: date | None = None,
    ) -> AccessGrant:
        """Raises NotFound, and BadRequest for two scopes or an end before the beginning."""
        if organisation_id is not None and collaborative_id is not None:
            raise BadRequest("A grant is for one organisation or for one collaborative, not both.")
        if to_date is not None and to_date < from_date:
            raise BadRequest(f"A grant to {to_date} cannot begin on {from_date}, after its end.")
        grant_id = f"g-{secrets.token_hex(6)}"
        row = {
            "id": grant_id,
            "account_id": account_id,
            "role": role,
            "organisation_id": organisation_id,
            "collaborative_id": collaborative_id,
            "post_id": post_id,
            "from_date": from_date,
            "to_date": to_date,
            "given_by": self._actor.account,
            "given_at": _now(),
            "withdrawn_at": None,
        }
        with self._writing() as connection:
            find(connection, "account", account_id, "account")
            if organisation_id is not None:
                find(connection, "organisation", organisation_id, "organisation")
            if collaborative_id is not None:
                find(connection, "collaborative", collaborative_id, "collaborative")
            if post_id is not None:
                find(connection, "approval_post", post_id, "post")
            connection.execute(sa.insert(table("access_grant")).values(row))
            self._record(
                connection,
                account=account_id,
                change="granted",
                grant=grant_id,
                role=role,
                organisation=organisation_id,
                collaborative=collaborative_id,
                post=post_id,
                from_date=from_date,
                to_date=to_date,
            )
        return AccessGrant(**cast(dict[str, Any], row))

    def withdraw(self, grant_id: str) -> AccessGrant:
        """From this moment on. Raises NotFound, and BadRequest where it is withdrawn already."""
        grants = table("access_grant")
        with self._writing() as connection:
            find(connection, "access_grant", grant_id, "grant")
            done = connection.execute(
                sa.update(grants)
                .where(grants.c.id == grant_id, grants.c.withdrawn_at.is_(None))
                .values(withdrawn_at=_now())
            ).rowcount
            if not done:
                raise BadRequest(f"Grant {grant_id} was withdrawn before.")
            row = connection.execute(sa.select(grants).where(grants.c.id == grant_id))
            found = AccessGrant(**row.mappings().one())
            self._record(
                connection,
                account=found.account_id,
                change="withdrawn",
                grant=grant_id,
                role=found.role,
            )
            return found

    def memberships(self) -> list[Membership]:
        """Who belongs to which collaborative, with the dates."""
        with self._reading() as connection:
            return cast(list[Membership], stored_facts.load_file(connection, "membership"))

    # --- visits

    def visit(self, sign_in_id: str, account_id: str, idle: timedelta) -> SignIn:
        """Note that somebody is there, and say how that visit stands.

        One that has idled for longer ends with this call, and stays ended: to go on, people sign in
        again. Raises NotFound where the visit is another account's.
        """
        visits = table("sign_in")
        now = _now()
        with self._writing() as connection:
            row = (
                connection.execute(sa.select(visits).where(visits.c.id == sign_in_id))
                .mappings()
                .first()
            )
            if row is None:
                made = SignIn(sign_in_id, account_id, now, now, None)
                connection.execute(sa.insert(visits).values(vars(made)))
                self._record(connection, account=account_id, change="signed in")
                return made
            found = SignIn(**row)
            if found.account_id != account_id:
                raise NotFound("That visit is somebody else's.")
            if found.ended_at is None and now - found.seen_at > idle:
                connection.execute(
                    sa.update(visits).where(visits.c.id == sign_in_id).values(ended_at=now)
                )
                self._record(connection, account=account_id, change="idled out")
                return SignIn(found.id, account_id, found.began_at, found.seen_at, now)
            if found.ended_at is None and now > found.seen_at:
                connection.execute(
                    sa.update(visits).where(visits.c.id == sign_in_id).values(seen_at=now)
                )
            return found

    def look(self, sign_in_id: str) -> SignIn | None:
        """A visit as it was last noted."""
        visits = table("sign_in")
        with self._reading() as connection:
            row = (
                connection.execute(sa.select(visits).where(visits.c.id == sign_in_id))
                .mappings()
                .first()
            )
        return None if row is None else SignIn(**row)

    def leave(self, sign_in_id: str) -> None:
        """End a visit, so that its cookie is worth nothing any more."""
        visits = table("sign_in")
        with self._writing() as connection:
            ended = connection.execute(
                sa.update(visits)
                .where(visits.c.id == sign_in_id, visits.c.ended_at.is_(None))
                .values(ended_at=_now())
            ).rowcount
            if ended:
                self._record(connection, change="signed out")

    def _record(self, connection: Connection, **thing: Any) -> None:
        stored_audit.append(connection, self._actor, "manage_accounts", thing)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)

"""Tokens of other programs: who makes them for whom, what they open, and that they end, on both
kinds of database.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from threading import Event

import pytest
import sqlalchemy as sa

from scheduler.domain.access import THE_PROGRAM, Actor
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.services.accounts import access_tokens, accounts, audit, personal_data
from scheduler.services.accounts.access_tokens import INTEGRATION, bearer, make, tokens, withdraw
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.accounts.once import OnceOutcome, SaidAlready, once
from scheduler.services.view import look_up
from scheduler.storage.repository import Repository
from scheduler.storage.requests_once import KEPT
from scheduler.storage.tables import table
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as repository:
        repository.store(sample.dataset())
        yield repository


def organisations(repository: Repository) -> list[str]:
    return sorted(str(vars(one)["id"]) for one in repository.facts("organisation"))


def integration(repository: Repository, *roles: str, of: str | None = None) -> str:
    made = accounts.add(repository, INTEGRATION, "payroll", "Payroll")
    for role in roles:
        accounts.give(repository, made.id, role, organisation_id=of)
    return made.id


def as_account(
    repository: Repository, subject: str, *roles: str, of: str | None = None
) -> Repository:
    made = accounts.add(repository, "https://provider", subject, subject.title())
    for role in roles:
        accounts.give(repository, made.id, role, organisation_id=of)
    return accounts.acting_as(repository, made.id)


def test_of_a_token_only_the_hash_of_its_secret_is_kept(repository: Repository) -> None:
    made = make(repository, integration(repository, "director"), "wages")
    with repository._reading() as connection:
        [row] = connection.execute(sa.select(table("access_token"))).mappings()
    assert row["sha256"] == sha256(made.secret.encode()).hexdigest()
    assert made.secret not in repr(dict(row)) + repr(made.token)
    assert made.secret not in "".join(entry.thing for entry in repository.audit.entries())


def test_it_speaks_as_its_account_with_what_that_may_now(repository: Repository) -> None:
    account = integration(repository, "director")
    made = make(repository, account, "wages")
    actor, token = bearer(repository, made.secret, "10.0.0.7")
    assert (actor.account, actor.roles, token.id) == (account, {"director"}, made.token.id)
    assert actor.origin == f"API, token {token.id}, from 10.0.0.7"
    [grant] = repository.book.grants(account)
    accounts.withdraw(repository, grant.id)
    assert bearer(repository, made.secret, "")[0].grants == ()


def test_it_may_be_narrowed_to_roles_and_organisations(repository: Repository) -> None:
    one, *_ = organisations(repository)
    account = integration(repository, "director", "operations")
    made = make(repository, account, "x", roles=["director"], organisation_ids=[one])
    actor, _ = bearer(repository, made.secret, "")
    assert actor.roles == {"director"}
    assert actor.organisations("see_rosters") == {one}
    assert actor.organisations("build_rosters") == frozenset()


def test_who_may_nothing_there_is_left_with_nothing(repository: Repository) -> None:
    one, other, *_ = organisations(repository)
    account = integration(repository, "director", of=one)
    made = make(repository, account, "x", organisation_ids=[other])
    assert bearer(repository, made.secret, "")[0].grants == ()


@pytest.mark.parametrize(
    ("named", "given"),
    [
        ("wages", {"roles": ["approver"]}),
        ("wages", {"roles": ["king"]}),
        ("wages", {"days": 0}),
        ("wages", {"days": 367}),
        ("  ", {}),
        ("x" * 101, {}),
    ],
)
def test_what_makes_no_sense_is_refused(
    repository: Repository, named: str, given: dict[str, object]
) -> None:
    account = integration(repository, "director")
    with pytest.raises(BadRequest):
        make(repository, account, named, **given)  # type: ignore[arg-type]
    assert repository.tokens.tokens() == []


def test_an_organisation_that_is_not_there_is_not_found(repository: Repository) -> None:
    with pytest.raises(NotFound):
        make(repository, integration(repository), "x", organisation_ids=["NOWHERE"])


def test_an_account_has_so_many_that_hold(repository: Repository) -> None:
    account = integration(repository)
    for number in range(access_tokens.MOST_HELD):
        first = make(repository, account, f"number {number}").token
    with pytest.raises(BadRequest, match="20 tokens that hold"):
        make(repository, account, "one more")
    withdraw(repository, first.id)
    make(repository, account, "one more")


# --- who makes them


def test_people_make_their_own_and_nobody_elses(repository: Repository) -> None:
    ada = as_account(repository, "ada", "director")
    as_account(repository, "bea", "director")
    own = make(ada, ada.actor.account, "my notebook")
    assert bearer(repository, own.secret, "")[0].account == ada.actor.account
    for named in ("bea", "no such account"):
        with pytest.raises(NotPermitted, match="themselves alone"):
            make(ada, named, "hers")


def test_an_administrator_speaks_as_nobody_else(repository: Repository) -> None:
    ada = as_account(repository, "ada", "administrator")
    as_account(repository, "bea", "approver")
    with pytest.raises(NotPermitted, match="would speak as Bea"):
        make(ada, "bea", "hers")
    account = integration(repository, "director")
    assert make(ada, account, "wages").token.given_by == ada.actor.account


def test_an_administrator_of_one_organisation_makes_none_that_reaches_others(
    repository: Repository,
) -> None:
    one, other, *_ = organisations(repository)
    ada = as_account(repository, "ada", "administrator", of=one)
    account = integration(repository, "director", of=other)
    with pytest.raises(NotPermitted):
        make(ada, account, "wages")
    made = make(repository, account, "wages")
    with pytest.raises(NotPermitted):
        withdraw(ada, made.token.id)
    with pytest.raises(NotPermitted):
        tokens(ada, account)
    assert tokens(ada) == []
    assert bearer(repository, made.secret, "")[0].account == account


def test_each_sees_their_own_and_those_that_they_administer(repository: Repository) -> None:
    ada, bea = as_account(repository, "ada", "director"), as_account(repository, "bea", "director")
    own = make(ada, ada.actor.account, "mine").token
    make(bea, bea.actor.account, "hers")
    assert tokens(ada) == [own] == tokens(ada, ada.actor.account)
    with pytest.raises(NotPermitted):
        tokens(ada, bea.actor.account)
    assert len(tokens(repository)) == 2


# --- that they end


def test_what_never_was_ran_out_or_was_withdrawn_opens_nothing(repository: Repository) -> None:
    account = integration(repository, "director")
    gone, old = make(repository, account, "gone"), make(repository, account, "old", days=1)
    withdraw(repository, gone.token.id)
    with repository._writing() as connection:
        rows = table("access_token")
        before = datetime.now(UTC) - timedelta(days=2)
        connection.execute(
            sa.update(rows)
            .where(rows.c.id == old.token.id)
            .values(given_at=before, expires_at=before + timedelta(days=1))
        )
    for secret in (gone.secret, old.secret, "", "wds_" + "A" * 43, "\ud800", gone.token.id):
        with pytest.raises(NotSignedIn, match="opens nothing"):
            bearer(repository, secret, "")
    with pytest.raises(BadRequest, match="withdrawn before"):
        withdraw(repository, gone.token.id)


def test_people_end_their_own(repository: Repository) -> None:
    ada, bea = as_account(repository, "ada", "director"), as_account(repository, "bea", "director")
    own = make(ada, ada.actor.account, "mine")
    with pytest.raises(NotPermitted):
        withdraw(bea, own.token.id)
    withdraw(ada, own.token.id)
    with pytest.raises(NotSignedIn):
        bearer(repository, own.secret, "")


def test_making_and_ending_are_on_record_in_words(repository: Repository) -> None:
    made = make(repository, integration(repository), "wages")
    withdraw(repository, made.token.id)
    told = [deed.what for deed in audit.deeds(repository) if "token" in deed.what]
    assert len(told) == 2
    assert all(made.token.id in words for words in told)


def test_use_is_noted_once_an_hour(repository: Repository) -> None:
    made = make(repository, integration(repository), "wages")
    assert made.token.last_used_at is None
    bearer(repository, made.secret, "")
    repository._notes.close()
    first = repository.tokens.token(made.token.id).last_used_at
    assert first is not None
    bearer(repository, made.secret, "")
    repository._notes.close()
    assert repository.tokens.token(made.token.id).last_used_at == first


# --- what is done once


def program(repository: Repository, subject: str = "payroll") -> Repository:
    made = accounts.add(repository, INTEGRATION, subject, subject)
    return repository.acting(Actor(made.id, subject))


def test_a_request_is_done_once(repository: Repository) -> None:
    asks, done = program(repository), []

    def do() -> OnceOutcome:
        done.append(1)
        return OnceOutcome("/jobs/1", {"job_id": 1})

    assert once(asks, "k", "a job", do).document == {"job_id": 1}
    assert once(asks, "k", "a job", do) == OnceOutcome("/jobs/1")
    assert once(program(repository, "other"), "k", "a job", do).document is not None
    assert len(done) == 2
    with pytest.raises(SaidAlready, match="something else"):
        once(asks, "k", "another job", do)


def test_what_failed_may_be_sent_again(repository: Repository) -> None:
    asks = program(repository)

    def fails() -> OnceOutcome:
        raise BadRequest("no")

    with pytest.raises(BadRequest):
        once(asks, "k", "a job", fails)
    assert once(asks, "k", "a job", lambda: OnceOutcome("/jobs/1", {})).document == {}


def test_of_two_at_once_one_does_it_and_the_other_is_told(repository: Repository) -> None:
    asks, begun, may_end = program(repository), Event(), Event()

    def slow() -> OnceOutcome:
        begun.set()
        assert may_end.wait(20)
        return OnceOutcome("/jobs/1", {})

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(once, asks, "k", "a job", slow)
        assert begun.wait(20)
        with pytest.raises(SaidAlready, match="still at work"):
            once(asks, "k", "a job", slow)
        may_end.set()
        assert first.result(20).document == {}
    assert once(asks, "k", "a job", slow).location == "/jobs/1"


def test_after_a_week_a_key_is_a_new_one(repository: Repository) -> None:
    asks = program(repository)
    once(asks, "k", "a job", lambda: OnceOutcome("/jobs/1", {}))
    with repository._writing() as connection:
        before = datetime.now(UTC) - KEPT - timedelta(minutes=1)
        connection.execute(sa.update(table("request_once")).values(made_at=before))
    assert once(asks, "k", "another", lambda: OnceOutcome("/jobs/2", {})).location == "/jobs/2"


def test_an_account_that_is_forgotten_leaves_no_token(repository: Repository) -> None:
    staff_id = "S2"
    made = accounts.add(repository, "https://provider", "ada", "Ada")
    accounts.is_staff(repository, made.id, staff_id)
    secret = make(repository, made.id, "my calendar").secret
    asks = repository.acting(Actor(made.id, "Ada"))
    once(asks, "k", "a job", lambda: OnceOutcome("/jobs/1", {}))
    assert len(personal_data.all_of(repository, staff_id)["tokens"]) == 1
    done = personal_data.forget(repository, staff_id, date(2028, 1, 1))
    assert (done.rows["access_token"], done.rows["request_once"]) == (1, 1)
    with pytest.raises(NotSignedIn):
        bearer(repository, secret, "")


def test_the_services_refuse_a_token_as_they_refuse_its_account(repository: Repository) -> None:
    one, *_ = organisations(repository)
    account = integration(repository, "auditor", of=one)
    actor, _ = bearer(repository, make(repository, account, "x").secret, "")
    asks = repository.acting(actor)
    assert look_up.rosters(asks) == look_up.rosters(repository.acting(THE_PROGRAM))
    with pytest.raises(NotPermitted):
        look_up.comparison(asks, "COL-2027-01-11-C1")

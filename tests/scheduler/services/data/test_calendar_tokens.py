"""The address of a person's calendar: who may make and end it, and whom it opens to, on both kinds
of database.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import Contract, Staff
from scheduler.services.accounts import personal_data
from scheduler.services.accounts.personas import persona
from scheduler.services.data.calendar_feed import (
    CalendarShelf,
    address_state,
    feed,
    issue,
    withdraw,
)
from scheduler.storage.calendar_tokens import ONE_READING
from scheduler.storage.repository import Repository
from scheduler.storage.tables import table
from tests.conftest import NewDatabase
from tests.scheduler.services.data.calendar_readers import opened, secret_of
from tests.scheduler.services.data.test_calendars import MONDAY, published, shift
from tests.scheduler.storage import sample

pytestmark = pytest.mark.usefixtures("any_roster_stands")

DAY = timedelta(days=1)
ADA = persona("staff", "a test", "S1")


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as repository:
        repository.store(sample.dataset())
        yield repository


def test_of_an_address_only_the_hash_of_its_secret_is_kept(repository: Repository) -> None:
    secret = secret_of(repository)
    [token] = repository.calendars.of("S1")
    assert token.sha256 == sha256(secret.encode()).hexdigest()
    assert secret not in repr(token)
    assert secret not in "".join(entry.thing for entry in repository.audit.entries())
    assert secret_of(repository, "S2") != secret


def test_people_make_their_own_and_nobody_elses(repository: Repository) -> None:
    own = repository.acting(ADA)
    assert address_state(own, "S1") is None
    secret = secret_of(own)
    assert feed(own, secret) is not None
    for other in (persona("staff", "a test", "S2"), persona("operations", "a test")):
        of_other = repository.acting(other)
        for service in (issue, withdraw, address_state):
            with pytest.raises(NotPermitted):
                service(of_other, "S1")
    assert feed(repository, secret) is not None


def test_what_was_done_is_on_record_with_who_it_is_about(repository: Repository) -> None:
    own = repository.acting(ADA)
    issue(own, "S1")
    issue(own, "S1")
    withdraw(own, "S1")
    entries = [one for one in repository.audit.entries() if one.action == "keep_calendar"]
    assert [one.contents()["change"] for one in entries] == ["made", "made anew", "withdrawn"]
    assert {repository.audit.people()[one.contents()["staff_id"]] for one in entries} == {"S1"}
    assert {one.account for one in entries} == {"demo:staff"}


def test_a_new_address_ends_the_one_before(repository: Repository) -> None:
    first, second = secret_of(repository), secret_of(repository)
    assert feed(repository, first) is None
    assert feed(repository, second) is not None
    assert [one.withdrawn_at is None for one in repository.calendars.of("S1")].count(True) == 1


def test_two_who_make_one_at_once_leave_one(repository: Repository) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: secret_of(repository), range(8)))
    assert [feed(repository, secret) is not None for secret in made].count(True) == 1


def test_what_is_not_there_cannot_be_ended_nor_made_for_nobody(repository: Repository) -> None:
    with pytest.raises(BadRequest, match="no address"):
        withdraw(repository, "S1")
    for service in (issue, withdraw, address_state):
        with pytest.raises(NotFound):
            service(repository, "S99")


# --- whom it opens to


def test_an_ended_address_and_one_that_never_was_open_nothing(repository: Repository) -> None:
    secret = secret_of(repository)
    withdraw(repository, "S1")
    assert address_state(repository, "S1") is None
    for text in (secret, "", "x", secret[:-1], f"{secret} ", "\ud800", "é" * 500, "%00"):
        assert feed(repository, text) is None


def test_who_has_left_has_no_calendar_from_the_day_after(repository: Repository) -> None:
    secret = secret_of(repository, "S2")
    last = date(2027, 12, 31)
    assert feed(repository, secret, None, last) is not None
    assert feed(repository, secret, None, last + DAY) is None


def test_who_is_forgotten_has_no_address_any_more(repository: Repository) -> None:
    secret = secret_of(repository, "S2")
    told_of_them = personal_data.all_of(repository, "S2")["calendar"]
    assert [one["withdrawn_at"] for one in told_of_them] == [None]
    done = personal_data.forget(repository, "S2", date(2028, 1, 1))
    assert done.rows["calendar_token"] == 1
    assert repository.calendars.of("S2") == []
    assert feed(repository, secret, None, MONDAY) is None


def test_who_is_not_known_any_more_has_no_calendar(repository: Repository) -> None:
    secret = secret_of(repository, "S5")
    rows = [
        next(row for row in repository.facts(file) if row.cell("id") == one)
        for file, one in (("contract", "C6"), ("staff", "S5"))
    ]
    assert isinstance(rows[0], Contract)
    assert isinstance(rows[1], Staff)
    assert feed(repository, secret) is not None
    repository.change([RowChange(row, None) for row in rows])
    assert feed(repository, secret) is None


def test_it_is_noted_once_an_hour_that_it_was_read(repository: Repository) -> None:
    secret, shelf = secret_of(repository), CalendarShelf()
    assert address_state(repository, "S1").last_read_at is None
    opened(repository, secret, shelf=shelf)
    repository._notes.close()
    [token] = repository.calendars.of("S1")
    assert token.last_read_at is not None
    assert datetime.now(UTC) - token.last_read_at < ONE_READING
    assert address_state(repository, "S1").last_read_at == token.last_read_at
    entries = len(repository.audit.entries())
    for minutes, kept in ((55, True), (65, False)):
        last = token.last_read_at - timedelta(minutes=minutes)
        with repository._writing() as connection:
            connection.execute(sa.update(table("calendar_token")).values(last_read_at=last))
        opened(repository, secret)
        repository._notes.close()
        [after] = repository.calendars.of("S1")
        assert (after.last_read_at == last) is kept
    assert len(repository.audit.entries()) == entries


def test_what_is_published_meanwhile_is_read_at_once(repository: Repository) -> None:
    secret, shelf = secret_of(repository), CalendarShelf()
    empty = opened(repository, secret, shelf=shelf)
    published(repository, shift(MONDAY))
    assert opened(repository, secret, shelf=shelf).tag != empty.tag

"""Facts are read once for as long as nobody changes any, and never a moment longer."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

import pytest
import sqlalchemy as sa

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput
from scheduler.domain.facts import BY_FILE, Leave, Organisation, Pin, Staff
from scheduler.services.accounts.personal_data import UNDER_A_MARK
from scheduler.storage import database, stored_facts
from scheduler.storage.changing import write
from scheduler.storage.kept_facts import MOST_SNAPSHOTS, KeptFacts
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.facts_said import require_said
from tests.scheduler.storage import sample


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    made = new_database()
    with Repository(made) as repository:
        repository.store(sample.dataset())
    return made


class TakenBackError(Exception):
    """What ends a transaction."""


def _leave(staff_id: str) -> Leave:
    return Leave(staff_id=staff_id, from_date=date(2027, 5, 3), to_date=date(2027, 5, 9), kind="al")


def _files_of_people() -> list[str]:
    return [
        file
        for file, kind in BY_FILE.items()
        if "staff_id" in kind.model_fields and file not in UNDER_A_MARK
    ]


def test_facts_are_read_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Repository(url) as repository:
        first = repository.dataset()
        monkeypatch.setattr(stored_facts, "_read_file", None)  # whoever reads a table again fails
        assert repository.dataset() is first
        assert repository.facts("staff") == first.staff


def test_what_another_program_changes_is_seen_at_once(url: str) -> None:
    with Repository(url) as here, Repository(url) as there:
        before, stamp = here.dataset(), here.facts_stamp()
        there.change([RowChange(None, _leave("S1"))])
        assert here.dataset().leave == (*before.leave, _leave("S1"))
        assert here.facts("leave") == here.dataset().leave
        assert here.facts_stamp() == there.facts_stamp() != stamp


def test_a_change_that_is_not_made_leaves_them_as_they_were(url: str) -> None:
    with Repository(url) as repository:
        before, stamp = repository.dataset(), repository.facts_stamp()
        nowhere = Organisation(id="R1", name="Another Trust", kind="nhs_trust")
        with pytest.raises(BadInput):
            repository.store(Dataset(organisation=(nowhere,)))
        with pytest.raises(BadInput):
            repository.change([RowChange(None, _leave("S1")), RowChange(None, _leave("nobody"))])
        assert repository.dataset() == before
        assert repository.facts_stamp() == stamp


def test_what_was_read_of_a_transaction_that_is_taken_back_is_not_kept(url: str) -> None:
    with Repository(url) as repository:
        before = repository.dataset()

        with suppress(TakenBackError), repository._writing() as connection:
            write(connection, [RowChange(None, _leave("S1"))])
            assert stored_facts.load_dataset(connection).leave == (*before.leave, _leave("S1"))
            raise TakenBackError
        assert repository.dataset() == before
        repository.change([RowChange(None, _leave("S2"))])
        assert repository.dataset().leave == (*before.leave, _leave("S2"))


def test_pins_are_facts(url: str) -> None:
    pin = Pin(staff_id="S2", demand_id=sample.dataset().demand[0].id)
    with Repository(url) as repository:
        before = repository.dataset().pin
        repository.add_pin(pin)
        assert set(repository.dataset().pin) == {*before, pin}
        repository.remove_pin(pin)
        assert repository.dataset().pin == before


def test_whoever_is_forgotten_is_not_remembered(url: str) -> None:
    with Repository(url) as repository:
        before = repository.dataset()
        person = before.staff[0]
        assert isinstance(person, Staff)
        stamp = repository.facts_stamp()
        repository.forget(person, _files_of_people(), anonymise=True)
        after = repository.dataset()
        assert person.id not in {one.id for one in after.staff}
        assert len(after.staff) == len(before.staff)
        assert repository.facts_stamp() != stamp


def test_who_writes_facts_without_a_word_is_found_out(url: str) -> None:
    engine = require_said(sa.create_engine(database.with_driver(sa.make_url(url))))
    with pytest.raises(AssertionError, match="without a new edition"), engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM leave")
    engine.dispose()


def test_what_rosters_were_made_from_is_kept_beside_the_facts_and_goes_with_them(
    url: str,
) -> None:
    with Repository(url) as repository:
        made = repository.dataset()
        roster_id = repository.save_roster(sample.document(), made)
        first = repository.snapshot(roster_id)
        assert first.sha256() == made.sha256()
        assert repository.snapshot(roster_id) is first
        repository.change([RowChange(None, _leave("S1"))])
        again = repository.snapshot(roster_id)
        assert again is not first
        assert again == first, "what a roster was made from does not change with the facts"
        person = made.staff[0]
        assert isinstance(person, Staff)
        repository.forget(person, _files_of_people(), anonymise=True)
        assert person.id not in {one.id for one in repository.snapshot(roster_id).staff}


def test_many_threads_ask_for_more_than_is_kept() -> None:
    kept = KeptFacts("an edition")
    known = {str(number): Dataset() for number in range(3 * MOST_SNAPSHOTS)}

    def ask(number: int) -> bool:
        sha256 = str(number % len(known))
        return kept.snapshot(sha256, lambda: known[sha256]) is known[sha256]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(4_000)))

"""How far a grant reaches as organisations come and go, and what a record keeps of it."""

from datetime import date, timedelta

import pytest

from scheduler.domain.access import THE_PROGRAM
from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.domain.facts import Membership
from scheduler.services.accounts import accounts, audit
from scheduler.services.jobs.jobs import show, submit
from scheduler.services.jobs.order import Order
from scheduler.services.publish.publish import publish
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.record_sickness import record_sickness
from scheduler.services.repair.repair import repair
from scheduler.services.view import look_up
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY
from tests.scheduler.services.accounts.conftest import LIMITS, Stored, holding

TOMORROW = date.today() + timedelta(days=1)


@pytest.fixture
def joining(world: Stored) -> Stored:
    """C joins COL tomorrow."""
    with world.opened(THE_PROGRAM) as repository:
        later = Membership(collaborative_id="COL", organisation_id="C", from_date=TOMORROW)
        repository.store(Dataset(membership=(later,)))
    return world


def granted(world: Stored, role: str, **scope: str) -> Repository:
    """The database as somebody with this grant, looked up as a sign-in does."""
    repository = world.opened(THE_PROGRAM)
    made = accounts.add(repository, "https://provider", "x", "Somebody")
    accounts.give(repository, made.id, role, **scope)
    return accounts.acting_as(repository, made.id)


def test_who_joins_tomorrow_sees_nothing_today(joining: Stored) -> None:
    with granted(joining, "operations", organisation_id="C") as repository:
        assert {header.collaborative_id for header in look_up.rosters(repository)} == {"ELSE"}
        with pytest.raises(NotPermitted):
            look_up.header(repository, joining.published)


def test_nobody_acts_for_those_who_join_without_a_grant_that_reaches_them(joining: Stored) -> None:
    both = holding("approver", of=frozenset({"A", "B"}))
    with joining.opened(both) as repository, pytest.raises(NotPermitted):
        publish(repository, joining.draft)
    with granted(joining, "approver", collaborative_id="COL") as repository:
        done = publish(repository, joining.draft, reason="A later draft")
        assert done.header.status == "published"


def test_a_collaborative_that_is_being_set_up_has_its_members_to_come(world: Stored) -> None:
    with world.opened(THE_PROGRAM) as repository:
        rows = [
            row.model_copy(update={"from_date": TOMORROW})
            for row in repository.facts("membership")
            if isinstance(row, Membership) and row.collaborative_id == "COL"
        ]
        old = repository.facts("membership")
        gone = [row for row in old if vars(row)["collaborative_id"] == "COL"]
        repository.change([RowChange(row, None) for row in gone])
        repository.store(Dataset(membership=tuple(rows)))
    with granted(world, "operations", collaborative_id="COL") as repository:
        assert look_up.header(repository, world.draft).id == world.draft


def test_a_grant_for_a_collaborative_takes_an_administrator_of_it(world: Stored) -> None:
    both = holding("administrator", of=frozenset({"A", "B"}))
    with world.opened(both) as repository:
        made = accounts.add(repository, "https://provider", "y", "Other")
        accounts.give(repository, made.id, "auditor", organisation_id="A")
        with pytest.raises(NotPermitted, match="members that join later"):
            accounts.give(repository, made.id, "auditor", collaborative_id="COL")
    with granted(world, "administrator", collaborative_id="COL") as repository:
        assert accounts.give(repository, "y", "auditor", collaborative_id="COL").role == "auditor"


def test_auditors_of_an_organisation_read_what_changed_of_its_people(world: Stored) -> None:
    with world.opened(holding("operations", of=frozenset({"B"}))) as repository:
        record_sickness(repository, [Sick("NB", MONDAY, MONDAY)])

    def told(organisation_id: str) -> list[str]:
        with world.opened(holding("auditor", of=frozenset({organisation_id}))) as repository:
            return [deed.what for deed in audit.deeds(repository) if "facts" in deed.what]

    assert len(told("B")) == 1
    assert told("A") == told("C") == []


def test_that_somebody_is_sick_is_written_nowhere_but_in_their_leave(world: Stored) -> None:
    with world.opened(THE_PROGRAM) as repository:
        sick = Sick("NB", MONDAY, MONDAY)
        made = repair(repository, world.published, sick=[sick], since=MONDAY, limits=LIMITS)
        asked = {"roster_id": world.published, "away": [sick.to_json()], "since": None}
        job = submit(repository, Order("repair", "COL", MONDAY, repair=asked)).job
    with world.opened(holding("operations", of=frozenset({"A"}))) as repository:
        summary = look_up.header(repository, made.roster_id).summary
        assert summary["repair"]["away"] == [sick.to_json()]
        assert "sick" not in str(summary)
        assert "sick" not in str(show(repository, job.id))


@pytest.mark.parametrize(
    "limits", [Limits(1e9), Limits(0.0), Limits(5.0, workers=4096), Limits(5.0, workers=0)]
)
def test_nobody_holds_the_queue_up_for_ever(world: Stored, limits: Limits) -> None:
    with world.opened(THE_PROGRAM) as repository, pytest.raises(BadRequest, match="at most"):
        submit(repository, Order("solve", "COL", MONDAY, limits=limits))


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a\\b"])
def test_what_is_no_name_of_a_file_is_refused(world: Stored, name: str) -> None:
    with world.opened(THE_PROGRAM) as repository, pytest.raises(BadRequest, match="no name"):
        submit(repository, Order("compare", "COL", MONDAY, scenarios={name: "alone = true"}))

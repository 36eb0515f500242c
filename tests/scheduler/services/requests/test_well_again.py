"""Somebody is well again: the sickness that they have told ends sooner, and nobody else's does."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import RequestRule
from scheduler.domain.request import SickAsked, WellAsked
from scheduler.services.accounts import audit
from scheduler.services.facts.leave import KeptAlready, take_leave_back, tell_leave
from scheduler.services.inbox.request_items import cover_waiting
from scheduler.services.requests import telling
from scheduler.services.requests.answering import grant, open_requests, what_it_costs
from scheduler.services.requests.sickness import own_sickness
from scheduler.services.requests.telling import ask, take_back, tell_well
from scheduler.services.requests.words import asked_words
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import MONDAY, person, plain_tables
from tests.scheduler.services.requests.conftest import (
    BEFORE,
    EARLY,
    LATE,
    NOON,
    as_staff,
    manager,
    rows_of,
)

FRIDAY = MONDAY + timedelta(days=4)


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


def sick_days(repository: Repository, staff_id: str = "P1") -> list[tuple[str, str]]:
    return sorted(
        (row["from_date"], row["to_date"])
        for row in rows_of(repository, "leave", staff_id)
        if row["kind"] == "sick"
    )


def sick(repository: Repository, first: int = 0, last: int = 4, staff_id: str = "P1") -> Repository:
    own = as_staff(repository, staff_id)
    ask(own, staff_id, SickAsked(day(first), day(last)), NOON)
    return own


@pytest.mark.parametrize(
    ("first", "left"),
    [
        (0, []),
        (1, [(day(0), day(0))]),
        (4, [(day(0), day(3))]),
    ],
)
def test_it_ends_the_day_before(
    repository: Repository, first: int, left: list[tuple[date, date]]
) -> None:
    own = sick(repository)
    told = tell_well(own, "P1", day(first), NOON)
    assert (told.asked, told.state, told.at_once) == (
        WellAsked(day(first), FRIDAY),
        "granted",
        True,
    )
    assert sick_days(repository) == [(str(one), str(other)) for one, other in left]
    assert repository.change_sets()[0].number == told.change_set
    deed = audit.deeds(repository)[-1].what
    assert deed.startswith(f"told request {told.id}, of person P1, which became change")
    with pytest.raises(BadRequest, match="No sickness|lies in"):
        tell_well(own, "P1", day(first), NOON)


@pytest.mark.parametrize("first", [-1, 5, 30])
def test_only_a_day_of_it_can_be_named(repository: Repository, first: int) -> None:
    own = sick(repository)
    with pytest.raises(BadRequest, match="lies in Mon 11 to Fri 15 January"):
        tell_well(own, "P1", day(first), NOON)
    with pytest.raises(BadRequest, match="lies in"):
        ask(own, "P1", WellAsked(day(1), day(3)), NOON)
    assert sick_days(repository) == [(str(MONDAY), str(FRIDAY))]


def test_without_sickness_there_is_nothing_to_end(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    with pytest.raises(BadRequest, match="No sickness that you have told"):
        tell_well(own, "P1", MONDAY, NOON)
    with pytest.raises(NotFound):
        tell_well(repository, "NOBODY", MONDAY, NOON)
    assert own_sickness(own, "P1", NOON) == []


def test_what_a_manager_keeps_a_manager_ends(repository: Repository) -> None:
    tell_leave(repository, "P2", MONDAY, FRIDAY, "sick")
    with pytest.raises(BadRequest, match="No sickness that you have told"):
        tell_well(as_staff(repository, "P2"), "P2", day(1), NOON)
    own = sick(repository)
    tell_leave(repository, "P1", day(5), day(12), "sick")
    assert own_sickness(own, "P1", NOON) == [], "a fit note follows on: it goes on"
    with pytest.raises(BadRequest, match="your manager keeps"):
        tell_well(own, "P1", day(1), NOON)
    take_leave_back(repository, "P1", day(5), day(5))
    assert own_sickness(own, "P1", NOON) == [WellAsked(MONDAY, FRIDAY)], "that is another sickness"
    tell_well(own, "P1", day(2), NOON)
    assert sick_days(repository) == [(str(day(0)), str(day(1))), (str(day(6)), str(day(12)))]


def test_what_began_as_the_managers_and_was_made_longer_ends_where_theirs_begins(
    repository: Repository,
) -> None:
    tell_leave(repository, "P1", day(-2), day(0), "sick")
    own = sick(repository, 1, 3)
    assert own_sickness(own, "P1", NOON) == [WellAsked(day(1), day(3))]
    with pytest.raises(BadRequest, match="lies in"):
        tell_well(own, "P1", day(0), NOON)
    tell_well(own, "P1", day(1), NOON)
    assert sick_days(repository) == [(str(day(-2)), str(day(0)))]


def test_told_twice_it_is_one_sickness(repository: Repository) -> None:
    own = sick(repository, 0, 1)
    sick(repository, 1, 4)
    assert own_sickness(own, "P1", NOON) == [WellAsked(MONDAY, FRIDAY)]
    tell_well(own, "P1", day(1), NOON)
    assert sick_days(repository) == [(str(MONDAY), str(MONDAY))]


@pytest.mark.parametrize(("later", "first"), [(6, 0), (7, 1), (10, 4), (11, None)])
def test_a_week_back_counts_and_not_more(
    repository: Repository, later: int, first: int | None
) -> None:
    own = sick(repository)
    found = own_sickness(own, "P1", NOON + timedelta(days=later))
    assert found == ([] if first is None else [WellAsked(day(first), FRIDAY)])


def test_the_longest_sickness_can_end_too(repository: Repository) -> None:
    own = sick(repository, 1, 28)
    assert own_sickness(own, "P1", NOON) == [WellAsked(day(1), day(28))]
    tell_well(own, "P1", day(28), NOON)
    assert sick_days(repository) == [(str(day(1)), str(day(27)))]


def test_today_is_londons_where_the_clocks_change(repository: Repository) -> None:
    """Half past midnight of 28 June in London is the evening before by UTC: a week back begins on
    the 22nd.
    """
    own = as_staff(repository, "P1")
    ask(
        own,
        "P1",
        SickAsked(date(2027, 6, 18), date(2027, 6, 22)),
        datetime(2027, 6, 20, 12, tzinfo=UTC),
    )
    evening = datetime(2027, 6, 27, 22, 30, tzinfo=UTC)
    assert own_sickness(own, "P1", evening) == [WellAsked(date(2027, 6, 21), date(2027, 6, 22))]
    night = evening + timedelta(hours=1)
    assert own_sickness(own, "P1", night) == [WellAsked(date(2027, 6, 22), date(2027, 6, 22))]


def test_leave_on_other_days_stays_and_what_gave_way_does_not_come_back(
    repository: Repository,
) -> None:
    tell_leave(repository, "P1", MONDAY, day(8), "annual")
    own = sick(repository)
    tell_well(own, "P1", day(2), NOON)
    kept = [(row["kind"], row["from_date"]) for row in rows_of(repository, "leave", "P1")]
    assert sorted(kept) == [("annual", str(day(5))), ("sick", str(day(0)))]


def test_the_shifts_to_cover_leave_the_inbox(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    ask(own, "P1", SickAsked(MONDAY, FRIDAY), BEFORE)
    [waiting] = cover_waiting(repository, BEFORE)
    assert [line.demand_id for line in waiting.shifts] == [EARLY, LATE]
    tell_well(own, "P1", day(1), BEFORE)
    [waiting] = cover_waiting(repository, BEFORE)
    assert [line.demand_id for line in waiting.shifts] == [EARLY]
    tell_well(own, "P1", day(0), BEFORE)
    assert list(cover_waiting(repository, BEFORE)) == []


def test_nobody_is_well_for_another(repository: Repository) -> None:
    sick(repository)
    for acting in (as_staff(repository, "P2"), manager(repository, "op", "A")):
        with pytest.raises(NotPermitted):
            tell_well(acting, "P1", day(1), NOON)
    with pytest.raises(NotPermitted):
        own_sickness(as_staff(repository, "P2"), "P1", NOON)


def test_where_sickness_is_asked_for_so_is_its_end(repository: Repository) -> None:
    own = sick(repository)
    rule = {"organisation_id": "A", "kind": "sick", "at_once": False}
    repository.store(Dataset(request_rule=(RequestRule.model_validate(rule),)))
    told = tell_well(own, "P1", day(2), NOON)
    assert (told.state, sick_days(repository)) == ("open", [(str(MONDAY), str(FRIDAY))])
    assert tell_well(own, "P1", day(2), NOON) == told, "asked for twice, it waits once"
    assert [one.id for one in open_requests(manager(repository, "op", "A"))] == [told.id]
    cost = what_it_costs(manager(repository, "op", "A"), told.id, NOON)
    assert (cost.empty, cost.beyond, len(cost.changes)) == ((), (), 1)
    # they fall sick again: that is not what is granted
    tell_leave(repository, "P1", day(7), day(8), "sick")
    grant(manager(repository, "op", "A"), told.id)
    assert sick_days(repository) == [(str(day(0)), str(day(1))), (str(day(7)), str(day(8)))]
    later = ask(repository, "P2", SickAsked(MONDAY, FRIDAY), NOON)
    grant(repository, later.id)
    waits = tell_well(as_staff(repository, "P2"), "P2", day(1), NOON)
    assert take_back(as_staff(repository, "P2"), "P2", waits.id).state == "taken_back"
    assert sick_days(repository, "P2") == [(str(MONDAY), str(FRIDAY))]


def test_a_manager_who_has_ended_it_first_has_ended_it(repository: Repository) -> None:
    own = sick(repository)
    rule = {"organisation_id": "A", "kind": "sick", "at_once": False}
    repository.store(Dataset(request_rule=(RequestRule.model_validate(rule),)))
    told = tell_well(own, "P1", day(2), NOON)
    take_leave_back(repository, "P1", day(2), FRIDAY)
    done = grant(repository, told.id)
    assert (done.state, done.change_set) == ("granted", None)


def test_a_manager_who_changes_it_meanwhile_is_not_overwritten(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = sick(repository)
    judged: Callable[..., object] = telling.judged_now

    def meanwhile(*arguments: object) -> None:
        judged(*arguments)
        tell_leave(repository, "P1", MONDAY, day(14), "sick")

    monkeypatch.setattr(telling, "judged_now", meanwhile)
    with pytest.raises(BadRequest, match="meanwhile"):
        tell_well(own, "P1", day(1), NOON)
    assert sick_days(repository) == [(str(MONDAY), str(day(14)))]
    assert [one.asked.kind for one in repository.requests.of_person("P1")] == ["sick"]


def test_two_windows_at_once(new_database: NewDatabase) -> None:
    """One day is named in each: one of them counts, and the other is told so."""
    url = new_database()
    tables = plain_tables()
    person(tables, "P1")
    with Repository(url) as repository:
        repository.store(Dataset.from_cells(tables))
        ask(repository, "P1", SickAsked(MONDAY, FRIDAY), NOON)
    together = threading.Barrier(4)
    came: list[str] = []

    def tell(number: int) -> None:
        with Repository(url) as opened:
            together.wait()
            try:
                came.append(str(tell_well(as_staff(opened, "P1"), "P1", day(2), NOON).state))
            except (BadRequest, KeptAlready):
                came.append("late")

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["granted", "late", "late", "late"]
    with Repository(url) as repository:
        assert sick_days(repository) == [(str(MONDAY), str(day(1)))]
        assert [one.asked.kind for one in repository.requests.of_person("P1")] == ["sick", "well"]


def test_in_words() -> None:
    assert asked_words(WellAsked(day(1), FRIDAY), str) == "well again from Tue 12 January"

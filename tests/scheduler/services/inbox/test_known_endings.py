"""What ends soon is news until its person says that they know; what is moved, renewed or over by
then is news again.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import NotPermitted
from scheduler.domain.held_ending import HeldEnding, is_mark
from scheduler.services.accounts import deed_words, personal_data
from scheduler.services.facts.change import change
from scheduler.services.inbox.known_endings import know_endings, known_since, told_endings
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import MONDAY, Tables, person, plain_tables, rows
from tests.scheduler.services.inbox.conftest import as_staff
from tests.scheduler.services.sign_off.conftest import acting, approver, operations
from tests.scheduler.services.trades.test_at_once import at_once

HELD = "staff_id competency_id valid_from valid_to"
UNTIL = MONDAY + timedelta(days=10)
LIFE_SUPPORT = HeldEnding("competency", ("LS",), UNTIL, False)


def holding(*competencies: str) -> Tables:
    """Two of A and one of B, and what they hold."""
    tables = plain_tables()
    for staff_id, home in (("P1", "A"), ("P2", "A"), ("P3", "B")):
        person(tables, staff_id, home)
    tables["competency"] = rows(
        "id name kind", "LS | Life support | mandatory", "WC | Wound care | clinical"
    )
    tables["staff_competency"] = rows(HELD, *competencies)
    return tables


@pytest.fixture
def repository(new_database: NewDatabase) -> Repository:
    """P1's life support ends ten days after MONDAY."""
    found = Repository(new_database())
    found.store(Dataset.from_cells(holding(f"P1 | LS | 2026-01-01 | {UNTIL}")))
    return found


def now_holding(repository: Repository, *competencies: str) -> None:
    old = repository.facts("staff_competency")
    new = Dataset.from_cells(holding(*competencies)).staff_competency
    gone = [RowChange(row, None) for row in old if row not in new]
    change(repository, [*gone, *(RowChange(None, row) for row in new if row not in old)])


def news(repository: Repository, on: date = MONDAY, staff_id: str = "P1") -> list[HeldEnding]:
    return [one.ending for one in told_endings(repository, staff_id, on) if one.is_news]


def knows(repository: Repository, on: date = MONDAY) -> list[HeldEnding]:
    """P1 taps on all that is shown."""
    own = as_staff(repository, "P1")
    return know_endings(own, "P1", {one.mark for one in news(own, on)}, on)


def test_it_is_told_four_weeks_before_and_four_weeks_after(repository: Repository) -> None:
    assert news(repository, UNTIL - timedelta(days=29)) == []
    for before in (28, 1, 0):
        assert news(repository, UNTIL - timedelta(days=before)) == [LIFE_SUPPORT]
    for after in (1, 28):
        assert news(repository, UNTIL + timedelta(days=after)) == [
            LIFE_SUPPORT._replace(ended=True)
        ]
    assert news(repository, UNTIL + timedelta(days=29)) == []
    (told,) = told_endings(repository, "P1", MONDAY)
    assert (told.what, told.who, told.known_since) == ("Life support", "Trust A", None)
    assert news(repository, staff_id="P2") == []


def test_what_is_known_is_no_news_and_the_first_to_say_so_is_on_record(
    repository: Repository,
) -> None:
    before = datetime.now(UTC)
    assert knows(repository) == [LIFE_SUPPORT]
    manager = acting(repository, "manager", operations())
    assert know_endings(manager, "P1", {LIFE_SUPPORT.mark}, MONDAY) == []
    assert knows(repository) == news(repository) == []
    (told,) = told_endings(as_staff(repository, "P1"), "P1", MONDAY)
    assert told.known_since is not None
    assert abs(told.known_since - before) < timedelta(minutes=5)
    assert known_since(repository, "P1") == {LIFE_SUPPORT: told.known_since}
    (kept,) = repository.endings.of_person("P1")
    assert kept.seen_by == "os:P1"
    (entry,) = [one for one in repository.audit.entries() if one.action == "acknowledge_changes"]
    words = deed_words.in_words(entry, repository.audit.people(), lambda *_: "", {})
    assert words == "noted that person P1 knows of what of theirs ends"


def test_a_manager_may_say_it_for_them_and_nobody_else(repository: Repository) -> None:
    marks = {LIFE_SUPPORT.mark}
    for other in (as_staff(repository, "P2"), acting(repository, "of A", approver("A"))):
        with pytest.raises(NotPermitted):
            know_endings(other, "P1", marks, MONDAY)
    with pytest.raises(NotPermitted):
        told_endings(as_staff(repository, "P2"), "P1", MONDAY)
    with pytest.raises(NotPermitted):
        known_since(as_staff(repository, "P2"), "P1")
    manager = acting(repository, "manager", operations())
    assert know_endings(manager, "P1", marks, MONDAY) == [LIFE_SUPPORT]
    assert repository.endings.of_person("P1")[0].seen_by == "os:manager"


def test_an_end_that_is_moved_is_news_again_and_moved_back_it_is_known(
    repository: Repository,
) -> None:
    knows(repository)
    sooner = UNTIL - timedelta(days=3)
    now_holding(repository, f"P1 | LS | 2026-01-01 | {sooner}")
    assert news(repository) == [LIFE_SUPPORT._replace(until=sooner)]
    now_holding(repository, f"P1 | LS | 2026-01-01 | {UNTIL}")
    assert news(repository) == []


def test_what_is_renewed_is_no_news_until_it_comes_to_end_again(repository: Repository) -> None:
    knows(repository)
    again = UNTIL + timedelta(days=365)
    first = f"P1 | LS | 2026-01-01 | {UNTIL}"
    now_holding(repository, first, f"P1 | LS | {UNTIL + timedelta(days=1)} | {again}")
    assert told_endings(repository, "P1", MONDAY) == []
    assert news(repository, again - timedelta(days=28)) == [LIFE_SUPPORT._replace(until=again)]
    # with a gap it ends all the same, and is not said to have ended once it is held again
    now_holding(repository, first, f"P1 | LS | {UNTIL + timedelta(days=2)} | {again}")
    assert [one.ending for one in told_endings(repository, "P1", MONDAY)] == [LIFE_SUPPORT]
    assert told_endings(repository, "P1", UNTIL + timedelta(days=3)) == []


def test_what_has_ended_meanwhile_is_news_once_more(repository: Repository) -> None:
    knows(repository)
    day_after = UNTIL + timedelta(days=1)
    assert news(repository, UNTIL) == []
    assert news(repository, day_after) == [LIFE_SUPPORT._replace(ended=True)]
    assert know_endings(repository, "P1", {LIFE_SUPPORT.mark}, day_after) == [], "it was another"
    assert knows(repository, day_after) == [LIFE_SUPPORT._replace(ended=True)]
    assert news(repository, day_after) == news(repository, day_after + timedelta(days=9)) == []


def test_only_what_was_shown_is_known_with_a_tap(repository: Repository) -> None:
    shown = {one.mark for one in news(repository)}
    now_holding(repository, f"P1 | LS | 2026-01-01 | {UNTIL}", f"P1 | WC | 2026-01-01 | {MONDAY}")
    know_endings(as_staff(repository, "P1"), "P1", shown | {"0" * 16}, MONDAY)
    assert [one.key for one in news(repository)] == [("WC",)]
    assert all(map(is_mark, shown))
    assert not is_mark("0" * 15 + "g")


def test_what_begins_later_is_not_said_to_end(repository: Repository) -> None:
    now_holding(repository, f"P1 | LS | {MONDAY + timedelta(days=1)} | {UNTIL}")
    assert told_endings(repository, "P1", MONDAY) == []


def test_contract_passport_and_sign_off_are_told_without_ids(repository: Repository) -> None:
    tables = holding()
    tables["contract"][0]["to_date"] = str(UNTIL)
    tables["passport"] = rows(
        "staff_id host_organisation_id route issued_by_organisation_id valid_from valid_to status",
        f"P1 | | portability_agreement | A | 2026-01-01 | {MONDAY} | active",
    )
    tables["procedure"] = rows("id name", "PR | Lone working")
    tables["procedure_version"] = rows(
        "procedure_id organisation_id version from_date to_date", "PR | A | V2 | 2026-01-01 |"
    )
    tables["procedure_sign_off"] = rows(
        "staff_id procedure_id organisation_id version valid_from valid_to",
        f"P1 | PR | A | V2 | 2026-01-01 | {MONDAY - timedelta(days=1)}",
    )
    now_holding(repository)
    repository.store(Dataset.from_cells(tables), replace=True)
    told = told_endings(repository, "P1", MONDAY)
    assert [(one.ending.kind, one.what, one.ending.ended) for one in told] == [
        ("sign-off", "Lone working, version V2 of Trust A", True),
        ("passport", "portability agreement, good for every member organisation", False),
        ("contract", "contract as Nurse, Trust A", False),
    ]
    assert len(knows(repository)) == 3
    assert news(repository) == []


def test_two_taps_at_once_are_noted_once(repository: Repository) -> None:
    marks = {LIFE_SUPPORT.mark}

    def taps(own: Repository) -> object:
        return know_endings(as_staff(own, "P1"), "P1", marks, MONDAY)

    answers = at_once(repository.url, taps, taps)
    assert sorted(answers, key=str) == [[LIFE_SUPPORT], []]
    assert len(repository.endings.of_person("P1")) == 1
    noted = [one for one in repository.audit.entries() if one.action == "acknowledge_changes"]
    assert len(noted) == 1


def test_it_is_handed_out_with_all_that_is_kept_and_goes_when_they_leave(
    repository: Repository,
) -> None:
    knows(repository)
    (kept,) = personal_data.all_of(repository, "P1")["known_endings"]
    assert (kept["kind"], kept["key"], kept["until"]) == ("competency", ("LS",), UNTIL)
    tables = holding(f"P1 | LS | 2026-01-01 | {UNTIL}")
    tables["contract"][0]["to_date"] = str(MONDAY)
    repository.store(Dataset.from_cells(tables), replace=True)
    done = personal_data.forget(repository, "P1", MONDAY + timedelta(days=1))
    assert done.rows["known_ending"] == 1
    assert repository.endings.of_person("P1") == []

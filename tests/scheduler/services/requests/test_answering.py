"""What waits for whom, what an answer costs, who answers first, what cannot be any more."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.request import (
    Asked,
    ConsentAsked,
    LeaveAsked,
    PatternAsked,
    SickAsked,
    StaffRequest,
    WishAsked,
)
from scheduler.services.accounts import audit, personal_data
from scheduler.services.facts.leave import take_leave_back, tell_leave
from scheduler.services.requests.answering import grant, open_requests, refuse, what_it_costs
from scheduler.services.requests.telling import ask, know_answer, requests_of, take_back
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import MONDAY, person, plain_tables
from tests.scheduler.services.requests.conftest import (
    BEFORE,
    EARLY,
    LATE,
    LENT,
    NIGHT,
    NOON,
    as_staff,
    manager,
    rows_of,
)

TUESDAY = MONDAY + timedelta(days=1)


def asks_for(repository: Repository, staff_id: str, asked: Asked) -> StaffRequest:
    """As a request, whatever the scheme says."""
    return as_staff(repository, staff_id).requests.ask(staff_id, asked, BEFORE)


def test_it_waits_for_those_who_keep_the_person(repository: Repository) -> None:
    of_p1 = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, MONDAY), NOON)
    of_pj = ask(as_staff(repository, "PJ"), "PJ", LeaveAsked(MONDAY, MONDAY), NOON)
    assert open_requests(manager(repository, "a", "A")) == [of_p1, of_pj]
    assert open_requests(manager(repository, "b", "B")) == [of_pj]
    assert open_requests(manager(repository, "own", "A", staff_id="P1")) == [of_pj]
    assert open_requests(as_staff(repository, "P1")) == []
    assert open_requests(repository) == [of_p1, of_pj]


def test_nobody_else_answers_nor_sees_the_cost(repository: Repository) -> None:
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, MONDAY), NOON)
    for acting in (
        manager(repository, "b", "B"),
        as_staff(repository, "P1"),
        as_staff(repository, "P2"),
        manager(repository, "own", "A", staff_id="P1"),
    ):
        with pytest.raises(NotPermitted):
            grant(acting, told.id)
        with pytest.raises(NotPermitted):
            refuse(acting, told.id, "no")
        with pytest.raises(NotPermitted):
            what_it_costs(acting, told.id)
    with pytest.raises(NotFound):
        grant(manager(repository, "a", "A"), 99)
    assert requests_of(repository, "P1") == [told]


def test_granted_it_is_a_fact_and_the_person_is_to_know(repository: Repository) -> None:
    own, op = as_staff(repository, "P1"), manager(repository, "op", "A")
    told = ask(own, "P1", LeaveAsked(MONDAY, TUESDAY, "study"), NOON)
    done = grant(op, told.id, words=" Good  luck ")
    assert (done.state, done.answered_by, done.words) == ("granted", "os:op", "Good luck")
    assert [row["kind"] for row in rows_of(repository, "leave", "P1")] == ["study"]
    found = repository.change_sets()[0]
    assert (found.number, found.account) == (done.change_set, "os:op")
    assert done.seen_at is None
    assert not done.at_once
    known = know_answer(own, "P1", told.id)
    assert known.seen_at is not None
    assert know_answer(own, "P1", told.id) == known
    deeds = [deed.what for deed in audit.deeds(repository)][-2:]
    assert deeds == [
        f"granted request {told.id}, of person P1, as change {done.change_set}: leave 1 added",
        "noted that person P1 knows of the answer to a request",
    ]


def test_refused_it_says_why_and_changes_nothing(repository: Repository) -> None:
    own, op = as_staff(repository, "P1"), manager(repository, "op", "A")
    told = ask(own, "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    before = repository.dataset().sha256()
    for words in ("", "  ", "x" * 501):
        with pytest.raises(BadRequest):
            refuse(op, told.id, words)
    done = refuse(op, told.id, "Two are away already.")
    assert (done.state, done.words, done.change_set) == ("refused", "Two are away already.", None)
    assert repository.dataset().sha256() == before
    assert audit.deeds(repository)[-1].what == f"refused request {told.id}, of person P1"
    with pytest.raises(BadRequest, match="refused already"):
        take_back(own, "P1", told.id)


def test_the_first_answer_wins(repository: Repository) -> None:
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    first, second = manager(repository, "one", "A"), manager(repository, "two", "A")
    grant(first, told.id)
    for answer in (lambda: grant(second, told.id), lambda: refuse(second, told.id, "no")):
        with pytest.raises(BadRequest, match="granted already"):
            answer()
    with pytest.raises(BadRequest, match="granted already"):
        what_it_costs(second, told.id)


def test_two_managers_at_once(new_database: NewDatabase) -> None:
    """From two connections, with every answer begun before any is written."""
    url = new_database()
    tables = plain_tables()
    person(tables, "P1")
    with Repository(url) as repository:
        repository.store(Dataset.from_cells(tables))
        told = ask(repository, "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    together = threading.Barrier(4)
    came: list[str] = []

    def answer(number: int) -> None:
        with Repository(url) as opened:
            acting = manager(opened, f"op{number}", "A")
            together.wait()
            try:
                done = refuse(acting, told.id, "no") if number % 2 else grant(acting, told.id)
                came.append(done.state)
            except BadRequest as error:
                came.append("late" if "already" in str(error) else str(error))

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Repository(url) as repository:
        kept = repository.requests.request(told.id)
        assert sorted(came) == sorted(["late"] * 3 + [kept.state])
        assert len(rows_of(repository, "leave", "P1")) == (kept.state == "granted")
        changes = [one.number for one in repository.change_sets() if one.kind == "change"]
        assert changes == ([kept.change_set] if kept.state == "granted" else [])


# --- what it costs


def empty(repository: Repository, told: StaffRequest, now: datetime = BEFORE) -> list[str]:
    return [line.demand_id for line in what_it_costs(repository, told.id, now).empty]


def test_leave_over_a_published_week_leaves_its_shifts_empty(repository: Repository) -> None:
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, TUESDAY), BEFORE)
    cost = what_it_costs(repository, told.id, BEFORE)
    assert [line.demand_id for line in cost.empty] == [EARLY, LATE]
    assert cost.hours == 15
    assert (cost.beyond, cost.impossible, len(cost.changes)) == ((), "", 1)
    assert rows_of(repository, "leave", "P1") == [], "nothing is written"
    for first, last, found in (
        (MONDAY, MONDAY, [EARLY]),
        (TUESDAY, TUESDAY, [LATE]),
        (TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=9), []),
        (MONDAY - timedelta(days=1), MONDAY, [EARLY]),
    ):
        assert empty(repository, asks_for(repository, "P1", LeaveAsked(first, last))) == found


def test_a_night_belongs_to_both_its_days(repository: Repository) -> None:
    for day, found in (
        (MONDAY - timedelta(days=1), []),
        (MONDAY, [NIGHT]),
        (TUESDAY, [NIGHT]),
        (TUESDAY + timedelta(days=1), []),
    ):
        assert empty(repository, asks_for(repository, "P4", SickAsked(day, day))) == found


def test_what_is_over_costs_nothing_and_what_runs_does(repository: Repository) -> None:
    told = asks_for(repository, "P1", LeaveAsked(MONDAY, TUESDAY))
    during = datetime(2027, 1, 11, 14, 59, tzinfo=UTC)
    assert empty(repository, told, during) == [EARLY, LATE]
    assert empty(repository, told, during + timedelta(minutes=1)) == [LATE]


def test_who_is_away_already_costs_no_more(repository: Repository) -> None:
    told = asks_for(repository, "P1", SickAsked(MONDAY, TUESDAY))
    tell_leave(repository, "P1", MONDAY, MONDAY, "annual")
    assert empty(repository, told) == [LATE]


def test_too_many_of_a_team_away_is_said(repository: Repository) -> None:
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    tell_leave(repository, "P4", TUESDAY, TUESDAY, "annual")
    [sentence] = what_it_costs(repository, told.id, NOON).beyond
    assert "2 people would be away on Tue 12 Jan; at most 1 may be" in sentence


def test_consent_taken_away_leaves_the_lent_shift_empty(repository: Repository) -> None:
    for asked, found in (
        (ConsentAsked(False), [LENT]),
        (ConsentAsked(True, 0), [LENT]),
        (ConsentAsked(True, 1000), []),
    ):
        assert empty(repository, asks_for(repository, "P2", asked)) == found, asked
    assert empty(repository, asks_for(repository, "P1", ConsentAsked(False))) == []
    tell_leave(repository, "P2", MONDAY, MONDAY, "annual")
    told = asks_for(repository, "P2", ConsentAsked(False, 7))
    assert empty(repository, told) == [], "it has nobody already"


def test_fewer_shifts_a_month_leave_those_beyond_empty(repository: Repository) -> None:
    assert empty(repository, asks_for(repository, "P2", ConsentAsked(True, most_shifts=0))) == [
        LENT
    ]
    one = asks_for(repository, "P2", ConsentAsked(True, most_shifts=1))
    assert empty(repository, one) == []
    assert empty(repository, asks_for(repository, "P1", ConsentAsked(True, most_shifts=0))) == []
    barred = asks_for(repository, "P2", ConsentAsked(True, 0, most_shifts=0))
    assert empty(repository, barred) == [LENT], "once, though two things keep them from it"


@pytest.mark.parametrize(
    ("start", "beyond"), [("2027-01-01T00:00", [LENT]), ("2026-12-31T19:30", [])]
)
def test_what_was_worked_in_the_month_counts(
    repository: Repository, start: str, beyond: list[str]
) -> None:
    earlier = {
        "staff_id": "P2",
        "organisation_id": "A",
        "start": start,
        "end": "2027-01-01T07:30",
        "paid_minutes": "400",
        "contract_id": "C-P2",
        "host_organisation_id": "B",
    }
    repository.store(Dataset.from_cells({"worked_shift": [earlier]}))
    one = asks_for(repository, "P2", ConsentAsked(True, most_shifts=1))
    assert empty(repository, one) == beyond
    none = asks_for(repository, "P2", ConsentAsked(True, most_shifts=0))
    assert empty(repository, none) == [LENT], "what is over has nobody else to go to"
    ask(as_staff(repository, "P2"), "P2", ConsentAsked(True, most_shifts=1), BEFORE)
    assert empty(repository, none) == ([] if beyond else [LENT]), "beyond what is agreed already"


@pytest.mark.parametrize(
    "asked", [WishAsked(MONDAY, "E", -9), PatternAsked(MONDAY, 1, ((3, "L"),))]
)
def test_wishes_and_patterns_empty_no_published_shift(repository: Repository, asked: Asked) -> None:
    told = asks_for(repository, "P1", asked)
    cost = what_it_costs(repository, told.id, BEFORE)
    assert (cost.empty, cost.beyond, len(cost.changes)) == ((), (), 1)
    assert grant(repository, told.id).state == "granted"


# --- facts changed meanwhile


def test_what_somebody_has_seen_to_already_is_granted_without_a_change(
    repository: Repository,
) -> None:
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    made = tell_leave(repository, "P1", MONDAY, TUESDAY, "annual")
    assert what_it_costs(repository, told.id, BEFORE).changes == ()
    done = grant(manager(repository, "op", "A"), told.id)
    assert (done.state, done.change_set) == ("granted", None)
    assert repository.change_sets()[0].number == made.number
    assert audit.deeds(repository)[-1].what == f"granted request {told.id}, of person P1"


def test_it_is_granted_by_the_facts_of_now(repository: Repository) -> None:
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    tell_leave(repository, "P1", TUESDAY, TUESDAY + timedelta(days=1), "sick")
    grant(repository, told.id)
    found = sorted((row["from_date"], row["kind"]) for row in rows_of(repository, "leave", "P1"))
    assert found == [
        (str(MONDAY), "annual"),
        (str(TUESDAY + timedelta(days=1)), "sick"),
    ]
    take_leave_back(repository, "P1", MONDAY, TUESDAY)


def test_what_has_become_impossible_says_why_and_stays_open(repository: Repository) -> None:
    told = asks_for(repository, "P1", PatternAsked(MONDAY, 1, ((1, "N"),)))
    night = next(row for row in repository.facts("shift_type") if row.cell("id") == "N")
    wanted = [row for row in repository.facts("demand") if row.cell("shift_type_id") == "N"]
    repository.change([RowChange(row, None) for row in (*wanted, night)])
    cost = what_it_costs(repository, told.id, BEFORE)
    assert cost.impossible == "There is no shift 'N' any more."
    with pytest.raises(BadRequest, match="no shift 'N' any more"):
        grant(repository, told.id)
    assert repository.requests.request(told.id).state == "open"
    assert rows_of(repository, "base_pattern", "P1") == []
    assert refuse(repository, told.id, "There are no nights any more.").state == "refused"


# --- personal data


def test_who_has_left_is_forgotten_with_what_they_told(repository: Repository) -> None:
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    refuse(repository, told.id, "Synthetic P4 is away then.")
    other = ask(as_staff(repository, "P2"), "P2", LeaveAsked(MONDAY, TUESDAY), NOON)
    refuse(repository, other.id, "Synthetic P1 is away then.")
    found = personal_data.all_of(as_staff(repository, "P1"), "P1")["requests"]
    assert [(one["asked"]["kind"], one["words"]) for one in found] == [
        ("leave", "Synthetic P4 is away then.")
    ]
    left = date(2027, 3, 31)
    ended = [
        row.model_copy(update={"to_date": left})
        for row in repository.facts("contract")
        if row.cell("staff_id") == "P1"
    ]
    repository.store(Dataset.of(ended), replace=True)
    done = personal_data.forget(repository, "P1", left + timedelta(days=1))
    assert done.rows["staff_request"] == 1
    assert repository.requests.of_person("P1") == []
    assert repository.requests.of_person("P2") == [repository.requests.request(other.id)]
    done = personal_data.forget(repository, "P1", date(2033, 4, 1))
    assert done.rows["staff_request"] == 1, "the name in another's answer"
    [kept] = repository.requests.of_person("P2")
    assert kept.words == "Somebody who left is away then."


def test_what_other_facts_forbid_is_said_where_it_is_asked_for_alone(
    repository: Repository,
) -> None:
    """Two halves of a day of the pattern overlap since, which the inbox does not look for."""
    told = asks_for(repository, "P1", PatternAsked(MONDAY, 1, ((1, "E"), (1, "D"))))
    cost = what_it_costs(repository, told.id, BEFORE)
    assert "does not overlap" in cost.impossible
    with pytest.raises(BadRequest, match="does not overlap"):
        grant(repository, told.id)
    assert repository.requests.request(told.id).state == "open"

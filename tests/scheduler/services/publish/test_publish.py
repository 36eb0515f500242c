"""A roster published into a longer one: on its dates it counts, around it the longer one still
does.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from scheduler.domain.clock import local_date
from scheduler.domain.duty import KnownShift
from scheduler.domain.facts import LONDON
from scheduler.domain.problem import Period
from scheduler.domain.roster import AssignmentLine
from scheduler.services.check.published_files import known_from_files
from scheduler.services.data.import_export import calendar_bytes, export_roster
from scheduler.services.publish import publish as publishing
from scheduler.services.publish.publish import Published, standing
from scheduler.services.rosters.solve import known_shifts
from scheduler.services.view.person_tables import published_shifts
from scheduler.storage import stored_rosters
from scheduler.storage.repository import Repository
from tests.scheduler.storage import sample

FIRST = date(2027, 1, 11)
WEEKS = [FIRST + timedelta(days=7 * week) for week in range(5)]
LAST = FIRST + timedelta(days=27)


def shift(staff_id: str, day: date, start: str = "07:00", end: str = "15:00") -> AssignmentLine:
    """A shift of the first collaborative; an end before the start is on the next day."""
    until = day + timedelta(days=int(end < start))
    return sample.line(
        demand_id=f"{day}-{start}",
        staff_id=staff_id,
        contract_id=f"C{staff_id[1:]}",
        start=f"{day}T{start}",
        end=f"{until}T{end}",
    )


def publish(repository: Repository, roster_id: str) -> Published:
    """With a reason, in case that it changes what is published."""
    return publishing.publish(repository, roster_id, reason="asked for")


def saved(repository: Repository, first: date, days: int, *lines: AssignmentLine) -> str:
    return repository.save_roster(sample.document(*lines, start=first, days=days), sample.dataset())


pytestmark = pytest.mark.usefixtures("any_roster_stands")


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as repository:
        repository.store(sample.dataset())
        yield repository


@pytest.fixture
def long_id(repository: Repository) -> str:
    """Four weeks, published: S1 on every Monday, and in the night from the first Sunday into the
    second Monday.
    """
    lines = [shift("S1", week) for week in WEEKS[:4]] + [
        shift("S3", FIRST + timedelta(days=6), "19:30", "07:30")
    ]
    roster_id = saved(repository, FIRST, 28, *lines)
    publish(repository, roster_id)
    return roster_id


@pytest.fixture
def short_id(repository: Repository, long_id: str) -> str:
    """The second week of it, published anew: S2 on its Monday, S1 on its Tuesday."""
    roster_id = saved(
        repository, WEEKS[1], 7, shift("S2", WEEKS[1]), shift("S1", WEEKS[1] + timedelta(days=1))
    )
    publish(repository, roster_id)
    return roster_id


S1_DAYS = [WEEKS[0], WEEKS[1] + timedelta(days=1), WEEKS[2], WEEKS[3]]
"""Weeks 1, 3 and 4 as they were, week 2 as it is now."""


def lines_of(repository: Repository) -> dict[str, list[tuple[str | None, date]]]:
    return {
        header.id: sorted((line.staff_id, line.start.date()) for line in lines)
        for header, lines in repository.published()
    }


def days_of(shifts: list[KnownShift], staff_id: str) -> list[date]:
    return sorted(local_date(shift.start) for shift in shifts if shift.staff_id == staff_id)


# --- what counts


def test_weeks_one_three_and_four_stay_and_week_two_is_replaced(
    repository: Repository, long_id: str, short_id: str
) -> None:
    assert lines_of(repository) == {
        long_id: [
            ("S1", WEEKS[0]),
            ("S1", WEEKS[2]),
            ("S1", WEEKS[3]),
            ("S3", FIRST + timedelta(days=6)),
        ],
        short_id: [("S1", WEEKS[1] + timedelta(days=1)), ("S2", WEEKS[1])],
    }


def test_a_night_into_the_replaced_week_belongs_to_the_day_on_which_it_starts(
    repository: Repository, long_id: str, short_id: str
) -> None:
    touching = [
        line.staff_id
        for _, lines in repository.published(first=WEEKS[1], last=WEEKS[1])
        for line in lines
    ]
    assert sorted(touching, key=str) == ["S2", "S3"]


def test_both_stand_in_the_list_of_versions_with_what_they_count_for(
    repository: Repository, long_id: str, short_id: str
) -> None:
    headers = {header.id: header for header in repository.rosters("ESX")}
    assert {header.status for header in headers.values()} == {"published"}
    assert standing(headers[short_id]) == "published"
    assert standing(headers[long_id]) == "published for 11 Jan to 17 Jan, 25 Jan to 7 Feb"
    assert len(headers[long_id].in_force) == 21
    assert len(repository.roster(long_id).document.assignments) == 5, (
        "what was published is kept as it was"
    )


def test_publishing_says_what_was_superseded_and_what_was_shortened(
    repository: Repository, long_id: str, short_id: str
) -> None:
    again = publish(repository, saved(repository, WEEKS[1], 7, shift("S1", WEEKS[1])))
    assert (again.superseded, again.shortened) == ([short_id], [])
    one_day = publish(repository, saved(repository, WEEKS[3], 1, shift("S2", WEEKS[3])))
    assert (one_day.superseded, [header.id for header in one_day.shortened]) == ([], [long_id])
    assert one_day.shortened[0].in_force == repository.roster(long_id).header.in_force
    assert len(one_day.shortened[0].in_force) == 20


def test_a_later_longer_one_supersedes_all_that_lie_in_it(
    repository: Repository, long_id: str, short_id: str
) -> None:
    whole = publish(repository, saved(repository, FIRST, 28, shift("S2", WEEKS[2])))
    assert whole.superseded == sorted([long_id, short_id])
    assert lines_of(repository) == {whole.header.id: [("S2", WEEKS[2])]}


def test_a_roster_replaced_week_by_week_is_superseded_with_the_last(
    repository: Repository, long_id: str, short_id: str
) -> None:
    for week in (WEEKS[0], WEEKS[3]):
        assert publish(repository, saved(repository, week, 7, shift("S1", week))).superseded == []
    assert publish(
        repository, saved(repository, WEEKS[2], 7, shift("S1", WEEKS[2]))
    ).superseded == [long_id]
    assert repository.roster(long_id).header.in_force == frozenset()


def test_the_order_of_publication_counts_not_that_of_the_clock(
    repository: Repository, long_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if it had been turned back
    monkeypatch.setattr(stored_rosters, "now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    later = publish(repository, saved(repository, WEEKS[1], 7, shift("S2", WEEKS[1]))).header
    assert later.published_at > repository.roster(long_id).header.published_at  # type: ignore[operator]
    assert (len(later.in_force), len(repository.roster(long_id).header.in_force)) == (7, 21)


def test_another_collaboratives_publication_takes_nothing_away(
    repository: Repository, long_id: str
) -> None:
    repository.store(sample.Dataset.from_cells(sample.neighbours()))
    theirs = sample.document(shift("S3", WEEKS[1]), collaborative_id="SFK", start=WEEKS[1])
    assert publish(repository, repository.save_roster(theirs, repository.dataset())).shortened == []
    assert len(repository.roster(long_id).header.in_force) == 28


# --- who reads it


def test_a_person_sees_all_four_weeks_as_they_are_now(
    repository: Repository, long_id: str, short_id: str
) -> None:
    own = published_shifts(repository, "S1", FIRST, LAST)
    assert list(own["day"]) == S1_DAYS
    assert list(own["roster_id"]) == [long_id, short_id, long_id, long_id]


def test_a_persons_calendar_file_holds_all_four_weeks_as_they_are_now(
    repository: Repository, short_id: str
) -> None:
    events = icalendar.Calendar.from_ical(calendar_bytes(repository, "S1")).walk("VEVENT")
    days = {
        status: [
            event.start.astimezone(LONDON).date() for event in events if event["STATUS"] == status
        ]
        for status in ("CONFIRMED", "CANCELLED")
    }
    assert days == {"CONFIRMED": S1_DAYS, "CANCELLED": [WEEKS[1]]}


def test_a_shift_kept_in_the_later_publication_is_newer_in_the_calendar(
    repository: Repository, long_id: str
) -> None:
    """The UID is the same, and the long roster's own version number may be higher than the short
    one's.
    """
    # version 2
    publish(repository, saved(repository, FIRST, 28, *(shift("S1", week) for week in WEEKS[:4])))
    before = icalendar.Calendar.from_ical(calendar_bytes(repository, "S1")).walk("VEVENT")[1]
    # version 1 of its own start
    publish(repository, saved(repository, WEEKS[1], 7, shift("S1", WEEKS[1])))
    after = icalendar.Calendar.from_ical(calendar_bytes(repository, "S1")).walk("VEVENT")[1]
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], before["DTSTAMP"].dt) < (after["SEQUENCE"], after["DTSTAMP"].dt)


def test_another_collaborative_knows_the_shifts_that_count_and_no_others(
    repository: Repository, short_id: str
) -> None:
    found = known_shifts(repository, "SFK", Period(WEEKS[1], 7))
    assert days_of(found, "S1") == S1_DAYS
    assert days_of(found, "S2") == [WEEKS[1]]
    assert len(found) == 6  # S3's night besides


def test_the_collaborative_itself_knows_the_weeks_around_the_one_that_it_plans_anew(
    repository: Repository, short_id: str
) -> None:
    found = known_shifts(repository, "ESX", Period(WEEKS[1], 7))
    assert days_of(found, "S1") == [WEEKS[0], WEEKS[2], WEEKS[3]]
    assert days_of(found, "S2") == []
    assert days_of(found, "S3") == [FIRST + timedelta(days=6)]


def test_the_next_period_has_each_shift_of_the_four_weeks_once_as_history(
    repository: Repository, short_id: str
) -> None:
    found = known_shifts(repository, "ESX", Period(WEEKS[4], 28))
    assert days_of(found, "S1") == S1_DAYS
    assert days_of(found, "S2") == [WEEKS[1]]


def test_a_shift_just_after_midnight_in_summer_is_planned_anew_with_its_own_day(
    repository: Repository,
) -> None:
    """00:30 on 28 June is 23:30 on the 27th in UTC: the 28th's, and no history of a period that
    begins with it.
    """
    monday = date(2027, 6, 28)
    publish(repository, saved(repository, monday, 7, shift("S1", monday, "00:30", "06:30")))
    assert known_shifts(repository, "ESX", Period(monday, 7)) == []
    assert len(known_shifts(repository, "ESX", Period(monday - timedelta(days=7), 7))) == 1


def test_exported_files_count_as_in_the_database(
    repository: Repository, long_id: str, short_id: str, tmp_path: Path
) -> None:
    files = []
    for roster_id in (long_id, short_id):
        files.append(export_roster(repository, roster_id, tmp_path / roster_id)[0])
    for collaborative_id, week in (
        ("SFK", WEEKS[1]),
        ("ESX", WEEKS[1]),
        ("ESX", WEEKS[3]),
        ("ESX", WEEKS[4]),
    ):
        stored = sorted(known_shifts(repository, collaborative_id, Period(week, 7)))
        assert sorted(known_from_files(files, collaborative_id, Period(week, 7))) == stored

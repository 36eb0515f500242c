"""What stands in the calendar that a person's own program reads: read back by two libraries, and by
the engine of a real program where that is there.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Leave, Organisation
from scheduler.domain.roster import AssignmentLine
from scheduler.services.data.calendar_feed import (
    CalendarShelf,
    feed,
    withdraw,
)
from scheduler.services.publish.withdraw import withdraw as withdraw_publication
from scheduler.storage.calendar_file import uid, uid_of_leave
from scheduler.storage.repository import Repository
from tests.scheduler.services.data.calendar_readers import (
    MODULES,
    Events,
    Reader,
    by_ical,
    by_ical_js,
    by_icalendar,
    opened,
    read_twice,
    secret_of,
)
from tests.scheduler.services.data.test_calendars import MONDAY, TUESDAY, published, shift
from tests.scheduler.storage import sample

pytestmark = pytest.mark.usefixtures("any_roster_stands")

DAY = timedelta(days=1)
READERS = [
    by_icalendar,
    by_ical,
    pytest.param(
        by_ical_js,
        marks=pytest.mark.skipif(
            shutil.which("node") is None or not (MODULES / "ical.js").exists(),
            reason="no ical.js: make calendar-engine installs it where there are node and npm",
        ),
    ),
]


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as repository:
        repository.store(sample.dataset())
        yield repository


def events(repository: Repository, secret: str, today: date = MONDAY) -> Events:
    return read_twice(opened(repository, secret, today).content)


def told(repository: Repository, *changes: tuple[Leave | None, Leave | None]) -> None:
    repository.change([RowChange(before, after) for before, after in changes])


def leave(first: date, last: date, kind: str = "sick", staff_id: str = "S1") -> Leave:
    return Leave(staff_id=staff_id, from_date=first, to_date=last, kind=kind)


def at_work(begin: str, end: str) -> AssignmentLine:
    return sample.line(demand_id="NIGHT", start=begin, end=end)


# --- what stands in it


def test_a_shift_is_said_in_words_without_ids_or_their_own_name(repository: Repository) -> None:
    published(repository, shift(MONDAY), shift(TUESDAY, "S2", "SECRET"))
    content = opened(repository, secret_of(repository)).content
    [event] = read_twice(content).values()
    names = {
        file: {row.cell("id"): row.cell("name") for row in repository.facts(file)}
        for file in ("role", "service", "site", "organisation", "staff")
    }
    assert event.summary == f"{names['role']['RN5']}, {names['service']['UCR']}"
    assert event.place == names["site"]["X1"]
    assert f"Accountable for your work: {names['organisation']['R1']}" in event.description
    assert "Lent by" not in event.description
    text = content.decode()
    for hidden in (*names["staff"].values(), "D11", "ESX-", "SECRET", "S1"):
        assert hidden not in text.replace("\r\n ", "")


def test_who_lends_is_said(repository: Repository) -> None:
    lent = shift(MONDAY).model_copy(update={"host_organisation_id": "R2"})
    published(repository, lent)
    [event] = events(repository, secret_of(repository)).values()
    names = {
        row.id: row.name
        for row in repository.facts("organisation")
        if isinstance(row, Organisation)
    }
    assert f"Accountable for your work: {names['R2']}\nLent by: {names['R1']}" in event.description


def test_what_programs_are_told_of_the_calendar_itself(repository: Repository) -> None:
    found = icalendar.Calendar.from_ical(opened(repository, secret_of(repository)).content)
    assert str(found["X-WR-CALNAME"]) == str(found["NAME"]) == "My shifts and leave"
    assert found["REFRESH-INTERVAL"].to_ical() == b"PT1H"
    assert found["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert "METHOD" not in found  # with one, RFC 5546 wants an organiser in every event
    assert found["X-PUBLISHED-TTL"].to_ical() == b"PT1H"
    assert [str(zone["TZID"]) for zone in found.walk("VTIMEZONE")] == ["Europe/London"]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ("2026-10-24T19:30", "2026-10-25T07:30", 13),  # an hour comes twice
        ("2027-03-27T19:30", "2027-03-28T07:30", 11),  # an hour is left out
        ("2027-01-16T19:30", "2027-01-17T07:30", 12),
        ("2027-07-16T19:30", "2027-07-17T07:30", 12),
        ("2026-10-24T17:30", "2026-10-25T01:30", 8),  # the first time that it is half past one
    ],
)
def test_a_night_over_a_change_of_the_clocks_has_its_true_length(
    repository: Repository, reader: Reader, begin: str, end: str, hours: int
) -> None:
    day = date.fromisoformat(begin[:10])
    published(repository, at_work(begin, end), start=day, days=2)
    [event] = reader(opened(repository, secret_of(repository), day).content).values()
    line = at_work(begin, end)
    assert (event.start, event.end) == (line.start.astimezone(UTC), line.end.astimezone(UTC))
    assert event.end - event.start == timedelta(hours=hours)


@pytest.mark.parametrize("reader", READERS)
def test_an_end_within_the_hour_that_comes_again_is_the_later_one(
    repository: Repository, reader: Reader
) -> None:
    """01:30 in winter time, for which a clock has no other word than for an hour before."""
    line = at_work("2026-10-24T17:30", "2026-10-25T01:30")
    later = line.model_copy(update={"end": line.end.astimezone(UTC) + timedelta(hours=1)})
    published(repository, later, start=date(2026, 10, 24), days=2)
    content = opened(repository, secret_of(repository), date(2026, 10, 24)).content
    [event] = reader(content).values()
    assert event.end == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert event.end - event.start == timedelta(hours=9)


@pytest.mark.parametrize("reader", READERS)
def test_a_shift_that_is_moved_or_cancelled_stays_the_same_event_with_a_higher_number(
    repository: Repository, reader: Reader
) -> None:
    secret, seen = secret_of(repository), []
    published(repository, shift(MONDAY), shift(TUESDAY))
    seen.append(reader(opened(repository, secret).content))
    later = shift(MONDAY).model_copy(
        update={
            part: getattr(shift(MONDAY), part) + timedelta(hours=2) for part in ("start", "end")
        }
    )
    second = published(repository, later)
    seen.append(reader(opened(repository, secret).content))
    withdraw_publication(repository, second, "the wrong week")
    seen.append(reader(opened(repository, secret).content))
    of_monday, of_tuesday = uid("S1", "D11", MONDAY), uid("S1", "D12", TUESDAY)
    assert [set(one) for one in seen] == [{of_monday, of_tuesday}] * 3
    assert [one[of_monday].status for one in seen] == ["CONFIRMED"] * 3
    assert [one[of_tuesday].status for one in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert seen[1][of_monday].start == seen[0][of_monday].start + timedelta(hours=2)
    assert seen[2][of_monday].start == seen[0][of_monday].start
    assert seen[1][of_tuesday].summary.startswith("Cancelled: ")
    for each in (of_monday, of_tuesday):
        numbers = [one[each].sequence for one in seen]
        assert numbers == sorted(set(numbers))


# --- leave


@pytest.mark.parametrize("reader", READERS)
def test_leave_lasts_whole_days_to_its_last_and_says_not_why(
    repository: Repository, reader: Reader
) -> None:
    told(repository, (None, leave(MONDAY, TUESDAY)), (None, leave(MONDAY, MONDAY, staff_id="S2")))
    content = opened(repository, secret_of(repository)).content
    [event] = reader(content).values()
    assert (event.start, event.end) == (MONDAY, TUESDAY + DAY)
    assert (event.summary, event.status) == ("Leave", "CONFIRMED")
    assert b"sick" not in content
    assert b"DTSTART;VALUE=DATE:20270111" in content


def test_leave_over_the_change_of_the_clocks_is_days_and_no_hours(repository: Repository) -> None:
    first, last = date(2027, 3, 27), date(2027, 3, 28)
    told(repository, (None, leave(first, last)))
    [event] = events(repository, secret_of(repository)).values()
    assert (event.start, event.end) == (first, last + DAY)


def test_leave_that_is_changed_or_taken_back_keeps_its_uid_with_a_higher_number(
    repository: Repository,
) -> None:
    secret, seen = secret_of(repository), []
    short, long = leave(MONDAY, TUESDAY), leave(MONDAY, TUESDAY + DAY)
    for change in ((None, short), (short, long), (long, None), (None, short)):
        told(repository, change)
        seen.append(events(repository, secret))
    own = uid_of_leave("S1", MONDAY)
    assert [list(one) for one in seen] == [[own]] * 4
    assert [one[own].status for one in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [one[own].end for one in seen] == [
        TUESDAY + DAY,
        TUESDAY + 2 * DAY,
        TUESDAY + 2 * DAY,
        TUESDAY + DAY,
    ]
    numbers = [one[own].sequence for one in seen]
    assert numbers == sorted(set(numbers))


def test_leave_that_moves_to_another_day_is_cancelled_on_the_first(repository: Repository) -> None:
    secret = secret_of(repository)
    told(repository, (None, leave(MONDAY, MONDAY)))
    told(repository, (leave(MONDAY, MONDAY), leave(TUESDAY, TUESDAY)))
    assert {key: event.status for key, event in events(repository, secret).items()} == {
        uid_of_leave("S1", MONDAY): "CANCELLED",
        uid_of_leave("S1", TUESDAY): "CONFIRMED",
    }


def test_leave_without_an_end_that_programs_could_read_ends_in_ten_years(
    repository: Repository,
) -> None:
    told(repository, (None, leave(MONDAY, date.max)))
    [event] = events(repository, secret_of(repository)).values()
    assert isinstance(event.end, date)
    assert event.end.year == MONDAY.year + 10


# --- the same bytes as long as nothing has changed


def test_nothing_new_is_the_same_to_the_byte_and_anything_new_is_not(
    repository: Repository,
) -> None:
    published(repository, shift(MONDAY), shift(TUESDAY))
    told(repository, (None, leave(MONDAY + 7 * DAY, MONDAY + 8 * DAY)))
    secret = secret_of(repository)
    first = opened(repository, secret)
    assert opened(repository, secret, MONDAY + 6 * DAY) == first
    assert opened(repository, secret_of(repository)) == first
    seen = [first]
    secret, shelf = secret_of(repository), CalendarShelf()
    opened(repository, secret, shelf=shelf)

    def changed() -> None:
        kept, anew = opened(repository, secret, shelf=shelf), opened(repository, secret)
        assert kept == anew
        seen.append(kept)

    second = published(repository, shift(MONDAY))
    changed()
    withdraw_publication(repository, second, "the wrong week")
    changed()
    told(repository, (None, leave(MONDAY + 14 * DAY, MONDAY + 14 * DAY)))
    changed()
    site = next(row for row in repository.facts("site") if row.cell("id") == "X1")
    repository.change([RowChange(site, site.model_copy(update={"name": "Elsewhere"}))])
    changed()
    assert len({one.tag for one in seen}) == len({one.content for one in seen}) == 5
    assert [one.changed for one in seen] == sorted(one.changed for one in seen)


def test_what_was_kept_for_one_is_handed_to_nobody_else(repository: Repository) -> None:
    published(repository, shift(MONDAY), shift(TUESDAY, "S2"))
    shelf = CalendarShelf(most=1)
    secrets = {one: secret_of(repository, one) for one in ("S1", "S2")}
    for _ in range(2):
        for staff_id, day in (("S1", MONDAY), ("S2", TUESDAY)):
            content = opened(repository, secrets[staff_id], shelf=shelf).content
            [key] = read_twice(content)
            assert key == uid(staff_id, f"D{day.day}", day)


def test_what_is_kept_is_not_made_again(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(repository, shift(MONDAY))
    secret, shelf = secret_of(repository), CalendarShelf()
    first = opened(repository, secret, shelf=shelf)
    monkeypatch.setattr(Repository, "ever_published", None)
    assert opened(repository, secret, shelf=shelf) is first
    withdraw(repository, "S1")
    assert feed(repository, secret, shelf, MONDAY) is None


def test_the_past_is_shown_for_a_year_and_what_was_cancelled_for_some_weeks(
    repository: Repository,
) -> None:
    published(repository, shift(MONDAY), shift(TUESDAY))
    published(repository, shift(MONDAY))
    told(repository, (None, leave(MONDAY + 2 * DAY, MONDAY + 2 * DAY)))
    secret = secret_of(repository)
    kept = {uid("S1", "D11", MONDAY), uid_of_leave("S1", MONDAY + 2 * DAY)}
    gone = uid("S1", "D12", TUESDAY)
    assert set(events(repository, secret, date(2027, 3, 7))) == {*kept, gone}
    assert set(events(repository, secret, date(2027, 3, 22))) == kept
    assert set(events(repository, secret, date(2028, 1, 31))) == kept
    assert set(events(repository, secret, date(2028, 2, 1))) == set()


def test_facts_that_were_brought_in_tell_leave_too(repository: Repository) -> None:
    repository.store(Dataset(leave=(leave(MONDAY, MONDAY, "annual"),)))
    [event] = events(repository, secret_of(repository)).values()
    assert event.sequence > 0

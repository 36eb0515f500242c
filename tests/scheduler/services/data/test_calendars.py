"""What a phone is told of shifts that were published once and count no more: read back as it would
read them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import icalendar
import pytest

from scheduler.domain.roster import AssignmentLine
from scheduler.domain.wording import one_line
from scheduler.services.data.import_export import calendar_bytes, calendar_remark, export_roster
from scheduler.services.publish import publish as publishing
from scheduler.services.publish.publish import Published
from scheduler.services.publish.withdraw import withdraw
from scheduler.storage.calendar_file import CalendarEntry, CalendarNames, calendar, uid
from scheduler.storage.repository import Repository
from tests.scheduler.storage import sample

MONDAY = date(2027, 1, 11)
TUESDAY = MONDAY + timedelta(days=1)

pytestmark = pytest.mark.usefixtures("any_roster_stands")


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as repository:
        repository.store(sample.dataset())
        yield repository


def shift(day: date, staff_id: str = "S1", demand_id: str = "") -> AssignmentLine:
    return sample.line(
        demand_id=demand_id or f"D{day.day}",
        staff_id=staff_id,
        start=f"{day}T07:00",
        end=f"{day}T15:00",
    )


def publish(repository: Repository, roster_id: str) -> Published:
    """With a reason, in case that it changes what is published."""
    return publishing.publish(repository, roster_id, reason="asked for")


def saved(
    repository: Repository, *lines: AssignmentLine, start: date = MONDAY, days: int = 7
) -> str:
    # with a shift of somebody else, since a document without any gets the sample's own
    return repository.save_roster(
        sample.document(shift(MONDAY, "S3", "OTHER"), *lines, start=start, days=days),
        sample.dataset(),
    )


def published(
    repository: Repository, *lines: AssignmentLine, start: date = MONDAY, days: int = 7
) -> str:
    return publish(repository, saved(repository, *lines, start=start, days=days)).header.id


def events(content: bytes) -> dict[str, icalendar.Event]:
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def own(repository: Repository) -> dict[str, icalendar.Event]:
    return events(calendar_bytes(repository, "S1"))


def exported(
    repository: Repository, roster_id: str, folder: Path, staff_id: str | None = "S1"
) -> dict[str, icalendar.Event]:
    [file] = export_roster(repository, roster_id, folder / "calendar.ics", staff_id=staff_id)
    return events(file.read_bytes())


MONDAYS, TUESDAYS = uid("S1", "D11", MONDAY), uid("S1", "D12", TUESDAY)


def test_a_withdrawn_shift_is_cancelled_under_its_uid_with_a_higher_sequence(
    repository: Repository, tmp_path: Path
) -> None:
    published(repository, shift(MONDAY), shift(TUESDAY))
    before = own(repository)
    assert {event["STATUS"] for event in before.values()} == {"CONFIRMED"}
    second = published(repository, shift(MONDAY))
    for after in (own(repository), exported(repository, second, tmp_path)):
        assert {event_uid: event["STATUS"] for event_uid, event in after.items()} == {
            MONDAYS: "CONFIRMED",
            TUESDAYS: "CANCELLED",
        }
        for event_uid, event in after.items():
            assert event["SEQUENCE"] > before[event_uid]["SEQUENCE"]
            assert event["DTSTAMP"].dt > before[event_uid]["DTSTAMP"].dt
        assert after[TUESDAYS].start == before[TUESDAYS].start
        assert after[TUESDAYS]["SUMMARY"].startswith("Cancelled: ")
        assert after[TUESDAYS]["TRANSP"] == "TRANSPARENT"


def test_a_shift_taken_away_and_given_back_is_confirmed_again(repository: Repository) -> None:
    seen = []
    for lines in (
        (shift(MONDAY), shift(TUESDAY)),
        (shift(MONDAY),),
        (shift(MONDAY), shift(TUESDAY)),
    ):
        published(repository, *lines)
        seen.append(own(repository)[TUESDAYS])
    assert [event["STATUS"] for event in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    sequences = [event["SEQUENCE"] for event in seen]
    assert sequences == sorted(set(sequences))


def test_a_withdrawn_publication_cancels_what_it_brought_and_gives_back_what_it_took(
    repository: Repository, tmp_path: Path
) -> None:
    published(repository, shift(MONDAY))
    second = published(repository, shift(TUESDAY))
    seen = [own(repository)]
    withdraw(repository, second, "the wrong week")
    seen.append(own(repository))
    third = published(repository, shift(MONDAY), shift(TUESDAY))
    seen.append(own(repository))
    statuses = [{each: event["STATUS"] for each, event in events.items()} for events in seen]
    assert statuses == [
        {MONDAYS: "CANCELLED", TUESDAYS: "CONFIRMED"},
        {MONDAYS: "CONFIRMED", TUESDAYS: "CANCELLED"},
        {MONDAYS: "CONFIRMED", TUESDAYS: "CONFIRMED"},
    ]
    for before, after in pairwise(seen):
        for each in (MONDAYS, TUESDAYS):
            assert before[each]["SEQUENCE"] < after[each]["SEQUENCE"]
            assert before[each]["DTSTAMP"].dt < after[each]["DTSTAMP"].dt
    assert {
        each: event["STATUS"] for each, event in exported(repository, second, tmp_path).items()
    } == statuses[-1]
    withdraw(repository, third, "that too")
    assert "was withdrawn" in calendar_remark(repository, third)


def test_where_every_publication_is_withdrawn_all_is_cancelled(repository: Repository) -> None:
    only = published(repository, shift(MONDAY))
    before = own(repository)[MONDAYS]
    withdraw(repository, only, "the wrong week")
    after = own(repository)[MONDAYS]
    assert after["STATUS"] == "CANCELLED"
    assert before["SEQUENCE"] < after["SEQUENCE"]
    assert only in after["DESCRIPTION"]


def test_who_has_no_shift_left_gets_cancelled_ones_alone(repository: Repository) -> None:
    published(repository, shift(MONDAY), shift(TUESDAY))
    published(repository)
    assert {event["STATUS"] for event in own(repository).values()} == {"CANCELLED"}
    assert len(own(repository)) == 2


def test_who_never_had_a_shift_gets_none(repository: Repository) -> None:
    published(repository, shift(MONDAY, "S2"))
    assert own(repository) == {}


def test_an_id_used_again_for_another_day_is_another_shift(repository: Repository) -> None:
    published(repository, shift(MONDAY, demand_id="D1"))
    published(repository, shift(TUESDAY, demand_id="D1"))
    assert {event_uid: event["STATUS"] for event_uid, event in own(repository).items()} == {
        uid("S1", "D1", MONDAY): "CANCELLED",
        uid("S1", "D1", TUESDAY): "CONFIRMED",
    }


def test_a_week_published_into_four_cancels_in_that_week_alone(
    repository: Repository, tmp_path: Path
) -> None:
    later = MONDAY + timedelta(days=7)
    long_id = published(repository, shift(MONDAY), shift(later), days=28)
    short_id = published(repository, start=later)
    wanted = {uid("S1", "D11", MONDAY): "CONFIRMED", uid("S1", "D18", later): "CANCELLED"}
    assert {event_uid: event["STATUS"] for event_uid, event in own(repository).items()} == wanted
    assert {
        event_uid: event["STATUS"]
        for event_uid, event in exported(repository, long_id, tmp_path).items()
    } == wanted
    assert exported(repository, short_id, tmp_path).keys() == {uid("S1", "D18", later)}
    assert "On some dates" in calendar_remark(repository, long_id)


def test_the_calendar_of_a_superseded_version_is_what_is_in_force_and_says_so(
    repository: Repository, tmp_path: Path
) -> None:
    first = published(repository, shift(MONDAY))
    assert calendar_remark(repository, first) == ""
    second = published(repository, shift(TUESDAY))
    assert exported(repository, first, tmp_path).keys() == {MONDAYS, TUESDAYS}
    assert exported(repository, first, tmp_path, None) == exported(
        repository, second, tmp_path, None
    )
    document = icalendar.Calendar.from_ical(
        (export_roster(repository, first, tmp_path / "a.ics"))[0].read_bytes()
    )
    assert document["X-WR-CALDESC"] == calendar_remark(repository, first)
    assert "superseded" in calendar_remark(repository, first)


def test_a_draft_is_marked_and_loses_against_all_that_was_published(
    repository: Repository, tmp_path: Path
) -> None:
    draft = saved(repository, shift(MONDAY))
    [event] = exported(repository, draft, tmp_path).values()
    assert (event["STATUS"], event["SEQUENCE"]) == ("TENTATIVE", 0)
    publish(repository, draft)
    assert own(repository)[MONDAYS]["SEQUENCE"] > 0


def test_places_of_a_demand_that_one_supply_fills_are_told_apart(
    repository: Repository, tmp_path: Path
) -> None:
    supply = sample.line(
        demand_id="D2", staff_id="", temporary_supply_id="AG1", contract_id="", pay="agency"
    )
    published(repository, supply, supply)
    second = published(repository, supply)
    found = exported(repository, second, tmp_path, None)
    assert [found[uid("AG1", "D2", MONDAY, number)]["STATUS"] for number in (1, 2)] == [
        "CONFIRMED",
        "CANCELLED",
    ]


@pytest.mark.parametrize("demand_id", ["T:UCR:X1:2027-01-13:E:RN5", "Früh|1", "a\nb", "x" * 500])
def test_a_uid_is_one_printable_line_whatever_the_id_holds(demand_id: str) -> None:
    found = uid("S1", demand_id, MONDAY)
    assert found.isascii()
    assert found.isprintable()
    assert " " not in found
    assert len(found) < 120
    assert found.startswith("2027-01-11-")
    assert found != uid(f"S1|{demand_id}", "", MONDAY)


def test_every_calendar_has_the_zone_by_yearly_rules(
    repository: Repository, tmp_path: Path
) -> None:
    published(repository)
    empty = calendar_bytes(repository, "S1")
    whole = export_roster(
        repository, saved(repository, shift(date(2027, 7, 1))), tmp_path / "a.ics"
    )[0].read_bytes()
    for content in (empty, whole):
        [zone] = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")
        assert zone["TZID"] == "Europe/London"
        parts = {part.name: part for part in zone.subcomponents}
        assert parts.keys() == {"STANDARD", "DAYLIGHT"}
        rules = {
            name: (
                part["TZOFFSETFROM"].to_ical(),
                part["TZOFFSETTO"].to_ical(),
                part["RRULE"].to_ical(),
            )
            for name, part in parts.items()
        }
        assert rules == {
            "STANDARD": ("+0100", "+0000", b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
            "DAYLIGHT": ("+0000", "+0100", b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
        }
        assert b"RDATE" not in content
    assert b"DTSTART;TZID=Europe/London:20270701T070000" in whole


def test_the_zone_as_written_gives_the_times_that_are_meant() -> None:
    """The rules themselves, not the name that programs know."""
    text = calendar([], CalendarNames({}), "x").replace(b"Europe/London", b"Somewhere/Else")
    [zone] = icalendar.Calendar.from_ical(text).walk("VTIMEZONE")
    meant = zone.to_tz()
    for wall, hour in (
        ((2027, 3, 28, 0, 59), 0),
        ((2027, 3, 28, 2, 0), 1),
        ((2027, 10, 31, 0, 59), 23),
        ((2027, 10, 31, 2, 0), 2),
    ):
        assert datetime(*wall, tzinfo=meant).astimezone(UTC).hour == hour


@pytest.mark.parametrize(
    "name", ["Two\nlines", "\x1b[2JAnn", "Ann\r\nBEGIN:VEVENT", "Ann; Bea, \\Cal"]
)
def test_a_name_of_any_kind_stays_within_its_line_of_the_calendar(name: str) -> None:
    names = CalendarNames(
        {file: {"X": name} for file in ("staff", "role", "service", "site", "organisation")}
    )
    line = shift(MONDAY).model_copy(
        update={
            "staff_id": "X",
            "role_id": "X",
            "service_id": "X",
            "site_id": "X",
            "host_organisation_id": "X",
        }
    )
    header = SimpleNamespace(id="R", published_at=datetime(2027, 1, 1, tzinfo=UTC), created_at=None)
    made = icalendar.Calendar.from_ical(
        calendar([CalendarEntry("U", "CONFIRMED", header, line)], names, name)
    )
    assert str(made["x-wr-calname"]) == one_line(name)
    assert [part.name for part in made.subcomponents] == ["VTIMEZONE", "VEVENT"]
    event = made.subcomponents[1]
    assert str(event["summary"]) == f"{one_line(name)}, {one_line(name)}: {one_line(name)} (X)"
    assert str(event["location"]) == one_line(name)
    assert str(event["description"]).splitlines()[0] == f"Host: {one_line(name)}"

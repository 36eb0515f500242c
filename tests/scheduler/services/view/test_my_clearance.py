"""What one person holds, what needs it, and what one thing more would open for them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import NotFound, NotPermitted
from scheduler.domain.held_ending import HeldEnding
from scheduler.domain.roster import AssignmentLine
from scheduler.services.view import my_words
from scheduler.services.view.my_clearance import (
    HeldThing,
    MyClearance,
    my_clearance,
    my_clearance_in,
)
from tests.factories import (
    ALL_CHECKS,
    MONDAY,
    Tables,
    lending,
    need,
    person,
    plain_tables,
    rows,
    worked,
)
from tests.scheduler.services.accounts.conftest import Stored, holding
from tests.scheduler.services.view.lines import line

HELD = "staff_id competency_id valid_from valid_to"
SIGNED = "staff_id procedure_id organisation_id version valid_from valid_to"
WEEK = frozenset(MONDAY + timedelta(days=day) for day in range(7))


@pytest.fixture
def tables() -> Tables:
    """A nurse of A; the service asks for resuscitation and, of nurses, wound care."""
    tables = plain_tables()
    person(tables, "P")
    tables["competency"] = rows(
        "id name kind", "LS | Life support | mandatory", "WC | Wound care | clinical"
    )
    tables["service_competency"] = rows(
        "service_id role_id competency_id", "UCR | | LS", "UCR | RN | WC"
    )
    tables["staff_competency"] = rows(
        HELD, "P | LS | 2026-01-01 | 2027-02-28", "P | WC | 2026-01-01 |"
    )
    return tables


def looked(
    tables: Tables, published: list[AssignmentLine] | None = None, on: date = MONDAY
) -> MyClearance:
    facts = Dataset.from_cells(tables)
    return my_clearance_in(facts, published or [], [("COL", WEEK)], "P", on)


def thing(found: MyClearance, name: str) -> HeldThing:
    return next(one for one in found.held if name in one.name)


def shifts_to_come(tables: Tables) -> list[AssignmentLine]:
    facts = Dataset.from_cells(tables)
    return [line(facts, MONDAY + timedelta(days=day)) for day in (0, 2)]


# --- what is held


def test_each_thing_says_when_it_ends_who_renews_it_and_what_needs_it(tables: Tables) -> None:
    facts = Dataset.from_cells(tables)
    lately = [line(facts, MONDAY - timedelta(days=7 * week)) for week in (1, 12)]
    longer_ago = line(facts, MONDAY - timedelta(days=7 * 12 + 1))
    found = looked(tables, [*shifts_to_come(tables), *lately, longer_ago])
    held = thing(found, "Life support")
    assert (held.until, held.days_left, held.who) == (date(2027, 2, 28), 48, "Trust A")
    assert (held.coming, held.usual, found.coming, found.usual) == (2, 2, 2, 2)
    assert found.held[0] == held, "what ends soonest stands first"
    assert my_words.held_line(held, found) == (
        "Competency: Life support.",
        "Ends on 28 February 2027, in 48 days. Renewed by Trust A. Needed for 2 of your 2 published"
        " shifts to come, and 2 of 2 in the last 12 weeks.",
    )


def test_since_when_they_know_is_said_with_it(tables: Tables) -> None:
    found = looked(tables)
    held, known = thing(found, "Life support"), datetime(2027, 7, 5, 23, tzinfo=UTC)
    assert held.ending(found.on) == HeldEnding("competency", ("LS",), date(2027, 2, 28), False)
    assert held.ending(date(2027, 3, 1)) == HeldEnding(
        "competency", ("LS",), date(2027, 2, 28), True
    )
    assert thing(found, "Wound care").ending(found.on) is None
    assert my_words.held_line(held, found, known)[1] == (
        "Ends on 28 February 2027, in 48 days. Renewed by Trust A. You know since 6 July 2027."
    )


def test_an_end_is_said_with_how_near_it_is() -> None:
    end = HeldEnding("competency", ("LS",), MONDAY, False)
    days = {0: "today", 1: "tomorrow", 2: "in 2 days"}
    for before, near in days.items():
        said = my_words.ends_when(end, MONDAY - timedelta(days=before))
        assert said == f"ends on 11 January 2027, {near}"
    assert my_words.ends_when(end._replace(ended=True), MONDAY) == "ended on 11 January 2027"
    assert my_words.thing("contract", "bank contract as Nurse") == "Bank contract as Nurse"
    assert my_words.thing("sign-off", "Lone working") == "Sign-off: Lone working"


def test_what_no_shift_asks_for_is_needed_for_none(tables: Tables) -> None:
    tables["service_competency"] = tables["service_competency"][:1]
    found = looked(tables, shifts_to_come(tables))
    assert (thing(found, "Wound care").coming, thing(found, "Life support").coming) == (0, 2)
    assert my_words.held_line(thing(found, "Wound care"), found)[1] == (
        "No end. Needed for none of your 2 published shifts to come."
    )


def test_a_renewal_without_a_gap_carries_on_and_one_with_a_gap_does_not(tables: Tables) -> None:
    tables["staff_competency"] += rows(HELD, "P | LS | 2027-03-01 | 2028-02-28")
    held = thing(looked(tables), "Life support")
    assert (held.until, held.renewed) == (date(2028, 2, 28), True)
    assert "It is renewed until then." in my_words.held_line(held, looked(tables))[1]
    tables["staff_competency"][-1]["valid_from"] = "2027-03-02"
    held = thing(looked(tables), "Life support")
    assert (held.until, held.renewed) == (date(2027, 2, 28), False)


def test_what_ended_lately_is_said_and_what_begins_later(tables: Tables) -> None:
    found = looked(tables, on=date(2027, 3, 10))
    held = thing(found, "Life support")
    assert held.days_left == -10
    assert "Ended on 28 February 2027." in my_words.held_line(held, found)[1]
    assert not [
        one for one in looked(tables, on=date(2027, 6, 10)).held if one.name == "Life support"
    ]
    tables["staff_competency"][0]["valid_from"] = "2027-01-20"
    found = looked(tables)
    words = my_words.held_line(thing(found, "Life support"), found)[1]
    assert words.startswith("From 20 January 2027; it ends on 28 February 2027")


def test_a_passport_is_needed_for_what_is_lent_alone(tables: Tables) -> None:
    lending(tables, ["P"])
    facts = Dataset.from_cells(tables)
    found = looked(tables, [*shifts_to_come(tables), line(facts, MONDAY, site_id="SB")])
    held = thing(found, "portability agreement")
    assert held.name == "portability agreement, good for CIC B"
    assert (held.coming, found.coming) == (1, 3)


def test_of_two_passports_that_would_do_neither_is_needed(tables: Tables) -> None:
    lending(tables, ["P"])
    lending(tables, ["P"], route="honorary_contract")
    facts = Dataset.from_cells(tables)
    found = looked(tables, [line(facts, MONDAY, site_id="SB")])
    assert [one.coming for one in found.held if one.kind == "passport"] == [0, 0]


def test_a_contract_has_no_id_and_counts_its_shifts(tables: Tables) -> None:
    found = looked(tables, shifts_to_come(tables))
    held = next(one for one in found.held if one.kind == "contract")
    assert (held.name, held.coming) == ("contract as Nurse, Trust A", 2)


def with_procedure(tables: Tables, *versions: str) -> None:
    tables["procedure"] = rows("id name", "IPC | Infection control")
    tables["procedure_version"] = rows(
        "procedure_id organisation_id version from_date to_date", *versions
    )
    tables["service_procedure"] = rows("service_id procedure_id", "UCR | IPC")


def test_a_sign_off_says_what_follows_on_its_version(tables: Tables) -> None:
    with_procedure(tables, "IPC | A | V1 | 2020-01-01 | 2027-01-12", "IPC | A | V2 | 2027-01-13 |")
    tables["procedure_sign_off"] = rows(SIGNED, "P | IPC | A | V1 | 2026-01-01 |")
    found = looked(tables, shifts_to_come(tables))
    held = thing(found, "Infection control")
    assert held.name == "Infection control, version V1 of Trust A"
    assert held.version == "version V2 follows on 13 January 2027"
    assert held.coming == 1, "on Wednesday it does not count any more"
    later = thing(looked(tables, on=date(2027, 1, 14)), "Infection control")
    assert later.version == "no longer the version in use, which is V2"
    tables["procedure_sign_off"][0]["version"] = "V2"
    assert thing(looked(tables), "Infection control").version == (
        "this version is in use from 13 January 2027"
    )


# --- what one thing more would open


def test_one_thing_that_is_missing_opens_what_it_alone_keeps_closed(tables: Tables) -> None:
    tables["staff_competency"] = tables["staff_competency"][:1]
    for day in (0, 1, 27, 28):
        need(tables, day, "E")
    need(tables, 0, "E", role_id="HCA")
    (opening,) = looked(tables).opens
    assert (opening.kind, opening.name, opening.who) == ("competency", "Wound care", "Trust A")
    assert (opening.shifts, opening.published, opening.again) == (3, 2, False)
    assert opening.sites == ("Site A",)
    assert my_words.opening_line(opening) == (
        "The competency Wound care would open 3 shifts to you in the next 4 weeks, 2 of them in"
        " published weeks: Urgent community response; at Site A; for Trust A. Ask Trust A."
    )


def test_published_weeks_count_however_far_ahead(tables: Tables) -> None:
    tables["staff_competency"] = tables["staff_competency"][:1]
    far = MONDAY + timedelta(days=40)
    need(tables, far, "E")
    need(tables, far + timedelta(days=1), "E")
    (opening,) = my_clearance_in(
        Dataset.from_cells(tables), [], [("COL", {far})], "P", MONDAY
    ).opens
    assert (opening.shifts, opening.published, opening.coming) == (1, 1, 0)
    words = my_words.opening_line(opening)
    assert "would open 1 shift to you in weeks that are published: " in words
    assert "next 4 weeks" not in words


def test_two_things_that_are_missing_open_nothing_alone(tables: Tables) -> None:
    tables["staff_competency"] = []
    need(tables, 0, "E")
    assert looked(tables).opens == ()
    assert list(my_words.opening_lines(looked(tables))) == [
        "No single thing more would open another shift to you in the next 4 weeks."
    ]
    need(tables, 1, "E", role_id="HCA")
    assert [(one.name, one.shifts) for one in looked(tables).opens] == [("Life support", 1)]


def test_what_leave_keeps_closed_nothing_opens(tables: Tables) -> None:
    tables["staff_competency"] = tables["staff_competency"][:1]
    tables["leave"] = rows("staff_id from_date to_date kind", "P | 2027-01-11 | 2027-01-11 | x")
    need(tables, 0, "E")
    assert looked(tables).opens == ()


def test_what_another_contract_opens_already_is_not_counted(tables: Tables) -> None:
    lending(tables, [])
    need(tables, 0, "E", site_id="SB")
    assert [one.kind for one in looked(tables).opens] == ["passport"]
    own = tables["contract"][0]
    tables["contract"].append({**own, "id": "C-B", "organisation_id": "B", "base_site_id": "SB"})
    assert looked(tables).opens == ()


def test_the_best_stands_first_and_a_renewal_is_one(tables: Tables) -> None:
    lending(tables, [])
    tables["passport"] = []
    tables["staff_competency"][0]["valid_to"] = "2027-01-12"
    need(tables, 0, "E", site_id="SB")
    for day in (2, 3):
        need(tables, day, "E")
    first, second = looked(tables).opens
    assert (first.name, first.shifts, first.again) == ("Life support", 2, True)
    assert (second.kind, second.name, second.shifts) == ("passport", "CIC B", 1)
    assert my_words.opening_line(first).startswith("Renewing the competency Life support would")
    assert my_words.opening_line(second).startswith(
        "A passport (leave to work there) for CIC B would open 1 shift to you"
    )


def test_a_passport_that_lacks_a_check_opens_like_one_that_is_missing(tables: Tables) -> None:
    lending(tables, ["P"])
    need(tables, 0, "E", site_id="SB")
    assert looked(tables).opens == ()
    tables["passport"][0]["checks"] = ALL_CHECKS.replace("|dbs", "")
    assert [one.kind for one in looked(tables).opens] == ["passport"]


def test_a_sign_off_opens_what_a_template_asks_for_too(tables: Tables) -> None:
    with_procedure(tables, "IPC | A | V1 | 2020-01-01 |")
    tables["demand_template"] = rows(
        "service_id site_id weekday shift_type_id role_id minimum preferred priority",
        "UCR | SA | 1 | E | RN | 1 | | 3",
    )
    (opening,) = looked(tables).opens
    assert (opening.kind, opening.name, opening.who) == ("sign-off", "Infection control", "Trust A")
    assert (opening.shifts, opening.published) == (4, 1)


def test_at_most_ten_are_named(tables: Tables) -> None:
    numbers = range(12)
    tables["competency"] += rows(
        "id name kind", *(f"K{n} | Knowledge {n} | clinical" for n in numbers)
    )
    tables["service"] += rows(
        "id collaborative_id name", *(f"S{n} | COL | Service {n}" for n in numbers)
    )
    tables["service_host"] += rows(
        "service_id place_id organisation_id", *(f"S{n} | PA | A" for n in numbers)
    )
    tables["service_competency"] += rows(
        "service_id role_id competency_id", *(f"S{n} | | K{n}" for n in numbers)
    )
    for n in numbers:
        need(tables, 0, "E", id=f"X{n}", service_id=f"S{n}")
    assert len(looked(tables).opens) == 10


# --- of a database


def test_others_are_refused_and_the_own_page_is_read(world: Stored) -> None:
    with world.opened(holding("staff", staff_id="NA")) as repository:
        found = my_clearance(repository, "NA", MONDAY)
        assert [one.kind for one in found.held] == ["contract", "passport"]
        assert found.coming > 0
        assert my_clearance(repository, "NA", MONDAY + timedelta(days=21)).usual == found.coming
        with pytest.raises(NotPermitted):
            my_clearance(repository, "NB", MONDAY)


def test_nobody_is_said(world: Stored) -> None:
    with world.opened(holding("operations")) as repository, pytest.raises(NotFound):
        my_clearance(repository, "NOBODY", MONDAY)


# --- shifts for other hosts


def said_elsewhere(tables: Tables, days: list[date], on: date = MONDAY) -> list[str]:
    facts = Dataset.from_cells(tables)
    published = [line(facts, day, site_id="SB") for day in days]
    return list(my_words.elsewhere_lines(my_clearance_in(facts, published, [], "P", on)))


def test_their_own_limit_and_what_is_left_of_it(tables: Tables) -> None:
    lending(tables, ["P"])
    january = [MONDAY + timedelta(days=day) for day in range(3)]
    assert said_elsewhere(tables, january) == [], "they have set none"
    [own] = tables["staff"]
    own["most_shifts_elsewhere"] = "3"
    assert said_elsewhere(tables, [date(2026, 12, 31)]) == [
        "You have said at most 3 shifts a month for other employers.",
        "In January 2027 you have none: 3 more would be possible.",
    ], "last month is over"
    assert said_elsewhere(tables, [*january, date(2027, 1, 31), date(2027, 2, 1)])[1:] == [
        "In January 2027 you have 4 shifts: that is 1 more than you have said, and no more can be"
        " given to you.",
        "In February 2027 you have 1 shift: 2 more would be possible.",
    ]
    assert said_elsewhere(tables, january)[1] == (
        "In January 2027 you have 3 shifts: more would be too many."
    )
    own["most_shifts_elsewhere"] = "0"
    [none] = said_elsewhere(tables, [])
    assert none.startswith("You have said no shifts for other employers")
    own["accepts_other_hosts"] = "no"
    assert said_elsewhere(tables, []) == []


def test_what_was_worked_this_month_counts_for_the_limit(tables: Tables) -> None:
    tables["staff"][0]["most_shifts_elsewhere"] = "1"
    for day, host in ((4, "B"), (5, "A"), (6, "")):
        worked(tables, "P", f"2027-01-{day:02}T07:00", f"2027-01-{day:02}T15:00", 450, host=host)
    assert said_elsewhere(tables, [])[1] == (
        "In January 2027 you have 1 shift: more would be too many."
    )

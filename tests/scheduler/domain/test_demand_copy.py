"""What a week or a day asks for, copied to others."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_copy import CopiedDemand, DemandCopy, copy_demand
from scheduler.domain.errors import BadRequest
from scheduler.domain.roster import AssignmentLine
from tests.factories import MONDAY, Tables, person, plain_tables
from tests.scheduler.domain.demand_tables import (
    NEXT,
    TUESDAY,
    after,
    asked_on,
    dated,
    demand_tables,
    rows_on,
    template,
)


def copied(tables: Tables, *targets: date, **wanted: Any) -> tuple[Dataset, CopiedDemand]:
    """(facts afterwards, what was said) of a day's copy, or a week's from its Monday."""
    dataset = Dataset.from_cells(tables)
    rostered = wanted.pop("rostered", None)
    request: dict[str, Any] = {"source": MONDAY, "days": 1, "how": "overwrite", "site_id": "SA"}
    found = copy_demand(
        dataset, DemandCopy("UCR", targets=targets, **{**request, **wanted}), rostered
    )
    return after(dataset, found.changes), found


def test_a_week_is_copied_date_by_date() -> None:
    tables = plain_tables()
    dated(tables, 0, minimum=1)
    dated(tables, 6, "N", minimum=3)
    changed, found = copied(tables, NEXT, NEXT + timedelta(days=14), days=7)
    for first in (NEXT, NEXT + timedelta(days=14)):
        assert [(row.date, row.minimum) for row in rows_on(changed, first)] == [(first, 1)]
        last = first + timedelta(days=6)
        assert [(row.date, row.minimum) for row in rows_on(changed, last)] == [(last, 3)]
    assert list(found.notes) == ["4 rows of demand are added, 0 changed, 0 taken away."]


def test_a_night_over_the_clock_change_is_copied() -> None:
    tables = plain_tables()
    source, target = date(2027, 3, 20), date(2027, 3, 27)
    dated(tables, source, "N")
    changed, _ = copied(tables, target, source=source)
    assert [row.id for row in rows_on(changed, target)] == ["D:UCR:SA:2027-03-27:N:RN"]


def test_a_shift_without_hours_on_the_target_is_left_out_with_a_sentence() -> None:
    tables = plain_tables()
    tables["shift_type"].append(
        {
            "id": "SKIP",
            "name": "Short",
            "start_time": "01:15",
            "end_time": "01:45",
            "unpaid_break_minutes": "0",
        }
    )
    source, target = date(2027, 3, 21), date(2027, 3, 28)
    dated(tables, source, "SKIP", maximum=3)
    dated(tables, source, "E")
    changed, found = copied(tables, target, source=source)
    assert [row.shift_type_id for row in rows_on(changed, target)] == ["E"]
    assert list(found.notes)[1:] == [
        "SKIP on 2027-03-28 is left out: it would start and end in the hour that the clocks skip."
    ]
    template(tables, 7, "SKIP", minimum=5)
    tables["demand"] = []
    template(tables, 7, "E")
    changed, found = copied(tables, target, source=source)  # nor made nobody
    assert not found.changes


def test_public_holidays_are_left_as_they_are_where_that_is_wanted() -> None:
    tables = plain_tables()
    source = date(2026, 12, 21)
    for day in range(7):
        dated(tables, source + timedelta(days=day))
    target = date(2026, 12, 28)  # a substitute day on Monday, New Year's Day on Friday
    changed, found = copied(tables, target, source=source, days=7, skip_holidays=True)
    assert [day for day in range(7) if not rows_on(changed, target + timedelta(days=day))] == [0, 4]
    assert list(found.notes) == [
        "5 rows of demand are added, 0 changed, 0 taken away.",
        "Public holidays are left as they are: 28 Dec, 1 Jan.",
    ]
    changed, found = copied(tables, target, source=source, days=7)
    assert len(found.changes) == 7


def test_what_is_copied_may_be_a_holiday_itself() -> None:
    tables = plain_tables()
    dated(tables, date(2026, 12, 25))
    target = date(2026, 12, 24)
    changed, _ = copied(tables, target, source=date(2026, 12, 25), skip_holidays=True)
    assert rows_on(changed, target)


@pytest.mark.parametrize("how", ["overwrite", "merge"])
def test_a_week_onto_itself_changes_nothing(how: str) -> None:
    tables = plain_tables()
    template(tables, 1)
    dated(tables, 0, minimum=5)
    dated(tables, 1)
    dated(tables, 1, id="MORE")
    _, found = copied(tables, MONDAY, days=7, how=how)
    assert not found.changes
    assert list(found.notes) == [
        "Nothing changes: the demand there is as it would be.",
        "11 Jan to 17 Jan: this is what is copied, and it stays as it is.",
    ]


def test_targets_may_name_the_source_and_each_other_again() -> None:
    tables = plain_tables()
    dated(tables, 0)
    changed, _ = copied(tables, TUESDAY, MONDAY, TUESDAY)
    assert len(changed.demand) == 2


def test_the_source_is_read_as_it_was_before_anything_was_copied() -> None:
    tables = plain_tables()
    dated(tables, 0, minimum=1)
    dated(tables, 7, minimum=7)
    week = NEXT + timedelta(days=7)
    changed, _ = copied(tables, week, MONDAY, source=NEXT, days=7)
    assert rows_on(changed, week)[0].minimum == 7
    assert rows_on(changed, MONDAY)[0].minimum == 7


# --- overwrite ------------------------------------------------------------------------------------


def test_what_the_template_makes_anyhow_becomes_no_row() -> None:
    tables = plain_tables()
    template(tables, 1)
    template(tables, 2)
    dated(tables, 1, minimum=9)
    dated(tables, 14, minimum=2, preferred=1)
    changed, found = copied(tables, TUESDAY, NEXT)
    assert {row.date for row in changed.demand} == {MONDAY + timedelta(days=14)}
    assert list(found.notes) == ["0 rows of demand are added, 0 changed, 1 taken away."]
    changed, _ = copied(tables, NEXT, source=MONDAY + timedelta(days=14))  # a row that says so
    assert len(changed.demand) == 2


def test_nothing_at_the_source_is_nobody_at_the_target() -> None:
    tables = plain_tables()
    template(tables, 2)
    dated(tables, 2)
    dated(tables, 1, "L")
    wednesday = MONDAY + timedelta(days=2)
    changed, found = copied(tables, TUESDAY, wednesday)
    [row] = rows_on(changed, TUESDAY)
    assert (row.id, row.minimum, row.priority) == ("D:UCR:SA:2027-01-12:E:RN", 0, 3)
    assert not rows_on(changed, wednesday)
    assert list(found.notes) == ["1 row of demand is added, 0 changed, 2 taken away."]


def test_nobody_at_the_source_is_no_row_where_there_is_no_template() -> None:
    tables = plain_tables()
    template(tables, 1)
    dated(tables, 0, minimum=0)
    changed, _ = copied(tables, TUESDAY, NEXT)
    assert not rows_on(changed, TUESDAY)
    assert [row.minimum for row in rows_on(changed, NEXT)] == [0]


def test_rows_that_stand_keep_their_ids_and_get_every_number() -> None:
    tables = plain_tables()
    dated(tables, 0, minimum=1, preferred=2, priority=5, maximum=4, under_pence=7, over_pence=8)
    row_id = dated(tables, 1, minimum=9, maximum=20)
    changed, _ = copied(tables, TUESDAY)
    [row] = rows_on(changed, TUESDAY)
    assert row.id == row_id
    assert row.values()[6:] == (1, 2, 5, 4, 7, 8)


def test_several_rows_are_copied_as_several_each_onto_its_like() -> None:
    tables = plain_tables()
    dated(tables, 0, minimum=1)
    dated(tables, 0, minimum=2, id="SECOND")
    dated(tables, 0, minimum=3, id="THIRD")
    dated(tables, 1, minimum=3, id="THREE")
    dated(tables, 1, minimum=8, id="EIGHT")
    changed, found = copied(tables, TUESDAY)
    assert {row.id: row.minimum for row in rows_on(changed, TUESDAY)} == {
        "THREE": 3,
        "EIGHT": 1,
        "D:UCR:SA:2027-01-12:E:RN": 2,
    }
    assert list(found.notes) == [
        "1 row of demand is added, 1 changed, 0 taken away.",
        "A shift and role stand in several rows of one date on 1 occasion; all of them count.",
    ]


def test_one_site_or_all_of_them() -> None:
    tables = plain_tables()
    dated(tables, 0)
    dated(tables, 0, site_id="SB", id="B")
    assert len(copied(tables, TUESDAY)[0].demand) == 3
    assert len(copied(tables, TUESDAY, site_id=None)[0].demand) == 4


# --- merge ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ({"minimum": 3}, {"minimum": 1}, (3, None, 3, None)),
        ({"minimum": 1}, {"minimum": 3}, (3, None, 3, None)),
        ({"minimum": 1, "preferred": 4}, {"minimum": 2}, (2, 4, 3, None)),
        ({"minimum": 3}, {"minimum": 1, "preferred": 4}, (3, 4, 3, None)),
        ({"minimum": 1, "maximum": 5}, {"minimum": 1, "preferred": 2}, (1, 2, 3, 5)),
        ({"minimum": 1, "priority": 5}, {"minimum": 2, "priority": 2}, (2, None, 5, None)),
        ({"minimum": 0}, {"minimum": 2, "priority": 2}, (2, None, 2, None)),
        ({"minimum": 2, "priority": 4}, {"minimum": 0, "priority": 5}, (2, None, 4, None)),
        ({"minimum": 1, "preferred": 9}, {"minimum": 4, "maximum": 6}, (4, 9, 3, None)),
    ],
)
def test_merging_adds_what_is_missing_and_lowers_nothing(
    source: dict[str, int], target: dict[str, int], expected: tuple[int | None, ...]
) -> None:
    tables = plain_tables()
    dated(tables, 0, **source)
    row_id = dated(tables, 1, **target)
    changed, _ = copied(tables, TUESDAY, how="merge")
    [row] = rows_on(changed, TUESDAY)
    assert row.id == row_id
    assert (row.minimum, row.preferred, row.priority, row.maximum) == expected


def test_merging_takes_a_templates_place_only_where_more_is_wanted() -> None:
    tables = plain_tables()
    for weekday in (2, 3):
        template(tables, weekday, minimum=weekday)
    dated(tables, 0, minimum=3)
    wednesday = MONDAY + timedelta(days=2)
    changed, _ = copied(tables, TUESDAY, wednesday, how="merge")
    assert [row.id for row in rows_on(changed, TUESDAY)] == ["D:UCR:SA:2027-01-12:E:RN"]
    assert [row.id for row in rows_on(changed, wednesday)] == ["T:UCR:SA:2027-01-13:E:RN"]


def test_merging_leaves_what_the_source_does_not_have() -> None:
    tables = plain_tables()
    template(tables, 2)
    dated(tables, 1, "L")
    dated(tables, 0, "N")
    changed, _ = copied(tables, TUESDAY, how="merge")
    assert sorted(row.shift_type_id for row in rows_on(changed, TUESDAY)) == ["E", "L", "N"]


def test_merging_into_several_rows_fills_what_room_they_have_first() -> None:
    tables = plain_tables()
    dated(tables, 0, minimum=3, preferred=4)
    dated(tables, 1, minimum=1)
    dated(tables, 1, minimum=0, preferred=3, id="ROOM")
    changed, _ = copied(tables, TUESDAY, how="merge")
    assert {(row.minimum, row.preferred) for row in rows_on(changed, TUESDAY)} == {
        (1, None),
        (2, 3),
    }


# --- people ---------------------------------------------------------------------------------------


def line(staff_id: str | None, demand_id: str, day: date, **changes: Any) -> AssignmentLine:
    cells = {
        "roster_id": "R",
        "demand_id": demand_id,
        "staff_id": staff_id or "",
        "temporary_supply_id": "" if staff_id else "AG",
        "contract_id": "C" if staff_id else "",
        "employer_organisation_id": "A",
        "host_organisation_id": "A",
        "place_id": "PA",
        "site_id": "SA",
        "service_id": "UCR",
        "role_id": "RN",
        "start": f"{day}T07:00",
        "end": f"{day}T15:00",
        "paid_minutes": "450",
        "pay": "contracted",
        "cost_pence": "0",
        "shift_type_id": "E",
    }
    return AssignmentLine.model_validate(cells | changes)


def staffed() -> Tables:
    tables = plain_tables()
    for number in range(1, 4):
        person(tables, f"P{number}")
    return tables


def test_who_is_rostered_on_the_source_is_pinned_to_its_copies() -> None:
    tables = staffed()
    template(tables, 1)
    template(tables, 2)
    row_id = dated(tables, 0, "L", minimum=1)
    lines = [
        line("P1", "T:UCR:SA:2027-01-11:E:RN", MONDAY),
        line("P2", row_id, MONDAY, shift_type_id="L"),
        line(None, row_id, MONDAY),
        line("P3", "GONE", TUESDAY),  # not of the source
        line("P3", row_id, MONDAY, service_id="DAY"),
    ]
    changed, found = copied(tables, TUESDAY, NEXT, rostered=lines)
    assert {(pin.staff_id, pin.demand_id) for pin in found.people} == {
        ("P1", "T:UCR:SA:2027-01-12:E:RN"),
        ("P1", "T:UCR:SA:2027-01-18:E:RN"),
        ("P2", "D:UCR:SA:2027-01-12:L:RN"),
        ("P2", "D:UCR:SA:2027-01-18:L:RN"),
    }
    after(changed, [(None, pin) for pin in found.people])
    assert list(found.notes)[1:] == ["4 pins for those who are rostered on what is copied."]


def test_a_line_whose_demand_was_replaced_since_is_known_by_its_work() -> None:
    tables = staffed()
    dated(tables, 0, minimum=1)
    _, found = copied(tables, TUESDAY, rostered=[line("P1", "T:UCR:SA:2027-01-11:E:RN", MONDAY)])
    assert [pin.staff_id for pin in found.people] == ["P1"]


def test_no_more_are_pinned_than_the_work_takes_and_nobody_twice() -> None:
    tables = staffed()
    row_id = dated(tables, 0, minimum=2)
    there = dated(tables, 1, minimum=2)
    tables["pin"] = [{"staff_id": "P1", "demand_id": there}]
    lines = [line(f"P{number}", row_id, MONDAY) for number in (1, 2, 3)]
    _, found = copied(tables, TUESDAY, rostered=lines)
    assert [pin.staff_id for pin in found.people] == ["P2"]
    assert list(found.notes)[1:] == [
        "1 pin for those who are rostered on what is copied.",
        "1 pin is left out: so many people the work does not take.",
    ]


def test_without_people_there_are_no_pins_and_no_word_of_them() -> None:
    tables = staffed()
    dated(tables, 0)
    _, found = copied(tables, TUESDAY)
    assert (found.people, len(found.notes)) == ((), 1)


def test_pins_at_the_target_go_along_with_its_demand() -> None:
    tables = staffed()
    template(tables, 2)
    dated(tables, 0, minimum=3)
    tables["pin"] = [{"staff_id": "P1", "demand_id": "T:UCR:SA:2027-01-12:E:RN"}]
    changed, _ = copied(tables, TUESDAY)
    assert [pin.demand_id for pin in changed.pin] == ["D:UCR:SA:2027-01-12:E:RN"]
    tables["demand"] = []
    changed, found = copied(tables, TUESDAY)
    assert not changed.pin
    assert list(found.notes)[1:] == ["1 pin goes with the work that it was to."]


# --- what has no meaning --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "days", "words"),
    [
        (MONDAY, TUESDAY, 7, "2027-01-12 is a Tuesday"),
        (TUESDAY, MONDAY, 7, "2027-01-12 is a Tuesday"),
        (MONDAY, date(2199, 1, 1), 1, "No work may lie on 2199-01-01"),
        (MONDAY, date(2198, 12, 31), 7, "No work may lie on 2198-12-31"),
        (MONDAY, date(1900, 12, 31), 1, "No work may lie on 1900-12-31"),
    ],
)
def test_weeks_begin_on_mondays_and_work_lies_within_reach(
    source: date, target: date, days: int, words: str
) -> None:
    with pytest.raises(BadRequest, match=words):
        copied(plain_tables(), target, source=source, days=days)


# --- whatever stands there ------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(demand_tables(), st.sampled_from([1, 7]), st.sampled_from(["overwrite", "merge"]))
def test_afterwards_a_target_asks_for_what_the_source_does_or_for_the_more_of_both(
    tables: Tables, days: int, how: str
) -> None:
    before = Dataset.from_cells(tables)
    changed, _ = copied(
        tables, MONDAY, NEXT, NEXT + timedelta(days=7), days=days, how=how, site_id=None
    )
    for offset in range(21):
        day = MONDAY + timedelta(days=offset)
        source, stood = asked_on(before, MONDAY + timedelta(days=offset % 7)), asked_on(before, day)
        if offset < 7 or offset % 7 >= days:
            expected = stood
        elif how == "overwrite":
            expected = source
        else:
            expected = (source[0] | stood[0], source[1] | stood[1], source[2] | stood[2])
        assert asked_on(changed, day) == expected
    again = copy_demand(
        changed,
        DemandCopy("UCR", None, MONDAY, (NEXT,), 7 if days == 7 else 1, how),  # type: ignore[arg-type]
    )
    assert not again.changes
    assert not {row.id for row in changed.demand if row.id.startswith("T:")}

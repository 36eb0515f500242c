"""Base patterns: what they have somebody work on a date, and which contradict each other."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from scheduler.domain.base_patterns import in_force, pattern_on
from scheduler.domain.consistency import faults
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from scheduler.domain.facts import BasePattern
from tests.factories import MONDAY, Tables, patterned, person, plain_tables


def rows(tables: Tables) -> list[BasePattern]:
    return list(Dataset.from_cells(tables).base_pattern)


def good() -> Tables:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    return tables


def found(tables: Tables, stored: int = 0) -> list[Fault]:
    return faults(
        Dataset.from_cells(tables), lambda _, index: 0 if index < stored else index - stored + 2
    )


@pytest.mark.parametrize(
    ("offset", "shifts"),
    [(-1, ""), (0, "E"), (1, ""), (7, "L"), (13, "N"), (14, "E"), (21, "L"), (28, ""), (-14, "")],
)
def test_the_cycle_begins_with_the_first_date_and_comes_back_until_the_last(
    offset: int, shifts: str
) -> None:
    tables = good()
    last = MONDAY + timedelta(days=27)
    for kind, day in (("E", 1), ("L", 8), ("N", 14)):
        patterned(tables, "P1", kind, day, cycle_days=14, to_date=last)
    day = MONDAY + timedelta(days=offset)
    assert "".join(row.shift_type_id for row in pattern_on(rows(tables), day)) == shifts
    assert in_force(rows(tables), day) == (0 <= offset < 28)


def test_a_pattern_may_begin_on_any_weekday_and_end_within_a_cycle() -> None:
    tables = good()
    thursday = date(2027, 1, 14)
    patterned(tables, "P1", "E", 1, from_date=thursday, to_date=thursday + timedelta(days=7))
    worked = [thursday + timedelta(days=7 * week) for week in range(2)]
    days = [thursday + timedelta(days=offset) for offset in range(-7, 22)]
    assert [day for day in days if pattern_on(rows(tables), day)] == worked


def test_of_rows_that_are_the_same_one_counts() -> None:
    tables = good()
    patterned(tables, "P1", "E", 1)
    patterned(tables, "P1", "E", 1)
    patterned(tables, "P1", "N", 1)
    assert [row.shift_type_id for row in pattern_on(rows(tables), MONDAY)] == ["E", "N"]
    assert found(tables) == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"cycle_days": "10"}, "cycle_days"),
        ({"cycle_days": "0"}, "cycle_days"),
        ({"cycle_days": "371"}, "cycle_days"),
        ({"day": "0"}, "day"),
        ({"day": "8"}, "day"),
        ({"cycle_days": "14", "day": "15"}, "day"),
        ({"to_date": "2027-01-10"}, "to_date"),
    ],
)
def test_a_day_of_the_cycle_and_a_cycle_of_whole_weeks(
    changes: dict[str, str], column: str
) -> None:
    tables = good()
    patterned(tables, "P1", "E", 1)
    cells = tables["base_pattern"][0] | changes
    with pytest.raises(ValidationError, match=column):
        BasePattern.model_validate(cells)


@pytest.mark.parametrize("changes", [{"cycle_days": "364", "day": "364"}, {"day": "7"}])
def test_the_longest_cycle_and_its_last_day(changes: dict[str, str]) -> None:
    tables = good()
    patterned(tables, "P1", "E", 1)
    BasePattern.model_validate(tables["base_pattern"][0] | changes)


def test_rows_of_one_pattern_agree_on_its_cycle_and_its_end() -> None:
    tables = good()
    patterned(tables, "P1", "E", 1, to_date="2027-03-01")
    patterned(tables, "P1", "E", 2)
    patterned(tables, "P1", "E", 3, to_date="2027-03-01", cycle_days=14)
    patterned(tables, "P2", "E", 3, cycle_days=21)  # somebody else's
    one, two = found(tables)
    assert (one.file, one.row, one.column, one.value) == ("base_pattern.csv", 3, "to_date", "")
    assert "row 2 has 2027-03-01" in one.expected
    assert (two.row, two.column, two.value) == (4, "cycle_days", "14")
    assert "row 2 has 7" in two.expected


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        (("2027-01-11", ""), ("2027-02-01", ""), True),
        (("2027-01-11", "2027-02-01"), ("2027-02-01", ""), True),
        (("2027-01-11", "2027-01-31"), ("2027-02-01", ""), False),
        (("2027-02-01", ""), ("2027-01-11", ""), True),
        (("2027-02-01", ""), ("2027-01-11", "2027-01-31"), False),
        (("2027-02-01", "2027-02-05"), ("2027-01-11", "2027-03-31"), True),
    ],
)
def test_two_patterns_at_once_are_one_fault_that_names_both(
    first: tuple[str, str], second: tuple[str, str], overlaps: bool
) -> None:
    tables = good()
    for since, until in (first, second):
        for day in (1, 2):
            patterned(tables, "P1", "E", day, from_date=since, to_date=until)
    patterned(tables, "P2", "E", 1)
    named = found(tables)
    assert len(named) == overlaps
    for fault in named:
        assert (fault.row, fault.column, fault.value) == (4, "from_date", second[0])
        assert "that of row 2" in fault.expected


def test_a_third_pattern_contradicts_each_but_is_named_once() -> None:
    tables = good()
    for since, until in (("2027-01-11", "2027-01-17"), ("2027-01-18", ""), ("2027-01-01", "")):
        patterned(tables, "P1", "E", 1, from_date=since, to_date=until)
    assert [fault.row for fault in found(tables)] == [4]


def test_the_other_row_may_be_a_stored_one() -> None:
    tables = good()
    patterned(tables, "P1", "E", 1)
    patterned(tables, "P1", "L", 1)
    patterned(tables, "P1", "E", 2, cycle_days=14)
    patterned(tables, "P1", "E", 1, from_date="2027-02-01")
    named = found(tables, stored=1)
    assert sorted(fault.row for fault in named) == [2, 3, 4]
    assert all("a stored row" in fault.expected for fault in named)


def test_what_is_stored_is_not_judged_again_but_what_joins_it_is() -> None:
    tables = good()
    patterned(tables, "P1", "E", 1)
    patterned(tables, "P1", "E", 2, from_date="2027-02-01")
    patterned(tables, "P1", "D", 1)
    patterned(tables, "P1", "D", 2, cycle_days=14)
    assert found(tables, stored=4) == []
    patterned(tables, "P1", "L", 3, from_date="2027-02-01")
    patterned(tables, "P1", "L", 5, to_date="2027-01-31")
    patterned(tables, "P1", "L", 1)
    named = {(fault.row, fault.column) for fault in found(tables, stored=4)}
    assert named == {(3, "to_date"), (2, "from_date"), (4, "shift_type_id")}


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("E", "N", False),
        ("E", "L", True),  # 13:30 to 15:00
        ("L", "N", True),
        ("L", "E", True),
        ("D", "N", False),  # one ends as the other begins
    ],
)
def test_shifts_of_one_day_do_not_overlap(one: str, other: str, clash: bool) -> None:
    tables = good()
    patterned(tables, "P1", one, 1)
    patterned(tables, "P1", other, 1)
    patterned(tables, "P1", "L", 2)
    named = found(tables)
    assert len(named) == clash
    for fault in named:
        assert (fault.row, fault.column, fault.value) == (3, "shift_type_id", other)
        assert f"row 2 has {one}" in fault.expected


def test_one_shift_of_a_day_is_at_one_place() -> None:
    tables = good()
    patterned(tables, "P1", "E", 1, site_id="SA")
    patterned(tables, "P1", "E", 1, site_id="SB")
    [fault] = found(tables)
    assert (fault.row, fault.column) == (3, "shift_type_id")
    assert "row 2 has E" in fault.expected


def test_a_shift_type_that_there_is_not_is_one_fault() -> None:
    tables = good()
    patterned(tables, "P1", "E", 1)
    patterned(tables, "P1", "NONE", 1)
    [fault] = found(tables)
    assert (fault.row, fault.column, fault.value) == (3, "shift_type_id", "NONE")

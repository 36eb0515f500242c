"""Demand as a week-shaped grid, and changed cells back as facts."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_weeks import (
    DateCell,
    changed_dates,
    changed_weekdays,
    template_grid,
    week_grid,
)
from scheduler.domain.errors import BadInput, BadRequest
from scheduler.domain.facts import Demand
from scheduler.domain.service_demand import PeopleWanted
from tests.factories import MONDAY, Tables, person, plain_tables
from tests.scheduler.domain.demand_tables import (
    TUESDAY,
    after,
    asked_on,
    dated,
    demand_tables,
    template,
)

Cells = dict[tuple[date, str, str], PeopleWanted | None]


def grid_of(tables: Tables, site_id: str = "SA") -> dict[tuple[str, str, date], DateCell | None]:
    grid = week_grid(Dataset.from_cells(tables), "UCR", site_id, MONDAY)
    return {
        (row.shift_type_id, row.role_id, day): cell
        for row in grid.rows
        for day, cell in zip(grid.dates, row.cells, strict=True)
    }


def test_a_cell_says_how_many_and_where_that_comes_from() -> None:
    tables = plain_tables()
    template(tables, 1, minimum=2, preferred=3, priority=4)
    template(tables, 2, minimum=1)
    dated(tables, 1, minimum=4)
    dated(tables, 2, minimum=5, preferred=6, priority=1)
    cells = grid_of(tables)
    monday, tuesday, wednesday = (
        cells["E", "RN", MONDAY + timedelta(days=offset)] for offset in range(3)
    )
    assert monday is not None
    assert tuesday is not None
    assert wednesday is not None
    assert (monday.wanted, monday.source) == (PeopleWanted(2, 3, 4), "template")
    assert (tuesday.wanted, tuesday.source) == (PeopleWanted(4, None, 3), "replaces")
    assert tuesday.template == PeopleWanted(1, None, 3)
    assert (wednesday.wanted, wednesday.source) == (PeopleWanted(5, 6, 1), "dated")
    assert wednesday.template is None
    assert cells["E", "RN", MONDAY + timedelta(days=3)] is None


def test_a_row_that_asks_for_nobody_replaces_the_template() -> None:
    tables = plain_tables()
    template(tables, 1)
    dated(tables, 0, minimum=0)
    cell = grid_of(tables)["E", "RN", MONDAY]
    assert cell is not None
    assert (cell.wanted.minimum, cell.source) == (0, "replaces")


def test_several_rows_of_one_date_are_one_cell_with_their_sum() -> None:
    tables = plain_tables()
    dated(tables, 0, minimum=1, preferred=3, priority=2)
    dated(tables, 0, minimum=2, priority=4, id="MORE")
    cell = grid_of(tables)["E", "RN", MONDAY]
    assert cell is not None
    assert (cell.wanted, len(cell.rows)) == (PeopleWanted(3, 5, 4), 2)


def test_rows_are_in_the_order_of_the_day_and_of_one_site_and_week_alone() -> None:
    tables = plain_tables()
    for kind in "NLED":
        dated(tables, 0, kind)
    dated(tables, 0, "E", role_id="HCA", id="H")
    dated(tables, 0, "E", site_id="SB", id="B")
    dated(tables, 7, "L", role_id="HCA", id="LATER")
    grid = week_grid(Dataset.from_cells(tables), "UCR", "SA", MONDAY)
    assert [(row.shift_type_id, row.role_id) for row in grid.rows] == [
        ("D", "RN"),
        ("E", "HCA"),
        ("E", "RN"),
        ("L", "RN"),
        ("N", "RN"),
    ]


def test_a_week_begins_on_a_monday() -> None:
    with pytest.raises(BadRequest, match="2027-01-12 is a Tuesday"):
        week_grid(Dataset.from_cells(plain_tables()), "UCR", "SA", TUESDAY)


def test_the_templates_grid_has_weekdays() -> None:
    tables = plain_tables()
    template(tables, 1)
    template(tables, 7, minimum=1, preferred=2, priority=5)
    template(tables, 3, site_id="SB")
    [row] = template_grid(Dataset.from_cells(tables), "UCR", "SA").rows
    assert row.cells == (PeopleWanted(2), *[None] * 5, PeopleWanted(1, 2, 5))


# --- and back -------------------------------------------------------------------------------------


def change(tables: Tables, cells: Cells) -> tuple[Dataset, list[Demand], int]:
    """(facts afterwards, their dated demand, how many changes)."""
    dataset = Dataset.from_cells(tables)
    found = changed_dates(dataset, "UCR", "SA", cells)
    changed = after(dataset, found.changes)
    return changed, list(changed.demand), len(found.changes)


def test_a_whole_grid_that_nobody_touched_changes_nothing() -> None:
    tables = plain_tables()
    template(tables, 1, preferred=1)
    template(tables, 2)
    dated(tables, 1, minimum=0)
    dated(tables, 2, minimum=1, preferred=0)
    dated(tables, 3, minimum=1)
    dated(tables, 3, minimum=1, id="MORE")
    cells: Cells = {
        (day, shift, role): None if cell is None else cell.wanted
        for (shift, role, day), cell in grid_of(tables).items()
    }
    assert change(tables, cells)[2] == 0


def test_a_cell_that_differs_from_the_template_becomes_a_row_with_an_id_people_can_read() -> None:
    tables = plain_tables()
    template(tables, 1)
    _, [row], changes = change(tables, {(MONDAY, "E", "RN"): PeopleWanted(3, 4, 5)})
    assert changes == 1
    assert row.id == "D:UCR:SA:2027-01-11:E:RN"
    assert PeopleWanted.by(row) == PeopleWanted(3, 4, 5)


def test_an_id_that_is_taken_is_not_taken_twice() -> None:
    tables = plain_tables()
    dated(tables, 1, id="D:UCR:SA:2027-01-11:E:RN")
    dated(tables, 2, id="D:UCR:SA:2027-01-11:E:RN:2")
    _, rows, _ = change(tables, {(MONDAY, "E", "RN"): PeopleWanted(1)})
    assert rows[-1].id == "D:UCR:SA:2027-01-11:E:RN:3"


def test_a_cell_as_the_template_has_it_needs_no_row() -> None:
    tables = plain_tables()
    template(tables, 1)
    dated(tables, 0, minimum=5)
    for wanted in (None, PeopleWanted(2), PeopleWanted(2, 1)):
        changed, rows, _ = change(tables, {(MONDAY, "E", "RN"): wanted})
        assert rows == []
        assert len(changed.demand_template) == 1


def test_nobody_is_a_row_only_where_the_template_asks_for_somebody() -> None:
    tables = plain_tables()
    template(tables, 1)
    dated(tables, 1)
    _, rows, _ = change(
        tables,
        {
            (MONDAY, "E", "RN"): PeopleWanted(0),
            (TUESDAY, "E", "RN"): PeopleWanted(0, 0),
            (MONDAY, "L", "RN"): PeopleWanted(0),
        },
    )
    assert [(row.date, row.shift_type_id, row.minimum) for row in rows] == [(MONDAY, "E", 0)]


def test_a_row_keeps_its_id_its_maximum_and_its_prices() -> None:
    tables = plain_tables()
    row_id = dated(tables, 0, maximum=6, under_pence=900, over_pence=50)
    _, [row], _ = change(tables, {(MONDAY, "E", "RN"): PeopleWanted(3)})
    assert (row.id, row.minimum, row.maximum, row.under_pence, row.over_pence) == (
        row_id,
        3,
        6,
        900,
        50,
    )


def test_of_several_rows_a_changed_cell_leaves_one() -> None:
    tables = plain_tables()
    first = dated(tables, 0)
    dated(tables, 0, id="MORE")
    _, [row], changes = change(tables, {(MONDAY, "E", "RN"): PeopleWanted(3)})
    assert (row.id, row.minimum, changes) == (first, 3, 2)


def test_an_empty_cell_without_a_template_is_nothing() -> None:
    tables = plain_tables()
    dated(tables, 0)
    assert change(tables, {(MONDAY, "E", "RN"): None, (TUESDAY, "E", "RN"): None})[1] == []


def test_pins_go_along_to_what_takes_the_place_of_their_demand() -> None:
    tables = plain_tables()
    person(tables, "P1")
    template(tables, 1)
    row_id = dated(tables, 7, minimum=1)
    tables["pin"] = [
        {"staff_id": "P1", "demand_id": "T:UCR:SA:2027-01-11:E:RN"},
        {"staff_id": "P1", "demand_id": row_id},
    ]
    later = MONDAY + timedelta(days=7)
    cells: Cells = {(MONDAY, "E", "RN"): PeopleWanted(1), (later, "E", "RN"): None}
    changed, [row], _ = change(tables, cells)
    assert {pin.demand_id for pin in changed.pin} == {row.id, "T:UCR:SA:2027-01-18:E:RN"}


def test_pins_to_what_is_no_more_go_with_a_sentence() -> None:
    tables = plain_tables()
    person(tables, "P1")
    row_id = dated(tables, 0)
    tables["pin"] = [{"staff_id": "P1", "demand_id": row_id}]
    dataset = Dataset.from_cells(tables)
    found = changed_dates(dataset, "UCR", "SA", {(MONDAY, "E", "RN"): None})
    assert not after(dataset, found.changes).pin
    assert list(found.notes) == ["1 pin goes with the work that it was to."]


def test_every_number_out_of_bounds_is_named_at_once() -> None:
    dataset = Dataset.from_cells(plain_tables())
    cells: Cells = {
        (MONDAY, "E", "RN"): PeopleWanted(-1, 2, 6),
        (TUESDAY, "L", "RN"): PeopleWanted(1, 10_001, 0),
    }
    with pytest.raises(BadInput) as caught:
        changed_dates(dataset, "UCR", "SA", cells)
    assert [(fault.column, fault.value) for fault in caught.value.faults] == [
        ("minimum", "-1"),
        ("preferred", "10001"),
        ("priority", "0"),
        ("priority", "6"),
    ]
    with pytest.raises(BadInput):
        changed_weekdays(dataset, "UCR", "SA", {(1, "E", "RN"): PeopleWanted(0, None, 6)})


def test_cells_of_the_template_come_change_and_go() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for weekday in (1, 2, 3):
        template(tables, weekday)
    tables["pin"] = [
        {"staff_id": "P1", "demand_id": f"T:UCR:SA:2027-01-{day}:E:RN"} for day in (11, 12, 13)
    ]
    dataset = Dataset.from_cells(tables)
    found = changed_weekdays(
        dataset,
        "UCR",
        "SA",
        {
            (1, "E", "RN"): None,
            (2, "E", "RN"): PeopleWanted(4, 5, 1),
            (3, "E", "RN"): PeopleWanted(2),
            (4, "E", "RN"): PeopleWanted(1),
            (5, "E", "RN"): None,
        },
    )
    changed = after(dataset, found.changes)
    assert {row.weekday: PeopleWanted.by(row) for row in changed.demand_template} == {
        2: PeopleWanted(4, 5, 1),
        3: PeopleWanted(2),
        4: PeopleWanted(1),
    }
    assert len(found.changes) == 4
    assert {pin.demand_id[9:19] for pin in changed.pin} == {"2027-01-12", "2027-01-13"}
    assert list(found.notes) == ["1 pin goes with the work that it was to."]


wanted_cells = st.dictionaries(
    st.tuples(st.integers(0, 6), st.sampled_from("ENL")),
    st.none()
    | st.builds(PeopleWanted, st.integers(0, 3), st.none() | st.integers(0, 5), st.integers(1, 5)),
    max_size=8,
)


@settings(deadline=None, max_examples=100)
@given(demand_tables(), wanted_cells)
def test_afterwards_the_grid_says_what_was_typed_and_elsewhere_what_it_said(
    tables: Tables, typed: dict[tuple[int, str], PeopleWanted | None]
) -> None:
    before = Dataset.from_cells(tables)
    bare = before.with_facts(demand=())
    cells: Cells = {
        (MONDAY + timedelta(days=offset), shift, "RN"): wanted
        for (offset, shift), wanted in typed.items()
    }
    changed = after(before, changed_dates(before, "UCR", "SA", cells).changes)
    for day in (MONDAY + timedelta(days=offset) for offset in range(8)):
        (required, preferred, _), (stood, preferred_before, _), (made, made_preferred, _) = (
            asked_on(facts, day) for facts in (changed, before, bare)
        )
        for site_id in ("SA", "SB"):
            for shift in "ENL":
                key = (site_id, shift, "RN")
                expected = (stood[key], preferred_before[key])
                if site_id == "SA" and (day, shift, "RN") in cells:
                    wanted = cells[day, shift, "RN"]
                    expected = (
                        (made[key], made_preferred[key])
                        if wanted is None
                        else (wanted.minimum, max(wanted.minimum, wanted.preferred or 0))
                    )
                assert (required[key], preferred[key]) == expected
    assert not changed_dates(changed, "UCR", "SA", cells).changes

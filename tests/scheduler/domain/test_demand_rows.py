"""The demand of a period: rows, and what weekly templates make where there is no row."""

from datetime import date
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period, template_demand_exists
from scheduler.domain.facts import Demand
from tests.factories import MONDAY, Tables, need, plain_tables


def template(tables: Tables, weekday: int, **changes: Any) -> None:
    row = {
        "service_id": "UCR",
        "site_id": "SA",
        "weekday": str(weekday),
        "shift_type_id": "E",
        "role_id": "RN",
        "minimum": "2",
        "preferred": "3",
        "priority": "4",
        **changes,
    }
    tables.setdefault("demand_template", []).append(row)


def demand(tables: Tables, first: date = MONDAY, days: int = 7) -> dict[str, Demand]:
    found = list(demand_in_period(Dataset.from_cells(tables), first, days, frozenset({"UCR"})))
    assert len({row.id for row in found}) == len(found)
    return {row.id: row for row in found}


def test_a_template_comes_back_every_week_on_its_weekday_with_an_id_of_its_parts() -> None:
    tables = plain_tables()
    template(tables, 1)
    template(tables, 7, role_id="HCA")
    assert sorted(demand(tables, days=14)) == [
        "T:UCR:SA:2027-01-11:E:RN",
        "T:UCR:SA:2027-01-17:E:HCA",
        "T:UCR:SA:2027-01-18:E:RN",
        "T:UCR:SA:2027-01-24:E:HCA",
    ]


def test_what_a_template_makes_has_its_numbers() -> None:
    tables = plain_tables()
    template(tables, 3)
    (row,) = demand(tables).values()
    assert (row.date, row.minimum, row.preferred, row.priority) == (date(2027, 1, 13), 2, 3, 4)


def test_a_row_for_the_same_work_takes_the_templates_place_also_with_nobody() -> None:
    tables = plain_tables()
    template(tables, 1)
    row = need(tables, 0, "E", minimum="0")
    assert list(demand(tables)) == [row]
    assert list(demand(tables, days=14)) == [row, "T:UCR:SA:2027-01-18:E:RN"]


def test_a_row_for_another_date_site_shift_or_role_does_not() -> None:
    tables = plain_tables()
    template(tables, 1)
    for row in (
        ("L", "RN", "SA", 0),
        ("E", "HCA", "SA", 0),
        ("E", "RN", "SB", 0),
        ("E", "RN", "SA", 1),
    ):
        need(tables, row[3], row[0], row[1], row[2])
    assert "T:UCR:SA:2027-01-11:E:RN" in demand(tables)


def test_only_dates_of_the_period_count_both_ends_included() -> None:
    tables = plain_tables()
    rows = [need(tables, day, "E") for day in (-1, 0, 6, 7)]
    assert list(demand(tables)) == rows[1:3]


def test_only_the_collaboratives_services_count() -> None:
    tables = plain_tables()
    tables["service"].append({"id": "VW", "collaborative_id": "COL", "name": "Virtual ward"})
    need(tables, 0, "E", service_id="VW")
    template(tables, 1, service_id="VW")
    assert demand(tables) == {}


def test_it_is_known_which_ids_templates_make() -> None:
    tables = plain_tables()
    template(tables, 1)
    dataset = Dataset.from_cells(tables)
    assert template_demand_exists(dataset, "T:UCR:SA:2027-01-11:E:RN")
    assert template_demand_exists(dataset, "T:UCR:SA:2031-01-06:E:RN")  # any Monday
    for wrong in (
        "T:UCR:SA:2027-01-12:E:RN",
        "T:UCR:SB:2027-01-11:E:RN",
        "T:UCR:SA:2027-02-30:E:RN",
        "UCR:SA:2027-01-11:E:RN",
        "T:UCR:SA:2027-01-11:E:HCA",
    ):
        assert not template_demand_exists(dataset, wrong)

"""56p a mile there and back, and 10p a minute, above the journey from home to the
contract's base.
"""

import pytest

from tests.factories import Tables, amount, does, need, person, plain_tables, problem_of, supply

# three sites on a meridian, 0.1 degree of latitude apart: 6371 km x pi/180 x 0.1 = 11.11949 km, x
# 1.3 = 14.45534 km of road = 8.98213 miles = 19.27379 minutes at 45 km/h
MILES, MINUTES = 8.982132, 19.273788


def on_a_line() -> Tables:
    tables = plain_tables()
    tables["site"] = [
        {**tables["site"][0], "id": name, "latitude": latitude, "longitude": "0.5"}
        for name, latitude in (("SA", "51.7"), ("SM", "51.8"), ("SN", "51.9"))
    ]
    return tables


def test_further_than_the_base_costs_the_further_miles_twice_and_the_minutes_once() -> None:
    tables = on_a_line()
    person(tables, "P1")
    row = need(tables, 0, "E", site_id="SN")
    problem = problem_of(tables)
    # 2 x 8.98213 further miles each way: 35.92853 x 56p = 2012.0p; 38.54758 minutes x 10p = 385.48p
    assert round(4 * MILES * 56) == 2012
    assert round(2 * MINUTES * 10) == 385
    assert amount(problem, "travel", does(problem, ("P1", row))) == (2012 + 385) * 60


def test_only_what_lies_beyond_the_journey_to_the_base_counts() -> None:
    tables = on_a_line()
    person(tables, "P1", base_site_id="SM")
    row, base, home = (
        need(tables, 0, "E", site_id="SN"),
        need(tables, 2, "E", site_id="SM"),
        need(tables, 4, "E"),
    )
    problem = problem_of(tables)
    # 17.96426 miles x 56p = 1006.0p; 19.27379 minutes x 10p = 192.7p
    assert amount(problem, "travel", does(problem, ("P1", row))) == (1006 + 193) * 60
    assert amount(problem, "travel", does(problem, ("P1", base))) == 0
    # nearer than the base: nothing, and nothing back
    assert amount(problem, "travel", does(problem, ("P1", home))) == 0
    assert (
        amount(problem, "travel", does(problem, ("P1", row), ("P1", base), ("P1", home)))
        == (1006 + 193) * 60
    )


def test_miles_are_by_great_circle_and_minutes_as_measured() -> None:
    tables = on_a_line()
    person(tables, "P1")
    tables["travel_time"] = [{"from_site_id": "SA", "to_site_id": "SM", "minutes": "30.25"}]
    row = need(tables, 0, "E", site_id="SM")
    problem = problem_of(tables)
    # 302.5p, a half upwards
    assert amount(problem, "travel", does(problem, ("P1", row))) == (1006 + 303) * 60


def test_a_measured_journey_shorter_than_to_the_base_does_not_lower_the_mileage() -> None:
    tables = on_a_line()
    person(tables, "P1", base_site_id="SM")
    tables["travel_time"] = [{"from_site_id": "SA", "to_site_id": "SN", "minutes": "5"}]
    row = need(tables, 0, "E", site_id="SN")
    problem = problem_of(tables)
    assert amount(problem, "travel", does(problem, ("P1", row))) == 1006 * 60


def test_the_journey_begins_at_home_and_the_base_is_the_contracts_own() -> None:
    tables = on_a_line()
    person(tables, "P1", hours="20")
    tables["contract"].append(
        {**tables["contract"][0], "id": "C-P1-2", "hours_per_week": "10", "base_site_id": "SN"}
    )
    row = need(tables, 0, "E", site_id="SN")
    problem = problem_of(tables)
    assert amount(problem, "travel", does(problem, ("P1", row))) == (2012 + 385) * 60
    assert amount(problem, "travel", does(problem, ("P1", row, "C-P1-2"))) == 0


def test_minutes_are_those_of_the_way_from_home() -> None:
    tables = on_a_line()
    person(tables, "P1")
    tables["travel_time"] = [
        {"from_site_id": "SA", "to_site_id": "SM", "minutes": "20"},
        {"from_site_id": "SM", "to_site_id": "SA", "minutes": "40"},
    ]
    row = need(tables, 0, "E", site_id="SM")
    problem = problem_of(tables)
    assert amount(problem, "travel", does(problem, ("P1", row))) == (1006 + 200) * 60


@pytest.mark.parametrize(
    ("mileage", "minute", "pence"), [(0, 10, 193), (56, 0, 1006), (45, 7.5, 808 + 145)]
)
def test_rates_are_the_policys(mileage: float, minute: float, pence: int) -> None:
    tables = on_a_line()
    person(tables, "P1")
    row = need(tables, 0, "E", site_id="SM")
    problem = problem_of(tables)
    assert (
        amount(
            problem,
            "travel",
            does(problem, ("P1", row)),
            mileage_pence=mileage,
            pence_per_minute=minute,
        )
        == pence * 60
    )


def test_supply_does_not_travel() -> None:
    tables = on_a_line()
    supply(tables, "AG")
    row = need(tables, 0, "E", site_id="SN")
    problem = problem_of(tables)
    assert amount(problem, "travel", does(problem, ("AG", row))) == 0

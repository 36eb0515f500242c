"""How far and how long from one site to another."""

import pytest

from scheduler.domain.facts import Site, TravelTime
from scheduler.domain.geography import Geography

SITES = [
    Site(id=name, name=name, place_id="P", postcode="X", latitude=latitude, longitude=0.5)
    for name, latitude in (("S", 51.7), ("T", 51.8), ("U", 52.7))
]


def geography(*journeys: tuple[str, str, float]) -> Geography:
    return Geography(
        SITES,
        [TravelTime(from_site_id=a, to_site_id=b, minutes=minutes) for a, b, minutes in journeys],
    )


def test_road_distance_is_the_great_circle_times_1_3() -> None:
    # one degree of a meridian: 6371 km x pi / 180 = 111.19493 km
    assert geography().road_km("S", "U") == pytest.approx(111.19493 * 1.3, abs=1e-4)
    assert geography().road_miles("S", "U") == pytest.approx(111.19493 * 1.3 / 1.609344, abs=1e-4)


def test_east_and_west_count_less_the_further_north() -> None:
    sites = [*SITES, SITES[0].model_copy(update={"id": "E", "longitude": 1.5})]
    # haversine by hand at 51.7 N: 2 x 6371 x asin(cos(51.7) x sin(0.5)) = 68.916 km
    assert Geography(sites, []).road_km("S", "E") == pytest.approx(68.916 * 1.3, abs=0.01)


def test_what_is_measured_goes_before_what_is_worked_out() -> None:
    assert geography(("S", "T", 12.5)).minutes("S", "T") == 12.5


def test_a_missing_direction_is_read_from_the_other_one() -> None:
    assert geography(("T", "S", 12.5)).minutes("S", "T") == 12.5


def test_each_direction_has_its_own_time_where_both_are_measured() -> None:
    both = geography(("S", "T", 12.5), ("T", "S", 30))
    assert (both.minutes("S", "T"), both.minutes("T", "S")) == (12.5, 30)


def test_where_nothing_is_measured_it_goes_at_45_km_an_hour_and_is_not_rounded() -> None:
    assert geography(("S", "U", 1)).minutes("S", "T") == pytest.approx(
        11.119493 * 1.3 / 45 * 60, abs=1e-5
    )


def test_the_same_site_is_no_journey_even_where_somebody_measured_one() -> None:
    assert geography(("S", "S", 9)).minutes("S", "S") == 0

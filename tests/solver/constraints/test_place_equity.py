"""A place's empty required hours above its share, by required hours, of all that are empty; in
whole minutes.
"""

from datetime import date

import pytest

from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    shift,
    supply,
    worked,
)

EARLY = 450  # paid minutes


def rows_of(tables: Tables, here: int, there: int, kind: str = "E") -> tuple[list[str], list[str]]:
    """So many required shifts at Place A and at Place B, and P1 who may work any of them."""
    person(tables, "P1")
    lending(tables, ["P1"])
    return [need(tables, day, kind) for day in range(here)], [
        need(tables, here + day, kind, site_id="SB") for day in range(there)
    ]


@pytest.mark.parametrize(
    ("filled_here", "filled_there", "over"),
    [
        (0, 0, 0),  # all empty: each place has just its share
        (2, 1, 0),  # none empty
        (2, 0, 300),  # PB 450 empty, a third of 450 is 150
        (0, 1, 300),  # PA 900 empty, two thirds of 900 are 600
        (1, 0, 150),  # 900 empty: PA 450 of 600, PB 450 of 300
        (1, 1, 150),  # PA 450 empty, two thirds of 450 are 300
    ],
)
def test_shares_go_by_required_hours(filled_here: int, filled_there: int, over: int) -> None:
    tables = plain_tables()
    here, there = rows_of(tables, 2, 1)
    problem = problem_of(tables)
    work = [("P1", row) for row in here[:filled_here] + there[:filled_there]]
    assert amount(problem, "place_equity", does(problem, *work)) == over


def test_a_share_is_rounded_up_to_a_whole_minute() -> None:
    tables = plain_tables()
    here, _ = rows_of(tables, 3, 1)
    problem = problem_of(tables)
    # PB's 450 minutes are empty, a quarter of 450 is 112.5
    assert (
        amount(problem, "place_equity", does(problem, *(("P1", row) for row in here))) == 450 - 113
    )


@pytest.mark.parametrize(
    ("empty_here", "over"), [(8, 0), (9, 1), (10, 1), (11, 2), (7, 0), (6, 0), (5, 1)]
)
def test_less_than_a_minute_above_the_share_is_nothing(empty_here: int, over: int) -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, shift(tables, "09:00", f"09:{empty_here:02}"))
    filled = [
        need(tables, 1, shift(tables, "09:00", f"09:{14 - empty_here:02}")),
        need(tables, 2, shift(tables, "09:00", "09:07"), site_id="SB"),
    ]
    need(tables, 3, shift(tables, "09:00", "09:07"), site_id="SB")
    problem = problem_of(tables)
    # both places require 14 minutes; with 8 and 7 empty each has 7.5, with 9 and 7 it is 8, with 5
    # and 7 it is 6
    assert amount(problem, "place_equity", does(problem, *(("P1", row) for row in filled))) == over


def test_several_missing_in_one_row_count_each_and_nobody_beyond_the_minimum_pays_back() -> None:
    tables = plain_tables()
    names = ["P1", "P2", "P3"]
    for name in names:
        person(tables, name)
    lending(tables, names)
    here = need(tables, 0, "E", minimum="1", preferred="3")
    there = need(tables, 1, "E", site_id="SB", minimum="3")
    problem = problem_of(tables)
    # PA is full, with three where one is required; PB lacks two or one of three: three quarters is
    # its share
    assert (
        amount(
            problem, "place_equity", does(problem, *((name, here) for name in names), ("P1", there))
        )
        == 2 * EARLY - 675
    )
    assert (
        amount(
            problem,
            "place_equity",
            does(problem, *((name, here) for name in names), ("P1", there), ("P2", there)),
        )
        == EARLY - 338
    )


def test_what_is_preferred_is_not_required() -> None:
    tables = plain_tables()
    rows_of(tables, 1, 1)
    tables["demand"][0].update(preferred="5")
    need(tables, 2, "D", minimum="0", preferred="3")
    problem = problem_of(tables)
    assert amount(problem, "place_equity", does(problem)) == 0


def test_supply_fills_places_and_every_service_and_role_counts() -> None:
    tables = plain_tables()
    here, there = rows_of(tables, 1, 1)
    tables["service"].append({"id": "VW", "collaborative_id": "COL", "name": "Virtual ward"})
    tables["service_host"].append({"service_id": "VW", "place_id": "PA", "organisation_id": "A"})
    need(tables, 3, "D", "HCA", service_id="VW")
    supply(tables, "AG", organisation_id="B")
    problem = problem_of(tables)
    # required PA 450 + 690, PB 450; PA's 1,140 empty, its share 1140 x 1140 / 1590 = 817.4
    assert amount(problem, "place_equity", does(problem, ("AG", there[0]))) == 1140 - 818
    # 690 x 1140 / 1590 = 494.7
    assert (
        amount(problem, "place_equity", does(problem, ("AG", there[0]), ("P1", here[0])))
        == 690 - 495
    )


def test_three_places_one_of_which_has_more_than_its_share() -> None:
    tables = plain_tables()
    tables["place"].append({**tables["place"][0], "id": "PC", "name": "Place C"})
    tables["site"].append({**tables["site"][0], "id": "SC", "name": "Site C", "place_id": "PC"})
    tables["service_host"].append({"service_id": "UCR", "place_id": "PC", "organisation_id": "A"})
    here, there = rows_of(tables, 2, 2)
    far = [need(tables, day, "E", site_id="SC") for day in (4, 5)]
    problem = problem_of(tables)
    # 1, 1 and 2 of 2 empty: 1,800 minutes, 600 each
    assert amount(problem, "place_equity", does(problem, ("P1", here[0]), ("P1", there[0]))) == 300
    # 0, 2 and 2: again 600 each, and two places have 900
    assert amount(problem, "place_equity", does(problem, ("P1", here[0]), ("P1", here[1]))) == 600
    assert (
        amount(
            problem,
            "place_equity",
            does(problem, ("P1", here[0]), ("P1", there[0]), ("P1", far[0])),
        )
        == 0
    )


@pytest.mark.parametrize("required_there", ["0", "1"])
def test_it_has_nothing_to_say_where_one_place_alone_requires_anybody(required_there: str) -> None:
    tables = plain_tables()
    rows_of(tables, 2, 0)
    need(tables, 4, "E", site_id="SB", minimum=required_there, preferred="1")
    rule = alone("place_equity").rules["place_equity"]
    assert rule.applies(problem_of(tables)) == (required_there == "1")


def test_the_night_on_which_the_clock_goes_back_has_its_paid_minutes() -> None:
    tables = plain_tables()
    person(tables, "P1", "B")
    need(tables, date(2026, 10, 24), "N")
    row = need(tables, date(2026, 10, 23), "N", site_id="SB")
    problem = problem_of(tables, date(2026, 10, 19))
    # PA requires 12 h, PB 11 h: 720 x 720 / 1380 = 375.7
    assert amount(problem, "place_equity", does(problem, ("P1", row))) == 720 - 376


def test_shifts_known_beforehand_are_no_demand() -> None:
    tables = plain_tables()
    here, _ = rows_of(tables, 1, 1)
    worked(tables, "P1", "2027-01-15T16:00", "2027-01-15T20:00", 240, contract_id="C-P1", host="B")
    problem = problem_of(tables)
    assert amount(problem, "place_equity", does(problem)) == 0
    assert amount(problem, "place_equity", does(problem, ("P1", here[0]))) == EARLY - 225


def test_the_sentence_says_who_what_and_what_was_due() -> None:
    tables = plain_tables()
    here, _ = rows_of(tables, 2, 1)
    problem = problem_of(tables)
    (violation,) = verify(
        problem, alone("place_equity"), does(problem, *(("P1", row) for row in here))
    ).priced["place_equity"]
    assert violation.about == ("PB",)
    assert (
        violation.sentence
        == "PB has 7.5 h empty of 7.5 h required; its share of the 7.5 h that are empty anywhere is"
        " 2.5 h."
    )


def test_each_hour_above_costs_ten_pounds_by_default() -> None:
    assert Policy.from_tables().rules["place_equity"].price() == 1000


def test_weekly_columns_hear_it_as_a_row_for_each_place() -> None:
    tables = plain_tables()
    rows_of(tables, 2, 1)
    problem = problem_of(tables)
    collector, without = (
        StatementCollector(problem, alone(rule_id)) for rule_id in ("place_equity", "deployable")
    )
    # and for each duty what it lacks
    assert len(collector.rows) - len(without.rows) == 2 + len(problem.duties)

"""So many of a role among those on duty, where anybody is."""

import pytest

from solver.evaluate.verify import verify
from tests.factories import (
    Tables,
    alone,
    amount,
    does,
    need,
    person,
    plain_tables,
    problem_of,
    supply,
)


def mixed(minimum: str = "1", shift_type_id: str = "E", role_id: str = "RN") -> Tables:
    tables = plain_tables()
    tables["skill_mix"] = [
        {
            "service_id": "UCR",
            "shift_type_id": shift_type_id,
            "role_id": role_id,
            "minimum": minimum,
        }
    ]
    person(tables, "N1")
    person(tables, "N2")
    person(tables, "H1", role_id="HCA")
    person(tables, "H2", role_id="HCA")
    return tables


@pytest.mark.parametrize(
    ("minimum", "on_duty", "short"),
    [
        ("1", [], 0),  # nobody is on duty
        ("1", ["H1"], 1),
        ("2", ["H1", "H2"], 2),
        ("2", ["H1", "N1"], 1),
        ("2", ["N1", "N2"], 0),
        ("1", ["N1", "N2"], 0),
        ("0", ["H1"], 0),
    ],
)
def test_person_hours_short_of_the_mix_where_anybody_is_on_duty(
    minimum: str, on_duty: list[str], short: int
) -> None:
    tables = mixed(minimum)
    row = need(tables, 0, "E", role_id="HCA", minimum="3")
    problem = problem_of(tables)
    assert (
        amount(problem, "skill_mix", does(problem, *((staff_id, row) for staff_id in on_duty)))
        == short * 450
    )


def test_people_of_all_demand_rows_of_a_site_date_and_shift_count_together() -> None:
    tables = mixed()
    support, nurse = need(tables, 0, "E", role_id="HCA"), need(tables, 0, "E")
    problem = problem_of(tables)
    assert amount(problem, "skill_mix", does(problem, ("H1", support), ("N1", nurse))) == 0
    assert amount(problem, "skill_mix", does(problem, ("H1", support))) == 450


@pytest.mark.parametrize("elsewhere", ["site", "date", "shift"])
def test_another_site_date_or_shift_is_another_team(elsewhere: str) -> None:
    tables = mixed()
    support = need(tables, 0, "E", role_id="HCA")
    nurse = {
        "site": lambda: need(tables, 0, "E", site_id="SB"),
        "date": lambda: need(tables, 1, "E"),
        "shift": lambda: need(tables, 0, "D"),
    }[elsewhere]()
    tables["contract"][0]["organisation_id"] = "B" if elsewhere == "site" else "A"
    problem = problem_of(tables)
    assert amount(problem, "skill_mix", does(problem, ("H1", support), ("N1", nurse))) == 450


def test_a_mix_for_one_shift_type_says_nothing_of_others() -> None:
    tables = mixed(shift_type_id="N")
    row = need(tables, 0, "E", role_id="HCA")
    problem = problem_of(tables)
    assert amount(problem, "skill_mix", does(problem, ("H1", row))) == 0


def test_the_own_role_counts_and_one_that_covers_it_not_the_role_demanded() -> None:
    tables = mixed(role_id="HCA")
    row = need(tables, 0, "E", role_id="RN")
    problem = problem_of(tables)
    # a nurse covers a support worker
    assert amount(problem, "skill_mix", does(problem, ("N1", row))) == 0
    tables["role_cover"] = []
    problem = problem_of(tables)
    assert amount(problem, "skill_mix", does(problem, ("N1", row))) == 450


def test_cover_is_not_transitive() -> None:
    tables = mixed(role_id="PORTER")
    tables["role"].append({"id": "PORTER", "name": "Porter", "staff_group": "support", "band": "2"})
    tables["role_cover"].append({"role_id": "HCA", "covers_role_id": "PORTER"})
    row = need(tables, 0, "E", role_id="HCA", minimum="2")
    problem = problem_of(tables)
    assert amount(problem, "skill_mix", does(problem, ("N1", row))) == 450
    assert amount(problem, "skill_mix", does(problem, ("N1", row), ("H1", row))) == 0


def test_supply_is_on_duty_and_counts_by_its_role() -> None:
    tables = mixed("2")
    supply(tables, "AG", role_id="RN")
    supply(tables, "BK", "bank", role_id="HCA")
    row = need(tables, 0, "E", role_id="HCA", minimum="2")
    problem = problem_of(tables)
    assert amount(problem, "skill_mix", does(problem, ("BK", row))) == 900
    assert amount(problem, "skill_mix", does(problem, ("AG", row))) == 450
    assert amount(problem, "skill_mix", does(problem, ("AG", row), ("AG", row))) == 0


def test_supply_alone_is_on_duty_where_nobody_could_be_assigned() -> None:
    tables = plain_tables()
    tables["skill_mix"] = [
        {"service_id": "UCR", "shift_type_id": "E", "role_id": "RN", "minimum": "1"}
    ]
    supply(tables, "BK", "bank", role_id="HCA")
    row = need(tables, 0, "E", role_id="HCA")
    problem = problem_of(tables)
    assert amount(problem, "skill_mix", does(problem, ("BK", row))) == 450


def test_a_team_is_named_by_its_first_demand_row() -> None:
    tables = mixed("2")
    support, nurse = need(tables, 0, "E", role_id="HCA"), need(tables, 0, "E")
    problem = problem_of(tables)
    [found] = verify(
        problem, alone("skill_mix", weight=1), does(problem, ("H1", support), ("N1", nurse))
    ).priced["skill_mix"]
    assert found.about == ("UCR", "RN", problem.duties[0].id)


def test_the_sentence_says_who_is_short_and_for_how_long() -> None:
    tables = mixed("3")
    row = need(tables, 0, "E", role_id="HCA", minimum="3")
    problem = problem_of(tables)
    roster = does(problem, ("H1", row), ("N1", row))
    [found] = verify(problem, alone("skill_mix", weight="hard"), roster).breaches
    assert found.quantity == 2 * 450
    assert found.sentence == (
        "Urgent community response at Site A on 2027-01-11 (E) is 2 short of 3 Nurse: 15 h."
    )

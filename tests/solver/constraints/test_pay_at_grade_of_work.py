"""Bank workers paid at the grade of the work, where that is lower than their own."""

import random
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Period, Problem, build_problem
from solver.policy.policy import Policy
from solver.result.document import Begun, Lending, line_of, paid_of, totals_of
from solver.search.direct import direct
from solver.search.strategy import Limits
from tests.factories import (
    MONDAY,
    Tables,
    amount,
    does,
    lending,
    need,
    person,
    plain_tables,
    random_roster,
    random_tables,
    supply,
)

AT_GRADE: dict[str, Any] = {
    "at_grade_of_work": True,
    "hourly_pence_by_band": {"band_3": 1200, "band_5": 1700},
}
NURSE, HELPER = 17415, 11610
"""7.5 h x £18 and £12 x 1.29 on a weekday [pence]."""


def under(tables: Tables, days: int = 7, **parameters: Any) -> Problem:
    terms = Policy.from_tables({"pay": parameters}).pay.terms()
    return build_problem(Dataset.from_cells(tables), "COL", Period(MONDAY, days), terms=terms)


@pytest.fixture
def tables() -> Tables:
    """A nurse of the bank, an employed one, bank and agency nurses to call; work of both roles."""
    tables = plain_tables()
    person(tables, "BANK", kind="bank", hours="0")
    person(tables, "OWN", hours="0")
    supply(tables, "BK", "bank", hourly_pence="1800")
    supply(tables, "AG", hourly_pence="1800")
    need(tables, 1, "E", "HCA", minimum="4")
    need(tables, 1, "E", "RN", minimum="4")
    return tables


@pytest.mark.parametrize(
    ("who", "helper", "nurse"),
    [
        ("BANK", HELPER, NURSE),
        ("BK", HELPER, NURSE),
        ("AG", 13500, 13500),  # agency has its price
        ("OWN", 18765, 18765),  # extra hours of an employed nurse: x 1.39
    ],
)
def test_bank_alone_is_paid_by_the_work_and_only_where_that_is_lower(
    tables: Tables, who: str, helper: int, nurse: int
) -> None:
    problem = under(tables, **AT_GRADE)
    found = [
        amount(problem, "pay", does(problem, (who, f"SA-0112-E-{role}")), **AT_GRADE)
        for role in ("HCA", "RN")
    ]
    assert found == [helper * 60, nurse * 60]
    plain = under(tables)
    both = [amount(plain, "pay", does(plain, (who, f"SA-0112-E-{role}"))) for role in ("HCA", "RN")]
    assert both == [nurse * 60, nurse * 60]


@pytest.mark.parametrize(
    "rates", [{"band_3": 1801}, {"band_5": 1000}, {"band_2": 900}, {"band_3": 1800}]
)
def test_nobody_gets_more_than_by_their_own_rate_nor_less_without_a_rate_for_the_work(
    tables: Tables, rates: dict[str, int]
) -> None:
    parameters = {"at_grade_of_work": True, "hourly_pence_by_band": rates}
    problem = under(tables, **parameters)
    roster = does(problem, ("BANK", "SA-0112-E-HCA"))
    assert amount(problem, "pay", roster, **parameters) == NURSE * 60


def test_the_enhancements_are_those_of_the_works_band(tables: Tables) -> None:
    for row in tables["enhancement"]:
        row["band_from"] = "5"
    tables["enhancement"].append(
        {
            "day_kind": "sunday_or_public_holiday",
            "band_from": "3",
            "band_to": "3",
            "percent": "100",
        }
    )
    sunday = need(tables, 6, "E", "HCA")
    problem = under(tables, **AT_GRADE)
    # 7.5 h x £12 x 2 x 1.29, less than 7.5 h x £18 x 1.6 x 1.29 = 27864p
    assert amount(problem, "pay", does(problem, ("BANK", sunday)), **AT_GRADE) == 23220 * 60
    dearer = {**AT_GRADE, "hourly_pence_by_band": {"band_3": 1500}}
    problem = under(tables, **dearer)
    assert amount(problem, "pay", does(problem, ("BANK", sunday)), **dearer) == 27864 * 60


def test_it_needs_a_rate() -> None:
    with pytest.raises(BadInput, match="hourly_pence_by_band"):
        Policy.from_tables({"pay": {"at_grade_of_work": True}})


def test_rates_alone_change_nothing(tables: Tables) -> None:
    parameters = {"hourly_pence_by_band": {"band_3": 1200}}
    assert Policy.from_tables({"pay": parameters}).pay.terms().bank_pence_by_band == ()


@pytest.mark.parametrize("seed", range(10))
def test_model_and_check_say_the_same_of_random_rosters(seed: int) -> None:
    tables, rng = random_tables(seed), random.Random(seed)
    for row in tables["contract"]:
        if rng.random() < 0.5:
            row |= {"kind": "bank", "hours_per_week": "0"}
    problem = under(tables, **AT_GRADE)
    for _ in range(3):
        amount(problem, "pay", random_roster(problem, rng, 0.5), **AT_GRADE)


def test_a_search_calls_whom_the_grade_makes_the_cheapest(tables: Tables) -> None:
    """Own hours of the helper are dearer than a bank nurse at the helper's grade, and cheaper than
    one at her own.
    """
    tables["demand"] = [{**tables["demand"][0], "minimum": "1"}]
    tables["temporary_supply"], tables["staff"], tables["contract"] = [], [], []
    person(tables, "BANK", kind="bank", hours="0")
    person(tables, "HELP", role_id="HCA", kind="bank", hours="0", hourly_pence="1500")
    for parameters, who in (({}, "HELP"), (AT_GRADE, "BANK")):
        problem = under(tables, **parameters)
        policy = Policy.from_tables({"pay": parameters})
        best = direct(problem, policy, Limits(10, workers=1), lambda _: None, lambda: False)
        assert best.roster is not None
        assert [a.staff_id for a in best.roster] == [who]


def test_what_a_lent_bank_worker_is_recharged_at_is_what_they_are_paid(tables: Tables) -> None:
    lending(tables, ["BANK"])
    rows = [need(tables, 2, "E", role, site_id="SB") for role in ("HCA", "RN")]
    problem = under(tables, **AT_GRADE)
    found = []
    for row in rows:
        sheet = EvaluatedRoster(problem, does(problem, ("BANK", row)))
        [(assignment, duty, parts)] = sheet.paid
        found.append(paid_of(problem, Lending(sheet), assignment, duty, parts).recharge)
    assert found == [9000, 13500]


def test_a_lent_bank_shift_that_was_taken_over_is_recharged_as_before(tables: Tables) -> None:
    lending(tables, ["BANK"])
    tables["sharing_agreement"][0]["recharge_percent"] = "50"
    row = need(tables, 2, "E", "HCA", site_id="SB")
    problem = under(tables, **AT_GRADE)
    sheet = EvaluatedRoster(problem, does(problem, ("BANK", row)))
    [(assignment, duty, parts)] = sheet.paid
    before = totals_of(sheet, Lending(sheet), Begun()).summary()["lent"]
    assert [one["recharge_pence"] for one in before] == [4500]
    line = line_of(problem, assignment, duty, parts, Lending(sheet))
    rest = EvaluatedRoster(problem, does(problem))
    assert totals_of(rest, Lending(rest), Begun((line,))).summary()["lent"] == before

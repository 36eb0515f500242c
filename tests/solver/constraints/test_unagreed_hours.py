"""Hours by people who would first have to be asked."""

from datetime import date

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput
from scheduler.domain.problem import Problem
from scheduler.services.scenarios.changes.clearance import everybody_asked
from scheduler.storage.repository import Repository
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector
from tests.factories import (
    MONDAY,
    Tables,
    amount,
    does,
    joint,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    supply,
    to_be_asked,
    worked,
)

RULE = "unagreed_hours"


def lent_week(**changes: str) -> tuple[Tables, str, str]:
    """P1 of A has a passport for B; an early of A and a night of B."""
    tables = plain_tables()
    person(tables, "P1", **changes)
    lending(tables, ["P1"])
    return tables, need(tables, 0, "E"), need(tables, 1, "N", site_id="SB")


def supposed(tables: Tables, first: date = MONDAY, days: int = 7) -> Problem:
    """The week, were everybody asked."""
    cells = everybody_asked(Dataset.from_cells(tables)).to_cells()
    return problem_of(cells, first, days)


def test_hours_of_those_who_have_not_agreed_count_all_of_them() -> None:
    tables, own, other = lent_week(accepts_other_hosts="no")
    problem = supposed(tables)
    assert amount(problem, RULE, does(problem, ("P1", own))) == 0
    assert amount(problem, RULE, does(problem, ("P1", own), ("P1", other))) == 660


@pytest.mark.parametrize(("agreed", "minutes"), [("", 0), ("B", 0), ("A|B", 0), ("A", 660)])
def test_only_hosts_to_which_they_have_not_agreed_count(agreed: str, minutes: int) -> None:
    tables, _, other = lent_week(accepts_other_hosts="yes", agreed_hosts=agreed)
    problem = supposed(tables)
    assert amount(problem, RULE, does(problem, ("P1", other))) == minutes


def test_a_limit_to_hosts_of_somebody_who_accepts_none_agrees_to_nothing() -> None:
    tables, _, other = lent_week(accepts_other_hosts="no", agreed_hosts="B")
    problem = supposed(tables)
    assert amount(problem, RULE, does(problem, ("P1", other))) == 660


def test_as_things_are_nobody_is_asked_and_nothing_counts() -> None:
    tables, own, other = lent_week(accepts_other_hosts="no")
    problem = problem_of(tables)
    assert [duty.id for _, duty in problem.pairs()] == [own]
    priced = Policy.from_tables({RULE: {"weight": 2}})
    assert RULE not in {rule.id for rule in priced.applying(problem)}
    assert RULE in {rule.id for rule in priced.applying(supposed(tables))}
    assert RULE not in {rule.id for rule in Policy.from_tables({}).applying(supposed(tables))}
    assert {duty.id for _, duty in supposed(tables).pairs()} == {own, other}


def test_being_asked_lifts_consent_and_nothing_else() -> None:
    tables, own, _ = lent_week(accepts_other_hosts="no")
    tables["passport"] = []
    assert [duty.id for _, duty in supposed(tables).pairs()] == [own]


def test_a_shift_over_midnight_counts_whole_and_only_its_paid_time_when_clocks_change() -> None:
    # 27 to 28 March 2027: the night has an hour less
    tables, _, _ = lent_week(accepts_other_hosts="no")
    night = need(tables, date(2027, 3, 27), "N", site_id="SB")
    problem = supposed(tables, date(2027, 3, 22))
    assert amount(problem, RULE, does(problem, ("P1", night))) == 600


def test_the_last_night_of_the_period_counts_whole_and_what_was_worked_before_it_not() -> None:
    tables, _, _ = lent_week(accepts_other_hosts="no")
    last = need(tables, 6, "N", site_id="SB")
    worked(tables, "P1", "2027-01-10 21:00", "2027-01-11 08:00", 600, host="B")
    problem = supposed(tables)
    assert amount(problem, RULE, does(problem)) == 0
    assert amount(problem, RULE, does(problem, ("P1", last))) == 660


def test_a_joint_post_asks_nothing_by_the_contract_of_each() -> None:
    tables = plain_tables()
    first = person(tables, "P1", hours="18", accepts_other_hosts="no")
    second = joint(tables, "P1", "B", "18")
    lending(tables, ["P1"])
    at_b = need(tables, 0, "E", site_id="SB")
    problem = supposed(tables)
    assert amount(problem, RULE, does(problem, ("P1", at_b, second))) == 0
    assert amount(problem, RULE, does(problem, ("P1", at_b, first))) == 450


def test_two_employers_are_two_ways_to_be_lent() -> None:
    tables, _, other = lent_week(accepts_other_hosts="no")
    person(tables, "P2", "B", accepts_other_hosts="no")
    lending(tables, ["P2"], home="B", host="A")
    at_a = need(tables, 3, "E")
    problem = supposed(tables)
    roster = does(problem, ("P1", other), ("P2", at_a))
    assert amount(problem, RULE, roster) == 660 + 450


def test_agency_is_nobody_who_could_be_asked() -> None:
    tables, own, _ = lent_week(accepts_other_hosts="no")
    supply(tables, "AG")
    problem = supposed(tables)
    assert amount(problem, RULE, does(problem, ("AG", own))) == 0


def test_weekly_columns_hear_of_it_once_it_has_a_price() -> None:
    tables, _, _ = lent_week(accepts_other_hosts="no")
    problem = supposed(tables)
    without, priced = (
        StatementCollector(problem, Policy.from_tables({RULE: {"weight": weight}})).pair_cost
        for weight in (0, 3)
    )
    more = [now - before for before, now in zip(without, priced, strict=True)]
    assert more == [0, 3 * 100 * 660]


def test_nobody_can_bring_such_a_supposition_as_a_fact() -> None:
    tables, _, _ = lent_week()
    with Repository("sqlite://") as repository:
        wrong = Dataset.from_cells(to_be_asked(tables, "P1"))
        with pytest.raises(BadInput, match="agreed_hosts"):
            repository.store(wrong)
    again = everybody_asked(wrong)
    assert again == everybody_asked(again) == wrong

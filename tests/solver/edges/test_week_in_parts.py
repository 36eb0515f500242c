"""A week in one piece, in two, and beside another collaborative: what is published of it counts as
if it were one roster.

For every rule of the catalogue what the check finds in the whole week is what it finds in its first
part and then, with that published, in the second. Rules that are defined over the roster's own
period are named, with the reason.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraints import catalogue
from solver.policy.policy import Policy
from tests.factories import MONDAY, Tables, random_roster, true_to_life

THURSDAY = MONDAY + timedelta(days=3)
OVER_THE_PERIOD = {
    "average_week": "its blocks end with the period",
    "night_average": "its blocks end with the period",
    "fair_nights": "shares are of the roster's demand",
    "fair_weekends": "shares are of the roster's demand",
    "fair_moves": "shares are of the roster",
    "place_equity": "shares are of the roster's empty hours",
    "temporary_limit": "its caps are for the period",
    "unused_hours": "a part owes no more than its share",
    "weekly_rest": "the rest after the last known shift has no end",
    "single_days": "nothing counts beyond the period's end",
    "run_of_days_off": "nothing counts beyond the period's end",
    "run_of_work": "nothing counts beyond the period's end",
    "run_of_shift": "nothing counts beyond the period's end",
    "total_minutes": "counts the period",
    "total_shifts": "counts the period",
    "total_weekends": "counts the period",
    "stability": "against one roster",
    "pinned": "a pin is of the part in which its work lies",
    "partner_balance": "lending one way and back again differs by part: see below",
    "preference": "a wish of a day without a shift in the problem is nobody's",
    "consecutive_days": "counts each day beyond, by the last of a run",
    "consecutive_nights": "counts each run, by its last night",
    "rest_after_nights": "a run goes on in the next part",
    "first_shift_with_someone_familiar": "company is of the roster",
}
BY_WEEK = (
    "supply_limit",
    "release_limit",
    "contract_hours",
    "longest_week",
    "bank_hours",
    "agency_hours",
)
SEEDS = range(8)


@dataclass(frozen=True)
class Parts:
    """The same work as one problem, and as two of which the first is published."""

    whole: Problem
    first: Problem
    second: Problem
    roster: Roster

    def of(self, problem: Problem) -> Roster:
        return Roster.of(a for a in self.roster if a.demand_id in problem.duty_by_id)


def line(problem: Problem, a: Assignment) -> KnownShift:
    """An assignment as another problem knows it, with the route that a stored line holds."""
    duty, contract = problem.duty_by_id[a.demand_id], problem.index.contracts.get(a.contract_id)
    employer = contract.organisation_id if contract else duty.host_id
    usable = (
        problem.index.agreements_used(contract, duty)
        if contract and employer != duty.host_id
        else []
    )
    return KnownShift(
        start=duty.start,
        end=duty.end,
        paid=duty.paid,
        staff_id=a.staff_id,
        organisation_id=employer,
        contract_id=a.contract_id,
        host_organisation_id=duty.host_id,
        service_id=duty.demand.service_id,
        route=usable[0].route if usable else "",
        supply_id=a.supply_id,
        shift_type_id=duty.demand.shift_type_id,
    )


def one_route(tables: Tables) -> None:
    """So that there is one way to put a lent shift under an agreement."""
    tables["sharing_agreement"] = [
        row for row in tables["sharing_agreement"] if row["route"] == "portability_agreement"
    ]
    tables["temporary_supply"][1]["max_shifts_per_week"] = "1"


def in_two(seed: int) -> Parts:
    tables, known = true_to_life(seed)
    one_route(tables)
    dataset = Dataset.from_cells(tables)
    whole = build_problem(dataset, "COL", Period(MONDAY, 7), known=known)
    roster = random_roster(whole, random.Random(seed), 0.5)
    first = build_problem(dataset, "COL", Period(MONDAY, 3), known=known)
    published = [line(whole, a) for a in roster if a.demand_id in first.duty_by_id]
    return Parts(
        whole,
        first,
        build_problem(dataset, "COL", Period(THURSDAY, 4), known=[*known, *published]),
        roster,
    )


def beside(seed: int) -> Parts:
    """Some of the work belongs to a service of another collaborative at the same hosts."""
    tables, known = true_to_life(seed)
    one_route(tables)
    rng = random.Random(seed)
    tables["service"].append({"id": "VW", "collaborative_id": "COL", "name": "Virtual ward"})
    tables["service_host"] += [{**row, "service_id": "VW"} for row in tables["service_host"]]
    for row in tables["demand"]:
        row["service_id"] = rng.choice(["UCR", "VW"])
    tables["skill_mix"] = []
    whole = build_problem(Dataset.from_cells(tables), "COL", Period(MONDAY, 7), known=known)
    roster = random_roster(whole, rng, 0.5)
    tables["collaborative"].append({"id": "OTHER", "name": "Neighbours"})
    tables["service"][-1]["collaborative_id"] = "OTHER"
    dataset = Dataset.from_cells(tables)
    first = build_problem(dataset, "COL", Period(MONDAY, 7), known=known)
    published = [line(whole, a) for a in roster if a.demand_id in first.duty_by_id]
    return Parts(
        whole,
        first,
        build_problem(dataset, "OTHER", Period(MONDAY, 7), known=[*known, *published]),
        roster,
    )


TWO = [in_two(seed) for seed in SEEDS]
BESIDE = [beside(seed) for seed in SEEDS]


def quantity(rule_id: str, problem: Problem, roster: Roster) -> int:
    tight: dict[str, dict[str, Any]] = {
        "contract_hours": {"hours": 1},
        "longest_week": {"hours": 20},
        "call_notice": {"days": 1, "planned_on": MONDAY},
    }
    rule = (
        Policy.from_tables({rule_id: tight.get(rule_id, {})}).rules.get(rule_id)
        or catalogue()[rule_id]()
    )
    return sum(violation.quantity for violation in rule.check(EvaluatedRoster(problem, roster)))


@pytest.mark.parametrize(
    "rule_id", [rule_id for rule_id in catalogue() if rule_id not in OVER_THE_PERIOD]
)
def test_two_parts_of_a_week_count_what_the_whole_counts(rule_id: str) -> None:
    found = 0
    for parts in TWO:
        whole = quantity(rule_id, parts.whole, parts.roster)
        assert whole == quantity(rule_id, parts.first, parts.of(parts.first)) + quantity(
            rule_id, parts.second, parts.of(parts.second)
        )
        found += whole
    assert found or rule_id in (
        "deployable",
        "one_place_at_a_time",
        "maximum_cover",
        "over_cover",
        "skill_mix",
        "forbidden_succession",
        "unagreed_hours",  # nobody there is supposed to be asked: its own edges are in its test
    )


@pytest.mark.parametrize("rule_id", BY_WEEK)
def test_what_another_collaborative_published_of_the_week_counts(rule_id: str) -> None:
    found = 0
    for parts in BESIDE:
        first, second = parts.of(parts.first), parts.of(parts.second)
        assert len(first) + len(second) == len(parts.roster)
        whole = quantity(rule_id, parts.whole, parts.roster)
        assert whole == quantity(rule_id, parts.first, first) + quantity(
            rule_id, parts.second, second
        )
        found += whole
    assert found


@pytest.mark.parametrize("parts", [*TWO, *BESIDE])
def test_no_part_says_less_of_lending_and_borrowing_than_the_whole_leaves_it(parts: Parts) -> None:
    """Of what goes beyond the tolerance no part is free that adds to it, and none pays for more
    than it adds.
    """
    policy = Policy.from_tables({"partner_balance": {"tolerance_hours": 0}})
    rule = policy.rules["partner_balance"]
    for problem in (parts.first, parts.second):
        sheet = EvaluatedRoster(problem, parts.of(problem))
        added = dict(_added(sheet))
        for violation in rule.check(sheet):
            assert 0 < violation.quantity <= abs(added[violation.about[0]])


def _added(sheet: EvaluatedRoster) -> Iterator[tuple[str, int]]:
    more: dict[str, int] = {}
    for _, duty, contract in sheet.lent():
        more[contract.organisation_id] = more.get(contract.organisation_id, 0) + duty.paid
        more[duty.host_id] = more.get(duty.host_id, 0) - duty.paid
    yield from more.items()


def test_each_exception_is_a_rule_of_the_catalogue() -> None:
    assert set(OVER_THE_PERIOD) <= set(catalogue())

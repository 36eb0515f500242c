"""Over the same people nobody's freedom can be a loss."""

import random

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts.clearance import CHECKS
from scheduler.domain.population import Population
from scheduler.domain.problem import Period, Problem, build_problem
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, need, person, plain_tables, problem_of, random_tables

POLICY = Policy.from_tables({})


def cases(steps: list[Tables]) -> list[Problem]:
    """Problems over one population."""
    facts = [Dataset.from_cells(tables) for tables in steps]
    period, terms = Period(MONDAY, 7), POLICY.pay.terms()
    population = Population.of(
        build_problem(dataset, "COL", period, terms=terms) for dataset in facts
    )
    return [
        build_problem(dataset, "COL", period, terms=terms, population=population)
        for dataset in facts
    ]


def copy(tables: Tables) -> Tables:
    return {name: [dict(row) for row in rows] for name, rows in tables.items()}


def barred(seed: int) -> Tables:
    """A random week in which much is missing; what was agreed about nobody's least hours, for that
    binds whoever can work at all.
    """
    tables, rng = random_tables(seed), random.Random(seed)
    for name in ("pin", "work_limit"):
        tables[name] = []
    # who is employed by A needs a passport for it
    at_b = [row for row in tables["demand"] if row["site_id"] == "SB"]
    tables["demand"] = rng.sample(at_b, min(7, len(at_b)))
    tables["worked_shift"] = []
    person(tables, "P5", "A")
    tables["competency"] = [{"id": "NEWS", "name": "Observations", "kind": "clinical"}]
    tables["service_competency"] = [{"service_id": "UCR", "role_id": "RN", "competency_id": "NEWS"}]
    tables["staff_competency"] = [
        {"staff_id": row["id"], "competency_id": "NEWS", "valid_from": "2026-01-01", "valid_to": ""}
        for row in tables["staff"]
    ]
    tables["passport"] = [row for row in tables["passport"] if rng.random() < 0.2]
    tables["staff_competency"] = [row for row in tables["staff_competency"] if rng.random() < 0.7]
    tables["sharing_agreement"] = [row for row in tables["sharing_agreement"] if rng.random() < 0.6]
    for row in tables["staff"]:
        row["accepts_other_hosts"] = rng.choice(["yes", "no"])
    return tables


def freed(tables: Tables, rng: random.Random) -> Tables:
    """One freedom more, for somebody, at random."""
    tables = copy(tables)
    owner = rng.choice(tables["staff"])
    organisations = [row["id"] for row in tables["organisation"]]
    home, host = rng.sample(organisations, 2)
    match rng.choice(["passport", "consent", "competency", "agreement"]):
        case "passport":
            tables["passport"].append(
                {
                    "staff_id": owner["id"],
                    "host_organisation_id": "",
                    "route": "portability_agreement",
                    "issued_by_organisation_id": "",
                    "valid_from": "2026-01-01",
                    "valid_to": "2027-12-31",
                    "status": "active",
                    "checks": "|".join(CHECKS),
                }
            )
            owner["accepts_other_hosts"] = "yes"
        case "consent":
            owner["accepts_other_hosts"] = "yes"
        case "competency":
            tables["staff_competency"] += [
                {
                    "staff_id": owner["id"],
                    "competency_id": row["id"],
                    "valid_from": "2026-01-01",
                    "valid_to": "",
                }
                for row in tables["competency"]
            ]
        case "agreement":
            tables["sharing_agreement"].append(
                {
                    "home_organisation_id": home,
                    "host_organisation_id": host,
                    "route": "portability_agreement",
                    "service_id": "",
                    "from_date": "2026-01-01",
                    "to_date": "",
                    "max_hours_per_week": "",
                    "recharge_percent": "",
                }
            )
    return tables


@pytest.mark.parametrize("seed", range(12))
def test_no_freedom_makes_the_best_week_worse(seed: int) -> None:
    rng, steps = random.Random(f"freedoms {seed}"), [barred(seed)]
    for _ in range(3):
        steps.append(freed(steps[-1], rng))
    found = [
        direct(problem, POLICY, Limits(30, workers=2), lambda _: None, lambda: False)
        for problem in cases(steps)
    ]
    assert {one.status for one in found} == {"optimal"}
    objectives = [one.objective or 0 for one in found]
    assert objectives == sorted(objectives, reverse=True)


def test_the_freedoms_of_the_property_bring_people_in() -> None:
    """Without the population these weeks have different people, and some look worse: the property
    above is not empty.
    """
    grown = worse = 0
    for seed in range(12):
        rng, tables = random.Random(f"freedoms {seed}"), barred(seed)
        after = tables
        for _ in range(3):
            after = freed(after, rng)
        before_problem, after_problem = problem_of(tables), problem_of(after)
        grown += len(after_problem.people) > len(before_problem.people)
        before, now = (
            direct(one, POLICY, Limits(30, workers=2), lambda _: None, lambda: False)
            for one in (before_problem, after_problem)
        )
        worse += (now.objective or 0) > (before.objective or 0)
    assert grown >= 3
    assert worse >= 1


@pytest.fixture
def tables() -> Tables:
    """B's two nights are ANN's, of B; BEA of B may not do them, for want of a competency."""
    tables = plain_tables()
    tables["competency"] = [{"id": "NEWS", "name": "Observations", "kind": "clinical"}]
    tables["service_competency"] = [{"service_id": "UCR", "role_id": "RN", "competency_id": "NEWS"}]
    tables["staff_competency"] = [
        {"staff_id": "ANN", "competency_id": "NEWS", "valid_from": "2026-01-01", "valid_to": ""}
    ]
    for staff_id in ("ANN", "BEA"):
        person(tables, staff_id)
    need(tables, 0, "N")
    need(tables, 2, "N")
    return tables


def test_shares_are_measured_among_who_could_in_any_case(tables: Tables) -> None:
    after = copy(tables)
    after["staff_competency"].append({**tables["staff_competency"][0], "staff_id": "BEA"})
    before, now = cases([tables, after])
    assert (
        [person.id for person in before.people]
        == [person.id for person in now.people]
        == ["ANN", "BEA"]
    )
    assert before.with_work == {"ANN"}
    alone = problem_of(tables)
    policy, costs = Policy.from_tables({}), []
    for problem in (alone, before):
        found = direct(problem, policy, Limits(10, workers=2), lambda _: None, lambda: False)
        assert found.roster is not None
        costs.append(verify(problem, policy, found.roster).by_rule["fair_nights"])
    assert costs[0] == 0  # both nights are ANN's share while nobody else could
    assert costs[1] > 0  # one of them is BEA's, who could in the other case


def test_a_hard_least_does_not_bind_who_may_fill_nothing(tables: Tables) -> None:
    tables["work_limit"] = [
        {
            "staff_id": "BEA",
            "measure": "total_shifts",
            "shift_type_id": "",
            "minimum": "1",
            "maximum": "",
            "days": "",
        }
    ]
    after = copy(tables)
    after["staff_competency"].append({**tables["staff_competency"][0], "staff_id": "BEA"})
    before, now = (
        direct(one, POLICY, Limits(10, workers=2), lambda _: None, lambda: False)
        for one in cases([tables, after])
    )
    assert before.status == now.status == "optimal"
    assert now.roster is not None
    assert now.roster.by_person["BEA"]

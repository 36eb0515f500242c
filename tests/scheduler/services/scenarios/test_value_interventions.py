"""What barriers are worth, where it is known by construction or by trying everything."""

import random
from itertools import combinations
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.deployability import deployable_pairs
from scheduler.domain.errors import BadRequest
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.near_misses import employed
from scheduler.domain.population import Population
from scheduler.domain.problem import Problem, build_problem
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios import screen_interventions, value_interventions
from scheduler.services.scenarios.interventions import (
    Intervention,
    named,
    possible_interventions,
    together,
)
from scheduler.services.scenarios.screen_interventions import screen_for
from scheduler.storage.repository import Repository
from solver.bounds.interventions import of_others, pairs_of
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Limits
from tests.factories import (
    MONDAY,
    Tables,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    random_tables,
    supply,
)

LIMITS = Limits(10, workers=2)
OF_OTHERS = [rule.id for rule in Policy.from_tables({}).rules.values() if of_others(rule)]
REQUEST = Request("COL", MONDAY, policy={rule_id: {"off": True} for rule_id in OF_OTHERS})
"""Without the rules under which a barrier lifted can make shares dearer: every interval is then
about the people's work alone.
"""
POLICY = Policy.from_tables(REQUEST.policy or {})
PASSPORT = "passport:A:B:portability_agreement"
PROCEDURE = "procedure:IPC:A:B"
COMPETENCY = "competency:NEWS:B:HCA"


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def tables() -> Tables:
    """B has two nursing shifts and one support shift that nobody may fill.

    ANN lacks a passport and BEA B's procedure: either could do both nursing shifts, so that
    together they are worth no more than one of them. CAL lacks a competency for the support shift.
    """
    tables = plain_tables()
    tables["role_cover"] = []
    for staff_id, organisation_id, role_id in (
        ("ANN", "A", "RN"),
        ("BEA", "A", "RN"),
        ("CAL", "B", "HCA"),
    ):
        person(tables, staff_id, organisation_id, role_id, hours="15", home_site_id="SB")
    lending(tables, ["BEA"])
    tables["procedure"] = [{"id": "IPC", "name": "Infection control"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": owner,
            "version": f"{owner}1",
            "from_date": "2020-01-01",
            "to_date": "",
        }
        for owner in "AB"
    ]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    tables["procedure_sign_off"] = [
        {
            "staff_id": staff_id,
            "procedure_id": "IPC",
            "organisation_id": owner,
            "version": f"{owner}1",
            "valid_from": "2026-01-01",
            "valid_to": "",
        }
        for staff_id, owner in (("ANN", "B"), ("BEA", "A"), ("CAL", "B"))
    ]
    tables["competency"] = [{"id": "NEWS", "name": "Observations", "kind": "clinical"}]
    tables["service_competency"] = [
        {"service_id": "UCR", "role_id": "HCA", "competency_id": "NEWS"}
    ]
    need(tables, 0, "E", site_id="SB")
    need(tables, 1, "E", site_id="SB")
    need(tables, 2, "E", "HCA", site_id="SB", priority="2")
    supply(tables, "AG", organisation_id="B", hourly_pence="4000", max_shifts_per_week="1")
    return tables


def run(tables: Tables, **options: Any) -> dict[str, Any]:
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        found = value_interventions.value(repository, REQUEST, LIMITS, **options)
        assert repository.comparison(found["id"])["lifts"] == found["lifts"]
        return found


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {"+".join(entry["ids"]): entry for entry in document["lifts"]}


def under(
    problem: Problem,
    lifts: list[Intervention] | tuple[Intervention, ...],
    population: Population | None = None,
) -> Problem:
    facts = together(lifts).apply(problem.dataset, problem.period) if lifts else problem.dataset
    return build_problem(
        facts, "COL", problem.period, terms=POLICY.pay.terms(), population=population
    )


def everybody(problem: Problem, lifts: list[Intervention] | tuple[Intervention, ...]) -> Population:
    return Population.of([problem, under(problem, lifts)])


def true_gain(
    problem: Problem, lifts: list[Intervention] | tuple[Intervention, ...], policy: Policy = POLICY
) -> float:
    """By solving both to the end [pence]."""
    population = everybody(problem, possible_interventions(problem))
    base, lifted = under(problem, (), population), under(problem, lifts, population)
    before, now = (
        direct(one, policy, Limits(30, workers=2), lambda _: None, lambda: False)
        for one in (base, lifted)
    )
    assert before.status == now.status == "optimal"
    assert before.objective is not None
    assert now.objective is not None
    return (before.objective - now.objective) / 60


# --- planted answers


def test_every_barrier_that_somebody_can_lift_is_found(tables: Tables) -> None:
    tables["leave"] = [
        {"staff_id": "CAL", "from_date": "2027-01-11", "to_date": "2027-01-12", "kind": "annual"}
    ]
    lifts = {lift.id: lift for lift in possible_interventions(problem_of(tables))}
    assert {PASSPORT, PROCEDURE, COMPETENCY} <= lifts.keys()
    assert (lifts[PASSPORT].lifted_by, lifts[PASSPORT].staff_ids, lifts[PASSPORT].places) == (
        ("A",),
        ("ANN",),
        2,
    )
    assert (lifts[PROCEDURE].lifted_by, lifts[PROCEDURE].staff_ids) == (("A", "B"), ("BEA",))
    assert (lifts[COMPETENCY].lifted_by, lifts[COMPETENCY].staff_ids, lifts[COMPETENCY].places) == (
        ("B",),
        ("CAL",),
        1,
    )


def test_what_it_is_worth_in_hours_agency_and_cash(tables: Tables) -> None:
    found = run(tables)
    assert found["base"]["hours"] == {"required": 22.5, "filled": 7.5, "missing": 15}
    entries = by_id(found)
    passport = entries[PASSPORT]
    # two shifts of which the agency had one: a place filled, an agency shift less, and ANN's hours
    # are paid already
    assert (
        passport["hours_filled"],
        passport["agency_hours_avoided"],
        passport["bank_hours_avoided"],
    ) == (7.5, 7.5, 0)
    assert passport["cash_pence_saved"] == 7.5 * 4000
    assert (entries[COMPETENCY]["hours_filled"], entries[COMPETENCY]["agency_hours_avoided"]) == (
        7.5,
        0,
    )
    problem = problem_of(tables)
    for lift_id in (PASSPORT, PROCEDURE, COMPETENCY):
        gain = entries[lift_id]["gain_pence"]
        truth = true_gain(problem, named(possible_interventions(problem), [lift_id]))
        assert truth > 0
        # all are proven best: the interval is a point
        assert (gain["low"], gain["high"], gain["found"]) == pytest.approx(
            (truth, truth, truth), abs=0.1
        )
        assert gain["verdict"] == "worth it"


def test_a_barrier_without_consequence_is_not_distinguishable_and_changes_nothing(
    tables: Tables,
) -> None:
    tables["demand"] = []
    person(tables, "DOT", "B")
    tables["procedure_sign_off"].append({**tables["procedure_sign_off"][0], "staff_id": "DOT"})
    need(tables, 0, "E", site_id="SB")  # DOT does it at no cost, and nobody could do it better
    entry = by_id(run(tables, lift_ids=[PASSPORT]))[PASSPORT]
    assert entry["gain_pence"]["low"] == entry["gain_pence"]["found"] == 0
    assert entry["gain_pence"]["verdict"] == value_interventions.INDISTINGUISHABLE
    assert (entry["hours_filled"], entry["agency_hours_avoided"], entry["cash_pence_saved"]) == (
        0,
        0,
        0,
    )


def test_agreement_and_passport_go_together_where_both_are_missing(tables: Tables) -> None:
    tables["sharing_agreement"] = []
    lifts = {lift.id: lift for lift in possible_interventions(problem_of(tables))}
    both = "agreement:A:B:portability_agreement+passport:A:B:portability_agreement"
    assert lifts[both].staff_ids == ("ANN",)
    assert true_gain(problem_of(tables), [lifts[both]]) > 0


def test_consent_and_a_longer_journey(tables: Tables) -> None:
    lending(tables, ["ANN"])
    tables["staff"][0]["accepts_other_hosts"] = "no"
    tables["staff"][2] |= {"home_site_id": "SA", "max_travel_minutes": "1"}
    tables["staff_competency"] = [
        {"staff_id": "CAL", "competency_id": "NEWS", "valid_from": "2026-01-01", "valid_to": ""}
    ]
    problem = problem_of(tables)
    lifts = {lift.id: lift for lift in possible_interventions(problem)}
    assert (lifts["consent:A"].staff_ids, lifts["consent:A"].lifted_by) == (("ANN",), ("",))
    assert lifts["journey:B:SB"].staff_ids == ("CAL",)
    for lift_id in ("consent:A", "journey:B:SB"):
        new = set(under(problem, [lifts[lift_id]]).person_by_id) - set(problem.person_by_id)
        assert new == set(lifts[lift_id].staff_ids)


def test_a_sign_off_where_nobody_s_version_counts(tables: Tables) -> None:
    tables["procedure_sign_off"] = [
        row for row in tables["procedure_sign_off"] if row["staff_id"] != "BEA"
    ]
    problem = problem_of(tables)
    lift = next(lift for lift in possible_interventions(problem) if lift.id == "sign-off:IPC:A:B")
    assert lift.staff_ids == ("BEA",)
    assert "BEA" in under(problem, [lift]).person_by_id


def test_an_unknown_barrier_is_named_with_the_nearest(tables: Tables) -> None:
    with pytest.raises(BadRequest, match=f"Maybe {PROCEDURE}"):
        run(tables, lift_ids=["procedure:IPC:A:C"])


def test_without_any_barrier_there_is_nothing_to_value() -> None:
    tables = plain_tables()
    person(tables, "ANN")
    need(tables, 0, "E")
    found = run(tables)
    assert (found["candidates"], found["lifts"]) == (0, [])


# --- bundles


@pytest.mark.parametrize("size", [2, 3])
def test_the_best_bundle_is_the_best_of_all_sets(tables: Tables, size: int) -> None:
    found = run(tables, bundle=size)["bundle"]
    problem = problem_of(tables)
    lifts = possible_interventions(problem)
    sets = [
        chosen
        for count in range(1, size + 1)
        for chosen in combinations(lifts, count)
        if len({key for lift in chosen for key in lift.keys}) <= size
    ]
    assert len(sets) == {2: 6, 3: 7}[size]
    assert found["gain_pence"]["found"] == pytest.approx(
        max(true_gain(problem, chosen) for chosen in sets), abs=0.1
    )


def test_worths_do_not_add_up(tables: Tables) -> None:
    """The two dearest barriers are worth one of them together; the best two have the cheaper one
    with them.
    """
    found = run(tables, bundle=2)
    entries = by_id(found)
    alone = [
        entries[lift_id]["gain_pence"]["found"] for lift_id in (PASSPORT, PROCEDURE, COMPETENCY)
    ]
    assert min(alone[:2]) > alone[2]
    assert COMPETENCY in found["bundle"]["ids"]
    assert found["bundle"]["hours_filled"] == 15
    assert found["bundle"]["gain_pence"]["found"] < sum(alone[:2])


# --- the bound


def barred(seed: int) -> Tables:
    """A random week in which somebody lacks something for much of it."""
    tables, rng = random_tables(seed), random.Random(seed)
    for name in ("pin", "work_limit", "shift_succession"):
        tables[name] = []
    for row in tables["passport"]:
        row |= rng.choice([{}, {"status": "revoked"}, {"status": "suspended"}])
    for row in tables["staff"]:
        row |= rng.choice(
            [
                {},
                {"accepts_other_hosts": "no"},
                {"agreed_hosts": "A"},
                {"max_travel_minutes": "5"},
            ]
        )
    return tables


@pytest.mark.parametrize("seed", range(8))
def test_only_those_are_looked_at_whom_a_lift_concerns(seed: int) -> None:
    """Whom the scenario cannot concern is left out: the new pairs are those that looking at
    everybody finds.
    """
    problem = problem_of(barred(seed))
    lifts = possible_interventions(problem)
    new = screen_interventions._New(problem)
    for lifted in (*([lift] for lift in lifts), *combinations(lifts[:6], 2)):
        index = FactIndex(together(lifted).apply(problem.dataset, problem.period))
        rows, columns = deployable_pairs(index, everybody := employed(problem), problem.duties)
        pairs = {
            (everybody[row].id, problem.duties[column].id)
            for row, column in zip(rows, columns, strict=True)
        }
        assert new.pairs(lifted) == pairs - pairs_of(problem)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("rules", ["all", "without"])
def test_nothing_is_worth_more_than_its_bound(seed: int, rules: str) -> None:
    policy = POLICY if rules == "without" else Policy.from_tables({})
    problem = problem_of(barred(seed))
    lifts = possible_interventions(problem)
    assert lifts
    population = everybody(problem, lifts)
    over_all = under(problem, (), population)
    base = direct(over_all, policy, Limits(30, workers=2), lambda _: None, lambda: False)
    assert base.roster is not None
    screen = screen_for(
        lambda scenario: (
            over_all
            if scenario is None
            else build_problem(
                scenario.apply(problem.dataset, problem.period),
                "COL",
                problem.period,
                terms=policy.pay.terms(),
                population=population,
            )
        ),
        over_all,
        lifts,
        policy,
        base.roster,
        seconds=2,
    )
    assert (screen.method, screen.certain) == ("bound", True)
    for lift in lifts[:4]:
        assert screen.at_most([lift]) >= true_gain(problem, [lift], policy) - 0.1
    assert screen.at_most(lifts) >= max(screen.at_most([lift]) for lift in lifts)

"""Why me, why not me: what is said is found again by the check, and by trying every roster."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from scheduler.services.explain.why_person import (
    PART_WORDS,
    Forced,
    WhyNot,
    WhyThis,
    parts_of,
    why_assignment,
    why_person,
)
from scheduler.storage.repository import Repository
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.result.document import document
from solver.rule.constraint import AskedAs
from solver.search.strategy import Found, Limits
from tests.factories import MONDAY, Tables, does, lending, need, person, plain_tables, problem_of
from tests.scheduler.services.handmade import stored

DEFAULT = Policy.from_tables()
LIMITS = Limits(20.0, workers=2)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def small() -> Tables:
    """Two nurses of A, one of B who may not be lent, and three shifts at A's site."""
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    person(tables, "Q1", "B")
    for day in (0, 2):
        need(tables, day, "E")
    need(tables, 0, "L")
    return tables


ROWS = ("SA-0111-E-RN", "SA-0113-E-RN", "SA-0111-L-RN")


def every_roster(problem: Problem) -> Iterator[Roster]:
    """Each row filled by one of the two, or by nobody."""
    for choice in product(["", "P1", "P2"], repeat=len(ROWS)):
        yield Roster.of(
            Assignment(row, who, f"C-{who}") for row, who in zip(ROWS, choice, strict=True) if who
        )


def test_every_barrier_of_every_contract_is_named(repository: Repository) -> None:
    tables = small()
    roster_id = stored(repository, tables, ("P1", ROWS[0]), policy=DEFAULT)
    found = why_person(repository, roster_id, "Q1", ROWS[0], LIMITS)
    assert isinstance(found, WhyNot)
    assert not found.deployable
    assert (found.added, found.forced) == ((), None)
    index = problem_of(tables).index
    (contract,) = found.contracts
    expected = barriers_of(index, index.contracts["C-Q1"], problem_of(tables).duty_by_id[ROWS[0]])
    assert sorted((b.kind, b.sentence) for b in contract.barriers) == sorted(
        (b.kind, b.sentence) for b in expected
    )
    assert contract.barriers


def test_what_the_roster_would_lose_is_what_the_best_roster_with_the_change_costs_more(
    repository: Repository,
) -> None:
    """At this size every roster is near the one that is changed: the proven difference is that of
    all.
    """
    tables = small()
    problem = problem_of(tables)
    best = min(
        (
            roster
            for roster in every_roster(problem)
            if not verify(problem, DEFAULT, roster).breaches
        ),
        key=lambda r: verify(problem, DEFAULT, r).objective,
    )
    roster_id = stored(
        repository, tables, *((a.staff_id, a.demand_id) for a in best), policy=DEFAULT
    )
    base = verify(problem, DEFAULT, best).objective_pence
    for row in ROWS:
        for who in ("P1", "P2"):
            if any(a.staff_id == who and a.demand_id == row for a in best):
                continue
            found = why_person(repository, roster_id, who, row, LIMITS)
            assert isinstance(found, WhyNot)
            assert found.forced is not None
            forced = [
                verify(problem, DEFAULT, roster).objective_pence
                for roster in every_roster(problem)
                if any(a.staff_id == who and a.demand_id == row for a in roster)
                and not verify(problem, DEFAULT, roster).breaches
            ]
            assert found.forced.possible
            assert (found.forced.exact, found.forced.scope) == (True, "all rosters")
            assert found.forced.high_pence >= min(forced) - base - 0.01, (
                "no better than the best of all"
            )
            assert found.forced.high_pence == pytest.approx(min(forced) - base, abs=0.02), (
                who,
                row,
            )


BED, OTHER = "SA-0111-E-RN", "SB-0111-E-RN"


def beyond_reach() -> Tables:
    """FIRST does BED; BANK could, dearer. FIRST alone may fill OTHER, which is only preferred: an
    open place that nobody asked about.
    """
    tables = plain_tables()
    person(tables, "FIRST")
    person(tables, "BANK", hours="0", kind="bank")
    lending(tables, ["FIRST"])
    need(tables, 0, "E")
    need(tables, 0, "E", site_id="SB", minimum="0", preferred="1")
    return tables


def proven_best(repository: Repository, tables: Tables, *work: tuple[str, ...]) -> str:
    """Stored as a search would store it that has proven it best."""
    dataset = Dataset.from_cells(tables)
    repository.store(dataset)
    problem = problem_of(tables)
    roster = does(problem, *work)
    objective = verify(problem, DEFAULT, roster).objective
    found = Found("optimal", roster, objective, objective)
    return repository.save_roster(
        document(problem, DEFAULT, found, LIMITS, 0.0, dataset.sha256()), dataset
    )


def forced_least(tables: Tables) -> tuple[float, float]:
    """(what the best roster of all costs, and the best with BANK at BED) [pence], of every roster
    there is.
    """
    problem, costs = problem_of(tables), {}
    for bed, other in product(["", "FIRST", "BANK"], ["", "FIRST"]):
        roster = does(problem, *((who, row) for who, row in ((bed, BED), (other, OTHER)) if who))
        report = verify(problem, DEFAULT, roster)
        if not report.breaches:
            costs[bed, other] = report.objective_pence
    return min(costs.values()), min(cost for (bed, _), cost in costs.items() if bed == "BANK")


def asked(
    repository: Repository, roster_id: str, staff_id: str = "BANK", demand_id: str = BED
) -> Forced:
    found = why_person(repository, roster_id, staff_id, demand_id, LIMITS)
    assert isinstance(found, WhyNot)
    assert found.forced is not None
    return found.forced


def test_the_difference_holds_among_all_rosters_not_only_near_this_one(
    repository: Repository,
) -> None:
    tables = beyond_reach()
    best, with_bank = forced_least(tables)
    forced = asked(repository, proven_best(repository, tables, ("FIRST", BED)))
    assert (forced.exact, forced.scope, forced.low_pence) == (
        True,
        "all rosters",
        forced.high_pence,
    )
    assert forced.high_pence == pytest.approx(with_bank - best)
    assert {
        (change.who, shift.demand_id) for change in forced.changes for shift in change.gets
    } == {("BANK", BED), ("FIRST", OTHER)}
    assert sum((forced.by_rule or {}).values()) == pytest.approx(forced.high_pence)


def test_too_large_to_solve_again_an_interval_holds_the_difference(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = beyond_reach()
    best, with_bank = forced_least(tables)
    monkeypatch.setattr("scheduler.services.explain.why_person.small_enough", lambda *_: False)
    forced = asked(repository, proven_best(repository, tables, ("FIRST", BED)))
    assert (forced.exact, forced.proven, forced.scope) == (
        False,
        True,
        "among changes by 2 people on 1 shift that follow from it",
    )
    assert forced.low_pence == 0.0, "no roster is better than the one that was proven best"
    assert forced.low_pence <= with_bank - best < forced.high_pence


def test_the_bound_of_a_roster_counts_no_longer_once_others_were_published(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = beyond_reach()
    monkeypatch.setattr("scheduler.services.explain.why_person.small_enough", lambda *_: False)
    roster_id = proven_best(repository, tables, ("FIRST", BED))
    before = problem_of(tables, first=MONDAY - timedelta(days=7))
    empty = Found("feasible", does(before), verify(before, DEFAULT, does(before)).objective, 0)
    repository.publish(
        repository.save_roster(document(before, DEFAULT, empty, LIMITS, 0.0, ""), before.dataset)
    )
    objective = repository.roster(roster_id).document.summary["objective_pence"]
    assert asked(repository, roster_id).low_pence == pytest.approx(-objective), (
        "of prices alone it is known that none is below 0"
    )


def test_its_own_publication_changes_no_proof(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.services.explain.why_person.small_enough", lambda *_: False)
    roster_id = proven_best(repository, beyond_reach(), ("FIRST", BED))
    repository.publish(roster_id)
    assert asked(repository, roster_id).low_pence == 0.0


def test_that_no_roster_keeps_every_hard_rule_is_said_of_all_only_where_it_is_proven(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = beyond_reach()
    tables["pin"] = [{"staff_id": "FIRST", "demand_id": BED}]
    roster_id = proven_best(repository, tables, ("FIRST", BED))
    forced = asked(repository, roster_id, "FIRST", OTHER)
    assert (forced.possible, forced.proven, forced.scope) == (False, True, "all rosters")
    monkeypatch.setattr("scheduler.services.explain.why_person.small_enough", lambda *_: False)
    forced = asked(repository, roster_id, "FIRST", OTHER)
    assert (forced.possible, forced.proven, forced.scope.startswith("among changes by")) == (
        False,
        False,
        True,
    )


def test_simply_added_names_the_rules_that_break(repository: Repository) -> None:
    tables = small()
    roster_id = stored(repository, tables, ("P1", ROWS[0]), ("P2", ROWS[2]), policy=DEFAULT)
    found = why_person(repository, roster_id, "P1", ROWS[2], LIMITS)
    assert isinstance(found, WhyNot)
    problem = problem_of(tables)
    roster = repository.roster(roster_id).document.decision()
    after = verify(problem, DEFAULT, Roster.of([*roster, Assignment(ROWS[2], "P1", "C-P1")]))
    assert {blocked.rule for blocked in found.added[0].effect.blocked} <= {
        breach.rule for breach in after.breaches
    }
    assert found.added[0].effect.blocked
    assert found.there_now == ("P2",)


def test_why_an_assignment_was_the_best_choice(repository: Repository) -> None:
    """Its alternatives' prices are the differences of whole rosters."""
    tables = small()
    roster_id = stored(repository, tables, ("P1", ROWS[0]), ("P2", ROWS[2]), policy=DEFAULT)
    found = why_assignment(repository, roster_id, "P1", ROWS[0])
    problem = problem_of(tables)
    roster = repository.roster(roster_id).document.decision()
    before = verify(problem, DEFAULT, roster)
    without = Roster.of(a for a in roster if a.demand_id != ROWS[0])
    assert found.empty.objective_pence == pytest.approx(
        verify(problem, DEFAULT, without).objective_pence - before.objective_pence
    )
    (other,) = found.alternatives
    assert other.candidate.staff_id == "P2"
    left = {demand_id for demand_id, _ in other.candidate.leaves}
    changed = Roster.of(
        [*(a for a in without if a.demand_id not in left), Assignment(ROWS[0], "P2", "C-P2")]
    )
    assert other.candidate.effect.objective_pence == pytest.approx(
        verify(problem, DEFAULT, changed).objective_pence - before.objective_pence
    )
    assert sum(other.parts.values()) == pytest.approx(other.candidate.effect.objective_pence)
    assert isinstance(why_person(repository, roster_id, "P1", ROWS[0], LIMITS), WhyThis), (
        "the same question, asked the other way"
    )


def test_parts_hold_every_rule_and_leave_out_nothing() -> None:
    assert parts_of({"minimum_cover": 5.0, "pay": 2.0, "travel": 0.0, "stability": 1.0}) == {
        "cover": 5.0,
        "pay": 2.0,
        "other": 1.0,
    }


def test_what_cannot_be_asked_is_a_sentence(repository: Repository) -> None:
    tables = small()
    lending(tables, ["Q1"], "B", "A")
    roster_id = stored(repository, tables, ("P1", ROWS[0]), policy=DEFAULT)
    with pytest.raises(NotFound, match="no member of staff 'P9'"):
        why_person(repository, roster_id, "P9", ROWS[0], LIMITS)
    with pytest.raises(NotFound, match="SA-0111-E-RN"):
        why_person(repository, roster_id, "P1", "SA-0111-E-R", LIMITS)
    with pytest.raises(BadRequest, match="does not do"):
        why_assignment(repository, roster_id, "P2", ROWS[0])


def test_every_part_that_is_asked_about_has_words() -> None:
    assert set(PART_WORDS) == set(get_args(AskedAs))
    assert all(" " in PART_WORDS[part] or PART_WORDS[part] == part for part in PART_WORDS)

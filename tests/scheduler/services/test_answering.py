"""Why me, why not me: what is said is found again by the check, and by trying every roster."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from scheduler.services.answering import PART_WORDS, PARTS, WhyNot, WhyThis, parts_of, why_assignment, why_person
from scheduler.storage.repository import Repository
from solver.policy import Policy
from solver.search.strategy import Limits
from solver.verify import verify
from tests.factories import Tables, lending, need, person, plain_tables, problem_of
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
        yield Roster.of(Assignment(row, who, f"C-{who}") for row, who in zip(ROWS, choice, strict=True) if who)


def test_every_barrier_of_every_contract_is_named(repository: Repository) -> None:
    tables = small()
    roster_id = stored(repository, tables, ("P1", ROWS[0]), policy=DEFAULT)
    found = why_person(repository, roster_id, "Q1", ROWS[0], LIMITS)
    assert isinstance(found, WhyNot)
    assert not found.deployable
    assert (found.added, found.forced) == ((), None)
    index = problem_of(tables).index
    (contract,) = found.contracts
    expected = index.barriers(index.contracts["C-Q1"], problem_of(tables).duty_by_id[ROWS[0]])
    assert sorted((b.kind, b.sentence) for b in contract.barriers) == sorted((b.kind, b.sentence) for b in expected)
    assert contract.barriers


def test_what_the_roster_would_lose_is_what_the_best_roster_with_the_change_costs_more(repository: Repository) -> None:
    """At this size every roster is near the one that is changed: the proven difference is that of all."""
    tables = small()
    problem = problem_of(tables)
    best = min(
        (roster for roster in every_roster(problem) if not verify(problem, DEFAULT, roster).breaches),
        key=lambda r: verify(problem, DEFAULT, r).objective,
    )
    roster_id = stored(repository, tables, *((a.staff_id, a.demand_id) for a in best), policy=DEFAULT)
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
                if any(a.staff_id == who and a.demand_id == row for a in roster) and not verify(problem, DEFAULT, roster).breaches
            ]
            assert found.forced.possible
            assert found.forced.proven
            assert found.forced.high_pence >= min(forced) - base - 0.01, "no better than the best of all"
            assert found.forced.high_pence == pytest.approx(min(forced) - base, abs=0.02), (who, row)


def test_simply_added_names_the_rules_that_break(repository: Repository) -> None:
    tables = small()
    roster_id = stored(repository, tables, ("P1", ROWS[0]), ("P2", ROWS[2]), policy=DEFAULT)
    found = why_person(repository, roster_id, "P1", ROWS[2], LIMITS)
    assert isinstance(found, WhyNot)
    problem = problem_of(tables)
    roster = repository.roster(roster_id).document.decision()
    after = verify(problem, DEFAULT, Roster.of([*roster, Assignment(ROWS[2], "P1", "C-P1")]))
    assert {blocked.rule for blocked in found.added[0].effect.blocked} <= {breach.rule for breach in after.breaches}
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
    assert found.empty.objective_pence == pytest.approx(verify(problem, DEFAULT, without).objective_pence - before.objective_pence)
    (other,) = found.alternatives
    assert other.candidate.staff_id == "P2"
    left = {demand_id for demand_id, _ in other.candidate.leaves}
    changed = Roster.of([*(a for a in without if a.demand_id not in left), Assignment(ROWS[0], "P2", "C-P2")])
    assert other.candidate.effect.objective_pence == pytest.approx(
        verify(problem, DEFAULT, changed).objective_pence - before.objective_pence
    )
    assert sum(other.parts.values()) == pytest.approx(other.candidate.effect.objective_pence)
    assert isinstance(why_person(repository, roster_id, "P1", ROWS[0], LIMITS), WhyThis), "the same question, asked the other way"


def test_parts_hold_every_rule_and_leave_out_nothing() -> None:
    assert parts_of({"minimum_cover": 5.0, "pay": 2.0, "travel": 0.0, "stability": 1.0}) == {"cover": 5.0, "pay": 2.0, "other": 1.0}


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
    assert PART_WORDS.keys() == {*PARTS, "other"}
    assert all(" " in PART_WORDS[part] or PART_WORDS[part] == part for part in PART_WORDS)

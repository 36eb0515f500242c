"""Every kind is matched wholly: where a table has an entry for each, none is missing, and a new one
is never passed over.
"""

from collections.abc import Callable, Collection
from typing import Any, cast, get_args

import pytest

from scheduler.cli.job_commands import EXIT_CODES
from scheduler.domain import expiries
from scheduler.domain.barrier import NATURES, Barrier, BarrierKind
from scheduler.domain.conditions import barriers_of
from scheduler.domain.expiries import CLEARANCES, FILES, LapseKind
from scheduler.domain.facts.working_pattern import Measure
from scheduler.domain.near_misses import group_in_words
from scheduler.domain.roster import PAY_KINDS, PayKind
from scheduler.domain.sentence import Kind, Part, ref, said
from scheduler.services.explain import why_vacant_words
from scheduler.services.explain.names import Naming
from scheduler.services.scenarios.interventions import possible_interventions
from scheduler.services.scenarios.scenario import CHANGES, Scenario
from scheduler.storage import columns
from scheduler.storage.columns import ColumnKind
from scheduler.storage.stored_jobs import Failure, JobKind
from scheduler.storage.tables import facts
from solver.evaluate.candidates import WhyNot
from solver.infeasible import conflicting_facts
from solver.infeasible.conflicting_facts import ConflictKind
from solver.policy import describe
from solver.result.vacancy_cause import _barrier_words
from solver.rule import work_limits
from solver.rule.constraint import Unit
from tests.factories import lending, need, person, plain_tables, problem_of
from ui.components import build_panel

TABLES: dict[str, tuple[Collection[object], Collection[object]]] = {
    "what a barrier is to people": (NATURES, get_args(BarrierKind)),
    "the file of what ends": (FILES, get_args(LapseKind)),
    "what makes two of what ends the same": (expiries._SAME, get_args(LapseKind)),
    "what can be renewed without employing anybody": (
        CLEARANCES,
        set(get_args(LapseKind)) - {"contract"},
    ),
    "why somebody cleared is not there": (why_vacant_words.WHY_NOT, get_args(WhyNot)),
    "exit codes of failures": (EXIT_CODES, get_args(Failure)),
    "jobs in words": (build_panel.WORDS, get_args(JobKind)),
    "jobs under way in words": (build_panel.DOING, get_args(JobKind)),
    "column types": (facts._TYPES, get_args(ColumnKind)),
    "columns in words, but for choices, which are listed": (
        columns._PLAIN,
        set(get_args(ColumnKind)) - {"choice"},
    ),
    "units in words, but for money, whose price is a factor": (
        describe.ONE,
        set(Unit) - {Unit.PENCE},
    ),
    "how much a clashing fact is to give up": (conflicting_facts.BURDEN, get_args(ConflictKind)),
    "measures in words, but for time, which is written in hours": (
        work_limits.NAMES,
        set(get_args(Measure)) - {"total_minutes"},
    ),
    "parts of pay": (PAY_KINDS, get_args(PayKind)),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_by_kind_has_every_kind(table: str) -> None:
    found, kinds = TABLES[table]
    assert set(found) == set(kinds)


def test_a_scenario_checks_joins_and_names_every_change_that_it_can_make() -> None:
    lists = {
        name
        for name, field in Scenario.model_fields.items()
        if field.default == () and name != "based_on"
    }
    assert set(CHANGES) == lists
    assert len(lists) == 17


NEW = cast(BarrierKind, "never_known")
BARRIER = Barrier(NEW, "B", said("B does not have the person."), "B")


PLACES: dict[str, Callable[[Any], object]] = {
    "what lifting it means": lambda index: group_in_words(index, NEW, "B"),
    "its nature": lambda index: NATURES[NEW],
    "the cause of a vacancy": lambda index: _barrier_words(index, BARRIER),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_new_kind_of_barrier_is_pointed_out_where_it_is_not_known(place: str) -> None:
    problem = problem_of(plain_tables())
    with pytest.raises((AssertionError, KeyError), match="never_known"):
        PLACES[place](problem.index)


def test_a_new_kind_of_barrier_is_not_lifted_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = plain_tables()
    person(found, "P1")
    need(found, 0, "E", site_id="SB")
    lending(found, [])
    problem = problem_of(found)
    assert [lift.id for lift in possible_interventions(problem)] == [
        "passport:A:B:portability_agreement"
    ]
    monkeypatch.setattr(
        "scheduler.services.scenarios.interventions.barriers_of",
        lambda *asked: [*barriers_of(*asked), BARRIER],
    )
    with pytest.raises(AssertionError, match="never_known"):
        possible_interventions(problem)


def test_a_new_kind_of_part_has_to_be_given_a_name() -> None:
    with pytest.raises(AssertionError, match="ward"):
        Naming({}, {}, {}, {}).part(Part(cast(Kind, "ward"), "W1", "W1"))
    assert Naming({}, {}, {}, {}).part(ref("site", "W1")) == "W1"

"""A rule that joins the catalogue, or leaves it, changes nothing about a roster that was made
before.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.services.check.files import check_files
from scheduler.services.data.import_export import export_roster
from scheduler.services.explain.why_person import WhyNot, why_person
from scheduler.services.explain.why_vacant import why_vacancies
from scheduler.services.publish.publishable import unkept
from scheduler.services.repair.answer import Repaired
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.repair import repair
from scheduler.services.rosters.reopen import policy_of
from scheduler.services.scenarios.what_changes import different_prices
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder
from solver.constraints import catalogue
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from tests.factories import MONDAY, Tables, need, person, plain_tables
from tests.scheduler.services.handmade import stored

TUESDAY = MONDAY + timedelta(days=1)
EARLY, LATE = "SA-0112-E-RN", "SA-0113-E-RN"


class NobodyOnWednesday(Constraint):
    """Nobody may work on a Wednesday: the roster of these tests does."""

    id: ClassVar[str] = "nobody_on_wednesday"
    title: ClassVar[str] = "Nobody on Wednesdays"
    unit: ClassVar[Unit] = Unit.SHIFTS
    links: ClassVar[Links] = Links.PERSON

    weight: Literal["hard"] | float = "hard"

    def encode(self, m: Encoder) -> None:
        for one in m.people:
            for pair in m.pairs_of(one):
                if pair.duty.date.isoweekday() == 3:
                    m.forbid((one.id,), [pair.literal], (), 1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            for work in shifts:
                if work.new and work.date.isoweekday() == 3:
                    yield self.violation((staff_id,), 1, f"{staff_id} works on a Wednesday.")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        yield found


def week() -> Tables:
    """SICK works on Tuesday, BUSY on Wednesday; one of Tuesday's two places is empty and FREE may
    take either.
    """
    tables = plain_tables()
    for who in ("SICK", "BUSY", "FREE"):
        person(tables, who)
    need(tables, 1, "E", minimum="2")
    need(tables, 2, "E")
    return tables


def told(repository: Repository, roster_id: str, folder: Path) -> dict[str, object]:
    """What repair, why, check, compare and the check before publication say of a roster."""
    stored_one = repository.roster(roster_id)
    export_roster(repository, roster_id, folder / "roster")
    checked = check_files(folder / "facts", folder / "roster" / "assignment.csv")
    why = why_person(repository, roster_id, "FREE", EARLY)
    assert isinstance(why, WhyNot)
    vacancies = why_vacancies(repository, roster_id)
    return {
        "breaches": checked.breaches,
        "checked": checked.objective_pence,
        "check's notes": checked.notes,
        "unkept": unkept(repository, roster_id),
        "why": replace(why, forced=None),
        "vacancies": vacancies.lines,
        "notes": vacancies.notes,
        "dearer": different_prices(policy_of(stored_one), policy_of(stored_one)),
    }


def sick(repository: Repository, roster_id: str) -> tuple[object, ...]:
    found: Repaired = repair(
        repository, roster_id, sick=[Sick("SICK", TUESDAY, TUESDAY)], since=MONDAY
    )
    return (
        found.changed_pairs,
        found.changes,
        found.left_open,
        found.stored_pence,
        found.objective_pence,
        found.notes,
    )


def test_a_rule_that_joined_later(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = week()
    write_folder(Dataset.from_cells(tables), tmp_path / "facts")
    roster_id = stored(repository, tables, ("SICK", EARLY), ("BUSY", LATE))
    before = told(repository, roster_id, tmp_path)
    (tmp_path / "roster" / "assignment.csv").unlink()
    mended = sick(repository, roster_id)
    monkeypatch.setitem(catalogue(), NobodyOnWednesday.id, NobodyOnWednesday)
    assert told(repository, roster_id, tmp_path) == before
    assert sick(repository, roster_id) == mended
    assert before["breaches"] == ()
    assert mended[0] == 2


def test_a_rule_that_left(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named in a note, wherever the roster is judged; everything else is as it was."""
    tables = week()
    write_folder(Dataset.from_cells(tables), tmp_path / "facts")
    monkeypatch.setitem(catalogue(), NobodyOnWednesday.id, NobodyOnWednesday)
    policy = Policy.from_tables({"nobody_on_wednesday": {"weight": 0}})
    roster_id = stored(repository, tables, ("SICK", EARLY), ("BUSY", LATE), policy=policy)
    before = told(repository, roster_id, tmp_path)
    mended = sick(repository, roster_id)
    monkeypatch.delitem(catalogue(), NobodyOnWednesday.id)
    note = (
        "1 rule under which this was made is no longer in the catalogue and is not judged:"
        " nobody_on_wednesday. Every other rule holds as it did."
    )
    after = told(repository, roster_id, tmp_path)
    again = sick(repository, roster_id)
    assert after["notes"] == (note,)
    assert after["check's notes"] == (f"Note: {note}",)
    assert after["why"].notes == (note,)  # type: ignore[attr-defined]
    assert again[-1] == (note,)
    ours = ("breaches", "checked", "unkept", "vacancies", "dearer")
    assert [after[key] for key in ours] == [before[key] for key in ours]
    assert again[:-1] == mended[:-1]


def test_a_parameter_that_left_is_named_and_a_value_that_no_rule_takes_is_a_fault() -> None:
    tables = Policy.from_tables().to_tables()
    policy = Policy.from_stored(
        {**tables, "daily_rest": {**tables["daily_rest"], "naps": 2}}, source="x"
    )
    assert policy.to_tables() == tables
    assert policy.notes == (
        "Of the rule daily_rest under which this was made the catalogue no longer has: naps.",
    )


def test_what_a_stored_policy_does_not_name_was_off() -> None:
    policy = Policy.from_stored({"daily_rest": {"hours": 10}}, source="x")
    assert list(policy.rules) == ["daily_rest"]
    assert policy.notes == ()

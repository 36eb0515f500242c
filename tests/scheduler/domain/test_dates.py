"""Dates at the ends of what there is: facts may hold since and for ever, work lies within reach."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from scheduler.domain.clock import day_after
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import BY_FILE, FACT_TYPES
from scheduler.domain.problem import Period
from scheduler.domain.reach import FIRST_DAY, LAST_DAY
from scheduler.storage.columns import columns
from scheduler.storage.repository import Repository
from tests.factories import Tables
from tests.scheduler.cli.conftest import START, call, small_tables

ENDS = ["0001-01-01", "9999-12-31"]


@pytest.mark.parametrize("day", [date.min, date.max, date(1900, 12, 31), date(2199, 1, 1)])
def test_no_period_begins_out_of_reach(day: date) -> None:
    with pytest.raises(BadRequest, match="expected a date from 1901-01-01 to 2198-12-31"):
        Period(day, 7)


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_a_period_within_reach_has_its_weeks(day: date) -> None:
    assert Period(day, 366).weeks[0] <= day


def test_the_last_date_has_none_after_it() -> None:
    assert day_after(date.max) == date.max
    assert day_after(date(2027, 12, 31)) == date(2028, 1, 1)


@pytest.mark.parametrize("day", ENDS)
@pytest.mark.parametrize("file", ["demand", "preference"])
def test_work_lies_within_reach(file: str, day: str) -> None:
    column = next(column for column in columns(BY_FILE[file]) if column.name == "date")
    with pytest.raises(ValidationError, match="a date from 1901-01-01 to 2198-12-31"):
        column.parse(day)


def with_ends() -> Tables:
    """Everybody's contracts, clearances and leave since the first date that there is, and until the
    last.
    """
    tables = small_tables()
    tables["leave"] = [
        {"staff_id": "P3", "from_date": "2027-01-13", "to_date": "2027-01-14", "kind": "annual"}
    ]
    tables["unavailability"] = [
        {"staff_id": "P2", "from_date": "2027-01-16", "to_date": "2027-01-17"}
    ]
    for file, rows in tables.items():
        for column in columns(BY_FILE[file]):
            if column.kind == "date" and column.name != "date":
                for row in rows:
                    row[column.name] = ENDS[column.name.endswith("to") or column.name == "to_date"]
    return tables


def test_facts_hold_since_and_for_ever(tmp_path: Path) -> None:
    """Some files of HR systems write 9999-12-31 for "for ever"."""
    assert any(
        column.name == "to_date" for fact_type in FACT_TYPES for column in columns(fact_type)
    )
    url = f"sqlite:///{tmp_path}/ends.db"
    with Repository(url) as repository:
        repository.store(Dataset.from_cells(with_ends()))
        demand = sorted(row.id for row in repository.facts("demand"))
    commands = [
        ["feasibility", "-c", "COL", "-s", START],
        ["expiries", "-c", "COL", "-s", START],
        ["solve", "-c", "COL", "-s", START, "-t", "3"],
        *(["barriers", who, demand[0]] for who in ("P1", "P2", "P3")),
        ["why", "vacancies", f"COL-{START}-1"],
    ]
    for command in commands:
        answer = call(*command, db=url)
        assert answer.code == 0, (command, answer)

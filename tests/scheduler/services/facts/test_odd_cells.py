"""Cells and words that nobody types on purpose are refused or kept as they are, in any database."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.domain.facts import Leave, WorkedShift
from scheduler.services.facts import leave as leave_service
from scheduler.services.facts.change import EditedRow, change, understood
from scheduler.services.facts.history import Search, history, revert
from scheduler.services.facts.leave import LeaveTeam, band_days, tell_leave
from scheduler.services.facts.stored import the_one
from scheduler.services.view.by_words import meant
from scheduler.storage.repository import Repository
from tests.scheduler.storage import sample

NO_CHARACTERS = ("\x00", "a\x00b", "\ud800", "a\udcff")


@pytest.fixture(params=["sqlite", "postgresql"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Repository]:
    url = (
        request.getfixturevalue("postgresql_server").new_database()
        if request.param == "postgresql"
        else f"sqlite:///{tmp_path}/x.db"
    )
    with Repository(url) as found:
        found.store(sample.dataset())
        yield found


@pytest.mark.parametrize("text", NO_CHARACTERS, ids=ascii)
def test_what_is_no_character_is_a_fault_of_its_cell(text: str) -> None:
    row = sample.dataset().staff[0]
    with pytest.raises(BadInput) as caught:
        understood("staff", [EditedRow(7, row, {**row.cells(), "name": text})])
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(7, "name")]
    assert "whole characters" in caught.value.faults[0].expected


@pytest.mark.parametrize("text", NO_CHARACTERS, ids=ascii)
def test_what_is_no_character_is_neither_kept_nor_looked_for(
    repository: Repository, text: str
) -> None:
    row = repository.facts("staff")[0]
    other = row.model_copy(update={"max_travel_minutes": 1.0})
    tries: list[Callable[[], object]] = [
        lambda: meant(repository, "staff", text),
        lambda: the_one(repository, "leave", [text]),
        lambda: history(repository, Search("staff", (text,))),
        lambda: history(repository, Search(staff_id=text)),
        lambda: change(repository, [RowChange(row, other)], why=text),
    ]
    for act in tries:
        with suppress(BadRequest, NotFound):
            act()


def test_a_shift_to_the_second_is_changed_and_taken_back(repository: Repository) -> None:
    row = repository.facts("worked_shift")[0]
    assert isinstance(row, WorkedShift)
    cells = {**row.cells(), "start": "2026-10-20T01:30:30", "end": "2026-10-20T05:00:15.5"}
    [new], _ = understood("worked_shift", [EditedRow(1, None, cells)])
    assert new.after is not None
    assert WorkedShift.model_validate(new.after.cells()) == new.after
    number = change(repository, [new]).number
    revert(repository, number)
    assert new.after not in repository.facts("worked_shift")
    assert row.cell("start").count(":") == 2, "of whole minutes, minutes and the offset"


def test_leave_without_an_end_is_not_looked_through_day_by_day(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = {"staff_id": "S1", "from_date": "0001-01-01", "to_date": "9999-12-31", "kind": "other"}
    changes, _ = understood("leave", [EditedRow(1, None, cells)])
    change(repository, changes)
    seen: list[tuple[date, date]] = []
    between = leave_service.days_between

    def counting(first: date, last: date) -> Iterator[date]:
        seen.append((first, last))
        return iter(between(first, last))

    monkeypatch.setattr(leave_service, "days_between", counting)
    contract = next(row for row in repository.dataset().contract if row.staff_id == "S1")
    team, day = LeaveTeam(contract.organisation_id, contract.role_id), date(2027, 3, 1)
    assert [one.away for one in band_days(repository.dataset(), team, [day])] == [1]
    tell_leave(repository, "S1", day, day, "sick")
    assert not [span for span in seen if (span[1] - span[0]).days > 10]
    kinds = sorted(row.kind for row in repository.dataset().leave if isinstance(row, Leave))
    assert kinds == ["other", "other", "sick"]

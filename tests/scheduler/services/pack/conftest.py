"""A small collaborative with two published weeks, and names that are not to be believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.pack.pack import Pack, pack_of
from scheduler.storage import stored_rosters
from scheduler.storage.repository import Repository
from tests.factories import MONDAY, Tables
from tests.scheduler.services.kpis.conftest import Desk, days_before, week_tables, work
from tests.scheduler.services.kpis.test_kpis import target

NEXT = MONDAY + timedelta(days=7)
END = NEXT + timedelta(days=6)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with Repository(f"sqlite:///{tmp_path / 'pack.db'}") as repository:
        found = Desk(repository)
        monkeypatch.setattr(stored_rosters, "now", lambda: found.moment)
        yield found


def two_weeks(desk: Desk, changed: Tables | None = None) -> None:
    """This week 45 days ahead and whole, the next 20 ahead and half of it, with two targets."""
    tables = week_tables()
    tables["demand"] += week_tables(NEXT)["demand"]
    tables["target"] = [
        target("fill_share", at_least="85"),
        target("agency_hours", at_most="1", confirmed="yes"),
    ]
    tables |= changed or {}
    desk.published(desk.stored(tables, *work()), days_before(45))
    desk.published(desk.stored(tables, *work(NEXT)[:3], first=NEXT), days_before(20, NEXT))


def renamed(desk: Desk, organisation_id: str, name: str) -> None:
    """The organisation goes by another name from now on."""
    cells = desk.repository.dataset().to_cells()
    for row in cells["organisation"]:
        row["name"] = name if row["id"] == organisation_id else row["name"]
    desk.repository.store(Dataset.from_cells(cells), replace=True)


@dataclass
class Paper:
    """A pack, and ways into it."""

    pack: Pack

    def page(self, organisation_id: str | None = None) -> dict[str, Any]:
        (found,) = (
            one for one in self.pack.document["pages"] if one["organisation_id"] == organisation_id
        )
        return dict(found)

    def table(self, number: int, title: str, organisation_id: str | None = None) -> dict[str, Any]:
        """The table whose title begins so, of the section of a page or of the method."""
        sections = [*self.page(organisation_id)["sections"], *self.pack.document["method"]]
        (found,) = (
            one
            for section in sections
            if section["number"] == number
            for one in section["tables"]
            if one["title"].startswith(title)
        )
        return dict(found)

    def rows(
        self, number: int, title: str, organisation_id: str | None = None
    ) -> dict[str, list[Any]]:
        """First cell -> the values of the others, texts where there is no number."""
        return {
            row[0]["text"]: [
                cell["text"] if cell["value"] is None else cell["value"] for cell in row[1:]
            ]
            for row in self.table(number, title, organisation_id)["rows"]
        }


@pytest.fixture
def paper(desk: Desk) -> Paper:
    two_weeks(desk)
    return Paper(pack_of(desk.repository, "COL"))

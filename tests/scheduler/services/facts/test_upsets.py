"""What a change of facts says of published rosters before it is saved."""

from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Demand, ShiftType
from scheduler.services.facts.change import propose
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, need, person, plain_tables


@pytest.fixture
def published(tmp_path: Path) -> Repository:
    """One nurse, published on one early shift on Monday."""
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    repository = Repository(f"sqlite:///{tmp_path}/x.db")
    repository.store(Dataset.from_cells(tables))
    made = solve(repository, Request("COL", MONDAY), Limits(2.0, workers=1)).roster_id
    publish(repository, made)
    return repository


def said(repository: Repository, before: Demand | ShiftType, **changes: object) -> list[str]:
    after = before.model_copy(update=changes)
    found = propose(repository, [RowChange(before, after)]).upsets
    return [str(sentence) for upset in found for sentence in upset.sentences]


def test_published_work_that_would_be_elsewhere_or_at_another_time_is_said(
    published: Repository,
) -> None:
    """Also where nobody's rules speak against it: whoever is published does not know."""
    [demand] = published.dataset().demand
    early = next(row for row in published.dataset().shift_type if row.id == "E")
    was = "Urgent community response at Site A on Mon 11 January, Nurse, 07:00–15:00"
    for changed, becomes in (
        (said(published, demand, site_id="SB"), "Site B on Mon 11 January, Nurse, 07:00–15:00"),
        (
            said(published, demand, date=MONDAY + timedelta(days=2)),
            "Site A on Wed 13 January, Nurse, 07:00–15:00",
        ),
        (said(published, demand, shift_type_id="L"), "Nurse, 13:30–21:30"),
        (
            said(published, early, end_time=early.end_time.replace(minute=30)),
            "Nurse, 07:00–15:30",
        ),
    ):
        [sentence] = [one for one in changed if "would become" in one]
        assert sentence.startswith(was)
        assert becomes in sentence
        assert sentence.endswith("1 person is published on it.")
    assert said(published, demand, priority=5) == []
    assert said(published, early, name="Morning") == []

"""A dispute that nobody settles stands on the first page of all who may look at rosters."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from scheduler.domain.dataset import Dataset
from scheduler.services.sign_off.answer import refuse
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.storage.repository import Repository
from tests.scheduler.services.sign_off.conftest import post
from tests.ui.conftest import ROSTER, opened, said


def refused(repository: Repository, days_ago: int) -> None:
    tables = repository.dataset().to_cells()
    tables["approval_scheme"] = [
        {"collaborative_id": "COL", "notice_days": "14", "answer_days": "2", "unseen_hours": "48"}
    ]
    tables["approval_post"] = [
        *(post(f"{each}-COO", "approve", each) for each in ("A", "B")),
        post("CHAIR", "backstop"),
    ]
    repository.store(Dataset.from_cells(tables))
    step = sign_off_state(repository, ROSTER).steps[0]
    refuse(repository, ROSTER, step.organisation_id, "approve", "Nobody knows the ward")
    with repository._writing() as connection:
        connection.execute(
            sa.text("UPDATE dispute_event SET at = :at"),
            {"at": datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days_ago)},
        )


def test_what_is_overdue_stands_on_the_first_page(repository: Repository) -> None:
    refused(repository, days_ago=30)
    for link in ({"as": "operations"}, {"as": "director"}, {"as": "auditor"}):
        text = said(opened(link=link))
        assert "Overdue: " in text
        assert "Nobody knows the ward" in text
        assert ROSTER not in text
    assert "Overdue" not in said(opened(link={"as": "staff", "as_person": "ANN"}))
    assert "Overdue" not in said(opened("renewals"))


def test_what_is_not_overdue_waits_where_it_is(repository: Repository) -> None:
    refused(repository, days_ago=0)
    assert "Overdue" not in said(opened())

"""Versions have names and reasons; drafts can be deleted and publications withdrawn, and on every
date the latest publication counts that is not withdrawn.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.storage import stored_rosters
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import VersionLabel
from scheduler.storage.tables import table
from tests.at_random import examples
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample

MONDAY = date(2027, 1, 11)


@pytest.fixture
def repository(new_database: NewDatabase) -> Iterator[Repository]:
    with Repository(new_database()) as found:
        found.store(sample.dataset())
        yield found


def saved(repository: Repository, start: date = MONDAY, days: int = 7, **summary: object) -> str:
    made = sample.document(start=start, days=days)
    return repository.save_roster(
        replace(made, summary={**made.summary, **summary}), sample.dataset()
    )


def repair_of(roster_id: str, *away: tuple[str, str, str]) -> dict[str, object]:
    people = [{"staff_id": who, "from": first, "to": last} for who, first, last in away]
    return {
        "repair": {"repaired_from": roster_id, "away": people},
        "stable_against": roster_id,
    }


# --- why it was made


@pytest.mark.parametrize(
    ("away", "reason"),
    [
        ((), "Repair after facts had changed"),
        ((("S1", "2027-01-12", "2027-01-12"),), "Repair for Ada Åström, away Tue 12 January"),
        (
            (("S1", "2027-01-12", "2027-01-14"), ("gone", "2027-01-31", "2027-02-02")),
            "Repair for Ada Åström, away Tue 12 to Thu 14 January; somebody, away Sun 31 January to"
            " Tue 2 February",
        ),
        (
            (("S1", "2027-01-12", "2027-01-12"),) * 4,
            "Repair for Ada Åström, away Tue 12 January; Ada Åström, away Tue 12 January, and 2"
            " more",
        ),
    ],
)
def test_a_repair_says_for_whom(
    repository: Repository, away: tuple[tuple[str, str, str], ...], reason: str
) -> None:
    first = saved(repository)
    header = repository.roster_header(saved(repository, **repair_of(first, *away)))
    assert (header.reason, header.made_from) == (reason, first)


def test_reasons_are_derived_where_nobody_wrote_one(repository: Repository) -> None:
    first = saved(repository)
    close = saved(repository, stable_against=first)
    next_week = saved(repository, MONDAY + timedelta(days=7), stable_against=first)
    edited = repository.save_roster(
        sample.document(), sample.dataset(), label=VersionLabel(made_from=close)
    )
    told = repair_of(first, ("S1", "2027-01-12", "2027-01-12"))
    of_repair = repository.save_roster(
        replace(sample.document(), summary={**sample.document().summary, **told}),
        sample.dataset(),
        label=VersionLabel(made_from=edited),
    )
    written = repository.save_roster(
        sample.document(),
        sample.dataset(),
        label=VersionLabel(name="Plan B", reason="More bank", made_from=first),
    )
    headers = {header.id: header for header in repository.rosters()}
    assert [
        headers[each].reason for each in (first, close, next_week, edited, of_repair, written)
    ] == [
        "Built",
        "Built close to version 1",
        "Built close to version 1 of the period from Mon 11 January",
        "Edited from version 2",
        "Edited from version 3",
        "More bank",
    ]
    assert (headers[written].name, headers[written].made_from) == ("Plan B", first)
    assert (headers[first].name, headers[first].made_from) == (None, None)


def test_a_roster_of_before_says_it_too(repository: Repository) -> None:
    first = saved(repository)
    told = repair_of(first, ("S1", "2027-01-12", "2027-01-12"), ("S2", "2027-01-12", "2027-01-12"))
    told["repair"]["answer"] = {"changes": [{"who": "S1", "name": "Ada Åström"}]}  # type: ignore[index]
    second = saved(repository, **told)
    with repository._writing() as connection:
        connection.execute(sa.update(table("roster")).values(reason=None))
    assert repository.roster_header(first).reason == "Built"
    assert repository.roster_header(second).reason == (
        "Repair for Ada Åström, away Tue 12 January; somebody, away Tue 12 January"
    )


# --- names


def test_a_version_is_named_and_named_again(repository: Repository) -> None:
    first, second = saved(repository), saved(repository)
    versions = repository.versions
    assert versions.rename(first, "Plan A", "Asked for by the board").name == "Plan A"
    assert repository.roster_header(first).reason == "Asked for by the board"
    with pytest.raises(BadRequest, match="Version 1 is called “Plan A” already"):
        versions.rename(second, "Plan A")
    versions.rename(first, None)
    assert versions.rename(second, "Plan A").name == "Plan A"
    with pytest.raises(BadRequest, match="80 letters"):
        versions.rename(second, "x" * 81)
    with pytest.raises(NotFound):
        versions.rename("nothing", "x")
    assert [entry.contents() for entry in repository.audit.entries()][-1] == {
        "roster": second,
        "renamed": True,
    }


def test_why_it_was_made_stays_once_it_is_published(repository: Repository) -> None:
    first = saved(repository)
    repository.publish(first)
    with pytest.raises(BadRequest, match="was published"):
        repository.versions.rename(first, "Plan A", "another")
    assert repository.versions.rename(first, "Plan A").name == "Plan A"


# --- drafts that go


def test_a_draft_goes_with_all_that_was_its_own(repository: Repository) -> None:
    first = saved(repository)
    second = saved(repository, stable_against=first)
    third = saved(repository, stable_against=second)
    repository.versions.delete_draft(second)
    with pytest.raises(NotFound):
        repository.roster(second)
    header = repository.roster_header(third)
    assert (header.reason, header.made_from) == ("Built close to version 2", first)
    with repository._reading() as connection:
        for name in ("assignment_line", "vacancy_line"):
            lines = sa.select(table(name)).where(table(name).c.roster_id == second)
            assert connection.execute(lines).first() is None
    assert repository.snapshot(first).sha256() == sample.dataset().sha256()
    assert saved(repository) == f"ESX-{MONDAY}-4"
    assert repository.collaborative_of("roster", second) == "ESX"
    assert [entry.contents() for entry in repository.audit.entries()][-2] == {
        "roster": second,
        "deleted": True,
    }


def test_the_last_number_is_not_given_again_and_its_facts_go_too(repository: Repository) -> None:
    only = saved(repository)
    repository.versions.delete_draft(only)
    with repository._reading() as connection:
        assert connection.execute(sa.select(table("snapshot"))).first() is None
    assert saved(repository) == f"ESX-{MONDAY}-2"


def test_what_was_published_is_never_deleted(repository: Repository) -> None:
    first, second = saved(repository), saved(repository)
    repository.publish(first)
    repository.publish(second)
    for roster_id in (first, second):
        with pytest.raises(BadRequest, match="was published"):
            repository.versions.delete_draft(roster_id)
    repository.versions.withdraw(second, "wrong")
    with pytest.raises(BadRequest, match="was published"):
        repository.versions.delete_draft(second)


def test_a_draft_that_a_job_or_a_comparison_needs_stays(repository: Repository) -> None:
    first, second = saved(repository), saved(repository)
    repository.jobs.submit("repair", "ESX", MONDAY, {"repair": {"roster_id": first}}, "print")
    with pytest.raises(BadRequest, match="A job that is not done yet needs version 1"):
        repository.versions.delete_draft(first)
    period = {"start": MONDAY.isoformat(), "days": 7}
    repository.save_comparison(
        {"collaborative_id": "ESX", "period": period, "cases": [{"roster_id": second}]}
    )
    with pytest.raises(BadRequest, match="comparison that is kept was made of version 2"):
        repository.versions.delete_draft(second)


# --- publications that are taken back


def test_what_it_had_superseded_counts_again(repository: Repository) -> None:
    first, second = saved(repository), saved(repository)
    repository.publish(first)
    repository.publish(second, reason="two shifts more")
    assert repository.roster_header(second).published_reason == "two shifts more"
    withdrawn = repository.versions.withdraw(second, "the wrong week")
    assert (withdrawn.status, withdrawn.withdrawn_reason) == ("withdrawn", "the wrong week")
    assert (withdrawn.withdrawn_by, withdrawn.in_force) == ("program", frozenset())
    assert repository.roster_header(first).status == "published"
    assert {header.id for header, _ in repository.published()} == {first}
    assert [header.id for header, _ in repository.ever_published()] == [first, second]
    with pytest.raises(BadRequest, match="withdrawn already"):
        repository.versions.withdraw(second, "again")
    again = repository.publish(second)
    assert (again.status, again.withdrawn_at, again.withdrawn_reason) == ("published", None, None)
    assert again.published_reason is None
    assert repository.roster_header(first).status == "superseded"


def test_a_draft_cannot_be_withdrawn(repository: Repository) -> None:
    with pytest.raises(BadRequest, match="is a draft"):
        repository.versions.withdraw(saved(repository), "why not")


def test_each_publication_and_withdrawal_is_later_than_the_one_before(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = saved(repository), saved(repository)
    repository.publish(first)
    # as if the clock had been turned back
    monkeypatch.setattr(stored_rosters, "now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    withdrawn = repository.versions.withdraw(first, "why not")
    published = repository.publish(second)
    assert withdrawn.published_at < withdrawn.withdrawn_at < published.published_at  # type: ignore[operator]


class Publications(RuleBasedStateMachine):
    """Rosters are made, published, withdrawn, published again in any order, beside a list of what
    was published: on each date the last of it that covers it counts.
    """

    drafts: Bundle[str] = Bundle("drafts")
    others: Bundle[str] = Bundle("others")

    def __init__(self) -> None:
        super().__init__()
        self.repository = Repository("sqlite://")
        self.repository.store(sample.dataset())
        self.days: dict[str, set[date]] = {}
        self.order: list[str] = []
        self.ever: set[str] = set()

    def teardown(self) -> None:
        self.repository.close()

    @rule(target=drafts, first=st.integers(0, 4), days=st.integers(1, 4))
    def make(self, first: int, days: int) -> str:
        start = MONDAY + timedelta(days=first)
        roster_id = saved(self.repository, start, days)
        self.days[roster_id] = {start + timedelta(days=offset) for offset in range(days)}
        return roster_id

    @rule(target=others, roster_id=consumes(drafts))
    def publish(self, roster_id: str) -> str:
        self.repository.publish(roster_id)
        self.order.append(roster_id)
        self.ever.add(roster_id)
        return roster_id

    @rule(roster_id=consumes(drafts))
    def delete(self, roster_id: str) -> None:
        self.repository.versions.delete_draft(roster_id)
        del self.days[roster_id]

    @rule(roster_id=others)
    def withdraw_or_publish_again(self, roster_id: str) -> None:
        if roster_id in self.order:
            self.repository.versions.withdraw(roster_id, "why not")
            self.order.remove(roster_id)
        else:
            self.repository.publish(roster_id)
            self.order.append(roster_id)

    @invariant()
    def on_each_date_the_latest_counts_that_is_not_withdrawn(self) -> None:
        counts: dict[date, str] = {}
        for roster_id in self.order:
            counts |= dict.fromkeys(self.days[roster_id], roster_id)
        expected = {
            roster_id: {day for day, latest in counts.items() if latest == roster_id}
            for roster_id in self.days
        }
        headers = {header.id: header for header in self.repository.rosters()}
        assert {each: set(header.in_force) for each, header in headers.items()} == expected
        for roster_id, header in headers.items():
            if roster_id not in self.ever:
                assert header.status == "draft"
            elif roster_id not in self.order:
                assert header.status == "withdrawn"
            else:
                assert header.status == ("published" if expected[roster_id] else "superseded")


Publications.TestCase.settings = settings(
    max_examples=examples(8),
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestPublications = pytest.mark.at_random(Publications.TestCase)

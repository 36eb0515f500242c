"""From one day to twelve weeks: solved, checked, published, exported, and history of what comes
next.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from scheduler.domain.clock import local_date
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.facts import LONDON
from scheduler.domain.problem import Period, build_problem
from scheduler.domain.roster import Roster, RosterDocument
from scheduler.services.check.files import Given, check_files
from scheduler.services.data.import_export import export_roster
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.solve import Request, known_shifts, problem_of, solve
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder
from scheduler.synthetic import generate
from solver.evaluate.verify import verify
from solver.search.strategy import Limits
from tests.factories import MONDAY, Tables, need, person, plain_tables

QUICK = Limits(1.0, workers=1)
THURSDAY = MONDAY + timedelta(days=3)


def weekly_tables() -> Tables:
    """Three people and the same week for ever: an early on weekdays, a night on Saturday; one dated
    row takes the place of one.
    """
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2", hours="20")
    person(tables, "P3", "B")
    tables["demand_template"] = [
        {
            "service_id": "UCR",
            "site_id": "SA",
            "weekday": str(weekday),
            "shift_type_id": shift_type_id,
            "role_id": "RN",
            "minimum": "1",
            "preferred": "",
            "priority": "3",
        }
        for weekday, shift_type_id in [(1, "E"), (2, "E"), (3, "E"), (4, "E"), (5, "E"), (6, "N")]
    ]
    need(tables, 9, "E", minimum="2")  # the second Wednesday
    return tables


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(weekly_tables()))
        yield repository


def solved(
    repository: Repository, first: date, days: int, limits: Limits = QUICK
) -> tuple[str, RosterDocument]:
    outcome = solve(repository, Request("COL", first, days), limits)
    assert outcome.document is not None
    return outcome.roster_id, outcome.document


@pytest.mark.parametrize("days", [1, 3, 7, 14, 28, 84])
@pytest.mark.parametrize("first", [MONDAY, THURSDAY])
def test_weekly_demand_comes_back_on_each_of_its_weekdays_and_a_dated_row_takes_its_place_once(
    first: date, days: int
) -> None:
    problem = build_problem(Dataset.from_cells(weekly_tables()), "COL", Period(first, days))
    dates = [first + timedelta(days=offset) for offset in range(days)]
    second_wednesday = MONDAY + timedelta(days=9)
    assert Counter(duty.date for duty in problem.duties) == Counter(
        day for day in dates if day.isoweekday() != 7
    )
    dated = [duty.date for duty in problem.duties if not duty.id.startswith("T:")]
    assert dated == [day for day in dates if day == second_wednesday]


@pytest.mark.parametrize(
    ("first", "days"),
    [(MONDAY, 1), (MONDAY, 3), (THURSDAY, 3), (THURSDAY, 7), (MONDAY, 14), (MONDAY, 28)],
)
def test_a_period_is_solved_checked_from_its_files_and_history_of_the_next(
    repository: Repository, first: date, days: int, tmp_path: Path
) -> None:
    roster_id, document = solved(repository, first, days)
    files = export_roster(repository, roster_id, tmp_path / "roster")
    write_folder(repository.dataset(), tmp_path / "facts")
    assert check_files(tmp_path / "facts", files[0]).breaches == ()
    assert {line.start.astimezone(LONDON).date() for line in document.assignments} <= {
        first + timedelta(days=n) for n in range(days)
    }
    assert document.vacancies == (), "three people are enough"
    publish(repository, roster_id)
    after = Period(first + timedelta(days=days), days)
    problem, _, _ = problem_of(repository, Request("COL", after.first, after.days))
    assert sum(len(shifts) for shifts in problem.all_known.values()) == len(document.assignments)
    next_id, _ = solved(repository, after.first, after.days)
    next_files = export_roster(repository, next_id, tmp_path / "next")
    assert (
        check_files(tmp_path / "facts", next_files[0], Given(published=(files[0],))).breaches == ()
    )


def test_four_weeks_in_a_workbook_have_a_column_for_each_day(
    repository: Repository, tmp_path: Path
) -> None:
    roster_id, _ = solved(repository, MONDAY, 28)
    export_roster(repository, roster_id, tmp_path / "roster.xlsx")
    head = next(
        openpyxl.load_workbook(tmp_path / "roster.xlsx")["roster"].iter_rows(values_only=True)
    )
    assert len(head) == 2 + 28
    assert (head[2], head[-1]) == ("Mon 2027-01-11", "Sun 2027-02-07")


def test_twelve_weeks_over_the_clock_change_and_then_a_day_of_them_anew(
    repository: Repository,
) -> None:
    """From 11 January to 4 April: the clock goes forward on 28 March, in the eleventh Saturday's
    night.
    """
    before_id, before = solved(repository, MONDAY - timedelta(days=7), 7)
    publish(repository, before_id)
    assert len(known_shifts(repository, "COL", Period(MONDAY, 84))) == len(before.assignments) == 6
    roster_id, document = solved(repository, MONDAY, 84, Limits(3.0, workers=2))
    assert document.summary["breaches"] == []
    # 12 weeks of five earlies (450 min) and a night (660 min), one early more; of the night of 27
    # March an hour is missing
    assert document.summary["hours"]["required"] == (12 * (5 * 450 + 660) + 450 - 60) / 60
    assert document.summary["hours"]["missing"] == 0
    publish(repository, roster_id)
    day = MONDAY + timedelta(days=44)  # a Wednesday in the seventh week
    again_id, again = solved(repository, day, 1)
    assert publish(repository, again_id).superseded == []
    counted = [line for _, lines in repository.published() for line in lines]
    kept = [line for line in document.assignments if line.start.date() != day]
    assert len(counted) == len(before.assignments) + len(kept) + len(again.assignments)
    assert len(again.assignments) == 1


def test_a_day_within_a_published_week_is_planned_against_the_rest_of_it(
    repository: Repository,
) -> None:
    """P1 has Monday, Tuesday, Thursday and Friday already: 30 of 37.5 h. On Wednesday 7.5 h are
    left, and no more.
    """
    problem, policy, _ = problem_of(repository, Request("COL", MONDAY + timedelta(days=2), 1))
    start = problem.duties[0].start
    known = [
        KnownShift(start + day * 1440, start + day * 1440 + 480, 450, "P1", "A", "C-P1", "A")
        for day in (-2, -1, 1, 2)
    ]
    problem = build_problem(problem.dataset, "COL", problem.period, known=known)
    empty = verify(problem, policy, Roster())
    unused = {violation.about[0]: violation.quantity for violation in empty.priced["unused_hours"]}
    # P2: a fifth of 20 h; nothing is known of the other days
    assert unused == {
        "P1": 450,
        "P2": 240,
    }


# --- at the size of a team


@pytest.fixture(scope="module")
def team() -> Iterator[tuple[Repository, str]]:
    """Thirty made-up people with four months of history, and their week of 11 January,
    published.
    """
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(generate(30, 1)))
        (collaborative,) = repository.collaboratives()
        outcome = solve(repository, Request(collaborative.id, MONDAY), Limits(3.0, workers=2))
        publish(repository, outcome.roster_id)
        yield repository, collaborative.id


def test_four_weeks_of_thirty_people_after_a_published_week(team: tuple[Repository, str]) -> None:
    repository, collaborative_id = team
    request = Request(collaborative_id, MONDAY + timedelta(days=7), 28)
    problem, policy, _ = problem_of(repository, request)
    assert len(known_shifts(repository, collaborative_id, request.period)) > 50, (
        "the published week is history"
    )
    outcome = solve(repository, request, Limits(4.0, workers=2))
    assert outcome.document is not None
    roster = outcome.document.decision()
    assert verify(problem, policy, roster).breaches == ()
    assert {
        week for duty in problem.duties if duty.id in roster.by_demand for week in [duty.week]
    } == set(problem.period.weeks)
    for (
        staff_id,
        own,
    ) in (
        roster.by_person.items()
    ):  # the rest of 11 h, once more by hand, over the border of the two rosters too
        times = [(shift.start, shift.end) for shift in problem.all_known.get(staff_id, ())]
        duties = [problem.duty_by_id[assignment.demand_id] for assignment in own]
        times = sorted(times + [(duty.start, duty.end) for duty in duties])
        first = min(duty.start for duty in duties)
        assert all(
            later[0] - earlier[1] >= 660 for earlier, later in pairwise(times) if later[0] >= first
        )
    assert all(
        local_date(shift.start) < request.start
        for shifts in problem.all_known.values()
        for shift in shifts
    )

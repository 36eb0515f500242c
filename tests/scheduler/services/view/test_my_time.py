"""One person's hours, pay, averages and leave, as they read them."""

from datetime import date, timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.roster import Assignment, AssignmentLine, Roster
from scheduler.services.view import my_words
from scheduler.services.view.my_time import MyTime, my_time, my_time_in, pay_words
from solver.constraints.average_week import AverageWeek
from solver.constraints.night_average import NightAverage
from tests.factories import MONDAY, Tables, need, person, plain_tables, problem_of, rows
from tests.scheduler.services.accounts.conftest import Stored, holding
from tests.scheduler.services.view.lines import line

LAST = MONDAY + timedelta(days=6)


@pytest.fixture
def tables() -> Tables:
    tables = plain_tables()
    person(tables, "P", hours="22.5")
    return tables


def second_contract(tables: Tables, **changes: str) -> None:
    own = tables["contract"][0]
    other = {"id": "C-P2", "organisation_id": "B", "hours_per_week": "15", "base_site_id": "SB"}
    tables["contract"].append({**own, **other, **changes})


def looked(
    tables: Tables,
    published: list[AssignmentLine] | None = None,
    first: date = MONDAY,
    last: date = LAST,
) -> MyTime:
    return my_time_in(Dataset.from_cells(tables), published or [], "P", first, last, MONDAY)


def worked(day: date, hours: int, start: int = 8) -> str:
    return f"P | A | {day}T{start:02}:00 | {day}T{start + hours:02}:00 | {60 * hours} | C-P"


def history(tables: Tables, *lines: str) -> None:
    tables["worked_shift"] = rows(
        "staff_id organisation_id start end paid_minutes contract_id", *lines
    )


# --- hours owed


def test_two_contracts_with_two_employers_stand_apart_and_together(tables: Tables) -> None:
    second_contract(tables)
    facts = Dataset.from_cells(tables)
    other = [line(facts, MONDAY + timedelta(days=day), contract_id="C-P2") for day in (1, 2)]
    found = looked(tables, [line(facts, MONDAY), *other])
    hours = [(one.employer, one.owed, one.planned, one.difference) for one in found.employments]
    assert hours == [("CIC B", 900, 900, 0), ("Trust A", 1350, 450, -900)]
    assert (found.owed, found.planned) == (2250, 1350)
    text = list(my_words.hours_lines(found))
    assert "Trust A, as Nurse: 7.5 h of work, 22.5 h owed; 15 h still to be planned." in text
    assert "CIC B, as Nurse: 15 h of work, 15 h owed; exactly what is owed." in text
    assert text[-1] == "Together: 22.5 h of work, 37.5 h owed."


def test_what_is_owed_is_what_the_rules_say_is_owed(tables: Tables) -> None:
    tables["leave"] = rows("staff_id from_date to_date kind", "P | 2027-01-08 | 2027-01-12 | x")
    need(tables, 3, "E")
    problem = problem_of(tables)
    (employment,) = problem.people[0].employments
    (own,) = looked(tables).employments
    assert own.owed == employment.owed[MONDAY] == 3 * 270


def test_leave_over_the_edge_of_the_period_counts_as_far_as_it_lies_within(tables: Tables) -> None:
    tables["leave"] = rows(
        "staff_id from_date to_date kind", "P | 2027-01-08 | 2027-01-12 | annual"
    )
    found = looked(tables)
    (own,) = found.employments
    assert (own.owed, own.leave_days) == (3 * 270, 2)
    assert "2 weekdays of leave are taken off what is owed." in next(my_words.hours_lines(found))
    (leave,) = found.leave
    assert (leave.kind, leave.taken, leave.planned) == ("annual", 1, 2)
    assert found.leave_year == (date(2026, 4, 1), date(2027, 3, 31))


def test_leave_over_the_edge_of_the_leave_year_is_cut_there(tables: Tables) -> None:
    tables["leave"] = rows(
        "staff_id from_date to_date kind",
        "P | 2027-03-30 | 2027-04-02 | annual",
        "P | 2027-03-31 | 2027-03-31 | annual",
    )
    (leave,) = looked(tables).leave
    assert (leave.taken, leave.planned) == (0, 2), "a day named twice is one day"
    assert leave.stretches[0] == (date(2027, 3, 30), date(2027, 3, 31))


def test_how_much_leave_is_left_is_said_not_to_be_known(tables: Tables) -> None:
    assert "not known here" in list(my_words.leave_lines(looked(tables)))[-1]


def test_a_contract_that_ends_within_the_period_owes_its_part(tables: Tables) -> None:
    tables["contract"][0]["to_date"] = "2027-01-12"
    found = looked(tables)
    (own,) = found.employments
    assert (own.owed, own.last) == (540, date(2027, 1, 12))
    text = next(my_words.hours_lines(found))
    assert "(this contract from 11 January 2027 to 12 January 2027)" in text


def test_contracts_that_follow_on_are_one(tables: Tables) -> None:
    tables["contract"][0]["to_date"] = "2027-01-12"
    second_contract(
        tables, organisation_id="A", base_site_id="SA", from_date="2027-01-13", to_date=""
    )
    facts = Dataset.from_cells(tables)
    (own,) = looked(tables, [line(facts, LAST, contract_id="C-P2")]).employments
    assert own.contract_ids == ("C-P", "C-P2")
    assert (own.owed, own.planned) == (2 * 270 + 3 * 180, 450)


def test_a_period_that_begins_within_a_week_owes_the_weekdays_in_it(tables: Tables) -> None:
    tables["leave"] = rows("staff_id from_date to_date kind", "P | 2027-01-13 | 2027-01-14 | x")
    (own,) = looked(tables, first=MONDAY + timedelta(days=3)).employments
    assert (own.owed, own.leave_days) == (270, 1)


def test_a_bank_contract_owes_nothing(tables: Tables) -> None:
    second_contract(tables, kind="bank", hours_per_week="0")
    tables["leave"] = rows("staff_id from_date to_date kind", "P | 2027-01-14 | 2027-01-14 | x")
    facts = Dataset.from_cells(tables)
    found = looked(tables, [line(facts, MONDAY, contract_id="C-P2")])
    assert found.employments[-1].bank
    assert [one.leave_days for one in found.employments] == [1, 0]
    assert "CIC B, bank, as Nurse: 7.5 h; a bank contract owes no hours." in list(
        my_words.hours_lines(found)
    )
    assert found.shifts[0].pay == "bank"


def test_what_was_worked_takes_the_place_of_what_was_published(tables: Tables) -> None:
    history(tables, worked(MONDAY, 5))
    facts = Dataset.from_cells(tables)
    published = [line(facts, MONDAY), line(facts, MONDAY + timedelta(days=1))]
    assert looked(tables, published).planned == 300 + 450


def test_hours_of_an_unknown_contract_are_said(tables: Tables) -> None:
    history(tables, f"P | B | {MONDAY}T08:00 | {MONDAY}T12:00 | 240 |")
    assert "CIC B: 4 h; through which contract is not known." in list(
        my_words.hours_lines(looked(tables))
    )


# --- pay


def test_pay_is_said_in_words(tables: Tables) -> None:
    facts = Dataset.from_cells(tables)
    assert pay_words(line(facts, MONDAY)) == "contracted"
    extra = line(facts, MONDAY, pay="extra", contracted_minutes=0, extra_minutes=450)
    assert pay_words(extra) == "extra hours at plain rate"
    mixed = line(facts, MONDAY, contracted_minutes=300, extra_minutes=60, overtime_minutes=90)
    assert pay_words(mixed) == "5 h contracted, 1 h extra hours at plain rate, 1.5 h overtime"
    older = line(facts, MONDAY, pay="overtime", contracted_minutes=0)
    assert pay_words(older) == "overtime"


# --- averages


def test_history_that_is_missing_is_said(tables: Tables) -> None:
    first = MONDAY - timedelta(days=14)
    history(tables, worked(first, 10), worked(first + timedelta(days=1), 11))
    week = looked(tables).week
    assert (week.first, week.total, week.over) == (first, 1260, False)
    assert week.hours == pytest.approx(7)
    assert "Not known: what you worked before 28 December 2026" in week.unknown
    nothing = looked(plain(tables))
    assert nothing.week.hours is None
    assert list(my_words.average_lines(nothing)) == [
        "Not known: no shift is known of from 21 September 2026 to 17 January 2027."
    ]


def plain(tables: Tables) -> Tables:
    return {**tables, "worked_shift": []}


def test_of_a_long_history_the_last_seventeen_weeks_count(tables: Tables) -> None:
    edge = LAST - timedelta(days=7 * 17 - 1)
    history(tables, worked(edge - timedelta(days=1), 10), worked(edge, 9), worked(MONDAY, 8))
    week = looked(tables).week
    assert (week.first, week.total, week.unknown) == (edge, 17 * 60, "")


def test_days_of_leave_are_left_out_of_the_divisor(tables: Tables) -> None:
    history(tables, *(worked(MONDAY + timedelta(days=day), 12, 7) for day in range(4)))
    assert not looked(tables).week.over, "48 h in a week are allowed"
    tables["leave"] = rows("staff_id from_date to_date kind", "P | 2027-01-16 | 2027-01-17 | x")
    week = looked(tables).week
    assert week.hours == pytest.approx(48 * 7 / 5)
    assert week.over
    assert "over the limit: tell your manager" in next(
        text for text in my_words.average_lines(looked(tables)) if "average week" in text
    )


def test_an_opt_out_is_said_and_nights_know_none(tables: Tables) -> None:
    tables["staff"][0]["wtr_opt_out"] = "yes"
    facts = Dataset.from_cells(tables)
    nights = [line(facts, MONDAY + timedelta(days=day), "N") for day in range(5)]
    found = looked(tables, nights)
    assert (found.week.limit_hours, found.week.over) == (None, False)
    assert found.night.limit_hours == 8
    assert found.night.hours == pytest.approx(5 * 11 / 6)
    assert found.night.over
    text = " ".join(my_words.average_lines(found))
    assert "55.0 h; you have opted out of the 48-hour limit." in text
    assert "nobody can opt out of that. That is over the limit" in text


def test_a_night_over_the_clock_change_is_as_long_as_it_is(tables: Tables) -> None:
    spring, autumn = date(2027, 3, 27), date(2027, 10, 30)
    facts = Dataset.from_cells(tables)
    for day, minutes in ((spring, 600), (autumn, 720)):
        since = day - timedelta(days=5)
        found = looked(tables, [line(facts, day, "N")], since, since + timedelta(days=6))
        (shift,) = found.shifts
        assert (shift.paid, shift.night, found.week.total) == (minutes, True, minutes)
        assert found.planned == minutes
        assert f"{day:%a} {day.day} {day:%b} 19:30–07:30, night" in next(my_words.pay_lines(found))


def test_who_works_few_nights_is_no_night_worker(tables: Tables) -> None:
    facts = Dataset.from_cells(tables)
    days = [line(facts, MONDAY + timedelta(days=day)) for day in (1, 2, 3)]
    found = looked(tables, [line(facts, MONDAY + timedelta(days=5), "N"), *days])
    assert found.night.limit_hours is None
    assert "1 of your 4 shifts is at night, fewer than one in 3" in found.night.words
    assert looked(
        tables, [line(facts, MONDAY + timedelta(days=5), "N"), *days[:2]]
    ).night.limit_hours


@pytest.mark.parametrize("shifts", [4, 5])
def test_over_is_where_the_rules_would_find_it(tables: Tables, shifts: int) -> None:
    ids = [need(tables, day, "N") for day in range(shifts)]
    problem = problem_of(tables)
    sheet = EvaluatedRoster(problem, Roster.of(Assignment(one, "P", "C-P") for one in ids))
    facts = Dataset.from_cells(tables)
    found = looked(
        tables, [line(facts, MONDAY + timedelta(days=day), "N") for day in range(shifts)]
    )
    assert found.week.over == bool(list(AverageWeek().check(sheet)))
    assert found.night.over == bool(list(NightAverage().check(sheet)))


# --- of a database


def test_others_are_refused_and_the_own_page_is_read(world: Stored) -> None:
    with world.opened(holding("staff", staff_id="NA")) as repository:
        found = my_time(repository, "NA", MONDAY, LAST)
        assert found.planned == sum(shift.paid for shift in found.shifts) > 0
        with pytest.raises(NotPermitted):
            my_time(repository, "NB", MONDAY, LAST)


def test_nobody_and_no_period_are_said(world: Stored) -> None:
    with world.opened(holding("operations")) as repository:
        with pytest.raises(NotFound):
            my_time(repository, "NOBODY", MONDAY, LAST)
        with pytest.raises(BadRequest, match="expected 1 to 366"):
            my_time(repository, "NA", LAST, MONDAY)

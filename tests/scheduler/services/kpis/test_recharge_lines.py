"""What is recharged, a line for each lent shift: against the figures that were there before, and
worked out by hand.
"""

import csv
import io
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import RechargeAccount
from scheduler.services.documents.recharge import recharge_document, recharge_lines_document
from scheduler.services.kpis.kpis import kpis
from scheduler.services.kpis.recharge_file import read_told, recharge_csv, since, write_recharge
from scheduler.services.kpis.recharge_lines import RechargeLines, recharge_lines
from tests.factories import MONDAY, lending, need, person, plain_tables
from tests.scheduler.services.accounts.conftest import holding
from tests.scheduler.services.kpis.conftest import Desk, days_before, place, week_tables, work

CLOCKS_GO_FORWARD = date(2027, 3, 28)
"""A Sunday; 01:00 becomes 02:00."""
ACCOUNT = {
    "home_organisation_id": "A",
    "host_organisation_id": "B",
    "service_id": "",
    "from_date": "2027-01-01",
    "to_date": "",
    "home_cost_centre": "A-100",
    "host_cost_centre": "B-200",
    "vat": "outside_scope",
}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def nights(desk: Desk, monday: date, *, percent: str = "", days: int = 45) -> str:
    """P2 of A does B's nights of Wednesday, Saturday and Sunday: published."""
    tables = plain_tables()
    person(tables, "P2", hours="37.5", hourly_pence="1801")
    lending(tables, ["P2"])
    tables["sharing_agreement"][0]["recharge_percent"] = percent
    for day in (2, 5, 6):
        need(tables, monday + timedelta(days=day), "N", site_id="SB")
    found = desk.stored(
        tables, *(("P2", place(day, "N", "RN", "SB", monday)) for day in (2, 5, 6)), first=monday
    )
    return desk.published(found, days_before(days, monday))


def figure(desk: Desk, first: date, last: date) -> dict[tuple[str, str], int]:
    """What was said before there were lines."""
    document = recharge_document(kpis(desk.repository, "COL", first, last))
    return {(one["from"], one["to"]): one["recharge_pence"] for one in document["pairs"]}


@pytest.mark.parametrize("monday", [MONDAY, CLOCKS_GO_FORWARD - timedelta(days=6)])
@pytest.mark.parametrize("percent", ["", "92.5", "33.3"])
def test_a_pair_adds_up_to_the_measures_and_the_summary_to_the_penny(
    desk: Desk, monday: date, percent: str
) -> None:
    roster_id = nights(desk, monday, percent=percent)
    (pair,) = recharge_lines(desk.repository, "COL").pairs
    assert {("A", "B"): pair.amount} == figure(desk, monday, monday + timedelta(days=6))
    (lent,) = desk.repository.roster_header(roster_id).summary["lent"]
    assert (pair.amount, pair.minutes) == (lent["recharge_pence"], round(lent["hours"] * 60))
    shifts = [one for one in pair.entries if one.kind == "shift"]
    assert [one.day.weekday() for one in shifts] == [2, 5, 6]
    assert all(one.kind == "rounding" for one in pair.entries[3:])
    # by hand: of 19:30 to 07:30 less 60 minutes, eleven twelfths of each elapsed hour are paid
    short = monday != MONDAY
    elapsed = {2: 720, 5: 660 if short else 720, 6: 720}
    paid = {day: Fraction(elapsed[day] - 60, elapsed[day]) for day in elapsed}
    # Wednesday's night is one to its end; Saturday's runs into Sunday, Sunday's into a Monday
    bonus = {
        2: 720 * Fraction(30, 100),
        5: 270 * Fraction(30, 100) + (elapsed[5] - 270) * Fraction(60, 100),
        # but 29 March 2027 is Easter Monday
        6: 270 * Fraction(60, 100) + 450 * Fraction(60 if short else 30, 100),
    }
    of = Fraction(percent or "100") / 100
    for one in shifts:
        day = one.day.weekday()
        exact = 1801 * paid[day] * (elapsed[day] + bonus[day]) / 60
        assert abs(one.amount - exact * of) <= Fraction(1, 2)
        assert one.enhancement is not None
        assert abs(one.enhancement - 1801 * paid[day] * bonus[day] / 60) <= Fraction(1, 2)
        assert (one.minutes, one.percent) == (elapsed[day] - 60, of * 100)


def test_a_lent_bank_worker_is_recharged_at_the_grade_of_the_work(desk: Desk) -> None:
    """The nurse's hour is £18, that of the work £12: 7.5 hours on a weekday."""
    tables = plain_tables()
    person(tables, "BANK", kind="bank", hours="0")
    lending(tables, ["BANK"])
    need(tables, 1, "E", "HCA", site_id="SB")
    pay = {"at_grade_of_work": True, "hourly_pence_by_band": {"band_3": 1200}}
    work = ("BANK", place(1, "E", "HCA", "SB", MONDAY))
    roster_id = desk.published(desk.stored(tables, work, pay=pay), days_before(45))
    (lent,) = desk.repository.roster_header(roster_id).summary["lent"]
    (pair,) = recharge_lines(desk.repository, "COL").pairs
    assert lent["recharge_pence"] == pair.amount == 9000
    assert figure(desk, MONDAY, MONDAY + timedelta(days=6)) == {("A", "B"): 9000}


def test_a_shift_belongs_to_the_date_on_which_it_begins(desk: Desk) -> None:
    nights(desk, MONDAY)
    sunday, saturday = MONDAY + timedelta(days=6), MONDAY + timedelta(days=5)

    def days(first: date, last: date) -> list[int]:
        found = recharge_lines(desk.repository, "COL", first, last)
        return [
            one.day.weekday() for pair in found.pairs for one in pair.entries if one.kind == "shift"
        ]

    assert days(sunday, sunday) == [6]
    assert days(MONDAY, saturday) == [2, 5]
    # the night of Sunday ends on Monday, and is none of the next week's
    assert days(sunday + timedelta(days=1), sunday + timedelta(days=7)) == []
    assert days(date(2020, 1, 1), date(2034, 1, 1)) == [2, 5, 6]


def test_each_part_of_a_period_adds_up_and_lines_keep_their_ids(desk: Desk) -> None:
    nights(desk, MONDAY, percent="33.3")
    whole = recharge_lines(desk.repository, "COL")
    halves = [
        recharge_lines(desk.repository, "COL", MONDAY, MONDAY + timedelta(days=4)),
        recharge_lines(
            desk.repository, "COL", MONDAY + timedelta(days=5), MONDAY + timedelta(days=6)
        ),
    ]

    def lines(*found: RechargeLines) -> dict[str, int]:
        return {
            one.line_id: one.amount
            for each in found
            for pair in each.pairs
            for one in pair.entries
            if one.kind == "shift"
        }

    assert lines(whole) == lines(*halves)
    assert len(lines(whole)) == 3


def test_the_file_says_where_it_is_booked_and_never_guesses_tax(desk: Desk) -> None:
    tables = week_tables()
    roster_id = desk.stored(tables, *work())
    desk.published(roster_id, days_before(45))
    (row,) = rows(recharge_csv(recharge_lines(desk.repository, "COL").pairs))
    assert {row[name] for name in ("lender_cost_centre", "borrower_cost_centre", "vat")} == {
        "not stated"
    }
    assert (row["lender"], row["borrower"], row["staff_id"]) == ("A", "B", "P2")
    assert (row["date"], row["begins"]) == ("2027-01-11", "2027-01-11T07:00+00:00")
    assert (row["hours"], row["pounds_an_hour"], row["amount_pounds"]) == (
        "7.50",
        "18.00",
        "135.00",
    )
    assert (row["amount_pence"], row["recharge_percent"], row["enhancement_pounds"]) == (
        "13500",
        "100",
        "0.00",
    )
    assert (row["route"], row["agreement_from"]) == ("portability_agreement", "2020-01-01")
    assert "P2" not in {row[name] for name in row if name != "staff_id"}, "no name of anybody"

    for changed, expected in (
        ([ACCOUNT], ("A-100", "B-200", "outside the scope")),
        # that of the service goes first, where it is of that day
        (
            [ACCOUNT, {**ACCOUNT, "service_id": "UCR", "home_cost_centre": "", "vat": "standard"}],
            ("not stated", "B-200", "standard rated"),
        ),
        (
            [ACCOUNT, {**ACCOUNT, "service_id": "UCR", "from_date": "2027-01-12"}],
            ("A-100", "B-200", "outside the scope"),
        ),
        ([{**ACCOUNT, "to_date": "2027-01-10"}], ("not stated",) * 3),
        (
            [{**ACCOUNT, "home_organisation_id": "B", "host_organisation_id": "A"}],
            ("not stated",) * 3,
        ),
    ):
        stored = desk.repository.facts("recharge_account")
        desk.repository.change(
            [RowChange(row, None) for row in stored]
            + [RowChange(None, RechargeAccount.model_validate(row)) for row in changed]
        )
        (told,) = rows(recharge_csv(recharge_lines(desk.repository, "COL").pairs))
        assert (told["lender_cost_centre"], told["borrower_cost_centre"], told["vat"]) == expected


def test_an_account_states_something_between_two_organisations() -> None:
    assert RechargeAccount.model_validate(ACCOUNT).vat == "outside_scope"
    for wrong in (
        {"host_organisation_id": "A"},
        {"home_cost_centre": "", "host_cost_centre": "", "vat": ""},
        {"vat": "zero"},
        {"to_date": "2026-12-31"},
    ):
        with pytest.raises(ValidationError):
            RechargeAccount.model_validate({**ACCOUNT, **wrong})


def test_only_what_has_changed_since_is_told_and_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    roster_id = nights(desk, MONDAY, percent="33.3")
    week = (MONDAY, MONDAY + timedelta(days=6))

    def told(*folders: str) -> RechargeLines:
        files = [tmp_path / folder / "recharge-A-to-B.csv" for folder in folders]
        return since(recharge_lines(desk.repository, "COL", *week), read_told(files))

    first = recharge_lines(desk.repository, "COL", *week)
    write_recharge(first, tmp_path / "first")
    assert told("first", "first").pairs == ()
    # Sunday's night is taken out
    desk.published(desk.without(roster_id, "P2", place(6, "N", "RN", "SB")), days_before(41))
    second = told("first")
    (pair,) = second.pairs
    kinds = {one.kind for one in pair.entries}
    assert "withdrawn" in kinds
    assert kinds <= {"withdrawn", "correction", "rounding"}
    write_recharge(second, tmp_path / "second")
    assert told("first", "second").pairs == ()
    # what was told in all is what is so now
    now = recharge_lines(desk.repository, "COL", *week).pairs[0].amount
    assert first.pairs[0].amount + pair.amount == now == figure(desk, *week)["A", "B"]
    # and what comes back is told once more, under another number
    nights(desk, MONDAY, percent="33.3", days=39)
    third = told("first", "second")
    write_recharge(third, tmp_path / "third")
    files = [
        rows((tmp_path / one / "recharge-A-to-B.csv").read_text())
        for one in ("first", "second", "third")
    ]
    entries = [row["entry_id"] for file in files for row in file]
    assert len(entries) == len(set(entries))
    assert sum(int(row["amount_pence"]) for file in files for row in file) == first.pairs[0].amount
    # a line of another date, and of a pair that is not looked at, stays
    elsewhere = recharge_lines(desk.repository, "COL", *week, organisation_id="C")
    assert since(elsewhere, read_told([tmp_path / "first" / "recharge-A-to-B.csv"])).pairs == ()


def test_what_is_no_file_of_ours_is_said(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    for text in ("entry_id,line_id\nx,y\n", "a,b\n1,2\n"):
        wrong.write_text(text)
        with pytest.raises(BadRequest, match="line 2: this is no line of a recharge file"):
            read_told([wrong])
    with pytest.raises(BadRequest, match="could not be read"):
        read_told([tmp_path / "none.csv"])


def test_files_of_pairs_and_their_totals(desk: Desk, tmp_path: Path) -> None:
    nights(desk, MONDAY, percent="33.3")
    found = recharge_lines(desk.repository, "COL")
    folder = tmp_path / "files"
    write_recharge(found, folder)
    assert sorted(one.name for one in folder.iterdir()) == [
        "recharge-A-to-B.csv",
        "totals.csv",
    ]
    (total,) = rows((folder / "totals.csv").read_text())
    own = rows((folder / "recharge-A-to-B.csv").read_text())
    assert int(total["amount_pence"]) == sum(int(row["amount_pence"]) for row in own)
    assert (total["lender_name"], total["first"]) == ("Trust A", "2027-01-11")
    document: dict[str, Any] = recharge_lines_document(found)
    assert document["pairs"][0]["recharge_pence"] == int(total["amount_pence"])
    assert len(document["pairs"][0]["entries"]) == len(own)


def test_dates_and_collaboratives_that_there_are_not(desk: Desk) -> None:
    nights(desk, MONDAY)
    with pytest.raises(BadRequest, match="lies before"):
        recharge_lines(desk.repository, "COL", MONDAY, MONDAY - timedelta(days=1))
    with pytest.raises(NotFound):
        recharge_lines(desk.repository, "NONE")


def test_each_organisation_sees_its_own_pairs_alone(desk: Desk) -> None:
    tables = plain_tables()
    tables["organisation"].append({**tables["organisation"][0], "id": "C", "name": "Trust C"})
    tables["membership"].append({**tables["membership"][0], "organisation_id": "C"})
    person(tables, "P1", "A")
    person(tables, "P2", "C", home_site_id="SA", base_site_id="SA")
    lending(tables, ["P1"])
    lending(tables, ["P2"], "C")
    need(tables, 0, "E", site_id="SB")
    need(tables, 1, "E", site_id="SB")
    at = [place(day, "E", "RN", "SB") for day in (0, 1)]
    desk.published(desk.stored(tables, ("P1", at[0]), ("P2", at[1])), days_before(45))
    for mine, pairs in (
        ("A", {("A", "B")}),
        ("B", {("A", "B"), ("C", "B")}),
        ("C", {("C", "B")}),
    ):
        acting = desk.repository.acting(holding("director", of=frozenset({mine})))
        found = recharge_lines(acting, "COL")
        assert {(one.home, one.host) for one in found.pairs} == pairs
        assert {pair for pair in (("A", "B"), ("C", "B")) if found.covers(*pair)} == pairs
        (one,) = recharge_lines(acting, "COL", organisation_id=mine).pairs[:1]
        assert mine in (one.home, one.host)
    assert len(recharge_lines(desk.repository, "COL").pairs) == 2
    assert len(recharge_lines(desk.repository, "COL", organisation_id="C").pairs) == 1

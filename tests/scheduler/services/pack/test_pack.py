"""The document: the numbers of `kpis`, in the order of directors' papers, for whom it is."""

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted
from scheduler.domain.pay import half_up
from scheduler.services.kpis.kpis import kpis
from scheduler.services.outlook.expiries import expiries_in
from scheduler.services.pack.pack import pack_of
from scheduler.services.pack.pages import Whose, first_sentence
from tests.factories import MONDAY
from tests.scheduler.services.accounts.conftest import holding
from tests.scheduler.services.pack.conftest import END, NEXT, Desk, Paper, two_weeks

ORDER = [
    "Safe cover",
    "Temporary staffing",
    "Roster quality",
    "Working-time position",
    "What ends in 90 days",
    "Partner balance and recharge",
    "Variation between places",
]


def totals(desk: Desk) -> dict[str | None, dict[str, Any]]:
    return {one["organisation_id"]: one for one in kpis(desk.repository, "COL")["totals"]}


def test_a_page_for_all_and_for_each_in_the_order_of_directors_papers(paper: Paper) -> None:
    pages = paper.pack.document["pages"]
    assert [one["organisation_id"] for one in pages] == [None, "B", "A"]  # CIC B, Trust A
    for page in pages:
        assert [one["title"] for one in page["sections"]] == ORDER
        assert [one["number"] for one in page["sections"]] == list(range(1, 8))
    (method,) = paper.pack.document["method"]
    assert method["number"] == 8


@pytest.mark.parametrize("whose", [None, "A", "B"])
def test_cover_and_temporary_staffing_are_those_of_kpis(
    desk: Desk, paper: Paper, whose: str | None
) -> None:
    total = totals(desk)[whose]
    fill = paper.rows(1, "Who fills", whose)
    names = {"own": "Own, contracted", "agency": "Agency", "bank": "Bank", "unfilled": "Not filled"}
    for source, name in names.items():
        minutes = [one["minutes"] for one in total["fill"] if one["source"] == source]
        assert fill[name][-1] == sum(minutes) / 60
    for row in fill.values():
        assert sum(row[:-1]) == row[-1], "columns add up"
    assert (
        sum(row[-1] for name, row in fill.items() if name != "All hours") == fill["All hours"][-1]
    )
    empty = paper.rows(1, "Not filled", whose)
    missing = {name[0]: hours * 60 for name, (hours,) in empty.items() if hours}
    assert missing == total["unfilled"]["by_priority"]
    together = paper.rows(2, "Hours, by who is accountable", whose)
    for name in ("Agency", "Bank", "Overtime", "Not filled"):
        assert together[name][0] == fill[name][-1]
    assert together["Together"][0] == sum(
        row[0] for name, row in together.items() if name != "Together"
    )


@pytest.mark.parametrize("whose", [None, "A", "B"])
def test_pay_is_that_of_kpis_to_the_penny(desk: Desk, paper: Paper, whose: str | None) -> None:
    told = totals(desk)[whose]["measures"]
    paid = paper.rows(2, "Hours and pay", whose)
    for name, code in (
        ("Agency", "agency_share"),
        ("Bank", "bank_share"),
        ("Agency and bank", "temporary_share"),
    ):
        pence = half_up(Fraction(told[code]["numerator"], 60))
        assert (paid[name][1], paid[name][2]) == (pence / 100, told[code]["value"])
    pence = half_up(Fraction(told["temporary_share"]["denominator"], 60))
    assert paid["All pay of these shifts"][1] == pence / 100
    assert paid["Agency"][0] == told["agency_hours"]["numerator"] / 60


def test_hours_a_week_stand_beside_their_target_where_there_is_one(paper: Paper) -> None:
    weekly = paper.rows(2, "Hours a week")
    assert list(weekly) == ["Agency"]
    assert weekly["Agency"][1:] == ["at most 1 h a week", "✗ not met"]


@pytest.mark.parametrize("whose", [None, "A", "B"])
def test_quality_has_values_targets_and_why_there_is_none(
    desk: Desk, paper: Paper, whose: str | None
) -> None:
    found, told = kpis(desk.repository, "COL"), totals(desk)[whose]["measures"]
    rows = paper.rows(3, "Measures", whose)
    titles = {one["measure"]: one["title"] for one in found["measures"]}
    assert len(rows) == 9
    for code, title in titles.items():
        if title in rows:
            value = told[code]["value"]
            assert rows[title][0] == (told[code]["why_none"] if value is None else value)
    assert rows[titles["leave_band_share"]][0] == "No band is agreed."


def test_lending_is_that_of_kpis_to_the_penny_from_both_sides(desk: Desk, paper: Paper) -> None:
    (lent,) = totals(desk)[None]["lending"]
    assert (lent["from"], lent["to"]) == ("A", "B")
    pounds, hours = lent["recharge_pence"] / 100, lent["minutes"] / 60
    assert paper.rows(6, "Lent, by pair")["Together"] == ["", hours, pounds]
    assert paper.rows(6, "Lent and borrowed", "A")["Together"] == [hours, 0, pounds, 0, pounds]
    assert paper.rows(6, "Lent and borrowed", "B")["Together"] == [0, hours, 0, pounds, -pounds]


@pytest.mark.parametrize("whose", [None, "A", "B"])
def test_places_add_up_to_what_is_asked_for_and_missing(
    desk: Desk, paper: Paper, whose: str | None
) -> None:
    total = totals(desk)[whose]
    told = total["measures"]["fill_share"]
    rows = paper.rows(7, "Cover by place", whose).values()
    assert sum(row[0] for row in rows) == told["denominator"] / 60
    assert sum(row[1] for row in rows) == (told["denominator"] - told["numerator"]) / 60
    missing = {one["name"]: one["minutes"] / 60 for one in total["unfilled"]["by_place"]}
    named = paper.rows(7, "Cover by place", whose)
    assert {name: row[1] for name, row in named.items() if row[1]} == missing
    shares = [row[2] for row in rows]
    assert shares == sorted(shares)


def test_everybody_with_a_published_shift_is_in_one_band(desk: Desk, paper: Paper) -> None:
    there = {"P1", "P2", "P3", "PJ"}  # agency and bank supply are nobody's average week
    bands = paper.rows(4, "People by average week")
    assert sum(people for name, (people,) in bands.items() if "ight" not in name) == len(there)
    # PJ is of both and counts on both pages, once together
    own = [paper.rows(4, "People", whose) for whose in ("A", "B")]
    assert [sum(row[0] for row in rows.values()) for rows in own] == [3, 1]


def test_somebody_above_the_average_is_counted_and_opting_out_counts_apart(desk: Desk) -> None:
    two_weeks(desk)
    tables = desk.repository.dataset().to_cells()
    worked = [
        {
            "staff_id": staff_id,
            "organisation_id": "A",
            "start": f"{MONDAY + timedelta(days=day)}T06:00+00:00",
            "end": f"{MONDAY + timedelta(days=day)}T18:00+00:00",
            "paid_minutes": "720",
        }
        for staff_id in ("P1", "P2")
        for day in range(14)
    ]
    tables["worked_shift"] = worked
    for row in tables["staff"]:
        if row["id"] == "P2":
            row["wtr_opt_out"] = "yes"
    desk.repository.store(Dataset.from_cells(tables), replace=True)
    paper = Paper(pack_of(desk.repository, "COL"))
    rows = paper.rows(4, "People by average week", "A")
    assert rows["Over 48 h, not opted out"] == [1]
    assert rows["Over 48 h, opted out of the limit"] == [1]
    assert paper.page("A")["sections"][3]["sentence"].startswith("1 person above a legal average")


def test_what_ends_is_counted_once_and_lost_hours_are_those_of_expiries(desk: Desk) -> None:
    two_weeks(desk)
    tables = desk.repository.dataset().to_cells()
    last = END + timedelta(days=3)
    for row in tables["passport"]:
        row["valid_to"] = last.isoformat()
    after = END + timedelta(days=8)
    tables["demand"] += [
        {**row, "id": row["id"] + "-LATER", "date": after.isoformat()}
        for row in tables["demand"]
        if row["date"] == MONDAY.isoformat() and row["site_id"] == "SB"
    ]
    desk.repository.store(Dataset.from_cells(tables), replace=True)
    found = expiries_in(desk.repository.dataset(), "COL", END + timedelta(days=1), 13)
    assert found.renewals, "something ends"
    paper = Paper(pack_of(desk.repository, "COL"))
    rows = paper.rows(5, "To be renewed")
    facts = {(one.lapse.kind, str(one.lapse.fact)) for one in found.renewals}
    assert rows["Together"][0] == len(facts)
    assert rows["Passports"][1] == f"{after.day} {after:%B %Y}"
    sentence = paper.page()["sections"][4]["sentence"]
    assert f"{found.minutes_lost / 60:,.1f} h of work" in sentence


def test_nothing_that_ends_is_said_in_words(paper: Paper) -> None:
    section = paper.page()["sections"][4]
    assert "nothing ends that required work depends on" in section["sentence"]
    assert section["tables"] == []


def test_it_names_hash_policy_version_seed_gap_and_command(desk: Desk, paper: Paper) -> None:
    made = paper.rows(8, "How this paper")
    assert made["Facts of now (hash)"] == [desk.repository.dataset().sha256()]
    command = f"scheduler pack -c COL --from {MONDAY} --until {END} --to pack.pdf"
    assert made["Command"] == [command]
    rows = paper.table(8, "Published rosters")["rows"]
    headers = [one for one in desk.repository.rosters("COL") if one.in_force]
    assert len(rows) == len(headers) == 2
    for row, header in zip(rows, sorted(headers, key=lambda one: one.start), strict=True):
        said = [cell["text"] for cell in row]
        assert header.snapshot_sha256.startswith(said[5])
        assert said[4] == str(header.summary["seed"])
        assert "differs from the default" in said[3]


def test_weeks_that_are_missing_and_drafts_are_said(desk: Desk) -> None:
    two_weeks(desk)
    tables = desk.repository.dataset().to_cells()
    desk.stored(tables, first=NEXT)
    later = NEXT + timedelta(days=13)
    paper = Paper(pack_of(desk.repository, "COL", MONDAY, later))
    rows = paper.rows(8, "Weeks")
    words = f"{NEXT.day} {NEXT:%B %Y}"
    assert [row[2] for row in rows.values()] == ["in full", "in full", "not published"]
    assert rows[words][1] == 1
    assert "7 days of these dates are not published" in paper.pack.document["sentence"]


def test_the_latest_dates_alone(desk: Desk) -> None:
    two_weeks(desk)
    found = pack_of(desk.repository, "COL", NEXT, END).document
    assert found["weeks"] == [NEXT.isoformat()]
    assert (found["first"], found["last"]) == (NEXT.isoformat(), END.isoformat())
    total = kpis(desk.repository, "COL", NEXT, END)["totals"][0]
    missing = sum(total["unfilled"]["by_priority"].values()) / 60
    assert f"{missing:,.1f} h are not" in found["pages"][0]["sections"][0]["sentence"]


def test_without_published_weeks_it_says_what_to_do(desk: Desk) -> None:
    with pytest.raises(NotFound):
        pack_of(desk.repository, "COL")
    two_weeks(desk)
    with pytest.raises(BadRequest, match="publish it first"):
        pack_of(desk.repository, "COL", date(2029, 1, 1), date(2029, 1, 7))
    with pytest.raises(BadRequest, match="before the first"):
        pack_of(desk.repository, "COL", END, MONDAY)
    with pytest.raises(NotFound):
        pack_of(desk.repository, "NONE")


def test_who_reaches_one_organisation_gets_its_page_alone(desk: Desk) -> None:
    two_weeks(desk)
    whole = pack_of(desk.repository, "COL").document
    for role in ("director", "operations"):
        actor = holding(role, of=frozenset({"A"}))
        own = pack_of(desk.repository.acting(actor), "COL").document
        assert [one["organisation_id"] for one in own["pages"]] == ["A"]
        same = next(one for one in whole["pages"] if one["organisation_id"] == "A")
        assert own["pages"][0] == same
        both = holding(role, of=frozenset({"A", "B"}))
        assert pack_of(desk.repository.acting(both), "COL").document["pages"] == whole["pages"]
    for role in ("auditor", "approver", "staff"):
        with pytest.raises(NotPermitted):
            pack_of(desk.repository.acting(holding(role)), "COL")


def test_nobody_is_named(desk: Desk, paper: Paper) -> None:
    text = json.dumps(paper.pack.document)
    assert json.loads(text) == paper.pack.document
    for person in desk.repository.dataset().staff:
        assert person.name not in text
        assert f'"{person.id}"' not in text


def test_it_bears_a_date_only_where_one_is_given(desk: Desk, paper: Paper) -> None:
    assert paper.pack.document["dated"] == ""
    dated = pack_of(desk.repository, "COL", dated=date(2027, 2, 1)).document
    assert dated["dated"] == "1 February 2027"
    (command,) = Paper(pack_of(desk.repository, "COL", dated=date(2027, 2, 1))).rows(8, "How")[
        "Command"
    ]
    assert "--dated 2027-02-01" in command


def test_where_nothing_is_asked_for_the_first_sentence_is_one() -> None:
    nothing = {"value": None, "why_none": "Nothing is asked for.", "met": None}
    whose = Whose("A", "A", {"measures": {"fill_share": nothing}}, {}, None, [], {})
    assert first_sentence(whose) == "Nothing is asked for; no target is in force."

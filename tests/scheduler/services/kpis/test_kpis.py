"""The document: what adds up, which targets hold, who may see what."""

import json
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound
from scheduler.domain.facts import TARGET_MEASURES, MeasureTarget
from scheduler.services.kpis.kpis import kpis
from scheduler.services.kpis.measures import BY_CODE, MEASURES, Tally
from scheduler.services.kpis.words import (
    number_words,
    source_words,
    target_words,
    value_words,
    verdict_words,
)
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.services.accounts.conftest import holding
from tests.scheduler.services.kpis.conftest import Desk, days_before, week_tables, work

NEXT = MONDAY + timedelta(days=7)


def target(measure: str, **more: str) -> dict[str, str]:
    return {
        "measure": measure,
        "organisation_id": "",
        "at_least": "",
        "at_most": "",
        "source": "A test",
        "source_date": "2026-01-01",
        "from_date": "2026-01-01",
        "to_date": "",
        "confirmed": "no",
        **more,
    }


def two_weeks(desk: Desk, *targets: dict[str, str]) -> None:
    """This week 45 days ahead and whole, the next 20 ahead and half of it."""
    tables = week_tables()
    later = week_tables(NEXT)
    tables["demand"] += later["demand"]
    tables["target"] = list(targets)
    desk.published(desk.stored(tables, *work()), days_before(45))
    desk.published(desk.stored(tables, *work(NEXT)[:3], first=NEXT), days_before(20, NEXT))


def test_weeks_add_up_to_totals(desk: Desk) -> None:
    two_weeks(desk)
    found = kpis(desk.repository, "COL")
    assert found["weeks"] == [MONDAY.isoformat(), NEXT.isoformat()]
    assert json.loads(json.dumps(found)) == found
    for total in found["totals"]:
        own = [r for r in found["rows"] if r["organisation_id"] == total["organisation_id"]]
        for code, measured in total["measures"].items():
            parts = [row["measures"][code] for row in own]
            assert measured["denominator"] == sum(one["denominator"] for one in parts)
            if measured["numerator"] is not None:
                assert measured["numerator"] == sum(one["numerator"] for one in parts)
        minutes = Counter[str]()
        for row in own:
            for one in row["fill"]:
                minutes[one["source"]] += one["minutes"]
        again = Counter[str]()
        for one in total["fill"]:
            again[one["source"]] += one["minutes"]
        assert minutes == again
    together = next(one for one in found["totals"] if one["organisation_id"] is None)
    assert together["measures"]["lead_days"]["value"] == 32.5
    assert together["measures"]["published_42_days_share"]["value"] == 50


def test_organisations_add_up_where_the_definition_says_so(desk: Desk) -> None:
    two_weeks(desk)
    found = kpis(desk.repository, "COL")
    adding = {one["measure"] for one in found["measures"] if one["organisations_add_up"]}
    for week in found["weeks"]:
        own = [row for row in found["rows"] if row["week"] == week]
        whole = next(row for row in own if row["organisation_id"] is None)
        parts = [row for row in own if row["organisation_id"] is not None]
        for code in adding:
            assert whole["measures"][code]["numerator"] == sum(
                row["measures"][code]["numerator"] for row in parts
            )


def test_dates_narrow_the_weeks_and_wrong_ones_are_refused(desk: Desk) -> None:
    two_weeks(desk)
    sunday = NEXT - timedelta(days=1)
    assert kpis(desk.repository, "COL", None, sunday)["weeks"] == [MONDAY.isoformat()]
    assert kpis(desk.repository, "COL", NEXT, None)["weeks"] == [NEXT.isoformat()]
    assert len(kpis(desk.repository, "COL", sunday, NEXT)["weeks"]) == 2
    assert kpis(desk.repository, "COL", date(2030, 1, 1), None)["weeks"] == []
    with pytest.raises(BadRequest, match="before the first"):
        kpis(desk.repository, "COL", NEXT, MONDAY)
    with pytest.raises(NotFound):
        kpis(desk.repository, "nothing")


def test_the_target_in_force_in_a_week_and_an_organisations_own_first(desk: Desk) -> None:
    two_weeks(
        desk,
        target("lead_days", at_least="42", to_date="2027-01-17"),
        target("lead_days", at_least="10", from_date="2027-01-18", source="Agreed since"),
        target("lead_days", at_least="60", organisation_id="B"),
        target("fill_share", at_least="80", from_date="2027-02-01"),
    )
    first = desk.measured("lead_days")
    assert (first["target"]["at_least"], first["met"]) == (42, True)
    assert first["target"]["confirmed"] is False
    assert desk.measured("lead_days", "B")["met"] is False
    assert desk.measured("lead_days", "B")["target"]["own"] is True
    later = desk.measured("lead_days", week=NEXT)
    assert (later["value"], later["target"]["source"], later["met"]) == (20, "Agreed since", True)
    assert desk.measured("fill_share")["target"] is None, "not in force yet"
    assert desk.measured("fill_share")["met"] is None


def test_a_week_without_targets_says_none_and_still_its_figures(desk: Desk) -> None:
    two_weeks(desk)
    for row in kpis(desk.repository, "COL")["rows"]:
        for measured in row["measures"].values():
            assert (measured["target"], measured["met"]) == (None, None)
            assert (measured["value"] is None) == bool(measured["why_none"])


def test_what_cannot_be_said_has_a_reason_and_no_number(desk: Desk) -> None:
    two_weeks(desk)
    found = kpis(desk.repository, "COL")
    named = {one["measure"] for one in found["cannot"]}
    assert {"chppd", "sickness", "vacancy", "worked_share"} <= named
    assert all(one["why"] and one["bring"] for one in found["cannot"])
    assert named - {"worked_share"} <= {*named}.difference(BY_CODE)
    assert {one["measure"] for one in found["measures"]} == set(BY_CODE)
    assert set(TARGET_MEASURES) <= set(BY_CODE) | named


def test_who_may_look_at_one_organisations_rosters_sees_its_rows_alone(desk: Desk) -> None:
    two_weeks(desk)
    for role in ("director", "operations", "auditor"):
        own = kpis(desk.repository.acting(holding(role, of=frozenset({"A"}))), "COL")
        assert {row["organisation_id"] for row in own["rows"]} == {"A"}
        assert {row["organisation_id"] for row in own["totals"]} == {"A"}
        assert [one["id"] for one in own["organisations"]] == ["A"]
        assert not own["all_together"]
        whole = kpis(desk.repository.acting(holding(role, of=frozenset({"A", "B"}))), "COL")
        assert whole["rows"] == kpis(desk.repository, "COL")["rows"]
    assert [row["measures"] for row in own["rows"]] == [
        row["measures"] for row in whole["rows"] if row["organisation_id"] == "A"
    ]


def test_nobody_is_named(desk: Desk) -> None:
    two_weeks(desk)
    text = json.dumps(kpis(desk.repository, "COL"))
    for person in desk.repository.dataset().staff:
        assert person.name not in text
        assert f'"{person.id}"' not in text


def test_more_weeks_take_no_more_queries_than_their_facts(desk: Desk) -> None:
    tables = week_tables()
    mondays = [MONDAY + timedelta(days=7 * number) for number in range(4)]
    for monday in mondays[1:]:
        tables["demand"] += week_tables(monday)["demand"]
    asked: list[str] = []

    def counted(repository: Repository) -> int:
        asked.clear()
        kpis(repository, "COL")
        return sum(text.lstrip().upper().startswith("SELECT") for text in asked)

    sa.event.listen(
        desk.repository._engine, "before_cursor_execute", lambda *about: asked.append(about[2])
    )
    desk.published(desk.stored(tables, *work()), days_before(45))
    few = counted(desk.repository)
    for monday in mondays[1:]:
        desk.published(desk.stored(tables, *work(monday), first=monday), days_before(45, monday))
    assert counted(desk.repository) == few, "all of the same facts"


def test_a_median_lies_between_two_and_nothing_has_none() -> None:
    median = next(one for one in MEASURES if one.kind == "median")
    assert median.value(Tally(0, 3, Counter({1: 2, 9: 1}))) == 1
    assert median.value(Tally(0, 4, Counter({1: 2, 4: 2}))) == Fraction(5, 2)
    assert median.value(Tally()) is None
    assert BY_CODE["fill_share"].value(Tally()) is None


def test_words_of_values_targets_and_verdicts() -> None:
    assert number_words(1, "days") == "1 day"
    assert number_words(-2.25, "days") in ("−2.2 days", "−2.3 days")
    assert number_words(-0.01, "%") == "0 %"
    assert number_words(1234.5, "h a week") == "1,234.5 h a week"
    both = {"at_least": 11.0, "at_most": 17.0, "unit": "%", "confirmed": True}
    assert target_words(both) == "11 % to 17 %"
    assert target_words({**both, "at_least": None, "confirmed": False}) == (
        "at most 17 % (unconfirmed)"
    )
    assert target_words(None) == ""
    told = {"value": 3.0, "why_none": "", "target": both, "met": False}
    assert verdict_words(told) == "✗ not met"
    assert verdict_words({**told, "met": True}) == "✓ met"
    assert verdict_words({**told, "target": None, "met": None}) == "no target"
    assert verdict_words({**told, "value": None}) == ""
    assert value_words({"value": None, "why_none": "Nothing."}, "%") == "Nothing."
    said = {"source": "A board", "source_date": "2026-01-01", "confirmed": False}
    assert source_words(said) == "A board (2026-01-01; not confirmed in the source)"


@pytest.mark.parametrize(
    ("ends", "inside", "outside"),
    [
        (("0.1", ""), Fraction(1, 10), Fraction(99, 1000)),
        (("", "3.2"), Fraction(16, 5), Fraction(3201, 1000)),
        (("11", "17"), Fraction(17), Fraction(1701, 100)),
        (("11", "17"), Fraction(11), Fraction(1099, 100)),
    ],
)
def test_a_target_is_met_up_to_its_ends(
    ends: tuple[str, str], inside: Fraction, outside: Fraction
) -> None:
    row = MeasureTarget.model_validate(target("leave_share", at_least=ends[0], at_most=ends[1]))
    assert row.met(inside)
    assert not row.met(outside)
    assert row.unit == "%"


def test_a_target_asks_for_something_and_one_holds_at_a_time(desk: Desk) -> None:
    for wrong in ({}, {"at_least": "3", "at_most": "2"}):
        with pytest.raises(ValueError, match="at_most"):
            MeasureTarget.model_validate(target("lead_days", **wrong))
    tables = week_tables()
    tables["target"] = [
        target("lead_days", at_least="42"),
        target("lead_days", at_least="28", from_date="2027-01-01"),
    ]
    with pytest.raises(BadInput, match=r"target\.csv"):
        desk.repository.store(Dataset.from_cells(tables))
    tables["target"][0]["to_date"] = "2026-12-31"
    desk.repository.store(Dataset.from_cells(tables))
    assert MeasureTarget.model_validate(target("lead_days", at_least="42")).unit == "days"


def test_every_measure_fits_a_workbooks_list_of_choices() -> None:
    assert len(",".join(TARGET_MEASURES)) <= 255

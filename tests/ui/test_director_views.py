"""The director's views over answers that were really worked out, on a week of a few people."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.services.jobs import jobs
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.frontier import frontier
from scheduler.services.scenarios.impact import AimFigure
from scheduler.services.scenarios.kept import save_scenario
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.waterfall import waterfall
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, lending, need, person, plain_tables, supply
from tests.ui.conftest import opened, said
from ui.components.director.two_cases import amounts_of, verdict_of

LIMITS = Limits(seconds=10, workers=2)
REQUEST = Request("COL", MONDAY)
ALONE = 'name = "Alone"\ndescription = "Nobody lends."\nalone = true\n'
PASSPORT = 'name = "Passports"\n[[passport]]\nstaff_ids = ["P2"]\nroute = "portability_agreement"\n'


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def week(empty_repository: Repository) -> Repository:
    """P1 of A may go to B, P2 not yet; B has nobody, four shifts, and dear agency."""
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    lending(tables, ["P1"])
    for day in (0, 1, 2):
        need(tables, day, "E", site_id="SB", minimum="2")
    need(tables, 5, "N", site_id="SB")
    need(tables, 8, "E", site_id="SB")  # the week after
    supply(tables, "AG", "agency", "B", hourly_pence="4000", max_shifts_per_week="2")
    tables["target"] = [
        {
            "measure": measure,
            "organisation_id": "",
            "at_least": "",
            "at_most": at_most,
            "source": "A letter",
            "source_date": "2026-01-01",
            "from_date": "2026-01-01",
            "to_date": "",
            "confirmed": "no",
        }
        for measure, at_most in (("agency_hours", "5"), ("agency_change", "-30"))
    ]
    empty_repository.store(Dataset.from_cells(tables))
    return empty_repository


def written(folder: Path, *texts: str) -> list[Path]:
    files = [folder / f"{number}.toml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return files


def shown_with(app: Any, *columns: str) -> Any:
    """The table on the page that has these columns first."""
    return next(
        one.value for one in app.dataframe if tuple(one.value.columns)[: len(columns)] == columns
    )


def test_two_cases_side_by_side_and_who_would_notice(week: Repository, tmp_path: Path) -> None:
    compare(week, REQUEST, written(tmp_path, ALONE, PASSPORT), LIMITS, weeks=2)
    app = opened("director")
    text = said(app)
    assert "2 weeks from 11 January 2027" in text
    assert "h left empty" in text.split("**Alone**:")[1].split("Worse")[0], "hours come first"
    assert "left empty" in text
    assert "Somebody loses by it, as these rosters have it:" in text
    assert "Trust A" in text or "CIC B" in text
    figures = shown_with(app, "Figure", "As it is", "Alone", "Difference")
    broken = figures[figures["Figure"] == "Hard rules broken"].iloc[0]
    assert (broken["As it is"], broken["Alone"]) == ("0", "0")
    assert "Higher quality sustainable services" in set(shown_with(app, "Outcome")["Outcome"])
    app.selectbox(key="case_right").select(0).run()
    assert "Choose two different cases." in said(app)
    app.selectbox(key="case_right").select(2).run()
    assert len(shown_with(app, "Figure", "As it is", "Passports", "Difference")) > 20


@pytest.mark.parametrize(("low", "longer"), [(0.0, True), (7.5, False)])
def test_a_frontier_of_one_roster_says_whether_longer_would_tell_more(
    week: Repository, low: float, longer: bool
) -> None:
    found = frontier(week, REQUEST, "agency", "cover", LIMITS, points=5)
    roster = {**found["rosters"][0], "reduced": 7.5}
    point = {**found["points"][0], "low": low, "high": 7.5}
    del found["id"]
    kept = week.save_comparison({**found, "rosters": [roster], "points": [point], "knee": None})
    app = opened("director", link={"view": "Frontier", "frontier": kept})
    assert "One roster is best in both" in said(app)
    assert ("draw it again with a longer time limit" in said(app)) is longer


@pytest.mark.parametrize(
    ("before", "after", "unit", "told"),
    [
        (6090, 6120, "minutes", ("101.5 h", "102.0 h", "▼ worse")),
        (8316, 8317, "minutes", ("139 h", "139 h", "same")),
        (0.01381, 0.01379, "share", ("1.4%", "1.4%", "same")),
        (0.0141, 0.0136, "share", ("1.41%", "1.36%", "▲ better")),
        (24_210, 24_190, "pence", ("£242.10", "£241.90", "▲ better")),
        (7.5, None, "minutes", ("0.1 h", "–", "same")),
    ],
)
def test_two_amounts_read_alike_only_where_they_are_called_the_same(
    before: float, after: float | None, unit: str, told: tuple[str, str, str]
) -> None:
    figure = AimFigure("Of it", unit, before, after, more_is_better=False)
    assert (*amounts_of(figure), verdict_of(figure)) == told


def test_compare_it_finds_the_form_open_until_it_is_ordered(
    week: Repository, tmp_path: Path
) -> None:
    compare(week, REQUEST, written(tmp_path, ALONE), LIMITS)
    save_scenario(week, "Kept", {"alone": True}, "COL")
    app = opened("director", link={"view": "Scenarios", "scenario": "Kept"})
    app.button(key="scenario_compare").click().run()
    assert not app.exception
    [form] = [one for one in app.expander if one.label == "Run a comparison"]
    assert form.proto.expanded
    assert app.multiselect(key="comparison_scenarios").value == ["Kept"]
    again = opened("director")
    [form] = [one for one in again.expander if one.label == "Run a comparison"]
    assert not form.proto.expanded


def test_cases_of_two_comparisons_stand_side_by_side(week: Repository, tmp_path: Path) -> None:
    compare(week, REQUEST, written(tmp_path, PASSPORT), LIMITS)
    second = compare(week, REQUEST, written(tmp_path, ALONE), LIMITS)
    app = opened("director", link={"comparison": second["id"]})
    box = app.selectbox(key="case_right")
    assert [option.split(" (made")[0] for option in box.options] == [
        "As it is",
        "Alone",
        "As it is",
        "Passports",
    ]
    assert "of different comparisons" not in said(app)
    box.select_index(3).run()
    assert "of different comparisons" in said(app)
    assert len(shown_with(app, "Figure", "As it is", "Passports", "Difference")) > 20


def test_settle_it_searches_both_on_under_the_same_facts(week: Repository, tmp_path: Path) -> None:
    found = compare(week, REQUEST, written(tmp_path, 'name = "Same"\n'), LIMITS)
    change = found["scenarios"][0]["change"]["objective_pence"]
    assert change["verdict"] == "not distinguishable"
    change["would_settle"] = {"sentence": "Longer.", "time_limit_seconds": 120}
    del found["id"]
    kept = week.save_comparison(found)
    week.jobs.add_worker("nobody", timedelta(hours=1))
    app = opened("director", link={"comparison": kept})
    button = app.button(key="settle_0")
    assert button.label == "Settle it, at most 4 min"
    button.click().run()
    [job] = jobs.latest(week, "COL", "compare", only_open=True)
    order = jobs.order_of(job)
    assert (order.baseline, order.again, order.limits.seconds) == (kept, True, 120)
    assert list(order.scenarios.values()) == ['name = "Same"\n']


def test_a_comparison_over_four_weeks_against_a_locked_baseline(
    week: Repository, tmp_path: Path
) -> None:
    first = compare(week, REQUEST, written(tmp_path, ALONE), LIMITS)
    week.jobs.add_worker("nobody", timedelta(hours=1))
    app = opened("director")
    app.selectbox(key="comparison_baseline").select(first["id"]).run()
    assert "As they were on" in app.selectbox(key="comparison_baseline").options[1]
    app.segmented_control(key="comparison_weeks").set_value("4 weeks").run()
    assert not [box for box in app.selectbox if box.key == "comparison_baseline"], "of one week"


def test_the_frontier_with_its_target(week: Repository) -> None:
    found = frontier(week, REQUEST, "agency", "cover", LIMITS)
    app = opened("director", link={"view": "Frontier"})
    text = said(app)
    assert "Agency hours against required hours left empty" in text
    assert "**Target** at most 5 h of agency a week: met at" in text
    assert "A letter (2026-01-01; not confirmed in the source)" in text
    assert "is a line here once the week is published" in text
    assert len(shown_with(app, "Required hours left empty")) == len(found["points"])
    assert f"{found['searches']} searches bound all levels" in text


def test_the_steps_add_up_to_the_penny(week: Repository, tmp_path: Path) -> None:
    found = waterfall(week, REQUEST, written(tmp_path, PASSPORT), LIMITS)
    app = opened("director", link={"view": "Steps"})
    shown = shown_with(app, "Step")
    assert list(shown["Step"]) == ["Pooling", "Passports", "All together"]
    for column in ("In this order", "On average over all orders"):
        *parts, whole = [pence(text) for text in shown[column]]
        assert sum(parts) == whole == found["whole"]["found"]
    assert "**Pooling**: £" in said(app)
    app.segmented_control(key="steps_way").set_value("Whatever the order").run()
    assert "by the order" in said(app)


def test_steps_are_asked_for_in_the_order_in_which_they_were_chosen(
    week: Repository, tmp_path: Path
) -> None:
    save_scenario(week, "A first name", {"alone": True}, "COL")
    week.jobs.add_worker("nobody", timedelta(hours=1))
    app = opened("director", link={"view": "Steps"})
    box = app.multiselect(key="waterfall_scenarios")
    assert box.value == ["Passports for all whom an agreement covers"], "ready made"
    box.select("A first name").run()
    app.button(key="waterfall").click().run()
    [job] = jobs.latest(week, "COL", "waterfall", only_open=True)
    texts = list(jobs.order_of(job).scenarios.values())
    assert [text.split("\n")[0] for text in texts] == [
        'name = "Passports for all whom an agreement covers"',
        'name = "A first name"',
    ]


def test_what_each_partner_gains(week: Repository) -> None:
    found = partners(week, REQUEST, LIMITS)
    app = opened("director", link={"view": "Partners"})
    text = said(app)
    shown = shown_with(app, "Partner", "As it falls today, with recharges")
    assert list(shown["Partner"]) == ["Trust A", "CIC B", "Together"]
    for column in shown.columns[1:]:
        if column != "certain":
            *parts, whole = [pence(cell) for cell in shown[column]]
            assert sum(parts) == whole == found["whole"]["found"]
    assert "There is a split for certain" in text
    lent = shown_with(app, "From", "To").iloc[0]
    assert (lent["From"], lent["To"]) == ("Trust A", "CIC B")
    gains = found["by_partner"]["A"]["gains_pence"]
    assert ("would be better off alone" in text) == (gains < 0)


def pence(text: str) -> int:
    """£1,234.50 as 123450."""
    sign = -1 if text.startswith("−") else 1
    return sign * round(float(text.replace("−", "").replace("£", "").replace(",", "")) * 100)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("Barriers", "Nothing is valued yet."),
        ("Frontier", "No frontier is stored yet."),
        ("Steps", "No steps are stored yet."),
        ("Partners", "Nothing is stored yet."),
        ("Measures over time", "No week is published yet"),
    ],
)
def test_an_empty_view_says_what_to_do(week: Repository, view: str, words: str) -> None:
    assert words in said(opened("director", link={"view": view}))


@pytest.mark.parametrize(
    ("view", "key", "kind"),
    [("Frontier", "draw_frontier", "frontier"), ("Partners", "partners", "partners")],
)
def test_what_is_asked_is_a_job_that_says_beforehand_how_long(
    week: Repository, view: str, key: str, kind: Any
) -> None:
    week.jobs.add_worker("nobody", timedelta(hours=1))
    app = opened("director", link={"view": view})
    button = app.button(key=key)
    assert "at most" in button.label
    button.click().run()
    [job] = jobs.latest(week, "COL", kind, only_open=True)
    assert jobs.order_of(job).seconds_at_most > 0
    assert app.button(key=key).disabled, "one at a time"


def test_what_is_solved_so_far_stands_there_while_the_rest_is_searched(week: Repository) -> None:
    week.jobs.add_worker("nobody", timedelta(hours=1))
    app = opened("director", link={"view": "Partners"})
    app.button(key="partners").click().run()
    claimed = week.jobs.claim("nobody", timedelta(hours=1))
    assert claimed is not None
    rows = [
        {
            "name": "Each partner alone",
            "start": "2027-01-11",
            "status": "optimal",
            "missing": 450,
            "agency": 0,
            "bank": 60,
            "pence": 12_300,
            "gap": 0.01,
        },
        {"name": "All partners together", "start": "2027-01-11", "status": "no_roster"},
    ]
    week.jobs.note_so_far(claimed, rows)
    app = opened("director", link={"view": "Partners"})
    shown = shown_with(app, "Case", "Week of")
    assert list(shown["Case"]) == ["All partners together", "Each partner alone"]
    assert list(shown["Left empty"]) == ["no roster", "7.5 h"]

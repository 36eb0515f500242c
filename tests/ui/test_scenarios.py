"""Scenarios on the page: made from levers, kept in versions, opened by a link, compared."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.scenarios.kept import (
    find_scenario,
    kept_scenarios,
    save_scenario,
    scenario_history,
)
from scheduler.services.scenarios.read_scenarios import parse_scenario
from scheduler.services.scenarios.scenario import CHANGES
from scheduler.services.scenarios.scenario_text import scenario_tables
from scheduler.services.scenarios.scenario_words import names_in
from scheduler.storage.repository import Repository
from tests.ui.conftest import opened, said
from ui.components.director.change_form import labelled, starting_values
from ui.components.director.scenario_draft import draft_of, filled
from ui.components.words import plain

HIRE: dict[str, Any] = {
    "hire": [{"organisation_id": "A", "role_id": "RN", "home_site_id": "SA", "people": 2}]
}


def _script() -> None:
    from ui import address, state
    from ui.components.director.asking import choose_scenarios
    from ui.components.director.scenarios_panel import scenarios_panel
    from ui.components.frame import message

    address.arrive("director")
    message()
    if state.st.session_state.get("director_view") == "Compare":
        state.st.session_state["texts"] = choose_scenarios("COL", "comparison", "Scenarios")
    else:
        scenarios_panel("COL")
    address.leave()


def panel(**link: str) -> AppTest:
    app = AppTest.from_function(_script, default_timeout=20)
    for parameter, text in link.items():
        app.query_params[parameter] = text
    app.run()
    assert not app.exception, app.exception
    return app


def key_of(app: AppTest) -> str:
    """With what the keys of the editor's widgets begin."""
    return next(one.key for one in app.text_input if str(one.key).endswith("_name"))[:-5]


def added(app: AppTest, *kinds: str) -> str:
    """A new scenario with these changes."""
    app.button(key="scenario_new").click().run()
    key = key_of(app)
    for kind in kinds:
        app.selectbox(key=f"{key}_kind").set_value(kind).run()
        app.button(key=f"{key}_add").click().run()
    assert not app.exception, app.exception
    return key


def test_without_any_it_says_what_to_do(repository: Repository) -> None:
    assert "No scenario is kept yet. Press *Make a scenario*" in said(panel())


def test_a_scenario_is_made_from_levers_previewed_in_sentences_and_saved(
    repository: Repository,
) -> None:
    app = panel()
    key = added(app, "hire")
    assert app.button(key=f"{key}_save").disabled
    text = said(app)
    assert text.count("Needed") == 3
    assert "organisation_id" not in text
    app.text_input(key=f"{key}_name").set_value("Hire two")
    app.selectbox(key=f"{key}_1_organisation_id").set_value("A")
    app.selectbox(key=f"{key}_1_role_id").set_value("RN")
    app.selectbox(key=f"{key}_1_home_site_id").set_value("SA")
    app.number_input(key=f"{key}_1_people").set_value(2)
    app.text_input(key=f"{key}_why").set_value("The board asked").run()
    assert "Needed" not in said(app)
    sentence = CHANGES["hire"](**HIRE["hire"][0]).sentence(names_in(repository.dataset()))
    assert "2 people as Nurse" in sentence
    assert f"- {plain(sentence)}" in said(app)
    app.button(key=f"{key}_save").click().run()
    assert not app.exception
    assert "Saved as Hire two, version 1" in said(app)
    [one] = kept_scenarios(repository, "COL")
    assert (one.name, one.version.tables, one.version.why) == (
        "Hire two",
        HIRE,
        "The board asked",
    )
    assert app.query_params["scenario"] in ("Hire two", ["Hire two"])


def test_bank_or_agency_alone_is_half_of_a_change_and_takes_nothing_of_the_page(
    repository: Repository,
) -> None:
    app = panel()
    key = added(app, "supply")
    app.selectbox(key=f"{key}_1_kind").set_value("bank").run()
    assert not app.exception, app.exception
    assert "- Bank: nothing yet" in said(app).replace("\\", "")
    app.number_input(key=f"{key}_1_hours").set_value(10.0).run()
    assert "- Bank: at most 10 h in the period" in said(app).replace("\\", "")
    # a screen reader reads the label of a field as it is written
    assert app.number_input(key=f"{key}_1_hours").label.endswith("[h]")


def test_a_link_opens_the_scenario_that_it_names(repository: Repository) -> None:
    save_scenario(repository, "Alone", {"alone": True}, "COL")
    save_scenario(repository, "Hire two", {**HIRE, "description": "Two nurses"}, "COL")
    app = panel(scenario="Hire two")
    assert app.selectbox(key="choose_scenario").value.name == "Hire two"
    assert "Two nurses" in said(app)
    other = panel(scenario="Gone")
    assert "There is no scenario “Gone” here" in said(other)


def test_changed_it_is_the_next_version_and_who_saved_meanwhile_is_named(
    repository: Repository,
) -> None:
    save_scenario(repository, "Hire two", HIRE, "COL")
    app = panel(scenario="Hire two")
    app.button(key="scenario_change").click().run()
    key = key_of(app)
    assert "That is version 2 of Hire two" in said(app)
    assert app.number_input(key=f"{key}_1_people").value == 2
    save_scenario(repository, "Hire two", {"alone": True}, "COL", why="elsewhere")
    app.number_input(key=f"{key}_1_people").set_value(5).run()
    assert "has saved version 2 since you began" in said(app)
    app.button(key=f"{key}_save").click().run()
    history = scenario_history(repository, "Hire two", "COL")
    assert [one.version.version for one in history] == [3, 2, 1]
    assert history[0].version.tables["hire"][0]["people"] == 5
    assert history[1].version.tables == {"alone": True}


def test_what_is_wrong_stands_in_words_and_what_does_not_fit_can_be_saved(
    repository: Repository,
) -> None:
    app = panel()
    key = added(app, "overtime", "consent")
    app.text_input(key=f"{key}_name").set_value("Odd").run()
    text = "\n".join(str(one.value) for one in app.error)
    assert "“What an hour costs on top of its pay”" in text
    assert "“Employed there”, “In this role” or “These people”: whom it is for" in text
    assert "hourly_pounds" not in text
    assert not app.button(key=f"{key}_save").disabled
    app.button(key=f"{key}_2_gone").click().run()
    app.checkbox(key=f"{key}_1_allowed").uncheck().run()
    assert not app.error
    assert "No overtime" in said(app)


def test_steps_of_a_price_are_added_and_removed(repository: Repository) -> None:
    app = panel()
    key = added(app, "supply")
    for _ in range(2):
        app.button(key=f"{key}_1_path_more").click().run()
    app.button(key=f"{key}_1_path_0_gone").click().run()
    assert said(app).count("Needed") == 2
    app.date_input(key=f"{key}_1_path_1_from_date").set_value(date(2027, 1, 1))
    app.number_input(key=f"{key}_1_path_1_hourly_percent").set_value(90.0)
    app.text_input(key=f"{key}_name").set_value("Path").run()
    app.button(key=f"{key}_save").click().run()
    assert not app.exception
    [one] = kept_scenarios(repository, "COL")
    assert one.version.tables == {
        "supply": [{"path": [{"from_date": "2027-01-01", "hourly_percent": 90}]}]
    }


def test_people_are_found_by_their_names(repository: Repository) -> None:
    app = panel()
    key = added(app, "consent")
    finding = next(
        one.key for one in app.selectbox if str(one.key).startswith(f"{key}_1_staff_ids")
    )
    app.selectbox(key=finding).set_value("ANN").run()
    app.text_input(key=f"{key}_name").set_value("Ask her").run()
    assert "1 named person" in said(app)
    app.button(key=f"{key}_save").click().run()
    assert find_scenario(repository, "Ask her", "COL").scenario.consent[0].staff_ids == ("ANN",)


def test_compare_it_opens_the_comparison_with_it_chosen_and_all_on_which_it_is_built(
    repository: Repository,
) -> None:
    save_scenario(repository, "Base", {"alone": True}, "COL")
    save_scenario(repository, "Top", {**HIRE, "with": ["Base"]}, "COL")
    app = panel(scenario="Top")
    assert "Built on Base" in said(app)
    app.button(key="scenario_compare").click().run()
    assert not app.exception
    chosen = app.multiselect(key="comparison_scenarios")
    assert chosen.value == ["Top"]
    assert chosen.options == ["Base", "Top"]
    text = app.session_state["texts"]["Top"]
    assert "alone = true" in text
    assert "[[hire]]" in text


def test_the_page_offers_kept_ones_where_scenarios_are_chosen(repository: Repository) -> None:
    save_scenario(repository, "Alone", {"alone": True}, "COL")
    app = opened("director", link={"collaborative": "COL"})
    assert app.multiselect(key="comparison_scenarios").options == ["Alone"]
    assert app.button(key="compare").disabled
    app.multiselect(key="comparison_scenarios").select("Alone").run()
    assert not app.button(key="compare").disabled


def test_withdrawn_with_a_reason_it_is_gone_from_the_list(repository: Repository) -> None:
    save_scenario(repository, "Alone", {"alone": True}, "COL")
    app = panel()
    app.session_state["scenario_versions_Alone"] = True
    app.run()
    app.text_input(key="scenario_gone_why_Alone").set_value("over")
    app.button(key="scenario_gone_Alone").click().run()
    assert "Withdrew Alone" in said(app)
    assert kept_scenarios(repository, "COL") == []
    history = scenario_history(repository, "Alone", "COL")
    assert (history[0].version.withdrawn, history[0].version.why) == (True, "over")


@pytest.mark.parametrize("kind", CHANGES)
def test_every_lever_has_a_form_whose_fields_have_words(repository: Repository, kind: str) -> None:
    app = panel()
    added(app, kind)
    labels = [
        one.label
        for group in (app.selectbox, app.number_input, app.checkbox, app.date_input)
        for one in group
    ]
    for field in CHANGES[kind].model_fields.values():
        label = labelled(field)[0]
        assert label
        if "over months" not in label and "each band" not in label:
            assert any(one.replace("\\", "").startswith(label) for one in labels), label


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_as_it_begins_says_nothing_that_its_lever_does_not(kind: str) -> None:
    part = CHANGES[kind]
    values = filled(starting_values(part))
    assert set(values) <= set(part.model_fields)
    draft = draft_of({kind: [values]}, name="x", begun=None, turn=1)
    assert draft.tables() == {kind: [values]}


def test_what_a_file_leaves_out_is_as_it_is_by_default_when_it_is_changed(
    repository: Repository,
) -> None:
    tables = {"overtime": [{"hourly_pounds": 5}], **HIRE, "with": ["BASE"]}
    save_scenario(repository, "Base", {"alone": True}, "COL")
    save_scenario(repository, "Dear", tables, "COL")
    app = panel(scenario="Dear")
    app.button(key="scenario_change").click().run()
    key = key_of(app)
    assert app.number_input(key=f"{key}_1_hours_per_week").value == 37.5
    assert app.checkbox(key=f"{key}_2_allowed").value is True
    assert app.multiselect(key=f"{key}_with").value == ["Base"]
    assert "Overtime costs £5 an hour on top of its pay" in said(app)
    app.number_input(key=f"{key}_2_hourly_pounds").set_value(6.0).run()
    app.button(key=f"{key}_save").click().run()
    newest = scenario_history(repository, "Dear", "COL")[0]
    assert newest.version.tables == {**tables, "with": ["Base"], "overtime": [{"hourly_pounds": 6}]}
    app.session_state["scenario_versions_Dear"] = True
    app.run()
    assert "- No longer: Overtime costs £5 an hour" in said(app)
    assert "- New: Overtime costs £6 an hour" in said(app)


@pytest.mark.parametrize("kind", CHANGES)
def test_opened_and_saved_again_a_change_says_what_it_said(
    repository: Repository, kind: str
) -> None:
    """Of every lever, with no field touched: nothing is lost or added by the form."""
    examples = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", examples, flags=re.DOTALL)
    [tables] = [found for block in blocks if kind in (found := tomllib.loads(block))]
    given = scenario_tables(parse_scenario({**tables, "name": "x"}, "x"))
    repository.scenarios.add("COL", "x", {k: v for k, v in given.items() if k != "name"}, why="")
    app = panel(scenario="x")
    app.button(key="scenario_change").click().run()
    assert not app.exception
    draft = app.session_state["scenario_draft_COL"]
    again = scenario_tables(parse_scenario({**draft.tables(), "name": "x"}, "x"))
    assert again == given

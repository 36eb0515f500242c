"""The page Policies, and builds and comparisons under a policy."""

from datetime import timedelta

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from scheduler.domain.access import operator
from scheduler.domain.dataset import Dataset
from scheduler.services.data.saved_policies import save_policy, saved_policies, withdraw_policy
from scheduler.services.jobs import jobs
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.policy_effect import what_it_would_cost
from scheduler.services.rosters.solve import Request, solve
from scheduler.services.view import look_up
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, rows
from tests.ui.conftest import ROSTER, opened, said, small_tables
from ui.components.policy.effect_panel import rosters_to_try

REST = "policy_box_daily_rest_False"
STRICT = {"daily_rest": {"hours": 12}}


def policies(**link: str) -> AppTest:
    return opened("policies", link={"collaborative": "COL", **link})


def rest(app: AppTest, turn: int = 0, name: str = "") -> str:
    return f"policy_COL/{name}_{turn}_daily_rest_hours"


def changed(hours: float, **link: str) -> AppTest:
    """The page with the rule on rest opened, and another number typed into it."""
    app = opened("policies", link={"collaborative": "COL", **link}, **{REST: True})
    app.number_input(key=rest(app, name=link.get("policy", ""))).set_value(hours).run()
    assert not app.exception
    return app


def test_every_rule_stands_there_by_its_title_with_how_it_counts(repository: Repository) -> None:
    app = policies()
    text = said(app)
    assert "Nothing differs from the default policy." in text
    assert [one.value for one in app.subheader] == ["Hard by default", "Priced by default"]
    labels = [box.label for box in app.expander]
    assert "Rest between shifts" in labels
    assert "daily_rest" not in " ".join(labels) + text
    assert "Hard, 11 h" in text
    assert "Priced at £15 per hour" in text


def test_a_change_is_marked_in_words_and_listed_beside_the_default(repository: Repository) -> None:
    text = said(changed(12))
    assert "Of 49 rules 1 differs from the default policy. Not saved yet" in text
    assert "Rest between shifts, rest between two shifts: 12 h; by default 11 h" in text
    assert "**Changed**: Hard, 12 h; by default hard, 11 h" in text
    assert "Nobody starts a shift less than 12 h after the end of an earlier one" in text
    assert "**Changed**; from 0 to 48; by default 11 h" in text


def test_what_is_wrong_stands_at_its_field_and_cannot_be_saved(repository: Repository) -> None:
    app = changed(49)
    text = said(app)
    assert "49 cannot be: expected a number from 0 to 48" in text
    assert "**Wrong**: Hard, 49 h" in text
    app.text_input(key="policy_name_COL_").input("Mine").run()
    assert app.button(key="policy_save").disabled
    app.number_input(key=rest(app)).set_value(48).run()
    assert "cannot be" not in said(app)
    assert not app.button(key="policy_save").disabled


def test_put_back_it_is_as_it_was(repository: Repository) -> None:
    app = changed(12)
    app.button(key="policy_reset").click().run()
    assert "Nothing differs from the default policy." in said(app)
    assert app.number_input(key=rest(app, 1)).value == 11


def test_a_rule_is_given_a_price_and_switched_off(repository: Repository) -> None:
    app = opened("policies", link={"collaborative": "COL"}, **{REST: True})
    app.radio(key="policy_COL/_0_daily_rest_counts").set_value("priced").run()
    assert app.number_input(key="policy_COL/_0_daily_rest_weight").value == 10
    assert "how it counts: priced at £10 per hour; by default hard" in said(app)
    app.radio(key="policy_COL/_0_daily_rest_counts").set_value("off").run()
    assert "how it counts: off; by default hard" in said(app)
    app.radio(key="policy_COL/_0_daily_rest_counts").set_value("hard").run()
    assert "Nothing differs from the default policy." in said(app)


@pytest.mark.parametrize(
    ("rule", "field", "value", "expected"),
    [
        (
            "pay",
            "on_cost_percent.bank",
            30.0,
            "Pay, on-costs by kind of pay, bank (with holiday pay): 30 %; by default 29 %",
        ),
        (
            "minimum_cover",
            "pounds_per_hour_4",
            2500.0,
            "£80, £140, £300, £800, £2500 per h; by default £80, £140, £300, £800, £2000 per h",
        ),
        ("agency_hours", "weight", 16.0, "priced at £16 per hour; by default priced at £15"),
    ],
)
def test_numbers_of_every_kind_can_be_changed(
    repository: Repository, rule: str, field: str, value: float, expected: str
) -> None:
    app = opened("policies", link={"collaborative": "COL"}, **{f"policy_box_{rule}_False": True})
    app.number_input(key=f"policy_COL/_0_{rule}_{field}").set_value(value).run()
    assert expected in said(app)


def test_dates_are_typed_and_what_is_none_is_told(repository: Repository) -> None:
    app = opened("policies", link={"collaborative": "COL"}, policy_box_pay_False=True)
    app.text_input(key="policy_COL/_0_pay_public_holidays").input("2027-12-25, x").run()
    assert "x cannot be" in said(app)
    app.text_input(key="policy_COL/_0_pay_public_holidays").input("2027-12-25").run()
    assert "cannot be" not in said(app)
    assert "2027-12-25; by default none" in said(app)


def test_a_cap_is_added_by_the_names_of_supplies(repository: Repository) -> None:
    tables = small_tables()
    tables["temporary_supply"] = rows(
        "id kind organisation_id place_id role_id hourly_pence max_shifts_per_week",
        "BK | bank | B | | RN | 2100 | 1",
    )
    repository.store(Dataset.from_cells(tables))
    app = opened("policies", link={"collaborative": "COL"}, policy_box_temporary_limit_False=True)
    app.button(key="policy_COL/_0_temporary_limit_caps_more").click().run()
    app.number_input(key="policy_COL/_0_temporary_limit_caps_0_hours").set_value(20.0).run()
    text = said(app)
    assert "at most 20 h from " in text
    assert "supply_ids" not in text
    assert "with other values than by default" in text
    app.multiselect(key="policy_COL/_0_temporary_limit_caps_0_of").set_value([]).run()
    assert "cannot be" in said(app) or "from none" in said(app)
    app.button(key="policy_COL/_0_temporary_limit_caps_0_gone").click().run()
    assert "Nothing differs from the default policy." in said(app)


def test_every_rule_opens(repository: Repository) -> None:
    app = policies()
    boxes = {
        box.proto.id.rsplit("-", 1)[-1]: True
        for box in app.expander
        if "policy_box" in box.proto.id
    }
    assert len(boxes) == 49
    app = opened("policies", link={"collaborative": "COL"}, **boxes)
    assert not app.error
    assert len(app.number_input) > 30


def test_a_rule_is_found_by_words(repository: Repository) -> None:
    app = policies()
    app.selectbox(key="policy_find").set_value("daily_rest").run()
    assert [box.label for box in app.expander] == ["Rest between shifts"]
    assert app.number_input(key=rest(app)).value == 11


def test_saved_under_a_name_it_is_offered_and_shown_with_who_when_and_why(
    repository: Repository,
) -> None:
    app = changed(12)
    app.text_input(key="policy_name_COL_").input("Night week")
    app.text_input(key="policy_why_COL_").input("ward leads asked").run()
    app.button(key="policy_save").click().run()
    assert not app.exception
    assert "Saved as Night week, version 1" in said(app)
    [one] = saved_policies(repository, "COL")
    assert (one.version.tables, one.version.why) == (STRICT, "ward leads asked")
    assert app.selectbox(key="choose_policy").value == "Night week"
    app = policies(view="Saved policies")
    [label] = [box.label for box in app.expander if box.label.startswith("Night week")]
    assert label.startswith("Night week, version 1: saved ")
    assert "by somebody in the demo" in label


def test_versions_are_told_apart_and_withdrawn(repository: Repository) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL", why="law")
    save_policy(
        repository, "Strict", {"daily_rest": {"hours": 13}}, collaborative_id="COL", why="more"
    )
    app = opened(
        "policies",
        link={"collaborative": "COL", "view": "Saved policies"},
        policy_saved_COL_Strict=True,
    )
    text = said(app)
    assert ": law" in text
    assert "rest between two shifts: 13 h; in version 1 12 h" in text
    app.selectbox(key="policy_second_COL_Strict_2").select(0).run()
    assert "rest between two shifts: 13 h; in the default policy 11 h" in said(app)
    app.text_input(key="policy_gone_why_COL_Strict").input("over").run()
    app.button(key="policy_gone_COL_Strict").click().run()
    assert "Withdrew Strict" in said(app)
    assert saved_policies(repository, "COL") == []


def test_who_may_not_save_looks_and_is_told_why(repository: Repository) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL")
    for kind in ({"as": "director"}, {"as": "one_organisation", "as_organisation": "A"}):
        app = opened("policies", link={"collaborative": "COL", "policy": "Strict", **kind})
        assert not app.error
        assert "Saving a policy changes what rosters mean for everybody" in said(app)
        assert not [button for button in app.button if button.key == "policy_save"]
        assert "12 h; by default 11 h" in said(app)


def test_what_it_would_do_to_a_roster(repository: Repository) -> None:
    save_policy(
        repository, "Dear", {"minimum_cover": {"weight": 2}}, collaborative_id="COL", why=""
    )
    app = policies(policy="Dear", view="What it would do to a roster")
    effect = what_it_would_cost(repository, ROSTER, {"minimum_cover": {"weight": 2}})
    table = app.dataframe[0].value
    assert list(table["Rule"]) == [
        *(rule.title for rule in effect.changed),
        "All rules together",
    ]
    assert f"£{effect.after / 100:,.2f}" in said(app)
    assert "may find a better roster" in said(app)
    app.selectbox(key="choose_policy").select("").run()
    assert "Nothing would be different for this roster." in said(app)


def test_what_is_published_for_the_next_week_is_tried_first(repository: Repository) -> None:
    publish(repository, ROSTER)
    later = solve(repository, Request("COL", MONDAY), Limits(2, workers=1)).roster_id
    headers = look_up.rosters(repository, "COL")
    assert [one.id for one in headers] == [later, ROSTER]
    for today in (MONDAY - timedelta(days=7), MONDAY - timedelta(days=1)):
        assert [one.id for one in rosters_to_try(headers, today)] == [ROSTER, later]
    assert [one.id for one in rosters_to_try(headers, MONDAY)] == [later, ROSTER]


def test_the_build_is_ordered_under_the_policy_chosen_which_stands_in_the_address(
    repository: Repository,
) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL")
    repository.jobs.add_worker("nobody", timedelta(hours=1))  # so that none is started
    app = opened(link={"policy": "Strict"})
    assert app.selectbox(key="choose_policy").value == "Strict"
    assert app.selectbox(key="choose_policy").options == [
        "The default policy",
        "Fair shares (comes with the program)",
        "Shorter runs (comes with the program)",
        "Strict",
    ]
    app.button(key="build").click().run()
    [job] = jobs.latest(repository, "COL", "solve", only_open=True)
    assert jobs.order_of(job).policy == STRICT


def test_a_policy_that_is_not_there_any_more_is_said(repository: Repository) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL")
    withdraw_policy(repository, "Strict", collaborative_id="COL")
    app = opened(link={"policy": "Strict"})
    assert any("There is no policy “Strict” here" in str(one.value) for one in app.warning)


def test_the_headline_names_the_policy_where_it_is_not_the_default(repository: Repository) -> None:
    assert "Built under" not in said(opened())
    mine = repository.acting(operator("me", "command line"))
    outcome = solve(
        mine, Request("COL", MONDAY, policy={"fair_nights": {"weight": 9}}), Limits(5, workers=1)
    )
    publish(mine, outcome.roster_id, reason="fairer")
    assert "Built under a policy of its own, which differs from the default in 1 rule" in said(
        opened()
    )
    save_policy(mine, "Fairer", {"fair_nights": {"weight": 9}}, collaborative_id="COL")
    st.cache_resource.clear()
    assert "Built under the policy “Fairer”, version 1" in said(opened())


def test_a_comparison_is_ordered_under_the_policy_chosen(repository: Repository) -> None:
    save_policy(repository, "Strict", STRICT, collaborative_id="COL")
    repository.jobs.add_worker("nobody", timedelta(hours=1))
    app = opened(
        "director", link={"collaborative": "COL", "view": "Barriers", "value_policy": "Strict"}
    )
    app.button(key="value").click().run()
    [job] = jobs.latest(repository, "COL", "value", only_open=True)
    assert jobs.order_of(job).policy == STRICT

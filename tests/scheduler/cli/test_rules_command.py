"""The catalogue for people and programs, and the page of it that is kept beside the policies."""

import tomllib
from pathlib import Path

from solver.constraints import catalogue
from tests.scheduler.cli.conftest import call

PAGE = Path(__file__).resolve().parents[3] / "data" / "policies" / "RULES.md"


def test_the_page_of_all_rules_is_what_the_rules_say_now() -> None:
    now = call("rules", "--markdown")
    assert now.code == 0
    assert PAGE.read_text(encoding="utf-8") == now.out, (
        "data/policies/RULES.md is not what the rules say now. Write it anew: make docs (or:"
        " .venv/bin/scheduler rules --markdown > data/policies/RULES.md)"
    )


def test_the_page_has_a_section_for_each_rule_and_every_link_leads_to_one() -> None:
    page = call("rules", "--markdown").out
    sections = {line.removeprefix("### ") for line in page.splitlines() if line.startswith("### ")}
    assert sections == set(catalogue())
    assert all(f"](#{rule_id})" in page for rule_id in sections)
    assert "| `hours` | rest between two shifts | h | number from 0 to 48 | 11 |" in page


def test_every_rule_is_listed_with_its_title_source_and_parameters() -> None:
    listed = call("rules")
    assert listed.code == 0
    for rule_id, rule_class in catalogue().items():
        assert f"{rule_id}: {rule_class.title}\n" in listed.out
        assert f"  Source: {rule_class.source}. Scope: " in listed.out
    assert "    hours: rest between two shifts [h]; number from 0 to 48, default 11\n" in listed.out
    assert f"{len(catalogue())} rules." in listed.out


def test_one_rule_in_detail_ends_with_a_table_to_copy() -> None:
    said = call("rules", "average_week")
    assert said.code == 0
    assert "Days of leave are taken out of the divisor." in said.out
    assert "may be:     hard, priced or off" in said.out
    assert tomllib.loads(said.out.split("with its defaults:")[1]) == {
        "average_week": {"weight": "hard", "override": False, "hours": 48, "blocks": 17}
    }
    assert "daily_rest" not in said.out


def test_a_rule_that_may_be_hard_only_has_no_price() -> None:
    said = call("rules", "deployable").out
    assert "may be:     hard\n" in said
    assert "a price is" not in said


def test_rules_for_a_program() -> None:
    documents = call("rules", "--json").json()
    assert [document["id"] for document in documents] == sorted(catalogue())
    bends, caps, supplies, most = call("rules", "temporary_limit", "--json").json()["parameters"]
    assert (bends["name"], bends["default"]) == ("override", False)
    assert (caps["name"], supplies["name"], supplies["needed"], caps["default"]) == (
        "caps",
        "caps.supply_ids",
        True,
        [],
    )
    assert (most["name"], most["unit"], most["least"]) == ("caps.hours", "h", 0)
    one = call("rules", "daily_rest", "--json").json()
    assert {name: one[name] for name in ("title", "scope", "unit", "weight", "may_be_off")} == {
        "title": "Rest between shifts",
        "scope": "one person's shifts",
        "unit": "h",
        "weight": "hard",
        "may_be_off": True,
    }


def test_an_unknown_rule_is_told_the_nearest_and_is_code_2() -> None:
    said = call("rules", "dayly_rest")
    assert said.code == 2
    assert said.err == "No rule 'dayly_rest' in the catalogue. Maybe daily_rest?\n"
    assert call("rules", "zzzzzz", "--json").json()["status"] == "bad_input"


def test_the_page_is_of_all_rules_only() -> None:
    assert call("rules", "daily_rest", "--markdown").code == 2
    assert call("rules", "--json", "--markdown").code == 2

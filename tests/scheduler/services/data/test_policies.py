"""Policies found by name, shown whole, checked, compared; the catalogue; the policies that come
with the program.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.errors import BadInput, NotFound
from scheduler.services.data import policies
from scheduler.storage.toml_file import read_tables
from solver.constraints import catalogue
from solver.policy.policy import Policy

OWN = Path(__file__).resolve().parents[4] / "data" / "policies"
EXAMPLES = sorted(file.stem for file in OWN.glob("*.toml"))
MUCH = """
[daily_rest]
weight = 3.5
hours = 12
[travel]
off = true
[minimum_cover]
pounds_per_hour = [1, 2, 3, 4, 5.5]
[pay]
off = true
public_holidays = [2026-12-25, 2026-12-28]
on_cost_percent = {bank = 12.07}
[temporary_limit]
caps = [{supply_ids = ['A "quoted"', "B\\\\"], hours = 12.5}, {supply_ids = [], hours = 0}]
"""


def file(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def same(one: Policy, other: Policy) -> bool:
    return one.rules == other.rules and one.pay == other.pay


def changes(difference: policies.PolicyDifference) -> list[tuple[str, str, Any, Any]]:
    return [
        (change.rule, change.parameter, change.one, change.other) for change in difference.changes
    ]


# --- show


@pytest.mark.parametrize("text", ["", MUCH])
def test_the_whole_policy_reads_back_as_the_same_policy(tmp_path: Path, text: str) -> None:
    given = file(tmp_path, text)
    shown = policies.show(given)
    again = file(tmp_path, shown.text, "again.toml")
    assert same(
        Policy.from_tables(read_tables(again), source=again.name),
        Policy.from_tables(read_tables(given), source=given.name),
    )
    assert policies.show(again).tables == shown.tables


def test_the_default_is_shown_whole_with_a_title_and_source_above_each_rule() -> None:
    shown = policies.show()
    assert list(tomllib.loads(shown.text)) == list(catalogue())
    assert (
        "# Rest between shifts (Working Time Regulations 1998, reg. 10(1))\n[daily_rest]\n"
        in shown.text
    )
    assert "hours = 11  # rest between two shifts [h]\n" in shown.text
    assert "[agency_hours]\nweight = 15  # [£ per hour]\n" in shown.text


def test_a_rule_that_is_off_is_shown_as_off(tmp_path: Path) -> None:
    shown = policies.show(file(tmp_path, "[travel]\noff = true\n"))
    assert tomllib.loads(shown.text)["travel"] == {"off": True}


# --- check and difference


def test_a_sound_policy_says_what_it_changes(tmp_path: Path) -> None:
    found = policies.check(
        file(
            tmp_path, "[daily_rest]\nhours = 12\n[longest_week]\nhours = 60\n[travel]\noff = true\n"
        )
    )
    assert changes(found) == [("daily_rest", "hours", 12, 11), ("travel", "weight", "off", 1)]
    assert found.changed_rules == {
        "daily_rest": "Rest between shifts",
        "travel": catalogue()["travel"].title,
    }
    assert found.rules == len(catalogue())


def test_every_fault_is_named_at_once_with_a_suggestion(tmp_path: Path) -> None:
    given = file(
        tmp_path,
        """
        weight = 3
        [dayly_rest]
        hours = 12
        [daily_rest]
        hour = 3
        hours = 49
        weight = "soft"
        [longest_week]
        hours = "60"
        [average_week]
        hours = true
        [deployable]
        off = true
        weight = 4
        [travel]
        weight = "hard"
        of = true
    """,
    )
    with pytest.raises(BadInput) as caught:
        policies.check(given)
    assert {(fault.column, fault.value): fault.expected for fault in caught.value.faults} == {
        ("weight", ""): "the id of a rule; `scheduler rules` lists them",
        ("dayly_rest", ""): "the id of a rule (nearest: daily_rest)",
        (
            "daily_rest.hour",
            "3",
        ): "a parameter of daily_rest: weight, override, hours, off (nearest: hours)",
        (
            "daily_rest.hours",
            "49",
        ): "a number from 0 to 48 [h] (rest between two shifts); the default is 11",
        ("daily_rest.weight", "soft"): '"hard" or a price from 0 to 100,000; the default is "hard"',
        (
            "longest_week.hours",
            "60",
        ): "a number from 0 to 168 [h] (most hours in a week); the default is 60",
        (
            "average_week.hours",
            "true",
        ): "a number from 0 to 168 [h] (most hours a week on average); the default is 48",
        ("deployable.off", "true"): "false, or no `off` at all: this rule always holds",
        ("deployable.weight", "4"): '"hard": this rule cannot be soft; the default is "hard"',
        ("travel.weight", "hard"): "a price: this rule cannot be hard; the default is 1",
        (
            "travel.of",
            "true",
        ): (
            "a parameter of travel: weight, override, mileage_pence, pence_per_minute, off"
            " (nearest: off)"
        ),
    }
    assert {fault.file for fault in caught.value.faults} == {str(given)}


def test_two_policies_differ_by_rule_and_parameter_also_within_tables(tmp_path: Path) -> None:
    one = file(
        tmp_path,
        "[pay]\non_cost_percent = {bank = 30}\n[preference]\nweight = 'hard'\n",
        "one.toml",
    )
    other = file(tmp_path, "[pay]\novertime_factor = 2\n[preference]\nweight = 0.5\n", "other.toml")
    assert changes(policies.difference(one, other)) == [
        ("pay", "on_cost_percent.bank", 30, 29),
        ("pay", "overtime_factor", 1.5, 2),
        ("preference", "weight", "hard", 0.5),
    ]
    assert changes(policies.difference(one, one)) == []


def test_a_rule_that_is_off_differs_in_that_alone_but_pay_keeps_its_figures(tmp_path: Path) -> None:
    off = file(tmp_path, "[daily_rest]\noff = true\n[pay]\noff = true\nfull_time_hours = 36\n")
    assert changes(policies.difference(off)) == [
        ("daily_rest", "weight", "off", "hard"),
        ("pay", "weight", "off", 1),
        ("pay", "full_time_hours", 36, 37.5),
    ]


def test_faults_of_both_policies_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        policies.difference(
            file(tmp_path, "[x]\n", "one.toml"), file(tmp_path, "[y]\n", "other.toml")
        )
    assert [fault.column for fault in caught.value.faults] == ["x", "y"]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (11.0, "h", "11 h"),
        (2.5, "£ per shift", "£2.5 per shift"),
        ([1.0, 2.0], "£ per h", "£1, £2 per h"),
        (15.5, "%", "15.5 %"),
        (1.5, "factor", "1.5"),
        (None, "", "none"),
        ([], "", "none"),
        (["a", "b"], "", "a, b"),
        (True, "", "true"),
        ([{"hours": 2.0}], "", "{hours = 2}"),
    ],
)
def test_values_in_words(value: object, unit: str, words: str) -> None:
    assert policies.in_words(value, unit) == words


# --- names


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_policies_that_come_with_the_program_load_and_change_something(name: str) -> None:
    found = policies.check(Path(name))
    stated = tomllib.loads((OWN / f"{name}.toml").read_text(encoding="utf-8"))
    assert {(change.rule, change.parameter) for change in found.changes} == {
        (rule, parameter) for rule, table in stated.items() for parameter in table
    }, "every line of an example differs from the default"


def test_there_are_examples_of_policies() -> None:
    assert {"shorter-runs", "fair-shares"} <= set(EXAMPLES)
    assert policies.show(Path("shorter-runs")).tables["consecutive_days"]["days"] == 5


def test_a_name_is_found_below_the_working_folder_first_and_by_the_solve_commands_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "policies").mkdir(parents=True)
    file(tmp_path / "data" / "policies", "[travel]\noff = true\n", "ours.toml")
    file(tmp_path / "data" / "policies", "[travel]\noff = true\n", "shorter-runs.toml")
    assert read_tables(policies.policy_file(Path("ours"))) == {"travel": {"off": True}}
    assert read_tables(policies.policy_file(Path("shorter-runs"))) == {"travel": {"off": True}}
    assert read_tables(policies.policy_file(Path("fair-shares"))) == tomllib.loads(
        (OWN / "fair-shares.toml").read_text(encoding="utf-8")
    )


def test_a_file_goes_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file(tmp_path, "[travel]\noff = true\n", "shorter-runs")
    assert list(policies.check(Path("shorter-runs")).changed_rules) == ["travel"]


def test_an_unknown_name_is_told_the_nearest_and_all_there_are() -> None:
    with pytest.raises(
        BadInput,
        match=r"shorter-run: expected .* \(nearest: shorter-runs\); there is .*fair-shares",
    ):
        policies.policy_file(Path("shorter-run"))


# --- rules


def test_the_catalogue_is_every_rule_sorted_and_one_rule_is_found_by_its_id() -> None:
    assert [rule.id for rule in policies.rules()] == sorted(catalogue())
    assert [rule.title for rule in policies.rules("daily_rest")] == ["Rest between shifts"]


@pytest.mark.parametrize("name", ["dayly_rest", "rest between shift", "Daily_Rest"])
def test_an_unknown_rule_is_told_the_nearest_by_id_or_title(name: str) -> None:
    with pytest.raises(NotFound, match=r"Maybe daily_rest\?"):
        policies.rules(name)


@pytest.mark.parametrize("rule_id", sorted(catalogue()))
def test_the_sample_of_a_rule_is_its_default(rule_id: str) -> None:
    (rule,) = policies.rules(rule_id)
    assert same(Policy.from_tables(tomllib.loads(policies.sample(rule))), Policy.from_tables())

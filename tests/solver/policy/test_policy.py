"""A policy as data: tables over the default, every fault named, and back again."""

from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.errors import BadInput, Fault
from scheduler.storage.toml_file import read_tables
from solver.constraints import catalogue
from solver.policy.policy import Policy
from solver.rule.constraint import SIXTIETHS


def only_fault(*tables: dict[str, object]) -> Fault:
    with pytest.raises(BadInput) as caught:
        Policy.from_tables(*tables)
    (fault,) = caught.value.faults
    return fault


def test_the_default_policy_has_every_rule_of_the_catalogue() -> None:
    policy = Policy.from_tables()
    assert list(policy.rules) == sorted(catalogue())
    assert all(rule.id == rule_id for rule_id, rule in policy.rules.items())


@pytest.mark.parametrize(
    "rule_id",
    [
        "deployable",
        "one_place_at_a_time",
        "daily_rest",
        "weekly_rest",
        "average_week",
        "longest_week",
        "consecutive_days",
        "consecutive_nights",
        "rest_after_nights",
        "contract_hours",
        "release_limit",
        "supply_limit",
        "pinned",
        "night_average",
    ],
)
def test_rules_of_law_and_agreement_are_hard_by_default(rule_id: str) -> None:
    assert Policy.from_tables().rules[rule_id].hard


@pytest.mark.parametrize(
    ("rule_id", "weight"),
    [
        ("minimum_cover", 1),
        ("preferred_cover", 8),
        ("skill_mix", 60),
        ("pay", 1),
        ("agency_hours", 15),
        ("overtime_hours", 8),
        ("bank_hours", 3),
        ("unused_hours", 5),
        ("travel", 1),
        ("preference", 2),
        ("away_from_base", 1),
        ("single_days", 3),
        ("complete_weekend", 5),
        ("first_shift_with_someone_familiar", 10),
        ("stability", 25),
    ],
)
def test_default_prices_are_those_of_the_catalogues_page(rule_id: str, weight: float) -> None:
    assert Policy.from_tables().rules[rule_id].weight == weight


def test_default_parameters_are_those_of_the_catalogues_page() -> None:
    rules = {rule_id: rule.model_dump() for rule_id, rule in Policy.from_tables().rules.items()}
    assert rules["daily_rest"]["hours"] == 11
    assert (rules["weekly_rest"]["hours"], rules["weekly_rest"]["fortnight_hours"]) == (24, 48)
    assert (rules["average_week"]["hours"], rules["average_week"]["blocks"]) == (48, 17)
    assert (
        rules["night_average"]["hours"],
        rules["night_average"]["blocks"],
        rules["night_average"]["one_in"],
    ) == (8, 17, 3)
    assert rules["longest_week"]["hours"] == 60
    assert rules["consecutive_days"]["days"] == 6
    assert rules["consecutive_nights"]["nights"] == 4
    assert rules["rest_after_nights"]["hours"] == 46
    assert rules["contract_hours"]["hours"] == 12
    assert rules["minimum_cover"]["pounds_per_hour"] == (80, 140, 300, 800, 2000)
    assert (rules["travel"]["mileage_pence"], rules["travel"]["pence_per_minute"]) == (56, 10)
    assert (
        rules["away_from_base"]["other_site_pounds"],
        rules["away_from_base"]["other_host_pounds"],
    ) == (2, 6)
    assert rules["pay"]["on_cost_percent"] == {
        "contracted": 39,
        "extra": 39,
        "overtime": 15.5,
        "bank": 29,
        "agency": 0,
    }
    assert (
        rules["pay"]["overtime_factor"],
        rules["pay"]["holiday_overtime_factor"],
        rules["pay"]["full_time_hours"],
    ) == (1.5, 2, 37.5)


@pytest.mark.parametrize(
    ("rule_id", "weight", "price"),
    [
        ("unused_hours", 5, 500),  # pence an hour x minutes = sixtieths of a penny
        ("unused_hours", 0.125, 13),  # 12.5p, a half upwards to whole pence
        ("preference", 2, 200),  # sixtieths of a point
        ("pinned", 3, 300 * SIXTIETHS),  # shifts
        ("consecutive_days", 1.5, 150 * SIXTIETHS),
        ("pay", 2, 2),  # money already: a factor
        ("daily_rest", "hard", 0),
    ],
)
def test_a_price_is_in_sixtieths_of_a_penny_for_each_whole_quantity(
    rule_id: str, weight: object, price: int
) -> None:
    assert Policy.from_tables({rule_id: {"weight": weight}}).rules[rule_id].price() == price


def test_a_number_makes_a_hard_rule_soft_and_the_word_a_soft_one_hard() -> None:
    policy = Policy.from_tables({"daily_rest": {"weight": 4}, "minimum_cover": {"weight": "hard"}})
    assert not policy.rules["daily_rest"].hard
    assert policy.rules["minimum_cover"].hard


def test_off_switches_a_rule_off_and_a_later_table_on_again() -> None:
    assert "travel" not in Policy.from_tables({"travel": {"off": True}}).rules
    assert (
        "travel" in Policy.from_tables({"travel": {"off": True}}, {"travel": {"off": False}}).rules
    )


def test_later_tables_lie_over_earlier_ones_parameter_by_parameter() -> None:
    policy = Policy.from_tables(
        {"average_week": {"hours": 40, "blocks": 4}}, {"average_week": {"hours": 44}}
    )
    assert policy.rules["average_week"].model_dump() == {
        "weight": "hard",
        "override": False,
        "hours": 44,
        "blocks": 4,
    }


def test_an_unknown_rule_is_named_with_the_nearest() -> None:
    fault = only_fault({"dayly_rest": {"hours": 12}})
    assert fault.column == "dayly_rest"
    assert "nearest: daily_rest" in fault.expected


def test_an_unknown_parameter_is_named_with_the_nearest_and_all_there_are() -> None:
    fault = only_fault({"daily_rest": {"hour": 12}})
    assert fault.column == "daily_rest.hour"
    assert "nearest: hours" in fault.expected
    assert "weight" in fault.expected


@pytest.mark.parametrize(
    ("rule_id", "parameters", "column"),
    [
        ("daily_rest", {"hours": -1}, "daily_rest.hours"),
        ("daily_rest", {"hours": "eleven"}, "daily_rest.hours"),
        ("consecutive_days", {"days": 2.5}, "consecutive_days.days"),
        ("minimum_cover", {"pounds_per_hour": [1, 2, 3]}, "minimum_cover.pounds_per_hour"),
        ("unused_hours", {"weight": -1}, "unused_hours.weight"),
        ("unused_hours", {"weight": float("nan")}, "unused_hours.weight"),
        ("deployable", {"weight": 5}, "deployable.weight"),
        ("one_place_at_a_time", {"weight": 5}, "one_place_at_a_time.weight"),
        ("travel", {"weight": "hard"}, "travel.weight"),
        ("pay", {"weight": 0.5}, "pay.weight"),
        ("deployable", {"off": True}, "deployable.off"),
        ("maximum_cover", {"off": True}, "maximum_cover.off"),
        ("pay", {"on_cost_percent": {"extras": 1}}, "pay"),
        ("travel", {"off": "false"}, "travel.off"),
        ("travel", {"off": 1}, "travel.off"),
    ],
)
def test_a_value_without_meaning_is_a_fault_of_its_parameter(
    rule_id: str, parameters: dict[str, object], column: str
) -> None:
    with pytest.raises(BadInput) as caught:
        Policy.from_tables({rule_id: parameters})
    assert all(fault.column.startswith(column) for fault in caught.value.faults)


def test_what_is_not_a_table_is_a_fault() -> None:
    assert only_fault({"daily_rest": 12}).column == "daily_rest"


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        Policy.from_tables(
            {
                "dayly_rest": {},
                "daily_rest": {"hours": -1},
                "longest_week": {"hour": 3},
                "deployable": {"off": True},
            }
        )
    assert [fault.column for fault in caught.value.faults] == [
        "daily_rest.hours",
        "dayly_rest",
        "deployable.off",
        "longest_week.hour",
    ]


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {
            "travel": {"off": True},
            "daily_rest": {"weight": 3.5, "hours": 12},
            "minimum_cover": {"pounds_per_hour": [1, 2, 3, 4, 5.5]},
        },
        {
            "pay": {
                "public_holidays": [date(2026, 12, 25), date(2026, 12, 28)],
                "on_cost_percent": {"bank": 12.07},
            }
        },
        {"pay": {"off": True, "full_time_hours": 36}},
        {"temporary_limit": {"caps": [{"supply_ids": ["A", "B"], "hours": 12.5}]}},
    ],
)
def test_tables_of_a_policy_read_back_as_the_same_policy(
    tables: dict[str, dict[str, object]],
) -> None:
    policy = Policy.from_tables(tables)
    again = Policy.from_tables(policy.to_tables())
    assert again.rules == policy.rules
    assert again.pay == policy.pay
    assert again.to_tables() == policy.to_tables()


def test_a_policy_file_is_toml_over_the_default(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[daily_rest]\nweight = "hard"\nhours = 12\n\n[minimum_cover]\npounds_per_hour = [80, 140,'
        " 300, 800, 2000]\n[travel]\noff = true\n[pay]\npublic_holidays = [2026-12-25]\n",
        encoding="utf-8",
    )
    policy = Policy.from_tables(read_tables(path), source=path.name)
    assert policy.rules["daily_rest"].model_dump() == {
        "weight": "hard",
        "override": False,
        "hours": 12,
    }
    assert "travel" not in policy.rules
    assert policy.pay.terms().public_holidays == frozenset({date(2026, 12, 25)})


@pytest.mark.parametrize("content", [b"[daily_rest\n", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_bad_input(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput):
        read_tables(path)


def test_faults_of_a_file_name_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[dayly_rest]\nhours = 12\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.toml"):
        Policy.from_tables(read_tables(path), source=path.name)

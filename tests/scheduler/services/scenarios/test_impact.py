"""Who would notice a change, from two cases' figures."""

from copy import deepcopy
from typing import Any

import pytest

from scheduler.services.scenarios.impact import cash, effects, impact, losers, outcomes


def partner(**more: Any) -> dict[str, Any]:
    return {
        "required": 6000,
        "filled": 6000,
        "missing": 0,
        "lent": 0,
        "borrowed": 0,
        "unused": 0,
        "recharge_in": 0,
        "recharge_out": 0,
        "basic_pence": 0,
        "minutes_by_pay": {"agency": 0},
        "pence_by_pay": {"contracted": 1000, "agency": 5000},
        **more,
    }


BEFORE: dict[str, Any] = {
    "minutes": {"required": 12000, "filled": 11000, "missing": 1000},
    "required_by": {"place": {"PA": 6000, "PB": 6000}},
    "missing_by": {
        "priority": {"3": 550, "5": 450},
        "service": {"UCR": 1000},
        "place": {"PA": 0, "PB": 1000},
        "part": {"weekday": 550, "weekend night": 450},
    },
    "minutes_by_pay": {"agency": 600, "bank": 0},
    "pence_by_pay": {"contracted": 2000, "agency": 10000},
    "by_organisation": {"A": partner(), "B": partner(missing=1000)},
    "by_role": {"RN": {"night": 660, "weekend": 660, "lent": 0, "travel": 0, "wishes_missed": 1}},
    "staff": {
        "unused": 300,
        "travel": 0,
        "basic_pence": 88000,
        "wishes_asked": 4,
        "wishes_missed": 1,
    },
    "fairness_pence": 0,
}


def test_nothing_otherwise_is_noticed_by_nobody() -> None:
    assert effects(BEFORE, deepcopy(BEFORE)) == []
    assert impact(BEFORE, BEFORE)["losers"] == []


def test_what_moves_is_told_for_each_whom_it_is_about() -> None:
    after = deepcopy(BEFORE)
    after["missing_by"]["place"] = {"PA": 450, "PB": 550}
    after["missing_by"]["part"]["weekend night"] = 0
    after["by_organisation"]["A"] = partner(
        missing=450, recharge_in=900, pence_by_pay={"agency": 0}
    )
    after["by_organisation"]["B"] = partner(missing=550, recharge_out=900)
    after["by_role"]["RN"] |= {"lent": 450, "night": 650, "wishes_missed": 2}
    found = effects(BEFORE, after)
    told = {(one.of, one.key, one.measure): one.more for one in found}
    assert told == {
        ("place", "PA", "missing"): 450,
        ("place", "PB", "missing"): -450,
        ("part", "weekend night", "missing"): -450,
        ("organisation", "A", "missing"): 450,
        ("organisation", "A", "cash"): -6900,
        ("organisation", "B", "missing"): -450,
        ("role", "RN", "lent"): 450,
        ("role", "RN", "wishes_missed"): 1,
        # ten minutes of night less, and nine pounds more, are too little
    }
    assert cash(after["by_organisation"]["B"]) == 6900
    assert {(one.of, one.key) for one in losers(found)} == {
        ("place", "PA"),
        ("organisation", "A"),
        ("role", "RN"),
    }
    assert [one.worse for one in found] == sorted((one.worse for one in found), reverse=True)
    document = impact(BEFORE, after)
    assert [document["effects"][number]["worse"] for number in document["losers"]] == [True] * 4


def test_somebody_whom_only_one_case_has() -> None:
    after = deepcopy(BEFORE)
    after["by_role"]["HCA"] = {
        "night": 0,
        "weekend": 60,
        "lent": 0,
        "travel": 0,
        "wishes_missed": 0,
    }
    after["missing_by"]["service"]["NEW"] = 60
    told = {(one.of, one.key): one.more for one in effects(BEFORE, after)}
    assert told == {("role", "HCA"): 60, ("service", "NEW"): 60}


def test_six_outcomes_with_the_figures_that_there_are() -> None:
    after = deepcopy(BEFORE)
    after["missing_by"]["priority"]["5"] = 0
    after["missing_by"]["place"] = {"PA": 0, "PB": 550}
    after["staff"]["wishes_missed"] = 0
    found = outcomes(BEFORE, after)
    assert len(found) == 6
    assert all(one.cannot for one in found)
    assert [len(one.figures) for one in found][3] == 0, "no figure speaks of a unified voice"
    figures = {figure.title: figure for one in found for figure in one.figures}
    urgent = figures["Hours left empty at the two highest priorities"]
    assert (urgent.before, urgent.after, urgent.more_is_better) == (450, 0, False)
    worst = figures["Cover of the worst covered place"]
    assert (worst.before, worst.after) == (1 - 1000 / 6000, 1 - 550 / 6000)
    assert figures["Apart: the best and the worst covered place"].before == pytest.approx(1 / 6)
    assert (figures["Wishes met"].before, figures["Wishes met"].after) == (0.75, 1)
    assert figures["Agency as a share of all pay"].before == 10000 / (12000 + 88000)


def test_a_share_of_nothing_is_none() -> None:
    nobody = deepcopy(BEFORE)
    nobody["staff"]["wishes_asked"] = nobody["staff"]["wishes_missed"] = 0
    nobody["required_by"]["place"] = {}
    figures = {one.title: one for row in outcomes(nobody, nobody) for one in row.figures}
    assert figures["Wishes met"].before is None
    assert figures["Cover of the worst covered place"].before is None

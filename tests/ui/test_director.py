"""The Director page on a small database."""

from typing import Any

from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.ui.conftest import opened, said
from ui.components.worth import places


def case(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "description": f"{name} described",
        "file": "",
        "status": "feasible",
        "notes": [],
        "roster_id": f"R-{name}",
        "seconds": 1.0,
        "objective_pence": 50_000,
        "bound_pence": 40_000,
        "gap": 0.2,
        "hours": {"required": 100.0, "filled": 90.0, "missing": 10.0},
        "hours_by_pay": {
            "contracted": 80.0,
            "extra": 0.0,
            "overtime": 5.0,
            "bank": 3.0,
            "agency": 2.0,
        },
        "cost_pence_by_pay": {
            "contracted": 1000,
            "extra": 0,
            "overtime": 9000,
            "bank": 5000,
            "agency": 6000,
        },
        "lent": [],
        "missing_by_priority": {"1": 0.0, "3": 10.0},
        "missing_by_place": {"PA": 10.0, "PB": 0.0},
        "lent_hours": 4.0,
        **more,
    }


def change(low: int, high: int, verdict: str, **more: Any) -> dict[str, Any]:
    return {
        "objective_pence": {
            "low": low,
            "high": high,
            "verdict": verdict,
            "different_prices": False,
            **more,
        }
    }


def test_without_a_comparison_it_says_what_to_do(repository: Repository) -> None:
    app = opened("director")
    assert "No comparison is stored yet" in said(app)
    assert app.button(key="compare").disabled, "nothing to compare with yet"


def test_scenarios_stand_side_by_side_and_what_cannot_be_told_apart_is_called_so(
    repository: Repository,
) -> None:
    repository.save_comparison(
        {
            "collaborative_id": "COL",
            "period": {"start": MONDAY.isoformat(), "days": 7},
            "reading": "Read with care.",
            "base": case("As it is"),
            "scenarios": [
                case("Alone", change=change(2_000, 30_000, "worse")),
                case(
                    "Agency",
                    change=change(
                        -3_000,
                        9_000,
                        "not distinguishable",
                        different_prices=True,
                        would_settle={"sentence": "Ten minutes would tell."},
                    ),
                ),
                {
                    "name": "Odd",
                    "description": "",
                    "file": "",
                    "status": "clash",
                    "notes": [],
                    "facts": [{"kind": "pin", "ids": [], "sentence": "ANN is pinned."}],
                },
            ],
        }
    )
    app = opened("director")
    text = said(app)
    assert (
        "**Alone**: **Worse** for certain: the best possible objective changes by between +£20 and"
        " +£300." in text
    )
    assert "**Agency**: **Not distinguishable**" in text
    assert "between −£30 and +£90" in text
    assert "Ten minutes would tell." in text
    assert "priced differently" in text
    assert "**Odd**: no roster can keep all hard rules" in text
    assert "ANN is pinned." in text
    assert "Notional" in text
    assert list(app.dataframe[0].value.columns) == ["Figure", "As it is", "Alone", "Agency"]


def test_barriers_are_ranked_in_sentences_with_their_intervals(repository: Repository) -> None:
    def lift(name: str, **more: Any) -> dict[str, Any]:
        return {
            "ids": [name],
            "name": name,
            "steps": 1,
            "lifted_by": ["A"],
            "people": 3,
            "at_most_pence": 90_000,
            "at_most_certain": True,
            "status": "not_solved",
            **more,
        }

    worth_it = lift(
        "passports",
        status="optimal",
        hours_filled=7.5,
        agency_hours_avoided=15.0,
        bank_hours_avoided=0.0,
        cash_pence_saved=45_000,
        gain_pence={"low": 20_000, "high": 30_000, "found": 25_000, "verdict": "worth it"},
    )
    unclear = lift(
        "consent",
        lifted_by=[""],
        hours_filled=0.0,
        agency_hours_avoided=-7.5,
        bank_hours_avoided=0.0,
        cash_pence_saved=0,
        gain_pence={
            "low": -500,
            "high": 4_000,
            "found": 0,
            "verdict": "not distinguishable",
            "would_settle": {"sentence": "An hour would tell."},
        },
    )
    repository.save_comparison(
        {
            "kind": "value",
            "collaborative_id": "COL",
            "period": {"start": MONDAY.isoformat(), "days": 7},
            "reading": "Read with care.",
            "candidates": 3,
            "base": case("As it is"),
            "lifts": [worth_it, unclear, lift("a longer journey")],
            "bundle": {**worth_it, "size": 2, "parts": ["passports", "consent"]},
        }
    )
    app = opened("director", link={"view": "Barriers"})
    text = said(app)
    assert "3 barriers that somebody could lift, 2 solved for." in text
    assert (
        "- **Passports**: 7.5 h more filled, 15.0 agency h less, £450 of cash saved; gain in the"
        " objective £200 to £300: worth it." in text
    )
    assert "Trust A can lift it." in text
    assert (
        "- **Consent**: 7.5 agency h more; gain in the objective −£5 to £40: not distinguishable."
        in text
    )
    assert "the people themselves can lift it. An hour would tell." in text
    assert "**passports; consent**" in text
    assert list(app.dataframe[0].value.columns) == ["Barrier", "At most", "People"]


def test_places_are_told_only_as_far_as_the_intervals_tell() -> None:
    def entry(low: int, high: int) -> dict[str, Any]:
        return {"gain_pence": {"low": low, "high": high}}

    apart, close = entry(900, 1_000), [entry(300, 500), entry(400, 600)]
    assert places([apart, *close, entry(10, 20)]) == [
        "1st: ",
        "2nd to 3rd: ",
        "2nd to 3rd: ",
        "4th: ",
    ]
    assert places([apart]) == [""]
    assert places([entry(1, 9)] * 12)[0] == "1st to 12th: "

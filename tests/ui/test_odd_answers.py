"""Stored answers that are old or odd, on the page *Director*."""

from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.ui.conftest import opened, said
from tests.ui.test_director import case, change


def test_people_and_work_that_a_scenario_leaves_out_stand_by_name(repository: Repository) -> None:
    person = next(vars(one) for one in repository.facts("staff"))
    work = next(vars(one) for one in repository.facts("demand"))
    pinned = f"Pin: {person['id']} does {work['id']} (Mon 11 Jan 07:00)."
    repository.save_comparison(
        {
            "collaborative_id": "COL",
            "period": {"start": MONDAY.isoformat(), "days": 7},
            "reading": "Read with care.",
            "base": case("As it is"),
            "scenarios": [
                case(
                    "<b>*Fewer*</b> #1 :red[x]",
                    notes=[
                        f"Pin of {person['id']} to {work['id']} is left out: the scenario does not"
                        " allow it."
                    ],
                    change=change(2_000, 30_000, "worse"),
                ),
                {
                    "name": "Clashing",
                    "description": "",
                    "file": "",
                    "status": "clash",
                    "notes": [],
                    "facts": [
                        {"kind": "pin", "ids": [person["id"], work["id"]], "sentence": pinned},
                        {
                            "kind": "rule",
                            "ids": ["daily_rest"],
                            "sentence": "Rule “Rest between shifts” (daily_rest) is hard.",
                        },
                    ],
                },
                {
                    "name": "Stopped",
                    "description": "",
                    "file": "",
                    "status": "not_solved",
                    "notes": ["Stopped before it was its turn."],
                },
            ],
        }
    )
    app = opened("director")
    assert not app.exception
    text = said(app)
    assert text.count(str(person["name"])) == 2
    assert str(work["id"]) not in text
    assert "daily_rest" not in text
    assert "**Stopped**: it was not solved. Stopped before it was its turn." in text
    assert "not_solved" not in text
    assert "<b>" not in text.replace("\\<b>", "")

"""Who clicks before the browser has heard the last address is not thrown back by it; a link still
leads where it says.
"""

from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.ui.conftest import opened
from tests.ui.test_director import case, change


def two_comparisons(repository: Repository) -> list[str]:
    return [
        repository.save_comparison(
            {
                "collaborative_id": "COL",
                "period": {"start": MONDAY.isoformat(), "days": 7},
                "reading": "Read with care.",
                "base": case("As it is"),
                "scenarios": [case(name, change=change(2_000, 30_000, "worse"))],
            }
        )
        for name in ("One", "Other")
    ]


def test_a_click_counts_whatever_address_the_browser_still_has(repository: Repository) -> None:
    ids = two_comparisons(repository)
    app = opened("director", link={"comparison": ids[0]})
    box = app.selectbox(key="choose_comparison")
    assert box.value.id == ids[0]
    other = next(n for n, label in enumerate(box.options) if label != box.options[box.index])
    box.select_index(other)
    app.query_params["comparison"] = "of before"  # what the hurried browser sends along
    app.run()
    assert app.selectbox(key="choose_comparison").value.id == ids[1]
    assert app.query_params["comparison"] in (ids[1], [ids[1]])


def test_a_link_leads_where_it_says(repository: Repository) -> None:
    ids = two_comparisons(repository)
    app = opened("director", link={"comparison": ids[0]})
    app.query_params["comparison"] = ids[1]
    app.run()
    assert app.selectbox(key="choose_comparison").value.id == ids[1]

"""The notebook in docs runs from top to bottom, and says what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """Everything that the cells leave behind, each search with less time than a reader would give
    it.
    """
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    found: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for cell in cells:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"]).replace("SECONDS = 30", "SECONDS = 8")
                exec(compile(source, str(NOTEBOOK), "exec"), found)
    return found


def test_the_roster_is_found_with_its_bound(names: dict[str, Any]) -> None:
    week, frames = names["week"], names["frames"]
    assert week.bound_pence <= week.objective_pence
    assert week.clash == ()
    assert frames.needs["missing"].sum() == names["empty"]["missing"].sum() > 0
    assert set(frames.shifts["demand_id"]) <= set(frames.needs["demand_id"])


def test_the_answers_are_of_that_roster(names: dict[str, Any]) -> None:
    assert names["place"].missing == names["empty"].iloc[0]["missing"]
    assert names["answer"].staff_id == names["shift"]["staff_id"]


def test_the_scenario_lies_between_two_bounds(names: dict[str, Any]) -> None:
    [case] = names["comparison"].cases
    assert case.low_pence <= case.high_pence
    assert case.verdict


def test_nothing_is_left_in_it_that_was_run() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert all(
        not cell["outputs"] and cell["execution_count"] is None
        for cell in cells
        if cell["cell_type"] == "code"
    )

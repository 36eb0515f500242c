"""Whatever stands in a page's address: the page opens, and says what it could not use."""

import pytest

from scheduler.storage.repository import Repository
from tests.ui.conftest import opened, said

TEXTS = [
    "0001-01-01",
    "9999-12-31",
    "1900-01-01",
    "2199-12-31",
    "inf",
    "nan",
    "1e308",
    "9" * 400,
    "-1",
    "x" * 5_000,
    "\x1b[2J\x00",
    "²",
]
PARAMETERS = {
    "": (
        "collaborative",
        "week",
        "roster",
        "seconds",
        "weeks",
        "view",
        "coverage",
        "show",
        "find",
        "organisation",
        "short",
    ),
    "my_shifts": ("person", "staff", "week"),
    "renewals": ("collaborative", "week", "weeks"),
    "director": ("collaborative", "comparison"),
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:12]))
@pytest.mark.parametrize("where", PARAMETERS)
def test_a_page_opens_whatever_its_address_asks_for(
    repository: Repository, where: str, text: str
) -> None:
    for asked in (
        PARAMETERS[where],
        [name for name in PARAMETERS[where] if name not in ("collaborative", "week", "roster")],
    ):
        opened(where, dict.fromkeys(asked, text))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("where", ["", "my_shifts", "renewals"])
def test_a_week_out_of_reach_is_told(repository: Repository, where: str, day: str) -> None:
    assert "too far" in said(
        opened(where, {"week": day, "person": "ANN"} if where == "my_shifts" else {"week": day})
    )

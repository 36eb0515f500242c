"""docs/method.md repeats no figure that was not measured, and no limit that is another by now."""

import re

import pytest

from scheduler.cli.commands_page import described
from scheduler.services.outlook.expiries import MOST_WEEKS
from scheduler.services.scenarios.frontier import MOST_POINTS
from scheduler.services.scenarios.partners import MOST_PARTNERS
from scheduler.services.scenarios.waterfall import MOST_LEVERS
from scheduler.storage.stored_jobs import MOST_ATTEMPTS
from tests.site.pages import ROOT

PAGE = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
MEASURED = "".join(
    (ROOT / name).read_text(encoding="utf-8") for name in ("data/benchmarks/README.md", "README.md")
)


def most(start: str) -> str:
    """What the table of limits says is the most of this."""
    table = PAGE.partition("### What is refused")[2]
    (row,) = (line for line in table.splitlines() if line.startswith(f"| {start}"))
    return row.split("|")[2].strip()


def most_of_option(command: str, option: str) -> str:
    (one,) = (one for one in described() if one.words == (command,))
    (parameter,) = (each for each in one.options if option in each.typed)
    return parameter.meaning.rsplit(" to ", 1)[1].rstrip(".")


@pytest.mark.parametrize("pattern", [r"\d[\d.]* %", r"£[\d,]{5,}", r"\d[\d.]* GiB"])
def test_every_figure_was_measured(pattern: str) -> None:
    figures = set(re.findall(pattern, PAGE)) - {"25 %"}  # where the pages call a proof weak
    assert figures
    assert sorted(figure for figure in figures if figure not in MEASURED) == []


def test_limits_are_those_of_the_code() -> None:
    assert most("days of a roster") == most_of_option("solve", "--days")
    assert most("weeks of a comparison") == most_of_option("compare", "--weeks")
    assert most("barriers in a bundle") == most_of_option("value", "--bundle")
    assert most("points of a frontier") == str(MOST_POINTS)
    assert most("pooling and other changes").startswith(f"{MOST_LEVERS} together")
    assert most("[partners]") == f"2 to {MOST_PARTNERS}"
    assert most("weeks ahead of") == str(MOST_WEEKS)
    assert most("times that a lost job") == str(MOST_ATTEMPTS)

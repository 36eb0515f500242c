"""What the headings of the board say of a day."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

from ui.components.roster_board.rows import columns


def days_from(first: date, number: int) -> Any:
    """As much of a roster's tables as its columns need."""
    return cast(Any, SimpleNamespace(days=[first + timedelta(day) for day in range(number)]))


def test_weekends_and_further_weeks_are_of_their_kind() -> None:
    found = columns(days_from(date(2027, 1, 11), 14))
    assert [one.kinds for one in found[:7]] == ["", "", "", "", "", "weekend", "weekend"]
    assert found[7].kinds == "begins", "another week"
    assert {one.sub for one in found} == {""}


def test_a_public_holiday_says_so_in_words() -> None:
    good_friday, saturday, sunday, monday = columns(days_from(date(2027, 3, 26), 4))
    assert (good_friday.sub, good_friday.kinds) == ("public holiday", "holiday")
    assert (saturday.sub, saturday.kinds) == ("", "weekend")
    assert (sunday.sub, sunday.kinds) == ("", "weekend")
    assert (monday.sub, monday.kinds) == ("public holiday", "holiday begins")

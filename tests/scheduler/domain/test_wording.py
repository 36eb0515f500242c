"""Plurals, and what somebody meant by a name that is not there."""

import pytest

from scheduler.domain.wording import counted, either, has_words, maybe, nearest, no_collaborative

STAFF = [f"MSE-S{number:05}" for number in range(1, 600)]


def test_counts_have_their_plural() -> None:
    assert [counted(number, "shift") for number in (0, 1, 2, 1234)] == [
        "0 shifts",
        "1 shift",
        "2 shifts",
        "1,234 shifts",
    ]
    assert [counted(number, "person", "people") for number in (1, 2)] == ["1 person", "2 people"]


def test_names_to_choose_from() -> None:
    assert [either(["A", "B", "C"][:length]) for length in range(4)] == [
        "",
        "A",
        "A or B",
        "A, B or C",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (
            "MSE-S0011",
            ["MSE-S00011", "MSE-S00111"],
        ),  # a doubled figure was typed once too few; any other figure is less likely
        ("MSE-S000115", ["MSE-S00015", "MSE-S00115"]),
        ("MSE-S0O115", ["MSE-S00115"]),
        ("mse-s00115", ["MSE-S00115"]),
        ("MSES00115", ["MSE-S00115"]),
        ("MSE_S00115", ["MSE-S00115"]),
        ("MES-S00115", ["MSE-S00115"]),
        ("XQZ", []),
    ],
)
def test_the_nearest_name_by_edits(typed: str, meant: list[str]) -> None:
    assert nearest(typed, STAFF) == meant


def test_the_case_of_letters_is_the_same() -> None:
    assert maybe("msecc", ["MSECC", "NEECC"]) == "Maybe MSECC?"


def test_no_more_than_three_that_tie_in_their_order() -> None:
    assert maybe("S1", ["S9", "S7", "S5", "S3"], cutoff=0.5) == "Maybe S3, S5 or S7?"


def test_what_is_said_where_nothing_is_near() -> None:
    assert maybe("zzz", ["MSECC"], "There is MSECC.") == "There is MSECC."


def test_a_collaborative_that_is_not_there_names_those_that_are_and_the_one_that_is_meant() -> None:
    assert (
        no_collaborative("msecc", ["MSECC", "NEECC"])
        == "No collaborative 'msecc': there is MSECC, NEECC. Maybe MSECC?"
    )
    assert no_collaborative("x", ["MSECC"]) == "No collaborative 'x': there is MSECC."
    assert (
        no_collaborative("x", [])
        == "No collaborative 'x': there is none yet; import a dataset first."
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("nurse 115", True),
        ("0115 NURSE", True),
        ("synthetic  nurse", True),
        ("Nurse, Synthetic", True),
        ("nurse 0015", False),
        ("nurse anna", False),
        ("", True),
    ],
)
def test_words_are_found_in_any_order_and_case(wanted: str, found: bool) -> None:
    assert has_words("Synthetic Nurse 0115 MSE-S00115", wanted) == found

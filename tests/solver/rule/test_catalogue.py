"""What every rule of the catalogue owes its readers: a title, a meaning, a source, units; and how
that is put into words.
"""

from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import BaseModel, Field

from solver.constraints import catalogue
from solver.policy.describe import Parameter, describe, plain, weight_in_words
from solver.rule.constraint import Constraint, Links, Unit

EVERY_RULE = sorted(catalogue())
ASKED_AS = {
    "cover": (
        "minimum_cover",
        "over_cover",
        "place_equity",
        "preferred_cover",
        "skill_mix",
    ),
    "pay": (
        "agency_hours",
        "bank_hours",
        "overtime_hours",
        "pay",
        "unused_hours",
    ),
    "travel": ("travel",),
    "base": (
        "away_from_base",
        "first_shift_with_someone_familiar",
        "partner_balance",
    ),
    "wishes": (
        "base_pattern",
        "complete_weekend",
        "preference",
        "single_days",
    ),
    "fairness": (
        "fair_moves",
        "fair_nights",
        "fair_weekends",
    ),
}
"""What people ask about -> rules whose price is counted in that part of an answer."""
PART_OF = {rule_id: part for part, rule_ids in ASKED_AS.items() for rule_id in rule_ids}


@pytest.mark.parametrize("rule_id", EVERY_RULE)
def test_every_rule_says_what_it_is_what_it_means_and_where_it_comes_from(rule_id: str) -> None:
    rule_class = catalogue()[rule_id]
    assert rule_class.title.strip(), "give the class a `title`"
    assert (rule_class.__doc__ or "").strip(), "state the rule in the class's docstring"
    assert rule_class.source.strip(), (
        "give the class a `source`: a law, an agreement, a paper, whoever decides; or why it needs"
        " none"
    )


@pytest.mark.parametrize("rule_id", EVERY_RULE)
def test_every_parameter_is_described_and_every_quantity_has_its_unit(rule_id: str) -> None:
    for parameter in describe(catalogue()[rule_id]).parameters:
        for path, part in parameter.flat():
            assert part.meaning, f"{path}: give the field a description"
            assert part.unit or not part.numeric, (
                f"{path}: end the description with its unit in brackets, such as [h]"
            )


@pytest.mark.parametrize("rule_id", EVERY_RULE)
def test_a_rules_default_is_one_of_the_ways_that_it_may_be(rule_id: str) -> None:
    rule = describe(catalogue()[rule_id])
    assert rule.may_be_hard if rule.weight == "hard" else rule.may_be_soft


@pytest.mark.parametrize("rule_id", sorted(PART_OF))
def test_who_asks_about_a_thing_hears_the_price_of_its_rules(rule_id: str) -> None:
    assert catalogue()[rule_id].asked_as == PART_OF[rule_id]


class _Part(BaseModel):
    ids: tuple[str, ...] = Field(description="some ids")
    share: float = Field(0.5, gt=0, lt=1, description="of them [share]")


class _Example(Constraint):
    """The first sentence of the rule,
    on two lines.

    A remark.
    """

    id: ClassVar[str] = "example"
    title: ClassVar[str] = "Example"
    source: ClassVar[str] = "this test"
    unit: ClassVar[Unit] = Unit.SHIFTS
    links: ClassVar[Links] = Links.TEAM
    may_be_off: ClassVar[bool] = False

    weight: Literal["hard"] | float = 2.5
    days: int = Field(6, ge=1, le=31, description="most dates [days]")
    least: float = Field(0, ge=0, description="a limit on one side [h]")
    prices: tuple[float, float] = Field((1, 2.5), description="two prices [£ per h]")
    each: tuple[Annotated[int, Field(ge=0, le=9)], ...] = Field((), description="many [shifts]")
    words: Literal["a", "b"] = Field("a", description="a choice")
    flag: bool = Field(False, description="whether")
    maybe: float | None = Field(None, ge=0, description="perhaps [h]")
    part: _Part = Field(_Part(ids=("X",), share=0.25), description="a part")
    parts: tuple[_Part, ...] = Field((), description="parts")


def example(path: str) -> Parameter:
    return {
        name: part for parameter in describe(_Example).parameters for name, part in parameter.flat()
    }[path]


def test_a_description_has_what_the_class_says() -> None:
    rule = describe(_Example)
    assert (rule.meaning, rule.remarks) == (
        "The first sentence of the rule, on two lines.",
        "A remark.",
    )
    assert (rule.scope, rule.unit, rule.weight, rule.default, rule.price_unit) == (
        "links people",
        "shifts",
        2.5,
        "priced at £2.5 per shift",
        "£ per shift",
    )
    assert rule.may_be == "hard or priced"
    assert "weight" not in [parameter.name for parameter in rule.parameters]


@pytest.mark.parametrize(
    ("path", "kind", "unit", "numeric"),
    [
        ("days", "whole number from 1 to 31", "days", True),
        ("least", "number of at least 0", "h", True),
        ("prices", "list of 2 numbers", "£ per h", True),
        ("each", "list of whole numbers, each from 0 to 9", "shifts", True),
        ("words", 'one of "a", "b"', "", False),
        ("flag", "true or false", "", False),
        ("maybe", "number of at least 0 or none", "h", True),
        ("part", "table", "", False),
        ("part.share", "number above 0 and below 1", "share", True),
        ("parts", "list of tables", "", False),
        ("parts.ids", "list of texts", "", False),
    ],
)
def test_a_parameter_says_its_type_range_and_unit(
    path: str, kind: str, unit: str, numeric: bool
) -> None:
    found = example(path)
    assert (found.kind, found.unit, found.numeric) == (kind, unit, numeric)


def test_a_parameter_says_its_default_and_whether_it_is_needed() -> None:
    assert (example("days").default, example("maybe").default) == (6, None)
    # the rule's own default goes before that of the part's class
    assert example("part.share").default == 0.25
    assert example("parts.share").default == 0.5
    assert [path for path in ("days", "part.ids", "parts.ids") if example(path).needed] == [
        "parts.ids"
    ]
    assert example("days").bounds == {"least": 1, "most": 31}
    assert (
        example("days").expected
        == "a whole number from 1 to 31 [days] (most dates); the default is 6"
    )


@pytest.mark.parametrize(
    ("rule_id", "weight", "words"),
    [
        ("daily_rest", "hard", "hard"),
        ("agency_hours", 15.0, "priced at £15 per hour"),
        ("preference", 2.5, "priced at £2.5 per point"),
        ("consecutive_days", 3, "priced at £3 per day"),
        ("pay", 1, "priced as it comes"),
        ("pay", 2, "priced at 2 times what it comes to"),
    ],
)
def test_a_weight_in_words(rule_id: str, weight: Literal["hard"] | float, words: str) -> None:
    assert weight_in_words(catalogue()[rule_id], weight) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (11.0, "11"),
        (15.5, "15.5"),
        (True, "true"),
        ((80.0, 0.5), "[80, 0.5]"),
        (float("nan"), "nan"),
        ("x", "x"),
    ],
)
def test_values_are_plain(value: object, text: str) -> None:
    assert plain(value) == text

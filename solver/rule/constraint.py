"""What a rule is: parameters, a price or "hard", one encoding for the solver and one independent
check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, field_validator

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import rounded
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import Sentence

if TYPE_CHECKING:
    from solver.rule.encoder import Encoder

SIXTIETHS = 60
"""The objective counts sixtieths of a penny, so that pence per hour times minutes is whole."""


class Unit(Enum):
    """What a rule's amount is counted in, and how many whole quantities make one."""

    HOURS = ("h", 60)
    PENCE = ("pence", 60)
    POINTS = ("points", 60)
    SHIFTS = ("shifts", 1)
    DAYS = ("days", 1)

    @property
    def symbol(self) -> str:
        return self.value[0]

    @property
    def per_one(self) -> int:
        return self.value[1]


class Scope(Enum):
    """Whether a rule concerns one person's shifts alone, or links people."""

    PERSONAL = "personal"
    LINKING = "linking"


@dataclass(frozen=True)
class Violation:
    """A rule not kept, or for a soft rule what is paid for: how much, about whom, in a sentence.

    `quantity` is whole: sixtieths of an hour, a penny or a point; else shifts or days.
    """

    rule: str
    about: tuple[str, ...]
    quantity: int
    sentence: Sentence


class Constraint(BaseModel):
    """One rule of the catalogue. Fields are its parameters; `weight` is "hard" or the price of one
    unit of its amount.

    The price is in pounds, or for amounts in pence a factor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    id: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str] = ""
    unit: ClassVar[Unit]
    scope: ClassVar[Scope]
    may_be_soft: ClassVar[bool] = True
    may_be_hard: ClassVar[bool] = True
    may_be_off: ClassVar[bool] = True

    weight: Literal["hard"] | float

    @field_validator("weight")
    @classmethod
    def weight_has_meaning(cls, weight: Literal["hard"] | float) -> Literal["hard"] | float:
        if weight == "hard" and not cls.may_be_hard:
            raise ValueError("a price: this rule cannot be hard")
        if weight != "hard" and not cls.may_be_soft:
            raise ValueError('"hard": this rule cannot be soft')
        if weight != "hard" and not 0 <= weight <= 100_000:
            raise ValueError("a price from 0 to 100,000")
        if weight != "hard" and cls.unit is Unit.PENCE and weight != int(weight):
            raise ValueError("a whole factor: the amount is money already")
        return weight

    @property
    def hard(self) -> bool:
        return self.weight == "hard"

    def price(self) -> int:
        """Sixtieths of a penny for one whole quantity; 0 for a hard rule. Prices are rounded to
        whole pence.
        """
        if self.weight == "hard":
            return 0
        if self.unit is Unit.PENCE:
            return int(self.weight)
        return rounded(self.weight, 100) * SIXTIETHS // self.unit.per_one

    def applies(self, problem: Problem) -> bool:
        """Whether the rule can say anything about this problem."""
        return True

    def encode(self, m: "Encoder") -> None:
        """State the rule over the variables that exist."""
        raise NotImplementedError

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        """State the rule again, on the finished roster, in plain time: every violation."""
        raise NotImplementedError

    def violation(self, about: tuple[str, ...], quantity: int, sentence: Sentence) -> Violation:
        return Violation(self.id, about, quantity, sentence)

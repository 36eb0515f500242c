"""What a rule is: parameters, a price or "hard", one encoding for the solver and one independent
check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
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
        """How it is written behind an amount."""
        return self.value[0]

    @property
    def per_one(self) -> int:
        """How many whole quantities make one."""
        return self.value[1]


class Links(Enum):
    """What a rule weighs together: so much of a roster it has to be asked about again when a few
    shifts change. Whoever says nothing is asked about everything.
    """

    PERSON = "person"
    """One person's shifts alone, and each call of temporary supply by itself."""
    GROUP = "group"
    """One person's shifts of a kind, the rule's `burden`, beside the share of them that falls to
    the person among a group (solver.rule.fair_share): a part of what demand requires. The burden of
    such a rule is a matter of the duty, the same through every contract of a group.
    """
    TEAM = "team"
    """Those on duty together: the same service, site, date and shift type."""
    SITE = "site"
    """Those at the same site at any time, with all of their shifts wherever they are."""
    COVER = "cover"
    """How many people the duties have, wherever they are and whoever it is."""
    LENDING = "lending"
    """Those who work for another host than their employer."""
    SUPPLY = "supply"
    """Calls of temporary supply."""
    ROSTER = "roster"
    """Anybody's shifts with anybody's."""
    ALL = "all"
    """As ROSTER, and whatever anybody else could do."""

    @property
    def one_person(self) -> bool:
        """Whether everything that the rule finds is a matter of one person's shifts."""
        return self in (Links.PERSON, Links.GROUP)


AskedAs = Literal["cover", "pay", "travel", "base", "wishes", "fairness", "other"]
"""What people ask about when they ask what a roster costs."""


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
    links: ClassVar[Links] = Links.ALL
    by_hours: ClassVar[bool] = False
    """Of a rule on one person's shifts: whether it looks at nothing of a shift but its date, type
    and contract, so that shifts alike in these are the same to it, wherever they are.
    """
    asked_as: ClassVar[AskedAs] = "other"
    """The part of an answer in which the rule's price is counted."""
    may_be_soft: ClassVar[bool] = True
    may_be_hard: ClassVar[bool] = True
    may_be_off: ClassVar[bool] = True

    weight: Literal["hard"] | float
    override: bool = Field(
        False,
        description="where it is hard, an approver may break it by hand and say why",
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        shares_out = cls.burden is not Constraint.burden
        if cls.links is Links.GROUP and not shares_out:
            raise TypeError(f"{cls.__name__} shares out a burden and has to say which: burden")
        if cls.links in (Links.PERSON, Links.TEAM) and shares_out:
            raise TypeError(f"{cls.__name__} links no group among which a burden could be shared")

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

    @field_validator("override")
    @classmethod
    def nobody_overrides_what_always_holds(cls, override: bool) -> bool:
        if override and not cls.may_be_off:
            raise ValueError("false: this rule always holds")
        return override

    @property
    def hard(self) -> bool:
        """Whether it has to be kept, whatever that costs."""
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

    def burden(self, contract: Contract, duty: Duty) -> bool:
        """Whether a shift worked through a contract is of a kind of which whoever could take one
        has a share. Of most rules none is.
        """
        return False

    @property
    def shares_out(self) -> bool:
        """Whether the rule says which burden it shares out."""
        return type(self).burden is not Constraint.burden

    @property
    def asks_who_could(self) -> bool:
        """Whether what the rule finds may depend on who else could do something, and not only on
        who does.
        """
        return self.shares_out or self.links is Links.ALL

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
        """That this rule is not kept; the arguments are those of a `Violation`."""
        return Violation(self.id, about, quantity, sentence)

"""What a rule may ask about the variables, and what it may state about them. No solver here.

A rule speaks of literals without knowing what they are. Whether a statement is hard, priced or to
be explained is decided by the implementation alone (solver.model.cpsat), from the rule's weight.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduler.domain.clock import Hours, OnDuty
from scheduler.domain.duty import Duty
from scheduler.domain.facts import Contract, TemporarySupply
from scheduler.domain.problem import Employment, Person, Problem

Variable = Any
"""A 0/1 or whole-number variable of the solver, opaque to rules."""
Term = tuple[int, Variable]
"""(coefficient, variable)"""
Interval = tuple[int, int, Variable | None]
"""(start, end, literal): None where it is known beforehand."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A deployable pair: this contract may fill this demand."""

    index: int
    person: Person
    employment: Employment
    duty: Duty
    literal: Variable

    @property
    def contract(self) -> Contract:
        """Under which the shift would be worked and paid."""
        return self.employment.on(self.duty.date)


@dataclass(frozen=True, eq=False)
class Slot(OnDuty):
    """Hours that somebody may work: all pairs of a person (or of one contract) with the same hours,
    of which one can hold.
    """

    hours: Hours
    literal: Variable


@dataclass(frozen=True, eq=False)
class PayCase:
    """A contract's slot together with how many paid minutes of its settlement (a week, or several)
    come before it.

    `before` stands for every number of minutes that leads to the same pay.
    """

    slot: Slot
    before: int
    literal: Variable


@dataclass(frozen=True, eq=False)
class Called:
    """How many places of a duty a temporary supply fills."""

    supply: TemporarySupply
    duty: Duty
    most: int
    count: Variable


class Encoder(ABC):
    """The variables of one problem, and the statements that rules make about them."""

    problem: Problem

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who may fill some of the demand."""
        return self.problem.people

    # --- what there is ----------------------------------------------------------------------------

    @abstractmethod
    def pairs_of(self, person: Person) -> Sequence[Pair]:
        """The person's deployable pairs."""

    @abstractmethod
    def pairs_for(self, duty: Duty) -> Sequence[Pair]:
        """The pairs that can fill a duty."""

    @abstractmethod
    def called_for(self, duty: Duty) -> Sequence[Called]:
        """The temporary supplies that can fill a duty."""

    @abstractmethod
    def slots_of(self, person: Person) -> Sequence[Slot]:
        """The person's possible hours, over all contracts, in order of time."""

    @abstractmethod
    def contract_slots(self, employment: Employment, week: date) -> Sequence[Slot]:
        """A contract's possible hours in a week, in order of time."""

    @abstractmethod
    def pay_cases(self, employment: Employment, week: date) -> Sequence[PayCase]:
        """For a substantive contract: exactly one case of a slot holds where the slot does."""

    @abstractmethod
    def any_of(self, literals: Sequence[Variable]) -> Variable:
        """A literal that holds exactly where one of these does."""

    @abstractmethod
    def reaches(self, terms: Sequence[Term], least: int) -> Variable:
        """A literal of one person that holds exactly where this sum of the person's literals is at
        least `least`.
        """

    @abstractmethod
    def missing(self, duty: Duty) -> Variable:
        """How many of the required people the duty lacks: exactly max(0, minimum - assigned)."""

    @abstractmethod
    def works(self, person: Person, day: date) -> Variable | bool:
        """Whether a shift of the person starts on a date: True where a known one does, False where
        none can, else a literal.
        """

    # --- what a rule may add ----------------------------------------------------------------------

    @abstractmethod
    def choice(self, literal: Variable, among: int) -> Sequence[Variable]:
        """`among` new literals of which exactly one holds where `literal` does, else none."""

    @abstractmethod
    def excluding(self, others: Iterable[Variable]) -> Variable:
        """A new literal that can hold only where none of these does."""

    @abstractmethod
    def requiring(self, literals: Iterable[Variable]) -> Variable:
        """A new literal that can hold only where all of these do."""

    @abstractmethod
    def requiring_one(self, literals: Sequence[Variable]) -> Variable:
        """A new literal that can hold only where one of these does, each made by `requiring`."""

    @abstractmethod
    def implied_by(self, literals: Iterable[Variable], counts: Iterable[Called]) -> Variable:
        """A new literal that must hold where any of these literals does or any of these supplies is
        called.
        """

    # --- what a rule may state: each is a demand if the rule is hard, else priced by its quantity -

    @abstractmethod
    def count(self, about: tuple[str, ...], terms: Sequence[Term], constant: int = 0) -> None:
        """The quantity is this sum, which is never negative."""

    @abstractmethod
    def at_most(
        self,
        about: tuple[str, ...],
        terms: Sequence[Term],
        limit: int,
        *,
        per: int = 1,
        each: int = 1,
    ) -> None:
        """The quantity is `per` x max(0, sum of terms - limit) / `each`, rounded up."""

    @abstractmethod
    def forbid(
        self,
        about: tuple[str, ...],
        together: Sequence[Variable],
        unless: Sequence[Variable],
        quantity: int,
    ) -> None:
        """The quantity applies where all of `together` hold and none of `unless` does."""

    def forbid_days(
        self,
        about: tuple[str, ...],
        person: Person,
        on: Iterable[date],
        off: Iterable[date],
        quantity: int,
    ) -> None:
        """The quantity applies where a shift starts on each date of `on` and on none of `off`,
        unless all of `on` is known beforehand.
        """
        worked, free = (
            [self.works(person, day) for day in on],
            [self.works(person, day) for day in off],
        )
        together = [state for state in worked if not isinstance(state, bool)]
        impossible = any(state is False for state in worked) or any(state is True for state in free)
        if together and not impossible:
            self.forbid(
                about, together, [state for state in free if not isinstance(state, bool)], quantity
            )

    @abstractmethod
    def disjoint(
        self,
        about: tuple[str, ...],
        items: Sequence[Interval],
        quantity: Callable[[Interval, Interval], int],
    ) -> None:
        """The quantity of each two intervals that overlap and both hold, the earlier first; two
        known ones do not count.
        """

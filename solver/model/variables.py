"""Pairs, slots and calls gathered from a problem, whatever a literal is: shared by everything that
hears the rules.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from scheduler.domain.clock import Hours
from scheduler.domain.duty import Duty, KnownShift
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.problem import Employment, Person, Problem
from solver.model.pay_cases import ranges
from solver.policy.policy import Policy
from solver.rule.encoder import Called, Encoder, Pair, PayCase, Slot, Term, Variable


class GatheringEncoder(Encoder):
    """Makes every pair, slot and call of a problem; a subclass says what their literals are."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem = problem
        self.policy = policy
        self._pairs_of: dict[int, list[Pair]] = defaultdict(list)
        self._pairs_for: dict[int, list[Pair]] = defaultdict(list)
        self._called: dict[int, list[Called]] = {}
        self._contract_slots: dict[int, list[Slot]] = {}
        self._slots: dict[int, list[Slot]] = {}
        self._cases: dict[tuple[int, date], list[PayCase]] = {}
        self._works: dict[int, dict[date, Variable | bool]] = {}

    @abstractmethod
    def new_pair(self, index: int, person: Person, duty: Duty) -> Variable:
        """The literal of a pair."""

    @abstractmethod
    def one_of(self, literals: list[Variable]) -> Variable:
        """A literal equal to the sum of these of one person, of which therefore at most one can
        hold.
        """

    @abstractmethod
    def new_call(self, supply: TemporarySupply, duty: Duty) -> Variable:
        """How many places of a duty a supply fills, from none to all."""

    @abstractmethod
    def case(self, slot: Slot, earlier: Sequence[Slot], first: int, last: int) -> Variable:
        """A literal that holds where the slot does and `first` to `last` paid minutes of the
        earlier ones come before it.
        """

    def gather(self) -> None:
        """Make the variables; called once, before any rule speaks."""
        owner = self.problem.person_of_employment
        for index, (employment, duty) in enumerate(self.problem.pairs()):
            person = owner[employment.index]
            pair = Pair(index, person, employment, duty, self.new_pair(index, person, duty))
            self._pairs_of[person.index].append(pair)
            self._pairs_for[duty.index].append(pair)
        for person in self.people:
            self._gather_slots(person)
        for duty in self.problem.duties:
            self._called[duty.index] = [
                Called(supply, duty, duty.most, self.new_call(supply, duty))
                for supply in self.problem.supplies_for(duty)
                if duty.most and supply.max_shifts_per_week != 0
            ]

    def _gather_slots(self, person: Person) -> None:
        """Pairs of the same hours: per contract, then per person."""
        merged: dict[Hours, list[Variable]] = defaultdict(list)
        for employment in person.employments:
            hours: dict[Hours, list[Variable]] = defaultdict(list)
            for pair in self._pairs_of[person.index]:
                if pair.employment.index == employment.index:
                    hours[pair.duty.hours].append(pair.literal)
            slots = [Slot(key, self.one_of(literals)) for key, literals in sorted(hours.items())]
            self._contract_slots[employment.index] = slots
            for slot in slots:
                merged[slot.hours].append(slot.literal)
        self._slots[person.index] = [
            Slot(key, self.one_of(literals)) for key, literals in sorted(merged.items())
        ]

    def pairs_of(self, person: Person) -> Sequence[Pair]:
        return self._pairs_of[person.index]

    def pairs_for(self, duty: Duty) -> Sequence[Pair]:
        return self._pairs_for[duty.index]

    def called_for(self, duty: Duty) -> Sequence[Called]:
        return self._called[duty.index]

    def slots_of(self, person: Person) -> Sequence[Slot]:
        return self._slots[person.index]

    def works(self, person: Person, day: date) -> Variable | bool:
        if person.index not in self._works:
            slots: dict[date, list[Slot]] = defaultdict(list)
            for slot in self._slots[person.index]:
                slots[slot.date].append(slot)
            days: dict[date, Variable | bool] = {
                at: self._any_slot(those) for at, those in slots.items()
            }
            self._works[person.index] = days | {shift.date: True for shift in person.known}
        return self._works[person.index].get(day, False)

    def _any_slot(self, slots: Sequence[Slot]) -> Variable:
        """A literal that holds where one of these does: their sum, which is tighter, where each two
        overlap.
        """
        literals = [slot.literal for slot in slots]
        apart = max(slot.start for slot in slots) >= min(slot.end for slot in slots)
        return self.any_of(literals) if apart else self.one_of(literals)

    def contract_slots(self, employment: Employment, week: date) -> Sequence[Slot]:
        return [slot for slot in self._contract_slots[employment.index] if slot.week == week]

    def pay_cases(self, employment: Employment, week: date) -> Sequence[PayCase]:
        key = (employment.index, week)
        if key not in self._cases:
            weeks = self.problem.settlement(week)
            slots = [slot for one in weeks for slot in self.contract_slots(employment, one)]
            cases = self._split(employment, weeks, slots)
            self.cases_made(employment, weeks, slots, cases)
            for one in weeks:
                self._cases[employment.index, one] = [
                    case for case in cases if case.slot.week == one
                ]
        return self._cases[key]

    def _split(
        self, employment: Employment, weeks: Sequence[date], slots: Sequence[Slot]
    ) -> list[PayCase]:
        """Each slot by the paid minutes before it in the weeks that settle together, as far as pay
        depends on them.
        """
        known = self.known_of(employment, weeks)
        found = []
        split = ranges(self.problem, self.policy, employment, weeks, [slot.hours for slot in slots])
        for slot, cases in zip(slots, split, strict=True):
            earlier = [other for other in slots if other.start < slot.start]
            done = sum(shift.paid for shift in known if shift.start < slot.start)
            for first, last in cases:
                literal = (
                    slot.literal
                    if len(cases) == 1
                    else self.case(slot, earlier, first - done, last - done)
                )
                found.append(PayCase(slot, first, literal))
        return found

    def cases_made(
        self,
        employment: Employment,
        weeks: Sequence[date],
        slots: Sequence[Slot],
        cases: Sequence[PayCase],
    ) -> None:
        """Told of the cases of a contract in weeks that settle together once they are there."""

    def paid_within(
        self, employment: Employment, weeks: Sequence[date], cases: Sequence[PayCase]
    ) -> list[tuple[list[Term], int]]:
        """Sums of minutes by case that no week exceeds: not more of them are contracted, or at
        plain rate, than there are.

        Implied for whole rosters, but a linear relaxation would otherwise pay no hour above those
        owed.
        """
        owed = sum(employment.owed[week] for week in weeks)
        limits = (owed, self.problem.payroll.plain_until(owed, len(weeks)))
        return [
            (
                [
                    (min(case.slot.paid, max(0, limit - case.before)), case.literal)
                    for case in cases
                ],
                limit,
            )
            for limit in limits
        ]

    def known_of(self, employment: Employment, weeks: Sequence[date]) -> list[KnownShift]:
        """Shifts of a contract in these weeks that are known beforehand."""
        person = self.problem.person_of_employment[employment.index]
        return [
            shift
            for shift in person.known
            if shift.contract_id in employment.ids and shift.week in weeks
        ]

"""A person's week is a line of the roster. In a longer period a person has several, and some rules
speak of more than one of them.

Lines are priced and chosen by themselves: what is said about one alone is in its weeks, what is
said across lines is looked at when a week is taken. For the bound it is left out, but for what it
demands of a single line whatever the others are: a bound stays one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from scheduler.domain.problem import Person, Problem
from solver.search.weekly_columns.statements import (
    AnyWorked,
    AtMost,
    Clause,
    Disjoint,
    NoneWorked,
    NotByWeeklyColumns,
    PersonLiteral,
    PersonStatements,
    SlotCase,
    StatementCollector,
    Threshold,
)


@dataclass(frozen=True, eq=False)
class RosterLine:
    """One person in one week of the period: the pairs that can be worked then, what is said about
    them alone, and what across lines.
    """

    index: int
    person: Person
    pairs: tuple[int, ...]
    own: PersonStatements
    across: PersonStatements = field(default_factory=PersonStatements)
    """Those of the statements across the person's lines that concern this one."""


def lines_of(collector: StatementCollector) -> list[RosterLine]:
    """In the order of people, and of weeks for each; seven days are one week, wherever they begin.

    Raises NotByWeeklyColumns where hours are owed across weeks whatever they cost.
    """
    problem = collector.problem
    weeks = sorted({duty.week for duty in problem.duties})
    if problem.period.days <= 7:
        return [
            RosterLine(
                person.index,
                person,
                tuple(pair.index for pair in collector.pairs_of(person)),
                collector.own[person.index],
            )
            for person in problem.people
        ]
    lines = list[RosterLine]()
    for person in problem.people:
        split = _Split(problem, collector.own[person.index])
        pairs: dict[date, list[int]] = defaultdict(list)
        for pair in collector.pairs_of(person):
            pairs[pair.duty.week].append(pair.index)
        for week in weeks:
            lines.append(
                RosterLine(
                    len(lines), person, tuple(pairs[week]), split.within(week), split.about(week)
                )
            )
    return lines


class _Split:
    """What the rules say about one person, by the weeks of which they say it."""

    def __init__(self, problem: Problem, own: PersonStatements) -> None:
        self._problem, self._own = problem, own
        self._weeks: dict[int, frozenset[date]] = {}
        across = PersonStatements()
        for rule in own.at_most:
            if len(self._of_all(literal for _, literal in rule.terms)) > 1:
                if rule.price is None and _idle(rule) > rule.limit:
                    raise NotByWeeklyColumns("work is owed over several weeks")
                across.at_most.append(rule)
        across.clauses += [clause for clause in own.clauses if len(self._of_clause(clause)) > 1]
        across.clauses += self._boundaries()
        for price, literal in own.costs:
            if len(self._of(literal)) > 1:
                if price < 0:
                    raise NotByWeeklyColumns("something is worth having over several weeks")
                across.costs.append((price, literal))
        self._across = across

    def about(self, week: date) -> PersonStatements:
        """The statements across weeks that concern this one."""
        return PersonStatements(
            at_most=[
                rule
                for rule in self._across.at_most
                if week in self._of_all(literal for _, literal in rule.terms)
            ],
            clauses=[clause for clause in self._across.clauses if week in self._of_clause(clause)],
            costs=[
                (price, literal)
                for price, literal in self._across.costs
                if week in self._of(literal)
            ],
        )

    def within(self, week: date) -> PersonStatements:
        """What holds for this week whatever the others are."""
        own, here = self._own, frozenset([week])
        found = PersonStatements()
        for rule in own.at_most:
            weeks = self._of_all(literal for _, literal in rule.terms)
            if weeks == here:
                found.at_most.append(rule)
            elif week in weeks and rule.price is None:
                terms = tuple(
                    (coefficient, literal)
                    for coefficient, literal in rule.terms
                    if self._of(literal) == here
                )
                others = sum(
                    min(0, coefficient)
                    for coefficient, literal in rule.terms
                    if self._of(literal) != here
                )
                found.at_most.append(AtMost(terms, rule.limit - others, None, rule.each))
        found.clauses += [clause for clause in own.clauses if self._of_clause(clause) == here]
        found.costs += [
            (price, literal) for price, literal in own.costs if self._of(literal) == here
        ]
        for disjoint in own.disjoint:
            items = tuple(
                item for item in disjoint.items if item[2] is None or self._of(item[2]) == here
            )
            if any(literal is not None for _, _, literal in items):
                found.disjoint.append(Disjoint(items))
        found.settled += [
            settled
            for settled in own.settled
            if self._of_all(slot for slot, _ in settled.slots) == here
        ]
        return found

    def _boundaries(self) -> Iterable[Clause]:
        """Intervals of different weeks that overlap: not both."""
        for disjoint in self._own.disjoint:
            items = [
                (start, end, literal, self._of(literal))
                for start, end, literal in disjoint.items
                if literal is not None
            ]
            starts, ends = (np.array([item[side] for item in items]) for side in (0, 1))
            ones, others = (
                np.nonzero(np.triu((starts[:, None] < ends) & (starts < ends[:, None]), 1))
                if items
                else ((), ())
            )
            for one, other in zip(ones, others, strict=True):
                if items[one][3] != items[other][3]:
                    yield Clause((items[one][2], items[other][2]), (), None)

    def _of(self, literal: PersonLiteral) -> frozenset[date]:
        key = id(literal)
        if key not in self._weeks:
            self._weeks[key] = self._found(literal)
        return self._weeks[key]

    def _found(self, literal: PersonLiteral) -> frozenset[date]:
        if isinstance(literal, AnyWorked):
            duty_of = self._problem.pairs_duty
            return frozenset(
                self._problem.duties[int(duty_of[pair])].week for pair in literal.pairs
            )
        if isinstance(literal, NoneWorked):
            return self._of_all(literal.others)
        if isinstance(literal, SlotCase):
            return self._of_all([literal.slot, *(other for _, other in literal.earlier)])
        return self._of_all(other for _, other in literal.terms)

    def _of_all(self, literals: Iterable[PersonLiteral]) -> frozenset[date]:
        return frozenset[date]().union(*(self._of(literal) for literal in literals))

    def _of_clause(self, clause: Clause) -> frozenset[date]:
        return self._of_all([*clause.together, *clause.unless])


def _idle(rule: AtMost) -> int:
    """The sum where nothing is worked."""
    return sum(coefficient for coefficient, literal in rule.terms if _holds_idle(literal))


def _holds_idle(literal: PersonLiteral) -> bool:
    if isinstance(literal, Threshold):
        return (
            sum(coefficient for coefficient, other in literal.terms if _holds_idle(other))
            >= literal.least
        )
    return isinstance(literal, NoneWorked)

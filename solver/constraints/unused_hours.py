"""Hours owed and not rostered."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import owed_minutes
from scheduler.domain.problem import Employment, Person
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class UnusedHours(Constraint):
    """Hours that a substantive contract owes in a week and that are not rostered: paid already, so
    a waste.

    They count for contracts whose base lies in one of the collaborative's places. Of a week that
    lies in the period in part only, no more is owed than its weekdays' share that lies there, nor
    more than what known shifts leave of the whole week. Weeks that settle together (`settle_weeks`
    of the rule on pay) count as one.
    """

    id = "unused_hours"
    title = "Hours owed and not rostered"
    source = "contracted hours are paid whether used or not"
    unit = Unit.HOURS
    links = Links.PERSON
    by_hours = True
    asked_as = "pay"

    weight: Literal["hard"] | float = 5.0

    def encode(self, m: Encoder) -> None:
        period = m.problem.period
        for person in m.people:
            for employment in person.employments:
                if not employment.counts_unused:
                    continue
                own = [shift for shift in person.known if shift.contract_id in employment.ids]
                for weeks in m.problem.settlements:
                    owed = sum(employment.owed[week] for week in weeks)
                    share = sum(
                        employment.owed_without(week, person.leave | period.outside(week))
                        for week in weeks
                    )
                    left = min(
                        owed - sum(shift.paid for shift in own if shift.week in weeks),
                        share
                        - sum(
                            shift.paid
                            for shift in own
                            if shift.week in weeks and shift.date in period
                        ),
                    )
                    if left > 0:
                        terms = [
                            (-slot.paid, slot.literal)
                            for week in weeks
                            for slot in m.contract_slots(employment, week)
                        ]
                        m.at_most((person.id, employment.id, weeks[0].isoformat()), terms, -left)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for person in sheet.problem.people:
            for employment in person.employments:
                if employment.counts_unused:
                    for weeks in sheet.problem.settlements:
                        yield from self._check_weeks(sheet, person, employment, weeks)

    def _check_weeks(
        self,
        sheet: EvaluatedRoster,
        person: Person,
        employment: Employment,
        weeks: tuple[date, ...],
    ) -> Iterator[Violation]:
        period = sheet.problem.period
        shifts = sheet.by_contract_settlement.get((employment.id, weeks), ())
        owed = sum(sheet.owed(employment.id, week) for week in weeks)
        outside = frozenset(day for week in weeks for day in period.outside(week))
        due = sum(
            owed_minutes(one, week, person.leave | outside)
            for one in employment.contracts
            for week in weeks
        )
        unused = min(
            owed - sum(work.paid for work in shifts),
            due - sum(work.paid for work in shifts if work.date in period),
        )
        if unused > 0:
            first, last = (
                max(weeks[0], period.first),
                min(weeks[-1] + timedelta(days=6), period.last),
            )
            when = (
                said("in the week of {week}", week=weeks[0])
                if len(weeks) == 1
                else said("in the {number} weeks from {week}", number=len(weeks), week=weeks[0])
            )
            part = said(" from {first} to {last}", first=first, last=last) if outside else said("")
            yield self.violation(
                (person.id, employment.id, weeks[0].isoformat()),
                unused,
                said(
                    "{person} is owed {owed} by contract {contract} {when}; {unused} are not"
                    " rostered{part}.",
                    person=ref("person", person.id),
                    owed=duration(owed),
                    contract=ref("contract", employment.id),
                    when=when,
                    unused=duration(unused),
                    part=part,
                ),
            )

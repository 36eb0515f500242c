"""What the roster's work costs."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import Parts, PayTerms, Rate, exact, half_up, rounded
from scheduler.domain.roster import PayKind
from scheduler.domain.sentence import money, ref, said, worker
from solver.rule.constraint import SIXTIETHS, Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class OnCosts(BaseModel):
    """What an employer pays on top, by kind of pay [%]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contracted: float = Field(39, ge=0, le=200, description="pension, national insurance, levy [%]")
    extra: float = Field(39, ge=0, le=200, description="as contracted [%]")
    overtime: float = Field(15.5, ge=0, le=200, description="not pensionable [%]")
    bank: float = Field(29, ge=0, le=200, description="with holiday pay [%]")
    agency: float = Field(0, ge=0, le=200, description="in the agency's price [%]")


class Pay(Constraint):
    """The cost of every assignment with on-costs by kind of pay, each rounded half up to a
    penny.
    """

    id = "pay"
    title = "Pay"
    source = "NHS terms and conditions of service, sections 2 and 3"
    unit = Unit.PENCE
    links = Links.PERSON
    asked_as = "pay"
    may_be_hard = False

    weight: Literal["hard"] | float = 1
    on_cost_percent: OnCosts = Field(OnCosts(), description="on-costs by kind of pay [%]")
    overtime_factor: float = Field(
        1.5, ge=1, le=5, description="of basic pay, above full time, up to band 7 [factor]"
    )
    holiday_overtime_factor: float = Field(
        2, ge=1, le=5, description="of basic pay, on public holidays [factor]"
    )
    full_time_hours: float = Field(
        37.5, ge=0, le=60, description="hours a week from which overtime counts [h]"
    )
    settle_weeks: int = Field(
        1,
        ge=1,
        le=52,
        description="over so many weeks together hours owed, extra and overtime settle [weeks]",
    )
    public_holidays: tuple[date, ...] | None = Field(
        None, description="dates that count; none given = England's, with substitute days"
    )

    def terms(self) -> PayTerms:
        """The factors as the domain uses them."""
        return PayTerms(
            exact(self.overtime_factor),
            exact(self.holiday_overtime_factor),
            rounded(self.full_time_hours, 60),
            None if self.public_holidays is None else frozenset(self.public_holidays),
            self.settle_weeks,
        )

    def pence(self, parts: Parts) -> int:
        """With on-costs, rounded half up."""
        return half_up(
            sum((pence * self._factor(kind) for kind, pence in parts.pence.items()), Fraction(0))
        )

    def _factor(self, kind: PayKind) -> Fraction:
        return _with_on_cost(getattr(self.on_cost_percent, kind))

    def encode(self, m: Encoder) -> None:
        payroll = m.problem.payroll
        for person in m.people:
            terms: list[Term] = []
            for employment in person.employments:
                for week in m.problem.period.weeks:
                    if employment.substantive:
                        weeks = m.problem.settlement(week)
                        owed = sum(employment.owed[one] for one in weeks)
                        for case in m.pay_cases(employment, week):
                            slot = case.slot
                            parts = payroll.substantive(
                                employment.rate(slot.date),
                                slot.start,
                                slot.end,
                                slot.paid,
                                case.before,
                                owed,
                                len(weeks),
                                slot.hours.asleep,
                            )
                            terms.append((self.pence(parts) * SIXTIETHS, case.literal))
                    else:
                        for slot in m.contract_slots(employment, week):
                            parts = payroll.temporary(
                                employment.rate(slot.date),
                                slot.start,
                                slot.end,
                                slot.paid,
                                "bank",
                                slot.hours.asleep,
                            )
                            terms.append((self.pence(parts) * SIXTIETHS, slot.literal))
            m.count((person.id,), terms)
        for duty in m.problem.duties:
            for call in m.called_for(duty):
                rate = Rate(
                    call.supply.hourly_pence, m.problem.index.roles[call.supply.role_id].band
                )
                parts = payroll.temporary(
                    rate, duty.start, duty.end, duty.paid, call.supply.kind, duty.asleep
                )
                m.count((call.supply.id, duty.id), [(self.pence(parts) * SIXTIETHS, call.count)])

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment, duty, parts in sheet.paid:
            pence = self.pence(parts)
            if pence:
                who = worker(assignment.staff_id, assignment.supply_id)
                yield self.violation(
                    (str(who.id), duty.id),
                    pence * SIXTIETHS,
                    said(
                        "{worker} at {demand}: {pay} with on-costs ({of}).",
                        worker=who,
                        demand=ref("demand", duty.id),
                        pay=money(pence),
                        of=parts.label,
                    ),
                )


@lru_cache(maxsize=1000)
def _with_on_cost(percent: float) -> Fraction:
    return 1 + exact(percent) / 100

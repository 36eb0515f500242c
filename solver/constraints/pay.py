"""What the roster's work costs."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import Parts, PayTerms, Rate, exact, half_up, rounded
from scheduler.domain.problem import Employment, Person
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


def _pence_of(band: str) -> Any:
    return Field(0, ge=0, le=1_000_000, description=f"work of band {band}; 0 = none [pence]")


class PenceByBand(BaseModel):
    """What an hour of bank work of a band is paid [pence per hour]; 0: no rate, so that it is paid
    at the worker's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    band_2: int = _pence_of("2")
    band_3: int = _pence_of("3")
    band_4: int = _pence_of("4")
    band_5: int = _pence_of("5")
    band_6: int = _pence_of("6")
    band_7: int = _pence_of("7")
    band_8a: int = _pence_of("8a")
    band_8b: int = _pence_of("8b")
    band_8c: int = _pence_of("8c")
    band_8d: int = _pence_of("8d")

    def rates(self) -> tuple[tuple[str, int], ...]:
        """(band, pence an hour) of those that have a rate."""
        return tuple((name.removeprefix("band_"), pence) for name, pence in self if pence)


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
    at_grade_of_work: bool = Field(
        False,
        description=(
            "whether bank workers are paid at the grade of the work where it is lower than their"
            " own, and never more than by their own rate"
        ),
    )
    hourly_pence_by_band: PenceByBand = Field(
        PenceByBand(),
        description="what an hour of bank work of a band is paid then, needed with it [pence]",
    )

    @model_validator(mode="after")
    def has_rates_by_band(self) -> Self:
        if self.at_grade_of_work and not self.hourly_pence_by_band.rates():
            raise ValueError("hourly_pence_by_band with a rate, where at_grade_of_work is true")
        return self

    def terms(self) -> PayTerms:
        """The factors as the domain uses them."""
        return PayTerms(
            exact(self.overtime_factor),
            exact(self.holiday_overtime_factor),
            rounded(self.full_time_hours, 60),
            None if self.public_holidays is None else frozenset(self.public_holidays),
            self.settle_weeks,
            self.hourly_pence_by_band.rates() if self.at_grade_of_work else (),
        )

    def pence(self, parts: Parts) -> int:
        """With on-costs, rounded half up."""
        return half_up(
            sum((pence * self._factor(kind) for kind, pence in parts.pence.items()), Fraction(0))
        )

    def _factor(self, kind: PayKind) -> Fraction:
        return _with_on_cost(getattr(self.on_cost_percent, kind))

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            terms: list[Term] = []
            for employment in person.employments:
                for week in m.problem.period.weeks:
                    if employment.substantive:
                        terms += self._substantive(m, employment, week)
                    elif not m.problem.payroll.terms.bank_pence_by_band:
                        terms += self._bank(m, employment, week)
            terms += self._at_grade_of_work(m, person)
            m.count((person.id,), terms)
        roles = m.problem.index.roles
        for duty in m.problem.duties:
            for call in m.called_for(duty):
                rate = Rate(call.supply.hourly_pence, roles[call.supply.role_id].band)
                hours = (duty.start, duty.end, duty.paid)
                parts = (
                    m.problem.payroll.bank(
                        rate, roles[duty.demand.role_id].band, *hours, duty.asleep
                    )
                    if call.supply.kind == "bank"
                    else m.problem.payroll.temporary(rate, *hours, call.supply.kind, duty.asleep)
                )
                m.count((call.supply.id, duty.id), [(self.pence(parts) * SIXTIETHS, call.count)])

    def _substantive(self, m: Encoder, employment: Employment, week: date) -> Iterator[Term]:
        weeks = m.problem.settlement(week)
        owed = sum(employment.owed[one] for one in weeks)
        for case in m.pay_cases(employment, week):
            slot = case.slot
            parts = m.problem.payroll.substantive(
                employment.rate(slot.date),
                slot.start,
                slot.end,
                slot.paid,
                case.before,
                owed,
                len(weeks),
                slot.hours.asleep,
            )
            yield self.pence(parts) * SIXTIETHS, case.literal

    def _bank(self, m: Encoder, employment: Employment, week: date) -> Iterator[Term]:
        for slot in m.contract_slots(employment, week):
            parts = m.problem.payroll.temporary(
                employment.rate(slot.date),
                slot.start,
                slot.end,
                slot.paid,
                "bank",
                slot.hours.asleep,
            )
            yield self.pence(parts) * SIXTIETHS, slot.literal

    def _at_grade_of_work(self, m: Encoder, person: Person) -> Iterator[Term]:
        """A bank worker's shifts where pay follows from the work too, not from the hours alone."""
        if not m.problem.payroll.terms.bank_pence_by_band:
            return
        for pair in m.pairs_of(person):
            if pair.employment.substantive:
                continue
            duty = pair.duty
            parts = m.problem.payroll.bank(
                pair.employment.rate(duty.date),
                m.problem.index.roles[duty.demand.role_id].band,
                duty.start,
                duty.end,
                duty.paid,
                duty.asleep,
            )
            yield self.pence(parts) * SIXTIETHS, pair.literal

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

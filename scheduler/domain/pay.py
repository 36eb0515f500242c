"""What a worked hour costs: contracted, extra, overtime, bank and agency, with enhancements by the
minute.

Source: NHS terms and conditions of service (Agenda for Change), sections 2 and 3, as the data
contract states them.
"""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from math import prod
from typing import NamedTuple

from scheduler.domain.clock import (
    AWAKE,
    Stretch,
    local,
    local_date,
    minute_of,
    overlap,
    public_holidays,
    stretches,
)
from scheduler.domain.facts import Contract, Enhancement
from scheduler.domain.facts.people import BAND_ORDER
from scheduler.domain.roster import PayKind

UNSOCIAL_FROM, UNSOCIAL_TO = time(20), time(6)
WITHOUT_OVERTIME_RATE = frozenset(BAND_ORDER[BAND_ORDER.index("7") + 1 :])


def half_up(value: Fraction | int) -> int:
    """The nearest whole number, a half upwards."""
    # whole numbers: a hundred thousand fractions are too slow
    numerator, denominator = (
        value.numerator,
        value.denominator,
    )
    return (2 * numerator + denominator) // (2 * denominator)


@lru_cache(maxsize=10_000)
def exact(value: float) -> Fraction:
    """A decimal as it was written: 37.5 is 75/2, 0.1 is 1/10."""
    return Fraction(repr(value))


@lru_cache(maxsize=100_000)
def rounded(*factors: float) -> int:
    """A product of decimals as they were written, to the nearest whole number, a half upwards."""
    return half_up(prod((exact(factor) for factor in factors), start=Fraction(1)))


@dataclass(frozen=True)
class PayTerms:
    """The factors of pay that are not facts of a person. Defaults: Agenda for Change, England."""

    overtime_factor: Fraction = Fraction(3, 2)
    holiday_overtime_factor: Fraction = Fraction(2)
    full_time_minutes: int = 2250
    public_holidays: frozenset[date] | None = None
    """None = England's, from the calendar."""
    settle_weeks: int = 1
    """Over so many weeks of the period together hours owed, extra and overtime are settled."""
    bank_pence_by_band: tuple[tuple[str, int], ...] = ()
    """(band, pence an hour) at which bank workers are paid for work of a lower band than their own;
    without any they are paid at their own rate.
    """

    def is_public_holiday(self, day: date) -> bool:
        """Whether pay treats a date as a public holiday."""
        return day in (
            self.public_holidays if self.public_holidays is not None else public_holidays(day.year)
        )


@dataclass(frozen=True)
class Parts:
    """A shift's paid minutes and exact cost [pence] by kind of pay, without on-costs."""

    minutes: dict[PayKind, int] = field(default_factory=dict)
    pence: dict[PayKind, Fraction] = field(default_factory=dict)

    @property
    def label(self) -> PayKind:
        """The part with most minutes; the earlier on a tie (the dict keeps the order of time)."""
        return max(self.minutes, key=lambda kind: self.minutes[kind])

    @property
    def cost_pence(self) -> int:
        """All kinds together, half a penny rounded up [pence]."""
        return half_up(sum(self.pence.values(), Fraction(0)))

    @cached_property
    def whole_pence(self) -> dict[PayKind, int]:
        """The cost of each part in whole pence, which together are `cost_pence`: what rounding down
        leaves goes to the largest remainders.
        """
        whole = {kind: int(money) for kind, money in self.pence.items()}
        left = self.cost_pence - sum(whole.values())
        for kind in sorted(self.pence, key=lambda kind: whole[kind] - self.pence[kind])[:left]:
            whole[kind] += 1
        return whole


class Rate(NamedTuple):
    """What decides the price of a shift, apart from its time: hashable, so that prices are worked
    out once.
    """

    hourly_pence: int
    band: str | None


class Payroll:
    """Prices shifts under given enhancements and terms."""

    def __init__(self, enhancements: tuple[Enhancement, ...], terms: PayTerms) -> None:
        self.terms = terms
        self._enhancements = enhancements
        self._percent: dict[tuple[str, str], Fraction] = {
            (e.day_kind, band): exact(e.percent) / 100
            for e in reversed(enhancements)
            for band in BAND_ORDER
            if e.applies_to(band)
        }
        # what an hour of basic pay is multiplied by depends on the band and the hours alone: far
        # fewer than there are contracts
        self._hours = lru_cache(maxsize=200_000)(self._basic_hours)
        self._by_band = dict(terms.bank_pence_by_band)
        self.segments = lru_cache(maxsize=50_000)(self._segments)
        self.substantive = lru_cache(maxsize=500_000)(self._substantive)
        self.temporary = lru_cache(maxsize=200_000)(self._temporary)

    def __reduce__(self) -> tuple[type["Payroll"], tuple[tuple[Enhancement, ...], PayTerms]]:
        """To another process it goes without the prices that it remembers."""
        return Payroll, (self._enhancements, self.terms)

    def _segments(
        self, start: int, end: int, band: str | None, asleep: Stretch = AWAKE
    ) -> list[tuple[int, int, Fraction, bool]]:
        """(from, to, enhancement as a share of basic pay, on a public holiday) of what is worked,
        in order of time.
        """
        worked = stretches(start, end, asleep)
        night_majority = 2 * sum(
            overlap(*part, UNSOCIAL_FROM, UNSOCIAL_TO) for part in worked
        ) > sum(to - since for since, to in worked)
        cuts = {start, end, *(asleep if asleep != AWAKE else ())}
        day = local_date(start)
        while day <= local_date(end):
            cuts.update(
                cut
                for cut in (minute_of(day, t) for t in (time(0), UNSOCIAL_TO, UNSOCIAL_FROM))
                if start < cut < end
            )
            day += timedelta(days=1)
        found = []
        ordered = sorted(cuts)
        for begin, finish in pairwise(ordered):
            if asleep[0] <= begin < asleep[1]:
                continue
            moment = local(begin)
            holiday = self.terms.is_public_holiday(moment.date())
            if holiday or moment.weekday() == 6:
                kind = "sunday_or_public_holiday"
            elif moment.weekday() == 5:
                kind = "saturday"
            elif night_majority or moment.time() >= UNSOCIAL_FROM or moment.time() < UNSOCIAL_TO:
                kind = "weekday_night"
            else:
                kind = ""
            share = self._percent.get((kind, band), Fraction(0)) if kind and band else Fraction(0)
            found.append((begin, finish, share, holiday))
        return found

    def _between(
        self,
        start: int,
        end: int,
        paid: int,
        rate: Rate,
        first: int,
        last: int,
        asleep: Stretch,
        *,
        overtime: bool,
        basic: bool,
    ) -> Fraction:
        """Pence for the paid minutes [first, last) of a shift."""
        return (
            self._hours(start, end, paid, rate.band, first, last, overtime, basic, asleep)
            * rate.hourly_pence
        )

    def _basic_hours(
        self,
        start: int,
        end: int,
        paid: int,
        band: str | None,
        first: int,
        last: int,
        overtime: bool,
        basic: bool,
        asleep: Stretch,
    ) -> Fraction:
        """The paid minutes [first, last) of a shift as hours of basic pay; the unpaid break is
        spread evenly over what is worked.
        """
        segments = self.segments(start, end, band, asleep)
        stretch = Fraction(sum(finish - begin for begin, finish, _, _ in segments), paid)
        from_, to = first * stretch, last * stretch
        total, worked = Fraction(0), 0
        for begin, finish, share, holiday in segments:
            elapsed = max(
                Fraction(0),
                min(to, Fraction(worked + finish - begin)) - max(from_, Fraction(worked)),
            )
            worked += finish - begin
            if overtime:
                if band in WITHOUT_OVERTIME_RATE:
                    factor = Fraction(1)
                else:
                    factor = (
                        self.terms.holiday_overtime_factor
                        if holiday
                        else self.terms.overtime_factor
                    )
            else:
                factor = share + (1 if basic else 0)
            total += elapsed / stretch * factor
        return total / 60

    def plain_until(self, owed: int, weeks: int = 1) -> int:
        """Minutes of one contract in so many weeks up to which no hour is overtime."""
        return max(owed, self.terms.full_time_minutes * weeks)

    def _substantive(
        self,
        rate: Rate,
        start: int,
        end: int,
        paid: int,
        before: int,
        owed: int,
        weeks: int = 1,
        asleep: Stretch = AWAKE,
    ) -> Parts:
        """A shift through a substantive contract; `asleep`: the part of it that is neither worked
        nor paid.

        `before`: paid minutes of the same contract and settlement that come earlier; `owed`: its
        hours owed in the settlement [minutes], which is of so many `weeks`.
        """
        contracted = min(paid, max(0, owed - before))
        plain = min(paid, max(0, self.plain_until(owed, weeks) - before))
        return self.in_parts(rate, start, end, paid, contracted, plain, asleep)

    def in_parts(
        self,
        rate: Rate,
        start: int,
        end: int,
        paid: int,
        contracted: int,
        plain: int,
        asleep: Stretch = AWAKE,
    ) -> Parts:
        """A shift of which the paid minutes up to `contracted` are owed, those up to `plain` extra
        and the rest overtime.
        """
        minutes: dict[PayKind, int] = {}
        pence: dict[PayKind, Fraction] = {}
        bounds: tuple[tuple[PayKind, int, int], ...] = (
            ("contracted", 0, contracted),
            ("extra", contracted, plain),
            ("overtime", plain, paid),
        )
        for kind, first, last in bounds:
            if last > first:
                minutes[kind] = last - first
                pence[kind] = self._between(
                    start,
                    end,
                    paid,
                    rate,
                    first,
                    last,
                    asleep,
                    overtime=kind == "overtime",
                    basic=kind == "extra",
                )
        return Parts(minutes or {"contracted": 0}, pence)

    def _temporary(
        self, rate: Rate, start: int, end: int, paid: int, kind: PayKind, asleep: Stretch = AWAKE
    ) -> Parts:
        """A shift through a bank contract or a temporary supply: bank with enhancement, agency at
        its price.
        """
        if paid == 0:
            return Parts({kind: 0}, {})
        if kind == "agency":
            return Parts({kind: paid}, {kind: Fraction(rate.hourly_pence * paid, 60)})
        return Parts(
            {kind: paid},
            {
                kind: self._between(
                    start, end, paid, rate, 0, paid, asleep, overtime=False, basic=True
                )
            },
        )

    def bank(
        self,
        rate: Rate,
        work_band: str | None,
        start: int,
        end: int,
        paid: int,
        asleep: Stretch = AWAKE,
    ) -> Parts:
        """A shift of a bank worker of this rate on work of a band: at the grade of the work where
        the terms have a rate for it and it is the lower, never at more than their own.
        """
        at = self.bank_rate(rate, work_band, start, end, paid, asleep)
        return self.temporary(at, start, end, paid, "bank", asleep)

    def bank_rate(
        self,
        rate: Rate,
        work_band: str | None,
        start: int,
        end: int,
        paid: int,
        asleep: Stretch = AWAKE,
    ) -> Rate:
        """The rate of `bank`: their own, or that of the work."""
        if not self.graded(rate.band, work_band):
            return rate
        assert work_band is not None
        lower = Rate(self._by_band[work_band], work_band)
        return min(rate, lower, key=lambda one: self.full_pence(one, start, end, paid, asleep))

    def graded(self, band: str | None, work_band: str | None) -> bool:
        """Whether bank work of one band by somebody of another may be paid at the grade of the
        work.
        """
        return (
            band is not None
            and work_band in self._by_band
            and BAND_ORDER.index(work_band or "") < BAND_ORDER.index(band)
        )

    def full_pence(
        self, rate: Rate, start: int, end: int, paid: int, asleep: Stretch = AWAKE
    ) -> Fraction:
        """Hours x basic pay x (1 + enhancement) [pence]: what a lent shift is recharged at, before
        the percentage.
        """
        return (
            self._between(start, end, paid, rate, 0, paid, asleep, overtime=False, basic=True)
            if paid
            else Fraction(0)
        )


def owed_minutes(contract: Contract, week: date, on_leave: frozenset[date]) -> int:
    """Hours that one contract owes in the week from this Monday [minutes]: by weekdays on which it
    is live and the person not away.
    """
    days = sum(
        contract.from_date <= day
        and (contract.to_date is None or day <= contract.to_date)
        and day not in on_leave
        for day in (week + timedelta(days=offset) for offset in range(5))
    )
    return rounded(contract.hours_per_week, 12, days)

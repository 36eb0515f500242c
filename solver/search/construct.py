"""A roster in a second or two, to start a search from: the most urgent demand first, the cheapest
person who fits.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from scheduler.domain.duty import Duty
from scheduler.domain.problem import Employment, Person, Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraints.average_week import AverageWeek
from solver.constraints.call_notice import CallNotice
from solver.constraints.consecutive_days import ConsecutiveDays
from solver.constraints.consecutive_nights import ConsecutiveNights
from solver.constraints.contract_hours import ContractHours
from solver.constraints.daily_rest import DailyRest
from solver.constraints.longest_week import LongestWeek
from solver.constraints.minimum_cover import MinimumCover
from solver.constraints.rest_after_nights import RestAfterNights
from solver.constraints.temporary_limit import TemporaryLimit
from solver.evaluate.verify import verify
from solver.policy.policy import Policy


def quick_roster(problem: Problem, policy: Policy) -> Roster | None:
    """A roster that keeps every hard rule of the policy, or None where this simple way
    finds none.
    """
    draft = _Draft(problem, policy)
    for pin in problem.pins:
        draft.fill(problem.duty_by_id[pin.demand_id], only=pin.staff_id)
    cover = policy.rule_or_default(MinimumCover)
    urgent = sorted(
        problem.duties,
        key=lambda duty: (-cover.each(duty) / max(1, duty.paid), duty.start, duty.id),
    )
    for wanted in ("minimum", "preferred"):
        for duty in urgent:
            while draft.filled[duty.id] < getattr(duty, wanted) and draft.fill(
                duty, supply=wanted == "minimum"
            ):
                pass
    return _without_breaches(problem, policy, draft.assignments)


def _without_breaches(
    problem: Problem, policy: Policy, assignments: list[Assignment]
) -> Roster | None:
    """Take out what an unusual rule forbids after all; pins stay."""
    pinned = {(pin.staff_id, pin.demand_id) for pin in problem.pins}
    hard = Policy({rule.id: rule for rule in policy.rules.values() if rule.hard}, pay=policy.pay)
    for _ in range(20):
        breaches = verify(problem, hard, Roster.of(assignments)).breaches
        if not breaches:
            return Roster.of(assignments)
        named = {name for breach in breaches for name in breach.about}
        kept = [
            a
            for a in assignments
            if (a.staff_id, a.demand_id) in pinned
            or not {a.staff_id, a.supply_id, a.demand_id} & named
        ]
        if len(kept) == len(assignments):
            kept = [a for a in assignments if (a.staff_id, a.demand_id) in pinned]
            if len(kept) == len(assignments):
                return None
        assignments = kept
    return None


class _Draft:
    """Assignments so far and what they leave each person. Deliberately stricter than the rules; the
    check has the last word.
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem = problem
        self.rest = policy.rule_or_default(DailyRest).minutes
        self.after_night = policy.rule_or_default(RestAfterNights).minutes
        self.days = policy.rule_or_default(ConsecutiveDays).days
        self.nights = policy.rule_or_default(ConsecutiveNights).nights
        self.beyond = policy.rule_or_default(ContractHours).minutes
        longest, average = (
            policy.rule_or_default(LongestWeek),
            policy.rule_or_default(AverageWeek),
        )
        self.week = round(60 * min(longest.hours, average.hours))
        self.assignments: list[Assignment] = []
        self.filled: dict[str, int] = defaultdict(int)
        self.shifts: dict[str, list[tuple[int, int, bool, date]]] = {}
        self.minutes: dict[tuple[str, date], int] = defaultdict(int)
        self.called: dict[tuple[str, date], int] = defaultdict(int)
        self.called.update(problem.supplied)
        self.notice = policy.hard_rule(CallNotice)
        limit = policy.rule(TemporaryLimit)
        self.caps = () if limit is None else limit.caps
        self.capped = [cap.minutes for cap in self.caps]
        """What each cap still leaves [minutes]."""
        self.lent: dict[tuple[str, str, date], int] = defaultdict(int)
        for shift in problem.known_lent:
            self.lent[shift.organisation_id, shift.host_organisation_id, shift.week] += shift.paid
        self.able: dict[int, list[tuple[Employment, float]]] = defaultdict(list)
        """By duty: who could fill it, and what distance and lending count there [£]."""
        for able, duty in problem.pairs():
            self.able[duty.index].append((able, self._distance(able, duty)))
        for person in problem.people:
            self.shifts[person.id] = [(k.start, k.end, k.night, k.date) for k in person.known]
            for known in person.known:
                self.minutes[person.id, known.week] += known.paid
                employment = problem.employment_by_id.get(known.contract_id)
                if employment is not None:
                    self.minutes[employment.id, known.week] += known.paid

    def fill(self, duty: Duty, *, only: str = "", supply: bool = False) -> bool:
        """Fill one more place of a duty with the cheapest who fits; False where nobody does."""
        able = [
            (distance + self._beyond(employment, duty), employment.id, employment)
            for employment, distance in self.able[duty.index]
            if only in ("", employment.contract.staff_id)
        ]
        for _, _, employment in sorted(
            able, key=lambda choice: choice[:2]
        ):  # who fits takes longer to say than what it costs
            person = self.problem.person_of_employment[employment.index]
            if self._fits(person, employment, duty):
                self._take(person, employment, duty)
                return True
        return supply and self._call(duty)

    def _call(self, duty: Duty) -> bool:
        offers = sorted(
            self.problem.supplies_for(duty),
            key=lambda s: (s.kind == "agency", s.hourly_pence, s.id),
        )
        for offer in offers:
            if self.notice is not None and self.notice.too_early(offer, duty):
                continue
            caps = [k for k, cap in enumerate(self.caps) if offer.id in cap.supply_ids]
            within = all(duty.paid <= self.capped[k] for k in caps)
            if within and (
                offer.max_shifts_per_week is None
                or self.called[offer.id, duty.week] < offer.max_shifts_per_week
            ):
                for k in caps:
                    self.capped[k] -= duty.paid
                self.called[offer.id, duty.week] += 1
                self.filled[duty.id] += 1
                self.assignments.append(Assignment(duty.id, supply_id=offer.id))
                return True
        return False

    def _distance(self, employment: Employment, duty: Duty) -> float:
        """Roughly what distance and lending cost [£]."""
        home = self.problem.index.staff[employment.contract.staff_id].home_site_id
        minutes = self.problem.index.geography.minutes(home, duty.demand.site_id)
        return minutes / 5 + 6 * (employment.contract.organisation_id != duty.host_id)

    def _beyond(self, employment: Employment, duty: Duty) -> float:
        """Roughly what the hours cost [£]: those still owed are free, others dear."""
        left = employment.owed.get(duty.week, 0) - self.minutes[employment.id, duty.week]
        beyond = max(0, duty.paid - max(0, left)) / 60
        return beyond * (employment.contract.hourly_pence / 100 + 5)

    def _fits(self, person: Person, employment: Employment, duty: Duty) -> bool:
        if self.minutes[person.id, duty.week] + duty.paid > self.week:
            return False
        if (
            employment.substantive
            and self.minutes[employment.id, duty.week] + duty.paid
            > employment.owed[duty.week] + self.beyond
        ):
            return False
        shifts = self.shifts[person.id]
        for start, end, night, day in shifts:
            if start < duty.end + self.rest and duty.start < end + self.rest:
                return False
            if (
                night
                and duty.start >= end
                and duty.start < end + self.after_night
                and not (duty.night and duty.date == day + timedelta(days=1))
            ):
                return False
            if (
                duty.night
                and start >= duty.end
                and start < duty.end + self.after_night
                and not (night and day == duty.date + timedelta(days=1))
            ):
                return False
        if _run(duty.date, {shift[3] for shift in shifts}) > self.days:
            return False
        if duty.night and _run(duty.date, {shift[3] for shift in shifts if shift[2]}) > self.nights:
            return False
        return employment.contract.organisation_id == duty.host_id or self._may_lend(
            employment, duty
        )

    def _may_lend(self, employment: Employment, duty: Duty) -> bool:
        """Within the smallest limit of the agreements it could run under."""
        key = (employment.contract.organisation_id, duty.host_id, duty.week)
        limits = [
            a.max_hours_per_week
            for a in self.problem.index.agreements_used(employment.contract, duty)
        ]
        limit = min((float("inf") if most is None else most for most in limits), default=0.0)
        return self.lent[key] + duty.paid <= limit * 60

    def _take(self, person: Person, employment: Employment, duty: Duty) -> None:
        self.assignments.append(Assignment(duty.id, person.id, employment.on(duty.date).id))
        self.filled[duty.id] += 1
        self.minutes[person.id, duty.week] += duty.paid
        self.minutes[employment.id, duty.week] += duty.paid
        if employment.contract.organisation_id != duty.host_id:
            self.lent[employment.contract.organisation_id, duty.host_id, duty.week] += duty.paid
        insort(self.shifts[person.id], (duty.start, duty.end, duty.night, duty.date))


def _run(day: date, others: Iterable[date]) -> int:
    """How long a run of dates would be with `day` in it."""
    found, length = set(others), 1
    for step in (-1, 1):
        reach = day + timedelta(days=step)
        while reach in found:
            length += 1
            reach += timedelta(days=step)
    return length

"""How many required hours can be covered at all, before any roster is looked for: an upper bound
that no roster passes.

A linear programme over shares of places. Of the hard rules it knows clearance, one place at a time
and rest within a day, the hours of a contract, of a week and on average, agreements' hours and
supplies' shifts; what it leaves out (runs, nights, weekly rest, skill mix) can only make less
possible. Prices play no part. Hours that a person can have are first cut down to what whole shifts
can add up to.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from scheduler.domain.duty import Duty
from scheduler.domain.facts import SharingAgreement
from scheduler.domain.problem import Employment, Person, Problem
from solver.constraints.average_week import AverageWeek
from solver.constraints.call_notice import CallNotice
from solver.constraints.contract_hours import ContractHours
from solver.constraints.daily_rest import DailyRest
from solver.constraints.longest_week import LongestWeek
from solver.constraints.release_limit import ReleaseLimit
from solver.constraints.temporary_limit import TemporaryLimit
from solver.policy.policy import Policy

NO_LIMIT = 10**9
Shift = tuple[int, int, int]
"""(start, end, paid minutes)"""


class CoverBound:
    """Upper bounds for parts of one problem's demand under one policy's hard rules."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem = problem
        self._policy = policy
        self._pairs: dict[int, list[Employment]] = defaultdict(list)
        for employment, duty in problem.pairs():
            self._pairs[duty.index].append(employment)
        self._agreements: dict[tuple[str, str, str, str, bool, date], SharingAgreement | None] = {}
        self._free: dict[int, list[tuple[Employment, Person]]] = {}
        self._average = {person.index: self.average_minutes(person) for person in problem.people}
        weeks = problem.period.weeks
        self._contract = {
            (e.index, week): self._contract_minutes(e, week)
            for e in problem.employments
            for week in weeks
        }
        self._week = {
            (person.index, week): self._week_minutes(person, week)
            for person in problem.people
            for week in weeks
        }

    @cached_property
    def _gap(self) -> int:
        """Minutes that lie between any two shifts of a person; nobody is ever at two places at a
        time.

        Between the halves of a split duty there may be none: where there are any, none is counted
        on.
        """
        rest = self._policy.hard_rule(DailyRest)
        return (
            rest.minutes
            if rest is not None and not any(duty.split for duty in self.problem.duties)
            else 0
        )

    def people(self, duty: Duty) -> int:
        """How many people are cleared for a duty."""
        return len(
            {
                self.problem.person_of_employment[employment.index].index
                for employment in self._pairs[duty.index]
            }
        )

    def employments(self, duties: Iterable[Duty]) -> list[Employment]:
        """The contracts through which any of the duties can be filled, by index."""
        found = {
            employment.index: employment
            for duty in duties
            for employment in self._pairs[duty.index]
        }
        return [found[i] for i in sorted(found)]

    def most(self, duties: Sequence[Duty], *, with_supply: bool = False) -> int:
        """The most minutes of required places of these duties that anybody's roster can fill, were
        nothing else to be filled.
        """
        rows = _Rows()
        for duty in duties:
            if duty.minimum:
                self._own_staff(rows, duty)
                if with_supply:
                    self._supplied(rows, duty)
        return rows.solve(self._limits(rows))

    # --- what one person may do

    def week_minutes(self, person: Person, week: date) -> int:
        """What the hard rules leave of one week of the period, over all contracts; NO_LIMIT where
        they leave it open.
        """
        return self._week[person.index, week]

    def _contract_minutes(self, employment: Employment, week: date) -> int:
        rule = self._policy.hard_rule(ContractHours)
        if rule is None or not employment.substantive:
            return NO_LIMIT
        person = self.problem.person_of_employment[employment.index]
        known = sum(
            shift.paid
            for shift in person.known
            if shift.contract_id in employment.ids and shift.week == week
        )
        return max(0, employment.owed[week] + rule.minutes - known)

    def _week_minutes(self, person: Person, week: date) -> int:
        rule = self._policy.hard_rule(LongestWeek)
        most = self._average[person.index]
        if rule is not None:
            most = min(
                most,
                max(
                    0,
                    round(rule.hours * 60)
                    - sum(shift.paid for shift in person.known if shift.week == week),
                ),
            )
        return min(
            most,
            NO_LIMIT,
            sum(self._contract[employment.index, week] for employment in person.employments),
        )

    def average_minutes(self, person: Person) -> int:
        """What the average leaves for the whole period; the earliest first block is the most
        generous.
        """
        rule, period = self._policy.hard_rule(AverageWeek), self.problem.period
        if rule is None or person.staff.wtr_opt_out:
            return NO_LIMIT
        blocks = [
            (period.last - shift.date).days // 7
            for shift in person.known
            if shift.date <= period.last
        ]
        earliest = min(rule.blocks - 1, max([*blocks, (period.last - period.first).days // 7]))
        first = period.last - timedelta(days=7 * earliest + 6)
        away = sum(first <= day <= period.last for day in person.leave)
        done = sum(shift.paid for shift in person.known if first <= shift.date <= period.last)
        return max(0, round(rule.hours * 60) * (7 * (earliest + 1) - away) // 7 - done)

    def _day_minutes(self, shifts: Iterable[Shift]) -> int:
        """The most paid minutes among shifts of one date that one person can all work."""
        gap = self._gap
        best: list[tuple[int, int]] = []  # (end, most minutes of sets that end with it)
        for start, end, paid in sorted(set(shifts), key=lambda shift: (shift[1], shift[0])):
            best.append(
                (
                    end,
                    paid
                    + max((before for ended, before in best if ended + gap <= start), default=0),
                )
            )
        return max((minutes for _, minutes in best), default=0)

    # --- the programme

    def _free_pairs(self, duty: Duty) -> list[tuple[Employment, Person]]:
        """Who is cleared for a duty and not busy with a shift known beforehand."""
        if duty.index not in self._free:
            owners = [
                (e, self.problem.person_of_employment[e.index]) for e in self._pairs[duty.index]
            ]
            gap = self._gap
            self._free[duty.index] = [
                (e, p)
                for e, p in owners
                if not any(k.start < duty.end + gap and duty.start < k.end + gap for k in p.known)
            ]
        return self._free[duty.index]

    def _own_staff(self, rows: "_Rows", duty: Duty) -> None:
        for employment, person in self._free_pairs(duty):
            keys: list[tuple[object, ...]] = [
                ("duty", duty.index),
                ("contract", employment.index, duty.week),
                ("week", person.index, duty.week),
                ("day", person.index, duty.date),
                ("average", person.index),
            ]
            if len(person.employments) > 1:
                keys.append(("once", person.index, duty.index))
            agreement = self._only_agreement(employment, duty)
            if agreement is not None:
                keys.append(("agreement", agreement, duty.week))
            rows.add(duty, 1.0, keys)

    def _only_agreement(self, employment: Employment, duty: Duty) -> SharingAgreement | None:
        """The limited agreement under which a lent shift has to run, where there is but one that
        fits.
        """
        contract = employment.contract
        limited = self._policy.hard_rule(ReleaseLimit) is not None
        if contract.organisation_id == duty.host_id or not limited:
            return None
        key = (
            contract.staff_id,
            contract.organisation_id,
            duty.host_id,
            duty.demand.service_id,
            duty.registered,
            duty.date,
        )
        if key not in self._agreements:
            usable = self.problem.index.agreements_used(contract, duty)
            alone = len(usable) == 1 and usable[0].max_hours_per_week is not None
            self._agreements[key] = usable[0] if alone else None
        return self._agreements[key]

    def _supplied(self, rows: "_Rows", duty: Duty) -> None:
        caps = self._policy.hard_rule(TemporaryLimit)
        notice = self._policy.hard_rule(CallNotice)
        for supply in self.problem.supplies_for(duty):
            if notice is not None and notice.too_early(supply, duty):
                continue
            keys: list[tuple[object, ...]] = [("duty", duty.index)]
            if supply.max_shifts_per_week is not None:
                keys.append(("supply", supply.id, duty.week))
            if caps is not None:
                keys += [
                    ("cap", number)
                    for number, cap in enumerate(caps.caps)
                    if supply.id in cap.supply_ids
                ]
            rows.add(duty, float(duty.minimum), keys)

    def _limits(self, rows: "_Rows") -> dict[tuple[object, ...], float]:
        """The right-hand side of every row; counted in places for duties and supplies, in minutes
        for the rest.
        """
        found: dict[tuple[object, ...], float] = {}
        for key, shifts in rows.shifts.items():
            found[key] = self._limit(key, shifts)
        return found

    def _limit(self, key: tuple[object, ...], shifts: set[Shift]) -> float:
        problem, lengths = self.problem, {paid for _, _, paid in shifts}
        match key:
            case ("duty", int(column)):
                return problem.duties[column].minimum
            case ("once", *_):
                return 1.0
            case ("supply", str(supply_id), date() as week):
                return float(
                    max(
                        0,
                        (problem.index.supplies[supply_id].max_shifts_per_week or 0)
                        - problem.supplied[supply_id, week],
                    )
                )
            case ("contract", int(row), date() as week):
                return whole_shifts(self._contract[row, week], lengths)
            case ("week", int(number), date() as week):
                return whole_shifts(self._week[number, week], lengths)
            case ("average", int(number)):
                return whole_shifts(self._average[number], lengths)
            case ("day", *_):
                return self._day_minutes(shifts)
            case ("agreement", SharingAgreement() as agreement, _):
                return round((agreement.max_hours_per_week or 0) * 60, 6)
            case ("cap", int(number)):
                rule = self._policy.hard_rule(TemporaryLimit)
                assert rule is not None
                return rule.caps[number].minutes
        raise AssertionError(key)


def whole_shifts(limit: int, lengths: set[int]) -> int:
    """The most minutes, up to a limit, that any number of shifts of these lengths can add up to."""
    useful = sorted(length for length in lengths if 0 < length <= limit)
    if limit >= NO_LIMIT or not useful:
        return limit if limit >= NO_LIMIT else 0
    reachable = 1  # bit n: n minutes can be made
    mask = (1 << (limit + 1)) - 1
    for length in useful:
        step = length
        while step <= limit:
            reachable |= (reachable << step) & mask
            step *= 2
    return reachable.bit_length() - 1


class _Rows:
    """Variables (shares of places of a duty) and the rows that they stand in."""

    PLACES = frozenset({"duty", "once", "supply"})

    def __init__(self) -> None:
        self.paid: list[int] = []
        self.most: list[float] = []
        self.shifts: dict[tuple[object, ...], set[Shift]] = defaultdict(set)
        self._entries: dict[tuple[object, ...], list[int]] = defaultdict(list)

    def add(self, duty: Duty, most: float, keys: Iterable[tuple[object, ...]]) -> None:
        for key in keys:
            self._entries[key].append(len(self.paid))
            self.shifts[key].add((duty.start, duty.end, duty.paid))
        self.paid.append(duty.paid)
        self.most.append(most)

    def solve(self, limits: dict[tuple[object, ...], float]) -> int:
        """The most minutes of places filled. Rows that cannot bind are left out."""
        if not self.paid:
            return 0
        paid, most = np.array(self.paid, dtype=float), np.array(self.most, dtype=float)
        row: list[int] = []
        column: list[int] = []
        value: list[float] = []
        right: list[float] = []
        for key, members in self._entries.items():
            weights = np.ones(len(members)) if key[0] in self.PLACES else paid[members]
            if weights @ most[members] > limits[key]:
                row += [len(right)] * len(members)
                column += members
                value += weights.tolist()
                right.append(limits[key])
        matrix = (
            coo_array((value, (row, column)), shape=(len(right), len(paid))).tocsr()
            if right
            else None
        )
        bounds = np.column_stack([np.zeros(len(most)), most])
        found = linprog(-paid, A_ub=matrix, b_ub=right or None, bounds=bounds, method="highs-ds")
        # zero is always a solution, and every variable has a bound
        assert found.status == 0, found.message
        return int(-found.fun + 1e-6)

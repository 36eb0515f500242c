"""A roster worked out for checking: each person's shifts in order of time, what each is paid, what
each demand has.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scheduler.domain.clock import Hours, OnDuty
from scheduler.domain.duty import Duty, KnownShift
from scheduler.domain.facts import Contract, TemporarySupply
from scheduler.domain.pay import Parts, Rate, owed_minutes
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster


@dataclass(frozen=True)
class Work(OnDuty):
    """One shift of a person: ours (with its assignment and duty) or known beforehand."""

    hours: Hours
    assignment: Assignment | None = None
    duty: Duty | None = None
    known: KnownShift | None = None

    @property
    def new(self) -> bool:
        """Whether this roster decides it."""
        return self.assignment is not None

    @property
    def contract_id(self) -> str:
        """Through which contract it is worked; empty where none is known."""
        if self.assignment is not None:
            return self.assignment.contract_id
        return self.known.contract_id if self.known else ""


def decided_pairs(shifts: Sequence[Work]) -> Iterator[tuple[Work, Work]]:
    """Every two of a person's shifts of which this roster decides at least one, the earlier first.
    A history is long, a roster short.
    """
    decided = [position for position, work in enumerate(shifts) if work.new]
    for position, one in enumerate(shifts):
        for later in (
            range(position + 1, len(shifts))
            if one.new
            else decided[bisect_right(decided, position) :]
        ):
            yield one, shifts[later]


class EvaluatedRoster:
    """What follows from a roster and the problem. Every assignment must name a demand row of the
    problem.
    """

    def __init__(
        self, problem: Problem, roster: Roster, like: "EvaluatedRoster | None" = None
    ) -> None:
        """`like`: of the same known shifts, which are then put in order once for both."""
        self.problem = problem
        self.roster = roster
        self._known: dict[str, list[Work]] = {} if like is None else like._known

    @cached_property
    def by_person(self) -> dict[str, list[Work]]:
        """Staff id -> shifts in order of time, for everybody who is in the problem or in the
        roster.
        """
        everybody = {p.id for p in self.problem.people} | set(self.roster.by_person)
        own = self.roster.by_person
        return {one: self.shifts_with(one, own.get(one, ())) for one in sorted(everybody)}

    def shifts_with(self, staff_id: str, assignments: Iterable[Assignment]) -> list[Work]:
        """A person's shifts in order of time, had they these of a roster."""
        if staff_id not in self._known:
            self._known[staff_id] = [
                Work(k.hours, known=k) for k in self.problem.all_known.get(staff_id, ())
            ]
        work = [*self._known[staff_id]]
        for assignment in assignments:
            duty = self.problem.duty_by_id[assignment.demand_id]
            work.append(Work(duty.hours, assignment, duty))
        return sorted(work, key=lambda w: (w.start, w.end, w.contract_id))

    def after(self, roster: Roster, staff_ids: Iterable[str]) -> "EvaluatedRoster":
        """Another roster of the same problem, in which the shifts of nobody but these people
        differ: everybody else's are handed over.
        """
        made = EvaluatedRoster(self.problem, roster, self)
        own = roster.by_person
        made.by_person = self.by_person | {
            one: made.shifts_with(one, own.get(one, ())) for one in staff_ids
        }
        return made

    def instead(self, roster: Roster, staff_ids: Collection[str]) -> "EvaluatedRoster":
        """As `after`, to go on from there: what everybody else is paid is handed over as well."""
        made = self.after(roster, staff_ids)
        theirs = Roster(tuple(a for one in staff_ids for a in roster.by_person.get(one, ())))
        alone = EvaluatedRoster(self.problem.of_people(frozenset(staff_ids)), theirs, self)
        others = {a: parts for a, parts in self._parts.items() if a.staff_id not in staff_ids}
        made._parts = others | alone._parts
        return made

    def new_weeks(self, staff_id: str) -> list[date]:
        """Mondays of the weeks in which the person has a shift of this roster."""
        return sorted({work.week for work in self.by_person[staff_id] if work.new})

    @cached_property
    def filled(self) -> Counter[str]:
        """People assigned to each demand id, supply included."""
        return Counter(assignment.demand_id for assignment in self.roster)

    def contract(self, contract_id: str) -> Contract:
        """The contract with this id, as the facts have it."""
        return self.problem.index.contracts[contract_id]

    def owed(self, contract_id: str, week: date) -> int:
        """Hours owed in a week by a contract and those that it follows on from, or that follow on
        [minutes].
        """
        index = self.problem.index
        return sum(
            owed_minutes(one, week, index.leave_dates(one.staff_id))
            for one in index.followed_on(contract_id)
        )

    def leading(self, contract_id: str) -> str:
        """The contract that stands for all that follow on from one another: the first that is live
        in the period.
        """
        index = self.problem.index
        if contract_id not in index.contracts:
            return contract_id
        first = self.problem.period.first
        return next(
            (
                one.id
                for one in index.followed_on(contract_id)
                if one.to_date is None or one.to_date >= first
            ),
            contract_id,
        )

    @cached_property
    def by_contract_week(self) -> dict[tuple[str, date], list[Work]]:
        """(leading contract's id, Monday) -> its shifts in order of time, known ones included."""
        found: dict[tuple[str, date], list[Work]] = defaultdict(list)
        for shifts in self.by_person.values():
            for work in shifts:
                if work.contract_id:
                    found[self.leading(work.contract_id), work.week].append(work)
        return dict(found)

    @cached_property
    def by_contract_settlement(self) -> dict[tuple[str, tuple[date, ...]], list[Work]]:
        """(leading contract's id, the weeks that are settled together) -> its shifts in order of
        time, known ones included.
        """
        found: dict[tuple[str, tuple[date, ...]], list[Work]] = {}
        for contract_id in dict.fromkeys(contract_id for contract_id, _ in self.by_contract_week):
            for weeks in self.problem.settlements:
                shifts = [
                    work
                    for week in weeks
                    for work in self.by_contract_week.get((contract_id, week), ())
                ]
                if shifts:
                    found[contract_id, weeks] = shifts
        return found

    @cached_property
    def _parts(self) -> dict[Assignment, Parts]:
        """What every assignment of a person is paid."""
        parts = {}
        for (contract_id, weeks), shifts in self.by_contract_settlement.items():
            if contract_id not in self.problem.index.contracts:
                continue
            before, owed = 0, sum(self.owed(contract_id, week) for week in weeks)
            for work in shifts:
                if work.assignment is not None:
                    parts[work.assignment] = self._paid_by_contract(work, before, owed, len(weeks))
                before += work.paid
        return parts

    @cached_property
    def paid(self) -> list[tuple[Assignment, Duty, Parts]]:
        """Every assignment with what it is paid, in the roster's order."""
        duties, parts = self.problem.duty_by_id, self._parts
        return [
            (
                assignment,
                duty := duties[assignment.demand_id],
                parts[assignment] if assignment.staff_id else self._supplied(assignment, duty),
            )
            for assignment in self.roster
        ]

    def _paid_by_contract(self, work: Work, before: int, owed: int, weeks: int) -> Parts:
        """A shift at the rate of the contract that it is worked under; what comes `before` it is of
        all that follow on.
        """
        contract, (start, end, paid, asleep, _) = self.contract(work.contract_id), work.hours
        rate = Rate(contract.hourly_pence, self.problem.index.roles[contract.role_id].band)
        if contract.kind == "bank":
            work_band = None if work.duty is None else self._work_band(work.duty)
            return self.problem.payroll.bank(rate, work_band, start, end, paid, asleep)
        return self.problem.payroll.substantive(rate, start, end, paid, before, owed, weeks, asleep)

    def supply(self, supply_id: str) -> TemporarySupply:
        """The temporary supply with this id, as the facts have it."""
        return self.problem.index.supplies[supply_id]

    def _supplied(self, assignment: Assignment, duty: Duty) -> Parts:
        supply = self.supply(assignment.supply_id)
        rate = Rate(supply.hourly_pence, self.problem.index.roles[supply.role_id].band)
        if supply.kind == "bank":
            return self.problem.payroll.bank(
                rate, self._work_band(duty), duty.start, duty.end, duty.paid, duty.asleep
            )
        return self.problem.payroll.temporary(
            rate, duty.start, duty.end, duty.paid, supply.kind, duty.asleep
        )

    def _work_band(self, duty: Duty) -> str | None:
        return self.problem.index.roles[duty.demand.role_id].band

    def lent(self) -> Iterator[tuple[Assignment, Duty, Contract]]:
        """Assignments of people to a host that does not employ them by this contract."""
        for assignment in self.roster:
            if assignment.staff_id:
                contract, duty = (
                    self.contract(assignment.contract_id),
                    self.problem.duty_by_id[assignment.demand_id],
                )
                if contract.organisation_id != duty.host_id:
                    yield assignment, duty, contract

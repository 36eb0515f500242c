"""A finished, checked roster written down: lines, vacancies and the summary of the data
contract.
"""

import platform
from collections import Counter, defaultdict
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from importlib.metadata import version
from typing import Any

from scheduler.domain.clock import Hours, minute
from scheduler.domain.duty import Duty, asleep_in
from scheduler.domain.errors import RosterRefused
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract, SharingAgreement
from scheduler.domain.pay import Parts, Rate, exact, half_up
from scheduler.domain.problem import Problem
from scheduler.domain.roster import (
    PAY_KINDS,
    Assignment,
    AssignmentLine,
    PayKind,
    RosterDocument,
    VacancyLine,
)
from solver.constraints.release_limit import lent_before, split
from solver.evaluate.verify import Report, pence, verify
from solver.policy.policy import Policy
from solver.result.vacancy_cause import vacancy_causes
from solver.search.strategy import Found, Limits, gap


@dataclass(frozen=True)
class Begun:
    """What a roster takes over from an earlier one because it had begun: lines as they were, and
    the places that were empty.
    """

    lines: tuple[AssignmentLine, ...] = ()
    vacancies: tuple[VacancyLine, ...] = ()


def document(
    problem: Problem,
    policy: Policy,
    found: Found,
    limits: Limits,
    seconds: float,
    input_sha256: str,
    begun: Begun = Begun(),
) -> RosterDocument:
    """What is stored of a search. Raises RosterRefused where the independent check does not agree
    with it.

    Hours and money count the whole period, the objective what is not `begun`.
    """
    assert found.roster is not None
    report = verify(problem, policy, found.roster)
    refuse_if_wrong(report, found)
    sheet = EvaluatedRoster(problem, found.roster)
    lending = Lending(sheet)
    lines = (
        *begun.lines,
        *(
            line_of(problem, assignment, duty, parts, lending)
            for assignment, duty, parts in sheet.paid
        ),
    )
    empty = list(vacancy_causes(problem, policy, found.roster))
    made = (
        VacancyLine(roster_id="draft", demand_id=duty.id, missing=missing, cause=str(cause))
        for duty, missing, cause in empty
    )
    causes = {duty.id: cause for duty, _, cause in empty}
    summary = {
        "collaborative_id": problem.collaborative_id,
        "period": {"start": problem.period.first.isoformat(), "days": problem.period.days},
        "status": "optimal" if report.objective == found.bound else found.status,
        "objective_pence": report.objective_pence,
        "bound_pence": pence(found.bound),
        "gap": gap(report.objective, found.bound),
        "seconds": round(seconds, 2),
        "seed": limits.seed,
        "workers": limits.workers,
        "time_limit": limits.seconds,
        "deterministic": limits.deterministic,
        "versions": versions(),
        "input_sha256": input_sha256,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **totals_of(sheet, lending, begun).summary(),
        "objective_by_rule": {rule_id: pence(cost) for rule_id, cost in report.by_rule.items()},
        "breaches": [],
        "policy": policy.to_tables(),
    }
    return RosterDocument(
        problem.collaborative_id,
        problem.period.first,
        problem.period.days,
        lines,
        (*begun.vacancies, *made),
        summary,
        causes,
    )


def refuse_if_wrong(report: Report, found: Found) -> None:
    """Nothing is kept that the check refuses. Raises RosterRefused where it finds a hard rule
    broken, an objective above the search's own, or one below its bound.
    """
    if report.breaches:
        raise RosterRefused(
            "The roster breaks hard rules: "
            + " ".join(breach.sentence for breach in report.breaches[:20])
        )
    if found.objective is not None and report.objective > found.objective:
        raise RosterRefused(
            f"The roster costs {report.objective_pence} pence, more than the search counted"
            f" ({pence(found.objective)})."
        )
    if report.objective < found.bound:
        raise RosterRefused(
            f"The roster costs {report.objective_pence} pence, less than the proven bound"
            f" ({pence(found.bound)})."
        )


def versions() -> dict[str, str]:
    """Versions of what decides a roster."""
    return {name: version(name) for name in ("workforce-deployment-scheduler", "ortools")} | {
        "python": platform.python_version()
    }


class Lending:
    """Which agreement each lent shift runs under, split so that every limit is kept."""

    def __init__(self, sheet: EvaluatedRoster) -> None:
        self._problem = sheet.problem
        self._agreements: dict[Assignment, SharingAgreement] = {}
        weeks: dict[Any, list[tuple[Assignment, int, tuple[SharingAgreement, ...]]]] = defaultdict(
            list
        )
        for assignment, duty, contract in sheet.lent():
            weeks[duty.week].append(
                (assignment, duty.paid, tuple(self._problem.index.agreements_used(contract, duty)))
            )
        before = lent_before(sheet.problem)
        for week, lent in weeks.items():
            used = {agreement: minutes for (agreement, at), minutes in before.items() if at == week}
            agreements = split([(paid, usable) for _, paid, usable in lent], used)
            self._agreements.update(
                zip((assignment for assignment, _, _ in lent), agreements, strict=True)
            )

    def agreement(self, assignment: Assignment) -> SharingAgreement | None:
        """Under which one a shift runs; None where it is not lent."""
        return self._agreements.get(assignment)

    def recharge(
        self,
        contract: Contract,
        hours: Hours,
        agreement: SharingAgreement | None,
        bank_pence: Fraction | None = None,
    ) -> Fraction:
        """Hours x hourly pence x (1 + enhancement) x percentage [pence]. `bank_pence`: what a bank
        worker is paid for it, which can be less where work is paid at its own grade.
        """
        rate = Rate(contract.hourly_pence, self._problem.index.roles[contract.role_id].band)
        percent = (
            100.0
            if agreement is None or agreement.recharge_percent is None
            else agreement.recharge_percent
        )
        full = (
            self._problem.payroll.full_pence(rate, hours.start, hours.end, hours.paid, hours.asleep)
            if bank_pence is None
            else bank_pence
        )
        return full * exact(percent) / 100


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at * 60, tz=UTC)


def line_of(
    problem: Problem, assignment: Assignment, duty: Duty, parts: Parts, lending: Lending
) -> AssignmentLine:
    """An assignment with everything that follows from it, as it is stored."""
    contract = problem.index.contracts.get(assignment.contract_id)
    employer = contract.organisation_id if contract else duty.host_id
    agreement = lending.agreement(assignment)
    return AssignmentLine(
        roster_id="draft",
        demand_id=duty.id,
        staff_id=assignment.staff_id or None,
        temporary_supply_id=assignment.supply_id or None,
        contract_id=assignment.contract_id or None,
        employer_organisation_id=employer,
        host_organisation_id=duty.host_id,
        place_id=duty.place_id,
        site_id=duty.demand.site_id,
        service_id=duty.demand.service_id,
        role_id=duty.demand.role_id,
        start=_instant(duty.start),
        end=_instant(duty.end),
        paid_minutes=duty.paid,
        pay=parts.label,
        cost_pence=parts.cost_pence,
        route=agreement.route if agreement else None,
        contracted_minutes=parts.minutes.get("contracted", 0),
        extra_minutes=parts.minutes.get("extra", 0),
        overtime_minutes=parts.minutes.get("overtime", 0),
        shift_type_id=duty.demand.shift_type_id,
    )


def in_hours(minutes: int) -> float:
    """Minutes as hours, to two decimals [h]."""
    return round(minutes / 60, 2)


@dataclass(frozen=True)
class Paid:
    """One line's share of hours and money. `recharge`: exact pence, where it is lent."""

    employer: str
    host: str
    paid: int
    parts: Parts
    recharge: Fraction | None


def paid_of(
    problem: Problem, lending: Lending, assignment: Assignment, duty: Duty, parts: Parts
) -> Paid:
    """What an assignment that is paid in these parts adds to hours and money."""
    contract = problem.index.contracts.get(assignment.contract_id)
    employer = contract.organisation_id if contract else duty.host_id
    lent = contract is not None and employer != duty.host_id
    recharge = (
        lending.recharge(
            contract,
            duty.hours,
            lending.agreement(assignment),
            sum(parts.pence.values(), Fraction(0)) if contract.kind == "bank" else None,
        )
        if contract is not None and lent
        else None
    )
    return Paid(employer, duty.host_id, duty.paid, parts, recharge)


def _paid_before(problem: Problem, lending: Lending, line: AssignmentLine) -> Paid:
    """A line that was taken over, in the parts that it names itself: what was paid before it is not
    worked out again.
    """
    index, payroll = problem.index, problem.payroll
    kind, contract = (
        index.shift_types.get(line.shift_type_id or ""),
        index.contracts.get(line.contract_id or ""),
    )
    start, end = minute(line.start), minute(line.end)
    asleep = asleep_in(start, kind)
    hours = Hours(start, end, line.paid_minutes, asleep)
    employer, host = line.employer_organisation_id, line.host_organisation_id
    agreement = next(
        (one for one in index.agreements.get((employer, host), ()) if one.route == line.route), None
    )
    if contract is None or line.pay in ("bank", "agency"):
        # one kind of pay: the line says what it cost
        cost = Fraction(line.cost_pence)
        lent = (
            lending.recharge(contract, hours, agreement, cost)
            if contract is not None and employer != host
            else None
        )
        return Paid(
            employer, host, hours.paid, Parts({line.pay: hours.paid}, {line.pay: cost}), lent
        )
    rate = Rate(contract.hourly_pence, index.roles[contract.role_id].band)
    plain = line.contracted_minutes + line.extra_minutes
    parts = payroll.in_parts(rate, start, end, hours.paid, line.contracted_minutes, plain, asleep)
    return Paid(
        employer,
        host,
        hours.paid,
        parts,
        lending.recharge(contract, hours, agreement) if employer != host else None,
    )


class Totals:
    """Hours and money of a roster, which lines join and leave. Without any nobody is there."""

    def __init__(self, problem: Problem) -> None:
        self._minutes: Counter[PayKind] = Counter()
        self._cost: Counter[PayKind] = Counter()
        self._organisations: dict[str, Counter[str]] = defaultdict(Counter)
        self._organisation_cost: Counter[str] = Counter()
        self._recharges: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        self._lent: Counter[tuple[str, str]] = Counter()
        self._places: dict[str, Counter[str]] = defaultdict(Counter)
        for duty in (*problem.begun, *problem.duties):
            for row in self._rows(duty):
                row["required"] += duty.minimum * duty.paid
                row["missing"] += duty.minimum * duty.paid
        self._hosts = frozenset(self._organisations)

    def copy(self) -> "Totals":
        """The same, to be changed by itself."""
        return deepcopy(self)

    def _rows(self, duty: Duty) -> tuple[Counter[str], Counter[str]]:
        return self._places[duty.place_id], self._organisations[duty.host_id]

    def join(self, one: Paid, times: int = 1) -> None:
        """A line more; or with -1 `times` one less."""
        for kind, part in one.parts.minutes.items():
            self._minutes[kind] += part * times
            self._organisations[one.employer][kind] += part * times
        # not the exact cost: the kinds add up to the rows
        for kind, pence_of_part in one.parts.whole_pence.items():
            self._cost[kind] += pence_of_part * times
        self._organisation_cost[one.employer] += one.parts.cost_pence * times
        if one.recharge is not None:
            self._organisations[one.employer]["lent"] += one.paid * times
            self._organisations[one.host]["borrowed"] += one.paid * times
            self._lent[one.employer, one.host] += one.paid * times
            self._recharges[one.employer, one.host] += one.recharge * times

    def fill(self, duty: Duty, before: int, now: int) -> None:
        """So many people at a duty in place of so many."""
        more = (min(duty.minimum, now) - min(duty.minimum, before)) * duty.paid
        for row in self._rows(duty):
            row["filled"] += more
            row["missing"] -= more

    def summary(self) -> dict[str, Any]:
        """As the data contract has it."""
        return {
            "hours": {
                name: in_hours(sum(place[name] for place in self._places.values()))
                for name in ("required", "filled", "missing")
            },
            "hours_by_pay": {kind: in_hours(self._minutes[kind]) for kind in PAY_KINDS},
            "cost_pence_by_pay": {kind: self._cost[kind] for kind in PAY_KINDS},
            "by_organisation": {
                name: {
                    **_all_hours(
                        row, ("required", "filled", "missing", "lent", "borrowed", *PAY_KINDS)
                    ),
                    "cost_pence": self._organisation_cost[name],
                }
                for name, row in sorted(self._organisations.items())
                if name in self._hosts or any(row.values())
            },
            "by_place": {
                name: _all_hours(row, ("required", "filled", "missing"))
                for name, row in sorted(self._places.items())
            },
            "lent": [
                {
                    "from": home,
                    "to": host,
                    "hours": in_hours(minutes),
                    "recharge_pence": half_up(self._recharges[home, host]),
                }
                for (home, host), minutes in sorted(self._lent.items())
                if minutes
            ],
        }


def totals_of(sheet: EvaluatedRoster, lending: Lending, begun: Begun) -> Totals:
    """Hours and money of a whole roster, with what it takes over."""
    found = Totals(sheet.problem)
    for assignment, duty, parts in sheet.paid:
        found.join(paid_of(sheet.problem, lending, assignment, duty, parts))
    for line in begun.lines:
        found.join(_paid_before(sheet.problem, lending, line))
    filled = sheet.filled + Counter(line.demand_id for line in begun.lines)
    for duty in (*sheet.problem.begun, *sheet.problem.duties):
        found.fill(duty, 0, filled[duty.id])
    return found


def _all_hours(row: Counter[str], names: Iterable[str]) -> dict[str, float]:
    return {name: in_hours(row.get(name, 0)) for name in names}

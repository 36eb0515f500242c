"""What a director asks of a week: hours and pounds by who pays and how, what stays empty and where,
what is asked of staff. Whole minutes, pence and counts, so that weeks and organisations add up.

A week's figures, each a mapping of names to whole numbers:

- `minutes` {required, filled, missing}; `missing_by`, `required_by` {priority, service, place,
  part}: the same minutes by each (parts of the week: `PARTS`);
- `minutes_by_pay`, `pence_by_pay`: by kind of pay;
- `by_organisation`: of each {required, filled, missing, lent, borrowed, unused} minutes and
  `minutes_by_pay`, `pence_by_pay` of what it pays itself, `recharge_in`, `recharge_out` pence,
  `basic_pence` of the hours that its contracts owe, which are paid whether used or not;
- `lent`: `HOME>HOST` -> {minutes, pence}: what is recharged;
- `by_role`: of each role of staff {night, weekend, lent, travel} minutes (travel beyond the own
  base) and wishes_missed: what is asked of them;
- `staff` {moved} people, {wishes_asked, wishes_missed}, {travel, unused} minutes and
  {mileage_pence, basic_pence};
- `fairness_pence`, `breaches`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from scheduler.domain.clock import public_holidays
from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import half_up, owed_minutes
from scheduler.domain.problem import Problem
from scheduler.domain.roster import PAY_KINDS, Roster
from solver.constraints.preference import Preference
from solver.constraints.travel import Travel
from solver.constraints.unused_hours import UnusedHours
from solver.evaluate.verify import Report
from solver.policy.policy import Policy
from solver.result.document import Lending, paid_of

Figures = dict[str, Any]
PARTS = ("weekday", "weekday night", "weekend", "weekend night")
"""Of the week. A public holiday is a weekend; a night belongs to the day on which it begins."""
COVER = ("required", "filled", "missing")
STAFF_BURDENS = ("night", "weekend", "lent", "travel", "wishes_missed")


def part_of_week(duty: Duty) -> str:
    """Which of `PARTS` a shift belongs to."""
    weekend = duty.date.weekday() >= 5 or duty.date in public_holidays(duty.date.year)
    return f"{'weekend' if weekend else 'weekday'}{' night' if duty.night else ''}"


def figures(problem: Problem, policy: Policy, roster: Roster, report: Report) -> Figures:
    """The figures of one solved week. `report`: the independent check of it."""
    sheet = EvaluatedRoster(problem, roster)
    organisations: dict[str, Figures] = defaultdict(_of_nothing)
    found: Figures = {**_cover(sheet, organisations), **_pay(sheet, organisations)}
    _add_owed(sheet, policy, organisations)
    found["by_organisation"] = dict(sorted(organisations.items()))
    found["by_role"], found["staff"] = _asked_of_staff(sheet, policy)
    for name in ("unused", "basic_pence"):
        found["staff"][name] = sum(row[name] for row in organisations.values())
    found["fairness_pence"] = half_up(
        sum(
            Fraction(cost, 60)
            for rule_id, cost in report.by_rule.items()
            if policy.rules[rule_id].asked_as == "fairness"
        )
    )
    found["breaches"] = len(report.breaches)
    return found


def _of_nothing() -> Figures:
    return {
        **dict.fromkeys((*COVER, "lent", "borrowed", "unused"), 0),
        **dict.fromkeys(("recharge_in", "recharge_out", "basic_pence"), 0),
        "minutes_by_pay": dict.fromkeys(PAY_KINDS, 0),
        "pence_by_pay": dict.fromkeys(PAY_KINDS, 0),
    }


def _cover(sheet: EvaluatedRoster, organisations: dict[str, Figures]) -> Figures:
    minutes: Counter[str] = Counter(dict.fromkeys(COVER, 0))
    by: dict[str, dict[str, Counter[str]]] = {
        "required": defaultdict(Counter),
        "missing": defaultdict(Counter),
    }
    for duty in sheet.problem.duties:
        present = min(duty.minimum, sheet.filled[duty.id])
        row = {
            "required": duty.minimum * duty.paid,
            "filled": present * duty.paid,
            "missing": (duty.minimum - present) * duty.paid,
        }
        minutes.update(row)
        names = {
            "priority": str(duty.demand.priority),
            "service": duty.demand.service_id,
            "place": duty.place_id,
            "part": part_of_week(duty),
        }
        for kind in COVER:
            organisations[duty.host_id][kind] += row[kind]
        for kind, tables in by.items():
            for dimension, name in names.items():
                tables[dimension][name] += row[kind]
    return {
        "minutes": dict(minutes),
        "required_by": _plain(by["required"]),
        "missing_by": _plain(by["missing"]),
    }


def _pay(sheet: EvaluatedRoster, organisations: dict[str, Figures]) -> Figures:
    """Who pays what, whom it lends to, and what that is recharged at."""
    lending = Lending(sheet)
    minutes: Counter[str] = Counter(dict.fromkeys(PAY_KINDS, 0))
    cost: Counter[str] = Counter(dict.fromkeys(PAY_KINDS, 0))
    lent: Counter[tuple[str, str]] = Counter()
    recharge: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for assignment, duty, parts in sheet.paid:
        one = paid_of(sheet.problem, lending, assignment, duty, parts)
        payer = organisations[one.employer]
        for kind, time in one.parts.minutes.items():
            payer["minutes_by_pay"][kind] += time
            minutes[kind] += time
        for kind, money in one.parts.whole_pence.items():
            payer["pence_by_pay"][kind] += money
            cost[kind] += money
        if one.recharge is not None:
            lent[one.employer, one.host] += one.paid
            recharge[one.employer, one.host] += one.recharge
    pairs = {}
    for (home, host), time in sorted(lent.items()):
        money = half_up(recharge[home, host])
        pairs[f"{home}>{host}"] = {"minutes": time, "pence": money}
        organisations[home]["lent"] += time
        organisations[home]["recharge_in"] += money
        organisations[host]["borrowed"] += time
        organisations[host]["recharge_out"] += money
    return {"minutes_by_pay": dict(minutes), "pence_by_pay": dict(cost), "lent": pairs}


def _add_owed(sheet: EvaluatedRoster, policy: Policy, organisations: dict[str, Figures]) -> None:
    """What contracts owe: minutes that are not rostered, and the basic pay of all of them, which is
    due whether they are rostered or not.
    """
    for violation in policy.rule_or_default(UnusedHours).check(sheet):
        employer = sheet.contract(violation.about[1]).organisation_id
        organisations[employer]["unused"] += violation.quantity
    for person in sheet.problem.people:
        for employment in person.employments:
            if employment.substantive and employment.counts_unused:
                for contract in employment.contracts:
                    minutes = sum(
                        owed_minutes(contract, week, sheet.problem.period.outside(week))
                        for week in sheet.problem.period.weeks
                    )
                    organisations[contract.organisation_id]["basic_pence"] += half_up(
                        Fraction(minutes * contract.hourly_pence, 60)
                    )


def _asked_of_staff(sheet: EvaluatedRoster, policy: Policy) -> tuple[Figures, Figures]:
    """(by role, of all)."""
    problem, travel = sheet.problem, policy.rule_or_default(Travel)
    roles: dict[str, Counter[str]] = defaultdict(Counter)
    moved, mileage = set(), 0
    home_to = problem.index.geography.minutes
    for assignment, duty, _ in sheet.paid:
        if not assignment.staff_id:
            continue
        contract = sheet.contract(assignment.contract_id)
        home = problem.index.staff[assignment.staff_id].home_site_id
        further = home_to(home, duty.demand.site_id) - home_to(home, contract.base_site_id)
        row = roles[contract.role_id]
        row["travel"] += round(2 * max(0.0, further))
        row["night"] += duty.paid if duty.night else 0
        row["weekend"] += duty.paid if part_of_week(duty).startswith("weekend") else 0
        mileage += travel.mileage(problem, contract, duty)
        if contract.organisation_id != duty.host_id:
            row["lent"] += duty.paid
            moved.add(assignment.staff_id)
    missed = 0
    wishes = policy.rule_or_default(Preference)
    if wishes.applies(problem):
        for violation in wishes.check(sheet):
            first = problem.person_by_id[violation.about[0]].employments[0]
            roles[first.contracts[0].role_id]["wishes_missed"] += 1
            missed += 1
    asked = sum(
        wish.staff_id in problem.person_by_id and wish.date in problem.period and bool(wish.weight)
        for wish in problem.dataset.preference
    )
    by_role = {
        role_id: {burden: row[burden] for burden in STAFF_BURDENS}
        for role_id, row in sorted(roles.items())
    }
    everybody = {
        "moved": len(moved),
        "wishes_asked": asked,
        "wishes_missed": missed,
        "travel": sum(row["travel"] for row in by_role.values()),
        "mileage_pence": mileage,
    }
    return by_role, everybody


def _plain(tables: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {dimension: dict(sorted(table.items())) for dimension, table in tables.items()}


# --- sums and differences


def summed(several: Iterable[Mapping[str, Any]]) -> Figures:
    """Figures of weeks together: every number is a sum."""
    total: Figures = {}
    for one in several:
        total = _joined(total, one, 1)
    return total


def less(one: Mapping[str, Any], other: Mapping[str, Any]) -> Figures:
    """By how much each number of one is above that of the other; what only one has counts as
    0 in the other.
    """
    return _joined(_joined({}, one, 1), other, -1)


def _joined(one: Mapping[str, Any], other: Mapping[str, Any], times: int) -> Figures:
    joined: Figures = {}
    for name in dict.fromkeys([*one, *other]):
        a, b = one.get(name), other.get(name)
        if isinstance(a, Mapping) or isinstance(b, Mapping):
            joined[name] = _joined(a or {}, b or {}, times)
        else:
            joined[name] = (a or 0) + times * (b or 0)
    return joined


def share(part: float, whole: float) -> float | None:
    """A share of a whole; None where there is no whole."""
    return part / whole if whole else None


def agency_share(one: Mapping[str, Any], kind: str = "agency") -> float | None:
    """What agency, or another kind of pay, is of all that a week's pay costs, basic pay of
    contracted hours included and on-costs not.
    """
    whole = sum(one["pence_by_pay"].values()) + one["staff"]["basic_pence"]
    return share(one["pence_by_pay"][kind], whole)

"""An instance as the facts of the data contract, and a roster back as the instance's cells."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Roster
from solver.constraints import catalogue
from solver.policy.policy import Policy
from tests.bench.public.instance import Cover, Employee, Instance

FIRST = date(2027, 3, 29)
"""A Monday after which the clock does not change for 31 weeks; later changes come at night, outside
all shifts.
"""
START_HOUR = 8
"""Every shift begins at the same time: two of one day overlap, so that nobody works both."""
MOST_POINTS = 10
"""The contract's wishes go from -10 to 10; dearer ones are scaled."""
KEPT = frozenset(
    {
        "minimum_cover",
        "over_cover",
        "preference",
        "total_minutes",
        "total_shifts",
        "total_weekends",
        "run_of_work",
        "run_of_days_off",
        "forbidden_succession",
    }
)
"""The rules that the format knows; those that always hold come on top."""

Tables = dict[str, list[dict[str, Any]]]


def points_each(instance: Instance) -> int:
    """How many of the instance's units one point stands for: a divisor of 60, so that points stay
    exact.
    """
    dearest = max((request.weight for request in instance.requests), default=0)
    return next(k for k in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60) if dearest <= MOST_POINTS * k)


def policy_of(instance: Instance) -> Policy:
    """Only what the format knows: one unit of cost is a pound."""
    off = {
        rule_id: {"off": True}
        for rule_id, rule in catalogue().items()
        if rule.may_be_off and rule_id not in KEPT
    }
    return Policy.from_tables(off, {"preference": {"weight": float(points_each(instance))}})


def problem_of(instance: Instance) -> Problem:
    return build_problem(
        Dataset.from_cells(tables_of(instance)), "BENCHMARK", Period(FIRST, instance.days)
    )


def day_of(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def demand_id(cover: Cover) -> str:
    return f"{cover.day}-{cover.shift}"


def rows_of(instance: Instance, problem: Problem, roster: Roster) -> dict[str, list[str | None]]:
    """Employee -> shift of each day."""
    rows: dict[str, list[str | None]] = {
        employee.id: [None] * instance.days for employee in instance.employees
    }
    for assignment in roster:
        demand = problem.duty_by_id[assignment.demand_id].demand
        rows[assignment.staff_id][(demand.date - FIRST).days] = demand.shift_type_id
    return rows


def tables_of(instance: Instance) -> Tables:
    """Facts as cells. One employer, place, site, service and role; nothing of it matters but the
    working patterns.
    """
    return {
        "collaborative": [{"id": "BENCHMARK", "name": "Public benchmark"}],
        "organisation": [{"id": "ORG", "name": "Employer", "kind": "nhs_trust"}],
        "membership": [
            {
                "collaborative_id": "BENCHMARK",
                "organisation_id": "ORG",
                "from_date": "2020-01-01",
                "to_date": "",
            }
        ],
        "place": [
            {
                "id": "PLACE",
                "collaborative_id": "BENCHMARK",
                "name": "Place",
                "population": "1",
                "need_weight": "1",
            }
        ],
        "site": [
            {
                "id": "SITE",
                "name": "Site",
                "place_id": "PLACE",
                "postcode": "CM1 1AA",
                "latitude": "51.7",
                "longitude": "0.5",
            }
        ],
        "service": [{"id": "SERVICE", "collaborative_id": "BENCHMARK", "name": "Service"}],
        "service_host": [{"service_id": "SERVICE", "place_id": "PLACE", "organisation_id": "ORG"}],
        "role": [{"id": "ROLE", "name": "Role", "staff_group": "support", "band": ""}],
        "staff": [
            {
                "id": employee.id,
                "name": f"Synthetic {employee.id}",
                "home_site_id": "SITE",
                "max_travel_minutes": "",
                "accepts_other_hosts": "no",
                "wtr_opt_out": "yes",
            }
            for employee in instance.employees
        ],
        "contract": [
            {
                "id": f"C-{employee.id}",
                "staff_id": employee.id,
                "organisation_id": "ORG",
                "role_id": "ROLE",
                "kind": "substantive",
                "hours_per_week": "37.5",
                "base_site_id": "SITE",
                "hourly_pence": "0",
                "from_date": "2020-01-01",
                "to_date": "",
                "joint_post_id": "",
            }
            for employee in instance.employees
        ],
        "shift_type": [
            {
                "id": shift,
                "name": shift,
                "start_time": f"{START_HOUR:02}:00",
                "end_time": _end(minutes),
                "unpaid_break_minutes": "0",
            }
            for shift, minutes in instance.minutes.items()
        ],
        "shift_succession": [
            {"shift_type_id": one, "next_shift_type_id": other}
            for one, others in instance.may_not_follow.items()
            for other in others
        ],
        "demand": [_demand(cover, len(instance.employees)) for cover in instance.cover],
        "leave": [
            {
                "staff_id": employee.id,
                "from_date": day_of(day),
                "to_date": day_of(day),
                "kind": "day off",
            }
            for employee in instance.employees
            for day in sorted(employee.days_off)
        ],
        "preference": [
            {
                "staff_id": request.employee,
                "date": day_of(request.day),
                "shift_type_id": request.shift,
                "weight": str(
                    (1 if request.wanted else -1) * request.weight / points_each(instance)
                ),
            }
            for request in instance.requests
        ],
        "work_limit": [
            row for employee in instance.employees for row in _limits(instance, employee)
        ],
    }


def _end(minutes: int) -> str:
    hour, minute = divmod(START_HOUR * 60 + minutes, 60)
    return f"{hour % 24:02}:{minute:02}"


def _demand(cover: Cover, staff: int) -> dict[str, Any]:
    return {
        "id": demand_id(cover),
        "service_id": "SERVICE",
        "site_id": "SITE",
        "date": day_of(cover.day),
        "shift_type_id": cover.shift,
        "role_id": "ROLE",
        "minimum": str(cover.required),
        "preferred": "",
        "priority": "3",
        "maximum": str(max(staff, cover.required)),
        "under_pence": str(100 * cover.under),
        "over_pence": str(100 * cover.over),
    }


def _limits(instance: Instance, employee: Employee) -> Iterator[dict[str, Any]]:
    yield _limit(employee, "total_minutes", employee.min_minutes, employee.max_minutes)
    yield _limit(employee, "total_weekends", None, employee.max_weekends)
    yield _limit(employee, "run_of_work", employee.min_run, employee.max_run)
    yield _limit(employee, "run_of_days_off", employee.min_off, None)
    for shift in instance.minutes:
        most = employee.most.get(shift, 0)
        if most < instance.days:
            yield _limit(employee, "total_shifts", None, most, shift)


def _limit(
    employee: Employee, measure: str, least: int | None, most: int | None, shift: str = ""
) -> dict[str, Any]:
    return {
        "staff_id": employee.id,
        "measure": measure,
        "shift_type_id": shift,
        "minimum": "" if least is None else str(least),
        "maximum": "" if most is None else str(most),
        "days": "",
    }

"""How far a week's pay depends on what was worked before a shift: the few ranges of minutes that matter."""

from collections.abc import Sequence
from datetime import date

from scheduler.domain.problem import Employment, Problem
from solver.constraints.contract_hours import ContractHours
from solver.constraints.daily_rest import DailyRest
from solver.policy import Policy

Hours = tuple[int, int, int]
"""(start, end, paid minutes)"""


def ranges(problem: Problem, policy: Policy, employment: Employment, week: date, slots: Sequence[Hours]) -> list[list[tuple[int, int]]]:
    """For each slot of a substantive contract in a week (in order of time), the ranges of minutes before it that matter."""
    known = [
        (shift.start, shift.end, shift.paid)
        for shift in problem.person_of_employment[employment.index].known
        if shift.contract_id == employment.id and shift.week == week
    ]
    owed = employment.owed[week]
    rest, most = policy.rules.get("daily_rest"), policy.rules.get("contract_hours")
    reachable = before_values(
        slots,
        known,
        rest=rest.minutes if isinstance(rest, DailyRest) and rest.hard else 0,
        most=max(owed + most.minutes, sum(paid for _, _, paid in known)) if isinstance(most, ContractHours) and most.hard else None,
    )
    plain_until = max(owed, problem.payroll.terms.full_time_minutes)
    return [cases(values, paid, owed, plain_until) for values, (_, _, paid) in zip(reachable, slots, strict=True)]


def before_values(slots: Sequence[Hours], known: Sequence[Hours], *, rest: int, most: int | None) -> list[list[int]]:
    """For each slot, every number of paid minutes that can come before it in the week, in ascending order.

    `slots` in order of time; shifts are at least `rest` minutes apart; no total above `most` (None = no limit).
    """
    found: list[set[int]] = []
    for position, (start, _, paid) in enumerate(slots):
        sums = {0}
        for earlier in range(position):
            if slots[earlier][1] + rest <= start:
                sums |= {total + slots[earlier][2] for total in found[earlier]}
        done = sum(minutes for at, _, minutes in known if at < start)
        # known minutes are added last, so that sums of slots are not counted twice
        found.append({total for total in sums if most is None or total + done + paid <= most})
    result = []
    for (start, _, _), sums in zip(slots, found, strict=True):
        done = sum(minutes for at, _, minutes in known if at < start)
        result.append(sorted(total + done for total in sums) or [done])
    return result


def cases(values: Sequence[int], paid: int, owed: int, plain_until: int) -> list[tuple[int, int]]:
    """Ranges (first, last) of the values within each of which a slot of `paid` minutes is paid the same.

    All contracted, all extra and all overtime are one range each; across a border every value is a case of its own.
    """
    found: list[tuple[int, int]] = []
    previous = ""
    for value in values:
        if value + paid <= owed:
            kind = "contracted"
        elif owed <= value and value + paid <= plain_until:
            kind = "extra"
        elif plain_until <= value:
            kind = "overtime"
        else:
            kind = ""
        if kind and kind == previous:
            found[-1] = (found[-1][0], value)
        else:
            found.append((value, value))
        previous = kind
    return found

"""How far a shift's pay depends on what was worked before it in the week, or in the weeks that
settle together.
"""

from collections.abc import Sequence
from datetime import date

from scheduler.domain.clock import Hours, local_date, monday
from scheduler.domain.problem import Employment, Problem
from solver.constraints.contract_hours import ContractHours
from solver.constraints.daily_rest import DailyRest
from solver.policy.policy import Policy


def ranges(
    problem: Problem,
    policy: Policy,
    employment: Employment,
    weeks: Sequence[date],
    slots: Sequence[Hours],
) -> list[list[tuple[int, int]]]:
    """For each slot of a substantive contract in weeks that settle together (in order of time), the
    ranges of minutes before it that matter.
    """
    own = [
        s
        for s in problem.person_of_employment[employment.index].known
        if s.contract_id in employment.ids and s.week in weeks
    ]
    owed = sum(employment.owed[week] for week in weeks)
    rest, beyond = policy.hard_rule(DailyRest), policy.hard_rule(ContractHours)
    most: dict[date, int] = {}
    if beyond is not None:
        total = 0
        for week in weeks:
            total += max(
                employment.owed[week] + beyond.minutes,
                sum(shift.paid for shift in own if shift.week == week),
            )
            most[week] = total
    reachable = before_values(
        slots,
        [shift.hours for shift in own],
        rest=0 if rest is None else rest.minutes,
        most=[most.get(monday(local_date(slot.start))) for slot in slots],
    )
    plain_until = problem.payroll.plain_until(owed, len(weeks))
    return [
        cases(values, slot.paid, owed, plain_until)
        for values, slot in zip(reachable, slots, strict=True)
    ]


def before_values(
    slots: Sequence[Hours], known: Sequence[Hours], *, rest: int, most: Sequence[int | None]
) -> list[list[int]]:
    """For each slot, every number of paid minutes that can come before it, in ascending order.

    `slots` in order of time; shifts are at least `rest` minutes apart, but for the halves of split
    duties; with the slot itself no total above its `most` (None = no limit).
    """
    found: list[set[int]] = []
    result = []
    if any(slot.split for slot in slots):
        rest = 0
    sums, ended = (
        {0},
        sorted(range(len(slots)), key=lambda position: slots[position].end, reverse=True),
    )
    for slot, limit in zip(slots, most, strict=True):
        start, paid = slot.start, slot.paid
        while (
            ended and slots[ended[-1]].end + rest <= start
        ):  # it began before this one, so what came before it is found already
            earlier = ended.pop()
            sums |= {total + slots[earlier].paid for total in found[earlier]}
        done = sum(shift.paid for shift in known if shift.start < start)
        # known minutes are added last, so that sums of slots are not counted twice
        found.append({total for total in sums if limit is None or total + done + paid <= limit})
        result.append(sorted(total + done for total in found[-1]) or [done])
    return result


def cases(values: Sequence[int], paid: int, owed: int, plain_until: int) -> list[tuple[int, int]]:
    """Ranges (first, last) of the values within each of which a slot of `paid` minutes is paid the
    same.

    All contracted, all extra and all overtime are one range each; across a border every value is a
    case of its own.
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

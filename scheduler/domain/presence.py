"""A problem as it would be, had somebody not been on leave."""

from dataclasses import replace
from datetime import date

from scheduler.domain.fact_index import FactIndex
from scheduler.domain.problem import Problem


def back_from_leave(problem: Problem, staff_id: str, first: date, last: date) -> Problem:
    """The problem of one person alone, without their leave of these dates, from its first to its
    last.

    Lifting a leave lifts all that it does: the person owes hours on those dates, and they count in
    averages.
    """
    dataset = problem.dataset
    rows = [
        row
        for row in dataset.leave
        if not (row.staff_id == staff_id and first <= row.from_date and row.to_date <= last)
    ]
    index = FactIndex(dataset.with_facts(leave=rows))
    away = index.leave_dates(staff_id)
    pins = tuple(pin for pin in problem.pins if pin.staff_id == staff_id)
    person = problem.person_by_id.get(staff_id)
    if person is None:  # nobody who may fill anything as things are
        return replace(problem, index=index, people=(), pins=pins)
    own = tuple(
        replace(
            employment, owed={week: employment.owed_without(week, away) for week in employment.owed}
        )
        for employment in person.employments
    )
    employments = list(problem.employments)
    for employment in own:
        employments[employment.index] = employment
    return replace(
        problem,
        index=index,
        people=(replace(person, employments=own, leave=away),),
        employments=tuple(employments),
        pins=pins,
    )

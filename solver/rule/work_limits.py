"""What was agreed about how people work (work_limit.csv): what the rules that read such limits have
in common.

The first half is for `encode`, the second for `check`; they work out dates each in its own way.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.facts import WorkLimit
from scheduler.domain.facts.working_pattern import Measure
from scheduler.domain.problem import Person, Problem
from scheduler.domain.sentence import Sentence, duration, joined, ref, said
from scheduler.domain.wording import plural
from solver.rule.encoder import Encoder, Term

DAY = timedelta(days=1)
Forbid = Callable[[Sequence[date], Sequence[date], int], None]
"""States that no run has these dates inside and these two, around it, outside: (inside, outside,
quantity).
"""
NAMES: dict[Measure, tuple[str, str]] = {
    "total_shifts": ("shift", "shifts"),
    "total_weekends": ("weekend", "weekends"),
    "run_of_work": ("day in a row", "days in a row"),
    "run_of_days_off": ("day off in a row", "days off in a row"),
    "run_of_shift": ("day in a row", "days in a row"),
}


def limits(problem: Problem, measure: str, *, hard: bool) -> Iterator[tuple[Person, WorkLimit]]:
    """Each limit of a measure with each person of the problem whom it concerns.

    Who may fill nothing, and is here only because another case of a comparison lets them, cannot be
    held to it where it is `hard`.
    """
    for limit in problem.dataset.work_limit:
        if limit.measure != measure:
            continue
        concerned = (
            problem.people
            if limit.staff_id is None
            else filter(None, [problem.person_by_id.get(limit.staff_id)])
        )
        for person in concerned:
            if not hard or problem.could is None or person.id in problem.with_work:
                yield person, limit


def any_limit(problem: Problem, measure: str) -> bool:
    """Whether anything was agreed of this measure, with whomever."""
    return any(limit.measure == measure for limit in problem.dataset.work_limit)


def about(person: Person, limit: WorkLimit) -> tuple[str, ...]:
    """What its violation is about: (staff id,), or (staff id, shift type id) where it is of one."""
    return (person.id, limit.shift_type_id) if limit.shift_type_id else (person.id,)


def counted(limit: WorkLimit, amount: int) -> Sentence:
    """An amount of what is limited, in words."""
    if limit.measure == "total_minutes":
        return said("{hours}", hours=duration(amount))
    words = plural(amount, *NAMES[limit.measure])
    if not limit.shift_type_id:
        return said("{amount} {what}", amount=amount, what=words)
    return said(
        "{amount} {what} of {shift_type}",
        amount=amount,
        what=words,
        shift_type=ref("shift_type", limit.shift_type_id),
    )


def in_words(limit: WorkLimit, staff_id: str) -> Sentence:
    """The whole limit as one sentence about somebody whom it concerns."""
    bounds = [
        (word, bound)
        for word, bound in (("at least", limit.minimum), ("at most", limit.maximum))
        if bound is not None
    ]
    return said(
        "Agreed for {everybody}{person}: {bounds}{over}.",
        everybody="everybody, so also for " if limit.staff_id is None else "",
        person=ref("person", staff_id),
        bounds=joined(
            (
                said("{least_or_most} {amount}", least_or_most=word, amount=counted(limit, bound))
                for word, bound in bounds
            ),
            " and ",
        ),
        over=f" over the {limit.days} dates that end with the period" if limit.days else "",
    )


# --- what is stated -------------------------------------------------------------------------------


def window(problem: Problem, limit: WorkLimit) -> tuple[date, date]:
    """First and last date over which a total counts."""
    last = problem.period.last
    return last - ((limit.days or problem.period.days) - 1) * DAY, last


def state_total(
    m: Encoder, person: Person, limit: WorkLimit, terms: Sequence[Term], known: int
) -> None:
    """The sum of these terms keeps a limit, after what is known; who is over it by that alone gets
    nothing more.
    """
    if limit.maximum is not None:
        m.at_most(about(person, limit), terms, max(0, limit.maximum - known))
    if limit.minimum is not None:
        m.at_most(
            about(person, limit),
            [(-each, literal) for each, literal in terms],
            known - limit.minimum,
        )


def horizon(problem: Problem, person: Person) -> tuple[date, date]:
    """First and last date about which it is known, or decided here, whether the person works."""
    first = problem.period.first
    return (min(first, person.known[0].date) if person.known else first), problem.period.last


def state_longest(
    problem: Problem, between: tuple[date, date], most: int, state: Callable[[list[date]], None]
) -> None:
    """`state` hears each stretch of one date more than `most` between two dates, as far as it
    touches the period.
    """
    day = max(between[0], problem.period.first - most * DAY)
    while day + most * DAY <= between[1]:
        state([day + back * DAY for back in range(most + 1)])
        day += DAY


def state_shortest(
    problem: Problem,
    between: tuple[date, date],
    least: int,
    forbid: Forbid,
    *,
    told_by_first: Callable[[date], bool],
) -> None:
    """Runs below `least` dates that touch neither end of what is known are forbidden, for the dates
    that they lack.

    `told_by_first`: whether a run that begins on a date need not be looked at as a whole to be
    forbidden: whatever follows the first date, a date outside the run too soon after it is wrong.
    Such statements are stronger, but count a run more than once.
    """
    day = max(between[0] + DAY, problem.period.first - least * DAY)
    while day < between[1]:
        first_alone = told_by_first(day)
        for length in range(1, min(least, (between[1] - day).days + 1)):
            inside = [day + offset * DAY for offset in range(1 if first_alone else length)]
            forbid(inside, (day - DAY, day + length * DAY), least - length)
        day += DAY


# --- what is checked ------------------------------------------------------------------------------


def in_window(sheet: EvaluatedRoster, person: Person, limit: WorkLimit) -> list[Work]:
    """The shifts over which a total counts."""
    period = sheet.problem.period
    days = period.days if limit.days is None else limit.days
    return [
        work for work in sheet.by_person[person.id] if 0 <= (period.last - work.date).days < days
    ]


def outside(limit: WorkLimit, total: int, new: int) -> Iterator[tuple[int, Sentence]]:
    """By how much a total lies outside a limit, and what was agreed. `new`: how much of the total
    this roster decides.
    """
    if limit.maximum is not None and min(new, total - limit.maximum) > 0:
        yield (
            min(new, total - limit.maximum),
            said("at most {amount} agreed", amount=counted(limit, limit.maximum)),
        )
    if limit.minimum is not None and total < limit.minimum:
        yield (
            limit.minimum - total,
            said("at least {amount} agreed", amount=counted(limit, limit.minimum)),
        )


def runs(days: set[date]) -> list[list[date]]:
    """Dates in a row, each row in order."""
    found: list[list[date]] = []
    for day in sorted(days):
        if found and (day - found[-1][-1]).days == 1:
            found[-1].append(day)
        else:
            found.append([day])
    return found

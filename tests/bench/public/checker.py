"""What a roster of an instance costs and breaks, read off its cells: it knows neither the catalogue
nor the search.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from tests.bench.public.instance import Employee, Instance, Rows


def cost(instance: Instance, rows: Rows) -> int:
    """Requests not met plus cover under and over, each times its weight."""
    total = 0
    for request in instance.requests:
        granted = rows[request.employee][request.day] == request.shift
        total += request.weight * (granted != request.wanted)
    present = Counter((day, cell) for row in rows.values() for day, cell in enumerate(row) if cell)
    for cover in instance.cover:
        have = present[cover.day, cover.shift]
        total += cover.under * max(0, cover.required - have) + cover.over * max(
            0, have - cover.required
        )
    return total


def broken(instance: Instance, rows: Rows) -> list[str]:
    """A sentence for every hard rule that is broken."""
    found = []
    for employee in instance.employees:
        row = rows[employee.id]
        if len(row) != instance.days:
            found.append(f"{employee.id} has {len(row)} days instead of {instance.days}")
        else:
            found += [f"{employee.id}: {text}" for text in _of_one(instance, employee, row)]
    return found


def _of_one(instance: Instance, employee: Employee, row: Sequence[str | None]) -> Iterator[str]:
    for day, (one, other) in enumerate(pairwise(row)):
        if one and other and other in instance.may_not_follow[one]:
            yield f"{other} on day {day + 1} after {one}"
    for shift, number in Counter(cell for cell in row if cell).items():
        if number > employee.most.get(shift, 0):
            yield f"{number} shifts {shift}, at most {employee.most.get(shift, 0)}"
    minutes = sum(instance.minutes[cell] for cell in row if cell)
    if not employee.min_minutes <= minutes <= employee.max_minutes:
        yield f"{minutes} minutes, from {employee.min_minutes} to {employee.max_minutes} due"
    yield from _runs(employee, row)
    weekends = sum(1 for saturday in range(5, len(row), 7) if any(row[saturday : saturday + 2]))
    if weekends > employee.max_weekends:
        yield f"{weekends} weekends, at most {employee.max_weekends}"
    for day in sorted(employee.days_off):
        if row[day]:
            yield f"works on day {day}, a day off"


def _runs(employee: Employee, row: Sequence[str | None]) -> Iterator[str]:
    day = 0
    for working, cells in groupby(row, key=lambda cell: cell is not None):
        length = len(list(cells))
        inside = day > 0 and day + length < len(row)
        if working and length > employee.max_run:
            yield f"{length} days of work from day {day}, at most {employee.max_run}"
        if working and inside and length < employee.min_run:
            yield f"{length} days of work from day {day}, at least {employee.min_run}"
        if not working and inside and length < employee.min_off:
            yield f"{length} days off from day {day}, at least {employee.min_off}"
        day += length

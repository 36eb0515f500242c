"""Shifts of one person for other hosts than the employer, by the month in which they start: what
somebody's own limit (staff.csv, most_shifts_elsewhere) is held against.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.known_shifts import known_by_person


def shifts_elsewhere_by_month(
    dataset: Dataset, staff_id: str, published: Iterable[KnownShift]
) -> dict[date, list[KnownShift]]:
    """First date of a month -> the shifts for other hosts that start in it, worked or published, in
    order of time.
    """
    own = dataset.with_facts(
        worked_shift=[row for row in dataset.worked_shift if row.staff_id == staff_id]
    )
    found: dict[date, list[KnownShift]] = defaultdict(list)
    for shift in known_by_person(FactIndex(own), published).get(staff_id, ()):
        if shift.lent:
            found[shift.date.replace(day=1)].append(shift)
    return dict(found)

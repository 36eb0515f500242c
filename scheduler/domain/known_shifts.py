"""Shifts that are not ours to decide: what was worked, and what is published."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from scheduler.domain.clock import minute
from scheduler.domain.duty import KnownShift, hours_of
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.roster import AssignmentLine


def known_shift(line: AssignmentLine) -> KnownShift:
    """An assignment of a finished roster, as another problem sees it."""
    return KnownShift(
        start=minute(line.start),
        end=minute(line.end),
        paid=line.paid_minutes,
        staff_id=line.staff_id or "",
        organisation_id=line.employer_organisation_id,
        contract_id=line.contract_id or "",
        host_organisation_id=line.host_organisation_id,
        service_id=line.service_id,
        route=line.route or "",
        supply_id=line.temporary_supply_id or "",
        shift_type_id=line.shift_type_id or "",
    )


def in_full(index: FactIndex, shift: KnownShift) -> KnownShift:
    """A published shift with what its shift type says of sleep and of halves."""
    kind = index.shift_types.get(shift.shift_type_id)
    if kind is None or (kind.id not in index.split_of and kind.unpaid_from is None):
        return shift
    hours = hours_of(kind, shift.date, index.split_of.get(kind.id, ""))
    same = (hours.start, hours.end) == (shift.start, shift.end)
    return replace(shift, asleep=hours.asleep, split=hours.split) if same else shift


def known_by_person(
    index: FactIndex, published: Iterable[KnownShift]
) -> dict[str, tuple[KnownShift, ...]]:
    """Staff id -> the shifts that were worked, and the published ones (in full) that none of these
    overlaps and that start on no date of leave, in order of time.
    """
    found: dict[str, list[KnownShift]] = defaultdict(list)
    for shift in sorted({KnownShift.of(worked) for worked in index.dataset.worked_shift}):
        found[shift.staff_id].append(shift)
    worked = {staff_id: list(shifts) for staff_id, shifts in found.items()}
    for shift in published:
        if not shift.staff_id or shift.date in index.leave_dates(shift.staff_id):
            continue
        if not any(
            w.start < shift.end and shift.start < w.end for w in worked.get(shift.staff_id, ())
        ):
            found[shift.staff_id].append(shift)
    return {staff_id: tuple(sorted(shifts)) for staff_id, shifts in found.items()}

"""What one thing more, a competency, a sign-off or a passport, would open for one person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.domain.barrier import Barrier, BarrierKind
from scheduler.domain.conditions import barriers_of
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.duty import Duty
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract
from scheduler.domain.problem import duty_of
from scheduler.services.view.roster_tables import NAMED, Names

COMING_WEEKS = 4
MOST_OPENED = 10
OPENABLE: dict[BarrierKind, str] = {
    "competency": "competency",
    "procedure": "sign-off",
    "passport": "passport",
}
"""Barriers that one more thing held would lift, and what that thing is called."""


@dataclass(frozen=True)
class Opening:
    """One thing more, and the shifts that it alone keeps the person from.

    `published`: of them those in weeks that are published; `coming`: those of the coming weeks.
    """

    kind: str
    name: str
    who: str
    """Who gives it."""
    again: bool
    """Whether it was held, or is until then: it would be a renewal."""
    shifts: int
    published: int
    coming: int
    services: tuple[str, ...]
    sites: tuple[str, ...]
    hosts: tuple[str, ...]


@dataclass
class _Opened:
    barrier: Barrier
    duties: list[tuple[Duty, bool]]

    @property
    def published(self) -> int:
        return sum(published for _, published in self.duties)


def openings(
    index: FactIndex,
    staff_id: str,
    on: date,
    in_force: Sequence[tuple[str, Collection[date]]],
) -> list[Opening]:
    """Things of which one alone is in the way of some shift, the one that opens most first.

    A shift counts where through no contract nothing is in the way, and through some contract this
    alone is: two things missing open nothing, and neither does one beside leave. `in_force`: on
    which dates something is published, by collaborative.
    """
    dataset = index.dataset
    contracts = index.contracts_of.get(staff_id, [])
    roles = {
        demanded
        for held, demanded in index.covers
        if any(contract.role_id == held for contract in contracts)
    }
    alike = dataset.with_facts(
        demand=[row for row in dataset.demand if row.role_id in roles],
        demand_template=[row for row in dataset.demand_template if row.role_id in roles],
    )
    published: dict[str, set[date]] = defaultdict(set)
    for collaborative_id, days in in_force:
        published[collaborative_id] |= {day for day in days if day >= on}
    until = on + timedelta(days=7 * COMING_WEEKS - 1)
    last = max([until, *(day for days in published.values() for day in days)])
    found: dict[tuple[BarrierKind, str], _Opened] = {}
    services = frozenset(index.services)
    for row in demand_in_period(alike, on, (last - on).days + 1, services):
        stands = row.date in published[index.services[row.service_id].collaborative_id]
        if not (stands or row.date <= until):
            continue
        duty = duty_of(index, 0, row)
        for barrier in _alone(index, contracts, duty):
            opened = found.setdefault((barrier.kind, barrier.missing), _Opened(barrier, []))
            opened.duties.append((duty, stands))
    names = Names.of({file: dataset.rows(file) for file in NAMED})
    openings = [_opening(one, names, until) for one in found.values()]
    return sorted(openings, key=lambda one: (-one.shifts, -one.published, one.kind, one.name))


def _alone(index: FactIndex, contracts: Iterable[Contract], duty: Duty) -> list[Barrier]:
    """Each thing that alone is in the way, through one contract or another; none where nothing is
    through one.
    """
    alone: dict[tuple[BarrierKind, str], Barrier] = {}
    for contract in contracts:
        barriers = barriers_of(index, contract, duty)
        if not barriers:
            return []
        if len(barriers) == 1 and barriers[0].kind in OPENABLE:
            alone[barriers[0].kind, barriers[0].missing] = barriers[0]
    return list(alone.values())


def _opening(opened: _Opened, names: Names, until: date) -> Opening:
    barrier, duties = opened.barrier, [duty for duty, _ in opened.duties]
    hosts = tuple(sorted({names.organisation(duty.host_id) for duty in duties}))
    match barrier.kind:
        case "competency":
            name = names("competency", barrier.missing)
        case "procedure":
            name = names("procedure", barrier.missing)
        case _:
            name = names.organisation(barrier.missing)
    return Opening(
        kind=OPENABLE[barrier.kind],
        name=name,
        who=names.organisation(barrier.lifted_by),
        again=barrier.since is not None,
        shifts=len(duties),
        published=opened.published,
        coming=sum(duty.date <= until for duty in duties),
        services=tuple(sorted({names("service", duty.demand.service_id) for duty in duties})),
        sites=tuple(sorted({names("site", duty.demand.site_id) for duty in duties})),
        hosts=hosts,
    )

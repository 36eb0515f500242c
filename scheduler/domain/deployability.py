"""Who may fill which demand, for everybody at once.

Each condition of the data contract becomes a vector over people or contracts, worked out once for
the few keys it depends on (a service, a host, a role, a date) and combined per demand row.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scheduler.domain.availability import unavailable_stretches
from scheduler.domain.clock import dates_touched
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract
from scheduler.domain.facts.clearance import CHECKS

if TYPE_CHECKING:
    from scheduler.domain.duty import Duty

Flags = npt.NDArray[np.bool_]
Ordinals = npt.NDArray[np.int32]
_OPEN = date.max.toordinal()


def deployable_pairs(
    index: FactIndex, contracts: Sequence[Contract], duties: Sequence["Duty"]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(positions in `contracts`, positions in `duties`) of every pair without a barrier, by duty,
    then contract.
    """
    vectors = _Clearance(index, contracts)
    rows, columns = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for position, duty in enumerate(duties):
        able = vectors.able(duty)
        rows.append(able)
        columns.append(np.full(len(able), position, dtype=np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def nearly_deployable(
    index: FactIndex, contracts: Sequence[Contract], duties: Sequence["Duty"]
) -> list[list[int]]:
    """For each duty, positions of the contracts whose role fits and that fail exactly one kind of
    condition.
    """
    vectors = _Clearance(index, contracts)
    return [vectors.near(duty) for duty in duties]


def _last(day: date | None) -> int:
    return _OPEN if day is None else day.toordinal()


class _Dated:
    """Rows (person, first day, last day) of one kind of fact: who has one that is live on a day."""

    def __init__(self, people: int) -> None:
        self._people = people
        self._rows: list[tuple[int, int, int]] = []
        self._arrays: tuple[Ordinals, Ordinals, Ordinals] | None = None

    def add(self, person: int, first: date, last: date | None) -> None:
        self._rows.append((person, first.toordinal(), _last(last)))

    def on(self, day: date) -> Flags:
        if self._arrays is None:
            table = np.array(self._rows, dtype=np.int32).reshape(-1, 3)
            self._arrays = (table[:, 0], table[:, 1], table[:, 2])
        person, first, last = self._arrays
        ordinal = day.toordinal()
        flags = np.zeros(self._people, dtype=bool)
        flags[person[(first <= ordinal) & (ordinal <= last)]] = True
        return flags


class _Clearance:
    """Vectors over `contracts` (or their people), remembered by the key that each condition depends
    on.
    """

    def __init__(self, index: FactIndex, contracts: Sequence[Contract]) -> None:
        self.index = index
        staff_ids = sorted({contract.staff_id for contract in contracts})
        self.position = {staff_id: i for i, staff_id in enumerate(staff_ids)}
        people = [index.staff[staff_id] for staff_id in staff_ids]
        self.person = np.array([self.position[c.staff_id] for c in contracts], dtype=np.int64)
        self.first = np.array([c.from_date.toordinal() for c in contracts], dtype=np.int32)
        self.last = np.array([_last(c.to_date) for c in contracts], dtype=np.int32)
        whole = [index.followed_on(c.id) for c in contracts]
        self.carries_on = np.array([_last(chain[-1].to_date) for chain in whole], dtype=np.int32)
        """Until when contracts that follow on without a gap carry a shift over midnight."""
        self.role = np.array([c.role_id for c in contracts], dtype=object)
        self.employer = np.array([c.organisation_id for c in contracts], dtype=object)
        self.employers = sorted(set(self.employer))
        self.people = people
        self.home = np.array([p.home_site_id for p in people], dtype=object)
        self.limit = np.array(
            [np.inf if p.max_travel_minutes is None else p.max_travel_minutes for p in people],
            dtype=float,
        )
        self.homes = sorted(set(self.home))
        self._memory: dict[tuple[object, ...], Flags] = {}
        self._read_facts(len(people))

    def _read_facts(self, people: int) -> None:
        index, position = self.index, self.position
        self.held: dict[str, _Dated] = defaultdict(lambda: _Dated(people))
        for held in index.dataset.staff_competency:
            if held.staff_id in position:
                self.held[held.competency_id].add(
                    position[held.staff_id], held.valid_from, held.valid_to
                )
        self.signed: dict[str, dict[tuple[str, str], _Dated]] = defaultdict(
            lambda: defaultdict(lambda: _Dated(people))
        )
        for sign_off in index.dataset.procedure_sign_off:
            if sign_off.staff_id in position:
                dated = self.signed[sign_off.procedure_id][
                    sign_off.organisation_id, sign_off.version
                ]
                dated.add(position[sign_off.staff_id], sign_off.valid_from, sign_off.valid_to)
        self.passports: dict[tuple[str, str | None, bool], _Dated] = defaultdict(
            lambda: _Dated(people)
        )
        for passport in index.dataset.passport:
            if passport.staff_id in position and passport.status == "active":
                for registered in (True, False):
                    if (
                        set(CHECKS) - (set() if registered else {"registration"})
                        <= passport.check_set
                    ):
                        dated = self.passports[
                            passport.route, passport.host_organisation_id, registered
                        ]
                        dated.add(
                            position[passport.staff_id], passport.valid_from, passport.valid_to
                        )
        self.away = _Dated(people)
        for leave in index.dataset.leave:
            if leave.staff_id in position:
                self.away.add(position[leave.staff_id], leave.from_date, leave.to_date)
        self.unavailable = [
            (position[row.staff_id], row)
            for row in index.dataset.unavailability
            if row.staff_id in position
        ]

    def able(self, duty: "Duty") -> npt.NDArray[np.int64]:
        """Positions of the contracts that may fill the duty."""
        flags = (
            self._reaches(duty.demand.site_id)
            & self._contracted(duty)
            & self._free(duty)[self.person]
        )
        for day in dates_touched(duty.start, duty.end):
            flags = flags & self._cleared(duty, day)
        return np.flatnonzero(flags)

    def near(self, duty: "Duty") -> list[int]:
        """Positions of the contracts whose role fits and that fail exactly one kind of
        condition.
        """
        days = dates_touched(duty.start, duty.end)
        fits = self._contracted(duty)
        conditions = [self._reaches(duty.demand.site_id), self._free(duty)[self.person]]
        for over_people in (
            [~self._absent(day) for day in days],
            [self._competent(duty, day) for day in days],
            [self._signed_off(duty, day) for day in days],
        ):
            conditions.append(np.logical_and.reduce(over_people)[self.person])
        conditions.append(np.logical_and.reduce([self._may_be_lent(duty, day) for day in days]))
        failed = sum((~condition).astype(np.int8) for condition in conditions)
        return [int(position) for position in np.flatnonzero(fits & (failed == 1))]

    def _cleared(self, duty: "Duty", day: date) -> Flags:
        key = ("cleared", duty.demand.service_id, duty.host_id, duty.demand.role_id, day)
        if key not in self._memory:
            people = ~self._absent(day) & self._competent(duty, day) & self._signed_off(duty, day)
            self._memory[key] = self._may_be_lent(duty, day) & people[self.person]
        return self._memory[key]

    def _free(self, duty: "Duty") -> Flags:
        """Over people: no time agreed as unavailable overlaps the shift."""
        key = ("free", duty.start, duty.end)
        if key not in self._memory:
            flags = np.ones(len(self.position), dtype=bool)
            for position, row in self.unavailable:
                if any(
                    since < duty.end and duty.start < until
                    for since, until in unavailable_stretches(row, duty.start, duty.end)
                ):
                    flags[position] = False
            self._memory[key] = flags
        return self._memory[key]

    def _contracted(self, duty: "Duty") -> Flags:
        """Over contracts: the role fits, live when the shift starts and, with those that follow on,
        until it ends.
        """
        key = ("role", duty.demand.role_id)
        if key not in self._memory:
            covering = {
                role for role, covered in self.index.covers if covered == duty.demand.role_id
            }
            self._memory[key] = (
                np.isin(self.role.astype(str), sorted(covering))
                if len(self.role)
                else np.zeros(0, dtype=bool)
            )
        dates = dates_touched(duty.start, duty.end)
        begin, end = dates[0].toordinal(), dates[-1].toordinal()
        return (
            self._memory[key]
            & (self.first <= begin)
            & (begin <= self.last)
            & (end <= self.carries_on)
        )

    def _may_be_lent(self, duty: "Duty", day: date) -> Flags:
        """Over contracts: employed by the host, or lent by an agreement whose route the person's
        passport has.
        """
        key = ("lent", duty.demand.service_id, duty.host_id, duty.registered, day)
        if key not in self._memory:
            flags = self.employer == duty.host_id
            consents = self._consents(duty.host_id)
            for employer in self.employers:
                if employer == duty.host_id:
                    continue
                routes = {
                    agreement.route for agreement in self.index.live_agreements(employer, duty, day)
                }
                if routes:
                    good = np.zeros(len(self.position), dtype=bool)
                    for route in routes:
                        good |= self._passport(duty, route, day)
                    flags = flags | ((self.employer == employer) & (good & consents)[self.person])
            self._memory[key] = np.asarray(flags, dtype=bool)
        return self._memory[key]

    def _consents(self, host_id: str) -> Flags:
        """Over people: they have agreed to work for a host that does not employ them, or are
        supposed to be asked.
        """
        key = ("consents", host_id)
        if key not in self._memory:
            self._memory[key] = np.array(
                [p.may_be_lent_to(host_id) for p in self.people], dtype=bool
            )
        return self._memory[key]

    def _passport(self, duty: "Duty", route: str, day: date) -> Flags:
        collaborative_id = self.index.services[duty.demand.service_id].collaborative_id
        good = np.zeros(len(self.position), dtype=bool)
        hosts: list[str | None] = [duty.host_id]
        if self.index.is_member(duty.host_id, collaborative_id, day):
            hosts.append(None)
        for host in hosts:
            if (route, host, duty.registered) in self.passports:
                good |= self.passports[route, host, duty.registered].on(day)
        return good

    def _competent(self, duty: "Duty", day: date) -> Flags:
        key = ("competent", duty.demand.service_id, duty.demand.role_id, day)
        if key not in self._memory:
            flags = np.ones(len(self.position), dtype=bool)
            for role_id, competency_id in self.index.required_competencies.get(
                duty.demand.service_id, ()
            ):
                if role_id in (None, duty.demand.role_id):
                    flags &= self.held[competency_id].on(day)
            self._memory[key] = flags
        return self._memory[key]

    def _signed_off(self, duty: "Duty", day: date) -> Flags:
        key = ("signed", duty.demand.service_id, duty.host_id, day)
        if key not in self._memory:
            flags = np.ones(len(self.position), dtype=bool)
            for procedure_id in self.index.required_procedures.get(duty.demand.service_id, ()):
                accepted = np.zeros(len(self.position), dtype=bool)
                for (organisation_id, version), dated in self.signed[procedure_id].items():
                    current = self.index.version(procedure_id, organisation_id, day) == version
                    if current and self.index.accepts(
                        procedure_id, organisation_id, duty.host_id, day
                    ):
                        accepted |= dated.on(day)
                flags &= accepted
            self._memory[key] = flags
        return self._memory[key]

    def _absent(self, day: date) -> Flags:
        key = ("away", day)
        if key not in self._memory:
            self._memory[key] = self.away.on(day)
        return self._memory[key]

    def _reaches(self, site_id: str) -> Flags:
        """Over contracts: the journey from home is within the person's limit."""
        key = ("reach", site_id)
        if key not in self._memory:
            minutes = {home: self.index.geography.minutes(home, site_id) for home in self.homes}
            journeys = np.array([minutes[home] for home in self.home], dtype=float)
            self._memory[key] = (
                (journeys <= self.limit)[self.person]
                if len(self.person)
                else np.zeros(0, dtype=bool)
            )
        return self._memory[key]

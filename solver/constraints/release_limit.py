"""Hours lent under one agreement."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from scheduler.domain.clearance import live
from scheduler.domain.clock import hours
from scheduler.domain.facts import SharingAgreement
from scheduler.domain.problem import KnownShift, Problem
from scheduler.domain.timesheet import Timesheet
from solver.constraint import Constraint, Scope, Unit, Violation
from solver.encoder import Encoder, Term

Key = tuple[SharingAgreement, date]


class ReleaseLimit(Constraint):
    """Nobody lends more hours a week than a sharing agreement allows.

    A lent shift runs under one agreement that is live on its start date, for its service, by the route of a good
    passport. Where several fit, any split that keeps all limits is right.
    """

    id = "release_limit"
    title = "Hours lent under an agreement"
    source = "sharing agreement"
    unit = Unit.HOURS
    scope = Scope.LINKING

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return any(agreement.max_hours_per_week is not None for agreement in problem.dataset.sharing_agreement)

    def _known(self, problem: Problem) -> dict[Key, int]:
        """Minutes lent beforehand, under the agreement with most room: of a known shift nobody recorded which it was."""
        found: dict[Key, int] = defaultdict(int)
        for shift in (s for shifts in problem.all_known.values() for s in shifts):
            if shift.week in problem.period.weeks and shift.host_organisation_id not in ("", shift.organisation_id):
                agreement = self._roomiest(problem, shift)
                if agreement is not None and agreement.max_hours_per_week is not None:
                    found[agreement, shift.week] += shift.paid
        return found

    def _roomiest(self, problem: Problem, shift: KnownShift) -> SharingAgreement | None:
        agreements = problem.index.agreements.get((shift.organisation_id, shift.host_organisation_id), ())
        running = [agreement for agreement in agreements if live(agreement, shift.date)]
        return max(running, key=lambda a: float("inf") if a.max_hours_per_week is None else a.max_hours_per_week, default=None)

    def encode(self, m: Encoder) -> None:
        known = self._known(m.problem)
        terms: dict[Key, list[Term]] = defaultdict(list)
        for person in m.people:
            for pair in m.pairs_of(person):
                if pair.employment.contract.organisation_id == pair.duty.host_id:
                    continue
                usable = m.problem.index.agreements_used(pair.employment.contract, pair.duty)
                if any(agreement.max_hours_per_week is None for agreement in usable):
                    continue
                literals = [pair.literal] if len(usable) == 1 else m.choice(pair.literal, len(usable))
                for agreement, literal in zip(usable, literals, strict=True):
                    terms[agreement, pair.duty.week].append((pair.duty.paid, literal))
        for (agreement, week), lent in terms.items():
            m.at_most(_about(agreement, week), lent, max(0, _limit(agreement) - known.get((agreement, week), 0)))

    def check(self, sheet: Timesheet) -> Iterator[Violation]:
        known = self._known(sheet.problem)
        shifts: dict[date, list[tuple[int, tuple[SharingAgreement, ...]]]] = defaultdict(list)
        for _, duty, contract in sheet.lent():
            usable = sheet.problem.index.agreements_used(contract, duty)
            if usable and all(agreement.max_hours_per_week is not None for agreement in usable):
                shifts[duty.week].append((duty.paid, tuple(usable)))
        for week, lent in sorted(shifts.items()):
            for agreements, group in _connected(lent):
                room = [max(0, _limit(a) - known.get((a, week), 0)) for a in agreements]
                excess = _least_excess(group, agreements, room)
                if excess > 0:
                    names = ", ".join(f"{a.home_organisation_id} to {a.host_organisation_id} by {a.route}" for a in agreements)
                    yield self.violation(
                        _about(agreements[0], week), excess,
                        f"{hours(sum(paid for paid, _ in group))} are lent in the week of {week} under {names}: {hours(excess)} more than allowed.",
                    )  # fmt: skip


def _limit(agreement: SharingAgreement) -> int:
    return int(round((agreement.max_hours_per_week or 0) * 60, 6))


def _about(agreement: SharingAgreement, week: date) -> tuple[str, ...]:
    return (agreement.home_organisation_id, agreement.host_organisation_id, agreement.route, agreement.service_id or "", week.isoformat())


def _connected(
    lent: Sequence[tuple[int, tuple[SharingAgreement, ...]]],
) -> Iterator[tuple[list[SharingAgreement], list[tuple[int, tuple[SharingAgreement, ...]]]]]:
    """Groups of shifts that share agreements, directly or through others."""
    groups: list[tuple[list[SharingAgreement], list[tuple[int, tuple[SharingAgreement, ...]]]]] = []
    for shift in lent:
        touching = [group for group in groups if any(a in group[0] for a in shift[1])]
        agreements = list(dict.fromkeys([a for group in touching for a in group[0]] + list(shift[1])))
        groups = [group for group in groups if group not in touching]
        groups.append((agreements, [s for group in touching for s in group[1]] + [shift]))
    yield from groups


def split(lent: Sequence[tuple[int, tuple[SharingAgreement, ...]]]) -> list[SharingAgreement]:
    """An agreement for each lent shift (paid minutes, those it may run under) of one week, with the least hours above the limits.

    An unlimited agreement is taken where there is one.
    """
    chosen: list[SharingAgreement | None] = [next((a for a in usable if a.max_hours_per_week is None), None) for _, usable in lent]
    limited = [number for number, agreement in enumerate(chosen) if agreement is None]
    for agreements, _ in _connected([lent[number] for number in limited]):
        numbers = [number for number in limited if lent[number][1][0] in agreements]
        room = [_limit(agreement) for agreement in agreements]
        ways: dict[tuple[int, ...], tuple[int, ...]] = {(0,) * len(agreements): ()}
        for paid, usable in (lent[number] for number in numbers):
            grown: dict[tuple[int, ...], tuple[int, ...]] = {}
            for load, way in ways.items():
                for place in (agreements.index(agreement) for agreement in usable):
                    grown.setdefault(tuple(minutes + paid * (i == place) for i, minutes in enumerate(load)), (*way, place))
            ways = grown
        best = min(ways, key=lambda load: (sum(max(0, used - most) for used, most in zip(load, room, strict=True)), load))
        for number, place in zip(numbers, ways[best], strict=True):
            chosen[number] = agreements[place]
    return [agreement for agreement in chosen if agreement is not None]


def _least_excess(shifts: Sequence[tuple[int, tuple[SharingAgreement, ...]]], agreements: list[SharingAgreement], room: list[int]) -> int:
    """The least total minutes above the limits over all ways to put each shift under one of its agreements."""
    loads: set[tuple[int, ...]] = {(0,) * len(agreements)}
    for paid, usable in shifts:
        places = [agreements.index(agreement) for agreement in usable]
        loads = {tuple(load + paid * (i == place) for i, load in enumerate(state)) for state in loads for place in places}
    return min(sum(max(0, load - most) for load, most in zip(state, room, strict=True)) for state in loads)

"""Hours lent under one agreement."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import SharingAgreement
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import Sentence, duration, joined, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term

Key = tuple[SharingAgreement, date]


class ReleaseLimit(Constraint):
    """Nobody lends more hours a week than a sharing agreement allows.

    A lent shift runs under one agreement that is live on its start date, for its service, by the
    route of a good passport. Where several fit, any split that keeps all limits is right. What is
    published already counts under the agreement by whose route it ran.
    """

    id = "release_limit"
    title = "Hours lent under an agreement"
    source = "sharing agreement"
    unit = Unit.HOURS
    links = Links.LENDING

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return any(
            agreement.max_hours_per_week is not None
            for agreement in problem.dataset.sharing_agreement
        )

    def encode(self, m: Encoder) -> None:
        known = lent_before(m.problem)
        terms: dict[Key, list[Term]] = defaultdict(list)
        for person in m.people:
            for pair in m.pairs_of(person):
                if pair.contract.organisation_id == pair.duty.host_id:
                    continue
                usable = m.problem.index.agreements_used(pair.contract, pair.duty)
                if any(agreement.max_hours_per_week is None for agreement in usable):
                    continue
                literals = (
                    [pair.literal] if len(usable) == 1 else m.choice(pair.literal, len(usable))
                )
                for agreement, literal in zip(usable, literals, strict=True):
                    terms[agreement, pair.duty.week].append((pair.duty.paid, literal))
        for (agreement, week), lent in terms.items():
            m.at_most(
                _about(agreement, week),
                lent,
                max(0, _limit(agreement) - known.get((agreement, week), 0)),
            )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        known = lent_before(sheet.problem)
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
                    under = joined((_in_words(agreement) for agreement in agreements), ", ")
                    yield self.violation(
                        _about(agreements[0], week),
                        excess,
                        said(
                            "{lent} are lent in the week of {week} under {agreements}: {excess}"
                            " more than allowed.",
                            lent=duration(sum(paid for paid, _ in group)),
                            week=week,
                            agreements=under,
                            excess=duration(excess),
                        ),
                    )


def _in_words(agreement: SharingAgreement) -> Sentence:
    home, host = (
        ref("organisation", agreement.home_organisation_id),
        ref("organisation", agreement.host_organisation_id),
    )
    return said(
        "{home} to {host} by {route}", home=home, host=host, route=ref("term", agreement.route)
    )


def lent_before(problem: Problem) -> dict[Key, int]:
    """Minutes lent by known shifts, by limited agreement and week."""
    weeks: dict[date, list[tuple[int, tuple[SharingAgreement, ...]]]] = defaultdict(list)
    for shift in problem.known_lent:
        agreements = tuple(problem.index.agreements_of(shift))
        if agreements:
            weeks[shift.week].append((shift.paid, agreements))
    found: dict[Key, int] = defaultdict(int)
    for week, lent in weeks.items():
        for (paid, _), agreement in zip(lent, split(lent, {}), strict=True):
            if agreement.max_hours_per_week is not None:
                found[agreement, week] += paid
    return dict(found)


def _limit(agreement: SharingAgreement) -> int:
    return int(round((agreement.max_hours_per_week or 0) * 60, 6))


def _about(agreement: SharingAgreement, week: date) -> tuple[str, ...]:
    return (
        agreement.home_organisation_id,
        agreement.host_organisation_id,
        agreement.route,
        agreement.service_id or "",
        week.isoformat(),
    )


def _connected(
    lent: Sequence[tuple[int, tuple[SharingAgreement, ...]]],
) -> Iterator[tuple[list[SharingAgreement], list[tuple[int, tuple[SharingAgreement, ...]]]]]:
    """Groups of shifts that share agreements, directly or through others."""
    groups: list[tuple[list[SharingAgreement], list[tuple[int, tuple[SharingAgreement, ...]]]]] = []
    for shift in lent:
        touching = [group for group in groups if any(a in group[0] for a in shift[1])]
        agreements = list(
            dict.fromkeys([a for group in touching for a in group[0]] + list(shift[1]))
        )
        groups = [group for group in groups if group not in touching]
        groups.append((agreements, [s for group in touching for s in group[1]] + [shift]))
    yield from groups


def split(
    lent: Sequence[tuple[int, tuple[SharingAgreement, ...]]], used: Mapping[SharingAgreement, int]
) -> list[SharingAgreement]:
    """An agreement for each lent shift (paid minutes, those it may run under) of one week, with the
    least hours above the limits.

    `used`: minutes of the week that were lent under each before. An unlimited agreement is taken
    where there is one.
    """
    chosen: list[SharingAgreement | None] = [
        next((a for a in usable if a.max_hours_per_week is None), None) for _, usable in lent
    ]
    limited = [number for number, agreement in enumerate(chosen) if agreement is None]
    for agreements, _ in _connected([lent[number] for number in limited]):
        numbers = [number for number in limited if lent[number][1][0] in agreements]
        room = [max(0, _limit(agreement) - used.get(agreement, 0)) for agreement in agreements]
        ways: dict[tuple[int, ...], tuple[int, ...]] = {(0,) * len(agreements): ()}
        for paid, usable in (lent[number] for number in numbers):
            grown: dict[tuple[int, ...], tuple[int, ...]] = {}
            for load, way in ways.items():
                for place in (agreements.index(agreement) for agreement in usable):
                    grown.setdefault(
                        tuple(minutes + paid * (i == place) for i, minutes in enumerate(load)),
                        (*way, place),
                    )
            ways = grown
        best = min(ways, key=lambda load: (*_strain(load, room), load))
        for number, place in zip(numbers, ways[best], strict=True):
            chosen[number] = agreements[place]
    return [agreement for agreement in chosen if agreement is not None]


def _strain(load: Sequence[int], room: Sequence[int]) -> tuple[int, int]:
    """(minutes above the limits, less is left for one more shift): what to keep small."""
    left = [most - minutes for minutes, most in zip(load, room, strict=True)]
    return sum(-minutes for minutes in left if minutes < 0), -max(left)


def _least_excess(
    shifts: Sequence[tuple[int, tuple[SharingAgreement, ...]]],
    agreements: list[SharingAgreement],
    room: list[int],
) -> int:
    """The least total minutes above the limits over all ways to put each shift under one of its
    agreements.
    """
    loads: set[tuple[int, ...]] = {(0,) * len(agreements)}
    for paid, usable in shifts:
        places = [agreements.index(agreement) for agreement in usable]
        loads = {
            tuple(load + paid * (i == place) for i, load in enumerate(state))
            for state in loads
            for place in places
        }
    return min(
        sum(max(0, load - most) for load, most in zip(state, room, strict=True)) for state in loads
    )

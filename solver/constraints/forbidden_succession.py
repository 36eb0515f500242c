"""Shifts that may not follow each other."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from scheduler.domain.duty import KnownShift
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Pair

ByType = dict[str, list[Pair]]
"""Shift type -> a person's pairs of one date. They have the same hours, so that at most one of them
holds.
"""


class ForbiddenSuccession(Constraint):
    """After one shift the other does not start on the next date (shift_succession.csv).

    Published shifts count as what they were; of worked ones nobody recorded which they were.
    """

    id = "forbidden_succession"
    title = "Shifts that may not follow each other"
    source = "local agreement"
    unit = Unit.SHIFTS
    links = Links.PERSON
    by_hours = True

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return bool(problem.dataset.shift_succession)

    def encode(self, m: Encoder) -> None:
        barred: dict[str, set[str]] = defaultdict(set)
        for row in m.problem.dataset.shift_succession:
            barred[row.shift_type_id].add(row.next_shift_type_id)
        for person in m.people:
            by_date: dict[date, ByType] = defaultdict(lambda: defaultdict(list))
            for pair in m.pairs_of(person):
                by_date[pair.duty.date][pair.duty.demand.shift_type_id].append(pair)
            for day, today in by_date.items():
                if tomorrow := by_date.get(day + timedelta(days=1)):
                    self._encode_dates(m, (person.id, day.isoformat()), today, tomorrow, barred)
            for known in person.known:
                if known.shift_type_id:
                    self._encode_known(m, known, by_date, barred)

    def _encode_known(
        self,
        m: Encoder,
        known: KnownShift,
        by_date: Mapping[date, ByType],
        barred: Mapping[str, set[str]],
    ) -> None:
        """What may not come after a published shift, and what it may not come after."""
        before, after = known.date - timedelta(days=1), known.date + timedelta(days=1)
        earlier = [
            pair
            for one, pairs in by_date.get(before, {}).items()
            if known.shift_type_id in barred.get(one, ())
            for pair in pairs
        ]
        later = [
            pair
            for one, pairs in by_date.get(after, {}).items()
            if one in barred.get(known.shift_type_id, ())
            for pair in pairs
        ]
        for day, pairs in ((before, earlier), (known.date, later)):
            if pairs:
                m.at_most(
                    (known.staff_id, day.isoformat()), [(1, pair.literal) for pair in pairs], 0
                )

    def _encode_dates(
        self,
        m: Encoder,
        about: tuple[str, ...],
        today: ByType,
        tomorrow: ByType,
        barred: Mapping[str, set[str]],
    ) -> None:
        """One statement for all shifts of a date after which the same ones are barred, as far as
        each date's exclude one another.

        Where it is hard, whatever bars more is put in too: the statement is stronger, but would
        count some twice.
        """
        after = {one: frozenset(barred.get(one, set()) & tomorrow.keys()) for one in today}
        for barred_here in sorted({others for others in after.values() if others}, key=sorted):
            before = [
                one
                for one, others in after.items()
                if others == barred_here or (self.hard and others > barred_here)
            ]
            for first in _exclusive(before, today):
                for then in _exclusive(barred_here, tomorrow):
                    pairs = [pair for one in first for pair in today[one]] + [
                        pair for other in then for pair in tomorrow[other]
                    ]
                    m.at_most(about, [(1, pair.literal) for pair in pairs], 1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        barred = {
            (row.shift_type_id, row.next_shift_type_id)
            for row in sheet.problem.dataset.shift_succession
        }
        for staff_id, shifts in sheet.by_person.items():
            for one in shifts:
                for other in shifts:
                    types = (_type(one), _type(other))
                    if (
                        types in barred
                        and (other.date - one.date).days == 1
                        and (one.new or other.new)
                    ):
                        yield self.violation(
                            (staff_id, one.date.isoformat()),
                            1,
                            said(
                                "{person} works {shift_type} on {day} after {shift_type_before} on"
                                " {day_before}, which it may not follow.",
                                person=ref("person", staff_id),
                                shift_type=ref("shift_type", types[1]),
                                day=other.date,
                                shift_type_before=ref("shift_type", types[0]),
                                day_before=one.date,
                            ),
                        )


def _type(work: Work) -> str:
    """Which shift it is; empty where nobody recorded it."""
    if work.duty is not None:
        return work.duty.demand.shift_type_id
    return work.known.shift_type_id if work.known is not None else ""


def _exclusive(types: Collection[str], pairs: ByType) -> Iterator[list[str]]:
    """These shift types of one date in few groups of which all overlap in time, so that a person
    works at most one of each.
    """
    left = sorted(types, key=lambda one: (pairs[one][0].duty.end, one))
    while left:
        end = pairs[left[0]][0].duty.end
        group = [one for one in left if pairs[one][0].duty.start < end]
        yield group
        left = [one for one in left if one not in group]

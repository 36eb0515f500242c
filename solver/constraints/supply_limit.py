"""Shifts from one temporary supply."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class SupplyLimit(Constraint):
    """No temporary supply gives more shifts in a week than it has, over all published rosters."""

    id = "supply_limit"
    title = "Shifts from a temporary supply"
    source = "the supply's own limit"
    unit = Unit.SHIFTS
    links = Links.SUPPLY

    weight: Literal["hard"] | float = "hard"

    def encode(self, m: Encoder) -> None:
        terms: dict[tuple[str, date], list[Term]] = {}
        limits: dict[str, int] = {}
        for duty in m.problem.duties:
            for called in m.called_for(duty):
                if called.supply.max_shifts_per_week is not None:
                    limits[called.supply.id] = called.supply.max_shifts_per_week
                    terms.setdefault((called.supply.id, duty.week), []).append((1, called.count))
        for (supply_id, week), counts in terms.items():
            m.at_most(
                (supply_id, week.isoformat()),
                counts,
                max(0, limits[supply_id] - m.problem.supplied[supply_id, week]),
            )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        used = Counter(
            (a.supply_id, sheet.problem.duty_by_id[a.demand_id].week)
            for a in sheet.roster
            if a.supply_id
        )
        for (supply_id, week), shifts in sorted(used.items()):
            limit = sheet.supply(supply_id).max_shifts_per_week
            if limit is None:
                continue
            published = sum(
                call.supply_id == supply_id and call.week == week
                for call in sheet.problem.known_calls
            )
            excess = min(shifts, shifts + published - limit)
            if excess > 0:
                yield self.violation(
                    (supply_id, week.isoformat()),
                    excess,
                    said(
                        "{supply} gives {shifts} in the week of {week}, over all that is published;"
                        " it has {limit}.",
                        supply=ref("supply", supply_id),
                        shifts=counted(shifts + published, "shift"),
                        week=week,
                        limit=limit,
                    ),
                )

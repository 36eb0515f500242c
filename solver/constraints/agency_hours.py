"""Agency hours, on top of their price."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class AgencyHours(Constraint):
    """Hours that agency workers give: what the partners would rather not use, whatever it costs."""

    id = "agency_hours"
    title = "Agency hours"
    source = "NHS planning guidance: less agency"
    unit = Unit.HOURS
    links = Links.SUPPLY
    asked_as = "pay"

    weight: Literal["hard"] | float = 15.0

    def encode(self, m: Encoder) -> None:
        for duty in m.problem.duties:
            for call in m.called_for(duty):
                if call.supply.kind == "agency":
                    m.count((call.supply.id, duty.id), [(duty.paid, call.count)])

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment, duty, parts in sheet.paid:
            minutes = parts.minutes.get("agency", 0)
            if minutes:
                yield self.violation(
                    (assignment.supply_id, duty.id),
                    minutes,
                    said(
                        "{supply} gives {hours} at {demand}.",
                        supply=ref("supply", assignment.supply_id),
                        hours=duration(minutes),
                        demand=ref("demand", duty.id),
                    ),
                )

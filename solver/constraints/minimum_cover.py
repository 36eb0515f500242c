"""Required places left empty."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import rounded
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder

Price = Annotated[float, Field(ge=0, le=100_000)]
Prices = tuple[Price, Price, Price, Price, Price]


class MinimumCover(Constraint):
    """Each hour of a required place left empty costs by the demand's priority, times its place's
    need weight.

    The price times the need weight is rounded to whole pence an hour. A demand's own `under_pence`
    a person goes first.
    """

    id = "minimum_cover"
    title = "Required places left empty"
    source = "the partners' priorities"
    unit = Unit.PENCE
    links = Links.TEAM
    asked_as = "cover"

    weight: Literal["hard"] | float = 1
    pounds_per_hour: Prices = Field(
        (80, 140, 300, 800, 2000), description="price of an empty hour by priority 1 to 5 [£ per h]"
    )

    alike: bool = Field(
        False,
        description=(
            "every hour counts by its priority alone: neither by its place's need nor by a price of"
            " its own"
        ),
    )

    def each(self, duty: Duty) -> int:
        """Sixtieths of a penny for each person missing."""
        if self.alike:
            return rounded(self.pounds_per_hour[duty.demand.priority - 1], 100) * duty.paid
        if duty.demand.under_pence is not None:
            return duty.demand.under_pence * 60
        return (
            rounded(self.pounds_per_hour[duty.demand.priority - 1], 100, duty.need_weight)
            * duty.paid
        )

    def encode(self, m: Encoder) -> None:
        for duty in m.problem.duties:
            if duty.minimum:
                m.count((duty.id,), [(self.each(duty), m.missing(duty))])

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for duty in sheet.problem.duties:
            missing = duty.minimum - sheet.filled[duty.id]
            if missing > 0:
                yield self.violation(
                    (duty.id,),
                    missing * self.each(duty),
                    said(
                        "{demand} lacks {missing} of {minimum} required (priority {priority}):"
                        " {hours}.",
                        demand=ref("demand", duty.id),
                        missing=missing,
                        minimum=duty.minimum,
                        priority=duty.demand.priority,
                        hours=duration(missing * duty.paid),
                    ),
                )

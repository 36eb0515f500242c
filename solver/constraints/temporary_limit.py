"""A cap on the hours of some temporary supplies together."""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import exact
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, joined, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class Cap(BaseModel):
    """Supplies that together give at most so many hours in the period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    supply_ids: tuple[str, ...] = Field(description="ids of temporary supplies")
    hours: float = Field(ge=0, le=10_000_000, description="most hours in the period [h]")

    @property
    def minutes(self) -> int:
        """Most time together, rounded down [minutes]."""
        return int(exact(self.hours) * 60)


class TemporaryLimit(Constraint):
    """Some temporary supplies together give no more hours in the period than each cap says: how a
    plan like "agency -30 %" is tried.
    """

    id = "temporary_limit"
    title = "Caps on bank and agency hours"
    source = "the partners' plan"
    unit = Unit.HOURS
    links = Links.SUPPLY

    weight: Literal["hard"] | float = "hard"
    caps: tuple[Cap, ...] = Field((), description="caps, each over some supplies")

    def applies(self, problem: Problem) -> bool:
        return bool(self.caps)

    def encode(self, m: Encoder) -> None:
        for number, cap in enumerate(self.caps):
            terms = [
                (duty.paid, call.count)
                for duty in m.problem.duties
                for call in m.called_for(duty)
                if call.supply.id in cap.supply_ids
            ]
            m.at_most((str(number),), terms, cap.minutes)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for number, cap in enumerate(self.caps):
            given = sum(
                sheet.problem.duty_by_id[a.demand_id].paid
                for a in sheet.roster
                if a.supply_id in cap.supply_ids
            )
            if given > cap.minutes:
                yield self.violation(
                    (str(number),),
                    given - cap.minutes,
                    said(
                        "{supplies} give {given}; {allowed} h are allowed.",
                        supplies=joined(
                            (ref("supply", supply_id) for supply_id in cap.supply_ids), ", "
                        ),
                        given=duration(given),
                        allowed=f"{cap.hours:g}",
                    ),
                )

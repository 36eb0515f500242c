"""How long before a shift bank or agency may be called."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.facts.money import SupplyKind
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class CallNotice(Constraint):
    """Temporary supply of some kinds is called only for shifts that begin within so many days of
    the day of planning, so that nobody cascades to agency weeks before.

    Without a number of days the rule says nothing. The day counts on which a shift begins, local
    time.
    """

    id = "call_notice"
    title = "No early calls of agency"
    source = "trusts' recovery plans: no automatic cascade to agency"
    unit = Unit.SHIFTS
    links = Links.SUPPLY

    weight: Literal["hard"] | float = "hard"
    kinds: tuple[SupplyKind, ...] = Field(("agency",), description="bank, agency or both")
    days: int | None = Field(
        None,
        ge=0,
        le=366,
        description="so long before its beginning a shift may be called for; none given = the rule"
        " says nothing [days]",
    )
    planned_on: date | None = Field(
        None, description="the day of planning, needed with days: a date such as 2026-11-30"
    )

    @model_validator(mode="after")
    def knows_the_day_of_planning(self) -> Self:
        if self.days is not None and self.planned_on is None:
            raise ValueError("planned_on, the day of planning, where days are given")
        return self

    def applies(self, problem: Problem) -> bool:
        return self.days is not None

    def too_early(self, supply: TemporarySupply, duty: Duty) -> bool:
        """Whether the duty lies too far off for this supply to be called."""
        if self.days is None or self.planned_on is None:
            return False
        return supply.kind in self.kinds and (duty.date - self.planned_on).days > self.days

    def encode(self, m: Encoder) -> None:
        for duty in m.problem.duties:
            for call in m.called_for(duty):
                if self.too_early(call.supply, duty):
                    m.count((call.supply.id, duty.id), [(1, call.count)])

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        if self.days is None or self.planned_on is None:
            return
        for assignment in sheet.roster:
            if (
                not assignment.supply_id
                or sheet.supply(assignment.supply_id).kind not in self.kinds
            ):
                continue
            ahead = (
                sheet.problem.duty_by_id[assignment.demand_id].demand.date - self.planned_on
            ).days
            if ahead > self.days:
                yield self.violation(
                    (assignment.supply_id, assignment.demand_id),
                    1,
                    said(
                        "{supply} is called for {demand}, {ahead} after the day of planning; it may"
                        " be called up to {days} before.",
                        supply=ref("supply", assignment.supply_id),
                        demand=ref("demand", assignment.demand_id),
                        ahead=counted(ahead, "day"),
                        days=counted(self.days, "day"),
                    ),
                )

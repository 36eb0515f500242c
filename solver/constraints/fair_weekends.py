"""Weekend shifts shared out fairly."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.clock import local
from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.fair_share import above_share_of_demand, state_shares_of_demand

SATURDAY = 5


class FairWeekends(Constraint):
    """Nobody works more shifts that start on a Saturday or Sunday than the share, rounded up, of
    those that the group's demand requires.

    A group is a role and the place of the base. Shares go by contracted hours, among those of the
    group who may work at a weekend. The amount is each weekend shift above the share.
    """

    id = "fair_weekends"
    title = "Weekend shifts shared out fairly"
    source = "local agreement on fair shares"
    unit = Unit.SHIFTS
    links = Links.GROUP
    asked_as = "fairness"

    weight: Literal["hard"] | float = 4.0

    def applies(self, problem: Problem) -> bool:
        return any(duty.date.weekday() >= SATURDAY for duty in problem.duties)

    def burden(self, contract: Contract, duty: Duty) -> bool:
        return duty.date.weekday() >= SATURDAY

    def encode(self, m: Encoder) -> None:
        state_shares_of_demand(m, self.burden)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for excess in above_share_of_demand(
            sheet, lambda _, duty: local(duty.start).isoweekday() in (6, 7)
        ):
            role_id, place_id = excess.group
            yield self.violation(
                excess.about,
                excess.above,
                said(
                    "{person} works {carried} as {role} of {place}; a fair share of the {total}"
                    " required there is {share}.",
                    person=ref("person", excess.staff_id),
                    carried=counted(excess.carried, "weekend shift"),
                    role=ref("role", role_id),
                    place=ref("place", place_id),
                    total=excess.total,
                    share=excess.share,
                ),
            )

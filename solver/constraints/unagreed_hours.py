"""Hours worked for a host to which the person has not agreed."""

from collections.abc import Iterator
from typing import Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class UnagreedHours(Constraint):
    """Hours that people would work for other organisations to which they have not agreed: where it
    is supposed that they are asked, to see what their consent would bring. Nobody is rostered so as
    things are. The default policy has no price for it.

    A shift counts where the contract by which it is worked is of another employer than the host,
    with all of its paid hours, on whichever dates they fall.
    """

    id = "unagreed_hours"
    title = "Hours by people who would first have to be asked"
    source = "the person's own consent"
    unit = Unit.HOURS
    links = Links.PERSON
    asked_as = "wishes"

    weight: Literal["hard"] | float = 0.0

    def applies(self, problem: Problem) -> bool:
        hosts = {duty.host_id for duty in problem.duties}
        return self.weight != 0 and any(
            person.staff.may_be_lent_to(host) and not person.staff.agrees_to(host)
            for person in problem.people
            for host in hosts
        )

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            asked = [
                (pair.duty.paid, pair.literal)
                for pair in m.pairs_of(person)
                if pair.contract.organisation_id != pair.duty.host_id
                and not person.staff.agrees_to(pair.duty.host_id)
            ]
            m.count((person.id,), asked)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment, duty, _ in sheet.lent():
            if sheet.problem.index.staff[assignment.staff_id].agrees_to(duty.host_id):
                continue
            yield self.violation(
                (assignment.staff_id, duty.id),
                duty.paid,
                said(
                    "{person} would first have to agree to work for {host}: {hours} at {demand}.",
                    person=ref("person", assignment.staff_id),
                    host=ref("organisation", duty.host_id),
                    hours=duration(duty.paid),
                    demand=ref("demand", duty.id),
                ),
            )

"""Shifts away from the own base or the own employer."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
from scheduler.domain.pay import rounded
from scheduler.domain.sentence import ref, said
from solver.rule.constraint import SIXTIETHS, Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class AwayFromBase(Constraint):
    """A shift at another site than the contract's base, and a shift for another host; both may
    apply.
    """

    id = "away_from_base"
    title = "Away from the own base"
    source = "the partners' preference"
    unit = Unit.PENCE
    links = Links.PERSON
    asked_as = "base"
    may_be_hard = False

    weight: Literal["hard"] | float = 1
    other_site_pounds: float = Field(
        2, ge=0, le=1000, description="price of a shift at another site [£ per shift]"
    )
    other_host_pounds: float = Field(
        6, ge=0, le=1000, description="price of a shift for another host [£ per shift]"
    )

    def pence(self, contract: Contract, duty: Duty) -> int:
        """What this duty costs through this contract [pence]."""
        site = (
            rounded(self.other_site_pounds, 100)
            if contract.base_site_id != duty.demand.site_id
            else 0
        )
        host = (
            rounded(self.other_host_pounds, 100) if contract.organisation_id != duty.host_id else 0
        )
        return site + host

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            terms = [
                (self.pence(pair.contract, pair.duty) * SIXTIETHS, pair.literal)
                for pair in m.pairs_of(person)
            ]
            m.count((person.id,), terms)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment in sheet.roster:
            if assignment.staff_id:
                duty = sheet.problem.duty_by_id[assignment.demand_id]
                contract = sheet.contract(assignment.contract_id)
                pence = self.pence(contract, duty)
                if pence:
                    where = (
                        said("for {host}", host=ref("organisation", duty.host_id))
                        if contract.organisation_id != duty.host_id
                        else said("at {site}", site=ref("site", duty.demand.site_id))
                    )
                    yield self.violation(
                        (assignment.staff_id, duty.id),
                        pence * SIXTIETHS,
                        said(
                            "{person} works away from base {where} at {demand}.",
                            person=ref("person", assignment.staff_id),
                            where=where,
                            demand=ref("demand", duty.id),
                        ),
                    )

"""Journeys beyond the one to the own base."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
from scheduler.domain.pay import rounded
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import money, ref, said
from solver.rule.constraint import SIXTIETHS, Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class Travel(Constraint):
    """Mileage there and back, and minutes one way, above the journey from home to the contract's
    base.
    """

    id = "travel"
    title = "Travel"
    source = "NHS terms and conditions of service, section 17; 56p a mile from 1 January 2026"
    unit = Unit.PENCE
    links = Links.PERSON
    asked_as = "travel"
    may_be_hard = False

    weight: Literal["hard"] | float = 1
    mileage_pence: float = Field(56, ge=0, le=500, description="mileage [pence per mile]")
    pence_per_minute: float = Field(
        10, ge=0, le=1000, description="what a further minute of travel is worth [pence per minute]"
    )

    def mileage(self, problem: Problem, contract: Contract, duty: Duty) -> int:
        """Mileage claim of one shift [pence]."""
        home, map_ = problem.index.staff[contract.staff_id].home_site_id, problem.index.geography
        miles = map_.road_miles(home, duty.demand.site_id) - map_.road_miles(
            home, contract.base_site_id
        )
        return rounded(max(0.0, miles) * 2, self.mileage_pence)

    def pence(self, problem: Problem, contract: Contract, duty: Duty) -> int:
        """Mileage and the price of the further minutes, each rounded half up [pence]."""
        home, map_ = problem.index.staff[contract.staff_id].home_site_id, problem.index.geography
        minutes = map_.minutes(home, duty.demand.site_id) - map_.minutes(
            home, contract.base_site_id
        )
        return self.mileage(problem, contract, duty) + rounded(
            max(0.0, minutes), self.pence_per_minute
        )

    def encode(self, m: Encoder) -> None:
        # a journey depends on home, base and site alone: far fewer than there are pairs
        priced: dict[tuple[str, str, str], int] = {}
        for person in m.people:
            terms = []
            for pair in m.pairs_of(person):
                contract = pair.contract
                key = (person.staff.home_site_id, contract.base_site_id, pair.duty.demand.site_id)
                if key not in priced:
                    priced[key] = self.pence(m.problem, contract, pair.duty) * SIXTIETHS
                terms.append((priced[key], pair.literal))
            m.count((person.id,), terms)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for assignment in sheet.roster:
            if assignment.staff_id:
                duty = sheet.problem.duty_by_id[assignment.demand_id]
                pence = self.pence(sheet.problem, sheet.contract(assignment.contract_id), duty)
                if pence:
                    yield self.violation(
                        (assignment.staff_id, duty.id),
                        pence * SIXTIETHS,
                        said(
                            "{person} travels beyond the own base to {demand}: {price}.",
                            person=ref("person", assignment.staff_id),
                            demand=ref("demand", duty.id),
                            price=money(pence),
                        ),
                    )

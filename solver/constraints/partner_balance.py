"""Hours lent against hours borrowed."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from scheduler.domain.clock import local_date, monday
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.pay import rounded
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class PartnerBalance(Constraint):
    """Hours by which what an organisation lends and what it borrows in a week differ, beyond a
    tolerance.

    Lent: worked through its contracts for other hosts. Borrowed: worked for it through others'
    contracts. Temporary supply is neither. What is published of the week counts on both sides.
    """

    id = "partner_balance"
    title = "Lending and borrowing in balance"
    source = "the partners' agreement"
    unit = Unit.HOURS
    links = Links.LENDING
    asked_as = "base"

    weight: Literal["hard"] | float = 1.0
    tolerance_hours: float = Field(
        40, ge=0, le=10_000, description="difference in a week that is accepted [h]"
    )

    @property
    def minutes(self) -> int:
        """The difference that is accepted [minutes]."""
        return rounded(self.tolerance_hours, 60)

    def applies(self, problem: Problem) -> bool:
        return bool(problem.dataset.sharing_agreement)

    def encode(self, m: Encoder) -> None:
        lent_more: dict[tuple[str, date], list[Term]] = defaultdict(list)
        for person in m.people:
            for pair in m.pairs_of(person):
                lender, host = pair.contract.organisation_id, pair.duty.host_id
                if lender != host:
                    lent_more[lender, pair.duty.week].append((pair.duty.paid, pair.literal))
                    lent_more[host, pair.duty.week].append((-pair.duty.paid, pair.literal))
        known: Counter[tuple[str, date]] = Counter()
        for shift in m.problem.known_lent:
            known[shift.organisation_id, shift.week] += shift.paid
            known[shift.host_organisation_id, shift.week] -= shift.paid
        for (organisation_id, week), terms in lent_more.items():
            about, before = (organisation_id, week.isoformat()), known[organisation_id, week]
            m.at_most(about, terms, max(0, self.minutes - before))
            m.at_most(
                about, [(-paid, literal) for paid, literal in terms], max(0, self.minutes + before)
            )

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        lent: Counter[tuple[date, str]] = Counter()
        borrowed: Counter[tuple[date, str]] = Counter()
        for _, duty, contract in sheet.lent():
            week = monday(local_date(duty.start))
            lent[week, contract.organisation_id] += duty.paid
            borrowed[week, duty.host_id] += duty.paid
        before = {
            (week, organisation_id): self._before(sheet, week, organisation_id)
            for week, organisation_id in {*lent, *borrowed}
        }
        for week, organisation_id in sorted({*lent, *borrowed}):
            more = lent[week, organisation_id] - borrowed[week, organisation_id]
            given, taken = (
                new + known
                for new, known in zip(
                    (lent[week, organisation_id], borrowed[week, organisation_id]),
                    before[week, organisation_id],
                    strict=True,
                )
            )
            # what is published alone is nobody's to change: of what goes beyond, no more counts
            # than this roster adds
            excess = min(abs(more), (given - taken if more > 0 else taken - given) - self.minutes)
            if excess > 0:
                yield self.violation(
                    (organisation_id, week.isoformat()),
                    excess,
                    said(
                        "{organisation} lends {lent} and borrows {borrowed} in the week of {week};"
                        " they may differ by {allowed}.",
                        organisation=ref("organisation", organisation_id),
                        lent=duration(given),
                        borrowed=duration(taken),
                        week=week,
                        allowed=duration(self.minutes),
                    ),
                )

    @staticmethod
    def _before(sheet: EvaluatedRoster, week: date, organisation_id: str) -> tuple[int, int]:
        """(minutes lent, minutes borrowed) in the week by what is known."""
        own = [
            shift for shift in sheet.problem.known_lent if monday(local_date(shift.start)) == week
        ]
        return (
            sum(shift.paid for shift in own if shift.organisation_id == organisation_id),
            sum(shift.paid for shift in own if shift.host_organisation_id == organisation_id),
        )

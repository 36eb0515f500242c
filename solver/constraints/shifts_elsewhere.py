"""How many shifts a month somebody works for other hosts."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder


class ShiftsElsewhere(Constraint):
    """A person works at most as many shifts in a calendar month for other hosts than their employer
    as they have agreed to (staff.csv, most_shifts_elsewhere).

    A shift counts in the month in which it starts, and where the contract by which it is worked is
    of another employer than the host: whoever has a post with each of two hosts works for none but
    their employers. Known shifts of the month count; whoever is over by these alone gets no
    further one.
    """

    id = "shifts_elsewhere"
    title = "Shifts a month for other hosts"
    source = "the person's own consent"
    unit = Unit.SHIFTS
    links = Links.PERSON
    asked_as = "wishes"

    weight: Literal["hard"] | float = "hard"

    def applies(self, problem: Problem) -> bool:
        return any(person.most_shifts_elsewhere is not None for person in problem.dataset.staff)

    def encode(self, m: Encoder) -> None:
        for person in m.people:
            most = person.staff.most_shifts_elsewhere
            if most is None:
                continue
            terms: dict[date, list[tuple[int, Any]]] = defaultdict(list)
            for pair in m.pairs_of(person):
                if pair.contract.organisation_id != pair.duty.host_id:
                    terms[pair.duty.date.replace(day=1)].append((1, pair.literal))
            for month, lent in terms.items():
                known = sum(
                    shift.lent and shift.date.replace(day=1) == month for shift in person.known
                )
                m.at_most((person.id, f"{month:%Y-%m}"), lent, max(0, most - known))

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            most = sheet.problem.index.staff[staff_id].most_shifts_elsewhere
            if most is None:
                continue
            lent = [work for work in shifts if _elsewhere(sheet, work)]
            total = Counter((work.date.year, work.date.month) for work in lent)
            new = Counter((work.date.year, work.date.month) for work in lent if work.new)
            for (year, month), own in sorted(new.items()):
                excess = min(own, total[year, month] - most)
                if excess > 0:
                    yield self.violation(
                        (staff_id, f"{year}-{month:02}"),
                        excess,
                        said(
                            "{person} works {total} for other hosts in {month}; {most} a month"
                            " agreed.",
                            person=ref("person", staff_id),
                            total=counted(total[year, month], "shift"),
                            month=f"{date(year, month, 1):%B %Y}",
                            most=f"at most {counted(most, 'shift')}" if most else "no shift",
                        ),
                    )


def _elsewhere(sheet: EvaluatedRoster, work: Work) -> bool:
    """Whether it is for a host that does not employ them by the contract by which they work it."""
    if work.duty is not None:
        return sheet.contract(work.contract_id).organisation_id != work.duty.host_id
    host = "" if work.known is None else work.known.host_organisation_id
    return host != "" and work.known is not None and work.known.organisation_id != host

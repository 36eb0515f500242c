"""Somebody's first shift at a host, and who is there."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from scheduler.domain.barrier import live
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.sentence import ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.familiar import Familiar


class FirstShiftWithSomeoneFamiliar(Constraint):
    """Whoever comes to a host for the first time meets somebody who knows it.

    Familiar with a host is, on a shift, who is employed there that day or has worked or been
    rostered there before that shift begins. On duty with somebody are the other people at the same
    site at an overlapping time; temporary supply does not count, for nobody knows who will come.
    The amount is each first shift without anybody familiar.
    """

    id = "first_shift_with_someone_familiar"
    title = "First shift with someone familiar"
    source = "the partners' preference"
    unit = Unit.SHIFTS
    links = Links.SITE
    asked_as = "base"

    weight: Literal["hard"] | float = 10.0

    def encode(self, m: Encoder) -> None:
        familiar = Familiar(m)
        for person in m.people:
            for pair in m.pairs_of(person):
                host_id = pair.duty.host_id
                if not familiar.surely(pair, host_id):
                    # the person's own literals among the company are harmless: they hold only where
                    # an earlier shift excuses anyway
                    unless = [*familiar.earlier(pair, host_id), *familiar.company(pair.duty)]
                    m.forbid((person.id, pair.duty.id), [pair.literal], unless, 1)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        on_site: dict[str, list[tuple[str, Work]]] = defaultdict(list)
        for staff_id, shifts in sheet.by_person.items():
            for work in shifts:
                if work.duty is not None:
                    on_site[work.duty.demand.site_id].append((staff_id, work))
        for site_id, present in on_site.items():
            for staff_id, work in present:
                assert work.duty is not None
                host_id = work.duty.host_id
                if _familiar(sheet, staff_id, work, host_id):
                    continue
                company = [
                    (other, its)
                    for other, its in present
                    if other != staff_id and its.start < work.end and work.start < its.end
                ]
                if not any(_familiar(sheet, other, its, host_id) for other, its in company):
                    yield self.violation(
                        (staff_id, work.duty.id),
                        1,
                        said(
                            "{person} is at {host} for the first time, at {demand}; of {others} on"
                            " duty at {site} nobody knows it, one was due.",
                            person=ref("person", staff_id),
                            host=ref("organisation", host_id),
                            demand=ref("demand", work.duty.id),
                            others=counted(len(company), "other"),
                            site=ref("site", site_id),
                        ),
                    )


def _familiar(sheet: EvaluatedRoster, staff_id: str, work: Work, host_id: str) -> bool:
    """Whether somebody is familiar with a host when a shift of theirs begins."""
    contracts = sheet.problem.index.contracts_of.get(staff_id, ())
    if any(
        contract.organisation_id == host_id and live(contract, work.date) for contract in contracts
    ):
        return True
    for earlier in sheet.by_person[staff_id]:
        if earlier.start < work.start:
            if earlier.duty is not None and earlier.duty.host_id == host_id:
                return True
            if earlier.known is not None and host_id == (
                earlier.known.host_organisation_id or earlier.known.organisation_id
            ):
                return True
    return False

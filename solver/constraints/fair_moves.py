"""Shifts at other hosts shared out fairly."""

from collections.abc import Iterator
from math import gcd
from typing import Literal

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from scheduler.domain.wording import counted
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.fair_share import Member, above_share_of_carried, members


class FairMoves(Constraint):
    """Nobody works more shifts at other hosts than the share, rounded up, of those that the group
    has in this roster.

    A group is a role and the place of the base. Shares go by contracted hours, among those of the
    group who may be moved. The amount is each such shift above the share.
    """

    id = "fair_moves"
    title = "Shifts at other hosts shared out fairly"
    source = "local agreement on fair shares"
    unit = Unit.SHIFTS
    links = Links.LENDING
    asked_as = "fairness"

    weight: Literal["hard"] | float = 6.0

    def applies(self, problem: Problem) -> bool:
        return bool(problem.dataset.sharing_agreement)

    def burden(self, contract: Contract, duty: Duty) -> bool:
        return contract.organisation_id != duty.host_id

    def encode(self, m: Encoder) -> None:
        for group, sharing in members(m, self.burden).items():
            whole = sum(member.minutes for member in sharing)
            for member in sharing:
                if member.pairs and member.minutes < whole:
                    self._encode_member(m, (member.person.id, *group), member, sharing, whole)

    def _encode_member(
        self, m: Encoder, about: tuple[str, ...], member: Member, sharing: list[Member], whole: int
    ) -> None:
        """Of the person's x and the group's T moves, with h of H hours: x - ceil(T h / H) =
        floor((H x - T h) / H).

        And floor(n / H) = ceil((n - (H - 1)) / H) for whole n, which is what `at_most` counts;
        below 0 both forms give nothing.
        """
        common = gcd(member.minutes, whole)
        own, of_all = member.minutes // common, whole // common
        terms = [
            (of_all - own if other is member else -own, pair.literal)
            for other in sharing
            for pair in other.pairs
        ]
        m.at_most(about, terms, of_all - 1, each=of_all)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for excess in above_share_of_carried(
            sheet, lambda contract, duty: duty.host_id != contract.organisation_id
        ):
            role_id, place_id = excess.group
            yield self.violation(
                excess.about,
                excess.above,
                said(
                    "{person} works {carried} at other hosts as {role} of {place}; a fair share of"
                    " the {total} that colleagues there work is {share}.",
                    person=ref("person", excess.staff_id),
                    carried=counted(excess.carried, "shift"),
                    role=ref("role", role_id),
                    place=ref("place", place_id),
                    total=excess.total,
                    share=excess.share,
                ),
            )

"""The mix of roles among those on duty."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import SkillMix as SkillMixFact
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import duration, ref, said
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder, Term


class SkillMix(Constraint):
    """Where anybody is on duty, so many hold the role that the mix asks for, or one that covers it.
    The amount is person-hours short.
    """

    id = "skill_mix"
    title = "Skill mix"
    source = "the service's own standard"
    unit = Unit.HOURS
    links = Links.TEAM
    asked_as = "cover"

    weight: Literal["hard"] | float = 60.0

    def applies(self, problem: Problem) -> bool:
        return bool(problem.dataset.skill_mix)

    def _teams(self, problem: Problem) -> Iterator[tuple[SkillMixFact, list[Duty]]]:
        """Each mix with the duties of every site, date and shift that it concerns."""
        teams: dict[tuple[str, str, str, str], list[Duty]] = defaultdict(list)
        for duty in problem.duties:
            teams[
                duty.demand.service_id,
                duty.demand.shift_type_id,
                duty.demand.site_id,
                duty.date.isoformat(),
            ].append(duty)
        for mix in dict.fromkeys(problem.dataset.skill_mix):
            for (service_id, shift_type_id, _, _), team in teams.items():
                if mix.minimum > 0 and (service_id, shift_type_id) == (
                    mix.service_id,
                    mix.shift_type_id,
                ):
                    yield mix, team

    def encode(self, m: Encoder) -> None:
        covers = m.problem.index.covers
        for mix, team in self._teams(m.problem):
            pairs = [pair for duty in team for pair in m.pairs_for(duty)]
            called = [call for duty in team for call in m.called_for(duty)]
            if not pairs and not called:
                continue
            terms: list[Term] = [
                (mix.minimum, m.implied_by([pair.literal for pair in pairs], called))
            ]
            terms += [
                (-1, pair.literal)
                for pair in pairs
                if (pair.employment.role.id, mix.role_id) in covers
            ]
            terms += [
                (-1, call.count) for call in called if (call.supply.role_id, mix.role_id) in covers
            ]
            m.at_most((mix.service_id, mix.role_id, team[0].id), terms, 0, per=team[0].paid)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        index = sheet.problem.index
        for mix, team in self._teams(sheet.problem):
            on_duty = [
                assignment
                for duty in team
                for assignment in sheet.roster.by_demand.get(duty.id, ())
            ]
            roles = [
                (
                    sheet.contract(a.contract_id).role_id
                    if a.staff_id
                    else sheet.supply(a.supply_id).role_id
                )
                for a in on_duty
            ]
            short = mix.minimum - sum((role, mix.role_id) in index.covers for role in roles)
            if on_duty and short > 0:
                duty = team[0]
                yield self.violation(
                    (mix.service_id, mix.role_id, duty.id),
                    short * duty.paid,
                    said(
                        "{service} at {site} on {day} ({shift_type}) is {short} short of {minimum}"
                        " {role}: {hours}.",
                        service=ref("service", mix.service_id, index.services[mix.service_id].name),
                        site=ref(
                            "site", duty.demand.site_id, index.sites[duty.demand.site_id].name
                        ),
                        day=duty.date,
                        shift_type=ref("shift_type", duty.demand.shift_type_id),
                        short=short,
                        minimum=mix.minimum,
                        role=ref("role", mix.role_id, index.roles[mix.role_id].name),
                        hours=duration(short * duty.paid),
                    ),
                )

"""Why a required place is empty, in a sentence."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from scheduler.domain.deployability import nearly_deployable
from scheduler.domain.problem import Duty, Employment, Person, Problem
from scheduler.domain.roster import Assignment, Roster
from scheduler.domain.timesheet import Timesheet
from scheduler.domain.wording import counted
from solver.constraint import Scope
from solver.policy import Policy

DETAILED = 40
"""So many people are looked at one by one for a vacancy; the rest are counted alone."""


def vacancy_causes(problem: Problem, policy: Policy, roster: Roster) -> Iterator[tuple[Duty, int, str]]:
    """(duty, people missing, cause) for every duty below its minimum, in the problem's order."""
    filled = Counter(a.demand_id for a in roster)
    vacancies = [duty for duty in problem.duties if filled[duty.id] < duty.minimum]
    near = nearly_deployable(problem.index, [c.contract for c in problem.employments], vacancies)
    able: dict[int, list[Employment]] = {duty.index: [] for duty in vacancies}
    for row, column in zip(problem.pairs_employment.tolist(), problem.pairs_duty.tolist(), strict=True):
        if column in able:
            able[column].append(problem.employments[row])
    for duty, almost in zip(vacancies, near, strict=True):
        sentences = [
            _cleared(problem, policy, roster, duty, able[duty.index]),
            _supply(problem, policy, roster, duty),
            _almost(problem, duty, almost),
        ]
        yield duty, duty.minimum - filled[duty.id], " ".join(sentence for sentence in sentences if sentence)


def _cleared(problem: Problem, policy: Policy, roster: Roster, duty: Duty, able: list[Employment]) -> str:
    here = {a.staff_id for a in roster.by_demand.get(duty.id, ())}
    by_person: dict[int, Employment] = {}
    for employment in able:
        person = problem.person_of_employment[employment.index]
        if person.id not in here:
            by_person.setdefault(person.index, employment)
    if not by_person:
        return "Nobody else is cleared for it." if here else "Nobody is cleared for it."
    reasons: Counter[str] = Counter()
    for person_index, employment in sorted(by_person.items())[:DETAILED]:
        reasons[_reason(problem, policy, roster, duty, problem.people[person_index], employment)] += 1
    listed = "; ".join(f"{count} {reason}" for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    beyond = f" (of the first {DETAILED})" if len(by_person) > DETAILED else ""
    return f"{counted(len(by_person), 'more person is', 'more people are')} cleared{beyond}: {listed}."


def _reason(problem: Problem, policy: Policy, roster: Roster, duty: Duty, person: Person, employment: Employment) -> str:
    """What keeps a cleared person from it: another shift at that time, or the first personal rule that would break."""
    own = roster.by_person.get(person.id, [])
    for assignment in own:
        other = problem.duty_by_id[assignment.demand_id]
        if other.start < duty.end and duty.start < other.end:
            return "working elsewhere then"
    if any(known.start < duty.end and duty.start < known.end for known in person.known):
        return "busy then"
    alone = replace(problem, people=(person,))
    sheet = Timesheet(alone, Roster.of([*own, Assignment(duty.id, person.id, employment.on(duty.date).id)]))
    for rule in policy.applying(problem):
        if rule.hard and rule.scope is Scope.PERSONAL and rule.id != "pinned" and any(True for _ in rule.check(sheet)):
            return f"held back by “{rule.title.lower()}”"
    return "free, but the roster as a whole is better (or not yet better) without"


def _supply(problem: Problem, policy: Policy, roster: Roster, duty: Duty) -> str:
    offers = problem.supplies_for(duty)
    if not offers:
        return "No bank or agency supply can be called for it."
    used = Counter(a.supply_id for a in roster if a.supply_id and problem.duty_by_id[a.demand_id].week == duty.week)
    used.update({offer.id: problem.supplied[offer.id, duty.week] for offer in offers})
    left = [o for o in offers if o.max_shifts_per_week is None or used[o.id] < o.max_shifts_per_week]
    if not left:
        return f"Temporary supply is used up ({', '.join(offer.id for offer in offers)})."
    if any(offer.id in cap.supply_ids for offer in left for cap in getattr(policy.rules.get("temporary_limit"), "caps", ())):
        return "Temporary supply is capped."
    return f"Temporary supply has shifts left ({', '.join(offer.id for offer in left)}), at a price above that of the empty place or not yet called."


def _almost(problem: Problem, duty: Duty, almost: list[int]) -> str:
    if not almost:
        return ""
    kinds: Counter[str] = Counter()
    for position in almost[:DETAILED]:
        barriers = problem.index.barriers(problem.employments[position].contract, duty)
        if len(barriers) == 1:
            kinds[
                f"{barriers[0].kind} ({barriers[0].missing}, {barriers[0].lifted_by} can lift it)"
                if barriers[0].kind != "leave"
                else "leave"
            ] += 1
    if not kinds:
        return ""
    listed = "; ".join(f"{count} by {kind}" for kind, count in kinds.most_common(4))
    return f"One barrier away: {listed}."

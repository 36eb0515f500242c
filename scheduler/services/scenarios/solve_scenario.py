"""One week solved under a scenario: its facts, its policy, and how it stands in a comparison. A
task for any machine.

A case of one week: `name`, `description`, `file`, `status` (optimal, feasible, clash, no_roster,
not_solved), `notes`, `facts` (that clash) and, where there is a roster, what `told` adds.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Pin
from scheduler.domain.population import Population
from scheduler.domain.problem import Problem, build_problem
from scheduler.domain.roster import AssignmentLine, Roster, RosterDocument
from scheduler.engine.executor import Call
from scheduler.services.limits.deadline import Deadline
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.rosters.solve_many import Timed, telling
from scheduler.services.scenarios.borne import borne_by
from scheduler.services.scenarios.figures import figures
from scheduler.services.scenarios.read_scenarios import AS_IT_IS as CALLED_AS_IT_IS
from scheduler.services.scenarios.read_scenarios import ScenarioFile
from scheduler.services.scenarios.scenario import Scenario
from solver.evaluate.verify import Report, pence, verify
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links
from solver.rule.fair_share import shares_apart
from solver.search.strategy import Limits, Progress, gap

CHECKS = 2.0
"""A case's roster is checked twice more than a roster by itself: so much more time follows its
search.
"""


@dataclass(frozen=True)
class ComparisonBase:
    """What every solve of one week of a comparison starts from. `minutes`: what the week as it is
    takes from each temporary supply; `pins`: those that can be kept in it; `population`: over whom
    every case is counted.
    """

    dataset: Dataset
    request: Request
    known: tuple[KnownShift, ...]
    limits: Limits
    minutes: Mapping[str, int] = field(default_factory=dict)
    pins: frozenset[Pin] = frozenset()
    population: Population | None = None

    def problem(self, dataset: Dataset, policy: Policy) -> Problem:
        """The period under these facts, with the pay of this policy."""
        return build_problem(
            dataset,
            self.request.collaborative_id,
            self.request.period,
            known=self.known,
            terms=policy.pay.terms(),
            population=self.population,
        )

    def by_itself(self, dataset: Dataset, policy: Policy) -> Problem:
        """As whoever opens the case's roster on its own will see it."""
        return replace(self, population=None).problem(dataset, policy)

    def facts(
        self,
        scenario: Scenario,
        without: Sequence[Pin] = (),
        among: frozenset[str] | None = None,
    ) -> Dataset:
        """The facts as a scenario has them, `without` some pins, and where only some partners lend
        to each other, with the agreements `among` these alone.
        """
        changed = scenario.apply(self.dataset, self.request.period)
        if among is not None:
            changed = changed.with_facts(
                sharing_agreement=[
                    one
                    for one in changed.sharing_agreement
                    if {one.home_organisation_id, one.host_organisation_id} <= among
                ]
            )
        if without:
            changed = changed.with_facts(pin=[pin for pin in changed.pin if pin not in without])
        return changed

    def policy(self, scenario: Scenario) -> Policy:
        """The policy as a scenario changes it."""
        return scenario.policy_over(
            self.request.policy or {}, self.facts(scenario), self.request.period, self.minutes
        )


@dataclass(frozen=True)
class WantedCase:
    """A case to solve of one week: by its number among the weeks. `among`: whose agreements are
    used; None: everybody's. `start`: a roster to begin at.
    """

    week: int
    file: ScenarioFile
    among: frozenset[str] | None = None
    start: Roster | None = None


@dataclass(frozen=True)
class SolvedCase:
    """A week as it stands in a comparison, and its roster, which is not stored yet. `dropped`: pins
    that a scenario does not allow.
    """

    document: dict[str, Any]
    roster: RosterDocument | None = None
    dropped: tuple[Pin, ...] = ()


AS_IT_IS = ScenarioFile("", Scenario(name=CALLED_AS_IT_IS))


def solve_scenario(
    weeks: Sequence[ComparisonBase], timed: Timed[WantedCase], call: Call
) -> SolvedCase:
    """One of many tasks: a week under a scenario."""
    began, wanted = time.monotonic(), timed.task
    shared, scenario = weeks[wanted.week], wanted.file.scenario
    deadline = timed.deadline or Deadline.after(shared.limits.seconds)
    policy = shared.policy(scenario)
    facts = shared.facts(scenario, among=wanted.among)
    problem = shared.problem(facts, policy)
    # what a scenario forbids must not stop the week: pins are the week's as it is, under its ids
    made = dict(zip(facts.pin, shared.dataset.pin, strict=True))
    dropped = tuple(pin for pin in _without_room(problem) if made[pin] in shared.pins)
    if dropped:
        facts = shared.facts(scenario, dropped, wanted.among)
        problem = shared.problem(facts, policy)
    notes = [
        f"Pin of {pin.staff_id} to {pin.demand_id} is left out: the scenario does not allow it."
        for pin in map(made.__getitem__, dropped)
    ]
    period, asked = shared.request.period, shared.request.policy
    notes += scenario.notes(shared.dataset, period)
    as_it_is = wanted.file == AS_IT_IS or wanted.among is not None
    if not as_it_is and scenario.changes_nothing(shared.dataset, period, asked):
        notes.append("It changes nothing here: facts and rules are those of the week as it is.")
    own = shared.by_itself(facts, policy)
    deadline = deadline.having_built(began, times=CHECKS)
    case = solve_case(
        problem=problem,
        own=own,
        policy=policy,
        limits=shared.limits,
        names=naming(wanted.file),
        on_progress=telling(call),
        should_stop=call.should_stop,
        notes=notes,
        deadline=deadline,
        start=wanted.start,
    )
    return replace(case, dropped=dropped)


def possible(problem: Problem, pin: Pin) -> bool:
    """Whether some contract of the person has no barrier to the pinned demand."""
    person, duty = problem.person_by_id.get(pin.staff_id), problem.duty_by_id[pin.demand_id]
    if person is None:
        return False
    return any(employment in person.employments for employment in problem.cleared_for(duty))


def _without_room(problem: Problem) -> Iterator[Pin]:
    """Pins that no roster can keep, since the person may not work there, or fewer people can be put
    there than are pinned.
    """
    room = {duty.id: duty.most for duty in problem.duties}
    for pin in problem.pins:
        if room[pin.demand_id] < 1 or not possible(problem, pin):
            yield pin
        else:
            room[pin.demand_id] -= 1


def supply_minutes(lines: Sequence[AssignmentLine]) -> Counter[str]:
    """Minutes taken from each temporary supply."""
    minutes: Counter[str] = Counter()
    for line in lines:
        if line.temporary_supply_id:
            minutes[line.temporary_supply_id] += line.paid_minutes
    return minutes


def naming(scenario: ScenarioFile) -> dict[str, str]:
    """What a document says of which scenario it is: `name`, `description`, `file`."""
    return {
        "name": scenario.scenario.name,
        "description": scenario.scenario.description,
        "file": scenario.file,
    }


def solve_case(
    problem: Problem,
    own: Problem,
    policy: Policy,
    limits: Limits,
    names: Mapping[str, str],
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    notes: Sequence[str] = (),
    *,
    deadline: Deadline | None = None,
    start: Roster | None = None,
) -> SolvedCase:
    """Solve a week, whatever becomes of it. `own`: the same without the people who are there for
    another case's sake.
    """
    try:
        outcome = solve.solve_problem(
            problem,
            policy,
            limits,
            problem.dataset.sha256(),
            on_progress=on_progress,
            should_stop=should_stop,
            start=start,
            deadline=deadline,
        )
    except solve.NoRosterInTime as error:
        return SolvedCase({**names, "status": "no_roster", "notes": [*notes, str(error)]})
    if outcome.document is None:
        return SolvedCase(
            {**names, "status": "clash", "notes": list(notes), **asdict(outcome.clash)}
        )
    return told(problem, own, policy, outcome.document, names, notes)


def told(
    problem: Problem,
    own: Problem,
    policy: Policy,
    made: RosterDocument,
    names: Mapping[str, str],
    notes: Sequence[str],
) -> SolvedCase:
    """A roster of a case as a comparison tells it, and as it is stored. `made`: among the people of
    all cases.
    """
    summary, lines, roster = made.summary, made.assignments, made.decision()
    among_all, among_own = verify(problem, policy, roster), verify(own, policy, roster)
    document = {
        **names,
        "status": summary["status"],
        "notes": list(notes),
        **{key: summary[key] for key in KEPT},
        "missing_by_priority": missing(
            problem, lines, lambda duty: str(duty.demand.priority), [str(p) for p in range(1, 6)]
        ),
        "missing_by_place": {place: row["missing"] for place, row in summary["by_place"].items()},
        "lent_hours": round(sum(pair["hours"] for pair in summary["lent"]), 2),
        "counted_too": _more(problem, own, among_all, among_own),
        "figures": figures(problem, policy, roster, among_all),
        "borne": borne_by(problem, policy, roster, among_all),
    }
    scenario = {"name": names["name"], "description": names["description"]}
    bound = bound_among(
        own, problem, policy, made.summary["bound_pence"], among_all, among_own, roster
    )
    objective = among_own.objective_pence
    of_own = {
        "objective_pence": objective,
        "bound_pence": bound,
        "gap": gap(objective, bound),
        "status": "optimal" if bound == objective else "feasible",
        "objective_by_rule": {rule_id: pence(cost) for rule_id, cost in among_own.by_rule.items()},
    }
    return SolvedCase(document, replace(made, summary={**summary, **of_own, "scenario": scenario}))


def counted_again(
    problem: Problem,
    own: Problem,
    policy: Policy,
    stored: RosterDocument,
    names: Mapping[str, str],
) -> SolvedCase | None:
    """A stored roster of the week as it is, among the people of other cases than those that it was
    made with: no search. None where it would not be what was stored: the facts are others by now.
    """
    roster = stored.decision()
    among_own = verify(own, policy, roster)
    if among_own.breaches or among_own.objective_pence != stored.summary["objective_pence"]:
        return None
    among_all = verify(problem, policy, roster)
    objective = among_all.objective_pence
    bound = bound_among(
        problem, own, policy, stored.summary["bound_pence"], among_own, among_all, roster
    )
    summary = {
        **stored.summary,
        "objective_pence": objective,
        "bound_pence": bound,
        "gap": gap(objective, bound),
        "status": "optimal" if bound == objective else "feasible",
    }
    return told(problem, own, policy, replace(stored, summary=summary), names, ())


KEPT = (
    "seconds",
    "objective_pence",
    "bound_pence",
    "gap",
    "hours",
    "hours_by_pay",
    "cost_pence_by_pay",
    "lent",
)


def counted_too(problem: Problem, own: Problem, policy: Policy, roster: Roster) -> dict[str, float]:
    """The people who are in the problem for another case's sake, and what they add to the objective
    of this roster.
    """
    return _more(problem, own, verify(problem, policy, roster), verify(own, policy, roster))


def _more(problem: Problem, own: Problem, among_all: Report, among_own: Report) -> dict[str, float]:
    more = among_all.objective - among_own.objective
    return {"people": len(problem.people) - len(own.people), "pence": pence(more)}


def bound_among(
    wanted: Problem,
    proven: Problem,
    policy: Policy,
    bound_pence: float,
    by_proven: Report,
    by_wanted: Report,
    roster: Roster,
) -> float:
    """A bound that was `proven` among the people of one problem, among those of another that
    differs by people without any work alone [pence]. `by_…`: the check of one roster by each.

    What people without any work add is the same in every roster, but for fair shares: where those
    differ, the bound gives way by all that they could cost; where none may be exceeded, rosters are
    allowed here that were not looked at, and nothing is proven.
    """
    shared = {rule.id: rule for rule in policy.applying(wanted) if rule.asks_who_could}
    more = sum(
        by_proven.by_rule.get(rule, 0) - by_wanted.by_rule.get(rule, 0)
        for rule in {*by_proven.by_rule, *by_wanted.by_rule} - set(shared)
    )
    bound = bound_pence - pence(more)
    if len(proven.sharing[0]) != len(wanted.sharing[0]):
        # of a rule that shares nothing out and yet asks who could, nobody knows by how much
        if any(rule.hard or not rule.shares_out for rule in shared.values()):
            return 0.0
        fewer, all_of = sorted((wanted, proven), key=lambda problem: len(problem.sharing[0]))
        bound -= pence(_of_shares(fewer, all_of, shared.values(), roster))
    return max(0.0, bound)


def _of_shares(own: Problem, among: Problem, rules: Iterable[Constraint], roster: Roster) -> int:
    """The most that any roster can cost more because shares are measured among the people of every
    case [sixtieths of a penny].
    """
    sheets = EvaluatedRoster(own, roster), EvaluatedRoster(among, roster)
    apart = 0
    for rule in rules:
        if rule.links is Links.GROUP:
            most = shares_apart(*sheets, rule.burden)
        else:  # shares of what is carried differ from roster to roster: all that can be carried
            carrying = (duty for e, duty in own.pairs() if rule.burden(e.on(duty.date), duty))
            most = sum(duty.most for duty in {duty.id: duty for duty in carrying}.values())
        apart += most * rule.price()
    return apart


def missing(
    problem: Problem,
    lines: Sequence[AssignmentLine],
    key: Callable[[Any], str],
    keys: Sequence[str],
) -> dict[str, float]:
    """Hours of required places left empty, by a property of the duty."""
    filled = Counter(line.demand_id for line in lines)
    minutes = dict.fromkeys(keys, 0)
    for duty in problem.duties:
        minutes[key(duty)] = (
            minutes.get(key(duty), 0) + max(0, duty.minimum - filled[duty.id]) * duty.paid
        )
    return {name: round(total / 60, 2) for name, total in minutes.items()}

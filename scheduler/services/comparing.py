"""A week under several scenarios, side by side with the week as it is.

The comparison document: `id`, `collaborative_id`, `period` {start, days}, `created_at`, `limits`, `reading` (how the
figures may be read), `base` (a case) and `scenarios` (cases, each with `change` against the base). A case: `name`,
`description`, `file`, `status` (optimal, feasible, clash, no_roster, not_solved), `notes`, `facts` (that clash) and, where
there is a roster, `roster_id, seconds, objective_pence, bound_pence, gap, hours, hours_by_pay, cost_pence_by_pay,
missing_by_priority, missing_by_place, lent_hours, lent`. A change: `objective_pence` {low, high, verdict,
different_prices} and the differences of all figures, under the same names.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Pin
from scheduler.domain.problem import KnownShift, Problem, build_problem
from scheduler.domain.roster import AssignmentLine
from scheduler.services import rostering
from scheduler.services.rostering import Request
from scheduler.services.scenario import Scenario, ScenarioFile, read_scenarios
from scheduler.storage.repository import Repository
from solver.policy import Policy
from solver.search.strategy import Limits, Progress

READING = (
    "Hours and pounds are those of these rosters, each the best that was found in its time: with more time they would differ. "
    "The change of the objective is the interval that both bounds allow for the best possible rosters."
)
INDISTINGUISHABLE = "not distinguishable"


@dataclass(frozen=True)
class _Question:
    """One week to solve: facts, policy and what was left out to make sense of it."""

    problem: Problem
    policy: Policy
    fingerprint: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Case:
    """One solved week as it stands in the document, with what later cases need of it."""

    document: dict[str, Any]
    lines: tuple[AssignmentLine, ...] = ()

    @property
    def solved(self) -> bool:
        return "roster_id" in self.document


def compare(
    repository: Repository,
    request: Request,
    scenario_files: Sequence[Path],
    limits: Limits,
    *,
    tell: Callable[[Progress], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Solve the week as it is and under every scenario, with the same limits; store rosters and comparison, return the document.

    A wish to stop ends the search that is running; scenarios after it are left out and say so.
    Raises BadInput for scenarios that do not fit, BadRequest where the base itself has no roster.
    """
    if not scenario_files:
        raise BadRequest("Name at least one scenario file to compare with.")
    dataset = repository.dataset()
    rostering.require_collaborative(dataset, request.collaborative_id)
    scenarios = read_scenarios(scenario_files, dataset, request.period, request.policy)
    known = rostering.known_shifts(repository, request.collaborative_id, request.period)
    base_question = _question(dataset, request, known, Policy.from_tables(request.policy or {}))
    base = _solve(repository, base_question, limits, "base", tell, stopped)
    if not base.solved:
        raise BadRequest(
            f"The week as it is has no roster to compare with ({base.document['status']}). Solve it first: scheduler solve says why."
        )
    base.document["name"] = "As it is"
    cases = []
    for scenario in scenarios:
        if stopped():
            cases.append({**_naming(scenario), "status": "not_solved", "notes": ["Stopped before it was its turn."]})
            continue
        question = _scenario_question(dataset, request, known, scenario.scenario, base_question, base)
        case = _solve(repository, question, limits, scenario.scenario.name, tell, stopped, scenario)
        if case.solved:
            prices = different_prices(base_question.policy, question.policy) or any(
                s.hourly_percent is not None for s in scenario.scenario.supply
            )
            case.document["change"] = change(base.document, case.document, different_prices=prices)
        cases.append(case.document)
    document = {
        "collaborative_id": request.collaborative_id, "period": {"start": request.start.isoformat(), "days": request.days},
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"), "limits": asdict(limits), "reading": READING,
        "base": base.document, "scenarios": cases,
    }  # fmt: skip
    return {"id": repository.save_comparison(document), **document}


# --- questions


def _question(dataset: Dataset, request: Request, known: Sequence[KnownShift], policy: Policy, notes: tuple[str, ...] = ()) -> _Question:
    problem = build_problem(dataset, request.collaborative_id, request.period, known=known, terms=policy.pay.terms())
    return _Question(problem, policy, dataset.sha256(), notes)


def _scenario_question(
    dataset: Dataset, request: Request, known: Sequence[KnownShift], scenario: Scenario, base_question: _Question, base: _Case
) -> _Question:
    changed = scenario.apply(dataset, request.period)
    policy = scenario_policy(scenario, request.policy or {}, changed, supply_minutes(base.lines))
    question = _question(changed, request, known, policy)
    dropped = [pin for pin in question.problem.pins if _possible(base_question.problem, pin) and not _possible(question.problem, pin)]
    if not dropped:
        return question
    # what the scenario itself forbids must not stop the week: the pin was made for the week as it is
    notes = tuple(f"Pin of {pin.staff_id} to {pin.demand_id} is left out: the scenario does not allow it." for pin in dropped)
    return _question(changed.with_facts(pin=[pin for pin in changed.pin if pin not in dropped]), request, known, policy, notes)


def _possible(problem: Problem, pin: Pin) -> bool:
    """Whether some contract of the person has no barrier to the pinned demand."""
    person, duty = problem.person_by_id.get(pin.staff_id), problem.duty_by_id[pin.demand_id]
    if person is None:
        return False
    own = {employment.index for employment in person.employments}
    return any(row in own for row in problem.pairs_employment[problem.pairs_duty == duty.index].tolist())


def scenario_policy(scenario: Scenario, base: Mapping[str, Any], dataset: Dataset, base_minutes: Mapping[str, int]) -> Policy:
    """The base's policy with the scenario's tables over it; its caps on supply are added to those that there are."""
    caps = scenario.caps(dataset, base_minutes)
    if not caps:
        return Policy.from_tables(base, scenario.policy)
    merged = {**base.get("temporary_limit", {}), **scenario.policy.get("temporary_limit", {})}
    added = {"temporary_limit": {**merged, "off": False, "caps": [*merged.get("caps", ()), *caps]}}
    return Policy.from_tables(base, scenario.policy, added)


def supply_minutes(lines: Sequence[AssignmentLine]) -> Counter[str]:
    """Minutes taken from each temporary supply."""
    minutes: Counter[str] = Counter()
    for line in lines:
        if line.temporary_supply_id:
            minutes[line.temporary_supply_id] += line.paid_minutes
    return minutes


def different_prices(base: Policy, other: Policy) -> bool:
    """Whether two policies price anything differently, so that their objectives are in different money."""
    if base.pay != other.pay:
        return True
    for rule_id in base.rules.keys() | other.rules.keys():
        one, two = base.rules.get(rule_id), other.rules.get(rule_id)
        if one != two and any(rule is not None and not rule.hard for rule in (one, two)):
            return True
    return False


# --- solving


def _solve(
    repository: Repository, question: _Question, limits: Limits, name: str,
    tell: Callable[[Progress], None], stopped: Callable[[], bool], scenario: ScenarioFile | None = None,
) -> _Case:  # fmt: skip
    def tell_named(progress: Progress) -> None:
        tell(replace(progress, phase=f"{name}: {progress.phase}"))

    naming = _naming(scenario) if scenario else {"name": name, "description": "", "file": ""}
    notes = list(question.notes)
    try:
        outcome = rostering.solve_problem(question.problem, question.policy, limits, question.fingerprint, tell=tell_named, stopped=stopped)
    except rostering.NoRosterInTime as error:
        return _Case({**naming, "status": "no_roster", "notes": [*notes, str(error)]})
    if outcome.document is None:
        return _Case({**naming, "status": "clash", "notes": notes, "facts": [asdict(fact) for fact in outcome.clash]})
    stored = replace(
        outcome.document, summary={**outcome.document.summary, "scenario": {"name": naming["name"], "description": naming["description"]}}
    )
    roster_id = repository.save_roster(stored, question.problem.dataset, kind="scenario")
    summary = outcome.document.summary
    kept = ("seconds", "objective_pence", "bound_pence", "gap", "hours", "hours_by_pay", "cost_pence_by_pay", "lent")
    return _Case(
        {
            **naming, "status": summary["status"], "notes": notes, "roster_id": roster_id, **{key: summary[key] for key in kept},
            "missing_by_priority": missing(question.problem, outcome.document.assignments, lambda duty: str(duty.demand.priority), [str(p) for p in range(1, 6)]),
            "missing_by_place": {place: row["missing"] for place, row in summary["by_place"].items()},
            "lent_hours": round(sum(pair["hours"] for pair in summary["lent"]), 2),
        },
        outcome.document.assignments,
    )  # fmt: skip


def _naming(scenario: ScenarioFile) -> dict[str, str]:
    return {"name": scenario.scenario.name, "description": scenario.scenario.description, "file": scenario.file}


def missing(problem: Problem, lines: Sequence[AssignmentLine], key: Callable[[Any], str], keys: Sequence[str]) -> dict[str, float]:
    """Hours of required places left empty, by a property of the duty."""
    filled = Counter(line.demand_id for line in lines)
    minutes = dict.fromkeys(keys, 0)
    for duty in problem.duties:
        minutes[key(duty)] = minutes.get(key(duty), 0) + max(0, duty.minimum - filled[duty.id]) * duty.paid
    return {name: round(total / 60, 2) for name, total in minutes.items()}


# --- changes


def change(base: Mapping[str, Any], case: Mapping[str, Any], *, different_prices: bool) -> dict[str, Any]:
    """What a scenario changes against the base: an interval for the objective, plain differences for the rest."""
    low, high = case["bound_pence"] - base["objective_pence"], case["objective_pence"] - base["bound_pence"]
    return {
        "objective_pence": {
            "low": round(low, 4),
            "high": round(high, 4),
            "verdict": verdict(low, high),
            "different_prices": different_prices,
        },
        **dict(_differences(base, case)),
    }


def verdict(low: float, high: float) -> str:
    """What the interval of the change says for certain."""
    return "better" if high < 0 else "worse" if low > 0 else INDISTINGUISHABLE


def _differences(base: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("hours", "hours_by_pay", "cost_pence_by_pay", "missing_by_priority", "missing_by_place"):
        names = list(dict.fromkeys([*base[name], *case[name]]))
        yield name, {key: round(case[name].get(key, 0) - base[name].get(key, 0), 2) for key in names}
    yield "lent_hours", round(case["lent_hours"] - base["lent_hours"], 2)

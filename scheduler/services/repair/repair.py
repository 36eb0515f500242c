"""Repair a stored roster with the fewest changes; whatever else could be better is told apart from
it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from scheduler.domain.clock import text
from scheduler.domain.duty import Duty
from scheduler.domain.errors import RosterRefused
from scheduler.domain.facts import LONDON
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster, RosterDocument, assignment_of
from scheduler.domain.sentence import Sentence, joined, ref, said, worker
from scheduler.services.accounts.gate import asks
from scheduler.services.limits.deadline import Deadline
from scheduler.services.repair.answer import (
    Improvement,
    LeftOpen,
    PersonChange,
    Proof,
    Repaired,
    Shift,
    to_stored,
)
from scheduler.services.repair.disruption import Disruption, Sick, also_dropped, disruption_of
from scheduler.services.repair.told_away import told_away
from scheduler.services.rosters.reopen import taken_over
from scheduler.storage.repository import Repository
from solver.constraints.stability import Stability
from solver.evaluate.delta import CostDelta, DeltaEvaluation, changed
from solver.evaluate.verify import pence
from solver.result.document import document
from solver.search.repair.reach import radii, widest_radius
from solver.search.repair.repair_search import (
    ChangeRequest,
    LocalChange,
    cheapest_change,
    nearest_change,
    parts,
)
from solver.search.strategy import Found, Limits, gap

LIMITS = Limits(8.0)
IMPROVING_SHARE = 1 / 3
"""Most of the time limit that goes into looking for what else could be better."""


@asks("build_rosters", roster="roster_id")
def repair(
    repository: Repository,
    roster_id: str,
    *,
    sick: Sequence[Sick] = (),
    since: date | None = None,
    limits: Limits = LIMITS,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
) -> Repaired:
    """Repair a roster under the facts of now and store it as a new draft. What starts before
    `since` (now) stands.

    The time limit is that of the whole, from now on or from when the command `began`.

    Raises NotFound, BadRequest, and RosterRefused where the independent check does not agree.
    """
    starts = time.monotonic()
    deadline = Deadline.after(limits.seconds, began)
    disruption = disruption_of(repository, roster_id, sick, since)
    if not disruption.dropped and not disruption.positions:
        return _undisturbed(disruption, time.monotonic() - starts)
    made = _solved(disruption, deadline.having_built(starts).limits(limits), should_stop)
    answer = replace(made.answer, seconds=round(time.monotonic() - starts, 2))
    document = _told(made.document, made.disruption, answer)
    stored_id = _same_draft(repository, document) or repository.save_roster(
        document, made.disruption.problem.dataset
    )
    return replace(answer, roster_id=stored_id)


def _same_draft(repository: Repository, document: RosterDocument) -> str | None:
    """A draft that the same repair has made before: asked twice, answered once."""
    asked = _asked(document.summary)
    lines = Counter(map(assignment_of, document.assignments))
    for header in repository.rosters(document.collaborative_id):
        same = (
            header.status == "draft"
            and header.start == document.start
            and _asked(header.summary) == asked
        )
        if (
            same
            and Counter(map(assignment_of, repository.roster(header.id).document.assignments))
            == lines
        ):
            return header.id
    return None


def _asked(summary: Mapping[str, Any]) -> tuple[Any, ...]:
    told = summary.get("repair", {})
    return (
        told.get("repaired_from"),
        told.get("since"),
        told_away(told),
        summary.get("input_sha256"),
    )


def _undisturbed(disruption: Disruption, seconds: float) -> Repaired:
    stored = float(disruption.opened.stored.document.summary["objective_pence"])
    return Repaired(
        repaired_from=disruption.opened.id,
        roster_id="",
        since=disruption.since,
        dropped=(),
        new_demand=(),
        changes=(),
        left_open=(),
        improvements=(),
        improvements_searched=False,
        proof=None,
        changed_pairs=0,
        stored_pence=stored,
        left_alone_pence=stored,
        objective_pence=stored,
        cash_pence=0,
        by_rule={},
        seconds=round(seconds, 2),
        notes=disruption.notes,
    )


def _stored_pence(disruption: Disruption) -> float | None:
    return (
        None
        if disruption.problem.begun
        else float(disruption.opened.stored.document.summary["objective_pence"])
    )


@dataclass(frozen=True)
class _Made:
    disruption: Disruption
    document: RosterDocument
    answer: Repaired


def _solved(disruption: Disruption, limits: Limits, should_stop: Callable[[], bool]) -> _Made:
    """Repair; where the check finds hard rules broken by what is kept, once more without that."""
    try:
        return _attempt(disruption, limits, should_stop)
    except (RosterRefused, ValueError):
        less = also_dropped(disruption)
        if less.base == disruption.base:
            raise
        return _attempt(less, limits, should_stop)


def _attempt(disruption: Disruption, limits: Limits, should_stop: Callable[[], bool]) -> _Made:
    began = time.monotonic()
    problem, policy = disruption.problem, disruption.policy
    evaluation = DeltaEvaluation(problem, policy, disruption.base)
    wider = radii(problem, disruption.base, disruption.positions)
    repairing = replace(limits, seconds=limits.seconds * (1 - IMPROVING_SHARE))
    found = nearest_change(
        evaluation, ChangeRequest(disruption.positions), wider, repairing, should_stop=should_stop
    )
    assert found is not None, "to change nothing is always allowed"
    near, reach = found
    roster = changed(disruption.base, near.removed, near.added)
    seconds = time.monotonic() - began
    found_now = Found("feasible", roster, None, 0)
    made = document(
        problem,
        policy,
        found_now,
        limits,
        seconds,
        problem.dataset.sha256(),
        begun=taken_over(disruption.opened),
    )
    objective = round(made.summary["objective_pence"] * 60)
    proof = Proof(
        near.proven,
        gap(objective, objective - near.difference + near.least),
        reach.people,
        reach.shifts,
        reach.days,
    )
    left = replace(limits, seconds=limits.seconds - seconds)
    improvements = (
        _improvements(disruption, roster, left, should_stop) if left.seconds > 0.5 else None
    )
    answer = _answer(
        disruption, made, near, evaluation.change(near.removed, near.added), proof, improvements
    )
    return _Made(disruption, made, answer)


def _told(made: RosterDocument, disruption: Disruption, answer: Repaired) -> RosterDocument:
    """The stored roster says what it repairs, and how far the proof reaches. Its bound as a whole
    is not known.
    """
    assert answer.proof is not None
    told = {
        "repaired_from": answer.repaired_from,
        "since": answer.since.isoformat(),
        "begun_before": datetime.fromtimestamp(disruption.before * 60, LONDON).isoformat(),
        # why they are away is theirs and their employer's
        "away": [one.to_json() for one in disruption.sick],
        "changed_pairs": answer.changed_pairs,
        "proven_within_reach": answer.proof.proven,
        "gap_within_reach": answer.proof.gap,
        "people_within_reach": answer.proof.people,
        "shifts_within_reach": answer.proof.shifts,
    }
    return replace(
        made,
        summary={
            **made.summary,
            "stable_against": answer.repaired_from,
            "repair": {**told, "answer": to_stored(answer)},
        },
    )


def _answer(
    disruption: Disruption,
    made: RosterDocument,
    near: LocalChange,
    difference: CostDelta,
    proof: Proof,
    improvements: tuple[Improvement, ...] | None,
) -> Repaired:
    by_rule = {rule: cost / 60 for rule, cost in difference.by_rule.items() if rule != Stability.id}
    stability = made.summary["objective_by_rule"].get(Stability.id, 0)
    objective = made.summary["objective_pence"] - stability
    removed = [*disruption.dropped, *near.removed]
    return Repaired(
        repaired_from=disruption.opened.id,
        roster_id="",
        since=disruption.since,
        dropped=tuple(sorted(disruption.dropped.items())),
        new_demand=disruption.new_demand,
        changes=person_changes(disruption.problem, removed, near.added, disruption.dropped),
        left_open=_left_open(disruption, made),
        improvements=improvements or (),
        improvements_searched=improvements is not None,
        proof=proof,
        changed_pairs=sum(1 for a in (*removed, *near.added) if a.staff_id),
        stored_pence=_stored_pence(disruption),
        left_alone_pence=pence(round((objective - sum(by_rule.values())) * 60)),
        objective_pence=objective,
        cash_pence=difference.cash_pence,
        by_rule=by_rule,
        seconds=0.0,
        notes=disruption.notes,
    )


# --- in words -------------------------------------------------------------------------------------


def person_changes(
    problem: Problem,
    removed: Iterable[Assignment],
    added: Iterable[Assignment],
    dropped: Mapping[Assignment, Sentence],
) -> tuple[PersonChange, ...]:
    """By person and supply, in order of the first shift that changes: what they lose and get, and
    why.
    """
    removed, added = list(removed), list(added)
    found = []
    for who in dict.fromkeys(a.staff_id or a.supply_id for a in [*dropped, *removed, *added]):
        mine = [a for a in removed if who in (a.staff_id, a.supply_id)]
        new = [a for a in added if who in (a.staff_id, a.supply_id)]
        why = [
            *dict.fromkeys(dropped[a] for a in mine if a in dropped),
            *(_why(a, removed, dropped) for a in new),
        ]
        if new and any(a not in dropped for a in mine):
            gone = joined((ref("demand", a.demand_id) for a in mine if a not in dropped), ", ")
            why.append(said("{demand} cannot be kept beside it.", demand=gone))
        staff = problem.index.staff.get(who)
        shifts = tuple(
            tuple(shift_of(problem, a.demand_id) for a in sorted(group)) for group in (mine, new)
        )
        found.append(
            PersonChange(
                who,
                staff.name if staff else _supply_words(problem, who),
                shifts[0],
                shifts[1],
                tuple(why),
            )
        )
    return tuple(found)


def _supply_words(problem: Problem, supply_id: str) -> str:
    """`bank worker of Mid Essex as Registered nurse`."""
    supply, index = problem.index.supplies.get(supply_id), problem.index
    if supply is None:
        return "temporary worker"
    organisation = {row.id: row.name for row in problem.dataset.organisation}.get(
        supply.organisation_id, supply.organisation_id
    )
    return f"{supply.kind} worker of {organisation}, {index.roles[supply.role_id].name}"


def _why(
    new: Assignment, removed: Sequence[Assignment], dropped: Mapping[Assignment, Sentence]
) -> Sentence:
    demand = ref("demand", new.demand_id)
    left_by = [worker(a.staff_id, a.supply_id) for a in removed if a.demand_id == new.demand_id]
    if left_by:
        verb = (
            "is out of"
            if any(a in dropped for a in removed if a.demand_id == new.demand_id)
            else "leaves"
        )
        return said(
            "Takes {demand}, which {people} {leave}.",
            demand=demand,
            people=joined(left_by, " and "),
            leave=verb,
        )
    return said("Takes {demand}, which is open.", demand=demand)


def shift_of(problem: Problem, demand_id: str) -> Shift:
    """A demand's time, service and site; nothing but the id where the problem does not hold it."""
    duty = problem.duty_by_id.get(demand_id)
    if duty is None:
        return Shift(demand_id, "", "", "")
    return Shift(
        demand_id,
        f"{text(duty.start)}–{text(duty.end)[-5:]}",
        duty.demand.service_id,
        duty.demand.site_id,
    )


def shift_words(duty: Duty) -> str:
    """A shift as people speak of it: its demand id, time, service and site."""
    return (
        f"{duty.id} ({text(duty.start)}–{text(duty.end)[-5:]}, {duty.demand.service_id} at"
        f" {duty.demand.site_id})"
    )


def _left_open(disruption: Disruption, made: RosterDocument) -> tuple[LeftOpen, ...]:
    """Places that were asked for and stay empty, and those that the repair itself leaves."""
    missing = {vacancy.demand_id: vacancy for vacancy in made.vacancies}
    filled: dict[str, int] = {}
    for line in made.assignments:
        filled[line.demand_id] = filled.get(line.demand_id, 0) + 1
    before: dict[str, int] = {}
    for a in (*disruption.base, *disruption.dropped):
        before[a.demand_id] = before.get(a.demand_id, 0) + 1
    found = []
    for duty in disruption.problem.duties:
        had = min(
            duty.most,
            before.get(duty.id, 0)
            + (disruption.positions.get(duty.id, 0) if duty.id in disruption.new_demand else 0),
        )
        places = had - filled.get(duty.id, 0)
        if places > 0:
            short = min(places, max(0, duty.minimum - filled.get(duty.id, 0)))
            price = short * (disruption.policy.empty_pence(duty) or 0.0)
            cause = (
                made.cause(missing[duty.id])
                if duty.id in missing
                else said("The minimum is there; the place is one above it.")
            )
            found.append(LeftOpen(shift_of(disruption.problem, duty.id), places, price, cause))
    return tuple(found)


# --- what else could be better --------------------------------------------------------------------


def _improvements(
    disruption: Disruption, roster: Roster, limits: Limits, should_stop: Callable[[], bool]
) -> tuple[Improvement, ...]:
    """Changes around the repair that it does not need, each by itself, those that save most
    first.
    """
    evaluation = DeltaEvaluation(disruption.problem, disruption.policy, roster)
    within = widest_radius(disruption.problem, roster, disruption.positions)
    better = cheapest_change(
        evaluation, ChangeRequest(), within, limits, should_stop=should_stop, connected=False
    )
    if better is None:
        return ()
    found = []
    for removed, added in _separate(better):
        difference = evaluation.change(removed, added)
        if difference.objective < 0 and not difference.breaches:
            changes = person_changes(disruption.problem, removed, added, {})
            found.append(Improvement(changes, -difference.objective_pence, difference.cash_pence))
    return tuple(sorted(found, key=lambda one: -one.saves_pence))


def _separate(near: LocalChange) -> list[tuple[list[Assignment], list[Assignment]]]:
    """The changes in groups that hang together over people and shifts; calls of supply go with
    their shift.
    """
    edges = {}
    for number, assignment in enumerate((*near.removed, *near.added)):
        edges[assignment.staff_id or f"{assignment.supply_id} {number}", assignment.demand_id] = (
            assignment
        )
    removed = set(near.removed)
    groups = [[edges[edge] for edge in part] for part in parts(list(edges))]
    return [
        ([a for a in group if a in removed], [a for a in group if a not in removed])
        for group in groups
    ]

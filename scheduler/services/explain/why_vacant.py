"""Why a place of a stored roster is empty: who could have filled it, who is one barrier away, and
what became of temporary supply.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.domain.barrier import BarrierKind
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.near_misses import (
    BarrierGroup,
    NearMiss,
    by_barrier,
    employed,
    one_barrier_away,
)
from scheduler.domain.roster import RosterDocument
from scheduler.domain.sentence import Sentence, joined, ref, said
from scheduler.services.accounts.gate import asks
from scheduler.services.rosters.reopen import published_since, reopen, require_duty
from scheduler.storage.repository import Repository
from solver.evaluate.candidates import (
    Candidacy,
    SupplyCandidacy,
    Trials,
    candidacies,
    free_then,
    supply_candidacies,
)

Lever = tuple[BarrierKind, str, str]
"""(kind of barrier, what is missing, who can lift it)"""


@dataclass(frozen=True)
class NearMisses:
    """People one and the same barrier away, each once. `free`: those of them whom nothing else
    would keep from it.

    Somebody with several contracts is there by the one through which they would be free, else by
    the first.
    """

    group: BarrierGroup
    free: tuple[str, ...]


@dataclass(frozen=True)
class ExplainedVacancy:
    """Everything that is known about an empty place. `required`: whether required places are empty,
    not only preferred ones.
    """

    roster_id: str
    index: FactIndex
    duty: Duty
    missing: int
    required: bool
    empty_pence: float | None
    """What one empty required place costs in the objective; None where it has no price."""
    cause: Sentence
    """As the roster was stored with."""
    cleared: tuple[Candidacy, ...]
    nearby: tuple[NearMisses, ...]
    supplies: tuple[SupplyCandidacy, ...]
    notes: tuple[Sentence, ...]

    @property
    def supply_exhausted(self) -> bool | None:
        """Whether no temporary supply that may fill it is left within its limits and caps; None
        where none may.
        """
        if not self.supplies:
            return None
        return not any(standing.change.possible for standing in self.supplies)


@dataclass(frozen=True)
class VacancySummary:
    """One empty required place of the list. `cleared`: people cleared for it and not on it."""

    duty: Duty
    missing: int
    cleared: int
    nearby: tuple[NearMisses, ...]
    cause: Sentence

    @property
    def minutes(self) -> int:
        """Paid time of the people who are missing [minutes]."""
        return self.missing * self.duty.paid


@dataclass(frozen=True)
class LeverTotal:
    """What lifting one barrier would open: minutes of empty required places that its people could
    fill, at most.

    `minutes_free`: by people whom nothing else keeps from the place; `minutes_any`: by anybody of
    them, also who works elsewhere then. Each place is counted by itself: the same person may be
    counted for several of them.
    """

    lever: Lever
    staff_ids: tuple[str, ...]
    places: int
    minutes_free: int
    minutes_any: int


@dataclass(frozen=True)
class Vacancies:
    """All empty required places of a roster, and the barriers behind them, the weightiest first."""

    roster_id: str
    index: FactIndex
    lines: tuple[VacancySummary, ...]
    levers: tuple[LeverTotal, ...]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class _Question:
    document: RosterDocument
    trials: Trials
    notes: tuple[Sentence, ...]


@asks("see_rosters", roster="roster_id", looks=True)
def why_vacancy(repository: Repository, roster_id: str, demand_id: str) -> ExplainedVacancy:
    """Why a place is empty, by the facts and the policy that the roster was made from.

    Raises NotFound for a roster or demand that is not there, BadRequest where nobody is missing.
    """
    asked = _question(repository, roster_id)
    problem, trials = asked.trials.problem, asked.trials
    duty = require_duty(problem, demand_id)
    filled = len(trials.roster.by_demand.get(duty.id, ()))
    if filled >= duty.preferred:
        empty = [vacancy.demand_id for vacancy in asked.document.vacancies]
        some = joined((ref("demand", empty_id) for empty_id in empty[:5]), ", ")
        more = " …" if len(empty) > 5 else ""
        listed = (
            said("Empty are {some}{more}.", some=some, more=more)
            if empty
            else said("No required place of this roster is empty.")
        )
        raise BadRequest(
            said(
                "{demand} is not empty: {filled} are there, {required} required, {wanted} wanted."
                " {listed}",
                demand=ref("demand", demand_id),
                filled=filled,
                required=duty.minimum,
                wanted=duty.preferred,
                listed=listed,
            )
        )
    required = filled < duty.minimum
    stored = {line.demand_id: asked.document.cause(line) for line in asked.document.vacancies}
    return ExplainedVacancy(
        roster_id=roster_id,
        index=problem.index,
        duty=duty,
        missing=(duty.minimum if required else duty.preferred) - filled,
        required=required,
        empty_pence=trials.policy.empty_pence(duty) if required else None,
        cause=stored.get(duty.id, Sentence.plain("")),
        cleared=tuple(candidacies(trials, duty)),
        nearby=tuple(_nearby(trials, [duty])[0]),
        supplies=tuple(supply_candidacies(trials, duty)),
        notes=asked.notes,
    )


@asks("see_rosters", roster="roster_id", looks=True)
def why_vacancies(repository: Repository, roster_id: str) -> Vacancies:
    """All empty required places of a roster, the most urgent first. Raises NotFound."""
    asked = _question(repository, roster_id)
    problem, trials = asked.trials.problem, asked.trials
    filled = Counter(a.demand_id for a in trials.roster)
    empty = [duty for duty in problem.duties if filled[duty.id] < duty.minimum]
    stored = {line.demand_id: asked.document.cause(line) for line in asked.document.vacancies}
    lines = [
        VacancySummary(
            duty,
            duty.minimum - filled[duty.id],
            len(_cleared(trials, duty)),
            tuple(nearby),
            stored.get(duty.id, Sentence.plain("")),
        )
        for duty, nearby in zip(empty, _nearby(trials, empty), strict=True)
    ]
    lines.sort(
        key=lambda line: (-line.duty.demand.priority, -line.minutes, line.duty.start, line.duty.id)
    )
    return Vacancies(roster_id, problem.index, tuple(lines), tuple(_summed(lines)), asked.notes)


def _question(repository: Repository, roster_id: str) -> _Question:
    opened = reopen(repository, roster_id)
    document = opened.stored.document
    trials = Trials(opened.problem, opened.policy, opened.roster)
    notes = list(opened.notes)
    stated = document.summary.get("objective_pence")
    if trials.report.breaches or (
        stated is not None and abs(trials.report.objective_pence - stated) > 0.001
    ):
        since = published_since(repository, opened.stored.header)
        its = "Other rosters were published since this one was made: its" if since else "Its"
        notes.append(
            said(
                "{its} objective is no longer what it was, and prices here are against what is"
                " known now.",
                its=its,
            )
        )
    return _Question(document, trials, tuple(notes))


def _cleared(trials: Trials, duty: Duty) -> set[str]:
    """People cleared for a duty who are not on it."""
    there = {a.staff_id for a in trials.roster.by_demand.get(duty.id, ())}
    return {e.contract.staff_id for e in trials.problem.cleared_for(duty)} - there


def _nearby(trials: Trials, duties: Sequence[Duty]) -> list[list[NearMisses]]:
    """For each duty, who is one barrier away, by barrier, the largest groups first."""
    found = []
    for duty, near in zip(
        duties,
        one_barrier_away(trials.problem.index, employed(trials.problem), duties),
        strict=True,
    ):
        groups = by_barrier(near)
        found.append([_who_of(group, free_then(trials, group.people, duty)) for group in groups])
    return found


def _who_of(group: BarrierGroup, free: Mapping[str, NearMiss]) -> NearMisses:
    first = {near.staff_id: near for near in reversed(group.people)}
    people = tuple(free.get(staff_id, first[staff_id]) for staff_id in group.staff_ids)
    return NearMisses(replace(group, people=people), tuple(free))


def _summed(lines: Sequence[VacancySummary]) -> list[LeverTotal]:
    people: dict[Lever, dict[str, None]] = defaultdict(dict)
    free: Counter[Lever] = Counter()
    anybody: Counter[Lever] = Counter()
    places: Counter[Lever] = Counter()
    for line in lines:
        for nearby in line.nearby:
            key = nearby.group.key
            people[key] |= dict.fromkeys(nearby.group.staff_ids)
            free[key] += min(line.missing, len(nearby.free)) * line.duty.paid
            anybody[key] += min(line.missing, len(nearby.group.staff_ids)) * line.duty.paid
            places[key] += line.missing
    sums = [
        LeverTotal(key, tuple(sorted(who)), places[key], free[key], anybody[key])
        for key, who in people.items()
    ]
    return sorted(sums, key=lambda lever: (-lever.minutes_free, -lever.minutes_any, lever.lever))

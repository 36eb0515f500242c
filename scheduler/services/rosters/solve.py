"""Build a week's roster, keep it if the check agrees, show it, publish it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from scheduler.domain.clock import local_date, minute
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.errors import BadRequest, NotFound, SchedulerError
from scheduler.domain.known_shifts import known_shift
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Roster, RosterDocument
from scheduler.domain.wording import no_collaborative
from scheduler.services.accounts.gate import asks, require, thing_of
from scheduler.services.limits.deadline import Deadline
from scheduler.services.rosters.dask_solver_pool import solver_pool as solver_pool_for
from scheduler.services.rosters.separate_process import search_apart
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterKind
from solver.infeasible.conflicting_facts import ConflictSet, conflict_of, conflict_of_pins
from solver.policy.policy import Policy
from solver.result.document import document
from solver.search.choose import search
from solver.search.solver_pool import LOCAL, SolverPool
from solver.search.strategy import Limits, Progress

HISTORY_DAYS = 17 * 7 + 14
"""How far back published rosters are read: the longest reference period, and a fortnight
for rest.
"""
AHEAD_DAYS = 31
"""How far ahead: rest after the period, and the calendar month in which it ends."""


@dataclass(frozen=True)
class Request:
    """What to solve: a collaborative's period under a policy (tables of rule id -> parameters over
    the default).
    """

    collaborative_id: str
    start: date
    days: int = 7
    policy: Mapping[str, Any] | None = None
    stable_against: str | None = None
    """Id of the stored roster from which as little as possible should change. Comparisons leave it
    out.
    """

    @property
    def period(self) -> Period:
        """The dates to solve."""
        return Period(self.start, self.days)


@dataclass(frozen=True)
class Outcome:
    """A roster as a document, or the facts that clash. `roster_id` is empty where it was not
    stored.
    """

    document: RosterDocument | None
    clash: ConflictSet = field(default_factory=ConflictSet)
    roster_id: str = ""
    history: tuple[Progress, ...] = ()


class NoRosterInTime(SchedulerError):
    """The time was over before there was any roster; more of it, or fewer rules, would help."""

    exit_code = 2


def known_shifts(repository: Repository, collaborative_id: str, period: Period) -> list[KnownShift]:
    """Shifts of published rosters that this problem must respect.

    Of the collaborative itself: those outside the period, for the period is what is planned anew.
    Of others: all. Calls of temporary supply are among them.
    """
    found = []
    since = period.first - timedelta(days=HISTORY_DAYS)
    until = period.last + timedelta(days=AHEAD_DAYS)
    for header, lines in repository.published(first=since, last=until):
        for line in lines:
            planned_anew = (
                header.collaborative_id == collaborative_id
                and local_date(minute(line.start)) in period
            )
            if not planned_anew:
                found.append(known_shift(line))
    return found


def problem_of(repository: Repository, request: Request) -> tuple[Problem, Policy, str]:
    """The problem of a request, its policy and a fingerprint of the facts.

    Raises NotFound for an unknown collaborative or roster, BadInput for a policy with faults,
    BadRequest where the roster to stay close to is of another collaborative or of other dates.
    """
    dataset = repository.dataset()
    require_collaborative(dataset, request.collaborative_id)
    policy = Policy.from_tables(request.policy or {})
    known = known_shifts(repository, request.collaborative_id, request.period)
    reference = (
        None
        if request.stable_against is None
        else _named_roster(repository, request.stable_against, request)
    )
    terms = policy.pay.terms()
    problem = build_problem(
        dataset,
        request.collaborative_id,
        request.period,
        known=known,
        terms=terms,
        reference=reference,
    )
    return problem, policy, dataset.sha256()


def _named_roster(repository: Repository, roster_id: str, request: Request) -> Roster:
    """Raises NotFound, and BadRequest for a roster that has nothing to do with this one."""
    require(repository, "see_rosters", thing_of(repository, "roster", roster_id))
    stored = repository.roster(roster_id)
    header, period = stored.header, request.period
    if (
        header.collaborative_id != request.collaborative_id
        or header.start > period.last
        or header.last < period.first
    ):
        raise BadRequest(
            f"{roster_id} is a roster of {header.collaborative_id} from {header.start} to"
            f" {header.last}: it says nothing about {request.collaborative_id} from {period.first}"
            f" to {period.last}."
        )
    return stored.document.decision()


def require_collaborative(dataset: Dataset, collaborative_id: str) -> None:
    """Raises NotFound where the dataset does not hold this collaborative."""
    known = [collaborative.id for collaborative in dataset.collaborative]
    if collaborative_id not in known:
        raise NotFound(no_collaborative(collaborative_id, known))


@asks("build_rosters", collaborative="request.collaborative_id")
def solve(
    repository: Repository,
    request: Request,
    limits: Limits,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    kind: RosterKind = "roster",
    deadline: Deadline | None = None,
) -> Outcome:
    """Solve a request and store the roster. The time limit is that of the whole, from now on or as
    the `deadline` has it.

    Raises what `problem_of` and `solve_problem` raise: RosterRefused where the independent check
    does not agree, NoRosterInTime where the time was too short.
    """
    began = time.monotonic()
    deadline = deadline or Deadline.after(limits.seconds)
    problem, policy, fingerprint = problem_of(repository, request)
    deadline = deadline.having_built(began)
    with solver_pool_for(len(problem.pairs_duty)) as helpers:
        outcome = solve_problem(
            problem,
            policy,
            limits,
            fingerprint,
            on_progress=on_progress,
            should_stop=should_stop,
            solver_pool=helpers,
            deadline=deadline,
        )
    if outcome.document is None:
        return outcome
    made = outcome.document
    if request.stable_against is not None:  # whoever checks the roster must know
        made = replace(made, summary={**made.summary, "stable_against": request.stable_against})
    roster_id = repository.save_roster(made, problem.dataset, kind=kind)
    return Outcome(made, roster_id=roster_id, history=outcome.history)


def solve_problem(
    problem: Problem,
    policy: Policy,
    limits: Limits,
    fingerprint: str,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    start: Roster | None = None,
    solver_pool: SolverPool = LOCAL,
    deadline: Deadline | None = None,
) -> Outcome:
    """Solve a problem and check the roster, without storing it. From a `start` that keeps the hard
    rules it gets no worse.

    The limits are those of the search alone, or with a `deadline` of all that belongs to it. Raises
    BadRequest where there is no demand, NoRosterInTime where neither a roster nor facts that clash
    were found, and RosterRefused where the independent check does not agree.
    """
    if not problem.duties:
        raise BadRequest(
            f"{problem.collaborative_id} has no demand from {problem.period.first} to"
            f" {problem.period.last}: nothing to roster."
        )
    began = time.monotonic()
    if (
        clash := conflict_of_pins(problem, policy)
    ).facts:  # no search would find a way around them, and none needs to be waited for
        return Outcome(None, clash)
    given = deadline.having_built(began).limits(limits) if deadline else limits
    began = time.monotonic()
    if limits.deterministic:
        found = search_apart(problem, policy, given, on_progress, should_stop, start)
    else:
        found = search(problem, policy, given, on_progress, should_stop, start, solver_pool)
    seconds = time.monotonic() - began
    if found.status == "clash":
        return Outcome(None, conflict_of(problem, policy), history=found.history)
    if found.roster is None:
        if not should_stop() and (clash := conflict_of(problem, policy, 10.0)).facts:
            return Outcome(None, clash, history=found.history)
        raise NoRosterInTime(
            f"No roster was found in {seconds:.0f} s, and no facts were found that clash: the time"
            " was too short for this many people and shifts. A longer time limit, or a shorter"
            " period, finds one."
        )
    return Outcome(
        document(problem, policy, found, limits, seconds, fingerprint), history=found.history
    )

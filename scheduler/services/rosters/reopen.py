"""A stored roster with its problem again: under the facts that it used, or under those that hold
now.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from scheduler.domain.clock import minute
from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.known_shifts import known_shift
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Assignment, AssignmentLine, Roster, assignment_of
from scheduler.domain.sentence import Sentence, joined, ref, said
from scheduler.domain.wording import maybe
from scheduler.services.rosters.solve import AHEAD_DAYS, HISTORY_DAYS, known_shifts
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader, StoredRoster
from solver.evaluate.delta import changed, pairs_used
from solver.policy.policy import Policy
from solver.result.document import Begun


@dataclass(frozen=True)
class Reopened:
    """A stored roster with its policy and a problem that it is to be judged by. `roster`: as far as
    it stands under it.

    `begun`: lines of what had begun, if the problem leaves that out; they are not in `roster`.
    """

    stored: StoredRoster
    problem: Problem
    policy: Policy
    roster: Roster
    begun: tuple[AssignmentLine, ...] = ()

    @property
    def id(self) -> str:
        """The stored roster's id."""
        return self.stored.header.id

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What of the policy that it was made under can no longer be judged."""
        return self.policy.notes


def reopen(repository: Repository, roster_id: str, policy: Policy | None = None) -> Reopened:
    """The roster with the facts that it was made from, under its own policy or another. Raises
    NotFound.

    What other rosters have published since counts all the same: nobody recorded what was published
    then.
    """
    stored = repository.roster(roster_id)
    reference = _reference(repository, stored)
    snapshot = repository.snapshot(roster_id)
    return with_facts(repository, stored, snapshot, reference=reference, policy=policy)


def _reference(repository: Repository, stored: StoredRoster) -> Roster | None:
    """What it was built to differ little from; None where that was a draft that is deleted."""
    against = stored.document.summary.get("stable_against")
    try:
        return None if against is None else repository.roster(str(against)).document.decision()
    except NotFound:
        return None


def reopen_now(repository: Repository, roster_id: str) -> Reopened:
    """The roster with the facts that hold now, without what no longer stands. Raises NotFound."""
    return with_facts(repository, repository.roster(roster_id), repository.dataset())


def with_facts(
    repository: Repository,
    stored: StoredRoster,
    dataset: Dataset,
    *,
    reference: Roster | None = None,
    before: int | None = None,
    policy: Policy | None = None,
) -> Reopened:
    """The roster with facts in hand, under its own policy or another.

    Shifts that start `before` this minute have begun: they are known, whatever the facts say.
    Without it, those that had begun when the roster was made, if it is a repair.
    """
    header = stored.header
    policy = policy or policy_of(stored)
    period = Period(header.start, header.days)
    before = max(filter(None, (before, begun_before(stored))), default=None)
    begun = tuple(
        line
        for line in stored.document.assignments
        if before is not None and minute(line.start) < before
    )
    known = [
        *known_shifts(repository, header.collaborative_id, period),
        *(known_shift(line) for line in begun),
    ]
    problem = build_problem(
        dataset,
        header.collaborative_id,
        period,
        known=known,
        terms=policy.pay.terms(),
        reference=reference,
        before=before,
    )
    decision = undecided(stored, begun)
    gone = invalid_assignments(problem, decision)
    return Reopened(stored, problem, policy, Roster.of(a for a in decision if a not in gone), begun)


def published_since(repository: Repository, header: RosterHeader) -> bool:
    """Whether anything was published or withdrawn since the roster was made that its problem would
    have to respect.
    """
    since, until = (
        header.start - timedelta(days=HISTORY_DAYS),
        header.last + timedelta(days=AHEAD_DAYS),
    )
    return any(
        any(
            at is not None and at >= header.created_at
            for at in (other.published_at, other.withdrawn_at)
        )
        and other.start <= until
        and other.last >= since
        and not (
            other.collaborative_id == header.collaborative_id
            and header.start <= other.start
            and other.last <= header.last
        )
        for other in repository.rosters()
    )


def taken_over(opened: Reopened) -> Begun:
    """What a roster made from this one takes over: lines of what had begun, and the places of it
    that are empty.
    """
    over = {duty.id for duty in opened.problem.begun}
    empty = [line for line in opened.stored.document.vacancies if line.demand_id in over]
    anonymous = {"roster_id": "draft"}
    return Begun(
        tuple(line.model_copy(update=anonymous) for line in opened.begun),
        tuple(line.model_copy(update=anonymous) for line in empty),
    )


def undecided(stored: StoredRoster, begun: Collection[AssignmentLine]) -> Roster:
    """The stored decision without what had begun."""
    over = Counter(assignment_of(line) for line in begun)
    return changed(stored.document.decision(), over.elements(), ())


def begun_before(stored: StoredRoster) -> int | None:
    """The minute before which everything had begun when the roster was made; None where it decides
    its whole period.
    """
    stated = [
        told["begun_before"]
        for told in (stored.document.summary.get(made, {}) for made in ("repair", "edited"))
        if "begun_before" in told
    ]
    return max((minute(datetime.fromisoformat(text)) for text in stated), default=None)


def policy_of(stored: StoredRoster) -> Policy:
    """The policy that a roster was made under, whatever rules have joined or left the catalogue
    since.
    """
    return Policy.from_stored(
        stored.document.summary["policy"], source=f"policy of {stored.header.id}"
    )


def pairs_able(problem: Problem) -> frozenset[tuple[str, str]]:
    """(staff id, demand id) of everybody who may do something, through whatever contract."""
    return frozenset((e.contract.staff_id, duty.id) for e, duty in problem.pairs())


def invalid_assignments(problem: Problem, roster: Roster) -> dict[Assignment, Sentence]:
    """Assignments that may not stand under the problem's facts, each with a sentence that
    says why.
    """
    used = np.zeros(len(problem.pairs_duty), dtype=bool)
    used[pairs_used(problem, roster)] = True
    standing = {(e.id, duty.id) for e, duty in problem.with_pairs(used).pairs()}
    found = {}
    for assignment in roster:
        if (assignment.contract_id, assignment.demand_id) not in standing and (
            reason := _why_invalid(problem, assignment)
        ):
            found[assignment] = reason
    return found


def malformed(problem: Problem, roster: Roster) -> dict[Assignment, Sentence]:
    """Assignments that name what the problem's facts do not hold any more, and what that is."""
    return {a: reason for a in roster if (reason := _unnamed(problem, a))}


def _unnamed(problem: Problem, a: Assignment) -> Sentence:
    index = problem.index
    if a.demand_id not in problem.duty_by_id:
        return said("The demand has been withdrawn.")
    if a.supply_id:
        if a.supply_id in index.supplies:
            return said("")
        return said("{supply} can no longer be called for it.", supply=ref("supply", a.supply_id))
    contract = index.contracts.get(a.contract_id)
    if contract is None or a.staff_id not in index.staff or contract.staff_id != a.staff_id:
        return said(
            "Contract {contract} is no longer there.", contract=ref("contract", a.contract_id)
        )
    return said("")


def _why_invalid(problem: Problem, a: Assignment) -> Sentence:
    if unnamed := _unnamed(problem, a):
        return unnamed
    index, duty = problem.index, problem.duty_by_id[a.demand_id]
    if a.supply_id:
        if index.may_supply(index.supplies[a.supply_id], duty):
            return said("")
        return said("{supply} can no longer be called for it.", supply=ref("supply", a.supply_id))
    barriers = barriers_of(index, index.contracts[a.contract_id], duty)
    return joined(barrier.sentence for barrier in barriers)


def require_duty(problem: Problem, demand_id: str) -> Duty:
    """Raises NotFound, naming the nearest demand of the roster's period, and BadRequest for what
    had begun.
    """
    found = problem.duty_by_id.get(demand_id)
    if found is not None:
        return found
    if any(duty.id == demand_id for duty in problem.begun):
        what = (
            "{demand} had begun when this roster was made: it was taken over as it was, and nothing"
            " about it was decided."
        )
        raise BadRequest(said(what, demand=ref("demand", demand_id)))
    period = problem.period
    otherwise = "scheduler show ROSTER lists its vacancies, with --day or --service its shifts."
    advice = maybe(demand_id, problem.duty_by_id, otherwise, cutoff=0.5)
    raise NotFound(
        said(
            "The roster's demand from {first} to {last} holds no {demand}. {advice}",
            first=period.first,
            last=period.last,
            demand=repr(demand_id),
            advice=advice,
        )
    )


def require_person(problem: Problem, staff_id: str) -> str:
    """Raises NotFound, naming the nearest member of staff that the facts hold."""
    staff = problem.index.staff
    if staff_id in staff:
        return staff[staff_id].name
    advice = maybe(staff_id, staff, "The facts hold nobody like that.", cutoff=0.5)
    raise NotFound(f"There is no member of staff {staff_id!r}. {advice}")


def require_contracts(problem: Problem, staff_id: str) -> None:
    """Raises BadRequest where the facts hold no contract of this person, of whatever time."""
    if not problem.index.contracts_of.get(staff_id):
        raise BadRequest(
            f"{staff_id} has no contract: nobody can work without one. Import one (contract.csv)"
            " first."
        )

"""What has upset a stored roster since it was made: shifts that can no longer stand, places and
demand that are new.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from scheduler.domain.clock import local_date, minute, minute_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import LONDON, Demand, Leave
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.services.accounts.in_view import require_in_view
from scheduler.services.repair.told_away import told_away
from scheduler.services.rosters.reopen import (
    Reopened,
    invalid_assignments,
    pairs_able,
    require_contracts,
    require_person,
    undecided,
    with_facts,
)
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader, StoredRoster
from solver.constraints.stability import Stability
from solver.evaluate.delta import DeltaEvaluation, changed
from solver.evaluate.verify import verify
from solver.policy.policy import Policy


@dataclass(frozen=True)
class Sick:
    """Somebody who has called in sick, from the first to the last day."""

    staff_id: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadRequest(
                f"{self.staff_id} is sick from {self.first} to {self.last}: the last day must not"
                " come before the first."
            )

    @classmethod
    def from_json(cls, document: Mapping[str, str]) -> "Sick":
        """What `to_json` wrote."""
        return cls(
            document["staff_id"],
            date.fromisoformat(document["from"]),
            date.fromisoformat(document["to"]),
        )

    def to_json(self) -> dict[str, str]:
        """As orders and summaries hold it: `staff_id`, `from` and `to`."""
        return {
            "staff_id": self.staff_id,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
        }


@dataclass(frozen=True)
class Disruption:
    """A stored roster under the facts of today. `base`: what of it still stands; `dropped`: what
    does not, with the reason.
    """

    opened: Reopened
    base: Roster
    dropped: dict[Assignment, Sentence]
    positions: dict[str, int]
    """Demand id -> places that are open now and were not, or were filled."""
    new_demand: tuple[str, ...]
    sick: tuple[Sick, ...]
    since: date
    before: int
    """What starts before this minute had begun, and stands."""
    notes: tuple[Sentence, ...]

    @property
    def problem(self) -> Problem:
        """The problem of what can still be decided, under the facts of today."""
        return self.opened.problem

    @property
    def policy(self) -> Policy:
        """The policy of the roster, in which changes always have a price."""
        return self.opened.policy


def disruption_of(
    repository: Repository, roster_id: str, sick: Sequence[Sick], since: date | None
) -> Disruption:
    """What upsets the roster from a date on, or from now on. What had begun by then stands,
    whatever the facts say of it.

    Raises NotFound, BadRequest.
    """
    now = datetime.now(LONDON)
    before = minute(now) if since is None else minute_of(since, time(0))
    since = since or now.date()
    stored = repository.roster(roster_id)
    header = stored.header
    for one in sick:
        require_in_view(repository, one.staff_id)
    if since > header.last:
        raise BadRequest(
            f"{roster_id} ended on {header.last}, before {since}: nothing is left to repair. Past"
            " days stay as they are (--from)."
        )
    then, facts = repository.snapshot(roster_id), repository.dataset()
    together = told_sick(stored, sick)
    opened, notes = _without_lost_pins(repository, stored, with_sick(facts, together), before)
    _check_sick(opened.problem, sick, header)
    opened = replace(opened, policy=_with_stability(opened.policy))
    dropped = invalid_assignments(opened.problem, undecided(stored, opened.begun))
    positions, new = _positions(opened, then, dropped)
    return Disruption(
        opened=opened,
        base=opened.roster,
        dropped=dropped,
        positions=positions,
        new_demand=new,
        sick=together,
        since=since,
        before=before,
        notes=(*opened.notes, *notes, *_not_worked(opened)),
    )


def _not_worked(opened: Reopened) -> Iterator[Sentence]:
    """A note on what had begun and was recorded as not worked: leave lies over the day on which it
    started.
    """
    index = opened.problem.index
    for line in opened.begun:
        day = local_date(minute(line.start))
        if line.staff_id and day in index.leave_dates(line.staff_id):
            name = (
                index.staff[line.staff_id].name if line.staff_id in index.staff else line.staff_id
            )
            yield said(
                "{person} is recorded on leave on {day}: the shift {demand} had begun and stays in"
                " the roster, counted as not worked.",
                person=ref("person", line.staff_id, f"{line.staff_id} {name}"),
                day=day,
                demand=ref("demand", line.demand_id),
            )


def told_sick(stored: StoredRoster, sick: Sequence[Sick]) -> tuple[Sick, ...]:
    """Those of now, and those of whom the roster was told when it was a repair itself."""
    earlier = told_away(stored.document.summary.get("repair", {}))
    told = map(Sick.from_json, earlier)
    return tuple(dict.fromkeys([*told, *sick]))


def sick_leave(one: Sick) -> Leave:
    """The leave that a call in sick stands for."""
    return Leave(staff_id=one.staff_id, from_date=one.first, to_date=one.last, kind="sick")


def with_sick(dataset: Dataset, sick: Iterable[Sick]) -> Dataset:
    """The dataset with this sick leave, as far as it is not there already."""
    rows = [sick_leave(one) for one in sick]
    return dataset.with_facts(
        leave=[*dataset.leave, *(row for row in rows if row not in dataset.leave)]
    )


def _check_sick(problem: Problem, sick: Iterable[Sick], header: RosterHeader) -> None:
    for one in sick:
        require_person(problem, one.staff_id)
        require_contracts(problem, one.staff_id)
        if one.last < header.start or one.first > header.last:
            raise BadRequest(
                f"{one.staff_id} is sick from {one.first} to {one.last}: no day of {header.id},"
                f" which runs from {header.start} to {header.last}."
            )


def _without_lost_pins(
    repository: Repository, stored: StoredRoster, dataset: Dataset, before: int
) -> tuple[Reopened, tuple[Sentence, ...]]:
    """The problem without the pins that cannot be kept any more, and a note for each."""
    decision = stored.document.decision()
    opened = with_facts(repository, stored, dataset, reference=decision, before=before)
    problem = opened.problem
    able = pairs_able(problem) if problem.pins else frozenset()
    lost = [pin for pin in problem.pins if (pin.staff_id, pin.demand_id) not in able]
    if not lost:
        return opened, ()
    kept = dataset.with_facts(pin=[pin for pin in dataset.pin if pin not in lost])
    notes = tuple(
        said(
            "The pin of {person} to {demand} is left out: the person may not do it any more.",
            person=ref("person", pin.staff_id),
            demand=ref("demand", pin.demand_id),
        )
        for pin in lost
    )
    return with_facts(repository, stored, kept, reference=decision, before=before), notes


def _with_stability(policy: Policy) -> Policy:
    """A repair without a price on changes would be a new roster: where the policy has none, the
    default's holds.
    """
    if policy.rule(Stability) is not None:
        return policy
    return Policy({**policy.rules, Stability.id: Stability()}, pay=policy.pay)


def _positions(
    opened: Reopened, then: Dataset, dropped: Collection[Assignment]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Places to fill anew: those of dropped assignments, and those that demand has more than it
    had.
    """
    problem, header = opened.problem, opened.stored.header
    positions = Counter(a.demand_id for a in dropped if a.demand_id in problem.duty_by_id)
    services = frozenset(
        s.id for s in then.service if s.collaborative_id == header.collaborative_id
    )
    before = {
        row.id: _wanted(row) for row in demand_in_period(then, header.start, header.days, services)
    }
    new = []
    for duty in problem.duties:
        more = duty.preferred - before.get(duty.id, 0)
        if more > 0:
            positions[duty.id] += more
            new.append(duty.id)
    return _as_far_as_open(problem, opened.roster, positions), tuple(new)


def _as_far_as_open(problem: Problem, base: Roster, positions: Counter[str]) -> dict[str, int]:
    """Demand may have become less: no more than what it lacks now."""
    lacking = {
        demand_id: problem.duty_by_id[demand_id].most - len(base.by_demand.get(demand_id, ()))
        for demand_id in positions
    }
    return {
        demand_id: min(number, lacking[demand_id])
        for demand_id, number in sorted(positions.items())
        if min(number, lacking[demand_id]) > 0
    }


def _wanted(row: Demand) -> int:
    return max(row.minimum, row.preferred or 0)


def also_dropped(found: Disruption) -> Disruption:
    """Without further shifts that break a hard rule by the facts of now: of those of a breach the
    least urgent that mends it.

    Raises BadRequest where taking shifts away mends nothing.
    """
    base, dropped, problem = found.base, dict(found.dropped), found.problem
    hard = Policy(
        {name: rule for name, rule in found.policy.rules.items() if rule.hard}, pay=found.policy.pay
    )
    while breaches := verify(problem, hard, base).breaches:
        evaluation, breach = DeltaEvaluation(problem, hard, base), breaches[0]
        concerned = [
            a for a in base if {a.staff_id, a.supply_id, a.demand_id} & set(breach.about)
        ] or list(base)
        mending = [a for a in concerned if evaluation.change([a]).mended]
        if not mending:
            raise BadRequest(
                said(
                    "The roster cannot be repaired from {since} on: {breach} No shift that could be"
                    " given up changes that.",
                    since=found.since,
                    breach=breach.sentence,
                )
            )
        gone = min(
            mending,
            key=lambda a: (
                problem.duty_by_id[a.demand_id].demand.priority,
                -problem.duty_by_id[a.demand_id].start,
            ),
        )
        dropped[gone] = breach.sentence
        base = changed(base, [gone], [])
    positions = Counter(found.positions) + Counter(
        a.demand_id for a in dropped if a not in found.dropped
    )
    open_now = _as_far_as_open(problem, base, positions)
    return replace(found, base=base, dropped=dropped, positions=open_now)

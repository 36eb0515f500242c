"""Who could fill one place of a roster: everybody who is cleared for it, ranked, with what each
would cost, break and leave open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.domain.clock import local
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.problem import Employment
from scheduler.domain.roster import Assignment
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.services.accounts.gate import asks
from scheduler.services.rosters.reopen import Reopened, reopen_now, require_duty
from scheduler.storage.repository import Repository
from solver.evaluate.delta import CostDelta, DeltaEvaluation
from solver.rule.fair_share import Group, group_of, shares_of_demand


@dataclass(frozen=True)
class Blocked:
    """A hard rule that keeps somebody from it, in a sentence."""

    rule: str
    sentence: Sentence


@dataclass(frozen=True)
class Effect:
    """What a change costs against the roster as it is [pence]. `cash_pence`: pay with on-costs;
    `by_rule`: only rules that differ.
    """

    objective_pence: float
    cash_pence: int
    by_rule: dict[str, float]
    blocked: tuple[Blocked, ...]

    @classmethod
    def of(cls, difference: CostDelta) -> "Effect":
        """A difference as it is told: rules from sixtieths of a penny to pence, breaches as
        sentences.
        """
        return cls(
            difference.objective_pence,
            difference.cash_pence,
            {rule: cost / 60 for rule, cost in difference.by_rule.items()},
            tuple(Blocked(breach.rule, breach.sentence) for breach in difference.breaches),
        )


@dataclass(frozen=True)
class Share:
    """How many of a burden somebody has in the roster now, and the fair share; None where they have
    no share, and `now` where that is not for whoever asks.
    """

    now: int | None
    fair: int | None


@dataclass(frozen=True)
class Candidate:
    """Somebody who is cleared for it, through one contract.

    `leaves`: demand ids that they would have to leave for it, each with so many hours.
    `rest_before`, `rest_after`: hours to the shifts around it; None = none known. `travel_minutes`:
    from home, one way.
    """

    staff_id: str
    name: str
    contract_id: str
    contract_kind: str
    employer_organisation_id: str
    lent: bool
    effect: Effect
    travel_minutes: float | None
    rest_before: float | None
    rest_after: float | None
    nights: Share
    weekends: Share
    leaves: tuple[tuple[str, float], ...]

    @property
    def offered(self) -> bool:
        """Whether no hard rule stands against it."""
        return not self.effect.blocked


@dataclass(frozen=True)
class Offer:
    """A temporary supply that may be called for it. `left`: shifts that it has left in the week;
    None = unlimited.
    """

    supply_id: str
    kind: str
    effect: Effect
    left: int | None

    @property
    def offered(self) -> bool:
        """Whether no hard rule stands against it."""
        return not self.effect.blocked


@dataclass(frozen=True)
class Replacements:
    """Everybody and everything that could fill one more place, the best first; who may not comes
    last.
    """

    roster_id: str
    duty: Duty
    open_places: int
    candidates: tuple[Candidate, ...]
    supply: tuple[Offer, ...]
    empty_pence: float | None
    """What the empty place costs in the objective: what filling it takes away [pence]; None where
    it has no price.
    """


@asks("see_rosters", roster="roster_id", looks=True)
def replacements(repository: Repository, roster_id: str, demand_id: str) -> Replacements:
    """Ranked replacements for a vacancy of a stored roster, under the facts that hold now. Raises
    NotFound, BadRequest.
    """
    opened = reopen_now(repository, roster_id)
    return replacements_in(opened, demand_id)


def replacements_in(opened: Reopened, demand_id: str) -> Replacements:
    """As `replacements`, of a roster that is open. Raises NotFound for an unknown demand,
    BadRequest where no place of it is open.
    """
    evaluation = DeltaEvaluation(opened.problem, opened.policy, opened.roster)
    return replacements_of(opened.id, evaluation, demand_id)


def replacements_of(roster_id: str, evaluation: DeltaEvaluation, demand_id: str) -> Replacements:
    """As `replacements`, of a roster that is being evaluated. Raises NotFound and
    BadRequest as `replacements_in` does.
    """
    duty = require_duty(evaluation.problem, demand_id)
    here = len(evaluation.roster.by_demand.get(demand_id, ()))
    if here >= duty.most:
        raise BadRequest(
            said(
                "{demand} has no open place: {here} of {most} filled. Who else could do it:"
                " scheduler why assignment {roster} STAFF_ID {demand}; if somebody called in sick:"
                " scheduler repair {roster} --sick STAFF_ID FROM TO.",
                demand=ref("demand", demand_id),
                here=here,
                most=duty.most,
                roster=ref("roster", roster_id),
            )
        )
    found = ranked(evaluation, duty)
    offers = sorted(
        _offers(evaluation, duty, ()),
        key=lambda o: (not o.offered, o.effect.objective_pence, o.supply_id),
    )
    return Replacements(
        roster_id,
        duty,
        duty.most - here,
        found,
        tuple(offers),
        evaluation.policy.empty_pence(duty, required=here < duty.minimum),
    )


def ranked(
    evaluation: DeltaEvaluation, duty: Duty, instead_of: Assignment | None = None
) -> tuple[Candidate, ...]:
    """Everybody else who is cleared for a duty, the best first. `instead_of`: the assignment of
    which they would take the place.
    """
    there = {a.staff_id for a in evaluation.roster.by_demand.get(duty.id, ())}
    shares, gone = _Shares(evaluation), [] if instead_of is None else [instead_of]
    able = [e for e in evaluation.problem.cleared_for(duty) if e.contract.staff_id not in there]
    left = [at_that_time(evaluation, e.contract.staff_id, duty) for e in able]
    judged = evaluation.each(
        [
            ([*gone, *leaves], [Assignment(duty.id, e.contract.staff_id, e.contract.id)])
            for e, leaves in zip(able, left, strict=True)
        ]
    )
    found = [
        _candidate(evaluation, duty, employment, leaves, difference, shares)
        for employment, leaves, difference in zip(able, left, judged, strict=True)
    ]
    return tuple(
        sorted(
            found,
            key=lambda c: (
                not c.offered,
                c.effect.objective_pence,
                c.effect.cash_pence,
                c.staff_id,
                c.contract_id,
            ),
        )
    )


def at_that_time(evaluation: DeltaEvaluation, staff_id: str, duty: Duty) -> list[Assignment]:
    """What the person does in the roster at the time of a duty."""
    return [
        work.assignment
        for work in evaluation.shifts_of(staff_id)
        if work.assignment is not None
        and work.assignment.demand_id != duty.id
        and work.start < duty.end
        and duty.start < work.end
    ]


def _candidate(
    evaluation: DeltaEvaluation,
    duty: Duty,
    employment: Employment,
    left: list[Assignment],
    difference: CostDelta,
    shares: "_Shares",
) -> Candidate:
    contract, index = employment.contract, evaluation.problem.index
    around = [
        work for work in evaluation.shifts_of(contract.staff_id) if work.assignment not in left
    ]
    before, after = rest_around(around, duty)
    person = index.staff[contract.staff_id]
    return Candidate(
        staff_id=person.id,
        name=person.name,
        contract_id=contract.id,
        contract_kind=contract.kind,
        employer_organisation_id=contract.organisation_id,
        lent=contract.organisation_id != duty.host_id,
        effect=Effect.of(difference),
        travel_minutes=round(index.geography.minutes(person.home_site_id, duty.demand.site_id), 1),
        rest_before=before,
        rest_after=after,
        nights=shares.nights(employment),
        weekends=shares.weekends(employment),
        leaves=tuple(
            (a.demand_id, evaluation.problem.duty_by_id[a.demand_id].paid / 60) for a in left
        ),
    )


def rest_around(shifts: Sequence[Work], duty: Duty) -> tuple[float | None, float | None]:
    """Hours off before and after a duty; 0 where a shift overlaps it, None where no shift
    is known.
    """
    before = [duty.start - work.end for work in shifts if work.start < duty.start]
    after = [
        work.start - duty.end
        for work in shifts
        if work.start >= duty.start and not (work.duty and work.duty.id == duty.id)
    ]
    return tuple(round(max(0, min(gaps)) / 60, 2) if gaps else None for gaps in (before, after))  # type: ignore[return-value]


def _offers(evaluation: DeltaEvaluation, duty: Duty, gone: Sequence[Assignment]) -> Iterator[Offer]:
    for supply in evaluation.problem.supplies_for(duty):
        difference = evaluation.change(list(gone), [Assignment(duty.id, supply_id=supply.id)])
        yield Offer(supply.id, supply.kind, Effect.of(difference), _left(evaluation, supply, duty))


def _left(evaluation: DeltaEvaluation, supply: TemporarySupply, duty: Duty) -> int | None:
    if supply.max_shifts_per_week is None:
        return None
    duties = evaluation.problem.duty_by_id
    used = sum(
        a.supply_id == supply.id and duties[a.demand_id].week == duty.week
        for a in evaluation.roster
    )
    used += evaluation.problem.supplied[supply.id, duty.week]
    return max(0, supply.max_shifts_per_week - used)


class _Shares:
    """What everybody has of nights and weekends in a roster, and the fair share of it."""

    def __init__(self, evaluation: DeltaEvaluation) -> None:
        # of all pairs: which of them the evaluation keeps is a matter of the policy's rules
        sheet = EvaluatedRoster(evaluation.problem, evaluation.roster)
        self._nights = shares_of_demand(sheet, lambda _, duty: duty.night)
        self._weekends = shares_of_demand(
            sheet, lambda _, duty: local(duty.start).isoweekday() >= 6
        )
        self._evaluation = evaluation

    def _group(self, employment: Employment) -> Group:
        return group_of(self._evaluation.problem, employment.contract)

    def nights(self, employment: Employment) -> Share:
        now = sum(
            work.new and work.night
            for work in self._evaluation.shifts_of(employment.contract.staff_id)
        )
        return Share(
            now,
            self._nights.get((employment.contract.staff_id, self._group(employment)), (0, None))[1],
        )

    def weekends(self, employment: Employment) -> Share:
        now = sum(
            work.new and work.date.isoweekday() >= 6
            for work in self._evaluation.shifts_of(employment.contract.staff_id)
        )
        return Share(
            now,
            self._weekends.get((employment.contract.staff_id, self._group(employment)), (0, None))[
                1
            ],
        )

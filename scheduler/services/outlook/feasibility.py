"""Before a roster is looked for: what nobody can fill, how many hours can be covered at most, who
has no shift, what ends.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from scheduler.domain.clock import days_between, skipped
from scheduler.domain.conditions import barriers_of
from scheduler.domain.duty import Duty
from scheduler.domain.expiries import CLEARANCES, Lapse, lapses
from scheduler.domain.facts import Contract, Staff
from scheduler.domain.near_misses import (
    BarrierGroup,
    FewestBarriers,
    by_barrier,
    employed,
    fewest_barriers,
    one_barrier_away,
    role_fits,
)
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks
from scheduler.services.rosters.solve import Request, problem_of
from scheduler.storage.repository import Repository
from solver.bounds.coverage import NO_LIMIT, CoverBound
from solver.policy.policy import Policy

Key = tuple[str, ...]


@dataclass(frozen=True)
class DemandSlice:
    """Required minutes of one part of the demand, and the most of them that can be covered were it
    the only part.

    `owed`, `allowed`: of everybody cleared for any of it, what their contracts owe and what the
    hours rules allow; None for days.
    """

    name: Key
    required: int
    by_staff: int
    with_supply: int
    people: int
    owed: int | None
    allowed: int | None

    @property
    def short(self) -> int:
        """Minutes that will be missing whatever the roster."""
        return self.required - self.with_supply


@dataclass(frozen=True)
class Unfillable:
    """Demand of one service, site and role for which fewer people are cleared than required,
    whatever else they do.
    """

    service_id: str
    site_id: str
    role_id: str
    host_id: str
    duties: tuple[Duty, ...]
    minutes: int
    """Required minutes for which there is nobody."""
    supply_ids: tuple[str, ...]
    nearly: tuple[BarrierGroup, ...]
    """Who is one barrier away from any of it."""
    nearest: FewestBarriers | None
    """Where nobody is: who is least far from the first of it."""


@dataclass(frozen=True)
class WithoutShift:
    """Somebody employed in the area for whom there is no shift at all, and why."""

    staff: Staff
    contract: Contract
    sentence: Sentence
    on_leave: bool
    """For the whole period: nobody can help it."""


@dataclass(frozen=True)
class Feasibility:
    """What is known of a problem without solving it. `whole` and `parts` count minutes."""

    problem: Problem
    whole: DemandSlice
    by_role: tuple[DemandSlice, ...]
    by_place: tuple[DemandSlice, ...]
    by_day: tuple[DemandSlice, ...]
    by_role_and_place: tuple[DemandSlice, ...]
    unfillable: tuple[Unfillable, ...]
    without_shift: tuple[WithoutShift, ...]
    ending: tuple[Lapse, ...]
    skipped: tuple[Duty, ...]
    """Demand without any hours, in the hour that the clocks skip."""


@asks("see_rosters", collaborative="request.collaborative_id", looks=True)
def feasibility(repository: Repository, request: Request) -> Feasibility:
    """What can be said before solving. Raises NotFound for an unknown collaborative."""
    problem, policy, _ = problem_of(repository, request)
    return feasibility_of(problem, policy)


def feasibility_of(problem: Problem, policy: Policy) -> Feasibility:
    """As `feasibility`, of a problem in hand. Bounds hold under the policy's hard rules."""
    bound = CoverBound(problem, policy)
    return Feasibility(
        problem=problem,
        whole=_part(bound, (), problem.duties),
        by_role=tuple(_parts(bound, lambda duty: (duty.demand.role_id,))),
        by_place=tuple(_parts(bound, lambda duty: (duty.place_id,))),
        by_day=tuple(_parts(bound, lambda duty: (duty.date.isoformat(),), by_day=True)),
        by_role_and_place=tuple(_parts(bound, lambda duty: (duty.demand.role_id, duty.place_id))),
        unfillable=tuple(_unfillable(problem, bound)),
        without_shift=tuple(_without_shift(problem)),
        ending=tuple(_ending(problem)),
        skipped=tuple(duty for duty in problem.duties if _without_hours(problem, duty)),
    )


def _without_hours(problem: Problem, duty: Duty) -> bool:
    shift = problem.index.shift_types[duty.demand.shift_type_id]
    return skipped(duty.date, shift.start_time, shift.end_time)


def skipped_sentence(problem: Problem, duty: Duty) -> Sentence:
    """What is wrong with demand in the hour that the clocks skip, and what to do."""
    shift = problem.index.shift_types[duty.demand.shift_type_id]
    when = (
        f"{duty.date:%a} {duty.date.day} {duty.date:%b}, {shift.start_time:%H:%M} to"
        f" {shift.end_time:%H:%M}"
    )
    return said(
        "{demand} starts and ends in the hour that the clocks skip: it has no hours, and nobody can"
        " work it. Ask for another shift type on that date.",
        demand=ref("demand", duty.id, f"{duty.id} ({when})"),
    )


def _parts(
    bound: CoverBound, key: Callable[[Duty], Key], *, by_day: bool = False
) -> Iterator[DemandSlice]:
    groups = _grouped(bound.problem.duties, key)
    for name, duties in sorted(groups.items()):
        if any(duty.minimum for duty in duties):
            yield _part(bound, name, duties, hours_of_people=not by_day)


def _part(
    bound: CoverBound, name: Key, duties: Sequence[Duty], *, hours_of_people: bool = True
) -> DemandSlice:
    problem, weeks = bound.problem, bound.problem.period.weeks
    employments = bound.employments(duty for duty in duties if duty.minimum)
    people = {
        problem.person_of_employment[e.index].index: problem.person_of_employment[e.index]
        for e in employments
    }
    owed = sum(e.owed[week] for e in employments for week in weeks)
    allowed = sum(
        min(bound.week_minutes(person, week), NO_LIMIT)
        for person in people.values()
        for week in weeks
    )
    required = sum(duty.minimum * duty.paid for duty in duties)
    by_staff = bound.most(duties)
    with_supply = required if by_staff == required else bound.most(duties, with_supply=True)
    return DemandSlice(
        name,
        required,
        by_staff,
        with_supply,
        len(people),
        owed if hours_of_people else None,
        allowed if hours_of_people and allowed < NO_LIMIT else None,
    )


def _grouped(duties: Iterable[Duty], key: Callable[[Duty], Hashable]) -> dict[Key, list[Duty]]:
    groups: dict[Key, list[Duty]] = defaultdict(list)
    for duty in duties:
        groups[key(duty)].append(duty)  # type: ignore[index]
    return groups


def _unfillable(problem: Problem, bound: CoverBound) -> Iterator[Unfillable]:
    lacking = [duty for duty in problem.duties if bound.people(duty) < duty.minimum]
    contracts = employed(problem)
    near = dict(
        zip(
            (duty.id for duty in lacking),
            one_barrier_away(problem.index, contracts, lacking),
            strict=True,
        )
    )
    groups = _grouped(
        lacking, lambda duty: (duty.demand.service_id, duty.demand.site_id, duty.demand.role_id)
    )
    for (service_id, site_id, role_id), duties in sorted(groups.items()):
        nearly = by_barrier(dict.fromkeys(one for duty in duties for one in near[duty.id]))
        supplies = dict.fromkeys(
            supply.id for duty in duties for supply in problem.supplies_for(duty)
        )
        minutes = sum((duty.minimum - bound.people(duty)) * duty.paid for duty in duties)
        least = None if nearly else fewest_barriers(problem.index, contracts, duties[0])
        yield Unfillable(
            service_id=service_id,
            site_id=site_id,
            role_id=role_id,
            host_id=duties[0].host_id,
            duties=tuple(duties),
            minutes=minutes,
            supply_ids=tuple(supplies),
            nearly=tuple(nearly),
            nearest=least,
        )


# --- people without a shift

AWAY = said("On leave for the whole period.")


def _without_shift(problem: Problem) -> Iterator[WithoutShift]:
    index = problem.index
    ours = {
        place.id
        for place in problem.dataset.place
        if place.collaborative_id == problem.collaborative_id
    }
    kinds = _grouped(
        problem.duties,
        lambda duty: (duty.demand.service_id, duty.demand.site_id, duty.demand.role_id),
    )
    for contract in employed(problem):
        if (
            contract.staff_id not in problem.person_by_id
            and index.sites[contract.base_site_id].place_id in ours
        ):
            sentence = _why_none(problem, contract, list(kinds.values()))
            yield WithoutShift(index.staff[contract.staff_id], contract, sentence, sentence == AWAY)


def _why_none(problem: Problem, contract: Contract, kinds: Sequence[Sequence[Duty]]) -> Sentence:
    index, period = problem.index, problem.period
    fitting = [duties for duties in kinds if role_fits(index, contract, duties[0])]
    if not fitting:
        return said(
            "There is no demand for the role {role}.",
            role=ref("role", contract.role_id, index.roles[contract.role_id].name),
        )
    leave = index.leave_dates(contract.staff_id)
    if all(day in leave for day in days_between(period.first, period.last)):
        return AWAY
    tried = [
        next((duty for duty in duties if duty.date not in leave), duties[0]) for duties in fitting
    ]
    barriers, duty = min(
        ((barriers_of(index, contract, duty), duty) for duty in tried),
        key=lambda found: (len(found[0]), found[1].id),
    )
    first, *more = barriers
    count = len(barriers)
    kinds_lacking = ", ".join(dict.fromkeys(barrier.kind for barrier in more))
    return said(
        "{barriers} from the nearest work ({service} at {site}): {sentence}{also}",
        barriers=counted(count, "barrier"),
        service=ref("service", duty.demand.service_id),
        site=ref("site", duty.demand.site_id),
        sentence=first.sentence,
        also=f" Lacking as well: {kinds_lacking}." if more else "",
    )


# --- what ends


def _ending(problem: Problem) -> Iterator[Lapse]:
    """What ends in the period and concerns this collaborative: its people, and organisations that
    host or employ here.
    """
    period, index = problem.period, problem.index
    ours = {
        place.id
        for place in problem.dataset.place
        if place.collaborative_id == problem.collaborative_id
    }
    people = set(problem.person_by_id) | {
        c.staff_id for c in problem.dataset.contract if index.sites[c.base_site_id].place_id in ours
    }
    hosts = {host for (_, place_id), host in index.host.items() if place_id in ours}
    organisations = hosts | {
        employment.contract.organisation_id for employment in problem.employments
    }
    for lapse in lapses(problem.dataset, period.first, period.last, (*CLEARANCES, "contract")):
        match lapse.kind:
            case "passport" | "sign_off" | "competency" | "contract":
                concerned = lapse.staff_id in people
            case "procedure_version":
                concerned = lapse.acting(index)[0] in organisations
            case "acceptance" | "agreement":
                concerned = lapse.acting(index)[0] in hosts
            case _:
                assert_never(lapse.kind)
        if concerned:
            yield lapse

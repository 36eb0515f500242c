"""Barriers as organisations lift them: each a named scenario, found from what stands between people
and duties.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import assert_never

from scheduler.domain.barrier import Barrier, BarrierKind
from scheduler.domain.conditions import barriers_of
from scheduler.domain.deployability import nearly_deployable
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Contract
from scheduler.domain.facts.clearance import Route
from scheduler.domain.near_misses import THE_PERSON, employed
from scheduler.domain.problem import Problem
from scheduler.domain.wording import maybe
from scheduler.services.scenarios.changes.clearance import (
    CompetencyGroup,
    ConsentGroup,
    JourneyGroup,
    NewAgreement,
    NewEquivalence,
    PassportGroup,
    SignOffGroup,
)
from scheduler.services.scenarios.changes.part import ScenarioPart
from scheduler.services.scenarios.scenario import CHANGES, Scenario

MOST_TOGETHER = 2
"""What stands in somebody's way together is one lift up to so many; who lacks more is
further away.
"""
FALLBACK_ROUTE: Route = "portability_agreement"

Key = tuple[str, ...]
"""(what kind of step, whom and what it is about)"""


@dataclass(frozen=True)
class Intervention:
    """A barrier, or what has to go together, with what lifting it changes. `lifted_by`:
    organisation ids, or THE_PERSON.

    `staff_ids`: whom it concerns; `places`: demand rows that some of them may fill then and may not
    now.
    """

    keys: tuple[Key, ...]
    name: str
    lifted_by: tuple[str, ...]
    staff_ids: tuple[str, ...]
    places: int
    scenario: Scenario

    @property
    def id(self) -> str:
        """The keys of its barriers as a text: parts joined by `:`, barriers by `+`."""
        return "+".join(":".join(key) for key in self.keys)


@dataclass(frozen=True)
class _Step:
    """What one group of people lacks, before it is known who all of them are. `key` says it whole.

    `change`: what of a scenario, and what it is for the people whom it turns out to concern.
    """

    key: Key
    name: str
    lifted_by: tuple[str, ...]
    change: tuple[str, Callable[[tuple[str, ...]], ScenarioPart]]


def possible_interventions(problem: Problem) -> list[Intervention]:
    """Everything whose lifting would let somebody fill a duty, those that concern most demand rows
    first.
    """
    finder = _Finder(problem)
    people: dict[tuple[Key, ...], dict[str, None]] = defaultdict(dict)
    places: dict[tuple[Key, ...], set[int]] = defaultdict(set)
    contracts = employed(problem)
    for duty, near in zip(
        problem.duties, nearly_deployable(problem.index, contracts, problem.duties), strict=True
    ):
        for position in near:
            contract = contracts[position]
            steps = finder.steps(contract, duty)
            if steps:
                keys = tuple(step.key for step in steps)
                people[keys][contract.staff_id] = None
                places[keys].add(duty.index)
    lifts = [finder.lift(keys, tuple(sorted(people[keys])), len(places[keys])) for keys in people]
    return sorted(lifts, key=lambda lift: (-lift.places, lift.id))


def named(lifts: Sequence[Intervention], ids: Iterable[str]) -> list[Intervention]:
    """The lifts with these ids, in this order. Raises BadRequest."""
    by_id = {lift.id: lift for lift in lifts}
    found = []
    for wanted in dict.fromkeys(ids):
        if wanted not in by_id:
            advice = maybe(wanted, by_id, cutoff=0.4)
            raise BadRequest(
                f"No barrier {wanted!r} stands between people and this"
                f" demand.{advice and f' {advice}'} Without --lift all are listed."
            )
        found.append(by_id[wanted])
    return found


def together(lifts: Sequence[Intervention]) -> Scenario:
    """All of them lifted at once."""
    merged = {
        name: tuple(dict.fromkeys(part for lift in lifts for part in getattr(lift.scenario, name)))
        for name in CHANGES
    }
    return Scenario(name=" + ".join(lift.name for lift in lifts)[:200], **merged)


class _Finder:
    """Turns the barriers of one contract and duty into steps that somebody can take."""

    def __init__(self, problem: Problem) -> None:
        self._problem, self._index = problem, problem.index
        self._steps: dict[Key, _Step] = {}
        routes = Counter(agreement.route for agreement in problem.dataset.sharing_agreement)
        self._usual: Route = routes.most_common(1)[0][0] if routes else FALLBACK_ROUTE

    def steps(self, contract: Contract, duty: Duty) -> list[_Step]:
        """In the order of their keys; empty where nobody can lift it (leave, an agreed time off, an
        ended contract), or where it is too much at once.
        """
        barriers = barriers_of(self._index, contract, duty)
        if not 1 <= len(barriers) <= MOST_TOGETHER:
            return []
        kinds = {barrier.kind for barrier in barriers}
        taken = [self._step(barrier, kinds, contract, duty) for barrier in barriers]
        steps = {step.key: step for step in taken if step is not None}
        if None in taken:
            return []
        self._steps |= steps
        return [steps[key] for key in sorted(steps)]

    def _step(
        self, barrier: Barrier, kinds: AbstractSet[BarrierKind], contract: Contract, duty: Duty
    ) -> _Step | None:
        """What lifts a barrier; None where nobody can, whatever else is lifted beside it."""
        home, host, index = contract.organisation_id, duty.host_id, self._index
        match barrier.kind:
            case "procedure":
                return self._procedure(contract, barrier.missing, duty)
            case "passport":
                route = self._route(home, duty)
                return _Step(
                    ("passport", home, host, route),
                    f"passports ({_words(route)}) for staff of {home} at {host}",
                    (home,),
                    (
                        "passport",
                        lambda staff_ids: PassportGroup(
                            organisation_id=home,
                            staff_ids=staff_ids,
                            route=route,
                            host_organisation_id=host,
                        ),
                    ),
                )
            case "agreement":
                route = self._usual if "passport" in kinds else self._good_route(contract, duty)
                agreement = NewAgreement(
                    home_organisation_id=home, host_organisation_id=host, route=route
                )
                name = f"agreement ({_words(route)}) under which {home} lends to {host}"
                return _Step(
                    ("agreement", home, host, route),
                    name,
                    (home, host),
                    ("agreement", lambda _: agreement),
                )
            case "competency":
                competency_id, role_id = barrier.missing, contract.role_id
                name = (
                    f"{index.competencies[competency_id].name} for {index.roles[role_id].name} of"
                    f" {home}"
                )
                return _Step(
                    ("competency", competency_id, home, role_id),
                    name,
                    (home,),
                    (
                        "competency",
                        lambda staff_ids: CompetencyGroup(
                            organisation_id=home,
                            role_id=role_id,
                            staff_ids=staff_ids,
                            competency_id=competency_id,
                        ),
                    ),
                )
            case "consent":
                name = f"consent of staff of {home} to work for other hosts"
                return _Step(("consent", home), name, (THE_PERSON,), ("consent", _consent))
            case "travel":
                site_id = barrier.missing
                name = f"longer journeys of staff of {home}, as far as {index.sites[site_id].name}"
                return _Step(
                    ("journey", home, site_id),
                    name,
                    (THE_PERSON,),
                    (
                        "journey",
                        lambda staff_ids: JourneyGroup(staff_ids=staff_ids, site_id=site_id),
                    ),
                )
            case "leave" | "contract" | "availability":
                return None
            case _:
                assert_never(barrier.kind)

    def _procedure(self, contract: Contract, procedure_id: str, duty: Duty) -> _Step:
        """Two versions made one where the person is signed off in another's; else a sign-off."""
        home, host, name = (
            contract.organisation_id,
            duty.host_id,
            self._index.procedures[procedure_id].name,
        )
        other = self._signed_elsewhere(contract, procedure_id, duty)
        if other is None:
            return _Step(
                ("sign-off", procedure_id, home, host),
                f"sign staff of {home} off in {name} of {host}",
                (home, host),
                (
                    "sign_off",
                    lambda staff_ids: SignOffGroup(
                        staff_ids=staff_ids, procedure_id=procedure_id, host_organisation_id=host
                    ),
                ),
            )
        one, two = sorted((other, host))
        accepted = NewEquivalence(
            procedure_id=procedure_id,
            from_organisation_id=one,
            host_organisation_id=two,
            both_ways=True,
        )
        return _Step(
            ("procedure", procedure_id, one, two),
            f"harmonise {name} between {one} and {two}",
            (one, two),
            ("equivalence", lambda _: accepted),
        )

    def _signed_elsewhere(self, contract: Contract, procedure_id: str, duty: Duty) -> str | None:
        """An organisation in whose present version the person is signed off; the employer before
        others.
        """
        index = self._index
        owners = [
            row.organisation_id
            for row in index.sign_offs_of(contract.staff_id)
            if row.procedure_id == procedure_id
            and row.organisation_id != duty.host_id
            and row.valid_from <= duty.date
            and (row.valid_to is None or row.valid_to >= duty.date)
            and index.version(procedure_id, row.organisation_id, duty.date) == row.version
        ]
        return min(
            owners, key=lambda owner: (owner != contract.organisation_id, owner), default=None
        )

    def _route(self, home: str, duty: Duty) -> Route:
        routes = sorted(
            {agreement.route for agreement in self._index.live_agreements(home, duty, duty.date)}
        )
        return self._usual if not routes or self._usual in routes else routes[0]

    def _good_route(self, contract: Contract, duty: Duty) -> Route:
        routes = sorted(
            {
                passport.route
                for passport in self._index.good_passports(contract.staff_id, duty, duty.date)
            }
        )
        return self._usual if not routes or self._usual in routes else routes[0]

    def lift(self, keys: tuple[Key, ...], staff_ids: tuple[str, ...], places: int) -> Intervention:
        steps = [self._steps[key] for key in keys]
        name = " + ".join(step.name for step in steps)
        return Intervention(
            keys,
            name[:1].upper() + name[1:],
            tuple(dict.fromkeys(organisation for step in steps for organisation in step.lifted_by)),
            staff_ids,
            places,
            self._scenario(keys, name, staff_ids),
        )

    def _scenario(self, keys: tuple[Key, ...], name: str, staff_ids: tuple[str, ...]) -> Scenario:
        parts: dict[str, list[ScenarioPart]] = defaultdict(list)
        for what, made_for in (self._steps[key].change for key in keys):
            parts[what].append(made_for(staff_ids))
        return Scenario.model_validate({"name": name[:200], **parts})


def _consent(staff_ids: tuple[str, ...]) -> ConsentGroup:
    return ConsentGroup(staff_ids=staff_ids)


def _words(route: str) -> str:
    return route.replace("_", " ")

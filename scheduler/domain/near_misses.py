"""Who is one barrier away from a piece of work, by the barrier and by who can lift it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from scheduler.domain.barrier import NATURES, Barrier, BarrierKind, live
from scheduler.domain.clock import dates_touched
from scheduler.domain.conditions import barriers_of
from scheduler.domain.deployability import deployable_pairs, nearly_deployable
from scheduler.domain.duty import Duty
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import Sentence, ref, said

THE_PERSON = ""
"""Stands for the organisation that can lift a barrier where it is each person's own to decide."""


@dataclass(frozen=True)
class NearMiss:
    """Somebody who may not fill a demand through any contract, and through this one for a single
    reason.
    """

    staff_id: str
    contract_id: str
    barrier: Barrier


@dataclass(frozen=True)
class BarrierGroup:
    """People kept away by the same missing thing. `lifted_by`: an organisation's id, or
    THE_PERSON.
    """

    kind: BarrierKind
    missing: str
    lifted_by: str
    people: tuple[NearMiss, ...]

    @property
    def key(self) -> tuple[BarrierKind, str, str]:
        """What its people have in common: (kind, what is missing, who can lift it)."""
        return (self.kind, self.missing, self.lifted_by)

    @property
    def staff_ids(self) -> tuple[str, ...]:
        """Ids of its people, each once, in their order."""
        return tuple(dict.fromkeys(near.staff_id for near in self.people))


def employed(problem: Problem) -> list[Contract]:
    """Every contract live at some time of the period, by person, also of people who can fill
    nothing.
    """
    period = problem.period
    found = [
        c
        for c in problem.dataset.contract
        if c.from_date <= period.last and (c.to_date is None or c.to_date >= period.first)
    ]
    return sorted(found, key=lambda contract: (contract.staff_id, contract.id))


def role_fits(index: FactIndex, contract: Contract, duty: Duty) -> bool:
    """Whether the role of a contract may fill the role that a duty asks for."""
    return (contract.role_id, duty.demand.role_id) in index.covers


def one_barrier_away(
    index: FactIndex, contracts: Sequence[Contract], duties: Sequence[Duty]
) -> list[list[NearMiss]]:
    """For each duty, who could fill it but for one barrier; by person, then contract.

    A contract of another role is no such case: nobody would lift it. One that is not live that day
    is.
    """
    rows, columns = deployable_pairs(index, contracts, duties)
    able: dict[int, set[str]] = defaultdict(set)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        able[column].add(contracts[row].staff_id)
    found = []
    for position, (duty, near) in enumerate(
        zip(duties, nearly_deployable(index, contracts, duties), strict=True)
    ):
        tried = [contracts[i] for i in near] + [
            c
            for c in contracts
            if role_fits(index, c, duty) and not _live_throughout(index, c, duty)
        ]
        own = []
        for contract in tried:
            if contract.staff_id not in able[position]:
                barriers = barriers_of(index, contract, duty)
                if len(barriers) == 1:
                    own.append(NearMiss(contract.staff_id, contract.id, barriers[0]))
        found.append(sorted(own, key=lambda n: (n.staff_id, n.contract_id)))
    return found


def _live_throughout(index: FactIndex, contract: Contract, duty: Duty) -> bool:
    return live(contract, duty.date) and all(
        any(live(one, day) for one in index.followed_on(contract.id))
        for day in dates_touched(duty.start, duty.end)
    )


def by_barrier(near: Iterable[NearMiss]) -> list[BarrierGroup]:
    """In groups by kind, what is missing and who can lift it; the largest first."""
    groups: dict[tuple[BarrierKind, str, str], list[NearMiss]] = defaultdict(list)
    for one in near:
        own_decision = NATURES[one.barrier.kind].own
        groups[
            one.barrier.kind,
            one.barrier.missing,
            THE_PERSON if own_decision else one.barrier.lifted_by,
        ].append(one)
    made = [BarrierGroup(*key, tuple(people)) for key, people in groups.items()]
    return sorted(made, key=lambda group: (-len(group.staff_ids), group.key))


def group_in_words(index: FactIndex, kind: BarrierKind, missing: str) -> Sentence:
    """What lifting it means, in words: `a passport good for B`."""
    match kind:
        case "passport":
            return said("a passport good for {host}", host=ref("organisation", missing))
        case "agreement":
            home, host = (
                ref("organisation", organisation_id) for organisation_id in missing.split(">")
            )
            return said("an agreement under which {home} lends to {host}", home=home, host=host)
        case "consent":
            return said(
                "the person's consent to work for {host}", host=ref("organisation", missing)
            )
        case "competency":
            competency = ref("competency", missing, index.competencies[missing].name)
            return said("the competency {competency}", competency=competency)
        case "procedure":
            procedure = ref("procedure", missing, index.procedures[missing].name)
            return said("a sign-off that counts for {procedure}", procedure=procedure)
        case "travel":
            return said("a longer journey, to {site}", site=ref("site", missing))
        case "leave":
            return said(
                "being back from the leave that began on {day}", day=date.fromisoformat(missing)
            )
        case "availability":
            return said("being free at an agreed time off ({times})", times=missing)
        case "contract":
            # what is missing is either a live contract, or one of a role that covers the work
            lacking = ref("role", missing) if missing in index.roles else ref("contract", missing)
            return said("a live contract ({contract})", contract=lacking)
        case _:
            assert_never(kind)


@dataclass(frozen=True)
class FewestBarriers:
    """The fewest barriers that keep anybody of a fitting role from a demand, and one person for
    whom it is so many.
    """

    people: int
    """How many have so few."""
    staff_id: str
    barriers: tuple[Barrier, ...]


def fewest_barriers(
    index: FactIndex, contracts: Sequence[Contract], duty: Duty
) -> FewestBarriers | None:
    """Who of a fitting role is least far from a demand that nobody can fill; None where nobody
    holds such a role.
    """
    found = [
        (barriers_of(index, c, duty), c.staff_id) for c in contracts if role_fits(index, c, duty)
    ]
    if not found:
        return None
    fewest = min(len(barriers) for barriers, _ in found)
    staff_ids = sorted({staff_id for barriers, staff_id in found if len(barriers) == fewest})
    barriers = next(
        barriers
        for barriers, staff_id in found
        if staff_id == staff_ids[0] and len(barriers) == fewest
    )
    return FewestBarriers(len(staff_ids), staff_ids[0], tuple(barriers))

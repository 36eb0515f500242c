"""Which required hours become uncoverable as clearances lapse, and what has to be renewed by whom,
the worst first.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

import numpy as np
import numpy.typing as npt

from scheduler.domain.barrier import dated, span
from scheduler.domain.clock import dates_touched, day_after
from scheduler.domain.dataset import Dataset
from scheduler.domain.deployability import deployable_pairs
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest
from scheduler.domain.expiries import Lapse, lapses, undone
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import FACT_TYPES
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks
from scheduler.services.accounts.in_view import in_view
from scheduler.services.rosters.solve import require_collaborative
from scheduler.storage.repository import Repository

Pairs = set[tuple[int, int]]
"""(position of the contract, position of the duty)"""
MOST_WEEKS = 52
DATED = tuple(fact_type for fact_type in FACT_TYPES if dated(fact_type))
PERSONAL = tuple(t.file for t in DATED if t.references.get("staff_id") == "staff")
"""Files of what clears one person, or keeps one away."""


@dataclass(frozen=True)
class Renewal:
    """One lapse, and one organisation that has to act. Hours of several renewals may be the same
    hours.

    `minutes_at_risk`: required minutes that can be filled through it until it ends, and no longer
    after. `minutes_uncoverable`: those of them for which fewer people than required are left as the
    facts stand.
    """

    lapse: Lapse
    organisation_id: str
    people: int
    minutes_at_risk: int
    minutes_uncoverable: int
    first_day: date
    """The first day on which it is missed."""


@dataclass(frozen=True)
class LostCover:
    """A demand row that would have had enough people, had nothing lapsed. `missing`: how many of
    the required nobody can be, for that reason.
    """

    duty: Duty
    missing: int
    may_be_supplied: bool
    """Whether temporary supply may be called for it."""

    @property
    def minutes(self) -> int:
        """Paid time of the people who are missing [minutes]."""
        return self.missing * self.duty.paid


@dataclass(frozen=True)
class Expiries:
    """What a period loses to lapses. `minutes_never`: uncoverable even were everything renewed."""

    dataset: Dataset
    collaborative_id: str
    period: Period
    lapsing: int
    minutes_required: int
    minutes_never: int
    lost: tuple[LostCover, ...]
    renewals: tuple[Renewal, ...]

    @property
    def minutes_lost(self) -> int:
        """Paid time lost to lapses, over all demand [minutes]."""
        return sum(lost.minutes for lost in self.lost)


@asks("see_people", collaborative="collaborative_id", looks=True)
def expiries(
    repository: Repository, collaborative_id: str, start: date, weeks: int = 12
) -> Expiries:
    """What the coming weeks lose to lapses. Raises NotFound, and BadRequest for no or too many
    weeks.
    """
    dataset = repository.dataset()
    require_collaborative(dataset, collaborative_id)
    found = expiries_in(dataset, collaborative_id, start, weeks)
    return found if repository.actor.program else _within_reach(repository, found)


def _within_reach(repository: Repository, found: Expiries) -> Expiries:
    """What of others' people ends is for others to know, and for who has to renew it."""
    view, mine = in_view(repository, found.dataset), repository.actor.organisations("see_people")
    return replace(
        found,
        dataset=view.dataset(found.dataset),
        renewals=tuple(
            renewal
            for renewal in found.renewals
            if not renewal.lapse.staff_id
            or renewal.lapse.staff_id in view.full
            or renewal.organisation_id in mine
        ),
    )


def expiries_in(dataset: Dataset, collaborative_id: str, start: date, weeks: int = 12) -> Expiries:
    """As `expiries`, of facts in hand. Raises BadRequest for no or too many weeks.

    Uncoverable: fewer people are cleared than required, whatever else they do. Two sets of facts
    are compared: as they stand, and with every clearance that ends in the period going on. What is
    missing in the first alone is lost to lapses. A lapse takes a person from a demand row where,
    all others renewed, this one alone keeps the person away, or where renewing it alone would do.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadRequest(f"{counted(weeks, 'week')}: expected 1 to {MOST_WEEKS}.")
    problem = build_problem(dataset, collaborative_id, Period(start, 7 * weeks))
    ending = lapses(dataset, problem.period.first, problem.period.last)
    comparison = _Comparison(problem, ending)
    renewals = [renewal for lapse in ending for renewal in comparison.renewals(lapse)]
    renewals.sort(
        key=lambda r: (
            -r.minutes_uncoverable,
            -r.minutes_at_risk,
            r.first_day,
            r.lapse.staff_id,
            r.organisation_id,
        )
    )
    return Expiries(
        dataset=dataset,
        collaborative_id=collaborative_id,
        period=problem.period,
        lapsing=len(ending),
        minutes_required=sum(duty.minimum * duty.paid for duty in problem.duties),
        minutes_never=comparison.minutes_never,
        lost=tuple(comparison.lost()),
        renewals=tuple(renewals),
    )


class _Comparison:
    """Who may fill what as the facts stand, and had nothing lapsed; what each lapse takes of the
    difference.
    """

    def __init__(self, problem: Problem, ending: Sequence[Lapse]) -> None:
        period = problem.period
        self.problem = problem
        self.ending = ending
        self.dataset = problem.dataset.with_facts(
            demand=(), demand_template=(), worked_shift=(), preference=(), pin=(), base_pattern=()
        )
        self._at_any_time = self.dataset.with_facts(unavailability=())
        self.duties = [duty for duty in problem.duties if duty.minimum]
        self.contracts = [
            c
            for c in self.dataset.contract
            if c.from_date <= period.last and (c.to_date is None or c.to_date >= period.first)
        ]
        standing = self._pairs_of(problem)
        renewed = (
            deployable_pairs(FactIndex(undone(self.dataset, ending)), self.contracts, self.duties)
            if ending
            else standing
        )
        minimum = np.array([duty.minimum for duty in self.duties], dtype=np.int64)
        short, never = (
            np.maximum(0, minimum - self._people(pairs)) for pairs in (standing, renewed)
        )
        self.missing = short - never
        self.minutes_never = int(
            sum(int(n) * duty.paid for n, duty in zip(never, self.duties, strict=True))
        )
        self.lost_pairs: Pairs = _set(renewed) - _set(standing)
        self.days = [dates_touched(duty.start, duty.end) for duty in self.duties]
        self._own: dict[str, list[Lapse]] = defaultdict(list)
        for lapse in ending:
            self._own[lapse.staff_id].append(lapse)
        self._alike: dict[str, list[list[int]]] = {}
        self._rows: dict[str, Dataset] = {}
        self._lost_of: dict[str, Pairs] = defaultdict(set)
        for row, column in self.lost_pairs:
            self._lost_of[self.contracts[row].staff_id].add((row, column))

    def _pairs_of(self, problem: Problem) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The problem's deployable pairs as positions in `contracts` and `duties`."""
        row_of = {contract.id: row for row, contract in enumerate(self.contracts)}
        rows = np.array(
            [row_of[employment.id] for employment in problem.employments], dtype=np.int64
        )
        columns = np.full(len(problem.duties), -1, dtype=np.int64)
        columns[[duty.index for duty in self.duties]] = np.arange(len(self.duties))
        found = columns[problem.pairs_duty]
        of_pair = rows[problem.pairs_employment]
        following = np.array(
            [len(employment.contracts) > 1 for employment in problem.employments], dtype=bool
        )
        for pair in np.flatnonzero(
            following[problem.pairs_employment]
        ).tolist():  # worked under the contract of the day
            employment, duty = (
                problem.employments[problem.pairs_employment[pair]],
                problem.duties[problem.pairs_duty[pair]],
            )
            of_pair[pair] = row_of[employment.on(duty.date).id]
        return of_pair[found >= 0], found[found >= 0]

    def _people(
        self, pairs: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
    ) -> npt.NDArray[np.int64]:
        """For each duty how many people, each counted once whatever contracts they hold."""
        number = {
            staff_id: i for i, staff_id in enumerate(sorted({c.staff_id for c in self.contracts}))
        }
        person = np.array([number[c.staff_id] for c in self.contracts], dtype=np.int64)
        each = np.unique(person[pairs[0]] + pairs[1] * max(1, len(number)))
        return np.bincount(each // max(1, len(number)), minlength=len(self.duties))

    def lost(self) -> Iterator[LostCover]:
        for duty, missing in zip(self.duties, self.missing.tolist(), strict=True):
            if missing:
                yield LostCover(duty, missing, bool(self.problem.supplies_for(duty)))

    def renewals(self, lapse: Lapse) -> Iterator[Renewal]:
        """One for each organisation that has to act: the employer for what a person holds, the host
        for versions and agreements.
        """
        match lapse.kind:
            case "passport" | "competency":
                by_employer = True
            case "sign_off" | "procedure_version" | "acceptance" | "agreement" | "contract":
                by_employer = False
            case _:
                assert_never(lapse.kind)
        by_organisation: dict[str, Pairs] = defaultdict(set)
        for row, column in self._taken(lapse):
            acting = (
                self.contracts[row].organisation_id if by_employer else self.duties[column].host_id
            )
            by_organisation[acting].add((row, column))
        for organisation_id, pairs in sorted(by_organisation.items()):
            yield self._renewal(lapse, organisation_id, pairs)

    def _renewal(self, lapse: Lapse, organisation_id: str, pairs: Pairs) -> Renewal:
        people: dict[int, set[str]] = defaultdict(set)
        for row, column in pairs:
            people[column].add(self.contracts[row].staff_id)
        at_risk = sum(
            min(len(who), self.duties[column].minimum) * self.duties[column].paid
            for column, who in people.items()
        )
        uncoverable = sum(
            min(len(who), int(self.missing[column])) * self.duties[column].paid
            for column, who in people.items()
        )
        first = min(self.duties[column].date for column in people)
        return Renewal(
            lapse, organisation_id, len(set().union(*people.values())), at_risk, uncoverable, first
        )

    def _taken(self, lapse: Lapse) -> Pairs:
        """The pairs that a lapse takes."""
        concerned = self._lost_of[lapse.staff_id] if lapse.staff_id else self._touched(lapse)
        scope = {(row, column) for row, column in concerned if self.days[column][-1] > lapse.last}
        if not scope:
            return set()
        # of the lapses of people, only the person's own can matter
        relevant = self._own[""] + self._own[lapse.staff_id] if lapse.staff_id else self.ending
        all_but_this = self._able([other for other in relevant if other is not lapse], lapse, scope)
        this_alone = self._able([lapse], lapse, scope)
        return {pair for pair in scope if pair not in all_but_this or pair in this_alone}

    def _touched(self, lapse: Lapse) -> Pairs:
        """Lost pairs that an organisation's fact can have to do with."""
        home, host = (
            lapse.fact.__dict__.get(name)
            for name in ("home_organisation_id", "host_organisation_id")
        )
        return {
            (row, column)
            for row, column in self.lost_pairs
            if home in (None, self.contracts[row].organisation_id)
            and host in (None, self.duties[column].host_id)
        }

    def _able(self, renewed: Sequence[Lapse], lapse: Lapse, scope: Pairs) -> Pairs:
        """The pairs of `scope` without a barrier were these lapses renewed. Duties that ask for the
        same clearance are tried once.
        """
        # a lost pair is at no agreed time off: without these, clearance changes only where a fact
        # begins or ends
        facts = self._facts_of(lapse.staff_id) if lapse.staff_id else self._at_any_time
        rows = sorted({row for row, _ in scope})
        columns = {
            column for _, column in (self._lost_of[lapse.staff_id] if lapse.staff_id else scope)
        }
        groups = self._alike.get(lapse.staff_id) or self._groups(
            facts, columns, site_counts=not lapse.staff_id
        )
        if lapse.staff_id:  # the same for each lapse of the person
            self._alike[lapse.staff_id] = groups
        # no group lies on both sides of a day on which something ends
        groups = [group for group in groups if self.days[group[0]][-1] > lapse.last]
        index = FactIndex(undone(facts, renewed))
        found = deployable_pairs(
            index,
            [self.contracts[row] for row in rows],
            [self.duties[group[0]] for group in groups],
        )
        return {
            (rows[i], column)
            for i, j in zip(*(part.tolist() for part in found), strict=True)
            for column in groups[j]
        } & scope

    def _groups(self, facts: Dataset, columns: set[int], *, site_counts: bool) -> list[list[int]]:
        """Duties that ask these facts for the same clearance, on days between which no fact begins
        or ends.

        The site counts where people of several homes are asked about; one person reaches every site
        of a lost pair.
        """
        changes = _changes(facts)
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for column in sorted(columns):
            duty = self.duties[column]
            spells = tuple(sorted({bisect_right(changes, day) for day in self.days[column]}))
            site = duty.demand.site_id if site_counts else ""
            alike[duty.demand.service_id, duty.host_id, duty.demand.role_id, site, spells].append(
                column
            )
        return list(alike.values())

    def _facts_of(self, staff_id: str) -> Dataset:
        """The facts, of people only this one's."""
        if not self._rows:
            self._rows = _by_person(self._at_any_time, self._lost_of)
        return self._rows[staff_id]


def _by_person(dataset: Dataset, staff_ids: Iterable[str]) -> dict[str, Dataset]:
    own: dict[str, dict[str, list[object]]] = {
        staff_id: {file: [] for file in PERSONAL} for staff_id in staff_ids
    }
    for file in PERSONAL:
        for row in dataset.rows(file):
            if (rows := own.get(row.__dict__["staff_id"])) is not None:
                rows[file].append(row)
    people = {person.id: person for person in dataset.staff}
    return {
        staff_id: dataset.with_facts(staff=(people[staff_id],), **rows)
        for staff_id, rows in own.items()
    }


def _changes(facts: Dataset) -> list[date]:
    """Every day on which some fact of clearance begins to hold, or no longer holds."""
    found: set[date] = set()
    for fact_type in DATED:
        for row in facts.rows(fact_type.file):
            first, last = span(row)
            found |= {first} if last is None else {first, day_after(last)}
    return sorted(found)


def _set(pairs: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]) -> Pairs:
    return set(zip(pairs[0].tolist(), pairs[1].tolist(), strict=True))

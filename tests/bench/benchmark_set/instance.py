"""A problem of ours as an instance of the benchmark set: flat, whole numbers only, with everybody's
clearance worked out.
"""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any

from scheduler.domain.clock import minute, minute_of
from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import Duty
from scheduler.domain.facts import SharingAgreement
from scheduler.domain.pay import WITHOUT_OVERTIME_RATE, exact
from scheduler.domain.problem import Employment, Period, Problem, build_problem
from scheduler.storage.toml_file import read_tables
from scheduler.synthetic import DEFAULT_START, NATURES, generate
from solver.constraints.agency_hours import AgencyHours
from solver.constraints.away_from_base import AwayFromBase
from solver.constraints.bank_hours import BankHours
from solver.constraints.consecutive_days import ConsecutiveDays
from solver.constraints.consecutive_nights import ConsecutiveNights
from solver.constraints.contract_hours import ContractHours
from solver.constraints.daily_rest import DailyRest
from solver.constraints.longest_week import LongestWeek
from solver.constraints.minimum_cover import MinimumCover
from solver.constraints.overtime_hours import OvertimeHours
from solver.constraints.preference import Preference
from solver.constraints.preferred_cover import PreferredCover
from solver.constraints.rest_after_nights import RestAfterNights
from solver.constraints.travel import Travel
from solver.constraints.unused_hours import UnusedHours
from solver.policy.policy import Policy
from solver.rule.constraint import SIXTIETHS, Constraint

FOLDER = Path(__file__).parents[3] / "data" / "benchmark-set"
FORMAT = "rosters across organisations, 1"
DAY = 24 * 60
_MIDNIGHT = time(0)
MOST_STAFF_WITH_REASONS = 1000
"""In larger instances it is not said what a clearance lacks: to work it out takes too long."""
HISTORY_DAYS = 14
"""Days before the period of which shifts are written down: no rule of the set looks further."""
Kind = tuple[str, str, str]
"""(service, site, role)"""


class NotStated(ValueError):
    """Something in the facts that the format has no place for; says what."""


@dataclass(frozen=True)
class Recipe:
    """How an instance is made: a nature of the generator, people, the seed and the days."""

    nature: str
    staff: int
    seed: int = 1
    days: int = 7

    @property
    def name(self) -> str:
        """What the instance is called."""
        return f"{self.nature}-{self.staff}" + ("" if self.days == 7 else f"-{self.days}-days")

    def problem(self, policy: Policy) -> Problem:
        """The problem that our own program solves for it."""
        rows = generate(self.staff, self.seed, nature=NATURES[self.nature])
        dataset = plain(Dataset.from_cells(rows))
        return build_problem(
            dataset,
            dataset.collaborative[0].id,
            Period(DEFAULT_START, self.days),
            terms=policy.pay.terms(),
        )


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("usual", 30),
        Recipe("shortage", 30),
        Recipe("usual", 30, days=28),
        Recipe("shortage", 100),
        Recipe("many-organisations", 100),
        Recipe("tight-agreements", 100),
        Recipe("dense", 100),
        Recipe("usual", 300),
        Recipe("shortage", 300),
        Recipe("many-organisations", 300),
        Recipe("usual", 1000),
        Recipe("tight-supply", 1000),
        Recipe("usual", 3000),
        Recipe("usual", 10000),
    )
}
"""The instances of the set, by name."""


def benchmark_policy() -> Policy:
    """Our rules as the benchmark has them."""
    return Policy.from_tables(read_tables(FOLDER / "benchmark.toml"))


def plain(dataset: Dataset) -> Dataset:
    """Facts without what the format leaves out: enhancements for unsocial hours, pins, mixes of
    skills, and what was worked longer ago than any of its rules looks.
    """
    since = minute_of(DEFAULT_START, _MIDNIGHT) - HISTORY_DAYS * DAY
    worked = tuple(row for row in dataset.worked_shift if minute(row.start) >= since)
    return replace(dataset, enhancement=(), pin=(), skill_mix=(), worked_shift=worked)


def text_of(instance: dict[str, Any]) -> bytes:
    """An instance as it is written: its SHA-256 is of this. One row of a table a line."""
    parts = []
    for key, value in instance.items():
        if isinstance(value, list):
            rows = ",\n".join(_dumped(row) for row in value)
            parts.append(f"{_dumped(key)}: [\n{rows}\n]")
        else:
            parts.append(f"{_dumped(key)}: {_dumped(value)}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def sha256_of(text: bytes) -> str:
    """The SHA-256 of an instance's text, in hexadecimal digits."""
    return hashlib.sha256(text).hexdigest()


def packed(text: bytes) -> bytes:
    """In gzip, the same bytes whenever it is done."""
    return gzip.compress(text, 9, mtime=0)


class Flattening:
    """One problem, numbered: people, contracts, kinds of work, demand, agreements and supplies each
    from 0. Raises NotStated where the format has no place for something.
    """

    def __init__(self, recipe: Recipe, problem: Problem, policy: Policy) -> None:
        self.recipe, self.problem, self.policy = recipe, problem, policy
        self.index = problem.index
        self._require_stated()
        self.kind_number = {kind: i for i, kind in enumerate(self.kinds)}
        self.contract_number = {one.id: one.index for one in problem.employments}
        self.agreement_number: dict[SharingAgreement, int] = {}
        self.supplies = [
            (supply, kinds)
            for supply in problem.supplies
            if (kinds := [i for i, duty in enumerate(self.examples) if self._may(supply, duty)])
        ]
        self.supply_number = {supply.id: i for i, (supply, _) in enumerate(self.supplies)}

    def _may(self, supply: Any, duty: Duty) -> bool:
        return self.index.may_supply(supply, duty)

    def _require_stated(self) -> None:
        problem, period = self.problem, self.problem.period
        days = range(-HISTORY_DAYS, period.days + 3)
        midnights = [
            minute_of(date.fromordinal(period.first.toordinal() + d), _MIDNIGHT) for d in days
        ]
        if any(at - self.origin != day * DAY for day, at in zip(days, midnights, strict=True)):
            raise NotStated("the clocks change in the period or shortly before it")
        if period.days % 7 or period.first.isoweekday() != 1:
            raise NotStated("the period is not of whole weeks")
        if self.index.dataset.unavailability:
            raise NotStated("times at which somebody cannot work")
        if any(len(one.contracts) > 1 for one in problem.employments):
            raise NotStated("contracts that follow on from one another")
        if any(
            known.start >= self.origin for own in problem.all_known.values() for known in own
        ) or (problem.known_calls or problem.begun or problem.pins):
            raise NotStated("shifts of the period that are known beforehand")
        if any(d.split or d.demand.under_pence or d.demand.maximum for d in problem.duties):
            raise NotStated("split duties, or prices and most people of a demand's own")

    @cached_property
    def origin(self) -> int:
        """The minute at which the period starts."""
        return minute_of(self.problem.period.first, _MIDNIGHT)

    @cached_property
    def kinds(self) -> list[Kind]:
        """Services, sites and roles of which anything is wanted."""
        return sorted({kind_of(duty) for duty in self.problem.duties})

    @cached_property
    def examples(self) -> list[Duty]:
        """A duty of each kind."""
        found = {kind_of(duty): duty for duty in self.problem.duties}
        return [found[kind] for kind in self.kinds]

    def instance(self) -> dict[str, Any]:
        """The instance, as JSON holds it."""
        recipe, problem = self.recipe, self.problem
        eligibility = list(self._eligibility())
        return {
            "format": FORMAT,
            "name": recipe.name,
            "made": {"nature": recipe.nature, "staff": recipe.staff, "seed": recipe.seed},
            "days": problem.period.days,
            "rules": self._rules(),
            "people": [person.id for person in problem.people],
            "contracts": [self._contract(one) for one in problem.employments],
            "kinds": [
                {
                    "host": duty.host_id,
                    "service": duty.demand.service_id,
                    "site": duty.demand.site_id,
                    "role": duty.demand.role_id,
                }
                for duty in self.examples
            ],
            "demand": [self._demand(duty) for duty in problem.duties],
            "eligibility": eligibility,
            "missing": list(self._missing()) if recipe.staff <= MOST_STAFF_WITH_REASONS else [],
            "absences": list(self._absences()),
            "agreements": [
                {
                    "home": agreement.home_organisation_id,
                    "host": agreement.host_organisation_id,
                    "route": agreement.route,
                    "service": agreement.service_id,
                    "minutes_per_week": round((agreement.max_hours_per_week or 0) * 60),
                }
                for agreement in self.agreement_number
            ],
            "supplies": [
                {
                    "kind": supply.kind,
                    "host": supply.organisation_id,
                    "role": supply.role_id,
                    "hourly_pence": supply.hourly_pence,
                    "pay_per_10000": {supply.kind: self._per_10000(supply.kind)},
                    "shifts_per_week": supply.max_shifts_per_week,
                    "kinds": kinds,
                }
                for supply, kinds in self.supplies
            ],
            "wishes": list(self._wishes()),
            "before": [
                [
                    person.index,
                    known.start - self.origin,
                    known.end - self.origin,
                    known.paid,
                    int(known.night),
                ]
                for person in problem.people
                for known in person.known
            ],
        }

    def _rules(self) -> dict[str, int]:
        hard = {
            "rest_minutes": self._hard(DailyRest).minutes,
            "week_minutes": round(self._hard(LongestWeek).hours * 60),
            "above_contract_minutes": self._hard(ContractHours).minutes,
            "days_in_a_row": self._hard(ConsecutiveDays).days,
            "nights_in_a_row": self._hard(ConsecutiveNights).nights,
            "rest_after_nights_minutes": self._hard(RestAfterNights).minutes,
            "full_time_minutes": self.policy.pay.terms().full_time_minutes,
        }
        a_minute = {
            "agency": AgencyHours,
            "bank": BankHours,
            "overtime": OvertimeHours,
            "unused": UnusedHours,
            "wanted": PreferredCover,
        }
        return hard | {
            f"{name}_pence_per_minute": whole_pence(self._rule(kind).price())
            for name, kind in a_minute.items()
        }

    def _rule(self, kind: type[Any]) -> Any:
        return self.policy.rule_or_default(kind)

    def _hard(self, kind: type[Any]) -> Any:
        found: Constraint | None = self.policy.hard_rule(kind)
        if found is None:
            raise NotStated(f"{kind.id} that is not hard")
        return found

    def _per_10000(self, pay: str, factor: Any = 1) -> int:
        on_cost = exact(getattr(self.policy.pay.on_cost_percent, pay))
        share = factor * (100 + on_cost) * 100
        if share.denominator != 1:
            raise NotStated(f"a factor of pay finer than a ten-thousandth: {share}")
        return int(share)

    def _contract(self, one: Employment) -> dict[str, Any]:
        overtime = (
            1
            if one.role.band in WITHOUT_OVERTIME_RATE
            else self.problem.payroll.terms.overtime_factor
        )
        pay = (
            {
                "contracted": 0,
                "extra": self._per_10000("extra"),
                "overtime": self._per_10000("overtime", overtime),
            }
            if one.substantive
            else {"bank": self._per_10000("bank")}
        )
        return {
            "person": self.problem.person_of_employment[one.index].index,
            "employer": one.contract.organisation_id,
            "role": one.role.id,
            "kind": one.contract.kind,
            "hourly_pence": one.contract.hourly_pence,
            "pay_per_10000": pay,
            "owed": [one.owed[week] for week in self.problem.period.weeks],
            "counts_unused": int(one.counts_unused),
        }

    def _demand(self, duty: Duty) -> dict[str, Any]:
        return {
            "kind": self.kind_number[kind_of(duty)],
            "start": duty.start - self.origin,
            "end": duty.end - self.origin,
            "paid": duty.paid,
            "minimum": duty.minimum,
            "wanted": duty.preferred,
            "priority": duty.demand.priority,
            "empty_pence": whole_pence(self._rule(MinimumCover).each(duty)),
            "shift": duty.demand.shift_type_id,
            "night": int(duty.night),
        }

    def touched(self, duty: Duty) -> range:
        """The days that a duty touches, the first of the period is 0."""
        return range((duty.start - self.origin) // DAY, (duty.end - 1 - self.origin) // DAY + 1)

    @cached_property
    def _by_pair(self) -> dict[tuple[int, int], list[Duty]]:
        """(contract, kind) -> the duties that may be filled."""
        found: dict[tuple[int, int], list[Duty]] = defaultdict(list)
        rows = zip(
            self.problem.pairs_employment.tolist(), self.problem.pairs_duty.tolist(), strict=True
        )
        for row, column in rows:
            duty = self.problem.duties[column]
            found[row, self.kind_number[kind_of(duty)]].append(duty)
        return found

    def _eligibility(self) -> Iterator[list[Any]]:
        """[contract, kind, first day, last day, travel pence, away pence, limited agreements]: of a
        shift every day that it touches lies in a row, and its first day's row names the agreements.
        """
        travel, away = self._rule(Travel), self._rule(AwayFromBase)
        for (row, kind), duties in sorted(self._by_pair.items()):
            contract = self.problem.employments[row].contract
            prices = [
                travel.pence(self.problem, contract, duties[0]),
                away.pence(contract, duties[0]),
            ]
            labels: dict[int, list[int]] = {}
            for duty in duties:
                labels.setdefault(self.touched(duty)[0], self._agreements(duty, contract))
            days = {day for duty in duties for day in self.touched(duty)}
            # leave is an absence, not a want of clearance: nothing on it decides where a run ends
            away_on = self._leave_days[self.problem.person_of_employment[row].index]
            inside = range(min(days), max(days) + 1)
            runs: list[list[Any]] = []
            for day in sorted(days | (away_on & set(inside))):
                label = labels.get(day, runs[-1][2] if runs else [])
                if runs and runs[-1][1] == day - 1 and runs[-1][2] == label:
                    runs[-1][1] = day
                else:
                    runs.append([day, day, label])
            for first, last, label in runs:
                yield [row, kind, first, last, *prices, label]

    @cached_property
    def _leave_days(self) -> list[frozenset[int]]:
        """Everybody's days of leave, the first of the period is 0."""
        first = self.problem.period.first
        return [
            frozenset((away - first).days for away in person.leave)
            for person in self.problem.people
        ]

    def _agreements(self, duty: Duty, contract: Any) -> list[int]:
        """The limited agreements under which it would be lent; none where it is not, or where one
        has no limit.
        """
        if contract.organisation_id == duty.host_id:
            return []
        usable = self.index.agreements_used(contract, duty)
        if any(agreement.max_hours_per_week is None for agreement in usable):
            return []
        return sorted(
            self.agreement_number.setdefault(one, len(self.agreement_number)) for one in usable
        )

    def _missing(self) -> Iterator[list[Any]]:
        """[contract, kind, what is missing] where one thing alone keeps somebody from a kind."""
        for one in self.problem.employments:
            for kind, duty in enumerate(self.examples):
                if (one.role.id, duty.demand.role_id) not in self.index.covers:
                    continue
                if (one.index, kind) in self._by_pair:
                    continue
                found = {b.kind for b in barriers_of(self.index, one.contract, duty)}
                if len(found) == 1 and not found & {"leave", "availability"}:
                    yield [one.index, kind, *found]

    def _absences(self) -> Iterator[list[int]]:
        first = self.problem.period.first
        for person in self.problem.people:
            runs: list[list[int]] = []
            for away in sorted(person.leave):
                day = (away - first).days
                if -1 <= day <= self.problem.period.days + 2:
                    if runs and runs[-1][1] == day * DAY:
                        runs[-1][1] += DAY
                    else:
                        runs.append([day * DAY, (day + 1) * DAY])
            yield from ([person.index, *run] for run in runs)

    def _wishes(self) -> Iterator[list[Any]]:
        rule, first = self._rule(Preference), self.problem.period.first
        for wish in self.index.dataset.preference:
            person = self.problem.person_by_id.get(wish.staff_id)
            if person is not None and wish.date in self.problem.period and wish.weight:
                pence = whole_pence(rule.price() * round(abs(wish.weight) * 60))
                yield [
                    person.index,
                    (wish.date - first).days,
                    wish.shift_type_id,
                    pence,
                    int(wish.weight > 0),
                ]


def kind_of(duty: Duty) -> Kind:
    """Its kind of work."""
    return (duty.demand.service_id, duty.demand.site_id, duty.demand.role_id)


def whole_pence(sixtieths: int) -> int:
    """Sixtieths of a penny as whole pence. Raises NotStated where they are none."""
    pence, rest = divmod(sixtieths, SIXTIETHS)
    if rest:
        raise NotStated(f"a price that is no whole number of pence: {sixtieths}/60")
    return pence

"""What a rule says that it links is what it links: for each rule by itself, what a change costs and
breaks is the difference of two whole checks.

Rules that nobody has written yet are tried as well: one of each nature, in one class each, with
nothing said about them anywhere else.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar, Literal

import pytest

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.bounds.interventions import keeps_the_bound, of_others
from solver.constraints import catalogue
from solver.constraints.minimum_cover import MinimumCover
from solver.constraints.pay import Pay
from solver.evaluate.delta import DeltaEvaluation, changed
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links, Unit, Violation
from solver.rule.encoder import Encoder
from solver.rule.fair_share import above_share_of_demand, group_of, state_shares_of_demand
from solver.search.repair.reach import widest_radius
from solver.search.repair.repair_search import ChangeRequest, cheapest_change
from solver.search.strategy import Limits
from tests.factories import (
    MONDAY,
    need,
    person,
    plain_tables,
    problem_of,
    random_roster,
    random_tables,
    to_be_asked,
    true_to_life,
)
from tests.solver.evaluate.test_delta import costs, random_change, total

SEEDS = range(6)
CHANGES = 12
"""In each roster."""
HANDED_OVER = 4
"""Shifts of each roster, besides."""
PARAMETERS: dict[str, dict[str, Any]] = {
    "lent_hours": {"weight": 3},
    "unagreed_hours": {"weight": 3},
    "partner_balance": {"tolerance_hours": 2},
    "weekly_rest": {"hours": 60, "fortnight_hours": 80},
    "consecutive_nights": {"nights": 1},
    "temporary_limit": {"caps": [{"supply_ids": ["AG"], "hours": 10}]},
    "call_notice": {"days": 2, "planned_on": "2027-01-11"},
}
"""Without which a rule has nothing to say in small weeks."""

Change = tuple[list[Assignment], list[Assignment]]


@cache
def week(seed: int) -> tuple[Problem, Roster, list[Change]]:
    """A problem of a fortnight (or a week) with a roster, and changes to it."""
    rng, days = random.Random(seed), 14 if seed % 4 > 1 else 7
    tables, known = (
        true_to_life(seed, days=days) if seed % 2 else (random_tables(seed, days=days), ())
    )
    tables["preference"] += [
        {
            "staff_id": f"P{day % 4 + 1}",
            "date": str(MONDAY + timedelta(days=day)),
            "shift_type_id": "",
            "weight": "2" if day % 3 else "-2",
        }
        for day in range(days)
    ]
    problem = problem_of(to_be_asked(tables, "P1", "P4"), days=days, known=known)
    problem = replace(problem, reference=random_roster(problem, rng, 0.4))
    roster = random_roster(problem, rng, 0.5)
    changes = [random_change(problem, roster, rng) for _ in range(CHANGES)]
    return problem, roster, [*changes, *handed_over(problem, roster, rng)]


def handed_over(problem: Problem, roster: Roster, rng: random.Random) -> list[Change]:
    """Some of the shifts, each given to somebody else who may take it and has it not: no duty has
    more people or fewer.
    """
    able: dict[str, list[Assignment]] = defaultdict(list)
    for employment, duty in problem.pairs():
        able[duty.id].append(Assignment(duty.id, employment.contract.staff_id, employment.id))
    there = {(a.staff_id, a.demand_id) for a in roster}
    found = [
        ([assignment], [other])
        for assignment in roster
        for other in able[assignment.demand_id]
        if (other.staff_id, other.demand_id) not in there
    ]
    return rng.sample(found, min(len(found), HANDED_OVER))


@cache
def tried(rule: Constraint) -> tuple[int, int]:
    """(changes in which the rule by itself costs or breaks something else than two whole checks
    say, changes that make a difference to it).
    """
    wrong = moved = 0
    policy = Policy({rule.id: rule}, pay=Pay())
    for seed in SEEDS:
        problem, roster, changes = week(seed)
        evaluation, before = (
            DeltaEvaluation(problem, policy, roster),
            verify(problem, policy, roster),
        )
        old = total(before.breaches)
        for removed, added in changes:
            found = evaluation.change(removed, added)
            after = verify(problem, policy, changed(roster, removed, added))
            new = total(after.breaches)
            differs = costs(before, after) if rule.applies(problem) else {}
            grown = {key for key, quantity in new.items() if quantity > old[key]}
            mended = sum(max(0, quantity - new[key]) for key, quantity in old.items())
            agreed = (
                found.by_rule == differs
                and {(v.rule, v.about) for v in found.breaches} == grown
                and found.mended == mended
            )
            wrong += not agreed
            moved += bool(differs or grown or mended)
        wrong += not agrees_at_once_and_after(evaluation, changes)
    return wrong, moved


def agrees_at_once_and_after(evaluation: DeltaEvaluation, changes: list[Change]) -> bool:
    """Whether changes asked of one by one, all at once, and of a roster that has come about by one
    of them are worth the same.
    """
    problem, policy, roster = evaluation.problem, evaluation.policy, evaluation.roster
    one_by_one = [evaluation.change(*change) for change in changes]
    if DeltaEvaluation(problem, policy, roster).each(changes) != one_by_one:
        return False
    removed, added = changes[0]
    then = evaluation.after(removed, added)
    anew = DeltaEvaluation(problem, policy, changed(roster, removed, added))
    back = (added, removed)
    return then.change(*back) == anew.change(*back)


def ways(rule: type[Constraint]) -> Iterator[Constraint]:
    """The rule as a hard one and at a price, as far as it may be either."""
    parameters = PARAMETERS.get(rule.id, {})
    if rule.may_be_hard:
        yield rule.model_validate({**parameters, "weight": "hard"})
    if rule.may_be_soft:
        yield rule.model_validate({**parameters, "weight": 1})


@pytest.mark.parametrize("rule_id", sorted(catalogue()))
def test_a_change_costs_a_rule_what_two_whole_checks_differ_by(rule_id: str) -> None:
    for rule in ways(catalogue()[rule_id]):
        assert tried(rule)[0] == 0


def test_hardly_a_rule_has_nothing_to_say_of_these_changes() -> None:
    silent = {rule.id for kind in catalogue().values() for rule in ways(kind) if not tried(rule)[1]}
    assert len(silent) < len(catalogue()) / 10


# --- rules that nobody has written yet ------------------------------------------------------------


class Invented(Constraint):
    """A rule of these tests."""

    id: ClassVar[str] = "invented"
    title: ClassVar[str] = "Invented"
    unit: ClassVar[Unit] = Unit.SHIFTS

    weight: Literal["hard"] | float = 3.0

    def found(self, *about: str, quantity: int = 1) -> Iterator[Violation]:
        if quantity > 0:
            yield self.violation(about, quantity, "Found.")


class FairLates(Invented):
    """The fair shares of another kind of shift: `fair_nights` with lates."""

    id: ClassVar[str] = "fair_lates"
    links: ClassVar[Links] = Links.GROUP

    def burden(self, contract: Contract, duty: Duty) -> bool:
        return duty.demand.shift_type_id == "L"

    def encode(self, m: Encoder) -> None:
        state_shares_of_demand(m, self.burden)

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for load in above_share_of_demand(sheet, self.burden):
            yield from self.found(*load.about, quantity=load.above)


class ConsecutiveWeekends(Invented):
    """Nobody works on two weekends in a row."""

    links: ClassVar[Links] = Links.PERSON

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        for staff_id, shifts in sheet.by_person.items():
            weekends = {work.week for work in shifts if work.date.isoweekday() > 5}
            new = {work.week for work in shifts if work.new and work.date.isoweekday() > 5}
            for one in sorted(weekends):
                other = one + timedelta(days=7)
                if other in weekends and {one, other} & new:
                    yield from self.found(staff_id, one.isoformat())


class NobodyAlone(Invented):
    """Whoever is on duty has somebody beside them: same service, site, date and shift type."""

    links: ClassVar[Links] = Links.TEAM

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        teams: Counter[tuple[str, ...]] = Counter()
        for duty in sheet.problem.duties:
            row = duty.demand
            team = (row.service_id, row.site_id, duty.date.isoformat(), row.shift_type_id)
            teams[team] += sheet.filled[duty.id]
        for team, there in teams.items():
            yield from self.found(*team, quantity=there == 1)


class LentBothWays(Invented):
    """Two employers do not lend to each other in one week."""

    links: ClassVar[Links] = Links.LENDING

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        lent = Counter(
            (contract.organisation_id, duty.host_id) for _, duty, contract in sheet.lent()
        )
        for (home, host), shifts in lent.items():
            if home < host:
                yield from self.found(home, host, quantity=min(shifts, lent[host, home]))


class FewCalls(Invented):
    """No more than two calls of temporary supply, whichever it is."""

    links: ClassVar[Links] = Links.SUPPLY

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        calls = sum(bool(assignment.supply_id) for assignment in sheet.roster)
        yield from self.found("supply", quantity=calls - 2)


class EvenCover(Invented):
    """On no date many more are on duty than on another."""

    links: ClassVar[Links] = Links.COVER

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        there: Counter[str] = Counter()
        for duty in sheet.problem.duties:
            there[duty.date.isoformat()] += sheet.filled[duty.id]
        yield from self.found(max(there), quantity=max(there.values()) - min(there.values()) - 1)


class SamePartner(Invented):
    """Nobody is on duty with more than one other person in a period."""

    links: ClassVar[Links] = Links.ROSTER

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        partners: dict[str, set[str]] = defaultdict(set)
        by_day: dict[str, list[str]] = defaultdict(list)
        for assignment in sheet.roster:
            duty = sheet.problem.duty_by_id[assignment.demand_id]
            if assignment.staff_id:
                by_day[duty.date.isoformat()].append(assignment.staff_id)
        for there in by_day.values():
            for staff_id in there:
                partners[staff_id] |= set(there) - {staff_id}
        for staff_id, others in sorted(partners.items()):
            yield from self.found(staff_id, quantity=len(others) - 1)


class AmongTheirOwn(Invented):
    """Nobody is at a site where others come who work at another one too."""

    links: ClassVar[Links] = Links.SITE

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        sites: dict[str, set[str]] = defaultdict(set)
        for staff_id, shifts in sheet.by_person.items():
            for work in shifts:
                if work.duty is not None:
                    sites[staff_id].add(work.duty.demand.site_id)
        for staff_id, own in sites.items():
            for site_id in sorted(own):
                others = [o for o, there in sites.items() if site_id in there and len(there) > 1]
                yield from self.found(
                    staff_id, site_id, quantity=len([o for o in others if o != staff_id])
                )


class NobodyIdle(Invented):
    """Nobody is left without any shift who could do something that nobody does. It says nothing of
    what it links: whoever works, where nobody does, and what each could do.
    """

    def check(self, sheet: EvaluatedRoster) -> Iterator[Violation]:
        working = {assignment.staff_id for assignment in sheet.roster}
        for employment, duty in sheet.problem.pairs():
            if employment.contract.staff_id not in working and not sheet.filled[duty.id]:
                yield from self.found(employment.id, duty.id)


INVENTED = [
    FairLates,
    ConsecutiveWeekends,
    NobodyAlone,
    LentBothWays,
    FewCalls,
    EvenCover,
    AmongTheirOwn,
    SamePartner,
    NobodyIdle,
]


@pytest.mark.parametrize("rule", INVENTED)
def test_a_rule_that_joins_is_right_by_what_it_says_itself(rule: type[Constraint]) -> None:
    for way in ways(rule):
        wrong, moved = tried(way)
        assert wrong == 0
        assert moved > 0


def test_every_nature_has_been_invented() -> None:
    assert {rule.links for rule in INVENTED} == set(Links)


@pytest.mark.parametrize("link", sorted(set(Links) - {Links.ALL}, key=lambda link: link.value))
def test_a_nature_wrongly_declared_is_found_out(link: Links) -> None:
    if link is Links.GROUP:

        class Narrow(NobodyIdle):
            links: ClassVar[Links] = link
            burden = FairLates.burden

    else:

        class Narrow(NobodyIdle):  # type: ignore[no-redef]
            links: ClassVar[Links] = link

    assert tried(Narrow())[0] > 0


@pytest.mark.parametrize("rule_id", sorted(catalogue()))
def test_what_a_rule_on_one_person_finds_is_about_that_person_first(rule_id: str) -> None:
    """Or about a temporary supply: so it is told whose it is where several are asked at once."""
    for rule in ways(catalogue()[rule_id]):
        if rule.links.one_person:
            for seed in SEEDS:
                problem, roster, _ = week(seed)
                named = {*problem.index.staff, *problem.index.supplies}
                for violation in rule.check(EvaluatedRoster(problem, roster)):
                    assert violation.about[0] in named


def test_a_group_has_a_burden_and_nobody_else_alone() -> None:
    with pytest.raises(TypeError, match="Burdenless shares out a burden and has to say which"):

        class Burdenless(Invented):
            links: ClassVar[Links] = Links.GROUP

    with pytest.raises(TypeError, match="Lonely links no group"):

        class Lonely(FairLates):
            links: ClassVar[Links] = Links.PERSON


def asks_for_the_contract(rule: Constraint) -> bool:
    """Whether some duty is a burden through one contract of a group and none through another."""
    for seed in SEEDS:
        problem, _, _ = week(seed)
        groups: dict[tuple[str, str], list[Contract]] = defaultdict(list)
        for contract in problem.dataset.contract:
            groups[group_of(problem, contract)].append(contract)
        for contracts in groups.values():
            for duty in problem.duties:
                if len({rule.burden(contract, duty) for contract in contracts}) > 1:
                    return True
    return False


@pytest.mark.parametrize(
    "rule",
    [FairLates, *(rule for rule in catalogue().values() if rule.links is Links.GROUP)],
    ids=lambda rule: rule.id,
)
def test_a_burden_of_which_demand_requires_shares_is_the_same_through_every_contract_of_a_group(
    rule: type[Constraint],
) -> None:
    """What demand requires of it is asked through any one of them."""
    assert not asks_for_the_contract(rule())


def test_a_burden_that_is_a_matter_of_the_contract_is_found_out() -> None:
    class FairLatesAway(FairLates):
        def burden(self, contract: Contract, duty: Duty) -> bool:
            return super().burden(contract, duty) and contract.organisation_id != duty.host_id

    assert asks_for_the_contract(FairLatesAway())


def test_the_repair_search_hears_of_shares_that_have_just_joined() -> None:
    """One person alone is within reach: the share is still that among all four."""
    tables = plain_tables()
    for number in range(4):
        person(tables, f"P{number}")
    demand_ids = [need(tables, day, "L") for day in range(7)]
    problem, nobody = problem_of(tables), Roster.of(())
    rules = [FairLates(weight=50_000), MinimumCover()]
    policy = Policy({rule.id: rule for rule in rules}, pay=Pay())
    evaluation = DeltaEvaluation(problem, policy, nobody)
    reach = widest_radius(problem, nobody, demand_ids, only="P0")
    assert reach.people == 1
    near = cheapest_change(
        evaluation, ChangeRequest(), reach, Limits(20.0, workers=1), connected=False
    )
    assert near is not None
    assert len(near.added) == 2  # of seven lates a quarter, rounded up
    after = verify(problem, policy, changed(nobody, near.removed, near.added))
    assert near.difference == after.objective - verify(problem, policy, nobody).objective


def test_what_is_said_of_who_else_could_follows_from_what_is_linked() -> None:
    assert {"fair_nights", "fair_weekends", "fair_moves"} <= {
        rule_id for rule_id, rule in catalogue().items() if rule().asks_who_could
    }
    assert not catalogue()["release_limit"]().asks_who_could
    assert of_others(catalogue()["first_shift_with_someone_familiar"]())
    assert not of_others(catalogue()["place_equity"]())
    hard = [rule for rule in INVENTED if not keeps_the_bound(rule(weight="hard"))]
    assert hard == [NobodyIdle]
    others = [rule for rule in INVENTED if of_others(rule())]
    assert others == [FairLates, AmongTheirOwn, SamePartner, NobodyIdle]

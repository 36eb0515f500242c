"""What a few changes to a roster break and cost, worked out for what they touch alone: a delta
evaluation.

The rules' own checks are asked, of a smaller roster. How small it may be follows from what a rule
links (`Constraint.links`): one person's shifts are those of the people who change, a team's those
of the duties that change, and a rule on lending is asked about lent shifts, where anybody is lent.
A rule that says nothing is asked about the whole roster. The answer is the difference of two whole
checks (solver.evaluate.verify), which a test holds for each rule by itself.

Many changes are asked at once (`each`): what one person's rules find depends on nobody else, so
that different people's changes share a sheet, and what was found of somebody once is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from typing import assert_never

import numpy as np
import numpy.typing as npt

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster, Work
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import pence
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint, Links, Violation
from solver.rule.fair_share import Group, group_of

Flags = npt.NDArray[np.bool_]
Change = tuple[Sequence[Assignment], Sequence[Assignment]]
"""(assignments that go, which must be in the roster; assignments that come)"""
Assignments = tuple[Assignment, ...]
Found = tuple[Violation, ...]


@dataclass(frozen=True)
class CostDelta:
    """What a change makes of a roster. Differences are sixtieths of a penny, `cash_pence` is pay
    with on-costs in pence.
    """

    breaches: tuple[Violation, ...] = ()
    """Of hard rules: what the change breaks, or breaks further."""
    mended: int = 0
    """By how many whole quantities existing breaches become smaller."""
    by_rule: dict[str, int] = field(default_factory=dict)
    """Soft rule -> what it costs more (or less); rules that stay as they are are left out."""
    cash_pence: int = 0
    gone: tuple[Violation, ...] = ()
    """What any rule found before and does not find any more, hard or priced."""
    come: tuple[Violation, ...] = ()
    """What any rule finds that it did not find before."""

    @property
    def objective(self) -> int:
        """By how much the objective grows [sixtieths of a penny]."""
        return sum(self.by_rule.values())

    @property
    def objective_pence(self) -> float:
        """By how much the objective grows [pence]."""
        return pence(self.objective)


@dataclass(frozen=True)
class _Shifts:
    """All that one person has, or the calls of one supply that differ."""

    who: str
    assignments: Assignments


@dataclass
class _Own:
    """What the rules on one person find of `_Shifts`, by rule, and what these are paid."""

    found: dict[str, list[Violation]] = field(default_factory=lambda: defaultdict(list))
    cash_pence: int = 0


class DeltaEvaluation:
    """A roster, ready to be asked about many small changes to it. Every assignment must name what
    exists.
    """

    def __init__(self, problem: Problem, policy: Policy, roster: Roster) -> None:
        self.problem = problem
        self.policy = policy
        self.roster = roster
        self._rules = policy.applying(problem)
        self._stay = witnesses(problem, policy, roster)
        self._thin = problem.with_pairs(self._stay)
        self.sheet = EvaluatedRoster(self._thin, roster)
        self._forget()

    def _forget(self) -> None:
        """What was found of this roster, but for what is any roster's."""
        self._kept: dict[tuple[str, tuple[object, ...]], Found] = {}
        self._sheets: dict[tuple[Links, tuple[object, ...]], EvaluatedRoster] = {}
        self._owns: dict[_Shifts, _Own] = {}

    def after(
        self, removed: Sequence[Assignment] = (), added: Sequence[Assignment] = ()
    ) -> "DeltaEvaluation":
        """The changed roster, ready to be asked in its turn; quicker than from the beginning."""
        made = object.__new__(DeltaEvaluation)
        made.__dict__.update(vars(self))
        made.roster = changed(self.roster, removed, added)
        made._forget()
        made._owns = dict(self._owns)  # a person's shifts are what they are in any roster
        used = pairs_used(self.problem, Roster(tuple(added)))
        if not self._stay[used].all():
            made._stay = self._stay.copy()
            made._stay[used] = True
            made._thin = self.problem.with_pairs(made._stay)
        made.sheet = EvaluatedRoster(made._thin, self.roster, self.sheet)
        made.sheet.by_person, made.sheet._parts = self.sheet.by_person, self.sheet._parts
        made.sheet = made.sheet.instead(
            made.roster, {a.staff_id for a in (*removed, *added) if a.staff_id}
        )
        for name in ("_lent_now", "_at_site", "_calls_now"):
            made.__dict__.pop(name, None)
        return made

    def shifts_of(self, staff_id: str) -> list[Work]:
        """The person's shifts in order of time, known ones included."""
        return self.sheet.by_person.get(staff_id, [])

    def change(
        self, removed: Sequence[Assignment] = (), added: Sequence[Assignment] = ()
    ) -> CostDelta:
        """What it means to take `removed`, which must be in the roster, out of it and to put
        `added` in.
        """
        return self.each([(removed, added)])[0]

    def each(self, changes: Sequence[Change], *, in_full: bool = True) -> list[CostDelta]:
        """What each of these changes would mean by itself, in their order.

        Not `in_full`: of what breaks a hard rule on one person, those breaches are all that is
        told.
        """
        sides = [_Sides(self, tuple(removed), tuple(added)) for removed, added in changes]
        self._look_at({own for side in sides for pair in side.people for own in pair})
        found = [(None if in_full else side.forbidden()) or side.difference() for side in sides]
        self._sheets.clear()  # what was found on them is kept
        return found

    # --- one person's shifts ----------------------------------------------------------------------

    def own(self, shifts: _Shifts) -> _Own:
        """What the rules on one person find of these shifts."""
        return self._owns[shifts]

    def _look_at(self, wanted: Set[_Shifts]) -> None:
        """Ask the rules on one person of all of these that were not asked of before: on as few
        sheets as there are different shifts of anybody.
        """
        of_whom: dict[str, list[_Shifts]] = defaultdict(list)
        for shifts in wanted - self._owns.keys():
            of_whom[shifts.who].append(shifts)
        while of_whom:
            together = [left.pop() for left in of_whom.values()]
            of_whom = {who: left for who, left in of_whom.items() if left}
            self._look_at_together(together)

    def _look_at_together(self, together: Sequence[_Shifts]) -> None:
        owns = {shifts.who: self._owns.setdefault(shifts, _Own()) for shifts in together}
        sheet = EvaluatedRoster(
            self._of_people(frozenset(owns)),
            Roster.of(a for shifts in together for a in shifts.assignments),
            self.sheet,
        )
        for rule in self._rules:
            if rule.links.one_person:
                for violation in rule.check(sheet):
                    if violation.about[0] in owns:
                        owns[violation.about[0]].found[rule.id].append(violation)
        for assignment, _, parts in sheet.paid:
            who = assignment.staff_id or assignment.supply_id
            owns[who].cash_pence += self.policy.pay.pence(parts)

    def _of_people(self, staff_ids: Set[str]) -> Problem:
        """Of these people alone, with the pairs of those with whom they have shares."""
        indexes = [
            employment.index
            for staff_id in staff_ids & self.problem.person_by_id.keys()
            for employment in self.problem.person_by_id[staff_id].employments
        ]
        near = np.isin(self._groups[self._thin.pairs_employment], self._groups[indexes])
        return self._thin.of_people(staff_ids).with_pairs(near)

    @cached_property
    def _groups(self) -> npt.NDArray[np.int64]:
        """By index of the employment: a number for the group in which it has shares."""
        numbers: dict[Group, int] = {}
        groups = [group_of(self.problem, e.contract) for e in self.problem.employments]
        return np.array([numbers.setdefault(one, len(numbers)) for one in groups], dtype=np.int64)

    # --- what several people make together --------------------------------------------------------

    def found(
        self, rule: Constraint, of: tuple[object, ...], sheet: Callable[[], EvaluatedRoster]
    ) -> Found:
        """What a rule finds on the sheet `of` something, which is made once for all rules that link
        alike.
        """
        key = (rule.id, of)
        if key not in self._kept:
            if (rule.links, of) not in self._sheets:
                self._sheets[rule.links, of] = sheet()
            self._kept[key] = tuple(rule.check(self._sheets[rule.links, of]))
        return self._kept[key]

    def lent(self, assignments: Iterable[Assignment]) -> Assignments:
        """Those who work for another host than their employer."""
        return tuple(a for a in assignments if self._is_lent(a))

    def _is_lent(self, assignment: Assignment) -> bool:
        if not assignment.staff_id:
            return False
        contract = self.problem.index.contracts[assignment.contract_id]
        return contract.organisation_id != self.problem.duty_by_id[assignment.demand_id].host_id

    @cached_property
    def _lent_now(self) -> Roster:
        return Roster(self.lent(self.roster))

    @cached_property
    def _calls_now(self) -> Roster:
        return Roster(tuple(a for a in self.roster if a.supply_id))

    def lending(self, removed: Assignments, added: Assignments) -> EvaluatedRoster:
        """Nothing but lent shifts, with a change of such."""
        return EvaluatedRoster(self._thin, changed(self._lent_now, removed, added))

    def supplied(self, removed: Assignments, added: Assignments) -> EvaluatedRoster:
        """Nothing but calls of temporary supply, with a change of such."""
        nobody = self._thin.of_people(frozenset())
        return EvaluatedRoster(nobody, changed(self._calls_now, removed, added))

    def team(
        self, demand_ids: Set[str], removed: Sequence[Assignment], added: Sequence[Assignment]
    ) -> EvaluatedRoster:
        """The teams of these duties, with everybody who is on duty there, with a change."""
        teams = {_team(self.problem.duty_by_id[demand_id]) for demand_id in demand_ids}
        problem = self._thin.with_duties(duty for one in sorted(teams) for duty in self._teams[one])
        here = (a for duty in problem.duties for a in self.roster.by_demand.get(duty.id, ()))
        return EvaluatedRoster(problem, changed(Roster(tuple(here)), removed, added))

    @cached_property
    def _teams(self) -> dict[tuple[str, ...], list[Duty]]:
        found: dict[tuple[str, ...], list[Duty]] = {}
        for duty in self.problem.duties:
            found.setdefault(_team(duty), []).append(duty)
        return found

    def sites_of(self, assignments: Iterable[Assignment]) -> Set[str]:
        """Where these are worked."""
        duties = self.problem.duty_by_id
        return frozenset(duties[a.demand_id].demand.site_id for a in assignments)

    @cached_property
    def _at_site(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for staff_id, own in self.roster.by_person.items():
            for site_id in self.sites_of(own):
                found[site_id].add(staff_id)
        return found

    def at_sites(
        self, site_ids: Set[str], removed: Assignments, added: Assignments
    ) -> EvaluatedRoster:
        """Everybody who is at one of these sites at any time, with all of their shifts, with a
        change to the shifts of people who have all of theirs at these sites.
        """
        moving = {a.staff_id for a in (*removed, *added) if a.staff_id}
        there = (self._at_site[site_id] for site_id in site_ids & self._at_site.keys())
        people = sorted(moving.union(*there))
        own = {one: self.roster.by_person.get(one, []) for one in people}
        for one in moving:
            gone, come = ([a for a in side if a.staff_id == one] for side in (removed, added))
            own[one] = list(changed(Roster(tuple(own[one])), gone, come))
        roster = Roster(tuple(a for one in people for a in own[one]))
        sheet = EvaluatedRoster(self._thin.of_people(frozenset(people)), roster, self.sheet)
        sheet.by_person = {
            one: sheet.shifts_with(one, own[one]) if one in moving else self.shifts_of(one)
            for one in people
        }
        return sheet

    def whole(self, removed: Sequence[Assignment], added: Sequence[Assignment]) -> EvaluatedRoster:
        """All of the roster, with a change."""
        people = {a.staff_id for a in (*removed, *added) if a.staff_id}
        return self.sheet.after(changed(self.roster, removed, added), people)


class _Sides:
    """A roster before a change and after it, in the pieces that the change touches."""

    def __init__(
        self,
        evaluation: DeltaEvaluation,
        removed: Assignments,
        added: Assignments,
    ) -> None:
        self.evaluation = evaluation
        self.removed, self.added = removed, added
        self.people = [self._of(who) for who in dict.fromkeys(map(_who, (*removed, *added)))]
        """Of everybody concerned what they have before and after."""

    def _of(self, who: str) -> tuple[_Shifts, _Shifts]:
        gone, come = ([a for a in side if _who(a) == who] for side in (self.removed, self.added))
        calls = any(a.supply_id for a in (*gone, *come))
        before = gone if calls else self.evaluation.roster.by_person.get(who, [])
        after = changed(Roster(tuple(before)), gone, come)
        return _Shifts(who, tuple(sorted(before))), _Shifts(who, tuple(after))

    def forbidden(self) -> CostDelta | None:
        """Which hard rules on one person it breaks; None where it breaks none."""
        breaches = [
            violation
            for rule in self.evaluation._rules
            if rule.hard and rule.links.one_person
            for violation in _compare(self._own(rule, 0), self._own(rule, 1))[0]
        ]
        return CostDelta(tuple(breaches)) if breaches else None

    def difference(self) -> CostDelta:
        """What the change means."""
        breaches, mended, by_rule = list[Violation](), 0, dict[str, int]()
        gone, come = list[Violation](), list[Violation]()
        for rule in self.evaluation._rules:
            old, new = self._found(rule)
            if old == new:
                continue
            gone.extend((Counter(old) - Counter(new)).elements())
            come.extend((Counter(new) - Counter(old)).elements())
            if rule.hard:
                worse, better = _compare(old, new)
                breaches.extend(worse)
                mended += better
            elif (
                difference := (sum(v.quantity for v in new) - sum(v.quantity for v in old))
                * rule.price()
            ):
                by_rule[rule.id] = difference
        cash = sum(
            self.evaluation.own(after).cash_pence - self.evaluation.own(before).cash_pence
            for before, after in self.people
        )
        return CostDelta(tuple(breaches), mended, by_rule, cash, tuple(gone), tuple(come))

    def _found(self, rule: Constraint) -> tuple[Sequence[Violation], Sequence[Violation]]:
        """What a rule finds before and after, in no more than what it links; nothing where the
        change makes no difference to it.
        """
        evaluation = self.evaluation
        match rule.links:
            case Links.PERSON | Links.GROUP:
                return self._own(rule, 0), self._own(rule, 1)
            case Links.TEAM:
                here = frozenset(a.demand_id for a in (*self.removed, *self.added))
                return self._asked(rule, (here,), partial(evaluation.team, here))
            case Links.SITE:
                sites = evaluation.sites_of(
                    a for pair in self.people for shifts in pair for a in shifts.assignments
                )
                return self._asked(rule, (sites,), partial(evaluation.at_sites, sites))
            case Links.LENDING:
                return self._asked(rule, (), evaluation.lending, evaluation.lent)
            case Links.SUPPLY:
                return self._asked(rule, (), evaluation.supplied, _calls)
            case Links.COVER:
                had, has = (Counter(a.demand_id for a in s) for s in (self.removed, self.added))
                if had == has:
                    return (), ()
                as_it_is = evaluation.found(rule, (), lambda: evaluation.sheet)
                moved = frozenset({(name, has[name] - had[name]) for name in {*had, *has}})
                return as_it_is, evaluation.found(rule, (moved,), self._whole)
            case Links.ROSTER | Links.ALL:
                as_it_is = evaluation.found(rule, (), lambda: evaluation.sheet)
                return as_it_is, evaluation.found(rule, (self.removed, self.added), self._whole)
            case _:
                assert_never(rule.links)

    def _own(self, rule: Constraint, side: int) -> list[Violation]:
        return [v for pair in self.people for v in self.evaluation.own(pair[side]).found[rule.id]]

    def _whole(self) -> EvaluatedRoster:
        return self.evaluation.whole(self.removed, self.added)

    def _asked(
        self,
        rule: Constraint,
        of: tuple[object, ...],
        sheet: Callable[[Assignments, Assignments], EvaluatedRoster],
        concerned: Callable[[Assignments], Assignments] = lambda all_: all_,
    ) -> tuple[Found, Found]:
        """Before and after, on the sheets that show what it links; only if anything of the change
        is `concerned`.
        """
        removed, added = concerned(self.removed), concerned(self.added)
        if not removed and not added:
            return (), ()
        before, after = (
            self.evaluation.found(rule, (*of, *change), partial(sheet, *change))
            for change in (((), ()), (removed, added))
        )
        return before, after


def _calls(assignments: Assignments) -> Assignments:
    return tuple(a for a in assignments if a.supply_id)


def _who(assignment: Assignment) -> str:
    return assignment.staff_id or assignment.supply_id


def changed(roster: Roster, removed: Iterable[Assignment], added: Iterable[Assignment]) -> Roster:
    """A roster without `removed` and with `added`; of equal assignments as many go as are named."""
    gone = Counter(removed)
    kept = []
    for assignment in roster:
        if gone[assignment]:
            gone[assignment] -= 1
        else:
            kept.append(assignment)
    return Roster.of([*kept, *added])


def _team(duty: Duty) -> tuple[str, ...]:
    """Who stands on one skill mix: the same service, site, date and shift type."""
    return (
        duty.demand.service_id,
        duty.demand.site_id,
        duty.date.isoformat(),
        duty.demand.shift_type_id,
    )


def _compare(old: Sequence[Violation], new: Sequence[Violation]) -> tuple[list[Violation], int]:
    """(violations that are new or larger, by how much others are smaller)."""
    before, after = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for violation in old:
        before[violation.about] += violation.quantity
    for violation in new:
        after[violation.about] += violation.quantity
    known, worse = Counter(old), []
    for violation in new:
        if known[violation]:  # the same may be found more than once
            known[violation] -= 1
        elif after[violation.about] > before[violation.about]:
            worse.append(violation)
    return worse, sum(max(0, quantity - after[about]) for about, quantity in before.items())


# --- fewer pairs ----------------------------------------------------------------------------------


def witnesses(problem: Problem, policy: Policy, roster: Roster) -> Flags:
    """Flags over the pairs: those that a roster uses, and as many of each contract as the rules
    need for what they say about who else could do something.

    Shares of a burden go among those who have any pair that carries it: while for each contract
    and burden one pair stays, the shares do. Of a rule that may ask anything every pair stays.
    """
    rules = policy.applying(problem)
    if any(rule.links is Links.ALL for rule in rules):
        return np.ones(len(problem.pairs_duty), dtype=bool)
    stay = np.zeros(len(problem.pairs_duty), dtype=bool)
    stay[np.unique(problem.pairs_employment, return_index=True)[1]] = True
    for rule in rules:
        if rule.shares_out:
            stay[list(_carrying(problem, rule))] = True
    stay[pairs_used(problem, roster)] = True
    return stay


def _carrying(problem: Problem, rule: Constraint) -> Iterator[int]:
    """Of each contract the position of the first pair that carries the rule's burden."""
    duties, columns = problem.duties, problem.pairs_duty.tolist()
    firsts = np.flatnonzero(np.diff(problem.pairs_employment, prepend=-1)).tolist()
    for first, end in pairwise([*firsts, len(columns)]):
        employment = problem.employments[problem.pairs_employment[first]]
        # of contracts that follow on, shares are checked by the first, stated by that of the day
        for of_the_day in (False, True) if len(employment.contracts) > 1 else (False,):
            for position in range(first, end):
                duty = duties[columns[position]]
                contract = employment.on(duty.date) if of_the_day else employment.contract
                if rule.burden(contract, duty):
                    yield position
                    break


def pairs_used(problem: Problem, roster: Roster) -> npt.NDArray[np.int64]:
    """Positions of the pairs that a roster uses, as far as they are deployable."""
    size = len(problem.duties)
    keys = problem.pairs_employment.astype(np.int64) * size + problem.pairs_duty
    wanted = np.array(sorted(set(_keys(problem, roster, size))), dtype=np.int64)
    return np.flatnonzero(np.isin(keys, wanted))


def _keys(problem: Problem, roster: Roster, size: int) -> Iterator[int]:
    for a in roster:
        employment = problem.employment_by_id.get(a.contract_id) if a.staff_id else None
        if employment is not None and a.demand_id in problem.duty_by_id:
            yield employment.index * size + problem.duty_by_id[a.demand_id].index

"""Groups among whom a burden is shared out by contracted hours: what the rules of fairness have in
common.

A group is a role held and the place of the contract's base. A share is a part of the whole by
contracted hours, among those of the group who could take the burden: who have at least one
deployable pair of that kind through a contract of the group, in this problem or, where it is one
case of a comparison, in any of its cases. Contracted hours count in whole minutes. Who has none in
the group (bank staff) has no share and is left out altogether.

The first half is for `encode`, the second for `check`; they work out shares each in its own way.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.facts import Contract
from scheduler.domain.pay import rounded
from scheduler.domain.problem import Person, Problem
from solver.rule.encoder import Encoder, Pair

Group = tuple[str, str]
"""(role id, place id)"""
Burden = Callable[[Contract, Duty], bool]
"""Whether a shift worked through a contract is of the kind that is shared out."""


@dataclass(frozen=True)
class Member:
    """Somebody who has a share in a group: the pairs through its contracts that carry the burden,
    and the minutes contracted.

    No pairs has who could take the burden in another case of a comparison only.
    """

    person: Person
    pairs: tuple[Pair, ...]
    minutes: int


@dataclass(frozen=True)
class Load:
    """What somebody carries of a group's total, and the share of it, rounded up."""

    staff_id: str
    group: Group
    carried: int
    share: int
    total: int

    @property
    def about(self) -> tuple[str, ...]:
        """What its violation is about: (staff id, role id, place id)."""
        return (self.staff_id, *self.group)

    @property
    def above(self) -> int:
        """What is carried beyond the share; below 0 where it is less."""
        return self.carried - self.share


def group_of(problem: Problem, contract: Contract) -> Group:
    """The role held through a contract, and the place of its base."""
    return contract.role_id, problem.index.sites[contract.base_site_id].place_id


# --- what is stated -------------------------------------------------------------------------------


def members(m: Encoder, burden: Burden) -> dict[Group, list[Member]]:
    """Who has a share in each group."""
    found: dict[Group, list[Member]] = defaultdict(list)
    elsewhere = _elsewhere(m.problem, burden)
    for person in m.people:
        groups = {
            employment.index: group_of(m.problem, employment.contract)
            for employment in person.employments
        }
        minutes: Counter[Group] = Counter()
        for employment in person.employments:
            if employment.substantive:
                minutes[groups[employment.index]] += rounded(employment.contract.hours_per_week, 60)
        pairs: dict[Group, list[Pair]] = defaultdict(list)
        for pair in m.pairs_of(person):
            if burden(pair.contract, pair.duty):
                pairs[groups[pair.employment.index]].append(pair)
        for group in {**pairs, **dict.fromkeys(elsewhere.get(person.id, ()))}:
            if minutes[group]:
                found[group].append(Member(person, tuple(pairs[group]), minutes[group]))
    return found


def _elsewhere(problem: Problem, burden: Burden) -> dict[str, list[Group]]:
    """Staff id -> groups in which the person has a share because some case of a comparison lets
    them take the burden.
    """
    found: dict[str, list[Group]] = defaultdict(list)
    if problem.could is not None:
        for row, column in zip(*(side.tolist() for side in problem.could), strict=True):
            employment = problem.employments[row]
            duty = problem.duties[column]
            if burden(employment.on(duty.date), duty):
                found[problem.person_of_employment[row].id].append(
                    group_of(problem, employment.contract)
                )
    return found


def state_shares_of_demand(m: Encoder, burden: Burden) -> None:
    """Nobody has more than the share, rounded up, of what the group's demand requires of a burden,
    which is a matter of the duty, whatever the contract.
    """
    duties: dict[Group, list[Duty]] = defaultdict(list)
    for duty in m.problem.duties:
        duties[duty.demand.role_id, duty.place_id].append(duty)
    for group, sharing in members(m, burden).items():
        whole = sum(member.minutes for member in sharing)
        contract = next(
            employment.contract
            for employment in sharing[0].person.employments
            if group_of(m.problem, employment.contract) == group
        )
        required = sum(duty.minimum for duty in duties[group] if burden(contract, duty))
        for member in filter(lambda one: one.pairs, sharing):
            share = -(-required * member.minutes // whole)
            m.at_most(
                (member.person.id, *group), [(1, pair.literal) for pair in member.pairs], share
            )


# --- what is checked ------------------------------------------------------------------------------


def above_share_of_demand(sheet: EvaluatedRoster, burden: Burden) -> Iterator[Load]:
    """Everybody who has more than the share of what the group's demand requires of a burden."""
    return (load for load in _loads_of_demand(sheet, burden) if load.carried > load.share)


def shares_of_demand(
    sheet: EvaluatedRoster, burden: Burden
) -> dict[tuple[str, Group], tuple[int, int]]:
    """(staff id, group) -> (what the person has of a burden, the share, rounded up, of what
    the group's demand requires).
    """
    return {
        (load.staff_id, load.group): (load.carried, load.share)
        for load in _loads_of_demand(sheet, burden)
    }


def shares_apart(one: EvaluatedRoster, among_more: EvaluatedRoster, burden: Burden) -> int:
    """By how much the shares of demand, all together, are smaller where they are measured among
    more people.
    """
    smaller = shares_of_demand(among_more, burden)
    return sum(
        max(0, share - smaller[key][1]) for key, (_, share) in shares_of_demand(one, burden).items()
    )


def above_share_of_carried(sheet: EvaluatedRoster, burden: Burden) -> Iterator[Load]:
    """Everybody who has more than the share of what all who have a share in the group carry
    together.
    """
    for group, carried, parts in _groups(sheet, burden):
        yield from (
            load
            for load in _loads(group, carried, parts, sum(carried.values()))
            if load.carried > load.share
        )


def _loads_of_demand(sheet: EvaluatedRoster, burden: Burden) -> Iterator[Load]:
    index = sheet.problem.index
    for group, carried, parts in _groups(sheet, burden):
        contract = next(
            contract
            for contract in index.contracts_of[next(iter(parts))]
            if group_of(sheet.problem, contract) == group
        )
        total = sum(
            duty.minimum
            for duty in sheet.problem.duties
            if (duty.demand.role_id, duty.place_id) == group and burden(contract, duty)
        )
        yield from _loads(group, carried, parts, total)


def _loads(
    group: Group, carried: dict[str, int], parts: dict[str, Fraction], total: int
) -> Iterator[Load]:
    for staff_id, number in carried.items():
        yield Load(staff_id, group, number, ceil(total * parts[staff_id]), total)


def _groups(
    sheet: EvaluatedRoster, burden: Burden
) -> Iterator[tuple[Group, dict[str, int], dict[str, Fraction]]]:
    """Each group with what everybody who has a share carries in the roster, and that part of the
    whole.
    """
    problem = sheet.problem
    carried: Counter[tuple[Group, str]] = Counter()
    for assignment in sheet.roster:
        if assignment.staff_id and burden(
            contract := sheet.contract(assignment.contract_id),
            problem.duty_by_id[assignment.demand_id],
        ):
            carried[
                group_of(problem, sheet.contract(sheet.leading(contract.id))), assignment.staff_id
            ] += 1
    for group, hours in sorted(_contracted(problem, burden).items()):
        whole = sum(hours.values())
        parts = {staff_id: Fraction(own, whole) for staff_id, own in sorted(hours.items())}
        yield group, {staff_id: carried[group, staff_id] for staff_id in parts}, parts


def _contracted(problem: Problem, burden: Burden) -> dict[Group, Counter[str]]:
    """Minutes contracted by whoever has a share, from the facts and from what is deployable."""
    able = {
        (group_of(problem, contract), contract.staff_id)
        for row, column in zip(*(side.tolist() for side in problem.sharing), strict=True)
        if burden(contract := problem.employments[row].contract, problem.duties[column])
    }
    found: dict[Group, Counter[str]] = defaultdict(Counter)
    for contract in problem.dataset.contract:
        live = contract.from_date <= problem.period.last and (
            contract.to_date is None or contract.to_date >= problem.period.first
        )
        # its hours count once, by the first
        follows = any(
            c.to_date and c.to_date >= problem.period.first for c in _earlier(problem, contract)
        )
        group = group_of(problem, contract)
        if (
            live
            and not follows
            and contract.kind != "bank"
            and (group, contract.staff_id) in able
            and contract.hours_per_week
        ):
            found[group][contract.staff_id] += floor(
                Fraction(str(contract.hours_per_week)) * 60 + Fraction(1, 2)
            )
    return {
        group: kept
        for group, hours in found.items()
        if (kept := Counter({name: own for name, own in hours.items() if own}))
    }


def _earlier(problem: Problem, contract: Contract) -> Iterator[Contract]:
    """Those that the contract follows on from."""
    return (
        one for one in problem.index.followed_on(contract.id) if one.from_date < contract.from_date
    )

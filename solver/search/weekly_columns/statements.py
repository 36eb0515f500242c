"""The rules' statements, sorted into what concerns one person's week and what links people."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from scheduler.domain.clock import Hours
from scheduler.domain.duty import Duty
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.problem import Employment, Person, Problem
from solver.model.variables import GatheringEncoder
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint
from solver.rule.encoder import Called, Interval, PayCase, Slot, Term, Variable

LONGEST_SUM = 1_000_000
"""Longer limits are left as they are: what remains of them is little."""


@dataclass(frozen=True, eq=False)
class AnyWorked:
    """A literal of one person: holds where any of `pairs` is worked.

    `exclusive`: at most one of the pairs can be (they have the same hours), so that it equals their
    sum.
    """

    person: int
    pairs: tuple[int, ...]
    exclusive: bool = True


@dataclass(frozen=True, eq=False)
class NoneWorked:
    """A literal of one person that can hold where none of these does."""

    person: int
    others: tuple[AnyWorked, ...]


@dataclass(frozen=True, eq=False)
class SlotCase:
    """A slot worked with `first` to `last` paid minutes of `earlier` before it."""

    person: int
    slot: AnyWorked
    earlier: tuple[tuple[int, AnyWorked], ...]
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Threshold:
    """A literal of one person that holds exactly where the sum reaches the threshold `least`."""

    person: int
    terms: tuple[tuple[int, "PersonLiteral"], ...]
    least: int


@dataclass(frozen=True, eq=False)
class MasterVariable:
    """A shared variable y_j of the master problem."""

    index: int


PersonLiteral = AnyWorked | NoneWorked | SlotCase | Threshold


@dataclass(frozen=True)
class AtMost:
    """quantity = max(0, sum - limit) / each, rounded up; price None = hard."""

    terms: tuple[tuple[int, PersonLiteral], ...]
    limit: int
    price: int | None
    each: int = 1


@dataclass(frozen=True)
class Clause:
    """Price (None = hard) where all of `together` hold and none of `unless` does."""

    together: tuple[PersonLiteral, ...]
    unless: tuple[PersonLiteral, ...]
    price: int | None


@dataclass(frozen=True)
class Disjoint:
    """Hard: no two of the intervals that overlap may hold; None is known beforehand."""

    items: tuple[tuple[int, int, AnyWorked | None], ...]


@dataclass(frozen=True)
class Settled:
    """What follows from the cases of one settlement: a slot holds where exactly one of its cases
    does, and some sums stay within limits.
    """

    slots: tuple[tuple[AnyWorked, tuple[PersonLiteral, ...]], ...]
    limits: tuple[AtMost, ...]


@dataclass
class PersonStatements:
    """What the rules say about one person alone."""

    at_most: list[AtMost] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    disjoint: list[Disjoint] = field(default_factory=list)
    costs: list[tuple[int, PersonLiteral]] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    """Says nothing new: for a solver with a linear relaxation."""


@dataclass
class MasterRow:
    """sum of coefficient x pair + sum of coefficient x shared variable <= limit, or == where
    `equal`.

    `relaxed`: thousands of rows that say little; the dual does without them (their u_r is nothing),
    which leaves its bound a bound.
    """

    pairs: list[tuple[int, int]]
    shared: list[tuple[int, int]]
    limit: int
    equal: bool = False
    relaxed: bool = False
    condition_of: int | None = None
    """The optional variable for which this row states a condition."""


class NotByWeeklyColumns(Exception):
    """A rule states something that weekly columns cannot carry; another strategy must be used."""


class StatementCollector(GatheringEncoder):
    """Hears what every rule says; afterwards `own` and the rows hold it. Raises NotByWeeklyColumns,
    with the rule's id, for a statement that cannot become either.

    `pair_cost[k]`: what pair k costs by itself [sixtieths of a penny].
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        super().__init__(problem, policy)
        self._rule: Constraint
        self.own = [PersonStatements() for _ in problem.people]
        self.rows: list[MasterRow] = []
        self.pair_cost = [0] * len(problem.pairs_duty)
        self.shared_cost: list[int] = []
        self.shared_most: list[int] = []
        self.dependent: set[int] = set()
        """Shared variables that depend on others, and so move with them: excesses and the like."""
        self.optional: set[int] = set()
        """Optional ones among them: they may hold where conditions are met and need not, for they
        only ever excuse something.
        """
        self.constant = 0
        self._missing: dict[int, MasterVariable] = {}
        self._before: dict[Slot, tuple[tuple[int, AnyWorked], ...]] = {}
        self.gather()
        for rule in policy.applying(problem):
            self._rule = rule
            rule.encode(self)
        self._drop_repeated_rows()

    def _drop_repeated_rows(self) -> None:
        """The upper limit of a duty says nothing where the equation of its missing people
        stands.
        """
        said = {
            (
                tuple(sorted((-c, pair) for c, pair in row.pairs)),
                tuple(sorted((-c, i) for c, i in row.shared[:-1])),
                -row.limit,
            )
            for row in self.rows
            if row.equal and row.limit < 0
        }
        self.rows = [
            row
            for row in self.rows
            if row.equal
            or (tuple(sorted(row.pairs)), tuple(sorted(row.shared)), row.limit) not in said
        ]

    @property
    def calls(self) -> list[tuple[int, Called]]:
        """(position of the shared variable, call) of every temporary supply."""
        return [(call.count.index, call) for calls in self._called.values() for call in calls]

    def new_pair(self, index: int, person: Person, duty: Duty) -> Variable:
        return AnyWorked(person.index, (index,))

    def new_call(self, supply: TemporarySupply, duty: Duty) -> Variable:
        return self._new_shared(duty.most)

    def one_of(self, literals: list[Variable]) -> Variable:
        return AnyWorked(
            literals[0].person, tuple(pair for literal in literals for pair in literal.pairs)
        )

    def case(self, slot: Slot, earlier: Sequence[Slot], first: int, last: int) -> Variable:
        before = self._before.setdefault(
            slot, tuple((other.paid, other.literal) for other in earlier)
        )
        return SlotCase(slot.literal.person, slot.literal, before, first, last)

    def cases_made(
        self,
        employment: Employment,
        weeks: Sequence[date],
        slots: Sequence[Slot],
        cases: Sequence[PayCase],
    ) -> None:
        by_slot = tuple(
            (slot.literal, tuple(case.literal for case in cases if case.slot is slot))
            for slot in slots
        )
        limits = (
            AtMost(tuple(terms), limit, None)
            for terms, limit in self.paid_within(employment, weeks, cases)
        )
        self.own[self.problem.person_of_employment[employment.index].index].settled.append(
            Settled(by_slot, tuple(limits))
        )

    def _new_shared(self, most: int) -> MasterVariable:
        self.shared_cost.append(0)
        self.shared_most.append(most)
        return MasterVariable(len(self.shared_cost) - 1)

    # --- what there is ----------------------------------------------------------------------------

    def any_of(self, literals: Sequence[Variable]) -> Variable:
        if not all(
            isinstance(literal, AnyWorked) and literal.person == literals[0].person
            for literal in literals
        ):
            raise NotByWeeklyColumns(self._rule.id)
        if len(literals) == 1:
            return literals[0]
        return AnyWorked(
            literals[0].person,
            tuple(pair for literal in literals for pair in literal.pairs),
            exclusive=False,
        )

    def reaches(self, terms: Sequence[Term], least: int) -> Variable:
        owner = self._owner([literal for _, literal in terms])
        if owner is None:
            raise NotByWeeklyColumns(self._rule.id)
        return Threshold(owner, tuple(terms), least)

    def missing(self, duty: Duty) -> Variable:
        if duty.index not in self._missing:
            short = self._new_shared(duty.minimum)
            filled = [(-1, pair.index) for pair in self.pairs_for(duty)]
            supplied = [(-1, call.count.index) for call in self.called_for(duty)]
            # where nobody beyond the minimum is wanted, one equation says both how many lack and
            # that they are not too many
            self.rows.append(
                MasterRow(
                    filled,
                    [*supplied, (-1, short.index)],
                    -duty.minimum,
                    equal=duty.most == duty.minimum,
                )
            )
            self._missing[duty.index] = short
        return self._missing[duty.index]

    def shortfalls(self) -> Iterable[tuple[int, int]]:
        """(duty, position of the shared variable that counts its missing people)."""
        return ((duty, shared.index) for duty, shared in self._missing.items())

    # --- what a rule may add ----------------------------------------------------------------------

    def choice(self, literal: Variable, among: int) -> Sequence[Variable]:
        if not (isinstance(literal, AnyWorked) and literal.exclusive):
            raise NotByWeeklyColumns(self._rule.id)
        literals = [self._new_shared(1) for _ in range(among)]
        self.rows.append(
            MasterRow(
                [(-1, pair) for pair in literal.pairs],
                [(1, one.index) for one in literals],
                0,
                equal=True,
            )
        )
        return literals

    def excluding(self, others: Iterable[Variable]) -> Variable:
        literals = tuple(others)
        if not all(
            isinstance(literal, AnyWorked) and literal.person == literals[0].person
            for literal in literals
        ):
            raise NotByWeeklyColumns(self._rule.id)
        return NoneWorked(literals[0].person, literals)

    def requiring(self, literals: Iterable[Variable]) -> Variable:
        found = self._new_shared(1)
        self.dependent.add(found.index)
        self.optional.add(found.index)
        for literal in literals:
            if not isinstance(literal, AnyWorked):
                raise NotByWeeklyColumns(self._rule.id)
            # not exclusive: still none of the pairs, or at least one
            self.rows.append(
                MasterRow(
                    [(-1, pair) for pair in literal.pairs],
                    [(1, found.index)],
                    0,
                    relaxed=True,
                    condition_of=found.index,
                )
            )
        return found

    def requiring_one(self, literals: Sequence[Variable]) -> Variable:
        found = self._new_shared(1)
        self.dependent.add(found.index)
        self.optional.add(found.index)
        self.rows.append(
            MasterRow(
                [],
                [*((-1, one.index) for one in literals), (1, found.index)],
                0,
                relaxed=True,
                condition_of=found.index,
            )
        )
        return found

    def implied_by(self, literals: Iterable[Variable], counts: Iterable[Called]) -> Variable:
        found = self._new_shared(1)
        duties: dict[int, list[int]] = defaultdict(list)
        for literal in literals:
            if not isinstance(literal, AnyWorked):
                raise NotByWeeklyColumns(self._rule.id)
            for pair in literal.pairs:
                duties[int(self.problem.pairs_duty[pair])].append(pair)
        for (
            duty,
            pairs,
        ) in duties.items():  # a row for each duty is tight enough, one for each pair too many
            self.rows.append(
                MasterRow(
                    [(1, pair) for pair in pairs],
                    [(-self.problem.duties[duty].most, found.index)],
                    0,
                )
            )
        for call in counts:
            self.rows.append(MasterRow([], [(1, call.count.index), (-call.most, found.index)], 0))
        return found

    # --- what a rule may state --------------------------------------------------------------------

    def _owner(self, literals: Sequence[Variable]) -> int | None:
        """The one person whose literals these all are, if they are."""
        people = {
            literal.person if isinstance(literal, PersonLiteral) else None for literal in literals
        }
        return people.pop() if len(people) == 1 else None

    @property
    def _price(self) -> int | None:
        return None if self._rule.hard else self._rule.price()

    def count(self, about: tuple[str, ...], terms: Sequence[Term], constant: int = 0) -> None:
        if self._rule.hard:
            self.at_most(about, terms, -constant)
            return
        price = self._rule.price()
        self.constant += constant * price
        for coefficient, literal in terms:
            if isinstance(literal, MasterVariable):
                self.shared_cost[literal.index] += coefficient * price
            elif isinstance(literal, AnyWorked) and literal.exclusive:
                for pair in literal.pairs:
                    self.pair_cost[pair] += coefficient * price
            else:
                self.own[literal.person].costs.append((coefficient * price, literal))

    def at_most(
        self,
        about: tuple[str, ...],
        terms: Sequence[Term],
        limit: int,
        *,
        per: int = 1,
        each: int = 1,
    ) -> None:
        most = sum(
            c * (self.shared_most[v.index] if isinstance(v, MasterVariable) else 1)
            for c, v in terms
            if c > 0
        )
        if most <= limit:
            return
        owner = self._owner([literal for _, literal in terms])
        if owner is not None and self._rule.links.one_person:
            self.own[owner].at_most.append(
                AtMost(
                    self._merged(owner, terms),
                    limit,
                    None if self._price is None else self._price * per,
                    each,
                )
            )
            return
        row = self._row(terms, limit)
        if self._rule.hard:
            row.limit = largest_sum(
                {coefficient for coefficient, _ in (*row.pairs, *row.shared)}, limit
            )
        else:
            excess = self._new_shared(-(-(most - limit) // each))
            self.dependent.add(excess.index)
            self.shared_cost[excess.index] += per * self._rule.price()
            row.shared.append((-each, excess.index))
        self.rows.append(row)

    def _merged(self, owner: int, terms: Sequence[Term]) -> tuple[tuple[int, PersonLiteral], ...]:
        """The same sum with the pairs of a contract's slot together where they count alike, so that
        weeks need not tell them apart.
        """
        counts: dict[int, int] = defaultdict(int)
        kept = []
        for coefficient, literal in terms:
            if isinstance(literal, AnyWorked) and literal.exclusive:
                for pair in literal.pairs:
                    counts[pair] += coefficient
            else:
                kept.append((coefficient, literal))
        groups: dict[tuple[int, int, Hours], list[int]] = defaultdict(list)
        for pair, coefficient in counts.items():
            duty = self.problem.duties[int(self.problem.pairs_duty[pair])]
            groups[coefficient, int(self.problem.pairs_employment[pair]), duty.hours].append(pair)
        return (*kept, *((key[0], AnyWorked(owner, tuple(pairs))) for key, pairs in groups.items()))

    def _row(self, terms: Sequence[Term], limit: int) -> MasterRow:
        row = MasterRow([], [], limit)
        for coefficient, literal in terms:
            if isinstance(literal, MasterVariable):
                row.shared.append((coefficient, literal.index))
            elif isinstance(literal, AnyWorked) and literal.exclusive:
                row.pairs.extend((coefficient, pair) for pair in literal.pairs)
            else:
                raise NotByWeeklyColumns(self._rule.id)
        return row

    def forbid(
        self,
        about: tuple[str, ...],
        together: Sequence[Variable],
        unless: Sequence[Variable],
        quantity: int,
    ) -> None:
        owner = self._owner([*together, *unless])
        if owner is None or not self._rule.links.one_person:
            self._forbid_between(together, unless, quantity)
            return
        self.own[owner].clauses.append(
            Clause(
                tuple(together),
                tuple(unless),
                None if self._price is None else self._price * quantity,
            )
        )

    def _forbid_between(
        self, together: Sequence[Variable], unless: Sequence[Variable], quantity: int
    ) -> None:
        """Of several people: a row of the master problem. Literals of `unless` may count several
        times, for one is enough.
        """
        row = self._row([(1, literal) for literal in together], len(together) - 1)
        for literal in unless:
            if isinstance(literal, MasterVariable):
                row.shared.append((-1, literal.index))
            elif isinstance(literal, AnyWorked):
                row.pairs.extend((-1, pair) for pair in literal.pairs)
            else:
                raise NotByWeeklyColumns(self._rule.id)
        if not self._rule.hard:
            broken = self._new_shared(1)
            self.dependent.add(broken.index)
            self.shared_cost[broken.index] += quantity * self._rule.price()
            row.shared.append((-1, broken.index))
            row.relaxed = True
        self.rows.append(row)

    def disjoint(
        self,
        about: tuple[str, ...],
        items: Sequence[Interval],
        quantity: Callable[[Interval, Interval], int],
    ) -> None:
        owners = [literal for _, _, literal in items if literal is not None]
        if not owners:
            return
        owner = self._owner(owners)
        if owner is None:
            raise NotByWeeklyColumns(self._rule.id)
        if self._rule.hard:
            self.own[owner].disjoint.append(Disjoint(tuple(items)))
            return
        ordered = sorted(items, key=lambda item: item[:2])
        for position, one in enumerate(ordered):
            for other in ordered[position + 1 :]:
                if other[0] < one[1] and (one[2] is not None or other[2] is not None):
                    self.forbid(
                        about,
                        [item[2] for item in (one, other) if item[2] is not None],
                        [],
                        quantity(one, other),
                    )


def largest_sum(parts: Collection[int], limit: int) -> int:
    """The most up to a limit that parts of these sizes can add up to, each as often as one likes;
    the limit itself where one is negative.

    Of a limit of 40 hours, shifts of 7.5 can use 37.5: the rest would let a linear programme count
    a third of a shift.
    """
    if not parts or min(parts) <= 0 or not 0 <= limit <= LONGEST_SUM:
        return limit
    reached, fits = 1, (1 << (limit + 1)) - 1  # bit n: n can be reached
    for part in sorted(set(parts)):
        step = part
        while step <= limit:  # as often as one likes, by doubling
            reached |= (reached << step) & fits
            step *= 2
    return reached.bit_length() - 1

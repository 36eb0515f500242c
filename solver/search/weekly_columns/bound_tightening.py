"""The bound raised part by part: the least that some people lose together at the prices of the
bound, found by CP-SAT.

What a roster costs above the bound is the sum of what people lose by their weeks, what shared
variables cost too much and what rows with a price leave unused, none of it below nothing. So the
least that a part can lose, whatever the others do, may be added to the bound, and parts add up as
long as none of them shares a person, a variable or a row. A linear programme cannot see it: a place
that it fills by thirds of three people costs it nothing, and a handful of such places were the
whole gap of a week.

What was tried and lost: parts of more than some fifty people (no answer in twenty seconds, where
two of 25 took one together); parts that grow from row to row, the dearest first (25 people proved
£796 where the eight of one team proved £1,092 in a fifth of the time, and twelve, with those whom
they leaned on, £1,151).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from ortools.sat.python import cp_model

from solver.search.effort import Effort
from solver.search.solver_pool import Solved
from solver.search.weekly_columns.lns_subproblem import Plan
from solver.search.weekly_columns.pricing import SCALE, Matrix, Pricing
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.teams import Teams
from solver.search.weekly_columns.week_values import Floats, Ints

FINE = 100.0
"""The objective of a part counts hundredths of a sixtieth of a penny: prices are no whole numbers,
and are rounded down.
"""
LEAST_SIZE, FIRST_SIZE, MOST_SIZE = 6.0, 25.0, 45.0
"""People in a part."""
EASY = 1.0
"""Seconds: below it the next parts are larger."""
GROWTH = 1.4
"""A part that is asked again may be so many times as large."""
STEPS = 3
"""So many rows from one that a part's people touch may lie another that belongs to the part."""
MOST_WEEKS = 10_000
"""Weeks offered in a part at most. Those left out lose more than what is then the most that the
part can prove.
"""
LONG = 60
"""A row of more variables says little about a part and makes it slow: it is stated only where it is
what loses.
"""
NOTHING = 0.01
"""Pounds that are not worth a question."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some people with the rows and shared variables counted with them; `gain`: what they lose at
    least [£]; `loss`: in the plan.
    """

    people: frozenset[int]
    rows: frozenset[int]
    shared: frozenset[int]
    loss: float
    gain: float = 0.0
    leans: tuple[int, ...] = ()
    """Rows in which others would have to do something else for the part to lose no more than
    `gain`: dearest first.
    """

    def meets(self, other: "Part") -> bool:
        return not (
            self.people.isdisjoint(other.people)
            and self.rows.isdisjoint(other.rows)
            and self.shared.isdisjoint(other.shared)
        )


@dataclass(frozen=True)
class PartQuestion:
    """A part as a model. Its least is the solver's bound over SCALE and FINE, and `constant`, but
    `most` at most [£].
    """

    part: Part
    model: cp_model.CpModel
    constant: float
    most: float
    others: Sequence[tuple[int, int, int]]
    """(row, position of the variable of what others add to it, what they add in the plan)"""

    def leans(self, solved: Solved, prices: Floats) -> tuple[int, ...]:
        found = (
            {
                row: abs(prices[row]) * abs(solved.solution[position] - now)
                for row, position, now in self.others
            }
            if solved.found
            else {}
        )
        return tuple(
            sorted(
                (row for row, worth in found.items() if worth > NOTHING),
                key=lambda row: (-found[row], row),
            )
        )

    def gain(self, solved: Solved) -> float:
        """[£]; nothing where the solver came to no answer at all."""
        if not solved.found:
            return 0.0
        return max(0.0, min(self.most, solved.bound / (SCALE * FINE) + self.constant))


@dataclass
class _Losses:
    """What a plan costs above the bound, by person, by row and by shared variable [£]."""

    people: Floats
    rows: Floats
    shared: Floats
    plan: Plan = field(repr=False)


class Proving:
    """The bound of some prices, and the parts that were proven to lose something above it.

    `least[p]`: the least that any week of a person costs at the prices; `free[p]`: whether all
    weeks of the person are listed.
    """

    def __init__(
        self,
        collector: StatementCollector,
        matrix: Matrix,
        pricing: Pricing,
        prices: Floats,
        least: Floats,
        free: Sequence[bool],
        effort: Effort,
    ) -> None:
        self._matrix, self._pricing, self._prices, self._least, self._free, self._effort = (
            matrix,
            pricing,
            prices,
            least,
            free,
            effort,
        )
        self._values = pricing.pair_values(prices)
        self._atoms = pricing.atom_values(self._values)
        self._owner = np.array(pricing.owners(len(matrix.pair_cost)), dtype=np.int64)
        self._teams = Teams(collector, matrix, self._owner)
        self._pairs, self._shared = matrix.pairs.tocsr(), matrix.shared_by_row
        self._shared_value = np.asarray(matrix.shared_cost - prices @ matrix.shared)
        self._shared_least = np.minimum(self._shared_value, 0.0) * matrix.shared_most
        self._base = matrix.constant + float(
            (prices * matrix.limit).sum() + self._shared_least.sum() + least.sum()
        )
        found, _, _ = pricing.best(prices)
        self._wished = [
            pricing.column(person, week, self._values).pairs
            for person, (week, _) in enumerate(found)
        ]
        self._parts: list[Part] = []
        self._tried: dict[object, int] = {}
        """How often a team was asked, or a part again."""
        self._size = FIRST_SIZE

    @property
    def bound(self) -> float:
        """[£]"""
        return self._base + sum(part.gain for part in self._parts)

    def question(
        self, plan: Plan, asked: Sequence[Part], seconds: float
    ) -> "tuple[PartQuestion, Callable[[], Solved]] | None":
        """What to prove next, beside those that are asked already, and how; None where there is
        nothing to win.
        """
        losses = self._losses(plan)
        part = self._next(losses, asked)
        if part is None:
            return None
        question = self._question(losses, part)
        solver = self._effort.solver(seconds, workers=1)
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        return question, lambda: self._effort.crew.solve(question.model, solver)

    def learn(self, question: PartQuestion, solved: Solved) -> float:
        """Keep a part if more is proven with it than without; by how much the bound rises [£]."""
        whole = solved.status == cp_model.OPTIMAL
        took = solved.spent if self._effort.limits.deterministic else solved.took
        if whole and took < EASY:
            self._size = min(MOST_SIZE, self._size * 1.1)
        elif not whole:
            self._size = max(LEAST_SIZE, self._size * 0.8)
        part = replace(
            question.part, gain=question.gain(solved), leans=question.leans(solved, self._prices)
        )
        met = [other for other in self._parts if other.meets(part)]
        rise = part.gain - sum(other.gain for other in met)
        larger = all(other.people < part.people for other in met)
        if rise > 0 or (
            rise > -NOTHING and whole and larger and met
        ):  # the larger one knows better whom it needs beside it
            self._parts = [*(other for other in self._parts if other not in met), part]
        return rise if rise > 0 or part in self._parts else 0.0

    # --- where there is something to prove --------------------------------------------------------

    def _losses(self, plan: Plan) -> _Losses:
        matrix = self._matrix
        own = np.array(
            [
                self._pricing.costs[person][plan.weeks[person][0]]
                + self._values[list(plan.weeks[person][1])].sum()
                for person in range(len(self._least))
            ]
        )
        worked = np.zeros(matrix.pairs.shape[1])
        worked[[pair for _, pairs in plan.weeks.values() for pair in pairs]] = 1
        spare = matrix.limit - matrix.pairs @ worked - matrix.shared @ plan.shared
        rows = np.where(matrix.equal, 0.0, -self._prices * spare)
        return _Losses(
            own - self._least, rows, self._shared_value * plan.shared - self._shared_least, plan
        )

    def _next(self, losses: _Losses, asked: Sequence[Part]) -> Part | None:
        """The team that loses most beyond what is proven, or a part again that was not proven to
        lose all that it does.

        A part that is asked again takes those people with it who would have to do something else
        for it to lose less.
        """
        barred = {person for part in asked for person in part.people}
        worth: dict[object, float] = {
            part: self._loss(losses, part.people, part.rows, part.shared) - part.gain
            for part in self._parts
            if len(part.people) < MOST_SIZE and not any(part.meets(other) for other in asked)
        }
        worth |= dict(enumerate(self._of_teams(losses, [*asked, *self._parts]).tolist()))
        worth = {what: lost * 0.5 ** self._tried.get(what, 0) for what, lost in worth.items()}
        what = max(worth, key=lambda one: worth[one])
        if worth[what] <= NOTHING:
            return None
        self._tried[what] = self._tried.get(what, 0) + 1
        if isinstance(what, Part):
            people = list(
                dict.fromkeys(
                    [
                        *sorted(what.people),
                        *(person for row in what.leans for person in self._people_of(row)),
                    ]
                )
            )
            size = min(MOST_SIZE, max(self._size, GROWTH * len(what.people)))
            return self._around(losses, people, size, barred, asked)
        assert isinstance(what, int)
        able = self._teams.able[what]
        proven = {person for part in self._parts for person in part.people}
        if any(person not in proven for person in able):
            return self._around(losses, able, self._size, barred | proven, [*asked, *self._parts])
        # all of them belong to parts already: one that takes its people must prove more than they
        # do
        return self._around(losses, able, self._size, barred, asked)

    def _of_teams(self, losses: _Losses, parts: Sequence[Part]) -> Floats:
        """By team, what is lost outside these parts [£]; people's losses are divided among the
        teams of their present and best shifts.
        """
        people, rows, shared = losses.people.copy(), losses.rows.copy(), losses.shared.copy()
        for part in parts:
            people[list(part.people)] = 0.0
            rows[list(part.rows)] = 0.0
            shared[list(part.shared)] = 0.0
        found = self._teams.of_losses(rows, shared)
        for person in np.flatnonzero(people > NOTHING).tolist():
            pairs = [*losses.plan.weeks[person][1], *self._wished[person]]
            if pairs and self._free[person]:
                teams = np.unique(self._teams.of_pair[pairs])
                found[teams] += people[person] / len(teams)
        return found

    def _around(
        self,
        losses: _Losses,
        people: Iterable[int],
        size: float,
        barred: set[int],
        others: Sequence[Part],
    ) -> Part:
        """The first of these people, as many as can be asked together."""
        chosen = [person for person in people if person not in barred and self._free[person]][
            : int(size)
        ]
        part = self._part(losses, chosen, others)
        few = self._few_enough(part, chosen)
        return part if len(few) == len(chosen) else self._part(losses, few, others)

    def _few_enough(self, part: Part, people: list[int]) -> list[int]:
        """The first of these people, as many as have together no more than MOST_WEEKS that can
        matter.
        """
        counts = [
            int(
                (
                    self._pricing.week_values(person, self._atoms) - self._least[person]
                    <= part.loss
                ).sum()
            )
            for person in people
        ]
        return people[
            : max(
                int(LEAST_SIZE), int(np.searchsorted(np.cumsum(counts), MOST_WEEKS, side="right"))
            )
        ]

    def _part(self, losses: _Losses, chosen: Sequence[int], others: Sequence[Part]) -> Part:
        """These people with the rows that they touch, and those that follow from them alone, but
        for what other parts have.
        """
        owned = {row for part in others for row in part.rows}
        held = {variable for part in others for variable in part.shared}
        pairs = [self._pricing.pairs_of(person)[0] for person in chosen]
        touched = np.unique(
            self._matrix.pairs[:, np.concatenate([np.zeros(0, np.int64), *pairs])].indices
        ).tolist()
        about = {row for row in touched if self._short(row) or losses.rows[row] > NOTHING}
        new = about
        for _ in range(STEPS):  # from variable to variable: what a call or a shortfall leads to
            variables = {
                variable for row in new if self._short(row) for variable in self._shared_of(row)
            }
            near = {
                row for variable in variables for row in self._rows_of_shared(variable).tolist()
            }
            new = {
                row
                for row in near - about
                if self._short(row) and self._pairs.indptr[row] == self._pairs.indptr[row + 1]
            }
            about |= new
        about -= owned
        shared = {variable for row in about for variable in self._shared_of(row)} - held
        return Part(
            frozenset(chosen),
            frozenset(about),
            frozenset(shared),
            self._loss(losses, chosen, about, shared),
        )

    def _loss(
        self, losses: _Losses, people: Iterable[int], rows: Iterable[int], shared: Iterable[int]
    ) -> float:
        return float(
            losses.people[list(people)].sum()
            + losses.rows[list(rows)].sum()
            + losses.shared[list(shared)].sum()
        )

    def _short(self, row: int) -> bool:
        return bool(self._shared.indptr[row + 1] - self._shared.indptr[row] <= LONG)

    def _people_of(self, row: int) -> list[int]:
        found: list[int] = np.unique(
            self._owner[self._pairs.indices[self._pairs.indptr[row] : self._pairs.indptr[row + 1]]]
        ).tolist()
        return found

    def _shared_of(self, row: int) -> list[int]:
        found: list[int] = self._shared.indices[
            self._shared.indptr[row] : self._shared.indptr[row + 1]
        ].tolist()
        return found

    def _rows_of_shared(self, variable: int) -> Ints:
        return np.asarray(
            self._matrix.shared.indices[
                self._matrix.shared.indptr[variable] : self._matrix.shared.indptr[variable + 1]
            ]
        )

    # --- a part as a model ------------------------------------------------------------------------

    def _question(self, losses: _Losses, part: Part) -> PartQuestion:
        return _Stated(self, losses, part).question()


class _Stated:
    """The model of a part: its people's weeks and pairs, its rows, and in each row what all others
    may do, at no cost.
    """

    def __init__(self, proving: Proving, losses: _Losses, part: Part) -> None:
        self._of, self._plan, self._part = proving, losses.plan, part
        self.model = cp_model.CpModel()
        self._objective: list[tuple[float, cp_model.IntVar]] = []
        """[£]"""
        self._hints: list[int] = []
        self._pairs: dict[int, cp_model.IntVar] = {}
        self._variables: dict[int, cp_model.IntVar] = {}
        self._others: list[tuple[int, int, int]] = []
        self._constant = 0.0

    def question(self) -> PartQuestion:
        proving, part = self._of, self._part
        most = self._offer()
        for variable in sorted(part.shared):
            self._variable(variable)
        for row in sorted(part.rows):
            self._state(row)
        constant = self._constant - float(
            proving._least[list(part.people)].sum() + proving._shared_least[list(part.shared)].sum()
        )
        variables, prices = (
            [variable for _, variable in self._objective],
            [int(np.floor(price * SCALE * FINE)) for price, _ in self._objective],
        )
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, prices))
        self.model.proto.solution_hint.vars.extend(range(len(self._hints)))
        self.model.proto.solution_hint.values.extend(self._hints)
        return PartQuestion(part, self.model, constant, most, self._others)

    def _new(self, least: int, most: int, hint: int) -> cp_model.IntVar:
        self._hints.append(hint)
        return self.model.new_int_var(least, most, "")

    def _offer(self) -> float:
        """The weeks of the part's people that lose no more than the part does in the plan, or the
        best of them; how much those can lose.
        """
        proving, pricing = self._of, self._of._pricing
        values = {
            person: pricing.week_values(person, proving._atoms) - proving._least[person]
            for person in sorted(self._part.people)
        }
        most = self._part.loss
        lost = np.concatenate([np.zeros(0), *values.values()])
        if (lost <= most).sum() > MOST_WEEKS:
            most = float(np.partition(lost, MOST_WEEKS)[MOST_WEEKS])
        for person, lost in values.items():
            self._offer_one(person, np.flatnonzero(lost <= most + 1e-6), most)
        return most

    def _offer_one(self, person: int, offered: Ints, most: float) -> None:
        proving, weeks = self._of, self._of._pricing.weeks[person]
        now, pairs_now = self._plan.weeks[person]
        literals = [self._new(0, 1, int(week == now)) for week in offered.tolist()]
        self.model.add_exactly_one(literals)
        self._objective.extend(
            zip(proving._pricing.costs[person][offered].tolist(), literals, strict=True)
        )
        by_atom: dict[int, list[cp_model.IntVar]] = {}
        for literal, atoms in zip(literals, weeks.atoms_of[offered].tolist(), strict=True):
            for atom in atoms:
                if atom < len(weeks.atoms):
                    by_atom.setdefault(atom, []).append(literal)
        for atom, worked in by_atom.items():
            least = proving._atoms[proving._pricing.first_atom[person] + atom]
            pairs = [
                pair
                for pair in weeks.atoms[atom].pairs
                if proving._values[pair] - least <= most + 1e-6
            ]
            for pair in pairs:
                self._pairs[pair] = self._new(0, 1, int(pair in pairs_now))
                self._objective.append((float(proving._values[pair]), self._pairs[pair]))
            self.model.add(
                cp_model.LinearExpr.sum([self._pairs[pair] for pair in pairs])
                == cp_model.LinearExpr.sum(worked)
            )

    def _variable(self, variable: int) -> cp_model.IntVar:
        """A shared variable: it has its cost in the part that holds it alone."""
        if variable not in self._variables:
            self._variables[variable] = self._new(
                0, int(self._of._matrix.shared_most[variable]), int(self._plan.shared[variable])
            )
            if variable in self._part.shared and self._of._shared_value[variable]:
                self._objective.append(
                    (float(self._of._shared_value[variable]), self._variables[variable])
                )
        return self._variables[variable]

    def _state(self, row: int) -> None:
        """A row with what others may add to it: as they like, for what that costs them is counted
        with them.
        """
        proving, matrix = self._of, self._of._matrix
        inside = slice(proving._pairs.indptr[row], proving._pairs.indptr[row + 1])
        indices, data = proving._pairs.indices[inside], proving._pairs.data[inside]
        theirs = np.isin(proving._owner[indices], list(self._part.people), invert=True)
        terms = [
            (int(c), self._pairs[pair])
            for pair, c in zip(indices.tolist(), data.tolist(), strict=True)
            if pair in self._pairs
        ]
        inside = slice(proving._shared.indptr[row], proving._shared.indptr[row + 1])
        for variable, coefficient in zip(
            proving._shared.indices[inside].tolist(),
            proving._shared.data[inside].tolist(),
            strict=True,
        ):
            terms.append((int(coefficient), self._variable(variable)))
        least, most = int(np.minimum(data[theirs], 0).sum()), int(np.maximum(data[theirs], 0).sum())
        if not terms:
            return
        limit, price = int(matrix.limit[row]), float(proving._prices[row])
        if theirs.any() and (matrix.equal[row] or price):
            worked = {
                pair
                for person in set(proving._owner[indices[theirs]].tolist())
                for pair in self._plan.weeks[person][1]
            }
            now = int(
                sum(
                    c
                    for pair, c in zip(indices[theirs].tolist(), data[theirs].tolist(), strict=True)
                    if pair in worked
                )
            )
            others = self._new(least, most, now)
            self._others.append((row, others.index, now))
            terms.append((1, others))
        elif theirs.any():
            limit -= least
        total = cp_model.LinearExpr.weighted_sum(
            [variable for _, variable in terms], [coefficient for coefficient, _ in terms]
        )
        if matrix.equal[row]:
            self.model.add(total == limit)
            return
        self.model.add(total <= limit)
        if price:  # what stays unused of it is lost
            self._constant -= price * limit
            self._objective.extend(
                (price * coefficient, variable) for coefficient, variable in terms
            )

"""The bound tightened by subproblems: the least that some people lose together at the duals of the
bound, found by CP-SAT.

The gap of a solution (w, x, y) falls into losses, none of them below nothing (symbols: see the
package):

    z - L(u) =   sum_i  (q_iw - l_i)                          people, by their weeks      [I]
               + sum_r  -u_r (b_r - A_r x - S_r y)            rows, by what stays unused  [R]
               + sum_j  (q_j y_j - m_j min(0, q_j))           shared variables            [J]

So the least that some of these terms lose together, whatever all else does, may be added to the
bound, and subproblems add up as long as no two of them share a person, a variable or a row. A
linear programme cannot see it: a vacancy that it fills by thirds of three people costs it nothing,
and a handful of them were the whole gap of a week.

What was tried and lost: subproblems of more than some fifty people (no answer in twenty seconds,
where two of 25 took one together); those that grow from row to row, the dearest first (25 people
proved
£796 where the eight of one team proved £1,092 in a fifth of the time, and twelve, with those whom
they leaned on, £1,151).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from ortools.sat.python import cp_model

from solver.search.effort import Effort
from solver.search.solver_pool import SolvedModel
from solver.search.weekly_columns.lns_subproblem import MasterSolution
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, WeekPricing
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.teams import Teams
from solver.search.weekly_columns.week_values import Floats, Ints

FINE = 100.0
"""The objective of a subproblem counts hundredths of a sixtieth of a penny: reduced costs are no
whole numbers, and are rounded down.
"""
LEAST_SIZE, FIRST_SIZE, MOST_SIZE = 6.0, 25.0, 45.0
"""People in a subproblem."""
EASY = 1.0
"""Seconds: below it the next subproblems are larger."""
GROWTH = 1.4
"""A subproblem that is tried again may be so many times as large."""
STEPS = 3
"""So many rows from one that its people touch may lie another that belongs to a subproblem."""
MOST_WEEKS = 10_000
"""Weeks offered in a subproblem at most. Those left out lose more than what is then the most that
it can prove.
"""
LONG = 60
"""A row of more variables says little about a few people and makes the model slow: it is stated
only where it is what loses.
"""
NEGLIGIBLE = 0.01
"""Pounds that are not worth a subproblem."""


@dataclass(frozen=True, eq=False)
class BoundSubproblem:
    """Some people with the rows and shared variables counted with them; `gain`: what they lose at
    least [£]; `loss`: in the incumbent.
    """

    people: frozenset[int]
    rows: frozenset[int]
    shared: frozenset[int]
    loss: float
    gain: float = 0.0
    leans: tuple[int, ...] = ()
    """Rows in which others would have to do something else for these people to lose no more than
    `gain`: dearest first.
    """

    def overlaps(self, other: "BoundSubproblem") -> bool:
        """Whether the two count a person, a row or a shared variable twice."""
        return not (
            self.people.isdisjoint(other.people)
            and self.rows.isdisjoint(other.rows)
            and self.shared.isdisjoint(other.shared)
        )


@dataclass(frozen=True)
class BoundModel:
    """A subproblem as a CP-SAT model. Its least is the solver's bound over SCALE and FINE, and
    `constant`, but `most` at most [£].
    """

    subproblem: BoundSubproblem
    model: cp_model.CpModel
    constant: float
    most: float
    others: Sequence[tuple[int, int, int]]
    """(row, position of the variable of what others add to it, what they add in the incumbent)"""

    def leans(self, solved: SolvedModel, duals: Floats) -> tuple[int, ...]:
        """Rows in which others do not do what they do in the incumbent, the dearest at these duals
        first.
        """
        found = (
            {
                row: abs(duals[row]) * abs(solved.solution[position] - now)
                for row, position, now in self.others
            }
            if solved.found
            else {}
        )
        return tuple(
            sorted(
                (row for row, worth in found.items() if worth > NEGLIGIBLE),
                key=lambda row: (-found[row], row),
            )
        )

    def gain(self, solved: SolvedModel) -> float:
        """[£]; nothing where the solver came to no answer at all."""
        if not solved.found:
            return 0.0
        return max(0.0, min(self.most, solved.bound / (SCALE * FINE) + self.constant))


@dataclass
class _GapLosses:
    """What a solution costs above the bound, by person [I], row [R] and shared variable [J] [£]."""

    people: Floats
    rows: Floats
    shared: Floats
    solution: MasterSolution = field(repr=False)


class BoundTightening:
    """The bound L(u) of some duals u, and the subproblems that were proven to lose something above
    it.

    `least` [I]: l_i, the least reduced cost of each line's weeks; `complete` [I]: whether all weeks
    of a line are listed.
    """

    def __init__(
        self,
        collector: StatementCollector,
        master: MasterProblem,
        pricing: WeekPricing,
        duals: Floats,
        least: Floats,
        complete: Sequence[bool],
        effort: Effort,
    ) -> None:
        self._master, self._pricing, self._duals, self._least, self._complete, self._effort = (
            master,
            pricing,
            duals,
            least,
            complete,
            effort,
        )
        self._pair_costs = pricing.pair_reduced_costs(duals)
        self._atom_costs = pricing.atom_reduced_costs(self._pair_costs)
        self._owner = np.array(pricing.owners(len(master.pair_cost)), dtype=np.int64)
        self._teams = Teams(collector, master, self._owner)
        self._pairs, self._shared = master.pairs.tocsr(), master.shared_by_row
        self._shared_costs = np.asarray(master.shared_cost - duals @ master.shared)
        self._shared_least = np.minimum(self._shared_costs, 0.0) * master.shared_most
        self._base = master.constant + float(
            (duals * master.limit).sum() + self._shared_least.sum() + least.sum()
        )
        found, _, _ = pricing.evaluate_dual(duals)
        self._best_pairs = [
            pricing.column(person, week, self._pair_costs).pairs
            for person, (week, _) in enumerate(found)
        ]
        self._subproblems: list[BoundSubproblem] = []
        self._tried: dict[object, int] = {}
        """How often a team was tried, or a subproblem again."""
        self._size = FIRST_SIZE

    @property
    def bound(self) -> float:
        """L(u) and what the subproblems add to it [£]."""
        return self._base + sum(subproblem.gain for subproblem in self._subproblems)

    def next_model(
        self, solution: MasterSolution, pending: Sequence[BoundSubproblem], seconds: float
    ) -> "tuple[BoundModel, Callable[[], SolvedModel]] | None":
        """The subproblem to solve next, beside those that are pending, and how; None where there is
        nothing to win.
        """
        losses = self._losses(solution)
        subproblem = self._next(losses, pending)
        if subproblem is None:
            return None
        stated = self._state(losses, subproblem)
        solver = self._effort.solver(seconds, workers=1)
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        return stated, lambda: self._effort.solver_pool.solve(stated.model, solver)

    def record(self, stated: BoundModel, solved: SolvedModel) -> float:
        """Keep a subproblem if more is proven with it than without; by how much the bound rises
        [£].
        """
        whole = solved.status == cp_model.OPTIMAL
        took = solved.spent if self._effort.limits.deterministic else solved.took
        if whole and took < EASY:
            self._size = min(MOST_SIZE, self._size * 1.1)
        elif not whole:
            self._size = max(LEAST_SIZE, self._size * 0.8)
        subproblem = replace(
            stated.subproblem, gain=stated.gain(solved), leans=stated.leans(solved, self._duals)
        )
        overlapping = [other for other in self._subproblems if other.overlaps(subproblem)]
        rise = subproblem.gain - sum(other.gain for other in overlapping)
        larger = all(other.people < subproblem.people for other in overlapping)
        if rise > 0 or (
            rise > -NEGLIGIBLE and whole and larger and overlapping
        ):  # the larger one knows better whom it needs beside it
            self._subproblems = [
                *(other for other in self._subproblems if other not in overlapping),
                subproblem,
            ]
        return rise if rise > 0 or subproblem in self._subproblems else 0.0

    # --- where there is something to prove --------------------------------------------------------

    def _losses(self, solution: MasterSolution) -> _GapLosses:
        """The terms of the gap, as above; those of equations are nothing."""
        master = self._master
        own = np.array(
            [
                self._pricing.costs[person][solution.weeks[person][0]]
                + self._pair_costs[list(solution.weeks[person][1])].sum()
                for person in range(len(self._least))
            ]
        )
        worked = np.zeros(master.pairs.shape[1])
        worked[[pair for _, pairs in solution.weeks.values() for pair in pairs]] = 1
        spare = master.limit - master.pairs @ worked - master.shared @ solution.shared
        rows = np.where(master.equal, 0.0, -self._duals * spare)
        return _GapLosses(
            own - self._least,
            rows,
            self._shared_costs * solution.shared - self._shared_least,
            solution,
        )

    def _next(
        self, losses: _GapLosses, pending: Sequence[BoundSubproblem]
    ) -> BoundSubproblem | None:
        """The team that loses most beyond what is proven, or a subproblem again that was not proven
        to lose all that it does.

        A subproblem that is tried again takes those people with it who would have to do something
        else for it to lose less.
        """
        barred = {person for subproblem in pending for person in subproblem.people}
        worth: dict[object, float] = {
            subproblem: self._loss(losses, subproblem.people, subproblem.rows, subproblem.shared)
            - subproblem.gain
            for subproblem in self._subproblems
            if len(subproblem.people) < MOST_SIZE
            and not any(subproblem.overlaps(other) for other in pending)
        }
        worth |= dict(enumerate(self._of_teams(losses, [*pending, *self._subproblems]).tolist()))
        worth = {what: lost * 0.5 ** self._tried.get(what, 0) for what, lost in worth.items()}
        what = max(worth, key=lambda one: worth[one])
        if worth[what] <= NEGLIGIBLE:
            return None
        self._tried[what] = self._tried.get(what, 0) + 1
        if isinstance(what, BoundSubproblem):
            people = list(
                dict.fromkeys(
                    [
                        *sorted(what.people),
                        *(person for row in what.leans for person in self._people_of(row)),
                    ]
                )
            )
            size = min(MOST_SIZE, max(self._size, GROWTH * len(what.people)))
            return self._around(losses, people, size, barred, pending)
        assert isinstance(what, int)
        able = self._teams.able[what]
        proven = {person for subproblem in self._subproblems for person in subproblem.people}
        if any(person not in proven for person in able):
            return self._around(
                losses, able, self._size, barred | proven, [*pending, *self._subproblems]
            )
        # all of them belong to subproblems already: one that takes its people must prove more than
        # they do
        return self._around(losses, able, self._size, barred, pending)

    def _of_teams(self, losses: _GapLosses, subproblems: Sequence[BoundSubproblem]) -> Floats:
        """By team, what is lost outside these subproblems [£]; people's losses are divided among
        the teams of their present and best shifts.
        """
        people, rows, shared = losses.people.copy(), losses.rows.copy(), losses.shared.copy()
        for subproblem in subproblems:
            people[list(subproblem.people)] = 0.0
            rows[list(subproblem.rows)] = 0.0
            shared[list(subproblem.shared)] = 0.0
        found = self._teams.of_losses(rows, shared)
        for person in np.flatnonzero(people > NEGLIGIBLE).tolist():
            pairs = [*losses.solution.weeks[person][1], *self._best_pairs[person]]
            if pairs and self._complete[person]:
                teams = np.unique(self._teams.of_pair[pairs])
                found[teams] += people[person] / len(teams)
        return found

    def _around(
        self,
        losses: _GapLosses,
        people: Iterable[int],
        size: float,
        barred: set[int],
        others: Sequence[BoundSubproblem],
    ) -> BoundSubproblem:
        """The first of these people, as many as can be solved together."""
        chosen = [person for person in people if person not in barred and self._complete[person]][
            : int(size)
        ]
        subproblem = self._subproblem(losses, chosen, others)
        few = self._few_enough(subproblem, chosen)
        return subproblem if len(few) == len(chosen) else self._subproblem(losses, few, others)

    def _few_enough(self, subproblem: BoundSubproblem, people: list[int]) -> list[int]:
        """The first of these people, as many as have together no more than MOST_WEEKS that can
        matter.
        """
        counts = [
            int(
                (
                    self._pricing.week_reduced_costs(person, self._atom_costs) - self._least[person]
                    <= subproblem.loss
                ).sum()
            )
            for person in people
        ]
        return people[
            : max(
                int(LEAST_SIZE), int(np.searchsorted(np.cumsum(counts), MOST_WEEKS, side="right"))
            )
        ]

    def _subproblem(
        self, losses: _GapLosses, chosen: Sequence[int], others: Sequence[BoundSubproblem]
    ) -> BoundSubproblem:
        """These people with the rows that they touch, and those that follow from them alone, but
        for what other subproblems have.
        """
        owned = {row for subproblem in others for row in subproblem.rows}
        held = {variable for subproblem in others for variable in subproblem.shared}
        pairs = [self._pricing.pairs_of(person)[0] for person in chosen]
        touched = np.unique(
            self._master.pairs[:, np.concatenate([np.zeros(0, np.int64), *pairs])].indices
        ).tolist()
        about = {row for row in touched if self._short(row) or losses.rows[row] > NEGLIGIBLE}
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
        return BoundSubproblem(
            frozenset(chosen),
            frozenset(about),
            frozenset(shared),
            self._loss(losses, chosen, about, shared),
        )

    def _loss(
        self, losses: _GapLosses, people: Iterable[int], rows: Iterable[int], shared: Iterable[int]
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
            self._master.shared.indices[
                self._master.shared.indptr[variable] : self._master.shared.indptr[variable + 1]
            ]
        )

    # --- a subproblem as a model ------------------------------------------------------------------

    def _state(self, losses: _GapLosses, subproblem: BoundSubproblem) -> BoundModel:
        return _BoundModelBuilder(self, losses, subproblem).build()


class _BoundModelBuilder:
    """The model of a subproblem (P, R_P, J_P): its people's weeks and pairs, its rows, and in each
    row what all others may do, at no cost.

        min   sum_{i in P} (q_iw - l_i) + sum_{r in R_P} -u_r (b_r - A_r x_P - o_r - S_r y)
              + sum_{j in J_P} (q_j y_j - m_j min(0, q_j))
        with  one week w for each i in P, a pair of x_P for each of its atoms,
              A_r x_P + o_r + S_r y <= b_r, or =    for r in R_P

    o_r, what the pairs of others add to row r, is free between the least and the most that it can
    be; so are the y_j of its rows outside J_P. Constants stand in `BoundModel.constant`.
    """

    def __init__(
        self, tightening: BoundTightening, losses: _GapLosses, subproblem: BoundSubproblem
    ) -> None:
        self._tightening, self._solution, self._subproblem = tightening, losses.solution, subproblem
        self.model = cp_model.CpModel()
        self._objective: list[tuple[float, cp_model.IntVar]] = []
        """[£]"""
        self._hints: list[int] = []
        self._pairs: dict[int, cp_model.IntVar] = {}
        self._variables: dict[int, cp_model.IntVar] = {}
        self._others: list[tuple[int, int, int]] = []
        self._constant = 0.0

    def build(self) -> BoundModel:
        tightening, subproblem = self._tightening, self._subproblem
        most = self._offer()
        for variable in sorted(subproblem.shared):
            self._variable(variable)
        for row in sorted(subproblem.rows):
            self._state_row(row)
        constant = self._constant - float(
            tightening._least[list(subproblem.people)].sum()
            + tightening._shared_least[list(subproblem.shared)].sum()
        )
        variables, coefficients = (
            [variable for _, variable in self._objective],
            [int(np.floor(cost * SCALE * FINE)) for cost, _ in self._objective],
        )
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, coefficients))
        self.model.proto.solution_hint.vars.extend(range(len(self._hints)))
        self.model.proto.solution_hint.values.extend(self._hints)
        return BoundModel(subproblem, self.model, constant, most, self._others)

    def _new(self, least: int, most: int, hint: int) -> cp_model.IntVar:
        self._hints.append(hint)
        return self.model.new_int_var(least, most, "")

    def _offer(self) -> float:
        """The weeks of its people that lose no more than the subproblem does in the incumbent, or
        the cheapest of them; how much those can lose.
        """
        tightening, pricing = self._tightening, self._tightening._pricing
        losses = {
            person: pricing.week_reduced_costs(person, tightening._atom_costs)
            - tightening._least[person]
            for person in sorted(self._subproblem.people)
        }
        most = self._subproblem.loss
        lost = np.concatenate([np.zeros(0), *losses.values()])
        if (lost <= most).sum() > MOST_WEEKS:
            most = float(np.partition(lost, MOST_WEEKS)[MOST_WEEKS])
        for person, lost in losses.items():
            self._offer_one(person, np.flatnonzero(lost <= most + 1e-6), most)
        return most

    def _offer_one(self, person: int, offered: Ints, most: float) -> None:
        tightening, weeks = self._tightening, self._tightening._pricing.weeks[person]
        now, pairs_now = self._solution.weeks[person]
        literals = [self._new(0, 1, int(week == now)) for week in offered.tolist()]
        self.model.add_exactly_one(literals)
        self._objective.extend(
            zip(tightening._pricing.costs[person][offered].tolist(), literals, strict=True)
        )
        by_atom: dict[int, list[cp_model.IntVar]] = {}
        for literal, atoms in zip(literals, weeks.atoms_of[offered].tolist(), strict=True):
            for atom in atoms:
                if atom < len(weeks.atoms):
                    by_atom.setdefault(atom, []).append(literal)
        for atom, worked in by_atom.items():
            least = tightening._atom_costs[tightening._pricing.first_atom[person] + atom]
            pairs = [
                pair
                for pair in weeks.atoms[atom].pairs
                if tightening._pair_costs[pair] - least <= most + 1e-6
            ]
            for pair in pairs:
                self._pairs[pair] = self._new(0, 1, int(pair in pairs_now))
                self._objective.append((float(tightening._pair_costs[pair]), self._pairs[pair]))
            self.model.add(
                cp_model.LinearExpr.sum([self._pairs[pair] for pair in pairs])
                == cp_model.LinearExpr.sum(worked)
            )

    def _variable(self, variable: int) -> cp_model.IntVar:
        """A shared variable: it has its cost in the subproblem that holds it alone."""
        if variable not in self._variables:
            self._variables[variable] = self._new(
                0,
                int(self._tightening._master.shared_most[variable]),
                int(self._solution.shared[variable]),
            )
            if variable in self._subproblem.shared and self._tightening._shared_costs[variable]:
                self._objective.append(
                    (float(self._tightening._shared_costs[variable]), self._variables[variable])
                )
        return self._variables[variable]

    def _state_row(self, row: int) -> None:
        """A row with what others may add to it: as they like, for what that costs them is counted
        with them.
        """
        tightening, master = self._tightening, self._tightening._master
        inside = slice(tightening._pairs.indptr[row], tightening._pairs.indptr[row + 1])
        indices, data = tightening._pairs.indices[inside], tightening._pairs.data[inside]
        theirs = np.isin(tightening._owner[indices], list(self._subproblem.people), invert=True)
        terms = [
            (int(c), self._pairs[pair])
            for pair, c in zip(indices.tolist(), data.tolist(), strict=True)
            if pair in self._pairs
        ]
        inside = slice(tightening._shared.indptr[row], tightening._shared.indptr[row + 1])
        for variable, coefficient in zip(
            tightening._shared.indices[inside].tolist(),
            tightening._shared.data[inside].tolist(),
            strict=True,
        ):
            terms.append((int(coefficient), self._variable(variable)))
        least, most = int(np.minimum(data[theirs], 0).sum()), int(np.maximum(data[theirs], 0).sum())
        if not terms:
            return
        limit, dual = int(master.limit[row]), float(tightening._duals[row])
        if theirs.any() and (master.equal[row] or dual):
            worked = {
                pair
                for person in set(tightening._owner[indices[theirs]].tolist())
                for pair in self._solution.weeks[person][1]
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
        if master.equal[row]:
            self.model.add(total == limit)
            return
        self.model.add(total <= limit)
        if dual:  # what stays unused of it is lost
            self._constant -= dual * limit
            self._objective.extend(
                (dual * coefficient, variable) for coefficient, variable in terms
            )

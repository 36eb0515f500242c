"""The subproblem of a neighbourhood: the free people's weeks chosen again by CP-SAT, everybody
else's kept. For the symbols see the package.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy import sparse

from solver.search.effort import Effort
from solver.search.weekly_columns.across_lines import AcrossLines
from solver.search.weekly_columns.pricing import SCALE, MasterProblem, Week, WeekPricing
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats, Ints


@dataclass(frozen=True)
class MasterSolution:
    """A whole roster as a solution of the master problem: everybody's week, and y [J]."""

    weeks: Mapping[int, Week]
    shared: Ints


@dataclass(frozen=True)
class ReducedCosts:
    """At the duals of the bound, in pounds: q_k of pairs [K], q_a of atoms [atoms of all]."""

    pairs: Floats
    atoms: Floats


@dataclass(frozen=True)
class ColumnFilter:
    """Which columns each free person is offered: so many weeks, those of least reduced cost, with
    pairs at most so many pounds above the cheapest of their atom.
    """

    weeks: int
    slack: float


@dataclass(frozen=True)
class LnsSolution:
    """A solution at least as good, or None where time was too short for any.

    `took`: seconds, or deterministic units where those count; `spent`: always the latter.
    """

    solution: MasterSolution | None
    took: float
    spent: float
    solved_to_tolerance: bool


class NeighbourhoodSolver:
    """States the subproblems of neighbourhoods as CP-SAT models, and solves them. Hours decide the
    week, a further literal each pair.

    With the free people F, their offered weeks, and what the incumbent (x', y') has of all others:

        min   sum_{i in F} (g_iw + e_iw) + sum_{k of F} c_k x_k + sum_{j in M} d_j y_j
        with  one week w for each i in F, and for each of its atoms one pair k of it
              A_r x_F + S_rM y_M <= b_r - A_r x'_{I-F} - S_rN y'_N, or =    for r in T

    e_iw: what week w costs with the person's other weeks; T: the rows that are touched; M: the
    shared variables that move with them, N: the others.

    Subproblems are stated one after another, but may be solved side by side.
    """

    def __init__(
        self,
        collector: StatementCollector,
        master: MasterProblem,
        pricing: WeekPricing,
        across: AcrossLines,
        reduced_costs: ReducedCosts,
        column_filter: ColumnFilter,
        effort: Effort,
    ) -> None:
        self._effort = effort
        self._across = across
        self._collector = collector
        self._master = master
        self._pricing = pricing
        self._reduced_costs = reduced_costs
        self._column_filter = column_filter

    def subproblem(
        self, solution: MasterSolution, free: Sequence[int], *, all_shared: bool = False
    ) -> "LnsSubproblem":
        """Which weeks should the free people have, everybody else's kept?

        Of the shared variables those move that the free people's pairs touch; `all_shared`: all of
        them.
        """
        subproblem = LnsSubproblem(solution)
        for person in free:
            self._offer(subproblem, person, solution.weeks[person])
        self._state_rows(subproblem, all_shared)
        subproblem.minimize()
        return subproblem

    def recombination(
        self, solution: MasterSolution, others: Sequence[MasterSolution]
    ) -> "LnsSubproblem":
        """Whose week should be taken from which of these solutions? They may not fit together as
        they are.
        """
        subproblem = LnsSubproblem(solution)
        for person, week in solution.weeks.items():
            offered = list(dict.fromkeys([week, *(other.weeks[person] for other in others)]))
            if len(offered) > 1:
                self._offer_whole(subproblem, person, offered)
        self._state_rows(subproblem, False)
        subproblem.minimize()
        return subproblem

    def solve(
        self, subproblem: "LnsSubproblem", *, seconds: float, seed: int, gap_tolerance: float = 0.0
    ) -> LnsSolution:
        """Solve it, to within `gap_tolerance` pounds.

        One worker with the full linear relaxation: weeks are nearly a linear programme, and a
        portfolio costs ten times as much.
        """
        solver = self._effort.solver(seconds, seed=seed, workers=1)
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.absolute_gap_limit = gap_tolerance * SCALE
        solved = self._effort.solver_pool.solve(subproblem.model, solver)
        took = solved.spent if self._effort.limits.deterministic else solved.took
        if not solved.found:
            return LnsSolution(None, took, solved.spent, False)
        return LnsSolution(
            subproblem.read(solved.solution), took, solved.spent, solved.status == cp_model.OPTIMAL
        )

    def _atoms(self, person: int, week: int) -> list[int]:
        weeks = self._pricing.weeks[person]
        return [int(atom) for atom in weeks.atoms_of[week] if atom < len(weeks.atoms)]

    def _offer_whole(
        self, subproblem: "LnsSubproblem", person: int, offered: Sequence[Week]
    ) -> None:
        """A literal for each week with its pairs as they are; the first is the hint."""
        literals = [subproblem.literal(number == 0) for number in range(len(offered))]
        subproblem.model.add_exactly_one(literals)
        subproblem.whole_weeks[person] = list(zip(offered, literals, strict=True))
        holding: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (week, pairs), literal in subproblem.whole_weeks[person]:
            subproblem.objective.append((int(self._pricing.weeks[person].cost[week]), literal))
            for pair in pairs:
                holding[pair].append(literal)
        for pair, those in holding.items():
            subproblem.pairs[pair] = (
                those[0]
                if len(those) == 1
                else subproblem.either(those, hint=pair in offered[0][1])
            )
            subproblem.objective.append((self._collector.pair_cost[pair], subproblem.pairs[pair]))

    def _offer(self, subproblem: "LnsSubproblem", person: int, current: Week) -> None:
        """Literals for the best weeks of a person, and for the good pairs of their atoms; the
        current choice is the hint.
        """
        weeks = self._pricing.weeks[person]
        offered, extra = self._possible(subproblem.solution, person, current[0])
        literals = {week: subproblem.literal(week == current[0]) for week in offered}
        subproblem.model.add_exactly_one(literals.values())
        subproblem.weeks[person] = literals
        by_atom: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (week, literal), beyond in zip(literals.items(), extra, strict=True):
            subproblem.objective.append((int(weeks.cost[week]) + beyond, literal))
            for atom in self._atoms(person, week):
                by_atom[atom].append(literal)
        for atom, worked in by_atom.items():
            least = (
                self._reduced_costs.atoms[self._pricing.first_atom[person] + atom]
                + self._column_filter.slack
            )
            pairs = [
                pair
                for pair in weeks.atoms[atom].pairs
                if self._reduced_costs.pairs[pair] <= least or pair in current[1]
            ]
            for pair in pairs:
                subproblem.pairs[pair] = subproblem.literal(pair in current[1])
                subproblem.objective.append(
                    (self._collector.pair_cost[pair], subproblem.pairs[pair])
                )
            subproblem.offered.setdefault(person, {})[atom] = pairs
            subproblem.model.add(
                cp_model.LinearExpr.sum([subproblem.pairs[pair] for pair in pairs])
                == cp_model.LinearExpr.sum(worked)
            )

    def _possible(
        self, solution: MasterSolution, person: int, current: int
    ) -> tuple[list[int], list[int]]:
        """(the weeks of least reduced cost that go with the person's other weeks, and the present
        one; what each costs with those: e_iw).
        """
        reduced_costs = self._pricing.week_reduced_costs(person, self._reduced_costs.atoms)
        count = min(self._column_filter.weeks, len(reduced_costs))
        offered = np.union1d(np.argpartition(reduced_costs, count - 1)[:count], [current])
        kept, extra = self._across.of(person, offered, solution.weeks)
        kept |= offered == current
        return offered[kept].tolist(), extra[kept].tolist()

    def _state_rows(self, subproblem: "LnsSubproblem", all_shared: bool) -> None:
        """The rows T that the free choices touch, with what everybody else does taken off their
        limits.

            left_T = b_T - A_T x'_{I-F} - S_TN y'_N                        [T]
            A_TF x_F + S_TM y_M <= left_T, or =                            [T x F's pairs], [T x M]

        A row that is no equation is left out where it holds anyway: where the most that its left
        side can be, max(0, A_TF) 1 + max(0, S_TM) m_M, is not above `left`. Dependent variables
        that stand in no row that is stated, and released ones, are 0.
        """
        master, collector, solution = self._master, self._collector, subproblem.solution
        if all_shared:
            moving, touched = np.arange(master.shared.shape[1]), np.arange(master.shared.shape[0])
        else:
            first = np.unique(master.pairs[:, list(subproblem.pairs)].indices)
            released = self._released(solution, np.setdiff1d(master.condition_of[first], [-1]))
            subproblem.released = set(released.tolist())
            first = np.union1d(
                first, master.shared[:, released[solution.shared[released] > 0]].indices
            )
            moving, touched = self._with_dependents(first[master.condition_of[first] < 0])
        free, used = subproblem.free, np.zeros(self._master.pairs.shape[1])
        used[
            [
                pair
                for person, (_, pairs) in solution.weeks.items()
                if person not in free
                for pair in pairs
            ]
        ] = 1
        kept_shared = solution.shared.astype(float)
        kept_shared[moving] = 0
        kept_shared[list(subproblem.released)] = 0
        left = (master.limit - master.pairs @ used - master.shared @ kept_shared)[touched]
        # columns first: a row may hold thousands of pairs, of which few are free
        pairs = master.pairs[:, list(subproblem.pairs)].tocsr()[touched]
        shared = master.shared[:, moving].tocsr()[touched]
        most = pairs.maximum(0).sum(axis=1).A1 + shared.maximum(0) @ master.shared_most[moving]
        kept = np.flatnonzero(master.equal[touched] | (most > left + 0.5))
        # what only depends on rows that hold anyway stays at nothing
        needed = ~master.dependent[moving] | (shared[kept].getnnz(axis=0) > 0)
        subproblem.released.update(moving[~needed].tolist())
        for position, now in zip(
            moving[needed].tolist(), solution.shared[moving[needed]].tolist(), strict=True
        ):
            subproblem.add_shared(
                position, collector.shared_most[position], now, collector.shared_cost[position]
            )
        inner = sparse.hstack([pairs, shared[:, needed]], format="csr")[kept]
        variables = [*subproblem.pairs.values(), *subproblem.shared.values()]
        limits, equal, data = (
            np.rint(left[kept]).astype(int).tolist(),
            master.equal[touched[kept]].tolist(),
            inner.data.astype(int).tolist(),
        )
        indices, ends = inner.indices.tolist(), inner.indptr.tolist()
        for row, (limit, same) in enumerate(zip(limits, equal, strict=True)):
            inside = slice(ends[row], ends[row + 1])
            total = cp_model.LinearExpr.weighted_sum(
                [variables[column] for column in indices[inside]], data[inside]
            )
            subproblem.model.add_linear_constraint(total, limit if same else -(2**50), limit)

    def _released(self, solution: MasterSolution, optional: Ints) -> Ints:
        """These optional variables, and those that held by them alone."""
        master = self._master
        kept_shared = solution.shared.astype(float)
        found = new = optional
        while len(new):
            held = new[kept_shared[new] > 0]
            kept_shared[new] = 0
            conditions = master.shared[:, held].indices
            conditions = np.unique(conditions[master.condition_of[conditions] >= 0])
            total = master.shared_by_row[conditions] @ kept_shared
            unmet = conditions[total > master.limit[conditions] + 0.5]
            new = np.setdiff1d(master.condition_of[unmet], found)
            found = np.union1d(found, new)
        return found

    def _with_dependents(self, touched: Ints) -> tuple[Ints, Ints]:
        """(shared variables that move with these rows, the rows with those that they reach in
        turn).

        Optional ones stay: they would bring in everybody whom they might excuse. Those that the
        free people touch are released.
        """
        master = self._master
        moving = np.unique(master.shared_by_row[touched].indices)
        moving = new = moving[~master.optional[moving]]
        while len(new):
            reached = np.setdiff1d(master.shared[:, new].indices, touched)
            touched = np.union1d(touched, reached)
            new = np.setdiff1d(master.dependent_by_row[reached].indices, moving)
            moving = np.union1d(moving, new)
        return moving.astype(np.int64), touched.astype(np.int64)


class LnsSubproblem:
    """A CP-SAT model of the free people's weeks around a solution, which is its complete hint."""

    def __init__(self, solution: MasterSolution) -> None:
        self.solution = solution
        self.model = cp_model.CpModel()
        self.weeks: dict[int, dict[int, cp_model.IntVar]] = {}
        self.whole_weeks: dict[int, list[tuple[Week, cp_model.IntVar]]] = {}
        self.pairs: dict[int, cp_model.IntVar] = {}
        self.offered: dict[int, dict[int, list[int]]] = {}
        """Pairs by person and atom."""
        self.shared: dict[int, cp_model.IntVar] = {}
        self.released: set[int] = set()
        """Shared variables that are nothing in every solution: optional ones of the free people,
        and what only depends on rows that hold anyway.
        """
        self.objective: list[tuple[int, cp_model.IntVar]] = []
        self._hints: list[int] = []
        """Of every variable, in the order in which they were made."""

    @property
    def free(self) -> Collection[int]:
        """Those whose weeks are chosen again."""
        return self.weeks.keys() | self.whole_weeks.keys()

    def literal(self, hint: bool) -> cp_model.IntVar:
        """A new literal, and its value in the hint."""
        found = self.model.new_bool_var("")
        self._hints.append(int(hint))
        return found

    def either(self, literals: Sequence[cp_model.IntVar], *, hint: bool) -> cp_model.IntVar:
        """A literal equal to the sum of these, of which one holds at most."""
        found = self.literal(hint)
        self.model.add(cp_model.LinearExpr.sum(literals) == found)
        return found

    def add_shared(self, position: int, most: int, now: int, cost: int) -> None:
        """A shared variable from 0 to `most`. `now`: in the hint; `cost`: of each one [sixtieths of
        a penny].
        """
        variable = self.model.new_int_var(0, most, "")
        self._hints.append(now)
        self.shared[position] = variable
        if cost:
            self.objective.append((cost, variable))

    def minimize(self) -> None:
        """State the objective and the hint, once every variable is there."""
        variables, coefficients = (
            [variable for _, variable in self.objective],
            [cost for cost, _ in self.objective],
        )
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, coefficients))
        # a call for each takes a tenth of the whole time
        self.model.proto.solution_hint.vars.extend(range(len(self._hints)))
        self.model.proto.solution_hint.values.extend(self._hints)

    def read(self, values: Sequence[int]) -> MasterSolution:
        """The solution of the master problem; `values`: of the model's variables by index."""
        weeks, shared = dict(self.solution.weeks), self.solution.shared.copy()
        for person, literals in self.weeks.items():
            week = next(week for week, literal in literals.items() if values[literal.index])
            offered = self.offered.get(person, {})
            pairs = (
                pair
                for atom in sorted(offered)
                for pair in offered[atom]
                if values[self.pairs[pair].index]
            )
            weeks[person] = (week, tuple(pairs))
        for person, options in self.whole_weeks.items():
            weeks[person] = next(week for week, literal in options if values[literal.index])
        for position, variable in self.shared.items():
            shared[position] = values[variable.index]
        shared[list(self.released)] = 0
        return MasterSolution(weeks, shared)

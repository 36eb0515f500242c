"""Some people's weeks chosen anew by CP-SAT, everybody else's kept."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy import sparse

from solver.search.effort import Effort
from solver.search.weekly_columns.across_lines import Across
from solver.search.weekly_columns.pricing import SCALE, Matrix, Pricing, Week
from solver.search.weekly_columns.statements import StatementCollector
from solver.search.weekly_columns.week_values import Floats, Ints


@dataclass(frozen=True)
class Plan:
    """A whole roster: everybody's week, and the value of each shared variable of the master
    problem.
    """

    weeks: Mapping[int, Week]
    shared: Ints


@dataclass(frozen=True)
class Prices:
    """Prices of the master problem worked out for pairs, atoms and weeks, in pounds."""

    pairs: Floats
    atoms: Floats


@dataclass(frozen=True)
class Reach:
    """How much is offered to each free person: so many weeks, and pairs at most so many pounds
    above the cheapest.
    """

    weeks: int
    slack: float


@dataclass(frozen=True)
class Answer:
    """A plan at least as good, or None where time was too short for any; `whole`: solved to the end
    that was asked for.

    `took`: seconds, or deterministic units where those count; `spent`: always the latter.
    """

    plan: Plan | None
    took: float
    spent: float
    whole: bool


class Neighbourhood:
    """The choice among good weeks of some people, as a CP-SAT model. Hours decide the week, a
    further literal each pair.

    Questions are put one after another, but may be answered side by side.
    """

    def __init__(
        self,
        collector: StatementCollector,
        matrix: Matrix,
        pricing: Pricing,
        across: Across,
        prices: Prices,
        reach: Reach,
        effort: Effort,
    ) -> None:
        self._effort = effort
        self._across = across
        self._collector = collector
        self._matrix = matrix
        self._pricing = pricing
        self._prices = prices
        self._reach = reach

    def question(self, plan: Plan, free: Sequence[int], *, all_shared: bool = False) -> "Question":
        """Which weeks should the free people have, everybody else's kept?

        Of the shared variables those move that the free people's pairs touch; `all_shared`: all of
        them.
        """
        question = Question(plan)
        for person in free:
            self._offer(question, person, plan.weeks[person])
        self._state_rows(question, all_shared)
        question.minimize()
        return question

    def between(self, plan: Plan, others: Sequence[Plan]) -> "Question":
        """Whose week should be taken from which of these plans? They may not fit together as they
        are.
        """
        question = Question(plan)
        for person, week in plan.weeks.items():
            offered = list(dict.fromkeys([week, *(other.weeks[person] for other in others)]))
            if len(offered) > 1:
                self._offer_whole(question, person, offered)
        self._state_rows(question, False)
        question.minimize()
        return question

    def answer(
        self, question: "Question", *, seconds: float, seed: int, close: float = 0.0
    ) -> Answer:
        """Solve it, to within `close` pounds.

        One worker with the full linear relaxation: weeks are nearly a linear programme, and a
        portfolio costs ten times as much.
        """
        solver = self._effort.solver(seconds, seed=seed, workers=1)
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.absolute_gap_limit = close * SCALE
        solved = self._effort.crew.solve(question.model, solver)
        took = solved.spent if self._effort.limits.deterministic else solved.took
        if not solved.found:
            return Answer(None, took, solved.spent, False)
        return Answer(
            question.read(solved.solution), took, solved.spent, solved.status == cp_model.OPTIMAL
        )

    def _atoms(self, person: int, week: int) -> list[int]:
        weeks = self._pricing.weeks[person]
        return [int(atom) for atom in weeks.atoms_of[week] if atom < len(weeks.atoms)]

    def _offer_whole(self, question: "Question", person: int, offered: Sequence[Week]) -> None:
        """A literal for each week with its pairs as they are; the first is the hint."""
        literals = [question.literal(number == 0) for number in range(len(offered))]
        question.model.add_exactly_one(literals)
        question.whole[person] = list(zip(offered, literals, strict=True))
        holding: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (week, pairs), literal in question.whole[person]:
            question.objective.append((int(self._pricing.weeks[person].cost[week]), literal))
            for pair in pairs:
                holding[pair].append(literal)
        for pair, those in holding.items():
            question.pairs[pair] = (
                those[0] if len(those) == 1 else question.either(those, hint=pair in offered[0][1])
            )
            question.objective.append((self._collector.pair_cost[pair], question.pairs[pair]))

    def _offer(self, question: "Question", person: int, current: Week) -> None:
        """Literals for the best weeks of a person, and for the good pairs of their atoms; the
        current choice is the hint.
        """
        weeks = self._pricing.weeks[person]
        offered, extra = self._possible(question.plan, person, current[0])
        literals = {week: question.literal(week == current[0]) for week in offered}
        question.model.add_exactly_one(literals.values())
        question.weeks[person] = literals
        by_atom: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (week, literal), beyond in zip(literals.items(), extra, strict=True):
            question.objective.append((int(weeks.cost[week]) + beyond, literal))
            for atom in self._atoms(person, week):
                by_atom[atom].append(literal)
        for atom, worked in by_atom.items():
            least = self._prices.atoms[self._pricing.first_atom[person] + atom] + self._reach.slack
            pairs = [
                pair
                for pair in weeks.atoms[atom].pairs
                if self._prices.pairs[pair] <= least or pair in current[1]
            ]
            for pair in pairs:
                question.pairs[pair] = question.literal(pair in current[1])
                question.objective.append((self._collector.pair_cost[pair], question.pairs[pair]))
            question.offered.setdefault(person, {})[atom] = pairs
            question.model.add(
                cp_model.LinearExpr.sum([question.pairs[pair] for pair in pairs])
                == cp_model.LinearExpr.sum(worked)
            )

    def _possible(self, plan: Plan, person: int, current: int) -> tuple[list[int], list[int]]:
        """(the best weeks that go with the person's other weeks, and the present one; what each
        costs with those).
        """
        values = self._pricing.week_values(person, self._prices.atoms)
        count = min(self._reach.weeks, len(values))
        offered = np.union1d(np.argpartition(values, count - 1)[:count], [current])
        kept, extra = self._across.of(person, offered, plan.weeks)
        kept |= offered == current
        return offered[kept].tolist(), extra[kept].tolist()

    def _state_rows(self, question: "Question", all_shared: bool) -> None:
        """The rows that the free choices touch, with what everybody else does taken off their
        limits.
        """
        matrix, collector, plan = self._matrix, self._collector, question.plan
        if all_shared:
            moving, numbers = np.arange(matrix.shared.shape[1]), np.arange(matrix.shared.shape[0])
        else:
            touched = np.unique(matrix.pairs[:, list(question.pairs)].indices)
            given_up = self._given_up(plan, np.setdiff1d(matrix.claim[touched], [-1]))
            question.given_up = set(given_up.tolist())
            touched = np.union1d(
                touched, matrix.shared[:, given_up[plan.shared[given_up] > 0]].indices
            )
            moving, numbers = self._moved_along(touched[matrix.claim[touched] < 0])
        free, used = question.free, np.zeros(self._matrix.pairs.shape[1])
        used[
            [
                pair
                for person, (_, pairs) in plan.weeks.items()
                if person not in free
                for pair in pairs
            ]
        ] = 1
        standing = plan.shared.astype(float)
        standing[moving] = 0
        standing[list(question.given_up)] = 0
        left = (matrix.limit - matrix.pairs @ used - matrix.shared @ standing)[numbers]
        # columns first: a row may hold thousands of pairs, of which few are free
        pairs = matrix.pairs[:, list(question.pairs)].tocsr()[numbers]
        shared = matrix.shared[:, moving].tocsr()[numbers]
        most = pairs.maximum(0).sum(axis=1).A1 + shared.maximum(0) @ matrix.shared_most[moving]
        kept = np.flatnonzero(matrix.equal[numbers] | (most > left + 0.5))
        # what only follows from rows that hold anyway stays at nothing
        needed = ~matrix.following[moving] | (shared[kept].getnnz(axis=0) > 0)
        question.given_up.update(moving[~needed].tolist())
        for position, now in zip(
            moving[needed].tolist(), plan.shared[moving[needed]].tolist(), strict=True
        ):
            question.move(
                position, collector.shared_most[position], now, collector.shared_cost[position]
            )
        inner = sparse.hstack([pairs, shared[:, needed]], format="csr")[kept]
        variables = [*question.pairs.values(), *question.shared.values()]
        limits, equal, data = (
            np.rint(left[kept]).astype(int).tolist(),
            matrix.equal[numbers[kept]].tolist(),
            inner.data.astype(int).tolist(),
        )
        indices, ends = inner.indices.tolist(), inner.indptr.tolist()
        for row, (limit, same) in enumerate(zip(limits, equal, strict=True)):
            inside = slice(ends[row], ends[row + 1])
            total = cp_model.LinearExpr.weighted_sum(
                [variables[column] for column in indices[inside]], data[inside]
            )
            question.model.add_linear_constraint(total, limit if same else -(2**50), limit)

    def _given_up(self, plan: Plan, claims: Ints) -> Ints:
        """These claims, and those that held by them alone."""
        matrix = self._matrix
        standing = plan.shared.astype(float)
        found = new = claims
        while len(new):
            held = new[standing[new] > 0]
            standing[new] = 0
            asked = matrix.shared[:, held].indices
            asked = np.unique(asked[matrix.claim[asked] >= 0])
            unmet = asked[matrix.shared_by_row[asked] @ standing > matrix.limit[asked] + 0.5]
            new = np.setdiff1d(matrix.claim[unmet], found)
            found = np.union1d(found, new)
        return found

    def _moved_along(self, touched: Ints) -> tuple[Ints, Ints]:
        """(shared variables that move with these rows, the rows with those that they reach in
        turn).

        Claims stay: they would bring in everybody whom they might excuse. Those that the free
        people touch are given up.
        """
        matrix = self._matrix
        moving = np.unique(matrix.shared_by_row[touched].indices)
        moving = new = moving[~matrix.claims[moving]]
        while len(new):
            reached = np.setdiff1d(matrix.shared[:, new].indices, touched)
            touched = np.union1d(touched, reached)
            new = np.setdiff1d(matrix.following_by_row[reached].indices, moving)
            moving = np.union1d(moving, new)
        return moving.astype(np.int64), touched.astype(np.int64)


class Question:
    """A CP-SAT model of some people's weeks, begun from a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.model = cp_model.CpModel()
        self.weeks: dict[int, dict[int, cp_model.IntVar]] = {}
        self.whole: dict[int, list[tuple[Week, cp_model.IntVar]]] = {}
        self.pairs: dict[int, cp_model.IntVar] = {}
        self.offered: dict[int, dict[int, list[int]]] = {}
        """Pairs by person and atom."""
        self.shared: dict[int, cp_model.IntVar] = {}
        self.given_up: set[int] = set()
        """Shared variables that are nothing in every answer: claims of the free people, and what
        only follows from rows that hold anyway.
        """
        self.objective: list[tuple[int, cp_model.IntVar]] = []
        self._hints: list[int] = []
        """Of every variable, in the order in which they were made."""

    @property
    def free(self) -> Collection[int]:
        return self.weeks.keys() | self.whole.keys()

    def literal(self, hint: bool) -> cp_model.IntVar:
        found = self.model.new_bool_var("")
        self._hints.append(int(hint))
        return found

    def either(self, literals: Sequence[cp_model.IntVar], *, hint: bool) -> cp_model.IntVar:
        """A literal equal to the sum of these, of which one holds at most."""
        found = self.literal(hint)
        self.model.add(cp_model.LinearExpr.sum(literals) == found)
        return found

    def move(self, position: int, most: int, now: int, cost: int) -> None:
        variable = self.model.new_int_var(0, most, "")
        self._hints.append(now)
        self.shared[position] = variable
        if cost:
            self.objective.append((cost, variable))

    def minimize(self) -> None:
        variables, coefficients = (
            [variable for _, variable in self.objective],
            [cost for cost, _ in self.objective],
        )
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, coefficients))
        self.model.proto.solution_hint.vars.extend(
            range(len(self._hints))
        )  # a call for each takes a tenth of the whole time
        self.model.proto.solution_hint.values.extend(self._hints)

    def read(self, values: Sequence[int]) -> Plan:
        """The plan of a solution: values of the variables by index."""
        weeks, shared = dict(self.plan.weeks), self.plan.shared.copy()
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
        for person, options in self.whole.items():
            weeks[person] = next(week for week, literal in options if values[literal.index])
        for position, variable in self.shared.items():
            shared[position] = values[variable.index]
        shared[list(self.given_up)] = 0
        return Plan(weeks, shared)

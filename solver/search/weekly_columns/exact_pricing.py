"""The pricing subproblem of one line solved exactly by CP-SAT, for people whose weeks are too many
to list.
"""

from collections.abc import Iterable, Sequence
from math import floor

from ortools.sat.python import cp_model

from solver.search.proven_bound import proven_bound
from solver.search.weekly_columns.enumerate import Atom, positions
from solver.search.weekly_columns.statements import (
    AnyWorked,
    NoneWorked,
    PersonLiteral,
    PersonStatements,
    Threshold,
)
from solver.search.weekly_columns.week_values import Floats


def least_reduced_cost(
    own: PersonStatements, atoms: Sequence[Atom], atom_costs: Floats, solver: cp_model.CpSolver
) -> float:
    """A lower bound on l_i = min_w q_iw over all weeks w that keep the hard statements about a
    person, listed or not [sixtieths of a penny].

    `atom_costs[a]`: the reduced cost q_a of atom a, in the same unit; `solver` says how long it may
    take. The same weeks at the same costs as those that are listed: it hears the same statements.
    """
    stated = _WeekModel(own, atoms)
    # rounded down, so that what is found stays below what is true
    terms = [
        *stated.costs,
        *(
            (floor(value), literal)
            for value, literal in zip(atom_costs, stated.worked, strict=True)
        ),
    ]
    costs = [cost for cost, _ in terms]
    stated.model.minimize(
        cp_model.LinearExpr.weighted_sum([literal for _, literal in terms], costs)
    )
    solver.parameters.linearization_level = 2  # a tenth of what a portfolio needs
    solver.solve(stated.model)
    return proven_bound(stated.model, solver)


class _WeekModel:
    """What the rules say about one person as a CP-SAT model; `worked[a]`: whether atom a is worked;
    `costs`: (price, variable).
    """

    def __init__(self, own: PersonStatements, atoms: Sequence[Atom]) -> None:
        self.model = cp_model.CpModel()
        self.worked = [self.model.new_bool_var("") for _ in atoms]
        self.costs: list[tuple[int, cp_model.LinearExpr]] = []
        self._atom_of = positions(atoms)
        self._memory: dict[int, cp_model.LinearExpr] = {}
        self._apart([(atom.start, atom.end, {position}) for position, atom in enumerate(atoms)])
        for disjoint in own.disjoint:
            self._apart(
                [
                    (start, end, None if literal is None else self._atoms(literal))
                    for start, end, literal in disjoint.items
                ]
            )
        for rule in own.at_most:
            self._at_most(self._sum(rule.terms), rule.limit, rule.price, rule.each)
        for clause in own.clauses:
            terms = [
                *((1, literal) for literal in clause.together),
                *((-1, literal) for literal in clause.unless),
            ]
            self._at_most(self._sum(terms), len(clause.together) - 1, clause.price, 1)
        for settled in own.settled:
            for slot, cases in settled.slots:
                self.model.add(
                    cp_model.LinearExpr.sum([self._of(case) for case in cases]) == self._of(slot)
                )
            for rule in settled.limits:
                self.model.add(self._sum(rule.terms) <= rule.limit)
        self.costs += [(price, self._of(literal)) for price, literal in own.costs if price]

    def _apart(self, items: Iterable[tuple[int, int, set[int] | None]]) -> None:
        """No two of these intervals that overlap: of all that there are when one begins, one atom
        at most. None: known to be there.
        """
        for begin in {start for start, _, _ in items}:
            there = [atoms for start, end, atoms in items if start <= begin < end]
            most = 0 if None in there else 1
            self.model.add(
                cp_model.LinearExpr.sum(
                    [self.worked[atom] for atom in set().union(*(atoms or () for atoms in there))]
                )
                <= most
            )

    def _at_most(
        self, total: cp_model.LinearExpr, limit: int, price: int | None, each: int
    ) -> None:
        if price is None:
            self.model.add(total <= limit)
        elif price:
            excess = self.model.new_int_var(0, 2**31, "")
            self.model.add(total - each * excess <= limit)
            self.costs.append((price, excess))

    def _of(self, literal: PersonLiteral) -> cp_model.LinearExpr:
        """0 or 1, exactly as the literal is."""
        key = id(literal)
        if key not in self._memory:
            self._memory[key] = self._stated(literal)
        return self._memory[key]

    def _stated(self, literal: PersonLiteral) -> cp_model.LinearExpr:
        if isinstance(literal, AnyWorked):
            among = [self.worked[atom] for atom in sorted(self._atoms(literal))]
            if literal.exclusive:
                return cp_model.LinearExpr.sum(among)
            found = self.model.new_bool_var("")
            self.model.add_max_equality(found, among)
            return found
        if isinstance(literal, NoneWorked):
            return self._reached(self._sum([(-1, other) for other in literal.others]), 0)
        if isinstance(literal, Threshold):
            return self._reached(self._sum(literal.terms), literal.least)
        found = self.model.new_bool_var("")  # of a slot's cases exactly one holds
        self.model.add_linear_constraint(
            self._sum(literal.earlier), literal.first, literal.last
        ).only_enforce_if(found)
        return found

    def _reached(self, total: cp_model.LinearExpr, least: int) -> cp_model.IntVar:
        found = self.model.new_bool_var("")
        self.model.add(total >= least).only_enforce_if(found)
        self.model.add(total < least).only_enforce_if(~found)
        return found

    def _sum(self, terms: Sequence[tuple[int, PersonLiteral]]) -> cp_model.LinearExpr:
        return cp_model.LinearExpr.weighted_sum(
            [self._of(literal) for _, literal in terms], [coefficient for coefficient, _ in terms]
        )

    def _atoms(self, literal: AnyWorked) -> set[int]:
        return {self._atom_of[pair] for pair in literal.pairs}

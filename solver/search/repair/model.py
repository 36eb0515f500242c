"""The model of a problem of which most is kept: a few pairs and calls are open, all else is as in a
roster that is there.

Exact but for a constant: whatever the rules say about what is kept alone is left out. So a kept
person who breaks a rule already does not make the model infeasible, and its objective is to be read
as a difference.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from scheduler.domain.duty import Duty
from scheduler.domain.facts import TemporarySupply
from scheduler.domain.problem import Person, Problem
from scheduler.domain.roster import Roster
from solver.evaluate.delta import pairs_used
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.rule.constraint import Links
from solver.rule.encoder import Term, Variable


class NeighbourhoodEncoder(CpSatEncoder):
    """`open_pairs`: flags over the pairs of the (thinned) problem; `open_calls`: indexes of duties
    where supply may be called anew.

    Calls that there are stay, unless `calls_may_end`.
    """

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        roster: Roster,
        open_pairs: npt.NDArray[np.bool_],
        open_calls: frozenset[int],
        *,
        calls_may_end: bool = False,
    ) -> None:
        self.kept = roster
        self.open_pairs = open_pairs
        self.used = frozenset(pairs_used(problem, roster).tolist())
        self._open_calls, self._calls_may_end = open_calls, calls_may_end
        self._called_now = Counter((a.demand_id, a.supply_id) for a in roster if a.supply_id)
        self.known: dict[int, int] = {}
        owner = problem.person_of_employment
        free = {owner[row].index for row in problem.pairs_employment[open_pairs].tolist()}
        self.free = tuple(person for person in problem.people if person.index in free)
        self.moving_duties = open_calls | frozenset(problem.pairs_duty[open_pairs].tolist())
        super().__init__(problem, policy)

    @property
    def people(self) -> tuple[Person, ...]:
        """Those who are free, for a rule on each person's shifts alone; whoever may take a burden
        has a share in it.
        """
        rule = getattr(self, "_rule", None)
        alone = rule is not None and rule.links is Links.PERSON
        return self.free if alone else self.problem.people

    def calls_now(self, supply: TemporarySupply, duty: Duty) -> int:
        """How often the supply is called for the duty in the roster that is there."""
        return self._called_now[duty.id, supply.id]

    # --- what is kept is known --------------------------------------------------------------------

    def new_pair(self, index: int, person: Person, duty: Duty) -> Variable:
        return (
            super().new_pair(index, person, duty)
            if self.open_pairs[index]
            else self._settled(index in self.used)
        )

    def new_call(self, supply: TemporarySupply, duty: Duty) -> Variable:
        now = self.calls_now(supply, duty)
        if duty.index not in self._open_calls:
            return self._settled(now)
        count = self.model.new_int_var(
            0 if self._calls_may_end else now, max(now, duty.most), f"{supply.id}>{duty.id}"
        )
        self._most[count.index] = max(now, duty.most)
        return count

    def _settled(self, value: int) -> Variable:
        variable = self.model.new_constant(int(value))
        self.known[variable.index] = self._most[variable.index] = int(value)
        return variable

    def missing(self, duty: Duty) -> Variable:
        if duty.index not in self.moving_duties and duty.index not in self._missing:
            here = sum(self.known[place.index] for place in self._positions(duty))
            self._missing[duty.index] = self._settled(max(0, duty.minimum - here))
        return super().missing(duty)

    def _moving(self, terms: Sequence[Term]) -> tuple[list[Term], int]:
        """(terms that are not known, the sum of those that are)."""
        moving, known = [], 0
        for coefficient, variable in terms:
            if variable.index in self.known:
                known += coefficient * self.known[variable.index]
            else:
                moving.append((coefficient, variable))
        return moving, known

    def count(self, about: tuple[str, ...], terms: Sequence[Term], constant: int = 0) -> None:
        moving, known = self._moving(terms)
        if moving:
            super().count(about, moving, constant + known)

    def at_most(
        self,
        about: tuple[str, ...],
        terms: Sequence[Term],
        limit: int,
        *,
        per: int = 1,
        each: int = 1,
    ) -> None:
        moving, known = self._moving(terms)
        if moving:
            super().at_most(about, moving, limit - known, per=per, each=each)

    def forbid(
        self,
        about: tuple[str, ...],
        together: Sequence[Variable],
        unless: Sequence[Variable],
        quantity: int,
    ) -> None:
        holding = [literal for literal in together if self.known.get(literal.index) != 1]
        excusing = [literal for literal in unless if self.known.get(literal.index) != 0]
        settled = any(literal.index in self.known for literal in (*holding, *excusing))
        if not settled and (holding or excusing):
            super().forbid(about, holding, excusing, quantity)


def solution_of(encoder: NeighbourhoodEncoder, roster: Roster) -> tuple[int, list[int]]:
    """(objective, a value for every variable) of the model with a roster fixed. Raises ValueError
    where it does not allow the roster.
    """
    decision = encoder.decision(roster)
    assert decision is not None, "the roster uses a pair that the thinned problem must hold"
    for variable, value in decision:
        if (
            variable.index not in encoder.known
        ):  # constants of one value are one variable, which takes no second hint
            encoder.model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(encoder.model)
    encoder.model.clear_hints()  # type: ignore[no-untyped-call]
    if status != cp_model.OPTIMAL:
        raise ValueError(
            f"the model does not allow the roster that is kept: {solver.status_name(status)}"
        )
    return round(solver.objective_value), list(solver.response_proto.solution)

"""The cheapest change near a roster that is there: what is asked for is done, and only what hangs together with it changes.

The model states what may change: places are filled that were asked for or that somebody leaves; somebody leaves a shift only for
another. Two things are looked for in its answer, and ruled out one at a time until there are none: somebody gives up a shift that
they could keep, and changes that do not hang together, over people and shifts, with what was asked for.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil

from ortools.sat.python import cp_model

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraint import Scope
from solver.encoder import Called, Pair, Variable
from solver.marginal import Marginal, changed, with_pairs, witnesses
from solver.near_model import NearEncoder, solution_of
from solver.near_reach import Reach
from solver.policy import Policy
from solver.search.strategy import Limits


@dataclass(frozen=True)
class Ask:
    """What is to be done: places of a demand id that may be filled, or one person put to one demand, whoever has to make room."""

    places: Mapping[str, int] = field(default_factory=dict)
    forced: tuple[str, str] | None = None
    """(staff id, demand id)"""


@dataclass(frozen=True)
class Near:
    """The best change found. `difference`: of the objective against the roster that is kept [sixtieths of a penny].

    No change within reach is better than `least`; where the search was ended by its answer alone, both are equal.
    """

    lost: tuple[Assignment, ...]
    got: tuple[Assignment, ...]
    difference: int
    least: int

    @property
    def proven(self) -> bool:
        return self.difference == self.least


def cheapest_change(
    marginal: Marginal, ask: Ask, reach: Reach, limits: Limits, *, stopped: Callable[[], bool] = lambda: False, connected: bool = True
) -> Near | None:
    """The cheapest change of a roster that does what is asked, with the fewest changes among equals; None where no roster does.

    `connected` False: everything within reach may change, and nothing is asked. The roster must break no hard rule for those
    who are within reach.
    """
    return _NearSearch(marginal, ask, reach, limits, stopped, connected).run()


@dataclass(frozen=True)
class _Move:
    """Somebody gets a shift (`literal` holds), or loses one (its negation holds)."""

    staff_id: str
    demand_id: str
    done: Variable


class _NearSearch:
    def __init__(
        self, marginal: Marginal, ask: Ask, reach: Reach, limits: Limits, stopped: Callable[[], bool], connected: bool
    ) -> None:  # fmt: skip
        self.marginal, self.ask, self.limits, self.connected, self._stopped = marginal, ask, limits, connected, stopped
        self._until = time.monotonic() + limits.seconds
        problem = marginal.problem
        stay = witnesses(problem, marginal.roster) | reach.pairs
        self.encoder = NearEncoder(
            with_pairs(problem, stay), marginal.policy, marginal.roster, reach.pairs[stay], reach.calls, calls_may_end=not connected
        )
        self.model = self.encoder.model
        self._gather()
        self._state_price()
        if connected:
            self._state_limits()

    def _gather(self) -> None:
        encoder, problem = self.encoder, self.encoder.problem
        self.added: list[Pair] = []
        self.kept: list[Pair] = []
        for person in encoder.free:
            for pair in encoder.pairs_of(person):
                if encoder.open_pairs[pair.index]:
                    (self.kept if pair.index in encoder.used else self.added).append(pair)
        self.calls: list[Called] = [
            call for duty in problem.duties if duty.index in encoder.moving_duties for call in encoder.called_for(duty)
        ]
        self.moves = [_Move(pair.person.id, pair.duty.id, pair.literal) for pair in self.added]
        self.moves += [_Move(pair.person.id, pair.duty.id, pair.literal.negated()) for pair in self.kept]

    def _state_price(self) -> None:
        """The policy's objective first, then the number of changes."""
        more = [(1, pair.literal) for pair in self.added] + [(-1, pair.literal) for pair in self.kept]
        more += [(1, call.count) for call in self.calls] if self.connected else []
        self.most_changes = len(more) + sum(call.most for call in self.calls)
        self.scale = self.most_changes + 1
        terms = [(coefficient * self.scale, variable) for price in self.encoder.prices.values() for coefficient, variable in price.terms]
        terms += more
        self.model.minimize(cp_model.LinearExpr.weighted_sum([v for _, v in terms], [c for c, _ in terms]))
        self.base, self.hint = solution_of(self.encoder, self.marginal.roster)

    def _state_limits(self) -> None:
        """Places are filled that are asked for or left; a shift is left for another one."""
        added_by, change_of = defaultdict(list), defaultdict(list)
        for pair in self.added:
            added_by[pair.person.id].append(pair.literal)
            change_of[pair.duty.id].append(pair.literal)
        for pair in self.kept:
            change_of[pair.duty.id].append(pair.literal - 1)
        for call in self.calls:
            change_of[call.duty.id].append(call.count - self.encoder.calls_now(call.supply, call.duty))
        for demand_id, changes in change_of.items():
            self.model.add(cp_model.LinearExpr.sum(changes) <= self._places(demand_id))
        for pair in self.kept:
            if not self._may_go(pair.duty.id):
                self.model.add_bool_or([pair.literal, *added_by[pair.person.id]])
        if self.ask.forced is not None:
            self.model.add_bool_or([pair.literal for pair in self.added if (pair.person.id, pair.duty.id) == self.ask.forced])

    def _places(self, demand_id: str) -> int:
        if self.ask.forced is not None and demand_id == self.ask.forced[1]:
            duty = self.marginal.problem.duty_by_id[demand_id]
            return max(0, duty.most - len(self.marginal.roster.by_demand.get(demand_id, ())))
        return self.ask.places.get(demand_id, 0)

    def _may_go(self, demand_id: str) -> bool:
        """Whether somebody may leave the shift for nothing: to make room for the one who is put there."""
        return self.ask.forced is not None and demand_id == self.ask.forced[1]

    # --- solving -----------------------------------------------------------------------------------------------------

    def run(self) -> Near | None:
        best = Near((), (), 0, 0) if self.ask.forced is None else None
        least: int | None = None
        for index, value in enumerate(self.hint):
            self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)
        while True:
            status, solver = self._solve()
            if status == cp_model.INFEASIBLE:
                return None
            bound = self._difference(solver.best_objective_bound - self.most_changes * 1.0, up=True)
            least = bound if least is None else max(least, bound)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                break
            difference = self._difference(solver.objective_value, up=False)
            lost, got = self._changes(solver)
            if not self._rule_out(lost, got):
                best = Near(lost, got, difference, difference if status == cp_model.OPTIMAL else min(least, difference))
                break
            if self._over():
                break
        if best is None or best.got or best.lost:
            return best
        return Near((), (), 0, min(0, least if least is not None else 0))

    def _over(self) -> bool:
        return self._stopped() or time.monotonic() >= self._until

    def _difference(self, value: float, *, up: bool) -> int:
        """Of the objective alone, against what is kept, from a value of the model's objective."""
        scaled = (value - self.base) / self.scale
        # changes are fewer than the scale and count upwards from those of the roster that is kept
        return ceil(scaled - 1e-6 * max(1.0, abs(scaled))) if up else int(scaled // 1)

    def _solve(self) -> tuple[int, cp_model.CpSolver]:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.limits.workers
        solver.parameters.random_seed = self.limits.seed
        solver.parameters.max_time_in_seconds = max(0.5, self._until - time.monotonic())
        solver.parameters.catch_sigint_signal = False
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.1):
                if self._stopped():
                    solver.stop_search()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            return int(solver.solve(self.model)), solver
        finally:
            done.set()
            watcher.join()

    def _changes(self, solver: cp_model.CpSolver) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
        """(assignments that go, assignments that come)."""
        got = [Assignment(p.duty.id, p.person.id, p.employment.id) for p in self.added if solver.boolean_value(p.literal)]
        lost = [Assignment(p.duty.id, p.person.id, p.employment.id) for p in self.kept if not solver.boolean_value(p.literal)]
        for call in self.calls:
            more = solver.value(call.count) - self.encoder.calls_now(call.supply, call.duty)
            (got if more > 0 else lost).extend([Assignment(call.duty.id, supply_id=call.supply.id)] * abs(more))
        return tuple(sorted(lost)), tuple(sorted(got))

    # --- what is ruled out ---------------------------------------------------------------------------------------------

    def _rule_out(self, lost: tuple[Assignment, ...], got: tuple[Assignment, ...]) -> bool:
        """Forbid what is wrong with these changes; False where nothing is."""
        if not self.connected:
            return False
        clauses = [*self._needless(lost, got), *self._apart(lost, got)]
        for clause in clauses:
            self.model.add_bool_or(clause)
        return bool(clauses)

    def _needless(self, lost: tuple[Assignment, ...], got: tuple[Assignment, ...]) -> Iterator[list[Variable]]:
        """For each person who gives up a shift that they could keep beside what they get: not just so."""
        for staff_id in sorted({a.staff_id for a in lost if a.staff_id}):
            gone = [a for a in lost if a.staff_id == staff_id and not self._may_go(a.demand_id)]
            new = [a for a in got if a.staff_id == staff_id]
            all_gone = [a for a in lost if a.staff_id == staff_id]
            if any(self.keeps_own_rules([a for a in all_gone if a != one], new) for one in gone):
                wanted = {a.demand_id for a in new}
                clause = [p.literal.negated() if p.duty.id in wanted else p.literal for p in self.added if p.person.id == staff_id
                          and ((p.duty.id not in wanted) or Assignment(p.duty.id, staff_id, p.employment.id) in new)]  # fmt: skip
                yield clause + [p.literal for p in self.kept if p.person.id == staff_id and p.duty.id in {a.demand_id for a in gone}]

    def keeps_own_rules(self, lost: list[Assignment], got: list[Assignment]) -> bool:
        """Whether a person's own hard rules hold after a change."""
        rules = self.marginal.policy.rules
        breaches = self.marginal.change(lost, got).breaches
        return not any(rules[breach.rule].scope is Scope.PERSONAL for breach in breaches)

    def _apart(self, lost: tuple[Assignment, ...], got: tuple[Assignment, ...]) -> Iterator[list[Variable]]:
        """For changes that do not hang together with what was asked: not these without another that touches them."""
        edges = [(a.staff_id, a.demand_id) for a in (*lost, *got) if a.staff_id]
        asked = set(self.ask.places) | ({self.ask.forced[1]} if self.ask.forced else set())
        for part in parts(edges):
            shifts, people = {demand_id for _, demand_id in part}, {staff_id for staff_id, _ in part}
            if not shifts & asked:
                inside = set(part)
                here = [move for move in self.moves if (move.staff_id, move.demand_id) in inside]
                around = [
                    move for move in self.moves
                    if (move.staff_id, move.demand_id) not in inside and (move.staff_id in people or move.demand_id in shifts)
                ]  # fmt: skip
                yield [*(move.done.negated() for move in here), *(move.done for move in around)]


def parts(edges: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Changes (staff id, demand id) in groups that hang together over a person or a shift."""
    groups: list[list[tuple[str, str]]] = []
    for edge in edges:
        touching = [group for group in groups if any(edge[0] == other[0] or edge[1] == other[1] for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([edge, *(other for group in touching for other in group)])
    return groups

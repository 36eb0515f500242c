"""The cheapest change near a roster that is there: what is asked for is done, and nothing changes
that need not.

Places are filled that were asked for, or that somebody leaves. Somebody leaves a shift only for
another that they could not do beside it. So changes make chains that begin at what was asked for,
with no way back; few shifts are left.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from ortools.sat.python import cp_model

from scheduler.domain.roster import Assignment
from solver.evaluate.delta import DeltaEvaluation, witnesses
from solver.evaluate.person_rules import OwnRules
from solver.rule.encoder import Called, Pair, Variable
from solver.search.proven_bound import proven_bound
from solver.search.repair.model import NeighbourhoodEncoder, solution_of
from solver.search.repair.reach import SearchRadius
from solver.search.strategy import Limits

SPARE_SECONDS = 0.5
"""With less time left no wider reach is tried."""
HAND_OVERS = 2
"""So many shifts are left, at most, for each place asked for. Without a limit a roster that is not
the best would be improved all along the chain, and one sick call would move a dozen people.
"""


@dataclass(frozen=True)
class ChangeRequest:
    """What is to be done: places of a demand id that may be filled, or one person put to one
    demand, whoever has to make room.
    """

    positions: Mapping[str, int] = field(default_factory=dict)
    forced: tuple[str, str] | None = None
    """(staff id, demand id)"""
    hand_overs: int = HAND_OVERS

    @property
    def most_left(self) -> int:
        """How many shifts people may leave for others, all together."""
        return self.hand_overs * max(1, sum(self.positions.values()))


@dataclass(frozen=True)
class LocalChange:
    """The best change found. `difference`: of the objective against the roster that is kept
    [sixtieths of a penny].

    No change within reach is better than `least`; where the search was ended by its answer alone,
    both are equal.
    """

    removed: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    difference: int
    least: int

    @property
    def proven(self) -> bool:
        """Whether no change within reach is better."""
        return self.difference == self.least


def cheapest_change(
    evaluation: DeltaEvaluation,
    ask: ChangeRequest,
    reach: SearchRadius,
    limits: Limits,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    connected: bool = True,
) -> LocalChange | None:
    """The cheapest change of a roster that does what is asked, with the fewest changes among
    equals; None where no roster does.

    `connected` False: everything within reach may change, and nothing is asked. The roster must
    break no hard rule for those who are within reach.
    """
    return _RepairSearch(evaluation, ask, reach, limits, should_stop, connected).run()


class _RepairSearch:
    def __init__(
        self,
        evaluation: DeltaEvaluation,
        ask: ChangeRequest,
        reach: SearchRadius,
        limits: Limits,
        should_stop: Callable[[], bool],
        connected: bool,
    ) -> None:
        self.evaluation, self.ask, self.limits, self.connected, self._stopped = (
            evaluation,
            ask,
            limits,
            connected,
            should_stop,
        )
        self._until = time.monotonic() + limits.seconds
        problem = evaluation.problem
        stay = witnesses(problem, evaluation.policy, evaluation.roster) | reach.pairs
        self.encoder = NeighbourhoodEncoder(
            problem.with_pairs(stay),
            evaluation.policy,
            evaluation.roster,
            reach.pairs[stay],
            reach.calls,
            calls_may_end=not connected,
        )
        self.model = self.encoder.model
        self.own = OwnRules(evaluation)
        self._gather()
        if connected:
            self._state_places()
            self._state_reasons()
            self._state_order()
        self._state_price()
        if ask.forced is not None:
            self.model.add_bool_or(
                [
                    pair.literal
                    for pair in self.added
                    if (pair.person.id, pair.duty.id) == ask.forced
                ]
            )

    def _gather(self) -> None:
        encoder, problem = self.encoder, self.encoder.problem
        self.added: list[Pair] = []
        self.kept: list[Pair] = []
        for person in encoder.free:
            for pair in encoder.pairs_of(person):
                if encoder.open_pairs[pair.index]:
                    (self.kept if pair.index in encoder.used else self.added).append(pair)
        self.calls: list[Called] = [
            call
            for duty in problem.duties
            if duty.index in encoder.moving_duties
            for call in encoder.called_for(duty)
        ]
        self.added_by: dict[str, list[Pair]] = defaultdict(list)
        self.kept_by: dict[str, list[Pair]] = defaultdict(list)
        for pair in self.added:
            self.added_by[pair.person.id].append(pair)
        for pair in self.kept:
            self.kept_by[pair.person.id].append(pair)

    def _state_price(self) -> None:
        """The policy's objective first, then the number of changes."""
        more = [(1, pair.literal) for pair in self.added] + [
            (-1, pair.literal) for pair in self.kept
        ]
        more += [(1, call.count) for call in self.calls] if self.connected else []
        self.most_changes = len(more) + sum(call.most for call in self.calls)
        self.scale = self.most_changes + 1
        terms = [
            (coefficient * self.scale, variable)
            for price in self.encoder.prices.values()
            for coefficient, variable in price.terms
        ]
        terms += more
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum([v for _, v in terms], [c for c, _ in terms])
        )
        self.base, self.hint = solution_of(self.encoder, self.evaluation.roster)

    def _state_places(self) -> None:
        """Places are filled that are asked for or left."""
        change_of = defaultdict(list)
        for pair in self.added:
            change_of[pair.duty.id].append(pair.literal)
        for pair in self.kept:
            change_of[pair.duty.id].append(pair.literal - 1)
        for call in self.calls:
            change_of[call.duty.id].append(
                call.count - self.encoder.calls_now(call.supply, call.duty)
            )
        leaving = [1 - pair.literal for pair in self.kept if not self._may_go(pair.duty.id)]
        self.model.add(cp_model.LinearExpr.sum(leaving) <= self.ask.most_left)
        for demand_id, changes in change_of.items():
            self.model.add(cp_model.LinearExpr.sum(changes) <= self._positions(demand_id))

    def _state_reasons(self) -> None:
        """A shift is left for another that cannot be done beside it, or for several that together
        cannot.
        """
        for staff_id, kept in self.kept_by.items():
            leaving = [pair for pair in kept if not self._may_go(pair.duty.id)]
            added = self.added_by[staff_id]
            if not leaving:
                continue
            reasons = self.own.reasons(
                [_assignment(pair) for pair in leaving], [_assignment(pair) for pair in added]
            )
            several = self.model.new_bool_var("")
            self.model.add(
                cp_model.LinearExpr.sum([pair.literal for pair in added]) >= 2
            ).only_enforce_if(several)
            for pair in leaving:
                by = [
                    other.literal
                    for other in added
                    if _assignment(other) in reasons[_assignment(pair)]
                ]
                self.model.add_bool_or([pair.literal, several, *by])

    def _state_order(self) -> None:
        """Who leaves a shift goes nearer to what was asked for: so there is no way back, and no
        change apart from it.
        """
        longest = max(1, self.ask.most_left)
        step = {
            demand_id: self.model.new_int_var(1, longest, "")
            for demand_id in {pair.duty.id for pair in self.kept if not self._asked(pair.duty.id)}
        }
        for staff_id, kept in self.kept_by.items():
            own = self.model.new_int_var(0, longest, "")
            for pair in self.added_by[staff_id]:
                if pair.duty.id in step:
                    self.model.add(own >= step[pair.duty.id]).only_enforce_if(pair.literal)
            for pair in kept:
                if pair.duty.id in step:
                    self.model.add(step[pair.duty.id] >= own + 1).only_enforce_if(
                        pair.literal.negated()
                    )
                elif not self._may_go(pair.duty.id):
                    self.model.add(pair.literal == 1)  # nobody is taken off what is to be covered

    def _asked(self, demand_id: str) -> bool:
        return demand_id in self.ask.positions or (
            self.ask.forced is not None and demand_id == self.ask.forced[1]
        )

    def _positions(self, demand_id: str) -> int:
        if self.ask.forced is not None and demand_id == self.ask.forced[1]:
            duty = self.evaluation.problem.duty_by_id[demand_id]
            return max(0, duty.most - len(self.evaluation.roster.by_demand.get(demand_id, ())))
        return self.ask.positions.get(demand_id, 0)

    def _may_go(self, demand_id: str) -> bool:
        """Whether somebody may leave the shift for nothing: to make room for the one who is put
        there.
        """
        return self.ask.forced is not None and demand_id == self.ask.forced[1]

    # --- solving ----------------------------------------------------------------------------------

    def run(self) -> LocalChange | None:
        best = LocalChange((), (), 0, 0) if self.ask.forced is None else None
        least: int | None = None
        for index, value in enumerate(self.hint):
            self.model.add_hint(self.model.get_int_var_from_proto_index(index), value)
        while True:
            status, solver = self._solve()
            if status == cp_model.INFEASIBLE:
                return None
            bound = self._difference(
                proven_bound(self.model, solver) - self.most_changes * 1.0, up=True
            )
            least = bound if least is None else max(least, bound)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                break
            difference = self._difference(solver.objective_value, up=False)
            removed, added = self._changes(solver)
            if not self._rule_out(removed, added):
                best = LocalChange(
                    removed,
                    added,
                    difference,
                    difference if status == cp_model.OPTIMAL else min(least, difference),
                )
                break
            if self._over():
                break
        if best is None or best.added or best.removed:
            return best
        return LocalChange((), (), 0, min(0, least if least is not None else 0))

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

    def _changes(
        self, solver: cp_model.CpSolver
    ) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
        """(assignments that go, assignments that come)."""
        added = [_assignment(pair) for pair in self.added if solver.boolean_value(pair.literal)]
        removed = [
            _assignment(pair) for pair in self.kept if not solver.boolean_value(pair.literal)
        ]
        for call in self.calls:
            more = solver.value(call.count) - self.encoder.calls_now(call.supply, call.duty)
            (added if more > 0 else removed).extend(
                [Assignment(call.duty.id, supply_id=call.supply.id)] * abs(more)
            )
        return tuple(sorted(removed)), tuple(sorted(added))

    def _rule_out(self, removed: Sequence[Assignment], added: Sequence[Assignment]) -> bool:
        """Forbid that somebody who takes several shifts leaves one that could be kept; False where
        nobody does.
        """
        clauses = list(self._needless(removed, added)) if self.connected else []
        for clause in clauses:
            self.model.add_bool_or(clause)
        return bool(clauses)

    def _needless(
        self, removed: Sequence[Assignment], added: Sequence[Assignment]
    ) -> Iterator[list[Variable]]:
        for staff_id in sorted({a.staff_id for a in removed if a.staff_id}):
            gone = [a for a in removed if a.staff_id == staff_id]
            new = [a for a in added if a.staff_id == staff_id]
            needed = [one for one in gone if not self._may_go(one.demand_id)]
            if any(self.own.hold([a for a in gone if a != one], new) for one in needed):
                left = {a.demand_id for a in needed}
                clause = [
                    p.literal.negated() if _assignment(p) in new else p.literal
                    for p in self.added_by[staff_id]
                ]
                yield clause + [p.literal for p in self.kept_by[staff_id] if p.duty.id in left]


def _assignment(pair: Pair) -> Assignment:
    return Assignment(pair.duty.id, pair.person.id, pair.contract.id)


def parts(edges: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Changes (staff id, demand id) in groups that hang together over a person or a shift."""
    groups: list[list[tuple[str, str]]] = []
    for edge in edges:
        touching = [
            group
            for group in groups
            if any(edge[0] == other[0] or edge[1] == other[1] for other in group)
        ]
        groups = [group for group in groups if group not in touching]
        groups.append([edge, *(other for group in touching for other in group)])
    return groups


def nearest_change(
    evaluation: DeltaEvaluation,
    ask: ChangeRequest,
    wider: Sequence[SearchRadius],
    limits: Limits,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[LocalChange, SearchRadius] | None:
    """The cheapest change within the widest reach for which there was time, and that reach; None
    where no roster does what is asked.

    A wider reach is tried while there is time. What was proven within a narrower one is not lost
    where a wider one is not proven but finds something better: then that is the answer, with its
    own bound.
    """
    began, best = time.monotonic(), None
    for reach in wider:
        left = limits.seconds - (time.monotonic() - began)
        if best is not None and (left <= SPARE_SECONDS or should_stop()):
            break
        found = cheapest_change(
            evaluation,
            ask,
            reach,
            Limits(left, limits.workers, limits.seed),
            should_stop=should_stop,
        )
        if found is None:
            continue
        better = best is None or (found.difference, len(found.removed) + len(found.added)) < (
            best[0].difference,
            len(best[0].removed) + len(best[0].added),
        )
        if found.proven or better:
            best = (found, reach)
    return best

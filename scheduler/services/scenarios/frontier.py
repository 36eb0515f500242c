"""The least agency, bank or pay for each level of cover, pay, lending or consent: every level
between two proven bounds.

A handful of searches, each at another price, bound all levels at once (see trade_off): a frontier
of twenty points takes no more than `plan.FRONTIER` of them.

The frontier document: `id`, `kind` "frontier", `collaborative_id`, `period`, `created_at`,
`limits`, `reading`, `reduce` and `against` {key, title, unit}, `points` [{level, low, high,
roster_id}] with `high` None where no roster reaches the level, `rosters` [{level, reduced,
missing_hours, roster_id, gap, status}] that were found, by level, and the `knee` (a roster_id;
None). Hours, or pounds; `most_missing_hours`: against all but cover, the empty hours that no
roster of these exceeds; `people_asked`, against consent: how many would first have to agree.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from math import inf, isinf
from typing import Any, Literal, cast, get_args

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NothingKeepsTheRules
from scheduler.domain.roster import Roster
from scheduler.engine.executor import Call
from scheduler.services.accounts.answers import within_reach
from scheduler.services.accounts.gate import asks
from scheduler.services.limits.deadline import Deadline
from scheduler.services.limits.plan import FRONTIER, of_frontier
from scheduler.services.rosters import solve
from scheduler.services.rosters.solve import Request
from scheduler.services.rosters.solve_many import Timed, sweep, telling
from scheduler.services.scenarios.changes.clearance import everybody_asked
from scheduler.services.scenarios.compare import STORING, bases_of, stored
from scheduler.services.scenarios.in_force import published_roster
from scheduler.services.scenarios.quantities import (
    COVER_FIRST,
    FILLED,
    QUANTITIES,
    amount,
    asked_for,
    reading,
)
from scheduler.services.scenarios.solve_scenario import (
    ComparisonBase,
    SolvedCase,
    solve_case,
)
from scheduler.services.scenarios.trade_off import (
    Line,
    Point,
    Prices,
    knee,
    levels,
    next_prices,
    not_dominated,
)
from scheduler.storage.repository import Repository
from solver.constraints import catalogue
from solver.policy.policy import Policy
from solver.search.strategy import Limits, Progress

Reduce = Literal["agency", "bank", "temporary", "pay"]
Against = Literal["cover", "pay", "lent", "consent"]
MOST_POINTS = 100
STEEP = 200
"""At an end, an hour's worth of what matters there is dearer by so many times than of what does
not.
"""
DEAREST = 500.0
"""Pounds for an hour's worth of what is the dearer of the two."""


@asks("test_scenarios", collaborative="request.collaborative_id")
def frontier(
    repository: Repository,
    request: Request,
    reduce: Reduce,
    against: Against,
    limits: Limits,
    *,
    points: int = 20,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    began: float | None = None,
) -> dict[str, Any]:
    """Find the least of what is to be reduced at so many levels of the other; store the rosters
    that were found, and the document.

    The time limit is that of each search with its share of all that belongs to it. Raises
    BadRequest where the two are the same, for fewer than two points or too many, and where there is
    no roster at all.
    """
    _require(reduce, against, points)
    starts = time.monotonic()
    plan = of_frontier()
    deadline = Deadline.after(plan.seconds(limits.seconds), began)
    dataset = repository.dataset()
    solve.require_collaborative(dataset, request.collaborative_id)
    base = bases_of(repository, dataset, request, limits, 1, [])[0]
    kept = STORING * (time.monotonic() - starts)
    explored = Explored(base, reduce, against, published_roster(repository, request))
    for turn, size in enumerate(plan.side_by_side):
        # a turn has room for as many as are done at once, whatever the last one left
        room = min(max(size, plan.at_once or size), FRONTIER - explored.searched)
        wanted = explored.next(room)
        if not wanted or should_stop():
            break
        left = sum(map(plan.rounds, plan.side_by_side[turn:]))
        due = deadline.part(plan.rounds(size), left, kept=kept)
        explored.add(wanted, _searched(explored, wanted, on_progress, should_stop, due))
    if not explored.points:
        raise explored.none_found()
    corners = not_dominated(explored.points)
    ids = {
        point.key: stored(repository, explored.cases[point.key], explored.facts(point))["roster_id"]
        for point in corners
    }
    bend = knee(explored.points)
    document = {
        "kind": "frontier",
        "collaborative_id": request.collaborative_id,
        "period": {"start": request.start.isoformat(), "days": request.days},
        "weeks": 1,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "limits": asdict(limits),
        "reading": reading(against),
        "reduce": QUANTITIES[reduce].named(reduce),
        "against": QUANTITIES[against].named(against),
        "searches": explored.searched,
        "points": [
            {
                "level": round(one.level, 4),
                "low": round(one.low, 4),
                "high": None if one.high is None else round(one.high, 4),
                "roster_id": ids.get(one.key),
            }
            for one in levels(explored.points, explored.lines, points)
        ],
        "rosters": [explored.told(point, ids[point.key]) for point in corners],
        "knee": ids[bend.key] if bend else None,
        "most_missing_hours": explored.most_missing,
    }
    return {"id": repository.save_comparison(document), **within_reach(repository, document)}


def as_reduced(word: str) -> Reduce:
    """What is to be reduced, by its word. Raises BadRequest for another."""
    return cast(Reduce, _one_of(word, get_args(Reduce)))


def as_level(word: str) -> Against:
    """Against what, by its word. Raises BadRequest for another."""
    return cast(Against, _one_of(word, get_args(Against)))


def _one_of(word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise BadRequest(f"{word!r} cannot be chosen here: {', '.join(known)} can.")
    return word


def _require(reduce: Reduce, against: Against, points: int) -> None:
    as_reduced(reduce)
    as_level(against)
    if reduce == against:
        raise BadRequest("Choose two different things: less of one against less of the other.")
    if not 2 <= points <= MOST_POINTS:
        raise BadRequest(f"A frontier has 2 to {MOST_POINTS} points.")


# --- searching


@dataclass(frozen=True)
class Priced:
    """A task: the week under a policy that prices nothing but what is asked about. `asked`: with
    everybody asked who has not agreed.
    """

    name: str
    policy: Mapping[str, Any]
    start: Roster | None = None
    asked: bool = False


def solve_priced(base: ComparisonBase, timed: Timed[Priced], call: Call) -> SolvedCase:
    """One of many tasks: the week at a price for each of the two."""
    began, deadline = time.monotonic(), timed.deadline or Deadline.after(base.limits.seconds)
    policy = Policy.from_tables(timed.task.policy)
    facts = everybody_asked(base.dataset) if timed.task.asked else base.dataset
    own = base.by_itself(facts, policy)
    case = solve_case(
        problem=own,
        own=own,
        policy=policy,
        limits=base.limits,
        names={"name": timed.task.name, "description": "", "file": ""},
        on_progress=telling(call),
        should_stop=call.should_stop,
        deadline=deadline.having_built(began),
        start=timed.task.start,
    )
    if case.roster is None:
        return case
    asked, summary = asked_for(own, case.roster.decision()), case.roster.summary
    of_test = {**summary["scenario"], "people_asked": asked["people"]}
    roster = replace(case.roster, summary={**summary, "scenario": of_test})
    return replace(case, document={**case.document, "asked": asked}, roster=roster)


def _searched(
    explored: "Explored",
    wanted: Sequence[Prices],
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    deadline: Deadline,
) -> list[Any]:
    tasks = [explored.priced(prices) for prices in wanted]
    called = [task.name for task in tasks]
    return sweep(solve_priced, explored.base, tasks, called, on_progress, should_stop, deadline)


class Explored:
    """What searches have told so far: rosters as points, bounds as lines, and at which prices.

    Where cover is not one of the two, it is priced above both: a bound then speaks of the rosters
    that leave no more empty than the fullest one that was found. Against consent, the first search
    is that of the facts as they are, and all others suppose that everybody is asked: these may fill
    what nobody can today, so it is the fullest of today that counts, and an empty hour is no dearer
    than it needs be. `begin`: a roster that there is, with which the first searches begin where it
    keeps what is hard.
    """

    def __init__(
        self,
        base: ComparisonBase,
        reduce: Reduce,
        against: Against,
        begin: Roster | None = None,
    ) -> None:
        self._begin = begin
        self.base, self._reduce, self._against = base, QUANTITIES[reduce], QUANTITIES[against]
        self._keys = (reduce, against)
        self.cover_first = "cover" not in self._keys
        self._as_today = against == "consent"
        self.tried: list[Prices] = []
        self.cases: dict[str, SolvedCase] = {}
        self._bounds: dict[str, tuple[Prices, float]] = {}
        self._clash: list[str] | None = None

    @property
    def searched(self) -> int:
        """How many searches there were."""
        return len(self.tried)

    def next(self, room: int) -> list[Prices]:
        """At which prices to search now, at most so many: first little of the one whatever the
        other, and the other way round; then where most is unknown. None where nothing is.
        """
        level, reduced = 1 / self._against.typical, 1 / self._reduce.typical
        least = Prices(level, STEEP * reduced, 0)
        if not self._as_today:
            first = [Prices(STEEP * level, reduced, 0), least]
        elif not self.tried:  # by itself, so that all others begin at its roster
            first = [Prices(inf, reduced, 0)]
        else:
            first = [least, Prices(level, 2 * reduced, 0)]
        if len(self.tried) <= self._as_today:
            return first[:room]
        return next_prices(self.points, self.lines, self.tried, room)

    def priced(self, prices: Prices) -> Priced:
        """The week in which nothing has a price but the two, and cover where it comes first."""
        rules = self.base.request.policy or {}
        own = Policy.from_tables(rules)
        tables: dict[str, dict[str, Any]] = {
            rule_id: {**rules.get(rule_id, {}), "off": True}
            for rule_id, rule in catalogue().items()
            if rule.may_be_off and rule_id in own.rules and not own.rules[rule_id].hard
        }
        level, reduced = self._in_pounds(prices)
        if self.cover_first:
            tables |= QUANTITIES["cover"].tables(self._empty_hour(prices))
        priced = {**self._against.tables(level), **self._reduce.tables(reduced)}
        for rule_id, table in priced.items():
            kept = {key: v for key, v in rules.get(rule_id, {}).items() if key != "off"}
            tables[rule_id] = {**kept, **table}
        merged = {**rules, **tables}
        less, at = self._reduce, self._against
        name = f"{less.title} at £{reduced:,.2f} {less.one}"
        today = isinf(prices.level)
        name += ", nobody asked" if today else f", {at.title.lower()} at £{level:,.2f} {at.one}"
        best = min(
            self.points,
            key=lambda one: one.level * level + one.reduced * reduced,
            default=None,
        )
        made = None if best is None else self.cases[best.key].roster
        start = self._begin if made is None else made.decision()
        return Priced(name, merged, start, asked=self._as_today and not today)

    def _in_pounds(self, prices: Prices) -> tuple[float, float]:
        """The same ratio as prices of one unit each that policies take: whole pence, or for pay a
        whole factor.
        """
        if isinf(prices.level):  # nothing of it is there to have a price
            prices = Prices(0, prices.reduced, 0)
        worth = prices.level * self._against.typical, prices.reduced * self._reduce.typical
        scale = DEAREST / max(worth)
        for key, price in (
            (self._keys[1], prices.level),
            (self._keys[0], prices.reduced),
        ):
            if key == "pay":
                scale = max(1, round(price * scale)) / price
        return max(0.01, round(prices.level * scale, 2)), max(
            0.01, round(prices.reduced * scale, 2)
        )

    def _empty_hour(self, prices: Prices) -> float:
        """What an empty hour costs where cover comes first [£]."""
        if not self._as_today or isinf(prices.level):
            return COVER_FIRST
        _, reduced = self._in_pounds(prices)
        return round(FILLED * reduced * self._reduce.typical, 2)

    def add(self, wanted: Sequence[Prices], found: Sequence[Any]) -> None:
        """What searches at these prices came to; those that found no roster tell nothing."""
        for prices, case in zip(wanted, found, strict=True):
            self.tried.append(prices)
            if isinstance(case, SolvedCase) and case.roster is not None:
                key = str(len(self.tried))
                self.cases[key] = case
                self._bounds[key] = prices, case.document["bound_pence"] / 100
            elif isinstance(case, SolvedCase) and "facts" in case.document:
                self._clash = [str(fact["sentence"]) for fact in case.document["facts"]]

    def none_found(self) -> BadRequest:
        """Why no roster was found."""
        if self._clash is None:
            said = "No roster was found at any price: the time was too short. Give it more seconds."
            return BadRequest(said)
        said = "No roster can keep all hard rules, at whatever price: some facts clash."
        return NothingKeepsTheRules(" ".join([said, *self._clash[:8]]))

    def facts(self, point: Point) -> Dataset:
        """The facts under which a roster was found."""
        prices, _ = self._bounds[point.key]
        as_it_is = not self._as_today or isinf(prices.level)
        return self.base.dataset if as_it_is else everybody_asked(self.base.dataset)

    @property
    def most_missing(self) -> float | None:
        """The empty hours of the fullest roster, where cover comes first."""
        if not self.cover_first or not self.cases:
            return None
        cases = list(self.cases.values())
        if self._as_today:
            least = min(amount("consent", case) for case in cases)
            cases = [case for case in cases if amount("consent", case) == least]
        return min(amount("cover", case) for case in cases)

    @property
    def points(self) -> list[Point]:
        """The rosters that count."""
        most = self.most_missing
        return [
            Point(amount(self._keys[1], case), amount(self._keys[0], case), key)
            for key, case in self.cases.items()
            if most is None or amount("cover", case) <= most
        ]

    @property
    def lines(self) -> list[Line]:
        """What the bounds say of every roster that counts."""
        missing, found = self.most_missing or 0.0, []
        for prices, bound in self._bounds.values():
            level, reduced = self._in_pounds(prices)
            rest = bound - (self._empty_hour(prices) * missing if self.cover_first else 0.0)
            if isinf(prices.level):
                # what holds with nobody asked says nothing of a roster with a minute of asking
                level = max(level, 60 * rest)
            found.append(Line(level, reduced, rest))
        return found

    def told(self, point: Point, roster_id: str) -> dict[str, Any]:
        """A roster as the document has it."""
        case = self.cases[point.key].document
        asked = {"people_asked": case["asked"]["people"]} if self._as_today else {}
        return {
            "level": round(point.level, 4),
            "reduced": round(point.reduced, 4),
            "missing_hours": amount("cover", self.cases[point.key]),
            "roster_id": roster_id,
            "gap": case["gap"],
            "status": case["status"],
            "figures": case["figures"],
            **asked,
        }

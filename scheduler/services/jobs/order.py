"""What a job is asked to do, as it is written down: equal orders have equal texts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, assert_never

from scheduler.services.limits.plan import (
    SearchPlan,
    of_comparison,
    of_frontier,
    of_groups,
    of_worth,
)
from scheduler.storage.stored_jobs import JobKind, canonical
from solver.policy.policy import Policy
from solver.search.strategy import Limits


@dataclass(frozen=True)
class Order:
    """A roster, a repair, or what is to be tested: a comparison, the value of barriers, a frontier,
    a waterfall, what partners gain.

    `scenarios`: name of the file -> its TOML text; of a comparison, a waterfall (the levers in
    their order) and partners. `weeks`: of these, so many periods in a row. `baseline`, `again`: of
    a comparison (see compare). `players`: of partners, how many there are, for the plan. `reduce`,
    `against`, `points`: of a frontier. `bundle`: of barriers, so many together at best. `policy`:
    tables of rule id -> parameters over the default. The limits are those of each search, with all
    that belongs to it.
    """

    kind: JobKind
    collaborative_id: str
    start: date
    days: int = 7
    limits: Limits = field(default_factory=Limits)
    policy: Mapping[str, Any] | None = None
    stable_against: str | None = None
    scenarios: Mapping[str, str] = field(default_factory=dict)
    bundle: int = 0
    weeks: int = 1
    baseline: str | None = None
    again: bool = False
    players: int = 0
    reduce: str = ""
    against: str = ""
    points: int = 0
    repair: Mapping[str, Any] | None = None
    """Of a repair: `roster_id`, `since` (a date, or None for now), and of those who are `away`
    their `staff_id`, `from` and `to`.
    """

    def to_document(self) -> dict[str, Any]:
        """As it is stored with a job: what JSON can hold, the same for equal orders."""
        # 60 and 60.0 are the same time
        limits = {
            **asdict(self.limits),
            "seconds": float(self.limits.seconds),
        }
        return {**asdict(self), "start": self.start.isoformat(), "limits": limits}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Order":
        """What `to_document` wrote."""
        return cls(
            **{
                **document,
                "start": date.fromisoformat(document["start"]),
                "limits": Limits(**document["limits"]),
            }
        )

    def fingerprint(self, facts_sha256: str) -> str:
        """The same for two orders exactly when they ask for the same, however their policies were
        written.

        Raises BadInput for a policy with faults.
        """
        whole = Policy.from_tables(self.policy or {}).to_tables()
        return sha256(
            canonical({**self.to_document(), "policy": whole, "facts": facts_sha256}).encode()
        ).hexdigest()

    @property
    def plan(self) -> SearchPlan:
        """The searches that it takes."""
        match self.kind:
            case "solve" | "repair":
                return SearchPlan(1)
            case "compare":
                as_it_is = self.baseline is None or self.again
                return of_comparison(len(self.scenarios), self.weeks, as_it_is=as_it_is)
            case "value":
                return of_worth(0, self.bundle)
            case "frontier":
                return of_frontier()
            case "waterfall":
                return of_groups(2 ** (len(self.scenarios) + 1), self.weeks)
            case "partners":
                groups = 2**self.players - self.players
                return of_groups(groups + bool(self.scenarios), self.weeks)
            case _:
                assert_never(self.kind)

    @property
    def seconds_at_most(self) -> float:
        """For the whole, from when it is taken up [s]."""
        return self.plan.seconds(self.limits.seconds)

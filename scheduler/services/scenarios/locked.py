"""A baseline that is locked: the weeks as they are of a stored comparison, with the facts and the
policy that they were solved with, whatever has become of them since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.roster import Roster, RosterDocument
from scheduler.services.accounts.gate import require, thing_of
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.read_scenarios import ScenarioFile
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.storage.repository import Repository


@dataclass(frozen=True)
class Locked:
    """The facts, the policy's tables, and the roster of each week as it is. `starts`: text of a
    scenario -> its rosters by week.
    """

    dataset: Dataset
    policy: Mapping[str, Any]
    roster_ids: tuple[str, ...]
    rosters: tuple[RosterDocument, ...]
    starts: Mapping[str, tuple[Roster, ...]] = field(default_factory=dict)

    def start(self, scenario: ScenarioFile, week: int) -> Roster | None:
        """Where a search of a scenario may begin: at the roster that the same one had there."""
        found = self.starts.get(scenario_text(scenario.scenario))
        return None if found is None else found[week]


def locked_baseline(
    repository: Repository, comparison_id: str, request: Request, weeks: int
) -> Locked:
    """The baseline of a stored comparison. Raises NotFound, and BadRequest where it is of another
    collaborative or of other weeks, or holds no weeks as they are.
    """
    require(repository, "test_scenarios", thing_of(repository, "comparison", comparison_id))
    document = repository.comparison(comparison_id)
    period = {"start": request.start.isoformat(), "days": request.days}
    same = (
        document["collaborative_id"] == request.collaborative_id
        and document["period"] == period
        and document.get("weeks", 1) == weeks
    )
    roster_ids = document.get("base", {}).get("roster_ids")
    if not same or not roster_ids:
        raise BadRequest(
            f"{comparison_id} is no baseline of these weeks: name a comparison of the same"
            " collaborative that begins on the same day and has as many weeks."
        )
    rosters = tuple(repository.roster(roster_id).document for roster_id in roster_ids)
    starts = {
        case["toml"]: tuple(
            repository.roster(one).document.decision() for one in case["roster_ids"]
        )
        for case in document["scenarios"]
        if case.get("roster_ids") and case.get("toml")
    }
    return Locked(
        repository.snapshot(roster_ids[0]),
        rosters[0].summary["policy"],
        tuple(roster_ids),
        rosters,
        starts,
    )

"""A repository that reads as any other and keeps back what it is asked to save, so that all of it
can be stored at once.
"""

from collections.abc import Mapping
from typing import Any

from scheduler.domain.dataset import Dataset
from scheduler.domain.roster import RosterDocument
from scheduler.storage.job_queue import KeptRoster, Made
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import UNLABELLED, RosterKind, VersionLabel


class Holding(Repository):
    """For jobs: a worker that is lost half way through a comparison leaves no rosters behind."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._rosters: list[KeptRoster] = []
        self._comparison: Mapping[str, Any] | None = None

    def save_roster(
        self,
        document: RosterDocument,
        snapshot: Dataset,
        *,
        kind: RosterKind = "roster",
        label: VersionLabel = UNLABELLED,
    ) -> str:
        """A provisional id."""
        provisional_id = f"(unstored {len(self._rosters) + 1})"
        self._rosters.append(KeptRoster(provisional_id, document, snapshot, kind, label))
        return provisional_id

    def save_comparison(self, document: Mapping[str, Any]) -> str:
        """A provisional id."""
        self._comparison = document
        return "(unstored comparison)"

    def made(self, message: str = "", *, roster_id: str = "") -> Made:
        """All that was kept back; `message`: why there is nothing. `roster_id`: of the roster that
        answers, where it is stored already.
        """
        provisional = {roster.provisional_id for roster in self._rosters}
        return Made(
            tuple(self._rosters),
            self._comparison,
            message,
            "" if roster_id in provisional else roster_id,
        )

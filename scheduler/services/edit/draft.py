"""A draft in hand: its problem under the facts of now, and the roster as it stands, ready to be
asked what a change would mean. It is kept between two edits, for as long as nothing else changes.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from threading import Lock
from time import monotonic
from typing import Any

from scheduler.domain.clock import minute, minute_of
from scheduler.domain.facts import LONDON
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, AssignmentLine, Roster, RosterDocument
from scheduler.domain.sentence import Sentence, ref, said
from scheduler.services.rosters.reopen import (
    malformed,
    published_since,
    taken_over,
    undecided,
    with_facts,
)
from scheduler.storage.repository import Repository
from scheduler.storage.roster_edits import Stamp
from scheduler.storage.stored_rosters import RosterHeader, StoredRoster
from solver.evaluate.delta import DeltaEvaluation
from solver.evaluate.verify import pence
from solver.policy.policy import Policy
from solver.result.edited import EditedRoster
from solver.search.strategy import gap

KEPT = 6
"""Drafts that are kept in hand."""
KEPT_SECONDS = 3_600
"""Somebody who is forgotten is gone from here after so long at the latest."""


@dataclass(frozen=True)
class OpenDraft:
    """A stored roster as it can be changed. `edition`: which of its editions this is.

    `fell`: what the facts of now do not even name any more, and why; it is out of the roster.
    `as_stored`: whether what is stored of it says what follows from the facts of now.
    """

    header: RosterHeader
    edition: int
    stamp: Stamp
    problem: Problem
    policy: Policy
    edited: EditedRoster
    summary: dict[str, Any]
    fell: dict[Assignment, Sentence]
    as_stored: bool
    before: int | None
    """What started before this minute had begun when somebody first changed it, and stands."""
    bound_pence: float
    """What no roster is cheaper than under these facts [pence]; 0 where that is not known."""
    made_at: float

    @property
    def evaluation(self) -> DeltaEvaluation:
        """For asking what a change means."""
        return self.edited.evaluation

    @property
    def roster(self) -> Roster:
        """As it stands."""
        return self.evaluation.roster

    @property
    def copied(self) -> bool:
        """Whether it is no draft itself: what is changed of it becomes a new one."""
        return self.header.status != "draft"

    def as_summary(self) -> dict[str, Any]:
        """What is stored of it besides lines and vacancies."""
        objective = self.edited.objective_pence
        bound = 0.0 if self.edited.breaches else self.bound_pence
        told = {
            **self.summary.get("edited", {}),
            **({"edited_from": self.header.id} if self.copied else {}),
            **({} if self.before is None else {"begun_before": _instant(self.before)}),
        }
        return {
            **self.summary,
            **self.edited.figures(),
            "status": "optimal" if objective == bound else "feasible",
            "bound_pence": pence(round(bound * 60)),
            "gap": gap(objective, bound),
            "input_sha256": self.problem.dataset.sha256(),
            "edited": told,
        }

    def as_document(self) -> RosterDocument:
        """As a new roster."""
        vacancies, causes = self.edited.vacancies
        return RosterDocument(
            self.header.collaborative_id,
            self.header.start,
            self.header.days,
            self.edited.all_lines(),
            vacancies,
            self.as_summary(),
            causes,
        )


_kept: OrderedDict[tuple[str, str], OpenDraft] = OrderedDict()
_lock = Lock()


def open_draft(repository: Repository, roster_id: str) -> OpenDraft:
    """The roster under the facts of now, as it is at this moment. Raises NotFound."""
    stamp = repository.edits.stamp()
    found = in_hand(repository, roster_id, stamp)
    return keep(repository, _opened(repository, roster_id, stamp)) if found is None else found


def in_hand(repository: Repository, roster_id: str, stamp: Stamp | None = None) -> OpenDraft | None:
    """The same where it is in hand already, and is still what it was; None otherwise. Raises
    NotFound.
    """
    stamp, edition = stamp or repository.edits.stamp(), repository.edits.edition(roster_id)
    key = (repository.url, roster_id)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
    if (
        found is not None
        and (found.edition, found.stamp) == (edition, stamp)
        and monotonic() - found.made_at < KEPT_SECONDS
    ):
        return found
    return None


def keep(repository: Repository, draft: OpenDraft) -> OpenDraft:
    """Have it in hand for whoever asks next."""
    with _lock:
        _kept[repository.url, draft.header.id] = draft
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return draft


def _opened(repository: Repository, roster_id: str, stamp: Stamp) -> OpenDraft:
    stored, facts = repository.roster(roster_id), repository.dataset()
    header = stored.header
    # of a roster that others work by, what has begun is history
    now = minute(datetime.now(LONDON))
    began = header.status != "draft" and now > minute_of(header.start, time(0))
    before = now if began else None
    reference = _reference(repository, stored)
    opened = with_facts(repository, stored, facts, reference=reference, before=before)
    decision = undecided(stored, opened.begun)
    fell = malformed(opened.problem, decision)
    roster = Roster.of(a for a in decision if a not in fell)
    edited = EditedRoster.of(
        DeltaEvaluation(opened.problem, opened.policy, roster), taken_over(opened)
    )
    same_facts = header.snapshot_sha256 == facts.sha256()
    summary = stored.document.summary
    proven = same_facts and not opened.problem.begun and not published_since(repository, header)
    return OpenDraft(
        header=header,
        edition=header.edition,
        stamp=stamp,
        problem=opened.problem,
        policy=opened.policy,
        edited=edited,
        summary=dict(summary),
        fell=fell,
        as_stored=same_facts and _told(stored.document.assignments) == _told(edited.all_lines()),
        before=before,
        bound_pence=float(summary["bound_pence"]) if proven else 0.0,
        made_at=monotonic(),
    )


def _told(lines: Iterable[AssignmentLine]) -> Counter[tuple[Any, ...]]:
    """What lines say, whichever roster they are of and in whatever order."""
    return Counter(
        tuple(value for name, value in vars(line).items() if name != "roster_id") for line in lines
    )


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at * 60, LONDON).isoformat()


def _reference(repository: Repository, stored: StoredRoster) -> Roster | None:
    """What a repair was to stay close to: its changes keep their price."""
    against = stored.document.summary.get("stable_against")
    return None if against is None else repository.roster(str(against)).document.decision()


def fallen_words(draft: OpenDraft) -> tuple[Sentence, ...]:
    """What is out of the roster since the facts do not name it any more."""
    return tuple(
        said(
            "{who} is out of {demand}: {why}",
            who=ref("person", a.staff_id) if a.staff_id else ref("supply", a.supply_id),
            demand=ref("demand", a.demand_id),
            why=why,
        )
        for a, why in draft.fell.items()
    )

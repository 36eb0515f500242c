"""Let the program do the rest: fill places, or improve what is around them, with everything else
fixed. What it finds is a proposal, which somebody takes or leaves.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.clock import minute
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import LONDON
from scheduler.domain.roster_edit import EditKind
from scheduler.services.accounts.gate import asks
from scheduler.services.edit.commands import EditCommand, places_of
from scheduler.services.edit.draft import OpenDraft, open_draft
from scheduler.services.edit.effect import EditEffect, effect_of
from scheduler.services.rosters.reopen import require_duty
from scheduler.storage.repository import Repository
from solver.evaluate.verify import pence
from solver.search.repair.reach import radii, widest_radius
from solver.search.repair.repair_search import ChangeRequest, LocalChange, cheapest_change
from solver.search.strategy import Limits

LIMITS = Limits(10.0)


@dataclass(frozen=True)
class Proposal:
    """A change that the program found. `command`: to be given to `edit` if somebody wants it; None
    where nothing is better than leaving all as it is.

    `proven`: no change that it might have made is better; else `least_pence` says how much better
    one could be at most [pence].
    """

    command: EditCommand | None
    effect: EditEffect | None
    proven: bool
    least_pence: float
    edition: int


@asks("build_rosters", roster="roster_id")
def fill(
    repository: Repository,
    roster_id: str,
    demand_ids: Collection[str] | None = None,
    *,
    limits: Limits = LIMITS,
    should_stop: Callable[[], bool] = lambda: False,
) -> Proposal:
    """Fill the open places of these demands, or all that are required and open, as well as can be
    without anybody leaving a shift. Nothing is stored. Raises NotFound, BadRequest where none of
    them is open.
    """
    draft = open_draft(repository, roster_id)
    chosen = _chosen(draft, demand_ids)
    filled = draft.evaluation.sheet.filled
    wanted = {
        duty.id: open_places
        for duty in chosen
        if (open_places := (duty.most if demand_ids else duty.minimum) - filled[duty.id]) > 0
    }
    if not wanted:
        raise BadRequest("Nothing is open there.")
    near = radii(draft.problem, draft.roster, wanted)[0]
    found = cheapest_change(
        draft.evaluation, ChangeRequest(wanted), near, limits, should_stop=should_stop
    )
    return _proposal(draft, "fill", found)


@asks("build_rosters", roster="roster_id")
def improve(
    repository: Repository,
    roster_id: str,
    demand_ids: Collection[str],
    *,
    limits: Limits = LIMITS,
    should_stop: Callable[[], bool] = lambda: False,
) -> Proposal:
    """Whatever makes the roster better around these demands: those who could do them, what they do
    around them, and who could do that. All else is fixed. Nothing is stored. Raises NotFound.
    """
    draft = open_draft(repository, roster_id)
    chosen = [duty.id for duty in _chosen(draft, demand_ids)]
    near = widest_radius(draft.problem, draft.roster, chosen)
    found = cheapest_change(
        draft.evaluation,
        ChangeRequest(),
        near,
        limits,
        should_stop=should_stop,
        connected=False,
    )
    return _proposal(draft, "improve", found)


def _chosen(draft: OpenDraft, demand_ids: Collection[str] | None) -> list[Duty]:
    """Those that have not begun."""
    duties = (
        draft.problem.duties
        if demand_ids is None
        else [require_duty(draft.problem, demand_id) for demand_id in demand_ids]
    )
    now = minute(datetime.now(LONDON))
    return [duty for duty in duties if duty.start > now]


def _proposal(draft: OpenDraft, kind: EditKind, found: LocalChange | None) -> Proposal:
    if found is None or not (found.removed or found.added):
        least = 0 if found is None else found.least
        return Proposal(None, None, least == 0, pence(least), draft.edition)
    change = found.removed, found.added
    command = EditCommand(kind, places_of(found.removed), places_of(found.added))
    effect = effect_of(draft, change, draft.evaluation.change(*change))
    return Proposal(command, effect, found.proven, pence(found.least), draft.edition)

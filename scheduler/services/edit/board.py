"""What a board shows of a roster as it stands at this moment."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from scheduler.domain.dataset import Dataset
from scheduler.domain.roster import RosterDocument
from scheduler.domain.roster_edit import RosterEdit, standing
from scheduler.services.accounts.gate import asks
from scheduler.services.accounts.in_view import InView, in_view
from scheduler.services.edit.draft import KEPT, in_hand, open_draft
from scheduler.services.view.roster_tables import RosterTables, roster_tables, tables_of
from scheduler.storage.repository import Repository


@dataclass(frozen=True)
class _Shown:
    dataset: Dataset
    view: InView
    tables: RosterTables


_shown: OrderedDict[tuple[str, str], _Shown] = OrderedDict()
_lock = Lock()


@asks("see_rosters", roster="roster_id", looks=True)
def tables_in_hand(repository: Repository, roster_id: str) -> RosterTables:
    """As `roster_tables`; of a draft that is in hand without reading it anew, and from the tables
    of the edition before as far as they are the same. Raises NotFound.
    """
    draft = in_hand(repository, roster_id)
    if draft is None:  # to take it in hand takes longer than to read it
        return roster_tables(repository, roster_id)
    vacancies, causes = draft.edited.vacancies
    document = RosterDocument(
        draft.header.collaborative_id,
        draft.header.start,
        draft.header.days,
        draft.edited.all_lines(),
        vacancies,
        draft.as_summary(),
        causes,
    )
    dataset, key = draft.problem.dataset, (repository.url, roster_id)
    view = in_view(repository, dataset)
    with _lock:
        before = _shown.get(key)
    same = before is not None and before.dataset is dataset and before.view == view
    tables = tables_of(
        roster_id, document, dataset, view, before.tables if before is not None and same else None
    )
    with _lock:
        _shown[key] = _Shown(dataset, view, tables)
        _shown.move_to_end(key)
        while len(_shown) > KEPT:
            _shown.popitem(last=False)
    return tables


@asks("see_rosters", roster="roster_id")
def put_by_hand(repository: Repository, roster_id: str) -> dict[tuple[str, str], RosterEdit]:
    """(staff id or supply id, demand id) -> the edit that put them there and still counts. Raises
    NotFound.
    """
    return {
        (a.staff_id or a.supply_id, a.demand_id): edit
        for edit in standing(repository.edits.edits(roster_id))
        for a in edit.added
    }


@asks("build_rosters", roster="roster_id")
def get_ready(repository: Repository, roster_id: str) -> int:
    """Have a draft in hand before somebody asks what a change would mean; its edition. Raises
    NotFound.
    """
    return open_draft(repository, roster_id).edition


@asks("see_rosters", roster="roster_id")
def edition(repository: Repository, roster_id: str) -> int:
    """How often a roster was changed by hand: what was read of another edition is not what it is.
    Raises NotFound.
    """
    return repository.edits.edition(roster_id)

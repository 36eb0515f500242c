"""Edits of drafts in and out of their tables, inside somebody else's transaction: the roster's
lines, its summary and the command that changed them are written together.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Connection

from scheduler.domain.access import Actor
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.roster import Assignment, AssignmentLine, VacancyLine
from scheduler.domain.roster_edit import EditKind, RosterEdit
from scheduler.domain.sentence import Sentence
from scheduler.storage import facts_edition, stored_audit
from scheduler.storage.finding import find
from scheduler.storage.stored_rosters import (
    OtherStateOfThings,
    RosterHeader,
    editions,
    insert_lines,
    insert_snapshot,
    load_headers,
    now,
    summary_text,
)
from scheduler.storage.tables import table

Transaction = Callable[[], AbstractContextManager[Connection]]
Stamp = tuple[str, tuple[tuple[str, str, datetime | None], ...]]
"""(which facts these are, every roster that was ever published with where it
stands)"""
_SENTENCES = TypeAdapter(tuple[Sentence, ...])


class EditedMeanwhile(Exception):
    """The draft has become another edition since somebody looked."""


@dataclass(frozen=True)
class NewEdit:
    """What is to be written down of an edit; the rest is known when it is."""

    kind: EditKind
    removed: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    days: Mapping[str, date]
    undoes: int | None = None
    reason: str = ""
    overridden: tuple[Sentence, ...] = ()
    command_id: str | None = None


@dataclass(frozen=True)
class RosterUpdate:
    """What an edit makes of a stored roster. `whole`: all lines and vacancies are those that come.

    `snapshot`: the facts under which it is judged from now on, where these are others.
    """

    summary: Mapping[str, Any]
    causes: Mapping[str, Sentence]
    lines_gone: Sequence[AssignmentLine] = ()
    lines_come: Sequence[AssignmentLine] = ()
    vacancies_gone: Sequence[str] = ()
    """Demand ids."""
    vacancies_come: Sequence[VacancyLine] = ()
    snapshot: Dataset | None = None
    whole: bool = field(default=False)


def apply_edit(
    connection: Connection,
    actor: Actor,
    header: RosterHeader,
    edition: int,
    edit: NewEdit,
    update: RosterUpdate,
) -> int:
    """Write an edit of a draft; the edition that the roster has from then on.

    Raises BadRequest where it is no draft, EditedMeanwhile where `edition` is not its edition.
    """
    if header.status != "draft" or header.kind != "roster":
        raise BadRequest(f"{header.id} is {header.status}, and only drafts are changed.")
    if header.edition != edition:
        raise EditedMeanwhile
    number = edition + 1
    edits, edit_lines = table("roster_edit"), table("roster_edit_line")
    parts: dict[str, Any] = {}
    overridden = _SENTENCES.dump_python(edit.overridden, mode="json", context=parts)
    connection.execute(
        sa.insert(edits).values(
            roster_id=header.id,
            number=number,
            kind=edit.kind,
            at=now(),
            account=actor.account,
            behind=actor.behind,
            undoes=edit.undoes,
            reason=edit.reason,
            overridden=(
                json.dumps({"findings": overridden, "parts": parts}, ensure_ascii=False)
                if edit.overridden
                else None
            ),
            command_id=edit.command_id,
        )
    )
    rows = [
        {
            "roster_id": header.id,
            "number": number,
            "comes": comes,
            "demand_id": a.demand_id,
            "day": edit.days[a.demand_id],
            "staff_id": a.staff_id or None,
            "contract_id": a.contract_id or None,
            "temporary_supply_id": a.supply_id or None,
        }
        for comes, side in ((False, edit.removed), (True, edit.added))
        for a in side
    ]
    if rows:
        connection.execute(sa.insert(edit_lines), rows)
    _update(connection, header, update)
    return number


def _update(connection: Connection, header: RosterHeader, update: RosterUpdate) -> None:
    lines, vacancies = table("assignment_line"), table("vacancy_line")
    if update.whole:
        for rows in (lines, vacancies):
            connection.execute(sa.delete(rows).where(rows.c.roster_id == header.id))
    for line in update.lines_gone:
        same = [
            lines.c.roster_id == header.id,
            lines.c.demand_id == line.demand_id,
            lines.c.staff_id.is_not_distinct_from(line.staff_id),
            lines.c.contract_id.is_not_distinct_from(line.contract_id),
            lines.c.temporary_supply_id.is_not_distinct_from(line.temporary_supply_id),
        ]
        one = connection.execute(sa.select(sa.func.min(lines.c.row_id)).where(*same)).scalar_one()
        connection.execute(sa.delete(lines).where(lines.c.row_id == one))
    if update.vacancies_gone:
        connection.execute(
            sa.delete(vacancies).where(
                vacancies.c.roster_id == header.id,
                vacancies.c.demand_id.in_(update.vacancies_gone),
            )
        )
    insert_lines(connection, "assignment_line", header.id, update.lines_come)
    insert_lines(connection, "vacancy_line", header.id, update.vacancies_come)
    changed = {"summary": summary_text(update.summary, update.causes)}
    if update.snapshot is not None:
        changed["snapshot_sha256"] = insert_snapshot(connection, update.snapshot)
    rosters = table("roster")
    connection.execute(sa.update(rosters).where(rosters.c.id == header.id).values(changed))


def load_edits(
    connection: Connection, roster_id: str, *conditions: sa.ColumnElement[bool]
) -> list[RosterEdit]:
    """The edits of a roster, the first one first."""
    edits, lines = table("roster_edit"), table("roster_edit_line")
    found = connection.execute(
        sa.select(edits).where(edits.c.roster_id == roster_id, *conditions).order_by(edits.c.number)
    ).all()
    of_these = [lines.c.number.in_([row.number for row in found])] if conditions else []
    moved: dict[tuple[int, bool], list[Assignment]] = defaultdict(list)
    days: dict[int, dict[str, date]] = defaultdict(dict)
    for row in connection.execute(
        sa.select(lines).where(lines.c.roster_id == roster_id, *of_these).order_by(lines.c.row_id)
    ):
        moved[row.number, row.comes].append(
            Assignment(
                row.demand_id,
                row.staff_id or "",
                row.contract_id or "",
                row.temporary_supply_id or "",
            )
        )
        days[row.number][row.demand_id] = row.day
    return [
        RosterEdit(
            roster_id=row.roster_id,
            number=row.number,
            kind=cast(EditKind, row.kind),
            at=row.at,
            account=row.account,
            behind=row.behind,
            removed=tuple(moved[row.number, False]),
            added=tuple(moved[row.number, True]),
            days=days[row.number],
            undoes=row.undoes,
            reason=row.reason,
            overridden=_overridden(row.overridden),
            command_id=row.command_id,
        )
        for row in found
    ]


def _overridden(text: str | None) -> tuple[Sentence, ...]:
    if text is None:
        return ()
    kept = json.loads(text)
    return _SENTENCES.validate_python(kept["findings"], context=kept["parts"])


class EditBook:
    """Edits of drafts. Every method is one transaction, and what it writes is on record."""

    def __init__(self, reading: Transaction, writing: Transaction, actor: Actor) -> None:
        self._reading = reading
        self._writing = writing
        self._actor = actor

    def stamp(self) -> Stamp:
        """What a draft is judged by, apart from itself: the same stamp, the same facts and
        publications.
        """
        with self._reading() as connection:
            return _stamp(connection)

    def edition(self, roster_id: str) -> int:
        """How often a roster was edited. Raises NotFound."""
        with self._reading() as connection:
            find(connection, "roster", roster_id, "roster")
            return editions(connection, [roster_id]).get(roster_id, 0)

    def edits(self, roster_id: str) -> list[RosterEdit]:
        """The edits of a roster, the first one first. Raises NotFound."""
        with self._reading() as connection:
            find(connection, "roster", roster_id, "roster")
            return load_edits(connection, roster_id)

    def asked_as(self, roster_id: str, command_id: str) -> RosterEdit | None:
        """The edit that a command was, whose id whoever asked has given; None where there is
        none.
        """
        same = table("roster_edit").c.command_id == command_id
        with self._reading() as connection:
            found = load_edits(connection, roster_id, same)
        return found[0] if found else None

    def write(
        self, roster_id: str, edition: int, stamp: Stamp, edit: NewEdit, update: RosterUpdate
    ) -> int:
        """Write an edit of a draft; the edition that the roster has from then on.

        Raises NotFound, BadRequest where it is no draft, EditedMeanwhile where `edition` is not its
        edition any more, OtherStateOfThings where facts or publications are not those of the
        `stamp`.
        """
        with self._writing() as connection:
            find(connection, "roster", roster_id, "roster")
            header = load_headers(connection, table("roster").c.id == roster_id)[0]
            if _stamp(connection) != stamp:
                raise OtherStateOfThings
            number = apply_edit(connection, self._actor, header, edition, edit, update)
            thing = {"roster": roster_id, "edit": number}
            if edit.overridden:
                thing["overridden"] = len(edit.overridden)
            stored_audit.append(
                connection,
                self._actor,
                "override_rules" if edit.overridden else "build_rosters",
                thing,
            )
            return number


def _stamp(connection: Connection) -> Stamp:
    rosters = table("roster")
    query = (
        sa.select(rosters.c.id, rosters.c.status, rosters.c.published_at)
        .where(rosters.c.published_at.is_not(None))
        .order_by(rosters.c.id)
    )
    return facts_edition.edition(connection), tuple(
        (row.id, row.status, row.published_at) for row in connection.execute(query)
    )

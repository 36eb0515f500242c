"""Rows for the tables of any earlier version: what the program of now has written, in the columns
that there were, and one made-up row in each table of which it has written nothing.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import BY_FILE, Fact, Leave
from scheduler.domain.roster import Assignment
from scheduler.storage.repository import Repository
from scheduler.storage.roster_edits import NewEdit, RosterUpdate
from scheduler.storage.tables import METADATA
from tests.scheduler.storage import sample

Rows = dict[str, list[dict[str, Any]]]
"""By table, each by column."""

MORE = {
    "procedure_equivalence": {
        "procedure_id": "IPC",
        "from_organisation_id": "R1",
        "host_organisation_id": "R2",
        "from_date": "2026-01-01",
    },
    "procedure_sign_off": {
        "staff_id": "S1",
        "procedure_id": "IPC",
        "organisation_id": "R1",
        "version": "2",
        "valid_from": "2026-02-01",
    },
    "skill_mix": {"service_id": "UCR", "shift_type_id": "E", "role_id": "RN5", "minimum": "1"},
    "leave": {"staff_id": "S1", "from_date": "2027-05-03", "to_date": "2027-05-09", "kind": "al"},
    "leave_band": {"organisation_id": "R1", "role_id": "RN5", "most_away": "2"},
    "unavailability": {"staff_id": "S2", "from_date": "2027-01-01", "weekday": "3"},
    "work_limit": {"staff_id": "S1", "measure": "total_shifts", "maximum": "5", "days": "7"},
    "shift_succession": {"shift_type_id": "N", "next_shift_type_id": "E"},
    "base_pattern": {
        "staff_id": "S1",
        "from_date": "2027-01-01",
        "cycle_days": "7",
        "day": "1",
        "shift_type_id": "E",
    },
    "approval_scheme": {
        "collaborative_id": "ESX",
        "notice_days": "42",
        "answer_days": "3",
        "unseen_hours": "24",
    },
    "approval_post": {
        "id": "PO",
        "name": "Matron",
        "collaborative_id": "ESX",
        "power": "approve",
        "organisation_id": "R1",
    },
    "post_absence": {"post_id": "PO", "from_date": "2027-01-01"},
    "service_contact": {"organisation_id": "R1", "name": "Bleep", "phone": "01234 567890"},
    "recharge_account": {
        "home_organisation_id": "R1",
        "host_organisation_id": "R2",
        "from_date": "2026-01-01",
        "home_cost_centre": "HC",
        "vat": "exempt",
    },
    "request_rule": {"organisation_id": "R1", "kind": "sick", "at_once": "yes"},
    "target": {
        "measure": "fill_share",
        "at_least": "0.9",
        "source": "A paper",
        "source_date": "2026-01-01",
        "from_date": "2026-01-01",
        "confirmed": "no",
    },
}
"""A row of each file of facts that the sample leaves empty."""


TAKEN = {
    ("outbox", "words"): "{}",
    ("access_token", "expires_at"): dt.datetime(2028, 1, 11, tzinfo=dt.UTC),
}
"""What a table takes in a made-up row, where any value at all is not enough."""


@dataclass(frozen=True)
class Written:
    """What the program of now has written: rows by table, and what it makes of them."""

    rows: Rows
    facts: Mapping[str, tuple[Fact, ...]]
    rosters: tuple[str, ...]
    entries: int


@cache
def written() -> Written:
    """Facts of every file, rosters, an edit, an account, a job, and the record of all that."""
    facts = Dataset.from_cells({**sample.cells(), **{file: [row] for file, row in MORE.items()}})
    with Repository("sqlite://") as repository:
        repository.store(facts, why="all of it")
        away = Leave(
            staff_id="S3", from_date=dt.date(2027, 6, 1), to_date=dt.date(2027, 6, 2), kind="al"
        )
        repository.change([RowChange(None, away)])
        published = repository.save_roster(sample.document(), facts)
        repository.publish(published)
        draft = repository.save_roster(sample.document(), facts)
        line = repository.roster(draft).document.assignments[0]
        taken_out = NewEdit(
            "unassign",
            removed=(Assignment(line.demand_id, line.staff_id or "", line.contract_id or ""),),
            added=(),
            days={line.demand_id: line.start.date()},
        )
        update = RosterUpdate(sample.document().summary, {}, lines_gone=(line,))
        repository.edits.write(draft, 0, repository.edits.stamp(), taken_out, update)
        account = repository.book.enter("https://provider", "somebody", "Somebody")
        repository.book.is_staff(account.id, "S1")
        repository.jobs.submit("solve", "ESX", dt.date(2027, 1, 11), {"kind": "solve"}, "1")
        repository.policies.add("ESX", "Kept", {"daily_rest": {"hours": 12}}, why="")
        repository.scenarios.add("ESX", "Kept", {"alone": True}, why="")
        period = {"start": "2027-01-11", "days": 7}
        repository.save_comparison({"collaborative_id": "ESX", "period": period})
        with repository._reading() as connection:
            rows = {
                name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
                for name, table in METADATA.tables.items()
            }
        return Written(
            rows,
            {file: repository.facts(file) for file in BY_FILE},
            tuple(header.id for header in repository.rosters()),
            len(repository.audit.entries()),
        )


def fill(connection: sa.Connection) -> list[str]:
    """Put them into the tables that are there, those first that others name; the tables of which
    no row could be made up.
    """
    tables = sa.MetaData()
    tables.reflect(connection)
    unfilled = []
    for table in tables.sorted_tables:
        if table.name == "alembic_version":
            continue
        connection.execute(sa.delete(table))
        rows = [_fitted(connection, table, row) for row in written().rows.get(table.name, [])]
        if rows:
            connection.execute(sa.insert(table), rows)
        elif not _made_up(connection, table):
            unfilled.append(table.name)
        _go_on_counting(connection, table)
    return unfilled


def all_rows(connection: sa.Connection) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Every row of every table: table -> key -> column -> value."""
    tables = sa.MetaData()
    tables.reflect(connection)
    return {
        table.name: {
            tuple(row[column.name] for column in table.primary_key): dict(row)
            for row in connection.execute(sa.select(table)).mappings()
        }
        for table in tables.sorted_tables
        if table.name != "alembic_version"
    }


def _fitted(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """In the columns that there were; a column that is no more is made up."""
    parents = _parents(connection, table)
    return {
        column.name: row[column.name]
        if column.name in row
        else _value(table, column, parents, all_of_it=False)
        for column in table.columns
    }


def _made_up(connection: sa.Connection, table: sa.Table) -> bool:
    """One row, with as little in it as the table takes."""
    parents = _parents(connection, table)
    for all_of_it in (False, True):
        values = {
            column.name: _value(table, column, parents, all_of_it=all_of_it)
            for column in table.columns
        }
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(table).values(values))
            return True
        except sa.exc.IntegrityError:
            continue
    return False


def _parents(connection: sa.Connection, table: sa.Table) -> dict[str, Any]:
    """Column -> the key of a row that there is, for columns that name one of another table."""
    found: dict[str, Any] = {}
    for constraint in table.foreign_key_constraints:
        parent = constraint.referred_table
        if parent is table:
            continue
        row = connection.execute(sa.select(parent).limit(1)).mappings().first()
        for element in constraint.elements:
            if row is not None:
                found[element.parent.name] = row[element.column.name]
    return found


def _value(
    table: sa.Table, column: sa.Column[Any], parents: Mapping[str, Any], *, all_of_it: bool
) -> Any:
    if (table.name, column.name) in TAKEN:
        return TAKEN[table.name, column.name]
    if column.nullable and not (all_of_it or column.primary_key):
        return None
    if column.name in parents:
        return parents[column.name]
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer):
        return 1
    if isinstance(kind, (sa.Numeric, sa.Float, sa.Double)):
        return 1.0
    if isinstance(kind, sa.DateTime):
        return dt.datetime(2027, 1, 11, tzinfo=dt.UTC)
    if isinstance(kind, sa.Date):
        return dt.date(2027, 1, 11)
    if isinstance(kind, sa.Time):
        return dt.time(7)
    if isinstance(kind, sa.LargeBinary):
        return b"x"
    for check in table.constraints:
        text = str(check.sqltext) if isinstance(check, sa.CheckConstraint) else ""
        if re.search(rf"\b{column.name}\b", text) and (literal := re.search(r"'([^']+)'", text)):
            return literal[1]
    return "x"


def _go_on_counting(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL counts rows by itself, and does not see those that bring their numbers along."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key:
        if isinstance(column.type, sa.Integer) and column.server_default is not None:
            connection.execute(
                sa.text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"
                    f' (SELECT max("{column.name}") FROM "{table.name}"))'
                )
            )

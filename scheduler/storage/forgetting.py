"""Takes a person out of everything that is stored, inside somebody else's transaction: what is no
longer needed goes, and what others still need of it, such as hours worked, is kept under a mark.
"""

import json
import re
import secrets
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Contract, Staff
from scheduler.storage import stored_audit, stored_changes, stored_facts
from scheduler.storage.facts_edition import replace_edition
from scheduler.storage.stored_jobs import canonical
from scheduler.storage.tables import table

NOBODY = "Somebody who left"
"""The name that is shown instead."""
PERSONS = ("staff_id", "contract_id")
"""What in documents names a person; whatever else ends so names something else."""
TEXTS: tuple[tuple[str, str], ...] = (
    ("vacancy_line", "cause"),
    ("roster", "summary"),
    ("roster", "published_anyway"),
    ("roster", "name"),
    ("roster", "reason"),
    ("roster", "published_reason"),
    ("roster", "withdrawn_reason"),
    ("earlier_publication", "published_reason"),
    ("earlier_publication", "withdrawn_reason"),
    ("comparison", "document"),
    ("roster_edit", "reason"),
    ("roster_edit", "overridden"),
    ("sign_off", "reason"),
    ("dispute_event", "words"),
    ("trade", "words"),
    ("staff_request", "words"),
    ("change_set", "why"),
    ("policy_version", "why"),
    ("scenario_version", "document"),
    ("scenario_version", "why"),
    ("job", "request"),
    ("job", "message"),
    ("job", "message_parts"),
    ("job", "course"),
)
"""Columns in which sentences and documents speak of people."""
CANONICAL = {("job", "request"), ("scenario_version", "document")}
"""Those that hold canonical JSON."""
TOLD_AND_TRADED = (
    ("notice", "staff_id"),
    ("trade", "giver"),
    ("trade", "taken_by"),
    ("trade_asked", "staff_id"),
)
"""Columns that name people in what they were told and what they traded."""


@dataclass(frozen=True)
class Forgotten:
    """What was done. `mark`: under which the person's hours are kept from now on, empty where they
    are not due yet; `rows`: table -> rows deleted or changed.
    """

    mark: str
    rows: Mapping[str, int]


def delete_facts(connection: Connection, staff_id: str, files: Collection[str]) -> Counter[str]:
    """Withdraw a person's facts of these files, with nothing left to read of them."""
    _overwrite(connection)
    replace_edition(connection)
    gone = Counter[str]()
    for file in files:
        rows = table(file)
        gone[file] = connection.execute(sa.delete(rows).where(rows.c.staff_id == staff_id)).rowcount
    return +gone


def delete_account(connection: Connection, staff_id: str) -> Counter[str]:
    """The account of a person, with what it might do and its visits."""
    accounts, gone = table("account"), Counter[str]()
    own = connection.execute(sa.select(accounts.c.id).where(accounts.c.staff_id == staff_id))
    for account_id in list(own.scalars()):
        for name in ("access_grant", "access_token", "request_once", "sign_in", "outbox"):
            rows = table(name)
            gone[name] += connection.execute(
                sa.delete(rows).where(rows.c.account_id == account_id)
            ).rowcount
        connection.execute(sa.delete(accounts).where(accounts.c.id == account_id))
        gone["account"] += 1
    return +gone


def delete_calendar(connection: Connection, staff_id: str) -> Counter[str]:
    """The addresses under which a calendar program read a person's shifts."""
    rows = table("calendar_token")
    gone = connection.execute(sa.delete(rows).where(rows.c.staff_id == staff_id)).rowcount
    return +Counter({"calendar_token": gone})


def delete_records(connection: Connection, staff_id: str) -> Counter[str]:
    """What another system's runs have said of a person."""
    rows = table("source_record")
    gone = connection.execute(sa.delete(rows).where(rows.c.staff_id == staff_id)).rowcount
    return +Counter({"source_record": gone})


def delete_requests(connection: Connection, staff_id: str) -> Counter[str]:
    """What a person has told of themselves, with the answers."""
    rows = table("staff_request")
    gone = connection.execute(sa.delete(rows).where(rows.c.staff_id == staff_id)).rowcount
    return +Counter({"staff_request": gone})


def delete_known_endings(connection: Connection, staff_id: str) -> Counter[str]:
    """Of which of their things a person knew that they end."""
    rows = table("known_ending")
    gone = connection.execute(sa.delete(rows).where(rows.c.staff_id == staff_id)).rowcount
    return +Counter({"known_ending": gone})


def delete_attestations(connection: Connection, staff_id: str) -> Counter[str]:
    """Which of a person's facts were signed, and by whom."""
    rows = table("attestation")
    gone = connection.execute(sa.delete(rows).where(rows.c.staff_id == staff_id)).rowcount
    return +Counter({"attestation": gone})


def anonymise(connection: Connection, person: Staff) -> Forgotten:
    """Put a mark in the place of a person: in facts, rosters, the facts that rosters were made
    from, comparisons, jobs. Every total stays, and the record of what was done is not touched.
    """
    _overwrite(connection)
    replace_edition(connection)
    mark = f"gone-{secrets.token_hex(6)}"
    contracts = [
        row
        for row in stored_facts.load_file(connection, "contract")
        if isinstance(row, Contract) and row.staff_id == person.id
    ]
    ids = {person.id: mark} | {
        row.id: f"{mark}-{number}" for number, row in enumerate(contracts, start=1)
    }
    changed = _facts(connection, person, contracts, ids)
    names, others = {person.name}, Counter[str]()
    # what they were called, and by which contracts, before any roster was made
    names |= stored_changes.cells_of(connection, person.id, "staff", "name")
    for contract_id in stored_changes.cells_of(connection, person.id, "contract", "id"):
        _contract(contract_id, person.id, ids)
    snapshots = _snapshots(connection, person.id, ids, names, others)
    changed["snapshot"] = len(snapshots)
    for name in ("assignment_line", "roster_edit_line"):
        lines = table(name)
        changed[name] = connection.execute(
            sa.update(lines).where(lines.c.staff_id == person.id).values(staff_id=mark)
        ).rowcount
        for old, new in ids.items():
            connection.execute(
                sa.update(lines)
                .where(lines.c.contract_id == old, lines.c.staff_id == mark)
                .values(contract_id=new)
            )
    for name, column in TOLD_AND_TRADED:
        rows = table(name)
        changed[name] += connection.execute(
            sa.update(rows).where(rows.c[column] == person.id).values({column: mark})
        ).rowcount
    for file, column in (("staff", "id"), ("staff", "name"), ("contract", "id"), ("demand", "id")):
        others.update(connection.execute(sa.select(table(file).c[column])).scalars())
    words = {**ids, **dict.fromkeys(names, NOBODY)}
    own = {word: new for word, new in words.items() if word == person.id or word not in others}
    rename = _renaming(own, others)
    for name, column in TEXTS:
        changed[name] += _texts(connection, name, column, rename, snapshots)
    changed["changed_row"] = stored_changes.forget(connection, person.id)
    stored_audit.forget_person(connection, person.id)
    return Forgotten(mark, +changed)


def _overwrite(connection: Connection) -> None:
    """SQLite leaves what was deleted in free pages unless it is told not to."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _facts(
    connection: Connection, person: Staff, contracts: list[Contract], ids: Mapping[str, str]
) -> Counter[str]:
    staff, held, worked = table("staff"), table("contract"), table("worked_shift")
    mark, changed = ids[person.id], Counter[str]()
    base = contracts[-1].base_site_id if contracts else person.home_site_id
    connection.execute(
        sa.insert(staff).values(
            id=mark,
            name=NOBODY,
            home_site_id=base,
            max_travel_minutes=None,
            accepts_other_hosts=False,
            wtr_opt_out=False,
        )
    )
    for row in contracts:
        joint = None if row.joint_post_id is None else f"{mark}-joint"
        new = {**row.__dict__, "id": ids[row.id], "staff_id": mark, "joint_post_id": joint}
        connection.execute(sa.insert(held).values(new))
        connection.execute(
            sa.update(worked).where(worked.c.contract_id == row.id).values(contract_id=ids[row.id])
        )
    changed["worked_shift"] = connection.execute(
        sa.update(worked).where(worked.c.staff_id == person.id).values(staff_id=mark)
    ).rowcount
    changed["contract"] = connection.execute(
        sa.delete(held).where(held.c.staff_id == person.id)
    ).rowcount
    changed["staff"] = connection.execute(sa.delete(staff).where(staff.c.id == person.id)).rowcount
    return changed


# --- the facts that rosters were made from


def _snapshots(
    connection: Connection,
    staff_id: str,
    ids: dict[str, str],
    names: set[str],
    others: Counter[str],
) -> dict[str, str]:
    """Write anew each snapshot that knows the person; its old hash -> its new one. Contracts of
    theirs that have been withdrawn since join the `ids`, what they were called then the `names`,
    and what others were called the `others`.
    """
    snapshots, rosters, new = table("snapshot"), table("roster"), {}
    for sha256 in list(connection.execute(sa.select(snapshots.c.sha256)).scalars()):
        row = connection.execute(sa.select(snapshots).where(snapshots.c.sha256 == sha256)).one()
        cells = json.loads(zlib.decompress(row.cells))
        if not any(one["id"] == staff_id for one in cells.get("staff", ())):
            continue
        names |= {one["name"] for one in cells["staff"] if one["id"] == staff_id}
        others.update(one["name"] for one in cells["staff"] if one["id"] != staff_id)
        dataset = Dataset.from_cells(_marked(cells, staff_id, ids))
        new[sha256] = dataset.sha256()
        same = snapshots.c.sha256 == new[sha256]
        # two that differed in what is left out alone become one
        if connection.execute(sa.select(snapshots.c.sha256).where(same)).first() is None:
            content = zlib.compress(json.dumps(dataset.to_cells(), ensure_ascii=False).encode(), 6)
            connection.execute(
                sa.insert(snapshots).values(
                    sha256=new[sha256], cells=content, created_at=row.created_at
                )
            )
        for rows in (rosters, table("dispute")):
            connection.execute(
                sa.update(rows)
                .where(rows.c.snapshot_sha256 == sha256)
                .values(snapshot_sha256=new[sha256])
            )
        connection.execute(sa.delete(snapshots).where(snapshots.c.sha256 == sha256))
    return new


def _marked(
    cells: Mapping[str, list[dict[str, str]]], staff_id: str, ids: dict[str, str]
) -> dict[str, list[dict[str, str]]]:
    """The cells with the mark in the place of the person: what cleared them then stays, so that
    the roster can still be explained, and why they were away does not.
    """
    base = {row["staff_id"]: row["base_site_id"] for row in cells.get("contract", ())}

    def change(file: str, row: dict[str, str]) -> dict[str, str]:
        own = row["id"] if file == "staff" else row.get("staff_id", "")
        if own != staff_id:
            return row
        found = {**row, ("id" if file == "staff" else "staff_id"): ids[staff_id]}
        match file:
            case "staff":
                found |= {"name": NOBODY, "home_site_id": base.get(staff_id, row["home_site_id"])}
            case "contract":
                found["id"] = _contract(row["id"], staff_id, ids)
                if row.get("joint_post_id"):
                    found["joint_post_id"] = f"{ids[staff_id]}-joint"
            case "leave":
                found["kind"] = "leave"
        if file != "contract" and row.get("contract_id"):
            found["contract_id"] = _contract(row["contract_id"], staff_id, ids)
        return found

    return {file: [change(file, row) for row in rows] for file, rows in cells.items()}


def _contract(contract_id: str, staff_id: str, ids: dict[str, str]) -> str:
    """Also of a contract that has been withdrawn from the facts since: everywhere the same."""
    return ids.setdefault(contract_id, f"{ids[staff_id]}-{secrets.token_hex(2)}")


# --- sentences and documents


def _renaming(own: Mapping[str, str], others: Iterable[str]) -> Callable[[str], str]:
    """Ids and names of `others` stay, also where they hold one that goes: `N.1` for `N`."""
    longer = {other for other in others if other not in own and any(word in other for word in own)}
    words = {**dict.fromkeys(longer), **own}
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")
    return lambda text: pattern.sub(lambda found: words[found[0]] or found[0], text)


def _texts(
    connection: Connection,
    name: str,
    column: str,
    rename: Callable[[str], str],
    snapshots: Mapping[str, str],
) -> int:
    """A text of JSON is taken apart first, so that what it quotes is found too."""
    rows = table(name)
    keys = list(rows.primary_key.columns)
    changed = 0
    for *key, old in connection.execute(sa.select(*keys, rows.c[column])).all():
        if not old:
            continue
        try:
            document = json.loads(old)
        except ValueError:
            new = rename(old)
        else:
            renamed = _renamed(document, rename, snapshots)
            write = canonical if (name, column) in CANONICAL else _plain
            new = old if renamed == document else write(renamed)
        if new != old:
            changed += 1
            this = [part == value for part, value in zip(keys, key, strict=True)]
            connection.execute(sa.update(rows).where(*this).values({column: new}))
    return changed


def _plain(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def _renamed(value: Any, rename: Callable[[str], str], snapshots: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return snapshots.get(value) or rename(value)
    if isinstance(value, dict):
        others = value.get("kind") not in (None, "person", "contract") and "id" in value
        return {
            rename(key): (
                one
                if (others and key == "id") or _named_otherwise(key, one)
                else _renamed(one, rename, snapshots)
            )
            for key, one in value.items()
        }
    return [_renamed(one, rename, snapshots) for one in value] if isinstance(value, list) else value


def _named_otherwise(key: str, value: Any) -> bool:
    return isinstance(value, str) and key.endswith("_id") and key not in PERSONS

"""Rosters, their snapshots and comparisons in and out of their tables, inside somebody else's
transaction.
"""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, assert_never, cast

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Connection

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Fact
from scheduler.domain.publication import dates_in_force
from scheduler.domain.roster import AssignmentLine, RosterDocument, VacancyLine
from scheduler.domain.sentence import Sentence, from_parts, parts
from scheduler.domain.version_words import BUILT, derived_reason, made_from
from scheduler.storage.kept_facts import kept_facts
from scheduler.storage.stored_facts import in_order, load_dataset, load_rows
from scheduler.storage.tables import table

RosterKind = Literal["roster", "scenario"]
RosterStatus = Literal["draft", "published", "superseded", "withdrawn"]


@dataclass(frozen=True)
class PublishedAnyway:
    """The reason that somebody gave for publishing what did not stand, and what that was, in
    sentences.
    """

    reason: str
    findings: tuple[Sentence, ...]


CAUSES = "cause_parts"
"""Of a stored summary: what the causes of its vacancies are made of."""
_ANYWAY = TypeAdapter(PublishedAnyway)


@dataclass(frozen=True)
class RosterHeader:
    """A stored roster without its lines."""

    id: str
    collaborative_id: str
    start: date
    days: int
    version: int
    kind: RosterKind
    status: RosterStatus
    created_at: datetime
    published_at: datetime | None
    snapshot_sha256: str
    summary: dict[str, Any] = field(compare=False)
    causes: Mapping[str, Sentence] = field(default_factory=dict, compare=False, repr=False)
    """As in the document of the roster."""
    made_by: str | None = None
    published_by: str | None = None
    """Accounts; of a roster that was built for somebody, theirs who ordered it."""
    published_anyway: PublishedAnyway | None = None
    """Why it was published although not all of it stood."""
    edition: int = 0
    """How often it was changed by hand since it was made."""
    in_force: frozenset[date] = frozenset()
    """The dates for which this is the latest publication of its collaborative; none unless
    published.
    """
    name: str | None = None
    """What people call this version, if anybody gave it a name."""
    reason: str = BUILT
    """Why it was made, in words without ids."""
    made_from: str | None = None
    """The id of the version that it was made from; of one that was deleted since, what that was
    made from.
    """
    published_reason: str | None = None
    """Why it changed what was published already."""
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None
    """Of a publication that was withdrawn: when, by which account, and why."""
    offered_at: datetime | None = None
    offered_by: str | None = None
    """Since when it waits for approval, and which account has said that it may be looked at."""

    @property
    def last(self) -> date:
        """Its last date."""
        return self.start + timedelta(days=self.days - 1)

    @property
    def in_part(self) -> bool:
        """Whether it is published and a later publication has taken the place of some of
        its dates.
        """
        return self.status == "published" and len(self.in_force) < self.days


@dataclass(frozen=True)
class VersionLabel:
    """What is said of a version when it is stored. `name`: given by people; `reason` and
    `made_from`: derived from its summary where they are left out.
    """

    name: str | None = None
    reason: str | None = None
    made_from: str | None = None


UNLABELLED = VersionLabel()


@dataclass(frozen=True)
class StoredRoster:
    """A roster as it was saved, with where it stands now."""

    header: RosterHeader
    document: RosterDocument


ComparisonKind = Literal["compare", "value", "frontier", "waterfall", "partners"]
LETTERS: dict[ComparisonKind, str] = {
    "compare": "C",
    "value": "V",
    "frontier": "F",
    "waterfall": "W",
    "partners": "P",
}
"""Before the number in the id of what was tested."""


@dataclass(frozen=True)
class ComparisonHeader:
    """A stored comparison without its document."""

    id: str
    collaborative_id: str
    start: date
    days: int
    created_at: datetime
    made_by: str | None = None

    @property
    def kind(self) -> ComparisonKind:
        """What was asked: scenarios side by side, what barriers are worth, a frontier, what each
        lever brings, or what each partner gains.
        """
        letter = self.id.rpartition("-")[2][:1]
        return next(kind for kind, own in LETTERS.items() if own == letter)


def now() -> datetime:
    """The time in UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


# --- rosters


def insert_roster(
    connection: Connection,
    document: RosterDocument,
    snapshot: Dataset,
    kind: RosterKind,
    made_by: str | None,
    label: VersionLabel = UNLABELLED,
) -> str:
    """Store a draft with the facts that it was made from; its id, with the next version for its
    start.
    """
    version = 1 + max(
        _last_version(connection, each, document.collaborative_id, document.start)
        for each in ("roster", "deleted_roster")
    )
    origin = label.made_from or made_from(document.summary)
    called = {row.id: row.name for row in snapshot.staff}
    roster_id = f"{document.collaborative_id}-{document.start.isoformat()}-{version}"
    row = {
        "id": roster_id,
        "collaborative_id": document.collaborative_id,
        "start": document.start,
        "days": document.days,
        "version": version,
        "kind": kind,
        "status": "draft",
        "created_at": now(),
        "summary": summary_text(document.summary, document.causes),
        "snapshot_sha256": insert_snapshot(connection, snapshot),
        "made_by": made_by,
        "name": label.name,
        "reason": label.reason
        or derived_reason(
            document.summary, origin, document.start, lambda staff_id: called.get(staff_id, "")
        ),
        "made_from": origin,
    }
    connection.execute(sa.insert(table("roster")).values(row))
    insert_lines(connection, "assignment_line", roster_id, document.assignments)
    insert_lines(connection, "vacancy_line", roster_id, document.vacancies)
    return roster_id


def _last_version(
    connection: Connection, table_name: str, collaborative_id: str, start: date
) -> int:
    rows = table(table_name)
    same = (rows.c.collaborative_id == collaborative_id, rows.c.start == start)
    return int(
        connection.execute(sa.select(sa.func.max(rows.c.version)).where(*same)).scalar() or 0
    )


def summary_text(summary: Mapping[str, Any], causes: Mapping[str, Sentence]) -> str:
    """A summary as it is stored, with what the causes of vacancies are made of."""
    made_of = {demand_id: parts(cause) for demand_id, cause in causes.items()}
    return _json({**summary, CAUSES: made_of})


def insert_lines(connection: Connection, name: str, roster_id: str, lines: Sequence[Fact]) -> None:
    """Write lines or vacancies of a roster, in their order."""
    if lines:
        connection.execute(
            sa.insert(table(name)), [{**line.__dict__, "roster_id": roster_id} for line in lines]
        )


def load_headers(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[RosterHeader]:
    """Newest period first, within it the newest version."""
    rosters = table("roster")
    order = (
        rosters.c.start.desc(),
        in_order(connection, rosters.c.collaborative_id),
        rosters.c.version.desc(),
    )
    query = sa.select(rosters).where(*conditions).order_by(*order)
    rows = connection.execute(query).mappings().all()
    in_force = (
        counting_dates(connection) if any(row["status"] == "published" for row in rows) else {}
    )
    edited = editions(connection, [row["id"] for row in rows])
    return [
        _header({**row, "edition": edited.get(row["id"], 0)}, in_force.get(row["id"], frozenset()))
        for row in rows
    ]


def editions(connection: Connection, roster_ids: Sequence[str]) -> dict[str, int]:
    """Roster id -> the number of its latest edit; those that nobody has edited are left out."""
    edits = table("roster_edit")
    query = sa.select(edits.c.roster_id, sa.func.max(edits.c.number)).group_by(edits.c.roster_id)
    if len(roster_ids) == 1:
        query = query.where(edits.c.roster_id == roster_ids[0])
    return {row[0]: row[1] for row in connection.execute(query)}


def _header(row: dict[str, Any], in_force: frozenset[date]) -> RosterHeader:
    anyway = None if row["published_anyway"] is None else json.loads(row["published_anyway"])
    summary = json.loads(row["summary"])
    causes = summary.pop(CAUSES, {})
    return RosterHeader(
        **{
            **row,
            "status": row["status"] if row["withdrawn_at"] is None else "withdrawn",
            "reason": row["reason"]
            or derived_reason(summary, row["made_from"], row["start"], _called_then(summary)),
            "summary": summary,
            "causes": {demand_id: from_parts(cause) for demand_id, cause in causes.items()},
            "published_anyway": (
                None
                if anyway is None
                else _ANYWAY.validate_python(
                    {"reason": anyway["reason"], "findings": anyway["findings"]},
                    context=anyway.get("parts", {}),
                )
            ),
        },
        in_force=in_force,
    )


def _called_then(summary: Mapping[str, Any]) -> Callable[[str], str]:
    """What people were called of whom a repair speaks that was stored without its reason."""
    changes = summary.get("repair", {}).get("answer", {}).get("changes", [])
    names = {one["who"]: one["name"] for one in changes}
    return lambda staff_id: str(names.get(staff_id, ""))


def counting_dates(
    connection: Connection, collaborative_id: str | None = None
) -> dict[str, frozenset[date]]:
    """Id of each published roster, of one collaborative only where asked -> the dates on which it
    counts.
    """
    rosters = table("roster")
    query = sa.select(
        rosters.c.id, rosters.c.collaborative_id, rosters.c.start, rosters.c.days
    ).where(rosters.c.status == "published")
    if collaborative_id is not None:
        query = query.where(rosters.c.collaborative_id == collaborative_id)
    rows = connection.execute(
        query.order_by(rosters.c.published_at, rosters.c.start, rosters.c.version)
    ).all()
    dates = dates_in_force(
        [
            (row.collaborative_id, row.start, row.start + timedelta(days=row.days - 1))
            for row in rows
        ]
    )
    return {row.id: own for row, own in zip(rows, dates, strict=True)}


def load_lines(
    connection: Connection, roster_id: str, *conditions: sa.ColumnElement[bool]
) -> tuple[AssignmentLine, ...]:
    """In the order in which they were saved."""
    lines = table("assignment_line")
    query = (
        sa.select(lines).where(lines.c.roster_id == roster_id, *conditions).order_by(lines.c.row_id)
    )
    return tuple(load_rows(connection, AssignmentLine, query))


def load_roster(connection: Connection, header: RosterHeader) -> StoredRoster:
    """A roster with its lines and vacancies, in the order in which they were saved."""
    vacancies = table("vacancy_line")
    query = (
        sa.select(vacancies).where(vacancies.c.roster_id == header.id).order_by(vacancies.c.row_id)
    )
    document = RosterDocument(
        collaborative_id=header.collaborative_id,
        start=header.start,
        days=header.days,
        assignments=load_lines(connection, header.id),
        vacancies=tuple(load_rows(connection, VacancyLine, query)),
        summary=header.summary,
        causes=header.causes,
    )
    return StoredRoster(header, document)


class OtherStateOfThings(Exception):
    """Facts or publications have changed since somebody looked."""


StateOfThings = tuple[str, tuple[tuple[str, datetime | None], ...]]
"""(fingerprint of the facts, every publication with its time)"""


def state_of_things(connection: Connection) -> StateOfThings:
    """What a check of a roster depends on, apart from the roster: the same state, the same
    answer.
    """
    rosters = table("roster")
    query = (
        sa.select(rosters.c.id, rosters.c.published_at)
        .where(rosters.c.status == "published")
        .order_by(rosters.c.id)
    )
    return load_dataset(connection).sha256(), tuple(
        (row.id, row.published_at) for row in connection.execute(query)
    )


def require_publishable(header: RosterHeader) -> None:
    """Raises BadRequest for what cannot be published."""
    if header.kind == "scenario":
        raise BadRequest(
            f"{header.id} is a scenario, and scenarios are not published. Solve the period as a"
            " roster first."
        )
    match header.status:
        case "draft" | "withdrawn":
            return
        case "published":
            raise BadRequest(f"{header.id} is published already.")
        case "superseded":
            raise BadRequest(
                f"{header.id} was superseded by a later publication. Save the period as a new"
                " roster and publish that."
            )
        case _:
            assert_never(header.status)


OF_A_PUBLICATION = (
    *("published_at", "published_by", "published_reason"),
    *("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
)
"""What is known of a publication that was withdrawn."""


def earlier_publications(
    connection: Connection, headers: Sequence[RosterHeader]
) -> list[RosterHeader]:
    """For each earlier publication of these rosters, after which it was withdrawn and published
    again, the roster as it was then; the earliest first.
    """
    earlier = table("earlier_publication")
    known = {header.id: header for header in headers}
    rows = connection.execute(sa.select(earlier).order_by(earlier.c.published_at)).mappings()
    return [
        replace(
            known[row["roster_id"]],
            status="withdrawn",
            in_force=frozenset(),
            **{name: row[name] for name in OF_A_PUBLICATION},
        )
        for row in rows
        if row["roster_id"] in known
    ]


def publish_roster(
    connection: Connection,
    header: RosterHeader,
    anyway: PublishedAnyway | None,
    published_by: str | None,
    reason: str | None = None,
) -> datetime:
    """On its dates it takes the place of earlier ones; those that count on no date any more are
    superseded. `reason`: why it changes what was published already. Returns when.

    Raises BadRequest for what cannot be published.
    """
    require_publishable(header)
    rosters = table("roster")
    ours = rosters.c.collaborative_id == header.collaborative_id
    at = next_moment(connection, header.collaborative_id)
    if header.withdrawn_at is not None:
        connection.execute(
            sa.insert(table("earlier_publication")).values(
                roster_id=header.id,
                **{name: getattr(header, name) for name in OF_A_PUBLICATION},
            )
        )
    connection.execute(
        sa.update(rosters)
        .where(rosters.c.id == header.id)
        .values(
            status="published",
            published_at=at,
            published_by=published_by,
            published_reason=reason,
            withdrawn_at=None,
            withdrawn_by=None,
            withdrawn_reason=None,
            published_anyway=None if anyway is None else _json(_anyway_document(anyway)),
        )
    )
    over = [
        other.id
        for other in load_headers(connection, ours, rosters.c.status == "published")
        if not other.in_force
    ]
    connection.execute(sa.update(rosters).where(rosters.c.id.in_(over)).values(status="superseded"))
    return at


def next_moment(connection: Connection, collaborative_id: str) -> datetime:
    """When a collaborative publishes or withdraws next: now, and after all that it did before. No
    two at the same instant, nor against the order if the clock is turned back: the order decides
    what counts, and what calendars take for the newer.
    """
    rosters = table("roster")
    done = [rosters.c.published_at, rosters.c.withdrawn_at]
    found = connection.execute(
        sa.select(*(sa.func.max(column, type_=column.type) for column in done)).where(
            rosters.c.collaborative_id == collaborative_id
        )
    ).one()
    after = [cast(datetime, at) + timedelta(seconds=1) for at in found if at is not None]
    return max([now(), *after])


def _anyway_document(anyway: PublishedAnyway) -> dict[str, Any]:
    """`parts`: text -> of what parts a finding is made; those that were stored before have none."""
    parts: dict[str, Any] = {}
    return {**_ANYWAY.dump_python(anyway, mode="json", context=parts), "parts": parts}


# --- snapshots


def insert_snapshot(connection: Connection, dataset: Dataset) -> str:
    """Keep the facts of a roster, unless they are kept already; their fingerprint."""
    snapshots = table("snapshot")
    sha256 = dataset.sha256()
    if (
        connection.execute(
            sa.select(snapshots.c.sha256).where(snapshots.c.sha256 == sha256)
        ).first()
        is None
    ):
        content = zlib.compress(_json(dataset.to_cells()).encode(), level=6)
        connection.execute(
            sa.insert(snapshots).values(sha256=sha256, cells=content, created_at=now())
        )
    return sha256


def load_snapshot(connection: Connection, sha256: str) -> Dataset:
    """Validated anew: the facts may have been written by an earlier version of this program."""
    snapshots = table("snapshot")

    def load() -> Dataset:
        query = sa.select(snapshots.c.cells).where(snapshots.c.sha256 == sha256)
        content = connection.execute(query).scalar_one()
        return Dataset.from_cells(json.loads(zlib.decompress(content)))

    return kept_facts(connection).snapshot(sha256, load)


# --- comparisons


def insert_comparison(
    connection: Connection,
    document: Mapping[str, Any],
    collaborative_id: str,
    start: date,
    days: int,
    made_by: str | None,
) -> str:
    """Store what was tested; its id, with the first free number."""
    comparisons = table("comparison")
    kind: ComparisonKind = document.get("kind", "compare")
    stem = f"{collaborative_id}-{start.isoformat()}-{LETTERS[kind]}"
    taken = set(
        connection.execute(
            sa.select(comparisons.c.id).where(comparisons.c.collaborative_id == collaborative_id)
        ).scalars()
    )
    number = next(number for number in range(1, len(taken) + 2) if f"{stem}{number}" not in taken)
    row = {
        "id": f"{stem}{number}",
        "collaborative_id": collaborative_id,
        "start": start,
        "days": days,
        "made_by": made_by,
    }
    connection.execute(
        sa.insert(comparisons).values(**row, created_at=now(), document=_json(document))
    )
    return cast(str, row["id"])


def load_comparison_headers(
    connection: Connection, collaborative_id: str | None
) -> list[ComparisonHeader]:
    """Newest first."""
    comparisons = table("comparison")
    columns = [
        comparisons.c[name]
        for name in ("id", "collaborative_id", "start", "days", "created_at", "made_by")
    ]
    query = sa.select(*columns).order_by(comparisons.c.created_at.desc(), comparisons.c.id.desc())
    if collaborative_id is not None:
        query = query.where(comparisons.c.collaborative_id == collaborative_id)
    return [ComparisonHeader(*row) for row in connection.execute(query)]


def load_comparison(connection: Connection, comparison_id: str) -> dict[str, Any]:
    """The document of a comparison that is there."""
    comparisons = table("comparison")
    text = connection.execute(
        sa.select(comparisons.c.document).where(comparisons.c.id == comparison_id)
    ).scalar_one()
    return cast(dict[str, Any], json.loads(text))


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)

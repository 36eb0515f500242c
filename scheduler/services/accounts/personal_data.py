"""What is kept of a person: hand all of it out, and forget who has left."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import Contract, Fact, Staff
from scheduler.domain.wording import maybe
from scheduler.services.accounts.gate import allowed, asks, open_to_all, thing_of
from scheduler.services.accounts.in_view import PERSONAL, whose
from scheduler.storage.forgetting import Forgotten as Forgotten
from scheduler.storage.repository import Repository
from scheduler.storage.stored_audit import PERSON
from scheduler.storage.stored_changes import Search
from scheduler.storage.whole_files import whole_files

UNDER_A_MARK = ("staff", "contract", "worked_shift")
"""Files of which the rows stay, with a mark for the person, once all times are over."""
EVERY_CHANGE = 10_000_000
"""More change sets than there are."""
RETENTION = Path(__file__).with_name("retention.toml")


@dataclass(frozen=True)
class RetentionRule:
    """One kind of personal data. `years` after the last contract's end; `then`: what becomes of
    it.
    """

    kind: str
    what: str
    why: str
    years: int
    then: str


@cache
def retention() -> tuple[RetentionRule, ...]:
    """What is kept of people, as the table says it."""
    tables = tomllib.loads(RETENTION.read_text(encoding="utf-8"))
    return tuple(RetentionRule(kind, **row) for kind, row in tables.items())


@dataclass(frozen=True)
class Leaver:
    """Somebody without a contract any more. `left`: their last day, None where they never had one;
    `anonymous_from`: the first day on which nothing has to be kept under their name.
    """

    staff_id: str
    name: str
    left: date | None
    anonymous_from: date | None

    def due(self, day: date) -> bool:
        """Whether all that is kept of them may be put under a mark."""
        return self.anonymous_from is None or self.anonymous_from <= day


def _leaver(person: Staff, contracts: list[Contract], day: date) -> Leaver | None:
    ends = [row.to_date for row in contracts if row.staff_id == person.id]
    if any(end is None or end >= day for end in ends):
        return None
    left = max((end for end in ends if end is not None), default=None)
    years = max(kept.years for kept in retention())
    return Leaver(person.id, person.name, left, None if left is None else _later(left, years))


def _later(day: date, years: int) -> date:
    """The day after `years` whole years."""
    try:
        anniversary = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        anniversary = date(day.year + years, 3, 1)
    return date.fromordinal(anniversary.toordinal() + 1)


@open_to_all
def leavers(repository: Repository, day: date | None = None) -> list[Leaver]:
    """People of whom nothing, or not everything, has to be kept any longer, as far as the actor may
    see to them; the earliest first.
    """
    contracts = [row for row in repository.facts("contract") if isinstance(row, Contract)]
    found = [
        leaver
        for person in repository.facts("staff")
        if isinstance(person, Staff)
        and not person.id.startswith("gone-")
        and (leaver := _leaver(person, contracts, day or date.today())) is not None
        and repository.actor.may("keep_personal_data", thing_of(repository, "person", person.id))
    ]
    return sorted(found, key=lambda leaver: (leaver.left or date.min, leaver.staff_id))


@asks("keep_personal_data", person="staff_id")
def forget(repository: Repository, staff_id: str, day: date | None = None) -> Forgotten:
    """Delete what is due of somebody who has left: facts and account at once, and after the longest
    retention time their name and number too, wherever they stand.

    Raises NotFound, and BadRequest for somebody who has not left.
    """
    today = day or date.today()
    person = _person(repository, staff_id)
    contracts = [row for row in repository.facts("contract") if isinstance(row, Contract)]
    leaver = _leaver(person, contracts, today)
    if leaver is None:
        raise BadRequest(
            f"{staff_id} has a contract that is not over, so nothing may be forgotten. Give the"
            " contract its last day first."
        )
    due = [
        kept.kind
        for kept in retention()
        if kept.kind in PERSONAL
        and (leaver.left is None or _later(leaver.left, kept.years) <= today)
    ]
    files = [file for file in due if file not in UNDER_A_MARK]
    return repository.forget(person, files, anonymise=leaver.due(today))


@asks("see_people", person="staff_id", looks=True)
def all_of(repository: Repository, staff_id: str) -> dict[str, Any]:
    """Everything that is kept of one person, for them: facts, shifts of every version (of drafts
    for who may see drafts), what another system said of them, account, entries of the record.
    Raises NotFound.
    """
    person = _person(repository, staff_id)
    accounts = [one for one in repository.book.accounts() if one.staff_id == staff_id]
    marks = {mark for mark, known in repository.audit.people().items() if known == staff_id}
    named = {one.id for one in accounts}
    return {
        "staff_id": staff_id,
        "name": person.name,
        "facts": {
            file: [fact.cells() for fact in repository.facts(file) if whose(fact) == staff_id]
            for file in PERSONAL
        },
        "shifts": [
            {"roster": header.id, "status": header.status, **line.cells()}
            for header in repository.rosters()
            if header.status != "draft" or _sees(repository, header.id)
            for line in repository.roster(header.id).document.assignments
            if line.staff_id == staff_id
        ],
        "changes": [
            {
                "change": number,
                "file": change.file,
                "before": _cells(change.before),
                "after": _cells(change.after),
            }
            for number, change in _changes(repository, staff_id)
        ],
        "notices": [asdict(one) for one in repository.notices.of_person(staff_id)],
        "known_endings": [
            {**one.ending._asdict(), "seen_at": one.seen_at, "seen_by": one.seen_by}
            for one in repository.endings.of_person(staff_id)
        ],
        "attestations": [asdict(one) for one in repository.attestations.of_person(staff_id)],
        "trades": [asdict(one) for one in repository.trades.of_person(staff_id)],
        "requests": [asdict(one) for one in repository.requests.of_person(staff_id)],
        "letters": [asdict(one) for one in repository.outbox.letters() if one.account_id in named],
        "source_records": repository.runs.about(staff_id),
        "calendar": [
            {"given_at": one.given_at, "withdrawn_at": one.withdrawn_at, "read": one.last_read_at}
            for one in repository.calendars.of(staff_id)
        ],
        "accounts": [asdict(one) for one in accounts],
        "grants": [asdict(one) for one in repository.book.grants() if one.account_id in named],
        "tokens": [asdict(one) for one in repository.tokens.tokens() if one.account_id in named],
        "record": [
            entry.document()
            for entry in repository.audit.entries()
            if entry.account in named or entry.contents().get(PERSON) in marks
        ],
    }


def _sees(repository: Repository, roster_id: str) -> bool:
    return allowed(repository, "see_rosters", "roster", roster_id)


@asks("see_people", person="staff_id")
def export_all_of(repository: Repository, staff_id: str, to: Path) -> None:
    """As `all_of`, as a file of JSON."""
    found = all_of(repository, staff_id)
    with whole_files([to]) as [place]:
        place.write_text(
            json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8"
        )
    repository.audit.append("keep_personal_data", {"handed_out": "all", "staff_id": staff_id})


def _cells(fact: Fact | None) -> dict[str, str] | None:
    """The cells of a row; None where there is none."""
    return None if fact is None else fact.cells()


def _changes(repository: Repository, staff_id: str) -> Iterator[tuple[int, RowChange]]:
    own = Search(staff_id=staff_id, most=EVERY_CHANGE)
    numbers = [found.number for found in repository.change_sets(own)]
    for number, kept in sorted(repository.changed_rows(numbers, own).items()):
        yield from ((number, change) for change in kept.changes)


def _person(repository: Repository, staff_id: str) -> Staff:
    people = [row for row in repository.facts("staff") if isinstance(row, Staff)]
    for row in people:
        if row.id == staff_id:
            return row
    nearest = maybe(staff_id, (row.id for row in people), "")
    raise NotFound(f"There is no member of staff {staff_id!r}. {nearest}".rstrip())


def page() -> str:
    """The table of what is kept, as Markdown: docs/personal-data.md."""
    rows = "\n".join(
        f"| {kept.kind.replace('_', ' ')} | {kept.what} | {kept.why} |"
        f" {f'{kept.years} years' if kept.years else 'until they leave'} | {kept.then} |"
        for kept in retention()
    )
    return (
        "# What is kept of people\n\n"
        "Made from `scheduler/services/accounts/retention.toml` by `make docs`; `scheduler people"
        " forget` goes by the same table. Times count from the last day of the last contract. They"
        " are defaults: each controller sets its own by its retention schedule.\n\n"
        "| kind | what | why | kept | then |\n| --- | --- | --- | --- | --- |\n"
        f"{rows}\n\n"
        "Copies elsewhere are not reached: backups of the database, exported files and calendars,"
        " and on PostgreSQL what its own log keeps. Let backups end within the same times. Logs of"
        " this program hold no names.\n"
    )

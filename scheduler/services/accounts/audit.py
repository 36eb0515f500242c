"""What was done: to read, to hand out, and to see that nobody changed it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scheduler.domain.access import Thing
from scheduler.domain.errors import BadRequest
from scheduler.services.accounts.accounts import who
from scheduler.services.accounts.deed_words import in_words
from scheduler.services.accounts.gate import (
    ThingKind,
    asks,
    open_to_all,
    require,
    thing_of,
    together,
)
from scheduler.storage.audit_trail import Verdict as Verdict
from scheduler.storage.audit_trail import verdict
from scheduler.storage.repository import Repository
from scheduler.storage.stored_audit import PERSON, AuditEntry
from scheduler.storage.whole_files import whole_files

KINDS: tuple[ThingKind, ...] = ("roster", "comparison", "job", "collaborative", "organisation")


@dataclass(frozen=True)
class Deed:
    """An entry with names for its marks: `who` acted, `behind` whom it truly was, empty where they
    acted themselves; `what` in words, with ids.
    """

    entry: AuditEntry
    who: str
    behind: str
    what: str


@open_to_all
def deeds(repository: Repository, *, most: int | None = None) -> list[Deed]:
    """What was done to anything within the actor's reach, the latest last. Raises NotPermitted."""
    actor = repository.actor
    if not actor.ever_may("read_audit"):
        require(repository, "read_audit", Thing(everything=True))
    people, given = repository.audit.people(), repository.versions.reasons()
    things: dict[tuple[ThingKind, str], Thing] = {}

    def concerns(entry: AuditEntry) -> Thing:
        found = []
        document = entry.contents()
        named = [(kind, document[kind]) for kind in KINDS if isinstance(document.get(kind), str)]
        if (staff_id := people.get(document.get(PERSON, ""))) is not None:
            named.append(("person", staff_id))
        found.append(Thing(frozenset(document.get("organisations", ()))))
        for key in named:
            if key not in things:
                things[key] = thing_of(repository, *key)
            found.append(things[key])
        return together(found)

    @cache
    def called(account_id: str) -> str:
        return who(repository, account_id)

    if actor.program or actor.may("read_audit", Thing(everything=True)):
        found = repository.audit.entries(most=most)
    else:
        found = [
            entry
            for entry in repository.audit.entries()
            if actor.may("read_audit", concerns(entry))
        ]
    return [
        Deed(
            entry,
            called(entry.account),
            called(entry.behind),
            in_words(entry, people, called, given),
        )
        for entry in (found if most is None else found[-most:])
    ]


@asks("read_audit", everything=True)
def verify(repository: Repository, known: str | None = None) -> Verdict:
    """Whether every byte is as it was written. `known`: `NUMBER:HASH` of an entry as it was noted
    elsewhere. Raises BadRequest where that is none.
    """
    return repository.audit.verify(None if known is None else _noted(known))


def _noted(known: str) -> tuple[int, str]:
    number, _, noted = known.partition(":")
    if not number.isdecimal() or len(noted) != 64:
        raise BadRequest(
            f"{known!r} is no entry as it is noted: NUMBER:HASH, as scheduler audit verify says it."
        )
    return int(number), noted


@asks("read_audit", everything=True)
def export(repository: Repository, to: Path) -> Verdict:
    """Every entry, a line of JSON each, with its hash: whoever has the file can verify it without
    the database.
    """
    entries = repository.audit.entries()
    repository.audit.append("read_audit", {"exported": len(entries)})
    with whole_files([to]) as [place]:
        place.write_text(lines_of(entries), encoding="utf-8")
    return verdict(entries)


def lines_of(entries: Iterable[AuditEntry]) -> str:
    """Entries as JSON, a line each, keys in order."""
    return "".join(
        json.dumps(vars(entry), ensure_ascii=False, sort_keys=True) + "\n" for entry in entries
    )


def verify_export(path: Path, known: str | None = None) -> Verdict:
    """As `verify`, of an exported file. Raises BadRequest where that is none."""
    return verdict(exported(path), None, None if known is None else _noted(known))


def exported(path: Path) -> list[AuditEntry]:
    """The entries in an exported file. Raises BadRequest where that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(AuditEntry(**json.loads(line)))
        except (ValueError, TypeError):
            raise BadRequest(
                f"{path.name}, line {number}, is no entry as scheduler audit export writes it."
            ) from None
    return found

"""Who was forgotten after a backup was taken, and is in it still: told where the record of what was
done since is at hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.storage.stored_audit import BEGINNING, PERSON, AuditEntry


@dataclass(frozen=True)
class ForgottenSince:
    """`staff_ids`: to be forgotten again; `nameless`: how many more there were of whom nobody can
    say any more who they are.
    """

    staff_ids: tuple[str, ...]
    nameless: int


def forgotten_since(
    later: Sequence[AuditEntry],
    backed_up: tuple[int, str],
    people: Mapping[str, str],
) -> ForgottenSince | None:
    """By the entries of a record that goes on after a backup, whose last entry was `backed_up`
    (number, hash); `people`: mark -> staff id, as the backup knows them. None where the entries are
    of another record, or do not reach back so far.
    """
    number, known = backed_up
    hashes = {entry.number: entry.hash for entry in later} | {0: BEGINNING}
    if hashes.get(number) != known:
        return None
    marks = [
        str(entry.contents().get(PERSON, ""))
        for entry in later
        if entry.number > number
        and entry.action == "keep_personal_data"
        and entry.contents().get("forgotten")
    ]
    named = dict.fromkeys(people[mark] for mark in marks if mark in people)
    return ForgottenSince(tuple(named), len({mark for mark in marks if mark not in people}))

"""Whether a stored roster still stands: under the facts of now, and beside everything that was
published meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from scheduler.domain.clock import minute
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import LONDON
from scheduler.domain.publication import stretches_text
from scheduler.domain.roster import Assignment
from scheduler.domain.roster_edit import standing
from scheduler.domain.sentence import Part, Sentence, joined, ref, said, worker
from scheduler.services.accounts.accounts import who
from scheduler.services.accounts.gate import asks
from scheduler.services.repair.disruption import told_sick, with_sick
from scheduler.services.repair.repair import shift_words
from scheduler.services.rosters.reopen import (
    Reopened,
    invalid_assignments,
    pairs_able,
    undecided,
    with_facts,
)
from scheduler.services.versions.sides import dates_of
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader, StoredRoster
from solver.constraints import catalogue
from solver.constraints.pinned import Pinned
from solver.evaluate.verify import verify

CLEARED = "Cleared to work there"
"""What somebody no longer is who may not do a shift of theirs any more."""
NEIGHBOURING_DAYS = 14
"""So far beyond a period other weeks matter to it: the longest look-ahead of a rule on rest."""


class Acceptance(NamedTuple):
    """That an approver has broken a rule by hand: who, as people call them, and why."""

    by: str
    reason: str


@dataclass(frozen=True)
class Unkept:
    """Something of a roster that does not stand. `rule`: the rule's title; `about`: whom and what
    it concerns; `accepted`: by whom, where an approver has accepted it by hand.
    """

    rule: str
    about: tuple[str, ...]
    sentence: Sentence
    accepted: Acceptance | None = None

    @property
    def whole(self) -> Sentence:
        """With the rule's title before it."""
        return said("{rule}: {what}", rule=self.rule, what=self.sentence)

    @property
    def to_the_end(self) -> Sentence:
        """And with who has accepted it."""
        if self.accepted is None:
            return self.whole
        return said(
            "{what} Accepted by {by}: {reason}",
            what=self.whole,
            by=self.accepted.by,
            reason=self.accepted.reason,
        )

    def __str__(self) -> str:
        return str(self.to_the_end)


@asks("see_rosters", roster="roster_id")
def unkept(repository: Repository, roster_id: str) -> tuple[Unkept, ...]:
    """What of a stored roster does not hold under the facts of now, with what is published around
    it. Empty: it stands.

    Sickness of which a repair alone was told is a fact for it. Shifts that have begun are nobody's
    to change any more, and are not judged. Raises NotFound.
    """
    return unkept_under(repository, repository.roster(roster_id), repository.dataset())


def unkept_under(
    repository: Repository, stored: StoredRoster, facts: Dataset
) -> tuple[Unkept, ...]:
    """As `unkept`, under other facts than those of now."""
    facts = with_sick(facts, told_sick(stored, ()))
    opened = with_facts(repository, stored, facts, before=minute(datetime.now(LONDON)))
    gone = invalid_assignments(opened.problem, undecided(stored, opened.begun))
    withdrawn = [
        Unkept(
            CLEARED,
            (a.staff_id or a.supply_id, a.demand_id),
            _fallen(opened, a, why),
        )
        for a, why in gone.items()
    ]
    # a pin whose person may not do it can be kept by no roster: where it was, that is found
    # already, where it was not, all is well
    able = pairs_able(opened.problem)
    breaches = [
        b
        for b in verify(opened.problem, opened.policy, opened.roster).breaches
        if b.rule != Pinned.id or b.about in able
    ]
    rules, accepted = catalogue(), accepted_by_hand(repository, stored.header)
    staff = opened.problem.index.staff

    def named(part: Part) -> Part:
        """With a person's name behind the staff number."""
        known = staff.get(str(part.id)) if part.kind == "person" else None
        return part if known is None else part._replace(words=f"{known.id} {known.name}")

    broken = (
        Unkept(
            rules[b.rule].title if b.rule in rules else b.rule,
            b.about,
            b.sentence.with_words(named),
            accepted.get(str(b.sentence)),
        )
        for b in breaches
    )
    return (*withdrawn, *broken)


def accepted_by_hand(repository: Repository, header: RosterHeader) -> dict[str, Acceptance]:
    """What of a broken rule an approver has accepted in a roster, or in those that it was made
    from, by its sentence.
    """
    found: dict[str, Acceptance] = {}
    origin: str | None = header.id
    seen = set[str]()
    while origin is not None and origin not in seen:
        seen.add(origin)
        for edit in standing(repository.edits.edits(origin)):
            for sentence in edit.overridden:
                by = who(repository, edit.account) or "an approver"
                found.setdefault(str(sentence), Acceptance(by, edit.reason))
        origin = repository.roster_header(origin).made_from
    return found


def _fallen(opened: Reopened, a: Assignment, why: Sentence) -> Sentence:
    problem, staff = opened.problem, opened.problem.index.staff
    who = (
        ref("person", a.staff_id, f"{a.staff_id} {staff[a.staff_id].name}")
        if a.staff_id in staff
        else worker(a.staff_id, a.supply_id)
    )
    duty = problem.duty_by_id.get(a.demand_id)
    demand = ref("demand", a.demand_id, "" if duty is None else shift_words(duty))
    return said("{worker} at {demand}: {why}", worker=who, demand=demand, why=why)


def replaced_origin(repository: Repository, stored: StoredRoster) -> Sentence | None:
    """Where the roster was made from one that is no longer in force: a sentence that says which
    took its place.
    """
    own, seen = stored.header, set[str]()
    origin = own.made_from
    while origin is not None and origin not in seen:
        seen.add(origin)
        header = repository.roster_header(origin)
        lost = {day for day in dates_of(header) if own.start <= day <= own.last} - header.in_force
        # nothing has taken the place of what was withdrawn, nor of a draft
        counted = header.status in ("published", "superseded")
        if counted and lost:
            instead = [h.id for h in repository.rosters(own.collaborative_id) if h.in_force & lost]
            by = joined((ref("roster", each) for each in sorted(instead)), " and ")
            return said(
                "{own} was made from {origin}, which {by} has replaced ({when}): repair that one.",
                own=ref("roster", own.id),
                origin=ref("roster", origin),
                by=by if instead else "a later publication",
                when=stretches_text(lost),
            )
        origin = None if counted else header.made_from
    return None


@asks("see_rosters", collaborative="collaborative_id")
def only_drafted(
    repository: Repository, collaborative_id: str, start: date, days: int
) -> list[Sentence]:
    """A sentence for each neighbouring week that has a draft and nothing published: its shifts
    count for nothing yet.
    """
    last = start + timedelta(days=days - 1)
    headers = repository.rosters(collaborative_id)
    published = {day for header in headers for day in header.in_force}
    return [
        _drafted(header)
        for header in _newest_drafts(headers, start, last)
        if not dates_of(header) & published
    ]


def _newest_drafts(headers: list[RosterHeader], start: date, last: date) -> Iterator[RosterHeader]:
    """The newest draft of each period beside this one, in order of time."""
    beside: dict[tuple[date, int], RosterHeader] = {}
    for header in headers:  # newest version first
        near = header.last >= start - timedelta(
            days=NEIGHBOURING_DAYS
        ) and header.start <= last + timedelta(days=NEIGHBOURING_DAYS)
        apart = header.last < start or header.start > last
        if header.kind == "roster" and header.status == "draft" and near and apart:
            beside.setdefault((header.start, header.days), header)
    yield from (beside[key] for key in sorted(beside))


def _drafted(header: RosterHeader) -> Sentence:
    return said(
        "{first} to {last} is only a draft ({roster}): its shifts do not count here, nor these"
        " there. Publish the earlier one first, then build the later.",
        first=header.start,
        last=header.last,
        roster=ref("roster", header.id),
    )

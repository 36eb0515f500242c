"""One condition that keeps somebody from a piece of work, and when facts with dates hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from scheduler.domain.clock import day_after
from scheduler.domain.facts import Fact
from scheduler.domain.sentence import Sentence, joined, said

BarrierKind = Literal[
    "contract",
    "agreement",
    "passport",
    "consent",
    "competency",
    "procedure",
    "travel",
    "leave",
    "availability",
]


class BarrierNature(NamedTuple):
    """What a kind of barrier is to people: whether it is the person's own to lift, and whether it
    only says that they are not there.
    """

    own: bool = False
    absence: bool = False


NATURES: dict[BarrierKind, BarrierNature] = {
    "contract": BarrierNature(),
    "agreement": BarrierNature(),
    "passport": BarrierNature(),
    "consent": BarrierNature(own=True),
    "competency": BarrierNature(),
    "procedure": BarrierNature(),
    "travel": BarrierNature(own=True),
    "leave": BarrierNature(absence=True),
    "availability": BarrierNature(own=True, absence=True),
}


@dataclass(frozen=True, order=True)
class Barrier:
    """One condition that fails. `lifted_by`: an organisation id, or the staff id where it is the
    person's own to decide.
    """

    kind: BarrierKind
    missing: str
    sentence: Sentence
    lifted_by: str
    since: date | None = None
    until: date | None = None


def span(fact: Fact) -> tuple[date, date | None]:
    """First and last day of a dated fact; None = open. Facts of clearance say valid_from, the
    others from_date.
    """
    cells = fact.__dict__
    first: date = cells["valid_from"] if "valid_from" in cells else cells["from_date"]
    last: date | None = cells["valid_to"] if "valid_to" in cells else cells["to_date"]
    return first, last


def dated(fact_type: type[Fact]) -> bool:
    """Whether facts of a class have a first day, and so a span."""
    return not {"valid_from", "from_date"}.isdisjoint(fact_type.model_fields)


def live(fact: Fact, day: date) -> bool:
    """Whether a dated fact holds on a day; an empty end is open."""
    first, last = span(fact)
    return first <= day and (last is None or day <= last)


def gap(facts: Iterable[Fact], day: date) -> tuple[date | None, date | None]:
    """(first day since which, first day from which again) none of the facts holds on `day`; None =
    never did / will.
    """
    ended, begins = [], []
    for first, last in map(span, facts):
        if last is not None and last < day:
            ended.append(day_after(last))
        elif first > day:
            begins.append(first)
    return max(ended, default=None), min(begins, default=None)


def when(since: date | None, until: date | None) -> Sentence:
    """The end of a barrier's sentence: since when a fact has not held, and from when it does; empty
    where neither is known.
    """
    lapsed = [said(", lapsed since {since}", since=since)] if since else []
    again = [said(", available from {until}", until=until)] if until else []
    return joined([*lapsed, *again], "")

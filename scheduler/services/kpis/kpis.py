"""How the published weeks of a collaborative have gone: for each organisation and for all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from scheduler.domain.access import EVERYWHERE, Everywhere, members
from scheduler.domain.barrier import live
from scheduler.domain.dataset import names_by_id
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import ApprovalScheme, MeasureTarget
from scheduler.domain.pay import half_up
from scheduler.services.accounts.gate import asks
from scheduler.services.kpis.cover import CoverFigures, cover_of
from scheduler.services.kpis.measures import CANNOT, MEASURES, NOT_WORKED, KpiMeasure, Tally
from scheduler.services.kpis.people import PeoplesWeek, Workforce, employers_of, facts_now
from scheduler.services.kpis.published_week import PublishedWeek, published_weeks
from scheduler.services.kpis.told import ChangeFigures, ToldWeek, people_by_days
from scheduler.storage.repository import Repository

Document: TypeAlias = dict[str, Any]
Whole: TypeAlias = str | None
"""An organisation's id; None: all together."""


@dataclass
class Figures:
    """All that adds up of one organisation, or of all."""

    tallies: dict[str, Tally] = field(
        default_factory=lambda: {measure.code: Tally() for measure in MEASURES}
    )
    cover: CoverFigures = field(default_factory=CoverFigures)
    changes: ChangeFigures = field(default_factory=ChangeFigures)

    def add(self, other: "Figures") -> None:
        """Let it count for both."""
        for code, tally in other.tallies.items():
            self.tallies[code].add(tally)
        self.cover.add(other.cover)
        self.changes.add(other.changes)


@asks("see_rosters", collaborative="collaborative_id", looks=True)
def kpis(
    repository: Repository,
    collaborative_id: str,
    first: date | None = None,
    last: date | None = None,
) -> Document:
    """The measures of every published week that touches these dates, both included, as a document
    that JSON can hold; without dates those of all weeks that are published.

    `weeks`: the Mondays; `rows`: a row for each week and organisation, and for all together
    (`organisation_id` None); `totals`: the same over all weeks; `measures`: definitions; `cannot`:
    what is not said, and why. Minutes, pence and counts are whole and exact. Who may look at the
    rosters of some of the members alone gets the rows of those and none for all together. Raises
    NotFound, and BadRequest where the last date lies before the first.
    """
    if collaborative_id not in {one.id for one in repository.collaboratives()}:
        raise NotFound(f"There is no collaborative {collaborative_id!r}.")
    if first is not None and last is not None and last < first:
        raise BadRequest(f"The last day {last} lies before the first, {first}.")
    workforce = Workforce(facts_now(repository), collaborative_id)
    notice_days = _notice_days(repository, collaborative_id)
    seen = _Seen.of(repository, collaborative_id)
    span = _span(repository, collaborative_id, first, last)
    weeks: list[tuple[PublishedWeek, dict[Whole, Figures]]] = []
    totals: dict[Whole, Figures] = {}
    for week in () if span is None else published_weeks(repository, collaborative_id, *span):
        own = _figures(week, workforce, notice_days, seen)
        weeks.append((week, own))
        for organisation_id, figures in own.items():
            totals.setdefault(organisation_id, Figures()).add(figures)
    targets = [row for row in repository.facts("target") if isinstance(row, MeasureTarget)]
    named = _Named(repository)
    latest = weeks[-1][0].first if weeks else date.min
    return {
        "status": "done",
        "collaborative_id": collaborative_id,
        "name": named("collaborative", collaborative_id),
        "first": None if span is None else span[0].isoformat(),
        "last": None if span is None else span[1].isoformat(),
        "weeks": [week.monday.isoformat() for week, _ in weeks],
        "organisations": [
            {"id": one, "name": named("organisation", one)}
            for one in sorted(
                (one for one in totals if one is not None),
                key=lambda one: (named("organisation", one), one),
            )
        ],
        "all_together": seen.whole,
        "notice_days": notice_days,
        "measures": [measure.described() for measure in MEASURES],
        "rows": [
            {
                "week": week.monday.isoformat(),
                **_row(organisation_id, figures, targets, week.first, named),
            }
            for week, own in weeks
            for organisation_id, figures in own.items()
        ],
        "totals": [
            _row(organisation_id, figures, targets, latest, named)
            for organisation_id, figures in totals.items()
        ],
        "cannot": _cannot(totals.values()),
    }


@dataclass(frozen=True)
class _Seen:
    """Of which organisations the actor may look at rosters; `whole`: of every member."""

    organisations: frozenset[str] | Everywhere
    whole: bool

    @classmethod
    def of(cls, repository: Repository, collaborative_id: str) -> "_Seen":
        seen = repository.actor.organisations("see_rosters")
        if isinstance(seen, Everywhere):
            return cls(EVERYWHERE, whole=True)
        ours = members(repository.book.memberships(), collaborative_id, date.today())
        # who may look at every member may look at partners that are none
        return cls(EVERYWHERE, whole=True) if ours <= seen else cls(seen, whole=False)


def _span(
    repository: Repository, collaborative_id: str, first: date | None, last: date | None
) -> tuple[date, date] | None:
    """The dates to look at; None where nothing is published."""
    days = [
        day
        for header in repository.rosters(collaborative_id)
        if header.in_force
        for day in (min(header.in_force), max(header.in_force))
    ]
    if not days:
        return None
    begin, end = max(first or min(days), min(days)), min(last or max(days), max(days))
    return (begin, end) if begin <= end else None


def _notice_days(repository: Repository, collaborative_id: str) -> int | None:
    for row in repository.facts("approval_scheme"):
        if isinstance(row, ApprovalScheme) and row.collaborative_id == collaborative_id:
            return row.notice_days
    return None


def _figures(
    week: PublishedWeek, workforce: Workforce, notice_days: int | None, seen: _Seen
) -> dict[Whole, Figures]:
    told, people = ToldWeek(week, notice_days), PeoplesWeek(week, workforce)
    there = sorted(one for one in employers_of(workforce, week) if one in seen.organisations)
    whole: list[Whole] = [None] if seen.whole else []
    found = {}
    for organisation_id in (*whole, *there):
        cover, figures = cover_of(week, organisation_id)
        measured, changes = told.measures(organisation_id)
        tallies = {**cover, **measured, **people.measures(organisation_id)}
        found[organisation_id] = Figures(tallies, figures, changes)
    return found


class _Named:
    """What ids are called now; those that are gone stand for themselves."""

    def __init__(self, repository: Repository) -> None:
        self._names = {
            file: names_by_id(repository.facts(file))
            for file in ("collaborative", "organisation", "service", "place")
        }

    def __call__(self, file: str, fact_id: str) -> str:
        return self._names[file].get(fact_id, fact_id)


# --- as a document


def _row(
    organisation_id: Whole,
    figures: Figures,
    targets: Sequence[MeasureTarget],
    day: date,
    named: _Named,
) -> Document:
    return {
        "organisation_id": organisation_id,
        "measures": {
            measure.code: _measured(
                measure, figures.tallies[measure.code], targets, organisation_id, day
            )
            for measure in MEASURES
        },
        "fill": [
            {"source": source, "group": group, "when": when, "minutes": minutes}
            for (source, group, when), minutes in sorted(figures.cover.fill.items())
        ],
        "beyond_minutes": figures.cover.beyond,
        "unfilled": {
            "by_priority": dict(sorted(figures.cover.priority.items(), reverse=True)),
            "by_service": _named_minutes(figures.cover.service, named, "service"),
            "by_place": _named_minutes(figures.cover.place, named, "place"),
        },
        "lending": [
            {
                "from": home,
                "from_name": named("organisation", home),
                "to": host,
                "to_name": named("organisation", host),
                "minutes": minutes,
                "recharge_pence": half_up(figures.cover.recharge[home, host]),
            }
            for (home, host), minutes in sorted(figures.cover.lent.items())
        ],
        "changes": {
            "by_reason": [
                {"reason": reason, "shifts": shifts}
                for reason, shifts in sorted(
                    figures.changes.reasons.items(), key=lambda one: (-one[1], one[0])
                )
            ],
            "at_short_notice": figures.changes.short,
        },
        "notice": {
            "least": min(figures.tallies["notice_days"].spread, default=None),
            "people_by_days": people_by_days(figures.tallies["notice_days"].spread),
        },
    }


def _named_minutes(minutes: Counter[str], named: _Named, file: str) -> list[Document]:
    return [
        {"id": fact_id, "name": named(file, fact_id), "minutes": many}
        for fact_id, many in sorted(minutes.items(), key=lambda one: (-one[1], one[0]))
    ]


def _measured(
    measure: KpiMeasure,
    tally: Tally,
    targets: Sequence[MeasureTarget],
    organisation_id: Whole,
    day: date,
) -> Document:
    value = measure.value(tally)
    target = target_of(targets, measure.code, organisation_id, day)
    return {
        "value": None if value is None else float(value),
        "numerator": None if measure.kind == "median" else tally.numerator,
        "denominator": tally.denominator,
        "why_none": measure.empty if value is None else "",
        "target": None if target is None else _target(target),
        "met": None if target is None or value is None else target.met(value),
    }


def target_of(
    targets: Iterable[MeasureTarget], measure: str, organisation_id: Whole, day: date
) -> MeasureTarget | None:
    """That which is in force on a day: an organisation's own, or else that for all."""
    found = {
        row.organisation_id: row for row in targets if row.measure == measure and live(row, day)
    }
    return found.get(organisation_id) or found.get(None)


def _target(target: MeasureTarget) -> Document:
    return {
        "at_least": target.at_least,
        "at_most": target.at_most,
        "unit": target.unit,
        "source": target.source,
        "source_date": target.source_date.isoformat(),
        "confirmed": target.confirmed,
        "own": target.organisation_id is not None,
    }


def _cannot(totals: Iterable[Figures]) -> list[Mapping[str, str]]:
    worked = any(one.tallies["worked_share"].denominator for one in totals)
    return [*CANNOT, *([] if worked else [NOT_WORKED])]

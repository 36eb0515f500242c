"""How few agency or bank hours a week is to have, by the targets in force on its first day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from scheduler.domain.facts import MeasureTarget
from scheduler.services.accounts.gate import asks
from scheduler.services.kpis.kpis import target_of
from scheduler.services.kpis.words import source_words
from scheduler.storage.repository import Repository

Kind = Literal["agency", "bank"]


@dataclass(frozen=True)
class HoursGoal:
    """At most so many hours of a kind in a week. `words`: which target that is; `source`: who says
    so, of when, and whether it was read there.
    """

    hours: float
    words: str
    source: str


@asks("test_scenarios", collaborative="collaborative_id")
def hours_goals(
    repository: Repository, collaborative_id: str, start: date, kind: Kind
) -> tuple[list[HoursGoal], list[str]]:
    """(goals, remarks on targets that cannot be drawn) for the week that begins on a day.

    A target in hours stands as it is; a change in per cent is of what is published for the week.
    """
    targets = [row for row in repository.facts("target") if isinstance(row, MeasureTarget)]
    goals, remarks = [], []
    fixed = target_of(targets, f"{kind}_hours", None, start)
    if fixed is not None and fixed.at_most is not None:
        words = f"at most {fixed.at_most:,.0f} h of {kind} a week"
        goals.append(HoursGoal(fixed.at_most, words, _source(fixed)))
    change = target_of(targets, f"{kind}_change", None, start)
    if change is not None and change.at_most is not None:
        published = _published_hours(repository, collaborative_id, start, kind)
        wanted = f"{change.at_most:+,.0f} % of {kind}".replace("-", "−")
        if published is None:
            remarks.append(
                f"The target {wanted} ({_source(change)}) is a line here once the week is"
                " published: it is a share of what is published."
            )
        elif published == 0:
            remarks.append(
                f"The target {wanted} ({_source(change)}) is no line here: what is published for"
                f" the week has no {kind} hours of which to take a share."
            )
        else:
            hours = max(0.0, published * (1 + change.at_most / 100))
            words = f"{wanted} against the {published:,.1f} h that are published"
            goals.append(HoursGoal(hours, words, _source(change)))
    return goals, remarks


def _source(target: MeasureTarget) -> str:
    return source_words(
        {
            "source": target.source,
            "source_date": target.source_date.isoformat(),
            "confirmed": target.confirmed,
        }
    )


def _published_hours(
    repository: Repository, collaborative_id: str, start: date, kind: Kind
) -> float | None:
    """What the published roster of the week has; None where there is none."""
    last = start + timedelta(days=6)
    for header in repository.rosters(collaborative_id):
        if header.start == start and header.last == last and start in header.in_force:
            return float(header.summary["hours_by_pay"][kind])
    return None

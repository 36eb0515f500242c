"""How early a week was published, what changed afterwards, and how much notice people had."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from scheduler.domain.facts import LONDON
from scheduler.domain.notice import ToldShift
from scheduler.domain.roster import AssignmentLine
from scheduler.services.kpis.measures import FORTY_TWO, Tally
from scheduler.services.kpis.published_week import PublishedWeek
from scheduler.services.publish.short_notice import (
    ChangedCell,
    changed_cells,
    events,
    felt,
    in_force,
)
from scheduler.services.versions.sides import day_of


@dataclass
class ChangeFigures:
    """Changed shifts by the reason that was given, empty where none was; `short`: those nearer to
    their beginning than the scheme's notice.
    """

    reasons: Counter[str] = field(default_factory=Counter)
    short: int = 0

    def add(self, other: "ChangeFigures") -> None:
        """Let it count for both."""
        self.reasons.update(other.reasons)
        self.short += other.short


@dataclass(frozen=True)
class ToldWeek:
    """What became known of a week, and when. `notice_days`: as the scheme says; None without."""

    week: PublishedWeek
    notice_days: int | None

    def measures(self, organisation_id: str | None) -> tuple[dict[str, Tally], ChangeFigures]:
        """By their codes, of an organisation's own people or of all, and what has changed."""
        lead = (self.week.first - local_day(self.first_whole)).days
        own = [
            line
            for line in self.week.lines
            if line.staff_id and organisation_id in (None, line.employer_organisation_id)
        ]
        changed = ChangeFigures()
        for cell in self._changed:
            shifts = max(_of(cell.gone, organisation_id), _of(cell.come, organisation_id))
            if shifts:
                changed.reasons[cell.reason] += shifts
                if self.notice_days is not None:
                    late = cell.ahead < timedelta(days=self.notice_days)
                    changed.short += shifts if late else 0
        nearest: dict[str, int] = {}
        for line in own:
            assert line.staff_id is not None
            told = self._since[line.staff_id, felt(line)]
            days = (day_of(line) - local_day(told)).days
            nearest[line.staff_id] = min(days, nearest.get(line.staff_id, days))
        return {
            "lead_days": Tally(lead, 1),
            "published_42_days_share": Tally(int(lead >= FORTY_TWO), 1),
            "changes_after_publication_share": Tally(changed.reasons.total(), len(own)),
            "notice_days": Tally(0, len(nearest), Counter(nearest.values())),
        }, changed

    @cached_property
    def first_whole(self) -> datetime:
        """When the last of the dates that are published now was published for the first time."""
        known: dict[date, datetime] = {}
        for header, _ in self.week.publications:
            assert header.published_at is not None
            for day in self.week.in_force:
                if header.start <= day <= header.last:
                    known[day] = min(header.published_at, known.get(day, header.published_at))
        return max(known.values())

    @cached_property
    def _changed(self) -> tuple[ChangedCell, ...]:
        week = self.week
        return tuple(changed_cells(week.publications, week.monday, week.sunday))

    @cached_property
    def _since(self) -> Mapping[tuple[str, ToldShift], datetime]:
        """(staff id, shift) -> since when it has been published as it stands, without a break."""
        week = self.week
        since: dict[tuple[str, ToldShift], datetime] = {}
        for at, _, _ in events(week.publications):
            standing = in_force(week.publications, at, week.monday, week.sunday)
            there = {
                (staff_id, felt(line))
                for (staff_id, _), lines in standing.cells.items()
                for line in lines
            }
            since = {key: since.get(key, at) for key in there}
        return since


def local_day(at: datetime) -> date:
    """The date in London."""
    return at.astimezone(LONDON).date()


def _of(lines: tuple[AssignmentLine, ...], organisation_id: str | None) -> int:
    return sum(organisation_id in (None, line.employer_organisation_id) for line in lines)


def people_by_days(spread: Counter[int]) -> dict[str, int]:
    """Days of notice -> people, for a document."""
    return {str(days): spread[days] for days in sorted(spread)}

"""What stands on the small page of today, and how it is written: plain HTML without a script."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scheduler.domain.clock import days_between
from scheduler.domain.facts import LONDON
from scheduler.domain.notice import Notice
from scheduler.services.accounts.gate import allowed
from scheduler.services.data.open import Repository
from scheduler.services.inbox.known_endings import ToldEnding, told_endings
from scheduler.services.inbox.notices import notices
from scheduler.services.inbox.words import Wording, moment, title
from scheduler.services.trades.trades import trades_of
from scheduler.services.view import my_words
from scheduler.services.view.look_up import people_in_full
from scheduler.services.view.my_day import NextShift, dialled, next_shift
from scheduler.services.view.person_tables import published_shifts
from scheduler.services.view.roster_tables import day_label
from ui.components.site_map import drawing

AHEAD = 7
"""Days that are listed, today among them."""
MOST_LINES = 6
"""Of one notice; what is more is folded."""
MOST_ENDINGS = 40
"""Things of which one tap says that they are known; what is more is news afterwards."""
TEMPLATE = "today.html"


@dataclass(frozen=True)
class OnTheClock:
    """From when to when something is, as it is written."""

    start: datetime
    end: datetime

    @property
    def ends(self) -> str:
        """On which day, where that is another."""
        return "" if self.end.date() == self.start.date() else day_label(self.end.date())

    @property
    def clocks(self) -> str:
        """What the clocks make of it, in a night in which they are changed."""
        if self.start.utcoffset() == self.end.utcoffset():
            return ""
        hours = (self.end.astimezone(UTC) - self.start.astimezone(UTC)) / timedelta(hours=1)
        return f"The clocks change: it lasts {hours:g} hours."


@dataclass(frozen=True)
class ListedShift:
    """A shift in the list of days. `news`: `changed` or `new` where they have not said yet that
    they know of it; else empty.
    """

    clock: OnTheClock
    site: str
    service: str
    news: str


@dataclass(frozen=True)
class ToldLines:
    """A notice in words; `more`: the lines for which there is no room at once."""

    title: str
    at: datetime
    said: str
    lines: Sequence[str]
    more: Sequence[str]


@dataclass(frozen=True)
class EndingLine:
    """Something that ends, in words. `mark`: by which the tap names it; `known`: since when they
    know, empty while it is news.
    """

    mark: str
    what: str
    said: str
    known: str


@dataclass(frozen=True)
class TodayPage:
    """All that it shows of a person. `up_to`: the last notice that is shown, which the tap says
    they know; None where it is not theirs to say. `ends`: what ends, and is news; `known_ends`: of
    which they know; `knows`: whether that is theirs to say. `offers`: shifts that colleagues offer.
    """

    name: str
    today: date
    told: Sequence[ToldLines]
    up_to: int | None
    ends: Sequence[EndingLine]
    known_ends: Sequence[EndingLine]
    knows: bool
    shift: NextShift | None
    days: Sequence[tuple[date, Sequence[ListedShift]]]
    offers: int


def today_of(repository: Repository, staff_id: str, now: datetime) -> TodayPage:
    """What somebody has to know today. Raises NotPermitted and NotFound where it is nothing of
    theirs.
    """
    today = now.astimezone(LONDON).date()
    last = today + timedelta(days=AHEAD - 1)
    unseen = notices(repository, staff_id, unseen=True)
    wording = Wording.of(repository) if unseen else None
    own = published_shifts(repository, staff_id, today, last)
    listed = [(row.day, _listed(row, unseen)) for row in own.itertuples()]
    ends = [_ending(one, today) for one in told_endings(repository, staff_id, today)]
    knows = allowed(repository, "acknowledge_changes", "person", staff_id)
    return TodayPage(
        name=people_in_full(repository).get(staff_id, ""),
        today=today,
        told=[_told(notice, wording) for notice in unseen if wording],
        up_to=max(notice.id for notice in unseen) if unseen and knows else None,
        ends=[one for one in ends if not one.known][:MOST_ENDINGS],
        known_ends=[one for one in ends if one.known],
        knows=knows,
        shift=next_shift(repository, staff_id, now),
        days=[
            (day, [shift for on, shift in listed if on == day]) for day in days_between(today, last)
        ],
        offers=_offers(repository, staff_id, now),
    )


def _listed(row: Any, unseen: Iterable[Notice]) -> ListedShift:
    start, end = row.start.to_pydatetime(), row.end.to_pydatetime()
    news = {
        "new" if notice.only_new else "changed"
        for notice in unseen
        for shift in notice.got
        if shift.start == start
    }
    return ListedShift(OnTheClock(start, end), row.site, row.service, min(news, default=""))


def _told(notice: Notice, wording: Wording) -> ToldLines:
    lines = [f"No longer: {wording.shift(shift)}" for shift in notice.lost]
    new = "" if notice.only_new else "New: "
    lines += [f"{new}{wording.shift(shift)}" for shift in notice.got]
    return ToldLines(
        title=title(notice),
        at=notice.at.astimezone(LONDON),
        said=moment(notice.at),
        lines=lines[:MOST_LINES],
        more=lines[MOST_LINES:],
    )


def _ending(one: ToldEnding, today: date) -> EndingLine:
    return EndingLine(
        one.ending.mark,
        my_words.thing(one.ending.kind, one.what),
        f"{my_words.ends_when(one.ending, today)}. {one.who} can renew it.",
        my_words.know_since(one.known_since) if one.known_since else "",
    )


def _offers(repository: Repository, staff_id: str, now: datetime) -> int:
    if not allowed(repository, "trade_shifts", "person", staff_id):
        return 0
    return sum(
        len(trade.asks(staff_id))
        for trade in trades_of(repository, staff_id)
        if trade.state(now) == "open"
    )


# --- how it is written

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"day": day_label, "dialled": dialled}


def written(shown: TodayPage, persona: Mapping[str, str]) -> str:
    """The page as HTML. `persona`: what its links say of who looks around in the demo."""
    shift = shown.shift
    return _filled(
        "./",
        persona,
        shown=shown,
        clock=OnTheClock(shift.start, shift.end) if shift else None,
        map=_map(shift) if shift else "",
    )


def sentence(
    words: str,
    root: str,
    persona: Mapping[str, str],
    links: Sequence[tuple[str, str]],
) -> str:
    """A page that says one thing alone. `root`: the way to the first of the pages from this
    address; `links`: (path from there, what it is called).
    """
    return _filled(root, persona, shown=None, words=words, links=links)


def _filled(root: str, persona: Mapping[str, str], **named: Any) -> str:
    def link(path: str, **more: str) -> str:
        asked = urlencode({**more, **persona})
        return f"{root}{path}{f'?{asked}' if asked else ''}"

    return _templates.get_template(TEMPLATE).render(link=link, **named)


def _map(shift: NextShift) -> str:
    """As the source of an image, so that its styles are its own."""
    begins = [(way.begins, way.site) for way in shift.journeys]
    svg = drawing(shift.site, begins, list(shift.sites))
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"

"""Everything that the paper for a board holds, as one document, and the files that are made of it.

The document: `title`, `name` of the collaborative, `collaborative_id`, `first` and `last` date,
`weeks` (Mondays that are in it), `dated` (empty unless given), `sentence`, `pages`
[{organisation_id (None: all together), title, sentence, sections}], `method` and `annex`
(sections). Sections, tables, charts and cells are those of `tables`. Nothing in it depends on when
or where it is made.
"""

import json
import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from scheduler.domain.dataset import names_by_id
from scheduler.domain.errors import BadRequest
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks
from scheduler.services.kpis.kpis import kpis
from scheduler.services.kpis.published_week import PublishedWeek, published_weeks
from scheduler.services.pack import between, pages
from scheduler.services.pack.annex import annex
from scheduler.services.pack.method import method_sections, missing_words, rosters_within
from scheduler.services.pack.pages import PlaceCover, Whose
from scheduler.services.pack.pdf import pdf_bytes
from scheduler.services.pack.position import (
    EndingSoon,
    WorkingTime,
    ending,
    ending_section,
    people_of,
    working_time,
    working_time_section,
)
from scheduler.services.pack.tables import Section, day_words
from scheduler.services.pack.workbook import workbook_bytes
from scheduler.storage.repository import Repository
from scheduler.storage.whole_files import whole_files

PROGRAM = "workforce-deployment-scheduler"
MADE_WITH = ("typst", "vl-convert-python", "altair", "xlsxwriter")
"""What the bytes of both files depend on besides the program."""
NOTHING = (
    "No week of these dates is published that you may look at, so a board pack would be empty. Have"
    " a roster approved and publish it first."
)
Places = Mapping[str | None, Sequence[PlaceCover]]


@dataclass(frozen=True)
class Pack:
    """The paper. `document`: numbers and sentences, as plain data."""

    document: dict[str, Any]

    def pdf(self) -> bytes:
        """A tagged PDF (PDF/UA-1)."""
        return pdf_bytes(self.document)

    def workbook(self) -> bytes:
        """The same numbers as an Excel workbook."""
        return workbook_bytes(self.document)

    def json(self) -> bytes:
        """The document for a program."""
        return (json.dumps(self.document, indent=2, ensure_ascii=False) + "\n").encode()

    def write(self, to: Path) -> None:
        """As its ending says, whole or not at all. Raises BadRequest for another ending, and where
        it cannot be written.
        """
        make = {".pdf": self.pdf, ".xlsx": self.workbook, ".json": self.json}.get(to.suffix.lower())
        if make is None:
            raise BadRequest(
                f"{to.name}: a board pack is written as .pdf, .xlsx or .json; let the name of the"
                " file end so."
            )
        content = make()
        with whole_files([to]) as (place,):
            place.write_bytes(content)


@asks("test_scenarios", collaborative="collaborative_id", looks=True)
def pack_of(
    repository: Repository,
    collaborative_id: str,
    first: date | None = None,
    last: date | None = None,
    *,
    answers: Sequence[str] = (),
    dated: date | None = None,
) -> Pack:
    """The paper on the published weeks that touch these dates, both included; without dates on all
    that are published. `answers`: ids of stored comparisons, frontiers, steps and partners that go
    into its annex; `dated`: the date that it bears, which without it has none.

    Who may look at the rosters of some of the members alone gets their pages, and none of all
    together. Raises NotFound, and BadRequest where nothing is published, where the last date lies
    before the first, and for an answer that has no place in a paper.
    """
    found = kpis(repository, collaborative_id, first, last)
    if not found["totals"]:
        raise BadRequest(NOTHING)
    span = (
        first or date.fromisoformat(found["first"]),
        last or date.fromisoformat(found["last"]),
    )
    seen = {one["organisation_id"] for one in found["totals"]}
    end = date.fromisoformat(found["weeks"][-1]) + timedelta(days=6)
    weeks = list(
        published_weeks(repository, collaborative_id, date.fromisoformat(found["weeks"][0]), end)
    )
    dataset = repository.dataset()
    worked = working_time(
        repository,
        dataset,
        people_of(
            [
                (line.staff_id, line.employer_organisation_id)
                for week in weeks
                for line in week.lines
                if line.staff_id
            ]
        ),
        end,
    )
    after = end + timedelta(days=1)
    whole = bool(found["all_together"])
    ends = ending(dataset, collaborative_id, after, None if whole else [one for one in seen if one])
    places = _places(weeks, names_by_id(repository.facts("place")))
    paper_pages = [
        _page(whose, worked.get(whose.organisation_id), end, ends.get(whose.organisation_id))
        for whose in _whose(found, places)
    ]
    headers = rosters_within(repository, collaborative_id, weeks[0].monday, max(end, span[1]))
    names = names_by_id(repository.facts("organisation"))
    method = method_sections(
        repository,
        found,
        headers,
        span,
        _made(collaborative_id, span, answers, dated, dataset.sha256()),
    )
    return Pack(
        {
            "title": f"Board pack: {found['name']}",
            "name": found["name"],
            "collaborative_id": collaborative_id,
            "first": span[0].isoformat(),
            "last": span[1].isoformat(),
            "weeks": found["weeks"],
            "dated": "" if dated is None else day_words(dated),
            "sentence": (
                f"{day_words(span[0])} to {day_words(span[1])}:"
                f" {counted(len(found['weeks']), 'published week')}."
                f" {missing_words(headers, span)} As planned."
            ),
            "pages": paper_pages,
            "method": method,
            "annex": annex(repository, collaborative_id, answers, names),
        }
    )


@asks("test_scenarios", collaborative="collaborative_id", looks=True)
def pack_file(
    repository: Repository,
    collaborative_id: str,
    first: date,
    last: date,
    answers: Sequence[str],
    kind: Literal["pdf", "workbook"],
) -> bytes:
    """The paper, or its figures, as a file. Raises what `pack_of` raises."""
    made = pack_of(repository, collaborative_id, first, last, answers=answers)
    return made.pdf() if kind == "pdf" else made.workbook()


def _whose(found: Mapping[str, Any], places: Places) -> list[Whose]:
    """All together first, then the organisations by name."""
    names = {one["id"]: one["name"] for one in found["organisations"]}
    totals = {one["organisation_id"]: one for one in found["totals"]}
    measures = {one["measure"]: one for one in found["measures"]}
    by_name = {name: totals[key] for key, name in names.items()}
    order = [key for key in (None, *names) if key in totals]
    return [
        Whose(
            name=found["name"] if key is None else names[key],
            organisation_id=key,
            total=totals[key],
            measures=measures,
            notice_days=found["notice_days"],
            places=places.get(key, ()),
            all_totals=by_name,
        )
        for key in order
    ]


def _page(
    whose: Whose, worked: WorkingTime | None, end: date, ends: EndingSoon | None
) -> dict[str, Any]:
    sections: list[Section] = [
        pages.safe_cover(whose),
        pages.temporary_staffing(whose),
        pages.roster_quality(whose),
        working_time_section(worked or WorkingTime(), end),
        ending_section(ends or EndingSoon(), end + timedelta(days=1)),
        between.partner_balance(whose),
        between.variation(whose),
    ]
    return {
        "organisation_id": whose.organisation_id,
        "title": pages.called(whose),
        "sentence": pages.first_sentence(whose),
        "sections": sections,
    }


def _places(weeks: Sequence[PublishedWeek], names: Mapping[str, str]) -> Places:
    """By accountable host, and None: all -> each place's work that is asked for."""
    found: dict[str | None, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for week in weeks:
        for asked in week.asked:
            for whose in (None, asked.host):
                row = found[whose][asked.place_id]
                row[0] += asked.required
                row[1] += asked.missing
    return {
        whose: [
            PlaceCover(names.get(place, place), required, missing)
            for place, (required, missing) in sorted(rows.items())
        ]
        for whose, rows in found.items()
    }


def _made(
    collaborative_id: str,
    span: tuple[date, date],
    answers: Sequence[str],
    dated: date | None,
    facts: str,
) -> list[tuple[str, str]]:
    parts = ["scheduler", "pack", "-c", collaborative_id]
    parts += ["--from", span[0].isoformat(), "--until", span[1].isoformat()]
    for answer in dict.fromkeys(answers):
        parts += ["--with", answer]
    parts += [] if dated is None else ["--dated", dated.isoformat()]
    libraries = ", ".join(f"{name} {version(name)}" for name in MADE_WITH)
    return [
        ("Command", shlex.join([*parts, "--to", "pack.pdf"])),
        ("Facts of now (hash)", facts),
        ("Program", f"{PROGRAM} {version(PROGRAM)}"),
        ("Files were made with", libraries),
    ]

"""How a paper is made, what is missing in it, and of which rosters and facts it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scheduler.domain.clock import days_between, monday
from scheduler.domain.wording import counted
from scheduler.services.data.built_under import built_under
from scheduler.services.kpis.words import source_words, target_words
from scheduler.services.pack.tables import (
    NONE,
    Section,
    Table,
    count,
    day_words,
    section,
    table,
    words,
)
from scheduler.services.view.proof_words import gap_in_words
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

TITLE = "Method, gaps and data quality"
HASH = 12
"""Characters of a hash that are printed: enough to tell facts apart."""
METHOD = (
    "All figures are of what was published, as planned, by the facts that each roster was made"
    " from; leave, wishes, targets, average weeks and what ends are by the facts of now. Hours are"
    " paid hours. Registered is a role whose staff group is a registered profession. A shift that"
    " starts on a Saturday or Sunday is one of the weekend, and else one of the night where three"
    " of its hours lie between 23:00 and 06:00. A target that says unconfirmed was not read in its"
    " source. No person is named."
)
Document = Mapping[str, Any]


def rosters_within(
    repository: Repository, collaborative_id: str, first: date, last: date
) -> list[RosterHeader]:
    """Those that overlap these dates, in order of time."""
    found = [
        one
        for one in repository.rosters(collaborative_id)
        if one.kind == "roster" and one.start <= last and one.last >= first
    ]
    return sorted(found, key=lambda one: (one.start, one.version, one.id))


def method_sections(
    repository: Repository,
    found: Document,
    headers: Sequence[RosterHeader],
    span: tuple[date, date],
    made: Sequence[tuple[str, str]],
) -> list[Section]:
    """`found`: of `kpis`; `span`: the dates asked for; `made`: (what, which) of how it is made."""
    in_force = [one for one in headers if one.in_force]
    return [
        section(
            8,
            TITLE,
            METHOD,
            [
                _weeks(headers, span),
                _rosters(repository, in_force),
                _made(in_force, made),
                _cannot(found),
                _measures(found),
            ],
        )
    ]


def _weeks(headers: Sequence[RosterHeader], span: tuple[date, date]) -> Table:
    published = {day for one in headers for day in one.in_force}
    drafts: Counter[date] = Counter()
    for one in headers:
        if one.status == "draft":
            drafts.update({monday(day) for day in days_between(one.start, one.last)})
    rows = []
    for week in (
        day for day in days_between(monday(span[0]), monday(span[1])) if not day.weekday()
    ):
        days = [date.fromordinal(week.toordinal() + at) for at in range(7)]
        there = sum(day in published for day in days)
        rows.append(
            [
                words(day_words(week)),
                count(there),
                count(drafts[week]),
                words("in full" if there == 7 else "in part" if there else "not published"),
            ]
        )
    return table(
        "Weeks",
        ("Week from", "Days published", "Drafts", "In this paper"),
        rows,
        right=(1, 2),
        note="Drafts are not counted in any figure; weeks that are not published are missing.",
    )


def _rosters(repository: Repository, in_force: Sequence[RosterHeader]) -> Table:
    rows = []
    for one in in_force:
        summary, policy = one.summary, built_under(repository, one.id)
        rows.append(
            [
                words(f"{day_words(one.start)}, version {one.version}"),
                count(len(one.in_force)),
                words(gap_in_words(summary).figure if "gap" in summary else NONE),
                words(policy.sentence or "The default policy."),
                words(str(summary.get("seed", NONE))),
                words(one.snapshot_sha256[:HASH]),
            ]
        )
    return table(
        "Published rosters",
        (
            "From, version",
            "Days that count",
            "Proven within",
            "Policy",
            "Seed",
            "Facts (hash)",
        ),
        rows,
        right=(1,),
        note=(
            "Proven within: by how much at most the roster costs more than the best possible under"
            " its policy."
        ),
    )


def _made(in_force: Sequence[RosterHeader], made: Sequence[tuple[str, str]]) -> Table:
    programs = sorted(
        {
            ", ".join(f"{name} {each}" for name, each in sorted(one.summary["versions"].items()))
            for one in in_force
            if "versions" in one.summary
        }
    )
    rows = [*made, *(("Rosters were made with", each) for each in programs)]
    return table(
        "How this paper is made again",
        ("What", "Which"),
        [[words(what), words(which)] for what, which in rows],
    )


def _cannot(found: Document) -> Table:
    return table(
        "What cannot be said, and why",
        ("What", "Why", "What would bring it"),
        [[words(one["title"]), words(one["why"]), words(one["bring"])] for one in found["cannot"]],
    )


def _measures(found: Document) -> Table:
    targets: dict[str, str] = {}
    for total in found["totals"]:
        for code, told in total["measures"].items():
            if told["target"] and code not in targets:
                target = told["target"]
                targets[code] = f"{target_words(target)}, by {source_words(target)}"
    return table(
        "What the measures are, and who sets the targets",
        ("Measure", "What it is", "Target"),
        [
            [
                words(one["title"]),
                words(
                    one["definition"]
                    + (
                        ""
                        if one["organisations_add_up"]
                        else " Organisations do not add up to all together."
                    )
                ),
                words(targets.get(one["measure"], NONE)),
            ]
            for one in found["measures"]
        ],
    )


def missing_words(headers: Sequence[RosterHeader], span: tuple[date, date]) -> str:
    """What of the dates asked for is not in any figure, in a sentence."""
    published = {day for one in headers for day in one.in_force}
    wanted = days_between(span[0], span[1])
    gone = sum(day not in published for day in wanted)
    if not gone:
        return "Every day of these dates is published."
    return f"{counted(gone, 'day')} of these dates {'is' if gone == 1 else 'are'} not published."

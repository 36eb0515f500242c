"""The page of one organisation, or of all together, from the measures of its published weeks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.domain.wording import counted
from scheduler.services.kpis.words import (
    TOGETHER,
    number_words,
    target_words,
    value_words,
    verdict_words,
)
from scheduler.services.pack.tables import (
    Cell,
    Chart,
    Section,
    hours,
    hours_words,
    judged,
    measured,
    section,
    share,
    sixtieths,
    table,
    words,
)
from scheduler.services.view.roster_tables import PRIORITIES

Document = Mapping[str, Any]
SOURCES = {
    "own": "Own, contracted",
    "lent": "Lent by a partner",
    "extra": "Extra, plain rate",
    "overtime": "Overtime",
    "bank": "Bank",
    "agency": "Agency",
    "unfilled": "Not filled",
}
TEMPORARY = ("agency", "bank", "overtime", "unfilled")
GROUPS = ("registered", "unregistered")
TIMES = ("day", "night", "weekend")
PAID = (
    ("agency", "Agency", "agency_share", "agency_hours"),
    ("bank", "Bank", "bank_share", "bank_hours"),
    ("both", "Agency and bank", "temporary_share", None),
)
QUALITY = (
    "lead_days",
    "published_42_days_share",
    "notice_days",
    "changes_after_publication_share",
    "unused_hours_share",
    "leave_share",
    "leave_band_share",
    "wishes_met_share",
    "worked_share",
)
LEAST_SAID = 0.05
"""Of a bar in per cent; the table beside it has every hour."""


@dataclass(frozen=True)
class PlaceCover:
    """Of a place's work, for one host or for all [minutes]."""

    name: str
    required: int
    missing: int


@dataclass(frozen=True)
class Whose:
    """Whose page it is. `total`: of `kpis`; `all_totals`: of the organisations, by their names."""

    name: str
    organisation_id: str | None
    total: Document
    measures: Mapping[str, Document]
    notice_days: int | None
    places: Sequence[PlaceCover]
    all_totals: Mapping[str, Document]


def safe_cover(whose: Whose) -> Section:
    """Who fills the work by group and time, and what stays empty by priority."""
    total, told = whose.total, whose.total["measures"]["fill_share"]
    minutes: Counter[tuple[str, str, str]] = Counter()
    for one in total["fill"]:
        minutes[one["source"], one["group"], one["when"]] += one["minutes"]
    cells = [(group, when) for group in GROUPS for when in TIMES]
    columns = [f"{group.capitalize()}, {when}" for group, when in cells]
    rows = [
        _row(name, [minutes[source, *cell] for cell in cells]) for source, name in SOURCES.items()
    ]
    sums = [sum(minutes[source, *cell] for source in SOURCES) for cell in cells]
    rows.append(_row("All hours", sums))
    if told["value"] is None:
        sentence = "No hours are asked for."
    else:
        missing = told["denominator"] - told["numerator"]
        sentence = (
            f"{number_words(told['value'], '%')} of {hours_words(told['denominator'])} that are"
            f" asked for are filled; {hours_words(missing)} are not. {_against(told)}"
        )
        if total["beyond_minutes"]:
            beyond = hours_words(total["beyond_minutes"])
            sentence += f" Of all hours, {beyond} are of people beyond the minimum."
    empty = total["unfilled"]["by_priority"]
    return section(
        1,
        "Safe cover",
        sentence,
        [
            table(
                "Who fills the work, by group and time [hours]",
                ("Filled by", *columns, "Together"),
                rows,
                right=range(1, 8),
            ),
            table(
                "Not filled, by priority [hours]",
                ("Priority", "Hours"),
                [
                    [words(PRIORITIES[one].capitalize()), hours(empty.get(str(one), 0))]
                    for one in sorted(PRIORITIES, reverse=True)
                ],
                right=(1,),
            ),
        ],
        [_cover_chart(whose.name, minutes)],
    )


def _row(name: str, minutes: Sequence[int]) -> list[Cell]:
    return [words(name), *(hours(each) for each in minutes), hours(sum(minutes))]


def _against(told: Document) -> str:
    target = target_words(told["target"])
    return f"Target: {target}, {verdict_words(told)}." if target else "No target is in force."


def _cover_chart(name: str, minutes: Mapping[tuple[str, str, str], int]) -> Chart:
    rows, said = [], []
    for group in GROUPS:
        for when in TIMES:
            own = {source: minutes.get((source, group, when), 0) for source in SOURCES}
            whole = sum(own.values())
            for source, title in SOURCES.items():
                if whole:
                    rows.append(
                        {
                            "row": f"{group.capitalize()}, {when}",
                            "part": title,
                            "share": 100 * own[source] / whole,
                        }
                    )
            if whole:
                parts = ", ".join(
                    f"{title.lower()} {number_words(100 * own[source] / whole, '%')}"
                    for source, title in SOURCES.items()
                    if 100 * own[source] / whole >= LEAST_SAID
                )
                said.append(f"{group} staff by {when}: {parts}")
    spoken = "; ".join(said) or "there are no hours"
    return {
        "kind": "parts",
        "title": "Who fills the work, in per cent",
        "alt": f"Stacked bars of who fills the work of {name}. {spoken[:1].upper()}{spoken[1:]}.",
        "unit": "%",
        "parts": list(SOURCES.values()),
        "rows": rows,
    }


def temporary_staffing(whose: Whose) -> Section:
    """Agency, bank, overtime and what is not filled together; what is paid for it, by targets."""
    total, told = whose.total, whose.total["measures"]
    by_source: Counter[str] = Counter()
    for one in total["fill"]:
        by_source[one["source"]] += one["minutes"]
    whole = sum(by_source.values())
    rows = [
        [words(SOURCES[source]), hours(by_source[source]), share(by_source[source], whole)]
        for source in TEMPORARY
    ]
    together = sum(by_source[source] for source in TEMPORARY)
    rows.append([words("Together"), hours(together), share(together, whole)])
    paid = []
    for _, name, of_pay, in_hours in PAID:
        pay, time = told[of_pay], None if in_hours is None else told[in_hours]
        minutes = (
            sum(told[each]["numerator"] for _, _, _, each in PAID if each)
            if time is None
            else time["numerator"]
        )
        paid.append(
            [
                words(name),
                hours(minutes),
                sixtieths(pay["numerator"]),
                measured(pay, "%"),
                *judged(pay),
            ]
        )
    paid.append(
        [
            words("All pay of these shifts"),
            words(NO_FIGURE),
            sixtieths(told["temporary_share"]["denominator"]),
            words(NO_FIGURE),
            words(NO_FIGURE),
            words(NO_FIGURE),
        ]
    )
    weekly = [
        [words(name), measured(told[code], "h a week"), *judged(told[code])]
        for code, name in (("agency_hours", "Agency"), ("bank_hours", "Bank"))
        if told[code]["target"] is not None
    ]
    tables = [
        table(
            "Hours, by who is accountable for the work",
            ("What", "Hours", "Of all hours"),
            rows,
            right=(1, 2),
        ),
        table(
            "Hours and pay, by who employs or calls",
            ("What", "Hours", "Pay", "Of all pay", "Target", "Which is"),
            paid,
            right=(1, 2, 3),
        ),
    ]
    if weekly:
        tables.append(
            table("Hours a week against targets", ("What", "Value", "Target", "Which is"), weekly)
        )
    return section(
        2,
        "Temporary staffing",
        f"Agency, bank, overtime and what is not filled are together {hours_words(together)}"
        + (f", {share(together, whole)['text']} of all hours. " if whole else ". ")
        + "Overtime’s pay is not parted from other pay here; pay is planned, at stated rates.",
        tables,
    )


NO_FIGURE = "–"


def roster_quality(whose: Whose) -> Section:
    """Lead time, late changes, unused hours, leave band, wishes."""
    told, changes = whose.total["measures"], whose.total["changes"]
    reasons = [
        f"{one['reason'] or 'no reason given'} ({counted(one['shifts'], 'shift')})"
        for one in changes["by_reason"][:3]
    ]
    sentence = (
        f"Most changes after publication: {'; '.join(reasons)}."
        if reasons
        else "What was published stands as it was."
    )
    if whose.notice_days is not None and reasons:
        sentence += (
            f" At less than {counted(whose.notice_days, 'day')} of notice:"
            f" {counted(changes['at_short_notice'], 'shift')}."
        )
    return section(
        3,
        "Roster quality",
        sentence,
        [
            table(
                "Measures of the roster",
                ("Measure", "Value", "Target", "Which is"),
                [
                    [
                        words(whose.measures[code]["title"]),
                        measured(told[code], whose.measures[code]["unit"]),
                        *judged(told[code]),
                    ]
                    for code in QUALITY
                ],
            )
        ],
    )


def called(whose: Whose) -> str:
    """The heading of the page."""
    return TOGETHER if whose.organisation_id is None else whose.name


def first_sentence(whose: Whose) -> str:
    """How many targets are met, and the cover."""
    told = whose.total["measures"]
    with_target = [one for one in told.values() if one["met"] is not None]
    met = sum(one["met"] for one in with_target)
    filled = value_words(told["fill_share"], "%")
    of = (
        f"{met} of {counted(len(with_target), 'target')} {'is' if met == 1 else 'are'} met"
        if with_target
        else "no target is in force"
    )
    asked = told["fill_share"]["value"] is not None
    return (
        f"{f'{filled} of the hours asked for are filled' if asked else filled.rstrip('.')}; {of}."
    )

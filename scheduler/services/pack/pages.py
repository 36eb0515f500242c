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
    Table,
    hours,
    judged,
    measured,
    pounds,
    section,
    share,
    sixtieths,
    table,
    words,
)
from scheduler.services.view.roster_tables import PRIORITIES, short_name

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
MOST_ROWS = 8
"""Of a table that grows with the collaborative: a page holds no more; the rest stand together."""


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
            f"{number_words(told['value'], '%')} of {_h(told['denominator'])} that are asked for"
            f" are filled; {_h(missing)} are not. {_against(told)}"
        )
        if total["beyond_minutes"]:
            beyond = _h(total["beyond_minutes"])
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


def _h(minutes: int) -> str:
    return f"{minutes / 60:,.1f} h"


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
        f"Agency, bank, overtime and what is not filled are together {_h(together)}"
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


def partner_balance(whose: Whose) -> Section:
    """Who lends to whom, and what is recharged."""
    lending = whose.total["lending"]
    if whose.organisation_id is None:
        found = [
            [
                words(short_name(one["from_name"])),
                words(short_name(one["to_name"])),
                hours(one["minutes"]),
                pounds(one["recharge_pence"]),
            ]
            for one in sorted(lending, key=lambda one: (-one["minutes"], one["from"], one["to"]))
        ]
        minutes, pence = (sum(one[key] for one in lending) for key in ("minutes", "recharge_pence"))
        kept = sorted(lending, key=lambda one: (-one["minutes"], one["from"], one["to"]))
        rest = kept[MOST_ROWS:]
        rows = found[:MOST_ROWS]
        if rest:
            rows.append(
                [
                    words(f"{len(rest)} more pairs"),
                    words(""),
                    hours(sum(one["minutes"] for one in rest)),
                    pounds(sum(one["recharge_pence"] for one in rest)),
                ]
            )
        rows.append([words("Together"), words(""), hours(minutes), pounds(pence)])
        made = table("Lent, by pair", ("Lends", "To", "Hours", "Recharge"), rows, right=(2, 3))
        sentence = f"{_h(minutes)} are lent between organisations." if lending else _NOBODY
        return section(6, "Partner balance and recharge", sentence, [made] if lending else [])
    partners: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for one in lending:
        out = one["from"] == whose.organisation_id
        other = "to" if out else "from"
        names[one[other]] = short_name(one[f"{other}_name"])
        row = partners.setdefault(one[other], [0, 0, 0, 0])
        row[0 if out else 1] += one["minutes"]
        row[2 if out else 3] += one["recharge_pence"]
    order = sorted(partners, key=lambda key: (-sum(partners[key][:2]), names[key], key))
    shown = [(names[key], partners[key]) for key in order[:MOST_ROWS]]
    rest = [partners[key] for key in order[MOST_ROWS:]]
    if rest:
        shown.append((f"{len(rest)} more partners", _sums(rest)))
    whole = _sums(list(partners.values()))
    shown.append(("Together", whole))
    sentence = f"{_h(whole[0])} are lent and {_h(whole[1])} borrowed." if partners else _NOBODY
    made = table(
        "Lent and borrowed, by partner",
        ("Partner", "Lent [h]", "Borrowed [h]", "Recharged to it", "Recharged by it", "Balance"),
        [
            [
                words(name),
                hours(lent),
                hours(borrowed),
                pounds(came),
                pounds(went),
                pounds(came - went),
            ]
            for name, (lent, borrowed, came, went) in shown
        ],
        right=range(1, 6),
    )
    return section(6, "Partner balance and recharge", sentence, [made] if partners else [])


_NOBODY = "Nobody is lent in these weeks."


def _sums(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(row[at] for row in rows) for at in range(4)]


def variation(whose: Whose) -> Section:
    """Cover by place; of all together, measures by organisation too."""
    places = sorted(
        whose.places,
        key=lambda one: (one.missing / one.required if one.required else 0, one.missing, one.name),
        reverse=True,
    )
    rest = places[MOST_ROWS:]
    shown = [(one.name, one.required, one.missing) for one in places[:MOST_ROWS]]
    if rest:
        shown.append(
            (
                f"{counted(len(rest), 'more place')}",
                sum(one.required for one in rest),
                sum(one.missing for one in rest),
            )
        )
    rows = [
        [words(name), hours(required), hours(missing), share(required - missing, required)]
        for name, required, missing in shown
    ]
    tables: list[Table] = [
        table(
            "Cover by place, the least covered first",
            ("Place", "Asked for [h]", "Not filled [h]", "Filled"),
            rows,
            right=(1, 2, 3),
        )
    ]
    if whose.organisation_id is None and whose.all_totals:
        codes = ("fill_share", "temporary_share", "unused_hours_share", "lead_days")
        tables.append(
            table(
                "Measures by organisation",
                ("Organisation", *(whose.measures[code]["title"] for code in codes)),
                [
                    [
                        words(short_name(name)),
                        *(
                            measured(total["measures"][code], whose.measures[code]["unit"])
                            for code in codes
                        ),
                    ]
                    for name, total in whose.all_totals.items()
                ],
                right=range(1, 5),
            )
        )
    known = [one for one in places if one.required]
    sentence = "No place asks for hours."
    if known:
        most, least = known[-1], known[0]
        sentence = f"{_filled(least)} filled in {least.name}"
        sentence += "." if most is least else f", the least, to {_filled(most)} in {most.name}."
    return section(7, "Variation between places", sentence, tables if known else [])


def _filled(place: PlaceCover) -> str:
    return str(share(place.required - place.missing, place.required)["text"])


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
    return f"{f'{filled} of the hours asked for are filled' if asked else filled}; {of}."

"""Who lends to whom, and how places and organisations differ."""

from collections.abc import Sequence

from scheduler.domain.wording import counted
from scheduler.services.pack.pages import PlaceCover, Whose
from scheduler.services.pack.tables import (
    Section,
    Table,
    hours,
    hours_words,
    measured,
    pounds,
    section,
    share,
    table,
    words,
)
from scheduler.services.view.roster_tables import short_name

MOST_ROWS = 8
"""Of a table that grows with the collaborative: a page holds no more; the rest stand together."""


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
        sentence = f"{hours_words(minutes)} are lent between organisations." if lending else _NOBODY
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
    sentence = (
        f"{hours_words(whole[0])} are lent and {hours_words(whole[1])} borrowed."
        if partners
        else _NOBODY
    )
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

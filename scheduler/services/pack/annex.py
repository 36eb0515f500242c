"""Stored answers as they stand on their first screen: figures, a sentence, one chart."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.pay import half_up
from scheduler.domain.wording import counted
from scheduler.services.pack.tables import (
    Cell,
    Chart,
    Section,
    day_words,
    hours,
    pounds,
    pounds_words,
    section,
    table,
    words,
)
from scheduler.services.view.look_up import comparison
from scheduler.storage.repository import Repository

Document = Mapping[str, Any]
MOST_CASES = 4
"""Scenarios that stand side by side on a page."""
SPLITS = {
    "stable": "As it falls today, nobody would do better in a smaller group.",
    "not stable": "As it falls today, some partners would do better among themselves.",
    "cannot be told": "As it falls today, some partners might do better among themselves.",
}
VERDICTS = {
    "better": "better for certain",
    "worse": "worse for certain",
}


def annex(
    repository: Repository, collaborative_id: str, answers: Sequence[str], names: Mapping[str, str]
) -> list[Section]:
    """A section for each answer, in the order given, each once. `names`: organisation id -> name.

    Raises NotFound for an answer that is not of this collaborative, BadRequest for one that has no
    place in a paper.
    """
    found = []
    for number, answer_id in enumerate(dict.fromkeys(answers), start=1):
        document = comparison(repository, answer_id)
        if document["collaborative_id"] != collaborative_id:
            raise NotFound(f"There is no answer {answer_id!r} of {collaborative_id}.")
        kind = str(document.get("kind", "compare"))
        make = MAKERS.get(kind)
        if make is None:
            raise BadRequest(
                "What barriers are worth has no place in a board pack; comparisons, frontiers,"
                " steps and who gains have."
            )
        made = make(document, names)
        found.append({**made, "number": number, "answer": answer_id})
    return found


def span(document: Document) -> str:
    """`week of 11 January 2027`, `4 weeks from 11 January 2027`."""
    start, weeks = date.fromisoformat(document["period"]["start"]), document.get("weeks", 1)
    if document["period"]["days"] != 7:
        return f"{counted(document['period']['days'] * weeks, 'day')} from {day_words(start)}"
    return f"week of {day_words(start)}" if weeks == 1 else f"{weeks} weeks from {day_words(start)}"


# --- scenarios side by side


def _compare(document: Document, _: Mapping[str, str]) -> Section:
    base, scenarios = document["base"], document["scenarios"]
    solved = [case for case in scenarios if "change" in case]
    said = []
    for case in solved:
        told = case["change"]["objective_pence"]
        verdict = VERDICTS.get(told["verdict"], "not distinguishable")
        said.append(
            f"{case['name']}: {verdict}, between {_signed(told['low'])} and {_signed(told['high'])}"
            " by the policy’s prices"
            + (", which are others here." if told["different_prices"] else ".")
        )
    said += [f"{case['name']}: no roster." for case in scenarios if case not in solved]
    cases = [base, *solved[:MOST_CASES]]
    known = all("figures" in case for case in cases)
    rows = [[words(name), *(of(case) for case in cases)] for name, of in FIVE] if known else []
    rows_drawn = [
        {
            "name": case["name"],
            "found": None,
            "low": case["change"]["objective_pence"]["low"] / 100,
            "high": case["change"]["objective_pence"]["high"] / 100,
        }
        for case in solved
    ]
    chart = _intervals(
        "Change of the best possible objective [£]",
        rows_drawn,
        "Intervals of how each scenario changes the best possible objective",
    )
    return section(
        0,
        f"Scenarios side by side, {span(document)}",
        " ".join(said),
        [
            table(
                "Five figures of each case",
                ("Figure", *(case["name"] for case in cases)),
                rows,
                right=range(1, len(cases) + 1),
                note=(
                    f"{counted(len(solved) - MOST_CASES, 'more scenario')} on the page."
                    if len(solved) > MOST_CASES
                    else ""
                ),
            )
        ]
        if rows
        else [],
        [chart] if rows_drawn else [],
    )


def _paid(figures: Document) -> Cell:
    return pounds(sum(figures["pence_by_pay"].values()))


FIVE: tuple[tuple[str, Callable[[Document], Cell]], ...] = (
    ("Required hours left empty [h]", lambda case: hours(case["figures"]["minutes"]["missing"])),
    ("Agency [h]", lambda case: hours(case["figures"]["minutes_by_pay"]["agency"])),
    ("Bank [h]", lambda case: hours(case["figures"]["minutes_by_pay"]["bank"])),
    ("Pay beyond basic pay", lambda case: _paid(case["figures"])),
    (
        "Lent between partners [h]",
        lambda case: hours(sum(pair["minutes"] for pair in case["figures"]["lent"].values())),
    ),
)


def _signed(pence: float) -> str:
    text = pounds_words(_pence(pence))
    return text if pence < 0 else f"+{text}"


def _pence(amount: float) -> int:
    return half_up(Fraction(amount))


def _intervals(title: str, rows: Sequence[Document], begins: str) -> Chart:
    said = "; ".join(
        f"{row['name']} between {_signed(100 * row['low'])} and {_signed(100 * row['high'])}"
        for row in rows
    )
    return {
        "kind": "intervals",
        "title": title,
        "alt": f"{begins}: {said}.",
        "unit": "£",
        "rows": [dict(row) for row in rows],
    }


# --- frontiers


def _frontier(document: Document, _: Mapping[str, str]) -> Section:
    reduce, against, rosters = document["reduce"], document["against"], document["rosters"]
    first, last = rosters[0], rosters[-1]
    bend = next((one for one in rosters if one["roster_id"] == document["knee"]), None)
    titles = reduce["title"], against["title"]
    if len(rosters) == 1:
        sentence = (
            f"One roster is best in both, as far as was found: {_at(first, reduce, against)}."
        )
    else:
        sentence = f"From {_at(first, reduce, against)} down to {_at(last, reduce, against)}."
    if bend is not None:
        sentence += f" Beyond {_amount(bend['level'], against)} each further step brings less."
    shown = rosters if len(rosters) <= 5 else _spread(rosters, bend)
    points = [one for one in document["points"] if one["high"] is not None]
    chart: Chart = {
        "kind": "frontier",
        "title": f"{titles[0]} [{reduce['unit']}] against {titles[1]} [{against['unit']}]",
        "alt": (
            f"The least of {titles[0]} at each level of {titles[1]}, between a lower and an upper"
            f" end. {sentence}"
        ),
        "unit": reduce["unit"],
        "x": f"{titles[1]} [{against['unit']}]",
        "y": f"{titles[0]} [{reduce['unit']}]",
        "rows": [{"level": one["level"], "low": one["low"], "high": one["high"]} for one in points],
        "points": [{"level": one["level"], "value": one["reduced"]} for one in rosters],
    }
    made = table(
        "Rosters behind it",
        (titles[1], titles[0], "Left empty [h]", "Proven within [%]"),
        [
            [
                _quantity(one["level"], against),
                _quantity(one["reduced"], reduce),
                hours(round(one["missing_hours"] * 60)),
                {
                    "text": f"{100 * one['gap']:,.1f}",
                    "value": 100 * one["gap"],
                    "format": "percent",
                },
            ]
            for one in shown
        ],
        right=range(4),
    )
    title = f"{titles[0]} against {titles[1][:1].lower()}{titles[1][1:]}, {span(document)}"
    return section(0, title, sentence, [made], [chart] if len(points) > 1 else [])


def _spread(rosters: Sequence[Document], bend: Document | None) -> list[Document]:
    kept = {0, len(rosters) // 4, len(rosters) // 2, 3 * len(rosters) // 4, len(rosters) - 1}
    if bend is not None:
        kept.add(list(rosters).index(bend))
    return [rosters[at] for at in sorted(kept)]


def _at(roster: Document, reduce: Mapping[str, str], against: Mapping[str, str]) -> str:
    """`15.0 h (agency hours) with 7.5 h (required hours left empty)`."""
    one, other = (f"{each['title'][:1].lower()}{each['title'][1:]}" for each in (reduce, against))
    return (
        f"{_amount(roster['reduced'], reduce)} ({one}) with {_amount(roster['level'], against)}"
        f" ({other})"
    )


def _amount(value: float, quantity: Mapping[str, str]) -> str:
    if quantity["unit"] == "£":
        return pounds_words(round(100 * value))
    return f"{value:,.1f} {quantity['unit']}"


def _quantity(value: float, quantity: Mapping[str, str]) -> Cell:
    form = "pounds" if quantity["unit"] == "£" else "hours"
    return {"text": _amount(value, quantity), "value": value, "format": form}


# --- steps


def _waterfall(document: Document, _: Mapping[str, str]) -> Section:
    called = {lever["key"]: lever["name"] for lever in document["levers"]}
    cases = [case for case in document["cases"] if "figures" in case]
    alone = min(cases, key=lambda case: len(case["levers"]))
    last = max(cases, key=lambda case: len(case["levers"]))
    rows: list[list[Cell]] = [[words(name), of(alone), of(last)] for name, of in FIVE]
    whole = document["whole"]
    steps = [(called[one["key"]], one["step"]) for one in document["brings"]]
    told = [
        table(
            "From every organisation alone to all together",
            ("Figure", "Alone", "Together"),
            rows,
            right=(1, 2),
        ),
        table(
            "What each step brings, in this order",
            ("Step", "Found", "At least", "At most"),
            [
                [words(name), *(pounds(_pence(one[key])) for key in ("found", "low", "high"))]
                for name, one in (*steps, ("All together", whole))
            ],
            right=(1, 2, 3),
        ),
    ]
    drawn = [
        {
            "name": name,
            "found": one["found"] / 100,
            "low": one["low"] / 100,
            "high": one["high"] / 100,
        }
        for name, one in (*steps, ("All together", whole))
    ]
    sentence = (
        f"All steps together are worth {pounds_words(_pence(whole['found']))} by the policy’s"
        f" prices, {pounds_words(_pence(whole['low']))} to"
        f" {pounds_words(_pence(whole['high']))} for certain."
    )
    chart = _intervals("Worth by the policy’s prices [£]", drawn, "What each step is worth")
    return section(0, f"What each step brings, {span(document)}", sentence, told, [chart])


# --- partners


def _partners(document: Document, names: Mapping[str, str]) -> Section:
    whole, rows = document["whole"], document["by_partner"]
    drawn = [
        {
            "name": names.get(one, one),
            "found": row["gains_pence"] / 100,
            "low": row["gains_pence"] / 100,
            "high": row["gains_pence"] / 100,
        }
        for one, row in rows.items()
    ]
    losing = [names.get(one, one) for one, row in rows.items() if row["gains_pence"] < 0]
    standing = SPLITS.get(document["splits"]["as_it_falls"]["verdict"], "")
    sentence = (
        f"Together the partners gain {pounds_words(_pence(whole['found']))} by the policy’s prices,"
        f" {pounds_words(_pence(whole['low']))} to {pounds_words(_pence(whole['high']))} for"
        " certain. "
        + (
            f"Better off alone, as these rosters and recharges have it: {', '.join(losing)}. "
            if losing
            else "No partner is worse off than alone, as these rosters and recharges have it. "
        )
        + standing
    )
    made = table(
        "Each partner",
        ("Partner", "Left empty [h]", "Lent [h]", "Borrowed [h]", "Agency [h]", "Gains"),
        [
            [
                words(names.get(one, one)),
                *(_of_partner(row, key) for key in ("missing", "lent", "borrowed")),
                _agency(row),
                pounds(_pence(row["gains_pence"])),
            ]
            for one, row in rows.items()
        ],
        right=range(1, 6),
    )
    chart = {
        "kind": "intervals",
        "title": "Gains by partner, in the rosters that were found [£]",
        "alt": "Bars of what each partner gains: "
        + "; ".join(f"{one['name']} {_signed(100 * one['found'])}" for one in drawn)
        + ".",
        "unit": "£",
        "rows": drawn,
    }
    return section(0, f"What partners gain, {span(document)}", sentence, [made], [chart])


def _of_partner(row: Document, key: str) -> Cell:
    figures = row["together"]["figures"]
    return hours(figures[key]) if figures else words("–")


def _agency(row: Document) -> Cell:
    figures = row["together"]["figures"]
    return hours(figures["minutes_by_pay"]["agency"]) if figures else words("–")


MAKERS: Mapping[str, Callable[[Document, Mapping[str, str]], Section]] = {
    "compare": _compare,
    "frontier": _frontier,
    "waterfall": _waterfall,
    "partners": _partners,
}

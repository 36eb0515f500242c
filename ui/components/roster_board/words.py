"""What a change means, and where something may go, in the words of a board."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from scheduler.domain.wording import counted
from scheduler.services.edit.effect import EditEffect
from scheduler.services.edit.verdicts import CellVerdict
from scheduler.services.explain.names import Naming
from ui.components.board import Verdicts, VerdictText
from ui.components.headline import signed_pounds

BARRIERS = {
    "contract": "no contract then",
    "agreement": "no agreement",
    "passport": "no passport",
    "consent": "not agreed to",
    "competency": "competency",
    "procedure": "procedure",
    "travel": "too far",
    "leave": "away",
    "availability": "unavailable",
    "role": "other role",
    "deployable": "not cleared",
    "there_already": "there already",
    "maximum_cover": "full",
}
"""What forbids something, as it fits into a cell; rules by their titles."""


def verdict_text(verdict: CellVerdict, names: Naming) -> VerdictText:
    """A verdict as a cell shows it, and as it is read out."""
    why = " ".join(names.said(sentence) for sentence in verdict.why)
    match verdict.state:
        case "no":
            short = BARRIERS.get(verdict.rule) or names.rule(verdict.rule)
            return VerdictText("no", short, f"Not possible. {why or 'Not cleared for it.'}")
        case "instead":
            works = "; ".join(names.work(demand_id) for demand_id in verdict.gives_up)
            return VerdictText("instead", "swap?", f"Busy then: {works}. Swap, or give that up.")
        case "yes" | "price":
            figure = signed_pounds(verdict.pence)
            noted = f" {names.rule(verdict.rule)}" if verdict.rule and verdict.why else ""
            long = (
                f"Possible, {figure} on the whole, pay {signed_pounds(verdict.cash_pence)}. {why}"
            )
            return VerdictText(verdict.state, f"{figure}{noted}", long.strip())


def person_verdicts(
    pick: str,
    source: str,
    found: Mapping[tuple[str, date], CellVerdict],
    row_ids: Sequence[str],
    days: Sequence[date],
    names: Naming,
) -> Verdicts:
    """For a board of people × days."""
    texts: dict[VerdictText, int] = {}
    numbers: dict[int, int] = {}
    """By identity: many cells share a verdict, and to put it into words takes the most time."""
    rows = {}
    for row_id in row_ids:
        cells = []
        for day in days:
            verdict = found.get((row_id, day))
            if verdict is None:
                cells.append(-1)
                continue
            if id(verdict) not in numbers:
                numbers[id(verdict)] = _number(texts, verdict_text(verdict, names))
            cells.append(numbers[id(verdict)])
        rows[row_id] = cells
    return Verdicts(pick, rows, list(texts), source)


def work_verdicts(
    pick: str,
    source: str,
    found: Mapping[str, CellVerdict],
    demand_of: Mapping[str, Sequence[str]],
    names: Naming,
) -> Verdicts:
    """For a board of work × days. `demand_of`: row id -> the demand of each column, empty where
    there is none.
    """
    texts: dict[VerdictText, int] = {}
    rows = {
        row_id: [
            _number(texts, verdict_text(found[one], names)) if one in found else -1 for one in ids
        ]
        for row_id, ids in demand_of.items()
    }
    return Verdicts(pick, rows, list(texts), source)


def _number(texts: dict[VerdictText, int], text: VerdictText) -> int:
    hashable = text._replace(groups=tuple(text.groups))
    return texts.setdefault(hashable, len(texts))


def effect_words(effect: EditEffect, names: Naming) -> str:
    """What a change that was done means, in a line."""
    opened = sum(max(0, place.after - place.before) for place in effect.places)
    filled = sum(max(0, place.before - place.after) for place in effect.places)
    parts = [
        f"{signed_pounds(effect.objective_pence)} on the whole",
        f"pay {signed_pounds(effect.cash_pence)}",
        *([f"{counted(filled, 'required place')} filled"] if filled else []),
        *([f"{counted(opened, 'required place')} now open"] if opened else []),
    ]
    paid_for = " ".join(names.said(sentence) for sentence in effect.paid_for)
    return f"{', '.join(parts)}. {paid_for}".strip()


def broken_words(effect: EditEffect, names: Naming) -> str:
    """What stands against a change."""
    return " ".join(dict.fromkeys(names.said(one.sentence) for one in effect.broken))


def people_words(who: Iterable[str], names: Naming) -> str:
    """Several people, or temporary supplies, by name."""
    called = [names.staff.get(one) or names(one) for one in dict.fromkeys(who)]
    return " and ".join([", ".join(called[:-1]), called[-1]] if len(called) > 2 else called)

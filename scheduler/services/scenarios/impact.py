"""Who would notice a change: which patients' services, places, nights and weekends, which partners
and which staff, from the two rosters themselves; and what of the collaborative's six outcomes these
figures can speak of.

The outcomes are those of the Mid and South Essex Community Collaborative.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from scheduler.services.scenarios.figures import STAFF_BURDENS, agency_share, share

Whom = Literal["patients", "partner", "staff"]
Unit = Literal["minutes", "pence", "count"]
LEAST: dict[Unit, int] = {"minutes": 15, "pence": 1_000, "count": 1}
"""What is less than this nobody would notice."""


@dataclass(frozen=True)
class NoticedChange:
    """One thing that would be otherwise. `of`: what kind of thing `key` names (service, place,
    part, priority, organisation, role); `measure`: what of it; more of it is worse for whom it is
    about.
    """

    whom: Whom
    of: str
    key: str
    measure: str
    unit: Unit
    before: int
    after: int

    @property
    def more(self) -> int:
        """By how much it is above what it was."""
        return self.after - self.before

    @property
    def worse(self) -> bool:
        """Whether whoever it is about loses by it."""
        return self.more > 0


@dataclass(frozen=True)
class CollaborativeAim:
    """One of the six outcomes: the figures that rosters have on it, before and after, each with
    whether more of it is better; `cannot`: what they cannot say.
    """

    title: str
    figures: tuple["AimFigure", ...]
    cannot: str


@dataclass(frozen=True)
class AimFigure:
    """`unit`: minutes, pence, count, or share (of 1; None: there is nothing to share)."""

    title: str
    unit: str
    before: float | None
    after: float | None
    more_is_better: bool


def cash(row: Mapping[str, Any]) -> int:
    """What a partner pays for a week beyond basic pay: all kinds of pay, and what it is recharged
    less what it recharges [pence].
    """
    return int(sum(row["pence_by_pay"].values()) + row["recharge_out"] - row["recharge_in"])


def effects(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[NoticedChange]:
    """What would be otherwise between two cases' figures, the losses first, each kind by size."""
    found = []
    for of in ("service", "place", "part", "priority"):
        rows = before["missing_by"][of], after["missing_by"][of]
        for key in dict.fromkeys([*rows[0], *rows[1]]):
            one, other = (int(row.get(key, 0)) for row in rows)
            found.append(NoticedChange("patients", of, key, "missing", "minutes", one, other))
    partners = before["by_organisation"], after["by_organisation"]
    for key in dict.fromkeys([*partners[0], *partners[1]]):
        for measure, unit, amount in PARTNER_MEASURES:
            one, other = (amount(row[key]) if key in row else 0 for row in partners)
            found.append(NoticedChange("partner", "organisation", key, measure, unit, one, other))
    roles = before["by_role"], after["by_role"]
    for key in dict.fromkeys([*roles[0], *roles[1]]):
        for burden in STAFF_BURDENS:
            counted: Unit = "count" if burden == "wishes_missed" else "minutes"
            one, other = (int(row.get(key, {}).get(burden, 0)) for row in roles)
            found.append(NoticedChange("staff", "role", key, burden, counted, one, other))
    kept = [one for one in found if abs(one.more) >= LEAST[one.unit]]
    return sorted(kept, key=lambda one: (not one.worse, one.whom, one.of, -abs(one.more)))


PARTNER_MEASURES: tuple[tuple[str, Unit, Callable[[Mapping[str, Any]], int]], ...] = (
    ("missing", "minutes", lambda row: int(row["missing"])),
    ("cash", "pence", cash),
)


def losers(found: list[NoticedChange]) -> list[NoticedChange]:
    """Partners, places and groups of staff that lose."""
    return [one for one in found if one.worse and one.of in ("organisation", "place", "role")]


def outcomes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[CollaborativeAim]:
    """The six outcomes with what two cases' figures say of each."""

    def figure(
        title: str,
        unit: str,
        amount: Callable[[Mapping[str, Any]], float | None],
        *,
        more_is_better: bool = False,
    ) -> AimFigure:
        return AimFigure(title, unit, amount(before), amount(after), more_is_better)

    return [
        CollaborativeAim(
            "Higher quality sustainable services",
            (
                figure("Hours left empty at the two highest priorities", "minutes", _urgent),
                figure("Agency as a share of all pay", "share", agency_share),
            ),
            "What care achieves for patients is not in a roster.",
        ),
        CollaborativeAim(
            "Reduction in variation and duplication",
            (figure("Apart: the best and the worst covered place", "share", _spread),),
            "Duplicated visits and procedures are not in a roster.",
        ),
        CollaborativeAim(
            "Effective use of resources",
            (
                figure("Agency hours", "minutes", lambda one: one["minutes_by_pay"]["agency"]),
                figure("Bank hours", "minutes", lambda one: one["minutes_by_pay"]["bank"]),
                figure("Contracted hours not used", "minutes", lambda one: one["staff"]["unused"]),
                figure(
                    "Pay beyond basic pay", "pence", lambda one: sum(one["pence_by_pay"].values())
                ),
            ),
            "Buildings, equipment and procurement are not in a roster.",
        ),
        CollaborativeAim("Unified provider voice", (), "No figure of a roster speaks of it."),
        CollaborativeAim(
            "Health equality and equitable access",
            (
                figure(
                    "Cover of the worst covered place", "share", _worst_place, more_is_better=True
                ),
            ),
            "Who the patients are, and how long they wait, is not in a roster.",
        ),
        CollaborativeAim(
            "Improved staff experience and retention",
            (
                figure("Wishes met", "share", _wishes_met, more_is_better=True),
                figure("Travel beyond the own base", "minutes", lambda one: one["staff"]["travel"]),
                figure(
                    "Uneven shares of nights, weekends and moves, as the policy prices them",
                    "pence",
                    lambda one: one["fairness_pence"],
                ),
            ),
            "Sickness, leavers and vacancies are not in a roster.",
        ),
    ]


def _urgent(one: Mapping[str, Any]) -> int:
    return sum(int(one["missing_by"]["priority"].get(key, 0)) for key in ("4", "5"))


def _covered(one: Mapping[str, Any]) -> list[float]:
    rows = one["required_by"]["place"], one["missing_by"]["place"]
    return [1 - rows[1].get(place, 0) / needed for place, needed in rows[0].items() if needed]


def _spread(one: Mapping[str, Any]) -> float | None:
    covered = _covered(one)
    return max(covered) - min(covered) if covered else None


def _worst_place(one: Mapping[str, Any]) -> float | None:
    return min(_covered(one), default=None)


def _wishes_met(one: Mapping[str, Any]) -> float | None:
    asked = one["staff"]["wishes_asked"]
    return share(asked - one["staff"]["wishes_missed"], asked)


def impact(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The whole statement as a document: `effects`, `losers` (indexes of them), `outcomes`."""
    found = effects(before, after)
    lost = losers(found)
    return {
        "effects": [{**asdict(one), "more": one.more, "worse": one.worse} for one in found],
        "losers": [number for number, one in enumerate(found) if one in lost],
        "outcomes": [
            {**asdict(one), "figures": [asdict(figure) for figure in one.figures]}
            for one in outcomes(before, after)
        ],
    }

"""What each kind of community service needs: posts and their rhythm over the week, competencies,
procedures.

Sources for the kinds: the urgent community response standard (two hours, 08:00 to 20:00 on seven
days), https://www.england.nhs.uk/community-health-services/urgent-community-response-services/, and
the virtual wards framework,
https://www.england.nhs.uk/long-read/virtual-wards-operational-framework/. Weights are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_WEEKDAYS: Final = (1, 2, 3, 4, 5)
_WEEKEND: Final = (6, 7)


@dataclass(frozen=True)
class RhythmSlot:
    """One weekday and shift type of a rhythm; a higher weight is staffed earlier and more."""

    weekday: int
    shift_type_id: str
    weight: float


def _rhythm(*lines: tuple[str, float, float]) -> tuple[RhythmSlot, ...]:
    """Slots of a week from (shift type, weight on weekdays, weight at the weekend); 0 = not
    at all.
    """
    return tuple(
        RhythmSlot(weekday, shift_type_id, weight)
        for shift_type_id, on_weekdays, at_weekend in lines
        for weekdays, weight in ((_WEEKDAYS, on_weekdays), (_WEEKEND, at_weekend))
        if weight
        for weekday in weekdays
    )


RHYTHMS: Final[dict[str, tuple[RhythmSlot, ...]]] = {
    "round_the_clock": _rhythm(("LONGDAY", 1.0, 0.7), ("NIGHT", 0.6, 0.5)),
    "three_shifts": _rhythm(("EARLY", 1.0, 0.7), ("LATE", 0.8, 0.6), ("NIGHT", 0.5, 0.45)),
    "response": _rhythm(("RESPONSE", 1.0, 0.65)),
    "long_days": _rhythm(("LONGDAY", 1.0, 0.6)),
    "two_shifts": _rhythm(("EARLY", 1.0, 0.55), ("LATE", 0.5, 0.4)),
    "mornings": _rhythm(("EARLY", 1.0, 0.5)),
    "evenings_and_nights": _rhythm(("TWILIGHT", 0.8, 0.7), ("NIGHT", 0.6, 0.55)),
    "office": _rhythm(("DAY", 1.0, 0.0)),
    "clinic": _rhythm(("DAY", 1.0, 0.0), ("HALFDAY", 0.6, 0.0)),
    "six_days": _rhythm(("DAY", 1.0, 0.35)),
}


@dataclass(frozen=True)
class Post:
    """A role that a service needs, when, and how much of it."""

    role_id: str
    rhythm: str
    weight: float


@dataclass(frozen=True)
class ServiceKind:
    """A kind of service; `clinical` lists what a role must be able to do in it."""

    key: str
    name: str
    priority: int
    posts: tuple[Post, ...]
    mandatory: tuple[str, ...]
    clinical: tuple[tuple[str, str], ...]
    procedures: tuple[str, ...]
    mixed: tuple[tuple[str, str, int], ...] = ()  # skill mix: (shift type, role, minimum)

    def required(self, role_id: str) -> tuple[str, ...]:
        """The clinical competencies that this service asks of a role."""
        return tuple(competency for role, competency in self.clinical if role == role_id)


SERVICE_KINDS: Final[tuple[ServiceKind, ...]] = (
    ServiceKind(
        "DN",
        "District nursing",
        3,
        (
            Post("DN6", "two_shifts", 2.2),
            Post("CN5", "two_shifts", 5.0),
            Post("NA4", "mornings", 1.4),
            Post("HCA3", "mornings", 2.2),
        ),
        ("C-RESUS", "C-IG"),
        (
            ("DN6", "C-WOUND"),
            ("DN6", "C-DOPPLER"),
            ("CN5", "C-WOUND"),
            ("NA4", "C-INSULIN"),
            ("HCA3", "C-MOVING"),
        ),
        ("P-IPC", "P-LONE"),
    ),
    ServiceKind(
        key="BEDS",
        name="Community beds",
        priority=5,
        posts=(
            Post("CN5", "round_the_clock", 7.5),
            Post("HCA3", "round_the_clock", 7.5),
            Post("NA4", "long_days", 1.6),
            Post("PT6", "office", 1.3),
            Post("OT6", "office", 1.3),
        ),
        mandatory=("C-RESUS", "C-MOVING"),
        clinical=(
            ("CN5", "C-NEWS2"),
            ("HCA3", "C-NEWS2"),
            ("NA4", "C-NEWS2"),
            ("PT6", "C-FALLS"),
            ("OT6", "C-FALLS"),
        ),
        procedures=("P-IPC", "P-MEDS"),
        mixed=(("LONGDAY", "CN5", 1), ("NIGHT", "CN5", 1)),
    ),
    ServiceKind(
        key="UCR",
        name="Urgent community response",
        priority=4,
        posts=(
            Post("CN5", "response", 3.4),
            Post("PARA6", "response", 2.6),
            Post("PT6", "response", 2.0),
            Post("HCA3", "response", 2.6),
            Post("ACP7", "response", 1.4),
        ),
        mandatory=("C-RESUS", "C-IG"),
        clinical=(
            ("CN5", "C-NEWS2"),
            ("CN5", "C-CATHETER"),
            ("PARA6", "C-ACUTE"),
            ("PT6", "C-FALLS"),
            ("HCA3", "C-NEWS2"),
            ("ACP7", "C-ACUTE"),
            ("ACP7", "C-V300"),
        ),
        procedures=("P-IPC", "P-LONE"),
        mixed=(("RESPONSE", "CN5", 1),),
    ),
    ServiceKind(
        "VW",
        "Virtual ward",
        4,
        (
            Post("CN5", "round_the_clock", 6.0),
            Post("ACP7", "long_days", 1.6),
            Post("PHARM7", "office", 1.0),
            Post("DOC", "office", 0.9),
        ),
        ("C-IG",),
        (("CN5", "C-IV"), ("ACP7", "C-ACUTE"), ("ACP7", "C-V300")),
        ("P-IPC", "P-DETERIORATE"),
    ),
    ServiceKind(
        "EOL",
        "End of life care at home",
        5,
        (
            Post("PCN6", "two_shifts", 2.0),
            Post("CN5", "evenings_and_nights", 3.6),
            Post("HCA3", "evenings_and_nights", 3.0),
        ),
        ("C-RESUS", "C-SAFE"),
        (("PCN6", "C-PUMP-T34"), ("CN5", "C-PUMP-T34"), ("HCA3", "C-MOVING")),
        ("P-IPC", "P-PUMP", "P-VOED"),
    ),
    ServiceKind(
        "RESP",
        "Respiratory and long Covid",
        2,
        (Post("RNS6", "clinic", 2.2), Post("PT6", "office", 1.2)),
        ("C-IG",),
        (("RNS6", "C-SPIROMETRY"), ("PT6", "C-SPIROMETRY")),
        ("P-IPC",),
    ),
    ServiceKind(
        "THER",
        "Community therapy",
        2,
        (
            Post("PT6", "six_days", 1.6),
            Post("PT5", "six_days", 1.4),
            Post("OT6", "six_days", 1.8),
            Post("TA4", "six_days", 1.6),
        ),
        ("C-MOVING", "C-IG"),
        (("PT6", "C-FALLS"), ("PT5", "C-FALLS"), ("OT6", "C-FALLS")),
        ("P-LONE",),
    ),
    ServiceKind(
        "WHEEL",
        "Wheelchair service",
        1,
        (Post("OT6", "office", 1.4), Post("TA4", "office", 1.2), Post("COORD4", "office", 1.0)),
        ("C-MOVING",),
        (("OT6", "C-WHEELCHAIR"),),
        ("P-IPC",),
    ),
    ServiceKind(
        "TVN",
        "Tissue viability",
        2,
        (Post("TVN6", "clinic", 1.6),),
        ("C-IG",),
        (("TVN6", "C-WOUND"), ("TVN6", "C-DOPPLER")),
        ("P-IPC",),
    ),
    ServiceKind(
        "LEAD",
        "Place leadership",
        1,
        (Post("PDIR", "office", 1.0),),
        ("C-IG",),
        (),
        (),
    ),
    ServiceKind(
        "REAB",
        "Reablement and integrated care",
        2,
        (Post("REAB", "two_shifts", 3.0), Post("OT6", "office", 1.0)),
        ("C-MOVING", "C-SAFE"),
        (("OT6", "C-FALLS"),),
        ("P-LONE",),
    ),
    ServiceKind(
        "INTEGRATED",
        "Integrated care with the council",
        2,
        (Post("OT6", "office", 1.0), Post("PDIR", "office", 0.3), Post("COORD4", "office", 0.8)),
        ("C-SAFE",),
        (("OT6", "C-FALLS"),),
        ("P-LONE",),
    ),
    ServiceKind(
        "SPT",
        "SinglePoint hospice rapid response",
        5,
        (
            Post("PCN6", "three_shifts", 4.6),
            Post("PARA6", "round_the_clock", 2.2),
            Post("CN5", "evenings_and_nights", 2.8),
            Post("HCA3", "evenings_and_nights", 2.6),
        ),
        ("C-RESUS", "C-SAFE"),
        (("PCN6", "C-PUMP-T34"), ("CN5", "C-PUMP-T34"), ("PARA6", "C-ACUTE"), ("HCA3", "C-MOVING")),
        ("P-IPC", "P-PUMP", "P-VOED"),
    ),
    ServiceKind(
        "CAR",
        "Community response car",
        4,
        (Post("PARA6", "round_the_clock", 4.6),),
        ("C-RESUS",),
        (("PARA6", "C-ACUTE"),),
        ("P-IPC", "P-LONE"),
    ),
    ServiceKind(
        "LINK",
        "Wellbeing and home from hospital link",
        1,
        (Post("COORD4", "office", 1.2),),
        ("C-SAFE",),
        (),
        ("P-LONE",),
    ),
)
KIND: Final[dict[str, ServiceKind]] = {kind.key: kind for kind in SERVICE_KINDS}

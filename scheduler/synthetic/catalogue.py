"""What every synthetic dataset has in common: roles, shift types, enhancements, competencies, pay.

Roles, role cover, shift types and enhancements are the same rows in every dataset, so that any
number of datasets can live in one database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class CatalogueRole:
    """A job at a band of Agenda for Change (or outside it), and how its made-up holders are
    called.
    """

    id: str
    name: str
    staff_group: str
    band: str
    called: str
    hourly_pence: int = 0  # only outside Agenda for Change, where no band gives it [pence]

    @property
    def registered(self) -> bool:
        """Whether its staff group is a registered profession."""
        return self.staff_group not in ("support", "administration")


ROLES: Final[tuple[CatalogueRole, ...]] = (
    CatalogueRole(
        "ACP7", "Advanced clinical practitioner", "nursing", "7", "Advanced Practitioner"
    ),
    CatalogueRole("DN6", "District nurse", "nursing", "6", "District Nurse"),
    CatalogueRole("RNS6", "Respiratory nurse specialist", "nursing", "6", "Respiratory Nurse"),
    CatalogueRole("TVN6", "Tissue viability nurse", "nursing", "6", "Tissue Viability Nurse"),
    CatalogueRole(
        "PCN6", "Palliative care nurse specialist", "nursing", "6", "Palliative Care Nurse"
    ),
    CatalogueRole("CN5", "Community staff nurse", "nursing", "5", "Nurse"),
    CatalogueRole("NA4", "Nursing associate", "nursing", "4", "Nursing Associate"),
    CatalogueRole("PT6", "Physiotherapist", "allied_health", "6", "Physiotherapist"),
    CatalogueRole("PT5", "Physiotherapist, rotational", "allied_health", "5", "Physiotherapist"),
    CatalogueRole("OT6", "Occupational therapist", "allied_health", "6", "Occupational Therapist"),
    CatalogueRole("PARA6", "Paramedic, community", "ambulance", "6", "Paramedic"),
    CatalogueRole("PHARM7", "Pharmacist", "pharmacy", "7", "Pharmacist"),
    CatalogueRole("DOC", "Community doctor", "medical", "", "Doctor", 5200),
    CatalogueRole("TA4", "Therapy assistant practitioner", "support", "4", "Therapy Assistant"),
    CatalogueRole(
        "HCA3", "Healthcare assistant, community", "support", "3", "Healthcare Assistant"
    ),
    CatalogueRole("REAB", "Reablement worker", "support", "", "Reablement Worker", 1450),
    CatalogueRole("COORD4", "Care coordinator", "administration", "4", "Care Coordinator"),
    CatalogueRole(
        "PDIR", "Partnership director", "administration", "", "Partnership Director", 6100
    ),
)
ROLE: Final[dict[str, CatalogueRole]] = {role.id: role for role in ROLES}

ROLE_COVER: Final[tuple[tuple[str, str], ...]] = (
    ("ACP7", "DN6"),
    ("DN6", "CN5"),
    ("PCN6", "CN5"),
    ("CN5", "NA4"),
    ("CN5", "HCA3"),
    ("NA4", "HCA3"),
    ("PT6", "PT5"),
    ("PT6", "TA4"),
    ("OT6", "TA4"),
)


@dataclass(frozen=True)
class CatalogueShift:
    """Local start and end, and the unpaid break."""

    id: str
    name: str
    start: str
    end: str
    unpaid_break: int  # [min]

    @property
    def night(self) -> bool:
        """At least three hours between 23:00 and 06:00; here only what ends in the morning."""
        return self.start > self.end > "04:00"

    @property
    def paid_minutes(self) -> int:
        """Length less break, without a clock change [min]."""
        return (clock_minutes(self.end) - clock_minutes(self.start)) % 1440 - self.unpaid_break


def clock_minutes(clock: str) -> int:
    """Minutes from midnight of an `HH:MM` [min]."""
    return int(clock[:2]) * 60 + int(clock[3:])


SHIFT_TYPES: Final[tuple[CatalogueShift, ...]] = (
    CatalogueShift("EARLY", "Early", "07:00", "15:00", 30),
    CatalogueShift("LATE", "Late", "13:30", "21:30", 30),
    CatalogueShift("DAY", "Day", "09:00", "17:00", 30),
    CatalogueShift("HALFDAY", "Half day", "09:00", "13:00", 0),
    CatalogueShift("LONGDAY", "Long day", "07:00", "19:30", 60),
    CatalogueShift("RESPONSE", "Response day", "08:00", "20:00", 60),
    CatalogueShift("TWILIGHT", "Twilight", "17:00", "01:00", 30),
    CatalogueShift("NIGHT", "Night", "19:00", "07:30", 60),
)
SHIFT_TYPE: Final[dict[str, CatalogueShift]] = {
    shift_type.id: shift_type for shift_type in SHIFT_TYPES
}

# Agenda for Change, Section 2, from 1 April 2020: (band from, band to, Saturday or night %, Sunday
# or holiday %). https://www.cuhstaffportal.co.uk/workforce-2/pay/unsociable-hours-payments/
_SECTION_2: Final = (("2", "2", 41, 83), ("3", "3", 35, 69), ("4", "9", 30, 60))
ENHANCEMENTS: Final[tuple[tuple[str, str, str, int], ...]] = tuple(
    (day_kind, band_from, band_to, sunday if day_kind == "sunday_or_public_holiday" else saturday)
    for day_kind in ("weekday_night", "saturday", "sunday_or_public_holiday")
    for band_from, band_to, saturday, sunday in _SECTION_2
)

# Agenda for Change, England, 2026/27: (entry, intermediate, top) in pounds a year.
# https://www.nhsemployers.org/articles/pay-scales-202627
SALARY: Final[dict[str, tuple[int, int, int]]] = {
    "3": (25760, 25760, 27476),
    "4": (28392, 28392, 31157),
    "5": (32073, 34592, 39043),
    "6": (39959, 42170, 48117),
    "7": (49387, 51932, 56515),
    "8a": (57528, 60417, 64750),
}
ENTRY, MIDDLE, TOP = 0, 1, 2
HOURS_A_YEAR: Final = 1955.36  # 52.143 weeks of 37.5 h, the divisor that NHS Employers uses [h]
FRINGE_PERCENT, FRINGE_LEAST, FRINGE_MOST = 5, 1346, 2270  # handbook, Annex 8 [%, pounds a year]
AGENCY_CAP: Final = 1.55  # times the top of the band: the staged cap of 1 April 2016


def hourly_pence(role: CatalogueRole, point: int, fringe: bool) -> int:
    """Basic pay at a point of the band, with the fringe high-cost-area supplement where it is due
    [pence].
    """
    if not role.band:
        return role.hourly_pence
    pounds: float = SALARY[role.band][point]
    if fringe:
        pounds += min(max(pounds * FRINGE_PERCENT / 100, FRINGE_LEAST), FRINGE_MOST)
    return round(pounds * 100 / HOURS_A_YEAR)


@dataclass(frozen=True)
class CompetencyKind:
    """A competency before a dataset gives it an id of its own."""

    key: str
    name: str
    kind: str
    months: int  # how long it is usually good for [month]


COMPETENCIES: Final[tuple[CompetencyKind, ...]] = (
    CompetencyKind("C-RESUS", "Resuscitation, adult basic life support", "mandatory", 12),
    CompetencyKind("C-IG", "Information governance and data security", "mandatory", 12),
    CompetencyKind("C-MOVING", "Moving and handling, level 2", "mandatory", 24),
    CompetencyKind("C-SAFE", "Safeguarding adults", "mandatory", 36),
    CompetencyKind("C-NMC", "Nursing and Midwifery Council registration", "registration", 36),
    CompetencyKind(
        "C-HCPC", "Health and Care Professions Council registration", "registration", 24
    ),
    CompetencyKind("C-GPHC", "General Pharmaceutical Council registration", "registration", 12),
    CompetencyKind("C-GMC", "General Medical Council registration", "registration", 12),
    CompetencyKind("C-NEWS2", "Observations and NEWS2", "clinical", 36),
    CompetencyKind("C-IV", "Intravenous therapy at home", "clinical", 36),
    CompetencyKind("C-CATHETER", "Catheterisation", "clinical", 36),
    CompetencyKind("C-WOUND", "Wound care", "clinical", 36),
    CompetencyKind("C-DOPPLER", "Leg ulcer assessment and Doppler", "clinical", 36),
    CompetencyKind("C-INSULIN", "Insulin administration", "clinical", 24),
    CompetencyKind("C-PUMP-T34", "Syringe pump, T34", "clinical", 36),
    CompetencyKind("C-SPIROMETRY", "Spirometry and long-term oxygen assessment", "clinical", 36),
    CompetencyKind("C-FALLS", "Falls and mobility assessment", "clinical", 36),
    CompetencyKind("C-WHEELCHAIR", "Wheelchair and seating assessment", "clinical", 36),
    CompetencyKind("C-ACUTE", "Acute assessment at home", "clinical", 36),
    CompetencyKind(
        "C-V300", "Independent prescribing (V300), employer's permission", "clinical", 36
    ),
)
COMPETENCY: Final[dict[str, CompetencyKind]] = {
    competency.key: competency for competency in COMPETENCIES
}

REGISTRATION: Final[dict[str, str]] = {
    "nursing": "C-NMC",
    "allied_health": "C-HCPC",
    "ambulance": "C-HCPC",
    "pharmacy": "C-GPHC",
    "medical": "C-GMC",
}

PROCEDURES: Final[tuple[tuple[str, str], ...]] = (
    ("P-IPC", "Infection prevention and control: standard precautions"),
    ("P-MEDS", "Medicines administration at home and on community wards"),
    ("P-PUMP", "Syringe pump for symptom control"),
    ("P-VOED", "Verification of expected death"),
    ("P-LONE", "Lone working"),
    ("P-DETERIORATE", "The deteriorating patient: escalation"),
)

"""What is measured, in one sentence each, and what cannot be, with the reason."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal

FORTY_TWO = 42
"""Days of notice that the measure of weeks published six weeks ahead is named after."""
SIXTIETH = "sixtieths of a penny"

MeasureKind = Literal["share", "mean", "hours", "median"]


@dataclass
class Tally:
    """What a measure is made of, in whole numbers that add up over weeks. `spread`: value -> how
    often, of a measure that is a median.
    """

    numerator: int = 0
    denominator: int = 0
    spread: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Let it count for both."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.spread.update(other.spread)


@dataclass(frozen=True)
class KpiMeasure:
    """One measure. `over_all`: whether those of the organisations add up to that of all together;
    `empty`: what is said where there is nothing to measure.
    """

    code: str
    title: str
    definition: str
    kind: MeasureKind
    unit: str
    numerator_unit: str
    denominator_unit: str
    over_all: bool
    empty: str

    def value(self, tally: Tally) -> Fraction | None:
        """Exactly; None where there is nothing to measure."""
        if self.kind == "median":
            return _median(tally.spread)
        if not tally.denominator:
            return None
        value = Fraction(tally.numerator, tally.denominator)
        return {"share": value * 100, "hours": value / 60}.get(self.kind, value)

    def described(self) -> dict[str, Any]:
        """As the document has it."""
        return {
            "measure": self.code,
            "title": self.title,
            "definition": self.definition,
            "unit": self.unit,
            "numerator_unit": self.numerator_unit,
            "denominator_unit": self.denominator_unit,
            "organisations_add_up": self.over_all,
        }


def _median(spread: Counter[int]) -> Fraction | None:
    """The middle one, or half way between both."""
    values = sorted(spread.elements())
    if not values:
        return None
    middle = len(values) // 2
    return Fraction(values[middle] + values[-1 - middle], 2)


_PAY = (
    "Pay is that of the shifts rostered, by the employer: basic pay of contracted hours,"
    " enhancements, extra hours, overtime, bank and agency at the stated rates, without leave,"
    " hours not rostered and on-costs, so the share is higher than one of the whole pay bill."
)

MEASURES: Final = tuple(
    KpiMeasure(*row)
    for row in (
        (
            "lead_days",
            "Days from publication to the week",
            "Days from the date on which the last of the week’s days was first published to the"
            " week’s first published day, also where it was withdrawn or changed later.",
            *("mean", "days", "days", "weeks", False, "Nothing is published."),
        ),
        (
            "published_42_days_share",
            "Weeks published 42 days ahead",
            "Published weeks whose days from publication to the week are 42 or more.",
            *("share", "%", "weeks", "weeks", False, "Nothing is published."),
        ),
        (
            "notice_days",
            "Days of notice, median",
            "For each person with shifts in the week, the days from when the shift that was told"
            " last was published as it stands to its date; shown is the median of all people, each"
            " counted once.",
            *("median", "days", "", "people", False, "Nobody has a published shift."),
        ),
        (
            "changes_after_publication_share",
            "Shifts changed after publication",
            "Shifts of people that a later version or a withdrawal took, gave or altered in time,"
            " place or work, each as often as that happened, as a share of the shifts that stand;"
            " one shift in place of another on the same date is one change.",
            *("share", "%", "changed shifts", "shifts", False, "Nobody has a published shift."),
        ),
        (
            "fill_share",
            "Required hours filled",
            "Hours filled of the minimum that is asked for, by who is accountable; people beyond"
            " the minimum do not count.",
            *("share", "%", "minutes", "minutes", True, "Nothing is asked for."),
        ),
        (
            "agency_hours",
            "Agency hours",
            "Rostered hours of agency workers, by who calls them, a week.",
            *("hours", "h a week", "minutes", "weeks", True, "Nothing is published."),
        ),
        (
            "bank_hours",
            "Bank hours",
            "Rostered hours of bank workers and through bank contracts, by the employer, a week.",
            *("hours", "h a week", "minutes", "weeks", True, "Nothing is published."),
        ),
        (
            "agency_share",
            "Agency share of pay",
            f"Pay of agency workers as a share of all pay. {_PAY}",
            *("share", "%", SIXTIETH, SIXTIETH, True, "No shift is paid."),
        ),
        (
            "bank_share",
            "Bank share of pay",
            f"Pay of bank work as a share of all pay. {_PAY}",
            *("share", "%", SIXTIETH, SIXTIETH, True, "No shift is paid."),
        ),
        (
            "temporary_share",
            "Bank and agency share of pay",
            f"Pay of bank and agency work together as a share of all pay. {_PAY}",
            *("share", "%", SIXTIETH, SIXTIETH, True, "No shift is paid."),
        ),
        (
            "unused_hours_share",
            "Contracted hours not used",
            "Hours that substantive contracts based here owe in the week, leave taken off, and that"
            " no published shift uses, each week by itself, also of people whom no work fits.",
            *("share", "%", "minutes", "minutes", True, "No contract based here owes hours."),
        ),
        (
            "leave_share",
            "Contracted hours on annual leave",
            "Hours of substantive contracts based here that fall on annual leave as it is known"
            " now, of all that these contracts owe without leave.",
            *("share", "%", "minutes", "minutes", True, "No contract based here owes hours."),
        ),
        (
            "leave_band_share",
            "Days with leave within the agreed band",
            "Days, Monday to Friday, of teams for which a band is agreed (leave_band.csv) on which"
            " as many were away, for whatever reason, as the band allows.",
            *("share", "%", "days of teams", "days of teams", True, "No band is agreed."),
        ),
        (
            "wishes_met_share",
            "Wishes met",
            "Wishes for or against work on a date that the published shifts keep, whatever their"
            " weight, of people based or rostered here.",
            *("share", "%", "wishes", "wishes", False, "Nobody has told a wish."),
        ),
        (
            "worked_share",
            "Hours worked of hours planned",
            "Hours worked, as imported, by people based here, as a share of the hours published for"
            " them, in weeks of which worked shifts were imported.",
            *("share", "%", "minutes", "minutes", True, "No worked shift was imported."),
        ),
    )
)
BY_CODE: Final = {measure.code: measure for measure in MEASURES}

CANNOT: Final = (
    {
        "measure": "chppd",
        "title": "Care hours per patient day",
        "why": "It needs the number of patients at midnight, which community services do not have:"
        " it is made for wards.",
        "bring": "No file of this program holds it.",
    },
    {
        "measure": "sickness",
        "title": "Sickness, per cent",
        "why": "Sickness is known only where somebody told of it, so a rate would be too low.",
        "bring": "All absence as your own system has it: the file of leave, or an import of"
        " ESR. A rate would still have to be made of it.",
    },
    {
        "measure": "vacancy",
        "title": "Vacancies against establishment",
        "why": "The posts that are funded are not known, only those that are filled.",
        "bring": "No file of this program holds funded posts.",
    },
    {
        "measure": "agency_change",
        "title": "Agency against the year before",
        "why": "A change needs what it is measured against, and no baseline is agreed here.",
        "bring": "Hours and pay of the year before: the file of worked shifts, with pay.",
    },
    {
        "measure": "bank_change",
        "title": "Bank against the year before",
        "why": "A change needs what it is measured against, and no baseline is agreed here.",
        "bring": "Hours and pay of the year before: the file of worked shifts, with pay.",
    },
)
NOT_WORKED: Final = {
    "measure": "worked_share",
    "title": BY_CODE["worked_share"].title,
    "why": "Nobody has imported what was worked in these weeks; all figures are as planned.",
    "bring": "The file of worked shifts, or your own system’s list of them.",
}

"""Targets of measures that the examples come with: what national bodies ask for, and defaults.

None has been agreed by the partners of an example. Where a figure was not read in its source it is
unconfirmed; where only the month or the year of a source is known, its first day stands.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from scheduler.synthetic.shape import SyntheticTarget

_PLAN = "NHS England, letter on further action to reduce spending on temporary staff, for 2025/26"
_FRAMEWORK = (
    "Medium Term Planning Framework of 24 October 2025, for 2026/27; the figure itself was not seen"
)
_DEFAULT = "Default of this example, as rostering policies of trusts have it; agreed by nobody here"

NATIONAL_TARGETS: Final[tuple[SyntheticTarget, ...]] = (
    SyntheticTarget(
        "lead_days",
        42.0,
        None,
        "Lord Carter's six weeks, as Drake 2018 has them (shura.shu.ac.uk/18942)",
        date(2018, 4, 1),
        date(2018, 4, 1),
        None,
        confirmed=False,
    ),
    SyntheticTarget(
        "fill_share",
        85.0,
        None,
        "Oxford Health NHS Foundation Trust, board paper of January 2019: another trust's target",
        date(2019, 1, 1),
        date(2019, 1, 1),
        None,
        confirmed=False,
    ),
    SyntheticTarget(
        "unused_hours_share",
        None,
        2.0,
        _DEFAULT,
        date(2026, 11, 30),
        date(2026, 4, 1),
        None,
        confirmed=False,
    ),
    SyntheticTarget(
        "leave_share",
        11.0,
        17.0,
        _DEFAULT,
        date(2026, 11, 30),
        date(2026, 4, 1),
        None,
        confirmed=False,
    ),
    SyntheticTarget(
        "agency_share",
        None,
        3.2,
        "National ceiling for 2024/25 as it was reported; not found in two searches",
        date(2024, 4, 1),
        date(2024, 4, 1),
        date(2025, 3, 31),
        confirmed=False,
    ),
    SyntheticTarget(
        "agency_share",
        None,
        0.0,
        "No agency by August 2029, as it was reported; not seen in a source",
        date(2025, 10, 24),
        date(2029, 8, 1),
        None,
        confirmed=False,
    ),
    *(
        SyntheticTarget(measure, None, change, source, said, first, last, confirmed=source == _PLAN)
        for measure, change in (("agency_change", -30.0), ("bank_change", -10.0))
        for source, said, first, last in (
            (_PLAN, date(2025, 6, 1), date(2025, 4, 1), date(2026, 3, 31)),
            (_FRAMEWORK, date(2025, 10, 24), date(2026, 4, 1), date(2027, 3, 31)),
        )
    ),
)

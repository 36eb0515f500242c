"""What the two Essex examples share: EPUT, which belongs to both, and the form of procedure
versions.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from scheduler.synthetic.catalogue import PROCEDURES
from scheduler.synthetic.shape import Equivalence, SyntheticVersion

WEEK: Final = date(2027, 1, 11)  # the Monday of both examples
EPUT: Final = "R1L"
EPUT_NAME: Final = "Essex Partnership University NHS Foundation Trust"

_EPUT_SINCE: Final = date(2024, 4, 1)
EPUT_VERSIONS: Final[tuple[SyntheticVersion, ...]] = tuple(
    SyntheticVersion(procedure, EPUT, f"EPUT-{procedure[2:]} V4 (synthetic)", _EPUT_SINCE)
    for procedure, _ in PROCEDURES
)


def made_up_versions(
    organisation_id: str, short: str, number: int, since: date
) -> tuple[SyntheticVersion, ...]:
    """One version of every procedure for an organisation whose real versions are not known."""
    return tuple(
        SyntheticVersion(
            procedure, organisation_id, f"{short}-{procedure[2:]} V{number} (synthetic)", since
        )
        for procedure, _ in PROCEDURES
    )


def everywhere(
    procedure: str, organisations: tuple[str, ...], since: date, concordat: str
) -> list[Equivalence]:
    """A procedure that has been made equivalent between all of these organisations."""
    return [
        Equivalence(procedure, one, other, since, None, concordat)
        for one in organisations
        for other in organisations
        if one != other
    ]

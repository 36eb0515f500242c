"""What a made-up collaborative is like beyond its size: short of staff, well staffed, one employer
or many …

The usual nature is kind to whoever has to prove that a roster is nearly the best. Two datasets that
other people made (one week each: 100 staff with 5 organisations, 150 with 3), where the proof
stayed 26 and 16 % behind, differ from a usual one of the same size in this:

- Bank and agency: 25 and 29 shifts a week for 100 staff, each supply limited, most to a single
  shift. Usual: 73 to 77, and a quarter of the
  supplies besides without any limit. So nearly every empty place is filled at what an agency asks;
  there it stays empty and costs its own
  price, £15,000 and more for a short shift of priority 5.
- Required hours: 1.02 and 1.22 of what staff owe beside leave. Usual: 1.01.
- Fewer may do a place: 8 to 10 deployable pairs for each demand, usual 13 to 14. Everybody has a
  travel limit, usual six in ten;
  44 % have a passport, usual 65 to 75 %.
- With 5 organisations 22 of 27 agreements lend at most 40 or 50 hours a week; usual are 8 to 12
  agreements, half of them limited.

Priorities are alike: half to two thirds of the places have 4 or 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class CollaborativeNature:
    """What sets a made-up collaborative apart. `meaning`: in words, for whoever chooses."""

    meaning: str
    required_of_owed: float = 1.01
    """Required hours as a share of the hours that staff owe beside leave."""
    more_urgent: int = 0
    """By how much every demand's priority is raised; 5 is the most."""
    employers: int | None = None
    """How many employers the county has; None = as its size suggests. An existing collaborative
    keeps its own.
    """
    agreement_hours: float | None = None
    """Every agreement lends at most so many hours a week; None = as each has it."""
    supply: float | None = None
    """The share of the usual bank and agency shifts that may be had, every supply limited; None =
    all, some without a limit.
    """
    travel_limited: float = 0.6
    """The share of people who travel so many minutes at most."""
    with_passport: float = 0.7
    """The share of people who have a passport, if their employer lends at all."""
    dense: bool = False
    """Everybody may work nearly anywhere that their role is wanted."""


NATURES: Final[dict[str, CollaborativeNature]] = {
    "usual": CollaborativeNature("as hard as real life usually is"),
    "shortage": CollaborativeNature(
        "a fifth more is required than staff owe, and little can be bought",
        required_of_owed=1.22,
        supply=0.5,
    ),
    "plenty": CollaborativeNature(
        "a quarter less is required than staff owe", required_of_owed=0.75
    ),
    "one-organisation": CollaborativeNature(
        "a single employer: nobody needs an agreement or a passport", employers=1
    ),
    "many-organisations": CollaborativeNature(
        "eight employers whose agreements are limited, few passports, and everybody travels so far"
        " at most",
        employers=8,
        agreement_hours=40.0,
        supply=0.5,
        travel_limited=1.0,
        with_passport=0.44,
    ),
    "high-priority": CollaborativeNature(
        "every place is two priorities more urgent than usual, and little can be bought",
        more_urgent=2,
        supply=0.5,
    ),
    "tight-agreements": CollaborativeNature(
        "an agreement lends two short shifts a week at most, and little can be bought",
        agreement_hours=15.0,
        supply=0.5,
    ),
    "tight-supply": CollaborativeNature("hardly any bank or agency shift can be had", supply=0.2),
    "dense": CollaborativeNature(
        "everybody may work nearly anywhere that their role is wanted", dense=True
    ),
}
"""By the name that people choose it by."""
USUAL: Final = NATURES["usual"]

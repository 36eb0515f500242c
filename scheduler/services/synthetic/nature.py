"""What a made-up collaborative is like beyond its size: short of staff, well staffed, one employer or many …

The usual nature is kind to whoever has to prove that a roster is nearly the best. Beside two datasets that other people made (100 staff with
5 organisations, 150 with 3, one week each), whose proofs stayed 26 and 16 % behind:

- Nearly every empty place can be bought. Usual: 75 shifts of bank and agency a week for 100 staff, and a quarter of the supplies without any
  limit. There: 25 to 29, each supply limited to one to three shifts.
- Required hours are 0.92 to 0.94 of the hours in contracts, 1.01 of what is owed beside leave. There: up to 1.13 of the contracts', 1.27 beside leave.
- So an empty place there costs its own price, £15,000 for one early shift of priority 5, where here it costs what an agency asks. Priorities are
  much the same (two thirds of the places have 4 or 5), but in a small county none is below 3, and there a quarter is.
- With 5 organisations there are 27 agreements, 22 of them for at most 40 or 50 hours; usual are 8 to 12, half of them limited.
- Fewer may do a place: 9 deployable pairs for each demand instead of 13; half of the people have a passport instead of nine in ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Nature:
    """What sets a made-up collaborative apart. `meaning`: in words, for whoever chooses."""

    meaning: str
    required_of_owed: float = 1.01
    """Required hours as a share of the hours that staff owe beside leave."""
    more_urgent: int = 0
    """By how much every demand's priority is raised; 5 is the most."""
    employers: int | None = None
    """How many employers the county has; None = as its size suggests. An existing collaborative keeps its own."""
    agreement_hours: float | None = None
    """Every agreement lends at most so many hours a week; None = as each has it."""
    supply: float | None = None
    """The share of the usual bank and agency shifts that may be had, every supply limited; None = all, some without a limit."""
    dense: bool = False
    """Everybody may work nearly anywhere that their role is wanted."""


NATURES: Final[dict[str, Nature]] = {
    "usual": Nature("as hard as real life usually is"),
    "shortage": Nature("staff owe a fifth less than is required, and few shifts can be bought", required_of_owed=1.25, supply=0.35),
    "plenty": Nature("staff owe a third more than is required", required_of_owed=0.75),
    "one-organisation": Nature("a single employer: nobody needs an agreement or a passport", employers=1),
    "many-organisations": Nature("eight employers, each host of a few services", employers=8),
    "high-priority": Nature("nearly every place is of the highest priority", more_urgent=2, supply=0.35),
    "tight-agreements": Nature("every agreement lends at most two short shifts a week", agreement_hours=15.0, supply=0.35),
    "tight-supply": Nature("hardly any bank or agency shift can be had", supply=0.15),
    "dense": Nature("everybody may work nearly anywhere that their role is wanted", dense=True),
}
"""By the name that people choose it by."""
USUAL: Final = NATURES["usual"]

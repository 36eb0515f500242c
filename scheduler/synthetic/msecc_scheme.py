"""How the Mid and South Essex Community Collaborative approves rosters: posts by function, never
people.

Who sits in its board and in its leadership team, and that partnership directors lead operations, is
public (see SOURCES.md next to the example); who takes which step, the limits, the deputies and all
periods are defaults.
"""

from __future__ import annotations

from typing import Final

from scheduler.synthetic.shape import SyntheticPost, SyntheticScheme

BANK_HOURS: Final = 15.0
"""Of required hours left empty, up to which a partnership director says that it may go to the
bank [h].
"""
MOST_HOURS, MOST_POUNDS = 100.0, 8_000.0
"""Beyond contract [h] and beyond contracted pay [£], up to which a partnership director approves it
for publication.
"""
STEPS: Final = (("bank", "BANK"), ("publication", "PUB"))
"""(as a post's name has it, as its id has it)"""


def msecc_scheme(members: tuple[tuple[str, str], ...]) -> SyntheticScheme:
    """The scheme of the collaborative. `members`: (organisation id, short name) of each."""
    return SyntheticScheme(
        notice_days=14,
        answer_days=5,
        unseen_hours=48,
        posts=(
            *(post for member in members for post in _posts(*member)),
            SyntheticPost("MSE-BOARD", "Community collaborative board", "backstop"),
        ),
        # numbers that Ofcom keeps free for plays and films: nobody answers
        desks=tuple(
            (organisation_id, f"Duty desk of {short}", f"01632 960{100 + number}")
            for number, (organisation_id, short) in enumerate(members)
        ),
    )


def _posts(organisation_id: str, short: str) -> tuple[SyntheticPost, ...]:
    """Both steps of one organisation: its partnership director up to a limit, above that its chief
    operating officer, for whom a deputy acts. Their ids are in that order, in which posts are
    stored: who holds several approves as the first that may.
    """
    begin = f"MSE-{short.upper()}"
    director, chief = f"Partnership director of {short}", f"Chief operating officer of {short}"
    found: list[SyntheticPost] = []
    for words, code in STEPS:
        bank = code == "BANK"
        power = "bank" if bank else "approve"
        found += [
            SyntheticPost(
                f"{begin}-{code}-1",
                f"{director} ({words})",
                power,
                organisation_id,
                most_hours=BANK_HOURS if bank else MOST_HOURS,
                most_pounds=None if bank else MOST_POUNDS,
            ),
            SyntheticPost(f"{begin}-{code}-2", f"{chief} ({words})", power, organisation_id),
            SyntheticPost(
                f"{begin}-{code}-3",
                f"Deputy {chief[0].lower()}{chief[1:]} ({words})",
                power,
                organisation_id,
                deputy_for=f"{begin}-{code}-2",
            ),
        ]
    return tuple(found)

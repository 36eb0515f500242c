"""Changes of facts on the command line: in words for people, as documents for programs."""

from typing import TYPE_CHECKING

from scheduler.cli.rendering import say
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.domain.change_set import RowChange
    from scheduler.domain.facts import Fact
    from scheduler.services.facts.change import Proposed
    from scheduler.services.facts.history import PastChange

MOST_LISTED = 100
"""Rows and sentences that a person is shown at once."""


def change_words(change: "RowChange") -> str:
    """`Changed contract id C1: hours_per_week 37.5 -> 30`."""
    if change.before is None or change.after is None:
        return f"{'Added' if change.before is None else 'Withdrawn'} {row_words(change.fact, True)}"
    one, other = change.before.cells(), change.after.cells()
    differing = ", ".join(
        f"{column} {one[column] or 'empty'} → {other[column] or 'empty'}"
        for column in change.differing()
    )
    named = ", ".join(f"{column} {one[column]}" for column in change.before.key if one[column])
    return f"Changed {change.file}: {named}: {differing}"


def row_words(fact: "Fact", with_file: bool = False) -> str:
    """Its filled cells, each behind the name of its column."""
    cells = ", ".join(f"{name} {cell}" for name, cell in fact.cells().items() if cell)
    return f"{fact.file}: {cells}" if with_file else cells


def say_upsets(proposed: "Proposed", done: bool) -> None:
    """What of published rosters does not stand any more, and the command that mends it."""
    for upset in proposed.upsets:
        roster, number = upset.roster, len(upset.sentences)
        say(
            f"Roster {roster.id} ({roster.start} to {roster.last}) is published, and"
            f" {counted(number, 'thing')} of it {'does' if number == 1 else 'do'} not stand"
            f" {'any more' if done else 'then'}:"
        )
        for sentence in upset.sentences[:MOST_LISTED]:
            say(f"  {sentence}")
        say(f"  To mend it: scheduler repair {roster.id}")


def say_past(one: "PastChange", every_row: bool = False) -> None:
    """Who, when, why, and the first rows of it, or all that were read."""
    from scheduler.domain.facts import LONDON

    made = one.change_set
    how = {"import": "brought in", "revert": f"took change {made.reverts} back"}
    taken = f"; taken back by change {made.reverted_by}" if made.reverted_by else ""
    say(
        f"{made.number}  {made.at.astimezone(LONDON):%-d %b %Y %H:%M}  {one.by}"
        f"{f', {how[made.kind]}' if made.kind in how else ''}{taken}"
        f"{f': {made.why}' if made.why else ''}"
    )
    shown = one.changes if every_row else one.changes[:3]
    for change in shown:
        say(f"    {change_words(change)}")
    if (more := one.rows - len(shown)) > 0:
        say(f"    … and {more:,} more: scheduler facts history --change {made.number}")
    if one.hidden:
        say(f"    … and {counted(one.hidden, 'row')} that you may not see, or that are not kept.")

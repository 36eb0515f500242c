"""What differs from another version, as the board shows it: signs at what is new or altered, and a
struck entry where somebody no longer is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from scheduler.services.versions.difference import Difference
from scheduler.services.versions.sides import DatedShift
from scheduler.services.view.roster_grids import short_sites
from scheduler.services.view.roster_tables import day_label
from ui.components.board import Entry, Mark

LEGEND = (
    ("gone", "no longer, since the version it is compared with"),
    ("new", "new since then"),
    ("altered", "another time, place or pay since then"),
)


@dataclass(frozen=True)
class Changes:
    """By (staff id or supply id, demand id): `marks` of what is there. `gone_of`: (staff id, day)
    -> what they no longer do; `gone_at`: demand id -> who is no longer there.
    """

    marks: Mapping[tuple[str, str], Sequence[Mark]] = field(default_factory=dict)
    gone_of: Mapping[tuple[str, date], Sequence[Entry]] = field(default_factory=dict)
    gone_at: Mapping[str, Sequence[Entry]] = field(default_factory=dict)

    @property
    def people(self) -> frozenset[str]:
        """Whose rows show something of it."""
        return frozenset({who for who, _ in self.marks} | {who for who, _ in self.gone_of})

    @property
    def work(self) -> frozenset[str]:
        """Ids of the demand whose cells do."""
        return frozenset({demand_id for _, demand_id in self.marks} | self.gone_at.keys())


def changes_of(found: Difference, since: str) -> Changes:
    """`since`: what the version before is called in a sentence."""
    marks: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    gone_of: dict[tuple[str, date], list[Entry]] = defaultdict(list)
    gone_at: dict[str, list[Entry]] = defaultdict(list)
    sites = short_sites(shift.site for one in found.people for shift in one.loses)
    for one in found.people:
        for shift in one.gets:
            marks[one.who, shift.demand_id].append(Mark("new", f"new since {since}"))
        for shift in one.loses:
            words = f"no longer, since {since}"
            gone_of[one.who, shift.day].append(
                Entry("", _hours(shift), sites[shift.site], words, "gone")
            )
            gone_at[shift.demand_id].append(Entry("", one.name, "", words, "gone"))
    for each in found.altered:
        words = f"another {' and another '.join(each.what)} than in {since}"
        marks[each.who, each.after.demand_id].append(Mark("altered", words))
    return Changes(marks, gone_of, gone_at)


def _hours(shift: DatedShift) -> str:
    return shift.when.removeprefix(f"{day_label(shift.day)} ")

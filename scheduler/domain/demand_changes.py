"""Demand replaced work by work, and what that makes of the facts: rows before and after, pins
included.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Demand, Fact, Pin
from scheduler.domain.sentence import Sentence, said
from scheduler.domain.service_demand import (
    AskedWork,
    PeopleWanted,
    ServiceDemand,
    meaning,
    most_of,
    same,
)
from scheduler.domain.wording import counted, plural

BeforeAfter = tuple[Fact | None, Fact | None]
"""A row of facts before and after a change: None before where it is new, after where it goes."""


@dataclass(frozen=True)
class DemandChanges:
    """What becomes of the facts, and sentences about it. Pins are among the changes where the
    demand that they name is replaced or goes.
    """

    changes: tuple[BeforeAfter, ...] = ()
    notes: tuple[Sentence, ...] = ()


class Replacing:
    """Demand replaced work by work, and what that makes of the facts as a whole, pins included."""

    def __init__(self, dataset: Dataset) -> None:
        self._demand: list[BeforeAfter] = []
        self._pins: dict[str, list[Pin]] = defaultdict(list)
        for pin in dataset.pin:
            self._pins[pin.demand_id].append(pin)
        self._moved: dict[Pin, Pin | None] = {}
        self.final: dict[tuple[date, AskedWork], list[Demand]] = {}
        """What is asked for afterwards, of all that was looked at."""

    def replace(
        self, demand: ServiceDemand, day: date, work: AskedWork, wanted: Sequence[Demand]
    ) -> None:
        """Let the demand for a work on a date be these rows: with an id that is stored, a changed
        row; as the template makes it, none; nobody where the template would ask for somebody.
        """
        dated, made, now = (
            demand.dated(day, work),
            demand.template_on(day, work),
            demand.asked(day, work),
        )
        template = [] if made is None else [made]
        kept = [row for row in wanted if meaning(row)]
        if same(kept, now):
            final = now
        elif same(kept, template):
            final = template
        elif kept:
            final = kept
        else:
            assert made is not None
            nobody = PeopleWanted(0, None, made.priority)
            final = [
                dated[0].model_copy(update={**vars(nobody), "maximum": None})
                if dated
                else demand.new_row(day, work, nobody)
            ]
        self.final[day, work] = final
        if final is now:
            return
        stays = {row.id: row for row in final}
        for row in dated:
            after = stays.pop(row.id, None)
            if after != row:
                self._demand.append((row, after))
        if final is not template:
            self._demand.extend((None, row) for row in stays.values())
        self._move_pins(now, final)

    def _move_pins(self, now: Sequence[Demand], final: Sequence[Demand]) -> None:
        """To the demand that takes the place of what they name; without any they go."""
        ids = {row.id for row in final}
        there = next((row for row in final if most_of(row)), None)
        for row in now:
            if row.id in ids and there is not None:
                continue
            for pin in self._pins.get(row.id, ()):
                moved = None if there is None else Pin(staff_id=pin.staff_id, demand_id=there.id)
                self._moved[pin] = moved

    def changes(self) -> tuple[BeforeAfter, ...]:
        """Of demand, then of pins."""
        taken = {pin for pins in self._pins.values() for pin in pins}
        pins: list[BeforeAfter] = []
        for before, after in self._moved.items():
            pins.append((before, None if after in taken else after))
            if after is not None:
                taken.add(after)
        return (*self._demand, *pins)

    def notes(self) -> tuple[Sentence, ...]:
        """Of pins that go."""
        gone = sum(after is None for after in self._moved.values())
        return (pins_gone(gone),) if gone else ()

    def pinned(self) -> dict[str, set[str]]:
        """Demand id -> staff ids of those who are pinned to it afterwards."""
        found: dict[str, set[str]] = defaultdict(set)
        for pins in self._pins.values():
            for pin in pins:
                after = self._moved.get(pin, pin)
                if after is not None:
                    found[after.demand_id].add(after.staff_id)
        return found

    def tally(self) -> tuple[int, int, int]:
        """How many rows of demand are added, changed and removed."""
        return (
            sum(before is None for before, _ in self._demand),
            sum(before is not None and after is not None for before, after in self._demand),
            sum(after is None for _, after in self._demand),
        )


def pins_gone(pins: int) -> Sentence:
    """That so many pins go with the work that they name."""
    return said(
        "{pins} {go} with the work that {they} to.",
        pins=counted(pins, "pin"),
        go=plural(pins, "goes", "go"),
        they=plural(pins, "it was", "they were"),
    )

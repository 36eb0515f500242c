"""What a frontier can be drawn of: what each is called, by which rules it has a price, how much of
it a solved week has, and how to read what is drawn.
"""

from dataclasses import dataclass
from typing import Any

from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.problem import Problem
from scheduler.domain.roster import Roster
from scheduler.domain.wording import counted
from scheduler.services.scenarios.figures import Figures
from scheduler.services.scenarios.solve_scenario import SolvedCase

COVER_FIRST = 20_000.0
"""Pounds for an empty hour, where cover is to come before anything else."""
FILLED = 5.0
"""An empty hour is dearer by so many times than an hour's worth of what is reduced where people may
be asked: what filling it costs at most, and no more, so that bounds speak little of better cover.
"""


@dataclass(frozen=True)
class Quantity:
    """Something to have little of, and by which rules it is priced. A price is in pounds for one
    `unit`; `typical`: as many of them as an hour of work, so that prices compare.
    """

    title: str
    unit: str
    rules: tuple[str, ...]
    typical: float = 1.0

    @property
    def one(self) -> str:
        """For one unit, in words."""
        return "a pound" if self.unit == "£" else "an hour"

    def named(self, key: str) -> dict[str, str]:
        """As documents have it: `key`, `title`, `unit`."""
        return {"key": key, "title": self.title, "unit": self.unit}

    def tables(self, price: float) -> dict[str, dict[str, Any]]:
        """The policy's tables that price it."""
        if self.rules == ("minimum_cover",):
            return {"minimum_cover": {"alike": True, "pounds_per_hour": [price] * 5}}
        if self.rules == ("pay",):
            return {"pay": {"weight": round(price)}}
        return {rule: {"weight": price} for rule in self.rules}


QUANTITIES: dict[str, Quantity] = {
    "agency": Quantity("Agency hours", "h", ("agency_hours",)),
    "bank": Quantity("Bank hours", "h", ("bank_hours",)),
    "temporary": Quantity("Agency and bank hours", "h", ("agency_hours", "bank_hours")),
    "pay": Quantity("Pay beyond contracts, with on-costs", "£", ("pay",), 30.0),
    "cover": Quantity("Required hours left empty", "h", ("minimum_cover",)),
    "lent": Quantity("Hours worked for other organisations", "h", ("lent_hours",)),
    "consent": Quantity(
        "Hours by people who would first have to be asked", "h", ("unagreed_hours",)
    ),
}


READING = (
    "Every roster here keeps every hard rule and looks at nothing but these two: wishes, fair"
    " shares and journeys have no price here. At each level, no roster can need less than the lower"
    " end; a roster that was found needs the upper end."
)
WITH_COVER = (
    " Cover comes first: these are the rosters that leave no more hours empty than the fullest one"
    " that was found."
)
WITH_TODAYS_COVER = (
    " Everybody is supposed to be asked who has not agreed to work for an organisation; passports,"
    " agreements, competencies and journeys stay as they are. At 0 h nobody is asked: that is"
    " today. No roster here leaves more hours empty than the fullest one that was found of those"
    " which ask the least."
)


def reading(against: str) -> str:
    """How to read a frontier against a quantity."""
    more = {"cover": "", "consent": WITH_TODAYS_COVER}
    return READING + more.get(against, WITH_COVER)


def asked_for(problem: Problem, roster: Roster) -> dict[str, int]:
    """What a roster asks of people who have not agreed to it: `minutes`, and how many `people`."""
    staff, minutes = problem.index.staff, 0
    people = set()
    for assignment, duty, _ in EvaluatedRoster(problem, roster).lent():
        if not staff[assignment.staff_id].agrees_to(duty.host_id):
            people.add(assignment.staff_id)
            minutes += duty.paid
    return {"minutes": minutes, "people": len(people)}


def people_to_ask(count: int) -> str:
    """How many people a roster asks, in words."""
    who = counted(count, "person", "people")
    return f"{who} would first have to agree to work for another organisation"


def amount(key: str, case: SolvedCase) -> float:
    """How much of a quantity a solved week has: hours or pounds."""
    one: Figures = case.document["figures"]
    if key == "cover":
        return float(one["minutes"]["missing"] / 60)
    if key == "lent":
        return float(sum(pair["minutes"] for pair in one["lent"].values()) / 60)
    if key == "consent":
        return float(case.document["asked"]["minutes"] / 60)
    if key == "pay":
        assert case.roster is not None
        summary = case.roster.summary
        factor = summary["policy"]["pay"]["weight"]
        return float(summary["objective_by_rule"]["pay"] / factor / 100)
    kinds = ("agency", "bank") if key == "temporary" else (key,)
    return float(sum(one["minutes_by_pay"][kind] for kind in kinds) / 60)
